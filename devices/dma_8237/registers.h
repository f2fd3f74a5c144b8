/* SPDX-License-Identifier: MIT */
/* Registers of the 8237A DMA controller (Intel 231466) as a PC has it: a pair, with page registers.
 */
#ifndef DEVICES_DMA_8237_REGISTERS_H
#define DEVICES_DMA_8237_REGISTERS_H

#include "emu/regs.h"

enum { DMA_8237_MODEL_CHANNELS = 4 };

/* Rows of each chip. The order of the first eight matters: channel n has its address in row 2n and
 * its count in row 2n + 1. */
enum dma_8237_model_reg {
	DMA_8237_MODEL_ADDR0,
	DMA_8237_MODEL_COUNT0,
	DMA_8237_MODEL_ADDR1,
	DMA_8237_MODEL_COUNT1,
	DMA_8237_MODEL_ADDR2,
	DMA_8237_MODEL_COUNT2,
	DMA_8237_MODEL_ADDR3,
	DMA_8237_MODEL_COUNT3,
	DMA_8237_MODEL_STATUS,
	DMA_8237_MODEL_COMMAND,
	DMA_8237_MODEL_REQUEST,
	DMA_8237_MODEL_SINGLE_MASK,
	DMA_8237_MODEL_MODE,
	DMA_8237_MODEL_CLEAR_BYTE_POINTER,
	DMA_8237_MODEL_TEMPORARY,
	DMA_8237_MODEL_MASTER_CLEAR,
	DMA_8237_MODEL_CLEAR_MASK,
	DMA_8237_MODEL_ALL_MASKS,
	DMA_8237_MODEL_N_REGS
};

/* Page registers, by offset from 0x80; 0x80 itself is the diagnostic port (isa_misc). */
enum dma_8237_model_page {
	DMA_8237_MODEL_PAGE2,
	DMA_8237_MODEL_PAGE3,
	DMA_8237_MODEL_PAGE1,
	DMA_8237_MODEL_SPARE84,
	DMA_8237_MODEL_SPARE85,
	DMA_8237_MODEL_SPARE86,
	DMA_8237_MODEL_PAGE0,
	DMA_8237_MODEL_SPARE88,
	DMA_8237_MODEL_PAGE6,
	DMA_8237_MODEL_PAGE7,
	DMA_8237_MODEL_PAGE5,
	DMA_8237_MODEL_SPARE8C,
	DMA_8237_MODEL_SPARE8D,
	DMA_8237_MODEL_SPARE8E,
	DMA_8237_MODEL_REFRESH,
	DMA_8237_MODEL_N_PAGES
};

enum dma_8237_model_bits {
	DMA_8237_MODEL_COMMAND_MEMORY_TO_MEMORY = 0x01,
	DMA_8237_MODEL_COMMAND_DREQ_LOW = 0x40,
	DMA_8237_MODEL_COMMAND_DACK_HIGH = 0x80,
	DMA_8237_MODEL_SELECT = 0x03, /* REQUEST, SINGLE_MASK, MODE: the channel */
	DMA_8237_MODEL_SET = 0x04,    /* REQUEST, SINGLE_MASK */
	DMA_8237_MODEL_MODE_TRANSFER = 0x0c,
	DMA_8237_MODEL_MODE_ILLEGAL = 0x0c, /* value of the transfer field */
	DMA_8237_MODEL_MODE_CASCADE = 0xc0
};

/* The first chip has its registers at consecutive ports. The second does not decode A0, so each of
 * its registers has two ports. */
extern const struct reg_desc dma_8237_model_regs1[DMA_8237_MODEL_N_REGS],
	dma_8237_model_regs2[DMA_8237_MODEL_N_REGS];
extern const struct reg_desc dma_8237_page_regs[DMA_8237_MODEL_N_PAGES];

#endif
