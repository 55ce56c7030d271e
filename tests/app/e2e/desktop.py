"""A virtual screen with a window manager: its mouse, its keys, what it shows."""
import mmap
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time
import zlib


def wait_for(what, check, seconds=20.0):
    """The first true answer of `check`, asked again and again; AssertionError with `what` if there is none."""
    end = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}")
        time.sleep(0.05)


class Desktop:
    def __init__(self, width=1600, height=1000):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringwright-screen-"))
        reader, writer = os.pipe()
        # -displayfd: the server picks a free number and tells it once it listens.
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp",
             "-noreset", "-fbdir", str(self.folder)], pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writer)
        with open(reader) as pipe:
            number = pipe.readline().strip()  # to the end of the line: its writer wants a reader
        assert number, "Xvfb did not start"
        self.environment = dict(os.environ, DISPLAY=f":{number}", QT_QPA_PLATFORM="xcb", QT_SCALE_FACTOR="1",
                                LANG="C.UTF-8", XDG_RUNTIME_DIR=str(self.folder))
        self.manager = subprocess.Popen(["openbox"], env=self.environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.screen = self.folder / "Xvfb_screen0"

    def end(self):
        for process in (self.manager, self.server):
            process.terminate()
            process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def tool(self, *words):
        done = subprocess.run(["xdotool", *map(str, words)], env=self.environment, capture_output=True, text=True,
                              timeout=30)
        return done.stdout

    def window(self, process, title):
        """The visible window of `process` whose title holds `title`, or None."""
        return next(iter(self.windows(process, title)), None)

    def windows(self, process, title):
        return self.tool("search", "--all", "--onlyvisible", "--pid", process, "--name", title).split()

    def title(self, window):
        return self.tool("getwindowname", window).strip()

    def focused(self):
        """The title of the window that has the keyboard."""
        return self.tool("getwindowfocus", "getwindowname").strip()

    def geometry(self, window):
        text = self.tool("getwindowgeometry", "--shell", window)
        values = dict(line.split("=") for line in text.split())
        return tuple(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))

    def key(self, *keys):
        self.tool("key", "--delay", 30, *keys)

    def type(self, text):
        self.tool("type", "--delay", 8, "--", text)

    def click(self, x, y, button=1):
        self.tool("mousemove", int(x), int(y), "click", button)

    def drag(self, start, end):
        """Press at `start`, move in steps, let go at `end`."""
        self.tool("mousemove", *start, "mousedown", 1)
        for share in (0.2, 0.6, 1):
            self.tool("mousemove", *(round(a + (b - a) * share) for a, b in zip(start, end)))
        self.tool("mouseup", 1)

    def pixels(self):
        """Width, height and the rows as bytes B, G, R, 0, from the X server's own frame buffer."""
        with open(self.screen, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            header = struct.unpack(">25I", memory[:100])
            width, height, stride, colors = header[4], header[5], header[12], header[19]
            start = header[0] + colors * 12
            return width, height, b"".join(memory[start + y * stride:start + y * stride + width * 4]
                                           for y in range(height))

    def count_color(self, rgb):
        """How many pixels of the screen have exactly this color."""
        red, green, blue = bytes.fromhex(rgb.lstrip("#"))
        _, _, data = self.pixels()
        return sum(data.count(bytes((blue, green, red, fill))) for fill in (0, 255))

    def shot(self, path):
        width, height, data = self.pixels()
        image = bytearray(width * height * 3)
        image[0::3], image[1::3], image[2::3] = data[2::4], data[1::4], data[0::4]
        rows = b"".join(b"\0" + image[y * width * 3:(y + 1) * width * 3] for y in range(height))

        def chunk(name, body):
            return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                         chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
