#!/usr/bin/env bash
# clang-tidy over our sources with .clang-tidy: tidy.sh BUILD_FOLDER [REGEX of paths]
# Needs a build folder without unity builds (the dev preset) whose generated headers exist. Prints
# each finding once, then "N passed, N failed" files; ends with 1 if there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:?the build folder is missing} only=${2:-.}
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
# clang-tidy 14 knows C++20 coroutines but does not say so, and GCC's headers ask.
git ls-files 'engine/*.cpp' 'widgets/*.cpp' 'app/*.cpp' | grep -E "$only" |
    xargs -P 2 -I{} sh -c 'out="$2/$(echo "$1" | tr / _)"; timeout 300 clang-tidy -p "$3" --quiet \
        --extra-arg=-D__cpp_impl_coroutine=201902L --extra-arg=-Wno-unknown-warning-option "$1" >"$out" 2>&1 ||
        mv "$out" "$out.failed"' sh {} "$found" "$build"
cat "$found"/*.failed 2>/dev/null | grep -E '(error|warning): ' | sed "s|$PWD/||" | sort -u || true
failed=$(find "$found" -name '*.failed' | wc -l)
total=$(find "$found" -type f | wc -l)
echo "$((total - failed)) passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$total" -gt 0 ]
