#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Things that the lower layers must not use: a clock of the host, and Unicorn in libbimetal. includes.sh
# checks the includes.
# usage: layers.sh SOURCE-FOLDER [LIBBIMETAL.a]
set -euo pipefail
cd "$1"
library=${2:-}
faults=0

# forbid SENTENCE LINES: fails unless LINES, which break the rule, is empty.
forbid() {
	[ -n "$2" ] || return 0
	printf '%s:\n%s\n' "$1" "$2"
	faults=$((faults + 1))
}

# lines PATTERN FOLDER...: prints the lines of code that match
lines() {
	local pattern=$1
	shift
	find "$@" -name '*.[ch]' -exec awk -v pattern="$pattern" \
		'$0 ~ pattern { print FILENAME ":" FNR ":" $0 }' {} +
}

# awk, as grep fails if it finds nothing
with() { awk -v pattern="$1" '$0 ~ pattern'; }

forbid 'emu/ and devices/ may not read a clock of the host' "$(
	lines '(^|[^_a-zA-Z])(clock_gettime|gettimeofday|time|nanosleep) *[(](NULL|&|CLOCK|0[)])' \
		emu devices
)"
if [ -n "$library" ]; then
	forbid 'libbimetal must link without Unicorn' \
		"$(nm -u "$library" 2>/dev/null | with ' uc_' | sort -u)"
fi

[ "$faults" = 0 ]
