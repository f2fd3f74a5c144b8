/* SPDX-License-Identifier: MIT */
#include "nvram.h"

#include <stddef.h>

#define INDEX ((struct io_wo8){ 0 })
#define DATA  ((struct io_rw8){ 1 })

enum {
	REGISTER_D = 0x0d,
	D_VALID = 0x80, /* the only bit of register D; the others read as 0 */
	FIRST = 0x70,   /* of the bytes that no firmware claims: the record, then its checksum */
	SEED = 0x5a,    /* so that neither all zeros nor all ones are a record */
};

static uint8_t get(const struct nvram *nvram, uint32_t index)
{
	io_write(nvram->io, INDEX, (uint8_t)index);
	return io_read(nvram->io, DATA);
}

static void put(const struct nvram *nvram, uint32_t index, uint8_t value)
{
	io_write(nvram->io, INDEX, (uint8_t)index);
	io_write(nvram->io, DATA, value);
}

static enum nvram_status check(const struct nvram *nvram, const uint8_t *data, uint32_t size)
{
	if (!nvram || !data) return NVRAM_NULL;
	return size == 0 || size > NVRAM_MAX ? NVRAM_SIZE : NVRAM_OK;
}

enum nvram_status nvram_init(struct nvram *nvram, struct io io)
{
	if (!nvram) return NVRAM_NULL;
	nvram->io = io;
	uint8_t d = get(nvram, REGISTER_D);
	if (d & (uint8_t)~D_VALID) return NVRAM_ABSENT;
	return d & D_VALID ? NVRAM_OK : NVRAM_LOST;
}

enum nvram_status nvram_load(const struct nvram *nvram, uint8_t *data, uint32_t size)
{
	enum nvram_status status = check(nvram, data, size);
	if (status != NVRAM_OK) return status;
	uint8_t sum = SEED;
	for (uint32_t i = 0; i < size; i++) {
		data[i] = get(nvram, FIRST + i);
		sum = (uint8_t)(sum + data[i]);
	}
	return get(nvram, FIRST + size) == sum ? NVRAM_OK : NVRAM_CORRUPT;
}

enum nvram_status nvram_store(const struct nvram *nvram, const uint8_t *data, uint32_t size)
{
	enum nvram_status status = check(nvram, data, size);
	if (status != NVRAM_OK) return status;
	uint8_t sum = SEED;
	for (uint32_t i = 0; i < size; i++) {
		put(nvram, FIRST + i, data[i]);
		sum = (uint8_t)(sum + data[i]);
	}
	put(nvram, FIRST + size, sum);
	return NVRAM_OK;
}
