/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/tss.h"

enum {
	WORD_BYTES = 4,
	WORD_BITS = 32,
	IOMAP_WORD = TSS_IOMAP_BASE / WORD_BYTES,
	IOMAP_LSB = 16,
	STACK_BYTES = 8
};
enum { PORTS_PER_BYTE = 8, DENY_ALL = 0xff };

_Static_assert(sizeof(struct tss) == TSS_SIZE, "the size that the processor knows");

/* ---- 64-bit fields at multiples of four ---- */

static void put(struct tss *tss, unsigned offset, uint64_t value)
{
	tss->word[offset / WORD_BYTES] = (uint32_t)value;
	tss->word[offset / WORD_BYTES + 1] = (uint32_t)(value >> WORD_BITS);
}

static uint64_t get(const struct tss *tss, unsigned offset)
{
	return tss->word[offset / WORD_BYTES] | (uint64_t)tss->word[offset / WORD_BYTES + 1]
							<< WORD_BITS;
}

static void put_iomap_base(struct tss *tss, uint16_t base)
{
	tss->word[IOMAP_WORD] = (uint32_t)base << IOMAP_LSB; /* the lower half is reserved */
}

void tss_init(struct tss *tss)
{
	*tss = (struct tss){ 0 };
	put_iomap_base(tss, TSS_SIZE);
}

enum tss_status tss_set_rsp(struct tss *tss, unsigned ring, uint64_t top)
{
	if (!tss) return TSS_NULL_POINTER;
	if (ring >= TSS_RINGS) return TSS_BAD_RING;
	put(tss, TSS_RSP0 + ring * STACK_BYTES, top);
	return TSS_OK;
}

uint64_t tss_rsp(const struct tss *tss, unsigned ring)
{
	return ring < TSS_RINGS ? get(tss, TSS_RSP0 + ring * STACK_BYTES) : 0;
}

enum tss_status tss_set_ist(struct tss *tss, unsigned n, uint64_t top)
{
	if (!tss) return TSS_NULL_POINTER;
	if (n < 1 || n > TSS_ISTS) return TSS_BAD_IST;
	put(tss, TSS_IST1 + (n - 1) * STACK_BYTES, top);
	return TSS_OK;
}

uint64_t tss_ist(const struct tss *tss, unsigned n)
{
	return n >= 1 && n <= TSS_ISTS ? get(tss, TSS_IST1 + (n - 1) * STACK_BYTES) : 0;
}

/* ---- the I/O permission map (SDM Vol. 1 18.5.2) ---- */

enum tss_status tss_set_io_map(struct tss *tss, const uint8_t *map, size_t bytes, uint32_t *limit)
{
	if (!tss || !map || !limit) return TSS_NULL_POINTER;
	uintptr_t start = (uintptr_t)tss, at = (uintptr_t)map;
	if (at < start || at - start < TSS_SIZE) return TSS_MAP_BEFORE;
	if (at - start > TSS_MAP_MAX_BASE) return TSS_MAP_TOO_FAR;
	if (bytes > TSS_MAP_MAX_BYTES) return TSS_MAP_TOO_LONG;
	if (bytes == 0 || map[bytes - 1] != DENY_ALL) return TSS_MAP_NOT_ENDED;
	put_iomap_base(tss, (uint16_t)(at - start));
	*limit = (uint32_t)(at - start + bytes - 1);
	return TSS_OK;
}

uint16_t tss_iomap_base(const struct tss *tss)
{
	return (uint16_t)(tss->word[IOMAP_WORD] >> IOMAP_LSB);
}

void tss_io_map_init(uint8_t *map, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) map[i] = DENY_ALL;
}

/* The byte that ends the map stays FFh, so that its ports are not to be allowed. */
static bool has_port(size_t bytes, uint16_t port)
{
	return bytes > 0 && port / PORTS_PER_BYTE < bytes - 1;
}

enum tss_status tss_allow_port(uint8_t *map, size_t bytes, uint16_t port, bool allow)
{
	if (!map) return TSS_NULL_POINTER;
	if (!has_port(bytes, port)) return TSS_MAP_BAD_PORT;
	uint8_t *byte = &map[port / PORTS_PER_BYTE];
	unsigned bit = 1U << port % PORTS_PER_BYTE;
	*byte = (uint8_t)(allow ? *byte & ~bit : *byte | bit);
	return TSS_OK;
}

bool tss_port_allowed(const uint8_t *map, size_t bytes, uint16_t port)
{
	if (!map || !has_port(bytes, port)) return false;
	return !(map[port / PORTS_PER_BYTE] >> port % PORTS_PER_BYTE & 1);
}
