#!/usr/bin/env python3
"""Unmodified cqlsh and Python driver against a bundled three-node cluster: run.py BIN_FOLDER WORK_FOLDER

Makes a virtual environment in WORK_FOLDER (packages pinned with hashes in requirements.txt),
starts a cluster through ringwright-cluster, checks each claim below, stops it. Every claim prints
a line; the last line counts them.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

HERE = pathlib.Path(__file__).parent


def prepare(work):
    home = work / "venv"
    wanted = (HERE / "requirements.txt").read_text()
    stamp = home / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin/pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
                        "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return home / "bin"


class Bundled:
    """A cluster of its own folder, through the command line that users have."""

    def __init__(self, programs):
        self.tool = programs / "ringwright-cluster"
        self.folder = tempfile.mkdtemp(prefix="ringwright-interop-")

    def __call__(self, *words):
        done = subprocess.run([self.tool, *words, "--dir", self.folder], capture_output=True, text=True, timeout=90)
        if done.returncode != 0:
            raise RuntimeError(f"ringwright-cluster {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def start(self):
        self("create", "interop", "--nodes", "3")
        self.nodes = json.loads(self("start", "interop", "--json"))["nodes"]
        self.addresses = [node["address"] for node in self.nodes]

    def ask(self, node, request):
        secret = pathlib.Path(self.folder, "interop/secret").read_text().strip()
        manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        url = f"http://{node['address']}:{node['admin_port']}/jolokia/"
        manager.add_password(None, url, "ringwright", secret)
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
        body = urllib.request.Request(url, json.dumps(request).encode(), {"Content-Type": "application/json"})
        return json.load(opener.open(body, timeout=60))

    def end(self):
        subprocess.run([self.tool, "stop", "interop", "--dir", self.folder], capture_output=True, timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)


def driver_session(bundled, tools):
    done = subprocess.run([tools / "python", HERE / "session.py", bundled.addresses[0]], capture_output=True, text=True, timeout=120)
    print(done.stdout, end="")
    assert done.returncode == 0, done.stderr[-2000:]


def cqlsh_describes(bundled, tools):
    script = ("CREATE KEYSPACE d WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3};"
              "CREATE TABLE d.t (k text PRIMARY KEY, v int) WITH comment = 'described'; DESCRIBE KEYSPACE d; DROP KEYSPACE d;")
    done = subprocess.run([tools / "cqlsh", bundled.addresses[1], "-e", script], capture_output=True, text=True, timeout=60)
    assert "CREATE TABLE d.t" in done.stdout and "AND comment = 'described'" in done.stdout, done.stdout + done.stderr


def cqlsh_traces_all_replicas(bundled, tools):
    """TRACING ON: the trace of a write at ALL and of a read at ALL has entries of all three nodes."""
    script = ("CREATE KEYSPACE tr WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3};"
              "CREATE TABLE tr.t (k int PRIMARY KEY, v text); CONSISTENCY ALL; TRACING ON;"
              "INSERT INTO tr.t (k, v) VALUES (1, 'x'); SELECT * FROM tr.t WHERE k = 1; TRACING OFF; DROP KEYSPACE tr;")
    done = subprocess.run([tools / "cqlsh", bundled.addresses[0], "-e", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    traces = done.stdout.split("Tracing session: ")[1:]
    assert len(traces) == 2, done.stdout + done.stderr
    for trace, words in zip(traces, (["Appending to commit log", "MUTATION_RSP"], ["Digests of the replicas agree", "1 live rows and"])):
        assert "Execute CQL3 query" in trace and "Request complete" in trace, trace
        for wanted in words + [f"| {address} |" for address in bundled.addresses]:
            assert wanted in trace, f"{wanted!r} is not in {trace}"


def driver_program(bundled, tools, name):
    done = subprocess.run([tools / "python", HERE / name, bundled.addresses[0]], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


def driver_discovers_all_nodes(bundled, tools):
    driver_program(bundled, tools, "discover.py")


def quorum_survives_kill(bundled, tools):
    """SIGKILL of one of three nodes under QUORUM load: no request fails, and hints bring it up to date."""
    load = subprocess.Popen([tools / "python", HERE / "quorum_load.py", bundled.addresses[0], "6"], stdout=subprocess.PIPE, text=True)
    time.sleep(2)
    bundled("kill", "interop/n2")
    out, _ = load.communicate(timeout=90)
    result = json.loads(out)
    assert result["failed"] == 0 and result["written"] > 50, result
    bundled("start", "interop/n2")
    deadline = time.time() + 60
    while True:
        done = subprocess.run([tools / "python", HERE / "quorum_load.py", bundled.addresses[1], "count"], capture_output=True, text=True, timeout=60)
        if done.returncode == 0 and json.loads(done.stdout)["rows"] == result["written"]:
            return
        assert time.time() < deadline, f"{result}; {done.stdout} {done.stderr[-500:]}"
        time.sleep(0.5)


def nodes_join_and_leave_under_load(bundled, tools):
    """A fourth node joins and leaves again while clients write at QUORUM: no request fails, every replica has every row."""
    def rows(address):
        done = subprocess.run([tools / "python", HERE / "quorum_load.py", address, "count"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr[-500:]
        return json.loads(done.stdout)["rows"]

    load = subprocess.Popen([tools / "python", HERE / "quorum_load.py", bundled.addresses[0], "8"], stdout=subprocess.PIPE, text=True)
    time.sleep(2)
    nodes = json.loads(bundled("add", "interop", "--json"))["nodes"]
    assert len(nodes) == 4 and all(node["state"] == "ready" for node in nodes), nodes
    status = bundled("nodetool", "interop/n1", "status", "load")
    assert status.count("\nUN ") == 4 and "Host ID" in status, status
    time.sleep(1)
    nodes = json.loads(bundled("remove", "interop/n4", "--json"))["nodes"]
    assert [node["name"] for node in nodes] == ["n1", "n2", "n3"], nodes
    out, _ = load.communicate(timeout=90)
    result = json.loads(out)
    assert result["failed"] == 0 and result["written"] > 50, result
    counts = [rows(address) for address in bundled.addresses]
    assert len(set(counts)) == 1 and counts[0] >= result["written"], (counts, result)
    status = bundled("nodetool", "interop/n2", "status", "load")
    assert status.count("\nUN ") == 3 and status.count("\nDN ") == 0, status


def nodetool_names_what_exists(bundled, tools):
    for words in (["info"], ["ring", "load"], ["describecluster"], ["gossipinfo"], ["tablestats", "load.t"], ["compactionstats"], ["tablehistograms", "load", "t"], ["tpstats"],
                  ["version"], ["getendpoints", "load", "t", "1"], ["snapshot", "-t", "tool", "load"], ["listsnapshots"],
                  ["clearsnapshot", "-t", "tool"], ["settraceprobability", "0"], ["flush", "load"]):
        out = bundled("nodetool", "interop/n1", *words)
        assert out or words[0] in ("settraceprobability", "flush"), words
    memory = [line for line in bundled("nodetool", "interop/n1", "info").splitlines() if line.startswith("Heap Memory")]
    assert float(memory[0].split(":")[1]) > 1, memory
    # The table was flushed: its partitions have a size, and writes were counted.
    histogram = {line.split()[0]: line.split()[1:] for line in bundled("nodetool", "interop/n1", "tablehistograms", "load", "t").splitlines()[3:]}
    assert float(histogram["Max"][1]) > 0 and int(histogram["Max"][2]) > 10 and int(histogram["50%"][3]) > 0, histogram
    pools = {line.split()[0]: line.split()[1:] for line in bundled("nodetool", "interop/n1", "tpstats").splitlines() if line}
    assert int(pools["MutationStage"][2]) > 50 and int(pools["MemtableFlushWriter"][2]) > 0 and "READ_REQ" in pools, pools
    try:
        bundled("nodetool", "interop/n1", "frobnicate")
    except RuntimeError as e:
        assert "frobnicate" in str(e) and "tablestats" in str(e), e
    else:
        raise AssertionError("an unknown command was taken")


def a_cut_node_is_down_for_the_others_until_it_is_healed(bundled, tools):
    def states(node):
        return [line[:2] for line in bundled("nodetool", f"interop/{node}", "status").splitlines() if line[:2] in ("UN", "DN")]

    def wait(node, wanted):
        for _ in range(120):
            if states(node) == wanted:
                return
            time.sleep(0.5)
        raise AssertionError(f"{node} sees {states(node)}, not {wanted}")

    bundled("fault", "interop/n3", "cut")
    assert "all others" in bundled("fault", "interop/n3", "show")
    wait("n1", ["UN", "UN", "DN"])
    wait("n3", ["DN", "DN", "UN"])
    bundled("fault", "interop/n3", "heal")
    for node in ("n1", "n2", "n3"):
        wait(node, ["UN", "UN", "UN"])
    bundled("fault", "interop/n3", "slow", "150", "n1")
    assert "150 ms" in bundled("fault", "interop/n3", "show")
    bundled("fault", "interop/n3", "heal")
    assert bundled("fault", "interop/n3", "show").strip() == "no fault"


def admin_flush_snapshot_repair(bundled, tools):
    service = "org.apache.cassandra.db:type=StorageService"
    node = bundled.nodes[0]

    def call(operation, *arguments):
        answer = bundled.ask(node, {"type": "exec", "mbean": service, "operation": operation, "arguments": list(arguments)})
        assert answer["status"] == 200, answer
        return answer["value"]

    call("forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)", "load", [])
    call("takeSnapshot(java.lang.String,java.util.Map,[Ljava.lang.String;)", "snap", {}, ["load"])
    files = list(pathlib.Path(bundled.folder).glob("interop/n1/data/load/*/snapshots/snap/nb-*-big-Data.db"))
    assert files, "the snapshot has no Data.db"
    command = call("repairAsync(java.lang.String,java.util.Map)", "load", {"incremental": "false"})
    deadline = time.time() + 60
    while (state := call("getParentRepairStatus(int)", command)[0]) == "IN_PROGRESS":
        assert time.time() < deadline, "the repair does not end"
        time.sleep(0.2)
    assert state == "COMPLETED", state


def an_incremental_repair_marks_the_same_data_on_every_node(bundled, tools):
    bundled("nodetool", "interop/n2", "repair", "load")
    marks = []
    for node in ("n1", "n2", "n3"):
        files = list(pathlib.Path(bundled.folder).glob(f"interop/{node}/data/load/*/nb-*-big-Data.db"))
        assert files, f"{node} has no SSTable of load"
        inspected = subprocess.run([bundled.tool, "sstable", "inspect", *files, "--json"], capture_output=True, text=True, timeout=60)
        shown = json.loads(inspected.stdout)
        shown = shown if isinstance(shown, list) else [shown]
        assert all(table["repaired_at"] > 0 and table["pending_repair"] is None for table in shown), shown
        marks.append({table["repaired_at"] for table in shown})
        stats = bundled("nodetool", f"interop/{node}", "tablestats", "load")
        assert "Percent repaired: 100.0" in stats, stats
    # And the session can be looked at, and not be cancelled any more.
    assert bundled("nodetool", "interop/n1", "repair_admin") == "no sessions\n"
    lines = bundled("nodetool", "interop/n1", "repair_admin", "list", "--all").splitlines()
    assert [word.strip() for word in lines[0].split("|")] == ["id", "state", "last activity", "coordinator", "participants",
                                                              "participants_wp"], lines
    session = lines[1].split(" | ")[0]
    assert len(lines) > 1 and all(line.split(" | ")[1].strip() == "FINALIZED" for line in lines[1:]), lines
    try:
        bundled("nodetool", "interop/n1", "repair_admin", "cancel", "--session", session, "--force")
        raise AssertionError("a session that has ended was cancelled")
    except RuntimeError as refused:
        assert f"Session {session} has ended" in str(refused), refused
    pending = bundled("nodetool", "interop/n1", "repair_admin", "summarize-pending", "-v", "load").splitlines()
    assert len(pending) > 1 and all("0 bytes (0 sstables / 0 sessions)" in line for line in pending[1:]), pending
    repaired = bundled("nodetool", "interop/n1", "repair_admin", "summarize-repaired", "load").splitlines()
    assert all(int(line.split(" | ")[2]) > 0 for line in repaired[1:]), repaired
    assert "Cleaning up data" in bundled("nodetool", "interop/n1", "repair_admin", "cleanup", "load")
    assert marks[0] == marks[1] == marks[2], marks


def restart_keeps_everything(bundled, tools):
    before = subprocess.run([tools / "python", HERE / "quorum_load.py", bundled.addresses[2], "count"], capture_output=True, text=True, timeout=60).stdout
    bundled("stop", "interop")
    bundled("start", "interop")
    after = subprocess.run([tools / "python", HERE / "quorum_load.py", bundled.addresses[2], "count"], capture_output=True, text=True, timeout=60).stdout
    assert before == after and before, (before, after)


def host_killed_leaves_nothing(bundled, tools):
    """SIGKILL of the host with a node paused: no node runs two seconds later, and the next start works."""
    bundled("pause", "interop/n3")
    host = subprocess.run(["pgrep", "-f", f"host interop --dir {bundled.folder}"], capture_output=True, text=True).stdout.split()
    subprocess.run(["kill", "-9", *host], check=True)
    time.sleep(2)
    left = [node["pid"] for node in bundled.nodes if pathlib.Path(f"/proc/{node['pid']}/cmdline").exists()
            and b"interop" in pathlib.Path(f"/proc/{node['pid']}/cmdline").read_bytes()]
    assert not left, left
    bundled("start", "interop")


CLAIMS = [driver_discovers_all_nodes, driver_session, cqlsh_describes, cqlsh_traces_all_replicas, quorum_survives_kill, nodes_join_and_leave_under_load,
          nodetool_names_what_exists, a_cut_node_is_down_for_the_others_until_it_is_healed, admin_flush_snapshot_repair,
          an_incremental_repair_marks_the_same_data_on_every_node, restart_keeps_everything, host_killed_leaves_nothing]


def main():
    programs, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    tools = prepare(work)
    bundled = Bundled(programs)
    failed = 0
    try:
        bundled.start()
        for claim in CLAIMS:
            began = time.time()
            try:
                claim(bundled, tools)
                print(f"PASS   : interop::{claim.__name__} ({time.time() - began:.1f} s)", flush=True)
            except Exception as e:
                failed += 1
                print(f"FAIL!  : interop::{claim.__name__} {type(e).__name__}: {e}", flush=True)
    finally:
        bundled.end()
    print(f"{len(CLAIMS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
