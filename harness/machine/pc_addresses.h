/* SPDX-License-Identifier: MIT */
/* The machine "pc": the board (pc_board.h) with Intel's Q35 and ICH9
 * (docs/decisions/0005-chipset-of-pc.md). Only boards include this.
 *
 * 0xb0000000  ECAM, 256 MiB          0xfec00000  I/O APIC, 24 pins
 * 0xc0000000  PCI memory             0xfed00000  HPET
 * 0xfed1c000  chipset registers      0xfee00000  local APIC; messages (MSI)
 * ports 0x600 power management, 0xb2 SMI, 0xcf8 PCI configuration, 0xcf9 reset
 *
 * Functions: 00:00.0 host bridge, 00:1f.0 LPC bridge; devices of --device from 00:04.0 on.
 *
 * I/O APIC pins: 0 the 8259A's output, 1..15 ISA lines (line 0 at pin 2), 16..23 PIRQA#..H#. The
 * SCI is on pin 9, the HPET where its routing registers say. A source on a pin below 16 is
 * connected to the 8259A too. */
#ifndef HARNESS_MACHINE_PC_ADDRESSES_H
#define HARNESS_MACHINE_PC_ADDRESSES_H

#include <stdint.h>

/* The hole for devices below 4 GiB, in the order of addresses. */
#define PC_ECAM_BASE       UINT64_C(0xb0000000)
#define PC_ECAM_SIZE       UINT64_C(0x10000000)
#define PC_PCI_MEMORY_BASE UINT64_C(0xc0000000)
#define PC_PCI_MEMORY_END  UINT64_C(0xfec00000)
#define PC_RCBA            UINT32_C(0xfed1c000)

enum {
	PC_PCI_PORT_BASE = 0xd00,
	PC_PCI_PORT_END = 0x10000,
	PC_PMBASE = 0x600,
	/* In the ROM, which the memory map reserves. */
	PC_RSDP = 0xf5000,
	PC_MP_POINTER = 0xf5040,
	PC_SMBIOS_ENTRY = 0xf5060,
	PC_MP_TABLE = 0xf5100,
	PC_SMBIOS_TABLE = 0xf6000,
	PC_IOAPIC_ID = 1
};

#endif
