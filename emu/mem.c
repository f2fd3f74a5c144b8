/* SPDX-License-Identifier: MIT */
#include "emu/mem.h"

#include <string.h>
#include <sys/mman.h>

#include "emu/bytes.h"
#include "emu/mem_ahead.h"
#include "emu/mem_device.h"

/* PC memory map: conventional memory ends where the legacy window (VGA, option ROMs, BIOS) begins.
 * RAM that does not fit below the hole continues at 4 GiB. */
#define LEGACY_BASE  UINT64_C(0xa0000)
#define MIB          (UINT64_C(1) << 20)
#define HIGH_BASE    (UINT64_C(1) << 32)
#define SIZE_MAX_RAM (UINT64_C(64) << 30)
#define PHYSICAL_END (UINT64_C(1) << 52)

enum { PAGE_SHIFT = 12, DEFAULT_PATTERN = 0xcc, ROM_EMPTY = 0xff };

static uint64_t pages(uint64_t bytes) { return bytes >> PAGE_SHIFT; }

static bool page_aligned(uint64_t v) { return v % MEM_PAGE == 0; }

/* ---- allocation ---- */

static void *reserve(uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Bytes for the flags of all RAM and of all ROMs that may be added. */
static uint64_t flags_size(const struct mem *mem) { return pages(mem->ram_size + MEM_ROM_MAX); }

static void insert_region(struct mem *mem, const struct mem_region *region)
{
	size_t at = mem->n_regions;

	while (at > 0 && mem->region[at - 1].base > region->base) {
		mem->region[at] = mem->region[at - 1];
		at--;
	}
	mem->region[at] = *region;
	mem->n_regions++;
}

static void add_ram(struct mem *mem, uint64_t base, uint64_t size, uint64_t offset)
{
	struct mem_region r = { .base = base,
				.size = size,
				.page = pages(offset),
				.host = mem->ram + offset,
				.kind = MEM_RAM };

	if (size) insert_region(mem, &r);
}

static const char *size_fault(uint64_t size, uint64_t hole)
{
	if (!page_aligned(size)) return "memory size must be a multiple of 4096 bytes";
	if (size < MIB) return "memory too small: give at least 1 MiB (try 128M)";
	if (size > SIZE_MAX_RAM) return "memory too large: give at most 64 GiB";
	if (!page_aligned(hole) || hole < MIB || hole > HIGH_BASE)
		return "the memory hole must start on a page between 1 MiB and 4 GiB";
	return NULL;
}

const char *mem_init(struct mem *mem, uint64_t size, uint64_t hole)
{
	const char *fault = size_fault(size, hole);
	uint64_t low = size < hole ? size : hole;

	memset(mem, 0, sizeof *mem);
	mem->pattern[0] = DEFAULT_PATTERN;
	mem->pattern_len = 1;
	if (fault) return fault;
	mem->ram = reserve(size);
	if (!mem->ram) return "the host has no address space left for this much memory: give less";
	mem->ram_size = size;
	mem->ram_below_hole = low;
	mem->hole = hole;
	mem->flags = reserve(flags_size(mem));
	if (!mem->flags) {
		mem_free(mem);
		return "the host has no memory left for the page flags: give less memory";
	}
	mem->n_pages = pages(size);
	add_ram(mem, 0, LEGACY_BASE, 0);
	add_ram(mem, MIB, low - MIB, MIB);
	add_ram(mem, HIGH_BASE, size - low, low);
	return NULL;
}

void mem_free(struct mem *mem)
{
	if (mem->flags) munmap(mem->flags, flags_size(mem));
	if (mem->ram) munmap(mem->ram, mem->ram_size);
	if (mem->rom) munmap(mem->rom, MEM_ROM_MAX);
	mem_free_devices(mem);
	memset(mem, 0, sizeof *mem);
}

void mem_set_pattern(struct mem *mem, const uint8_t *pattern, size_t len)
{
	if (len == 0 || len > sizeof mem->pattern) return;
	memcpy(mem->pattern, pattern, len);
	mem->pattern_len = len;
	mem->fill = MEM_FILL_PATTERN;
}

void mem_set_random(struct mem *mem, uint64_t seed)
{
	mem->seed = seed;
	mem->fill = MEM_FILL_RANDOM;
}

static const char *rom_fault(const struct mem *mem, uint64_t base, uint64_t size, size_t len)
{
	if (!page_aligned(base) || !page_aligned(size))
		return "ROM base or size is no page multiple";
	if (size == 0) return "empty ROM";
	if (len > size) return "the image is larger than its ROM";
	if (size > MEM_ROM_MAX - mem->rom_size) return "more than 64 MiB of ROM";
	if (base >= PHYSICAL_END || size > PHYSICAL_END - base)
		return "ROM lies beyond the physical address space";
	if (mem->n_regions == MEM_MAX_REGIONS) return "too many memory regions";
	for (size_t i = 0; i < mem->n_regions; i++) {
		const struct mem_region *r = &mem->region[i];
		if (base < r->base + r->size && r->base < base + size)
			return r->kind == MEM_RAM ? "ROM overlaps RAM" : "ROM overlaps another ROM";
	}
	return NULL;
}

const char *mem_add_rom(struct mem *mem, uint64_t base, uint64_t size, const void *data, size_t len)
{
	const char *fault = rom_fault(mem, base, size, len);
	struct mem_region r = { .base = base, .size = size, .kind = MEM_ROM };

	if (fault) return fault;
	if (!mem->rom) mem->rom = reserve(MEM_ROM_MAX);
	if (!mem->rom) return "the host has no memory left for the ROM";
	r.host = mem->rom + mem->rom_size;
	r.page = mem->n_pages;
	if (len) memcpy(r.host, data, len);
	memset(r.host + len, ROM_EMPTY, size - len);
	memset(mem->flags + r.page, MEM_TOUCHED, pages(size));
	mem->rom_size += size;
	mem->n_pages += pages(size);
	insert_region(mem, &r);
	return NULL;
}

/* ---- finding ---- */

const struct mem_region *mem_region_at(const struct mem *mem, uint64_t pa)
{
	for (size_t i = 0; i < mem->n_regions; i++) {
		const struct mem_region *r = &mem->region[i];
		if (pa < r->base) return NULL;
		if (pa - r->base < r->size) return r;
	}
	return NULL;
}

enum mem_kind mem_kind_at(const struct mem *mem, uint64_t pa)
{
	const struct mem_region *r = mem_region_at(mem, pa);

	if (r) return r->kind;
	return mem_window_at(mem, pa, MEM_WINDOW_READ) ? MEM_DEVICE : MEM_NONE;
}

uint8_t *mem_flags(struct mem *mem, uint64_t pa)
{
	const struct mem_region *r = mem_region_at(mem, pa);

	return r ? mem->flags + r->page + pages(pa - r->base) : NULL;
}

/* ---- the fill ---- */

/* A 64-bit mixer with full avalanche (the finaliser of SplitMix64, Steele et al. 2014). */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void fill_random(uint8_t *page, uint64_t seed, uint64_t index)
{
	const uint64_t gamma = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t state = mix(seed + gamma) ^ mix(index * gamma + 1);

	for (size_t i = 0; i < MEM_PAGE; i += sizeof(uint64_t)) {
		uint64_t v;
		state += gamma;
		v = mix(state);
		for (size_t b = 0; b < sizeof v; b++) page[i + b] = (uint8_t)(v >> (8 * b));
	}
}

static void fill_pattern(const struct mem *mem, uint8_t *page, uint64_t index)
{
	size_t len = mem->pattern_len, phase = (size_t)(index * MEM_PAGE % len), done = len;

	if (len == 1) {
		memset(page, mem->pattern[0], MEM_PAGE);
		return;
	}
	for (size_t i = 0; i < len; i++) page[i] = mem->pattern[(phase + i) % len];
	while (done < MEM_PAGE) { /* the filled part is a whole number of periods: double it */
		size_t n = done < MEM_PAGE - done ? done : MEM_PAGE - done;
		memcpy(page + done, page, n);
		done += n;
	}
}

/* Fill page `index` of RAM with what it holds before the first write. */
static void fill_page(const struct mem *mem, uint8_t *page, uint64_t index)
{
	if (mem->fill == MEM_FILL_RANDOM)
		fill_random(page, mem->seed, index);
	else
		fill_pattern(mem, page, index);
}

static void touch(struct mem *mem, uint8_t *host, uint64_t index)
{
	if (mem->flags[index] & MEM_TOUCHED) return;
	fill_page(mem, host, index);
	mem_note(mem, &mem->flags[index], MEM_TOUCHED);
}

uint8_t *mem_touch(struct mem *mem, uint64_t pa)
{
	const struct mem_region *r = mem_region_at(mem, pa);
	uint64_t page;

	if (!r) return NULL;
	page = pages(pa - r->base);
	if (r->kind == MEM_RAM && !(mem->flags[r->page + page] & MEM_TOUCHED))
		mem_ahead(mem, r->page + page);
	touch(mem, r->host + (page << PAGE_SHIFT), r->page + page);
	return r->host + (page << PAGE_SHIFT);
}

/* ---- host-side access ---- */

/* The part of an access that is in one page. */
struct piece {
	uint8_t *host, *flags; /* of the page */
	uint64_t index;        /* of the page of RAM or ROM */
	struct mem_device *device;
	uint64_t device_offset; /* of its first byte, in the memory of a device */
	size_t offset, len;
};

static void piece_of_region(const struct mem *mem, const struct mem_region *r, uint64_t pa,
			    struct piece *p)
{
	uint64_t page = pages(pa - r->base);

	p->device = NULL;
	p->host = r->host + (page << PAGE_SHIFT);
	p->index = r->page + page;
	p->flags = mem->flags + p->index;
}

static void piece_of_window(const struct mem_window *w, uint64_t pa, struct piece *p)
{
	p->device = w->device;
	p->device_offset = w->offset + (pa - w->base);
	p->host = w->device->host + (p->device_offset & ~(uint64_t)(MEM_PAGE - 1));
	p->flags = w->device->flags + pages(p->device_offset);
}

/* False: there is no memory, or its window does not let `access` through. */
static bool piece_at(const struct mem *mem, uint64_t pa, uint64_t left, unsigned access,
		     struct piece *p)
{
	const struct mem_region *r = mem_region_at(mem, pa);
	const struct mem_window *w = r ? NULL : mem_window_at(mem, pa, access);
	uint64_t room = MEM_PAGE - pa % MEM_PAGE;

	if (r)
		piece_of_region(mem, r, pa, p);
	else if (w)
		piece_of_window(w, pa, p);
	else
		return false;
	p->offset = (size_t)(pa % MEM_PAGE);
	p->len = (size_t)(left < room ? left : room);
	return true;
}

/* Is every byte in RAM, or if rom_too in ROM, or in a window that lets `access` through? Checks
 * region by region, so a huge len is cheap. */
static bool covered(const struct mem *mem, uint64_t pa, uint64_t len, unsigned access, bool rom_too)
{
	while (len > 0) {
		const struct mem_region *r = mem_region_at(mem, pa);
		uint64_t room = r ? r->size - (pa - r->base) : MEM_PAGE - pa % MEM_PAGE;

		if (r ? (r->kind != MEM_RAM && !rom_too) : !mem_window_at(mem, pa, access))
			return false;
		if (len <= room) return true;
		pa += room; /* cannot wrap: regions and windows end below 2^52 */
		len -= room;
	}
	return true;
}

bool mem_read(struct mem *mem, uint64_t pa, void *buf, uint64_t len)
{
	uint8_t *to = buf;
	struct piece p;

	if (!covered(mem, pa, len, MEM_WINDOW_READ, true)) return false;
	for (; len > 0 && piece_at(mem, pa, len, MEM_WINDOW_READ, &p);
	     pa += p.len, to += p.len, len -= p.len) {
		if (*p.flags & MEM_TOUCHED) {
			memcpy(to, p.host + p.offset, p.len);
		} else if (p.device) {
			memset(to, p.device->fill, p.len);
		} else {
			uint8_t page[MEM_PAGE];
			fill_page(mem, page, p.index);
			memcpy(to, page + p.offset, p.len);
		}
	}
	return true;
}

/* It is about to be written. */
static void mark_piece(struct mem *mem, const struct piece *p)
{
	if (p->device) {
		mem_device_mark(p->device, p->device_offset, p->len);
		*p->flags |= MEM_DEVICE_STORED;
		return;
	}
	if (p->len < MEM_PAGE) touch(mem, p->host, p->index);
	mem_note(mem, p->flags, MEM_TOUCHED | MEM_WRITTEN);
}

/* Copy `from`, or if it is NULL fill with `byte`. The range was already checked. */
static void put(struct mem *mem, uint64_t pa, const uint8_t *from, uint8_t byte, uint64_t len)
{
	uint64_t start = pa, left = len;
	struct piece p;

	for (; left > 0 && piece_at(mem, pa, left, MEM_WINDOW_WRITE, &p);
	     pa += p.len, left -= p.len) {
		mark_piece(mem, &p);
		if (from) {
			memcpy(p.host + p.offset, from, p.len);
			from += p.len;
		} else {
			memset(p.host + p.offset, byte, p.len);
		}
	}
	if (len && mem->written) mem->written(mem->written_ctx, start, len);
}

bool mem_write(struct mem *mem, uint64_t pa, const void *buf, uint64_t len)
{
	if (!covered(mem, pa, len, MEM_WINDOW_WRITE, false)) return false;
	put(mem, pa, buf, 0, len);
	return true;
}

bool mem_set(struct mem *mem, uint64_t pa, uint8_t byte, uint64_t len)
{
	if (!covered(mem, pa, len, MEM_WINDOW_WRITE, false)) return false;
	put(mem, pa, NULL, byte, len);
	return true;
}

bool mem_load(struct mem *mem, uint64_t pa, const void *buf, uint64_t len)
{
	if (!covered(mem, pa, len, MEM_WINDOW_WRITE, true)) return false;
	put(mem, pa, buf, 0, len);
	return true;
}

/* `size` is 4 or 8. The page walk calls this up to four times per TLB fill, mostly for a touched
 * page, where it is a few instructions. An aligned word is on one page. */
static inline bool load_bytes(struct mem *mem, uint64_t pa, uint8_t *b, size_t size)
{
	const struct mem_region *r = mem_region_at(mem, pa);
	uint64_t at = r ? pa - r->base : 0;

	if (!r || pa % size || !(mem->flags[r->page + pages(at)] & MEM_TOUCHED))
		return mem_read(mem, pa, b, size);
	memcpy(b, r->host + at, size);
	return true;
}

static bool store_le(struct mem *mem, uint64_t pa, uint64_t v, size_t size)
{
	uint8_t b[sizeof v];

	put_le(b, v, size);
	return mem_write(mem, pa, b, size);
}

bool mem_read64(struct mem *mem, uint64_t pa, uint64_t *v)
{
	uint8_t b[sizeof *v];

	if (!load_bytes(mem, pa, b, sizeof b)) return false;
	*v = get_le64(b);
	return true;
}

bool mem_read32(struct mem *mem, uint64_t pa, uint32_t *v)
{
	uint8_t b[sizeof *v];

	if (!load_bytes(mem, pa, b, sizeof b)) return false;
	*v = get_le32(b);
	return true;
}

bool mem_write64(struct mem *mem, uint64_t pa, uint64_t v)
{
	return store_le(mem, pa, v, sizeof v);
}

bool mem_write32(struct mem *mem, uint64_t pa, uint32_t v)
{
	return store_le(mem, pa, v, sizeof v);
}

/* ---- whole memory ---- */

/* Flags that belong to the engine of one machine, not to the contents of memory. */
enum { PER_ENGINE = MEM_CODE | MEM_TRANSLATED | MEM_WGRANT | MEM_WXGRANT };

static void copy_page(struct mem *to, const struct mem *from, size_t region, uint64_t i)
{
	const struct mem_region *r = &to->region[region];
	uint64_t index = r->page + i, at = i << PAGE_SHIFT;
	uint8_t theirs = from->flags[index], ours = to->flags[index];
	const uint8_t kept = PER_ENGINE | MEM_DIRTY;

	if (!theirs && !ours) return; /* true for nearly all pages */
	mem_note(to, &to->flags[index], 0);
	if (theirs & MEM_TOUCHED) memcpy(r->host + at, from->region[region].host + at, MEM_PAGE);
	to->flags[index] = (uint8_t)((theirs & ~kept) | (to->flags[index] & kept));
	if ((ours & MEM_TRANSLATED) && to->written)
		to->written(to->written_ctx, r->base + at, MEM_PAGE);
}

bool mem_alike(const struct mem *a, const struct mem *b)
{
	bool same = a->n_regions == b->n_regions && a->ram_size == b->ram_size &&
		    a->rom_size == b->rom_size && a->n_devices == b->n_devices &&
		    a->n_windows == b->n_windows;

	for (size_t i = 0; same && i < a->n_devices; i++)
		same = a->device[i]->size == b->device[i]->size;
	return same;
}

void mem_copy(struct mem *to, const struct mem *from)
{
	if (to == from || !mem_alike(to, from)) return;
	to->fill = from->fill;
	memcpy(to->pattern, from->pattern, sizeof to->pattern);
	to->pattern_len = from->pattern_len;
	to->seed = from->seed;
	for (size_t n = 0; n < to->n_regions; n++) {
		uint64_t n_pages = pages(to->region[n].size);
		for (uint64_t i = 0; i < n_pages; i++) copy_page(to, from, n, i);
	}
	mem_copy_devices(to, from);
}

void mem_for_touched(const struct mem *mem, void (*fn)(void *ctx, uint64_t pa, const uint8_t *page),
		     void *ctx)
{
	for (size_t n = 0; n < mem->n_regions; n++) {
		const struct mem_region *r = &mem->region[n];
		if (r->kind != MEM_RAM) continue;
		for (uint64_t i = 0; i < pages(r->size); i++)
			if (mem->flags[r->page + i] & MEM_TOUCHED)
				fn(ctx, r->base + (i << PAGE_SHIFT), r->host + (i << PAGE_SHIFT));
	}
}
