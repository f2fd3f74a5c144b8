#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks marks on each kernel of a folder: exact.sh PROGRAM KERNELS COUNT [SEED [-f]]
set -u
[ $# -ge 3 ] && [ -x "$1" ] && [ -d "$2" ] || { sed -n '3s/^# \{0,1\}//p' "$0" >&2; exit 2; }
kernels=()
for kernel in "$2"/*; do
	[ -f "$kernel" ] && [[ $(basename "$kernel") != *.* ]] || continue
	[[ $(od -An -tx1 -N4 "$kernel" | tr -d ' ') == 7f454c46 ]] && kernels+=("$kernel")
done
[ ${#kernels[@]} -gt 0 ] || { echo "no kernels in $2" >&2; exit 2; }
exec "$1" ${5:-} "$3" "${4:-1}" "${kernels[@]}"
