#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# From a clean clone in a fresh Debian: ./dev demo, ./dev test, nothing else. Needs root and
# debootstrap; packages come from the archive that this machine's apt uses.
# usage: debootstrap.sh [SUITE] [FOLDER]	default: bookworm, a temporary folder
set -euo pipefail

suite=${1:-bookworm}
top=$(readlink -f "$(dirname "$0")/../../..")
[ "$(id -u)" = 0 ] || { echo "debootstrap.sh: needs root" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "debootstrap.sh: install debootstrap" >&2; exit 2; }

# The script's mounts are in its own namespace, so they disappear however it ends.
if [ "${BIMETAL_FRESH_INSIDE:-}" != yes ]; then
	folder=${2:-$(mktemp -d)}
	status=0
	BIMETAL_FRESH_INSIDE=yes unshare --mount --propagation private "$0" "$suite" "$folder" ||
		status=$?
	if [ $# -lt 2 ]; then rm -rf --one-file-system "$folder"; fi
	exit "$status"
fi

root=$2/root
host_suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
	grep -v security | head -n 1)
echo "=== debootstrap $suite"
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$2/debootstrap.log" ||
	{ tail "$2/debootstrap.log"; exit 1; }

# Configure apt as outside, but without the entries that ./dev adds itself.
rm -f "$root/etc/apt/sources.list"
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
	case $list in */bimetal-unicorn.sources) continue ;; esac
	[ -e "$list" ] || continue
	sed "s/\\b$host_suite\\b/$suite/g" "$list" >"$root${list}"
done
for folder in /etc/apt/keyrings /etc/apt/auth.conf.d; do
	if [ -d "$folder" ]; then cp -r "$folder" "$root/etc/apt/"; fi
done
apt-config dump | sed -nE "/^Acquire::(.*[Pp]roxy|Check-)/p" >"$root/etc/apt/apt.conf.d/99as-outside"
cp /etc/resolv.conf /etc/hosts "$root/etc/"

git clone --quiet --no-local "$top" "$root/bimetal"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
if [ ! -L /dev/ptmx ]; then mount --bind "$root/dev/pts/ptmx" "$root/dev/ptmx"; fi
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t tmpfs tmpfs "$root/tmp"

inside() {
	echo "=== $*"
	local began=$SECONDS
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 \
		chroot "$root" /bin/sh -c 'cd /bimetal && exec "$@"' sh "$@" </dev/null
	echo "=== $*: $((SECONDS - began)) s"
}
inside ./dev demo
inside test -s out/demo.png
inside ./dev test
# The second time there must be nothing left to do.
inside ./dev install
echo "passed on a fresh $suite at $(git -C "$root/bimetal" rev-parse --short HEAD)"
