"""The twenty fixed tables of the size proof, as parameters: what a modeller would type, no bytes of formats.

    cases(): a list of cases, each a dictionary
    columns: [name, type, kind, {averageBytes, nullShare, elements, appended, descending}]
             averageBytes: of the serialized value; of one element (a map's key and value) for collections
    span: seconds of the writes; a minute where there are deletions, those too that come with a whole collection: their
          local deletion time is the server's clock, and the load takes less than that
"""

P, C, S, R = "partition", "clustering", "static", "regular"
ADDRESS = {"address": [["street", "text"], ["city", "text"], ["number", "int"]]}


def case(name, columns, partitions, rows, span=3600, types=None, **more):
    made = {"name": name, "types": types or {}, "partitions": partitions, "rows": rows, "writeSpanSeconds": span, **more}
    made["columns"] = [{"name": c[0], "type": c[1], "kind": c[2], **(c[3] if len(c) > 3 else {})} for c in columns]
    return made


def size(average, **more):
    return {"averageBytes": average, **more}


def cases():
    return [
        case("available_rooms", [("hotel_id", "text", P, size(5)), ("day", "date", C), ("room", "smallint", C), ("free", "boolean", R)], 10, 400, 86400),
        case("key_value", [("id", "uuid", P), ("name", "text", R, size(30)), ("stars", "int", R), ("visits", "bigint", R)], 3000, 1),
        case("sensor_ttl", [("sensor", "text", P, size(12)), ("day", "date", P), ("at", "timestamp", C, {"descending": True}), ("temperature", "double", R), ("humidity", "float", R)],
             12, 300, 60, ttlSeconds=86400),
        case("over_64_kib", [("k", "int", P), ("c", "bigint", C), ("body", "text", R, size(80))], 4, 2500),
        case("over_4_mib", [("k", "int", P), ("c", "timestamp", C), ("body", "text", R, size(200)), ("kind", "tinyint", R)], 1, 18000, 86400),
        case("sparse_twelve", [("k", "int", P), ("c", "int", C), ("always", "text", R, size(10))] +
             [(f"v{i}", ["int", "text", "double", "uuid"][i % 4], R, {"nullShare": 0.1 + 0.08 * i, **({"averageBytes": 18} if i % 4 == 1 else {})}) for i in range(11)], 10, 300),
        case("sparse_seventy", [("k", "int", P), ("c", "int", C), ("a0", "int", R)] + [(f"v{i:02}", "int", R, {"nullShare": 0.85}) for i in range(70)], 10, 200),
        case("mostly_full_seventy", [("k", "int", P), ("c", "int", C), ("a0", "int", R)] + [(f"v{i:02}", "smallint", R, {"nullShare": 0.1}) for i in range(70)], 10, 150),
        case("statics", [("k", "text", P, size(9)), ("c", "int", C), ("title", "text", S, size(60)), ("seen", "timestamp", S), ("tags", "set<text>", S, size(7, elements=3)), ("v", "blob", R, size(24))], 120, 15, 60),
        case("collections", [("k", "int", P), ("c", "int", C), ("s", "set<text>", R, size(9, elements=5)), ("l", "list<int>", R, {"elements": 4}), ("m", "map<text, double>", R, size(18, elements=3, nullShare=0.3))], 12, 150, 60),
        case("appended", [("k", "int", P), ("c", "int", C), ("v", "int", R), ("s", "set<int>", R, {"elements": 4, "appended": True}), ("l", "list<text>", R, size(11, elements=3, appended=True))], 8, 100, 60),
        case("nested", [("k", "int", P), ("c", "int", C), ("m", "map<text, frozen<list<int>>>", R, size(46, elements=3)), ("s", "set<frozen<tuple<int, text>>>", R, size(24, elements=4)), ("f", "frozen<map<int, text>>", R, size(14, elements=4))], 10, 120, 60),
        case("user_types", [("k", "int", P), ("c", "date", C), ("home", "address", R, size(46)), ("work", "frozen<address>", R, size(50, nullShare=0.4)), ("old", "list<frozen<address>>", R, size(40, elements=2))], 10, 150, 60, types=ADDRESS),
        case("deleted_rows", [("k", "int", P), ("c", "bigint", C), ("v", "text", R, size(40))], 10, 300, 60, deletedRows=0.3),
        case("deleted_cells", [("k", "int", P), ("c", "bigint", C), ("a", "text", R, size(20)), ("b", "int", R), ("s", "set<int>", R, {"elements": 3})], 10, 200, 60, deletedCells=0.2),
        case("range_deletions", [("k", "int", P), ("c", "bigint", C), ("d", "int", C), ("v", "text", R, size(12))], 20, 60, 60, rangeDeletions=12),
        case("counters", [("k", "int", P), ("c", "text", C, size(10)), ("up", "counter", R), ("down", "counter", R, {"nullShare": 0.4})], 10, 150, 60),
        case("updates", [("k", "uuid", P), ("c", "int", C), ("a", "double", R), ("b", "text", R, size(33, nullShare=0.5))], 20, 100, updated=True),
        case("ttl_everything", [("k", "int", P), ("c", "timestamp", C), ("name", "text", S, size(20)), ("v", "varint", R, size(6)), ("s", "set<text>", R, size(8, elements=4, nullShare=0.2))], 15, 120, 60, ttlSeconds=604800),
        case("odd_types", [("a", "int", P), ("b", "text", P, size(6)), ("c", "boolean", P), ("w", "inet", C, size(4)), ("x", "varint", C, size(9)), ("d", "decimal", R, size(11)), ("e", "duration", R, size(7)), ("f", "time", R),
                           ("g", "tinyint", R, {"nullShare": 0.5}), ("h", "vector<float, 16>", R), ("i", "blob", R, size(300, nullShare=0.7))], 30, 60),
    ]
