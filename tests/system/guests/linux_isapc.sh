#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian's cloud kernel on isapc: up to its user space, and to "System halted" (exit code 6).
# usage: linux_isapc.sh BIMETAL GUESTS [KERNEL-ARGUMENT...]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2
shift 2
need "$guests/linux-cloud/vmlinuz" "$guests/initramfs.cpio.gz"

status=0
"$bimetal" run --machine isapc -m 256M --initrd "$guests/initramfs.cpio.gz" \
	--append "console=ttyS0,115200 panic=-1 $*" --stats "$scratch/stats" \
	"$guests/linux-cloud/vmlinuz" </dev/null >"$scratch/serial" 2>"$scratch/messages" || status=$?

cat "$scratch/serial" "$scratch/messages" "$scratch/stats"
grep -q '^BOOT-OK [0-9]' "$scratch/serial" || fail "no BOOT-OK on the serial line"
grep -q 'System halted' "$scratch/serial" || fail "no \"System halted\" on the serial line"
grep -qE '^ +[0-9]+: +[0-9]+ .*timer' "$scratch/serial" || fail "no timer in /proc/interrupts"
[ "$status" = 6 ] || fail "exit code $status, expected 6 (halted for good)"
