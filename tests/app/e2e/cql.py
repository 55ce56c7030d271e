"""A few statements over the native protocol (v4), to ask a node what it has: no studio, no driver."""
import socket
import struct

QUORUM = 4
TEXT_TYPES = {1, 10, 13}  # ascii, text, varchar
INTEGERS = {2: ">q", 5: ">q", 9: ">i", 19: ">h", 20: ">b"}  # bigint, counter, int, smallint, tinyint


class Cql:
    def __init__(self, address, port=9042):
        self.socket = socket.create_connection((address, port), timeout=120)
        self.ask(1, struct.pack(">H", 1) + self.string("CQL_VERSION") + self.string("3.0.0"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @staticmethod
    def string(text):
        return struct.pack(">H", len(text.encode())) + text.encode()

    def receive(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            assert piece, "the node closed the connection"
            data += piece
        return data

    def ask(self, opcode, body):
        self.socket.sendall(struct.pack(">BBHBI", 4, 0, 0, opcode, len(body)) + body)
        _, flags, _, answer, length = struct.unpack(">BBHBI", self.receive(9))
        data = self.receive(length)
        if flags & 0x08:  # warnings come first
            count, data = struct.unpack(">H", data[:2])[0], data[2:]
            for _ in range(count):
                data = data[2 + struct.unpack(">H", data[:2])[0]:]
        if answer == 0:
            size = struct.unpack(">H", data[4:6])[0]
            raise AssertionError(data[6:6 + size].decode())
        return data

    def rows(self, statement):
        """All rows as tuples; columns that are neither text nor a whole number stay bytes."""
        text = statement.encode()
        rows, state = [], b""
        while state is not None:
            flags = 0x04 | (0x08 if state else 0)
            body = struct.pack(">I", len(text)) + text + struct.pack(">HBI", QUORUM, flags, 5000)
            if state:
                body += struct.pack(">I", len(state)) + state
            more, state = self.decode(self.ask(7, body))
            rows += more
        return rows

    def one(self, statement):
        return self.rows(statement)[0][0]

    def decode(self, data):
        at = 0

        def take(form):
            nonlocal at
            values = struct.unpack_from(form, data, at)
            at += struct.calcsize(form)
            return values[0]

        def skip_string():
            nonlocal at
            length = take(">H")
            at += length

        def value():
            nonlocal at
            length = take(">i")
            if length < 0:
                return None
            at += length
            return data[at - length:at]

        def skip_type():
            kind = take(">H")
            if kind in (32, 34):
                skip_type()
            elif kind == 33:
                skip_type()
                skip_type()
            elif kind == 0:
                skip_string()
            elif kind == 48:
                skip_string()
                skip_string()
                for _ in range(take(">H")):
                    skip_string()
                    skip_type()
            elif kind == 49:
                for _ in range(take(">H")):
                    skip_type()
            return kind

        if take(">I") != 2:
            return [], None
        flags, columns = take(">I"), take(">I")
        state = value() if flags & 2 else None
        if flags & 1:
            skip_string()
            skip_string()
        kinds = []
        for _ in range(columns):
            if not flags & 1:
                skip_string()
                skip_string()
            skip_string()
            kinds.append(skip_type())

        def plain(kind):
            raw = value()
            if raw is None:
                return None
            if kind in TEXT_TYPES:
                return raw.decode()
            if kind in INTEGERS:
                return struct.unpack(INTEGERS[kind], raw)[0]
            return raw
        return [tuple(plain(kind) for kind in kinds) for _ in range(take(">I"))], state
