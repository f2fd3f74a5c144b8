#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Which tests find a faulty driver: ours, and the same twin tests under QEMU?
#
#   beside_qemu.sh [-n N [-w K/M]] [-o CMAKE_OPTION]... [ROOT [FILTER]]
#
# Tries each of historical/*.patch, or with -n about one of N mechanical faults of drivers that have
# twin tests, and prints a line for each: NAME|OURS|QEMU|FAULT. OURS is the first kind of our tests that
# failed ("unit", "native", "metal", "traces"), QEMU is "qemu" if a twin test failed there; "-" is nothing.
#
#   -w K/M   of mechanical faults every M-th, from the K-th, counted from 0
#   FILTER   only faults whose name, or for mechanical ones whose file, contains this text
#
# Unless the fault stops its machine, QEMU finds only faults that show in the results of the driver.
# Exit status: 0 our tests found every fault, 1 they did not, 2 a fault could not be tried.
set -u

readonly SECONDS_FOR_A_TEST=60 # a fault that hangs its test is caught
options=() mechanical='' share=0/1
while getopts n:w:o: opt; do
	case $opt in
	n) mechanical=$OPTARG ;;
	w) share=$OPTARG ;;
	o) options+=("$OPTARG") ;;
	*)
		echo "usage: beside_qemu.sh [-n N [-w K/M]] [-o CMAKE_OPTION]... [ROOT [FILTER]]" >&2
		exit 2
		;;
	esac
done
shift $((OPTIND - 1))
here=$(realpath "$(dirname "$0")")
root=$(realpath "${1:-$here/../../..}")
filter=${2-}
command -v qemu-system-x86_64 >/dev/null || { echo "mutants: qemu-system-x86_64 is not installed" >&2; exit 2; }

# shellcheck source=common.sh
. "$here/common.sh"

passes() { # REGULAR EXPRESSION of tests
	ctest --test-dir "$build" -R "$1" --no-tests=error --stop-on-failure --timeout "$SECONDS_FOR_A_TEST" \
		>"$scratch/log" 2>&1
}

suite_of() { sed -nE 's/^TWIN(_HERE)?\(([a-z0-9_]+),.*/\2/p' "$tree"/tests/*/*/"$1.c" | sort -u | paste -sd'|'; }

# Prints the first kind of our tests that fails.
ours() { # TESTS TWIN SUITES
	local test side
	for test in ${1//,/ }; do
		[[ $test == twin_* ]] && continue
		build_targets "$test" && passes "^$test\$" || { echo unit; return; }
	done
	[ -n "$2" ] || { echo -; return; }
	build_targets "$2" && passes "^twin\.($3)\..*\.native\$" || { echo native; return; }
	build_targets bimetal "$2-kernels" || { echo metal; return; }
	for side in metal traces; do
		passes "^twin\.($3)\..*\.$side\$" || { echo "$side"; return; }
	done
	echo -
}

# Prints "qemu" if a twin test fails there, "-" if none does, nothing if there is no twin test.
qemus() { # TWIN SUITES
	[ -n "$1" ] || return
	build_targets "twin/$1-gcc-O0" || { echo "not built"; return; }
	passes "^twin\.($2)\..*\.qemu\$" && echo - || echo qemu
}

# judge TESTS TWIN: prints which tests fail, as "OURS|QEMU".
judge() {
	local suites=''
	[ -z "$2" ] || suites=$(suite_of "$2")
	echo "$(ours "$1" "$2" "$suites")|$(qemus "$2" "$suites")"
}

# Prints the line of the fault that is now in the tree.
n_caught=0 n_tried=0 n_broken=0
try() { # NAME TESTS TWIN FAULT
	local verdict
	if ! build_targets "${2%%,*}"; then
		[ -n "$mechanical" ] || { echo "does not compile: $1" >&2; n_broken=$((n_broken + 1)); }
		return
	fi
	[ -z "$mechanical" ] || [ "$(code_of "${1%:*}")" != "$code" ] || return
	verdict=$(judge "$2" "$3")
	n_tried=$((n_tried + 1))
	[[ $verdict == '-|'* ]] || n_caught=$((n_caught + 1))
	echo "$1|$verdict|$4"
}

field() { sed -n "s/^$2: //p;/^\$/q" "$1"; }

historical() {
	local patch name
	for patch in "$here"/historical/*.patch; do
		name=$(basename "$patch" .patch)
		[[ $name == *"$filter"* ]] || continue
		patch -s -d "$tree" -p1 <"$patch" || die "$name does not apply"
		try "$name" "$(field "$patch" Tests)" "$(field "$patch" Twin)" "$(field "$patch" Fault)"
		patch -s -R -d "$tree" -p1 <"$patch" || die "$name cannot be taken back"
	done
}

mechanical() {
	local name line kind edit tests twin file reason last='' code=''
	local sources
	sources=$(cd "$root" && printf '%s\n' drivers/*/*.c | grep -F -- "$filter")
	# shellcheck disable=SC2086 # one name is one word
	mechanical_faults "$mechanical" "$share" $sources >"$scratch/faults"
	while IFS='|' read -r name line kind edit; do
		tests=$(tests_of "$name") || exit
		twin=$(grep -oE 'twin_[a-z0-9_]+' <<<"$tests")
		[ -n "$twin" ] || continue
		file=$tree/$name
		[ "$name" = "$last" ] || build_targets "${tests%%,*}" || die_of_log "$name: ${tests%%,*} cannot be built"
		[ "$name" = "$last" ] || code=$(code_of "$name") last=$name
		cp -p "$file" "$scratch/original"
		sed -i -- "$edit" "$file"
		touch "$file"
		reason=$(reason_of "$name" "$kind" "$(change "$file")")
		cmp -s "$file" "$scratch/original" || [[ ${reason##*|} == same:* ]] || try "$name:$line" "$tests" "$twin" "$kind" </dev/null
		cp "$scratch/original" "$file"
		touch "$file"
	done <"$scratch/faults"
}

copy_tree
configure_plain
if [ -n "$mechanical" ]; then
	mechanical
else
	# Without a fault, no test may fail.
	for twin in $(sed -n 's/^Twin: //p' "$here"/historical/*"$filter"*.patch | sort -u); do
		[ "$(judge '' "$twin")" = '-|-' ] || die_of_log "$twin fails without a fault"
	done
	historical
fi
echo "mutants: $n_caught of $n_tried faults were caught" >&2
[ "$n_broken" = 0 ] || die "$n_broken faults could not be tried"
[ "$n_caught" = "$n_tried" ]
