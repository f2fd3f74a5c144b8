#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `bimetal coverage`, and the recordings that it reads: of twin tests, `bimetal twin run` and `bimetal run`.
# usage: coverage.sh BIMETAL MODULE NATIVE KERNEL FOLDER
# MODULE, NATIVE, KERNEL: gauge.c, and both sides of twin_gauge.c. FOLDER: what ctest's runs of them left.
set -euo pipefail
bimetal=$1 module=$2 native=$3 kernel=$4 folder=$5
. "$(dirname "$0")/lib.sh"
test=gauge.a_sample

command() {
	status=0
	"$bimetal" "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

# prints TEXT: a line of standard output begins with it.
prints() {
	awk -v text="$1" 'index($0, text) == 1 { found = 1 } END { exit !found }' "$scratch/out" ||
		complain "line ${BASH_LINENO[0]}: no line begins with '$1', but: $(head -c 2000 "$scratch/out")"
}

# ---- of ctest's runs: both tests together ----
command coverage --device "$module" "$folder" && wants 0
cat >"$scratch/expected" <<'TEXT'
gauge: 34 %: 2 of 3 registers read, 2 of 3 written, 5 of 20 bits seen both ways, 1 of 2 lints caused
  not read            CTRL
  not written         TRIM
  CTRL.START          not written as 0
  CTRL.GAIN           bit 2 not written as 0; bit 3 not written as 1
  DATA                bits 7, 5, 2, 0 not read as 1
  not caused          gauge.CTRL.restart
TEXT
diff -u "$scratch/expected" "$scratch/out" || complain "another report"
command coverage --device "$module" --all "$folder"/*.coverage && wants 0
prints '    3:2   GAIN             -                 0 (1 of 2), 1 (1 of 2)'
prints '    caused     gauge.DATA.empty'
! grep -q ' $' "$scratch/out" || complain "a line ends with a space"
command coverage --device "$module" --json "$folder" && wants 0
prints '    "percent": 34,'
command coverage --device "$module" --fail-under 34 "$folder" && wants 0
command coverage --device "$module" --fail-under 35 "$folder" && wants 1 'gauge: 34 % is less than --fail-under 35'

# ---- each way to record ----
BIMETAL_TWIN_COVERAGE=$scratch/native "$native" >"$scratch/out"
command coverage --device "$module" "$scratch/native" && wants 0 && cmp -s "$scratch/expected" "$scratch/out" ||
	complain "tests of one process at once record something else: $(cat "$scratch/out")"
command twin run --device "$module,port=0x300" --coverage "$scratch/metal" "$kernel" $test && wants 0
BIMETAL_TWIN_COVERAGE=$scratch/one "$native" $test >"$scratch/out"
command coverage --device "$module" --all "$scratch/one" && wants 0
cp "$scratch/out" "$scratch/of_native"
command coverage --device "$module" --all "$scratch/metal" && wants 0
diff -u "$scratch/of_native" "$scratch/out" || complain "both sides of a test record different things"
# mov edx, 0x303; mov al, 0xff; out dx, al; out 0xf4, 0x10
image trim '\xba\x03\x03\x00\x00\xb0\xff\xee\xb0\x10\xe6\xf4\xf4'
gauge=(--device "$module,port=0x300")
flat "${gauge[@]}" --coverage "$scratch/run" trim && wants 0
command coverage --device "$module" "$scratch/run" && wants 0
prints '  TRIM                bits 7:0 not written as 0'
command coverage --device "$module" --model com1 "$scratch/run" && wants 0
prints 'uart16550: 0 %'
command coverage --device "$module" "$scratch/run" "$folder" && wants 0
prints 'gauge: 38 %: 2 of 3 registers read, 3 of 3 written'

# The firmware's accesses when the machine starts are not the guest's.
flat --coverage "$scratch/other" hello && wants 0
command coverage "$scratch/other" && wants 0
[ "$(grep -c '^[a-z]' "$scratch/out")" = 2 ] && prints 'isa_misc: ' && prints 'uart16550: ' || complain "other models: $(grep '^[a-z]' "$scratch/out")"

# ---- it changes nothing that a guest sees ----
for name in hello trim; do
	flat "${gauge[@]}" --stats "$scratch/stats1" --trace "$scratch/trace1" $name
	flat "${gauge[@]}" --stats "$scratch/stats2" --trace "$scratch/trace2" --coverage "$scratch/c" $name
	cmp -s "$scratch/trace1" "$scratch/trace2" || complain "$name: another trace"
	[ "$(grep '"digest"' "$scratch/stats1")" = "$(grep '"digest"' "$scratch/stats2")" ] || complain "$name: another digest"
done
flat --verify 2 --coverage "$scratch/c" hello && wants 0 'all equal to the first'

# ---- usage and input errors ----
command coverage && wants 2 'no RECORDING given'
command coverage --fail-under 101 x && wants 2 'from 0 to 100'
command coverage --device /no/such.so "$scratch/run" && wants 2 '/no/such.so'
command coverage /no/such/file && wants 2 '^bimetal: /no/such/file: cannot open the file: No such file'
command coverage "$0" && wants 2 'coverage.sh: not a recording of coverage'
mkdir "$scratch/empty"
command coverage "$scratch/empty" && wants 2 'empty: no \*.coverage below this folder: run the tests first'
command coverage --model gouge "$scratch/run" && wants 2 "unknown model; .*--device FILE.so adds yours"
command coverage --device "$module" "$scratch/other" && wants 2 'no recording has the model gauge'
command coverage "$folder" && wants 2 'the recordings have a model gauge; --device FILE.so adds it'
cp "$scratch/run" "$scratch/changed"
at=$(grep -abo gauge "$scratch/changed" | cut -d: -f1)
printf '\xff\xff' | dd of="$scratch/changed" bs=1 seek=$((at + 32)) conv=notrunc 2>/dev/null
command coverage --device "$module" "$scratch/changed" &&
	wants 2 'changed: recorded when the model gauge had other registers or lints: build and run its test again'
truncate -s -1 "$scratch/run"
command coverage "$scratch/run" && wants 2 'run: the file is truncated'
flat --coverage /no/such/folder/file pass && wants 2 '/no/such/folder/file: cannot open the file for writing'
flat --coverage - pass && wants 2 'does not go to standard output'
flat --coverage "$scratch/pass" pass && wants 2 'would overwrite a file that this run reads'
flat --coverage "$scratch/x" --trace "$scratch/x" pass && wants 2 'would write to the same file'
command twin run --coverage /no/such/folder/file "$kernel" $test && wants 2 'file: coverage cannot be recorded: No such'
command twin compare --coverage x a b && wants 2 "'compare' takes no options"
status=0
BIMETAL_TWIN_COVERAGE=/no/such/folder/file "$native" >"$scratch/out" 2>"$scratch/err" || status=$?
wants 1 'file: coverage cannot be recorded: No such'
finish
