/* SPDX-License-Identifier: MIT */
/* What the engine's device callbacks lack: the width of the access and the instruction that makes
 * it. */
#ifndef EMU_UNICORN_X86_ENGINE_ACCESS_H
#define EMU_UNICORN_X86_ENGINE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

/* The functions that execute IN and OUT; `size` in bytes. */
struct engine_ports {
	uint32_t (*in)(void *ctx, uint32_t port, unsigned size);
	void (*out)(void *ctx, uint32_t port, unsigned size, uint32_t value);
	void *ctx;
};

/* From now on these functions handle port accesses on this thread; NULL: none, reads return all
 * ones. `used` must stay valid until the next call. */
void engine_ports_use(const struct engine_ports *used);

/* The functions that access memory-mapped devices; `width` in bits: 8, 16, 32 or 64. `offset` is
 * that in the region of the engine. */
struct engine_region {
	uint64_t (*read)(void *ctx, uint64_t offset, unsigned width);
	void (*write)(void *ctx, uint64_t offset, unsigned width, uint64_t value);
};
enum { ENGINE_REGIONS = 2 };
struct engine_regions {
	struct engine_region region[ENGINE_REGIONS];
	void *ctx;
	void *known[ENGINE_REGIONS]; /* the engine's objects, as they get known; NULL at first */
};

/* From now on these functions handle accesses on this thread; NULL: the callbacks that the engine
 * was given. `used` must stay valid until the next call. */
void engine_regions_use(struct engine_regions *used);
/* In a callback of the engine: the access is to region `n` of those in use. Later ones go straight
 * to its functions. */
void engine_region_found(unsigned n);

/* Set the engine's instruction pointer and flags to those of the instruction that makes the current
 * access. Outside an access it does nothing. `engine_cpu` is that of struct engine_blocks. */
void engine_access_sync(void *engine_cpu);
/* The same for any access of translated code, memory included; for an engine that gave up. False:
 * there is no current access. */
bool engine_access_place(void *engine_cpu);
/* The place in translated code of the current load or store of a guest instruction; 0: none. */
uintptr_t engine_access_from(void);
/* In a store: the linear address, as the engine's TLB has it. False: it is made by a function for
 * a complicated instruction. */
bool engine_access_stores(uint64_t *linear);
/* Call after the engine returned, perhaps from inside an access: there is no current access. */
void engine_access_forget(void);

/* For an access of 8 bytes the engine makes two calls of 4, the lower half first. */
enum engine_access { ENGINE_ACCESS_WHOLE, ENGINE_ACCESS_LOWER, ENGINE_ACCESS_UPPER };

/* In a callback of `size` bytes: the part of the guest's access. Call it once in each callback. */
enum engine_access engine_access_part(unsigned size);

/* A value that the callback for one half keeps for that of the other. */
uint32_t engine_access_kept(void);
void engine_access_keep(uint32_t half);

#endif
