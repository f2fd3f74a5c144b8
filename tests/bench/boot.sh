#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Speed of booting, beside QEMU's in the same run: CPU time, medians. Prints tables and the commands
# they come from; judges nothing and never fails for being slow.
# usage: boot.sh BUILD-FOLDER [RUNS]
set -euo pipefail

build=$(readlink -f "$1") runs=${2:-5}
top=$(readlink -f "$(dirname "$0")/../..")
cputime=$build/tests/bench/cputime
bimetal=$build/bimetal
hello=$build/tests/kernels/hello
guests=$top/guests
readonly QEMU=(qemu-system-x86_64 -accel tcg -net none -no-reboot)
readonly APPEND="console=ttyS0,115200 panic=-1"

# Every command that was measured, printed below the tables.
commands=()
short() { printf '%s' "${*@Q}" | sed "s#$top/##g; s#'\([][A-Za-z0-9_./,=:+-]*\)'#\1#g"; }

# median NAME RUNS COMMAND...: sets $median (CPU ms) or "-" when the command cannot be measured.
median() {
	local name=$1 n=$2 line
	shift 2
	commands+=("$name: $(short "$@")")
	median=- wall=-
	if line=$("$cputime" -n "$n" "$@"); then
		read -r median _ _ wall _ <<<"$line"
	fi
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else printf "-" }'; }
row() { printf '| %-46s | %10s | %10s | %10s | %-26s |\n' "$@"; }
head_of_table() { row what "CPU ms" "wall ms" ratio "bar"; row --- ---: ---: ---: ---; }
has_qemu() { command -v qemu-system-x86_64 >/dev/null; }

hello_table() {
	local ours machine
	head_of_table
	median hello 21 "$bimetal" run --quiet --serial none "$hello"
	ours=$median
	row "hello, exec to exit: bimetal" "$median" "$wall" "" "first instruction < 5 ms"
	has_qemu || return 0
	for machine in pc microvm; do
		median "hello $machine" "$runs" "${QEMU[@]}" -M "$machine" -display none -serial null \
			-device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "$hello"
		row "hello, exec to exit: QEMU $machine" "$median" "$wall" "$(ratio "$median" "$ours")" \
			"bimetal $([ "$machine" = pc ] && echo 20 || echo 4) times faster"
	done
}

linux_table() {
	local ours instructions stats
	[ -r "$guests/linux-cloud/vmlinuz" ] || { echo "(Linux: not fetched, ./dev guests)"; return 0; }
	local boot=(-m 256M --initrd "$guests/initramfs.cpio.gz" --append "$APPEND"
		"$guests/linux-cloud/vmlinuz")
	head_of_table
	median "Linux" "$runs" -u BOOT-OK "$bimetal" run --quiet --machine isapc "${boot[@]}"
	ours=$median
	row "Linux on isapc to its marker: bimetal" "$median" "$wall" "" ""
	if has_qemu; then
		median "Linux QEMU" "$runs" -u BOOT-OK "${QEMU[@]}" -M isapc -cpu qemu64 -m 256 \
			-vga none -nographic -kernel "$guests/linux-cloud/vmlinuz" \
			-initrd "$guests/initramfs.cpio.gz" -append "$APPEND"
		row "Linux on isapc to its marker: QEMU" "$median" "$wall" "$(ratio "$ours" "$median")" \
			"bimetal/QEMU <= 1.5, aim < 1"
	fi

	stats=$(mktemp)
	median "Linux, whole" 3 "$bimetal" run --quiet --machine isapc --stats "$stats" "${boot[@]}"
	instructions=$(sed -nE 's/^[[:space:]]*"instructions":[[:space:]]*([0-9]+).*/\1/p' "$stats")
	rm -f "$stats"
	row "Linux on isapc, to its halt: bimetal" "$median" "$wall" "" ""
	printf '\n%s guest instructions, %s million per CPU second (bar: 100)\n' "$instructions" \
		"$(ratio "$instructions" "${median}e3")"
}

printf 'Calibration: %s ms of CPU\n' "$("$cputime" -c)"
printf 'Host: %s, %s CPUs, load %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
	"$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
has_qemu && qemu-system-x86_64 --version | head -n 1
printf '\n'
hello_table
printf '\n'
linux_table
printf '\nCommands (each through tests/bench/cputime, medians):\n'
printf '  %s\n' "${commands[@]}"
