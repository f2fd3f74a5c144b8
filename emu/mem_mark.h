/* SPDX-License-Identifier: MIT */
/* What memory held at a moment, to go back to it. Marks share the pages in which they do not
 * differ, so one more costs as much as what was written since the last. To go back costs as much as
 * what differs.
 *
 *	struct mem_marks *marks = mem_marks_new(&mem, 256 << 20, &fault);
 *	struct mem_mark *mark = mem_mark(marks);
 *	...
 *	mem_mark_restore(marks, mark);
 *
 * All memory belongs to it: RAM, ROM, and that of devices with their windows. A page that the CPU
 * may write without asking counts as changed from the beginning: after mem_mark() and
 * mem_mark_restore() the CPU tells which ones those are, by mem_note() and mem_device_mark(). What
 * translations hold of restored code is dropped by the `written` callback of struct mem. */
#ifndef EMU_MEM_MARK_H
#define EMU_MEM_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;
struct mem_marks; /* all marks of one memory */
struct mem_mark;

/* Begin to note which pages change. `max_bytes` bounds the host memory of all marks together. One
 * at a time for a `mem`, which must outlive it, and has its final devices. NULL: the host has no
 * memory. */
struct mem_marks *mem_marks_new(struct mem *mem, uint64_t max_bytes);
/* Marks that still exist are freed with it. */
void mem_marks_free(struct mem_marks *marks);
/* The host memory that marks take now, in bytes. */
uint64_t mem_marks_bytes(const struct mem_marks *marks);

/* NULL: it does not fit below max_bytes, or the host has no memory; nothing was changed. A page of
 * RAM is copied when it changes; its memory is counted at once. */
struct mem_mark *mem_mark(struct mem_marks *marks);
/* False: the host had no memory to keep a page that changed, so no mark can be restored any more.
 */
__attribute__((warn_unused_result)) bool mem_mark_restore(struct mem_marks *marks,
							  const struct mem_mark *mark);
void mem_mark_free(struct mem_marks *marks, struct mem_mark *mark);

/* ---- its contents, for files ---- */

/* A page by its number: those of RAM and ROM first (struct mem_region), then those of each device.
 * `flags`: enum mem_page_flag or mem_device_flag; `bytes` counts if it is MEM_TOUCHED. */
struct mem_mark_page {
	uint32_t number;
	uint8_t flags;
	const uint8_t *bytes;
};
/* Visit all pages that were touched, by number, until fn() returns false; then it returns false. */
bool mem_mark_visit(const struct mem_marks *marks, const struct mem_mark *mark,
		    bool (*fn)(void *ctx, const struct mem_mark_page *page), void *ctx);
/* Make a mark of which every page is untouched, with the windows of `mem` as they are; and set a
 * page of it. NULL, false: as mem_mark(), or there is no page of this number. */
struct mem_mark *mem_mark_empty(struct mem_marks *marks);
bool mem_mark_set(struct mem_marks *marks, struct mem_mark *mark, const struct mem_mark_page *page);

#endif
