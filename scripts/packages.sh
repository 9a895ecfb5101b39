# Read by the scripts that install parts of the system for the tests, on Debian and its like, if we may.

# Whether we may install: as root, or by a sudo that asks nothing.
can_install() {
    command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }; }
}

# Runs a command as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs packages, and says so; fails quietly.
install_packages() {
    echo "Installing $* ..."
    { as_root apt-get update -qq && as_root apt-get install -qq -y --no-install-recommends "$@"; } >/dev/null 2>&1
}
