#!/usr/bin/env python3
"""The size estimate against real Apache Cassandra: run.py ESTIMATES_PROGRAM WORK_FOLDER [--seed N] [--record FILE]

Fixes the estimates (ESTIMATES_PROGRAM is size_estimates) of twenty tables and of ten from a seed (printed; by the clock if
not given), then has fill.py write their data to a node of real Cassandra, flushes, and compares with the sizes of Data.db:
uncompressed, and after `ALTER TABLE … WITH compression` and upgradesstables, compressed. Prints each error. Fails if the
worst is over 3 % (10 % compressed, with the ratio measured on other data). --record writes what tst_size_proof reads.
Without RINGWRIGHT_DEEP=yes it ends with 77: skipped.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import fixed_cases  # noqa: E402
import random_cases  # noqa: E402
import real_cassandra  # noqa: E402

SKIPPED = 77


def python_with_driver(work):
    """Of the virtual environment that the interop tests make."""
    spec = importlib.util.spec_from_file_location("interop", HERE.parent / "interop/run.py")
    interop = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(interop)
    return interop.prepare(work) / "python"


def data_bytes(folder, table):
    """Bytes of the table's Data.db, snapshots aside."""
    files = [f for t in pathlib.Path(folder, "sizes").glob(f"{table}-*") for f in t.glob("*-Data.db")]
    assert files, f"no Data.db of {table} below {folder}"
    return sum(f.stat().st_size for f in files)


def execute(python, address, *statements):
    program = ("import sys; from cassandra.cluster import Cluster; s = Cluster([sys.argv[1]], protocol_version=5).connect();"
               "[s.execute(x, timeout=60) for x in sys.argv[2:]]")
    subprocess.run([python, "-c", program, address, *statements], check=True, timeout=300)


def measure(cassandra, python, cases):
    """Bytes a partition of each case, uncompressed and compressed, and the ratio of the other data."""
    tables = [case["name"] + suffix for case in cases for suffix in ("", "_c")]
    data = cassandra.folder / "node1/data/data"
    assert cassandra.nodetool(1, ["flush", "sizes"]) == 0
    plain = {t: data_bytes(data, t) for t in tables}
    execute(python, cassandra.address(1),
            *[f"ALTER TABLE sizes.{t} WITH compression = {{'class': 'LZ4Compressor', 'chunk_length_in_kb': 16}}" for t in tables])
    assert cassandra.nodetool(1, ["upgradesstables", "-a", "sizes"]) == 0
    packed = {t: data_bytes(data, t) for t in tables}
    return [{"parameters": case, "partitionBytes": plain[case["name"]] / case["partitions"],
             "compressedBytes": packed[case["name"]] / case["partitions"],
             "calibratedRatio": packed[case["name"] + "_c"] / plain[case["name"] + "_c"]} for case in cases]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("estimates")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--record")
    options = parser.parse_args()
    if os.environ.get("RINGWRIGHT_DEEP") != "yes":
        print("not run: RINGWRIGHT_DEEP=yes is not set (packaging/test.sh --deep sets it)")
        return SKIPPED
    print(f"seed {options.seed}", flush=True)
    options.work.mkdir(parents=True, exist_ok=True)
    python = python_with_driver(options.work)
    cases = fixed_cases.cases() + random_cases.cases(options.seed)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(cases, file)
        file.flush()
        estimates = json.loads(subprocess.run([options.estimates, file.name], check=True, capture_output=True, timeout=120).stdout)
        with real_cassandra.Cassandra() as cassandra:
            cassandra.start(1)
            subprocess.run([python, HERE / "fill.py", cassandra.address(1), file.name, str(options.seed)], check=True, timeout=1200)
            measured = measure(cassandra, python, cases)
    return report(options, estimates, measured)


def report(options, estimates, measured):
    failed = worst = worst_compressed = 0
    for estimate, real in zip(estimates, measured):
        error = estimate["partitionBytes"] / real["partitionBytes"] - 1
        compressed = estimate["partitionBytes"] * real["calibratedRatio"] / real["compressedBytes"] - 1
        worst, worst_compressed = max(worst, abs(error)), max(worst_compressed, abs(compressed))
        bad = abs(error) > 0.03 or abs(compressed) > 0.10
        failed += bad
        print(f"{'FAIL' if bad else 'ok  '} {estimate['name']:20} {estimate['partitionBytes']:12.1f} estimated {real['partitionBytes']:12.1f} real "
              f"{100 * error:+6.2f} %   compressed {100 * compressed:+6.2f} % (ratio {estimate['compressionRatio']:.2f} sampled, "
              f"{real['compressedBytes'] / real['partitionBytes']:.2f} real)")
    print(f"worst {100 * worst:.2f} % uncompressed, {100 * worst_compressed:.2f} % compressed, of {len(measured)} tables, seed {options.seed}")
    if options.record:
        lines = ",\n".join("  " + json.dumps(case) for case in measured)
        how = "tests/sizes/run.py: sizes of Data.db after flush, by the number of partitions"
        pathlib.Path(options.record).write_text(
            f'{{\n "of": "Apache Cassandra 5.0.4, format nb",\n "seed": {options.seed},\n "how": "{how}",\n "cases": [\n{lines}\n ]\n}}\n')
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
