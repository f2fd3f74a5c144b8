#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Kernels by their 16-bit entry point, whose setup code calls the BIOS: Debian's kernel up to its user space,
# memtest86+ up to its tests.
# usage: linux_16bit.sh BIMETAL GUESTS MACHINE
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2 machine=$3
need "$guests/linux-cloud/vmlinuz" "$guests/initramfs.cpio.gz" "$guests/memtest86plus/x64.bin" \
	"$guests/memtest86plus/ia32.bin"

# boot OPTION...: ends with 0 when the expected text has appeared.
boot() {
	local status=0
	"$bimetal" run --machine "$machine" --boot linux --mode 16 "$@" </dev/null \
		>"$scratch/serial" 2>"$scratch/messages" || status=$?
	[ "$status" = 0 ] && return
	cat "$scratch/serial" "$scratch/messages"
	fail "exit code $status: $*"
}

boot -m 256M --initrd "$guests/initramfs.cpio.gz" --append "console=ttyS0,115200 panic=-1" \
	--expect '^BOOT-OK [0-9]' "$guests/linux-cloud/vmlinuz"
grep -q 'BIOS-e820: \[mem 0x0000000000100000-' "$scratch/serial" || fail "no map by E820"
if grep 'not modelled: bios' "$scratch/messages"; then fail "a BIOS call was not understood"; fi

for width in x64 ia32; do
	boot -m 64M --append "console=ttyS0,115200 nobench nosmp" --max-time 30s \
		--expect "Status: Testing" "$guests/memtest86plus/$width.bin"
done
