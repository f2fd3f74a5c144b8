/* SPDX-License-Identifier: MIT */
/* A mark is a tree of pages. Trees share the nodes in which they do not differ, so two of them are
 * compared in the time of their difference. */
#include "emu/mem_mark.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emu/mem.h"
#include "emu/mem_device.h"

enum { PAGE_SHIFT = 12, FAN_SHIFT = 6, FAN = 1 << FAN_SHIFT, CHUNK = 2 << 20 };

/* The flags that a run can depend on. */
enum {
	KEPT_OF_RAM = MEM_TOUCHED | MEM_WRITTEN | MEM_TABLE | MEM_CODE | MEM_WGRANT | MEM_WXGRANT,
	KEPT_OF_DEVICE = MEM_TOUCHED | MEM_DEVICE_STORED
};

/* A page as marks hold it. While memory holds the same, it has no bytes of its own: they are copied
 * when the page is about to change. Then it is in the tree of `base`. */
struct copy {
	uint32_t refs;
	uint8_t flags;
	uint8_t *bytes; /* NULL: in memory, or it was never touched */
};

union child;
struct node {
	uint32_t refs;
	union child {
		struct node *node;
		struct copy *copy; /* on the lowest level */
	} child[FAN];
};

/* Memory for the bytes of pages. One that is free begins with a pointer to the next. */
struct chunk {
	struct chunk *next;
	uint8_t *page; /* CHUNK bytes */
};

struct mem_mark {
	struct node *root; /* NULL: all pages are untouched */
	struct mem_window window[MEM_MAX_WINDOWS];
	struct mem_mark *next, **link; /* among all marks */
};

struct mem_marks {
	struct mem *mem;
	uint64_t bytes, max_bytes;
	unsigned levels;
	uint32_t n_pages;  /* with those of devices */
	struct node *base; /* what memory holds, but for the pages that changed since */
	struct mem_mark *first;
	struct chunk *chunk;
	uint8_t *free_page, *unused; /* unused: the rest of the last chunk */
	bool broken;                 /* a page could not be kept */
	/* Of RAM and ROM: the numbers of those that are MEM_DIRTY. */
	uint32_t *changed;
	size_t n_changed;
};

/* By the library: compilers make a slow loop of a copy whose size they know. */
static void copy_page(uint8_t *to, const uint8_t *from)
{
	size_t n = MEM_PAGE;

	__asm__("" : "+r"(n));
	memcpy(to, from, n);
}

/* ---- host memory ---- */

static bool charge(struct mem_marks *m, uint64_t bytes)
{
	if (bytes > m->max_bytes - m->bytes) return false;
	m->bytes += bytes;
	return true;
}

static bool add_chunk(struct mem_marks *m)
{
	struct chunk *chunk = malloc(sizeof(*chunk));

	if (!chunk) return false;
	chunk->page = aligned_alloc(MEM_PAGE, CHUNK);
	if (!chunk->page) {
		free(chunk);
		return false;
	}
	chunk->next = m->chunk;
	m->chunk = chunk;
	m->unused = chunk->page;
	return true;
}

static uint8_t *new_page(struct mem_marks *m)
{
	uint8_t *page = m->free_page;

	if (page) {
		memcpy(&m->free_page, page, sizeof(m->free_page));
		return page;
	}
	if ((!m->unused || m->unused == m->chunk->page + CHUNK) && !add_chunk(m)) return NULL;
	page = m->unused;
	m->unused += MEM_PAGE;
	return page;
}

static void drop_page(struct mem_marks *m, uint8_t *page)
{
	memcpy(page, &m->free_page, sizeof(m->free_page));
	m->free_page = page;
}

enum { COPY_BYTES = sizeof(struct copy) + MEM_PAGE /* those of the page may come later */ };

static struct copy *new_copy(struct mem_marks *m, uint8_t flags)
{
	struct copy *c;

	if (!charge(m, COPY_BYTES)) return NULL;
	c = malloc(sizeof(*c));
	if (c)
		*c = (struct copy){ .refs = 1, .flags = flags };
	else
		m->bytes -= COPY_BYTES;
	return c;
}

static void drop_copy(struct mem_marks *m, struct copy *c)
{
	if (!c || --c->refs) return;
	if (c->bytes) drop_page(m, c->bytes);
	free(c);
	m->bytes -= COPY_BYTES;
}

/* Give it bytes of its own. */
static bool fill_copy(struct mem_marks *m, struct copy *c, const uint8_t *from)
{
	if (c->bytes || !(c->flags & MEM_TOUCHED)) return true;
	c->bytes = new_page(m);
	if (c->bytes) copy_page(c->bytes, from);
	return c->bytes;
}

static struct node *new_node(struct mem_marks *m)
{
	struct node *n;

	if (!charge(m, sizeof(*n))) return NULL;
	n = calloc(1, sizeof(*n));
	if (!n) {
		m->bytes -= sizeof(*n);
		return NULL;
	}
	n->refs = 1;
	return n;
}

static void drop_node(struct mem_marks *m, struct node *n, unsigned level)
{
	if (!n || --n->refs) return;
	for (unsigned i = 0; i < FAN; i++) {
		if (level)
			drop_node(m, n->child[i].node, level - 1);
		else
			drop_copy(m, n->child[i].copy);
	}
	free(n);
	m->bytes -= sizeof(*n);
}

static struct node *share(struct node *n)
{
	if (n) n->refs++;
	return n;
}

/* ---- trees ---- */

static unsigned slot_of(uint32_t number, unsigned level)
{
	return number >> (FAN_SHIFT * level) & (FAN - 1);
}

static struct copy *find(const struct node *n, unsigned top, uint32_t number)
{
	for (unsigned level = top; n && level > 0; level--)
		n = n->child[slot_of(number, level)].node;
	return n ? n->child[slot_of(number, 0)].copy : NULL;
}

/* Make *n a node that no other tree has. False: no memory. */
static bool own(struct mem_marks *m, struct node **n, unsigned level)
{
	struct node *mine;

	if (*n && (*n)->refs == 1) return true;
	mine = new_node(m);
	if (!mine) return false;
	if (*n) {
		memcpy(mine->child, (*n)->child, sizeof(mine->child));
		for (unsigned i = 0; i < FAN; i++) {
			if (level && mine->child[i].node) mine->child[i].node->refs++;
			if (!level && mine->child[i].copy) mine->child[i].copy->refs++;
		}
		(*n)->refs--;
	}
	*n = mine;
	return true;
}

/* The place of a page in a tree, whose nodes on the way become its own. NULL: no memory. */
static struct copy **place(struct mem_marks *m, struct node **root, uint32_t number)
{
	for (unsigned level = m->levels - 1;; level--) {
		if (!own(m, root, level)) return NULL;
		if (!level) return &(*root)->child[slot_of(number, 0)].copy;
		root = &(*root)->child[slot_of(number, level)].node;
	}
}

static bool set(struct mem_marks *m, struct node **root, uint32_t number, struct copy *c)
{
	struct copy **at = place(m, root, number);

	if (!at) return false;
	drop_copy(m, *at);
	*at = c;
	return true;
}

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

void mem_mark_note(struct mem *mem, uint8_t *flags)
{
	struct mem_marks *m = mem->marks;
	uint32_t number = (uint32_t)(flags - mem->flags);
	struct copy *c = find(m->base, m->levels - 1, number);

	if (c && !fill_copy(m, c, host_page(mem, number))) m->broken = true;
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

static unsigned levels_for(uint32_t pages)
{
	unsigned levels = 1;

	while ((uint64_t)pages > UINT64_C(1) << (FAN_SHIFT * levels)) levels++;
	return levels;
}

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
	m->max_bytes = max_bytes;
	m->n_pages = (uint32_t)mem->n_pages;
	for (size_t i = 0; i < mem->n_devices; i++)
		m->n_pages += (uint32_t)(mem->device[i]->size >> PAGE_SHIFT);
	m->levels = levels_for(m->n_pages);
	m->changed = list;
	mem->marks = m;
	all_changed(mem);
	return m;
}

void mem_marks_free(struct mem_marks *m)
{
	if (!m) return;
	while (m->first) mem_mark_free(m, m->first);
	drop_node(m, m->base, m->levels - 1);
	while (m->chunk) {
		struct chunk *next = m->chunk->next;
		free(m->chunk->page);
		free(m->chunk);
		m->chunk = next;
	}
	nothing_changed(m);
	munmap(m->changed, changed_size(m->mem));
	m->mem->marks = NULL;
	free(m);
}

uint64_t mem_marks_bytes(const struct mem_marks *m) { return m->bytes; }

/* The contents of RAM stay where they are until they change; those of devices are copied now. */
static bool keep_changed(struct mem_marks *m, uint32_t number, void *root)
{
	struct mem_mark_page now = page_now(m->mem, number);
	struct copy *c = NULL;

	if (now.flags) {
		c = new_copy(m, now.flags);
		if (!c) return false;
		if (number >= m->mem->n_pages && !fill_copy(m, c, now.bytes)) {
			drop_copy(m, c);
			return false;
		}
	}
	if (set(m, root, number, c)) return true;
	drop_copy(m, c);
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
	mark->root = share(m->base);
	if (!for_changed(m, keep_changed, &mark->root)) {
		mem_mark_free(m, mark);
		return NULL;
	}
	nothing_changed(m);
	drop_node(m, m->base, m->levels - 1);
	m->base = share(mark->root);
	return mark;
}

void mem_mark_free(struct mem_marks *m, struct mem_mark *mark)
{
	if (!mark) return;
	*mark->link = mark->next;
	if (mark->next) mark->next->link = mark->link;
	drop_node(m, mark->root, m->levels - 1);
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

static void restore_ram(struct mem *mem, uint32_t number, const struct copy *c)
{
	uint8_t *flags = &mem->flags[number], then = c ? c->flags : 0;
	bool code = *flags & MEM_TRANSLATED, touched = then & MEM_TOUCHED;

	if (touched && code)
		restore_code(mem, number, c->bytes);
	else if (touched && c->bytes)
		copy_page(host_page(mem, number), c->bytes);
	*flags = (uint8_t)(then | (*flags & MEM_TRANSLATED) |
			   (then & MEM_CODE ? MEM_TRANSLATED : 0));
	if (!touched && code) tell_written(mem, physical_of(mem, number), MEM_PAGE);
}

static void restore_page(struct mem_marks *m, uint32_t number, const struct copy *c)
{
	struct mem *mem = m->mem;
	struct mem_device *d;
	uint64_t at;

	if (number < mem->n_pages) {
		restore_ram(mem, number, c);
		return;
	}
	d = device_of(mem, number, &at);
	if (c && c->flags & MEM_TOUCHED) copy_page(d->host + (at << PAGE_SHIFT), c->bytes);
	d->flags[at] = (uint8_t)((c ? c->flags : 0) | MEM_DEVICE_CHANGED);
}

static bool restore_changed(struct mem_marks *m, uint32_t number, void *root)
{
	restore_page(m, number, find(root, m->levels - 1, number));
	return true;
}

/* Memory holds `from` of a page that did not change since, and shall hold `to`. */
static void replace_page(struct mem_marks *m, uint32_t number, struct copy *from,
			 const struct copy *to)
{
	if (from == to) return;
	if (from && number < m->mem->n_pages && !fill_copy(m, from, host_page(m->mem, number)))
		m->broken = true;
	restore_page(m, number, to);
}

/* Restore the pages in which two trees differ. */
static void restore_difference(struct mem_marks *m, const struct node *from, const struct node *to,
			       unsigned level, uint32_t first)
{
	static const struct node empty;
	const struct node *a = from ? from : &empty, *b = to ? to : &empty;

	for (unsigned i = 0; from != to && i < FAN; i++) {
		uint32_t number = first + (i << (FAN_SHIFT * level));
		if (level)
			restore_difference(m, a->child[i].node, b->child[i].node, level - 1,
					   number);
		else
			replace_page(m, number, a->child[i].copy, b->child[i].copy);
	}
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
		struct node *root = share(mark->root);
		restore_difference(m, m->base, root, m->levels - 1, 0);
		drop_node(m, m->base, m->levels - 1);
		m->base = root;
	}
	restore_windows(m->mem, mark);
	return !m->broken;
}

/* ---- contents ---- */

typedef bool on_page(void *ctx, const struct mem_mark_page *page);

static bool visit(const struct mem_marks *m, const struct node *n, unsigned level, uint32_t first,
		  on_page *fn, void *ctx)
{
	for (unsigned i = 0; n && i < FAN; i++) {
		uint32_t number = first + (i << (FAN_SHIFT * level));
		const struct copy *c = level ? NULL : n->child[i].copy;
		struct mem_mark_page page = { .number = number };
		if (level && !visit(m, n->child[i].node, level - 1, number, fn, ctx)) return false;
		if (!c) continue;
		page.flags = c->flags;
		page.bytes = c->bytes ? c->bytes : page_now(m->mem, number).bytes;
		if (!fn(ctx, &page)) return false;
	}
	return true;
}

bool mem_mark_visit(const struct mem_marks *m, const struct mem_mark *mark, on_page *fn, void *ctx)
{
	return visit(m, mark->root, m->levels - 1, 0, fn, ctx);
}

bool mem_mark_set(struct mem_marks *m, struct mem_mark *mark, const struct mem_mark_page *page)
{
	bool device = page->number >= m->mem->n_pages;
	struct copy *c;

	if (page->number >= m->n_pages) return false;
	c = new_copy(m, page->flags & (device ? KEPT_OF_DEVICE : KEPT_OF_RAM));
	if (!c) return false;
	if (fill_copy(m, c, page->bytes) && set(m, &mark->root, page->number, c)) return true;
	drop_copy(m, c);
	return false;
}
