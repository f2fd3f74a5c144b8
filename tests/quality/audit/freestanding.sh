#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# freestanding.sh COMPILER LISTS: checks that the bare-metal objects of each driver, of 32 and of 64 bits, call
# no function outside the driver and those that it is built on (`uses`), and have no variable. (Their flags, in cmake/Warnings.cmake, ensure that they
# compile as freestanding C11 with no headers but the compiler's.)
# LISTS/COMPILER-BITS-LEVEL names the objects: FOLDER-FILE-DIGEST.o.
set -euo pipefail
compiler=$1 lists=$2
if ! command -v "$compiler" >/dev/null; then
	echo "SKIP: $compiler is not installed"
	exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Drivers that are built on others; who takes them takes these too.
declare -A uses=([vga]="font raster" [framebuffer]="raster" [bochs_display]="framebuffer raster pci")

faults=0 seen=0
for bits in 32 64; do
	format=$([ $bits = 32 ] && echo elf_i386 || echo elf_x86_64)
	for level in O0 O1 O2 O3 Os; do
		declare -A drivers=()
		while read -r object; do
			base=${object##*/}
			drivers[${base%%-*}]+=" $object"
		done <"$lists/$compiler-$bits-$level"
		for driver in "${!drivers[@]}"; do
			objects=${drivers[$driver]}
			for used in ${uses[$driver]:-}; do objects+=${drivers[$used]}; done
			# shellcheck disable=SC2086 # a list
			ld -m "$format" -r -o "$out/all" $objects
			symbols=$(nm "$out/all")
			# Functions that a compiler may call without optimisation.
			[ $level != O0 ] || symbols=$(sed -E '/ U (memcpy|memset|memmove)$/d' <<<"$symbols")
			wrong=$(awk '/ U /{ print $2 } $2 ~ /^[bBdDcC]$/' <<<"$symbols")
			seen=$((seen + 1))
			[ -z "$wrong" ] && continue
			echo "$driver with $compiler -m$bits -$level: undefined or writable: $wrong"
			faults=$((faults + 1))
		done
	done
done
echo "$seen drivers checked"
[ "$faults" = 0 ] && [ "$seen" -ge 100 ]
