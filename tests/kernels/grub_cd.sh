# SPDX-License-Identifier: MIT
# Sourced by the tests in which GRUB loads a kernel from a CD. Defines `skip`, `need PROGRAM...`, and
# `make_cd MODULES`: a CD image $scratch/cd.iso of the folder $scratch/cd, with these modules of GRUB's.
# $scratch is removed at the end.
# shellcheck shell=bash

# skip WHY: end as a test that cannot run here
skip() {
	echo "SKIP: $*"
	exit 77
}

# need PROGRAM...: and what grub-mkrescue needs
need() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
	for program in grub-mkrescue xorriso; do
		command -v $program >/dev/null || skip "no $program here (packages grub-common, xorriso)"
	done
	[ -d /usr/lib/grub/i386-pc ] || skip "no GRUB for the BIOS here (package grub-pc-bin)"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/cd/boot/grub"

make_cd() {
	grub-mkrescue -d /usr/lib/grub/i386-pc --install-modules="$* iso9660 biosdisk normal" \
		--locales= --themes= --fonts= -o "$scratch/cd.iso" "$scratch/cd" >"$scratch/log" 2>&1 || {
		cat "$scratch/log"
		exit 1
	}
}
