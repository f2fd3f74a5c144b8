#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# picture.sh INSTALLED GENERATOR CC: a boot test with the keyword PICTURE passes when the screen is that of the
# file; else it fails, and one PNG has expected, got and difference side by side.
set -euo pipefail
installed=$1 generator=$2 cc=$3
# shellcheck source=tests/system/package/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir project
# mov ax, b800h; mov ds, ax; mov byte [0], letter; mov al, 10h; out f4h, al
letter() { printf '\xb8\x00\xb8\x8e\xd8\xc6\x06\x00\x00%s\xb0\x10\xe6\xf4\xf4' "$1" >"project/$1"; }
letter X
letter Y
"$installed/bin/bimetal" run --machine pc --boot flat --mode 16 --screenshot project/want.png project/X >log 2>&1 ||
	fail "the picture cannot be made:" "$(cat log)"
cat >project/CMakeLists.txt <<'TEXT'
cmake_minimum_required(VERSION 3.22)
project(picture C)
find_package(bimetal REQUIRED)
enable_testing()
bimetal_add_boot_test(boot.same KERNEL X PICTURE want.png ARGS --boot flat --mode 16)
bimetal_add_boot_test(boot.other KERNEL Y PICTURE want.png ARGS --boot flat --mode 16)
bimetal_add_boot_test(boot.none KERNEL X PICTURE missing.png ARGS --boot flat --mode 16)
TEXT
type=''

# size FILE: of a PNG, its width and height (PNG 1.2, 11.2.2: IHDR comes first)
size() {
	head -c 4 "$1" | grep -q PNG || fail "$1 is no PNG"
	od -An -v -tu1 -j16 -N8 "$1" | tr -s ' \n' ' ' |
		awk '{ print $1 * 16777216 + $2 * 65536 + $3 * 256 + $4, $5 * 16777216 + $6 * 65536 + $7 * 256 + $8 }'
}

title "the picture is that of the file"
tests -R '^boot\.same$' || fail "it fails:" "$said"
[ ! -e built/boot_same.difference.png ] || fail "a difference of equal pictures"

title "it is another"
! tests -R '^boot\.other$' || fail "it passes"
grep -qE '[0-9]+ pixels differ, the first at column [0-9]+ of line [0-9]+;' <<<"$said" || fail "the place is not told:" "$said"
read -r width height < <(size project/want.png)
if [ -e built/boot_other.difference.png ]; then
	read -r wide high < <(size built/boot_other.difference.png)
	[ "$high" = "$height" ] || fail "the difference is $high pixels high, the picture $height"
	[ "$wide" -ge $((3 * width)) ] || fail "three pictures of $width pixels do not fit into $wide"
else
	fail "no picture of the difference: $(ls built)"
fi

title "there is no such file"
! tests -R '^boot\.none$' || fail "it passes"
grep -q 'missing\.png: No such file' <<<"$said" || fail "the file is not named:" "$said"
[ "$faults" = 0 ]
