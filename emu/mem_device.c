/* SPDX-License-Identifier: MIT */
#include "emu/mem_device.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emu/bits.h"

enum { PAGE_SHIFT = 12, BYTE_BITS = 8, MAX_BYTES = sizeof(uint64_t) };
#define PHYSICAL_END (UINT64_C(1) << 52)

static uint64_t pages(uint64_t bytes) { return bytes >> PAGE_SHIFT; }

static bool page_aligned(uint64_t v) { return v % MEM_PAGE == 0; }

/* ---- allocation ---- */

static void *reserve(uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void release(struct mem_device *d)
{
	if (d->host) munmap(d->host, d->size);
	free(d->flags);
	free(d->stamp);
}

/* A memory of no struct mem yet. */
static const char *make(struct mem_device *d, uint64_t size)
{
	if (!size || !page_aligned(size) || size > MEM_DEVICE_MAX)
		return "the memory of a device is a multiple of 4096 bytes, at most 256 MiB";
	d->size = size;
	d->host = reserve(size);
	d->flags = calloc(pages(size), sizeof(*d->flags));
	d->stamp = calloc(pages(size), sizeof(*d->stamp));
	if (d->host && d->flags && d->stamp) return NULL;
	release(d);
	return "the host has no memory left for that of a device";
}

const char *mem_add_device(struct mem *mem, const char *name, uint64_t size, uint8_t fill,
			   struct mem_device **device)
{
	struct mem_device *d;
	const char *fault;

	*device = NULL;
	if (mem->n_devices == MEM_MAX_DEVICES) return "too many devices with memory";
	d = calloc(1, sizeof(*d));
	if (!d) return "out of memory";
	*d = (struct mem_device){ .name = name, .mem = mem, .fill = fill };
	fault = make(d, size);
	if (fault) {
		free(d);
		return fault;
	}
	mem->device[mem->n_devices++] = d;
	*device = d;
	return NULL;
}

const char *mem_device_resize(struct mem_device *d, uint64_t size)
{
	struct mem_device other = { .name = d->name, .mem = d->mem, .fill = d->fill };
	const char *fault = make(&other, size);

	if (fault) return fault;
	for (size_t i = 0; i < d->mem->n_windows; i++)
		if (d->mem->window[i].device == d) mem_window_hide(&d->mem->window[i]);
	release(d);
	*d = other;
	return NULL;
}

void mem_free_devices(struct mem *mem)
{
	for (size_t i = 0; i < mem->n_devices; i++) {
		release(mem->device[i]);
		free(mem->device[i]);
	}
	mem->n_devices = mem->n_windows = 0;
}

struct mem_window *mem_device_add_window(struct mem_device *d)
{
	struct mem *mem = d->mem;

	if (mem->n_windows == MEM_MAX_WINDOWS) return NULL;
	mem->window[mem->n_windows] = (struct mem_window){ .device = d };
	return &mem->window[mem->n_windows++];
}

/* ---- windows ---- */

static bool fits(const struct mem_device *d, uint64_t base, uint64_t offset, uint64_t size)
{
	return page_aligned(base) && page_aligned(offset) && page_aligned(size) &&
	       offset <= d->size && size <= d->size - offset && base < PHYSICAL_END &&
	       size <= PHYSICAL_END - base;
}

bool mem_window_show(struct mem_window *w, uint64_t base, uint64_t offset, uint64_t size,
		     unsigned access)
{
	const struct mem *mem = w->device->mem;
	bool placed = fits(w->device, base, offset, size);
	bool shown = placed && size && access & MEM_WINDOW_ALL;
	struct mem_window now = { .device = w->device };

	if (shown) {
		now.base = base;
		now.offset = offset;
		now.size = size;
		now.access = access & MEM_WINDOW_ALL;
	}
	if (now.base == w->base && now.offset == w->offset && now.size == w->size &&
	    now.access == w->access)
		return placed;
	*w = now;
	if (mem->windows_changed) mem->windows_changed(mem->written_ctx);
	return placed;
}

void mem_window_hide(struct mem_window *w) { (void)mem_window_show(w, 0, 0, 0, 0); }

const struct mem_window *mem_window_at(const struct mem *mem, uint64_t pa, unsigned access)
{
	for (size_t i = 0; i < mem->n_windows; i++) {
		const struct mem_window *w = &mem->window[i];
		if (pa - w->base < w->size && (w->access & access) == access)
			return mem_region_at(mem, pa) ? NULL : w;
	}
	return NULL;
}

/* ---- contents ---- */

void mem_device_reset(struct mem_device *d)
{
	for (uint64_t i = 0; i < pages(d->size); i++) {
		if (d->flags[i]) d->flags[i] = MEM_DIRTY | MEM_DEVICE_CHANGED;
	}
	/* The CPU may have mappings of pages that are now to be filled again. */
	if (d->mem->windows_changed) d->mem->windows_changed(d->mem->written_ctx);
}

static bool inside(const struct mem_device *d, uint64_t offset, uint64_t len)
{
	return offset <= d->size && len <= d->size - offset;
}

static void touch(const struct mem_device *d, uint64_t page)
{
	if (d->flags[page] & MEM_TOUCHED) return;
	memset(d->host + (page << PAGE_SHIFT), d->fill, MEM_PAGE);
	d->flags[page] |= MEM_TOUCHED;
}

uint8_t *mem_device_page(struct mem_device *d, uint64_t offset)
{
	touch(d, pages(offset));
	return d->host + (pages(offset) << PAGE_SHIFT);
}

void mem_device_mark(struct mem_device *d, uint64_t offset, uint64_t len)
{
	if (!len || !inside(d, offset, len)) return;
	for (uint64_t i = pages(offset); i <= pages(offset + len - 1); i++) {
		touch(d, i);
		d->flags[i] |= MEM_DIRTY | MEM_DEVICE_CHANGED;
	}
}

/* The bytes of [offset, offset + len) in its first page. */
static uint64_t on_page(uint64_t offset, uint64_t len)
{
	uint64_t room = MEM_PAGE - offset % MEM_PAGE;

	return len < room ? len : room;
}

void mem_device_read(const struct mem_device *d, uint64_t offset, void *buf, uint64_t len)
{
	uint8_t *to = buf;

	if (!inside(d, offset, len)) {
		if (len) memset(buf, d->fill, len);
		return;
	}
	while (len) {
		uint64_t n = on_page(offset, len);
		if (d->flags[pages(offset)] & MEM_TOUCHED)
			memcpy(to, d->host + offset, n);
		else
			memset(to, d->fill, n);
		to += n;
		offset += n;
		len -= n;
	}
}

void mem_device_write(struct mem_device *d, uint64_t offset, const void *buf, uint64_t len)
{
	if (!len || !inside(d, offset, len)) return;
	mem_device_mark(d, offset, len);
	memcpy(d->host + offset, buf, len);
}

void mem_device_set(struct mem_device *d, uint64_t offset, uint8_t byte, uint64_t len)
{
	if (!len || !inside(d, offset, len)) return;
	mem_device_mark(d, offset, len);
	memset(d->host + offset, byte, len);
}

uint64_t mem_device_load(const struct mem_device *d, uint64_t offset, unsigned width)
{
	uint8_t byte[MAX_BYTES] = { 0 };
	unsigned n = width / BYTE_BITS <= MAX_BYTES ? width / BYTE_BITS : MAX_BYTES;
	uint64_t value = 0;

	mem_device_read(d, offset, byte, n);
	for (unsigned i = 0; i < n; i++) value |= (uint64_t)byte[i] << (BYTE_BITS * i);
	return value;
}

void mem_device_store(struct mem_device *d, uint64_t offset, unsigned width, uint64_t value)
{
	uint8_t byte[MAX_BYTES] = { 0 };
	unsigned n = width / BYTE_BITS <= MAX_BYTES ? width / BYTE_BITS : MAX_BYTES;

	for (unsigned i = 0; i < n; i++) byte[i] = (uint8_t)(value >> (BYTE_BITS * i));
	mem_device_write(d, offset, byte, n);
}

/* ---- copies ---- */

/* Contents that no other page of this process has been given. */
static uint64_t next_stamp(void)
{
	static atomic_uint_fast64_t last;

	return atomic_fetch_add(&last, 1) + 1;
}

/* Two pages with the same stamp are equal as long as neither is written. Pages without a stamp were
 * never used, and hold the fill. */
static void copy_page(struct mem_device *to, struct mem_device *from, uint64_t i)
{
	uint64_t at = i << PAGE_SHIFT;
	bool equal;

	if (from->flags[i] & MEM_DEVICE_CHANGED) from->stamp[i] = next_stamp();
	from->flags[i] &= (uint8_t)~MEM_DEVICE_CHANGED;
	equal = !(to->flags[i] & MEM_DEVICE_CHANGED) && to->stamp[i] == from->stamp[i];
	/* One that was only touched is equal to the fill in both. */
	if (from->flags[i] & MEM_TOUCHED && !(equal && to->flags[i] & MEM_TOUCHED))
		memcpy(to->host + at, from->host + at, MEM_PAGE);
	to->flags[i] = from->flags[i];
	to->stamp[i] = from->stamp[i];
}

void mem_copy_devices(struct mem *to, const struct mem *from)
{
	for (size_t n = 0; n < to->n_devices; n++)
		for (uint64_t i = 0; i < pages(to->device[n]->size); i++)
			if (to->device[n]->flags[i] | from->device[n]->flags[i])
				copy_page(to->device[n], from->device[n], i);
	for (size_t n = 0; n < to->n_windows; n++) {
		struct mem_device *own = to->window[n].device;
		to->window[n] = from->window[n];
		to->window[n].device = own;
	}
}

void mem_for_stored(const struct mem *mem,
		    void (*fn)(void *ctx, size_t device, uint64_t offset, const uint8_t *page),
		    void *ctx)
{
	for (size_t n = 0; n < mem->n_devices; n++) {
		const struct mem_device *d = mem->device[n];
		for (uint64_t i = 0; i < pages(d->size); i++)
			if (d->flags[i] & MEM_DEVICE_STORED)
				fn(ctx, n, i << PAGE_SHIFT, d->host + (i << PAGE_SHIFT));
	}
}
