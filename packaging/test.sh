#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test without a screen.
#   packaging/test.sh [--deep] [--only REGEX]
# --deep adds what needs real Apache Cassandra (a launcher in REAL_CASSANDRA, Java 17, Maven) and
# runs the engine's tests under AddressSanitizer and UBSan (about an hour).
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

install_packages all
build all
cd "$root"
results=build/release/test-results
rm -rf "$results" && mkdir -p "$results"
say "Testing"
status=0
RINGWRIGHT_DEEP=$deep ctest --preset release --no-tests=error -R "$only" -j 2 --timeout 300 \
    --output-on-failure >"$results/ctest.log" 2>&1 || status=$?
if [ $deep = yes ]; then
    say "Building and testing with sanitizers"
    cmake --preset asan -Wno-dev >"$results/asan.log" 2>&1 && cmake --build --preset asan >>"$results/asan.log" 2>&1 ||
        fail "the sanitizer build failed; see $results/asan.log"
    ctest --preset asan -R '^tst_(engine|crash)' -j 2 --timeout 900 --output-on-failure >>"$results/ctest.log" 2>&1 || status=$?
    cat build/asan/Testing/Temporary/LastTest.log >>build/release/Testing/Temporary/LastTest.log
fi
exec python3 packaging/count_tests.py "$results/ctest.log" build/release/Testing/Temporary/LastTest.log tests/allowed-skips.txt "$status"
