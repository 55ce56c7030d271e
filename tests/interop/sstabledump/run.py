#!/usr/bin/env python3
"""SSTables that we write, read by Apache Cassandra's own sstabledump and sstablemetadata.

    run.py SAMPLES_PROGRAM [--tool CASSANDRA_NODE]

SAMPLES_PROGRAM (sstable_samples) writes tables and our dump of each; the real tools must print the
same content. Needs Java 17 and a cassandra-node launcher (REAL_CASSANDRA, or --tool); without
RINGWRIGHT_DEEP=yes, or without the launcher, it ends with 77: skipped.
"""
import argparse
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


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


def run_tool(launcher, tool, path):
    done = subprocess.run([launcher, "tool", tool, str(path)], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"FAIL: {tool} {path}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def check(launcher, folder):
    data = folder / "nb-1-big-Data.db"
    real = without_moment(parsed(run_tool(launcher, "sstabledump", data)))
    ours = without_moment(parsed((folder / "expected.json").read_text()))
    if real != ours:
        for number, (a, b) in enumerate(zip(real, ours)):
            if a != b:
                print(f"{folder.name}: partition {number}\n  sstabledump: {json.dumps(a)[:1500]}\n"
                      f"  ours:        {json.dumps(b)[:1500]}")
                break
        raise SystemExit(f"FAIL: {folder.name}: {len(real)} partitions there, {len(ours)} here, not equal")
    metadata = run_tool(launcher, "sstablemetadata", data)
    if "Estimated cardinality" not in metadata:
        raise SystemExit(f"FAIL: {folder.name}: sstablemetadata printed {metadata[:500]}")
    print(f"ok: {folder.name}: {len(real)} partitions")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("samples")
    parser.add_argument("--tool", default=os.environ.get("REAL_CASSANDRA"))
    args = parser.parse_args()
    default = pathlib.Path(__file__).resolve().parents[4] / "shared/cassandra/cassandra-node"
    launcher = args.tool or (str(default) if default.exists() else None)
    if os.environ.get("RINGWRIGHT_DEEP") != "yes" or launcher is None or shutil.which("java") is None:
        print("not run: needs RINGWRIGHT_DEEP=yes, Java 17 and cassandra-node")
        return SKIPPED
    with tempfile.TemporaryDirectory() as root, open("/tmp/real-cassandra.lock", "w") as lock:
        subprocess.run([args.samples, root], check=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
        folders = sorted(pathlib.Path(root, "samples").iterdir())
        for folder in folders:
            check(launcher, folder)
    print(f"{len(folders)} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
