#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian's full kernel with --device vga: its console on vesafb, in the mode that the loader has set, or on the DRM
# driver of the Bochs display, which reads EDID and sets the mode itself.
# usage: linux_display.sh BIMETAL GUESTS vesafb|vesafb-16bit|bochs
# vesafb-16bit: the kernel's own setup code sets the mode, by VBE.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2 driver=$3
need "$guests/linux-full/vmlinuz" "$guests/initramfs.cpio.gz"

initramfs=$guests/initramfs.cpio.gz options=()
case $driver in
vesafb) options=(--append 'console=tty0 console=ttyS0,115200 panic=-1 vga=0x318') size='1024 768' bits=24 line=3072 colours='size=0:8:8:8, shift=0:16:8:0' ;;
vesafb-16bit)
	options=(--mode 16 --append 'console=tty0 console=ttyS0,115200 panic=-1 vga=0x317')
	size='1024 768' bits=16 line=2048 colours='size=0:5:6:5, shift=0:11:5:0' ;;
bochs)
	need "$guests/linux-full/bochs.cpio.gz"
	# A later archive's files replace those of an earlier one.
	cat "$guests/initramfs.cpio.gz" "$guests/linux-full/bochs.cpio.gz" >"$scratch/initramfs"
	initramfs=$scratch/initramfs
	options=(--append 'console=tty0 console=ttyS0,115200 panic=-1') size='1280 800' ;;
*) fail "unknown driver $driver" ;;
esac

status=0
"$bimetal" run --device vga -m 256M --initrd "$initramfs" "${options[@]}" --screenshot "$scratch/screen.png" \
	"$guests/linux-full/vmlinuz" </dev/null >"$scratch/serial" 2>"$scratch/messages" || status=$?
cat "$scratch/serial" "$scratch/messages"

# wants PATTERN WHAT: a line of the guest's output must match.
wants() { grep -qE "$1" "$scratch/serial" || fail "$2"; }

wants '^BOOT-OK [0-9]' 'no BOOT-OK on the serial line'
if [ "$driver" != bochs ]; then
	wants "vesafb: mode is 1024x768x$bits, linelength=$line" 'vesafb does not have the mode'
	wants "vesafb: Truecolor: $colours" 'vesafb does not have the colours'
	wants 'Console: switching to colour frame buffer device 128x48' 'the console is not on vesafb'
else
	wants 'Found bochs VGA, ID 0xb0c5' 'the driver did not find the display'
	wants 'Framebuffer size 16384 kB' 'the driver did not find the video memory'
	wants 'Found EDID data blob' 'the driver did not find EDID'
	wants 'Console: switching to colour frame buffer device 160x50' 'the console is not on the Bochs display'
	wants '^FRAMEBUFFER fb0 bochs-drmdrmfb 1280,800 32' 'the framebuffer has another mode'
	wants '^CONNECTOR card0-Virtual-1 connected EDID 128 MODES 1280x800 ' 'EDID was not understood'
	if grep -q 'EDID.*invalid\|EDID checksum' "$scratch/serial"; then fail 'EDID is wrong'; fi
fi
[ "$status" = 0 ] || fail "exit code $status, expected 0 (powered off)"
# The header of a PNG file has width and height.
read -r width height < <(od -An -tu4 --endian=big -j16 -N8 "$scratch/screen.png")
[ "$width $height" = "$size" ] || fail "the picture is ${width}x$height"
# A console of white text: some of the picture is not black, and most is. An empty one packs to next to nothing.
[ "$(wc -c <"$scratch/screen.png")" -gt 4000 ] || fail 'the picture is empty'
