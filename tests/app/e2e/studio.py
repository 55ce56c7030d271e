"""The real studio on a virtual screen: what a user does with it, and what can be seen from outside."""
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

from desktop import Desktop, wait_for


class Studio:
    """The program under test, its cluster and its files."""

    def __init__(self, programs, screen=(1600, 1000)):
        self.programs = programs
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringwright-e2e-"))
        self.clusters = self.folder / "clusters"
        self.workspace = self.folder / "workspace.db"
        self.desktop = Desktop(*screen)
        self.process = None

    def start(self, width=1440, height=900):
        with open(self.folder / "output.txt", "ab") as output:
            self.process = subprocess.Popen(
                [self.programs / "ringwright", "--workspace", self.workspace, "--dir", self.clusters],
                env=self.desktop.environment, stdout=output, stderr=output)
        self.window = wait_for("the studio's window",
                               lambda: self.process.poll() is not None or
                               self.desktop.window(self.process.pid, "Ringwright"), 30)
        assert self.process.poll() is None, f"the studio ended with code {self.process.returncode}"
        self.desktop.tool("windowactivate", self.window)
        self.desktop.tool("windowsize", self.window, width, height)
        wait_for("the keyboard", lambda: "Ringwright" in self.desktop.focused())

    def end(self):
        for pid in [self.process.pid] if self.process and self.process.poll() is None else []:
            os.kill(pid, signal.SIGKILL)
        subprocess.run([self.programs / "ringwright-cluster", "stop", "workshop", "--dir", self.clusters],
                       capture_output=True, timeout=30)
        self.desktop.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # What can be seen from outside.

    def left_running(self):
        """Processes that have our folder in their command line."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if str(self.folder) in line and state != "Z":
                found.append(f"{entry.name} {line.strip()}")
        return found

    def nodes(self):
        done = subprocess.run([self.programs / "ringwright-cluster", "status", "workshop", "--json", "--dir",
                               self.clusters], capture_output=True, text=True, timeout=30)
        return json.loads(done.stdout)["nodes"] if done.returncode == 0 else []

    def states(self):
        return [node["state"] for node in self.nodes()]

    def read(self, number, bean, attribute):
        """An attribute from the admin endpoint of node `number`, counted from 1."""
        node = self.nodes()[number - 1]
        url = f"http://{node['address']}:{node['admin_port']}/jolokia/"
        manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        manager.add_password(None, url, "ringwright", (self.clusters / "workshop/secret").read_text().strip())
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
        request = urllib.request.Request(url, json.dumps({"type": "read", "mbean": bean, "attribute": attribute})
                                         .encode(), {"Content-Type": "application/json"})
        answer = json.load(opener.open(request, timeout=10))
        return answer.get("value")

    def rows(self, sql, *values):
        if not self.workspace.exists():
            return []
        connection = sqlite3.connect(f"file:{self.workspace}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def task(self, title, seconds):
        """Waits for the newest task of this title to end, and wants it to end well."""
        def outcome():
            found = self.rows("SELECT outcome FROM tasks WHERE title LIKE ? ORDER BY started DESC LIMIT 1", title + "%")
            return found and found[0][0]
        answer = wait_for(f"the task {title} to end", outcome, seconds)
        assert answer == "done", f"{title}: {answer}"

    # What a user does.

    def palette(self, words):
        """Ctrl+K, some words, Enter."""
        self.desktop.key("ctrl+k")
        wait_for("Go to anything", lambda: self.desktop.window(self.process.pid, "Go to anything"))
        self.desktop.type(words)
        self.desktop.key("Return")
        wait_for("Go to anything to close",
                 lambda: not self.desktop.window(self.process.pid, "Go to anything"))

    def dialog(self, title):
        window = wait_for(f"the dialog {title}", lambda: self.desktop.window(self.process.pid, title))
        wait_for("the dialog's keyboard", lambda: title in self.desktop.focused())
        return window

    def click_in_page(self, right, down):
        """A click at a share of the window's width and height."""
        x, y, width, height = self.desktop.geometry(self.window)
        self.desktop.click(x + width * right, y + height * down)

    def run_statement(self, text):
        """In a tab of its own; what the history then says of it: (rows, error)."""
        last = self.rows("SELECT coalesce(max(id), 0) FROM history")
        last = last[0][0] if last else 0
        self.desktop.key("ctrl+2", "ctrl+t")
        self.click_in_page(0.45, 0.3)
        self.desktop.type(text)
        self.desktop.key("Escape", "ctrl+Return")
        statement, rows, error = wait_for(
            "the statement in the history",
            lambda: self.rows("SELECT statement, rows, error FROM history WHERE id > ?", last), 20)[0]
        assert statement.rstrip("; ") == text.rstrip("; "), f"typed {text!r}, ran {statement!r}"
        return rows, error


def run_claims(steps, programs, out, screen=(1600, 1000), size=(1440, 900), prepare=None):
    """Runs the steps, each (name, claim, function of the Studio), with a picture of each; the first
    that fails ends the run: the next ones stand on it. Returns the exit code."""
    missing = [name for name in ("Xvfb", "openbox", "xdotool") if not shutil.which(name)]
    if missing:
        print(f"FAIL missing: {', '.join(missing)}; apt-get install xvfb openbox xdotool")
        print("0 passed, 1 failed")
        return 1
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    passed = failed = 0
    studio = Studio(programs, screen)
    studio.out = out
    if prepare:
        prepare(studio)
    try:
        studio.start(*size)
        studio.desktop.shot(out / "00-start-page.png")
        for number, (name, claim, step) in enumerate(steps, 1):
            begun = time.monotonic()
            studio.shot_name = f"{number:02d}-{name}"
            try:
                step(studio)
                passed += 1
                print(f"PASS {claim} ({time.monotonic() - begun:.1f} s)", flush=True)
            except Exception as problem:
                failed += 1
                print(f"FAIL {claim}: {problem}", flush=True)
                if not isinstance(problem, AssertionError):
                    traceback.print_exc(file=sys.stdout)
                break
            finally:
                studio.desktop.shot(out / f"{number:02d}-{name}.png")
        failed += len(steps) - passed - failed  # the ones that could not be tried
    finally:
        shutil.copy(studio.folder / "output.txt", out / "output.txt")
        studio.end()
    print(f"{passed} passed, {failed} failed")
    return failed != 0
