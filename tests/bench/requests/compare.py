#!/usr/bin/env python3
"""Our node beside Apache Cassandra 5.0: compare.py BIN_FOLDER CASSANDRA_NODE [options]

CASSANDRA_NODE is the program that starts real Cassandra on loopback. Fair play, as DESIGN.md says:
the same load, rows, connections, commit log sync, compression, cache and memtable sizes, 2 GB of heap, two
warm passes, one SSTable, compaction unthrottled; then pairs of runs, one of each server in turn.
Each server has core 0 to itself while its turn lasts (the other is stopped by SIGSTOP), the load core 1. Prints medians and ratios; then
latency by open loop at 70 % of what Cassandra had done. As latte's own core bounds writes and batches, and
latte starts requests in bursts, each is measured once more with load_requests, which spends a tenth of it.

With --nodes 3 both are clusters, all nodes on core 0, with RF 3 and LOCAL_QUORUM; CPU is that of all nodes.
"""
import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import time

from latte_load import FUNCTIONS, Load, Ringwright, compact, cpu_seconds, flush

YAML = ["key_cache_size: 50MiB", "compaction_throughput: 0MiB/s", "memtable_heap_space: 512MiB"]


class Cassandra:
    secret = None
    folder = "/tmp/real-cassandra"  # the launcher's own choice

    def __init__(self, program, yaml, nodes=1):
        self.program = program
        self.lock = open("/tmp/real-cassandra.lock", "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        words = [word for line in yaml for word in ("--yaml", line)]
        started = subprocess.run([program, "start", str(nodes), "--heap", "2G", *words], check=True, capture_output=True, text=True).stdout
        addresses = re.findall(r"CQL ([\d.]+):", started)
        self.address = addresses[0]
        self.admins = [(address, 8778) for address in addresses]
        self.pids = [int(pid) for pid in re.findall(r"pid (\d+)", started)]
        self.pid = self.pids[0]
        for pid in self.pids:
            subprocess.run(["taskset", "-acp", "0", str(pid)], check=True, capture_output=True)

    def close(self):
        subprocess.run([self.program, "destroy"], check=True, capture_output=True)
        self.lock.close()


@contextlib.contextmanager
def turn(server, servers):
    """Nobody else has core 0: a server that has just compacted may have work of its own left."""
    others = [pid for other in servers.values() if other is not server for pid in other.pids]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        if len(server.pids) > 1:
            time.sleep(5)  # until its nodes, stopped before, have heard of each other
        yield
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


def lean(options, servers, function, equal):
    """The same by load_requests, whose own core is not what bounds it; its latency by an open loop of so many a second."""
    def run(server, *words):
        return json.loads(subprocess.run(["taskset", "-c", "1", options.bin / "load_requests", server.address, function, "5",
                                          "--rows", str(options.rows), *words], check=True, capture_output=True, text=True).stdout)

    measured = {name: [] for name in servers}
    for _ in range(options.pairs):
        for name, server in servers.items():
            with turn(server, servers):
                before = cpu_seconds(server.pid)
                done = run(server)
                spent = (cpu_seconds(server.pid) - before) / done["requests"] * 1e6
                measured[name].append((spent, done["per_second"], run(server, "--rate", str(equal))["p99_ms"]))
    cost, rate, p99 = ({name: statistics.median(each[what] for each in all_) for name, all_ in measured.items()} for what in range(3))
    line("  lean", cost, rate, p99, equal)


def line(label, cost, rate, p99, equal):
    print(f"{label:8} {cost['ours']:7.2f} µs {cost['Cassandra']:8.1f} µs 1/{cost['Cassandra'] / cost['ours']:<5.1f} "
          f"{rate['ours']:9,.0f} {rate['Cassandra']:11,.0f} {rate['ours'] / rate['Cassandra']:5.1f}× "
          f"{p99['ours']:6.2f} ms {p99['Cassandra']:6.2f} ms at {equal:,}/s", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("cassandra")
    parser.add_argument("--latte", default=shutil.which("latte") or "/tmp/latte/bin/latte")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=100_000, help="a run; a tenth of slices and batches")
    parser.add_argument("--cache", default="128MiB", help="file_cache_size of both")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--nodes", type=int, default=1, help="1 or 3")
    options = parser.parse_args()
    yaml = [*YAML, f"file_cache_size: {options.cache}"]
    servers = {"ours": Ringwright(options.bin, yaml, options.nodes), "Cassandra": Cassandra(options.cassandra, yaml, options.nodes)}
    loads = {name: Load(options.latte, server.address, options.rows, replicas=options.nodes) for name, server in servers.items()}
    try:
        for name, server in servers.items():
            loads[name].fill()
            flush(server)
            compact(server)
        print(f"{'request':8} {'ours':>10} {'Cassandra':>11} {'CPU':>7} {'ours/s':>9} {'Cassandra/s':>11} {'rate':>6} {'p99 ours':>9} {'Cassandra':>9}", flush=True)
        for function in FUNCTIONS:
            requests = options.requests // (10 if function in ("slice", "batch") else 1)
            for load in loads.values():
                for _ in range(2):
                    load.run(function, requests)
            measured = {name: [] for name in servers}
            for _ in range(options.pairs):
                for name, server in servers.items():
                    with turn(server, servers):
                        measured[name].append(loads[name].cost(function, requests, *server.pids))
            cost = {name: statistics.median(c for c, _ in all_) for name, all_ in measured.items()}
            rate = {name: statistics.median(r for _, r in all_) for name, all_ in measured.items()}
            equal = int(rate["Cassandra"] * 0.7)
            p99 = {}
            for name, server in servers.items():
                with turn(server, servers):
                    p99[name] = statistics.median(loads[name].run(function, requests, equal)[2] for _ in range(3))
            line(function, cost, rate, p99, equal)
            if options.nodes == 1:
                lean(options, servers, function, equal)
    finally:
        for load in loads.values():
            load.close()
        for server in servers.values():
            server.close()


if __name__ == "__main__":
    main()
