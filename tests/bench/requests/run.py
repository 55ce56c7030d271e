#!/usr/bin/env python3
"""What a request costs the server, beside the budgets of DESIGN.md: run.py BIN_FOLDER [options]

One node on core 0, latte (https://github.com/pkolaczk/latte) on core 1 with 8 connections and 16
requests in flight on each. CPU is that of all the node's threads with the kernel, from the
process's own account, so other work on the machine disturbs it little; the requests a second are
what two free cores would do only on an idle machine. bench_requests of the same folder, if it is
built, gives the heap allocations.
"""
import argparse
import pathlib
import shutil
import subprocess

from latte_load import BUDGETS, FUNCTIONS, Load, Ringwright, compact, flush


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--latte", default=shutil.which("latte") or "/tmp/latte/bin/latte")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=FUNCTIONS)
    options = parser.parse_args()
    node = Ringwright(options.bin)
    try:
        load = Load(options.latte, node.address, options.rows)
        load.fill()
        flush(node)
        compact(node)
        print(f"{'request':8} {'CPU':>9} {'spread':>13} {'budget':>7} {'requests/s':>11}   pid {node.pid}", flush=True)
        for function in options.only:
            requests = options.requests // (10 if function in ("slice", "batch") else 1)
            load.run(function, requests // 4)  # warm
            measured = [load.cost(function, requests, node.pid) for _ in range(options.rounds)]
            costs = sorted(cost for cost, _ in measured)
            budget = BUDGETS[function]
            print(f"{function:8} {costs[len(costs) // 2]:6.2f} µs {costs[0]:5.2f} – {costs[-1]:5.2f} "
                  f"{f'{budget:g} µs' if budget else '–':>7} {max(rate for _, rate in measured):11,.0f}", flush=True)
        load.close()
    finally:
        node.close()
    bench = options.bin / "bench_requests"
    if bench.exists():
        print("\nwithout sockets, with heap allocations:", flush=True)
        subprocess.run([bench, *options.only, "--seconds", "1"], check=True)


main()
