#!/usr/bin/env python3
"""What a node takes of memory when its data are many times its caches: memory.py BIN_FOLDER short|full

The node is configured for so many MB of caches and memtables; it must stay below three times that
(plus 24 MB of program) while it loads, compacts, is read at random and in whole, and while one
partition of a million rows is paged. Each claim prints a line; the last line counts them.
"""
import os
import pathlib
import random
import shutil
import struct
import sys
import tempfile
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "crash")]
from node_rounds import Node  # noqa: E402

PROGRAM_MB = 24


def pss_mb(pid):
    try:
        for line in open(f"/proc/{pid}/smaps_rollup"):
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


class Watch:
    """The most memory (anonymous, in MB) that the node took since the last look()."""

    def __init__(self, pid):
        self.pid, self.most, self.running = pid, 0, True
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while self.running:
            self.most = max(self.most, pss_mb(self.pid))
            time.sleep(0.1)

    def look(self):
        most, self.most = max(self.most, pss_mb(self.pid)), 0
        return most


def integer(n):
    return struct.pack(">i", n)


def blob(n, size):
    return random.Random(n).randbytes(size)


class Memory:
    def __init__(self, programs, full):
        self.caches = 64 if full else 16
        self.rows = 1_000_000 if full else 100_000
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ringwright-memory-"))
        limits = (f"file_cache_size: {self.caches // 2}MiB\nkey_cache_size: {self.caches // 8}MiB\n"
                  f"memtable_heap_space: {self.caches * 3 // 8}MiB\ncommitlog_total_space: 64MiB\n"
                  "commitlog_segment_size: 8MiB\n")
        self.node = Node(pathlib.Path(programs) / "ringwright-node", self.home, "periodic", limits=limits)
        self.passed = self.failed = 0

    def claim(self, text, right):
        self.passed += bool(right)
        self.failed += not right
        print(f"{'PASS   ' if right else 'FAIL!  '}: {text}", flush=True)

    def within(self, what):
        most = self.watch.look()
        limit = 3 * self.caches + PROGRAM_MB
        self.claim(f"{what}: {most:.0f} MB at most, {self.caches} MB are configured", most < limit)

    def run(self):
        try:
            self.connection = self.node.start()
            self.watch = Watch(self.node.process.pid)
            self.connection.query("CREATE KEYSPACE m WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
            self.larger_than_the_caches()
            self.many_partitions()
            self.one_wide_partition()
        finally:
            self.watch.running = False
            self.node.kill()
            shutil.rmtree(self.home, ignore_errors=True)
        print(f"Totals: {self.passed} passed, {self.failed} failed, 0 skipped")
        return self.failed

    def larger_than_the_caches(self):
        size, count = 8000, self.caches * 10 * 1_000_000 // 8000
        self.connection.query("CREATE TABLE m.large (k int PRIMARY KEY, v blob) WITH compression = {'enabled': false}")
        insert = self.connection.prepare("INSERT INTO m.large (k, v) VALUES (?, ?)")
        began = time.monotonic()
        refused = self.connection.run_all(
            (lambda stream, k=k: self.connection.execute_later(stream, insert, [integer(k), blob(k, size)])) for k in range(count))
        self.within(f"{count * size // 1_000_000} MB written in {time.monotonic() - began:.0f} s, {refused} writes sent again")
        select = self.connection.prepare("SELECT v FROM m.large WHERE k = ?")
        chance = random.Random(1)
        wrong = sum(list(self.connection.rows(select, [integer(k)])) != [[blob(k, size)]]
                    for k in (chance.randrange(count) for _ in range(2000)))
        self.claim(f"2000 rows at random are right, {wrong} are not", wrong == 0)
        whole = self.connection.prepare("SELECT k, v FROM m.large")
        seen = {}
        for k, v in self.connection.rows(whole, [], page_size=200):
            k = struct.unpack(">i", k)[0]
            seen[k] = seen.get(k, True) and v == blob(k, size)
        self.claim(f"a scan shows all {count} rows", len(seen) == count and all(seen.values()))
        self.within("read at random and in whole")

    def many_partitions(self):
        self.connection.query("CREATE TABLE m.small (k int PRIMARY KEY, v int)")
        insert = self.connection.prepare("INSERT INTO m.small (k, v) VALUES (?, ?)")
        self.connection.run_all(
            (lambda stream, k=k: self.connection.batch_later(stream, insert, [[integer(n), integer(n)] for n in range(k, k + 50)]))
            for k in range(0, self.rows, 50))
        self.within(f"{self.rows} partitions of one row written")
        count = self.connection.prepare("SELECT k FROM m.small")
        found = sum(1 for _ in self.connection.rows(count, []))
        self.claim(f"a scan finds {found} of {self.rows} partitions", found == self.rows)
        self.within("and scanned")

    def one_wide_partition(self):
        self.connection.query("CREATE TABLE m.wide (p int, c int, v text, PRIMARY KEY (p, c))")
        insert = self.connection.prepare("INSERT INTO m.wide (p, c, v) VALUES (?, ?, ?)")
        text = b"some forty characters of text in each row"
        self.connection.run_all(
            (lambda stream, c=c: self.connection.batch_later(stream, insert, [[integer(1), integer(n), text] for n in range(c, c + 50)]))
            for c in range(0, self.rows, 50))
        self.within(f"a partition of {self.rows} rows written")
        select = self.connection.prepare("SELECT c FROM m.wide WHERE p = ?")
        time.sleep(2)
        before, found, right = pss_mb(self.node.process.pid), 0, True
        self.watch.look()
        for row in self.connection.rows(select, [integer(1)], page_size=1000):
            right = right and row[0] == integer(found)
            found += 1
        grown = self.watch.look() - before
        # A page in work and its answer; the caches may fill up.
        self.claim(f"paged, {found} of {self.rows} rows in order; memory grew by {grown:.0f} MB",
                   found == self.rows and right and grown < self.caches * 3 // 4)


if __name__ == "__main__":
    os.environ.setdefault("MIMALLOC_SHOW_ERRORS", "1")
    sys.exit(1 if Memory(sys.argv[1], sys.argv[2] == "full").run() else 0)
