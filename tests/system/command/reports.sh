#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The reports of crashes, halts and stalls: kernels that fail in each way, and the phrases that their reports
# must have.
# usage: reports.sh BIMETAL KERNELS
set -euo pipefail
bimetal=$1
kernels=$2
. "$(dirname "$0")/lib.sh"

# kernel CODE NAME [OPTION...]: run one of the kernels; it must end with exit code CODE.
kernel() {
	local code=$1 name=$2
	shift 2
	run "$@" "$kernels/$name"
	current=$name
	[ "$status" = "$code" ] || complain "$name: exit code $status, not $code"
}

# tells REGEX...: lines of the last report must match these, in this order.
tells() {
	local from=1 phrase line
	for phrase in "$@"; do
		line=$(tail -n "+$from" "$scratch/err" |
			{ grep -nE -m1 -- "$phrase" && cat >/dev/null; } | cut -d: -f1) || line=
		if [ -z "$line" ]; then
			complain "$current: nothing (more) matches '$phrase'"
			return
		fi
		from=$((from + line - 1))
	done
}

tells_not() {
	! grep -Eq -- "$1" "$scratch/err" || complain "$current: '$1' does not belong there"
}

# --- the gate that failed

kernel 5 report_no_idt
tells 'crash: triple fault, pc 0x[0-9a-f]+ kernel_main\+' '1\. software interrupt 0x03, at .*reports\.c:' \
	'entry 3 would end at offset 0x3f, .* has limit 0x0 \(0 entries\): LIDT has loaded an empty' \
	'that raises #GP:' 'beyond the limit as well' 'together with #GP makes #DF' 'a triple fault$'
kernel 5 report_gate_absent
tells '1\. exception #PF, error 0x2 \(write by supervisor, not present\), address 0x40010000, at .*poke' \
	'IDT entry 14 is not present: its P bit' \
	'entry at 0x[0-9a-f]+: .* \(64-bit interrupt gate, not present, DPL 0, handler 0008:0x' \
	'that raises #NP, which together with #PF makes #DF' 'IDT entry 8 is not present'
kernel 5 report_gate_zero
tells '1\. exception #UD' 'IDT entry 6 is zero: no handler was ever set' 'entry at .*: 00 00 00 00'
kernel 5 report_gate_data
tells 'selector 0x0010, which is not a code segment: its descriptor 0x00cf93000000ffff is writable data'
kernel 5 report_handler_user
tells 'selector 0x002b, a segment of ring 3, but a handler may not be less privileged'

# --- the stack of the handler

kernel 5 report_rsp0_noncanonical
tells 'RSP0 of the TSS points to 0x8000000000000000, .* is not canonical' 'that raises #SS, which together' \
	'long mode, 64-bit code, ring 3'
kernel 5 report_rsp0_unmapped
tells 'RSP0 of the TSS points to 0x40011000, .*PTE\[16\] at 0x[0-9a-f]+ is not present' \
	'its frame goes to the same place' 'walk of 0x40010ff8 for a supervisor write'
kernel 5 report_ist_unmapped
tells 'IST3 of the TSS points to 0x40011000' 'IST 3, handler'
kernel 5 report32_tss_limit
tells 'SS0:ESP0 of the TSS, at 0x[0-9a-f]+, beyond the TSS at 0x[0-9a-f]+ of limit 0x3' 'that raises #TS'
for bits in '' 32; do
	kernel 5 "report${bits}_guard_page"
	tells 'the stack in use points to 0x400' 'The stack is unusable' \
		'walk of 0x40010f[0-9a-f]+ for a supervisor write' 'recurse:' 'backtrace:' \
		'\? .* recurse\+.*\(1[0-9] times\)' '\? .*kernel_main'
done

# --- the walk of the address

kernel 5 report_not_present
tells 'walk of 0x40010123 for a supervisor write: 4-level paging, CR3 0x[0-9a-f]+, CR0.WP' \
	'PML4E\[  0\] at' 'PDPTE\[  1\] at' 'PDE  \[  0\] at .* P W U' \
	'PTE  \[ 16\] at .*  0000000001234000  not present' \
	'PTE\[16\] at 0x[0-9a-f]+ is not present: its P bit \(bit 0\) is clear, .* \(0x1234000\)' \
	'=> .*mov dword ptr \[0x40010123\], 1 .*; reports\.c:'
kernel 5 report32_not_present
tells '32-bit paging' 'PDE  \[256\] at 0x[0-9a-f]+  [0-9a-f]{8}  P W U' 'PTE  \[ 16\]' 'is not present' \
	'protected mode, 32-bit code, ring 0' 'eax [0-9a-f]{8} '
kernel 5 report_reserved_bit
tells 'reserved bit in a table' 'reserved bits set \(0x2000\): bit 13 must be zero in a large page'
kernel 5 report_no_execute
tells 'fetch by supervisor' 'supervisor instruction fetch: .*EFER.NXE' 'NX$' 'its NX bit \(bit 63\) is set'
kernel 5 report_read_only
tells 'is read-only: its R/W bit \(bit 1\) is clear, and CR0.WP makes that hold for ring 0'
kernel 5 report_user_page
tells 'read by user, protection' 'a user read' 'PDE\[0\] at 0x[0-9a-f]+ keeps ring 3 out: its U/S bit'

# --- wild jumps

kernel 5 bad_fetch
tells 'crash: jump to an address without memory, pc 0xd0000000' 'jumped to 0xd0000000' \
	'walk of 0xd0000000 for a supervisor instruction fetch' 'a page of 2 MiB at 0xd0000000' \
	'no instruction can be read' 'backtrace:' '0000000000[0-9a-f]+  kernel_start'
kernel 5 report_null_call
tells 'The pc lies in page 0: a call through a null pointer\?' 'no instruction can be read at 0x0: ff ff'
kernel 5 report_wild_jump
tells '0xcc throughout, the fill of memory that was never written'

# --- registers, in every crash

kernel 5 report_read_only
tells 'registers \(long mode, 64-bit code, ring 0\)' 'rip [0-9a-f]{16}  poke' 'rflags .*interrupts off' \
	'cr0 80010011 PE ET WP PG' 'cr2 0000000040010000' 'cr4 00000020 PAE' 'efer 00000500 LME LMA' \
	'cs  0008 .*64-bit code, readable, DPL 0' 'tr  0030 .*64-bit TSS' 'idt .* 0 entries' 'dr7' \
	'stack:' 'last 2 interrupts and exceptions' '#PF, error 0x3' '#DF'

# --- stalls

kernel 4 report_poll_port --max-time 20ms
tells 'stall: the guest polls uart16550.LSR \(com1\): [0-9]+,[0-9]+ reads in 10.00 ms, from 0x[0-9a-f]+ wait_for_input\+.*reports\.c:[0-9]+\), always 0x60; it waits for DR \(mask 0x1\), which is 0' \
	'100 % device accesses' '100.0 %  wait_for_input' 'the hottest block' 'in al, dx' \
	'100 %  uart16550.LSR \(com1\), last 0x60 \(THRE=1 TEMT=1\)' 'no interrupt or exception was taken' \
	'the CPU takes none \(RFLAGS.IF is 0\)' 'backtrace:' 'wait_for_input'
kernel 4 report_poll_memory --max-time 20ms
tells 'spins in a loop of 3 instructions at .*wait_for_flag.*reads 4 bytes at 0x[0-9a-f]+ \(interrupt_came\), which hold 0x0: with interrupts off'
kernel 4 report_counting --max-time 20ms
tells 'spins in a loop of 2 instructions at .*count_for_ever.*reads no memory'
kernel 4 loop_forever --max-time 20ms
tells 'an instruction that jumps to itself, at .*kernel_main.*endings\.c:14' '2,000,000 instructions' \
	'the hottest block, entered 2,000,000 times' 'jmp 0x'
kernel 4 report_idle --max-time 20ms
tells 'the guest sleeps: it spent 100 % of the last 10.00 ms in HLT, at .*kernel_main.*; 10 interrupts woke it' \
	'10 times interrupt 0x20' 'the CPU takes them' 'deadlines: i8254 out0 in 0\.'
tells_not 'the guest polls'
kernel 4 report_fault_storm --max-time 12ms
tells 'takes the same exception again and again, .*#PF, .*address 0x40010018, at .*poke.*its handler returns without removing the cause' \
	'walk of 0x40010018' 'is not present'
kernel 4 report_handler_unmapped --max-time 12ms
tells 'that is the start of its handler, so the handler itself faults at once' 'walk of 0x40011000 for a supervisor instruction fetch'
printf 'wait serial /never/ timeout 20ms\n' >"$scratch/script"
kernel 1 report_poll_port --script "$scratch/script"
tells 'stall: the guest polls uart16550.LSR' 'script:1: timed out waiting'
kernel 4 report_poll_port --wall-limit 100ms
tells 'stall: the guest polls uart16550.LSR'
kernel 0 loop_forever --max-time 20ms --expect 'the end is near'
tells_not 'stall'

# --- halts

kernel 6 halt_if0
tells 'halted for good: HLT with interrupts off at 0x[0-9a-f]+, in kernel_main' 'backtrace:' \
	'the CPU takes none'
kernel 6 report_masked_irq
tells 'no deadline left to wake it' 'requested but masked: IRQ 0 \(timer, vector 0x20\)'

# --- effects that a report must not have

kernel 4 report_poll_port --max-time 20ms --stats "$scratch/one"
kernel 4 report_poll_port --max-time 20ms --stats "$scratch/two" --step
for key in digest virtual_ns instructions unclaimed; do
	cmp -s <(grep "\"$key\"" "$scratch/one") <(grep "\"$key\"" "$scratch/two") ||
		complain "watching the last stretch is seen in $key"
done
finish
