#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test without a screen.
#   packaging/test.sh [--deep] [--only REGEX]
# --deep adds what packaging/deep.sh lists: real Apache Cassandra, sanitizers, damaged input, the
# million-row sample, clang-tidy, headers, layout, the package (some hours on two cores).
# The last line is "N passed, N failed, N skipped".
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

deep=no only=.
while [ $# -gt 0 ]; do
    case "$1" in
    --deep) deep=yes ;;
    --only) only=${2:?--only wants a regular expression}; shift ;;
    --help | -h) sed -n '2,6s/^# //p' "$0"; exit 0 ;;
    *) fail "unknown argument $1; see --help" ;;
    esac
    shift
done

if [ $deep = yes ]; then install_packages deep; else install_packages all; fi
build all
cd "$root"
results=build/release/test-results
rm -rf "$results" && mkdir -p "$results"
say "Testing"
status=0
RINGWRIGHT_DEEP=$deep ctest --preset release --no-tests=error -R "$only" -j 2 --timeout 300 \
    --output-on-failure >"$results/ctest.log" 2>&1 || status=$?
if [ $deep = yes ]; then
    . packaging/deep.sh
    run_deep "$results" "$only" || status=1
fi
exec python3 packaging/count_tests.py "$results/ctest.log" build/release/Testing/Temporary/LastTest.log tests/allowed-skips.txt "$status"
