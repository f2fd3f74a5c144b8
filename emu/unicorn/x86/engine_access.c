/* SPDX-License-Identifier: MIT */
/* The build redirects some calls of the engine to these functions.
 *
 * IN and OUT go directly to the port functions, past the engine's hooks. For memory-mapped devices,
 * the engine splits an access of 8 bytes into two of 4, in one function for reads and one for
 * writes; these are intercepted. The engine updates its instruction pointer only at the start of a
 * block. But functions that translated code calls for complicated accesses receive the host address
 * of the call, from which the engine can compute the guest's. */
#include "emu/unicorn/x86/engine_access.h"

#include "emu/unicorn/x86/engine_blocks.h"
#include "emu/unicorn/x86/engine_tlb.h"

/* The engine's types. MemOp has the size of the access, as a power of 2, in its lowest bits.
 * MemTxAttrs and MemTxResult are 32 bits. */
enum { MO_SIZE = 3, MO_64 = 3, MO_BSWAP = 8, HALF_BYTES = 4, BYTE_BITS = 8 };

uint32_t bimetal_unicorn_real_dispatch_read(void *uc, void *region, uint64_t addr, uint64_t *value,
					    unsigned op, uint32_t attrs);
uint32_t bimetal_unicorn_real_dispatch_write(void *uc, void *region, uint64_t addr, uint64_t value,
					     unsigned op, uint32_t attrs);
uint32_t bimetal_unicorn_dispatch_read(void *uc, void *region, uint64_t addr, uint64_t *value,
				       unsigned op, uint32_t attrs);
uint32_t bimetal_unicorn_dispatch_write(void *uc, void *region, uint64_t addr, uint64_t value,
					unsigned op, uint32_t attrs);

/* The engine's memory operations for translated code; `from` is the return address there. */
#define LOADS(LOAD)   LOAD(8) LOAD(16) LOAD(32) LOAD(64)
#define STORES(STORE) STORE(8) STORE(16) STORE(32) STORE(64)
#define DECLARE_LOAD(bits)                                                                 \
	uint64_t bimetal_unicorn_real_load##bits(void *env, uint64_t addr, uint32_t index, \
						 uintptr_t from);                          \
	uint64_t bimetal_unicorn_load##bits(void *env, uint64_t addr, uint32_t index,      \
					    uintptr_t from);
#define DECLARE_STORE(bits)                                                                        \
	void bimetal_unicorn_real_store##bits(void *env, uint64_t addr, uint64_t value,            \
					      uint32_t index, uintptr_t from);                     \
	void bimetal_unicorn_store##bits(void *env, uint64_t addr, uint64_t value, uint32_t index, \
					 uintptr_t from);
LOADS(DECLARE_LOAD)
STORES(DECLARE_STORE)
bool bimetal_unicorn_restore_state(void *engine_cpu, uintptr_t from, bool will_exit);

#define DECLARE_PORT(letter, bits)                                                          \
	uint##bits##_t bimetal_unicorn_in##letter(void *uc, uint32_t port, uintptr_t from); \
	void bimetal_unicorn_out##letter(void *uc, uint32_t port, uint##bits##_t value,     \
					 uintptr_t from);
DECLARE_PORT(b, 8)
DECLARE_PORT(w, 16)
DECLARE_PORT(l, 32)

/* The current access. Per thread, because engines of several threads may run at once. */
static _Thread_local struct {
	uintptr_t from; /* return address in translated code; 0: no such operation */
	uint64_t store; /* linear address of the last such store */
	bool called;    /* a device is being called */
	bool eight;     /* the access has 8 bytes */
	bool second;    /* its lower half was already requested */
	uint32_t kept;
	void *region; /* of the device */
} under_way;

/* ---- memory-mapped devices ---- */

static _Thread_local struct engine_regions *regions;

void engine_regions_use(struct engine_regions *used) { regions = used; }

void engine_region_found(unsigned n)
{
	if (regions) regions->known[n] = under_way.region;
}

/* The functions for a region. NULL: they are not known yet, or the access is an unusual one. */
static inline const struct engine_region *functions_of(const void *region, unsigned op)
{
	if (!regions || op & MO_BSWAP) return NULL;
	for (unsigned i = 0; i < ENGINE_REGIONS; i++)
		if (regions->known[i] == region) return &regions->region[i];
	return NULL;
}

static unsigned width_of(unsigned op) { return (unsigned)BYTE_BITS << (op & MO_SIZE); }

/* The engine's own way from here to a device is longer than that through the device. */
uint32_t bimetal_unicorn_dispatch_read(void *uc, void *region, uint64_t addr, uint64_t *value,
				       unsigned op, uint32_t attrs)
{
	const struct engine_region *r = functions_of(region, op);
	if (r) {
		under_way.called = true;
		*value = r->read(regions->ctx, addr, width_of(op));
		under_way.called = false;
		return 0;
	}
	under_way.region = region;
	under_way.eight = (op & MO_SIZE) == MO_64;
	under_way.second = false;
	under_way.called = true;
	uint32_t result = bimetal_unicorn_real_dispatch_read(uc, region, addr, value, op, attrs);
	under_way.called = false;
	return result;
}

uint32_t bimetal_unicorn_dispatch_write(void *uc, void *region, uint64_t addr, uint64_t value,
					unsigned op, uint32_t attrs)
{
	const struct engine_region *r = functions_of(region, op);
	if (r) {
		under_way.called = true;
		r->write(regions->ctx, addr, width_of(op), value);
		under_way.called = false;
		return 0;
	}
	under_way.region = region;
	under_way.eight = (op & MO_SIZE) == MO_64;
	under_way.second = false;
	under_way.called = true;
	uint32_t result = bimetal_unicorn_real_dispatch_write(uc, region, addr, value, op, attrs);
	under_way.called = false;
	return result;
}

#define DEFINE_LOAD(bits)                                                                 \
	uint64_t bimetal_unicorn_load##bits(void *env, uint64_t addr, uint32_t index,     \
					    uintptr_t from)                               \
	{                                                                                 \
		index = engine_blocks_aligned(env, addr, index, from);                    \
		under_way.from = from;                                                    \
		uint64_t value = bimetal_unicorn_real_load##bits(env, addr, index, from); \
		under_way.from = 0;                                                       \
		return value;                                                             \
	}
#define DEFINE_STORE(bits)                                                                         \
	void bimetal_unicorn_store##bits(void *env, uint64_t addr, uint64_t value, uint32_t index, \
					 uintptr_t from)                                           \
	{                                                                                          \
		index = engine_blocks_aligned(env, addr, index, from);                             \
		under_way.from = from;                                                             \
		under_way.store = addr;                                                            \
		bimetal_unicorn_real_store##bits(env, addr, value, index, from);                   \
		engine_tlb_stored();                                                               \
		under_way.from = 0;                                                                \
	}
LOADS(DEFINE_LOAD)
STORES(DEFINE_STORE)

void engine_access_sync(void *engine_cpu)
{
	if (under_way.called && under_way.from && engine_cpu)
		bimetal_unicorn_restore_state(engine_cpu, under_way.from, false);
}

bool engine_access_place(void *engine_cpu)
{
	return under_way.from && engine_cpu &&
	       bimetal_unicorn_restore_state(engine_cpu, under_way.from, false);
}

uintptr_t engine_access_from(void) { return under_way.from; }

bool engine_access_stores(uint64_t *linear)
{
	*linear = under_way.store;
	return under_way.from;
}

void engine_access_forget(void)
{
	under_way.from = 0;
	under_way.called = false;
}

/* ---- ports ---- */

/* The engine's own function looks up the guest's pc each time, and walks its list of hooks. */
#define DEFINE_PORT(letter, bits)                                                          \
	uint##bits##_t bimetal_unicorn_in##letter(void *uc, uint32_t port, uintptr_t from) \
	{                                                                                  \
		(void)uc;                                                                  \
		return (uint##bits##_t)port_in(port, (bits) / BYTE_BITS, from);            \
	}                                                                                  \
	void bimetal_unicorn_out##letter(void *uc, uint32_t port, uint##bits##_t value,    \
					 uintptr_t from)                                   \
	{                                                                                  \
		(void)uc;                                                                  \
		port_out(port, (bits) / BYTE_BITS, value, from);                           \
	}

static _Thread_local const struct engine_ports *ports;

void engine_ports_use(const struct engine_ports *used) { ports = used; }

static uint32_t port_in(uint32_t port, unsigned size, uintptr_t from)
{
	if (!ports) return UINT32_MAX;
	under_way.from = from;
	under_way.called = true;
	uint32_t value = ports->in(ports->ctx, port, size);
	engine_access_forget();
	return value;
}

static void port_out(uint32_t port, unsigned size, uint32_t value, uintptr_t from)
{
	if (!ports) return;
	under_way.from = from;
	under_way.called = true;
	ports->out(ports->ctx, port, size, value);
	engine_access_forget();
}

DEFINE_PORT(b, 8)
DEFINE_PORT(w, 16)
DEFINE_PORT(l, 32)

/* ---- accesses of 8 bytes to memory ---- */

enum engine_access engine_access_part(unsigned size)
{
	if (!under_way.eight || size != HALF_BYTES) return ENGINE_ACCESS_WHOLE;
	bool second = under_way.second;
	under_way.second = !second;
	return second ? ENGINE_ACCESS_UPPER : ENGINE_ACCESS_LOWER;
}

uint32_t engine_access_kept(void) { return under_way.kept; }
void engine_access_keep(uint32_t half) { under_way.kept = half; }
