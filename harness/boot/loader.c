/* SPDX-License-Identifier: MIT */
#include "harness/boot/loader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/x86/start_state.h"
#include "harness/boot/gunzip.h"
#include "harness/boot/internal.h"
#include "harness/firmware/memory_map.h"
#include "harness/support/files.h"

/* ---- names and recognition ---- */

static const struct boot_format {
	const char *name;
	bool (*recognises)(const uint8_t *bytes, size_t size); /* NULL: never by content */
	bool (*load)(struct load *l);
} formats[] = {
	[BOOT_AUTO] = { "auto", NULL, NULL },
	[BOOT_MULTIBOOT1] = { "multiboot1", load_is_multiboot1, load_multiboot1 },
	[BOOT_MULTIBOOT2] = { "multiboot2", load_is_multiboot2, load_multiboot2 },
	[BOOT_LINUX] = { "linux", load_is_linux, load_linux },
	[BOOT_ELF] = { "elf", load_is_elf, load_elf },
	[BOOT_DISK] = { "disk", load_is_disk, load_disk },
	[BOOT_CD] = { "cd", load_is_cd, load_cd },
	[BOOT_SECTOR] = { "sector", load_is_sector, load_sector },
	[BOOT_FLAT] = { "flat", NULL, load_flat },
};

enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* The order matters. A multiboot image may be an ELF file, and have headers of both versions; a
 * bzImage looks like a boot sector; and the first 32 KiB of a CD may hold anything, such as a
 * partition table or the header of a kernel. */
static const enum boot_kind recognition_order[] = { BOOT_CD,         BOOT_LINUX, BOOT_MULTIBOOT2,
						    BOOT_MULTIBOOT1, BOOT_ELF,   BOOT_DISK,
						    BOOT_SECTOR };

const char *boot_kind_name(enum boot_kind kind)
{
	return (unsigned)kind < N_FORMATS ? formats[kind].name : "unknown";
}

bool boot_kind_parse(const char *name, enum boot_kind *kind)
{
	for (unsigned i = 0; i < N_FORMATS; i++) {
		if (strcmp(name, formats[i].name) != 0) continue;
		*kind = (enum boot_kind)i;
		return true;
	}
	return false;
}

static enum boot_kind recognise(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < sizeof(recognition_order) / sizeof(recognition_order[0]); i++) {
		enum boot_kind kind = recognition_order[i];

		if (formats[kind].recognises(bytes, size)) return kind;
	}
	return BOOT_AUTO;
}

/* ---- helpers for all formats ---- */

bool load_fail(struct load *l, const char *format, ...)
{
	va_list args;
	int n = snprintf(l->err, l->err_size, "%s: ", l->name);

	if (n < 0 || (size_t)n >= l->err_size) return false;
	va_start(args, format);
	vsnprintf(l->err + n, l->err_size - (size_t)n, format, args);
	va_end(args);
	return false;
}

const char *load_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool load_refuse_extras(struct load *l, const char *kind)
{
	const struct boot_request *r = l->request;

	if (r->initrd)
		return load_fail(l, "%s takes no initrd: --initrd is for Linux and multiboot",
				 kind);
	if (r->n_modules)
		return load_fail(l, "%s takes no modules: --module is for multiboot", kind);
	if (r->append && *r->append)
		return load_fail(l, "%s takes no command line: --append is for Linux and multiboot",
				 kind);
	return true;
}

/* ---- files ---- */

bool load_read_file(struct load *l, const char *path, uint8_t **bytes, size_t *size)
{
	enum file_result result = file_read(path, LOAD_FILE_MAX, bytes, size, l->err, l->err_size);

	if (result == FILE_TOO_LARGE)
		snprintf(l->err, l->err_size,
			 "%s: the file is larger than %zu MiB, the limit for an image (for a large "
			 "disk use --disk FILE, for a large CD --cdrom FILE)",
			 path, LOAD_FILE_MAX / LOAD_MIB);
	return result == FILE_READ;
}

/* ---- memory ---- */

bool load_is_ram(const struct load *l, uint64_t base, uint64_t size)
{
	uint64_t end = base + size;

	if (end < base) return false;
	while (base < end) {
		const struct mem_region *r = mem_region_at(l->mem, base);

		if (!r || r->kind != MEM_RAM) return false;
		base = r->base + r->size;
	}
	return true;
}

const struct span *load_overlap(const struct load *l, uint64_t base, uint64_t size)
{
	for (size_t i = 0; i < l->n_used; i++) {
		const struct span *s = &l->used[i];

		if (base < s->base + s->size && s->base < base + size) return s;
	}
	return NULL;
}

bool load_reserve(struct load *l, uint64_t base, uint64_t size, const char *what, const char *where)
{
	const struct span *other;
	struct span *s;

	if (size == 0) return true;
	if (!load_is_ram(l, base, size)) return load_fail_not_ram(l, base, size, what, where, NULL);
	other = load_overlap(l, base, size);
	if (other)
		return load_fail(l,
				 "%s%s%s%s at 0x%" PRIx64 "-0x%" PRIx64 " overlaps %s at 0x%" PRIx64
				 "-0x%" PRIx64,
				 what, where ? " (" : "", where ? where : "", where ? ")" : "",
				 base, base + size - 1, other->what, other->base,
				 other->base + other->size - 1);
	if (l->n_used == LOAD_MAX_SPANS)
		return load_fail(l, "%s: too many pieces: at most %d can be loaded", what,
				 LOAD_MAX_SPANS);
	s = &l->used[l->n_used++];
	s->base = base;
	s->size = size;
	snprintf(s->what, sizeof(s->what), "%s", what);
	return true;
}

/* Whether something occupies a part of [base, base + size): an area of the firmware, or a span in
 * use. *at is its range. */
static bool blocked(const struct load *l, uint64_t base, uint64_t size, struct memory_range *at)
{
	const struct span *s;

	for (size_t i = 0; i < l->map.n; i++) {
		*at = l->map.range[i];
		if (at->type != MEMORY_AVAILABLE && base < at->base + at->size &&
		    at->base < base + size)
			return true;
	}
	s = load_overlap(l, base, size);
	if (s) *at = (struct memory_range){ .base = s->base, .size = s->size };
	return s != NULL;
}

/* Search in [lo, hi), which is all RAM. Each round skips one span in use. */
static bool find_low(const struct load *l, const struct place *p, uint64_t lo, uint64_t hi,
		     uint64_t *base)
{
	for (size_t round = 0; round <= l->n_used + l->map.n; round++) {
		struct memory_range s;

		lo = (lo + p->align - 1) & ~(p->align - 1);
		if (lo >= hi || hi - lo < p->size) return false;
		if (!blocked(l, lo, p->size, &s)) {
			*base = lo;
			return true;
		}
		lo = s.base + s.size;
	}
	return false;
}

static bool find_high(const struct load *l, const struct place *p, uint64_t lo, uint64_t hi,
		      uint64_t *base)
{
	for (size_t round = 0; round <= l->n_used + l->map.n; round++) {
		struct memory_range s;
		uint64_t at;

		if (hi < lo || hi - lo < p->size) return false;
		at = (hi - p->size) & ~(p->align - 1);
		if (at < lo) return false;
		if (!blocked(l, at, p->size, &s)) {
			*base = at;
			return true;
		}
		hi = s.base;
	}
	return false;
}

bool load_find(const struct load *l, const struct place *p, uint64_t *base)
{
	size_t n = l->mem->n_regions;

	for (size_t i = 0; i < n; i++) {
		const struct mem_region *r = &l->mem->region[p->high ? n - 1 - i : i];
		uint64_t lo = r->base > p->min ? r->base : p->min;
		uint64_t hi = r->base + r->size < p->max ? r->base + r->size : p->max;

		if (r->kind != MEM_RAM || lo >= hi) continue;
		if (p->high ? find_high(l, p, lo, hi, base) : find_low(l, p, lo, hi, base))
			return true;
	}
	return false;
}

bool load_place(struct load *l, const struct place *p, uint64_t *base)
{
	char ram[160];

	if (load_find(l, p, base)) return load_reserve(l, *base, p->size, p->what, NULL);
	load_describe_ram(l, ram, sizeof(ram));
	return load_fail(l,
			 "%s needs %" PRIu64 " KiB of free memory between 0x%" PRIx64
			 " and 0x%" PRIx64
			 ", and no such range is free (RAM is %s): give the machine "
			 "more memory with -m",
			 p->what, (p->size + 1023) / 1024, p->min, p->max - 1, ram);
}

bool load_write(struct load *l, uint64_t base, const void *bytes, uint64_t size)
{
	if (mem_write(l->mem, base, bytes, size)) return true;
	return load_fail(l, "0x%" PRIx64 " bytes at 0x%" PRIx64 " cannot be written", size, base);
}

bool load_clear(struct load *l, uint64_t base, uint64_t size)
{
	if (mem_set(l->mem, base, 0, size)) return true;
	return load_fail(l, "0x%" PRIx64 " bytes at 0x%" PRIx64 " cannot be cleared", size, base);
}

/* ---- start states ---- */

static bool place_tables(struct load *l, const char *what, uint64_t size, uint64_t *base)
{
	const struct place low = { what, size, MEM_PAGE, LOAD_LOW, MEMORY_EBDA_BASE, false };
	const struct place anywhere = { what, size, MEM_PAGE, LOAD_LOW, LOAD_4GIB, false };

	if (load_find(l, &low, base)) return load_reserve(l, *base, size, what, NULL);
	return load_place(l, &anywhere, base);
}

bool load_start_protected(struct load *l, uint32_t entry)
{
	uint64_t gdt;

	if (!place_tables(l, "the descriptor table", START_GDT_SIZE, &gdt)) return false;
	if (start_state_protected(l->regs, l->mem, gdt, entry)) return true;
	return load_fail(l, "the descriptor table cannot be written at 0x%" PRIx64, gdt);
}

bool load_start_long(struct load *l, const struct page_tables *tables, uint64_t entry)
{
	uint64_t gdt;
	uint64_t cr3;

	if (!place_tables(l, "the descriptor table", START_GDT_SIZE, &gdt)) return false;
	if (!place_tables(l, "page tables", page_tables_size(tables), &cr3)) return false;
	if (page_tables_write(tables, l->mem, cr3) &&
	    start_state_long(l->regs, l->mem, gdt, cr3, entry))
		return true;
	return load_fail(l, "the page tables cannot be written at 0x%" PRIx64, cr3);
}

/* ---- public functions ---- */

static bool fail_unknown(struct load *l)
{
	char why[LOAD_WHY_MAX];

	if (l->size == 0) return load_fail(l, "the file is empty");
	if (load_explain_header(l, NULL, why, sizeof(why)))
		return load_fail(l, "unknown image format: %s", why);
	if (l->size >= 2 && memcmp(l->bytes, "MZ", 2) == 0)
		return load_fail(
			l, "a program for EFI, Windows or DOS (\"MZ\" at offset 0): this "
			   "machine has a BIOS and no UEFI; boot an ELF file, a disk or a CD");
	return load_fail(
		l, "unknown image format: no Linux bzImage (\"HdrS\" at offset "
		   "0x202), no multiboot2 header in the first 32 KiB, no multiboot1 header in the "
		   "first 8 KiB, no ELF file (\"\\x7f"
		   "ELF\" at offset 0), no boot sector or disk image (0x55 0xaa at offset "
		   "510), no CD (\"CD001\" at offset 0x8001); choose a format with --boot; for "
		   "raw code: --boot flat");
}

static bool check_request(struct load *l, enum boot_kind kind)
{
	const struct boot_request *r = l->request;

	if (r->n_modules > BOOT_MAX_MODULES)
		return load_fail(l, "%zu modules are too many: at most %d can be loaded",
				 r->n_modules, BOOT_MAX_MODULES);
	if (kind != BOOT_FLAT && (r->has_load_addr || r->has_entry))
		return load_fail(l,
				 "--load-addr and --entry need --boot flat; this image boots as %s",
				 boot_kind_name(kind));
	if (r->has_video && kind != BOOT_LINUX && kind != BOOT_MULTIBOOT1 &&
	    kind != BOOT_MULTIBOOT2)
		return load_fail(
			l,
			"--vga is for Linux and multiboot, whose images are told the mode; "
			"this image boots as %s",
			boot_kind_name(kind));
	if (r->has_video && !load_has_graphics(l))
		return load_fail(l,
				 "--vga: the machine's VGA has no linear framebuffer; add --device "
				 "vga (machine pc)");
	if (kind != BOOT_FLAT && kind != BOOT_LINUX && r->mode)
		return load_fail(l, "--mode needs --boot flat or linux; this image boots as %s",
				 boot_kind_name(kind));
	return true;
}

/* If l->bytes are a gzip file, unpack them and free the packed block. */
static bool unpack(struct load *l)
{
	char why[160];
	uint8_t *packed = l->bytes;
	size_t packed_size = l->size;

	if (!gunzip_recognises(packed, packed_size)) return true;
	if (!gunzip(packed, packed_size, LOAD_FILE_MAX, &l->bytes, &l->size, why, sizeof(why))) {
		l->bytes = packed;
		return load_fail(l, "%s", why);
	}
	free(packed);
	return true;
}

/* Reserve the areas of the firmware, so that nothing is loaded there. */
static bool reserve_firmware(struct load *l)
{
	const struct memory_firmware *f = l->request->firmware;

	for (size_t i = 0; f && i < f->n; i++) {
		const struct memory_range *r = &f->area[i];

		if (!load_is_ram(l, r->base, r->size)) continue;
		if (!load_reserve(l, r->base, r->size, "what the firmware keeps", NULL))
			return false;
	}
	return true;
}

static bool load_recognised(struct load *l)
{
	enum boot_kind kind = l->request->kind;

	if (kind == BOOT_AUTO) kind = recognise(l->bytes, l->size);
	if (kind == BOOT_AUTO) return fail_unknown(l);
	if ((unsigned)kind >= N_FORMATS) return load_fail(l, "unknown boot protocol %d", (int)kind);
	l->result->kind = kind;
	return check_request(l, kind) && reserve_firmware(l) && formats[kind].load(l);
}

/* Takes l->bytes over: they go into the result, or are freed. */
static bool load_owned(struct load *l)
{
	memset(l->result, 0, sizeof(*l->result));
	memset(l->regs, 0, sizeof(*l->regs));
	if (l->err_size) l->err[0] = '\0';
	if (!unpack(l) || !load_recognised(l)) {
		free(l->bytes);
		memset(l->result, 0, sizeof(*l->result));
		return false;
	}
	l->result->image = l->bytes;
	l->result->image_size = l->size;
	return true;
}

static void begin(struct load *l, const struct boot_request *request, const char *name,
		  struct mem *mem, struct cpu_regs *regs, struct boot_result *result)
{
	memset(l, 0, sizeof(*l));
	memset(result, 0, sizeof(*result));
	l->request = request;
	l->name = name;
	l->mem = mem;
	memory_map_with(&l->map, mem, request->firmware);
	l->regs = regs;
	l->result = result;
}

bool boot_load_bytes(const struct boot_request *request, const char *name, const uint8_t *bytes,
		     size_t size, struct mem *mem, struct cpu_regs *regs,
		     struct boot_result *result, char *err, size_t err_size)
{
	struct load l;

	begin(&l, request, name, mem, regs, result);
	l.err = err;
	l.err_size = err_size;
	l.size = size;
	l.bytes = malloc(size ? size : 1);
	if (!l.bytes) return load_fail(&l, "out of host memory");
	if (size) memcpy(l.bytes, bytes, size);
	return load_owned(&l);
}

bool boot_load(const struct boot_request *request, struct mem *mem, struct cpu_regs *regs,
	       struct boot_result *result, char *err, size_t err_size)
{
	struct load l;

	begin(&l, request, request->path, mem, regs, result);
	l.err = err;
	l.err_size = err_size;
	if (!load_read_file(&l, request->path, &l.bytes, &l.size)) return false;
	return load_owned(&l);
}

void boot_result_free(struct boot_result *result)
{
	free(result->image);
	result->image = NULL;
	result->image_size = 0;
}
