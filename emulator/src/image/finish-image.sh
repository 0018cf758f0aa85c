#!/bin/sh
# Adds to the runtime image that jlink has made: the Zydis library with its licence, the command, and a cache that
# halves the time to start. Run by Maven.
#
#   finish-image.sh IMAGE
set -eu

image=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
zydis=$root/native/target/classes/META-INF/vemmio/zydis
recording=$root/testdata/recordings/linux-6.1-cloud-q35-boot.jsonl.gz

# As a file beside the runtime's own it need not be copied at each start.
if [ -f "$zydis/libZydis.so.4.0" ]; then
    cp "$zydis/libZydis.so.4.0" "$image/lib/"
    mkdir -p "$image/legal/org.vemmio.zydis"
    cp "$zydis/copyright" "$image/legal/org.vemmio.zydis/"
fi

# The command is made under another name and renamed last: where it stands, the image is whole.
cp "$here/vemmio" "$image/bin/vemmio.new"
chmod +x "$image/bin/vemmio.new"

# A replay touches most of what any command needs. The path is relative because Java splits the variable at blanks.
log=$image/../start-up-cache.log
(cd "$image" && JDK_JAVA_OPTIONS=-XX:AOTCacheOutput=lib/vemmio.aot bin/vemmio.new replay "$recording") >"$log" 2>&1 ||
    [ -f "$image/lib/vemmio.aot" ] || echo "finish-image: vemmio will start slower, without a cache; see $log" >&2

mv "$image/bin/vemmio.new" "$image/bin/vemmio"
