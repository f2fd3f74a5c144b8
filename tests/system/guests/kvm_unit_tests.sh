#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Prints a table of the results of kvm-unit-tests, built elsewhere and unmodified, here and under QEMU's TCG, with one CPU.
# usage: kvm_unit_tests.sh [--qemu PROGRAM|none] [--limit SECONDS] BIMETAL [DIR [TEST...]]
#   DIR     where they were built (./configure --arch=x86_64 && make); TEST: names of its
#           x86/unittests.cfg, by default all that are not marked to be skipped
# Each line: passed/failed/skipped cases and how it ended, for both. Exit 1 if bimetal does worse in
# any test that is not named in kvm_unit_tests.known, 77 if there is no DIR.
set -u -o pipefail

readonly BENCHMARK_LIMITS=10
qemu=qemu-system-x86_64
limit=60
while [[ ${1-} == --* ]]; do
	case $1 in
	--qemu) qemu=$2 ;;
	--limit) limit=$2 ;;
	*) echo "kvm_unit_tests.sh: unknown option $1" >&2; exit 2 ;;
	esac
	shift 2
done
bimetal=${1-}
dir=${2-}
[[ -n $bimetal ]] || { sed -n '4,8s/^# //p' "$0" >&2; exit 2; }
if [[ -z $dir || ! -f $dir/x86/unittests.cfg ]]; then
	echo "SKIPPED: no kvm-unit-tests in '${dir}': fetch and build them, and give their folder"
	exit 77
fi
shift 2
known=$(dirname "$0")/kvm_unit_tests.known
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[[ $qemu == none ]] || command -v "$qemu" >/dev/null || {
	echo "$qemu is not installed: only bimetal is tested"
	qemu=none
}

# The tests of the configuration, a line each: name, image, groups, vendor, memory, arguments.
list() {
	awk '
	function out() {
		if (name == "" || file == "") return
		print name "|" file "|" groups "|" vendor "|" memory "|" removed "|" args
	}
	/^\[/ { out(); name = substr($0, 2, index($0, "]") - 2)
		file = groups = args = removed = ""; vendor = "amd"; memory = "128M"; next }
	/^[a-z_]+ *=/ {
		key = $0; sub(/ *=.*/, "", key)
		value = $0; sub(/^[a-z_]+ *= */, "", value)
		if (key == "file") file = value
		if (key == "groups") groups = value
		if (key == "test_args") { gsub(/^["\047]|["\047]$/, "", value); args = value }
		if (key == "qemu_params") {
			if (value ~ /vendor=GenuineIntel/) vendor = "intel"
			n = split(value, part, ",")
			for (i = 1; i <= n; i++) {
				sub(/ .*/, "", part[i])
				if (part[i] ~ /^-[a-z0-9_.]+$/) removed = removed "," part[i]
			}
			if (match(value, /-m [0-9]+[gG]?/)) {
				memory = substr(value, RSTART + 3, RLENGTH - 3)
				if (memory !~ /[gG]/) memory = memory "M"
			}
		}
	}
	END { out() }' "$dir/x86/unittests.cfg"
}

# judge LOG STATUS: prints "passed/failed/skipped end". The tests exit by port 0xf4, with a status of twice
# their verdict plus one.
judge() {
	local p f s end
	p=$(grep -ac '^PASS' "$1")
	f=$(grep -ac '^FAIL' "$1")
	s=$(grep -ac '^SKIP' "$1")
	case $2 in
	1) end=pass ;;
	3) end=fail ;;
	77 | 155) end=skip ;;
	124 | 137) end=time ;;
	127) end=crash ;; # their abort()
	*) end="exit $2" ;;
	esac
	grep -qa 'Unhandled' "$1" && end="crash"
	echo "$p/$f/$s $end"
}

under_qemu() { # IMAGE LOG VENDOR MEMORY ARGS
	local cpu=qemu64
	[[ $3 == intel ]] && cpu=qemu64,vendor=GenuineIntel
	timeout -k 2 "$limit" "$qemu" -nodefaults -no-reboot -display none -serial stdio -accel tcg \
		-M pc -cpu "$cpu" -smp 1 -m "$4" -device pc-testdev \
		-device isa-debug-exit,iobase=0xf4,iosize=4 \
		-kernel "$1" ${5:+-append "$5"} >"$2" 2>&1 </dev/null
}

# The features of a list ",-x,-y" that our CPU can lack.
ours() {
	local f
	for f in ${1//,/ }; do
		[[ " $features " == *" ${f#-} "* ]] && printf ',%s' "$f"
	done
}

under_bimetal() { # IMAGE LOG CPU MEMORY ARGS
	timeout -k 5 $((limit + 5)) "$bimetal" run --machine pc --cpu "$3" -m "$4" --device pc-testdev \
		--serial stdio --qemu-exit --lint off --wall-limit "${limit}s" \
		${5:+--append "$5"} "$1" >"$2" 2>"$2.err" </dev/null
	local status=$?
	grep -qa 'wall' "$2.err" && grep -qa 'limit' "$2.err" && status=124
	return $status
}

# contradicted OURS THEIRS (logs): does a case fail here but pass there?
contradicted() {
	comm -12 <(grep -a '^FAIL: ' "$1" | cut -c7- | sort -u) \
		<(grep -a '^PASS: ' "$2" | cut -c7- | sort -u) | grep -qa .
}

# worse OURS THEIRS (verdicts): did we pass fewer cases, fail one that they pass, fail more although they ran to
# the end, or end badly where they did not? A failure after the place where they stopped does not count.
worse() {
	local op of oe tp tf te
	IFS='/ ' read -r op of _ oe <<<"$1"
	IFS='/ ' read -r tp tf _ te <<<"$2"
	((op < tp)) && return 0
	contradicted "$scratch/b" "$scratch/q" && return 0
	case $te in
	pass | fail | skip) ((of > tf)) && return 0 ;;
	esac
	case $oe in
	pass | skip) return 1 ;;
	esac
	[[ $te == pass || $te == skip ]]
}

features=$("$bimetal" run --cpu +no-such-feature /dev/null 2>&1 | sed -n 's/.* with: *//p')
[[ $features == *rdtscp* ]] || { echo "kvm_unit_tests.sh: $bimetal does not list its CPU features" >&2; exit 2; }
base_limit=$limit
printf '%-42s %-26s %-26s\n' 'test (passed/failed/skipped)' "QEMU" bimetal
bad=0
unneeded=
while IFS='|' read -r name file groups vendor memory removed args; do
	[[ -f $dir/x86/$file ]] || continue
	if (($#)); then
		[[ " $* " == *" $name "* ]] || continue
	elif [[ " $groups " == *" nodefault "* ]]; then
		continue
	fi
	# These benchmarks go on until a loop has taken 2^30 ticks, which are instructions here.
	limit=$base_limit
	[[ " $groups " == *" vmexit "* ]] && limit=$((base_limit * BENCHMARK_LIMITS))
	args=$(eval echo "\"${args//\"/}\"")
	theirs='-'
	if [[ $qemu != none ]]; then
		under_qemu "$dir/x86/$file" "$scratch/q" "$vendor" "$memory" "$args"
		theirs=$(judge "$scratch/q" $?)
	fi
	under_bimetal "$dir/x86/$file" "$scratch/b" "$vendor$(ours "$removed")" "$memory" "$args"
	ours=$(judge "$scratch/b" $?)
	note=
	if [[ $theirs != - ]] && worse "$ours" "$theirs"; then
		note='<- worse'
		if [[ -f $known ]] && grep -q "^$name:" "$known"; then
			note="known: $(sed -n "s/^$name: *//p" "$known")"
		else
			bad=1
		fi
	elif [[ $theirs != - && -f $known ]] && grep -q "^$name:" "$known"; then
		unneeded+=" $name"
	fi
	printf '%-42s %-26s %-26s %s\n' "$name" "$theirs" "$ours" "$note"
	if [[ -n ${KEEP-} ]]; then
		mkdir -p "$KEEP"
		[[ $qemu == none ]] || cp "$scratch/q" "$KEEP/$name.qemu"
		cp "$scratch/b" "$KEEP/$name.bimetal"
		cp "$scratch/b.err" "$KEEP/$name.err"
	fi
done < <(list)
[[ -z $unneeded ]] || echo "not worse, though kvm_unit_tests.known has them:$unneeded"
exit $bad
