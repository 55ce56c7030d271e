#!/usr/bin/env bash
# Installs what is missing, builds a release, opens the studio.
#   packaging/run.sh [--build-only] [-- arguments of ringwright]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

open=yes
case "${1:-}" in
--build-only) open=no; shift ;;
--help | -h) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
esac
[ "${1:-}" = -- ] && shift

install_packages run
build ringwright ringwright-node ringwright-cluster
if [ $open = no ]; then
    say "Built. Open the studio with packaging/run.sh or build/release/bin/ringwright"
    exit 0
fi
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || fail "there is no display: set DISPLAY or WAYLAND_DISPLAY, or use --build-only"
exec "$root/build/release/bin/ringwright" "$@"
