# SPDX-License-Identifier: MIT
# Sourced by the tests here: faults are told and counted, and the last line is `[ "$faults" = 0 ]`.
# shellcheck shell=bash
unset DESTDIR CMAKE_PREFIX_PATH CMAKE_INSTALL_PREFIX PKG_CONFIG_PATH
faults=0

fail() {
	printf '%s\n' "$@"
	faults=$((faults + 1))
}
title() { printf -- '--- %s\n' "$*"; }

# use PREFIX: pkg-config finds what is installed there.
use() {
	PKG_CONFIG_PATH=$(dirname "$(find "$1" -name bimetal.pc)")
	export PKG_CONFIG_PATH
}

# installed_headers PREFIX: those that a user may include, as they are named below share/bimetal.
installed_headers() {
	(cd "$1/share/bimetal" && find . -name '*.h' -path '*/bimetal/*' -o -path './drivers/io/*' -name '*.h') |
		sed 's:^\./::' | sort
}

# included_as HEADER: without the folders of the include path.
included_as() { sed -E 's:^(drivers/include|drivers/io/[a-z]+|harness/twin/[a-z]+)/::' <<<"$1"; }

# include HEADER [ORDER]: the lines that include it. portio.h must be told the order of outb()'s arguments.
include() {
	[ "${1##*/}" != portio.h ] || echo "#define BIMETAL_OUTB_${2-PORT_VALUE}"
	echo "#include \"$(included_as "$1")\""
}

# need COMPILER, or skip.
need() {
	command -v "$1" >/dev/null && return 0
	echo "SKIP: no $1 here"
	exit 77
}

# flags PREFIX host|metal64|metal32: what compiles for it, as pkg-config and Bimetal.cmake have it.
flags() {
	local share=$1/share/bimetal
	case $2 in
	host) pkg-config --cflags bimetal-twin ;;
	metal64) echo -m64 -mno-red-zone ;;&
	metal32) echo -m32 ;;&
	metal*) echo -ffreestanding -fno-pic -mgeneral-regs-only -isystem "$share/drivers/include" \
		-isystem "$share/drivers/io/metal" -isystem "$share/harness/twin/include" \
		-isystem "$share/harness/twin/metal" ;;
	esac | xargs
}
