#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Speed of one register access, natively and in the emulated CPU, and of the bodies of the twin tests:
# medians of CPU time. Prints tables, and the commands that gave the figures. It never fails because a
# figure is too large.
# usage: access.sh BUILD-FOLDER [ROUNDS]
set -euo pipefail

build=$(readlink -f "$1") rounds=${2:-5}
# shellcheck source=tests/bench/measure.sh
. "$(dirname "$0")/measure.sh"
bimetal=$build/bimetal
compiler=gcc
[ -e "$build/twin/access-gcc-O2" ] || compiler=clang
kernel=$build/twin/access-$compiler-O2
accesses=$(sed -nE 's/.*ACCESSES = ([0-9]+).*/\1/p' "$top/tests/bench/access_kernel.c")
readonly TSC=1000000000   # bimetal's frequency, so that kernels need not measure it
readonly BODY_BAR=0.2 BETWEEN_BAR=0.1 METAL_BAR=10
readonly SHOWN=10 # of those over a bar

row() { printf '| %-58s | %11s | %9s | %9s | %-26s |\n' "$@"; }

# ---- one access, natively ----

native_bar() { # LISTENERS MEDIAN: the bar, and whether it is met
	local most
	case $1 in
	digest) most=8 ;;
	*"twin test's trace") most=20 ;;
	*) return ;;
	esac
	awk -v is="$2" -v most="$most" 'BEGIN { printf "<= %d ns: %s", most, is <= most ? "met" : "missed" }'
}

native_table() {
	local loop who median least most
	row "one access, natively; who listens" "median ns" least greatest bar
	row --- ---: ---: ---: ---
	while IFS=$'\t' read -r loop who median least most; do
		row "$loop; $who" "$median" "$least" "$most" "$(native_bar "$who" "$median")"
	done < <("$build/tests/bench/access" $((rounds * 3)))
	printf '\nMedians of %s. Command:\n    %s\n' $((rounds * 3)) "${build#"$top"/}/tests/bench/access $((rounds * 3))"
}

# ---- one access, in the emulated CPU ----

readonly LOOPS=(nothing scratch line_status)
readonly LOOP_NAMES=("no access" "scratch written and read" "line status read")

ours() { # NAME LOOP
	candidate "$1" 0 "$bimetal" run --quiet --lint off --serial none \
		--append "access/$2 tsc=$TSC" "$kernel"
}

theirs() { # NAME LOOP
	candidate "$1" 33 qemu-system-x86_64 -accel tcg -net none -no-reboot -M q35 -display none \
		-serial null -device isa-debug-exit,iobase=0xf4,iosize=4 \
		-append "access/$2 tsc=$TSC" -kernel "$kernel"
}

# ns_per_access INDEX BASE: time per access of a candidate, less the time of candidate BASE, which makes none.
ns_per_access() {
	awk -v with="$(median "$1" 1)" -v without="$(median "$2" 1)" -v n="$accesses" \
		'BEGIN { if (with > 0 && without > 0) printf "%.1f", (with - without) * 1e6 / n; else printf "-" }'
}

# emulator_rows BASE BAR: the rows of one emulator: three candidates from BASE on.
emulator_rows() {
	local i own
	for i in 0 1 2; do
		own=-
		[ "$i" = 0 ] || own=$(ns_per_access $(($1 + i)) "$1")
		row "${names[$1 + i]}" "$own" "$(median $(($1 + i)) 1)" "$(median $(($1 + i)) 4)" \
			"$([ "$i" = 0 ] || echo "$2")"
	done
}

emulated_table() {
	local i
	for i in 0 1 2; do ours "bimetal: ${LOOP_NAMES[i]}" "${LOOPS[i]}"; done
	if has_qemu; then
		for i in 0 1 2; do theirs "QEMU TCG: ${LOOP_NAMES[i]}" "${LOOPS[i]}"; done
	fi
	measure "$rounds"
	row "$accesses accesses in the emulated CPU" "ns/access" "CPU ms" "wall ms" bar
	row --- ---: ---: ---: ---
	emulator_rows 0 "<= 60 ns"
	if has_qemu; then emulator_rows 3 ""; else echo "(no QEMU here: nothing to compare with)"; fi
	commands
	forget_candidates
}

# ---- bodies of twin tests ----

# The tests of a source file, as suite.name.
twins_in() { sed -nE 's/^TWIN(_HERE)?\(([A-Za-z0-9_]+), ([A-Za-z0-9_]+)\).*/\2.\3/p' "$1"; }

# The sources whose tests are measured: tests/bench/CMakeLists.txt chooses them.
measured() {
	local source
	for source in "$top"/tests/{devices/*,unit/twin}/twin_*.c; do
		! grep -q "^$(basename "$source" .c) " "$build/tests/bench/twin_cpus" || echo "$source"
	done
}

# The processor features that a source file's tests add.
cpu_of() { sed -n "s/^$(basename "$1" .c) //p" "$build/tests/bench/twin_cpus"; }

# Natively all tests are in one program. body_time.c writes the lines: "suite.name ms" into the files body and before,
# "suite.name number" into accesses.
native_bodies() {
	local round source suite
	: >"$scratch/bodies"
	cat "$top"/tests/*/*/*.stimuli >"$scratch/stimuli"
	export BODY_TIMES=$scratch/bodies BIMETAL_TWIN_STIMULI=$scratch/stimuli
	for ((round = 0; round < rounds; round++)); do
		for source in $(measured); do
			for suite in $(twins_in "$source" | cut -d. -f1 | sort -u); do
				BIMETAL_TWIN_CPU=$(cpu_of "$source") "$build/tests/bench/twin_bodies" \
					"$suite" >"$scratch/log" 2>&1 ||
					{ tail -n 3 "$scratch/log"; echo "(a body failed)"; } >&2
			done
		done
	done
	medians_by_name 2 <"$scratch/bodies" >"$scratch/body"
	medians_by_name 3 <"$scratch/bodies" >"$scratch/before"
	medians_by_name 4 <"$scratch/bodies" >"$scratch/accesses"
}

# medians_by_name COLUMN: reads lines "suite.name figure...", prints "suite.name median" for each name.
medians_by_name() {
	sort -k1,1 -k"$1,$1"n | awk -v column="$1" '
		function out() { if (n) print name, value[int((n + 1) / 2)]; n = 0 }
		$1 != name { out(); name = $1 }
		{ value[++n] = $column }
		END { out() }'
}

# emulated_bodies FILE: writes "suite.name ms", the time of `bimetal twin run` from exec to exit.
emulated_bodies() {
	local to=$1 source image test line
	for source in $(measured); do
		image=$build/twin/$(basename "$source" .c)-$compiler-O2
		local stimuli=${source%.c}.stimuli options=()
		[ ! -e "$stimuli" ] || options+=(--stimuli "$stimuli")
		[ -z "$(cpu_of "$source")" ] || options+=(--cpu="$(cpu_of "$source")")
		for test in $(twins_in "$source"); do
			line=$("$cputime" -n "$rounds" "$bimetal" twin run "${options[@]}" "$image" "$test")
			[ "${line##* }" = 0 ] || { echo "($test failed)" >&2; continue; }
			printf '%s %s\n' "$test" "${line%% *}"
		done
	done >"$to"
}

# bodies_row NAME FILE BAR
bodies_row() {
	sort -k2,2n "$scratch/$2" | awk -v bar="${3:-0}" '
		{ value[NR] = $2 }
		bar && $2 > bar { over++ }
		END { print value[int((NR + 1) / 2)], value[1], value[NR], over + 0, NR }' |
		while read -r median least most over all; do
			row "$1" "$median" "$least" "$most" \
				"${3:+<= $3 ms; $over of $all over}"
		done
}

# over NAME FILE BAR: print the tests above the bar, the slowest first.
over() {
	sort -k2,2nr "$scratch/$2" | awk -v bar="$3" -v shown="$SHOWN" -v what="$1" '
		FILENAME != "-" { accesses[$1] = $2; next }
		$2 <= bar { next }
		++n == 1 { print "\nOver the bar, " what ":" }
		n <= shown { printf "    %10.3f ms, %6d accesses  %s\n", $2, accesses[$1], $1 }
		END { if (n > shown) printf "    and %d more\n", n - shown }' "$scratch/accesses" -
}

bodies_table() {
	native_bodies
	emulated_bodies "$scratch/emulated"
	row "twin tests: $(wc -l <"$scratch/body"), each the median of $rounds" "median ms" least greatest bar
	row --- ---: ---: ---: ---
	bodies_row "natively: the body" body "$BODY_BAR"
	bodies_row "natively: between two bodies" before "$BETWEEN_BAR"
	bodies_row "emulated, exec to exit" emulated "$METAL_BAR"
	printf '\nNot measured, as models are added to their machines: %s\n' "$(tr ';' ' ' <"$build/tests/bench/twins_left_out")"
	over "natively" body "$BODY_BAR"
	over "emulated" emulated "$METAL_BAR"
	printf '\nCommands:\n    %s\n    %s\n' \
		"BODY_TIMES=FILE BIMETAL_TWIN_STIMULI=FILE [BIMETAL_TWIN_CPU=FEATURES] ${build#"$top"/}/tests/bench/twin_bodies SUITE" \
		"cputime ${build#"$top"/}/bimetal twin run [--stimuli FILE] [--cpu=FEATURES] PROGRAM-$compiler-O2 SUITE.NAME"
}

calibration
native_table
printf '\n'
emulated_table
printf '\n'
bodies_table
