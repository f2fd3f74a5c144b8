#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# link.sh IMAGE GCC OBJCOPY FILE...: links the reference kernel from assembly files and objects.
#   IMAGE.elf      ELF64, with symbols and lines
#   IMAGE          the same as ELF32, which multiboot loaders want
#   IMAGE.bzimage  the same behind the header of a Linux image
# The kernel's own table of symbols fills room that is kept for it, so no address moves.
set -euo pipefail
image=$1 gcc=$2 objcopy=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
flags=(-m64 -I"$here" -nostdlib -static -no-pie -fno-pic -g -Wl,--build-id=none -Wl,-z,max-page-size=4096
	-Wl,-z,noexecstack -Wl,--no-warn-rwx-segments)

script() { "$gcc" -E -P -x c -I"$here" "$here/$1.ld" -o "$scratch/$1.ld"; }
script kernel
script setup
"$gcc" "${flags[@]}" -Wl,-T,"$scratch/kernel.ld" "$@" -o "$image.elf"
# The symbols: functions with a size, and code of assembly up to the next.
nm -n --defined-only "$image.elf" | awk '
	$2 ~ /^[tT]$/ && $3 !~ /^(text_|\.)/ { if (name != "") printf "%x %x %s\n", start, hex($1), name; start = hex($1); name = $3 }
	$3 == "text_end" { if (name != "") printf "%x %x %s\n", start, hex($1), name; name = "" }
	function hex(text,   i, value) {
		for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
		return value
	}' >"$scratch/symbols"
room=$(sed -n 's/^#define SYMBOL_BYTES *\(0x[0-9a-f]*\).*/\1/p' "$here/layout.h")
[ "$(wc -c <"$scratch/symbols")" -lt "$((room))" ] || { echo "link.sh: the symbols need more room than SYMBOL_BYTES (layout.h)" >&2; exit 1; }
truncate -s "$((room))" "$scratch/symbols"
"$objcopy" --update-section .symbols="$scratch/symbols" "$image.elf"
"$objcopy" -O elf32-i386 "$image.elf" "$image"
"$objcopy" -O binary --gap-fill 0 -j .text -j .rodata -j .symbols -j .data "$image.elf" "$scratch/code"
"$gcc" "${flags[@]}" -Wl,-T,"$scratch/setup.ld" -Wl,-R,"$image.elf" "$here/setup.S" -o "$scratch/setup.elf"
"$objcopy" -O binary -j .text "$scratch/setup.elf" "$scratch/setup"
cat "$scratch/setup" "$scratch/code" >"$image.bzimage"
