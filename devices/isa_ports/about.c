/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/isa_ports/model.h"

const struct device_about isa_misc_about = {
	.title = "Ports of the board, and debug ports",
	.document = "Intel 82371AB (PIIX4) and 82801IB (ICH9); SMSC FDC37B78x",
	.table = { ABOUT_TABLE(isa_ports_regs, ISA_PORTS_MODEL_N_REGS, "Ports"),
		   ABOUT_INNER_TABLE(&isa_ports_model_rst_cnt, 1, "Reset control") },
};
