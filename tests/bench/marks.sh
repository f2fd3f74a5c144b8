#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Speed of marks: making them, going back, and going back to run a short test. Medians of CPU time. Prints a
# table, and the command that gave the figures. It never fails because a figure is too large.
# usage: marks.sh BUILD-FOLDER [ROUNDS]
set -euo pipefail

build=$(readlink -f "$1") rounds=${2:-5}
# shellcheck source=tests/bench/measure.sh
. "$(dirname "$0")/measure.sh"

row() { printf '| %-36s | %10s | %10s | %10s | %-22s |\n' "$@"; }

# bar WHAT MEDIAN: the bar, and whether it is met.
bar() {
	local most
	case $1 in
	"restore, nothing written") most=2 ;;
	"the test and restore") most=5 ;; # 200,000 a second
	"mark, 384 MiB written") most=50000 ;;
	"mark, 16 pages written since") most=1000 ;;
	*) return ;;
	esac
	awk -v is="$2" -v most="$most" 'BEGIN { printf "<= %d us: %s", most, is <= most ? "met" : "missed" }'
}

calibration
row "pc, 512 MiB, 64-bit guest" "median us" least greatest bar
row --- ---: ---: ---: ---
while IFS=$'\t' read -r what median least most; do
	row "$what" "$median" "$least" "$most" "$(bar "$what" "$median")"
done < <("$build/tests/bench/marks" "$build/tests/kernels/marks_bench" $((rounds * 3)))
printf '\nMedians of %s. Command:\n    %s\n' $((rounds * 3)) \
	"${build#"$top"/}/tests/bench/marks ${build#"$top"/}/tests/kernels/marks_bench $((rounds * 3))"
