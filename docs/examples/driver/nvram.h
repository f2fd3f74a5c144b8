/* SPDX-License-Identifier: MIT */
/* A record of up to 15 bytes that survives power-off, in the battery-backed memory of a PC's
 * real-time clock (Motorola MC146818A and successors), with a checksum. */
#ifndef NVRAM_H
#define NVRAM_H

#include <stdint.h>

#include "io.h"

#define NVRAM_MUST_USE __attribute__((warn_unused_result))

enum nvram_status {
	NVRAM_OK,
	NVRAM_NULL,    /* a null pointer */
	NVRAM_SIZE,    /* a record of 0 bytes, or of more than NVRAM_MAX */
	NVRAM_ABSENT,  /* nobody answers */
	NVRAM_LOST,    /* the battery ran down: the chip's contents mean nothing */
	NVRAM_CORRUPT, /* no record of this size was stored, or it is damaged */
};

enum { NVRAM_MAX = 15 };

struct nvram {
	struct io io;
};

/* `io`: the index and the data port, io_port(0x70) in a PC. */
NVRAM_MUST_USE enum nvram_status nvram_init(struct nvram *nvram, struct io io);
/* Copy the record to `data`; only NVRAM_OK means that it is sound. */
NVRAM_MUST_USE enum nvram_status nvram_load(const struct nvram *nvram, uint8_t *data,
					    uint32_t size);
NVRAM_MUST_USE enum nvram_status nvram_store(const struct nvram *nvram, const uint8_t *data,
					     uint32_t size);

#endif
