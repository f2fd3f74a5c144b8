#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# --verify: its messages, the files that only the first run writes, and that every run has the same inputs.
# Differences are tested in tests/unit/command/test_verify.c, as no guest can cause one.
# usage: verify.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

flat --verify 3 hello && wants 0 '3 more runs \(1 plain, 1 traced, 1 stepped\), all equal to the first: digest [0-9a-f]{32}$'
says H
flat --verify 1 hello && wants 0 '1 more run \(1 plain\), all equal'
flat --verify stepped,plain,stepped hello && wants 0 '3 more runs \(1 plain, 2 stepped\), all equal'
flat --step --verify plain hello && wants 0 'all equal'
flat --verify 2 --quiet hello && wants 0 && says H
[ ! -s "$scratch/err" ] || complain "--quiet is not quiet"

# The exit code is that of the run, and reports and lints are printed once.
flat --verify 3 fail && wants 1 'all equal'
flat --verify 3 halt && wants 6 'all equal'
flat --verify 3 --max-time 1ms spin && wants 4 'all equal'
flat --verify 3 triple && wants 5 'all equal'
[ "$(grep -c 'crash: triple fault' "$scratch/err")" = 1 ] || complain "more than one crash report"
flat --verify 3 --on-reset reboot --max-time 1s triple && wants 4 'all equal'
image reserved '\xb0\xff\x66\xba\xf9\x03\xee\xb0\x10\xe6\xf4\xf4' # mov al, -1; mov dx, 0x3f9; out dx, al
flat --verify 3 --lint error reserved && wants 3 'all equal'
[ "$(grep -c 'error: uart16550.IER.reserved' "$scratch/err")" = 1 ] || complain "a lint is reported twice"
printf 'wait serial /H/\nquit\n' >"$scratch/script"
flat --verify 3 --script "$scratch/script" --expect H hello && wants 0 'all equal'

# Only the first run writes files.
flat --verify 3 --serial "$scratch/serial" --trace "$scratch/trace" --stats "$scratch/stats" \
	--screen-text "$scratch/text" --screenshot "$scratch/screen.png" hello && wants 0 'all equal'
[ "$(cat "$scratch/serial")" = H ] || complain "the serial output is not that of one run"
[ "$(grep -c 'com1.THR' "$scratch/trace")" = 1 ] || complain "the trace is not that of one run"
[ -s "$scratch/screen.png" ] || complain "no picture"
grep -q "$(sed -n 's/.*"digest": "\(.*\)".*/\1/p' "$scratch/stats")" "$scratch/err" ||
	complain "the statistics have another digest"
flat --verify 2 --trace - --serial none hello && wants 0 'all equal'
[ "$(grep -c 'com1.THR' "$scratch/out")" = 1 ] || complain "the trace on standard output is not that of one run"

# A disk that the guest writes to: mov ax, 0x0301; mov bx, 0x7c00; mov cx, 2; mov dh, 0; int 0x13 (sector 1
# becomes a copy of sector 0); mov al, 0x10; adc al, ah; out 0xf4, al
image writes '\xb8\x01\x03\xbb\x00\x7c\xb9\x02\x00\xb6\x00\xcd\x13\xb0\x10\x10\xe0\xe6\xf4\xf4'
truncate -s 4096 "$scratch/writes"
printf '\x55\xaa' | dd of="$scratch/writes" bs=1 seek=510 conv=notrunc status=none
cp "$scratch/writes" "$scratch/before"
run --verify 3 --disk "$scratch/writes,write" && wants 0 'writes is not changed'
wants 0 'all equal'
cmp "$scratch/writes" "$scratch/before" || complain "--verify wrote to a disk"
run --verify 3 --disk "$scratch/writes" && wants 0 'all equal'
! grep -q 'is not changed' "$scratch/err" || complain "a snapshot needs no such message"

# Inputs that can be read only once are refused, before anything runs.
run --verify 2 --boot flat <(cat "$scratch/hello") && wants 2 'not a regular file, so the next run could not read it again'
says ''
flat --verify 2 --script /dev/stdin hello && wants 2 '/dev/stdin: not a regular file'
run --verify 2 /no/such/image && wants 2 '/no/such/image'

# A signal ends it: stepping this takes minutes. (In the foreground timeout sends one signal, otherwise two, and the
# second one kills.)
status=0
timeout --foreground -s INT -k 20 4 "$bimetal" run --boot flat --max-time 30ms --verify 99 "$scratch/spin" \
	</dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
[ "$status" = 124 ] || complain "exit code $status after a signal"
grep -q 'a signal ended it before all runs were compared' "$scratch/err" ||
	complain "the signal is not reported"
finish
