/* SPDX-License-Identifier: MIT */
/* LPC bridge of the 82801I: Intel I/O Controller Hub 9 Family Datasheet (316972) 13.1, chipset
 * configuration registers 10.1. Where the Intel 6 Series datasheet (324645) is cited, its page was
 * read instead: it describes the successor's register of the same name. */
#include "devices/q35/ich9_lpc_registers.h"

#define SPEC      "unread: 316972 13.1"
#define RCRB_SPEC "unread: 316972 10.1"

/* clang-format off: keep the columns of the table */
#define PIRQ_ROUT(row, name, at)                                                   \
	[row] = { name,                                                            \
		  at,                                                              \
		  8,                                                               \
		  REG_DIR_RW,                                                      \
		  0,                                                               \
		  0x80,                                                            \
		  "Intel 6 Series (324645) 13.1.18",                               \
		  REG_FIELDS({ "IRQ", 3, 0, REG_RW }, { "RSVD", 6, 4, REG_RSVDP }, \
			     { "IRQEN", 7, 7, REG_RW }),                           \
		  4,                                                               \
		  1,                                                               \
		  PCI_MODEL_WIDTHS_0 }

const struct reg_desc ich9_lpc_regs[ICH9_N_REGS] = {
	PCI_MODEL_ROWS_IDENTITY(0x8086, 0x2918, 0x02, 0x06, 0x01, 0x00, 0x80),
	PCI_MODEL_ROW_COMMAND(
		0x0007, SPEC, { "IO_SPACE", 0, 0, REG_RO }, { "MEMORY_SPACE", 1, 1, REG_RO },
		{ "BUS_MASTER", 2, 2, REG_RO }, { "SPECIAL_CYCLES", 3, 3, REG_RO },
		{ "MEMORY_WRITE_INVALIDATE", 4, 4, REG_RO }, { "VGA_PALETTE_SNOOP", 5, 5, REG_RO },
		{ "PARITY_ERROR_RESPONSE", 6, 6, REG_RW }, { "STEPPING", 7, 7, REG_RO },
		{ "SERR_ENABLE", 8, 8, REG_RW }, { "FAST_BACK_TO_BACK", 9, 9, REG_RO },
		{ "INTERRUPT_DISABLE", 10, 10, REG_RO }),
	PCI_MODEL_ROW_STATUS_ENDPOINT(0x0210),
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

	[ICH9_PMBASE] = { "PMBASE", 0x40, 32, REG_DIR_RW, 0, 0x1, "Intel 6 Series (324645) 13.1.12",
			  REG_FIELDS({ "RTE", 0, 0, REG_RO }, { "RSVD", 6, 1, REG_RSVDP },
				     { "BASE", 15, 7, REG_RW }, { "RSVD", 31, 16, REG_RSVDP }),
			  0, 0, PCI_MODEL_WIDTHS_0 },
	[ICH9_ACPI_CNTL] = { "ACPI_CNTL", 0x44, 8, REG_DIR_RW, 0, 0, SPEC,
			     REG_FIELDS({ "SCI_IRQ_SEL", 2, 0, REG_RW },
					{ "RSVD", 6, 3, REG_RSVDP }, { "ACPI_EN", 7, 7, REG_RW }),
			     0, 0, PCI_MODEL_WIDTHS_0 },
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_45, "RSVD_45", 0x45, 8, PCI_MODEL_WIDTHS_2, 3),
	[ICH9_GPIOBASE] = { "GPIOBASE", 0x48, 32, REG_DIR_RW, 0, 0x1, SPEC,
			    REG_FIELDS({ "RTE", 0, 0, REG_RO }, { "RSVD", 5, 1, REG_RSVDP },
				       { "BASE", 15, 6, REG_RW }, { "RSVD", 31, 16, REG_RSVDP }),
			    0, 0, PCI_MODEL_WIDTHS_0, .kept = "BASE" },
	[ICH9_GC] = { "GC", 0x4c, 8, REG_DIR_RW, 0, 0, SPEC,
		      REG_FIELDS({ "GLE", 0, 0, REG_RW }, { "RSVD", 3, 1, REG_RSVDP },
				 { "EN", 4, 4, REG_RW }, { "RSVD", 7, 5, REG_RSVDP }),
		      0, 0, PCI_MODEL_WIDTHS_0, .kept = "*" },
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_4D, "RSVD_4D", 0x4d, 8, PCI_MODEL_WIDTHS_2, 3),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_50, "RSVD_50", 0x50, 32, PCI_MODEL_WIDTHS_0, 4),
	PIRQ_ROUT(ICH9_PIRQ_ROUT_AD, "PIRQ_ROUT_A_D", 0x60),
	[ICH9_SIRQ_CNTL] = { "SIRQ_CNTL", 0x64, 8, REG_DIR_RW, 0, 0x10, SPEC,
			     REG_FIELDS({ "SFPW", 1, 0, REG_RW }, { "SIRQSZ", 5, 2, REG_RO },
					{ "SIRQMD", 6, 6, REG_RW }, { "SIRQEN", 7, 7, REG_RW }),
			     0, 0, PCI_MODEL_WIDTHS_0, .kept = "*" },
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_65, "RSVD_65", 0x65, 8, PCI_MODEL_WIDTHS_2, 3),
	PIRQ_ROUT(ICH9_PIRQ_ROUT_EH, "PIRQ_ROUT_E_H", 0x68),
	PCI_MODEL_ROW_KEPT(ICH9_LPC_MODEL_IBDF, "LPC_IBDF", 0x6c, 16, PCI_MODEL_WIDTHS_0, 0x00f8,
			   "Intel 6 Series (324645) 13.1.19"),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_6E, "RSVD_6E", 0x6e, 16, PCI_MODEL_WIDTHS_2, 1),
	[ICH9_LPC_MODEL_HNBDF] = { "LPC_HNBDF", 0x70, 16, REG_DIR_RW, 0, 0x00f8, SPEC,
				   REG_FIELDS({ "BDF", 15, 0, REG_RW }), 8, 2, PCI_MODEL_WIDTHS_0,
				   .kept = "*" },
	[ICH9_LPC_MODEL_IO_DEC] = { "LPC_IO_DEC", 0x80, 16, REG_DIR_RW, 0, 0, SPEC,
				    REG_FIELDS(
					    { "COMA", 2, 0, REG_RW }, { "RSVD", 3, 3, REG_RSVDP },
					    { "COMB", 6, 4, REG_RW }, { "RSVD", 7, 7, REG_RSVDP },
					    { "LPT", 9, 8, REG_RW }, { "RSVD", 11, 10, REG_RSVDP },
					    { "FDD", 12, 12, REG_RW },
					    { "RSVD", 15, 13, REG_RSVDP }),
				    0, 0, PCI_MODEL_WIDTHS_0, .kept = "*" },
	[ICH9_LPC_MODEL_EN] = { "LPC_EN", 0x82, 16, REG_DIR_RW, 0, 0, SPEC,
				REG_FIELDS({ "COMA_LPC_EN", 0, 0, REG_RW },
					   { "COMB_LPC_EN", 1, 1, REG_RW },
					   { "LPT_LPC_EN", 2, 2, REG_RW },
					   { "FDD_LPC_EN", 3, 3, REG_RW },
					   { "RSVD", 7, 4, REG_RSVDP },
					   { "GAMEL_LPC_EN", 8, 8, REG_RW },
					   { "GAMEH_LPC_EN", 9, 9, REG_RW },
					   { "KBC_LPC_EN", 10, 10, REG_RW },
					   { "MC_LPC_EN", 11, 11, REG_RW },
					   { "CNF1_LPC_EN", 12, 12, REG_RW },
					   { "CNF2_LPC_EN", 13, 13, REG_RW },
					   { "RSVD", 15, 14, REG_RSVDP }),
				0, 0, PCI_MODEL_WIDTHS_2, .kept = "*" },
	[ICH9_GEN_DEC] = { "GEN_DEC", 0x84, 32, REG_DIR_RW, 0, 0, SPEC,
			   REG_FIELDS({ "ENABLE", 0, 0, REG_RW }, { "RSVD", 1, 1, REG_RSVDP },
				      { "BASE", 15, 2, REG_RW }, { "RSVD", 17, 16, REG_RSVDP },
				      { "MASK", 23, 18, REG_RW }, { "RSVD", 31, 24, REG_RSVDP }),
			   4, 4, PCI_MODEL_WIDTHS_0, .kept = "*" },
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_94, "RSVD_94", 0x94, 32, PCI_MODEL_WIDTHS_0, 3),
	PCI_MODEL_ROW_KEPT(ICH9_GEN_PMCON_1, "GEN_PMCON_1", 0xa0, 16, PCI_MODEL_WIDTHS_0, 0, SPEC),
	PCI_MODEL_ROW_KEPT(ICH9_GEN_PMCON_2, "GEN_PMCON_2", 0xa2, 8, PCI_MODEL_WIDTHS_2, 0, SPEC),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_A3, "RSVD_A3", 0xa3, 8, PCI_MODEL_WIDTHS_1, 1),
	PCI_MODEL_ROW_KEPT(ICH9_GEN_PMCON_3, "GEN_PMCON_3", 0xa4, 8, PCI_MODEL_WIDTHS_0, 0, SPEC),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_A5, "RSVD_A5", 0xa5, 8, PCI_MODEL_WIDTHS_2, 3),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_A8, "RSVD_A8", 0xa8, 32, PCI_MODEL_WIDTHS_0, 4),
	PCI_MODEL_ROW_KEPT(ICH9_GPIO_ROUT, "GPIO_ROUT", 0xb8, 32, PCI_MODEL_WIDTHS_0, 0, SPEC),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_BC, "RSVD_BC", 0xbc, 32, PCI_MODEL_WIDTHS_0, 5),
	PCI_MODEL_ROW_KEPT(ICH9_FWH_SEL1, "FWH_SEL1", 0xd0, 32, PCI_MODEL_WIDTHS_0, 0x00112233,
			   SPEC),
	PCI_MODEL_ROW_KEPT(ICH9_FWH_SEL2, "FWH_SEL2", 0xd4, 16, PCI_MODEL_WIDTHS_0, 0x4567, SPEC),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_D6, "RSVD_D6", 0xd6, 16, PCI_MODEL_WIDTHS_2, 1),
	PCI_MODEL_ROW_KEPT(ICH9_FWH_DEC_EN1, "FWH_DEC_EN1", 0xd8, 16, PCI_MODEL_WIDTHS_0, 0xffcf,
			   SPEC),
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_DA, "RSVD_DA", 0xda, 16, PCI_MODEL_WIDTHS_2, 1),
	[ICH9_BIOS_CNTL] = { "BIOS_CNTL", 0xdc, 8, REG_DIR_RW, 0, 0, SPEC,
			     REG_FIELDS({ "BIOSWE", 0, 0, REG_RW }, { "BLE", 1, 1, REG_RW },
					{ "SRC", 3, 2, REG_RW }, { "TSS", 4, 4, REG_RO },
					{ "RSVD", 7, 5, REG_RSVDP }),
			     0, 0, PCI_MODEL_WIDTHS_0, .kept = "*" },
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_DD, "RSVD_DD", 0xdd, 8, PCI_MODEL_WIDTHS_2, 3),
	/* Vendor specific capability: no optional feature disabled. */
	PCI_MODEL_ROW_RO(ICH9_FDCAP, "FDCAP", 0xe0, 16, PCI_MODEL_WIDTHS_0, 0x0009, SPEC),
	PCI_MODEL_ROW_RO(ICH9_FDLEN, "FDLEN", 0xe2, 8, PCI_MODEL_WIDTHS_2, 0x0c, SPEC),
	PCI_MODEL_ROW_RO(ICH9_FDVER, "FDVER", 0xe3, 8, PCI_MODEL_WIDTHS_1, 0x10, SPEC),
	[ICH9_FDVCT] = { "FDVCT", 0xe4, 32, REG_DIR_R, 0, 0, SPEC,
			 REG_FIELDS({ "VALUE", 31, 0, REG_RO }), 2, 4, PCI_MODEL_WIDTHS_0 },
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_EC, "RSVD_EC", 0xec, 32, PCI_MODEL_WIDTHS_0, 1),
	[ICH9_RCBA] = { "RCBA", 0xf0, 32, REG_DIR_RW, 0, 0, SPEC,
			REG_FIELDS({ "EN", 0, 0, REG_RW }, { "RSVD", 13, 1, REG_RSVDP },
				   { "BASE", 31, 14, REG_RW }),
			0, 0, PCI_MODEL_WIDTHS_0 },
	PCI_MODEL_ROW_RSVD(ICH9_RSVD_F4, "RSVD_F4", 0xf4, 32, PCI_MODEL_WIDTHS_0, 3),
};

#define RCRB(row, name, at, reset) \
	PCI_MODEL_ROW_KEPT(row, name, at, 32, PCI_MODEL_WIDTHS_0, reset, RCRB_SPEC)
#define ROUTE(row, name, at, widths)                                                    \
	[row] = { name,                                                                 \
		  at,                                                                   \
		  16,                                                                   \
		  REG_DIR_RW,                                                           \
		  0,                                                                    \
		  0x3210,                                                               \
		  RCRB_SPEC,                                                            \
		  REG_FIELDS({ "IAR", 2, 0, REG_RW }, { "RSVD", 3, 3, REG_RSVDP },      \
			     { "IBR", 6, 4, REG_RW }, { "RSVD", 7, 7, REG_RSVDP },      \
			     { "ICR", 10, 8, REG_RW }, { "RSVD", 11, 11, REG_RSVDP },   \
			     { "IDR", 14, 12, REG_RW }, { "RSVD", 15, 15, REG_RSVDP }), \
		  0,                                                                    \
		  0,                                                                    \
		  widths }

const struct reg_desc ich9_rcrb_regs[ICH9_RCRB_N_REGS] = {
	RCRB(ICH9_D31IP, "D31IP", 0x3100, 0),
	RCRB(ICH9_D30IP, "D30IP", 0x3104, 0),
	RCRB(ICH9_D29IP, "D29IP", 0x3108, 0),
	RCRB(ICH9_D28IP, "D28IP", 0x310c, 0),
	RCRB(ICH9_D27IP, "D27IP", 0x3110, 0),
	RCRB(ICH9_D26IP, "D26IP", 0x3114, 0),
	RCRB(ICH9_D25IP, "D25IP", 0x3118, 0),
	ROUTE(ICH9_D31IR, "D31IR", 0x3140, PCI_MODEL_WIDTHS_0),
	ROUTE(ICH9_D30IR, "D30IR", 0x3142, PCI_MODEL_WIDTHS_2),
	ROUTE(ICH9_D29IR, "D29IR", 0x3144, PCI_MODEL_WIDTHS_0),
	ROUTE(ICH9_D28IR, "D28IR", 0x3146, PCI_MODEL_WIDTHS_2),
	ROUTE(ICH9_D27IR, "D27IR", 0x3148, PCI_MODEL_WIDTHS_0),
	ROUTE(ICH9_D26IR, "D26IR", 0x314c, PCI_MODEL_WIDTHS_0),
	ROUTE(ICH9_D25IR, "D25IR", 0x3150, PCI_MODEL_WIDTHS_0),
	[ICH9_OIC] = { "OIC", 0x31fe, 16, REG_DIR_RW, 0, 0, RCRB_SPEC,
		       REG_FIELDS({ "ASEL", 7, 0, REG_RW }, { "AEN", 8, 8, REG_RW },
				  { "CEN", 9, 9, REG_RW }, { "RSVD", 15, 10, REG_RSVDP }),
		       0, 0, PCI_MODEL_WIDTHS_2, .kept = "ASEL CEN" },
	RCRB(ICH9_RC, "RC", 0x3400, 0),
	[ICH9_HPTC] = { "HPTC", 0x3404, 32, REG_DIR_RW, 0, 0, RCRB_SPEC,
			REG_FIELDS({ "AS", 1, 0, REG_RW }, { "RSVD", 6, 2, REG_RSVDP },
				   { "AE", 7, 7, REG_RW }, { "RSVD", 31, 8, REG_RSVDP }),
			0, 0, PCI_MODEL_WIDTHS_0 },
	RCRB(ICH9_GCS, "GCS", 0x3410, 0),
	PCI_MODEL_ROW_KEPT(ICH9_BUC, "BUC", 0x3414, 8, PCI_MODEL_WIDTHS_0, 0, RCRB_SPEC),
	RCRB(ICH9_FD, "FD", 0x3418, 0),
	RCRB(ICH9_CG, "CG", 0x341c, 0),
};
/* clang-format on */
