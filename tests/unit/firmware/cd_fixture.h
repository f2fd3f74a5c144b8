/* SPDX-License-Identifier: MIT */
/* A CD in memory whose boot record, catalog and image a test may change. Every block of 512 bytes
 * from the image on begins with its number, counted from the image. */
#ifndef TESTS_UNIT_FIRMWARE_CD_FIXTURE_H
#define TESTS_UNIT_FIRMWARE_CD_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "emu/bytes.h"
#include "harness/firmware/bios/eltorito.h"
#include "tests/check.h"

enum {
	CD_RECORD = 17 * 2048,
	CD_CATALOG = 19 * 2048,
	CD_ENTRY = CD_CATALOG + 32,
	CD_IMAGE_SECTOR = 24,
	CD_IMAGE = CD_IMAGE_SECTOR * 2048,
	CD_BLOCKS = 400, /* of the image */
	CD_SIZE = CD_IMAGE + CD_BLOCKS * 512
};

static uint8_t cd_bytes[CD_SIZE];

static inline void cd_put16(size_t at, uint16_t v) { put_le16(cd_bytes + at, v); }
static inline void cd_put32(size_t at, uint32_t v) { put_le32(cd_bytes + at, v); }

/* Figure 2's checksum: all words of the validation entry add up to 0. */
static inline void cd_checksum(void)
{
	uint16_t sum = 0, word;

	cd_put16(CD_CATALOG + 0x1c, 0);
	for (unsigned i = 0; i < 32; i += 2) {
		memcpy(&word, cd_bytes + CD_CATALOG + i, sizeof(word));
		sum = (uint16_t)(sum + word);
	}
	cd_put16(CD_CATALOG + 0x1c, (uint16_t)-sum);
}

/* Makes a CD that boots, with this media type, and has this many sectors loaded. */
static inline void cd_build(uint8_t media, uint16_t count)
{
	memset(cd_bytes, 0, sizeof(cd_bytes));
	memcpy(cd_bytes + 16 * 2048, "\1CD001\1", 7);
	memcpy(cd_bytes + CD_RECORD, "\0CD001\1EL TORITO SPECIFICATION", 30);
	cd_put32(CD_RECORD + 0x47, 19);
	cd_bytes[CD_CATALOG] = 1;
	cd_put16(CD_CATALOG + 0x1e, 0xaa55);
	cd_checksum();
	cd_bytes[CD_ENTRY] = 0x88;
	cd_bytes[CD_ENTRY + 1] = media;
	cd_put16(CD_ENTRY + 6, count);
	cd_put32(CD_ENTRY + 8, CD_IMAGE_SECTOR);
	for (unsigned i = 0; i < CD_BLOCKS; i++) cd_put32(CD_IMAGE + i * 512, i);
	/* A partition of 5 cylinders, 4 heads and 17 sectors. */
	memcpy(cd_bytes + CD_IMAGE + 446, "\x80\0\1\0\6\3\x11\4\1\0\0\0\x53\1\0\0", 16);
}

/* Opens the first `size` bytes as a disk image, which the caller closes. */
static inline struct disk_image cd_open(size_t size)
{
	struct disk_image image;
	uint8_t *block = malloc(size);
	char why[200];

	require_ne(ptr, block, NULL);
	memcpy(block, cd_bytes, size);
	require(disk_image_take_bytes(&image, "cd", block, size, why, sizeof(why)), "%s", why);
	return image;
}

#endif
