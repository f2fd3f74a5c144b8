#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `bimetal test`: files of tests, choosing among them, reports, and what is wrong.
# usage: test.sh BIMETAL
set -u
bimetal=$(realpath "$1")
# shellcheck source=tests/system/command/lib.sh
. "$(dirname "$0")/lib.sh"

tests=$scratch/tests
mkdir -p "$tests/more"
for name in pass fail halt spin hello triple; do cp "$scratch/$name" "$tests/$name"; done
cat >"$tests/hello.test" <<'TEXT'
{ "image": "hello", "boot": "flat", "serial": "H" }
TEXT
cat >"$tests/ends.test" <<'TEXT'
{ "boot": "flat", "cases": [
	{ "name": "pass", "image": "pass" },
	{ "name": "fail", "image": "fail", "exit": 1 },
	{ "name": "halt", "image": "halt", "exit": 6 },
	{ "name": "limit", "image": "spin", "exit": 4, "max-time": "1ms" },
	{ "name": "crash", "image": "triple", "exit": 5, "machine": "isapc" },
	{ "name": "later", "image": "pass", "skip": "a reason & more" } ] }
TEXT
cat >"$tests/more/inside.test" <<'TEXT'
{ "image": "../pass", "boot": "flat", "memory": "16M" }
TEXT

# test_in OPTION...: in the folder of tests; output, messages and code go where run() puts them.
test_in() {
	status=0
	(cd "$tests" && timeout -k 5 60 "$bimetal" test "$@" </dev/null >"$scratch/out" 2>"$scratch/err") || status=$?
}

has() { # FILE TEXT
	grep -qF -- "$2" "$scratch/$1" || complain "no '$2' in $1: $(head -c 600 "$scratch/$1")"
}

code() { [ "$status" = "$1" ] || complain "exit code $status, not $1: $(head -c 600 "$scratch/err")"; }

test_in
code 0
has out "7 passed, 0 failed, 1 skipped"
[ "$(wc -l <"$scratch/out")" = 1 ] || complain "more than the closing line: $(cat "$scratch/out")"

test_in --list
code 0
[ "$(tr '\n' ' ' <"$scratch/out")" = "ends:crash ends:fail ends:halt ends:later ends:limit ends:pass hello more/inside " ] ||
	complain "--list: $(cat "$scratch/out")"

# The parts together are the whole.
for i in 1 2 3; do test_in --list --shard $i/3; cat "$scratch/out"; done | sort >"$scratch/parts"
test_in --list
cmp -s "$scratch/parts" "$scratch/out" || complain "parts are not the whole: $(cat "$scratch/parts")"

test_in --filter 'ends:*l*'
has out "3 passed, 0 failed, 1 skipped"
test_in --filter ell
has out "1 passed, 0 failed, 0 skipped"

cp "$tests/hello" "$tests/it's"
# Failures: what is told of them, in each form.
cat >"$tests/wrong.test" <<'TEXT'
{ "image": "it's", "boot": "flat", "cases": [
	{ "name": "exit", "exit": 3 }, { "name": "serial", "serial": [ "H", "not said" ] },
	{ "name": "<]]>&", "screen": "not shown" } ] }
TEXT
test_in --tap="$scratch/tap" --junit="$scratch/junit"
code 1
has out "FAIL wrong:exit: it failed, and fails alone too"
has out "the exit code of the run is 0, not 3"
has out 'the serial output does not have "not said"'
has out 'the screen does not have "not shown"'
has out "7 passed, 3 failed, 1 skipped"
has tap "TAP version 14"
has tap "1..11"
[ "$(grep -cE '^(not )?ok [0-9]+ - ' "$scratch/tap")" = 11 ] || complain "TAP: $(cat "$scratch/tap")"
[ "$(grep -c '^not ok' "$scratch/tap")" = 3 ] || complain "TAP: $(cat "$scratch/tap")"
has tap "# SKIP a reason & more"
has junit 'tests="11" failures="3" errors="0" skipped="1"'
has junit 'message="a reason &amp; more"'
has junit 'name="wrong:&lt;]]&gt;&amp;"'
if command -v xmllint >/dev/null; then
	xmllint --noout "$scratch/junit" || complain "JUnit: no XML"
fi
test_in --tap
code 1
has out "TAP version 14"
has err "7 passed, 3 failed, 1 skipped"

# The command that is printed does the same.
test_in --filter wrong:exit
line=$(sed -n 's/^  to run it: //p' "$scratch/out")
status=0
bash -c "${line/bimetal run/$bimetal run}" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
code 0
has out H

test_in --fail-fast --jobs 1
code 1
has out "not run, because the run ended before"
rm "$tests/wrong.test"

# A test that does not end is ended, with a report of where it was.
echo '{ "image": "spin", "boot": "flat", "max-time": "100000s" }' >"$tests/spin.test"
test_in --wall-limit 300ms --filter spin
code 1
has out "the exit code of the run is 4, not 0"
has out "0x100000"
rm "$tests/spin.test"

# What is wrong is named, and nothing runs.
wrong() { # CONTENTS MESSAGE
	printf '%s\n' "$1" >"$tests/bad.test"
	test_in
	code 2
	has err "$2"
	rm "$tests/bad.test"
}
wrong '{ "image": "pass", "memroy": 3 }' "bad.test: unknown key 'memroy'; did you mean 'memory'?"
wrong '{ "image": "pass",' "bad.test:2:0: "
wrong '[ ]' "bad.test: a test is a JSON object"
wrong '{ "cases": [ 3 ] }' "case 1 is no object"
wrong '{ "image": 3 }' "'image' is a path"
wrong '{ "step": "yes" }' "'step' is true or false"
wrong '{ "memory": [ true ] }' "'memory' is a text, a number, or a list of them"
wrong '{ "trace": "t" }' "'trace' is for bimetal run"
wrong '{ "exit": "0" }' "'exit' is the exit code"
wrong '{ "serial": [ "" ] }' "'serial' is a text that must come"
test_in nowhere
code 2
has err "nowhere: No such file or directory"
test_in pass
code 2
has err "there is no pass.test beside it"
test_in hello
has out "1 passed, 0 failed, 0 skipped"
test_in --filter nothing
code 2
has err "no test has a name like 'nothing'"
test_in --shard 3/2
code 2
test_in --junit=/nowhere/j
code 2
# Options that bimetal run refuses fail the test, with its words.
echo '{ "image": "pass", "boot": "flat", "memory": "3 bytes" }' >"$tests/bad.test"
test_in --filter bad
code 1
has out "3 bytes"
rm "$tests/bad.test"

mkdir "$scratch/empty"
status=0
(cd "$scratch/empty" && "$bimetal" test >"$scratch/out" 2>"$scratch/err") || status=$?
code 2
has err "no file NAME.test was found"
finish
