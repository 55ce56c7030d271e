"""Tables of the size proof from a seed: the same kind of parameters as fixed_cases.py."""
import random

P, C, S, R = "partition", "clustering", "static", "regular"
FIXED = ["int", "bigint", "double", "float", "boolean", "timestamp", "date", "time", "smallint", "tinyint", "uuid"]
SIZED = {"text": (4, 120), "blob": (8, 400), "varint": (2, 14), "decimal": (6, 16)}
ADDRESS = {"address": [["street", "text"], ["city", "text"], ["number", "int"]]}


def plain(dice):
    if dice.random() < 0.45:
        kind = dice.choice(list(SIZED))
        return kind, {"averageBytes": dice.randint(*SIZED[kind])}
    return dice.choice(FIXED), {}


def collection(dice):
    kind, extra = dice.choice([
        ("set<text>", {"averageBytes": dice.randint(4, 30)}),
        ("set<bigint>", {}),
        ("list<text>", {"averageBytes": dice.randint(4, 40)}),
        ("map<int, text>", {"averageBytes": dice.randint(10, 40)}),
        ("map<text, frozen<list<int>>>", {"averageBytes": dice.randint(44, 60)}),
        ("frozen<set<int>>", {}),
        ("list<frozen<address>>", {"averageBytes": dice.randint(30, 60)}),
    ])
    return kind, {**extra, "elements": dice.randint(1, 7), "nullShare": dice.choice([0, 0, 0.25, 0.6])}


def random_case(dice, number):
    columns = [{"name": "k", "type": dice.choice(["int", "bigint", "uuid"]), "kind": P}]
    if dice.random() < 0.3:
        columns.append({"name": "k2", "type": "text", "kind": P, "averageBytes": dice.randint(3, 30)})
    clustered = dice.random() < 0.85
    if clustered:
        first = dice.choice(["int", "bigint", "timestamp", "timeuuid"])
        columns.append({"name": "c", "type": first, "kind": C, "descending": dice.random() < 0.4})
        if dice.random() < 0.4:
            columns.append({"name": "d", "type": dice.choice(["int", "text", "date"]), "kind": C, "averageBytes": dice.randint(5, 25)})
            if columns[-1]["type"] != "text":
                del columns[-1]["averageBytes"]
        if dice.random() < 0.35:
            kind, extra = plain(dice)
            columns.append({"name": "s", "type": kind, "kind": S, **extra})
    columns.append({"name": "v", "type": "text", "kind": R, "averageBytes": dice.randint(5, 90)})
    for i in range(dice.randint(0, 9)):
        kind, extra = plain(dice)
        columns.append({"name": f"r{i}", "type": kind, "kind": R, **extra, "nullShare": dice.choice([0, 0, 0.1, 0.5, 0.8])})
    for i in range(dice.choice([0, 0, 1, 2])):
        kind, extra = collection(dice)
        columns.append({"name": f"z{i}", "type": kind, "kind": R, **extra})
    if dice.random() < 0.4:
        columns.append({"name": "home", "type": dice.choice(["address", "frozen<address>"]), "kind": R, "averageBytes": dice.randint(30, 70)})
    rows = dice.choice([1, 7, 40, 250, 1500]) if clustered else 1
    made = {"name": f"random_{number}", "types": ADDRESS, "columns": columns, "rows": rows, "partitions": max(2, 6000 // rows),  # enough that the averages of what is drawn come out
            "writeSpanSeconds": dice.choice([60, 3600, 86400 * 3])}
    special = dice.choice(["", "", "ttl", "rows", "cells", "updated"])
    replaced = any(c["type"] == "address" or "<" in c["type"] and not c["type"].startswith("frozen") for c in columns)
    if special in ("ttl", "rows", "cells") or replaced:
        # Local deletion times are the server's clock, those too that come with a whole collection: the load takes less
        # than a minute, and then so must the writes of the model.
        made["writeSpanSeconds"] = 60
    if special == "ttl":
        made["ttlSeconds"] = dice.choice([600, 86400, 2592000])
    if special == "rows" and clustered:
        made["deletedRows"] = dice.choice([0.05, 0.2, 0.5])
    if special == "cells":
        made["deletedCells"] = dice.choice([0.05, 0.2])
    if special == "updated":
        made["updated"] = True
    return made


def cases(seed, count=10):
    dice = random.Random(seed)
    return [random_case(dice, number) for number in range(count)]
