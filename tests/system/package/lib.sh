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

# installed_headers PREFIX: those that a driver or its test may include, as they are named below share/bimetal.
installed_headers() {
	(cd "$1/share/bimetal" && find . -name '*.h' -path '*/bimetal/*' -o -path './drivers/io/*' -name '*.h') |
		sed 's:^\./::' | grep -v '^harness/machine/' | sort
}

# model_headers SOURCE: those for models and boards, below share/bimetal and the source folder alike.
model_headers() { cmake -DMODEL_HEADERS_OF="$1" -P "$1/cmake/ModelHeaders.cmake" 2>&1 | sort; }

# included_as HEADER: without the folders of the include path.
included_as() { sed -E 's:^(drivers/include|drivers/io/[a-z]+|harness/(twin|machine)/[a-z]+)/::' <<<"$1"; }

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

# flags PREFIX host|model|metal64|metal32: what compiles for it, as pkg-config and Bimetal.cmake have it.
flags() {
	local share=$1/share/bimetal
	case $2 in
	host) pkg-config --cflags bimetal-twin ;;
	model) echo -isystem "$share" -isystem "$share/harness/machine/include" ;;
	metal64) echo -m64 -mno-red-zone ;;&
	metal32) echo -m32 ;;&
	metal*) echo -ffreestanding -fno-pic -mgeneral-regs-only -isystem "$share/drivers/include" \
		-isystem "$share/drivers/io/metal" -isystem "$share/harness/twin/include" \
		-isystem "$share/harness/twin/metal" ;;
	esac | xargs
}

# ---- pages whose code blocks are a project ----

# extract PAGE TO: each block that begins with ```LANGUAGE FILE is that file, or its next piece.
extract() {
	awk -v to="$2/" '/^```$/ { file = ""; next }
		/^```[a-z]+ / { file = to $2; printf "%s", known[file]++ ? "\n" : "" >file; n++; next }
		file { print >file }
		END { exit n == 0 }' "$1" || fail "no files in $1"
}

# tests [OPTION of ctest]...: configure, build and test ./project in ./built; the output is in $said. Set before:
# generator, cc, installed, type (of the build, may be empty).
tests() {
	# shellcheck disable=SC2154
	said=$({ cmake -G "$generator" -S project -B built -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE="$type" \
		-DCMAKE_PREFIX_PATH="$installed" && cmake --build built &&
		ctest --test-dir built --output-on-failure --no-tests=error "$@"; } 2>&1)
}

# seeded FILE SED-COMMAND MARK TEST NATIVE METAL: with this change both sides of TEST name the line of FILE
# that then has MARK, and say these words. MARK may be empty: no line is named.
seeded() {
	local line='' side words
	cp "project/$1" kept
	sed -i "$2" "project/$1"
	! cmp -s kept "project/$1" || fail "$2 changes nothing in $1"
	[ -z "$3" ] || line=$1:$(grep -nF "$3" "project/$1" | cut -d: -f1)
	for side in native metal; do
		words=$5
		[ $side = native ] || words=$6
		if tests -R "^twin\.$4\.$side\$"; then
			fail "$2: $4 passes on side $side"
		elif ! grep -F -e "$line" <<<"$said" | grep -qE -e "$words"; then
			fail "$2: $line is not told on side $side with: $words" "$said"
		fi
	done
	mv kept "project/$1"
}
