#!/usr/bin/env python3
"""The studio with Apache Cassandra 5.0: run.py BIN_FOLDER TST_REAL_CASSANDRA OUT_FOLDER

Starts one node that wants a password, runs the driver's and the admin client's claims against it
(they load the hotel sample), then drives the studio itself by mouse and keys: refused with a wrong
password, connected with the right one, a query, the ring, flush and snapshot through Jolokia. Each
step leaves OUT_FOLDER/NN-step.png. Without RINGWRIGHT_DEEP=yes it ends with 77: skipped.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time
import traceback

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "app/e2e")]
import real_cassandra  # noqa: E402
from desktop import wait_for  # noqa: E402
from run import LIGHT_ERROR, ROOMS  # noqa: E402
from studio import Studio  # noqa: E402

SKIPPED = 77


class Remote:
    def __init__(self, studio, cassandra):
        self.studio = studio
        self.cassandra = cassandra
        self.home = cassandra.folder / "node1/data/data"

    def connect(self, password):
        self.studio.palette("connect")
        self.studio.dialog("Connect")
        self.studio.desktop.type(self.cassandra.address(1))
        self.studio.desktop.key("Tab")
        self.studio.desktop.type("cassandra")
        self.studio.desktop.key("Tab")
        self.studio.desktop.type(password)
        self.studio.desktop.key("Return")


def wrong_password(remote):
    remote.connect("wrong")
    # The dialog comes back with the failure, in the color of errors and in words; the window stays.
    wait_for("the refusal on the screen", lambda: remote.studio.desktop.count_color(LIGHT_ERROR) > 20, 40)
    assert "127.0.200.1" not in remote.studio.desktop.title(remote.studio.window)


def right_password(remote):
    before = remote.studio.desktop.title(remote.studio.window)
    remote.studio.dialog("Connect")  # as it came back, the caret in the password
    remote.studio.desktop.type("cassandra")
    remote.studio.desktop.key("Return")
    wait_for("another title of the window", lambda: remote.studio.desktop.title(remote.studio.window) != before, 40)


def query(remote):
    answer = remote.studio.run_statement(ROOMS)
    assert answer == (40, ""), answer


def ring(remote):
    remote.studio.desktop.key("ctrl+4")


def nodes(remote):
    remote.studio.desktop.key("ctrl+7", "Home")


def data_files(remote):
    return {path for path in remote.home.glob("hotel/hotels-*/*-Data.db")}


def flush(remote):
    _, error = remote.studio.run_statement("INSERT INTO hotel.hotels (id, name) VALUES ('flushed', 'by the studio');")
    assert error == "", error
    before = data_files(remote)
    remote.studio.desktop.key("ctrl+7", "Home")
    remote.studio.palette("flush")
    remote.studio.task("Flush", 60)
    assert data_files(remote) - before, "no new SSTable of hotel.hotels"


def snapshot(remote):
    remote.studio.palette("snapshot")
    remote.studio.dialog("Snapshot")
    remote.studio.desktop.key("ctrl+a")
    remote.studio.desktop.type("from-studio")
    remote.studio.desktop.key("Return")
    remote.studio.task("Snapshot", 60)
    assert list(remote.home.glob("hotel/hotels-*/snapshots/from-studio/*-Data.db")), "no snapshot on the node's disk"


def node_gone(remote):
    """Cassandra is killed under the studio: it says so and stays usable."""
    for pid in remote.cassandra.pids():
        os.kill(pid, 9)
    _, error = remote.studio.run_statement(ROOMS)
    assert error, "a statement without a cluster had no error"
    remote.studio.desktop.key("ctrl+7", "Home")


def quit_studio(remote):
    remote.studio.desktop.key("ctrl+q")
    assert remote.studio.process.wait(15) == 0, f"exit code {remote.studio.process.returncode}"


STEPS = [
    ("wrong-password", "a wrong password is refused in words", wrong_password),
    ("connected", "the right password opens the cluster", right_password),
    ("query", "a query for the rooms of AZ123 answers with its rows", query),
    ("ring", "the ring shows", ring),
    ("nodes", "the nodes table shows", nodes),
    ("flush", "Flush writes an SSTable on the node's disk", flush),
    ("snapshot", "Snapshot is on the node's disk", snapshot),
    ("node-gone", "a statement after the node died fails in words", node_gone),
    ("quit", "Ctrl+Q ends the studio with code 0", quit_studio),
]


def drive(remote, out):
    passed = 0
    remote.studio.start()
    for number, (name, claim, step) in enumerate(STEPS, 1):
        begun = time.monotonic()
        try:
            step(remote)
            passed += 1
            print(f"PASS {claim} ({time.monotonic() - begun:.1f} s)", flush=True)
        except Exception as problem:
            print(f"FAIL {claim}: {problem}", flush=True)
            if not isinstance(problem, AssertionError):
                traceback.print_exc(file=sys.stdout)
            break
        finally:
            if name in ("query", "ring", "nodes", "node-gone"):  # a moment to be painted: there is nothing to wait for
                time.sleep(3)
            remote.studio.desktop.shot(out / f"{number:02d}-{name}.png")
    return passed


def main(programs, claims, out):
    if os.environ.get("RINGWRIGHT_DEEP") != "yes":
        print("not run: RINGWRIGHT_DEEP=yes is not set (packaging/test.sh --deep sets it)")
        return SKIPPED
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with real_cassandra.Cassandra() as cassandra:
        cassandra.start(1, login=True)
        print("Apache Cassandra is ready", flush=True)
        environment = dict(os.environ, RINGWRIGHT_REAL_ADDRESS=cassandra.address(1), QT_QPA_PLATFORM="offscreen",
                           RINGWRIGHT_REAL_DATA=str(cassandra.folder / "node1/data/data"))
        wrong = subprocess.run([claims], env=environment, timeout=400).returncode != 0
        studio = Studio(programs)
        try:
            passed = drive(Remote(studio, cassandra), out)
        finally:
            shutil.copy(studio.folder / "output.txt", out / "output.txt")
            studio.end()
    print(f"{passed} passed, {len(STEPS) - passed} failed")
    return 1 if wrong or passed < len(STEPS) else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3])))
