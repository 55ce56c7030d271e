#!/usr/bin/env python3
"""What a node does with SSTables: run.py BIN_FOLDER [--cassandra CASSANDRA_NODE] [options]

- start of a node whose table has many SSTables, from the call to CQL answering (budget: 1,000 in 2 s)
- major compaction of four SSTables, in megabytes of Data.db read a second, unthrottled, beside
  Apache Cassandra where its launcher is given
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "requests"))
from latte_load import Load, Ringwright, compact, flush, stop_compactions  # noqa: E402


def data_bytes(folder):
    """Of each living Data.db."""
    return [path.stat().st_size for path in pathlib.Path(folder).rglob("bench_ts/readings-*/*-Data.db")
            if "snapshots" not in path.parts]


def start_with_many(options):
    node = Ringwright(options.bin)
    try:
        load = Load(options.latte, node.address, 0)
        load.latte("schema")
        stop_compactions(node)
        with load.steady("write", 500):
            while len(data_bytes(node.folder)) < options.sstables:
                flush(node)
        files = len(data_bytes(node.folder))
        times = []
        for _ in range(3):
            node.call("stop", "requests")
            begun = time.monotonic()
            node.call("start", "requests")
            times.append(time.monotonic() - begun)
        print(f"start with {files:,} SSTables: median {sorted(times)[1] * 1000:,.0f} ms of 3, with its host process", flush=True)
        load.close()
    finally:
        node.close()


def compaction(options, name, server):
    """Megabytes a second."""
    load = Load(options.latte, server.address, options.rows)
    load.latte("schema")
    stop_compactions(server)
    for part in range(4):
        load.run("batch", options.rows // 50, rate=None)
        flush(server)
    files = data_bytes(server.folder)
    begun = time.monotonic()
    compact(server)
    took = time.monotonic() - begun
    speed = sum(files) / took / 1e6
    print(f"compaction, {name}: {len(files)} SSTables of {sum(files) / 1e6:,.0f} MB in {took:.1f} s, {speed:.0f} MB/s", flush=True)
    load.close()
    return speed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--cassandra")
    parser.add_argument("--latte", default=shutil.which("latte") or "/tmp/latte/bin/latte")
    parser.add_argument("--sstables", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=1_000_000, help="in each SSTable that is compacted")
    options = parser.parse_args()
    start_with_many(options)
    node = Ringwright(options.bin, ["compaction_throughput: 0MiB/s"])
    try:
        ours = compaction(options, "ours", node)
    finally:
        node.close()
    if options.cassandra:
        from compare import Cassandra
        server = Cassandra(options.cassandra, ["compaction_throughput: 0MiB/s"])
        try:
            theirs = compaction(options, "Cassandra", server)
        finally:
            server.close()
        print(f"ours is {ours / theirs:.1f}× (wanted 3×)")


main()
