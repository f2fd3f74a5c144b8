/* SPDX-License-Identifier: MIT */
#include "emu/mem_mark.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emu/mem.h"
#include "emu/mem_device.h"
#include "emu/page_tree.h"

enum { PAGE_SHIFT = 12 };

/* The flags that a run can depend on. */
enum {
	KEPT_OF_RAM = MEM_TOUCHED | MEM_WRITTEN | MEM_TABLE | MEM_CODE | MEM_WGRANT | MEM_WXGRANT,
	KEPT_OF_DEVICE = MEM_TOUCHED | MEM_DEVICE_STORED
};

struct mem_mark {
	struct page_node *root; /* NULL: all pages are untouched */
	struct mem_window window[MEM_MAX_WINDOWS];
	struct mem_mark *next, **link; /* among all marks */
};

struct mem_marks {
	struct mem *mem;
	struct page_store store;
	uint32_t n_pages; /* with those of devices */
	/* What memory holds, but for the pages that changed since. Those of its copies that have no
	 * bytes yet get them before their page changes. */
	struct page_node *base;
	struct mem_mark *first;
	bool broken; /* a page could not be kept */
	/* Of RAM and ROM: the numbers of those that are MEM_DIRTY. */
	uint32_t *changed;
	size_t n_changed;
};

/* ---- pages by number ---- */

/* The device of a page behind those of RAM and ROM, and the number of the page there. */
static struct mem_device *device_of(const struct mem *mem, uint32_t number, uint64_t *page)
{
	size_t i = 0;

	*page = number - mem->n_pages;
	while (*page >= mem->device[i]->size >> PAGE_SHIFT)
		*page -= mem->device[i++]->size >> PAGE_SHIFT;
	return mem->device[i];
}

static uint8_t *host_page(const struct mem *mem, uint64_t number)
{
	uint64_t ram_pages = mem->ram_size >> PAGE_SHIFT;

	if (number < ram_pages) return mem->ram + (number << PAGE_SHIFT);
	return mem->rom + ((number - ram_pages) << PAGE_SHIFT);
}

static struct mem_mark_page page_now(const struct mem *mem, uint32_t number)
{
	struct mem_mark_page page = { .number = number };
	uint64_t at;
	const struct mem_device *d;

	if (number < mem->n_pages) {
		page.flags = mem->flags[number] & KEPT_OF_RAM;
		page.bytes = host_page(mem, number);
		return page;
	}
	d = device_of(mem, number, &at);
	page.flags = d->flags[at] & KEPT_OF_DEVICE;
	page.bytes = d->host + (at << PAGE_SHIFT);
	return page;
}

/* ---- what changed ---- */

/* The page of a copy is about to change. */
static void keep_bytes(struct mem_marks *m, struct page_copy *c, uint32_t number)
{
	if (!c || !(c->flags & MEM_TOUCHED)) return;
	if (!page_copy_fill(&m->store, c, host_page(m->mem, number))) m->broken = true;
}

void mem_mark_note(struct mem *mem, uint8_t *flags)
{
	struct mem_marks *m = mem->marks;
	uint32_t number = (uint32_t)(flags - mem->flags);
	struct page_copy *c = page_tree_find(&m->store, m->base, number);

	keep_bytes(m, c, number);
	m->changed[m->n_changed++] = number;
	*flags |= MEM_DIRTY;
}

typedef bool on_change(struct mem_marks *m, uint32_t number, void *ctx);

/* Call fn for the pages of a device that changed. */
static bool for_changed_in(struct mem_marks *m, const struct mem_device *d, uint32_t first,
			   on_change *fn, void *ctx)
{
	const uint64_t all_dirty = UINT64_C(0x0101010101010101) * MEM_DIRTY;
	uint64_t n = d->size >> PAGE_SHIFT, eight;

	for (uint64_t i = 0; i < n; i++) {
		if (n - i >= sizeof(eight)) {
			memcpy(&eight, d->flags + i, sizeof(eight));
			if (!(eight & all_dirty)) {
				i += sizeof(eight) - 1;
				continue;
			}
		}
		if (d->flags[i] & MEM_DIRTY && !fn(m, first + (uint32_t)i, ctx)) return false;
	}
	return true;
}

static bool for_changed(struct mem_marks *m, on_change *fn, void *ctx)
{
	const struct mem *mem = m->mem;
	uint32_t first = (uint32_t)mem->n_pages;

	for (size_t i = 0; i < m->n_changed; i++)
		if (!fn(m, m->changed[i], ctx)) return false;
	for (size_t i = 0; i < mem->n_devices; i++) {
		if (!for_changed_in(m, mem->device[i], first, fn, ctx)) return false;
		first += (uint32_t)(mem->device[i]->size >> PAGE_SHIFT);
	}
	return true;
}

static bool clear_note(struct mem_marks *m, uint32_t number, void *ctx)
{
	struct mem *mem = m->mem;
	uint64_t at;

	(void)ctx;
	if (number < mem->n_pages)
		mem->flags[number] &= (uint8_t)~MEM_DIRTY;
	else
		device_of(mem, number, &at)->flags[at] &= (uint8_t)~MEM_DIRTY;
	return true;
}

static void nothing_changed(struct mem_marks *m)
{
	(void)for_changed(m, clear_note, NULL);
	m->n_changed = 0;
}

/* ---- making marks ---- */

/* Every page that was touched before may differ from an empty tree. */
static void all_changed(struct mem *mem)
{
	for (uint64_t i = 0; i < mem->n_pages; i++)
		if (mem->flags[i]) mem_note(mem, &mem->flags[i], 0);
	for (size_t n = 0; n < mem->n_devices; n++)
		for (uint64_t i = 0; i < mem->device[n]->size >> PAGE_SHIFT; i++)
			if (mem->device[n]->flags[i]) mem->device[n]->flags[i] |= MEM_DIRTY;
}

static uint64_t changed_size(const struct mem *mem) { return mem->n_pages * sizeof(uint32_t); }

struct mem_marks *mem_marks_new(struct mem *mem, uint64_t max_bytes)
{
	struct mem_marks *m = calloc(1, sizeof(*m));
	void *list = mmap(NULL, changed_size(mem), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (!m || list == MAP_FAILED) {
		if (list != MAP_FAILED) munmap(list, changed_size(mem));
		free(m);
		return NULL;
	}
	m->mem = mem;
	m->store.max_bytes = max_bytes;
	m->n_pages = (uint32_t)mem->n_pages;
	for (size_t i = 0; i < mem->n_devices; i++)
		m->n_pages += (uint32_t)(mem->device[i]->size >> PAGE_SHIFT);
	m->store.levels = page_tree_levels(m->n_pages);
	m->changed = list;
	mem->marks = m;
	all_changed(mem);
	return m;
}

void mem_marks_free(struct mem_marks *m)
{
	if (!m) return;
	while (m->first) mem_mark_free(m, m->first);
	page_tree_drop(&m->store, m->base);
	page_store_free(&m->store);
	nothing_changed(m);
	munmap(m->changed, changed_size(m->mem));
	m->mem->marks = NULL;
	free(m);
}

uint64_t mem_marks_bytes(const struct mem_marks *m) { return m->store.bytes; }

/* The contents of RAM stay where they are until they change; those of devices are copied now. */
static bool keep_changed(struct mem_marks *m, uint32_t number, void *root)
{
	struct mem_mark_page now = page_now(m->mem, number);
	struct page_copy *c = NULL;
	bool ok = true;

	if (now.flags) {
		c = page_copy_new(&m->store, now.flags);
		ok = c && (number < m->mem->n_pages || page_copy_fill(&m->store, c, now.bytes));
	}
	if (ok && page_tree_set(&m->store, root, number, c)) return true;
	page_copy_drop(&m->store, c);
	return false;
}

static struct mem_mark *new_mark(struct mem_marks *m)
{
	struct mem_mark *mark = calloc(1, sizeof(*mark));

	if (!mark) return NULL;
	memcpy(mark->window, m->mem->window, sizeof(mark->window));
	mark->next = m->first;
	mark->link = &m->first;
	if (mark->next) mark->next->link = &mark->next;
	m->first = mark;
	return mark;
}

struct mem_mark *mem_mark_empty(struct mem_marks *m) { return new_mark(m); }

struct mem_mark *mem_mark(struct mem_marks *m)
{
	struct mem_mark *mark = new_mark(m);

	if (!mark) return NULL;
	mark->root = page_tree_share(m->base);
	if (!for_changed(m, keep_changed, &mark->root)) {
		mem_mark_free(m, mark);
		return NULL;
	}
	nothing_changed(m);
	page_tree_drop(&m->store, m->base);
	m->base = page_tree_share(mark->root);
	return mark;
}

void mem_mark_free(struct mem_marks *m, struct mem_mark *mark)
{
	if (!mark) return;
	*mark->link = mark->next;
	if (mark->next) mark->next->link = mark->link;
	page_tree_drop(&m->store, mark->root);
	free(mark);
}

/* ---- going back ---- */

enum { COMPARED = 64 /* bytes: of a page with translated code, pieces that do not differ stay */ };

static uint64_t physical_of(const struct mem *mem, uint32_t number)
{
	size_t i = 0;

	while (number - mem->region[i].page >= mem->region[i].size >> PAGE_SHIFT) i++;
	return mem->region[i].base + ((number - mem->region[i].page) << PAGE_SHIFT);
}

static void tell_written(struct mem *mem, uint64_t pa, uint64_t len)
{
	if (mem->written) mem->written(mem->written_ctx, pa, len);
}

static void restore_code(struct mem *mem, uint32_t number, const uint8_t *from)
{
	uint8_t *to = host_page(mem, number);

	if (memcmp(to, from, MEM_PAGE) == 0) return;
	for (unsigned at = 0; at < MEM_PAGE; at += COMPARED) {
		if (memcmp(to + at, from + at, COMPARED) == 0) continue;
		memcpy(to + at, from + at, COMPARED);
		tell_written(mem, physical_of(mem, number) + at, COMPARED);
	}
}

static void restore_ram(struct mem *mem, uint32_t number, const struct page_copy *c)
{
	uint8_t *flags = &mem->flags[number], then = c ? c->flags : 0;
	bool code = *flags & MEM_TRANSLATED, touched = then & MEM_TOUCHED && c->bytes;

	if (touched && code)
		restore_code(mem, number, c->bytes);
	else if (touched)
		page_bytes_copy(host_page(mem, number), c->bytes);
	*flags = (uint8_t)(then | (*flags & MEM_TRANSLATED) |
			   (then & MEM_CODE ? MEM_TRANSLATED : 0));
	if (!touched && code) tell_written(mem, physical_of(mem, number), MEM_PAGE);
}

static void restore_page(struct mem_marks *m, uint32_t number, const struct page_copy *c)
{
	struct mem *mem = m->mem;
	struct mem_device *d;
	uint64_t at;

	if (number < mem->n_pages) {
		restore_ram(mem, number, c);
		return;
	}
	d = device_of(mem, number, &at);
	if (c && c->flags & MEM_TOUCHED) page_bytes_copy(d->host + (at << PAGE_SHIFT), c->bytes);
	d->flags[at] = (uint8_t)((c ? c->flags : 0) | MEM_DEVICE_CHANGED);
}

static bool restore_changed(struct mem_marks *m, uint32_t number, void *root)
{
	restore_page(m, number, page_tree_find(&m->store, root, number));
	return true;
}

/* Memory holds `from` of a page that did not change since, and shall hold `to`. */
static bool replace_page(void *ctx, uint32_t number, struct page_copy *from, struct page_copy *to)
{
	struct mem_marks *m = ctx;

	if (number < m->mem->n_pages) keep_bytes(m, from, number);
	restore_page(m, number, to);
	return true;
}

static void restore_windows(struct mem *mem, const struct mem_mark *mark)
{
	bool changed = false;

	for (size_t i = 0; i < mem->n_windows; i++) {
		const struct mem_window *a = &mem->window[i], *b = &mark->window[i];
		changed |= a->base != b->base || a->offset != b->offset || a->size != b->size ||
			   a->access != b->access;
	}
	if (!changed) return;
	memcpy(mem->window, mark->window, sizeof(mem->window));
	if (mem->windows_changed) mem->windows_changed(mem->written_ctx);
}

bool mem_mark_restore(struct mem_marks *m, const struct mem_mark *mark)
{
	if (m->broken) return false;
	(void)for_changed(m, restore_changed, mark->root);
	m->n_changed = 0;
	if (m->base != mark->root) {
		struct page_node *root = page_tree_share(mark->root);
		(void)page_tree_compare(&m->store, m->base, root, replace_page, m);
		page_tree_drop(&m->store, m->base);
		m->base = root;
	}
	restore_windows(m->mem, mark);
	return !m->broken;
}

/* ---- contents ---- */

struct visit {
	const struct mem_marks *marks;
	bool (*fn)(void *ctx, const struct mem_mark_page *page);
	void *ctx;
};

static bool visit(void *ctx, uint32_t number, struct page_copy *from, struct page_copy *c)
{
	const struct visit *v = ctx;
	struct mem_mark_page page = { .number = number, .flags = c->flags };

	(void)from;
	page.bytes = c->bytes ? c->bytes : page_now(v->marks->mem, number).bytes;
	return v->fn(v->ctx, &page);
}

bool mem_mark_visit(const struct mem_marks *marks, const struct mem_mark *mark,
		    bool (*fn)(void *ctx, const struct mem_mark_page *page), void *ctx)
{
	struct visit v = { .marks = marks, .fn = fn, .ctx = ctx };

	return page_tree_compare(&marks->store, NULL, mark->root, visit, &v);
}

bool mem_mark_set(struct mem_marks *m, struct mem_mark *mark, const struct mem_mark_page *page)
{
	bool device = page->number >= m->mem->n_pages;
	uint8_t flags = page->flags & (device ? KEPT_OF_DEVICE : KEPT_OF_RAM);
	struct page_copy *c;

	if (page->number >= m->n_pages || !flags) return false;
	c = page_copy_new(&m->store, flags);
	if (!c) return false;
	if ((!(flags & MEM_TOUCHED) || page_copy_fill(&m->store, c, page->bytes)) &&
	    page_tree_set(&m->store, &mark->root, page->number, c))
		return true;
	page_copy_drop(&m->store, c);
	return false;
}
