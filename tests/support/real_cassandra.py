#!/usr/bin/env python3
"""Apache Cassandra itself on loopback, for tests in packaging/test.sh --deep.

    real_cassandra.py prepare              Java, Maven and the jars, so that the rest works without a network
    real_cassandra.py start 1 [--login]    nodes on 127.0.200.1 …: CQL 9042, Jolokia 8778 (--login: cassandra/cassandra)
    real_cassandra.py nodetool 1 status    nodetool against node 1
    real_cassandra.py tool sstabledump FILE …   also sstablemetadata, sstableverify
    real_cassandra.py destroy              ends the nodes and deletes what they wrote

Missing packages are installed by apt-get, jars are resolved by Maven into its own repository by their
coordinates alone. A node takes about 10 s to start and 1.2 GB of memory. --dir (before the command)
chooses the folder of the nodes. Tests use `Cassandra` below, which allows one at a time a machine.
"""
import argparse
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

VERSION = "5.0.4"
ARTIFACTS = [("org.apache.cassandra", "cassandra-all", VERSION, None),
             ("org.jolokia", "jolokia-agent-jvm", "2.1.2", "javaagent")]
PACKAGES = {"java": "openjdk-17-jre-headless", "mvn": "maven"}
STATE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "ringwright/real-cassandra"
LOCK = pathlib.Path(tempfile.gettempdir()) / "real-cassandra.lock"
SUBNET = "127.0.200"

# What Cassandra reaches into on Java 17; the same sets as in its own conf/jvm17-server.options.
EXPORTED = ["java.base/jdk.internal.misc", "java.base/jdk.internal.ref", "java.base/sun.nio.ch",
            "java.management.rmi/com.sun.jmx.remote.internal.rmi", "java.rmi/sun.rmi.registry",
            "java.rmi/sun.rmi.server", "java.rmi/sun.rmi.transport.tcp", "java.sql/java.sql"]
OPENED = [*(f"java.base/java.{p}" for p in ("io", "lang", "lang.module", "lang.reflect", "net", "nio", "util", "util.concurrent",
                                           "util.concurrent.atomic", "util.regex")),
          *(f"java.base/jdk.internal.{p}" for p in ("loader", "math", "module", "ref", "reflect", "util.jar")),
          "java.base/sun.nio.ch", "java.base/sun.nio.fs", "java.rmi/sun.rmi.transport.tcp",
          "jdk.management/com.sun.management.internal"]
TOOLS = {"sstabledump": "SSTableExport", "sstablemetadata": "SSTableMetadataViewer", "sstableverify": "StandaloneVerifier"}


def install_packages():
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if not missing:
        return
    sudo = [] if os.getuid() == 0 else ["sudo"]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        done = subprocess.run([*sudo, "apt-get", *words], env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"real_cassandra: apt-get {words[0]} failed; install {' '.join(missing)} by hand: {done.stderr[-500:]}")


def write_pom(folder):
    def dependency(group, name, version, classifier):
        extra = f"<classifier>{classifier}</classifier>" if classifier else ""
        return (f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>"
                f"<version>{version}</version>{extra}</dependency>")
    pom = pathlib.Path(folder) / "pom.xml"
    pom.write_text("<project><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>real-cassandra</artifactId>"
                   f"<version>1</version><dependencies>{''.join(dependency(*a) for a in ARTIFACTS)}</dependencies></project>")
    return pom


def jars():
    """Paths of all jars; resolved once, then read from a list of our own until one of them is gone."""
    listed = STATE / f"{VERSION}.classpath"
    if listed.exists():
        found = listed.read_text().strip().split(":")
        if all(os.path.exists(each) for each in found):
            return found
    install_packages()
    STATE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        words = ["-q", "-B", "-f", str(write_pom(folder)), "dependency:build-classpath", f"-Dmdep.outputFile={listed}"]
        offline = subprocess.run(["mvn", "-o", *words], capture_output=True, text=True)
        if offline.returncode != 0:
            online = subprocess.run(["mvn", *words], capture_output=True, text=True)
            if online.returncode != 0:
                raise SystemExit(f"real_cassandra: Maven could not resolve Apache Cassandra {VERSION}; is there a network? "
                                 f"{(online.stdout + online.stderr)[-800:]}")
    return listed.read_text().strip().split(":")


def jar(named, paths):
    return next(path for path in paths if os.path.basename(path).startswith(named))


def java(paths, heap, properties, main, *arguments, agents=()):
    flags = [f"-javaagent:{jar('jamm-', paths)}", *(f"-javaagent:{agent}" for agent in agents),
             "-Djdk.attach.allowAttachSelf=true", "-Dio.netty.tryReflectionSetAccessible=true"]
    flags += [word for each in EXPORTED for word in ("--add-exports", f"{each}=ALL-UNNAMED")]
    flags += [word for each in OPENED for word in ("--add-opens", f"{each}=ALL-UNNAMED")]
    return ["java", f"-Xms{heap}", f"-Xmx{heap}", *flags, *(f"-D{k}={v}" for k, v in properties.items()),
            "-cp", ":".join(paths), main, *map(str, arguments)]


def quiet_log(folder, file=None):
    """A logback configuration: errors only, or everything into `file`."""
    path = pathlib.Path(folder) / "logback.xml"
    appender = (f'<appender name="F" class="ch.qos.logback.core.FileAppender"><file>{file}</file><encoder>'
                "<pattern>%d %p %c{1} %m%n</pattern></encoder></appender>" if file else "")
    level, used = ("INFO", '<appender-ref ref="F"/>') if file else ("ERROR", "")
    path.write_text(f'<configuration>{appender}<root level="{level}">{used}</root></configuration>')
    return path


def base_yaml(seed):
    return ("partitioner: org.apache.cassandra.dht.Murmur3Partitioner\nendpoint_snitch: SimpleSnitch\n"
            "commitlog_sync: periodic\ncommitlog_sync_period: 10000ms\nseed_provider:\n"
            "  - class_name: org.apache.cassandra.locator.SimpleSeedProvider\n"
            f"    parameters:\n      - seeds: \"{seed}\"\n")


# Reads and writes oa, too; without it 5.0 knows what 4.x does.
NEWEST = "storage_compatibility_mode: NONE\n"


def run_tool(tool, arguments, home=None):
    """One of Cassandra's offline tools: (exit code, output, errors). With `home`, the folder of a node, it finds that node's
    tables and what it has flushed of its schema."""
    paths = jars()
    with tempfile.TemporaryDirectory(prefix="cassandra-tool-") as folder:
        if home is None:
            (pathlib.Path(folder) / "cassandra.yaml").write_text("cluster_name: tool\n" + base_yaml("127.0.0.1") + NEWEST)
        properties = {"cassandra.config": f"file://{home / 'conf' if home else folder}/cassandra.yaml",
                      "cassandra.storagedir": folder, "logback.configurationFile": quiet_log(folder)}
        done = subprocess.run(java(paths, "256M", properties, f"org.apache.cassandra.tools.{TOOLS[tool]}", *arguments),
                              capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Cassandra:
    """Nodes of real Cassandra in one folder. As a context manager it holds the machine's lock, and destroys on leaving."""

    def __init__(self, folder=None, newest=False):
        self.extra = NEWEST if newest else ""
        self.folder = pathlib.Path(folder) if folder else pathlib.Path(tempfile.mkdtemp(prefix="ringwright-real-"))
        self.lock = None

    def __enter__(self):
        self.lock = open(LOCK, "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_):
        self.destroy()
        self.lock.close()

    def address(self, number):
        return f"{SUBNET}.{number}"

    def jmx_port(self, number):
        return 7200 + number

    def write_node(self, number, login):
        home = self.folder / f"node{number}"
        data = home / "data"
        (home / "conf").mkdir(parents=True, exist_ok=True)
        folders = "".join(f"{key}: {data}/{name}\n" for key, name in (
            ("commitlog_directory", "commitlog"), ("hints_directory", "hints"), ("cdc_raw_directory", "cdc"),
            ("saved_caches_directory", "saved_caches")))
        auth = ("authenticator: PasswordAuthenticator\nauthorizer: CassandraAuthorizer\nrole_manager: CassandraRoleManager\n"
                if login else "")
        (home / "conf/cassandra.yaml").write_text(
            "cluster_name: real\nnum_tokens: 16\n" + base_yaml(f"{self.address(1)}:7000") +
            f"listen_address: {self.address(number)}\nrpc_address: {self.address(number)}\nstorage_port: 7000\n"
            f"native_transport_port: 9042\ndata_file_directories: [{data}/data]\n{folders}auto_snapshot: false\n{auth}{self.extra}")
        quiet_log(home / "conf", home / "system.log")
        return home

    def start(self, nodes=1, login=False):
        paths = jars()
        for number in range(1, nodes + 1):
            self.start_node(number, self.write_node(number, login), paths)

    def start_node(self, number, home, paths):
        me = self.address(number)
        properties = {"cassandra.config": f"file://{home}/conf/cassandra.yaml", "cassandra.storagedir": home / "data",
                      "logback.configurationFile": home / "conf/logback.xml", "cassandra.ring_delay_ms": 5000,
                      "cassandra.superuser_setup_delay_ms": 0, "cassandra.jmx.local.port": self.jmx_port(number)}
        command = java(paths, "768M", properties, "org.apache.cassandra.service.CassandraDaemon",
                       agents=[f"{jar('jolokia-agent-jvm', paths)}=port=8778,host={me}"])
        with open(home / "out.log", "w") as out:
            child = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
        (home / "pid").write_text(str(child.pid))
        deadline = time.monotonic() + 240
        while True:
            if child.poll() is not None:
                raise SystemExit(f"real_cassandra: node {number} ended while starting:\n{(home / 'out.log').read_text()[-2000:]}")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex((me, 9042)) == 0:
                    return
            if time.monotonic() > deadline:
                raise SystemExit(f"real_cassandra: node {number} did not open {me}:9042 in 240 s; see {home}/system.log")
            time.sleep(0.5)

    def pids(self):
        found = [int(path.read_text()) for path in self.folder.glob("node*/pid")]
        return [pid for pid in found if alive(pid)]

    def nodetool(self, number, arguments):
        return subprocess.run(java(jars(), "128M", {"logback.configurationFile": quiet_log(self.folder)},
                                   "org.apache.cassandra.tools.NodeTool", "-h", "127.0.0.1", "-p", self.jmx_port(number),
                                   *arguments)).returncode

    def destroy(self):
        for ending, patience in ((signal.SIGTERM, 30), (signal.SIGKILL, 10)):
            for pid in self.pids():
                os.kill(pid, ending)
            deadline = time.monotonic() + patience
            while self.pids() and time.monotonic() < deadline:
                time.sleep(0.1)
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "ringwright-real-cassandra")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start")
    start.add_argument("nodes", type=int)
    start.add_argument("--login", action="store_true")
    nodetool = commands.add_parser("nodetool")
    nodetool.add_argument("node", type=int)
    nodetool.add_argument("arguments", nargs=argparse.REMAINDER)
    tool = commands.add_parser("tool")
    tool.add_argument("tool", choices=sorted(TOOLS))
    tool.add_argument("arguments", nargs=argparse.REMAINDER)
    for name in ("prepare", "destroy"):
        commands.add_parser(name)
    args = parser.parse_args()
    cluster = Cassandra(args.dir)
    if args.command == "prepare":
        print(f"{len(jars())} jars")
    elif args.command == "start":
        cluster.start(args.nodes, args.login)
        for number in range(1, args.nodes + 1):
            print(f"node {number}: CQL {cluster.address(number)}:9042, Jolokia http://{cluster.address(number)}:8778/jolokia/")
    elif args.command == "nodetool":
        return cluster.nodetool(args.node, args.arguments)
    elif args.command == "tool":
        code, out, errors = run_tool(args.tool, args.arguments)
        sys.stdout.write(out)
        sys.stderr.write(errors)
        return code
    else:
        cluster.destroy()
    return 0


if __name__ == "__main__":
    sys.exit(main())
