/* SPDX-License-Identifier: MIT */
#include "devices/fw_cfg/model.h"

#include <string.h>

#include "devices/fw_cfg/lints.h"
#include "emu/bytes.h"

enum {
	LANE_ALL = 0xffff,
	LANE_LOW = 0x00ff,
	ACCESS_SIZE = 16, /* FWCfgDmaAccess */
	ACCESS_LENGTH = 4,
	ACCESS_ADDRESS = 8,
	KEY_SHIFT = 16,
	BLOCK = 4096,
	PORT_BITS = 64,
	ENTRY_SELECT = 4,
	ENTRY_NAME = 8
};

/* The DMA registers read as "QEMU CFG". */
static const uint8_t dma_signature[8] = { 'Q', 'E', 'M', 'U', ' ', 'C', 'F', 'G' };

/* ---- items ---- */

static const struct fw_cfg_model_item *item_of(const struct fw_cfg_model *f, uint16_t key)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (f->item[i].key == key) return &f->item[i];
	return NULL;
}

/* Copy `n` bytes of the selected item from `offset` on. Beyond its end the bytes are 0. */
static void copy_out(const struct fw_cfg_model *f, uint32_t offset, uint8_t *to, uint32_t n)
{
	const struct fw_cfg_model_item *item = item_of(f, f->s.key);
	uint32_t have = item && offset < item->size ? item->size - offset : 0;

	if (have > n) have = n;
	if (have) memcpy(to, item->data + offset, have);
	memset(to + have, 0, n - have);
}

static void advance(struct fw_cfg_model *f, uint32_t n)
{
	f->s.offset = n > UINT32_MAX - f->s.offset ? UINT32_MAX : f->s.offset + n;
}

static void select_item(struct fw_cfg_model *f, uint16_t key)
{
	f->s.key = (uint16_t)(key & ~FW_CFG_MODEL_KEY_WRITE);
	f->s.offset = 0;
	if (!item_of(f, f->s.key))
		device_lint(&f->dev, &fw_cfg_lints[FW_CFG_LINT_UNKNOWN_KEY], NULL, key,
			    "no item has the key 0x%x; it reads as zeroes", key);
}

static void lint_busy(const struct fw_cfg_model *f, enum fw_cfg_lint lint, const char *reg)
{
	if (f->s.busy)
		device_lint(
			&f->dev, &fw_cfg_lints[lint], reg, f->s.access,
			"the DMA operation at 0x%llx is not complete: its control field says so",
			(unsigned long long)f->s.access);
}

static uint8_t read_data(struct fw_cfg_model *f)
{
	uint8_t byte;

	lint_busy(f, FW_CFG_LINT_DATA_BUSY, NULL);
	copy_out(f, f->s.offset, &byte, 1);
	advance(f, 1);
	return byte;
}

static void write_selector(struct fw_cfg_model *f, const struct reg_write *w)
{
	if (w->lane == LANE_ALL) {
		lint_busy(f, FW_CFG_LINT_SELECTOR_BUSY, NULL);
		select_item(f, (uint16_t)w->raw);
	} else if (w->lane == LANE_LOW) {
		device_lint(&f->dev, &fw_cfg_lints[FW_CFG_LINT_WIDTH], NULL, 8,
			    "8-bit access to a 16-bit register");
	} else {
		device_lint(&f->dev, &fw_cfg_lints[FW_CFG_LINT_WRITE], NULL, w->raw >> 8,
			    "the data port is read-only");
	}
}

/* ---- DMA ---- */

/* Carry out the transfer. False: no memory there. */
static bool transfer(struct fw_cfg_model *f)
{
	uint8_t block[BLOCK];
	uint64_t address = f->s.address;
	uint32_t left = f->s.length, offset = f->s.offset;

	while (left > 0) {
		uint32_t n = left < BLOCK ? left : BLOCK;

		copy_out(f, offset, block, n);
		if (!dma_write(&f->port, address, block, n)) return false;
		address += n;
		offset = n > UINT32_MAX - offset ? UINT32_MAX : offset + n;
		left -= n;
	}
	return true;
}

static bool operate(struct fw_cfg_model *f)
{
	if (f->s.control & FW_CFG_MODEL_DMA_READ) {
		if (!transfer(f)) return false;
	} else if (f->s.control & FW_CFG_MODEL_DMA_WRITE) {
		device_lint(&f->dev, &fw_cfg_lints[FW_CFG_LINT_READ_ONLY], NULL, f->s.key,
			    "the item with the key 0x%x cannot be written", f->s.key);
		return false;
	} else if (!(f->s.control & FW_CFG_MODEL_DMA_SKIP)) {
		return true;
	}
	advance(f, f->s.length);
	return true;
}

static void complete(void *ctx, uint64_t due_ns)
{
	struct fw_cfg_model *f = ctx;
	uint8_t control[4];

	(void)due_ns;
	put_be32(control, operate(f) ? 0 : FW_CFG_MODEL_DMA_ERROR);
	f->s.busy = false;
	(void)dma_write(&f->port, f->s.access, control, sizeof(control));
}

static uint64_t duration_ns(const struct fw_cfg_model *f)
{
	uint64_t bytes = f->s.control & FW_CFG_MODEL_DMA_READ ? f->s.length : 0;

	return FW_CFG_MODEL_DMA_SETUP_NS + bytes * FW_CFG_MODEL_DMA_BYTE_NS;
}

static void begin(struct fw_cfg_model *f, uint64_t address)
{
	uint8_t access[ACCESS_SIZE];

	if (!dma_read(&f->port, address, access, sizeof(access))) return;
	f->s.access = address;
	f->s.control = get_be32(access);
	f->s.length = get_be32(access + ACCESS_LENGTH);
	f->s.address = get_be64(access + ACCESS_ADDRESS);
	if (f->s.control & FW_CFG_MODEL_DMA_RESERVED)
		device_lint(&f->dev, &fw_cfg_lints[FW_CFG_LINT_RESERVED], NULL,
			    f->s.control & FW_CFG_MODEL_DMA_RESERVED,
			    "control is 0x%x, in which 0x%x is reserved", f->s.control,
			    f->s.control & FW_CFG_MODEL_DMA_RESERVED);
	if (f->s.control & FW_CFG_MODEL_DMA_SELECT)
		select_item(f, (uint16_t)(f->s.control >> KEY_SHIFT));
	f->s.busy = true;
	clock_arm(f->clock, f->timer, clock_now(f->clock) + duration_ns(f));
}

/* The register is big-endian: the first byte at its first port is the highest. */
static uint32_t swap(uint64_t v)
{
	uint8_t bytes[4];

	put_le(bytes, v, sizeof(bytes));
	return get_be32(bytes);
}

static void write_dma(struct fw_cfg_model *f, unsigned reg, const struct reg_write *w)
{
	uint64_t *high = &f->s.reg[FW_CFG_MODEL_DMA_HIGH], *low = &f->s.reg[FW_CFG_MODEL_DMA_LOW];
	uint64_t address;

	if (f->s.busy || w->lane != UINT32_MAX) { /* a partial access is a `width` lint */
		lint_busy(f, FW_CFG_LINT_DMA_BUSY, fw_cfg_regs[reg].name);
		f->s.reg[reg] = w->old;
		return;
	}
	if (reg == FW_CFG_MODEL_DMA_HIGH) return;
	address = (uint64_t)swap(*high) << 32 | swap(*low);
	*high = *low = 0;
	begin(f, address);
}

/* ---- registers ---- */

static uint64_t reg_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct fw_cfg_model *f = (struct fw_cfg_model *)dev;

	(void)n;
	switch ((enum fw_cfg_model_reg)reg) {
	case FW_CFG_MODEL_DATA: return read_data(f);
	case FW_CFG_MODEL_DMA_HIGH: return get_le32(dma_signature);
	case FW_CFG_MODEL_DMA_LOW: return get_le32(dma_signature + 4);
	default: return stored;
	}
}

static void reg_written(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct fw_cfg_model *f = (struct fw_cfg_model *)dev;

	(void)n;
	if (reg == FW_CFG_MODEL_SELECTOR)
		write_selector(f, w);
	else
		write_dma(f, reg, w);
}

static void reset_device(struct device *dev) { fw_cfg_model_reset((struct fw_cfg_model *)dev); }

const struct device_ops fw_cfg_model_ops = {
	.name = "fw_cfg",
	.about = &fw_cfg_about,
	.regs = fw_cfg_regs,
	.n_regs = FW_CFG_MODEL_N_REGS,
	.read = reg_read,
	.write = reg_written,
	.reset = reset_device,
};

/* ---- initialisation and reset ---- */

static void add_item(struct fw_cfg_model *f, uint16_t key, const void *data, uint32_t size)
{
	f->item[f->n_items++] = (struct fw_cfg_model_item){ key, data, size };
}

static void list_files(struct fw_cfg_model *f)
{
	struct fw_cfg_model_item *directory = &f->item[0]; /* added first */

	put_be32(f->directory, f->n_files);
	directory->size = 4 + f->n_files * FW_CFG_MODEL_ENTRY_SIZE;
}

static uint8_t *entry_of(struct fw_cfg_model *f, size_t i)
{
	return f->directory + 4 + i * FW_CFG_MODEL_ENTRY_SIZE;
}

const char *fw_cfg_model_add_file(struct fw_cfg_model *f, const char *name, const void *data,
				  size_t size)
{
	uint8_t *entry = entry_of(f, f->n_files);
	uint16_t key = (uint16_t)(FW_CFG_MODEL_KEY_FIRST_FILE + f->n_files);

	if (f->n_files == FW_CFG_MODEL_MAX_FILES) return "fw_cfg has no room for another file";
	if (!*name || strlen(name) > FW_CFG_MODEL_NAME_MAX)
		return "the name of an fw_cfg file has 1 to 55 characters";
	if (size > UINT32_MAX) return "an fw_cfg file is smaller than 4 GiB";
	for (uint32_t i = 0; i < f->n_files; i++)
		if (strcmp((const char *)entry_of(f, i) + ENTRY_NAME, name) == 0)
			return "two fw_cfg files have the same name";
	put_be32(entry, (uint32_t)size);
	put_be16(entry + ENTRY_SELECT, key);
	memcpy(entry + ENTRY_NAME, name, strlen(name) + 1);
	add_item(f, key, data, (uint32_t)size);
	f->n_files++;
	list_files(f);
	return NULL;
}

void fw_cfg_model_init(struct fw_cfg_model *f, const char *instance, const struct hub *hub,
		       struct clock *clock, struct mem *mem, uint64_t ram_size, uint16_t cpus)
{
	*f = (struct fw_cfg_model){ .clock = clock };
	device_init(&f->dev, &fw_cfg_model_ops, instance, hub, f->s.reg, &f->s, sizeof(f->s));
	f->port = (struct dma_port){ .dev = &f->dev, .mem = mem, .address_bits = PORT_BITS };
	f->timer = clock_add_timer(clock, "fw_cfg", complete, f);
	memcpy(f->signature, dma_signature, sizeof(f->signature));
	put_le(f->id, FW_CFG_MODEL_ID_TRADITIONAL | FW_CFG_MODEL_ID_DMA, sizeof(f->id));
	put_le(f->ram_size, ram_size, sizeof(f->ram_size));
	put_le(f->cpus, cpus, sizeof(f->cpus));
	put_le(f->max_cpus, cpus, sizeof(f->max_cpus));
	add_item(f, FW_CFG_MODEL_KEY_DIRECTORY, f->directory, 0);
	add_item(f, FW_CFG_MODEL_KEY_SIGNATURE, f->signature, sizeof(f->signature));
	add_item(f, FW_CFG_MODEL_KEY_ID, f->id, sizeof(f->id));
	add_item(f, FW_CFG_MODEL_KEY_RAM_SIZE, f->ram_size, sizeof(f->ram_size));
	add_item(f, FW_CFG_MODEL_KEY_CPUS, f->cpus, sizeof(f->cpus));
	add_item(f, FW_CFG_MODEL_KEY_MAX_CPUS, f->max_cpus, sizeof(f->max_cpus));
	list_files(f);
}

void fw_cfg_model_reset(struct fw_cfg_model *f)
{
	clock_disarm(f->clock, f->timer);
	f->s = (struct fw_cfg_model_state){ 0 };
}
