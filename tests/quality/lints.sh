#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks of lints what the compiler cannot know: each list of rules is named by what `bimetal explain` prints, has a row
# for each constant of its enum, as a hole would end it, and there are no rules outside of such lists.
#
# lints.sh ROOT         exit 0, or 1 with each violation as file: text
# lints.sh --self-test  breaks each rule once in a temporary tree, and checks that it is reported
set -u

check() { # ROOT
	(
		cd "$1" || exit 2
		find emu devices harness -name '*.[ch]' -print0 2>/dev/null | sort -z | xargs -0r awk '
		function fault(file, text) { print file ": " text; bad = 1 }
		function words(text, pattern, into, file) {
			while (match(text, pattern)) {
				into[substr(text, RSTART, RLENGTH)] = file
				text = substr(text, RSTART + RLENGTH)
			}
		}
		# Lists that a header declares, and the constants beside them.
		FILENAME ~ /\.h$/ && /^extern const struct lint_desc / { words($0, "[a-z0-9_]+_lints", list, FILENAME) }
		FILENAME ~ /\.h$/ && !/^#/ && !/^ ?\/?\*/ { words($0, "[A-Z0-9_]+_LINT_[A-Z0-9_]+", constant, FILENAME) }
		FILENAME ~ /\.c$/ && /^\t\[[A-Z0-9_]+_LINT_[A-Z0-9_]+\] =/ { words($0, "[A-Z0-9_]+_LINT_[A-Z0-9_]+", row, FILENAME) }
		FILENAME ~ /\.c$/ && /\.lints = \{/ { words($0, "[a-z0-9_]+_lints", named, FILENAME) }
		FILENAME ~ /\.c$/ && /struct lint_desc [a-z0-9_]+(\[[^]]*\])? = *\{/ {
			match($0, /lint_desc [a-z0-9_]+/)
			defined[substr($0, RSTART + 10, RLENGTH - 10)] = FILENAME
		}
		END {
			named["reg_lints"] = "" # follow from tables
			for (l in list) {
				n++
				if (!(l in named)) fault(list[l], "no struct device_about names " l)
				if (!(l in defined)) fault(list[l], l " is nowhere defined")
			}
			for (c in constant) if (!(c in row)) fault(constant[c], c " has no row in its list")
			for (d in defined) if (!(d in list)) fault(defined[d], d " is no list that a header declares")
			if (!n) fault("lints.sh", "no lists found")
			exit bad
		}'
	)
}

scratch=''
seeded() { # MESSAGE FILE SED-COMMAND
	local out
	rm -rf "$scratch/tree"
	mkdir -p "$scratch"/tree/{emu,devices/x,harness}
	printf '%s\n' 'enum x_lint {' '	X_LINT_ONE,' '	X_LINT_TWO' '};' 'extern const struct lint_desc x_lints[];' \
		>"$scratch/tree/devices/x/lints.h"
	printf '%s\n' 'const struct lint_desc x_lints[] = {' '	[X_LINT_ONE] =' '	[X_LINT_TWO] =' \
		>"$scratch/tree/devices/x/lints.c"
	echo '	.lints = { x_lints, base_lints },' >"$scratch/tree/devices/x/about.c"
	[ -z "$2" ] || sed -i "$3" "$scratch/tree/devices/x/$2"
	out=$(check "$scratch/tree" | sort)
	[ "$out" = "$1" ] && return
	printf 'self-test: want "%s", got "%s"\n' "$1" "$out"
	failed=1
}

self_test() {
	failed=0
	scratch=$(mktemp -d) || exit 2
	trap 'rm -rf "$scratch"' EXIT
	seeded '' ''
	seeded 'devices/x/lints.h: no struct device_about names x_lints' about.c s/x_lints,//
	seeded 'devices/x/lints.h: X_LINT_ONE has no row in its list' lints.c /ONE/d
	seeded 'devices/x/about.c: mine is no list that a header declares' about.c \
		'1i static const struct lint_desc mine = { NULL, "mine" };'
	seeded $'devices/x/lints.c: x_lints is no list that a header declares\nlints.sh: no lists found' lints.h /extern/d
	exit "$failed"
}

case ${1-} in
--self-test) self_test ;;
'' | -*)
	echo "usage: lints.sh [--self-test] ROOT" >&2
	exit 2
	;;
esac
check "$1"
