#!/usr/bin/env python3
"""SSTables that we write, read by Apache Cassandra's own sstabledump and sstablemetadata.

    run.py SAMPLES_PROGRAM

SAMPLES_PROGRAM (sstable_samples) writes tables and our dump of each; the real tools must print the
same content. Without RINGWRIGHT_DEEP=yes it ends with 77: skipped.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import real_cassandra  # noqa: E402

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


def run_tool(tool, path):
    code, output, errors = real_cassandra.run_tool(tool, [path])
    if code != 0:
        raise SystemExit(f"FAIL: {tool} {path}: {errors.strip()[-2000:]}")
    return output


def check(folder):
    data = folder / "nb-1-big-Data.db"
    real = without_moment(parsed(run_tool("sstabledump", data)))
    ours = without_moment(parsed((folder / "expected.json").read_text()))
    if real != ours:
        for number, (a, b) in enumerate(zip(real, ours)):
            if a != b:
                print(f"{folder.name}: partition {number}\n  sstabledump: {json.dumps(a)[:1500]}\n"
                      f"  ours:        {json.dumps(b)[:1500]}")
                break
        raise SystemExit(f"FAIL: {folder.name}: {len(real)} partitions there, {len(ours)} here, not equal")
    metadata = run_tool("sstablemetadata", data)
    if "Estimated cardinality" not in metadata:
        raise SystemExit(f"FAIL: {folder.name}: sstablemetadata printed {metadata[:500]}")
    print(f"ok: {folder.name}: {len(real)} partitions")


def main():
    if os.environ.get("RINGWRIGHT_DEEP") != "yes":
        print("not run: RINGWRIGHT_DEEP=yes is not set (packaging/test.sh --deep sets it)")
        return SKIPPED
    with tempfile.TemporaryDirectory() as root:
        subprocess.run([sys.argv[1], root], check=True)
        folders = sorted(pathlib.Path(root, "samples").iterdir())
        for folder in folders:
            check(folder)
    print(f"{len(folders)} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
