#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks that two builds of bimetal behave the same for guests. Both run each image, on both machines: exit code,
# digest, instructions, virtual time, serial output, trace and lint report must be equal. Of the report, the ids of
# lints, their devices, times and places count, and its words only with WORDS=1 in the environment.
#
# same.sh OLD NEW KERNELS [GUESTS]    programs; a folder of kernels (build/release/tests/kernels of either); a
#                                     folder that ./dev guests made, whose systems boot too
# RENAMED=FILE in the environment: a sed script for names that have changed since OLD in traces and reports.
# Exit status: 0 equal, 1 not, 2 wrong usage.
set -u
[ $# -ge 3 ] && [ -x "$1" ] && [ -x "$2" ] && [ -d "$3" ] || { sed -n '3,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
old=$(realpath "$1") new=$(realpath "$2") kernels=$(realpath "$3") guests=${4:+$(realpath "$4")}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
faults=0 runs=0

one() { # WHO PROGRAM ARGUMENT...
	local who=$1 program=$2 status=0
	shift 2
	"$program" run --quiet --serial "$scratch/$who.serial" --trace "$scratch/$who.trace" \
		--stats "$scratch/$who.stats" "$@" </dev/null >"$scratch/$who.out" 2>"$scratch/$who.report" || status=$?
	echo "exit $status" >"$scratch/$who.end"
	grep -oE '"(digest|instructions|virtual_ns|stop)": *[^,}]*' "$scratch/$who.stats" >>"$scratch/$who.end"
	[ -n "${WORDS:-}" ] || sed -i -nE \
		's/^(bimetal: (note|warning|error|not modelled): [^ :]+( \[[^]]*\])?).*, (at [0-9.]+ s, pc 0x[0-9a-f]+).*/\1 \4/p
		s/^(bimetal: [a-z0-9_.]+\.[^ :]+): ([0-9]+) times$/\1 \2/p' "$scratch/$who.report"
	[ -n "${WORDS:-}" ] || sed -i -E 's/^( *[0-9.]+ [0-9a-f]+ lint [^ ]+ +[^ ]+) .*/\1/' "$scratch/$who.trace"
	sed -i '/^#/d' "$scratch/$who.trace" # comments
	if [ "$who" = old ] && [ -n "${RENAMED:-}" ]; then
		sed -i -f "$RENAMED" "$scratch/old.trace" "$scratch/old.report"
	fi
}

both() { # WHAT ARGUMENT...
	local what=$1 part
	shift
	one old "$old" "$@"
	one new "$new" "$@"
	runs=$((runs + 1))
	for part in end serial out trace report; do
		cmp -s "$scratch/old.$part" "$scratch/new.$part" && continue
		echo "DIFFERENT $what: $part"
		diff "$scratch/old.$part" "$scratch/new.$part" | head -6
		faults=$((faults + 1))
	done
}

for kernel in "$kernels"/*; do
	[ -f "$kernel" ] && [[ $(basename "$kernel") != *.* ]] || continue
	[[ $(od -An -tx1 -N4 "$kernel" | tr -d ' ') == 7f454c46 ]] || continue
	for machine in isapc pc; do
		both "$(basename "$kernel") on $machine" --machine $machine --max-time 100ms "$kernel"
	done
done
if [ -n "$guests" ]; then
	for machine in isapc pc; do
		both "Linux on $machine" --machine $machine -m 256M --initrd "$guests/initramfs.cpio.gz" --max-time 1s \
			--append "console=ttyS0,115200 panic=-1" "$guests/linux-cloud/vmlinuz"
		both "Xen on $machine" --machine $machine --append "com1=115200,8n1 console=com1 noreboot" \
			--max-time 1s "$guests/xen/xen.gz"
		both "memtest86+ on $machine" --machine $machine -m 64M --append "console=ttyS0,115200 nobench nosmp" \
			--max-time 1s "$guests/memtest86plus/x64.bin"
		both "iPXE on $machine" --machine $machine --max-time 2s "$guests/ipxe/ipxe.lkrn"
		both "GRUB's diskette on $machine" --machine $machine --max-time 2s "$guests/grub-rescue/floppy.img"
		both "GRUB's CD on $machine" --machine $machine --max-time 2s "$guests/grub-rescue/cdrom.iso"
	done
fi
echo "$runs runs by each, $faults differences"
[ "$faults" = 0 ] && [ "$runs" -gt 0 ]
