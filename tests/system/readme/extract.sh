#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# extract.sh README [OUT]: prints the driver test in README, a block between "```c twin" and "```".
# It is an error if there is none, or more than one, or if it has more than 20 lines.
# extract.sh --self-test: checks that these errors are found.
set -euo pipefail
readonly MAX_LINES=20

extract() {
	local readme=$1 out=${2:-$scratch/extracted} blocks lines
	blocks=$(grep -cx '```c twin' "$readme" || true)
	[ "$blocks" = 1 ] || { echo "$readme: $blocks blocks begin with \`\`\`c twin, not one"; return 1; }
	awk '/^```$/ { inside = 0 } inside { print } /^```c twin$/ { inside = 1 }' "$readme" >"$out.new"
	lines=$(wc -l <"$out.new")
	if [ "$lines" = 0 ] || [ "$lines" -gt $MAX_LINES ]; then
		rm -f "$out.new"
		echo "$readme: the driver test has $lines lines, expected 1 to $MAX_LINES"
		return 1
	fi
	# If nothing changed, the file keeps its time, so that nothing is built again.
	if cmp -s "$out.new" "$out"; then rm "$out.new"; else mv "$out.new" "$out"; fi
}

self_test() {
	local text faults=0
	block() { printf '```c twin\n'; seq "$1"; printf '```\n'; }
	expect() { # pass|fail TEXT
		printf '%s\n' "before" "$2" "after" >"$scratch/README"
		local got=pass
		extract "$scratch/README" "$scratch/out" >"$scratch/log" || got=fail
		[ "$got" = "$1" ] || { echo "self-test: $got instead of $1 for:" "$2"; faults=1; }
	}
	expect pass "$(block 1)"
	[ "$(cat "$scratch/out")" = 1 ] || { echo "self-test: the extracted text is wrong"; faults=1; }
	expect pass "$(block 20)"
	expect fail "$(block 21)"
	expect fail "$(block 0)"
	expect fail "none"
	expect fail "$(block 3; block 3)"
	expect fail "$(block 3 | sed 's/c twin/c/')"
	return $faults
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ "$1" = --self-test ]; then self_test; else extract "$@"; fi
