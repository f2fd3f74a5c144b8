/* SPDX-License-Identifier: MIT */
/* What the engine does not tell of the access for which it calls a device: its width and its place.
 */
#ifndef EMU_UNICORN_X86_ENGINE_ACCESS_H
#define EMU_UNICORN_X86_ENGINE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Who answers IN and OUT; `size` in bytes. */
struct engine_ports {
	uint32_t (*in)(void *ctx, uint32_t port, unsigned size);
	void (*out)(void *ctx, uint32_t port, unsigned size, uint32_t value);
	void *ctx;
};

/* From now on these answer this thread's; NULL: nobody, they float. The caller keeps the structure
 * until the next call. */
void engine_ports_use(const struct engine_ports *used);

/* Bring the engine's instruction pointer and flags up to the instruction that makes the access
 * under way; nothing outside of one. `engine_cpu` is struct engine_blocks'. */
void engine_access_sync(void *engine_cpu);
/* The same for any access of translated code, one to memory too: of an engine that gave up. False:
 * there is none under way. */
bool engine_access_place(void *engine_cpu);
/* The engine was left, maybe from inside an access: there is none now. */
void engine_access_forget(void);

/* The engine makes two calls of 4 bytes, the lower first, for an access of 8. */
enum engine_access { ENGINE_ACCESS_WHOLE, ENGINE_ACCESS_LOWER, ENGINE_ACCESS_UPPER };

/* For a callback of `size` bytes: which part of the guest's access it is. To be asked once in each
 * callback. */
enum engine_access engine_access_part(unsigned size);

/* What the callback for one half keeps for that of the other. */
uint32_t engine_access_kept(void);
void engine_access_keep(uint32_t half);

#endif
