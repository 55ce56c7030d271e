#!/usr/bin/env python3
"""The scripted session: session.py HOST [--record] [--replication N]

Runs session.cql through the unmodified Python driver and compares each answer with what real
Cassandra 5.0 gave (session.expected.json; --record writes it). Prints the differences and ends
with "N passed, N failed".
"""
import argparse
import json
import pathlib
import re
import sys

from cassandra.cluster import Cluster

HERE = pathlib.Path(__file__).parent
EXPECTED = HERE / "session.expected.json"


def statements():
    for line in (HERE / "session.cql").read_text().splitlines():
        if line and not line.startswith("--"):
            yield line


def run(session, line):
    try:
        if line.startswith("@prepare "):
            text, values = re.fullmatch(r"@prepare (.*?) (\[.*\])", line).groups()
            rows = session.execute(session.prepare(text), json.loads(values))
        else:
            rows = session.execute(line)
    except Exception as e:  # the driver has a class for each error code
        code = re.search(r"code=([0-9a-f]{4})", str(e))
        message = re.search(r'message="(.*)"', str(e), re.S)
        return {"error": code[1] if code else type(e).__name__, "message": message[1] if message else str(e)}
    names = list(rows.column_names or [])
    return {"columns": names, "rows": [[repr(value) for value in row] for row in rows]}


def same(got, expected):
    """Errors: same code; our sentence may differ in words for syntax errors (code 2000)."""
    if "error" in expected and expected["error"] == "2000":
        return got.get("error") == "2000"
    return got == expected


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("host")
    p.add_argument("--record", action="store_true")
    args = p.parse_args()
    cluster = Cluster([args.host])
    session = cluster.connect()
    session.execute("DROP KEYSPACE IF EXISTS interop")
    answers = [{"statement": line, **run(session, line)} for line in statements()]
    cluster.shutdown()
    if args.record:
        EXPECTED.write_text(json.dumps(answers, indent=1) + "\n")
        print(f"recorded {len(answers)} answers")
        return 0
    expected = json.loads(EXPECTED.read_text())
    failed = 0
    for got, wanted in zip(answers, expected, strict=True):
        if not same(got, wanted):
            failed += 1
            print(f"DIFFERS {got['statement']}\n   Cassandra: { {k: v for k, v in wanted.items() if k != 'statement'} }"
                  f"\n   here:      { {k: v for k, v in got.items() if k != 'statement'} }")
    print(f"{len(answers) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
