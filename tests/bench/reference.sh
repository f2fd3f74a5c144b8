#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The boot-path tests of the reference kernel that run both here and under QEMU by -kernel, one after the other:
# their wall time by ctest, and the sums. It never fails because a figure is too large.
# usage: reference.sh BUILD-FOLDER
set -euo pipefail
build=$(readlink -f "$1")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
command -v qemu-system-x86_64 >/dev/null || { echo "(no QEMU)"; exit 0; }
ctest --test-dir "$build" -j 1 -R '^boot(-qemu)?\.reference\.' | tr -s ' .' ' ' >"$log" || true
awk '
	$NF != "sec" || $(NF-2) != "Passed" { next }
	{
		here = / boot reference / ; there = / boot-qemu reference /
		for (i = 1; i <= NF; i++) if ($i == "reference") name = $(i + 1)
	}
	name ~ /^grub/ { next }
	here { sub(/_pc$/, "", name); ours[name] = $(NF-1) " " }
	there { theirs[name] = $(NF-1) }
	END { for (name in theirs) if (name in ours) print name, ours[name], theirs[name] }' <(
	sed -E 's/([0-9]) ([0-9]+) sec/\1.\2 sec/' "$log") | sort | awk '
	BEGIN { print "| test | here, s | QEMU, s |"; print "| --- | ---: | ---: |" }
	{ printf "| %s | %s | %s |\n", $1, $2, $3; a += $2; b += $3 }
	END { printf "| sum | %.2f | %.2f |\ntimes faster here: %.1f\n", a, b, b / a }'
