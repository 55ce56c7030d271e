#!/usr/bin/env python3
"""kill -9 of the studio at random moments: studio_kill.py BIN_FOLDER ROUNDS [SEED] [--model]

Each round starts the studio over the same workspace, types into a tab and kills the program after a
random time, sometimes while it starts. Then the workspace must be whole, and hold everything that
was typed until a second before the kill, from this round and the earlier ones; the next start must
work. No moment is chosen by hand, so the seed is printed. With --model a model is drawn instead of
a text being typed: entity types with names that can be told apart; its last state must read as a
model, hold every one that was drawn until a second before the kill, and be what the next start shows.
"""
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "app/e2e"))
from desktop import wait_for  # noqa: E402
from studio import Studio  # noqa: E402


def texts(studio):
    connection = sqlite3.connect(studio.workspace, timeout=5)  # not read-only: the log of the kill is taken in
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the workspace is damaged"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], "rows that refer to nothing"
        return [text for text, in connection.execute("SELECT text FROM tabs ORDER BY id")]
    finally:
        connection.close()


def type_until_killed(studio, chance, number):
    """Types words one by one; returns [(moment, word)] of the words that were sent."""
    studio.start()
    studio.desktop.key("ctrl+2", "ctrl+t")
    wait_for("the new tab", lambda: len(studio.rows("SELECT id FROM tabs")) > 0, 10)
    studio.click_in_page(0.45, 0.3)
    studio.desktop.type(f"-- round{number} ")
    sent = []
    end = time.monotonic() + chance.uniform(0.2, 5)
    while time.monotonic() < end:
        word = f"w{number}x{len(sent)}"
        studio.desktop.type(word + " ")
        sent.append((time.monotonic(), word))
    studio.process.kill()
    killed = time.monotonic()
    studio.process.wait()
    return [word for moment, word in sent if moment < killed - 1.2]


def history_is_whole(studio):
    connection = sqlite3.connect(studio.workspace, timeout=5)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the workspace is damaged"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], "rows that refer to nothing"
        models = connection.execute("SELECT id, cursor FROM models").fetchall()
        states = [number for number, in connection.execute("SELECT sequence FROM model_edits ORDER BY sequence")]
    finally:
        connection.close()
    assert len(models) == 1, f"{len(models)} models where one was begun"
    # None is missing in between: undo goes back to the first.
    assert states == list(range(len(states))), f"the history has holes: {states}"
    assert 0 <= models[0][1] < len(states), f"the model stands at state {models[0][1]} of {len(states)}"


def entities_of(studio, file):
    """What the shown model has, by way of Ctrl+S and the file."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    studio.desktop.key("ctrl+s")
    if not before:
        studio.dialog("Save model")
        studio.desktop.type(str(file))
        studio.desktop.key("Return")
    wait_for("the saved file", lambda: file.exists() and file.stat().st_mtime_ns > before, 10)
    done = subprocess.run([studio.programs / "ringwright", "model", "check", file], capture_output=True, text=True,
                          timeout=30, env=dict(studio.desktop.environment, QT_QPA_PLATFORM="offscreen"))
    assert done.returncode in (0, 1), f"the saved model does not read: {done.stdout}{done.stderr}"
    return re.findall(r"^  - name: (\w+)$", file.read_text(), re.M)


def show_model(studio):
    studio.start()
    studio.desktop.key("ctrl+3")
    wait_for("the page Design", lambda: studio.desktop.count_color("#3D52CC") > 0, 10)
    if not studio.rows("SELECT 1 FROM models"):
        studio.desktop.key("ctrl+alt+n")
    wait_for("the model", lambda: "conceptual" in studio.desktop.title(studio.window), 10)


def draw_until_killed(studio, chance, number):
    """Draws entity types one by one; returns the names of those that were a second old."""
    sent, before = [], edits_of(studio)
    end = time.monotonic() + chance.uniform(0.2, 5)
    studio.desktop.key("Escape")
    while time.monotonic() < end:
        name = f"r{number}e{len(sent)}"
        studio.desktop.key("e", "Return")
        studio.desktop.type(name)
        studio.desktop.key("Return")
        sent.append((time.monotonic(), name))
        if len(sent) == 1:
            wait_for("what was drawn in the workspace", lambda: edits_of(studio) > before, 5)
    studio.process.kill()
    killed = time.monotonic()
    studio.process.wait()
    return [name for moment, name in sent if moment < killed - 1.2]


def edits_of(studio):
    return studio.rows("SELECT count(*) FROM model_edits")[0][0]


def draw_rounds(studio, rounds, chance, seed):
    wanted, file = [], studio.folder / "kept.rwmodel"
    for number in range(rounds):
        show_model(studio)
        kept = entities_of(studio, file)
        lost = [name for name in wanted if name not in kept]
        assert not lost, f"round {number} of seed {seed}: lost {lost} of {len(wanted)}; kept {kept[-5:]}"
        wanted += draw_until_killed(studio, chance, number)
        history_is_whole(studio)
    show_model(studio)
    kept = entities_of(studio, file)
    lost = [name for name in wanted if name not in kept]
    assert not lost, f"after the last round of seed {seed}: lost {lost}"
    offered_after_damage(studio, file)
    return len(wanted)


def offered_after_damage(studio, file):
    """A file that was damaged is refused with line and reason, and the last good version opens."""
    studio.desktop.key("e", "Return")
    studio.desktop.type("Afterwards")
    studio.desktop.key("Return")
    entities_of(studio, file)  # the version before becomes the last good one
    damaged = studio.folder / "damaged.rwmodel"
    text = file.read_text()
    line = text[:text.index("\nentities:")].count("\n") + 3  # of the damage; the parser stumbles soon after
    damaged.write_text(text.replace("entities:\n", "entities:\n  - {name: [broken\n", 1))
    pathlib.Path(str(damaged) + "~").write_bytes(pathlib.Path(str(file) + "~").read_bytes())
    done = subprocess.run([studio.programs / "ringwright", "model", "check", damaged], capture_output=True, text=True,
                          timeout=30, env=dict(studio.desktop.environment, QT_QPA_PLATFORM="offscreen"))
    said = done.stdout + done.stderr
    place = re.search(r"damaged\.rwmodel:(\d+):\d+: .+", said)
    assert done.returncode == 2 and place and line <= int(place[1]) <= line + 5, f"wanted line {line}: {said}"
    studio.palette("open model")
    chooser = studio.dialog("Open model")
    studio.desktop.type(str(damaged))
    studio.desktop.key("Return")
    wait_for("the refusal", lambda: (studio.desktop.window(studio.process.pid, "Open model") or chooser) != chooser)
    wait_for("the keyboard", lambda: "Open model" in studio.desktop.focused())
    studio.desktop.key("alt+o")
    wait_for("the last good version", lambda: len(studio.rows("SELECT 1 FROM models")) == 2)


def kill_while_starting(studio, chance):
    with open(studio.folder / "output.txt", "ab") as output:
        studio.process = subprocess.Popen(
            [studio.programs / "ringwright", "--workspace", studio.workspace, "--dir", studio.clusters],
            env=studio.desktop.environment, stdout=output, stderr=output)
    time.sleep(chance.uniform(0.02, 1.5))
    studio.process.kill()
    studio.process.wait()


def main():
    words = [word for word in sys.argv[1:] if word != "--model"]
    programs, rounds = pathlib.Path(words[0]).resolve(), int(words[1])
    seed = int(words[2]) if len(words) > 2 else random.randrange(1 << 30)
    chance = random.Random(seed)
    studio = Studio(programs)
    wanted, passed = [], 0
    try:
        if "--model" in sys.argv:
            count = draw_rounds(studio, rounds, chance, seed)
            print(f"PASS {rounds} kills, {count} entity types that were a second old, none lost (seed {seed})")
            print("1 passed, 0 failed")
            return 0
        for number in range(rounds):
            if number % 4 == 3:
                kill_while_starting(studio, chance)
            else:
                wanted += type_until_killed(studio, chance, number)
            kept = "\n".join(texts(studio))
            lost = [word for word in wanted if word not in kept.split()]
            assert not lost, f"round {number} of seed {seed}: lost {lost} of {len(wanted)}; kept {kept[-300:]!r}"
            passed += 1
        studio.start()
        studio.desktop.key("ctrl+q")
        assert studio.process.wait(15) == 0, f"exit code {studio.process.returncode}"
        print(f"PASS {rounds} kills, {len(wanted)} words that were a second old, none lost (seed {seed})")
        print("1 passed, 0 failed")
        return 0
    except AssertionError as problem:
        print(f"FAIL after {passed} kills (seed {seed}): {problem}")
        print("0 passed, 1 failed")
        return 1
    finally:
        studio.end()


if __name__ == "__main__":
    sys.exit(main())
