#!/usr/bin/env python3
"""Holds #include lines against the map of DESIGN.md; prints each arrow that turns back.

Checked: engine folders include only themselves and folders above them in ENGINE; nothing in the
engine includes Qt; Asio and Beast stay in .cpp files of the folders that may open sockets; views
include neither each other nor `app`; parts up to `node` do not read clocks, entropy or threads
past the Runtime.
"""
import pathlib
import re
import sys

ENGINE = ("base cql schema rows system protocol sstable storage ring messaging membership coordination "
          "security query node simulation client admin launcher modeling workload workspace").split()
SOCKETS = {"base", "node", "simulation", "client", "admin", "launcher"}
SEAM_ENDS = ENGINE.index("node")
SHARED_WIDGETS = {"studio", "theme", "tasks"}
PAST_THE_SEAM = re.compile(r"steady_clock::now|system_clock::now|random_device|this_thread|std::thread\b|\bgetrandom\(")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def complaints(root):
    for path in sorted([*root.glob("engine/**/*.h"), *root.glob("engine/**/*.cpp"),
                        *root.glob("widgets/**/*.h"), *root.glob("widgets/**/*.cpp")]):
        parts = path.relative_to(root).parts
        text = path.read_text()
        where = "/".join(parts)
        for included in INCLUDE.findall(text):
            yield from include_complaints(parts, path, included, where)
        if parts[0] == "engine" and parts[1] != "base" and ENGINE.index(parts[1]) <= SEAM_ENDS:
            code = re.sub(r"//[^\n]*", "", text)
            for match in PAST_THE_SEAM.finditer(code):
                yield f"{where}: {match[0]} goes past the Runtime"
        if len(text.splitlines()) > 800:
            yield f"{where}: {len(text.splitlines())} lines, the limit is 800"


def include_complaints(parts, path, included, where):
    target = included.split("/")
    if parts[0] == "engine":
        own = ENGINE.index(parts[1])
        if target[0] == "engine":
            if target[1] not in ENGINE:
                yield f"{where}: {included} is in no known folder"
            elif ENGINE.index(target[1]) > own:
                yield f"{where}: {parts[1]} may not include {target[1]}"
        if target[0] in ("widgets", "app") or re.match(r"Q[A-Z]|Qt[A-Z]|Qsci", included):
            yield f"{where}: the engine may not include {included}"
        if re.match(r"boost/(asio|beast)", included):
            private = path.suffix == ".cpp" or path.stem.startswith("asio_")
            if parts[1] not in SOCKETS or not private:
                yield f"{where}: {included} belongs only in .cpp files of {', '.join(sorted(SOCKETS))}"
    else:
        if target[0] == "app":
            yield f"{where}: a view may not include {included}"
        if target[0] == "widgets" and len(parts) > 2 and target[1] != parts[1] and target[1] not in SHARED_WIDGETS:
            yield f"{where}: the view {parts[1]} may not include the view {target[1]}"


def main():
    found = list(complaints(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    print(f"{0 if found else 1} passed, {len(found)} failed")
    return 1 if found else 0


sys.exit(main())
