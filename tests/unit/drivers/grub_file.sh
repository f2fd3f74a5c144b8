#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# grub_file.sh WRITER: runs grub-file on images with headers from our builder; their names say which result is
# expected.
set -euo pipefail
if ! command -v grub-file >/dev/null; then
	echo "SKIP: grub-file is not installed (package grub-common)"
	exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$1" "$out"
seen=0
for image in "$out"/*; do
	seen=$((seen + 1))
	verdict=no
	! grub-file --is-x86-multiboot2 "$image" || verdict=yes
	[[ $image == *-"$verdict" ]] && continue
	echo "$(basename "$image"): grub-file says $verdict"
	exit 1
done
[ "$seen" -ge 4 ]
