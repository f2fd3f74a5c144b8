#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# GRUB's graphical terminal with --device vga: by VBE, or by its own driver of the Bochs display.
# usage: grub_graphics.sh BIMETAL CD vbe|video_bochs
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 cd=$2 driver=$3
need "$cd"
# Its shell, to which each line is typed.
{
	printf '%s\n' 'wait screen /highlighted entry/ timeout 60s' 'type "c"' 'wait screen /grub>/ timeout 30s'
	for line in "insmod $driver" 'set gfxmode=1024x768x32' 'loadfont /boot/grub/fonts/unicode.pf2' \
		'terminal_output gfxterm' 'echo 1234567890'; do
		printf '%s\n' "type \"$line\"" 'press enter' 'sleep 1s'
	done
	echo quit
} >"$scratch/script"
status=0
"$bimetal" run --device vga --cdrom "$cd" --script "$scratch/script" --screenshot "$scratch/screen.png" \
	</dev/null >"$scratch/serial" 2>"$scratch/messages" || status=$?
cat "$scratch/messages"
[ "$status" = 0 ] || fail "exit code $status: the session did not go as the script says"
# The header of a PNG file has width and height.
read -r width height < <(od -An -tu4 --endian=big -j16 -N8 "$scratch/screen.png")
[ "$width $height" = '1024 768' ] || fail "the picture is ${width}x$height"
[ "$(wc -c <"$scratch/screen.png")" -gt 1500 ] || fail 'the picture is empty'
