/* SPDX-License-Identifier: MIT */
/* The PC's two cascaded 8237A DMA controllers (Intel 231466) and their page registers. Nothing is
 * connected to DREQ, so no transfer ever happens: only what software sees is modelled.
 *
 * Lints beyond the register tables:
 *   i8237.<reg>.flip-flop     the two bytes of an address or a count do not belong together: the
 *                             byte pointer was not cleared before
 *   i8237.<reg>.unprogrammed  an address or a count read that was never written
 *   i8237.MODE.illegal        both transfer bits set, other than in cascade mode
 *   i8237.COMMAND.polarity    DREQ active low or DACK active high: a PC is wired the other way
 * Not modelled (lints of that severity): REQUEST.software-request, COMMAND.memory-to-memory. Not
 * decoded: the copies at 0x10-0x1f and 0x90-0x9f that some chipsets have. */
#ifndef DEVICES_DMA_8237_MODEL_H
#define DEVICES_DMA_8237_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/dma_8237/registers.h"

enum {
	DMA_8237_MODEL_PORTS1 = 0x10, /* ports of chip 1, at 0x00 */
	DMA_8237_MODEL_PORTS2 = 0x20, /* of chip 2, at 0xc0 */
	DMA_8237_MODEL_PAGE_BASE = 0x81,
	DMA_8237_MODEL_PAGE_PORTS = 0x0f, /* offsets 1..15 of the table */
	DMA_8237_MODEL_NAME_SIZE = 24,
	DMA_8237_MODEL_NO_REG = 0xff
};

struct dma_8237_model_chip_state { /* plain data: a snapshot */
	uint64_t reg[2 * DMA_8237_MODEL_N_REGS];
	/* Address and count of each channel, indexed by row (ADDR0 .. COUNT3). */
	uint16_t base[2 * DMA_8237_MODEL_CHANNELS], current[2 * DMA_8237_MODEL_CHANNELS];
	uint8_t programmed; /* bit i: entry i was written since power-on or master clear */
	uint8_t mode[DMA_8237_MODEL_CHANNELS];
	uint8_t command, mask;
	bool high; /* the byte pointer flip-flop: the next byte is the high one */
	/* Row of the low byte; DMA_8237_MODEL_NO_REG: none since the flip-flop was cleared. */
	uint8_t half;
};

struct dma_8237_model_page_state {
	uint64_t reg[DMA_8237_MODEL_N_PAGES];
};

struct dma_8237_model {
	struct device chip1; /* DMA_8237_MODEL_PORTS1 ports, at 0x00: channels 0 to 3 */
	struct device chip2; /* DMA_8237_MODEL_PORTS2 ports, at 0xc0: channels 4 to 7 */
	struct device page;  /* map port 0x81 at offset 1 */
	char name[3][DMA_8237_MODEL_NAME_SIZE];
	struct {
		struct dma_8237_model_chip_state chip1, chip2;
		struct dma_8237_model_page_state page;
	} s;
};

/* Connect and power on. Instance names are "<instance>1", "<instance>2", "<instance>.page". */
void dma_8237_model_init(struct dma_8237_model *p, const char *instance, const struct hub *hub);
/* Hardware reset. On hardware the page registers are then undefined; here they are 0. */
void dma_8237_model_reset(struct dma_8237_model *p);
/* Set the state that a BIOS leaves: all channels masked except channel 4, which cascades the first
 * chip. */
void dma_8237_model_bios_state(struct dma_8237_model *p);

extern const struct device_ops dma_8237_model_chip1_ops, dma_8237_model_chip2_ops,
	dma_8237_model_page_ops;
/* What it is, and how it answers. */
extern const struct device_about i8237_about;

#endif
