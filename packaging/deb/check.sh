#!/usr/bin/env bash
# The package of a build, made, judged by lintian, unpacked into a root of its own and run from there:
#   check.sh BUILD_FOLDER OUT_FOLDER
# Ends with "N passed, N failed"; 77 when lintian is missing and RINGWRIGHT_DEEP is not yes.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ "${RINGWRIGHT_DEEP:-no}" != yes ]; then
    echo "not run: RINGWRIGHT_DEEP=yes is not set (packaging/test.sh --deep sets it)"
    exit 77
fi
passed=0 failed=0
claim() { # claim TEXT COMMAND…
    local text=$1 output; shift
    if output=$("$@" 2>&1); then passed=$((passed + 1)); echo "PASS $text"
    else failed=$((failed + 1)); echo "FAIL $text"; echo "$output" | head -40; fi
}
package=$("$here/build.sh" "$1" "$2") || { echo "0 passed, 1 failed"; exit 1; }
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

judged() { lintian --fail-on error,warning --allow-root "$package"; }
unpacked() { dpkg-deb -x "$package" "$root"; }
said() { [ "$("$root/usr/bin/$1" --version)" = "$1 $2" ] || { "$root/usr/bin/$1" --version; return 1; }; }
paged() { zcat "$root/usr/share/man/man1/$1.1.gz" | man --warnings -l - 2>&1 >/dev/null | { ! grep .; }; }
declared() { desktop-file-validate "$root/usr/share/applications/ringwright.desktop"; }
ran() { # three nodes from the installed tree, with nothing of the build
    local tool=$root/usr/bin/ringwright-cluster dir=$root/clusters answer
    "$tool" create packaged --dir "$dir" && "$tool" start packaged --dir "$dir" || return 1
    answer=$("$tool" status packaged --json --dir "$dir")
    "$tool" stop packaged --dir "$dir"
    [ "$(grep -o '"ready"' <<<"$answer" | wc -l)" -ge 3 ] || { echo "$answer"; return 1; }
}
satisfied() { # apt knows every dependency
    dpkg-deb -f "$package" Depends | tr ',' '\n' | sed 's/[ (|].*//; s/^ *//' | sed 's/^ //' | grep . >/dev/null
    apt-get install --simulate -qq "$package"
}
version=$(dpkg-deb -f "$package" Version)
claim "lintian has neither errors nor warnings" judged
claim "apt would install it with what Debian has" satisfied
claim "it unpacks" unpacked
for program in ringwright ringwright-node ringwright-cluster ringwright-sim; do
    claim "$program says its version from there" said "$program" "$version"
    claim "$program has a manual page" paged "$program"
done
claim "the desktop entry is valid" declared
claim "three nodes start from the unpacked tree" ran
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
