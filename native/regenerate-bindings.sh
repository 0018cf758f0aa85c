#!/bin/sh
# Generates the package org.vemmio.zydis.jextract again, from the headers of Zydis 4.0.0.
#
#   native/regenerate-bindings.sh [INCLUDE_DIRECTORY]
#
# The include directory holds Zydis/ and Zycore/; it is /usr/include unless told. Needs jextract (Java 25 or newer)
# on PATH, and the headers: Debian's libzydis-dev 4.0.0 and libzycore-dev, installed or unpacked with "dpkg-deb -x".
#
# What is taken from the headers stands in jextract-includes.txt. To see what else there is:
#   jextract -I INCLUDE_DIRECTORY --dump-includes all.txt INCLUDE_DIRECTORY/Zydis/Zydis.h
#
# The result is committed but for one change: the handle of an array's element is made when it is first used, for to make
# one takes longer than to decode an instruction. Only package-info.java is written by hand, and kept.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
include=${1:-/usr/include}
package=org.vemmio.zydis.jextract
sources=$here/src/main/java
folder=$sources/org/vemmio/zydis/jextract

fail() {
    echo "regenerate-bindings: $1" >&2
    exit 1
}

command -v jextract >/dev/null || fail "no jextract on PATH"
[ -f "$include/Zydis/Zydis.h" ] || fail "no Zydis/Zydis.h in $include: give the directory that holds it"
grep -q 'define ZYDIS_VERSION .*0x0004000000000000' "$include/Zydis/Zydis.h" ||
    fail "$include/Zydis/Zydis.h is not of Zydis 4.0.0"

find "$folder" -name '*.java' ! -name package-info.java -delete
jextract -I "$include" --target-package "$package" --header-class-name Zydis --output "$sources" \
    "@$here/jextract-includes.txt" "$include/Zydis/Zydis.h"

find "$folder" -name '*.java' -exec sed -E -i \
    -e 's/^( *private static final) ((Var|Method)Handle) (\w+)\$ELEM_HANDLE = (.*);$/\1 class \4$ELEM { static final \2 HANDLE = \5; }/' \
    -e 's/(\w)\$ELEM_HANDLE/\1$ELEM.HANDLE/g' {} +
