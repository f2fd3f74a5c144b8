#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `bimetal twin`: usage errors, bad images, kernels with nonsensical reports, traces.
# usage: twin.sh BIMETAL KERNEL
# KERNEL is a kernel of tests/unit/twin/twin_accessors.c.
set -euo pipefail
bimetal=$1 kernel=$2
. "$(dirname "$0")/lib.sh"
test=accessors.ports_and_memory_read_back_what_was_written

twin() {
	status=0
	timeout -k 5 60 "$bimetal" twin "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
}

# ---- usage errors ----
twin && wants 2 "'run IMAGE SUITE.NAME' or 'compare NATIVE EMULATED'"
twin run && wants 2 'run IMAGE SUITE.NAME'
twin run "$kernel" && wants 2 'run IMAGE SUITE.NAME'
twin run "$kernel" $test more && wants 2 "more words than expected: 'more'"
twin play "$kernel" $test && wants 2 "'run' or 'compare', not 'play'"
twin run "$kernel" accessors && wants 2 "'accessors': expected the test as SUITE.NAME"
twin run "$kernel" .name && wants 2 "'.name': expected the test as SUITE.NAME"
twin run "$kernel" suite. && wants 2 "'suite.': expected the test as SUITE.NAME"
twin run --slow "$kernel" $test && wants 2 'unrecognized option'
twin run "$kernel" $test --trace && wants 2 'requires an argument'
twin compare --trace x a b && wants 2 "'compare' takes no options"
twin --help && wants 0
grep -q 'Exit status' "$scratch/out" || complain "--help lacks the exit codes"

# ---- images ----
twin run /no/such/kernel a.b && wants 1 '^a\.b: /no/such/kernel: '
twin run "$scratch" a.b && wants 1 "^a\.b: $scratch: "
: >"$scratch/empty"
twin run "$scratch/empty" a.b && wants 1 "^a\.b: $scratch/empty: "
twin run "$0" a.b && wants 1 "^a\.b: $0: "
for size in 100 4096 5000; do
	head -c $size "$kernel" >"$scratch/cut"
	twin run "$scratch/cut" a.b && wants 1 "^a\.b: $scratch/cut: "
done

# ---- reports of kernels ----
# report NAME TEXT: a multiboot kernel, without ELF around it, that reports the text and halts.
report() {
	# Magic, flags, checksum; the header's and the load address, the file's end, no bss, the entry.
	local header='\x02\xb0\xad\x1b\x00\x00\x01\x00\xfe\x4f\x51\xe4'
	header+='\x00\x00\x10\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x20\x00\x10\x00'
	# cli; cld; mov esi, text; mov edx, port; mov ecx, length; rep outsb; hlt
	local code='\xfa\xfc\xbe\x40\x00\x10\x00\xba\xf0\x05\x00\x00\xb9' length
	# The bytes are used as a format on purpose, for their escapes.
	# shellcheck disable=SC2059
	printf "$2" >"$scratch/text"
	length=$(wc -c <"$scratch/text")
	code+=$(printf '\\x%02x\\x%02x' $((length & 255)) $((length >> 8)))'\x00\x00\xf3\x6e\xf4'
	image "$1" "$header$code"
	head -c 12 /dev/zero | cat - "$scratch/text" >>"$scratch/$1"
}

reports() { # TEXT
	report reporter "$1"
	twin run --no-audit "$scratch/reporter" suite.name
}
reports 'BEGIN\nEND\n' && wants 0
reports 'END\n' && wants 1 '^suite\.name: the test did not begin$'
reports 'BEGIN\n' && wants 1 '^suite\.name: stopped at 0x10003[0-9a-f]: '
reports '' && wants 1 'the test did not begin'
reports 'BEGIN\nFAIL x.c:5: it is so\nEND\n' && wants 1 '^suite\.name: x\.c:5: it is so$'
reports 'FAIL no such test\nEND\n' && wants 1 '^suite\.name: no such test$'
grep -q 'did not begin' "$scratch/err" && complain "one fault is reported twice"
reports 'BEGIN\nHELLO\nEND\n' && wants 1 '^suite\.name: .*unknown.*HELLO$'
reports 'BEGIN\nEXIT 5\nEND\n' && wants 1 'did not write to the debug exit port'
reports 'BEGIN\nEXIT 5x\nEND\n' && wants 1 'unknown.*EXIT 5x$'
reports 'BEGIN\nEXIT 4294967296\nEND\n' && wants 1 'unknown.*EXIT 4294967296$'
reports 'BEGIN\nEND\nFAIL too late\n' && wants 0
reports "BEGIN\n$(printf '%0400d' 0)" && wants 1 'stopped'

# An image without records cannot pass the audit.
report reporter 'BEGIN\nEND\n'
twin run "$scratch/reporter" suite.name && wants 1 'no ELF file'

# ---- a kernel ----
twin run "$kernel" $test && wants 0
[ -s "$scratch/err" ] && complain "a test that passes says something"
twin run "$kernel" accessors.no_such_test && wants 1 '^accessors.no_such_test: no such test; this kernel has:$'
wants 1 "^accessors.no_such_test:   $test\$"
! grep -q 'tsc=\|twin_accessors' "$scratch/err" || complain "the message has the kernel's command line"
twin run --trace "$scratch/trace" "$kernel" $test && wants 0
twin compare "$scratch/trace" "$scratch/trace" && wants 0 && says ''
twin run --trace /no/such/folder/trace "$kernel" $test && wants 2 '/no/such/folder/trace: cannot open the file for writing'
twin run --stimuli /no/such/stimuli "$kernel" $test && wants 1 '/no/such/stimuli: cannot open the file: No such file'
printf '[%s]\nat 1ms fly\n' $test >"$scratch/stimuli"
twin run --stimuli "$scratch/stimuli" "$kernel" $test && wants 1 'stimuli:2: expected: at TIME'
twin run --no-audit "$kernel" $test && wants 0

# ---- traces ----
sed '4s/ 8 / 16 /' "$scratch/trace" >"$scratch/other"
twin compare "$scratch/trace" "$scratch/other" && wants 1
grep -q '^the accesses differ, first at access 2 of the native side and 2 of the emulated side:$' "$scratch/out" ||
	complain "the difference is not reported: $(cat "$scratch/out")"
grep -Eq '^> native +[a-z]+ +com1.SCR at port 0x3ff, 8 bits, value 0x5a, twin_accessors\.c:[0-9]+$' \
	"$scratch/out" || complain "no source line is printed: $(cat "$scratch/out")"
twin compare "$scratch/trace" /no/such/trace && wants 1 '/no/such/trace: No such file'
sed '$d' "$scratch/trace" >"$scratch/other"
twin compare "$scratch/other" "$scratch/trace" && wants 1 'other:[0-9]+: the trace is truncated'
echo nonsense >"$scratch/other"
twin compare "$scratch/other" "$scratch/trace" && wants 1 'other:1: not a twin trace'
finish
