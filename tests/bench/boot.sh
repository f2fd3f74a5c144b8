#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Speed of booting, compared with QEMU: medians of CPU time, measured by turns. Prints tables, and the
# commands that gave the figures. It never fails because a figure is too large.
# usage: boot.sh BUILD-FOLDER [ROUNDS]
set -euo pipefail

build=$(readlink -f "$1") rounds=${2:-5}
# shellcheck source=tests/bench/measure.sh
. "$(dirname "$0")/measure.sh"
bimetal=$build/bimetal
hello=$build/tests/kernels/hello
guests=$top/guests
readonly QEMU=(qemu-system-x86_64 -accel tcg -net none -no-reboot)
readonly APPEND="console=ttyS0,115200 panic=-1"

row() { printf '| %-38s | %9s | %9s | %14s | %-24s |\n' "$@"; }

# table BAR...: the first candidate is ours; its CPU time is compared with each other's.
table() {
	local i bars=("$@")
	row what "CPU ms" "wall ms" "bimetal / this" bar
	row --- ---: ---: ---: ---
	for i in "${!names[@]}"; do
		row "${names[i]}" "$(median "$i" 1)" "$(median "$i" 4)" \
			"$([ "$i" = 0 ] || divide "$(median 0 1)" "$(median "$i" 1)")" "${bars[i]:-}"
	done
	commands
	forget_candidates
}

hello_table() {
	local machine
	candidate "hello, exec to exit: bimetal" 0 \
		"$bimetal" run --quiet --serial none "$hello"
	if has_qemu; then
		for machine in pc microvm; do
			candidate "hello, exec to exit: QEMU $machine" 33 \
				"${QEMU[@]}" -M "$machine" -display none -serial null \
				-device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "$hello"
		done
	fi
	measure $((rounds * 3))
	table "first instruction < 5 ms" "<= 0.033" "<= 0.25"
	printf 'Page faults of hello: %s (bar: 150)\n\n' "$(page_faults "$bimetal" run --quiet --serial none "$hello")"
}

# page_faults COMMAND...: how many its process causes.
page_faults() {
	command -v perf >/dev/null || { echo "unknown (no perf)"; return 0; }
	perf stat -x, -e page-faults "$@" 2>&1 >/dev/null | sed -n 's/^\([0-9]*\),.*page-faults.*/\1/p'
}

# linux_table MACHINE STATUS QEMU-OPTION...: STATUS is the exit code of our whole boot.
linux_table() {
	[ -r "$guests/linux-cloud/vmlinuz" ] || { echo "(no Linux: ./dev guests)"; return 0; }
	local machine=$1 status=$2
	local boot=(--machine "$machine" -m 256M --initrd "$guests/initramfs.cpio.gz"
		--append "$APPEND" "$guests/linux-cloud/vmlinuz")
	shift 2
	candidate "Linux, to its marker: bimetal $machine" -9 \
		-u BOOT-OK "$bimetal" run --quiet "${boot[@]}"
	if has_qemu; then
		candidate "Linux, to its marker: QEMU $2" -9 \
			-u BOOT-OK "${QEMU[@]}" "$@" -m 256 -nographic \
			-kernel "$guests/linux-cloud/vmlinuz" -initrd "$guests/initramfs.cpio.gz" \
			-append "$APPEND"
	fi
	candidate "Linux, to its end: bimetal $machine" "$status" \
		"$bimetal" run --quiet --stats "$scratch/stats" "${boot[@]}"
	measure "$rounds"
	local whole=$((${#names[@]} - 1)) instructions
	instructions=$(sed -nE 's/^[[:space:]]*"instructions":[[:space:]]*([0-9]+).*/\1/p' "$scratch/stats")
	printf '%s guest instructions, %s million per CPU second (bar: 100)\n\n' "$instructions" \
		"$(divide "$instructions" "$(median "$whole" 1)e3")"
	table "" "$([ "$machine" = pc ] && echo "<= 0.95" || echo "<= 1.05")"
}

calibration
hello_table
printf '\n'
linux_table pc 0 -M pc
printf '\n'
linux_table isapc 6 -M isapc -cpu qemu64 -vga none
