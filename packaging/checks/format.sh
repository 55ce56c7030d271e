#!/usr/bin/env bash
# Every source of ours is laid out as .clang-format says: format.sh [--fix]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
wrong=()
while read -r file; do
    if [ "${1:-}" = --fix ]; then
        clang-format -i "$file"
    elif ! clang-format "$file" | cmp -s - "$file"; then
        wrong+=("$file")
    fi
done < <(git ls-files 'engine/*.h' 'engine/*.cpp' 'widgets/*.h' 'widgets/*.cpp' 'app/*.h' 'app/*.cpp' 'tests/*.h' 'tests/*.cpp')
for file in "${wrong[@]}"; do
    echo "$file is not laid out as .clang-format says; packaging/checks/format.sh --fix does it"
done
[ ${#wrong[@]} -eq 0 ] && echo "1 passed, 0 failed" || { echo "0 passed, 1 failed"; exit 1; }
