#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian's cloud kernel up to a shell; three commands are typed at the speed of the line, and their output checked.
# usage: linux_shell.sh BIMETAL GUESTS
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2
need "$guests/linux-cloud/vmlinuz" "$guests/initramfs.cpio.gz"

status=0
"$bimetal" run --machine isapc -m 256M --initrd "$guests/initramfs.cpio.gz" \
	--append "console=ttyS0,115200 panic=-1 rdinit=/bin/sh" \
	--script "$(dirname "$0")/linux_shell.script" \
	"$guests/linux-cloud/vmlinuz" </dev/null >"$scratch/serial" 2>"$scratch/messages" || status=$?

cat "$scratch/serial" "$scratch/messages"
[ "$status" = 0 ] || fail "exit code $status: the session did not go as the script says"
# Check again, without the script: the three answers, each at the start of a line.
grep -q '^42 is the answer' "$scratch/serial" || fail "echo did not answer"
grep -q '^Linux [0-9].* x86_64' "$scratch/serial" || fail "uname did not answer"
grep -q '^sh' "$scratch/serial" || fail "cat did not answer"
