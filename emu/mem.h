/* SPDX-License-Identifier: MIT */
/* Guest memory: RAM below and above the 4 GiB hole, and ROM. Every access is bounds-checked. RAM
 * starts with a pattern, so it is never zero by accident. A page is filled at its first use, so a
 * machine with 5 GiB uses only as much host memory as its guest touches. */
#ifndef EMU_MEM_H
#define EMU_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MEM_PAGE = 4096,
	MEM_MAX_REGIONS = 16,
	MEM_MAX_DEVICES = 4,   /* memories of devices: emu/mem_device.h */
	MEM_MAX_WINDOWS = 8,   /* on all of them */
	MEM_ROM_MAX = 64 << 20 /* bytes of all ROMs */
};

enum mem_kind { MEM_NONE, MEM_RAM, MEM_ROM, MEM_DEVICE };

/* Per-page flags. Only emu/unicorn sets CODE, the GRANTs, TABLE and TRANSLATED. */
enum mem_page_flag {
	MEM_TOUCHED = 1, /* holds its pattern, or data */
	MEM_DIRTY = 2,   /* in `changed`; of a device: written since the last mark */
	/* Code was fetched from it, and it was not written since through a mapping that cannot
	 * execute. */
	MEM_CODE = 4,
	MEM_WGRANT = 8,      /* the engine has a fast writable mapping of it */
	MEM_WXGRANT = 16,    /* the engine has one that may also execute */
	MEM_WRITTEN = 32,    /* was ever written */
	MEM_TABLE = 64,      /* the CPU read page tables from it, and watches it (tlb_watch.h) */
	MEM_TRANSLATED = 128 /* the engine may have translated code from it */
};

enum mem_fill { MEM_FILL_PATTERN, MEM_FILL_RANDOM };

struct mem_region {
	uint64_t base, size; /* physical, page-aligned */
	uint64_t page;       /* index of the region's first page in `flags` */
	uint8_t *host;
	enum mem_kind kind;
};

struct mem_device;
struct mem_marks;

/* Shows a part of a device's memory: emu/mem_device.h. */
struct mem_window {
	struct mem_device *device;
	uint64_t base;   /* physical address of its first byte */
	uint64_t offset; /* of that byte in the memory */
	uint64_t size;   /* 0: hidden */
	unsigned access; /* enum mem_window_access */
};

struct mem {
	struct mem_region region[MEM_MAX_REGIONS]; /* sorted by base */
	size_t n_regions;
	struct mem_device *device[MEM_MAX_DEVICES]; /* owned */
	size_t n_devices;
	struct mem_window window[MEM_MAX_WINDOWS];
	size_t n_windows;
	uint8_t *ram; /* ram_size bytes, owned; offset = address as if there were no hole */
	uint8_t *rom; /* MEM_ROM_MAX bytes, owned; NULL: no ROM */
	uint64_t ram_size, rom_size, ram_below_hole;
	uint64_t hole;  /* RAM never is between this address and 4 GiB */
	uint8_t *flags; /* one byte per page of RAM, then ROM; never moves */
	uint64_t n_pages;
	uint64_t n_touched;      /* pages of RAM that mem_touch() was first asked for */
	struct mem_marks *marks; /* emu/mem_mark.h; NULL: none */
	enum mem_fill fill;
	uint8_t pattern[8]; /* repeated from address 0 */
	size_t pattern_len; /* 1..8 */
	uint64_t seed;
	/* Called after each host-side write (mem_write, mem_set, mem_load, and mem_copy for pages
	 * with MEM_TRANSLATED), because translated code and cached translations may be stale. */
	void (*written)(void *ctx, uint64_t pa, uint64_t len);
	/* Called after a window changed, because the CPU may have mappings of it. */
	void (*windows_changed)(void *ctx);
	void *written_ctx; /* of both */
};

/* Allocate `size` bytes of RAM (a multiple of the page size, 1 MiB .. 64 GiB). RAM from `hole` up
 * is at 4 GiB instead. RAM between 0xA0000 and 0xFFFFF is hidden (legacy window). `hole` is a
 * multiple of the page size, 1 MiB .. 4 GiB. The pattern is 0xcc until another is set. Returns
 * NULL, or a static message that says what to do; mem_free() is allowed in both cases. */
__attribute__((warn_unused_result)) const char *mem_init(struct mem *mem, uint64_t size,
							 uint64_t hole);
void mem_free(struct mem *mem);
/* Set how untouched RAM looks, before the first access. Pattern: 1..8 bytes, repeated. Random: each
 * page is made from the seed and its own number, so the order of first use does not matter. */
void mem_set_pattern(struct mem *mem, const uint8_t *pattern, size_t len);
void mem_set_random(struct mem *mem, uint64_t seed);
/* Add a ROM of `size` bytes (a multiple of the page size) at `base`. The contents are copied, the
 * rest is 0xff. Returns NULL or a static message. Call it only while the machine is built: it
 * changes the indices in `region`. */
__attribute__((warn_unused_result)) const char *
mem_add_rom(struct mem *mem, uint64_t base, uint64_t size, const void *data, size_t len);

/* The region of RAM or ROM that contains pa, or NULL. The kind is MEM_DEVICE
 * where a window lets reads of a device's memory through (emu/mem_device.h). */
const struct mem_region *mem_region_at(const struct mem *mem, uint64_t pa);
enum mem_kind mem_kind_at(const struct mem *mem, uint64_t pa);
/* Host address of the page at pa (low 12 bits ignored), filled with its pattern if this is its
 * first use. NULL: no RAM or ROM there. */
uint8_t *mem_touch(struct mem *mem, uint64_t pa);
/* The flags of the page at pa; NULL: no RAM or ROM there. */
uint8_t *mem_flags(struct mem *mem, uint64_t pa);

/* For mem_note(): the contents or flags of this page will differ from the last mark. */
void mem_mark_note(struct mem *mem, uint8_t *flags);
/* A page of RAM or ROM, given by its place in mem->flags, is about to change: set these flags. A
 * mark will undo it. */
static inline void mem_note(struct mem *mem, uint8_t *flags, uint8_t set)
{
	if (mem->marks && !(*flags & MEM_DIRTY)) mem_mark_note(mem, flags);
	*flags |= set;
}

/* Copy. False: nothing was done, because some byte is outside memory, or in a window that does not
 * let it through (emu/mem_device.h). mem_write() also refuses ROM;
 * mem_load() writes ROM, for loaders. len 0 is true at any address. Reading does not count as use:
 * an untouched page reads as its pattern and stays untouched. */
bool mem_read(struct mem *mem, uint64_t pa, void *buf, uint64_t len);
bool mem_write(struct mem *mem, uint64_t pa, const void *buf, uint64_t len);
bool mem_set(struct mem *mem, uint64_t pa, uint8_t byte, uint64_t len);
bool mem_load(struct mem *mem, uint64_t pa, const void *buf, uint64_t len);
/* Little-endian; false as above. */
bool mem_read64(struct mem *mem, uint64_t pa, uint64_t *v);
bool mem_read32(struct mem *mem, uint64_t pa, uint32_t *v);
bool mem_write64(struct mem *mem, uint64_t pa, uint64_t v);
bool mem_write32(struct mem *mem, uint64_t pa, uint32_t v);

/* Have both the same sizes, ROMs, devices and windows, so that one can be copied to the other? */
bool mem_alike(const struct mem *a, const struct mem *b);
/* Make `to` equal to `from` (a snapshot); both must be alike, otherwise nothing happens. Touched
 * pages are copied, the others become untouched. TOUCHED, WRITTEN and TABLE are copied. CODE,
 * TRANSLATED and the GRANTs of `to` stay: they belong to its own engine. Of the memory of devices,
 * only pages that differ are copied, and the windows. The engines of both must flush their TLBs
 * afterwards. */
void mem_copy(struct mem *to, const struct mem *from);
/* Visit the touched RAM pages in address order. */
void mem_for_touched(const struct mem *mem, void (*fn)(void *ctx, uint64_t pa, const uint8_t *page),
		     void *ctx);

#endif
