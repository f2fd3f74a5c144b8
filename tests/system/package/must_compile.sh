#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# must_compile.sh INSTALLED COMPILER: a kernel with names of its own (must_compile.c) compiles with each
# installed header that it may include, for the host and for the metal; headers of its own named as ours are not
# found by ours. Headers for models it cannot include.
set -euo pipefail
installed=$1 compiler=$2
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/system/package/lib.sh
. "$here/lib.sh"
need "$compiler"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
use "$installed"

for outb in PORT_VALUE VALUE_PORT; do
	for header in $(installed_headers "$installed" | grep -v /host/ | grep -v twin); do
		include "$header" $outb
	done >"$work/headers.h"
	for world in host metal64 metal32; do
		read -ra cflags < <(flags "$installed" $world)
		for order in FIRST LAST; do
			"$compiler" -std=gnu11 -Wall -Wextra -Werror -c -o /dev/null -DHEADERS_$order \
				-I"$work" "${cflags[@]}" "$here/must_compile.c" ||
				fail "for $world, our headers $order, outb() by $outb"
		done
	done
done

# Kernels have headers named as our accessors. No header of ours finds them, whatever comes first in the path.
mkdir "$work/kernel"
for name in io dma linear msr wait x86_cpu; do
	echo "#error $name.h of the kernel" >"$work/kernel/$name.h"
done
for world in host metal64 metal32; do
	read -ra cflags < <(flags "$installed" $world)
	installed_headers "$installed" | grep '/bimetal/' | while read -r header; do include "$header"; done |
		sort -u >"$work/ours.c"
	for folder in -I -iquote; do
		"$compiler" -std=gnu11 -Wall -Wextra -Werror -fsyntax-only $folder "$work/kernel" "${cflags[@]}" \
			"$work/ours.c" ||
			fail "for $world, a kernel's header is found by $folder"
	done
done

for world in host metal64 metal32; do
	read -ra cflags < <(flags "$installed" $world)
	for header in bimetal/model.h bimetal/board.h emu/model.h devices/pci/host.h; do
		! "$compiler" -fsyntax-only -xc "${cflags[@]}" - <<<"#include \"$header\"" 2>/dev/null ||
			fail "for $world, a driver finds $header"
	done
done
[ "$faults" = 0 ]
