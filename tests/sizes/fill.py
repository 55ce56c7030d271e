#!/usr/bin/env python3
"""Fills the tables of the size proof on a real cluster: fill.py ADDRESS CASES.json SEED

Reads parameters and writes data that has them, with the Python driver. Knows CQL and what values serialize to
(native protocol, section 6), nothing of SSTables and nothing of Ringwright's estimate.
For each case: table `sizes.<name>` and, with other data and about a third as large, `sizes.<name>_c`, to calibrate with.
"""
import datetime
import decimal
import ipaddress
import json
import random
import re
import sys
import time
import uuid

from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.query import BatchStatement, BatchType, UNSET_VALUE
from cassandra.util import Date, Duration, Time

decimal.getcontext().prec = 200
START = int(time.time() - 4 * 86400) * 1_000_000
WORDS = "alder birch cedar dogwood elm fir ginkgo hazel ironwood juniper larch maple nutmeg oak pine rowan spruce teak willow yew".split()
WIDTH = {"int": 4, "bigint": 8, "double": 8, "float": 4, "boolean": 1, "timestamp": 8, "date": 4, "time": 8, "smallint": 2, "tinyint": 1,
         "uuid": 16, "timeuuid": 16}


def parse(text, types):
    """A type as a tree: (name, [parameters])."""
    text = text.strip()
    inner = re.fullmatch(r"(\w+)<(.*)>", text, re.S)
    if not inner:
        return ("udt", text, [(n, parse(t, types)) for n, t in types[text]]) if text in types else (text, [])
    parts, depth, part = [], 0, ""
    for c in inner[2]:
        depth += (c == "<") - (c == ">")
        if c == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += c
    parts.append(part)
    if inner[1] == "frozen":
        return parse(parts[0], types)
    if inner[1] == "vector":
        return ("vector", [parse(parts[0], types)], int(parts[1]))
    return (inner[1], [parse(p, types) for p in parts])


INNER_ELEMENTS = 4  # of a collection within a value: the model's stated default


def fixed_bytes(tree):
    """Serialized bytes that do not depend on lengths of text, and how many texts there are."""
    kind = tree[0]
    if kind in WIDTH:
        return WIDTH[kind], 0
    if kind == "udt" or kind == "tuple":
        parts = [fixed_bytes(t) for t in ([f for _, f in tree[2]] if kind == "udt" else tree[1])]
        return sum(4 + f for f, _ in parts), sum(n for _, n in parts)
    if kind in ("list", "set", "map"):
        parts = [fixed_bytes(t) for t in tree[1]]
        return 4 + INNER_ELEMENTS * sum(4 + f for f, _ in parts), INNER_ELEMENTS * sum(n for _, n in parts)
    return 0, 1


class Decks:
    """Drawn without replacement, as cards are: of each hundred draws for one purpose, one lies in each hundredth of [0, 1).
    So a table has the shares and averages of its parameters, and not what coins make of them: half of 6,000 rows deleted
    by coins is 1.3 % more or less rows left (one sigma), nearly half of what the proof allows."""

    CARDS = 100

    def __init__(self, dice):
        self.dice, self.decks = dice, {}

    def draw(self, purpose):
        deck = self.decks.setdefault(purpose, [])
        if not deck:
            deck += [(card + self.dice.random()) / self.CARDS for card in range(self.CARDS)]
            self.dice.shuffle(deck)
        return deck.pop()


class Values:
    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.decks = Decks(self.dice)
        self.purpose = ""  # what is being made, for the decks

    def happens(self, share, what):
        return share > 0 and self.decks.draw((self.purpose, what)) < share

    def length(self, average):
        """Varies by a half to both sides; the fraction is drawn."""
        spread = (0.5 + self.decks.draw((self.purpose, "length", average))) * average if average >= 3 else average
        whole = int(spread)
        return whole + (self.dice.random() < spread - whole)

    def text(self, average):
        n = self.length(average)
        words = " ".join(self.dice.choice(WORDS) for _ in range(n // 4 + 1))
        return (words + "." * n)[:n] if n else ""

    def integer(self, n):
        """Of exactly n bytes in two's complement."""
        n = max(1, n)
        return self.dice.randint(1 << (8 * n - 8), (1 << (8 * n - 1)) - 1) if n > 1 else self.dice.randint(1, 127)

    def make(self, tree, average, leaf=None):
        """A value; `average` is its size, or `leaf` that of each text in it."""
        dice, kind = self.dice, tree[0]
        if leaf is None and kind in ("udt", "tuple", "list", "set", "map"):
            fixed, texts = fixed_bytes(tree)
            leaf = max(1.0, (average - fixed) / texts) if texts else 1
        size = leaf if leaf is not None else average
        if kind == "udt":
            return tuple(self.make(t, 0, leaf) for _, t in tree[2])
        if kind == "tuple":
            return tuple(self.make(t, 0, leaf) for t in tree[1])
        if kind in ("list", "set"):
            return [self.make(tree[1][0], 0, leaf) for _ in range(INNER_ELEMENTS)]
        if kind == "map":
            return {self.make(tree[1][0], 0, leaf): self.make(tree[1][1], 0, leaf) for _ in range(INNER_ELEMENTS)}
        if kind == "vector":
            return [dice.random() for _ in range(tree[2])]
        return self.native(kind, size)

    def native(self, kind, size):
        dice = self.dice
        if kind in ("text", "ascii"):
            return self.text(size)
        if kind == "blob":
            return dice.randbytes(self.length(size))
        if kind == "varint":
            return self.integer(self.length(size))
        if kind == "decimal":
            return decimal.Decimal(self.integer(self.length(size - 4))).scaleb(-2)
        if kind == "duration":  # three vints, the third as long as is left
            return Duration(1, dice.randint(0, 27), self.nanos(self.length(size) - 2))
        if kind == "inet":
            return str(ipaddress.ip_address(dice.randbytes(16 if size >= 10 else 4)))
        if kind == "boolean":
            return dice.random() < 0.5
        if kind in ("int", "smallint", "tinyint", "bigint"):
            return dice.randint(0, {"int": 2 ** 30, "smallint": 30000, "tinyint": 120, "bigint": 2 ** 50}[kind])
        if kind in ("double", "float"):
            return round(dice.uniform(-20, 45), 2)
        if kind == "uuid":
            return uuid.UUID(int=dice.getrandbits(128), version=4)
        if kind == "timeuuid":
            return uuid.uuid1(node=dice.getrandbits(47), clock_seq=dice.getrandbits(13))
        if kind == "date":
            return Date(dice.randint(19000, 21000))
        if kind == "time":
            return Time(dice.randint(0, 86399) * 10 ** 9)
        if kind == "timestamp":
            return datetime.datetime.fromtimestamp(1_700_000_000 + dice.randint(0, 10 ** 7), datetime.timezone.utc)
        raise ValueError(kind)

    def nanos(self, n):
        n = min(max(n, 1), 8)
        return self.dice.randint(1 << (7 * n - 2), (1 << (7 * n - 1)) - 1)

    def elements(self, column):
        outer, self.purpose = self.purpose, (self.purpose, "elements")
        count = max(1, self.length(column.get("elements", INNER_ELEMENTS)))
        self.purpose = outer
        return count


class Table:
    """One table, its columns and how to fill it."""

    def __init__(self, session, case, name, seed, partitions, rows):
        self.session, self.case, self.name, self.values = session, case, name, Values(seed)
        self.dice, self.partitions, self.rows = self.values.dice, partitions, rows
        self.columns = case["columns"]
        for column in self.columns:
            column["tree"] = parse(column["type"], case["types"])
        self.by = lambda kind: [c for c in self.columns if c["kind"] == kind]
        self.key = self.by("partition") + self.by("clustering")
        self.counter = any(c["type"] == "counter" for c in self.columns)

    def create(self):
        columns = ", ".join(f"{c['name']} {c['type']}" + (" static" if c["kind"] == "static" else "") for c in self.columns)
        partition = ", ".join(c["name"] for c in self.by("partition"))
        clustering = "".join(", " + c["name"] for c in self.by("clustering"))
        options = ["compression = {'enabled': false}", "compaction = {'class': 'SizeTieredCompactionStrategy', 'enabled': false}",
                   f"default_time_to_live = {self.case.get('ttlSeconds', 0)}"]
        if clustering:
            options.append("CLUSTERING ORDER BY (" + ", ".join(c["name"] + (" DESC" if c.get("descending") else " ASC") for c in self.by("clustering")) + ")")
        self.session.execute(f"DROP TABLE IF EXISTS {self.name}")
        self.session.execute(f"CREATE TABLE {self.name} ({columns}, PRIMARY KEY (({partition}){clustering})) WITH " + " AND ".join(options))

    def moment(self, after=0.0):
        return START + int(self.dice.uniform(after, 1) * self.case["writeSpanSeconds"] * 1_000_000)

    def collection(self, column):
        """A multi-cell or frozen collection of drawn length; `averageBytes` is one element's."""
        kind, parts = column["tree"][0], column["tree"][1]
        average = column.get("averageBytes", 0)
        fixed = [fixed_bytes(t) for t in parts]
        texts = sum(n for _, n in fixed)
        leaf = max(1.0, (average - sum(f for f, _ in fixed)) / texts) if texts else 1
        one = lambda: tuple(self.values.make(t, 0, leaf) for t in parts)  # noqa: E731
        count = self.values.elements(column)
        if kind == "list":
            return [one()[0] for _ in range(count)]
        made = {}
        for _ in range(100 * count):  # elements of sets and keys of maps differ, or there were fewer than the parameter says
            if len(made) < count:
                element = one()
                made.setdefault(element[0], element[-1])
        return made if kind == "map" else set(made)

    def value(self, column, fate=""):
        """`fate` tells rows that will be deleted from those that are left: each kind has the column's averages."""
        self.values.purpose = (column["name"], fate)
        if self.values.happens(column.get("nullShare", 0), "null"):
            return UNSET_VALUE
        if column["tree"][0] in ("list", "set", "map"):
            return self.collection(column)
        return self.values.make(column["tree"], column.get("averageBytes", 16))

    def clusterings(self):
        """Different clusterings, with values as the columns say."""
        seen, found = set(), []
        group = None
        while len(found) < self.rows:
            columns = self.by("clustering")
            if not columns:
                return [()]
            self.values.purpose = "clustering"
            if group is None or len(found) % 16 == 0:
                group = [self.values.make(c["tree"], c.get("averageBytes", 16)) for c in columns[:-1]]
            made = tuple(group) + (self.values.make(columns[-1]["tree"], columns[-1].get("averageBytes", 16)),)
            if str(made) not in seen:
                seen.add(str(made))
                found.append(made)
        return found

    def statements(self):
        """Yields (partition number, bound statement) in an order that may be executed as it comes."""
        self.prepare()
        seen = set()
        for number in range(self.partitions):
            key = None
            while key is None or str(key) in seen:
                self.values.purpose = "key"
                key = tuple(self.values.make(c["tree"], c.get("averageBytes", 16)) for c in self.by("partition"))
            seen.add(str(key))
            yield from self.partition(key)

    def prepare(self):
        where = " AND ".join(f"{c['name']} = ?" for c in self.key)
        partition = " AND ".join(f"{c['name']} = ?" for c in self.by("partition"))
        self.whole = [c for c in self.by("regular") if not c.get("appended")]
        self.appended = [c for c in self.by("regular") if c.get("appended")]
        prepare = self.session.prepare
        if self.counter:
            self.add = {c["name"]: prepare(f"UPDATE {self.name} SET {c['name']} = {c['name']} + ? WHERE {where}") for c in self.by("regular")}
            return
        if self.case.get("updated"):
            self.write = prepare(f"UPDATE {self.name} USING TIMESTAMP ? SET " + ", ".join(c["name"] + " = ?" for c in self.whole) + f" WHERE {where}")
        else:
            names = [c["name"] for c in self.key + self.whole]
            self.write = prepare(f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) USING TIMESTAMP ?")
        self.append = {c["name"]: prepare(f"UPDATE {self.name} USING TIMESTAMP ? SET {c['name']} = {c['name']} + ? WHERE {where}") for c in self.appended}
        self.remove = prepare(f"DELETE FROM {self.name} USING TIMESTAMP ? WHERE {where}")
        self.erase = {c["name"]: prepare(f"DELETE {c['name']} FROM {self.name} USING TIMESTAMP ? WHERE {where}") for c in self.by("regular")}
        if self.by("static"):
            self.static = prepare(f"UPDATE {self.name} USING TIMESTAMP ? SET " + ", ".join(c["name"] + " = ?" for c in self.by("static")) + f" WHERE {partition}")
        clustering = self.by("clustering")
        if self.case.get("rangeDeletions"):
            condition = f"{clustering[0]['name']} = ?" if len(clustering) > 1 else f"{clustering[0]['name']} >= ? AND {clustering[0]['name']} <= ?"
            self.range = prepare(f"DELETE FROM {self.name} USING TIMESTAMP ? WHERE {partition} AND {condition}")

    def partition(self, key):
        if self.counter:
            for clustering in self.clusterings():
                for column in self.by("regular"):
                    self.values.purpose = column["name"]
                    if not self.values.happens(column.get("nullShare", 0), "null"):
                        yield self.add[column["name"]].bind((self.dice.randint(1, 99), *key, *clustering))
            return
        if self.by("static"):
            yield self.static.bind((self.moment(), *[self.value(c) for c in self.by("static")], *key))
        for clustering in self.clusterings():
            yield from self.row(key, clustering)
        for number in range(self.case.get("rangeDeletions", 0)):
            start = 2 ** 52 + number * 1000  # behind all rows
            bounds = (start,) if len(self.by("clustering")) > 1 else (start, start + 1)
            yield self.range.bind((self.moment(), *key, *bounds))

    def row(self, key, clustering):
        at = self.moment()
        self.values.purpose = "row"
        deleted = self.values.happens(self.case.get("deletedRows", 0), "deleted")
        values = [self.value(c, "deleted" if deleted else "") for c in self.whole]
        if self.case.get("updated"):
            yield self.write.bind((at, *values, *key, *clustering))
        else:
            yield self.write.bind((*key, *clustering, *values, at))
        for column in self.appended:
            self.values.purpose = column["name"]
            for _ in range(self.values.elements(column)):
                one = self.collection({**column, "elements": 1})
                yield self.append[column["name"]].bind((self.moment(), one, *key, *clustering))
        if deleted:
            yield self.remove.bind((START + int(self.case["writeSpanSeconds"] * 1_000_000) + self.dice.randint(1, 1000), *key, *clustering))
            return
        for column, value in zip(self.whole, values):
            self.values.purpose = column["name"]
            if value is not UNSET_VALUE and self.values.happens(self.case.get("deletedCells", 0), "erased"):
                end = START + int(self.case["writeSpanSeconds"] * 1_000_000)
                yield self.erase[column["name"]].bind((end + self.dice.randint(1, 1000), *key, *clustering))


def run(session, statements, counter, together, pause=0.0):
    """In unlogged batches of `together`, several in flight."""
    flying, batch, count = [], BatchStatement(BatchType.COUNTER if counter else BatchType.UNLOGGED), 0
    for statement in statements:
        batch.add(statement)
        count += 1
        if len(batch._statements_and_parameters) >= together:
            flying.append(session.execute_async(batch))
            batch = BatchStatement(BatchType.COUNTER if counter else BatchType.UNLOGGED)
            time.sleep(pause)
        if len(flying) >= 16:
            flying.pop(0).result()
    if batch._statements_and_parameters:
        flying.append(session.execute_async(batch))
    for future in flying:
        future.result()
    return count


def main(address, cases_file, seed):
    cases = json.loads(open(cases_file).read())
    profile = ExecutionProfile(request_timeout=60)
    cluster = Cluster([address], execution_profiles={EXEC_PROFILE_DEFAULT: profile}, protocol_version=5)
    session = cluster.connect()
    session.default_timestamp = None
    session.use_client_timestamp = False
    session.execute("CREATE KEYSPACE IF NOT EXISTS sizes WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
    session.set_keyspace("sizes")
    for number, case in enumerate(cases):
        for name, fields in case["types"].items():
            session.execute(f"CREATE TYPE IF NOT EXISTS {name} (" + ", ".join(f"{n} {t}" for n, t in fields) + ")")
        few = case["partitions"] < 3
        for suffix, partitions, rows in (("", case["partitions"], case["rows"]),
                                         ("_c", max(1, case["partitions"] // 3), case["rows"] // 3 if few else case["rows"])):
            table = Table(session, case, case["name"] + suffix, f"{seed} {number} {suffix}", partitions, rows)
            table.create()
            # The server refuses batches of several partitions above 50 KiB, as it holds them.
            together = 3 if len(case["columns"]) > 30 else 8 if rows < 40 or len(case["columns"]) > 8 else 30
            # Counters take the server's clock: spread their updates over some seconds.
            written = run(session, table.statements(), table.counter, together, 0.2 if table.counter else 0)
            print(f"{table.name}: {written} statements", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
