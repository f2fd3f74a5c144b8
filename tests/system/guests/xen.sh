#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian's Xen, which has headers for both multiboot protocols, up to its complaint about the missing dom0
# kernel.
# usage: xen.sh BIMETAL GUESTS MACHINE PROTOCOL
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2 machine=$3 protocol=$4
need "$guests/xen/xen.gz"

"$bimetal" run --machine "$machine" --boot "$protocol" -m 256M \
	--append "com1=115200,8n1 console=com1 noreboot" --expect "dom0 kernel not specified" \
	--max-time 30s "$guests/xen/xen.gz" </dev/null >"$scratch/serial" 2>"$scratch/messages" ||
	{
		cat "$scratch/serial" "$scratch/messages"
		fail "no \"dom0 kernel not specified\""
	}
cat "$scratch/serial" "$scratch/messages"
# Xen drops the first word when it thinks that the image's name comes first.
grep -q 'Command line: com1=115200,8n1 console=com1 noreboot' "$scratch/serial" ||
	fail "another command line than ours"
if [ "$protocol" = multiboot2 ]; then
	# Its header requests the highest possible address; the boot information has the address.
	grep -qE 'image load base address: 0x[1-9a-f][0-9a-f]*' "$scratch/serial" ||
		fail "not relocated"
fi
