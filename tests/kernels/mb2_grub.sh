#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mb2_grub.sh QEMU IMAGE MODULE: GRUB loads the kernel from a CD in QEMU; the kernel must pass with
# GRUB's boot information as with ours. Skipped without grub-mkrescue and the programs that it needs.
set -euo pipefail
qemu=$1 image=$2 module=$3
# shellcheck source=tests/kernels/grub_cd.sh
. "$(dirname "$0")/grub_cd.sh"
need "$qemu"
cp "$image" "$scratch/cd/boot/kernel"
cp "$module" "$scratch/cd/boot/module"
cat >"$scratch/cd/boot/grub/grub.cfg" <<'TEXT'
multiboot2 /boot/kernel some command line arguments
module2 /boot/module text of the module
boot
TEXT
make_cd multiboot2
status=0
timeout -k 5 "${KERNELS_WALL_LIMIT:-100}" "$qemu" -M pc -cpu qemu64 -accel tcg -net none -m 64 \
	-display none -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
	-boot d -cdrom "$scratch/cd.iso" >"$scratch/serial" 2>&1 </dev/null || status=$?
tr -d '\r' <"$scratch/serial"
[ "$status" = 33 ] || {
	echo "$(basename "$image") from GRUB: exit code $status, want 33"
	exit 1
}
