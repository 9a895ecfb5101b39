#!/bin/sh
# Installs PostgreSQL for the tests of archives on a server, on Debian and its like, if it is not there and we
# may. The tests start a server of their own; no cluster of the system's is left behind.
# Without it these tests are skipped, except in CI.
set -eu
. "$(dirname "$0")/packages.sh"

for initdb in /usr/lib/postgresql/*/bin/initdb; do
    if [ -x "$initdb" ]; then
        exit 0
    fi
done
if command -v initdb >/dev/null 2>&1; then
    exit 0
fi
if can_install; then
    # Debian makes and starts a cluster for each new server, unless this says otherwise.
    settings=/etc/postgresql-common/createcluster.d/depesche-tests.conf
    as_root mkdir -p "${settings%/*}"
    echo "create_main_cluster = false" | as_root tee "$settings" >/dev/null
    installed=no
    install_packages postgresql && installed=yes
    as_root rm -f "$settings"
    if [ "$installed" = yes ]; then
        exit 0
    fi
fi
echo "depesche: no PostgreSQL, so the tests that need its server are skipped; as root: apt-get install postgresql" >&2
