/* SPDX-License-Identifier: MIT */
/* What it is, for `bimetal devices` and `bimetal explain`. */
#include "emu/about.h"
#include "devices/dma_8237/lints.h"
#include "devices/dma_8237/model.h"

const struct device_about i8237_about = {
	.title = "Two 8237A DMA controllers and their page registers",
	.document = "Intel 231466, read in chipset datasheets that repeat it",
	.table = { ABOUT_TABLE(dma_8237_model_regs1, DMA_8237_MODEL_N_REGS,
			       "Channels 0 to 3, from port 0x00"),
		   ABOUT_TABLE(dma_8237_model_regs2, DMA_8237_MODEL_N_REGS,
			       "Channels 4 to 7, from port 0xc0"),
		   ABOUT_TABLE(dma_8237_page_regs, DMA_8237_MODEL_N_PAGES,
			       "Page registers, from port 0x80") },
	.lints = { dma_8237_lints },
};
