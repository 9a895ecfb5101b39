#!/bin/sh
# Installs Chromium for the tests of the desk, on Debian and its like, if it is not there and we may.
# Without it these tests are skipped, except in CI.
set -eu
. "$(dirname "$0")/packages.sh"

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if can_install && install_packages chromium; then
    exit 0
fi
echo "depesche: no Chromium, so the tests that need a browser are skipped; as root: apt-get install chromium" >&2
