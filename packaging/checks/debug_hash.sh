#!/usr/bin/env bash
# The same seed gives the same event log in debug and in release: debug_hash.sh DEBUG_SIM RELEASE_SIM [SEEDS]
# In another time zone and language too: nothing of the process may reach an event.
set -euo pipefail
seeds=${3:-1..10}
debug=$("$1" run --seeds "$seeds" --hash)
release=$(TZ=Asia/Kathmandu LC_ALL=C "$2" run --seeds "$seeds" --hash)
hashes() { grep -oE 'seed [0-9]+.*' <<<"$1" | sed -E 's/,? *[0-9.]+ m?s\b.*//'; }
if [ -n "$(hashes "$debug")" ] && [ "$(hashes "$debug")" = "$(hashes "$release")" ]; then
    echo "$(hashes "$debug" | wc -l) seeds have the same hash in debug and release"
    echo "1 passed, 0 failed"
else
    diff <(hashes "$debug") <(hashes "$release") | head -20
    echo "0 passed, 1 failed"
    exit 1
fi
