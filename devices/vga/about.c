/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/vga/lints.h"
#include "devices/vga/model.h"

static const char *const vga_banks[] = {
	[VGA_MODEL_BANK_MONO] = "MISC.IOS=0", [VGA_MODEL_BANK_COLOUR] = "MISC.IOS=1"
};

const struct device_about vga_about = {
	.title = "VGA with 256 KiB",
	.document = "FreeVGA; vgadoc; IBM PS/2 Hardware Interface TR",
	.table = { ABOUT_BANKED(vga_model_ports, VGA_MODEL_N_PORTS, "Ports, from 0x3b0", vga_banks),
		   ABOUT_INNER_TABLE(vga_model_sr, VGA_MODEL_N_SR, "Sequencer, behind SEQ_INDEX"),
		   ABOUT_INNER_TABLE(vga_model_gr, VGA_MODEL_N_GR,
				     "Graphics controller, behind GC_INDEX"),
		   ABOUT_INNER_TABLE(vga_model_ar, VGA_MODEL_N_AR_ROWS,
				     "Attribute controller, behind ATTR_INDEX"),
		   ABOUT_INNER_TABLE(vga_model_cr, VGA_MODEL_N_CR_ROWS,
				     "CRT controller, behind CRTC_INDEX") },
	.lints = { vga_lints },
};
