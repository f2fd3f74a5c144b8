#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# header_examples.sh INSTALLED COMPILER: each installed header has an example in its comments, the lines
# behind " *" and a tab, and it compiles as it stands there behind an #include of the header alone.
# Examples are a kernel's, but for those of the host's accessors and of twin.h, which has both worlds.
set -euo pipefail
installed=$1 compiler=$2
. "$(dirname "$0")/lib.sh"
need "$compiler"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
use "$installed"

# twin_world.h is part of twin.h.
for header in $(installed_headers "$installed" | grep -v 'twin_world\.h'); do
	source=$work/$(tr / _ <<<"${header%.h}").c
	path=$installed/share/bimetal/$header
	{
		printf '#include "%s"\n#line 1 "%s"\n' "$(included_as "$header")" "$header"
		# Other lines become empty: errors have the header's line numbers.
		sed -E '/^ \*\t/!s/.*//; s/^ \*\t//; s:\*/$::' "$path"
	} >"$source"
	if ! grep -qE '^ \*'$'\t' "$path"; then
		fail "$header has no example"
		continue
	fi
	case $header in
	*/io/host/*) worlds=host ;;
	*/twin.h) worlds="host metal64" ;;
	*) worlds="metal64 metal32" ;;
	esac
	for world in $worlds; do
		read -ra cflags < <(flags "$installed" $world | xargs)
		"$compiler" -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-unused-function -c -o /dev/null \
			"${cflags[@]}" "$source" || fail "the example of $header does not compile for $world"
	done
done
[ "$faults" = 0 ]
