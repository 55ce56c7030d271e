#!/usr/bin/env python3
"""kill -9 of the studio at random moments: studio_kill.py BIN_FOLDER ROUNDS [SEED]

Each round starts the studio over the same workspace, types into a tab and kills the program after a
random time, sometimes while it starts. Then the workspace must be whole, and hold everything that
was typed until a second before the kill, from this round and the earlier ones; the next start must
work. No moment is chosen by hand, so the seed is printed.
"""
import pathlib
import random
import sqlite3
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


def kill_while_starting(studio, chance):
    import subprocess
    with open(studio.folder / "output.txt", "ab") as output:
        studio.process = subprocess.Popen(
            [studio.programs / "ringwright", "--workspace", studio.workspace, "--dir", studio.clusters],
            env=studio.desktop.environment, stdout=output, stderr=output)
    time.sleep(chance.uniform(0.02, 1.5))
    studio.process.kill()
    studio.process.wait()


def main():
    programs, rounds = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    chance = random.Random(seed)
    studio = Studio(programs)
    wanted, passed = [], 0
    try:
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
