/* SPDX-License-Identifier: MIT */
/* The engine splits an access of 8 bytes to a device into two of 4, behind one function for reads
 * and one for writes; the build lets their callers in the engine call these here instead. */
#include "emu/cpu/engine_access.h"

#include <stdbool.h>

/* The engine's types: MemOp holds the access's size as a power of 2 in its lowest bits; MemTxAttrs
 * and MemTxResult are 32 bits. */
enum { MO_SIZE = 3, MO_64 = 3, HALF_BYTES = 4 };

uint32_t bimetal_unicorn_real_dispatch_read(void *uc, void *region, uint64_t addr, uint64_t *value,
					    unsigned op, uint32_t attrs);
uint32_t bimetal_unicorn_real_dispatch_write(void *uc, void *region, uint64_t addr, uint64_t value,
					     unsigned op, uint32_t attrs);
uint32_t bimetal_unicorn_dispatch_read(void *uc, void *region, uint64_t addr, uint64_t *value,
				       unsigned op, uint32_t attrs);
uint32_t bimetal_unicorn_dispatch_write(void *uc, void *region, uint64_t addr, uint64_t value,
					unsigned op, uint32_t attrs);

/* Of the access under way. By thread, as engines of several threads may run at once. */
static _Thread_local struct {
	bool eight;  /* it has 8 bytes */
	bool second; /* its lower half was asked for */
	uint32_t kept;
} access;

uint32_t bimetal_unicorn_dispatch_read(void *uc, void *region, uint64_t addr, uint64_t *value,
				       unsigned op, uint32_t attrs)
{
	access.eight = (op & MO_SIZE) == MO_64;
	access.second = false;
	return bimetal_unicorn_real_dispatch_read(uc, region, addr, value, op, attrs);
}

uint32_t bimetal_unicorn_dispatch_write(void *uc, void *region, uint64_t addr, uint64_t value,
					unsigned op, uint32_t attrs)
{
	access.eight = (op & MO_SIZE) == MO_64;
	access.second = false;
	return bimetal_unicorn_real_dispatch_write(uc, region, addr, value, op, attrs);
}

enum engine_access engine_access_part(unsigned size)
{
	if (!access.eight || size != HALF_BYTES) return ENGINE_ACCESS_WHOLE;
	bool second = access.second;
	access.second = !second;
	return second ? ENGINE_ACCESS_UPPER : ENGINE_ACCESS_LOWER;
}

uint32_t engine_access_kept(void) { return access.kept; }
void engine_access_keep(uint32_t half) { access.kept = half; }
