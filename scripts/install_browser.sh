#!/bin/sh
# Installs Chromium for the tests of the desk, on Debian and its like, if it is not there and we may.
# Without it these tests are skipped, except in CI.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        as_root=none
    fi
    if [ "$as_root" != none ]; then
        echo "Installing chromium ..."
        { $as_root apt-get update -qq && $as_root apt-get install -qq -y --no-install-recommends chromium; } >/dev/null 2>&1 && exit 0
    fi
fi
echo "depesche: no Chromium, so the tests that need a browser are skipped; as root: apt-get install chromium" >&2
