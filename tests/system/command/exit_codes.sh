#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How a guest ends, and the exit code that the shell gets.
# usage: exit_codes.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

flat pass && wants 0 'exited with 0x10'
flat fail && wants 1 'exited with 0x11, which means failure \(--success 0x10\), at'
flat --success 0x11 fail && wants 0
flat --success 1 --success 17 fail && wants 0
flat --success 0x11 pass && wants 1
flat --success 1 --success 2 pass && wants 1 'which means failure \(--success 0x1, 0x2\)'
# No failure is silent.
flat --quiet fail && wants 1 'which means failure'
flat --quiet kbc_reset && wants 1 'the guest reset the machine'
flat --quiet --expect nothing pass && wants 1 "no line matched --expect 'nothing'"
flat --qemu-exit pass && wants 33
flat --qemu-exit fail && wants 35

# Under --lint error a broken rule fails a run, and a note, such as an EOI before any interrupt, does
# not. mov al, 0x20; out 0x20, al; then as pass.
image early_eoi '\xb0\x20\xe6\x20\xb0\x10\xe6\xf4\xf4'
flat --lint error early_eoi && wants 0 'note: i8259a.OCW2.early-eoi'
image reserved '\xb0\xff\x66\xba\xf9\x03\xee\xb0\x10\xe6\xf4\xf4' # mov dx, 0x3f9; out dx, al
flat --lint error reserved && wants 3 'error: uart16550.IER.reserved'
flat --lint warn reserved && wants 0 'warning: uart16550.IER.reserved'
# However many kinds of lints came before, allowed or not: it reads 1000 MSRs that are not there.
# mov ecx, 0x10000000; l: rdmsr; inc ecx; cmp ecx, 0x100003e8; jne l; mov edx, 0x3f9; mov al, 0xf0; out dx, al
many='\xb9\x00\x00\x00\x10\x0f\x32\x41\x81\xf9\xe8\x03\x00\x10\x75\xf5\xba\xf9\x03\x00\x00\xb0\xf0\xee'
image many "$many"'\xb0\x10\xe6\xf4\xf4'
flat --lint error --unknown-msr zero --allow 'cpu.*' many && wants 3 'error: uart16550.IER.reserved'
flat --lint error --unknown-msr zero --allow 'cpu.*' --allow 'uart16550.*' many && wants 0

flat halt && wants 6 'halted'
# 8 is for --verify, and only if a run differs (tests/unit/command/test_verify.c).
flat --verify 3 halt && wants 6 'all equal to the first'
flat --max-time 20ms spin && wants 4 'virtual time limit'
printf '\xeb\xfe' >"$scratch/itself" # jmp . takes no real time: the default limit is 10 virtual minutes
flat --wall-limit 20s itself && wants 4 'virtual time limit.*, at 600\.000000 s'
flat --wall-limit 200ms spin && wants 4 'real time limit'
flat nowhere && wants 5 'crash: jump to an address without memory'
flat triple && wants 5 'crash: triple fault'
grep -q '0000000000100007 .*int3' "$scratch/err" || complain "no disassembly at the fault"
grep -q 'cr0' "$scratch/err" || complain "no registers"
grep -q 'exception #' "$scratch/err" || complain "no exceptions"

flat kbc_reset && wants 1 'reset the machine by'
flat cf9_reset && wants 1 'reset the machine by'
flat --on-reset reboot --max-time 1s --stats "$scratch/stats" kbc_reset && wants 4
grep -Eq '"resets": ([5-9]|1[0-9]),' "$scratch/stats" || complain "one second is some ten resets"
flat --on-reset reboot --max-time 1s triple && wants 4 'virtual time limit \(--max-time\), after 10 resets, at'

flat hello && wants 0 && says H
flat --expect H hello && wants 0
flat --expect '^H$' hello && wants 0
flat --expect J hello && wants 1 "no line matched --expect 'J'"
flat --expect H halt && wants 1
# --expect searches the debug consoles too, wherever their output goes: mov al, 'D'; out 0xe9, al; mov al, 'E'; mov edx, 0x402;
# out dx, al; cli; hlt
image debug '\xb0D\xe6\xe9\xb0E\xba\x02\x04\x00\x00\xee\xfa\xf4'
flat --expect '^DE$' debug && wants 0
flat --expect '^DE$' --debugcon "$scratch/debugcon" --machine isapc debug && wants 0
flat --expect J debug && wants 1
printf 'wait debugcon /D/ timeout 1ms\nwait debugcon /E/ timeout 1ms\ncheck debugcon /^DE$/\nquit\n' >"$scratch/script"
flat --script "$scratch/script" debug && wants 0
printf 'check debugcon /F/\n' >"$scratch/script"
flat --script "$scratch/script" debug && wants 1 '/F/ is not on the debug console'
flat --expect H --max-time 20ms spin && wants 4
flat --expect H triple && wants 5

printf 'wait serial /H/\nquit\n' >"$scratch/script"
flat --script "$scratch/script" hello && wants 0 'script passed'
flat --script "$scratch/script" halt && wants 1 'script:1: the run ended \(halted\)'
grep -q '^bimetal: halted for good: HLT with interrupts off' "$scratch/err" || complain 'no report of the halt'
flat --script "$scratch/script" --max-time 20ms spin && wants 4 'script:1: the run ended \(time-limit\) before /H/ came'
printf 'wait serial /H/ timeout 10ms\n' >"$scratch/script"
flat --script "$scratch/script" --max-time 1s spin && wants 1 'script:1: timed out waiting for /H/'
# A guest that is done needs no more keys; but what was to be looked at must come.
printf 'sleep 1s\npress a\nquit\n' >"$scratch/script"
flat --script "$scratch/script" pass && wants 0 'the guest exited with 0x10'
flat --script "$scratch/script" fail && wants 1 'the guest exited with 0x11, which means failure'
flat --script "$scratch/script" halt && wants 1 "script:1: the run ended \(halted\) before 'sleep' was done"
printf 'sleep 1s\ncheck serial /H/\n' >"$scratch/script"
flat --script "$scratch/script" pass && wants 1 "before 'sleep' was done"
printf 'check screen /never there/\n' >"$scratch/script"
flat --script "$scratch/script" --max-time 1s spin && wants 1 'script:1: /never there/ is not on'
finish
