/* SPDX-License-Identifier: MIT */
/* Multiboot Specification 0.6.96: header 3.1, machine state 3.2, boot information 3.3.
 * Not in the boot information, as this machine has none of them: boot device (the image is not a
 * file on a BIOS disk), drives, BIOS configuration table, APM table. Symbols of a.out files are not
 * searched for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bytes.h"
#include "emu/x86/start_state.h"
#include "harness/boot/multiboot1.h"
#include "harness/firmware/memory_map.h"

enum {
	/* 3.1: all of the header is within this many bytes, 4-byte aligned */
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
	HEADER_ENTRY_ADDR = 28,
	HEADER_MODE_TYPE = 32,
	HEADER_WITH_VIDEO = 48,
	/* 3.1.4 */
	MODE_LINEAR_GRAPHICS = MULTIBOOT1_LINEAR_GRAPHICS,
	MODE_EGA_TEXT = 1
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
	INFO_SHDR_NUM = 28,
	INFO_SHDR_SIZE = 32,
	INFO_SHDR_ADDR = 36,
	INFO_SHDR_SHNDX = 40,
	INFO_MMAP_LENGTH = 44,
	INFO_MMAP_ADDR = 48,
	INFO_BOOT_LOADER_NAME = 64,
	INFO_SIZE = 116,

	MODULE_START = 0,
	MODULE_END = 4,
	MODULE_STRING = 8,
	MODULE_SIZE = 16,

	MMAP_SIZE = 0, /* size of the entry without this field */
	MMAP_BASE = 4,
	MMAP_LENGTH = 12,
	MMAP_TYPE = 20,
	MMAP_ENTRY = 24
};

#define HAS_MEM              0x0001u
#define HAS_CMDLINE          0x0004u
#define HAS_MODS             0x0008u
#define HAS_SHDR             0x0020u
#define HAS_MMAP             0x0040u
#define HAS_BOOT_LOADER_NAME 0x0200u

static const char loader_name[] = MULTIBOOT1_LOADER;

struct header {
	size_t offset; /* in the file */
	uint32_t flags;
};

/* The facts for the information block. */
struct facts {
	struct multiboot_modules modules;
	struct multiboot_sections sections;
	struct multiboot1_screen screen;
};

static bool find_header(const uint8_t *bytes, size_t size, struct header *h)
{
	size_t end = size < HEADER_SEARCH ? size : HEADER_SEARCH;

	for (size_t at = 0; at + HEADER_SIZE <= end; at += HEADER_ALIGN) {
		uint32_t flags = get_le32(bytes + at + HEADER_FLAGS);

		if (get_le32(bytes + at) != HEADER_MAGIC) continue;
		if (HEADER_MAGIC + flags + get_le32(bytes + at + HEADER_CHECKSUM) != 0) continue;
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

/* 3.1.4: the mode in the header is a recommendation. */
static bool check_video(struct load *l, const struct header *h)
{
	uint32_t mode;

	if (!(h->flags & WANT_VIDEO)) return true;
	if (l->size - h->offset < HEADER_WITH_VIDEO)
		return load_fail(l,
				 "the multiboot1 header at offset 0x%zx has graphics fields (flags "
				 "bit 2), but the file ends within them",
				 h->offset);
	mode = get_le32(l->bytes + h->offset + HEADER_MODE_TYPE);
	if (mode <= MODE_EGA_TEXT) return true;
	return load_fail(l,
			 "the multiboot1 header at offset 0x%zx has mode_type %u; the "
			 "specification (0.6.96, 3.1.4) defines %d (linear graphics) and %d (EGA "
			 "text)",
			 h->offset, mode, MODE_LINEAR_GRAPHICS, MODE_EGA_TEXT);
}

/* ---- the image ---- */

static bool load_by_addresses(struct load *l, const struct header *h)
{
	const struct multiboot_place where = { "multiboot1", h->offset };
	const uint8_t *p = l->bytes + h->offset;
	struct multiboot_addresses a;
	struct multiboot_image image;

	if (l->size - h->offset < HEADER_WITH_ADDRESSES)
		return load_fail(
			l,
			"the multiboot1 header at offset 0x%zx has address fields, but the "
			"file ends within them",
			h->offset);
	a = (struct multiboot_addresses){ .header = get_le32(p + HEADER_ADDR),
					  .load = get_le32(p + HEADER_LOAD_ADDR),
					  .load_end = get_le32(p + HEADER_LOAD_END_ADDR),
					  .bss_end = get_le32(p + HEADER_BSS_END_ADDR) };
	l->result->entry = get_le32(p + HEADER_ENTRY_ADDR);
	return multiboot_image(l, &where, &a, &image) &&
	       multiboot_check_entry(l, &where, l->result->entry, image.base, image.memsz) &&
	       multiboot_image_load(l, &image, image.base);
}

static bool load_by_elf(struct load *l, const struct header *h)
{
	const struct multiboot_place where = { "multiboot1", h->offset };
	struct elf_image elf;

	if (!load_is_elf(l->bytes, l->size))
		return load_fail(
			l,
			"the multiboot1 header at offset 0x%zx has no address fields (flag "
			"bit 16), and the file is not ELF: nothing says where to load it "
			"(objcopy -O binary drops the addresses: boot the ELF file)",
			h->offset);
	return load_elf_parse(l, &elf) && load_elf_check_position(l, &elf) &&
	       load_elf_segments(l, &elf) && load_elf_physical_entry(l, &elf, &l->result->entry) &&
	       multiboot_check_reach(l, &where);
}

/* ---- boot information ---- */

/* Add "NAME ARGUMENTS", as multiboot loaders pass it. */
static size_t string_size(const char *path, const char *arguments)
{
	return strlen(load_base_name(path)) + 1 + (arguments ? strlen(arguments) : 0) + 1;
}

static uint32_t info_string(struct multiboot1_info *info, const char *path, const char *arguments)
{
	size_t size = string_size(path, arguments);
	uint32_t at = multiboot1_take(info, size);
	const char *sep = arguments && *arguments ? " " : "";

	snprintf((char *)info->bytes + at, size, "%s%s%s", load_base_name(path), sep,
		 arguments ? arguments : "");
	return multiboot1_address(info, at);
}

static void info_memory(const struct load *l, struct multiboot1_info *info)
{
	uint32_t at = multiboot1_take(info, l->map.n * MMAP_ENTRY);

	put_le32(info->bytes + INFO_MMAP_LENGTH, (uint32_t)(l->map.n * MMAP_ENTRY));
	put_le32(info->bytes + INFO_MMAP_ADDR, multiboot1_address(info, at));
	for (size_t i = 0; i < l->map.n; i++) {
		const struct memory_range *r = &l->map.range[i];
		uint8_t *entry = info->bytes + at + i * MMAP_ENTRY;

		put_le32(entry + MMAP_SIZE, MMAP_ENTRY - MMAP_BASE);
		put_le64(entry + MMAP_BASE, r->base);
		put_le64(entry + MMAP_LENGTH, r->size);
		put_le32(entry + MMAP_TYPE, r->type);
	}
	put_le32(info->bytes + INFO_MEM_LOWER, MEMORY_EBDA_BASE / 1024);
	put_le32(info->bytes + INFO_MEM_UPPER, multiboot_upper_memory(l));
}

static void info_modules(struct multiboot1_info *info, const struct multiboot_modules *modules)
{
	uint32_t list = multiboot1_take(info, modules->n * MODULE_SIZE);

	for (size_t i = 0; i < modules->n; i++) {
		const struct multiboot_module *m = &modules->module[i];
		uint8_t *entry = info->bytes + list + i * MODULE_SIZE;

		put_le32(entry + MODULE_START, m->start);
		put_le32(entry + MODULE_END, m->end);
		put_le32(entry + MODULE_STRING, info_string(info, m->path, m->cmdline));
	}
	put_le32(info->bytes + INFO_MODS_COUNT, (uint32_t)modules->n);
	put_le32(info->bytes + INFO_MODS_ADDR, multiboot1_address(info, list));
}

static void info_sections(struct multiboot1_info *info, const struct multiboot_sections *s)
{
	uint32_t at = multiboot1_take(info, (size_t)s->n * s->entry_size);

	memcpy(info->bytes + at, s->headers, (size_t)s->n * s->entry_size);
	put_le32(info->bytes + INFO_SHDR_NUM, s->n);
	put_le32(info->bytes + INFO_SHDR_SIZE, s->entry_size);
	put_le32(info->bytes + INFO_SHDR_ADDR, multiboot1_address(info, at));
	put_le32(info->bytes + INFO_SHDR_SHNDX, s->string_index);
}

/* An upper bound of the bytes that fill_info() needs. */
static size_t info_capacity(const struct load *l, const struct facts *facts)
{
	size_t size = INFO_SIZE + l->map.n * MMAP_ENTRY;

	size += facts->screen.graphics ? MULTIBOOT1_GRAPHICS_MAX : MULTIBOOT1_TEXT_MAX;
	size += string_size(l->name, l->request->append) + sizeof(loader_name) + 8;
	for (size_t i = 0; i < facts->modules.n; i++)
		size += MODULE_SIZE + 4 +
			string_size(facts->modules.module[i].path,
				    facts->modules.module[i].cmdline);
	return size + (size_t)facts->sections.n * facts->sections.entry_size;
}

static bool fill_info(struct load *l, struct multiboot1_info *info, const struct facts *facts)
{
	uint32_t flags = HAS_MEM | HAS_CMDLINE | HAS_MMAP | HAS_BOOT_LOADER_NAME;

	info_memory(l, info);
	put_le32(info->bytes + INFO_CMDLINE, info_string(info, l->name, l->request->append));
	put_le32(info->bytes + INFO_BOOT_LOADER_NAME, info_string(info, loader_name, NULL));
	if (facts->modules.n) {
		flags |= HAS_MODS;
		info_modules(info, &facts->modules);
	}
	if (facts->sections.headers) {
		flags |= HAS_SHDR;
		info_sections(info, &facts->sections);
	}
	flags |= multiboot1_put_screen(info, &facts->screen);
	put_le32(info->bytes + INFO_FLAGS, flags);
	return load_write(l, info->base, info->bytes, info->size);
}

static bool build_info(struct load *l, const struct facts *facts, uint32_t *address)
{
	size_t capacity = info_capacity(l, facts);
	struct multiboot1_info info = { .size = INFO_SIZE };
	bool ok;

	if (!multiboot_place_info(l, capacity, address)) return false;
	info.base = *address;
	info.bytes = calloc(1, capacity);
	if (!info.bytes) return load_fail(l, "out of host memory for the boot information");
	ok = fill_info(l, &info, facts);
	free(info.bytes);
	return ok;
}

/* With address fields the file is not read as ELF, and so has no symbols. */
static bool provide_info(struct load *l, const struct header *h, uint32_t *address)
{
	struct facts facts = { .screen.described = h->flags & WANT_VIDEO };
	const uint8_t *fields =
		facts.screen.described ? l->bytes + h->offset + HEADER_MODE_TYPE : NULL;
	bool ok;

	if (!multiboot1_choose_screen(l, fields, &facts.screen)) return false;
	if (!multiboot_modules(l, &facts.modules)) return false;
	if (!(h->flags & HAS_ADDRESSES)) multiboot_sections(l, &facts.sections);
	ok = build_info(l, &facts, address);
	free(facts.sections.headers);
	return ok;
}

static bool fail_not_found(struct load *l)
{
	char why[LOAD_WHY_MAX];

	if (load_explain_header(l, "multiboot1", why, sizeof(why)))
		return load_fail(l, "not a multiboot1 image: %s", why);
	return load_fail(l,
			 "not a multiboot1 image: no header (magic 0x%08x, 4-byte aligned, "
			 "with a right checksum) in the first %d bytes",
			 HEADER_MAGIC, HEADER_SEARCH);
}

bool load_multiboot1(struct load *l)
{
	struct header h;
	uint32_t info = 0;

	if (!find_header(l->bytes, l->size, &h)) return fail_not_found(l);
	if (!check_flags(l, &h) || !check_video(l, &h)) return false;
	if (h.flags & HAS_ADDRESSES ? !load_by_addresses(l, &h) : !load_by_elf(l, &h)) return false;
	if (!provide_info(l, &h, &info) || !load_start_protected(l, (uint32_t)l->result->entry))
		return false;
	l->result->calls_bios = true;
	l->regs->gpr[CPU_RAX] = BOOT_MAGIC; /* 3.2 */
	l->regs->gpr[CPU_RBX] = info;
	return true;
}
