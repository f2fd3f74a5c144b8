/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/pic_8259/lints.h"
#include "devices/pic_8259/model.h"

static const char *const pic_banks[] = { [PIC_8259_MODEL_EXPECT_OCW1] = "initialised",
					 [PIC_8259_MODEL_EXPECT_ICW2] = "after ICW1",
					 [PIC_8259_MODEL_EXPECT_ICW3] = "after ICW2",
					 [PIC_8259_MODEL_EXPECT_ICW4] = "after ICW3" };

static const char *const pic_words[] = {
	[1] = "bit 4 set", [2] = "bits 4:3 = 00", [3] = "bits 4:3 = 01"
};

const struct device_about i8259a_about = {
	.title = "Two 8259A interrupt controllers, and ELCR",
	.document = "Intel 231468; 82371AB (PIIX4) and Atom E6xx datasheets",
	.table = { ABOUT_BANKED(pic_8259_master_regs, PIC_8259_MODEL_N_REGS,
				"Master, from port 0x20", pic_banks),
		   ABOUT_BANKED(pic_8259_slave_regs, PIC_8259_MODEL_N_REGS, "Slave, from port 0xa0",
				pic_banks),
		   { pic_8259_command_regs, PIC_8259_MODEL_N_COMMANDS, ABOUT_INNER,
		     "Words written to CMD", pic_words },
		   ABOUT_TABLE(pic_8259_elcr_regs, PIC_8259_MODEL_N_ELCR,
			       "Edge/level control, from port 0x4d0") },
	.lints = { pic_8259_lints },
};
