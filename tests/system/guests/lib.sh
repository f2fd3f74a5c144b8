# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by the tests of foreign kernels.

# The exit status that ctest counts as skipped (SKIP_RETURN_CODE).
readonly SKIPPED=77

fail() {
	printf 'FAIL: %s\n' "$*" >&2
	exit 1
}

# need FILE...: skip the test when a foreign kernel was not fetched.
need() {
	local file
	for file in "$@"; do
		[ -r "$file" ] && continue
		printf 'SKIP: %s is missing (./dev guests)\n' "$file"
		exit "$SKIPPED"
	done
}

# stat_of KEY FILE: the value of a top-level key of --stats output.
stat_of() {
	sed -nE "s/^[[:space:]]*\"$1\":[[:space:]]*\"?([^\",]*)\"?,?[[:space:]]*\$/\\1/p" "$2" | head -n 1
}

# A temporary folder. bimetal's messages are in it: the test fails if they have a lint that `bimetal explain` does
# not know.
scratch=$(mktemp -d)
finish() {
	local status=$?
	if grep -ahs 'a bug of bimetal' "$scratch"/* >&2; then status=1; fi
	rm -rf "$scratch"
	exit "$status"
}
trap finish EXIT
