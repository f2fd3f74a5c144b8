/* SPDX-License-Identifier: MIT */
/* Numbers in memory, in either order of bytes and on any boundary. The caller has checked that the
 * bytes are there. What is put is the low part of `value`. */
#ifndef EMU_BYTES_H
#define EMU_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- little-endian ---- */

/* Whole words at once: compilers do not always find that shifts and bytes are one. */
#define BYTES_LE(value, swap) (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? (value) : swap(value))

static inline uint16_t get_le16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return BYTES_LE(v, __builtin_bswap16);
}

static inline uint32_t get_le32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return BYTES_LE(v, __builtin_bswap32);
}

static inline uint64_t get_le64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return BYTES_LE(v, __builtin_bswap64);
}

/* Of `n` bytes, at most 8. */
static inline uint64_t get_le(const uint8_t *p, size_t n)
{
	uint64_t value = 0;

	if (n == sizeof(value)) return get_le64(p);
	while (n-- > 0) value = value << 8 | p[n];
	return value;
}

static inline void put_le16(uint8_t *p, uint64_t value)
{
	uint16_t v = BYTES_LE((uint16_t)value, __builtin_bswap16);

	memcpy(p, &v, sizeof(v));
}

static inline void put_le32(uint8_t *p, uint64_t value)
{
	uint32_t v = BYTES_LE((uint32_t)value, __builtin_bswap32);

	memcpy(p, &v, sizeof(v));
}

static inline void put_le64(uint8_t *p, uint64_t value)
{
	uint64_t v = BYTES_LE(value, __builtin_bswap64);

	memcpy(p, &v, sizeof(v));
}

/* In `n` bytes; those from the ninth on become 0. */
static inline void put_le(uint8_t *p, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++, value >>= 8) p[i] = (uint8_t)value;
}

/* ---- big-endian ---- */

static inline uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t get_be64(const uint8_t *p)
{
	return (uint64_t)get_be32(p) << 32 | get_be32(p + 4);
}

static inline void put_be16(uint8_t *p, uint64_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void put_be32(uint8_t *p, uint64_t value)
{
	put_be16(p, value >> 16);
	put_be16(p + 2, value);
}

#endif
