#!/usr/bin/env python3
"""The main job, done by a user's hands: run.py BIN_FOLDER OUT_FOLDER

Drives the real studio on a screen of its own with mouse and keys, from the start page to quitting,
with a crash of the studio at the end. Each step is a claim with its line and its picture
OUT_FOLDER/NN-step.png; the last line counts them. What a step brought about is taken from outside
the studio: ringwright-cluster, the nodes' admin endpoints, the processes, the workspace file, the
colors of the screen. Nothing waits a fixed time. A claim that fails ends the run: the next ones
stand on it.
"""
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from desktop import wait_for  # noqa: E402
from studio import run_claims  # noqa: E402

ROOMS = "SELECT * FROM hotel.available_rooms_by_hotel_date WHERE hotel_id = 'AZ123' LIMIT 40;"
INSERT = "INSERT INTO hotel.pois_by_hotel (hotel_id, poi_name, description) VALUES ('AZ123', 'e2e', 'hinted');"
LIGHT_ERROR = "#BF2E39"  # of the badge DN, the failed task, the error text
QUORUM = 4


def start_cluster(studio):
    # The start page's main button has the focus.
    studio.desktop.key("Return")
    wait_for("three nodes that are ready", lambda: studio.states() == ["ready"] * 3, 40)
    wait_for("the cluster's name in the title", lambda: "workshop" in studio.desktop.title(studio.window))


def load_sample(studio):
    studio.task("Load sample", 100)


def query(studio):
    rows, error = studio.run_statement(ROOMS)
    assert (rows, error) == (40, ""), (rows, error)


def kill_node(studio):
    victim = studio.nodes()[1]["pid"]
    studio.desktop.key("ctrl+7", "Home", "Down")
    wait_for("no alarm on the screen", lambda: studio.desktop.count_color(LIGHT_ERROR) == 0)
    studio.palette("kill -9")
    wait_for("the process to be gone", lambda: not os.path.exists(f"/proc/{victim}"))
    states = wait_for("only node 2 to be gone", lambda: [s == "ready" for s in studio.states()] == [True, False, True])
    assert states


def down_in_table(studio):
    wait_for("the peers to convict node 2", lambda: studio.read(
        1, "org.apache.cassandra.net:type=FailureDetector", "DownEndpointCount") == 1, 30)
    wait_for("the table to show it", lambda: studio.desktop.count_color(LIGHT_ERROR) > 20)


def down_in_ring(studio):
    studio.desktop.key("ctrl+4")
    wait_for("the ring to show it", lambda: studio.desktop.count_color(LIGHT_ERROR) > 20)


def query_at_quorum(studio):
    studio.desktop.key("ctrl+2")
    studio.palette("level quorum")
    wait_for("the tab to have the level", lambda: studio.rows("SELECT 1 FROM tabs WHERE consistency = ?", QUORUM))
    rows, error = studio.run_statement(ROOMS)
    assert (rows, error) == (40, ""), (rows, error)
    _, error = studio.run_statement(INSERT)
    assert error == "", error
    assert studio.rows("SELECT consistency FROM tabs ORDER BY id DESC LIMIT 1") == [(QUORUM,)]


def hints_written(studio):
    return sum(studio.read(n, "org.apache.cassandra.metrics:type=Storage,name=TotalHints", "Count") for n in (1, 3))


def hints_replayed(studio):
    return sum(studio.read(n, "org.apache.cassandra.metrics:type=HintsService,name=HintsSucceeded", "Count")
               for n in (1, 3))


def start_node(studio):
    wait_for("hints for node 2", lambda: hints_written(studio) > 0)
    studio.desktop.key("ctrl+7")
    studio.palette("start")
    wait_for("three nodes that are ready", lambda: studio.states() == ["ready"] * 3, 30)
    wait_for("the peers to see it", lambda: studio.read(
        1, "org.apache.cassandra.net:type=FailureDetector", "UpEndpointCount") == 3, 30)
    wait_for("the table to show it", lambda: studio.desktop.count_color(LIGHT_ERROR) == 0)


def replay_hints(studio):
    wait_for("the hints to be replayed", lambda: hints_replayed(studio) > 0, 40)


def snapshot(studio):
    studio.palette("snapshot")
    studio.dialog("Snapshot")
    studio.desktop.key("ctrl+a")
    studio.desktop.type("from-e2e")
    studio.desktop.key("Return")
    studio.task("Snapshot", 30)
    tables = list((studio.clusters / "workshop/n2").glob("data/**/snapshots/from-e2e"))
    assert tables, "no folder snapshots/from-e2e under the node's data"


def repair(studio):
    studio.palette("repair")
    studio.dialog("Repair")
    studio.desktop.key("Return")
    studio.task("Repair", 60)


def stop_and_start(studio):
    studio.palette("stop cluster")
    wait_for("no node to be left", lambda: "ready" not in studio.states(), 20)
    wait_for("the window to let go", lambda: "workshop" not in studio.desktop.title(studio.window))
    studio.palette("start local cluster")
    wait_for("three nodes that are ready", lambda: studio.states() == ["ready"] * 3, 40)
    wait_for("the cluster's name in the title", lambda: "workshop" in studio.desktop.title(studio.window))


def second_window(studio):
    count = "SELECT count(*) FROM tabs WHERE text LIKE 'SELECT%'"
    before = studio.rows(count)[0][0]
    studio.desktop.key("ctrl+shift+n")
    wait_for("two windows", lambda: len(studio.desktop.windows(studio.process.pid, "Ringwright")) == 2)
    wait_for("the keyboard", lambda: "workshop" in studio.desktop.focused())
    rows, error = studio.run_statement(ROOMS)
    assert (rows, error) == (40, ""), (rows, error)
    studio.desktop.key("ctrl+shift+w")
    wait_for("one window", lambda: studio.desktop.windows(studio.process.pid, "Ringwright") == [studio.window])
    wait_for("the keyboard", lambda: "workshop" in studio.desktop.focused())
    assert studio.rows(count) == [(before + 1,)], "the closed window's tab is not kept"
    assert studio.states() == ["ready"] * 3, studio.states()


def quit_studio(studio):
    studio.desktop.key("ctrl+q")
    studio.dialog("Quit")
    studio.desktop.key("Return")
    assert studio.process.wait(10) == 0, f"exit code {studio.process.returncode}"
    wait_for("nothing left running", lambda: not studio.left_running(), 5)


def crash_studio(studio):
    studio.start()
    studio.palette("start local cluster")
    wait_for("three nodes that are ready", lambda: studio.states() == ["ready"] * 3, 40)
    wait_for("the cluster's name in the title", lambda: "workshop" in studio.desktop.title(studio.window))
    studio.desktop.key("ctrl+2", "ctrl+t")
    studio.click_in_page(0.45, 0.3)
    studio.desktop.type("-- not saved yet")
    typed = time.monotonic()
    wait_for("the text in the workspace", lambda: studio.rows("SELECT 1 FROM tabs WHERE text LIKE '%not saved yet%'"), 2)
    assert time.monotonic() - typed < 1.5, "the text was stored later than a second after the last key"
    studio.process.kill()
    studio.process.wait()
    killed = time.monotonic()
    wait_for("the nodes to end", lambda: not studio.left_running(), 4)
    assert time.monotonic() - killed < 2.5, f"the nodes ended {time.monotonic() - killed:.1f} s after the studio"


def text_is_back(studio):
    tabs = studio.rows("SELECT id, text FROM tabs ORDER BY id")
    studio.start()
    studio.desktop.key("ctrl+2")
    studio.desktop.key("ctrl+q")
    assert studio.process.wait(10) == 0, f"exit code {studio.process.returncode}"
    assert studio.rows("SELECT id, text FROM tabs ORDER BY id") == tabs, "the tabs changed over the restart"
    assert any("not saved yet" in text for _, text in tabs), tabs


STEPS = [
    ("start-cluster", "the start page's button starts three nodes", start_cluster),
    ("load-sample", "the sample loads", load_sample),
    ("query", "a query for the rooms of AZ123 answers with its rows", query),
    ("kill-node", "Kill -9 ends node 2 and only it", kill_node),
    ("nodes-down", "the nodes table shows it down", down_in_table),
    ("ring-down", "the ring shows it down", down_in_ring),
    ("quorum", "reading and writing at QUORUM go on with two of three nodes", query_at_quorum),
    ("start-node", "Start brings node 2 back, and the table shows it up", start_node),
    ("hints", "the others replay the hints they kept for it", replay_hints),
    ("snapshot", "a snapshot is on the node's disk", snapshot),
    ("repair", "a repair ends well", repair),
    ("stop-start", "Stop cluster ends it, Start local cluster brings it back", stop_and_start),
    ("second-window", "a second window runs a query; closing it leaves its tab and the cluster", second_window),
    ("quit", "Ctrl+Q ends the studio with code 0 and every process of its cluster", quit_studio),
    ("crash", "killing the studio stores what was typed, and ends its nodes within 2 s", crash_studio),
    ("restored", "the next start has the unsaved text", text_is_back),
]


if __name__ == "__main__":
    sys.exit(run_claims(STEPS, pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])))
