#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# header_examples.sh INSTALLED COMPILER: each installed header has an example in its comments, the lines
# behind " *" and a tab, and it compiles as it stands there behind an #include of the header alone.
# Examples are a kernel's, but for those of the host's accessors, of twin.h, which has both worlds, and of the
# headers for models and boards.
set -euo pipefail
installed=$1 compiler=$2
# shellcheck source=tests/system/package/lib.sh
. "$(dirname "$0")/lib.sh"
need "$compiler"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
use "$installed"
mkdir "$work"/{host,model,metal64,metal32}
models='harness/machine/include/bimetal/board.h harness/machine/include/bimetal/model.h'

# twin_world.h is part of twin.h, portio_world.h of portio.h. bimetal/io.h and its like are second names.
for header in $(installed_headers "$installed" | grep -vE '_world\.h|io/[a-z]+/bimetal/') $models; do
	path=$installed/share/bimetal/$header
	if ! grep -qE '^ \*'$'\t' "$path"; then
		fail "$header has no example"
		continue
	fi
	case $header in
	*/io/host/*) worlds=host ;;
	harness/machine/*) worlds=model ;;
	*/twin.h) worlds="host metal64" ;;
	*) worlds="metal64 metal32" ;;
	esac
	for world in $worlds; do
		# Other lines become empty: errors have the header's line numbers.
		printf '%s\n#line 1 "%s"\n%s\n' "$(include "$header")" "$header" \
			"$(sed -E '/^ \*\t/!s/.*//; s/^ \*\t//; s:\*/$::' "$path")" \
			>"$work/$world/$(tr / _ <<<"${header%.h}").c"
	done
done
for world in host model metal64 metal32; do
	read -ra cflags < <(flags "$installed" $world)
	(cd "$work/$world" && "$compiler" -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-unused-function -c \
		"${cflags[@]}" ./*.c) || fail "an example does not compile for $world"
done
[ "$faults" = 0 ]
