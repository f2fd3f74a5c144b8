#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# must_not_compile.sh COMPILER ROOT: each file of must_not_compile/ is refused, for the host and for
# the metal, with the words that it wants; and is fine without its line marked "refused". It may say
# that it is for one of the worlds, and flags.
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
# says FILE WHAT: the rest of its line "WHAT: ..."
says() { sed -n "s:^/\* $2\: \(.*\) \*/\$:\1:p" "$1"; }

for world in host metal; do
	for file in "$here"/*.c; do
		name="$(basename "$file") for the $world"
		wanted=$(says "$file" wanted)
		[ -n "$wanted" ] || { fail "$name says not what is wanted"; continue; }
		only=$(says "$file" world)
		[ -z "$only" ] || [ "$only" = $world ] || continue
		read -ra own < <(says "$file" flags) || true
		if "$compiler" "${flags[@]}" "${own[@]}" -I"$root/drivers/io/$world" "$file" 2>"$out/errors"; then
			fail "$name compiles"
		elif ! grep -qE "error: .*($wanted)" "$out/errors"; then
			fail "$name is refused for another reason: $(cat "$out/errors")"
		fi
		grep -v '/\* refused \*/$' "$file" >"$out/sound.c"
		"$compiler" "${flags[@]}" "${own[@]}" -I"$root/drivers/io/$world" "$out/sound.c" ||
			fail "$name does not compile without the line that is to be refused"
	done
done
[ "$faults" = 0 ]
