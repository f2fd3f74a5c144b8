#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# charged.sh PROGRAM CHECKED: in one run of charged.c, exactly the tests that must fail do, by name, each with what it
# did, in this order. CHECKED is 1 if the program has AddressSanitizer and its leak checker, else 0.
set -euo pipefail
program=$1 checked=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BIMETAL_TWIN_SECONDS=1
faults=0

fail() {
	printf '%s\n' "$@"
	faults=$((faults + 1))
}

bad=(crashes hangs corrupts_a_global has_no_handler)
[ "$checked" = 0 ] || bad=(crashes hangs leaks corrupts_a_global has_no_handler reads_behind_an_array)
declare -A words=(
	[crashes]='charged.c:[0-9]+: SIGSEGV: write to address 0x0, a null pointer \(test bad.crashes\)'
	[hangs]='charged.c:[0-9]+: the test did not end within 1 s of processor time: an endless loop\?'
	[leaks]='memory was lost'
	[corrupts_a_global]='charged.c:[0-9]+: driver.row\[i\]: got 0x0, want 0x1'
	[has_no_handler]='charged.c:[0-9]+: interrupt without a handler: 13'
	[reads_behind_an_array]='AddressSanitizer: heap-buffer-overflow'
)
[ "$checked" = 0 ] || words[crashes]='charged.c:[0-9:]+ runtime error: store to null pointer|AddressSanitizer: SEGV on unknown address'
all=$("$program" --list | wc -l)
[ "$all" -ge 507 ] || fail "only $all tests"

# runs OPTION...: the same is found, however they run.
runs() {
	local status=0 failed name
	rm -rf "$work/traces"
	mkdir "$work/traces"
	"$program" --traces "$work/traces" "$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = 1 ] || fail "exit status $status"
	failed=$(sed -nE 's/^FAIL bad\.([a-z_]+).*/\1/p; t; s/^FAIL ([^:]*).*/\1/p' "$work/err")
	[ "$(xargs <<<"$failed")" = "${bad[*]}" ] || fail "$*: these fail: $failed" "$(cat "$work/err")"
	[ "$(cat "$work/out")" = "$((all - ${#bad[@]})) passed, ${#bad[@]} failed" ] || fail "$(cat "$work/out")"
	for name in "${bad[@]}"; do
		[ -e "$work/traces/bad.$name.failed" ] || { fail "$*: no bad.$name.failed"; continue; }
		grep -qE -- "${words[$name]}" "$work/traces/bad.$name.failed" ||
			fail "$*: bad.$name does not say: ${words[$name]}" "$(cat "$work/traces/bad.$name.failed")"
	done
	grep -q 'tests before it' "$work/err" && fail "a test depends on others:" "$(grep FAIL "$work/err")"
	# Each test that passes, and no other, has a trace and nothing that failed.
	[ "$(find "$work/traces" -name '*.failed' | wc -l)" = "${#bad[@]}" ] || fail "$*: more .failed"
	[ -s "$work/traces/good.comes_last.native" ] || fail "$*: the last test has no trace"
}

runs
mv "$work/traces" "$work/together"
# Apart from each other they make the same accesses. (With a sanitizer it takes long.)
if [ "$checked" = 0 ]; then
	runs --fresh
	for trace in "$work"/traces/*.native; do
		cmp -s "$trace" "$work/together/$(basename "$trace")" ||
			fail "$(basename "$trace") is not as in a process of its own"
	done
fi
[ "$faults" = 0 ]
