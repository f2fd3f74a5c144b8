/* SPDX-License-Identifier: MIT */
/* Records which bytes of memory the engine has translated. The engine itself finds its blocks only
 * by page, and walks all blocks of a page to see whether a store hits one. A page may have
 * thousands. */
#ifndef EMU_UNICORN_ENGINE_CODE_H
#define EMU_UNICORN_ENGINE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

struct engine_code_page;

/* The record of one engine. All zero: nothing is translated, and there are no callbacks. */
struct engine_code {
	/* Called before and after a store into translated code. If the store hits its own block,
	 * the engine leaves the block in between and runs the instruction again: then `done` is not
	 * called. */
	void (*began)(void *ctx);
	void (*done)(void *ctx);
	void *ctx;
	struct engine_code_page *slot; /* a hash table */
	size_t slots, used;
	bool lost; /* out of memory, or an unknown engine: every byte counts as translated */
};

/* From now on translations on this thread are recorded in `used`, and its stores checked there.
 * NULL: the engine's own method. `used` must stay valid until the next call. */
void engine_code_use(struct engine_code *used);

/* Does a translation include any byte of [host, host + size), which is memory of one mapped region?
 * May return true for a translation that was dropped, but never false for one that exists. */
bool engine_code_holds(const struct engine_code *code, uc_engine *uc, const uint8_t *host,
		       uint64_t size);
/* Record that no translation includes these bytes any more. The caller has made sure of it. */
void engine_code_dropped(struct engine_code *code, uc_engine *uc, const uint8_t *host,
			 uint64_t size);
/* Record that there are no translations, and free the record. */
void engine_code_clear(struct engine_code *code);

#endif
