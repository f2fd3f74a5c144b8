/* SPDX-License-Identifier: MIT */
/* Memory that belongs to a device: the video memory of a display adapter. The device's model
 * reaches it here. The CPU, loaders, debuggers and bus masters reach it through *windows*: a window
 * shows a range of it at a physical address, or is hidden. Windows are placed, moved and hidden
 * while the guest runs, when a BAR is written or a mode is set. Several windows may show the same
 * memory.
 *
 * What answers at a physical address, page by page: RAM or ROM; else a window that shows the page
 * (of two, the one that was made first); else the device on the bus. So a BAR over RAM is hidden
 * behind the RAM, and a window over a device's range replaces it while it is shown. The range of
 * the device stays on the bus below the window: it names the memory in traces, keeps other devices
 * away, and takes what the window lets through.
 *
 * A window may let through reads, writes or both. For a transfer that it does not let through it
 * does not exist: the CPU's goes to the bus, mem_read() and mem_write() return false. (In chain-4 a
 * read loads the latches of a VGA, so it must reach the model; a write is one to plain memory.)
 *
 * Through a window the CPU reads and writes at the speed of RAM and without a charge of time, and
 * the accesses are not part of the digest: what was written is, at its end. An observer that wants
 * accesses (a trace) gets those too, as accesses to the device that is at that address on the bus;
 * time and digest are the same with and without it.
 *
 * Page tables and descriptor tables may be in it. Code may not: a fetch ends the run with a message
 * that names the memory. TLB checks do not watch tables in it, and say so when a walk uses one. */
#ifndef EMU_MEM_DEVICE_H
#define EMU_MEM_DEVICE_H

#include "emu/bytes.h"
#include "emu/mem.h"

enum { MEM_DEVICE_MAX = 256 << 20 /* bytes of one */ };

/* What a window lets through. */
enum mem_window_access { MEM_WINDOW_READ = 1, MEM_WINDOW_WRITE = 2, MEM_WINDOW_ALL = 3 };

/* Per-page flags: MEM_TOUCHED, MEM_DIRTY, and */
enum mem_device_flag {
	MEM_DEVICE_STORED = 32,  /* the guest wrote to it through a window, since the last reset */
	MEM_DEVICE_CHANGED = 128 /* written since its stamp was given */
};

struct mem_device {
	const char *name; /* as messages name it: "video memory" */
	struct mem *mem;
	uint8_t *host;   /* `size` bytes, owned; a page is valid if it is MEM_TOUCHED */
	uint8_t *flags;  /* one byte per page, owned */
	uint64_t *stamp; /* one per page, owned: pages with equal stamps are equal; 0: none */
	uint64_t size;
	uint8_t fill; /* every byte of an untouched page */
};

/* Give a device memory of `size` bytes (a multiple of the page size, at most MEM_DEVICE_MAX),
 * filled with the byte `fill`. Host memory is used page by page, as pages are touched. Only while
 * the machine is built. `mem` owns it until mem_free(). `name` stays the caller's. Returns NULL or
 * a static message. */
__attribute__((warn_unused_result)) const char *mem_add_device(struct mem *mem, const char *name,
							       uint64_t size, uint8_t fill,
							       struct mem_device **device);
/* Give it another size, and new contents. Only while the machine is built, before the first access:
 * a board's adapter has its own memory until a card extends it. Windows are hidden. NULL, or a
 * static message, and nothing was done. */
__attribute__((warn_unused_result)) const char *mem_device_resize(struct mem_device *d,
								  uint64_t size);
/* Make a window on it, hidden. Only while the machine is built. `mem` owns it. NULL: there are
 * MEM_MAX_WINDOWS. */
struct mem_window *mem_device_add_window(struct mem_device *d);

/* Show [offset, offset + size) of the memory at `base`, instead of what the window showed before.
 * All three are multiples of the page size. Cheap if nothing changes. False: it does not fit into
 * the memory or below 2^52, or is not page-aligned; then the window is hidden. size 0 hides it. */
bool mem_window_show(struct mem_window *w, uint64_t base, uint64_t offset, uint64_t size,
		     unsigned access);
void mem_window_hide(struct mem_window *w);
/* The window that shows the page at pa and lets `access` through (0: anything); NULL: none, or RAM
 * or ROM is there. */
const struct mem_window *mem_window_at(const struct mem *mem, uint64_t pa, unsigned access);

/* Power-on: every page becomes untouched. Windows stay. */
void mem_device_reset(struct mem_device *d);
/* Visit the pages that the guest wrote through windows, in order: for the digest. `device` is the
 * memory's number in mem->device. */
void mem_for_stored(const struct mem *mem,
		    void (*fn)(void *ctx, size_t device, uint64_t offset, const uint8_t *page),
		    void *ctx);

/* ---- for the device's model ---- */

/* The page at `offset` (low 12 bits ignored), filled if this is its first use. Valid until
 * mem_free(). Who writes to it calls mem_device_mark(). `offset` must be below the size. */
uint8_t *mem_device_page(struct mem_device *d, uint64_t offset);
/* [offset, offset + len) was, or will now be, written: sets TOUCHED and DIRTY of its pages, after
 * filling them. */
void mem_device_mark(struct mem_device *d, uint64_t offset, uint64_t len);
/* Copy, set; the range must be inside the memory, otherwise nothing happens (reads give `fill`). */
void mem_device_read(const struct mem_device *d, uint64_t offset, void *buf, uint64_t len);
void mem_device_write(struct mem_device *d, uint64_t offset, const void *buf, uint64_t len);
void mem_device_set(struct mem_device *d, uint64_t offset, uint8_t byte, uint64_t len);
/* Little-endian values of 8, 16, 32 or 64 bits, for the operations of a device on the bus; the
 * range must be inside the memory. */
uint64_t mem_device_load(const struct mem_device *d, uint64_t offset, unsigned width);
void mem_device_store(struct mem_device *d, uint64_t offset, unsigned width, uint64_t value);

/* The hottest paths: one byte, or one aligned word of 32 bits, little-endian. `offset` is below the
 * size, for a word a multiple of 4; it is not checked. */
static inline uint8_t mem_device_byte(const struct mem_device *d, uint64_t offset)
{
	return d->flags[offset / MEM_PAGE] & MEM_TOUCHED ? d->host[offset] : d->fill;
}

static inline uint32_t mem_device_word(const struct mem_device *d, uint64_t offset)
{
	if (!(d->flags[offset / MEM_PAGE] & MEM_TOUCHED)) return d->fill * UINT32_C(0x01010101);
	return get_le32(d->host + offset);
}

/* The page of `offset` is about to be written. */
static inline void mem_device_mark_page(struct mem_device *d, uint64_t offset)
{
	const uint8_t written = MEM_TOUCHED | MEM_DIRTY | MEM_DEVICE_CHANGED;

	if ((d->flags[offset / MEM_PAGE] & written) != written) mem_device_mark(d, offset, 1);
}

static inline void mem_device_set_byte(struct mem_device *d, uint64_t offset, uint8_t byte)
{
	mem_device_mark_page(d, offset);
	d->host[offset] = byte;
}

static inline void mem_device_set_word(struct mem_device *d, uint64_t offset, uint32_t word)
{
	mem_device_mark_page(d, offset);
	put_le32(d->host + offset, word);
}

/* ---- for emu/mem.c ---- */

void mem_free_devices(struct mem *mem);
void mem_copy_devices(struct mem *to, const struct mem *from);

#endif
