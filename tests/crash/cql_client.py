"""As little of the native protocol (v4) as a crash test needs: prepared statements in flight by the
dozen, and rows as bytes. Whatever has been read from the socket was acknowledged."""
import select
import socket
import struct

ONE = 1


class CqlError(Exception):
    pass


def short_string(text):
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


class Connection:
    def __init__(self, address, port=9042, timeout=30):
        self.socket = socket.create_connection((address, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.send(0, 0x01, struct.pack(">H", 1) + short_string("CQL_VERSION") + short_string("3.0.0"))
        self.receive()

    def close(self):
        self.socket.close()

    def send(self, stream, opcode, body):
        self.socket.sendall(struct.pack(">BBhBI", 4, 0, stream, opcode, len(body)) + body)

    def frames(self):
        """The complete frames in the buffer: (stream, opcode, body)."""
        while len(self.buffer) >= 9:
            _, _, stream, opcode, size = struct.unpack(">BBhBI", self.buffer[:9])
            if len(self.buffer) < 9 + size:
                return
            body, self.buffer = self.buffer[9:9 + size], self.buffer[9 + size:]
            yield stream, opcode, body

    def fill(self, timeout):
        """Reads what has come; False at the end of the connection."""
        if not select.select([self.socket], [], [], timeout)[0]:
            return True
        got = self.socket.recv(1 << 18)
        self.buffer += got
        return bool(got)

    def receive(self):
        while True:
            for stream, opcode, body in self.frames():
                if opcode == 0:
                    raise CqlError(error_text(body))
                return stream, opcode, body
            if not self.fill(60):
                raise ConnectionError("the node closed the connection")

    def query(self, text):
        self.send(0, 0x07, struct.pack(">I", len(text.encode())) + text.encode() + struct.pack(">HB", ONE, 0))
        return self.receive()[2]

    def prepare(self, text):
        self.send(0, 0x09, struct.pack(">I", len(text.encode())) + text.encode())
        body = self.receive()[2]
        size, = struct.unpack(">H", body[4:6])
        return body[6:6 + size]

    def execute_later(self, stream, prepared, values):
        self.send(stream, 0x0A, execute_body(prepared, values))

    def batch_later(self, stream, prepared, all_values):
        """An unlogged batch of one prepared statement."""
        body = struct.pack(">BH", 1, len(all_values))
        for values in all_values:
            body += b"\1" + struct.pack(">H", len(prepared)) + prepared + struct.pack(">H", len(values))
            body += b"".join(struct.pack(">i", len(v)) + v for v in values)
        self.send(stream, 0x0D, body + struct.pack(">HB", ONE, 0))

    def run_all(self, requests, in_flight=32):
        """Sends requests (functions of a stream) with so many in flight. Those that the node is too
        busy for (Overloaded, WriteTimeout) are sent again; gives how many."""
        streams, under_way, again, refused = list(range(in_flight)), {}, [], 0
        requests = iter(requests)
        more = True
        while more or under_way or again:
            while streams and (more or again):
                request = again.pop() if again else next(requests, None)
                if request is None:
                    more = False
                    break
                stream = streams.pop()
                under_way[stream] = request
                request(stream)
            if under_way and not self.fill(60):
                raise ConnectionError("the node closed the connection")
            for stream, opcode, body in self.frames():
                request = under_way.pop(stream)
                streams.append(stream)
                if opcode == 0:
                    if not error_text(body).startswith(("0x1001", "0x1100")):
                        raise CqlError(error_text(body))
                    refused += 1
                    again.append(request)
        return refused

    def rows(self, prepared, values, page_size=5000):
        """All pages of a SELECT: lists of cells as bytes."""
        state = None
        while True:
            flags = 0x01 | 0x02 | 0x04 | (0x08 if state is not None else 0)
            body = struct.pack(">H", len(prepared)) + prepared + struct.pack(">HBH", ONE, flags, len(values))
            body += b"".join(struct.pack(">i", len(v)) + v for v in values) + struct.pack(">i", page_size)
            if state is not None:
                body += struct.pack(">i", len(state)) + state
            self.send(0, 0x0A, body)
            cells, state = parse_rows(self.receive()[2])
            yield from cells
            if state is None:
                return


def execute_body(prepared, values):
    return (struct.pack(">H", len(prepared)) + prepared + struct.pack(">HBH", ONE, 0x01, len(values)) +
            b"".join(struct.pack(">i", len(v)) + v for v in values))


def error_text(body):
    code, size = struct.unpack(">iH", body[:6])
    return f"0x{code:04x}: {body[6:6 + size].decode(errors='replace')}"


def parse_rows(body):
    _, flags, columns = struct.unpack(">iii", body[:12])
    at, state = 12, None
    if flags & 2:
        size, = struct.unpack(">i", body[at:at + 4])
        state, at = body[at + 4:at + 4 + size], at + 4 + size
    if not flags & 4:
        raise CqlError("metadata that nobody asked for")
    count, = struct.unpack(">i", body[at:at + 4])
    at += 4
    rows = []
    for _ in range(count):
        row = []
        for _ in range(columns):
            size, = struct.unpack(">i", body[at:at + 4])
            at += 4
            row.append(body[at:at + size] if size >= 0 else None)
            at += max(size, 0)
        rows.append(row)
    return rows, state
