/* SPDX-License-Identifier: MIT */
/* Structures written by hand, without the builder, for the tests that read them. */
#ifndef TESTS_UNIT_DRIVERS_MULTIBOOT2_INFO_FIXTURE_H
#define TESTS_UNIT_DRIVERS_MULTIBOOT2_INFO_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_info.h"
#include "tests/check.h"

enum { ROOM = 8192 };
static _Alignas(8) uint8_t raw[ROOM];
static uint32_t at;
static struct mb2_info info;

static inline void put(uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) raw[at++] = (uint8_t)(v >> (8 * i));
}

static inline void put_bytes(const void *bytes, size_t n)
{
	memcpy(raw + at, bytes, n);
	at += (uint32_t)n;
}

static uint32_t tag_start;

static inline void open_tag(uint32_t type)
{
	at = (at + 7) & ~7u;
	tag_start = at;
	put(type, 4);
	put(0, 4);
}

static inline void close_tag(void)
{
	uint32_t end = at;

	at = tag_start + 4;
	put(end - tag_start, 4);
	at = end;
}

static inline void begin(void)
{
	memset(raw, 0xee, sizeof(raw)); /* padding has any value */
	at = 0;
	put(0, 4);
	put(0x12345678, 4); /* reserved: to be ignored */
}

static inline enum mb2_status end(void)
{
	uint32_t total;

	open_tag(0);
	close_tag();
	total = at;
	at = 0;
	put(total, 4);
	at = total;
	return mb2_info_load(&info, raw, total);
}

/* Adds a tag with this payload. */
static inline void single(uint32_t type, const void *payload, size_t n)
{
	begin();
	open_tag(type);
	put_bytes(payload, n);
	close_tag();
	require_eq(int, end(), MB2_OK);
}

/* A tag truncated at any length gives an error, and is never read past its end: the structure is at
 * the end of its own block, so that sanitizers find such a read. */
#define CUT(type, payload, full, get)                                                     \
	do {                                                                              \
		for (size_t cut_ = 0; cut_ < (full); cut_++) {                            \
			single((type), (payload), cut_);                                  \
			uint8_t *block_ = aligned_alloc(8, info.size);                    \
			memcpy(block_, raw, info.size);                                   \
			require_eq(int, mb2_info_load(&info, block_, info.size), MB2_OK); \
			check_ne(int, (get), MB2_OK, "cut to %zu", cut_);                 \
			free(block_);                                                     \
		}                                                                         \
	} while (0)

/* ---- tags that several tests use ---- */

static inline void put_section64(uint32_t name, uint32_t type, uint64_t address, uint64_t size)
{
	put(name, 4);
	put(type, 4);
	put(6, 8);
	put(address, 8);
	put(0x1000, 8);
	put(size, 8);
	put(3, 4);
	put(4, 4);
	put(16, 8);
	put(24, 8);
}

static const uint8_t rsdp_v2[36] = { 'R', 'S', 'D',  ' ',  'P',  'T', 'R',  ' ',  0x0f, 'B', 'O',
				     'C', 'H', 'S',  ' ',  2,    0,   0xd0, 0xb7, 7,    36,  0,
				     0,   0,   0x40, 0xd0, 0xb7, 7,   0,    0,    0,    0,   0 };

static inline void make_rsdp(uint8_t rsdp[36])
{
	memcpy(rsdp, rsdp_v2, 36);
	rsdp[8] = rsdp[32] = 0;
	for (int i = 0; i < 20; i++)
		if (i != 8) rsdp[8] = (uint8_t)(rsdp[8] - rsdp[i]);
	for (int i = 0; i < 36; i++)
		if (i != 32) rsdp[32] = (uint8_t)(rsdp[32] - rsdp[i]);
}

#endif
