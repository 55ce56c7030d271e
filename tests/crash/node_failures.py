#!/usr/bin/env python3
"""What a real node does when its commit log fails, is archived or is read by others, and how it
ends: node_failures.py NODE_PROGRAM SHIM_LIBRARY [CLAIM …]

commit_failure_policy with an fsync that power_shim makes fail; commitlog_archiving.properties with
/bin/ln and a point in time; cdc_raw filling up; SIGTERM under load; a start that fails. The last
line counts the claims.
"""
import pathlib
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cql_client import Connection, CqlError  # noqa: E402
from node_rounds import LIMITS, Node, key, value_of  # noqa: E402


class Failures:
    def __init__(self, program, shim):
        self.program, self.shim = program, shim

    def node(self, home, mode="batch", more="", shim=True):
        return Node(self.program, home, mode, self.shim if shim else None, limits=LIMITS + more)

    @staticmethod
    def schema(connection, options=""):
        connection.query("CREATE KEYSPACE c WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        connection.query(f"CREATE TABLE c.t (n int PRIMARY KEY, v blob){options}")

    @staticmethod
    def write(connection, n, more=""):
        connection.query(f"INSERT INTO c.t (n, v) VALUES ({n}, 0x{value_of(n).hex()}){more}")

    @staticmethod
    def refused(connection, n):
        """Why the node does not take a row."""
        try:
            Failures.write(connection, n)
        except (CqlError, OSError) as problem:
            return str(problem) or type(problem).__name__
        raise AssertionError(f"row {n} was taken")

    @staticmethod
    def read(connection):
        select = connection.prepare("SELECT n, v FROM c.t")
        found = {int.from_bytes(n, "big", signed=True): v for n, v in connection.rows(select, [])}
        assert all(v == value_of(n) for n, v in found.items()), "a row has another content"
        return set(found)

    def failed_sync(self, home, policy):
        """A node whose next fsync of the commit log fails, with ten rows that are durable."""
        node = self.node(home, more=f"commit_failure_policy: {policy}\n")
        connection = node.start()
        self.schema(connection)
        for n in range(10):
            self.write(connection, n)
        (node.home / "journal" / "fail").write_text("CommitLog-")
        return node, connection

    @staticmethod
    def failures(node):
        """The files whose fsync has failed, each as often as it was tried."""
        lines = (node.home / "journal" / "journal").read_text().split("\n")
        return [line.split("\t")[1] for line in lines if line.startswith("F\t")]

    def restarts(self, node, at_least):
        if node.process.poll() is None:
            node.kill()
        (node.home / "journal" / "fail").unlink(missing_ok=True)
        connection = node.start()
        rows = self.read(connection)
        assert at_least <= rows, f"lost: {sorted(at_least - rows)}"
        self.write(connection, 999)
        node.kill()

    def stop_commit_refuses_writes_and_reads_go_on(self, home):
        node, connection = self.failed_sync(home, "stop_commit")
        sentence = self.refused(connection, 10)
        assert "takes no more writes" in sentence, sentence
        (node.home / "journal" / "fail").unlink()
        self.refused(connection, 11)
        assert len(self.failures(node)) == 1, self.failures(node)
        assert self.read(connection) >= set(range(10))
        self.restarts(node, set(range(10)))
        return sentence

    def stop_closes_the_client_transport(self, home):
        node, connection = self.failed_sync(home, "stop")
        self.refused(connection, 10)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                Connection(node.address, timeout=1).close()
                time.sleep(0.05)
            except OSError:
                break
        else:
            raise AssertionError("clients can still connect")
        assert node.process.poll() is None, "the node ended"
        self.restarts(node, set(range(10)))

    def die_ends_the_process(self, home):
        node, connection = self.failed_sync(home, "die")
        self.refused(connection, 10)
        assert node.process.wait(20) == 1
        assert "takes no more writes" in node.said(), node.said()
        self.restarts(node, set(range(10)))

    def ignore_goes_on_in_another_segment(self, home):
        node, connection = self.failed_sync(home, "ignore")
        self.refused(connection, 10)
        (node.home / "journal" / "fail").unlink()
        for n in range(20, 30):
            self.write(connection, n)
        assert len(self.failures(node)) == len(set(self.failures(node))), "an fsync that failed was tried again"
        self.restarts(node, set(range(10)) | set(range(20, 30)))

    def an_end_under_load_is_orderly(self, home):
        node = self.node(home, mode="periodic", shim=False)
        self.schema(node.start())
        acknowledged, enough = set(), threading.Event()

        def ask(first):
            try:
                connection = Connection(node.address)
                select = connection.prepare("SELECT n, v FROM c.t")
                for n in range(first, first + 100_000):
                    self.write(connection, n)
                    acknowledged.add(n)
                    if n % 50 == 49:
                        list(connection.rows(select, []))
                        enough.set()
            except (CqlError, OSError):
                pass  # drained, or closed

        clients = [threading.Thread(target=ask, args=(i * 100_000,)) for i in range(6)]
        for client in clients:
            client.start()
        assert enough.wait(60), node.said()
        node.process.terminate()
        code = node.process.wait(60)
        for client in clients:
            client.join()
        assert code == 0, f"exit code {code}:\n{node.said()}"
        # The last line comes after all parts are destroyed.
        assert node.said().rstrip().endswith("info node: Ended"), node.said()
        self.restarts(node, acknowledged)
        return f"{len(acknowledged)} rows"

    def a_start_that_fails_ends_orderly(self, home):
        first = self.node(home, shim=False)
        first.start().close()
        other = pathlib.Path(home) / "other"
        other.mkdir()
        second = self.node(other, shim=False)
        second.config.write_text(second.config.read_text().replace(second.address, first.address))
        second.launch()
        assert second.process.wait(60) == 1, second.said()
        assert "another program listens" in second.said() or "cannot listen" in second.said(), second.said()
        assert second.said().rstrip().endswith("info node: Ended"), second.said()
        first.kill()

    def archived_segments_bring_back_a_point_in_time(self, home):
        archive = pathlib.Path(home) / "archive"
        archive.mkdir()
        node = self.node(home, mode="periodic", shim=False)
        properties = pathlib.Path(home) / "commitlog_archiving.properties"
        properties.write_text(f"archive_command=/bin/ln -f %path {archive}/%name\n")
        connection = node.start()
        self.schema(connection)
        moment = 1_800_000_000_000_000  # 2027-01-15 08:00:00 UTC
        for n in range(2000):
            self.write(connection, n, f" USING TIMESTAMP {moment + n * 1_000_000 - 1_000_000_000}")
        schema = node.home / "node" / "data"
        time.sleep(2)
        node.process.terminate()
        assert node.process.wait(30) == 0
        archived = sorted(archive.iterdir())
        assert len(archived) > 3, archived
        # The tables' data are lost; the schema and what the node knows of itself are not.
        shutil.rmtree(schema / "c")
        shutil.rmtree(node.home / "node" / "commitlog")
        properties.write_text(f"restore_command=/bin/cp %from %to\nrestore_directories={archive}\n"
                              "restore_point_in_time=2027:01:15 07:59:59\n")
        connection = node.start()
        rows = self.read(connection)
        assert rows and max(rows) == 999, f"{len(rows)} rows up to {max(rows, default=None)}"
        assert len(rows) == 1000, f"{1000 - len(rows)} rows are missing"
        node.kill()
        return f"{len(archived)} segments"

    def cdc_is_linked_and_refuses_when_full(self, home):
        node = self.node(home, more="cdc_enabled: true\ncdc_total_space: 1MiB\n", shim=False)
        raw = node.home / "cdc_raw"
        connection = node.start()
        self.schema(connection, " WITH cdc = true")
        connection.query("CREATE TABLE c.other (n int PRIMARY KEY)")
        sentence, written = "", 0
        for n in range(20000):
            try:
                self.write(connection, n)
                written += 1
            except CqlError as problem:
                sentence = str(problem)
                break
        assert sentence.startswith("0x1600") and "cdc_raw" in sentence, sentence
        connection.query("INSERT INTO c.other (n) VALUES (1)")
        complete = [index for index in raw.glob("*_cdc.idx") if index.read_text().endswith("COMPLETED\n")]
        assert len(complete) > 3, list(raw.iterdir())
        for index in complete:
            segment = raw / (index.name.removesuffix("_cdc.idx") + ".log")
            assert segment.stat().st_size >= int(index.read_text().split()[0])
            segment.unlink()
            index.unlink()
        end = time.monotonic() + 10
        while True:
            try:
                self.write(connection, written)
                break
            except CqlError:
                assert time.monotonic() < end, "with space again no writes are taken"
                time.sleep(0.05)
        assert self.read(connection) >= set(range(written))
        node.kill()
        return sentence


def main():
    failures = Failures(*sys.argv[1:3])
    wanted = sys.argv[3:] or [name for name, each in vars(Failures).items() if each.__doc__ is None and
                              name not in ("__init__", "node", "schema", "write", "read", "restarts") and callable(each)]
    passed = 0
    for name in wanted:
        home = tempfile.mkdtemp(prefix="ringwright-crash-")
        try:
            said = getattr(failures, name)(home)
            print(f"PASS   : {name}{': ' + said if said else ''}", flush=True)
            passed += 1
            shutil.rmtree(home, ignore_errors=True)
        except Exception as problem:
            log = pathlib.Path(home) / "node.log"
            print(f"FAIL!  : {name}: {type(problem).__name__} {problem}\n  see {home}\n"
                  f"{log.read_text(errors='replace')[-2000:] if log.exists() else ''}", flush=True)
    print(f"Totals: {passed} passed, {len(wanted) - passed} failed, 0 skipped")
    return 0 if passed == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
