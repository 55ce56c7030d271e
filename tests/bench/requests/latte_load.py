"""What run.py and compare.py share: a load of latte on one core, and the CPU that servers spend."""
import base64
import contextlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).parent
P99 = 11  # of latte's percentiles: least, 1, 2, 5, 10, 25, 50, 75, 90, 95, 98, 99, 99.9, 99.99, most
FUNCTIONS = ["point", "slice", "write", "batch"]
BUDGETS = {"write": 5.0, "point": 9.0, "slice": 25.0, "batch": None}


def cpu_seconds(pid):
    """Of all threads with the kernel; threads that ended count, too."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = (int(fields[11]) + int(fields[12])) / 100
    living = sum(int(path.read_text().split()[0]) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    return max(ticks, living)


def storage_service(server, operation, arguments):
    """nodetool's way, on all nodes of either server: it has `admins` (address and port) and secret (None: asks for none)."""
    headers = {"Content-Type": "application/json"}
    if server.secret:
        headers["Authorization"] = "Basic " + base64.b64encode(f"ringwright:{server.secret}".encode()).decode()
    for address, port in server.admins:
        request = urllib.request.Request(
            f"http://{address}:{port}/jolokia/",
            json.dumps({"type": "exec", "mbean": "org.apache.cassandra.db:type=StorageService",
                        "operation": operation, "arguments": arguments}).encode(), headers)
        answer = json.load(urllib.request.urlopen(request, timeout=1800))
        if answer["status"] != 200:
            raise SystemExit(f"{operation} failed: {answer}")


def flush(server):
    storage_service(server, "forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)", ["bench_ts", []])


def compact(server):
    """Into one SSTable."""
    storage_service(server, "forceKeyspaceCompaction(boolean,java.lang.String,[Ljava.lang.String;)", [False, "bench_ts", []])


def stop_compactions(server):
    storage_service(server, "disableAutoCompaction(java.lang.String,[Ljava.lang.String;)", ["bench_ts", []])


class Load:
    """8 connections with 16 requests in flight on each, LOCAL_QUORUM of `replicas`."""

    def __init__(self, latte, address, rows, core=1, replicas=1):
        self.replicas = f"rf={replicas}"
        self.command = ["taskset", "-c", str(core), latte]
        self.rows = rows
        self.address = address
        self.folder = tempfile.mkdtemp(prefix="ringwright-latte-")

    def latte(self, verb, *words):
        done = subprocess.run([*self.command, verb, str(HERE / "timeseries.rn"), *words, self.address],
                              capture_output=True, text=True, cwd=self.folder)
        if done.returncode != 0:
            raise SystemExit(f"latte {verb} failed:\n{done.stdout}\n{done.stderr}")

    def fill(self):
        self.latte("schema", "-P", self.replicas)
        self.latte("load", "-P", f"rows={self.rows}", "-P", self.replicas, "-t", "1", "--concurrency", "128")

    def run(self, function, requests, rate=None):
        """The number of requests done, how many a second, and the 99th percentile of latency in
        milliseconds. `rate`: so many a second, whatever the answers take (open loop)."""
        report = pathlib.Path(self.folder, "report.json")
        report.unlink(missing_ok=True)
        self.latte("run", "-f", function, "-P", f"rows={self.rows}", "-d", str(requests), "-w", "1",
                   "--connections", "8", "--concurrency", "128", "-t", "1", "-q", "-o", str(report),
                   *(["-r", str(rate)] if rate else []))
        result = json.loads(report.read_text())["result"]
        if result["error_count"]:
            raise SystemExit(f"{result['error_count']} requests of '{function}' failed")
        return (result["request_count"], result["request_count"] / result["elapsed_time_s"],
                result["cycle_latency"]["percentiles"][P99]["value"])

    def cost(self, function, requests, *pids):
        """CPU microseconds a request of these processes together, and requests a second."""
        before = sum(map(cpu_seconds, pids))
        done, rate, _ = self.run(function, requests)
        return (sum(map(cpu_seconds, pids)) - before) / done * 1e6, rate

    @contextlib.contextmanager
    def steady(self, function, rate):
        """So many requests a second for as long as the block runs."""
        running = subprocess.Popen([*self.command, "run", str(HERE / "timeseries.rn"), "-f", function, "-P", f"rows={max(self.rows, 1)}",
                                    "-d", "1h", "-w", "1", "-t", "1", "-q", "-r", str(rate), self.address],
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            running.kill()
            running.wait()

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Ringwright:
    """So many nodes of ours in a new folder, all on core 0; the first one is spoken to."""

    def __init__(self, bin_folder, yaml_lines=(), nodes=1):
        self.tool = bin_folder / "ringwright-cluster"
        self.folder = tempfile.mkdtemp(prefix="ringwright-bench-")
        self.call("create", "requests", "--nodes", str(nodes))
        for config in pathlib.Path(self.folder).rglob("cassandra.yaml"):
            lines = [line for line in config.read_text().splitlines()
                     if line.split(":")[0] not in {given.split(":")[0] for given in yaml_lines}]
            config.write_text("\n".join([*lines, *yaml_lines, ""]))
        started = json.loads(self.call("start", "requests", "--json"))["nodes"]
        self.address = started[0]["address"]
        self.admins = [(node["address"], node["admin_port"]) for node in started]
        self.pids = [node["pid"] for node in started]
        self.pid = self.pids[0]
        self.secret = pathlib.Path(self.folder, "requests", "secret").read_text().strip()
        for pid in self.pids:
            subprocess.run(["taskset", "-acp", "0", str(pid)], check=True, capture_output=True)

    def call(self, *words):
        return subprocess.run([self.tool, *words, "--dir", self.folder], check=True, capture_output=True, text=True).stdout

    def close(self):
        self.call("stop", "requests")
        shutil.rmtree(self.folder, ignore_errors=True)
