# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Shared by the scripts of this folder: a temporary copy of the tree to put faults into, its build, and the tests
# of each source. To be sourced; sets scratch, tree and build; needs root, here and options.

scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
# shellcheck disable=SC2034 # read by who sources this
tree=$scratch/tree build=$scratch/build

die() {
	echo "mutants: $*" >&2
	exit 2
}

die_of_log() { # ARGUMENTS of die
	cat "$scratch/log"
	die "$@"
}

# No error for unused things: a fault may cause them, but that is not the test.
copy_tree() {
	mkdir "$tree"
	tar -C "$root" --exclude=./.git --exclude='./build*' --exclude=./out --exclude=./guests -cf - . |
		tar -C "$tree" -xf - || die "cannot copy $root"
	find "$tree" \( -name '*.cmake' -o -name CMakeLists.txt \) -exec sed -i 's/-Werror//' {} +
}

configure() { # CMAKE OPTIONS beside the caller's
	cmake -S "$tree" -B "$build" -G Ninja "$@" "${options[@]}" >"$scratch/log" 2>&1 || die_of_log "cannot configure"
}

# Options that make building and running fast together.
configure_plain() {
	configure -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS='-O2 -w' -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=gold
}

build_targets() { ninja -C "$build" "$@" >"$scratch/log" 2>&1; }

# The object code of a source: a fault that does not change it is none.
code_of() { find "$build" -path "*.dir/${1#*/}.o" -exec md5sum {} + | cut -d" " -f1; }

# The change of a fault, without line numbers: "- old + new".
change() {
	diff "$scratch/original" "$1" | sed -nE 's/^< \s*/- /p; s/^> \s*/+ /p' | paste -sd' '
}

# The line of survivors.txt for this fault.
reason_of() { # FILE KIND CHANGE
	grep -F -m1 -- "$1|$2|$3|" "$here/survivors.txt"
}

# The tests of a source by subjects.txt, separated by commas.
tests_of() { # FILE
	local globs list
	while IFS='|' read -r globs list; do
		[[ -z $globs || $globs == '#'* ]] && continue
		# shellcheck disable=SC2053 # the left side is a pattern
		if [[ $1 == $globs ]]; then echo "$list"; return; fi
	done <"$here/subjects.txt"
	die "$1: no tests in subjects.txt"
}

# Prints the share K of M, counted from 0, of about one of N mechanical faults: FILE|LINE|KIND|EDIT.
mechanical_faults() { # N K/M FILE...
	local n=$1 share=$2
	shift 2
	(cd "$root" && awk -v n="$n" -f "$here/generate.awk" "$@") |
		awk -v k="${share%/*}" -v m="${share#*/}" 'NR % m == k'
}
