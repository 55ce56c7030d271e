#!/usr/bin/env python3
"""The designer's whole way by a user's hands: designer.py BIN_FOLDER OUT_FOLDER [ROWS]

From an empty canvas to migrated data: the hotel model is drawn with mouse and keys, mapped, deployed
to a bundled cluster, filled with ROWS rows (20,000; the long run takes 1,000,000), measured,
bucketed and migrated. What each step brought about is read from outside the studio: the saved
document, `ringwright model` and the nodes' answers to CQL. Pictures of each stage, light and dark.
"""
import json
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cql import Cql  # noqa: E402
from desktop import wait_for  # noqa: E402
from hotel import ENTITIES, QUERIES, RELATIONSHIPS, SCREENS, Hand  # noqa: E402
from studio import run_claims  # noqa: E402

SAMPLE = pathlib.Path(__file__).resolve().parents[3] / "resources/models/hotel.rwmodel"
KEYSPACE = "hotel_drawn"
# Nine tables, key for key as METHOD gives them.
KEYS = {
    "hotels_by_poi": (["poi_name"], ["hotel_id"]), "hotels": (["id"], []),
    "pois_by_hotel": (["hotel_id"], ["poi_name"]),
    "availabilities_by_hotel": (["hotel_id"], ["date", "room_number"]),
    "amenities_by_room": (["hotel_id", "room_number"], ["amenity_name"]),
    "reservations_by_confirm_number": (["confirm_number"], []),
    "reservations_by_hotel_date": (["hotel_id", "start_date"], ["room_number"]),
    "reservations_by_guest": (["guest_last_name"], ["start_date", "hotel_id", "room_number"]),
    "guests": (["guest_id"], []),
}
GROWS = "availabilities_by_hotel"  # over the limits: 410 rooms for 730 days
ROWS = 20_000


def facts(text):
    """The conceptual model and the workflow of a file, without places and remarks."""
    text = text[text.index("entities:"):]
    end = re.search(r"^(keyspaces|tables|types):", text, re.M)
    text = text[:end.start()] if end else text
    text = re.sub(r"^\s*(at|comment|table name|range width):.*\n", "", text, flags=re.M)
    return re.sub(r", (at: \[[^]]*\]|comment: [^}]*|total: true)", "", text).split()


def both_themes(studio, name):
    studio.desktop.shot(studio.out / f"{studio.shot_name}-{name}-light.png")
    before = studio.desktop.count_color("#101218") + studio.desktop.count_color("#171A21")
    studio.palette("switch between light")
    wait_for("the dark theme", lambda: studio.desktop.count_color("#171A21") > before + 10_000)
    time.sleep(0.5)  # what is painted last; only the picture depends on it
    studio.desktop.shot(studio.out / f"{studio.shot_name}-{name}-dark.png")
    studio.palette("switch between light")
    wait_for("the light theme", lambda: studio.desktop.count_color("#171A21") < 1000)


def saved(studio):
    """The document as text, after Ctrl+S."""
    Hand(studio).stored()
    before = studio.file.stat().st_mtime_ns if studio.file.exists() else 0
    studio.desktop.key("ctrl+s")
    if not before:
        studio.dialog("Save model")
        studio.desktop.type(str(studio.file))
        studio.desktop.key("Return")
    wait_for("the file", lambda: studio.file.exists() and studio.file.stat().st_mtime_ns > before)
    return studio.file.read_text()


def tool(studio, *words):
    """`ringwright model`; the exit code and what it printed."""
    done = subprocess.run([studio.programs / "ringwright", "model", *words], capture_output=True, text=True,
                          timeout=60, env=dict(studio.desktop.environment, QT_QPA_PLATFORM="offscreen"))
    return done.returncode, done.stdout + done.stderr


def node(studio):
    first = studio.nodes()[0]
    return first["address"], first["cql_port"]


def keys_of(cql, table):
    columns = cql.rows("SELECT column_name, kind, position FROM system_schema.columns WHERE "
                       f"keyspace_name = '{KEYSPACE}' AND table_name = '{table}'")
    return tuple([name for _, name in sorted((at, name) for name, kind, at in columns if kind == wanted)]
                 for wanted in ("partition_key", "clustering"))


def new_model(studio):
    studio.desktop.tool("windowmove", studio.window, 2, 22)
    studio.desktop.key("ctrl+3")
    wait_for("the page Design", lambda: studio.desktop.count_color("#3D52CC") > 0)
    studio.desktop.key("ctrl+alt+n")
    wait_for("an empty model", lambda: "conceptual" in studio.desktop.title(studio.window))
    studio.desktop.key("ctrl+i")  # nothing is selected: the name of the model
    studio.desktop.type(KEYSPACE)
    studio.desktop.key("Return", "Escape")
    wait_for("the name in the title", lambda: KEYSPACE in studio.desktop.title(studio.window))


def draw_entities(studio):
    hand, places = Hand(studio), {entity[0]: entity[1] for entity in ENTITIES}
    for entity in ENTITIES:
        hand.entity(*entity)
    for start, end, words, identifying in RELATIONSHIPS:
        hand.relationship(places[start], places[end], words, identifying)
    text = saved(studio)
    wanted, drawn = facts(SAMPLE.read_text()), facts(text)
    wanted, drawn = wanted[:wanted.index("screens:")], drawn
    assert drawn == wanted, next((pair for pair in zip(wanted, drawn) if pair[0] != pair[1]), "one ends early")
    both_themes(studio, "entities")


def draw_workflow(studio):
    hand = Hand(studio)
    for name, at in SCREENS.items():
        hand.screen(name, at)
    for start, end, *fields in QUERIES:
        hand.query((SCREENS.get(start), SCREENS[end]), *fields)
    wanted, drawn = facts(SAMPLE.read_text()), facts(saved(studio))
    assert drawn == wanted, next((pair for pair in zip(wanted, drawn) if pair[0] != pair[1]), "one ends early")
    both_themes(studio, "workflow")


def map_to_tables(studio):
    studio.palette("generate logical")
    studio.dialog("Generate logical model")
    studio.desktop.shot(studio.out / f"{studio.shot_name}-preview.png")
    studio.desktop.key("Return")
    wait_for("the logical stage", lambda: "logical" in studio.desktop.title(studio.window))
    text = saved(studio)
    for table in KEYS:
        assert f"name: {table}\n" in text, f"no table {table}"
    studio.desktop.key("ctrl+f")
    studio.desktop.type(GROWS)
    studio.desktop.key("Return")
    code, answer = tool(studio, "sizes", str(studio.file), "--json")
    largest = {each["table"].split(".")[1]: each for each in json.loads(answer)["tables"]}[GROWS]
    assert (code, largest["rows"], largest["light"]) == (1, 410 * 730, "red"), (code, largest)
    time.sleep(0.5)  # what follows is shown a moment later; only the picture depends on it
    both_themes(studio, "logical")


def deploy(studio):
    studio.palette("start local cluster")
    wait_for("three nodes that are ready", lambda: studio.states() == ["ready"] * 3, 60)
    studio.task("Load sample", 100)
    studio.desktop.key("ctrl+3")
    wait_for("the designer", lambda: KEYSPACE in studio.desktop.title(studio.window) or
             "rwmodel" in studio.desktop.title(studio.window))
    studio.palette("dry run")
    wait_for("the physical stage", lambda: "physical" in studio.desktop.title(studio.window))
    time.sleep(1)  # only the picture depends on it
    both_themes(studio, "dry-run")
    with Cql(*node(studio)) as cql:
        assert not keys_of(cql, "hotels")[0], "the dry run made a table"
    studio.palette("deploy…")
    studio.desktop.key("Return")
    studio.task("Deploy", 60)
    with Cql(*node(studio)) as cql:
        made = {table: keys_of(cql, table) for table in KEYS}
    assert made == KEYS, {table: key for table, key in made.items() if key != KEYS[table]}
    code, answer = tool(studio, "diff", str(studio.file), "--contact", "%s:%s" % node(studio), "--no-drop")
    assert code == 0, f"the model and the cluster differ: {answer[:400]}"
    both_themes(studio, "deployed")


def load(studio):
    studio.palette("load data")
    studio.dialog("Load data")
    studio.desktop.key("ctrl+a")
    studio.desktop.type(str(ROWS))
    studio.desktop.shot(studio.out / f"{studio.shot_name}-dialog.png")
    studio.desktop.key("Return")
    wait_for("the task to begin", lambda: studio.rows("SELECT 1 FROM tasks WHERE title LIKE 'Load data%'"))
    studio.task("Load data", 60 + ROWS // 1000)
    with Cql(*node(studio)) as cql:
        studio.counts = {table: cql.one(f"SELECT count(*) FROM {KEYSPACE}.{table}") for table in KEYS}
    total = sum(studio.counts.values())
    assert abs(total - ROWS) <= ROWS * 0.02, f"{total} rows of {ROWS}: {studio.counts}"


def tables_of(text):
    return text[text.index("\ntables:"):]


def measure(studio):
    both_themes(studio, "measured")
    assert "average:" not in tables_of(saved(studio)), "sizes are known before they were measured"
    studio.palette("calibrate")
    # What was measured stands in the document in place of what was assumed.
    text = tables_of(saved(studio))
    for table in KEYS:
        part = text[text.index(f"name: {table}\n"):]
        assert "average:" in part[:part.find("  - name: ", 10)], f"{table} was not calibrated"
    both_themes(studio, "calibrated")


def apply_bucket(studio):
    studio.palette("choose a bucket")
    wait_for("the logical stage", lambda: "logical" in studio.desktop.title(studio.window))
    studio.desktop.key("Home", "Right", "Right")
    time.sleep(0.5)  # only the picture depends on it
    both_themes(studio, "slider")
    studio.desktop.key("shift+Tab", "space")
    text = saved(studio)
    table = text[text.index(f"name: {GROWS}\n"):]
    table = table[:table.index("  - name: ", 10)]
    studio.bucketed = re.findall(r"name: (\w+), type: [^,]*, role: partition key", table)
    assert len(studio.bucketed) == 2 and "hotel_id" in studio.bucketed, table[:600]
    both_themes(studio, "bucket")


def migrate(studio):
    studio.palette("deploy…")
    wait_for("the physical stage", lambda: "physical" in studio.desktop.title(studio.window))
    time.sleep(1.5)  # the comparison; only the picture depends on it
    both_themes(studio, "differences")
    studio.palette("deploy…")
    studio.desktop.key("Return")
    wait_for("the second deployment", lambda: len(studio.rows("SELECT 1 FROM tasks WHERE title LIKE 'Deploy%'")) == 2)
    studio.task("Deploy", 120 + ROWS // 1000)
    with Cql(*node(studio)) as cql:
        tables = [name for name, in cql.rows("SELECT table_name FROM system_schema.tables WHERE "
                                             f"keyspace_name = '{KEYSPACE}'")]
        new = [name for name in tables if name.startswith(GROWS) and keys_of(cql, name)[0] == studio.bucketed]
        assert len(new) == 1, f"tables {tables}; wanted one with the key {studio.bucketed}"
        rows = cql.one(f"SELECT count(*) FROM {KEYSPACE}.{new[0]}")
        assert rows == studio.counts[GROWS], f"{rows} rows copied of {studio.counts[GROWS]}"
        old = cql.rows(f"SELECT hotel_id, room_number FROM {KEYSPACE}.{GROWS}")
        copied = cql.rows(f"SELECT hotel_id, room_number FROM {KEYSPACE}.{new[0]}")
        assert sorted(old) == sorted(copied), "the copy has other rows"
    both_themes(studio, "migrated")


STEPS = [
    ("new", "an empty model is begun and named by keys", new_model),
    ("entities", "the conceptual model is drawn, as the sample's says", draw_entities),
    ("workflow", "the workflow of queries is drawn, as the sample's says", draw_workflow),
    ("map", "the nine tables follow, and the one that grows is found", map_to_tables),
    ("deploy", "the cluster has the nine tables, key for key", deploy),
    ("load", "the rows are loaded, counted through CQL", load),
    ("measure", "measurement stands beside estimate, and calibrates it", measure),
    ("bucket", "a bucket splits the table that grows", apply_bucket),
    ("migrate", "new table, copy, verify: every row is in the new table", migrate),
]


def prepare(studio):
    studio.file = studio.folder / "hotel.rwmodel"


if __name__ == "__main__":
    if len(sys.argv) > 3:
        ROWS = int(sys.argv[3])
    sys.exit(run_claims(STEPS, pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]),
                        screen=(1920, 1200), size=(1900, 1160), prepare=prepare))
