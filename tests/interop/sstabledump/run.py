#!/usr/bin/env python3
"""SSTables that we write, read by Apache Cassandra's own tools and by a node of it.

    run.py SAMPLES_PROGRAM BIN_FOLDER WORK_FOLDER [--seed N] [--times N] [--keep FOLDER] [--tools-only]

SAMPLES_PROGRAM (sstable_samples) writes random tables from a seed (printed; by the clock if not given) by flushes and by each
operation of ours that writes SSTables, and our dump of each. sstabledump and sstablemetadata must say the same; sstableverify
-e, in a node's table folders, must find nothing; the node imports them and must answer the rows that a bundled node answers;
what it compacts them to must be answered here. Without RINGWRIGHT_DEEP=yes it ends with 77: skipped.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "support")]
import bundled  # noqa: E402
import real_cassandra  # noqa: E402
from run import prepare  # noqa: E402

SKIPPED = 77
DUMPS_A_TABLE = 3  # sstabledump starts a JVM for each SSTable


def parsed(text):
    # Numbers as text: 1.0 and 1 or a long decimal must not become equal by rounding.
    return json.loads(text, parse_float=lambda n: ("number", n), parse_int=lambda n: ("number", n),
                      parse_constant=lambda n: ("number", n))


def without_moment(value):
    """`expired` depends on when it was asked."""
    if isinstance(value, dict):
        return {k: without_moment(v) for k, v in value.items() if k != "expired"}
    if isinstance(value, list):
        return [without_moment(v) for v in value]
    return value


def run_tool(tool, arguments, home=None):
    code, output, errors = real_cassandra.run_tool(tool, arguments, home)
    assert code == 0, f"{tool} {arguments}: {(output + errors).strip()[-3000:]}"
    return output


def components(folder, name=""):
    """The files of SSTables, without what we have put beside them."""
    return [path for path in folder.iterdir() if re.fullmatch(rf"{name or '.*'}-[A-Za-z]+\.(db|crc32|txt)", path.name)]


def tables(folder):
    """Names of SSTables: nb-1-big."""
    return sorted(path.name.removesuffix("-Data.db") for path in folder.glob("*-Data.db"))


def dump_is_equal(folder, name):
    real = without_moment(parsed(run_tool("sstabledump", [folder / f"{name}-Data.db"])))
    ours = without_moment(parsed((folder / f"{name}.dump.json").read_text()))
    if real == ours:
        return len(real)
    number, (a, b) = next(((n, pair) for n, pair in enumerate(zip(real, ours)) if pair[0] != pair[1]), (0, (None, None)))
    if a and b:
        rows = [pair for pair in zip(a.get("rows", []), b.get("rows", [])) if pair[0] != pair[1]]
        a, b = rows[0] if rows else (a, b)
    raise AssertionError(f"{folder.name}/{name}: {len(real)} partitions there, {len(ours)} here; partition {number}\n"
                         f"  sstabledump: {json.dumps(a)[:1500]}\n  ours:        {json.dumps(b)[:1500]}")


def metadata_is_equal(folder):
    text = run_tool("sstablemetadata", [folder / f"{name}-Data.db" for name in tables(folder)])
    sections = re.split(r"^SSTable: ", text, flags=re.M)[1:]
    assert len(sections) == len(tables(folder)), text[:500]
    for section in sections:
        name = pathlib.Path(section.split("\n", 1)[0]).name
        for key, wanted in json.loads((folder / f"{name}.stats.json").read_text()).items():
            found = re.search(rf"^{key}: *(.*)", section, re.M)  # "0", or "11/14/2023 22:13:20 (1700000000)"
            assert found and wanted in re.findall(r"[\w-]+", found[1]), (
                f"{folder.name}/{name}: {key}: {found and found[1]} there, {wanted} here")


def tools_agree(root):
    """The number of SSTables that were dumped."""
    folders = sorted(path for kind in ("ks", "golden") for path in (root / kind).iterdir())
    chosen = [(folder, name) for folder in folders for name in tables(folder)[:DUMPS_A_TABLE]]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        partitions = sum(pool.map(lambda each: dump_is_equal(*each), chosen))
        list(pool.map(metadata_is_equal, folders))
    return (f"sstabledump gives our JSON of {len(chosen)} SSTables with {partitions} partitions, sstablemetadata our figures of "
            f"{sum(len(tables(folder)) for folder in folders)}")


class Comparison:
    """A node of Apache Cassandra beside a bundled one."""

    def __init__(self, cassandra, ours, tools, root):
        self.cassandra, self.ours, self.tools = cassandra, ours, tools
        self.folders = sorted((root / "ks").iterdir())
        self.home = cassandra.folder / "node1"
        self.names = [folder.name.split("-")[0] for folder in self.folders]

    def nodetool(self, *words):
        assert self.cassandra.nodetool(1, list(words)) == 0, words

    def cqlsh(self, address, text):
        with tempfile.NamedTemporaryFile("w", suffix=".cql") as script:
            script.write(text)
            script.flush()
            done = subprocess.run([self.tools / "cqlsh", address, "-f", script.name, "--request-timeout", "60"],
                                  capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]

    def select(self, address):
        done = subprocess.run([self.tools / "python", HERE.parent / "import/select_rows.py", address, "ks", *self.names],
                              capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr[-2000:]
        return {table: sorted(json.dumps(row, sort_keys=True) for row in rows) for table, rows in json.loads(done.stdout).items()}

    def table_folder(self, name):
        return next(path for path in (self.home / "data/data/ks").glob(f"{name}-*"))

    def make_schema(self):
        statements = []
        for folder in self.folders:
            for statement in re.split(r"(?<=;)\n", (folder / "schema.cql").read_text()):
                if statement.strip() and statement not in statements:
                    statements.append(statement)
        self.cqlsh(self.cassandra.address(1), "CREATE KEYSPACE ks WITH replication = {'class': 'NetworkTopologyStrategy', "
                   "'datacenter1': 1};\n" + "\n".join(statements))
        self.nodetool("flush", "system_schema")
        self.nodetool("disableautocompaction", "ks")

    def verify_in_its_folders(self):
        count = 0
        for name, folder in zip(self.names, self.folders):
            put = [shutil.copy(path, self.table_folder(name)) for path in components(folder)]
            output = run_tool("sstableverify", ["-e", "-f", "ks", name], self.home)
            verified = set(re.findall(r"Verify of \S+\(path='[^']*/([^/']+)-Data\.db'\) succeeded", output))
            assert verified == set(tables(folder)), f"{name}: sstableverify passed {sorted(verified)}: {output[:2000]}"
            count += len(verified)
            for path in put:
                os.remove(path)
        return f"sstableverify -e finds nothing in {count} SSTables"

    def imported_rows_are_ours(self):
        for name, folder in zip(self.names, self.folders):
            with tempfile.TemporaryDirectory() as given:
                inner = pathlib.Path(given, "ks", name)
                inner.mkdir(parents=True)
                for path in components(folder):
                    shutil.copy(path, inner)
                self.nodetool("import", "--copy-data", "-r", "-l", "ks", name, str(inner))
            self.ours.run("import", "test", str(folder))
        theirs, here = self.select(self.cassandra.address(1)), self.select(self.ours.nodes[0]["address"])
        self.compare(theirs, here)
        self.rows = here
        return f"nodetool import takes them, and SELECT gives the same {sum(map(len, here.values()))} rows"

    def compare(self, theirs, here):
        for name in self.names:
            if theirs[name] != here[name]:
                only_there, only_here = set(theirs[name]) - set(here[name]), set(here[name]) - set(theirs[name])
                raise AssertionError(f"{name}: {len(theirs[name])} rows there, {len(here[name])} here\n"
                                     f"  only there: {sorted(only_there)[:2]}\n  only here:  {sorted(only_here)[:2]}"[:4000])

    def compacted_rows_are_ours(self):
        self.nodetool("compact", "ks")
        self.compare(self.select(self.cassandra.address(1)), self.rows)
        self.nodetool("snapshot", "-t", "compacted", "ks")
        self.cqlsh(self.ours.nodes[0]["address"], "".join(f"TRUNCATE ks.{name};\n" for name in self.names))
        for name in self.names:
            snapshot = self.table_folder(name) / "snapshots/compacted"
            if list(snapshot.glob("*-Data.db")):
                self.ours.run("import", "test", str(snapshot))
        self.compare(self.rows, self.select(self.ours.nodes[0]["address"]))
        return "what it compacts them to is answered here"


def check(options, seed, tools):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(options.keep or folder, f"seed{seed}")
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run([options.samples, root, str(seed)], check=True, timeout=300)
        yield lambda: tools_agree(root)
        if options.tools_only:
            return
        with real_cassandra.Cassandra(newest=True) as cassandra, bundled.Cluster(options.programs) as ours:
            cassandra.start(1)
            ours.create(1)
            ours.start()
            both = Comparison(cassandra, ours, tools, root)
            both.make_schema()
            yield both.verify_in_its_folders
            yield both.imported_rows_are_ours
            yield both.compacted_rows_are_ours


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples")
    parser.add_argument("programs")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--keep", help="where the samples go, to look at them")
    parser.add_argument("--tools-only", action="store_true")
    options = parser.parse_args()
    if os.environ.get("RINGWRIGHT_DEEP") != "yes":
        print("not run: RINGWRIGHT_DEEP=yes is not set (packaging/test.sh --deep sets it)")
        return SKIPPED
    tools = prepare(options.work)
    passed = failed = 0
    for seed in range(options.seed, options.seed + options.times):
        print(f"seed {seed}", flush=True)
        for claim in check(options, seed, tools):
            try:
                print(f"PASS {claim()}", flush=True)
                passed += 1
            except AssertionError as problem:
                print(f"FAIL {problem}", flush=True)
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
