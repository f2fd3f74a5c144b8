#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sides.sh RUN.SH KERNEL: what the sides of a twin test on the metal and under QEMU say. Scripts stand for
# bimetal and QEMU: they report what this test wants.
set -euo pipefail
run=$1 kernel=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0

# A stand-in for QEMU: report number N of $work/report.1, .2, .3, or the last there is.
cat >"$work/qemu" <<'TEXT'
#!/usr/bin/env bash
here=$(dirname "$0")
n=$(($(cat "$here/n") + 1))
echo "$n" >"$here/n"
[ -e "$here/report.$n" ] || n=1
for word; do
	case $word in file,id=report,path=*) cp "$here/report.$n" "${word#*path=}" ;; esac
done
! grep -qx HANG "$here/report.$n" || exit 124 # as timeout(1) says it
TEXT
chmod +x "$work/qemu"

# says STATUS TEXT REPORT...: the side ends so, and says exactly this, when QEMU reports these.
says() {
	local status=0 said want=$2 wanted=$1 n=0
	shift 2
	rm -f "$work"/report.*
	echo 0 >"$work/n"
	for report; do
		n=$((n + 1))
		printf '%b' "$report" >"$work/report.$n"
	done
	said=$(TWIN_TRACES=$work TWIN_STIMULI='' QEMU=$work/qemu "$run" qemu suite name "$kernel" 2>&1) || status=$?
	[ "$status" = "$wanted" ] || { echo "exit code $status, not $wanted: $said"; faults=$((faults + 1)); }
	[ "$said" = "$(printf '%b' "$want")" ] || { echo "it says: $said, not: $want"; faults=$((faults + 1)); }
}

says 0 '' 'BEGIN\nEND\n'
says 0 '' 'BEGIN\nEXIT 5\n'
says 1 'suite.name: a.c:1: x\n... in each of 3 tries' 'BEGIN\nFAIL a.c:1: x\nEND\n'
says 0 '' 'BEGIN\nFAIL a.c:1: late\nEND\n' 'BEGIN\nEND\n'
says 1 'suite.name: x\n... in try 1\nsuite.name: y\n... in try 2\nsuite.name: x\n... in try 3' \
	'BEGIN\nFAIL x\nEND\n' 'BEGIN\nFAIL y\nEND\n' 'BEGIN\nFAIL x\nEND\n'
says 1 'suite.name: at 0x5: exception 6\n... in each of 3 tries' 'BEGIN\nFAULT 0x5 exception 6\nEND\n'
says 1 'suite.name: the test did not begin\n... in each of 3 tries' ''
says 1 'suite.name: the machine was reset or switched off\n... in each of 3 tries' 'BEGIN\n'
# What takes a minute is not tried again.
late='suite.name: the test did not end within 60 s: an endless loop?'
says 1 "$late" 'BEGIN\nHANG\n'
[ "$(cat "$work/n")" = 1 ] || { echo "a test that does not end is tried $(cat "$work/n") times"; faults=$((faults + 1)); }
says 1 "suite.name: x\n... in try 1\n$late\n... in try 2" 'BEGIN\nFAIL x\nEND\n' 'BEGIN\nHANG\n'
# A stand-in for bimetal: it says what stands in the kernel, and fails if that is something.
cat >"$work/bimetal" <<'TEXT'
#!/usr/bin/env bash
while [ "$1" != suite.name ]; do kernel=$1; shift; done
cat "$kernel"
[ ! -s "$kernel" ]
TEXT
chmod +x "$work/bimetal"

# metal STATUS TEXT KERNEL...: as says(), with these texts in the kernels.
metal() {
	local status=0 said want=$2 wanted=$1 n=0
	shift 2
	for text; do
		n=$((n + 1))
		printf '%b' "$text" >"$work/kernel-$n"
		set -- "${@:2}" "$work/kernel-$n"
	done
	said=$(TWIN_TRACES=$work TWIN_STIMULI='' BIMETAL=$work/bimetal "$run" metal suite name "$@" 2>&1) || status=$?
	[ "$status" = "$wanted" ] || { echo "exit code $status, not $wanted: $said"; faults=$((faults + 1)); }
	[ "$said" = "$(printf '%b' "$want")" ] || { echo "it says: $said, not: $want"; faults=$((faults + 1)); }
}

metal 0 '' '' ''
metal 1 'kernel-1:\na: x\nkernel-2: the same\nkernel-3:\na: y' 'a: x\n' 'a: x\n' 'a: y\n'
metal 1 'kernel-2:\na: x' '' 'a: x\n' ''
metal 1 'kernel-1:\na: b.c:1: stopped at 0x5: HLT at 0x4 with x\nkernel-2: the same\nkernel-3:\na: b.c:2: stopped at 0x5: HLT at 0x4 with x' \
	'a: b.c:1: stopped at 0x5: HLT at 0x4 with x\n' 'a: b.c:1: stopped at 0x1f: HLT at 0x1e with x\n' \
	'a: b.c:2: stopped at 0x5: HLT at 0x4 with x\n'
late='a: b.c:1: the test did not end within 60 s of virtual time'
metal 1 "kernel-1:\n$late\n... the other kernels did not run" "$late" 'a: y'
[ "$faults" = 0 ]
