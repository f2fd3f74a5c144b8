/* SPDX-License-Identifier: MIT */
/* A firmware table under construction: little-endian fields added one after the other, and the
 * checksum that makes all bytes add up to 0. */
#ifndef HARNESS_FIRMWARE_TABLE_BYTES_H
#define HARNESS_FIRMWARE_TABLE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "emu/bytes.h"

/* Bytes that do not fit are dropped, and `full` is set. */
struct table_bytes {
	uint8_t *bytes;
	size_t size, n; /* room, and bytes used, in bytes */
	bool full;
};

static inline void table_add(struct table_bytes *t, const void *bytes, size_t n)
{
	if (n > t->size - t->n) {
		t->full = true;
		return;
	}
	memcpy(t->bytes + t->n, bytes, n);
	t->n += n;
}

/* The low `n` bytes of the value, at most 8. */
static inline void table_add_le(struct table_bytes *t, uint64_t value, size_t n)
{
	uint8_t bytes[sizeof(value)];

	put_le(bytes, value, n);
	table_add(t, bytes, n);
}

static inline void table_add8(struct table_bytes *t, uint64_t v) { table_add_le(t, v, 1); }
static inline void table_add16(struct table_bytes *t, uint64_t v) { table_add_le(t, v, 2); }
static inline void table_add32(struct table_bytes *t, uint64_t v) { table_add_le(t, v, 4); }
static inline void table_add64(struct table_bytes *t, uint64_t v) { table_add_le(t, v, 8); }

/* Overwrite the field of `width` bytes at `at`. */
static inline void table_set(struct table_bytes *t, size_t at, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width && at + i < t->n; i++, value >>= 8)
		t->bytes[at + i] = (uint8_t)value;
}

/* Set the byte at `at` so that the `n` bytes from `from` on add up to 0. */
static inline void table_checksum(struct table_bytes *t, size_t from, size_t n, size_t at)
{
	uint8_t sum = 0;

	table_set(t, at, 0, 1);
	for (size_t i = from; i < from + n && i < t->n; i++) sum = (uint8_t)(sum + t->bytes[i]);
	table_set(t, at, (uint8_t)-sum, 1);
}

#endif
