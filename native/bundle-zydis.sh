#!/bin/sh
# Puts Debian's build of Zydis and its licence into a folder, for the native jar and the runtime image to carry.
#
#   native/bundle-zydis.sh FOLDER
#
# Nothing is installed and no root is needed. APT uses the machine's package lists; where there are none, or they are
# out of date, it fetches lists of its own and drops them again. A folder that has the library, known by its checksum,
# is left alone; another file of its name is removed. Of several at once for one folder, one works and the others wait.
#
# A build goes on without the bundled copy, with a Zydis that the system has. A package with another checksum than the
# one below stops it.
set -eu

package=libzydis4.0
version=4.0.0-1
package_sha256=b02d43b7a7e941954cdd3dc80862f840c2d1a993cc07b352abf0a529ee888319
library=libZydis.so.4.0
library_sha256=ba13fb9f94fc74aea7d02af04d813461ec32cc68d2ca94860b8e7b26c2f4755a

mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$folder.work
deb=${package}_${version}_amd64.deb
log=$work/apt.log

# is_known FILE SHA256
is_known() {
    [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status - 2>/dev/null
}

is_filled() {
    [ -s "$folder/copyright" ] && is_known "$folder/$library" "$library_sha256"
}

go_on_without() {
    echo "bundle-zydis: $1, so Zydis is not bundled." >&2
    echo "bundle-zydis: Install Zydis 4.0 or 4.1 (on Debian: apt-get install $package), or name a library of these" >&2
    echo "bundle-zydis: versions in the environment variable VEMMIO_ZYDIS_LIBRARY; the tests need one too." >&2
    rm -rf "$work" "$folder/$library"
    exit 0
}

stop() {
    echo "bundle-zydis: $1 is not the one that is known by its SHA-256, and is not used" >&2
    rm -rf "$work"
    exit 1
}

# apt-get, with all that it writes in the work folder.
apt() {
    (cd "$work" && apt-get -q -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@") >>"$log" 2>&1
}

! is_filled || exit 0
for tool in apt-get dpkg dpkg-deb flock sha256sum; do
    command -v $tool >/dev/null || go_on_without "this system has no $tool"
done
architecture=$(dpkg --print-architecture 2>/dev/null)
[ "$architecture" = amd64 ] || go_on_without "the bundled build is for amd64 and this is $architecture"

exec 9>"$folder.lock"
flock 9
! is_filled || exit 0
if [ -e "$folder/$library" ]; then
    echo "bundle-zydis: the $library that is there is not the one that is known by its SHA-256, and is removed" >&2
    rm -f "$folder/$library"
fi

rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
apt download "$package=$version" || {
    apt -o Dir::State::lists="$work/lists" update &&
        apt -o Dir::State::lists="$work/lists" download "$package=$version"
} || {
    sed -n 's/^E: /bundle-zydis: APT: /p' "$log" | sort -u >&2
    go_on_without "APT does not give $package $version"
}
is_known "$work/$deb" "$package_sha256" || stop "$deb"

dpkg-deb -x "$work/$deb" "$work/package"
cp "$work/package/usr/share/doc/$package/copyright" "$work/copyright"
cp -L "$work/package/usr/lib/x86_64-linux-gnu/$library" "$work/$library"
is_known "$work/$library" "$library_sha256" || stop "$library"
mv "$work/copyright" "$work/$library" "$folder"
rm -rf "$work"
