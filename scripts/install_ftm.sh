#!/bin/sh
# Installs FollowTheMoney's library into the virtual environment $1, for the tests of that format, if it is not there.
# It brings the bindings of ICU, which must be compiled; what that needs is installed on Debian and its like, if we may.
# Without the library these tests are skipped, except in CI.
set -eu
. "$(dirname "$0")/packages.sh"

python=$1/bin/python

if "$python" -c "import followthemoney" >/dev/null 2>&1; then
    exit 0
fi

can_compile() {
    command -v g++ >/dev/null 2>&1 && command -v pkg-config >/dev/null 2>&1 && pkg-config --exists icu-i18n &&
        "$python" -c "import os, sysconfig; assert os.path.exists(sysconfig.get_path('include') + '/Python.h')" 2>/dev/null
}

if ! can_compile && can_install; then
    install_packages g++ pkg-config libicu-dev python3-dev || true
fi
if can_compile; then
    echo "Installing FollowTheMoney into $1 (compiles for some minutes) ..."
    # Nothing of it needs to be fast here, so it is compiled without looking for ways to make it so.
    CFLAGS=-O0 "$python" -m pip install --quiet --disable-pip-version-check "followthemoney>=4.9,<5" && exit 0
fi
echo "depesche: no FollowTheMoney, so the tests that validate with it are skipped; it needs g++, pkg-config and libicu-dev" >&2
