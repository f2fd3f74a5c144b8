/* SPDX-License-Identifier: MIT */
/* Which bytes of memory the engine has translated. It knows its blocks by page, and walks all of a
 * page's to see whether a store hits one; a page may hold thousands. */
#ifndef EMU_UNICORN_ENGINE_CODE_H
#define EMU_UNICORN_ENGINE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

struct engine_code_page;

/* Of one engine. All zero: nothing is translated, nobody is told. */
struct engine_code {
	/* Around a store into translated code. If it is into the block that makes it, the engine
	 * leaves the block in between, and runs the instruction once more: then there is no `done`.
	 */
	void (*began)(void *ctx);
	void (*done)(void *ctx);
	void *ctx;
	struct engine_code_page *slot; /* a hash table */
	size_t slots, used;
	bool lost; /* no memory, or an engine that we do not know: every byte counts as translated
		    */
};

/* From now on this thread's translations are noted there, and its stores look there; NULL: the
 * engine's own way. The caller keeps the structure until the next call. */
void engine_code_use(struct engine_code *used);

/* Does a translation hold any of [host, host + size), memory of one region that the engine has
 * mapped? May say yes where one was, never no where one is. */
bool engine_code_holds(const struct engine_code *code, uc_engine *uc, const uint8_t *host,
		       uint64_t size);
/* None holds any of it any more: the caller has seen to it. */
void engine_code_dropped(struct engine_code *code, uc_engine *uc, const uint8_t *host,
			 uint64_t size);
/* None holds anything. Also frees what there is. */
void engine_code_clear(struct engine_code *code);

#endif
