#!/usr/bin/env python3
"""Snapshots to and from Apache Cassandra: real.py BIN_FOLDER WORK_FOLDER

Without RINGWRIGHT_DEEP=yes it ends with 77: skipped.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parents[1]
sys.path[:0] = [str(HERE.parent), str(TESTS / "support")]
import bundled  # noqa: E402
import real_cassandra  # noqa: E402
from run import prepare  # noqa: E402

SKIPPED = 77
KEYSPACE = ("CREATE KEYSPACE snap WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1};"
            "CREATE TYPE snap.addr (street text, zip int);"
            "CREATE TABLE snap.people (city text, id int, name text, tags set<text>, home frozen<addr>, since timestamp,"
            " mayor text static, PRIMARY KEY (city, id)) WITH CLUSTERING ORDER BY (id DESC);"
            "CREATE TABLE snap.hits (page text PRIMARY KEY, n counter);")


def rows_of_work():
    for city in range(40):
        yield f"INSERT INTO snap.people (city, mayor) VALUES ('city{city}', 'mayor{city}');"
        for person in range(5):
            ttl = " USING TTL 864000" if person == 3 else ""
            yield (f"INSERT INTO snap.people (city, id, name, tags, home, since) VALUES ('city{city}', {person}, 'n{person}',"
                   f" {{'a{person}', 'b'}}, {{street: 's{city}', zip: {person}}}, '2026-01-01T00:00:00Z'){ttl};")
        yield f"DELETE FROM snap.people WHERE city = 'city{city}' AND id = 1;"
        yield f"DELETE name FROM snap.people WHERE city = 'city{city}' AND id = 2;"
        yield f"UPDATE snap.hits SET n = n + {city} WHERE page = 'p{city}';"
    yield "DELETE FROM snap.people WHERE city = 'city7';"
    yield "DELETE FROM snap.people WHERE city = 'city9' AND id > 2;"


def cqlsh(tools, address, text):
    with tempfile.NamedTemporaryFile("w", suffix=".cql") as script:
        script.write(text.replace(";", ";\n"))
        script.flush()
        done = subprocess.run([tools / "cqlsh", address, "-f", script.name], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def select(tools, address):
    done = subprocess.run([tools / "python", HERE / "select_rows.py", address, "snap", "people", "hits"], capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return {table: sorted(json.dumps(row, sort_keys=True) for row in rows) for table, rows in json.loads(done.stdout).items()}


def nodetool(cassandra, *words):
    assert cassandra.nodetool(1, list(words)) == 0, words


def table_folder(data, table):
    return next(path for path in (data / "snap").glob(f"{table}-*") if path.is_dir())


def main(programs, work):
    if os.environ.get("RINGWRIGHT_DEEP") != "yes":
        print("not run: RINGWRIGHT_DEEP=yes is not set (packaging/test.sh --deep sets it)")
        return SKIPPED
    tools = prepare(pathlib.Path(work))
    with tempfile.TemporaryDirectory() as folder, real_cassandra.Cassandra() as cassandra, \
            bundled.Cluster(programs) as ours:
        root = pathlib.Path(folder)
        cassandra.start(1)
        theirs = cassandra.folder / "node1/data/data"
        cqlsh(tools, cassandra.address(1), KEYSPACE + "".join(rows_of_work()))
        nodetool(cassandra, "snapshot", "-t", "given", "snap")
        answers = select(tools, cassandra.address(1))
        assert len(answers["people"]) > 100 and len(answers["hits"]) == 40, {k: len(v) for k, v in answers.items()}
        ours.create(3)
        ours.start()
        for table in ("people", "hits"):
            ours.run("import", "test", str(table_folder(theirs, table) / "snapshots/given"), "--rf", "2")
        assert select(tools, ours.nodes[0]["address"]) == answers
        print("PASS a snapshot of Apache Cassandra answers here as it did there", flush=True)

        # Back: rows that our writer wrote, compacted here from Cassandra's and our own.
        cqlsh(tools, ours.nodes[0]["address"], "INSERT INTO snap.people (city, id, name) VALUES ('ours', 1, 'new');"
              "UPDATE snap.people SET tags = tags + {'ours'} WHERE city = 'city3' AND id = 4;"
              "DELETE FROM snap.people WHERE city = 'city5' AND id = 0;")
        wanted = select(tools, ours.nodes[0]["address"])
        assert wanted != answers
        for number in (1, 2, 3):
            ours.call(number, bundled.FLUSH, "snap", [])
            ours.call(number, bundled.COMPACT, False, "snap", [])
            ours.call(number, "takeSnapshot(java.lang.String,java.util.Map,[Ljava.lang.String;)", "back", {}, ["snap"])
        cqlsh(tools, cassandra.address(1), "TRUNCATE snap.people; TRUNCATE snap.hits;")
        checked = 0
        for number in (1, 2, 3):
            for table in ("people", "hits"):
                given = table_folder(ours.home(number) / "data", table) / "snapshots/back"
                assert list(given.glob("*-Data.db")), given
                folder = root / f"n{number}" / "snap" / table
                shutil.copytree(given, folder)
                nodetool(cassandra, "import", "--copy-data", "snap", table, str(folder))
                checked += 1
        assert select(tools, cassandra.address(1)) == wanted
        print(f"PASS nodetool import takes {checked} folders of ours, and Apache Cassandra answers our rows", flush=True)
        nodetool(cassandra, "verify", "-f", "-e", "snap")
        nodetool(cassandra, "compact", "snap")
        print("PASS nodetool verify --extended-verify finds nothing, and it compacts them", flush=True)
        assert select(tools, cassandra.address(1)) == wanted
        nodetool(cassandra, "snapshot", "-t", "compacted", "snap")
        cqlsh(tools, ours.nodes[0]["address"], "TRUNCATE snap.people; TRUNCATE snap.hits;")
        for table in ("people", "hits"):
            ours.run("import", "test", str(table_folder(theirs, table) / "snapshots/compacted"))
        assert select(tools, ours.nodes[0]["address"]) == wanted
        print("PASS what Apache Cassandra has compacted answers here", flush=True)
    print("4 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
