/* SPDX-License-Identifier: MIT */
/* Multiboot Specification 0.6.96: header 3.1, machine state 3.2, boot information 3.3.
 * Not provided, because the machine has none: boot device, drives, BIOS configuration table, APM
 * table, VBE. Nor are symbols (a.out or ELF section headers) put into memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/loader_internal.h"
#include "harness/memory_map.h"
#include "harness/start_state.h"

enum {
	/* 3.1: the header lies whole within this many bytes, 4-byte aligned */
	HEADER_SEARCH = 8192,
	HEADER_ALIGN = 4,
	HEADER_SIZE = 12,
	HEADER_WITH_ADDRESSES = 32,
	/* offsets in it */
	HEADER_FLAGS = 4,
	HEADER_CHECKSUM = 8,
	HEADER_ADDR = 12,
	HEADER_LOAD_ADDR = 16,
	HEADER_LOAD_END_ADDR = 20,
	HEADER_BSS_END_ADDR = 24,
	HEADER_ENTRY_ADDR = 28
};

#define HEADER_MAGIC 0x1badb002u
#define BOOT_MAGIC   0x2badb002u

/* 3.1.2: flags. All modules are page-aligned anyway, and memory is always described. */
#define WANT_PAGE_ALIGN 0x00000001u
#define WANT_MEMORY     0x00000002u
#define WANT_VIDEO      0x00000004u
#define WANT_KNOWN      (WANT_PAGE_ALIGN | WANT_MEMORY | WANT_VIDEO)
#define WANT_MANDATORY  0x0000ffffu
#define HAS_ADDRESSES   0x00010000u

/* 3.3: the boot information */
enum {
	INFO_FLAGS = 0,
	INFO_MEM_LOWER = 4,
	INFO_MEM_UPPER = 8,
	INFO_CMDLINE = 16,
	INFO_MODS_COUNT = 20,
	INFO_MODS_ADDR = 24,
	INFO_MMAP_LENGTH = 44,
	INFO_MMAP_ADDR = 48,
	INFO_BOOT_LOADER_NAME = 64,
	INFO_FRAMEBUFFER_ADDR = 88,
	INFO_FRAMEBUFFER_PITCH = 96,
	INFO_FRAMEBUFFER_WIDTH = 100,
	INFO_FRAMEBUFFER_HEIGHT = 104,
	INFO_FRAMEBUFFER_BPP = 108,
	INFO_FRAMEBUFFER_TYPE = 109,
	INFO_SIZE = 116,

	MODULE_START = 0,
	MODULE_END = 4,
	MODULE_STRING = 8,
	MODULE_SIZE = 16,

	MMAP_SIZE = 0, /* of the entry behind this field */
	MMAP_BASE = 4,
	MMAP_LENGTH = 12,
	MMAP_TYPE = 20,
	MMAP_ENTRY = 24
};

#define HAS_MEM              0x0001u
#define HAS_CMDLINE          0x0004u
#define HAS_MODS             0x0008u
#define HAS_MMAP             0x0040u
#define HAS_BOOT_LOADER_NAME 0x0200u
#define HAS_FRAMEBUFFER      0x1000u

/* The VGA text screen as 3.3 describes an EGA text framebuffer (type 2): sizes in characters. */
enum {
	TEXT_BASE = 0xb8000,
	TEXT_COLUMNS = 80,
	TEXT_ROWS = 25,
	TEXT_CELL_BITS = 16,
	FRAMEBUFFER_EGA_TEXT = 2
};

static const char loader_name[] = "bimetal";

struct header {
	size_t offset; /* in the file */
	uint32_t flags;
};

/* The information block with everything that it points to, built on the host. */
struct info {
	uint8_t *bytes;
	size_t size, capacity;
	uint32_t base;    /* where it will lie */
	uint32_t modules; /* offset of the module list */
	size_t n_modules;
};

static bool find_header(const uint8_t *bytes, size_t size, struct header *h)
{
	size_t end = size < HEADER_SEARCH ? size : HEADER_SEARCH;

	for (size_t at = 0; at + HEADER_SIZE <= end; at += HEADER_ALIGN) {
		uint32_t flags = load_le32(bytes + at + HEADER_FLAGS);

		if (load_le32(bytes + at) != HEADER_MAGIC) continue;
		if (HEADER_MAGIC + flags + load_le32(bytes + at + HEADER_CHECKSUM) != 0) continue;
		h->offset = at;
		h->flags = flags;
		return true;
	}
	return false;
}

bool load_is_multiboot1(const uint8_t *bytes, size_t size)
{
	struct header h;

	return find_header(bytes, size, &h);
}

static bool check_flags(struct load *l, const struct header *h)
{
	uint32_t unknown = h->flags & WANT_MANDATORY & ~WANT_KNOWN;
	int bit = 0;

	if (!unknown) return true;
	while (!(unknown >> bit & 1)) bit++;
	return load_fail(l,
			 "the multiboot1 header at offset 0x%zx requires feature bit %d (flags "
			 "0x%08x), which the specification (0.6.96, 3.1.2) does not define",
			 h->offset, bit, h->flags);
}

/* ---- the image by the header's address fields (3.1.3) ---- */

struct addresses {
	uint32_t header, load, load_end, bss_end, entry;
	uint64_t offset, filesz, memsz;
};

static bool check_addresses(struct load *l, const struct header *h, struct addresses *a)
{
	if (a->load > a->header)
		return load_fail(l,
				 "multiboot1 header at offset 0x%zx: load_addr 0x%x lies above "
				 "header_addr 0x%x",
				 h->offset, a->load, a->header);
	if (a->header - a->load > h->offset)
		return load_fail(l,
				 "multiboot1 header at offset 0x%zx: load_addr 0x%x is 0x%x below "
				 "header_addr, which is before the file's begin",
				 h->offset, a->load, a->header - a->load);
	a->offset = h->offset - (a->header - a->load);
	a->filesz = a->load_end ? (uint64_t)a->load_end - a->load : l->size - a->offset;
	if (a->load_end && a->load_end < a->load)
		return load_fail(l,
				 "multiboot1 header at offset 0x%zx: load_end_addr 0x%x lies below "
				 "load_addr 0x%x",
				 h->offset, a->load_end, a->load);
	if (a->filesz > l->size - a->offset)
		return load_fail(l,
				 "multiboot1 header at offset 0x%zx: load_end_addr 0x%x asks for "
				 "0x%" PRIx64 " bytes from offset 0x%" PRIx64
				 ", but the file ends at 0x%zx: it is truncated",
				 h->offset, a->load_end, a->filesz, a->offset, l->size);
	if (a->bss_end && a->bss_end < a->load + a->filesz)
		return load_fail(l,
				 "multiboot1 header at offset 0x%zx: bss_end_addr 0x%x lies below "
				 "the end of the data, 0x%" PRIx64,
				 h->offset, a->bss_end, a->load + a->filesz);
	a->memsz = a->bss_end ? (uint64_t)a->bss_end - a->load : a->filesz;
	if (a->entry < a->load || a->entry - a->load >= a->memsz)
		return load_fail(l,
				 "multiboot1 header at offset 0x%zx: entry_addr 0x%x lies outside "
				 "of the image, 0x%x-0x%" PRIx64,
				 h->offset, a->entry, a->load, a->load + a->memsz);
	return true;
}

static bool load_by_addresses(struct load *l, const struct header *h)
{
	const uint8_t *p = l->bytes + h->offset;
	struct addresses a;

	if (l->size - h->offset < HEADER_WITH_ADDRESSES)
		return load_fail(
			l,
			"the multiboot1 header at offset 0x%zx has address fields, but the "
			"file ends within them",
			h->offset);
	a = (struct addresses){ .header = load_le32(p + HEADER_ADDR),
				.load = load_le32(p + HEADER_LOAD_ADDR),
				.load_end = load_le32(p + HEADER_LOAD_END_ADDR),
				.bss_end = load_le32(p + HEADER_BSS_END_ADDR),
				.entry = load_le32(p + HEADER_ENTRY_ADDR) };
	if (!check_addresses(l, h, &a)) return false;
	if (!load_reserve(l, a.load, a.memsz, "the image", "multiboot1 load_addr") ||
	    !load_write(l, a.load, l->bytes + a.offset, a.filesz) ||
	    !load_clear(l, a.load + a.filesz, a.memsz - a.filesz))
		return false;
	l->result->image_base = a.load;
	l->result->image_end = a.load + a.memsz;
	l->result->entry = a.entry;
	return true;
}

static bool load_by_elf(struct load *l, const struct header *h)
{
	struct elf_image elf;

	if (!load_is_elf(l->bytes, l->size))
		return load_fail(
			l,
			"the multiboot1 header at offset 0x%zx has no address fields (flag "
			"bit 16), and the file is not ELF: nothing says where to load it",
			h->offset);
	if (!load_elf_parse(l, &elf) || !load_elf_segments(l, &elf) ||
	    !load_elf_physical_entry(l, &elf, &l->result->entry))
		return false;
	if (l->result->entry < LOAD_4GIB) return true;
	return load_fail(l,
			 "the entry point 0x%" PRIx64
			 " is out of reach: multiboot1 starts in 32-bit mode",
			 l->result->entry);
}

/* ---- boot information ---- */

static bool info_init(struct load *l, struct info *info, size_t capacity)
{
	struct place low = {
		"the boot information", capacity, 16, LOAD_LOW, MEMORY_EBDA_BASE, false
	};
	struct place anywhere = {
		low.what, capacity, low.align, MEMORY_HIGH_BASE, LOAD_4GIB, false
	};
	uint64_t base;

	memset(info, 0, sizeof(*info));
	if (load_find(l, &low, &base)) {
		if (!load_reserve(l, base, capacity, low.what, NULL)) return false;
	} else if (!load_place(l, &anywhere, &base)) {
		return false;
	}
	info->base = (uint32_t)base;
	info->capacity = capacity;
	info->size = INFO_SIZE;
	info->bytes = calloc(1, capacity);
	if (info->bytes) return true;
	load_fail(l, "there is no memory for the boot information");
	return false;
}

/* Room for `size` bytes; the capacity was computed to hold them all. Returns the offset. */
static uint32_t info_take(struct info *info, size_t size)
{
	size_t at = info->size;

	info->size += (size + 3) & ~(size_t)3;
	return (uint32_t)at;
}

static uint32_t info_address(const struct info *info, uint32_t offset)
{
	return info->base + offset;
}

/* "NAME ARGUMENTS", as multiboot loaders pass it. */
static size_t string_size(const char *path, const char *arguments)
{
	return strlen(load_base_name(path)) + 1 + (arguments ? strlen(arguments) : 0) + 1;
}

static uint32_t info_string(struct info *info, const char *path, const char *arguments)
{
	size_t size = string_size(path, arguments);
	uint32_t at = info_take(info, size);
	const char *sep = arguments && *arguments ? " " : "";

	snprintf((char *)info->bytes + at, size, "%s%s%s", load_base_name(path), sep,
		 arguments ? arguments : "");
	return info_address(info, at);
}

static void info_memory(const struct load *l, struct info *info)
{
	struct memory_map map;
	uint32_t at;
	uint32_t upper = 0;

	memory_map_with(&map, l->mem, l->request->firmware);
	at = info_take(info, map.n * MMAP_ENTRY);
	load_put32(info->bytes + INFO_MMAP_LENGTH, (uint32_t)(map.n * MMAP_ENTRY));
	load_put32(info->bytes + INFO_MMAP_ADDR, info_address(info, at));
	for (size_t i = 0; i < map.n; i++) {
		const struct memory_range *r = &map.range[i];
		uint8_t *entry = info->bytes + at + i * MMAP_ENTRY;

		load_put32(entry + MMAP_SIZE, MMAP_ENTRY - MMAP_BASE);
		load_put64(entry + MMAP_BASE, r->base);
		load_put64(entry + MMAP_LENGTH, r->size);
		load_put32(entry + MMAP_TYPE, r->type);
		if (r->base == MEMORY_HIGH_BASE && r->type == MEMORY_AVAILABLE)
			upper = (uint32_t)(r->size / 1024);
	}
	load_put32(info->bytes + INFO_MEM_LOWER, MEMORY_EBDA_BASE / 1024);
	load_put32(info->bytes + INFO_MEM_UPPER, upper);
}

static void info_framebuffer(struct info *info)
{
	uint8_t *p = info->bytes;

	load_put64(p + INFO_FRAMEBUFFER_ADDR, TEXT_BASE);
	load_put32(p + INFO_FRAMEBUFFER_PITCH, TEXT_COLUMNS * TEXT_CELL_BITS / 8);
	load_put32(p + INFO_FRAMEBUFFER_WIDTH, TEXT_COLUMNS);
	load_put32(p + INFO_FRAMEBUFFER_HEIGHT, TEXT_ROWS);
	p[INFO_FRAMEBUFFER_BPP] = TEXT_CELL_BITS;
	p[INFO_FRAMEBUFFER_TYPE] = FRAMEBUFFER_EGA_TEXT;
}

/* ---- modules ---- */

static bool place_module(struct load *l, const char *path, const uint8_t *bytes, size_t size,
			 uint64_t *base)
{
	char what[256];
	struct place place = { what, size, MEM_PAGE, MEMORY_HIGH_BASE, LOAD_4GIB, false };

	snprintf(what, sizeof(what), "module %s", path);
	if (l->result->image_end > place.min) place.min = l->result->image_end;
	if (size == 0) {
		*base = (place.min + MEM_PAGE - 1) & ~(uint64_t)(MEM_PAGE - 1);
		return true;
	}
	return load_place(l, &place, base) && load_write(l, *base, bytes, size);
}

static bool load_module(struct load *l, struct info *info, const char *path, const char *cmdline)
{
	uint8_t *entry = info->bytes + info->modules + info->n_modules * MODULE_SIZE;
	uint8_t *bytes;
	uint64_t base = 0;
	size_t size;
	bool ok;

	if (!load_read_file(l, path, &bytes, &size)) return false;
	ok = place_module(l, path, bytes, size, &base);
	free(bytes);
	if (!ok) return false;
	load_put32(entry + MODULE_START, (uint32_t)base);
	load_put32(entry + MODULE_END, (uint32_t)(base + size));
	load_put32(entry + MODULE_STRING, info_string(info, path, cmdline));
	info->n_modules++;
	return true;
}

/* --initrd is the first module, as other loaders have it. */
static bool load_modules(struct load *l, struct info *info, size_t n)
{
	const struct boot_request *r = l->request;

	info->modules = info_take(info, n * MODULE_SIZE);
	if (r->initrd && !load_module(l, info, r->initrd, NULL)) return false;
	for (size_t i = 0; i < r->n_modules; i++)
		if (!load_module(l, info, r->module[i].path, r->module[i].cmdline)) return false;
	load_put32(info->bytes + INFO_MODS_COUNT, (uint32_t)n);
	load_put32(info->bytes + INFO_MODS_ADDR, info_address(info, info->modules));
	return true;
}

static size_t info_capacity(const struct load *l, size_t n_modules)
{
	const struct boot_request *r = l->request;
	size_t size = INFO_SIZE + MEMORY_MAP_MAX * MMAP_ENTRY + n_modules * MODULE_SIZE;

	size += string_size(l->name, r->append) + sizeof(loader_name) + 4;
	if (r->initrd) size += string_size(r->initrd, NULL) + 4;
	for (size_t i = 0; i < r->n_modules; i++)
		size += string_size(r->module[i].path, r->module[i].cmdline) + 4;
	return size + 4;
}

static bool fill_info(struct load *l, struct info *info, const struct header *h, size_t n_modules)
{
	uint32_t flags = HAS_MEM | HAS_CMDLINE | HAS_MMAP | HAS_BOOT_LOADER_NAME;

	info_memory(l, info);
	load_put32(info->bytes + INFO_CMDLINE, info_string(info, l->name, l->request->append));
	load_put32(info->bytes + INFO_BOOT_LOADER_NAME, info_string(info, loader_name, NULL));
	if (n_modules) {
		flags |= HAS_MODS;
		if (!load_modules(l, info, n_modules)) return false;
	}
	if (h->flags & WANT_VIDEO) {
		flags |= HAS_FRAMEBUFFER;
		info_framebuffer(info);
	}
	load_put32(info->bytes + INFO_FLAGS, flags);
	return load_write(l, info->base, info->bytes, info->size);
}

static bool build_info(struct load *l, const struct header *h, uint32_t *address)
{
	size_t n_modules = l->request->n_modules + (l->request->initrd ? 1 : 0);
	struct info info;
	bool ok;

	if (!info_init(l, &info, info_capacity(l, n_modules))) return false;
	ok = fill_info(l, &info, h, n_modules);
	free(info.bytes);
	*address = info.base;
	return ok;
}

bool load_multiboot1(struct load *l)
{
	struct header h;
	uint32_t info = 0;

	if (!find_header(l->bytes, l->size, &h))
		return load_fail(l,
				 "not a multiboot1 image: no header (magic 0x%08x, 4-byte aligned, "
				 "checksum right) in the first %d bytes",
				 HEADER_MAGIC, HEADER_SEARCH);
	if (!check_flags(l, &h)) return false;
	if (h.flags & HAS_ADDRESSES ? !load_by_addresses(l, &h) : !load_by_elf(l, &h)) return false;
	if (!build_info(l, &h, &info) || !load_start_protected(l, (uint32_t)l->result->entry))
		return false;
	l->regs->gpr[CPU_RAX] = BOOT_MAGIC; /* 3.2 */
	l->regs->gpr[CPU_RBX] = info;
	return true;
}
