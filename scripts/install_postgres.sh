#!/bin/sh
# Installs PostgreSQL for the tests of archives on a server, on Debian and its like, if it is not there and we
# may. The tests start a server of their own; no cluster of the system's is left behind.
# Without it these tests are skipped, except in CI.
set -eu

for initdb in /usr/lib/postgresql/*/bin/initdb; do
    if [ -x "$initdb" ]; then
        exit 0
    fi
done
if command -v initdb >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        as_root=none
    fi
    if [ "$as_root" != none ]; then
        echo "Installing postgresql ..."
        # Debian makes and starts a cluster for each new server, unless this says otherwise.
        settings=/etc/postgresql-common/createcluster.d/depesche-tests.conf
        $as_root mkdir -p "${settings%/*}"
        echo "create_main_cluster = false" | $as_root tee "$settings" >/dev/null
        installed=no
        { $as_root apt-get update -qq && $as_root apt-get install -qq -y --no-install-recommends postgresql; } >/dev/null 2>&1 && installed=yes
        $as_root rm -f "$settings"
        if [ "$installed" = yes ]; then
            exit 0
        fi
    fi
fi
echo "depesche: no PostgreSQL, so the tests that need its server are skipped; as root: apt-get install postgresql" >&2
