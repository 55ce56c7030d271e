#!/usr/bin/env python3
"""The hotel sample in a bundled cluster of three: sample.py BIN_FOLDER LOAD_SAMPLE small|full

Loads it, reads it back, flushes, compacts, restarts, reads again; prints time, memory (sum of PSS)
and disk after each. `full` has 1,000,000 rooms. The claims are about the data and about what is
left on disk, not about the clock.
"""
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from bundled import COMPACT, FLUSH, Cluster, disk_mb, pss_mb  # noqa: E402


def figures(cluster, step, began):
    memory = sum(pss_mb(node["pid"]) for node in cluster.nodes)
    data = disk_mb(*(cluster.home(n) / "data" for n in (1, 2, 3)))
    log = disk_mb(*(cluster.home(n) / "commitlog" for n in (1, 2, 3)))
    print(f"{step:<10} {time.monotonic() - began:7.1f} s   memory {memory:7.1f} MB   data {data:7.1f} MB   commit log {log:6.1f} MB",
          flush=True)


def tables(cluster, number, keyspace="hotel"):
    """Data files a table on one node."""
    found = {}
    for path in (cluster.home(number) / "data" / keyspace).glob("*/*-Data.db"):
        table = path.parent.name.split("-")[0]
        found[table] = found.get(table, 0) + 1
    return found


def load(cluster, program, size):
    done = subprocess.run([program, cluster.nodes[0]["address"], size], capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    print(json.dumps(result), flush=True)
    assert result["rooms"] == result["rooms_wanted"], result
    return result


def main():
    programs, program, size = sys.argv[1:4]
    passed = 0
    with Cluster(programs, "soak") as cluster:
        began = time.monotonic()
        cluster.create(3)
        cluster.start()
        figures(cluster, "start", began)
        began = time.monotonic()
        first = load(cluster, program, size)
        figures(cluster, "load+scan", began)
        passed += 1
        print(f"PASS {first['rows']} rows were accepted, and each room is read back ({first['rows'] / first['seconds']:.0f} rows/s)")
        began = time.monotonic()
        for number in (1, 2, 3):
            for keyspace in ("hotel", "reservation"):
                cluster.call(number, FLUSH, keyspace, [])
        figures(cluster, "flush", began)
        assert all(tables(cluster, n).get("available_rooms_by_hotel_date", 0) >= 1 for n in (1, 2, 3)), tables(cluster, 1)
        passed += 1
        print("PASS every node has flushed the rooms into SSTables")
        began = time.monotonic()
        for number in (1, 2, 3):
            for keyspace in ("hotel", "reservation"):
                cluster.call(number, COMPACT, False, keyspace, [])
        figures(cluster, "compact", began)
        left = [tables(cluster, n) for n in (1, 2, 3)]
        assert all(count == 1 for each in left for count in each.values()), left
        passed += 1
        print("PASS a major compaction leaves one SSTable a table")
        began = time.monotonic()
        cluster.run("stop", "soak")
        cluster.start()
        figures(cluster, "restart", began)
        began = time.monotonic()
        again = load(cluster, program, size)  # the same rows once more: the same answer
        figures(cluster, "again", began)
        assert again["rooms"] == first["rooms"], (first, again)
        passed += 1
        print("PASS after a restart, and with every row written twice, the answer is the same")
    print(f"{passed} passed, 0 failed")
    return 0


try:
    sys.exit(main())
except AssertionError as problem:
    print(f"FAIL {problem}\n0 passed, 1 failed")
    sys.exit(1)
