#!/usr/bin/env python3
"""Brings the catalogues up to the texts of the sources: update.py [--check]

Without --check both .ts files are rewritten by Qt's lupdate; new texts are marked unfinished there
and wait for somebody who speaks the language. With --check nothing is written, and the exit code
tells whether the catalogues lag: a text of the sources that has no finished translation, one that
the sources have no more, a translation that lost a %1.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOGUES = {"en": ["-pluralonly"], "de": []}
# Views that are being built; their texts come when they stand still.
NOT_YET = []


def lupdate():
    for candidate in ("/usr/lib/qt6/bin/lupdate", shutil.which("lupdate6"), shutil.which("lupdate")):
        if candidate and pathlib.Path(candidate).exists():
            return candidate
    sys.exit("lupdate is missing: apt-get install qt6-l10n-tools")


def folders():
    found = ["app"]
    for folder in sorted((ROOT / "widgets").iterdir()):
        name = f"widgets/{folder.name}"
        if folder.is_dir() and name not in NOT_YET:
            found.append(name)
    return found


def update(language, file):
    subprocess.run([lupdate(), "-silent", "-I", ".", *CATALOGUES[language], "-locations", "none", "-no-obsolete",
                    "-source-language", "en", "-target-language", language, *folders(), "-ts", str(file)],
                   cwd=ROOT, check=True, stderr=subprocess.DEVNULL)


def messages(file):
    """(context, source, comment) -> the texts of the translation, None if it is not finished."""
    found = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            finished = translation.get("type") is None and all(forms)
            key = (context.findtext("name"), message.findtext("source"), message.findtext("comment") or "")
            found[key] = forms if finished else None
    return found


def placeholders(text):
    return sorted(set(re.findall(r"%(?:\d+|n)", text)))


def check(language):
    file = ROOT / "translations" / f"ringwright_{language}.ts"
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        fresh = pathlib.Path(folder) / file.name
        update(language, fresh)
        wanted = messages(fresh)
    have = messages(file)
    for key in wanted:
        if have.get(key) is None:
            problems.append(f"{key[0]}: not translated: {key[1]!r}")
    for key, forms in have.items():
        if key not in wanted:
            problems.append(f"{key[0]}: no longer in the sources: {key[1]!r}")
            continue
        for form in forms or []:
            # A plural may leave %n out: "one row".
            missing = set(placeholders(key[1])) - set(placeholders(form)) - {"%n"}
            extra = set(placeholders(form)) - set(placeholders(key[1]))
            if missing or extra:
                problems.append(f"{key[0]}: {form!r} does not have the same %1 as {key[1]!r}")
    return [f"{file.name}: {problem}" for problem in problems]


def main(arguments):
    if arguments == ["--check"]:
        problems = [problem for language in CATALOGUES for problem in check(language)]
        print("\n".join(problems))
        if problems:
            print(f"{len(problems)} texts: run translations/update.py and translate what it marks as unfinished")
        return 1 if problems else 0
    if arguments:
        print(__doc__)
        return 2
    for language in CATALOGUES:
        update(language, ROOT / "translations" / f"ringwright_{language}.ts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
