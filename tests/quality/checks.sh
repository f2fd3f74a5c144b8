#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks of the sources without running them: clang-format, the include rules, clang-tidy, cppcheck.
# usage: checks.sh BUILD [FILE...]     uses BUILD's compile commands; without files, checks the whole tree
# For a file that BUILD does not compile (a header, bare-metal code) only the format is checked, as
# clang-tidy does not know its flags.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
build=$1
shift
database=$build/compile_commands.json
[ -r "$database" ] || { echo "checks.sh: $database: not there; configure $build first" >&2; exit 2; }

whole=$(($# == 0))
files=("$@")
[ "$whole" = 0 ] || mapfile -t files < <(git ls-files -- '*.c' '*.h')
[ ${#files[@]} -gt 0 ] || exit 0
jobs=$(nproc)

# The files that are compiled, each once.
compiled() {
	printf '%s\n' "${files[@]}" | sort | comm -12 - \
		<(grep -oE '"file": "[^"]+"' "$database" | cut -d'"' -f4 | sed "s:^$PWD/::" | sort -u)
}

step() { # NAME COMMAND...
	local name=$1 began=$SECONDS
	shift
	"$@"
	printf -- '--- %s: %d s\n' "$name" $((SECONDS - began))
}

format() {
	printf '%s\n' "${files[@]}" | xargs clang-format --dry-run --Werror && return
	echo "checks.sh: run clang-format -i on these files" >&2
	return 1
}

tidy() {
	compiled | xargs -r -P "$jobs" -n 4 clang-tidy -p "$build" --quiet \
		2> >(grep -v "warnings\\? generated" >&2)
}

check() {
	local only=()
	[ "$whole" = 1 ] || mapfile -t only < <(compiled | sed 's/^/--file-filter=/')
	[ "$whole" = 1 ] || [ ${#only[@]} -gt 0 ] || return 0
	cppcheck --project="$database" "${only[@]}" --library=.ci/criterion.cfg \
		--std=c11 --platform=unix64 --enable=warning,performance,portability \
		--inline-suppr --suppressions-list=.ci/cppcheck-suppressions -i build \
		-j "$jobs" --error-exitcode=1 --quiet
}

step "format" format
step "who includes whom" tests/quality/includes.sh .
step "clang-tidy" tidy
step "cppcheck" check
