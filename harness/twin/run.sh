#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The sides of twin tests, for ctest.
#   run.sh native PROGRAM [SUITE.NAME...]
#   run.sh metal|traces|qemu SUITE TEST KERNEL...
# Environment: TWIN_TRACES, a folder; TWIN_STIMULI, a file or empty; TWIN_CPU, features or empty; TWIN_MACHINE, a
# name or a board's file, or empty; TWIN_DEVICES, a line for each --device; TWIN_COVERAGE, a file that native tests
# record in, or empty; BIMETAL and QEMU, programs.
set -euo pipefail
side=$1
shift
mkdir -p "$TWIN_TRACES"
if [ "$side" != native ]; then
	suite=$1 test=$2 trace=$TWIN_TRACES/$1.$2
	shift 2
fi
TIMED_OUT=124 # of timeout(1)

# All tests of the program, or these. What each comes to stands in files afterwards, for result.sh.
native() {
	local program=$1 status=0
	shift
	export BIMETAL_TWIN_STIMULI=$TWIN_STIMULI
	[ -n "$TWIN_STIMULI" ] || unset BIMETAL_TWIN_STIMULI
	[ -z "${TWIN_CPU:-}" ] || export BIMETAL_TWIN_CPU=$TWIN_CPU
	[ -z "${TWIN_COVERAGE:-}" ] || export BIMETAL_TWIN_COVERAGE=$TWIN_COVERAGE
	"$program" --traces "$TWIN_TRACES" "$@" || status=$?
	[ "$status" -le 1 ] # a test that fails is no failure of this
}

metal() {
	local kernel device options=() faults=0 said without before=
	[ $# -gt 0 ] || { echo "no kernels: neither gcc nor clang was found"; return 1; }
	[ -z "$TWIN_STIMULI" ] || options+=(--stimuli "$TWIN_STIMULI")
	[ -z "${TWIN_CPU:-}" ] || options+=(--cpu="$TWIN_CPU")
	[ -z "${TWIN_MACHINE:-}" ] || options+=(--machine "$TWIN_MACHINE")
	while IFS= read -r device; do
		[ -z "$device" ] || options+=(--device "$device")
	done <<<"${TWIN_DEVICES:-}"
	for kernel; do
		rm -f "$trace.$(basename "$kernel")" # one of an earlier run would be compared
		said=$("$BIMETAL" twin run "${options[@]}" --trace "$trace.$(basename "$kernel")" "$kernel" \
			"$suite.$test" 2>&1) && continue
		faults=$((faults + 1))
		without=$(sed -E 's/(It was|stopped|HLT) at 0x[0-9a-f]+//g' <<<"$said") # the addresses differ
		if [ "$without" = "$before" ]; then
			echo "$(basename "$kernel"): the same"
		else
			printf '%s:\n%s\n' "$(basename "$kernel")" "$said"
		fi
		before=$without
		# The others would take as long to say the same.
		[[ $said != *": the test did not end within "* ]] || { echo "... the other kernels did not run"; break; }
	done
	[ "$faults" = 0 ]
}

traces() {
	local kernel faults=0
	for kernel; do
		"$BIMETAL" twin compare "$trace.native" "$trace.$(basename "$kernel")" && continue
		echo "... with $(basename "$kernel")"
		faults=$((faults + 1))
	done
	[ "$faults" = 0 ]
}

qemu() {
	if [ -z "$QEMU" ] || ! command -v "$QEMU" >/dev/null; then
		echo "SKIP: qemu-system-x86_64 is not installed"
		exit 77
	fi
	out=$(mktemp -d)
	trap 'rm -rf "$out"' EXIT
	# QEMU uses real time, so on a busy host an interrupt can come too late for a test. A real fault
	# fails all three attempts, and is told once. What takes a minute is not late.
	local tries=0 status=0 try
	while [ "$tries" -lt 3 ] && [ "$status" != "$TIMED_OUT" ]; do
		tries=$((tries + 1))
		in_qemu "$1" >"$out/said$tries" && return 0 # one kernel: the emulated side tells the compilers apart
	done
	if [ "$tries" = 1 ]; then
		cat "$out/said1"
	elif [ "$tries" = 3 ] && cmp -s "$out/said1" "$out/said2" && cmp -s "$out/said2" "$out/said3"; then
		cat "$out/said1"
		echo "... in each of 3 tries"
	else
		for ((try = 1; try <= tries; try++)); do
			cat "$out/said$try"
			echo "... in try $try"
		done
	fi
	return 1
}

# in_qemu KERNEL: run it; sets `status` to that of QEMU.
in_qemu() {
	local line at
	status=0
	# The clock starts where ours does.
	timeout 60 "$QEMU" -M q35 -m 16 -display none -serial null -monitor none -no-reboot \
		-rtc base=1970-01-01T00:00:00 \
		-device isa-debugcon,iobase=0x5f0,chardev=report -chardev "file,id=report,path=$out/report" \
		-device isa-debug-exit,iobase=0xf4,iosize=4 \
		-kernel "$1" -append "$suite/$test" </dev/null 2>&1 || status=$?
	[ "$status" != "$TIMED_OUT" ] || echo "$suite.$test: the test did not end within 60 s: an endless loop?"
	grep -qx BEGIN "$out/report" || { echo "$suite.$test: the test did not begin"; return 1; }
	while IFS= read -r line; do
		case $line in
		"FAIL "*) echo "$suite.$test: ${line#FAIL }" ;;
		"FAULT "*)
			line=${line#FAULT }
			at=${line%% *}
			echo "$suite.$test: $(place "$1" "$at"): ${line#* }"
			;;
		esac
	done <"$out/report"
	if grep -qE '^(FAIL|FAULT) ' "$out/report"; then return 1; fi
	grep -qxE 'END|EXIT [0-9]+' "$out/report" && return 0
	[ "$status" = "$TIMED_OUT" ] || echo "$suite.$test: the machine was reset or switched off"
	return 1
}

# place KERNEL ADDRESS: the source line, if binutils know it.
place() {
	local found
	found=$(addr2line -e "$1" "$2" 2>/dev/null | sed 's/ (discriminator.*//') || found=
	case $found in
	*:[1-9]*) echo "${found##*/}" ;;
	*) echo "at $2" ;;
	esac
}

"$side" "$@"
