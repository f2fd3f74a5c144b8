#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# memdisk, which has the format of a kernel with an old boot protocol, makes a diskette of its initrd, hooks the
# BIOS's disk service, and boots the diskette: our program, which reads all of it.
# usage: memdisk.sh BIMETAL GUESTS DISKETTE
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2 diskette=$3
need "$guests/memdisk" "$diskette"

status=0
"$bimetal" run --max-time 30s --initrd "$diskette" --append floppy "$guests/memdisk" </dev/null \
	>"$scratch/serial" 2>"$scratch/messages" || status=$?
cat "$scratch/serial" "$scratch/messages"
[ "$status" = 0 ] || fail "exit code $status"
grep -q '^DONE passed' "$scratch/serial" || fail "no \"DONE passed\" in the output"
if grep 'not modelled: bios' "$scratch/messages"; then fail "a BIOS call was not understood"; fi
