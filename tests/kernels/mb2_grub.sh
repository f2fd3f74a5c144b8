#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mb2_grub.sh QEMU IMAGE MODULE: GRUB loads the kernel from a CD in QEMU; the kernel must pass with
# GRUB's boot information as with ours. Skipped without grub-mkrescue and the programs that it needs.
set -euo pipefail
qemu=$1 image=$2 module=$3
skip() {
	echo "SKIP: $*"
	exit 77
}
command -v "$qemu" >/dev/null || skip "no $qemu here"
for program in grub-mkrescue xorriso; do
	command -v $program >/dev/null || skip "no $program here (packages grub-common, xorriso)"
done
[ -d /usr/lib/grub/i386-pc ] || skip "no GRUB for the BIOS here (package grub-pc-bin)"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/cd/boot/grub"
cp "$image" "$scratch/cd/boot/kernel"
cp "$module" "$scratch/cd/boot/module"
cat >"$scratch/cd/boot/grub/grub.cfg" <<'TEXT'
multiboot2 /boot/kernel some command line arguments
module2 /boot/module text of the module
boot
TEXT
grub-mkrescue -d /usr/lib/grub/i386-pc --install-modules="multiboot2 iso9660 biosdisk normal" \
	--locales= --themes= --fonts= -o "$scratch/cd.iso" "$scratch/cd" >"$scratch/log" 2>&1 || {
	cat "$scratch/log"
	exit 1
}
status=0
timeout -k 5 "${KERNELS_WALL_LIMIT:-100}" "$qemu" -M pc -cpu qemu64 -accel tcg -net none -m 64 \
	-display none -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
	-boot d -cdrom "$scratch/cd.iso" >"$scratch/serial" 2>&1 </dev/null || status=$?
tr -d '\r' <"$scratch/serial"
[ "$status" = 33 ] || {
	echo "$(basename "$image") from GRUB: exit code $status, want 33"
	exit 1
}
