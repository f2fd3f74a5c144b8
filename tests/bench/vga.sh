#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Speed of drawing: in video memory by emulated code, compared with QEMU by turns; and of a screen to pixels.
# Medians of CPU time. Prints tables, and the commands that gave the figures. It never fails because a
# figure is too large.
# usage: vga.sh BUILD-FOLDER [ROUNDS]
set -euo pipefail

build=$(readlink -f "$1") rounds=${2:-5}
# shellcheck source=tests/bench/measure.sh
. "$(dirname "$0")/measure.sh"
compiler=gcc
[ -e "$build/twin/vga-gcc-O2" ] || compiler=clang
kernel=$build/twin/vga-$compiler-O2
readonly APPEND="tsc=1000000000" # bimetal's frequency, so that kernels need not measure it
# A body, the one that draws nothing in its mode, what it draws, how often.
readonly FILLS=$(sed -nE 's/.*FILLS = ([0-9]+).*/\1/p' "$top/tests/bench/vga_kernel.c")
readonly BLITS=$(sed -nE 's/.*BLITS = ([0-9]+).*/\1/p' "$top/tests/bench/vga_kernel.c")
readonly BODIES=(planar_nothing planar_mode0 planar_mode2 linear_nothing linear_blit)
readonly BASES=(0 0 0 3 3) COUNTS=(0 "$FILLS" "$FILLS" 0 "$BLITS")
readonly WHAT=("" "fill of 640x480, write mode 0, by doublewords" "fill of 640x480, write mode 2, by bytes" ""
	"blit of 320x200 in mode 13h, REP MOVSD")

row() { printf '| %-46s | %10s | %10s | %14s | %-14s |\n' "$@"; }

ours() { # BODY
	candidate "bimetal: $1" 0 "$build/bimetal" run --quiet --lint off --serial none \
		--append "vga_bench/$1 $APPEND" "$kernel"
}

theirs() { # BODY
	candidate "QEMU TCG: $1" 33 qemu-system-x86_64 -accel tcg -net none -no-reboot -M q35 -display none \
		-serial null -device isa-debug-exit,iobase=0xf4,iosize=4 -append "vga_bench/$1 $APPEND" -kernel "$kernel"
}

# us INDEX BASE COUNT: the time of one of COUNT drawings, less that of candidate BASE, which draws nothing.
us() {
	awk -v with="$(median "$1" 1)" -v without="$(median "$2" 1)" -v n="$3" \
		'BEGIN { if (with > without && without > 0) printf "%.1f", (with - without) * 1e3 / n; else printf "-" }'
}

emulated_table() {
	local i all=${#BODIES[@]} mine other
	for i in "${!BODIES[@]}"; do ours "${BODIES[i]}"; done
	if has_qemu; then for i in "${!BODIES[@]}"; do theirs "${BODIES[i]}"; done; fi
	measure "$rounds"
	row "start-up subtracted" "bimetal us" "QEMU us" "bimetal / QEMU" bar
	row --- ---: ---: ---: ---
	for i in "${!BODIES[@]}"; do
		[ "${COUNTS[i]}" != 0 ] || continue
		mine=$(us "$i" "${BASES[i]}" "${COUNTS[i]}") other=-
		if has_qemu; then other=$(us $((all + i)) $((all + BASES[i])) "${COUNTS[i]}"); fi
		row "${WHAT[i]}" "$mine" "$other" "$(divide "$mine" "$other")" "at most 1.3"
	done
	has_qemu || echo "(no QEMU here: nothing to compare with)"
	commands
	forget_candidates
}

picture_table() {
	local what median least most bar
	row "a screen to pixels; a snapshot" "median ms" least greatest bar
	row --- ---: ---: ---: ---
	while IFS=$'\t' read -r what median least most; do
		bar=
		case $what in 1920x1200*) bar="at most 10 ms" ;; esac
		row "$what" "$median" "$least" "$most" "$bar"
	done < <("$build/tests/bench/vga" $((rounds * 3)))
	printf '\nMedians of %s. Command:\n    %s\n' $((rounds * 3)) "${build#"$top"/}/tests/bench/vga $((rounds * 3))"
}

calibration
emulated_table
printf '\n'
picture_table
