"""A bundled cluster in a folder of its own, through the command line that users have."""
import base64
import json
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request

SERVICE = "org.apache.cassandra.db:type=StorageService"
FLUSH = "forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)"
COMPACT = "forceKeyspaceCompaction(boolean,java.lang.String,[Ljava.lang.String;)"


class Cluster:
    def __init__(self, programs, name="test", folder=None):
        self.tool = pathlib.Path(programs).resolve() / "ringwright-cluster"
        self.name = name
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="ringwright-test-"))
        self.nodes = []
        self.guard = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.attempt("stop", self.name)
        if self.guard is not None:
            self.guard.kill()
            self.guard.wait()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def attempt(self, *words, timeout=120):
        """What ringwright-cluster answered: exit code, output, errors."""
        done = subprocess.run([self.tool, *words, "--dir", self.folder], capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout, done.stderr.strip()

    def run(self, *words, timeout=120):
        code, output, errors = self.attempt(*words, timeout=timeout)
        if code != 0:
            raise AssertionError(f"ringwright-cluster {' '.join(words)}: {errors}")
        return output

    def create(self, nodes=3, *words):
        self.run("create", self.name, "--nodes", str(nodes), *words)

    def start(self):
        self.stop_with_us()
        self.nodes = json.loads(self.run("start", self.name, "--json"))["nodes"]
        return self.nodes

    def stop_with_us(self):
        """The nodes are daemons and would outlive a test that is killed. The guard reads from a pipe that
        only we hold open: when we are gone, by SIGKILL too, it stops them and removes our own folder.
        """
        if self.guard is None:
            remove = 'rm -rf "$3"' if self.own_folder else ":"
            self.guard = subprocess.Popen(
                ["sh", "-c", f'read -r _; "$1" stop "$2" --dir "$3"; {remove}',
                 "guard", self.tool, self.name, self.folder],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def status(self):
        return json.loads(self.run("status", self.name, "--json"))["nodes"]

    def home(self, number):
        return self.folder / self.name / f"n{number}"

    def ask(self, number, request, timeout=600):
        node = self.nodes[number - 1]
        secret = (self.folder / self.name / "secret").read_text().strip()
        word = base64.b64encode(f"ringwright:{secret}".encode()).decode()
        body = urllib.request.Request(f"http://{node['address']}:{node['admin_port']}/jolokia/", json.dumps(request).encode(),
                                      {"Content-Type": "application/json", "Authorization": f"Basic {word}"})
        answer = json.load(urllib.request.urlopen(body, timeout=timeout))
        if answer["status"] != 200:
            raise AssertionError(f"{request}: {answer.get('error')}")
        return answer["value"]

    def call(self, number, operation, *arguments):
        return self.ask(number, {"type": "exec", "mbean": SERVICE, "operation": operation, "arguments": list(arguments)})


def pss_mb(pid):
    """Memory of a process with its share of what it shares, in MB."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def disk_mb(*folders):
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()) / 1024 / 1024
