/* SPDX-License-Identifier: MIT */
/* QEMU's firmware configuration device (docs/specs/fw_cfg.rst) at its ports: items of bytes, read
 * one by one or by DMA. All items are read-only.
 *
 * Time: a DMA operation takes FW_CFG_MODEL_DMA_SETUP_NS, and FW_CFG_MODEL_DMA_BYTE_NS for each
 * byte. `control` is cleared at its end, not before. No real chip exists, so the numbers are
 * invented.
 *
 * Lints beyond the register table:
 *   fw_cfg.SELECTOR.width        a byte written to the selector; it selects nothing
 *   fw_cfg.SELECTOR.busy         a key selected during a DMA operation (likewise DATA.busy)
 *   fw_cfg.DATA.write            a write to the data port, ignored since QEMU 2.4
 *   fw_cfg.DMA_HIGH.busy, .DMA_LOW.busy  the address written during an operation: ignored
 *   fw_cfg.DMA_LOW.reserved      a bit of `control` that has no meaning
 *   fw_cfg.DMA_LOW.read-only     a DMA write: no item can be written; the error bit is set
 * and those of its DMA port (emu/dma.h) for an address without memory. The error bit is set if it
 * was the address of the data, but not if it was that of the control structure. Of severity "not
 * modelled": fw_cfg.SELECTOR.unknown-key, a key without an item (reads 0). */
#ifndef DEVICES_FW_CFG_MODEL_H
#define DEVICES_FW_CFG_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/fw_cfg/registers.h"
#include "emu/clock.h"
#include "emu/dma.h"

enum {
	FW_CFG_MODEL_MAX_FILES = 32,
	FW_CFG_MODEL_NAME_MAX = 55, /* characters of a file's name */
	FW_CFG_MODEL_ENTRY_SIZE = 64,
	FW_CFG_MODEL_DMA_SETUP_NS = 1000,
	FW_CFG_MODEL_DMA_BYTE_NS = 1
};

struct fw_cfg_model_item {
	uint16_t key;
	const uint8_t *data;
	uint32_t size;
};

struct fw_cfg_model_state { /* plain data: a snapshot */
	uint64_t reg[FW_CFG_MODEL_N_REGS];
	uint16_t key;
	uint32_t offset; /* offset of the next byte; stays at UINT32_MAX */
	bool busy;
	uint64_t access; /* address of the FWCfgDmaAccess in progress */
	uint32_t control, length;
	uint64_t address;
};

struct fw_cfg_model {
	struct device dev;
	struct clock *clock;
	struct dma_port port;
	unsigned timer;
	/* The items. They do not change while the machine runs, so they are not state. */
	struct fw_cfg_model_item item[FW_CFG_MODEL_MAX_FILES + 6];
	size_t n_items;
	uint32_t n_files;
	uint8_t signature[4], id[4], ram_size[8], cpus[2], max_cpus[2];
	uint8_t directory[4 + FW_CFG_MODEL_MAX_FILES * FW_CFG_MODEL_ENTRY_SIZE];
	struct fw_cfg_model_state s;
};

/* Connect and power on, with the items that every machine has and an empty directory. It can always
 * master `mem`, with 64 address bits. Uses one timer. */
void fw_cfg_model_init(struct fw_cfg_model *f, const char *instance, const struct hub *hub,
		       struct clock *clock, struct mem *mem, uint64_t ram_size, uint16_t cpus);
/* Add a file while the machine is built. The name is copied into the directory; the data is not
 * copied and must outlive the device. Returns NULL or a static message. */
__attribute__((warn_unused_result)) const char *
fw_cfg_model_add_file(struct fw_cfg_model *f, const char *name, const void *data, size_t size);
/* Hardware reset: an operation in progress is dropped. */
void fw_cfg_model_reset(struct fw_cfg_model *f);

extern const struct device_ops fw_cfg_model_ops;
/* What it is, and how it answers. */
extern const struct device_about fw_cfg_about;

#endif
