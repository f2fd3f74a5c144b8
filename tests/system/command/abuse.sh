#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Guests that break rules of the hardware: they are reported by id, with exit code 3 if --lint error is set.
# usage: abuse.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

pass='\xb0\x10\xe6\xf4\xf4'
image rom_write '\xc6\x05\x00\x00\x0f\x00\x00'"$pass"      # mov byte [0xf0000], 0
image mem_read '\xa1\x00\x00\x00\xd0'"$pass"               # mov eax, [0xd0000000]
image mem_write '\xa3\x00\x00\x00\xd0'"$pass"              # mov [0xd0000000], eax
image port_read '\xba\x34\x12\x00\x00\xec'"$pass"          # mov edx, 0x1234; in al, dx
image width '\xa0\x20\x00\xe0\xfe'"$pass"                  # mov al, [0xfee00020]
image misaligned '\xa1\x21\x00\xe0\xfe'"$pass"             # mov eax, [0xfee00021]
image wide_port '\xba\xf9\x03\x00\x00\xed'"$pass"          # mov edx, 0x3f9; in eax, dx
image reserved '\xba\xf9\x03\x00\x00\xb0\xff\xee'"$pass"   # out IER of COM1, 0xff

for name in rom_write mem_read mem_write port_read width misaligned reserved; do
	flat "$name" && wants 0 'warning: '
	flat --lint error "$name" && wants 3 'error: '
	flat --lint off "$name" && wants 0
	! grep -q 'warning' "$scratch/err" || complain "$name: --lint off is not silent"
	id=$(flat --lint warn "$name"; sed -n 's/^bimetal: warning: \([^: ]*\).*/\1/p' "$scratch/err" |
		sed 's/^/--allow-lint /' | tr '\n' ' ')
	# Several ids are several words here.
	# shellcheck disable=SC2086
	flat --lint error $id "$name" && wants 0
done
flat --lint error pass && wants 0
flat wide_port && wants 0

# A guest that halts with lints fails with 3 too; a guest that fails keeps its exit code.
image halt_lint '\xba\xf9\x03\x00\x00\xb0\xff\xee\xfa\xf4'
flat --lint error halt_lint && wants 3
image fail_lint '\xba\xf9\x03\x00\x00\xb0\xff\xee\xb0\x11\xe6\xf4'
flat --lint error fail_lint && wants 1
finish
