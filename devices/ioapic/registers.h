/* SPDX-License-Identifier: MIT */
/* Registers of the I/O APIC: an index register, a window to the selected register, and the EOI
 * register of chipsets since version 0x20. */
#ifndef DEVICES_IOAPIC_REGISTERS_H
#define DEVICES_IOAPIC_REGISTERS_H

#include "emu/regs.h"

/* Rows of the memory table, by offset from 0xfec00000. */
enum ioapic_model_reg {
	IOAPIC_MODEL_IOREGSEL,
	IOAPIC_MODEL_IOWIN,
	IOAPIC_MODEL_EOIR,
	IOAPIC_MODEL_N_REGS
};

/* Rows of the table behind the window. */
enum ioapic_model_inner {
	IOAPIC_MODEL_ID,
	IOAPIC_MODEL_VER,
	IOAPIC_MODEL_ARB,
	IOAPIC_MODEL_IOREDTBL_LOW,
	IOAPIC_MODEL_IOREDTBL_HIGH,
	IOAPIC_MODEL_N_INNER
};

enum {
	IOAPIC_MODEL_PINS = 24,
	IOAPIC_MODEL_SIZE = 0x1000, /* bytes of address space */
	IOAPIC_MODEL_INDEX_ID = 0x00,
	IOAPIC_MODEL_INDEX_VER = 0x01,
	IOAPIC_MODEL_INDEX_ARB = 0x02,
	IOAPIC_MODEL_INDEX_IOREDTBL = 0x10, /* low half of entry 0; the high half follows */
	IOAPIC_MODEL_N_SLOTS = IOAPIC_MODEL_N_REGS,
	IOAPIC_MODEL_N_INNER_SLOTS = 3 + 2 * IOAPIC_MODEL_PINS,

	IOAPIC_MODEL_ID_SHIFT = 24,
	IOAPIC_MODEL_ID_MASK = 0xf << 24,

	IOAPIC_MODEL_RTE_VECTOR = 0xff, /* IOREDTBL_LOW */
	IOAPIC_MODEL_RTE_MODE_SHIFT = 8,
	IOAPIC_MODEL_RTE_MODE = 7 << 8,
	IOAPIC_MODEL_RTE_LOGICAL = 1 << 11,
	IOAPIC_MODEL_RTE_DELIVERY_STATUS = 1 << 12,
	IOAPIC_MODEL_RTE_ACTIVE_LOW = 1 << 13,
	IOAPIC_MODEL_RTE_REMOTE_IRR = 1 << 14,
	IOAPIC_MODEL_RTE_LEVEL = 1 << 15,
	IOAPIC_MODEL_RTE_MASK = 1 << 16,
	IOAPIC_MODEL_RTE_DESTINATION_SHIFT = 24 /* IOREDTBL_HIGH */
};

extern const struct reg_desc ioapic_regs[IOAPIC_MODEL_N_REGS];
/* `offset` is four times the index. */
extern const struct reg_desc ioapic_inner_regs[IOAPIC_MODEL_N_INNER];

#endif
