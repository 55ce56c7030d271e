#!/usr/bin/env python3
"""A real node under load, killed over and over: node_rounds.py NODE_PROGRAM SHIM_LIBRARY kill|power
ROUNDS [MODE …]

Every round writes rows with 64 requests in flight and kills the node (SIGKILL) at a random moment,
in every eighth round while it is still starting; after the next start every acknowledged row must
be there with its content. MODE: periodic, batch, group, or one of them with "-lz4" (compressed
commit log); without any, all. `power` has power_shim under the node and, after each kill, takes
back what was not synced: batch and group must lose nothing, periodic no more than the rows
acknowledged within one period and lag. The limits are small, so that segments change, memtables are
flushed and SSTables compacted all the time.
"""
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cql_client import Connection, CqlError, error_text  # noqa: E402
from power_loss import PowerLoss  # noqa: E402

IN_FLIGHT = 64
PARTITIONS = 16
PERIOD, LAG = 0.4, 0.2
MODES = ["periodic", "batch", "group", "periodic-lz4", "batch-lz4"]

CONFIG = """cluster_name: crash
listen_address: {address}
rpc_address: {address}
native_transport_port: {port}
storage_port: {storage}
data_file_directories: [{home}/data]
commitlog_directory: {home}/commitlog
hints_directory: {home}/hints
saved_caches_directory: {home}/saved
"""
LIMITS = """commitlog_segment_size: 128KiB
commitlog_total_space: 2MiB
memtable_heap_space: 2MiB
file_cache_size: 4MiB
"""
SYNC = {
    "periodic": f"commitlog_sync: periodic\ncommitlog_sync_period: {int(PERIOD * 1000)}ms\n"
                f"periodic_commitlog_sync_lag_block: {int(LAG * 1000)}ms\n",
    "batch": "commitlog_sync: batch\n",
    "group": "commitlog_sync: group\ncommitlog_sync_group_window: 5ms\n",
}


def value_of(n):
    return bytes([n % 251]) * (20 + n * 37 % 700)


def key(n):
    return struct.pack(">i", n)


class Node:
    def __init__(self, program, home, mode, shim=None, limits=LIMITS):
        self.program, self.home, self.shim = program, pathlib.Path(home), shim
        self.address = f"127.0.{random.SystemRandom().randint(100, 250)}.{random.SystemRandom().randint(1, 250)}"
        sync, _, compression = mode.partition("-")
        text = CONFIG.format(address=self.address, port=9042, storage=7000, home=self.home / "node") + limits + SYNC[sync]
        if compression:
            text += "commitlog_compression:\n  - class_name: LZ4Compressor\n"
        self.config = self.home / "cassandra.yaml"
        self.config.write_text(text)
        self.log = self.home / "node.log"
        self.process = None

    def launch(self):
        environment = dict(os.environ)
        if self.shim:
            environment |= {"LD_PRELOAD": self.shim, "RINGWRIGHT_SHIM_ROOT": str(self.home / "node"),
                            "RINGWRIGHT_SHIM_JOURNAL": str(self.home / "journal")}
            (self.home / "journal").mkdir(exist_ok=True)
        self.process = subprocess.Popen([self.program, "--config", self.config, "--die-with-parent"],
                                        stdout=subprocess.DEVNULL, stderr=open(self.log, "ab"), env=environment)

    def start(self):
        self.launch()
        end = time.monotonic() + 300
        while True:
            try:
                return Connection(self.address)
            except OSError:
                assert self.process.poll() is None, "the node does not start:\n" + self.said()
                assert time.monotonic() < end, "the node does not answer:\n" + self.said()
                time.sleep(0.01)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def said(self):
        return self.log.read_text(errors="replace")[-3000:]


class Rounds:
    def __init__(self, node, mode, power, seed):
        self.node, self.mode, self.power = node, mode, power
        self.chance = random.Random(seed)
        self.acknowledged = {}  # n -> when, of rows that must be there
        self.next = 0
        self.begins = [0, 0, 0]  # the first rows of the last rounds
        self.lost, self.longest, self.undone = 0, 0.0, {"files": 0, "names": 0, "torn": 0}

    def prepare(self):
        connection = self.node.start()
        connection.query("CREATE KEYSPACE c WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        connection.query("CREATE TABLE c.t (p int, n int, v blob, PRIMARY KEY (p, n))")
        time.sleep(3 * (PERIOD + LAG))
        connection.close()
        self.node.kill()
        self.lose_power()

    def lose_power(self):
        if not self.power:
            return
        counts = PowerLoss(self.node.home / "node", self.node.home / "journal").apply(self.chance.random())
        for what, count in counts.items():
            self.undone[what] += count

    def round(self, number):
        if number % 8 == 7:
            self.node.launch()
            time.sleep(self.chance.uniform(0, 0.25))
            self.node.kill()
            self.lose_power()
        connection = self.node.start()
        self.verify(connection, recent=number % 50 != 0)
        self.begins = [*self.begins[1:], self.next]
        self.load(connection)
        self.lose_power()

    def load(self, connection):
        insert = connection.prepare("INSERT INTO c.t (p, n, v) VALUES (?, ?, ?)")
        timer = threading.Timer(self.chance.uniform(0.02, 0.5 if not self.power else 1.0), self.node.kill)
        timer.start()
        streams, under_way = list(range(IN_FLIGHT)), {}
        try:
            while True:
                while streams:
                    stream, n = streams.pop(), self.next
                    self.next += 1
                    under_way[stream] = n
                    connection.execute_later(stream, insert, [key(n % PARTITIONS), key(n), value_of(n)])
                if not connection.fill(10):
                    break
                self.take(connection, streams, under_way)
        except OSError:
            pass
        timer.join()
        # What the node had sent before it died was acknowledged, too.
        try:
            while connection.fill(1):
                if not connection.buffer:
                    break
        except OSError:
            pass
        self.take(connection, streams, under_way)
        connection.close()

    def take(self, connection, streams, under_way):
        now = time.monotonic()
        for stream, opcode, body in connection.frames():
            n = under_way.pop(stream)
            if opcode != 0:
                self.acknowledged[n] = now
            elif not error_text(body).startswith(("0x1001", "0x1100")):
                raise CqlError(error_text(body))
            streams.append(stream)

    def verify(self, connection, recent):
        """Every acknowledged row is there, with its content; `recent`: of the last rounds."""
        since = self.begins[0] if recent else 0
        select = connection.prepare("SELECT n, v FROM c.t WHERE p = ? AND n >= ?")
        found = set()
        for p in range(PARTITIONS):
            for n, v in connection.rows(select, [key(p), key(since)]):
                n = struct.unpack(">i", n)[0]
                assert v == value_of(n), f"row {n} has another content"
                found.add(n)
        lost = sorted(n for n in self.acknowledged if n >= since and n not in found)
        if not lost:
            return
        if not self.power or not self.mode.startswith("periodic"):
            raise AssertionError(f"{len(lost)} of {len(self.acknowledged)} acknowledged rows are lost, the first is {lost[0]}")
        newest = max(self.acknowledged.values())
        span = newest - min(self.acknowledged[n] for n in lost)
        self.longest = max(self.longest, span)
        assert span <= (PERIOD + LAG) * 1.5, f"rows of the last {span:.2f} s are lost; the period and its lag are {PERIOD + LAG} s"
        self.lost += len(lost)
        for n in lost:
            del self.acknowledged[n]


def run(program, shim, power, rounds, mode):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ringwright-crash-"))
    seed = int(os.environ.get("RINGWRIGHT_CRASH_SEED", random.SystemRandom().randint(1, 1 << 30)))
    node = Node(program, home, mode, shim if power else None)
    done = Rounds(node, mode, power, seed)
    number, began = 0, time.monotonic()
    try:
        done.prepare()
        for number in range(1, rounds + 1):
            done.round(number)
            if number % 50 == 0:
                print(f"  {mode}: {number} rounds, {len(done.acknowledged)} rows acknowledged, {done.lost} lost", flush=True)
        connection = node.start()
        done.verify(connection, recent=False)
        connection.close()
        node.kill()
        said = f"{len(done.acknowledged)} rows acknowledged, {done.lost} lost"
        if power:
            said += (f" (of the last {done.longest:.2f} s at most); taken back: {done.undone['names']} names, "
                     f"unsynced writes of {done.undone['files']} files")
        print(f"PASS   : {mode}: {rounds} rounds in {time.monotonic() - began:.0f} s, {said}", flush=True)
        shutil.rmtree(home, ignore_errors=True)
        return True
    except Exception as problem:  # whatever it is, the next mode gets its turn
        print(f"FAIL!  : {mode}: round {number} of seed {seed}: {problem}\n  see {home}\n{node.said()}", flush=True)
        return False
    finally:
        if node.process and node.process.poll() is None:
            node.kill()


def main():
    program, shim, what, rounds, *modes = sys.argv[1:]
    results = [run(program, shim, what == "power", int(rounds), mode) for mode in modes or MODES]
    print(f"Totals: {sum(results)} passed, {len(results) - sum(results)} failed, 0 skipped")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
