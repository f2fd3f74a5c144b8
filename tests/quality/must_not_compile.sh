#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# must_not_compile.sh COMPILER ROOT: checks that the compiler refuses each file of must_not_compile/, for the
# host and for the metal, with the message after "wanted:"; and accepts it without its line marked "refused".
set -euo pipefail
compiler=$1 root=$2
if ! command -v "$compiler" >/dev/null; then
	echo "SKIP: no $compiler here"
	exit 77
fi
here=$root/tests/quality/must_not_compile
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags=(-std=gnu11 -Wall -Wextra -Werror -c -o /dev/null -I"$root"
	-I"$root/drivers/include")

faults=0
fail() {
	echo "$1"
	faults=$((faults + 1))
}
for world in host metal; do
	for file in "$here"/*.c; do
		name="$(basename "$file") for the $world"
		wanted=$(sed -n 's:^/\* wanted\: \(.*\) \*/$:\1:p' "$file")
		[ -n "$wanted" ] || { fail "$name says not what is wanted"; continue; }
		if "$compiler" "${flags[@]}" -I"$root/drivers/io/$world" "$file" 2>"$out/errors"; then
			fail "$name compiles"
		elif ! grep -qE "error: .*($wanted)" "$out/errors"; then
			fail "$name is refused for another reason: $(cat "$out/errors")"
		fi
		grep -v '/\* refused \*/$' "$file" >"$out/sound.c"
		"$compiler" "${flags[@]}" -I"$root/drivers/io/$world" "$out/sound.c" ||
			fail "$name does not compile without the line that is to be refused"
	done
done
[ "$faults" = 0 ]
