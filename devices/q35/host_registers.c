/* SPDX-License-Identifier: MIT */
/* Host bridge of the 82G33/82Q35 MCH: Intel 3 Series Express Chipset Family Datasheet (316966),
 * chapter 5. Registers that firmware sets and locks (top of memory, stolen memory, remapping) are
 * read-only here. */
#include "devices/q35/host_registers.h"

#define SPEC "unread: 316966 5.1"

/* clang-format off: keep the columns of the table */
#define LOCKED(row, name, at, bits, widths) PCI_MODEL_ROW_RO(row, name, at, bits, widths, 0, SPEC)
/* Lower half of a 36-bit base with an enable bit. */
#define BASE_LO(row, name, at, lsb)                                                         \
	[row] = { name,                                                                     \
		  at,                                                                       \
		  32,                                                                       \
		  REG_DIR_RW,                                                               \
		  0,                                                                        \
		  0,                                                                        \
		  SPEC,                                                                     \
		  REG_FIELDS({ "ENABLE", 0, 0, REG_RW }, { "RSVD", (lsb)-1, 1, REG_RSVDP }, \
			     { "BASE", 31, lsb, REG_RW }),                                  \
		  0,                                                                        \
		  0,                                                                        \
		  PCI_MODEL_WIDTHS_0,                                                       \
		  .kept = "BASE",                                                           \
		  .undone = "ENABLE" }
#define BASE_HI(row, name, at, ...)                                                   \
	[row] = { name,                                                               \
		  at,                                                                 \
		  32,                                                                 \
		  REG_DIR_RW,                                                         \
		  0,                                                                  \
		  0,                                                                  \
		  SPEC,                                                               \
		  REG_FIELDS({ "BASE", 3, 0, REG_RW }, { "RSVD", 31, 4, REG_RSVDP }), \
		  0,                                                                  \
		  0,                                                                  \
		  PCI_MODEL_WIDTHS_0,                                                 \
		  __VA_ARGS__ }

const struct reg_desc q35_host_regs[Q35_N_REGS] = {
	PCI_MODEL_ROWS_IDENTITY(0x8086, 0x29c0, 0x00, 0x06, 0x00, 0x00, 0x00),
	PCI_MODEL_ROW_COMMAND(
		0x0006, SPEC, { "IO_SPACE", 0, 0, REG_RO }, { "MEMORY_SPACE", 1, 1, REG_RO },
		{ "BUS_MASTER", 2, 2, REG_RO }, { "SPECIAL_CYCLES", 3, 3, REG_RO },
		{ "MEMORY_WRITE_INVALIDATE", 4, 4, REG_RO }, { "VGA_PALETTE_SNOOP", 5, 5, REG_RO },
		{ "PARITY_ERROR_RESPONSE", 6, 6, REG_RW }, { "STEPPING", 7, 7, REG_RO },
		{ "SERR_ENABLE", 8, 8, REG_RW }, { "FAST_BACK_TO_BACK", 9, 9, REG_RO },
		{ "INTERRUPT_DISABLE", 10, 10, REG_RO }),
	PCI_MODEL_ROW_STATUS_ENDPOINT(0x0090),
	PCI_MODEL_ROW_FIXED(PCI_MODEL_CACHE_LINE_SIZE, "CACHE_LINE_SIZE", 0x0c, 8,
			    PCI_MODEL_WIDTHS_0, 0, SPEC),
	PCI_MODEL_ROW_FIXED(PCI_MODEL_LATENCY_TIMER, "LATENCY_TIMER", 0x0d, 8, PCI_MODEL_WIDTHS_1,
			    0, SPEC),
	PCI_MODEL_ROWS_TYPE0(0, 0, 0xe0, 0),
	PCI_MODEL_ROW_BAR_NONE(0),
	PCI_MODEL_ROW_BAR_NONE(1),
	PCI_MODEL_ROW_BAR_NONE(2),
	PCI_MODEL_ROW_BAR_NONE(3),
	PCI_MODEL_ROW_BAR_NONE(4),
	PCI_MODEL_ROW_BAR_NONE(5),

	BASE_LO(Q35_PXPEPBAR_LO, "PXPEPBAR", 0x40, 12),
	BASE_HI(Q35_PXPEPBAR_HI, "PXPEPBAR_HI", 0x44, .kept = "*"),
	BASE_LO(Q35_MCHBAR_LO, "MCHBAR", 0x48, 14),
	BASE_HI(Q35_MCHBAR_HI, "MCHBAR_HI", 0x4c, .kept = "*"),
	PCI_MODEL_ROW_RSVD(Q35_RSVD_50, "RSVD_50", 0x50, 16, PCI_MODEL_WIDTHS_0, 1),
	LOCKED(Q35_GGC, "GGC", 0x52, 16, PCI_MODEL_WIDTHS_2),
	PCI_MODEL_ROW_RO(Q35_DEVEN, "DEVEN", 0x54, 32, PCI_MODEL_WIDTHS_0, 0x1, SPEC),
	PCI_MODEL_ROW_RSVD(Q35_RSVD_58, "RSVD_58", 0x58, 32, PCI_MODEL_WIDTHS_0, 2),
	[Q35_PCIEXBAR_LO] = { "PCIEXBAR", 0x60, 32, REG_DIR_RW, 0, 0xe0000000, SPEC,
			      REG_FIELDS({ "PCIEXBAREN", 0, 0, REG_RW }, { "LENGTH", 2, 1, REG_RW },
					 { "RSVD", 25, 3, REG_RSVDP }, { "BASE", 31, 26, REG_RW }),
			      0, 0, PCI_MODEL_WIDTHS_0 },
	BASE_HI(Q35_PCIEXBAR_HI, "PCIEXBAR_HI", 0x64, .kept = NULL),
	BASE_LO(Q35_DMIBAR_LO, "DMIBAR", 0x68, 12),
	BASE_HI(Q35_DMIBAR_HI, "DMIBAR_HI", 0x6c, .kept = "*"),
	PCI_MODEL_ROW_RSVD(Q35_RSVD_70, "RSVD_70", 0x70, 32, PCI_MODEL_WIDTHS_0, 8),
	[Q35_PAM] = { "PAM", 0x90, 8, REG_DIR_RW, 0, 0, SPEC,
		      REG_FIELDS({ "LOENABLE", 1, 0, REG_RW }, { "RSVD", 3, 2, REG_RSVDP },
				 { "HIENABLE", 5, 4, REG_RW }, { "RSVD", 7, 6, REG_RSVDP }),
		      Q35_N_PAM, 1, PCI_MODEL_WIDTHS_0, .undone = "*" },
	[Q35_LAC] = { "LAC", 0x97, 8, REG_DIR_RW, 0, 0, SPEC,
		      REG_FIELDS({ "MDAP", 0, 0, REG_RW }, { "RSVD", 6, 1, REG_RSVDP },
				 { "HEN", 7, 7, REG_RW }),
		      0, 0, PCI_MODEL_WIDTHS_1, .kept = "*" },
	PCI_MODEL_ROW_RO(Q35_REMAPBASE, "REMAPBASE", 0x98, 16, PCI_MODEL_WIDTHS_0, 0x3ff, SPEC),
	LOCKED(Q35_REMAPLIMIT, "REMAPLIMIT", 0x9a, 16, PCI_MODEL_WIDTHS_2),
	PCI_MODEL_ROW_RSVD(Q35_RSVD_9C, "RSVD_9C", 0x9c, 8, PCI_MODEL_WIDTHS_0, 1),
	[Q35_SMRAM] = { "SMRAM", 0x9d, 8, REG_DIR_RW, 0, 0x02, SPEC,
			REG_FIELDS({ "C_BASE_SEG", 2, 0, REG_RO }, { "G_SMRAME", 3, 3, REG_RW },
				   { "D_LCK", 4, 4, REG_RW }, { "D_CLS", 5, 5, REG_RW },
				   { "D_OPEN", 6, 6, REG_RW }, { "RSVD", 7, 7, REG_RSVDP }),
			0, 0, PCI_MODEL_WIDTHS_1, .kept = "C_BASE_SEG D_LCK D_CLS",
			.undone = "G_SMRAME D_OPEN" },
	[Q35_ESMRAMC] = { "ESMRAMC", 0x9e, 8, REG_DIR_RW, 0, 0x38, SPEC,
			  REG_FIELDS({ "T_EN", 0, 0, REG_RW }, { "TSEG_SZ", 2, 1, REG_RW },
				     { "SM_CACHE", 5, 3, REG_RO }, { "E_SMERR", 6, 6, REG_W1C },
				     { "H_SMRAME", 7, 7, REG_RW }),
			  0, 0, PCI_MODEL_WIDTHS_2, .kept = "TSEG_SZ SM_CACHE E_SMERR",
			  .undone = "T_EN H_SMRAME" },
	PCI_MODEL_ROW_RSVD(Q35_RSVD_9F, "RSVD_9F", 0x9f, 8, PCI_MODEL_WIDTHS_1, 1),
	LOCKED(Q35_TOM, "TOM", 0xa0, 16, PCI_MODEL_WIDTHS_0),
	LOCKED(Q35_TOUUD, "TOUUD", 0xa2, 16, PCI_MODEL_WIDTHS_2),
	LOCKED(Q35_GBSM, "GBSM", 0xa4, 32, PCI_MODEL_WIDTHS_0),
	LOCKED(Q35_BGSM, "BGSM", 0xa8, 32, PCI_MODEL_WIDTHS_0),
	LOCKED(Q35_TSEGMB, "TSEGMB", 0xac, 32, PCI_MODEL_WIDTHS_0),
	LOCKED(Q35_TOLUD, "TOLUD", 0xb0, 16, PCI_MODEL_WIDTHS_0),
	PCI_MODEL_ROW_RSVD(Q35_RSVD_B2, "RSVD_B2", 0xb2, 16, PCI_MODEL_WIDTHS_2, 1),
	PCI_MODEL_ROW_RSVD(Q35_RSVD_B4, "RSVD_B4", 0xb4, 32, PCI_MODEL_WIDTHS_0, 5),
	[Q35_ERRSTS] = { "ERRSTS", 0xc8, 16, REG_DIR_RW, 0, 0, SPEC,
			 REG_FIELDS({ "ERRORS", 15, 0, REG_W1C }), 0, 0, PCI_MODEL_WIDTHS_0,
			 .kept = "*" },
	PCI_MODEL_ROW_KEPT(Q35_ERRCMD, "ERRCMD", 0xca, 16, PCI_MODEL_WIDTHS_2, 0, SPEC),
	PCI_MODEL_ROW_RSVD(Q35_RSVD_CC, "RSVD_CC", 0xcc, 32, PCI_MODEL_WIDTHS_0, 4),
	/* A scratch pad; on hardware too it has no effect. */
	PCI_MODEL_ROW_RW(Q35_SKPD, "SKPD", 0xdc, 32, PCI_MODEL_WIDTHS_0, 0, SPEC),
	/* Vendor specific, ten bytes, no optional feature disabled. */
	PCI_MODEL_ROW_RO(Q35_CAPID_LOW, "CAPID0", 0xe0, 32, PCI_MODEL_WIDTHS_0, 0x010a0009, SPEC),
	[Q35_CAPID_HIGH] = { "CAPID0_HI", 0xe4, 32, REG_DIR_R, 0, 0, SPEC,
			     REG_FIELDS({ "VALUE", 31, 0, REG_RO }), 2, 4, PCI_MODEL_WIDTHS_0 },
	PCI_MODEL_ROW_RSVD(Q35_RSVD_EC, "RSVD_EC", 0xec, 32, PCI_MODEL_WIDTHS_0, 5),
};
/* clang-format on */
