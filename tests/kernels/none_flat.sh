#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The machine "none" runs raw bytes, and refuses by name what it has no device or firmware for.
# usage: none_flat.sh BIMETAL
set -euo pipefail
bimetal=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# mov al, 0x10; out 0xf4, al; hlt
printf '\260\020\346\364\364' >flat.bin
"$bimetal" run --machine none --boot flat --lint error flat.bin

# refused TEXT ARGUMENT...: exit code 2, and a message with TEXT
refused() {
	local text=$1 status=0
	shift
	"$bimetal" run --machine none "$@" 2>message || status=$?
	[ "$status" = 2 ] && grep -qF -- "$text" message && return
	echo "expected exit code 2 and '$text', got $status and:"
	cat message
	exit 1
}

truncate -s 1440K disk.img
printf '\125\252' | dd of=disk.img bs=1 seek=510 conv=notrunc status=none
refused 'no firmware' disk.img
refused 'no drives' --boot flat --floppy disk.img flat.bin
refused 'has no PCI' --device pci-test --boot flat flat.bin
refused "--screenshot: the machine 'none' has no display" --screenshot screen.png --boot flat flat.bin
printf 'press enter\n' >keys.txt
refused 'has no keyboard' --script keys.txt --boot flat flat.bin
