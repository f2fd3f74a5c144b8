/* SPDX-License-Identifier: MIT */
/* Loading a multiboot2 image (Multiboot2 Specification 2.0, 3.1): for a chain loader. What is to be
 * copied from the file to which addresses, and where the image starts; placing and copying are the
 * caller's. The file is an ELF image of 32 or 64 bits, or any with an address and an entry tag. */
#ifndef BIMETAL_MULTIBOOT2_IMAGE_H
#define BIMETAL_MULTIBOOT2_IMAGE_H

/* For example, where physical addresses are addresses of C:
 *
 *	static enum mb2_status load(struct mb2_image *image, const uint8_t *file, size_t size)
 *	{
 *		struct mb2_segment segment;
 *		uint32_t at = 0;
 *		enum mb2_status status = mb2_image_open(image, file, size, 0);
 *
 *		if (status != MB2_OK) return status;
 *		while (mb2_image_next(image, &at, &segment))
 *			mb2_segment_copy(image, &segment, (uint8_t *)(uintptr_t)segment.address);
 *		return MB2_OK;
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/multiboot2.h"
#include "bimetal/multiboot2_header.h"

/* `stored` bytes from offset `offset` of the file go to physical address `address`, followed by
 * zeroes up to `size` bytes. It ends below 4 GiB; `stored` is at most `size`, which is at
 * least 1. */
struct mb2_segment {
	uint32_t offset, stored, address, size;
};

struct mb2_image {
	const uint8_t *bytes;
	size_t size;
	struct mb2_header header;
	uint32_t entry;           /* physical address of the first instruction */
	struct mb2_segment whole; /* with an address tag: the only segment */
	bool by_address, is_64;
	uint32_t first, step, n; /* ELF: program headers */
	uint16_t refused;        /* after MB2_UNSUPPORTED: the type of the header tag */
};

/* A bit for each type of header tag that the caller obeys (bit 4 for the console flags, and so on),
 * in addition to requests of known tags, address, and entry. */
#define MB2_OBEYS(type) (1u << (type))

/* Read the header and all places. `bytes` must stay as they are while the image is used. Errors:
 * those of mb2_header_find(); MB2_UNSUPPORTED: a tag that is not optional, and that `obeys` lacks;
 * MB2_BAD_IMAGE: no address tag, and no ELF image for an i386 or x86-64 that can be executed;
 * MB2_BAD_VALUE: places or entry make no sense; MB2_TOO_SHORT: the file ends before a segment does.
 */
MB2_MUST_USE enum mb2_status mb2_image_open(struct mb2_image *image, const uint8_t *bytes,
					    size_t size, uint32_t obeys);
/* The next segment. Set *at to 0 before the first call. False: there are no more. */
bool mb2_image_next(const struct mb2_image *image, uint32_t *at, struct mb2_segment *segment);
/* Write a segment's bytes, `segment->size` in number, to `to`. They must not overlap the file. */
void mb2_segment_copy(const struct mb2_image *image, const struct mb2_segment *segment,
		      uint8_t *to);

#endif
