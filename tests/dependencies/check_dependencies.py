#!/usr/bin/env python3
"""Holds what is linked against the table in README.md: check_dependencies.py SOURCE_FOLDER BUILD_FOLDER

Looked at: the shared libraries that the built programs and test programs ask the loader for, the
libraries' headers that our sources include (some are headers alone), and what CMake is told to find.
Each needs a row with a reason and an SPDX identifier; a row that nothing uses is wrong too. That
the check can fail is a claim of its own: without any one of its rows the table must be refused.
"""
import pathlib
import re
import subprocess
import sys

# The beginning of a library's file name → its name in the table. What is not here needs a decision, so it fails.
SHARED = {"libQt6": "Qt 6", "libqscintilla2": "QScintilla", "libQCustomPlot": "QCustomPlot", "libboost_": "Boost",
          "libcrypto": "OpenSSL", "libssl": "OpenSSL", "libyaml-cpp": "yaml-cpp", "libsqlite3": "SQLite", "libfmt": "{fmt}",
          "libspdlog": "spdlog", "liblz4": "lz4", "libzstd": "zstd", "libsnappy": "snappy", "libz.": "zlib", "libdeflate": "libdeflate",
          "libmimalloc": "mimalloc", "libxxhash": "xxHash", "libcrypt.": "libxcrypt", "liblua": "Lua",
          "libqt6keychain": "QtKeychain", "libbenchmark": "Google Benchmark", "librapidcheck": "RapidCheck"}
TOOLCHAIN = ("ld-linux", "libc.", "libm.", "libgcc_s", "libstdc++", "libasan", "libubsan", "libtsan", "libatomic")
HEADERS = {"boost/": "Boost", "fmt/": "{fmt}", "spdlog/": "spdlog", "openssl/": "OpenSSL", "yaml-cpp/": "yaml-cpp",
           "sqlite3.h": "SQLite", "lz4": "lz4", "zstd": "zstd", "zdict.h": "zstd", "snappy": "snappy", "zlib.h": "zlib", "libdeflate.h": "libdeflate",
           "mimalloc": "mimalloc", "Qsci/": "QScintilla", "qcustomplot.h": "QCustomPlot", "Q": "Qt 6",
           "benchmark/": "Google Benchmark", "rapidcheck": "RapidCheck", "xxhash": "xxHash", "crypt.h": "libxcrypt",
           "lua": "Lua", "qt6keychain/": "QtKeychain"}
SYSTEM = ("sys/", "netinet/", "arpa/", "linux/", "net/")
FOUND = {"Qt6": "Qt 6", "Boost": "Boost", "OpenSSL": "OpenSSL", "ZLIB": "zlib", "fmt": "{fmt}", "spdlog": "spdlog",
         "lz4": "lz4", "zstd": "zstd", "libdeflate": "libdeflate", "sqlite3": "SQLite", "yamlcpp": "yaml-cpp", "snappy": "snappy",
         "mimalloc": "mimalloc", "QScintilla": "QScintilla", "QCustomPlotQt6": "QCustomPlot", "Snappy": "snappy", "benchmark": "Google Benchmark", "xxhash": "xxHash",
         "lua": "Lua", "rapidcheck": "RapidCheck", "Qt6Keychain": "QtKeychain", "libcrypt": "libxcrypt"}
NO_LIBRARY = {"Threads", "PkgConfig", "Python3"}
NOT_LINKED = {"Inter", "JetBrains Mono"}  # fonts: asked for by name at run time
SPDX = re.compile(r"^(blessing|Zlib|MIT|BSL-1\.0|Apache-2\.0|OFL-1\.1|BSD-[23]-Clause|(L?GPL)-[23]\.\d-(only|or-later))$")


def table(readme):
    """Rows under "## Dependencies": name → (why, [SPDX])."""
    section = re.search(r"^## Dependencies$(.*?)(?=^## )", readme, re.M | re.S)
    rows = {}
    for line in re.findall(r"^\|(.+)\|$", section[1] if section else "", re.M):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 3 or cells[0] == "library" or set(cells[0]) <= set("-"):
            continue
        names = re.split(r",\s*(?![^(]*\))", cells[0])
        licenses = [each.strip() for each in cells[2].split(",")]
        for number, name in enumerate(names):
            license = licenses[number] if len(licenses) == len(names) else licenses[0] if len(licenses) == 1 else ""
            rows[re.sub(r"\s*\(.*\)$", "", name)] = (cells[1], license)
    return rows


def shared_libraries(build):
    for program in sorted([*(build / "bin").iterdir(), *(build / "tests").glob("*")]):
        if program.is_file() and program.read_bytes()[:4] == b"\x7fELF":
            text = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
            for name in re.findall(r"\(NEEDED\).*\[(.+)\]", text):
                yield name, program.name


def headers(source):
    paths = [path for top in ("engine", "widgets", "app", "tests") for path in (source / top).rglob("*")
             if path.suffix in (".h", ".cpp")]
    for path in paths:
        for name in re.findall(r"^\s*#\s*include\s*<([^>]+)>", path.read_text(), re.M):
            yield name, path.relative_to(source).as_posix()


def packages(source):
    for path in [source / "CMakeLists.txt", *(p for top in ("engine", "widgets", "app", "tests")
                                              for p in (source / top).rglob("CMakeLists.txt"))]:
        for name in re.findall(r"(?:find_package|pkg_check_modules|find_library)\(\s*(\w+)", path.read_text()):
            yield name, path.relative_to(source).as_posix()


def lookup(names, name):
    return next((names[key] for key in sorted(names, key=len, reverse=True) if name.startswith(key)), None)


def uses(source, build):
    """What is used → one place of it; and what nobody has decided about."""
    used, unknown = {}, []

    def note(name, where, names, kind):
        found = lookup(names, name)
        if found:
            used.setdefault(found, f"{kind} {name} of {where}")
        else:
            unknown.append(f"{kind} {name} of {where} is in no list of check_dependencies.py: decide, and give it a row in README.md")
    for name, where in shared_libraries(build):
        if not name.startswith(TOOLCHAIN):
            note(name, where, SHARED, "the library")
    for name, where in headers(source):
        if name.startswith(SYSTEM) or ("/" not in name and not re.match(r"Q[A-Z]|Qt[A-Z]", name) and not lookup(HEADERS, name)):
            continue  # the system's, or the language's
        note(name, where, HEADERS, "the header")
    for name, where in packages(source):
        if name not in NO_LIBRARY:
            note(name, where, FOUND, "the package")
    return used, sorted(set(unknown))


def complaints(rows, used):
    for name, where in sorted(used.items()):
        if name not in rows:
            yield f"README.md has no row for {name}: {where}"
    for name, (why, license) in sorted(rows.items()):
        if len(why) < 4:
            yield f"README.md does not say why {name} is used"
        if not SPDX.match(license):
            yield f"README.md gives {name} the license '{license}', which is no SPDX identifier that we know"
        if name not in used and name not in NOT_LINKED:
            yield f"README.md has a row for {name}, which nothing uses"


def main():
    source, build = map(pathlib.Path, sys.argv[1:3])
    rows = table((source / "README.md").read_text())
    used, unknown = uses(source, build)
    failed = 0

    def claim(text, problems):
        nonlocal failed
        failed += bool(problems)
        print(f"{'FAIL' if problems else 'PASS'} {text}")
        print("".join(f"  {problem}\n" for problem in problems), end="")
    claim("everything linked, included and looked for is known", unknown)
    claim("each has a row with a reason and an SPDX identifier, and no row is left over", list(complaints(rows, used)))
    claim("a table without one of its rows is refused",
          [f"without {name} it is accepted" for name in rows if name not in NOT_LINKED and
           not any(name in text for text in complaints({k: v for k, v in rows.items() if k != name}, used))])
    print(f"{3 - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
