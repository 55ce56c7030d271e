#!/usr/bin/env python3
"""Adds up what the test programs printed and ends with "N passed, N failed, N skipped".

count_tests.py CTEST_LOG LAST_TEST_LOG ALLOWED_SKIPS CTEST_STATUS

Every claim (Qt Test slot or row) counts as one; so does a whole program that crashed, timed out or
skipped itself. A skip that ALLOWED_SKIPS does not list fails the run.
"""
import re
import sys


def main():
    ctest_log, last_log, allowed_file, status = sys.argv[1:5]
    output = open(last_log, errors="replace").read()
    passed = failed = skipped = 0
    for match in re.finditer(r"^Totals: (\d+) passed, (\d+) failed, (\d+) skipped", output, re.M):
        passed += int(match[1])
        failed += int(match[2])
        skipped += int(match[3])
    for match in re.finditer(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", output, re.M):
        passed += int(match[1])
        failed += int(match[2])
        skipped += int(match[3] or 0)
    for line in re.findall(r"^(?:FAIL!|XPASS|QFATAL)\s.*(?:\n.*Loc:.*)?", output, re.M):
        print(line)
    skips = re.findall(r"^SKIP\s*: (\S+)\(.*?\) ?(.*)$", output, re.M)
    allowed = {line.split("#")[0].strip() for line in open(allowed_file)}
    for name, why in skips:
        print(f"skipped: {name}: {why}")
        if name not in allowed:
            print(f"error: {name} may not be skipped: it is not in {allowed_file}")
            failed += 1
    programs = open(ctest_log, errors="replace").read()
    for name in re.findall(r"^\s*\d+ - (\S+) \(Skipped\)$", programs, re.M):
        skipped += 1
        print(f"skipped: {name}")
        if name not in allowed:
            print(f"error: {name} may not be skipped: it is not in {allowed_file}")
            failed += 1
    broken = re.findall(r"^\s*\d+ - (\S+) \((?!Failed|Skipped)(.*)\)$", programs, re.M)
    for name, why in broken:
        print(f"error: {name}: {why}")
        failed += 1
    if int(status) != 0 and failed == 0:
        print(programs[-4000:])
        failed += 1
    if passed + failed == 0:
        print("error: no test was executed")
        failed = 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
