#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian's Xen with Debian's kernel as its first domain, up to that kernel's user space.
# usage: xen_dom0.sh BIMETAL GUESTS
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2
need "$guests/xen/xen.gz" "$guests/linux-full/vmlinuz" "$guests/initramfs.cpio.gz"

status=0
"$bimetal" run -m 512M --append "com1=115200,8n1 console=com1 noreboot dom0_mem=256M" \
	--module "$guests/linux-full/vmlinuz:console=hvc0 panic=-1" \
	--module "$guests/initramfs.cpio.gz" --expect '^BOOT-OK [0-9]' --max-time 60s \
	"$guests/xen/xen.gz" </dev/null >"$scratch/serial" 2>"$scratch/messages" || status=$?
cat "$scratch/serial" "$scratch/messages"
[ "$status" = 0 ] || fail "exit code $status: the first domain did not come to its user space"
