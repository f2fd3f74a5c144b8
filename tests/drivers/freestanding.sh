#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# freestanding.sh COMPILER DRIVERS: every driver compiles as freestanding C11 for bare metal, 32 and
# 64 bits, with no header but the compiler's own, and needs no function that it does not bring.
set -euo pipefail
compiler=$1
cd "$2"
if ! command -v "$compiler" >/dev/null; then
	echo "SKIP: no $compiler here"
	exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
headers=$("$compiler" -print-file-name=include)
flags=(-std=c11 -ffreestanding -nostdinc -isystem "$headers" -mgeneral-regs-only
	-fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables
	-Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wvla -Wmissing-prototypes
	-Wstrict-prototypes -Wpedantic -Werror)
# GCC makes calls of memcpy and memset from loops, whatever it is told about libraries.
[[ $compiler != gcc* ]] || flags+=(-fno-tree-loop-distribute-patterns)

faults=0
for folder in */ io/metal/; do
	sources=("$PWD/$folder"*.c)
	[ -e "${sources[0]}" ] || continue
	for bits in 32 64; do
		for level in -O0 -O2 -Os; do
			rm -f "$out"/*
			(cd "$out" && "$compiler" -m$bits $level "${flags[@]}" -I"$OLDPWD/include" -I"$OLDPWD/io/metal" -c "${sources[@]}")
			ld -m "$([ $bits = 32 ] && echo elf_i386 || echo elf_x86_64)" -r -o "$out/all" \
				"$out"/*.o
			missing=$(nm -u "$out/all" | awk '{ print $2 }')
			# What a compiler takes for granted without optimisation.
			[ $level != -O0 ] || missing=$(sed -E '/^(memcpy|memset|memmove)$/d' <<<"$missing")
			writable=$(nm "$out/all" | awk '$2 ~ /^[bBdDcC]$/')
			[ -z "$missing$writable" ] && continue
			echo "${folder%/} with $compiler -m$bits $level: undefined or writable: $missing $writable"
			faults=$((faults + 1))
		done
	done
done
[ "$faults" = 0 ]
