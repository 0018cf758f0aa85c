#!/bin/sh
# Prints what whole processes of the command line take, beside a peer that does a like thing on the same machine:
#
#   vemmio decode 8b4714           java Hello, with the Java of vemmio's image
#   vemmio --help                  the same
#   vemmio decode of 1 MiB of code objdump -D of the same bytes
#   vemmio replay, 36 recordings   gzip -dc | wc -l of the same file
#
#   emulator/benchmark/whole-process.sh [RUNS]
#
# RUNS is how often each is run, in turn with its peer: 5 unless told. Times are medians in seconds, with the smallest
# and the largest; the peak is the most memory that a run had, of vemmio and in MB; the ratio is that of the medians. A
# peer that the machine lacks, or a JDK for the class Hello, leaves a dash. Needs the image, which emulator/vemmio makes
# at its first use, and GNU time for the peak.
set -eu

runs=${1:-5}
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
vemmio=$root/emulator/vemmio
image=$root/emulator/target/image
recording=$root/testdata/recordings/linux-6.1-drivers-q35.jsonl.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

has() {
    command -v "$1" >/dev/null
}

# Runs a shell's command line and adds its time in seconds to the file $1.times, its peak to $1.peaks. An exit code of 1
# is no mistake: not all that is decoded is code.
once() {
    begin=$(date +%s.%N)
    code=0
    if [ -x /usr/bin/time ]; then
        /usr/bin/time -q -f %M -o "$work/peak" sh -c "$2" >/dev/null 2>"$work/err" </dev/null || code=$?
        tail -n 1 "$work/peak" >>"$work/$1.peaks"
    else
        sh -c "$2" >/dev/null 2>"$work/err" </dev/null || code=$?
    fi
    [ "$code" -le 1 ] || { echo "whole-process: exit code $code of $2: $(cat "$work/err")" >&2; exit 1; }
    echo "$begin $(date +%s.%N)" | awk '{ printf "%.4f\n", $2 - $1 }' >>"$work/$1.times"
}

# Prints median, minimum and maximum of a file of numbers.
summary() {
    sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%.3f %.3f %.3f\n", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

# Prints a row: a name, the command, the peer's name, the peer's command, which may be empty.
row() {
    rm -f "$work"/*.times "$work"/*.peaks
    for run in $(seq "$runs"); do
        once own "$2"
        [ -z "$4" ] || once peer "$4"
    done
    own=$(summary "$work/own.times")
    peer=-
    [ -z "$4" ] || peer=$(summary "$work/peer.times")
    peak=-
    [ ! -s "$work/own.peaks" ] || peak=$(sort -n "$work/own.peaks" | tail -n 1)
    echo "$1;$own;$peak;$3;$peer" | awk -F ';' '{
        split($2, own, " "); n = split($5, peer, " ")
        printf "%-32s %7.3f (%.3f-%.3f) %6s  %-22s", $1, own[1], own[2], own[3], $3 == "-" ? "-" : int($3 / 1000), $4
        if (n == 3) printf " %7.3f (%.3f-%.3f) %6.2f\n", peer[1], peer[2], peer[3], own[1] / peer[1]
        else printf " %7s\n", "-"
    }'
}

[ -x "$image/bin/vemmio" ] || { echo "whole-process: there is no image; run emulator/vemmio once" >&2; exit 2; }

hello=
javac=$(ls -d "${JAVA25_HOME:-/none}"/bin/javac /usr/lib/jvm/*25*/bin/javac 2>/dev/null | head -n 1)
if [ -n "$javac" ]; then
    echo 'class Hello { public static void main(String[] a) { System.out.println("Hello"); } }' >"$work/Hello.java"
    "$javac" -d "$work" "$work/Hello.java"
    hello="'$image/bin/java' -Xlog:disable -XX:TieredStopAtLevel=1 -cp '$work' Hello"
fi

# Code is what is at hand on every machine: that of Java's own library.
head -c 6291456 "$image/lib/server/libjvm.so" | tail -c 1048576 >"$work/code"
objdump=
! has objdump || objdump="objdump -D -b binary -m i386:x86-64 '$work/code'"

# 36 times the traps, behind one header that tells so.
gzip -dc "$recording" >"$work/recording.jsonl"
traps=$(($(wc -l <"$work/recording.jsonl") - 1))
{
    sed "s/\"traps\":$traps/\"traps\":$((36 * traps))/; q" "$work/recording.jsonl"
    for run in $(seq 36); do
        tail -n +2 "$work/recording.jsonl"
    done
} | gzip >"$work/recording.jsonl.gz"
rm "$work/recording.jsonl"

echo "$(git -C "$root" describe --always --dirty 2>/dev/null || echo 'no commit'), $(uname -srm), $(nproc) processors," \
    "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $("$image/bin/java" -version 2>&1 | head -n 1)"
echo "                                   seconds (min-max)     MB  peer                    seconds (min-max)    ratio"
row 'vemmio decode 8b4714' "'$vemmio' decode 8b4714" 'java Hello' "$hello"
row 'vemmio --help' "'$vemmio' --help" 'java Hello' "$hello"
row 'vemmio decode, 1 MiB of code' "'$vemmio' decode --raw '$work/code'" 'objdump -D' "$objdump"
row 'vemmio replay, 36 recordings' "'$vemmio' replay '$work/recording.jsonl.gz'" 'gzip -dc | wc -l' \
    "gzip -dc '$work/recording.jsonl.gz' | wc -l"
