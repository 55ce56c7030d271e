#!/usr/bin/env python3
"""Golden tables of Apache Cassandra imported into a bundled cluster: run.py BIN_FOLDER WORK_FOLDER"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parents[1]
GOLDEN = TESTS / "fixtures/sstables"
sys.path[:0] = [str(HERE.parent), str(TESTS / "support")]
import bundled  # noqa: E402
from run import prepare  # noqa: E402

ID = "bb868920e54011f1ac4abf60dac92c0f"
CASES = ["simple_types", "clustering_mixed", "static_columns", "counters", "udts", "collections", "composite_pk",
         "partition_deletions", "summary_many_keys", "merge"]


def golden_schema(case):
    """What DESCRIBE gave at the end, as a snapshot's schema.cql has it."""
    text = (GOLDEN / "nb" / case / "schema.cql").read_text()
    types = re.findall(r"^CREATE TYPE .*?;$", text, re.M | re.S)
    return "\n".join(types) + "\n" + text.split("after all of it:\n")[1].rsplit("*/", 1)[0]


def snapshot_of(root, format_name, case, keyspace, with_schema):
    """A folder as Cassandra lays out a snapshot of the case."""
    folder = root / keyspace / f"{case}-{ID}" / "snapshots" / "golden"
    shutil.copytree(GOLDEN / format_name / case, folder, ignore=shutil.ignore_patterns("*.json*", "schema.cql", "metadata.txt"))
    if with_schema:
        (folder / "schema.cql").write_text(golden_schema(case))
    return folder


def expected(case):
    return json.loads((GOLDEN / "nb" / case / "select.json").read_text())


def select(tools, cluster, keyspace, tables):
    done = subprocess.run([tools / "python", HERE / "select_rows.py", cluster.nodes[0]["address"], keyspace, *tables],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def by_text(rows):
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def by_value(rows):
    """Without names, which headers do not have."""
    return sorted(json.dumps(list(row.values())) for row in rows)


def snapshots_come_in_with_their_schema(cluster, tools, root):
    for case in [*CASES, "dropped_column"]:
        snapshot_of(root / "cql", "nb", case, "fx", True)
    done = json.loads(cluster.run("import", "test", str(root / "cql"), "--json"))
    assert sorted(each["table"] for each in done) == sorted([*CASES, "dropped_column"]), done
    assert all(each["schema"] == "schema.cql" and each["keyspace"] == "fx" for each in done), done
    answers = select(tools, cluster, "fx", [*CASES, "dropped_column"])
    for case, rows in answers.items():
        assert by_text(rows) == by_text(expected(case)), f"{case}: {rows[:3]}"


def headers_alone_are_enough(cluster, tools, root, format_name):
    keyspace = "of_" + format_name.replace("-", "_")
    cases = [case for case in CASES if (GOLDEN / format_name / case).is_dir()]
    for case in cases:
        snapshot_of(root / format_name, format_name, case, keyspace, False)
    done = json.loads(cluster.run("import", "test", str(root / format_name), "--rf", "1", "--json"))
    assert all(each["schema"] == "header" for each in done) and len(done) == len(cases), done
    answers = select(tools, cluster, keyspace, cases)
    for case, rows in answers.items():
        if case == "counters":  # by the run's clock, so only nb's were recorded
            assert len(rows) == len(expected(case)), case
        elif case != "udts":  # fields of user types have names, their order in JSON is the same
            assert by_value(rows) == by_value(expected(case)), f"{case}: {rows[:3]}"
    return keyspace


def each_partition_is_on_one_node(cluster, keyspace):
    for case in ("summary_many_keys", "composite_pk"):
        keys = []
        for number in (1, 2, 3):
            for folder in cluster.home(number).glob(f"data/**/{keyspace}/{case}-*"):
                if list(folder.glob("*-TOC.txt")):
                    for path in folder.glob("*-Data.db"):
                        dump = json.loads(subprocess.run([cluster.tool, "sstable", "dump", path], capture_output=True,
                                                         text=True, check=True).stdout)
                        keys += [":".join(partition["partition"]["key"]) for partition in dump]
        original = json.loads(subprocess.run([cluster.tool, "sstable", "dump", GOLDEN / "nb" / case], capture_output=True,
                                             text=True, check=True).stdout)
        assert sorted(keys) == sorted(":".join(partition["partition"]["key"]) for partition in original), (case, len(keys))


def other_names_can_be_chosen(cluster, tools, root):
    folder = snapshot_of(root / "named", "nb", "static_columns", "fx", True)
    cluster.run("import", "test", str(folder), "--keyspace", "Other", "--table", "renamed")
    rows = select(tools, cluster, "Other", ["renamed"])["renamed"]
    assert by_text(rows) == by_text(expected("static_columns")), rows


def nodetool_maintains_what_came_in(cluster, tools):
    tool = lambda *words: cluster.attempt("nodetool", "test/n1", *words)  # noqa: E731
    assert tool("verify", "-e", "fx")[0] == 0
    filters = [path for path in cluster.home(1).glob("data/fx/simple_types-*/*-Filter.db")]
    content = bytearray(filters[0].read_bytes())
    content[10] ^= 4
    filters[0].write_bytes(content)
    code, _, errors = tool("verify", "-e", "fx", "simple_types")
    assert code != 0 and filters[0].name in errors, (code, errors)
    assert tool("scrub", "fx", "simple_types")[0] == 0
    assert not filters[0].exists() and list(cluster.home(1).glob("data/fx/simple_types-*/snapshots/pre-scrub-*"))
    assert tool("verify", "-e", "fx", "simple_types")[0] == 0
    for granularity in ("ROW", "CELL"):
        code, _, errors = tool("garbagecollect", "-g", granularity, "fx", "clustering_mixed", "merge")
        assert code == 0, errors
    answers = select(tools, cluster, "fx", ["simple_types", "clustering_mixed", "merge"])
    for case, rows in answers.items():
        assert by_text(rows) == by_text(expected(case)), f"{case}: {rows[:3]}"
    assert tool("snapshot", "-t", "short", "--ttl", "2h", "fx")[0] == 0
    code, _, errors = tool("snapshot", "-t", "shorter", "--ttl", "5s", "fx")
    assert code != 0 and "at least 60 seconds" in errors, errors
    manifest = next(cluster.home(1).glob("data/fx/merge-*/snapshots/short/manifest.json"))
    assert json.loads(manifest.read_text())["expires_at"], manifest.read_text()
    # Taken before an hour ago: none; older than a second or so: this one.
    assert tool("clearsnapshot", "-t", "short", "--older-than", "1h")[0] == 0 and manifest.exists()
    assert tool("clearsnapshot", "-t", "short")[0] == 0 and not manifest.exists()
    folder = next(cluster.home(1).glob("data/fx/simple_types-*/snapshots/pre-scrub-*"))
    code, _, errors = tool("import", "-p", "-e", "fx", "simple_types", str(folder))
    assert code != 0 and "failed to import" in errors, errors  # it holds the damaged filter


def what_cannot_be_is_said(cluster, root):
    code, _, errors = cluster.attempt("import", "test", str(root / "nothing"))
    assert code == 1 and "nothing" in errors, (code, errors)
    folder = snapshot_of(root / "bad", "nb", "simple_types", "fx", True)
    data = folder / "nb-1-big-Data.db"
    content = bytearray(data.read_bytes())
    content[40] ^= 1
    data.write_bytes(content)
    code, _, errors = cluster.attempt("import", "test", str(folder), "--keyspace", "bad")
    assert code == 1 and "did not take in" in errors, (code, errors)
    done = subprocess.run([cluster.tool, "sstable", "verify", folder], capture_output=True, text=True)
    assert done.returncode == 1 and "Data.db, offset 0" in done.stdout, done
    done = subprocess.run([cluster.tool, "sstable", "inspect", folder, "--quick", "--json"], capture_output=True, text=True)
    assert done.returncode == 0 and json.loads(done.stdout)[0]["total_rows"] > 0, done


def main(programs, work):
    tools = prepare(pathlib.Path(work))
    failed = passed = 0
    with tempfile.TemporaryDirectory() as folder, bundled.Cluster(programs) as cluster:
        root = pathlib.Path(folder)
        cluster.create(3)
        cluster.start()
        spread = []
        claims = [("snapshots come in with their schema, and every row is answered",
                   lambda: snapshots_come_in_with_their_schema(cluster, tools, root)),
                  ("headers of nb are enough", lambda: spread.append(headers_alone_are_enough(cluster, tools, root, "nb"))),
                  ("headers of oa are enough", lambda: headers_alone_are_enough(cluster, tools, root, "oa")),
                  ("headers of bti-da are enough", lambda: headers_alone_are_enough(cluster, tools, root, "bti-da")),
                  ("each partition is on one node with --rf 1", lambda: each_partition_is_on_one_node(cluster, spread[0])),
                  ("other names can be chosen", lambda: other_names_can_be_chosen(cluster, tools, root)),
                  ("nodetool verifies, scrubs, collects garbage and lets snapshots expire",
                   lambda: nodetool_maintains_what_came_in(cluster, tools)),
                  ("what cannot be is said", lambda: what_cannot_be_is_said(cluster, root))]
        for name, claim in claims:
            try:
                claim()
                passed += 1
                print(f"PASS {name}", flush=True)
            except Exception as problem:
                failed += 1
                print(f"FAIL {name}: {problem}", flush=True)
                if not isinstance(problem, AssertionError):
                    traceback.print_exc(file=sys.stdout)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
