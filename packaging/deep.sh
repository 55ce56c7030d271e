# What packaging/test.sh --deep does beside the usual tests (which run with RINGWRIGHT_DEEP=yes
# then, so that those with real Apache Cassandra and the package are not skipped). Sourced.

# deep_step NAME COMMAND…: its output goes to its own log and to the one that is counted. A step
# that fails without saying "N failed" counts as one failure.
deep_step() {
    local name=$1 log=$deep_results/$1.log
    shift
    [[ $name =~ $deep_only ]] || return 0
    say "Deep: $name"
    if nice -n 5 "$@" >"$log" 2>&1; then
        cat "$log" >>"$deep_total"
    else
        deep_status=1
        cat "$log" >>"$deep_total"
        grep -qE '[1-9][0-9]* failed' "$log" || printf '\n0 passed, 1 failed\n' >>"$deep_total"
        printf 'error: %s failed; see %s\n' "$name" "$log" >&2
        grep -E '^(FAIL|error|.*(ERROR|WARNING): .*Sanitizer)' "$log" | head -20 >&2 || true
    fi
}

built() { # built PRESET TARGET…: as a claim of its own
    local preset=$1
    shift
    cmake --preset "$preset" -Wno-dev && cmake --build --preset "$preset" --target "$@" && printf '\n1 passed, 0 failed\n'
}

# All test programs of the engine and of the views, without the simulation's 200 seeds (they take
# hours there) and without those that drive processes of other builds. QtTest's own five minutes a
# claim are too few there; ctest's limit stands.
sanitized() { # sanitized PRESET
    local status=0
    RINGWRIGHT_FUZZ_TIMES=${RINGWRIGHT_FUZZ_TIMES:-10} \
    QTEST_FUNCTION_TIMEOUT=1800000 \
    ASAN_OPTIONS=detect_stack_use_after_return=0:allocator_may_return_null=1 \
    TSAN_OPTIONS=suppressions=$root/tests/support/tsan.supp:second_deadlock_stack=1 \
    QT_QPA_PLATFORM=offscreen \
        ctest --preset "$1" -R '^tst_(engine|widgets|fuzz|crash)' -E 'hot_path' -j 2 --timeout 1800 --output-on-failure || status=$?
    cat "build/$1/Testing/Temporary/LastTest.log"
    return $status
}

# Whole clusters under a sanitizer, the seeds of tst_simulation, which does not end there: the
# program ends with 1 when a seed fails, and the sanitizer ends it at its first report.
simulated() { # simulated SIM SEEDS
    ASAN_OPTIONS=detect_stack_use_after_return=0 "$1" run --seeds "$2" && printf '\n1 passed, 0 failed\n'
}

run_deep() { # run_deep RESULTS_FOLDER REGEX
    deep_results=$1 deep_only=$2 deep_status=0
    deep_total=$root/build/release/Testing/Temporary/LastTest.log
    deep_step layout packaging/checks/format.sh
    deep_step dev-build built dev all
    deep_step headers built dev check_headers
    deep_step debug-hash packaging/checks/debug_hash.sh build/dev/bin/ringwright-sim build/release/bin/ringwright-sim
    deep_step tidy packaging/checks/tidy.sh build/dev
    deep_step million-rows python3 tests/soak/sample.py build/release/bin build/release/tests/load_sample full
    deep_step memory python3 tests/soak/memory.py build/release/bin full
    deep_step misuse python3 tests/soak/misuse.py build/release/bin build/release/interop long
    deep_step crash-kill python3 tests/crash/node_rounds.py build/release/bin/ringwright-node build/release/tests/libpower_shim.so kill 500
    deep_step crash-power python3 tests/crash/node_rounds.py build/release/bin/ringwright-node build/release/tests/libpower_shim.so power 500
    deep_step studio-kill python3 tests/soak/studio_kill.py build/release/bin 40
    deep_step studio-kill-model python3 tests/soak/studio_kill.py build/release/bin 40 --model
    deep_step designer python3 tests/app/e2e/designer.py build/release/bin build/release/designer 1000000
    deep_step asan-build built asan all
    deep_step asan sanitized asan
    deep_step asan-simulation simulated build/asan/bin/ringwright-sim 1..200
    deep_step tsan-build built tsan all
    deep_step tsan sanitized tsan
    return $deep_status
}
