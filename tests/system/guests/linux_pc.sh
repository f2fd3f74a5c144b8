#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Debian's cloud kernel on the machine pc: with ACPI, APIC and HPET up to its user space, then power off
# by ACPI (exit code 0), and no complaint about the machine in its log.
# usage: linux_pc.sh BIMETAL GUESTS [KERNEL-ARGUMENT...]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 guests=$2
shift 2
need "$guests/linux-cloud/vmlinuz" "$guests/initramfs.cpio.gz"

status=0
"$bimetal" run --machine pc -m 256M --initrd "$guests/initramfs.cpio.gz" \
	--append "console=ttyS0,115200 panic=-1 $*" --stats "$scratch/stats" \
	"$guests/linux-cloud/vmlinuz" </dev/null >"$scratch/serial" 2>"$scratch/messages" || status=$?

cat "$scratch/serial" "$scratch/messages" "$scratch/stats"

# wants PATTERN WHAT: a line of the guest's output must match.
wants() { grep -qE "$1" "$scratch/serial" || fail "$2"; }

wants '^BOOT-OK [0-9]' 'no BOOT-OK on the serial line'
wants 'MMCONFIG at \[mem 0xb0000000-.*reserved in E820' 'MMCONFIG is not in use'
wants 'ACPI: PM-Timer IO Port: 0x608' 'no PM timer'
wants 'hpet0: 4 comparators, 64-bit 14.318180 MHz counter' 'no HPET'
wants 'Using ACPI for IRQ routing' 'interrupts are not routed by ACPI'
wants 'ACPI: PM: \(supports S0 S5\)' 'S5 is not supported'
wants '^ +[0-9]+: +[0-9]+ +IO-APIC +2-edge +timer' 'the timer is not at pin 2 of the I/O APIC'
wants '^ +[0-9]+: +[0-9]+ +IO-APIC +9-fasteoi +acpi' 'SCI is not at pin 9 of the I/O APIC'
wants '^PCI 0000:00:00.0 0x8086 0x29c0 0x060000' 'no host bridge'
wants '^PCI 0000:00:1f.0 0x8086 0x2918 0x060100' 'no LPC bridge'
wants '^CLOCKS .*tsc.*hpet.*acpi_pm' 'a clock source is missing'
wants 'reboot: Power down' 'it did not switch off'

# Messages of a kernel on a faulty machine.
if grep -iE 'firmware bug|\[bug\]|ACPI (BIOS )?(error|warning|exception)|no irq|IRQ.*nobody cared|spurious|can.t (derive|find) .*(IRQ|routing)|not registered\b.*SCI|MSR access error|failed to|WARNING:|BUG:' \
	"$scratch/serial" | grep -vE 'Spurious (LAPIC|interrupts)|^ *(SPU|ERR|MIS):'; then
	fail 'the kernel finds fault with the machine'
fi
[ "$status" = 0 ] || fail "exit code $status, expected 0 (powered off)"
