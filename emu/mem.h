/* SPDX-License-Identifier: MIT */
/* Guest memory: RAM on both sides of the 4 GiB hole, and ROM. Every access is bounds-checked.
 * RAM holds a pattern, never zero by accident; it is laid down page by page at first touch, so a
 * machine with 5 GiB costs what its guest uses. */
#ifndef EMU_MEM_H
#define EMU_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MEM_PAGE = 4096,
	MEM_MAX_REGIONS = 16,
	MEM_ROM_MAX = 64 << 20 /* bytes of all ROMs together */
};

enum mem_kind { MEM_NONE, MEM_RAM, MEM_ROM };

/* Per-page marks. The engine under emu/unicorn owns CODE and the GRANTs. */
enum mem_page_flag {
	MEM_TOUCHED = 1,  /* holds its pattern or data */
	MEM_DIRTY = 2,    /* written since mem_clear_dirty() */
	MEM_CODE = 4,     /* translated code lies in it */
	MEM_WGRANT = 8,   /* a fast writable mapping was handed out */
	MEM_WXGRANT = 16, /* one that may also execute the code in it */
	MEM_WRITTEN = 32  /* somebody wrote to it, ever */
};

enum mem_fill { MEM_FILL_PATTERN, MEM_FILL_RANDOM };

struct mem_region {
	uint64_t base, size; /* physical, page-aligned */
	uint64_t page;       /* index of its first page in `flags` */
	uint8_t *host;
	enum mem_kind kind;
};

struct mem {
	struct mem_region region[MEM_MAX_REGIONS]; /* sorted by base */
	size_t n_regions;
	uint8_t *ram; /* one block of ram_size bytes, owned; offset = address below the hole */
	uint8_t *rom; /* one block of MEM_ROM_MAX bytes, owned; NULL: no ROM */
	uint64_t ram_size, rom_size, ram_below_hole;
	uint8_t *flags; /* one byte per page of RAM, then ROM; never moves */
	uint64_t n_pages;
	enum mem_fill fill;
	uint8_t pattern[8]; /* repeated from address 0 on */
	size_t pattern_len; /* 1..8 */
	uint64_t seed;
	/* Told after each host-side write (mem_write, mem_set, mem_load, and, for pages with
	 * MEM_CODE, mem_copy): translated code may be stale. */
	void (*written)(void *ctx, uint64_t pa, uint64_t len);
	void *written_ctx;
};

/* Allocate `size` bytes of RAM (page multiple, 1 MiB .. 64 GiB). RAM from `hole` up lies at
 * 4 GiB instead; RAM between 0xA0000 and 0xFFFFF stays hidden (legacy window). `hole` is a page
 * multiple, 1 MiB .. 4 GiB. The fill is the pattern 0xcc until one is set. Returns NULL or a
 * message that says what to do (static); mem_free() is fine in both cases. */
__attribute__((warn_unused_result)) const char *mem_init(struct mem *mem, uint64_t size,
							 uint64_t hole);
void mem_free(struct mem *mem);
/* How untouched RAM looks. Call before the first access. pattern: 1..8 bytes, repeated; random:
 * each page from the seed and its own number, so the order of touching does not matter. */
void mem_set_pattern(struct mem *mem, const uint8_t *pattern, size_t len);
void mem_set_random(struct mem *mem, uint64_t seed);
/* Add a ROM of `size` bytes (page multiple) at `base`, contents copied, rest 0xff. Returns NULL or
 * what is wrong (static). Only while wiring: indices in `region` change. */
__attribute__((warn_unused_result)) const char *
mem_add_rom(struct mem *mem, uint64_t base, uint64_t size, const void *data, size_t len);

/* The region that holds pa, or NULL. */
const struct mem_region *mem_region_at(const struct mem *mem, uint64_t pa);
enum mem_kind mem_kind_at(const struct mem *mem, uint64_t pa);
/* Host address of the page at pa (low 12 bits ignored), its pattern laid down; NULL: no memory. */
uint8_t *mem_touch(struct mem *mem, uint64_t pa);
/* The flags byte of the page at pa; NULL: no memory. */
uint8_t *mem_flags(struct mem *mem, uint64_t pa);

/* Copy; false, and nothing done, if any byte lies outside memory. A write to ROM is refused too;
 * mem_load() writes ROM as well (for loaders). len 0 is true anywhere. Reading does not touch: a
 * page not yet laid down is read as it would be, and stays so. */
bool mem_read(struct mem *mem, uint64_t pa, void *buf, uint64_t len);
bool mem_write(struct mem *mem, uint64_t pa, const void *buf, uint64_t len);
bool mem_set(struct mem *mem, uint64_t pa, uint8_t byte, uint64_t len);
bool mem_load(struct mem *mem, uint64_t pa, const void *buf, uint64_t len);
/* Little-endian; false as above. */
bool mem_read64(struct mem *mem, uint64_t pa, uint64_t *v);
bool mem_read32(struct mem *mem, uint64_t pa, uint32_t *v);
bool mem_write64(struct mem *mem, uint64_t pa, uint64_t v);
bool mem_write32(struct mem *mem, uint64_t pa, uint32_t v);

/* Make `to`, made with the same sizes and ROMs, hold what `from` holds (snapshot): touched pages
 * are copied, others go back to untouched. TOUCHED, DIRTY and WRITTEN are copied; CODE and WGRANT
 * of `to` stay, being its own engine's, which must drop its TLB afterwards. Of other sizes: does
 * nothing.
 */
void mem_copy(struct mem *to, const struct mem *from);
/* Forget what was written so far: clears MEM_DIRTY everywhere. */
void mem_clear_dirty(struct mem *mem);
/* Visit the touched RAM pages in address order. */
void mem_for_touched(const struct mem *mem, void (*fn)(void *ctx, uint64_t pa, const uint8_t *page),
		     void *ctx);

#endif
