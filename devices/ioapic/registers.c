/* SPDX-License-Identifier: MIT */
/* I/O APIC registers. Names: Intel 82093AA (290566). Later additions: Intel ICH10 datasheet
 * (319973), chapter 13.5, which matches the ICH9 (unread: ICH9 datasheet, 316972). */
#include "devices/ioapic/registers.h"

#define W  REG_DIR_W
#define R  REG_DIR_R
#define RW REG_DIR_RW

/* clang-format off: keep the columns of the table */
const struct reg_desc ioapic_regs[IOAPIC_MODEL_N_REGS] = {
	[IOAPIC_MODEL_IOREGSEL] = { "IOREGSEL", 0x00, 32, RW, 0, 0, "82093AA 3.1.1",
				    REG_FIELDS({ "INDEX", 7, 0, REG_RW }) },
	[IOAPIC_MODEL_IOWIN] = { "IOWIN", 0x10, 32, RW, 0, 0, "82093AA 3.1.2",
				 REG_FIELDS({ "DATA", 31, 0, REG_RW }) },
	/* Read in the ICH4 datasheet; later ones repeat it (unread: ICH9 datasheet 13.5.4). */
	[IOAPIC_MODEL_EOIR] = { "EOIR", 0x40, 32, W, 0, 0, "ICH4 datasheet (82801DB) 9.5.5",
				REG_FIELDS({ "VECTOR", 7, 0, REG_WO }) },
};

const struct reg_desc ioapic_inner_regs[IOAPIC_MODEL_N_INNER] = {
	[IOAPIC_MODEL_ID] = { "IOAPICID", 4 * IOAPIC_MODEL_INDEX_ID, 32, RW, 0, 0,
			      "ICH10 datasheet (319973) 13.5.5",
			      REG_FIELDS({ "ID", 27, 24, REG_RW },
					 { "SCRATCHPAD", 15, 15, REG_RW }) },
	[IOAPIC_MODEL_VER] = { "IOAPICVER", 4 * IOAPIC_MODEL_INDEX_VER, 32, R, 0, 0x00170020,
			       "ICH10 datasheet (319973) 13.5.6",
			       REG_FIELDS({ "VERSION", 7, 0, REG_RO }, { "PRQ", 15, 15, REG_RO },
					  { "MAX_ENTRY", 23, 16, REG_RO }) },
	/* Later chipsets have no serial bus, so no arbitration. Kernels read this register to
	 * detect an I/O APIC. */
	[IOAPIC_MODEL_ARB] = { "IOAPICARB", 4 * IOAPIC_MODEL_INDEX_ARB, 32, R, 0, 0,
			       "ICH2 datasheet (82801BA) 9.5.8",
			       REG_FIELDS({ "ID", 27, 24, REG_RO }), .kept = "*" },
	[IOAPIC_MODEL_IOREDTBL_LOW] = { "IOREDTBL_LOW", 4 * IOAPIC_MODEL_INDEX_IOREDTBL, 32, RW, 0,
					0x10000, "NM10 datasheet 13.5.7, 82093AA 3.2.4",
					REG_FIELDS({ "VECTOR", 7, 0, REG_RW },
						   { "DELIVERY_MODE", 10, 8, REG_RW },
						   { "LOGICAL", 11, 11, REG_RW },
						   { "DELIVERY_STATUS", 12, 12, REG_RO },
						   { "ACTIVE_LOW", 13, 13, REG_RW },
						   { "REMOTE_IRR", 14, 14, REG_RO },
						   { "LEVEL", 15, 15, REG_RW },
						   { "MASK", 16, 16, REG_RW }),
					IOAPIC_MODEL_PINS, 8, 0 },
	[IOAPIC_MODEL_IOREDTBL_HIGH] = { "IOREDTBL_HIGH", 4 * IOAPIC_MODEL_INDEX_IOREDTBL + 4, 32,
					 RW, 0, 0, "NM10 datasheet 13.5.7",
					 REG_FIELDS({ "EXTENDED_DESTINATION", 23, 16, REG_RO },
						    { "DESTINATION", 31, 24, REG_RW }),
					 IOAPIC_MODEL_PINS, 8, 0 },
};
/* clang-format on */
