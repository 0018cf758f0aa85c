#!/bin/sh
# Adds to the runtime image that jlink has made: the Zydis library with its licence, the command, and a cache that
# makes the start fast. Run by Maven.
#
#   finish-image.sh IMAGE
set -eu

image=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
zydis=$root/native/target/classes/META-INF/vemmio/zydis
# As seen from the image.
recordings=../../../testdata/recordings

# As a file beside the runtime's own it need not be copied at each start.
if [ -f "$zydis/libZydis.so.4.0" ]; then
    cp "$zydis/libZydis.so.4.0" "$image/lib/"
    mkdir -p "$image/legal/org.vemmio.zydis"
    cp "$zydis/copyright" "$image/legal/org.vemmio.zydis/"
fi

# What a command needs of classes, lambdas and linked calls is in the cache only if it was used here. The same lines in
# the same order at every build. All paths are relative, for Java and the lines are split at blanks.
log=$image/../start-up-cache.log
(cd "$image" && bin/java -XX:AOTCacheOutput=lib/vemmio.aot -Dvemmio.terminal= \
    -m org.vemmio.emulator/org.vemmio.emulator.cli.Rehearsal) >"$log" 2>&1 <<END ||
decode 8b4714
decode --syntax=att -v 488b07
decode --json 8b4714 f3a4
decode nothing
--help
decode --help
replay --help
--version
replay $recordings/linux-6.1-cloud-q35-boot.jsonl.gz
replay --json --handler linux-tdx --policy linux-6.12 $recordings/linux-6.12-handle-mmio-unreachable.jsonl.gz
END
    [ -f "$image/lib/vemmio.aot" ] || echo "finish-image: vemmio will start slower, without a cache; see $log" >&2

# The command comes last: where it stands, the image is whole.
cp "$here/vemmio" "$image/bin/vemmio.new"
chmod +x "$image/bin/vemmio.new"
mv "$image/bin/vemmio.new" "$image/bin/vemmio"
