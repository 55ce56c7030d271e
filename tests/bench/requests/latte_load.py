"""What run.py and compare.py share: a load of latte on one core, and the CPU that servers spend."""
import base64
import json
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).parent
FUNCTIONS = ["point", "slice", "write", "batch"]
BUDGETS = {"write": 5.0, "point": 9.0, "slice": 25.0, "batch": None}


def cpu_seconds(pid):
    """Of all threads with the kernel; threads that ended count, too."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = (int(fields[11]) + int(fields[12])) / 100
    living = sum(int(path.read_text().split()[0]) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    return max(ticks, living)


def one_sstable(address, admin_port, secret=None):
    """Flushes and compacts, so that every read meets one SSTable."""
    for operation, arguments in (("forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)", ["bench_ts", []]),
                                 ("forceKeyspaceCompaction(boolean,java.lang.String,[Ljava.lang.String;)", [False, "bench_ts", []])):
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["Authorization"] = "Basic " + base64.b64encode(f"ringwright:{secret}".encode()).decode()
        request = urllib.request.Request(
            f"http://{address}:{admin_port}/jolokia/",
            json.dumps({"type": "exec", "mbean": "org.apache.cassandra.db:type=StorageService",
                        "operation": operation, "arguments": arguments}).encode(), headers)
        answer = json.load(urllib.request.urlopen(request, timeout=600))
        if answer["status"] != 200:
            raise SystemExit(f"{operation} failed: {answer}")


class Load:
    """8 connections with 16 requests in flight on each."""

    def __init__(self, latte, address, rows, core=1):
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
        self.latte("schema")
        self.latte("load", "-P", f"rows={self.rows}", "-t", "1", "--concurrency", "128")

    def run(self, function, requests):
        """The number of requests done, and how many a second."""
        report = pathlib.Path(self.folder, "report.json")
        report.unlink(missing_ok=True)
        self.latte("run", "-f", function, "-P", f"rows={self.rows}", "-d", str(requests), "-w", "1",
                   "--connections", "8", "--concurrency", "128", "-t", "1", "-q", "-o", str(report))
        result = json.loads(report.read_text())["result"]
        if result["error_count"]:
            raise SystemExit(f"{result['error_count']} requests of '{function}' failed")
        return result["request_count"], result["request_count"] / result["elapsed_time_s"]

    def cost(self, function, requests, pid):
        """CPU microseconds a request of process `pid`, and requests a second."""
        before = cpu_seconds(pid)
        done, rate = self.run(function, requests)
        return (cpu_seconds(pid) - before) / done * 1e6, rate

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Ringwright:
    """One node of ours in a new folder, on core 0."""

    def __init__(self, bin_folder, yaml_lines=()):
        self.tool = bin_folder / "ringwright-cluster"
        self.folder = tempfile.mkdtemp(prefix="ringwright-bench-")
        self.call("create", "requests", "--nodes", "1")
        for config in pathlib.Path(self.folder).rglob("cassandra.yaml"):
            lines = [line for line in config.read_text().splitlines()
                     if line.split(":")[0] not in {given.split(":")[0] for given in yaml_lines}]
            config.write_text("\n".join([*lines, *yaml_lines, ""]))
        node = json.loads(self.call("start", "requests", "--json"))["nodes"][0]
        self.address, self.admin_port, self.pid = node["address"], node["admin_port"], node["pid"]
        self.secret = pathlib.Path(self.folder, "requests", "secret").read_text().strip()
        subprocess.run(["taskset", "-acp", "0", str(self.pid)], check=True, capture_output=True)

    def call(self, *words):
        return subprocess.run([self.tool, *words, "--dir", self.folder], check=True, capture_output=True, text=True).stdout

    def compact(self):
        one_sstable(self.address, self.admin_port, self.secret)

    def close(self):
        self.call("stop", "requests")
        shutil.rmtree(self.folder, ignore_errors=True)
