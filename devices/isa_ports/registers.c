/* SPDX-License-Identifier: MIT */
/* Board ports. Names and bits are from Intel's ICH datasheets; 0x80 from the IBM PC/AT Technical
 * Reference. 0x61 was read in the 82371AB (PIIX4) datasheet. The two bits of 0x92 were read in
 * SMSC's FDC37B78x; its others are reserved in the ICH. The debug ports exist only in virtual
 * machines. */
#include "devices/isa_ports/registers.h"

#define W  REG_DIR_W
#define RW REG_DIR_RW

/* clang-format off: keep the columns of the table */
const struct reg_desc isa_ports_regs[ISA_PORTS_MODEL_N_REGS] = {
	[ISA_PORTS_MODEL_NMI_SC] = { "NMI_SC", 0x61, 8, RW, 0, 0, "82371AB (PIIX4) 4.2.4.1",
				     REG_FIELDS({ "TIM_CNT2_EN", 0, 0, REG_RW },
						{ "SPKR_DAT_EN", 1, 1, REG_RW },
						{ "PCI_SERR_EN", 2, 2, REG_RW },
						{ "IOCHK_NMI_EN", 3, 3, REG_RW },
						{ "REF_TOGGLE", 4, 4, REG_RO },
						{ "TMR2_OUT_STS", 5, 5, REG_RO },
						{ "IOCHK_NMI_STS", 6, 6, REG_RO },
						{ "SERR_NMI_STS", 7, 7, REG_RO }),
				     .compare = REG_COMPARE_TIME,
				     .kept = "SPKR_DAT_EN PCI_SERR_EN IOCHK_NMI_EN IOCHK_NMI_STS "
					     "SERR_NMI_STS" },
	[ISA_PORTS_MODEL_POST] = { "POST", 0x80, 8, RW, 0, 0,
				   "unread: IBM PC/AT Technical Reference, I/O address map",
				   REG_FIELDS({ "CODE", 7, 0, REG_RW }) },
	[ISA_PORTS_MODEL_PORT92] = { "PORT92", 0x92, 8, RW, 0, 0x02, "FDC37B78x, Port 92 Register",
				     REG_FIELDS({ "INIT_NOW", 0, 0, REG_RW },
						{ "ALT_A20_GATE", 1, 1, REG_RW }) },
	[ISA_PORTS_MODEL_DEBUG_E9] = { "DEBUG_E9", 0xe9, 8, RW, 0, 0xe9, "bimetal debug console",
				       REG_FIELDS({ "BYTE", 7, 0, REG_RO }) },
	[ISA_PORTS_MODEL_COPROC_ERR] = { "COPROC_ERR", 0xf0, 8, W, 0, 0,
					 "unread: 82801IB (ICH9) 13.7.4",
					 REG_FIELDS({ "ANY", 7, 0, REG_RO }) },
	[ISA_PORTS_MODEL_DEBUG_EXIT] = { "DEBUG_EXIT", 0xf4, 32, W, 0, 0, "bimetal debug exit",
					 REG_FIELDS({ "VALUE", 31, 0, REG_RO }), 0, 0,
					 REG_W8 | REG_W16 },
	[ISA_PORTS_MODEL_DEBUG_402] = { "DEBUG_402", 0x402, 8, RW, 0, 0xe9, "bimetal debug console",
					REG_FIELDS({ "BYTE", 7, 0, REG_RO }) },
};

const struct reg_desc isa_ports_model_rst_cnt = { "RST_CNT",
						  0xcf9,
						  8,
						  RW,
						  0,
						  0,
						  "unread: 82801IB (ICH9) 13.7.5",
						  REG_FIELDS({ "SYS_RST", 1, 1, REG_RW },
							     { "RST_CPU", 2, 2, REG_RW },
							     { "FULL_RST", 3, 3, REG_RW }) };
/* clang-format on */
