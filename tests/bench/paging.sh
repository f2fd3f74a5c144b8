#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Speed of mapping and translating by our drivers, natively and in the emulated CPU: medians of CPU time.
# Prints tables, and the commands that gave the figures. It never fails because a figure is too large.
# usage: paging.sh BUILD-FOLDER [ROUNDS]
set -euo pipefail

build=$(readlink -f "$1") rounds=${2:-5}
# shellcheck source=tests/bench/measure.sh
. "$(dirname "$0")/measure.sh"
compiler=gcc
[ -e "$build/twin/paging-gcc-O2" ] || compiler=clang
kernel=$build/twin/paging-$compiler-O2
pairs=$(sed -nE 's/.*PAIRS = ([0-9]+).*/\1/p' "$top/tests/bench/paging_kernel.c")

row() { printf '| %-64s | %9s | %9s | %9s | %-20s |\n' "$@"; }

native_bar() { # WHAT
	case $1 in
	"map and unmap, over plain memory") echo "<= 200 (5 million/s)" ;;
	translate*"plain memory" | translate*pointer) echo "< 25" ;;
	translate*machine*) echo "< 60" ;;
	esac
}

native_table() {
	local what median least most
	row "one of them, natively" "median ns" least greatest bar
	row --- ---: ---: ---: ---
	while IFS=$'\t' read -r what median least most; do
		row "$what" "$median" "$least" "$most" "$(native_bar "$what")"
	done < <("$build/tests/bench/paging" $((rounds * 3)))
	printf '\nMedians of %s. Command:\n    %s\n' $((rounds * 3)) "${build#"$top"/}/tests/bench/paging $((rounds * 3))"
}

# ours NAME BODY OPTION...
ours() {
	local name=$1 body=$2
	shift 2
	candidate "$name" 0 "$build/bimetal" run --quiet --serial none "$@" \
		--append "paging_bench/$body tsc=1000000000" "$kernel"
}

emulated_table() {
	local i
	ours "without any" nothing
	ours "map and unmap" pairs
	ours "map, write to it, unmap" used_pairs
	ours "map, write to it, unmap; the lint of stale translations is on" used_pairs --tlb=lint
	measure "$rounds"
	row "$pairs of them in the emulated CPU, each with INVLPG" "per second" "CPU ms" "wall ms" bar
	row --- ---: ---: ---: ---
	for i in "${!names[@]}"; do
		row "${names[i]}" "$(awk -v n="$pairs" -v with="$(median "$i" 1)" -v without="$(median 0 1)" \
			'BEGIN { if (with > without) printf "%.0f", n / (with - without) * 1000; else printf "-" }')" \
			"$(median "$i" 1)" "$(median "$i" 4)" "$([ "$i" = 0 ] || echo ">= 100000 a second")"
	done
	commands
	forget_candidates
}

calibration
native_table
printf '\n'
emulated_table
