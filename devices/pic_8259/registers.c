/* SPDX-License-Identifier: MIT */
/* Registers of the 8259A (Intel 231468) and of the ELCR. The clauses were read in the 82371AB
 * (PIIX4) and Atom E6xx datasheets, which repeat them. */
#include "devices/pic_8259/registers.h"

#define R  REG_DIR_R
#define W  REG_DIR_W
#define RW REG_DIR_RW
enum {
	ANY = 0,
	OCW = PIC_8259_MODEL_EXPECT_OCW1,
	TWO = PIC_8259_MODEL_EXPECT_ICW2,
	THREE = PIC_8259_MODEL_EXPECT_ICW3,
	FOUR = PIC_8259_MODEL_EXPECT_ICW4
};

/* clang-format off */
/* Both chips, apart from the meaning of ICW3. */
#define CHIP_ROWS(...) \
	[PIC_8259_MODEL_STATUS] = { "STATUS", 0, 8, R, ANY, 0x00, "82371AB (PIIX4) 4.2.2.8", \
		REG_FIELDS({ "IR", 7, 0, REG_RO }), .compare = REG_COMPARE_POLL }, \
	[PIC_8259_MODEL_CMD] = { "CMD", 0, 8, W, ANY, 0x00, "Atom E6xx datasheet 11.3.4.1", \
		REG_FIELDS({ "WORD", 7, 0, REG_WO }) }, \
	[PIC_8259_MODEL_IMR] = { "IMR", 1, 8, R, ANY, 0x00, "Atom E6xx datasheet 11.3.3.1", \
		REG_FIELDS({ "M", 7, 0, REG_RO }) }, \
	[PIC_8259_MODEL_OCW1] = { "OCW1", 1, 8, W, OCW, 0x00, "Atom E6xx datasheet 11.3.5", \
		REG_FIELDS({ "M", 7, 0, REG_WO }) }, \
	[PIC_8259_MODEL_ICW2] = { "ICW2", 1, 8, W, TWO, 0x00, "Atom E6xx datasheet 11.3.4.2", \
		REG_FIELDS({ "T7_T3", 7, 3, REG_WO }, { "A10_A8", 2, 0, REG_WO }), \
		.kept = "A10_A8" }, \
	[PIC_8259_MODEL_ICW3] = { "ICW3", 1, 8, W, THREE, 0x00, "Atom E6xx datasheet 11.3.4.3", \
		REG_FIELDS(__VA_ARGS__) }, \
	[PIC_8259_MODEL_ICW4] = { "ICW4", 1, 8, W, FOUR, 0x00, "Atom E6xx datasheet 11.3.4.4", \
		REG_FIELDS({ "UPM", 0, 0, REG_WO }, { "AEOI", 1, 1, REG_WO }, \
			   { "MS", 2, 2, REG_WO }, { "BUF", 3, 3, REG_WO }, \
			   { "SFNM", 4, 4, REG_WO }), .kept = "BUF MS", .undone = "UPM" }
/* clang-format on */

const struct reg_desc pic_8259_master_regs[PIC_8259_MODEL_N_REGS] = { CHIP_ROWS(
	{ "S", 7, 0, REG_WO }) };
const struct reg_desc pic_8259_slave_regs[PIC_8259_MODEL_N_REGS] = { CHIP_ROWS(
	{ "ID", 2, 0, REG_WO }) };

/* Not decoded by offset: reg_apply_write() checks a word against its row. */
const struct reg_desc pic_8259_command_regs[PIC_8259_MODEL_N_COMMANDS] = {
	[PIC_8259_MODEL_ICW1] = { "ICW1", 0, 8, W, 1, 0x00, "Atom E6xx datasheet 11.3.4.1",
				  REG_FIELDS({ "IC4", 0, 0, REG_WO }, { "SNGL", 1, 1, REG_WO },
					     { "ADI", 2, 2, REG_WO }, { "LTIM", 3, 3, REG_WO },
					     { "ONE", 4, 4, REG_WO }, { "A7_A5", 7, 5, REG_WO }),
				  .kept = "ADI A7_A5" },
	[PIC_8259_MODEL_OCW2] = { "OCW2", 0, 8, W, 2, 0x00, "82371AB (PIIX4) 4.2.2.7",
				  REG_FIELDS({ "L", 2, 0, REG_WO }, { "EOI", 5, 5, REG_WO },
					     { "SL", 6, 6, REG_WO }, { "R", 7, 7, REG_WO }) },
	[PIC_8259_MODEL_OCW3] = { "OCW3", 0, 8, W, 3, 0x00, "82371AB (PIIX4) 4.2.2.8",
				  REG_FIELDS({ "RIS", 0, 0, REG_WO }, { "RR", 1, 1, REG_WO },
					     { "P", 2, 2, REG_WO }, { "ONE", 3, 3, REG_WO },
					     { "SMM", 5, 5, REG_WO }, { "ESMM", 6, 6, REG_WO }) },
};

const struct reg_desc pic_8259_elcr_regs[PIC_8259_MODEL_N_ELCR] = {
	[PIC_8259_MODEL_ELCR1] = { "ELCR1", 0, 8, RW, ANY, 0x00, "unread: 82371AB (PIIX4) ELCR1",
				   REG_FIELDS({ "ECL", 7, 3, REG_RW }) },
	[PIC_8259_MODEL_ELCR2] = { "ELCR2", 1, 8, RW, ANY, 0x00, "Atom E6xx datasheet 11.3.2.9",
				   REG_FIELDS({ "ECL_12_9", 4, 1, REG_RW },
					      { "ECL_15_14", 7, 6, REG_RW }) },
};
