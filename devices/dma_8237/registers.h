/* SPDX-License-Identifier: MIT */
/* Registers of the 8237A DMA controller (Intel 231466), the pair of a PC, and its page registers.
 */
#ifndef DEVICES_DMA_8237_REGISTERS_H
#define DEVICES_DMA_8237_REGISTERS_H

#include "emu/regs.h"

enum { I8237_CHANNELS = 4 };

/* Rows of either chip. The first eight are in this order on purpose: channel n's address is row 2n,
 * its count row 2n + 1. */
enum i8237_reg {
	I8237_ADDR0,
	I8237_COUNT0,
	I8237_ADDR1,
	I8237_COUNT1,
	I8237_ADDR2,
	I8237_COUNT2,
	I8237_ADDR3,
	I8237_COUNT3,
	I8237_STATUS,
	I8237_COMMAND,
	I8237_REQUEST,
	I8237_SINGLE_MASK,
	I8237_MODE,
	I8237_CLEAR_BYTE_POINTER,
	I8237_TEMPORARY,
	I8237_MASTER_CLEAR,
	I8237_CLEAR_MASK,
	I8237_ALL_MASKS,
	I8237_N_REGS
};

/* Page registers, by offset from 0x80; 0x80 itself is the diagnostic port (isa_misc). */
enum i8237_page {
	I8237_PAGE2,
	I8237_PAGE3,
	I8237_PAGE1,
	I8237_SPARE84,
	I8237_SPARE85,
	I8237_SPARE86,
	I8237_PAGE0,
	I8237_SPARE88,
	I8237_PAGE6,
	I8237_PAGE7,
	I8237_PAGE5,
	I8237_SPARE8C,
	I8237_SPARE8D,
	I8237_SPARE8E,
	I8237_REFRESH,
	I8237_N_PAGES
};

enum i8237_bits {
	I8237_COMMAND_MEMORY_TO_MEMORY = 0x01,
	I8237_COMMAND_DREQ_LOW = 0x40,
	I8237_COMMAND_DACK_HIGH = 0x80,
	I8237_SELECT = 0x03, /* REQUEST, SINGLE_MASK, MODE: the channel */
	I8237_SET = 0x04,    /* REQUEST, SINGLE_MASK */
	I8237_MODE_TRANSFER = 0x0c,
	I8237_MODE_ILLEGAL = 0x0c, /* value of the transfer field */
	I8237_MODE_CASCADE = 0xc0
};

/* The first chip has its registers at consecutive ports; the second does not decode A0, so that
 * each of its registers has two. */
extern const struct reg_desc i8237_regs1[I8237_N_REGS], i8237_regs2[I8237_N_REGS];
extern const struct reg_desc i8237_page_regs[I8237_N_PAGES];

#endif
