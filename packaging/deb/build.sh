#!/usr/bin/env bash
# A Debian package of an installed tree: build.sh BUILD_FOLDER OUT_FOLDER; prints the package's path.
# The maintainer is DEBFULLNAME <DEBEMAIL>, else the author of the last commit.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${1:?the build folder is missing} out=${2:?the folder of the package is missing}
version=$(sed -n 's/^project(Ringwright VERSION \([0-9.]*\).*/\1/p' "$here/../../CMakeLists.txt")
maintainer="${DEBFULLNAME:-$(git -C "$here" log -1 --format=%an)} <${DEBEMAIL:-$(git -C "$here" log -1 --format=%ae)}>"
arch=$(dpkg --print-architecture)
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/debian/ringwright

DESTDIR=$root cmake --install "$build" --prefix /usr >/dev/null
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root"/usr/bin/*
gzip -9n "$root"/usr/share/man/man1/*.1
doc=$root/usr/share/doc/ringwright
mkdir -p "$doc" "$root/DEBIAN"
cp "$here/copyright" "$doc/copyright"
cat >"$work/changelog" <<END
ringwright ($version) unstable; urgency=medium

  * Built from the sources as they are; the history is in the repository.

 -- $maintainer  $(git -C "$here" log -1 --format=%aD)
END
gzip -9nc "$work/changelog" >"$doc/changelog.gz"

# dpkg-shlibdeps finds out which packages the programs need; it wants a source tree's control file.
printf 'Source: ringwright\nPackage: ringwright\nArchitecture: %s\n' "$arch" >"$work/debian/control"
needs=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info "$root"/usr/bin/* 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$needs" ] || { echo "error: dpkg-shlibdeps found no dependencies" >&2; exit 1; }
cat >"$root/DEBIAN/control" <<END
Package: ringwright
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: $needs
Recommends: fonts-inter, fonts-jetbrains-mono
Section: database
Priority: optional
Description: desktop studio for Apache Cassandra with clusters of its own
 One button starts three Cassandra-compatible nodes as processes of this
 machine, with sockets and files. Write CQL, watch the ring and gossip, kill a
 node and see the queries go on. The same views administer Apache Cassandra.
 .
 Not affiliated with the Apache Software Foundation.
END
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -type d -exec chmod 755 {} +
find "$root" -type f ! -path '*/bin/*' -exec chmod 644 {} +
package=$out/ringwright_${version}_$arch.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package"
