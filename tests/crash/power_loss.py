"""What a power loss leaves of files that were written under power_shim: what was synced, and of the
rest what the seed decides. See power_shim.cpp for the journal."""
import os
import pathlib
import random
import shutil


class PowerLoss:
    """Reads a journal; apply() takes back what was not synced and begins a new journal."""

    def __init__(self, root, journal_folder):
        self.root, self.folder = pathlib.Path(root), pathlib.Path(journal_folder)
        self.files, self.names = {}, []
        self.counts = {"files": 0, "names": 0, "torn": 0}
        self.read()

    def read(self):
        begun, synced_names = {}, {}
        order = 0
        journal = self.folder / "journal"
        lines = journal.read_text(errors="replace").split("\n") if journal.exists() else []
        for line in lines[:-1]:  # the last one may have been cut off
            order += 1
            kind, *fields = line.split("\t")
            if kind == "F":
                continue
            if kind in "WT":
                self.files.setdefault(int(fields[0]), []).append((order, kind, fields[1:]))
            elif kind in "Bb":
                begun[fields[0]] = (order, kind, fields[1])
            elif kind in "Ee":
                since, what, target = begun.pop(fields[0])
                if what == "B":
                    inode = int(target)
                    self.files[inode] = [w for w in self.files.get(inode, []) if w[0] > since]
                else:
                    synced_names[target] = since
                    # As ext4 and XFS do, and as SimulatedDisk: the folders above are durable, too.
                    self.names = [n for n in self.names if not (
                        n[0] < since and (self.parent(n) == target or
                                          n[1] == "M" and (target + "/").startswith(n[2][0] + "/")))]
            else:
                self.names.append((order, kind, fields))

    @staticmethod
    def parent(name):
        _, kind, fields = name
        return os.path.dirname(fields[1] if kind == "R" else fields[0])

    def apply(self, seed):
        chance = random.Random(seed)
        self.undo_names(chance)
        paths = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(folder, name)
                paths[os.lstat(path).st_ino] = path
        for inode, writes in sorted(self.files.items()):
            if writes and inode in paths:
                self.counts["files"] += 1
                self.undo_writes(chance, paths[inode], writes)
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        return self.counts

    def undo_names(self, chance):
        """Of each folder a prefix of what happened to its names survives."""
        folders = {}
        for name in self.names:
            folders.setdefault(self.parent(name), []).append(name)
        undone = []
        for _, names in sorted(folders.items()):
            kept = chance.choice([0, len(names), chance.randint(0, len(names))])
            undone += names[kept:]
        for _, kind, fields in sorted(undone, reverse=True):
            self.counts["names"] += 1
            if kind in "CL":
                pathlib.Path(fields[0]).unlink(missing_ok=True)
            elif kind == "M":
                shutil.rmtree(fields[0], ignore_errors=True)
            elif kind == "U":
                self.put_back(fields[1], fields[0])
            elif os.path.exists(fields[1]) and os.path.isdir(os.path.dirname(fields[0])):
                os.replace(fields[1], fields[0])
                self.put_back(fields[2], fields[1])

    @staticmethod
    def put_back(stash, path):
        if stash != "-" and os.path.exists(stash) and os.path.isdir(os.path.dirname(path)):
            if os.path.exists(path):
                os.unlink(path)
            os.link(stash, path)

    def undo_writes(self, chance, path, writes):
        final = pathlib.Path(path).read_bytes()
        content = bytearray(final)
        for _, kind, fields in reversed(writes):
            if kind == "T":
                new, old = int(fields[0]), int(fields[1])
                content = content[:old].ljust(old, b"\0") if new < old else content[:old]
            else:
                offset, _, old_size = int(fields[0]), int(fields[1]), int(fields[2])
                old = bytes.fromhex(fields[3])
                content[offset:offset + len(old)] = old
                del content[old_size:]
        mode = chance.choice(["drop", "keep", "torn", "torn", "reorder", "reorder"])
        pieces = []
        for _, kind, fields in writes:
            if kind == "W":
                offset, size = int(fields[0]), int(fields[1])
                if mode == "reorder":
                    pieces += [(at, min(512 - at % 512, offset + size - at))
                               for at in [offset, *range((offset // 512 + 1) * 512, offset + size, 512)]]
                else:
                    pieces.append((offset, size))
        if mode == "keep":
            return
        if mode == "drop":
            pieces = []
        elif mode == "torn":
            pieces = pieces[:chance.randint(0, len(pieces))]
            if pieces:
                pieces[-1] = (pieces[-1][0], chance.randint(0, pieces[-1][1]))
        else:
            pieces = [piece for piece in pieces if chance.random() < 0.5]
        self.counts["torn"] += mode != "drop"
        for offset, size in pieces:
            if len(content) < offset:
                content.extend(bytes(offset - len(content)))
            content[offset:offset + size] = final[offset:offset + size]
        pathlib.Path(path).write_bytes(content)
