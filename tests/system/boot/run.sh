#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh bimetal|qemu PROGRAM MEDIUM IMAGE [the program's own arguments]
# Boots one disk image by the BIOS; the test's result is the exit code and the program's own report.
# MEDIUM: image (recognised by content), disk (--disk), floppy (--floppy), cdrom (--cdrom),
# kernel (with the command line "hello").
set -u -o pipefail

oracle=$1 program=$2 medium=$3 image=$4
shift 4
log=$(mktemp) && trap 'rm -f "$log" "$log.err"' EXIT

case $oracle-$medium in
bimetal-image) drive=("$image") ;;
bimetal-kernel) drive=(--append hello "$image") ;;
qemu-kernel) drive=(-kernel "$image" -append hello) ;;
bimetal-*) drive=("--$medium" "$image") ;;
qemu-floppy) drive=(-drive "format=raw,if=floppy,snapshot=on,file=$image" -boot a) ;;
qemu-cdrom) drive=(-cdrom "$image" -boot d) ;;
qemu-*) drive=(-drive "format=raw,snapshot=on,file=$image") ;;
*) echo "run.sh: unknown oracle $oracle" >&2; exit 2 ;;
esac

status=0
if [ "$oracle" = bimetal ]; then
	passed=0
	timeout -k 5 60 "$program" run -m 64M --serial stdio --max-time 60s "$@" "${drive[@]}" \
		>"$log" 2>"$log.err" </dev/null || status=$?
else
	passed=33
	if ! command -v "$program" >/dev/null; then
		echo "no $program here: skipped"
		exit 77
	fi
	timeout -k 5 120 "$program" -cpu qemu64 -accel tcg -net none -m 64 -display none \
		-serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
		"$@" "${drive[@]}" >"$log" 2>"$log.err" </dev/null || status=$?
fi
tr -d '\r' <"$log"
cat "$log.err"
[ "$status" = "$passed" ] || { echo "exit code $status, want $passed"; exit 1; }
grep -qa '^DONE passed' "$log" || { echo "no \"DONE passed\" in the output"; exit 1; }
if grep -qa '^FAIL ' "$log"; then exit 1; fi
# A lint that `bimetal explain` does not know.
if grep -qa 'a bug of bimetal' "$log.err"; then exit 1; fi
