#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# grub.sh bimetal|qemu PROGRAM IMAGE PROTOCOL: GRUB loads the reference kernel from a CD, by multiboot,
# multiboot2 or linux, without a menu; the kernel's self-test must pass. Skipped without GRUB's programs.
set -euo pipefail
oracle=$1 program=$2 image=$3 protocol=$4
# shellcheck source=tests/kernels/grub_cd.sh
. "$(dirname "$0")/../grub_cd.sh"
need "$program"
cp "$image" "$scratch/cd/boot/kernel"
cat >"$scratch/cd/boot/grub/grub.cfg" <<TEXT
set timeout=0
$protocol /boot/kernel selftest
boot
TEXT
make_cd "$protocol"
status=0 began=$(date +%s%N)
case $oracle in
bimetal)
	want=0
	"$program" run --quiet --max-time 60s --cdrom "$scratch/cd.iso" >"$scratch/serial" </dev/null || status=$?
	;;
qemu)
	want=33
	timeout -k 5 "${KERNELS_WALL_LIMIT:-100}" "$program" -M pc -accel tcg -net none -m 128 -display none \
		-serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
		-boot d -cdrom "$scratch/cd.iso" >"$scratch/serial" 2>&1 </dev/null || status=$?
	;;
*) echo "grub.sh: unknown oracle $oracle" >&2; exit 2 ;;
esac
echo "$protocol from GRUB's CD under $oracle: $((($(date +%s%N) - began) / 1000000)) ms"
tr -d '\r' <"$scratch/serial" | grep -a -e '^FAIL' -e '^DONE' || true
tr -d '\r' <"$scratch/serial" | grep -qa 'loader  *GRUB' || { echo "the loader was not GRUB"; cat "$scratch/serial"; exit 1; }
[ "$status" = "$want" ] || { echo "exit code $status, want $want"; cat "$scratch/serial"; exit 1; }
