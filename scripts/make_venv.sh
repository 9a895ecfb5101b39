#!/bin/sh
# Makes the virtual environment named in $1 with Python 3.11 or later, unless it is there.
# Debian's python3 comes without the module that makes one; then python3-venv is installed if we may.
set -eu

venv=$1

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "depesche: Python 3.11 or later is needed and was not found" >&2
    exit 1
}

install_venv_module() {
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        return 1
    fi
    echo "Installing $package ..."
    { $as_root apt-get install -qq -y "$package" || { $as_root apt-get update -qq && $as_root apt-get install -qq -y "$package"; }; } >/dev/null 2>&1
}

if [ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi
python=$(find_python)
rm -rf "$venv"
if "$python" -m venv "$venv" >/dev/null 2>&1; then
    exit 0
fi
rm -rf "$venv"
if "$python" -m virtualenv "$venv" >/dev/null 2>&1; then
    exit 0
fi
if install_venv_module "$python" && "$python" -m venv "$venv"; then
    exit 0
fi
echo "depesche: $python cannot make a virtual environment; as root: apt-get install python3-venv" >&2
exit 1
