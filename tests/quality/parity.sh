#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Does every row of docs/parity.md have a test that exists, or a reason?
#
#   parity.sh [--strict] ROOT BUILD     check the rows; --strict: a row marked "open" is a fault
#   parity.sh --run ROOT BUILD          run the tests that the rows name
#   parity.sh --self-test ROOT BUILD    show that faults in the page are found
#
# A test is `program/case`, a name of ctest, or such a name without its last part (twin tests).
set -euo pipefail

mode=check
case ${1:-} in --strict | --run | --self-test) mode=${1#--}; shift ;; esac
[ $# = 2 ] || { echo "usage: parity.sh [--strict|--run|--self-test] ROOT BUILD" >&2; exit 2; }
root=$1 build=$2
page=$root/docs/parity.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# All that a row may name: ctest's names, those without their last part, and the cases of Criterion programs.
known_tests() {
	ctest --test-dir "$build" -N | sed -nE 's/^ *Test +#[0-9]+: //p' >"$scratch/ctest"
	cat "$scratch/ctest"
	sed -nE 's/\.[^.]+$//p' "$scratch/ctest"
	find "$root/tests" -name 'test_*.c' -exec awk '
		FNR == 1 { program = FILENAME; sub(/.*\//, "", program); sub(/\.c$/, "", program) }
		match($0, /^Test\([a-z0-9_]+, *[a-z0-9_]+/) {
			name = substr($0, RSTART, RLENGTH); sub(/.*, */, "", name); print program "/" name
		}' {} +
}

# Check each row of PAGE: say what is wrong, and write the tests that it names to $scratch/named. A row has four
# cells, and the last has tests in backticks, or a reason.
check_page() { # PAGE
	awk -F ' \\| ' -v strict="$mode" -v list="$scratch/named" '
		function fault(what) {
			print "docs/parity.md, row " point ": " what
			faults++
		}
		# pattern: which of the names in backticks are tests
		function take_names(cell, pattern,    part, n, i) {
			n = split(cell, part, "`")
			for (i = 2; i <= n; i += 2) {
				if (part[i] !~ pattern) continue
				if (!(part[i] in known)) fault("there is no test " part[i])
				print part[i] >list
			}
		}
		NR == FNR { known[$0]; next }
		!/^\| [0-9]+\.[0-9]+ \|/ { next }
		{
			point = substr($1, 3)
			tests = NF == 4 ? $4 : ""
			sub(/ \|$/, "", tests)
			n++
			if (point in seen) fault("this point comes twice")
			seen[point]
			if (tests ~ /^`/) { take_names(tests, "."); next }
			if (tests ~ /^left out: ./) { left++; take_names(tests, "^test_"); next }
			if (tests !~ /^open: ./) { fault("it has neither a test nor a reason (\"left out: ...\")"); next }
			open++
			if (strict == "strict") fault("it is open")
		}
		END {
			if (!n) { point = "none"; fault("the page has no rows") }
			printf "%d points: %d with tests, %d left out, %d open\n", n, n - left - open, left, open
			exit faults != 0
		}' "$scratch/known" "$1"
}

# Each of these edits of the page must be found, by these words.
self_test() {
	local edit words
	while IFS='@' read -r edit words; do
		sed -E "$edit" "$page" >"$scratch/page"
		! cmp -s "$page" "$scratch/page" || { echo "the edit changes nothing: $edit"; exit 1; }
		! check_page "$scratch/page" >"$scratch/said" || { echo "not found: $edit"; exit 1; }
		grep -q "$words" "$scratch/said" || { echo "found by other words: $edit"; cat "$scratch/said"; exit 1; }
	done <<-'LIST'
		/^. 3\.2 /s/a_head_and/b_head_and/@row 3.2: there is no test test_multiboot2_info
		/^. 3\.1 /s/kernel-grub/kernel-grab/@row 3.1: there is no test kernel-grab
		/^. 3\.5 /s/`test_.*`/soon/@row 3.5: it has neither a test nor a reason
		/^. 1\.2 /s/left out: [^|]*/left out: /@row 1.2: it has neither a test nor a reason
		/^. 4\.2 /s/4\.2/4.1/@row 4.1: this point comes twice
	LIST
}

# One run of ctest; a case runs with its program.
run_named() {
	local pattern
	pattern=$(sed -E 's:/.*::; s/[.]/\\./g' "$scratch/named" | sort -u | paste -sd'|')
	ctest --test-dir "$build" -R "^($pattern)(\.[^.]+)?\$" -j "$(nproc)" --output-on-failure --progress \
		--no-tests=error --fixture-exclude-setup '^register_coverage$'
}

known_tests | sort -u >"$scratch/known"
if [ "$mode" = self-test ]; then self_test; exit 0; fi
check_page "$page"
[ "$mode" != run ] || run_named
