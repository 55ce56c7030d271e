#!/usr/bin/env python3
"""The sample models on a bundled cluster: model_load.py BIN_FOLDER MODELS_FOLDER [ROWS]

Each is loaded with generated rows by `ringwright model load`, then measured. Claims: every table
has its rows on three nodes; after calibration the estimate is what the SSTables have; the nodes'
beans say nearly the same as their files. Every table's figures are printed.
"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from bundled import Cluster  # noqa: E402

MODELS = ["hotel", "iot", "library", "messaging", "portfolio"]
CALIBRATED_MOST = 0.05
BEANS_MOST = 0.25  # histograms have buckets of a fifth
# A counter has a part for each replica that led an increment; rows with one increment have one.
COUNTERS = {"library.ratings_by_artifact", "messaging.unread_email_stats"}


def model(programs, environment, *words):
    done = subprocess.run([programs / "ringwright", "model", *words, "--json"], env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode in (0, 1), f"ringwright model {' '.join(map(str, words))}: {done.stderr[-400:]}"
    return json.loads(done.stdout)


def compare(name, answer, beans):
    failures = []
    loaded = {table["table"]: table["rows"] for table in answer["loaded"]["tables"]}
    by_beans = {table["table"]: table for table in beans["measured"]}
    for table in answer["measured"]:
        label = table["table"]
        if "error" in table:
            failures.append(f"{label}: {table['error']}")
            continue
        stored = table["partitions"] * table["rows"]
        calibrated = table["calibrated"]["ratio"]
        bean = by_beans[label].get("bytes")
        print(f"{name:10} {label:42} {table['partitions']:7.0f} partitions, {table['bytes']:9.0f} B measured, "
              f"{table['estimate']['sameRowsBytes']:9.0f} B estimated, {100 * (calibrated - 1):+.1f} % calibrated, beans {bean or 0:.0f} B")
        if table["source"] != "SSTable statistics of 3 nodes":
            failures.append(f"{label} was measured by {table['source']}")
        if not 0.97 * loaded[label] <= stored <= loaded[label] + 0.5:
            failures.append(f"{label} has {stored:.0f} of {loaded[label]} rows")
        if label not in COUNTERS and abs(calibrated - 1) > CALIBRATED_MOST:
            failures.append(f"{label} is {100 * (calibrated - 1):.1f} % off after calibration")
        if not bean or abs(bean / table["bytes"] - 1) > BEANS_MOST:
            failures.append(f"{label} has {table['bytes']:.0f} bytes in its files, {bean} by its beans")
    return failures


def main(programs, models, rows):
    failures = []
    with Cluster(programs, "sizes") as cluster:
        cluster.create(3)
        node = cluster.start()[0]
        target = f"{node['address']}:{node['cql_port']}"
        environment = dict(os.environ, QT_QPA_PLATFORM="offscreen",
                           RINGWRIGHT_JOLOKIA_PASSWORD=(cluster.folder / "sizes" / "secret").read_text().strip())
        for name in MODELS:
            file = models / f"{name}.rwmodel"
            answer = model(programs, environment, "load", file, "--to", target, "--rows", rows, "--dir", cluster.folder)
            beans = model(programs, environment, "measure", file, "--to", target, "--sample", "0",
                          "--jolokia", str(node["admin_port"]), "--jolokia-user", "ringwright")
            failures += compare(name, answer, beans)
    for failure in failures:
        print("FAIL", failure)
    print(f"{len(MODELS)} models, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3] if len(sys.argv) > 3 else "2000"))
