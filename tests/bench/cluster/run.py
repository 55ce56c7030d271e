#!/usr/bin/env python3
"""What a bundled three-node cluster costs to start and to keep: run.py BIN_FOLDER [ROUNDS]

Start: new folder, from the command to a QUORUM read answered through each node and each node
seeing three up. Memory: sum of the nodes' PSS. Idle: their CPU over ten seconds, in percent of a
core. Raw native-protocol frames are used, so that no driver's own start is measured.
"""
import base64
import json
import pathlib
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

QUERY = b"SELECT * FROM system_distributed.parent_repair_history LIMIT 1"
QUORUM = 4


def frame(opcode, body):
    return struct.pack(">BBhBI", 4, 0, 1, opcode, len(body)) + body


def receive(sock):
    def exactly(size):
        data = b""
        while len(data) < size:
            part = sock.recv(size - len(data))
            if not part:
                raise OSError("closed")
            data += part
        return data
    _, _, _, opcode, length = struct.unpack(">BBhBI", exactly(9))
    return opcode, exactly(length)


def quorum_read(address, port):
    with socket.create_connection((address, port), timeout=5) as sock:
        sock.sendall(frame(1, struct.pack(">HH", 1, 11) + b"CQL_VERSION" + struct.pack(">H", 5) + b"3.4.7"))
        assert receive(sock)[0] == 2
        sock.sendall(frame(7, struct.pack(">I", len(QUERY)) + QUERY + struct.pack(">HB", QUORUM, 0)))
        return receive(sock)[0] == 8


def live_nodes(node, secret):
    request = urllib.request.Request(
        f"http://{node['address']}:{node['admin_port']}/jolokia/",
        json.dumps({"type": "read", "mbean": "org.apache.cassandra.db:type=StorageService", "attribute": "LiveNodes"}).encode(),
        {"Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(f"ringwright:{secret}".encode()).decode()})
    return len(json.load(urllib.request.urlopen(request, timeout=5))["value"])


def until(check, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        try:
            if check():
                return
        except (OSError, AssertionError):
            pass
        time.sleep(0.005)
    raise SystemExit("the cluster did not become ready")


def pss(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid):
    """On all threads, to the nanosecond: the ticks of /proc/PID/stat are too coarse for an idle node."""
    return sum(int(path.read_text().split()[0]) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def main():
    tool = pathlib.Path(sys.argv[1]) / "ringwright-cluster"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    folder = tempfile.mkdtemp(prefix="ringwright-bench-")

    def run(*words):
        return subprocess.run([tool, *words, "--dir", folder], check=True, capture_output=True, text=True).stdout

    times = []
    for i in range(rounds):
        name = f"bench{i}"
        began = time.perf_counter()
        run("create", name)
        nodes = json.loads(run("start", name, "--json"))["nodes"]
        secret = pathlib.Path(folder, name, "secret").read_text().strip()
        for node in nodes:
            until(lambda: quorum_read(node["address"], node["cql_port"]))
            until(lambda: live_nodes(node, secret) == 3)
        times.append((time.perf_counter() - began) * 1000)
        if i == rounds - 1:
            pids = [node["pid"] for node in nodes]
            time.sleep(2)
            before, moment = sum(map(cpu_seconds, pids)), time.time()
            time.sleep(10)
            idle = (sum(map(cpu_seconds, pids)) - before) / (time.time() - moment) * 100
            print(f"memory, empty:  {sum(map(pss, pids)):.1f} MB (sum of PSS of three nodes)")
            print(f"idle:           {idle:.2f} % of a core, three nodes together")
        run("stop", name)
    print(f"start of three: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms of {rounds}")
    shutil.rmtree(folder, ignore_errors=True)


main()
