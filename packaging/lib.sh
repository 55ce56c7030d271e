# Shared by run.sh and test.sh: installing what is missing, configuring, building.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# install_packages [run|all|deep]: Debian packages that are missing; `run` leaves out those of the
# tests, `all` those of test.sh --deep.
install_packages() {
    local wanted missing=() sudo=()
    if [ "$1" = run ]; then
        wanted=$(sed -n '/^# tests only/q; /^#/d; /./p' "$root/packaging/packages.txt")
    elif [ "$1" = all ]; then
        wanted=$(sed -n '/^# deep tests only/q; /^#/d; /./p' "$root/packaging/packages.txt")
    else
        wanted=$(sed '/^#/d; /^$/d' "$root/packaging/packages.txt")
    fi
    command -v dpkg-query >/dev/null || fail "this script installs Debian packages; on another system install what packaging/packages.txt names and run: cmake --preset release && cmake --build --preset release"
    for package in $wanted; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "packages are missing and there is no sudo; as root run: apt-get install ${missing[*]}"
        sudo=(sudo)
    fi
    "${sudo[@]}" apt-get update -qq || fail "apt-get update failed; check the network and /etc/apt/sources.list"
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}"
}

# build TARGET...: configures once, then builds the release preset with progress.
build() {
    cd "$root" || exit 1
    if [ ! -f build/release/build.ninja ]; then
        say "Configuring"
        cmake --preset release -Wno-dev >build-configure.log 2>&1 || { cat build-configure.log >&2; rm -f build-configure.log; fail "configuring failed (see above)"; }
        mkdir -p build && mv build-configure.log build/configure.log
    fi
    say "Building (the first time takes some minutes)"
    NINJA_STATUS='[%f/%t %es] ' cmake --build --preset release --target "$@" >&2 || fail "the build failed (see above)"
}
