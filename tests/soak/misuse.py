#!/usr/bin/env python3
"""What users do to a bundled cluster: misuse.py BIN_FOLDER WORK_FOLDER short|long [CLAIM …]

A full disk, one that is nearly full, no file handles left, a node that stands still, thousands of tables, an answer larger
than a message may be. Each claim prints a line; the last line counts them. `short` is for the
normal run. WORK_FOLDER gets the Python driver, as in tests/interop. The full disk is a small tmpfs and needs root: without it the claim is said to be skipped.
"""
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "interop")]
from bundled import FLUSH, Cluster, pss_mb  # noqa: E402
from run import prepare  # noqa: E402

KEYSPACE = "CREATE KEYSPACE m WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': %d}"


class Skipped(Exception):
    pass


class Misuse:
    def __init__(self, programs, python, long):
        self.programs, self.python, self.long = programs, python, long

    def script(self, address, text, timeout=300):
        """Python with `session` of the unmodified driver: what it printed as JSON."""
        head = ("import json, sys, time\n"
                "from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT\n"
                "from cassandra import ConsistencyLevel\n"
                "from cassandra.query import SimpleStatement\n"
                "profile = ExecutionProfile(request_timeout=60, consistency_level=ConsistencyLevel.QUORUM)\n"
                f"cluster = Cluster([{address!r}], execution_profiles={{EXEC_PROFILE_DEFAULT: profile}}, connect_timeout=30, idle_heartbeat_interval=0)\n"
                "session = cluster.connect()\n")
        done = subprocess.run([self.python, "-c", head + text + "\ncluster.shutdown()\n"], capture_output=True, text=True,
                              timeout=timeout)
        assert done.returncode == 0, done.stderr[-1500:]
        return json.loads(done.stdout.strip().splitlines()[-1])


def full_disk(misuse):
    """Writes are refused in words, reads go on, and with space again everything is back."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ringwright-full-"))
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", folder]).returncode != 0:
        raise Skipped("a tmpfs needs root")
    try:
        with Cluster(misuse.programs, "full", folder) as cluster:
            cluster.create(1)
            cluster.start()
            address = cluster.nodes[0]["address"]
            text = (f"session.execute(\"{KEYSPACE % 1}\"); session.execute('CREATE TABLE m.t (k int PRIMARY KEY, v blob)')\n"
                    "insert = session.prepare('INSERT INTO m.t (k, v) VALUES (?, ?)')\n"
                    "import os\nwritten, error = 0, ''\n"
                    "try:\n"
                    "    for k in range(20000):\n"
                    "        session.execute(insert, (k, os.urandom(20000))); written += 1\n"
                    "except Exception as e:\n    error = str(e)\n"
                    "print(json.dumps({'written': written, 'error': error}))")
            result = misuse.script(address, text)
            assert result["error"] and result["written"] > 100, result
            print(f"  after {result['written']} rows: {result['error'][:200]}")
            said = [line for path in cluster.home(1).rglob("*.log") for line in path.read_text(errors="replace").splitlines()
                    if "space" in line.lower()]
            assert said, "the node's log does not say that the disk is full"
            print(f"  in its log: {said[0][:200]}")
            assert "No space left" in result["error"], result
            count = "rows = 0\nfor row in session.execute('SELECT k FROM m.t'): rows += 1\n"
            there = misuse.script(address, count + "print(json.dumps(rows))")
            assert there >= result["written"], f"{result['written']} rows were acknowledged, {there} are read while the disk is full"
            assert cluster.status()[0]["state"] == "ready", cluster.status()[0]
            subprocess.run(["mount", "-o", "remount,size=512m", folder], check=True)
            text = ("insert = session.prepare('INSERT INTO m.t (k, v) VALUES (?, ?)')\n"
                    "began, error = time.time(), None\n"
                    "while time.time() < began + 20:\n"
                    "    try:\n        session.execute(insert, (-2, b'')); break\n"
                    "    except Exception as e:\n        error = str(e); time.sleep(0.1)\n"
                    "print(json.dumps(round(time.time() - began, 1)))")
            waited = misuse.script(address, text)
            assert waited < 10, f"{waited} s after there was space again the node still took no writes"
            print(f"  with space again it took writes after {waited} s")
            began = time.monotonic()
            cluster.run("stop", "full")
            cluster.start()
            print(f"  stopped and started in {time.monotonic() - began:.1f} s")
            back = misuse.script(address, "rows = 0\nfor row in session.execute('SELECT k FROM m.t'): rows += 1\n"
                                          "session.execute(\"INSERT INTO m.t (k, v) VALUES (-1, 0x00)\")\n"
                                          "print(json.dumps(rows))")
            assert back >= result["written"], f"{result['written']} rows were acknowledged, {back} are there"
    finally:
        subprocess.run(["umount", "-l", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def disk_nearly_full(misuse):
    """Beyond its share of the disk a node gets no more writes of clients, until there is space again."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ringwright-guard-"))
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "none", folder]).returncode != 0:
        raise Skipped("a tmpfs needs root")
    guardrails = "org.apache.cassandra.db:type=Guardrails"
    try:
        with Cluster(misuse.programs, "guard", folder) as cluster:
            cluster.create(1)
            config = cluster.home(1) / "conf" / "cassandra.yaml"
            config.write_text(config.read_text() + "data_disk_usage_percentage_warn_threshold: 50\ndata_disk_usage_percentage_fail_threshold: 70\n")
            cluster.start()

            def measure():
                cluster.ask(1, {"type": "exec", "mbean": guardrails, "operation": "setDataDiskUsagePercentageThreshold(int,int)", "arguments": [50, 70]})
                time.sleep(0.5)

            address = cluster.nodes[0]["address"]
            head = (f"session.execute(\"{KEYSPACE % 1}\"); session.execute('CREATE TABLE m.t (k int PRIMARY KEY, v blob)')\n"
                    "session.execute('INSERT INTO m.t (k, v) VALUES (1, 0x01)')\nprint(json.dumps(0))")
            misuse.script(address, head)
            text = ("outcome = []\n"
                    "for cql in ('INSERT INTO m.t (k, v) VALUES (2, 0x02)', 'DELETE FROM m.t WHERE k = 1', 'BEGIN UNLOGGED BATCH UPDATE m.t SET v = 0x03 WHERE k = 3; APPLY BATCH',\n"
                    "            'SELECT k FROM m.t', 'TRUNCATE m.t'):\n"
                    "    try:\n        future = session.execute_async(cql); future.result(); outcome.append('; '.join(future.warnings or []))\n"
                    "    except Exception as e:\n        outcome.append(str(e))\n"
                    "print(json.dumps(outcome))")

            def until(wanted):
                measure()
                for _ in range(50):
                    outcome = misuse.script(address, text)
                    if wanted in outcome[0] and (wanted or not outcome[0]):
                        return outcome
                    time.sleep(0.1)
                raise AssertionError(f"{wanted!r} is not said: {outcome}")

            ballast = cluster.home(1) / "data" / "ballast"
            with open(ballast, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 122 << 20)
            refused = until("failure threshold")
            print(f"  {refused[0]}")
            assert all("Guardrail replica_disk_usage violated" in said for said in refused[:3]), refused
            assert refused[3:] == ["", ""], f"reads and TRUNCATE are not refused: {refused}"
            with open(ballast, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 85 << 20)
            warned = until("warning threshold")
            print(f"  {warned[0]}")
            ballast.unlink()
            assert until("") == [""] * 5
    finally:
        subprocess.run(["umount", "-l", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def data_folders_come_and_go(misuse):
    """Data lie on the disks that the list names; a longer list, another order and a lost disk lose nothing else."""
    with Cluster(misuse.programs, "disks") as cluster:
        cluster.create(1)
        home = cluster.home(1)
        config = home / "conf" / "cassandra.yaml"
        lines = [line for line in config.read_text().splitlines() if not line.startswith("data_file_directories")]

        def start(*disks):
            if cluster.nodes:
                cluster.run("stop", "disks")
            config.write_text("\n".join(lines + ["disk_failure_policy: best_effort", "data_file_directories:"] + [f"  - {home / disk}" for disk in disks]) + "\n")
            cluster.start()

        def rows():
            return misuse.script(cluster.nodes[0]["address"], "print(json.dumps(len(list(session.execute('SELECT k FROM m.t')))))")

        def where():
            return sorted({path.relative_to(home).parts[0] for path in home.glob("*/m/t-*/nb-*-Data.db")})

        start("data")
        misuse.script(cluster.nodes[0]["address"], f"session.execute(\"{KEYSPACE % 1}\"); session.execute('CREATE TABLE m.t (k int PRIMARY KEY)')\n"
                      "insert = session.prepare('INSERT INTO m.t (k) VALUES (?)')\n"
                      "for k in range(1000): session.execute(insert, (k,))\nprint(json.dumps(0))")
        cluster.call(1, FLUSH, "m", [])
        assert where() == ["data"], where()
        start("data3", "data", "data2")
        assert rows() == 1000, rows()
        cluster.run("nodetool", "disks/n1", "relocatesstables", "m", "t")
        assert where() == ["data", "data2", "data3"], where()
        assert rows() == 1000, rows()
        system = sorted({path.relative_to(home).parts[0] for path in home.glob("*/system/local-*/nb-*-Data.db")})
        assert "data2" not in system, f"tables of the node itself lie in {system}"
        cluster.run("stop", "disks")
        (home / "data2").rename(home / "away")
        (home / "data2").write_text("no folder")
        cluster.start()
        left = rows()
        print(f"  without one of three folders {left} of 1000 rows are there")
        assert 550 < left < 780, left
        cluster.run("stop", "disks")
        (home / "data2").unlink()
        (home / "away").rename(home / "data2")
        cluster.start()
        assert rows() == 1000, rows()


def no_file_handles(misuse):
    """With few handles a node says so or works; it does not lose what it acknowledged."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Cluster(misuse.programs, "handles") as cluster:
        cluster.create(1)
        resource.setrlimit(resource.RLIMIT_NOFILE, (96, hard))
        try:
            code, output, errors = cluster.attempt("start", "handles", "--json")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        print(f"  start with 96 handles: exit code {code} {errors[:200]}")
        if code != 0:
            assert errors, "no sentence"
            return
        cluster.nodes = json.loads(output)["nodes"]
        text = (f"session.execute(\"{KEYSPACE % 1}\"); import os\n"
                "tables, error = 0, ''\n"
                "try:\n"
                "    for n in range(60):\n"
                "        session.execute(f'CREATE TABLE m.t{n} (k int PRIMARY KEY)'); session.execute(f'INSERT INTO m.t{n} (k) VALUES (1)'); tables += 1\n"
                "except Exception as e:\n    error = str(e)\n"
                "print(json.dumps({'tables': tables, 'error': error}))")
        result = misuse.script(cluster.nodes[0]["address"], text)
        try:
            cluster.call(1, FLUSH, "m", [])
            print("  flush of 60 tables: done")
        except Exception as problem:
            print(f"  flush of 60 tables: {str(problem)[:200]}")
        state = cluster.status()[0]["state"]
        print(f"  {result}, the node is {state}")
        cluster.run("stop", "handles")
        cluster.start()
        rows = misuse.script(cluster.nodes[0]["address"],
                             f"print(json.dumps(sum(len(list(session.execute(f'SELECT k FROM m.t{{n}}'))) for n in range({result['tables']}))))")
        assert rows == result["tables"], f"{result['tables']} rows were acknowledged, {rows} are there"


def file_handles_run_out(misuse):
    """Without a handle for the next segment writes are refused in words, and taken again with one."""
    with Cluster(misuse.programs, "scarce") as cluster:
        cluster.create(1)
        config = cluster.home(1) / "conf" / "cassandra.yaml"
        config.write_text(config.read_text() + "commitlog_segment_size: 64KiB\n")
        cluster.start()
        pid, address = cluster.nodes[0]["pid"], cluster.nodes[0]["address"]
        text = (f"session.execute(\"{KEYSPACE % 1}\"); session.execute('CREATE TABLE m.t (k int PRIMARY KEY, v blob)')\n"
                "import os, resource\n"
                "insert = session.prepare('INSERT INTO m.t (k, v) VALUES (?, ?)'); value = os.urandom(4000)\n"
                "for k in range(50): session.execute(insert, (k, value))\n"
                "session.execute('SELECT k FROM m.t')\n"
                f"soft, hard = resource.prlimit({pid}, resource.RLIMIT_NOFILE)\n"
                f"resource.prlimit({pid}, resource.RLIMIT_NOFILE, (3, hard))\n"
                "written, error = 50, ''\n"
                "try:\n"
                "    for k in range(50, 200): session.execute(insert, (k, value)); written += 1\n"
                "except Exception as e:\n    error = str(e)\n"
                "read = len(list(session.execute('SELECT k FROM m.t')))\n"
                f"resource.prlimit({pid}, resource.RLIMIT_NOFILE, (soft, hard))\n"
                "began = time.time()\n"
                "while time.time() < began + 20:\n"
                "    try:\n        session.execute(insert, (-1, value)); break\n"
                "    except Exception: time.sleep(0.1)\n"
                "print(json.dumps({'written': written, 'error': error, 'read': read, 'back': round(time.time() - began, 1)}))")
        result = misuse.script(address, text)
        print(f"  {result}")
        assert "Too many open files" in result["error"], result
        assert result["read"] >= result["written"] and result["back"] < 10, result
        cluster.run("stop", "scarce")
        cluster.start()
        rows = misuse.script(cluster.nodes[0]["address"], "print(json.dumps(len(list(session.execute('SELECT k FROM m.t')))))")
        assert rows >= result["written"] + 1, f"{result['written'] + 1} rows were acknowledged, {rows} are there"


def node_stands_still(misuse):
    """SIGSTOP of one of three: QUORUM goes on, it is convicted, and comes back by itself with everything."""
    seconds = 60 if misuse.long else 20
    with Cluster(misuse.programs, "still") as cluster:
        cluster.create(3)
        cluster.start()
        pid = cluster.nodes[2]["pid"]
        address = cluster.nodes[0]["address"]
        misuse.script(address, f"session.execute(\"{KEYSPACE % 3}\"); session.execute('CREATE TABLE m.t (k int PRIMARY KEY)')\nprint(1)")
        os.kill(pid, signal.SIGSTOP)
        try:
            text = ("failed, written, end = 0, 0, time.time() + %d\n"
                    "while time.time() < end:\n"
                    "    try:\n        session.execute('INSERT INTO m.t (k) VALUES (%%d)' %% written); written += 1\n"
                    "    except Exception as e:\n        failed += 1; last = str(e)\n"
                    "    time.sleep(0.02)\n"
                    "print(json.dumps({'failed': failed, 'written': written}))" % seconds)
            result = misuse.script(address, text)
            down = cluster.ask(1, {"type": "read", "mbean": "org.apache.cassandra.net:type=FailureDetector", "attribute": "DownEndpointCount"})
            assert down == 1, f"{down} nodes are convicted after {seconds} s"
        finally:
            os.kill(pid, signal.SIGCONT)
        print(f"  {result} in {seconds} s")
        assert result["failed"] == 0, result
        end = time.monotonic() + 30
        while (found := misuse.script(cluster.nodes[2]["address"],
                "rows = session.execute(SimpleStatement('SELECT count(*) FROM m.t', consistency_level=ConsistencyLevel.ONE))\n"
                "print(json.dumps(rows.one()[0]))")) < result["written"]:
            assert time.monotonic() < end, f"{found} of {result['written']} rows are there"
            time.sleep(0.5)
        live = cluster.ask(3, {"type": "read", "mbean": "org.apache.cassandra.db:type=StorageService", "attribute": "LiveNodes"})
        assert len(live) == 3, live


def many_tables(misuse):
    """A schema far larger than anybody should make: slower, not broken, also after a restart."""
    count = 10000 if misuse.long else 200
    with Cluster(misuse.programs, "tables") as cluster:
        cluster.create(1)
        cluster.start()
        address = cluster.nodes[0]["address"]
        text = (f"session.execute(\"{KEYSPACE % 1}\"); cluster.schema_metadata_enabled = False\n"
                "began, slowest = time.time(), 0\n"
                f"for n in range({count}):\n"
                "    one = time.time(); session.execute(f'CREATE TABLE m.t{n} (k int PRIMARY KEY, a text, b text)'); slowest = max(slowest, time.time() - one)\n"
                f"session.execute('INSERT INTO m.t{count - 1} (k) VALUES (1)')\n"
                "print(json.dumps({'seconds': round(time.time() - began, 1), 'slowest': round(slowest, 2)}))")
        result = misuse.script(address, text, timeout=2400)
        memory = pss_mb(cluster.nodes[0]["pid"])
        began = time.monotonic()
        cluster.run("stop", "tables", timeout=300)
        stopped = time.monotonic() - began
        began = time.monotonic()
        cluster.start()
        print(f"  {count} tables: {result}, {memory:.0f} MB, stop {stopped:.1f} s, start {time.monotonic() - began:.1f} s")
        rows = misuse.script(address, f"print(json.dumps(len(list(session.execute('SELECT k FROM m.t{count - 1}')))))")
        assert rows == 1


def answer_too_large(misuse):
    """A page of more bytes than a message may have is refused or cut in words; the node goes on serving."""
    rows = 400 if misuse.long else 40
    with Cluster(misuse.programs, "large") as cluster:
        cluster.create(1)
        cluster.start()
        text = (f"session.execute(\"{KEYSPACE % 1}\"); session.execute('CREATE TABLE m.t (k int, c int, v blob, PRIMARY KEY (k, c))')\n"
                "insert = session.prepare('INSERT INTO m.t (k, c, v) VALUES (1, ?, ?)'); value = bytes(1000000)\n"
                f"for c in range({rows}): session.execute(insert, (c, value))\n"
                "outcome = ''\n"
                "try:\n"
                "    outcome = len(list(session.execute(SimpleStatement('SELECT * FROM m.t', fetch_size=None))))\n"
                "except Exception as e:\n    outcome = str(e)[:300]\n"
                "paged = sum(1 for row in session.execute(SimpleStatement('SELECT * FROM m.t', fetch_size=10)))\n"
                "print(json.dumps({'unpaged': outcome, 'paged': paged}))")
        result = misuse.script(cluster.nodes[0]["address"], text, timeout=600)
        print(f"  {rows} MB in one answer: {result}, {pss_mb(cluster.nodes[0]['pid']):.0f} MB")
        assert result["paged"] == rows, result
        assert result["unpaged"] == rows or isinstance(result["unpaged"], str), result


CLAIMS = [full_disk, disk_nearly_full, data_folders_come_and_go, no_file_handles, file_handles_run_out, node_stands_still, answer_too_large, many_tables]


def main():
    programs, work, length, *chosen = sys.argv[1:]
    misuse = Misuse(programs, prepare(pathlib.Path(work)) / "python", length == "long")
    passed = failed = skipped = 0
    for claim in CLAIMS:
        if chosen and claim.__name__ not in chosen:
            continue
        began = time.monotonic()
        try:
            claim(misuse)
            passed += 1
            print(f"PASS   : misuse::{claim.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Skipped as why:
            skipped += 1
            print(f"SKIP   : misuse::{claim.__name__}() {why}", flush=True)
        except Exception as problem:
            failed += 1
            print(f"FAIL!  : misuse::{claim.__name__} {type(problem).__name__}: {problem}", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
