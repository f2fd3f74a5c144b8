#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# link.sh IMAGE GCC OBJCOPY FILE...: links the reference kernel from assembly files and objects.
#   IMAGE.elf      ELF64, with symbols and lines
#   IMAGE          the same as ELF32, which multiboot loaders want
#   IMAGE.bzimage  the same behind the header of a Linux image
# The kernel's own table of symbols comes from a first link: the second has the same sizes everywhere.
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
"$objcopy" -O elf32-i386 "$image.elf" "$image"
"$objcopy" -O binary --gap-fill 0 -j .text -j .rodata -j .symbols -j .data "$image.elf" "$scratch/code"
"$gcc" "${flags[@]}" -Wl,-T,"$scratch/setup.ld" -Wl,-R,"$image.elf" "$here/setup.S" -o "$scratch/setup.elf"
"$objcopy" -O binary -j .text "$scratch/setup.elf" "$scratch/setup"
cat "$scratch/setup" "$scratch/code" >"$image.bzimage"
