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
#include "harness/boot/multiboot.h"
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
	HEADER_WIDTH = 36,
	HEADER_HEIGHT = 40,
	HEADER_DEPTH = 44,
	HEADER_WITH_VIDEO = 48,
	/* 3.1.4 */
	MODE_LINEAR_GRAPHICS = 0,
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
	INFO_VBE_CONTROL_INFO = 72,
	INFO_VBE_MODE_INFO = 76,
	INFO_VBE_MODE = 80,
	INFO_FRAMEBUFFER_ADDR = 88,
	INFO_FRAMEBUFFER_PITCH = 96,
	INFO_FRAMEBUFFER_WIDTH = 100,
	INFO_FRAMEBUFFER_HEIGHT = 104,
	INFO_FRAMEBUFFER_BPP = 108,
	INFO_FRAMEBUFFER_TYPE = 109,
	INFO_PALETTE_ADDR = 110, /* indexed */
	INFO_PALETTE_COLOURS = 114,
	INFO_RED_AT = 110, /* RGB: position and size of each */
	INFO_GREEN_AT = 112,
	INFO_BLUE_AT = 114,
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
#define HAS_VBE              0x0800u
#define HAS_FRAMEBUFFER      0x1000u

enum { FRAMEBUFFER_INDEXED = 0, FRAMEBUFFER_RGB = 1, FRAMEBUFFER_EGA_TEXT = 2 };
enum { N_COLOURS = 256, PALETTE_BITS = 8 };

/* The results of the VBE functions for the VGA's text mode, which a loader may construct (3.3): VBE
 * 1.2, functions 00h and 01h (layouts: Ralf Brown's Interrupt List 61, tables 00077, 00079). */
enum {
	VBE_CONTROL_SIGNATURE = 0, /* "VESA" */
	VBE_CONTROL_VERSION = 4,
	VBE_CONTROL_OEM = 6, /* far pointer */
	VBE_CONTROL_MODES = 14,
	VBE_CONTROL_MEMORY = 18, /* in 64 KiB */
	VBE_CONTROL_MODE_LIST = 20,
	VBE_CONTROL_OEM_STRING = 22,
	VBE_CONTROL_SIZE = 256,
	VBE_VERSION = 0x0102,
	VBE_NO_MODE = 0xffff, /* ends the list of modes, which is empty */
	VBE_MEMORY_256_KIB = 4,

	VBE_MODE_ATTRIBUTES = 0,
	VBE_MODE_WINDOW_A = 2,
	VBE_MODE_GRANULARITY = 4, /* KiB */
	VBE_MODE_WINDOW_SIZE = 6, /* KiB */
	VBE_MODE_SEGMENT_A = 8,
	VBE_MODE_PITCH = 16,
	VBE_MODE_WIDTH = 18,
	VBE_MODE_HEIGHT = 20,
	VBE_MODE_CELL_WIDTH = 22,
	VBE_MODE_CELL_HEIGHT = 23,
	VBE_MODE_PLANES = 24,
	VBE_MODE_BITS = 25,
	VBE_MODE_BANKS = 26,
	VBE_MODE_SIZE = 256,
	VBE_TEXT_ATTRIBUTES = 0x0f, /* supported, described, TTY output, colour; not graphics */
	VBE_WINDOW_ACCESS = 0x07,   /* exists, readable, writable */
	VBE_TEXT_WINDOW = 32,
	VBE_TEXT_MODE = 3,

	CELL_WIDTH = 9,
	CELL_HEIGHT = 16
};

static const char loader_name[] = "bimetal";

struct header {
	size_t offset; /* in the file */
	uint32_t flags;
};

/* The information block and everything that it points to, built in host memory. */
struct info {
	uint8_t *bytes;
	size_t size;
	uint32_t base; /* its address in guest memory */
};

/* The facts for the information block. */
struct facts {
	struct multiboot_modules modules;
	struct multiboot_sections sections;
	bool video;
	bool graphics; /* then `framebuffer` is set */
	struct graphics_mode framebuffer;
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

/* Allocate `size` bytes and return their offset. The capacity was computed to be enough for all. */
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

/* Add "NAME ARGUMENTS", as multiboot loaders pass it. */
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
	uint32_t at = info_take(info, l->map.n * MMAP_ENTRY);

	put_le32(info->bytes + INFO_MMAP_LENGTH, (uint32_t)(l->map.n * MMAP_ENTRY));
	put_le32(info->bytes + INFO_MMAP_ADDR, info_address(info, at));
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

static void info_colours(struct info *info, const struct graphics_mode *fb)
{
	uint8_t *p = info->bytes;

	if (fb->bits == PALETTE_BITS) {
		uint32_t at = info_take(info, sizeof(fb->palette));

		memcpy(p + at, fb->palette, sizeof(fb->palette));
		p[INFO_FRAMEBUFFER_TYPE] = FRAMEBUFFER_INDEXED;
		put_le32(p + INFO_PALETTE_ADDR, info_address(info, at));
		put_le16(p + INFO_PALETTE_COLOURS, N_COLOURS);
		return;
	}
	p[INFO_FRAMEBUFFER_TYPE] = FRAMEBUFFER_RGB;
	p[INFO_RED_AT] = fb->red_at;
	p[INFO_RED_AT + 1] = fb->red_size;
	p[INFO_GREEN_AT] = fb->green_at;
	p[INFO_GREEN_AT + 1] = fb->green_size;
	p[INFO_BLUE_AT] = fb->blue_at;
	p[INFO_BLUE_AT + 1] = fb->blue_size;
}

static void info_graphics(struct info *info, const struct graphics_mode *fb)
{
	uint8_t *p = info->bytes;

	put_le64(p + INFO_FRAMEBUFFER_ADDR, fb->address);
	put_le32(p + INFO_FRAMEBUFFER_PITCH, fb->pitch);
	put_le32(p + INFO_FRAMEBUFFER_WIDTH, fb->width);
	put_le32(p + INFO_FRAMEBUFFER_HEIGHT, fb->height);
	p[INFO_FRAMEBUFFER_BPP] = (uint8_t)fb->bits;
	info_colours(info, fb);
}

static void info_text(struct info *info)
{
	uint8_t *p = info->bytes;

	put_le64(p + INFO_FRAMEBUFFER_ADDR, TEXT_BASE);
	put_le32(p + INFO_FRAMEBUFFER_PITCH, TEXT_PITCH);
	put_le32(p + INFO_FRAMEBUFFER_WIDTH, TEXT_COLUMNS);
	put_le32(p + INFO_FRAMEBUFFER_HEIGHT, TEXT_ROWS);
	p[INFO_FRAMEBUFFER_BPP] = TEXT_CELL_BITS;
	p[INFO_FRAMEBUFFER_TYPE] = FRAMEBUFFER_EGA_TEXT;
}

static uint32_t far_pointer(uint32_t address) { return address >> 4 << 16 | (address & 0xf); }

static void vbe_control(uint8_t *p, uint32_t address)
{
	memcpy(p + VBE_CONTROL_SIGNATURE, "VESA", 4);
	put_le16(p + VBE_CONTROL_VERSION, VBE_VERSION);
	put_le32(p + VBE_CONTROL_OEM, far_pointer(address + VBE_CONTROL_OEM_STRING));
	put_le32(p + VBE_CONTROL_MODES, far_pointer(address + VBE_CONTROL_MODE_LIST));
	put_le16(p + VBE_CONTROL_MEMORY, VBE_MEMORY_256_KIB);
	put_le16(p + VBE_CONTROL_MODE_LIST, VBE_NO_MODE);
	memcpy(p + VBE_CONTROL_OEM_STRING, loader_name, sizeof(loader_name));
}

static void vbe_text_mode(uint8_t *p)
{
	put_le16(p + VBE_MODE_ATTRIBUTES, VBE_TEXT_ATTRIBUTES);
	p[VBE_MODE_WINDOW_A] = VBE_WINDOW_ACCESS;
	put_le16(p + VBE_MODE_GRANULARITY, VBE_TEXT_WINDOW);
	put_le16(p + VBE_MODE_WINDOW_SIZE, VBE_TEXT_WINDOW);
	put_le16(p + VBE_MODE_SEGMENT_A, TEXT_BASE >> 4);
	put_le16(p + VBE_MODE_PITCH, TEXT_PITCH);
	put_le16(p + VBE_MODE_WIDTH, TEXT_COLUMNS);
	put_le16(p + VBE_MODE_HEIGHT, TEXT_ROWS);
	p[VBE_MODE_CELL_WIDTH] = CELL_WIDTH;
	p[VBE_MODE_CELL_HEIGHT] = CELL_HEIGHT;
	p[VBE_MODE_PLANES] = 4;
	p[VBE_MODE_BITS] = 4;
	p[VBE_MODE_BANKS] = 1;
}

/* False: real-mode pointers cannot reach the block. */
static bool info_vbe(struct info *info)
{
	uint32_t control, mode;

	if (info->base >= MEMORY_LOW_END) return false;
	control = info_take(info, VBE_CONTROL_SIZE);
	mode = info_take(info, VBE_MODE_SIZE);
	vbe_control(info->bytes + control, info_address(info, control));
	vbe_text_mode(info->bytes + mode);
	put_le32(info->bytes + INFO_VBE_CONTROL_INFO, info_address(info, control));
	put_le32(info->bytes + INFO_VBE_MODE_INFO, info_address(info, mode));
	put_le16(info->bytes + INFO_VBE_MODE, VBE_TEXT_MODE);
	return true;
}

static void info_modules(struct info *info, const struct multiboot_modules *modules)
{
	uint32_t list = info_take(info, modules->n * MODULE_SIZE);

	for (size_t i = 0; i < modules->n; i++) {
		const struct multiboot_module *m = &modules->module[i];
		uint8_t *entry = info->bytes + list + i * MODULE_SIZE;

		put_le32(entry + MODULE_START, m->start);
		put_le32(entry + MODULE_END, m->end);
		put_le32(entry + MODULE_STRING, info_string(info, m->path, m->cmdline));
	}
	put_le32(info->bytes + INFO_MODS_COUNT, (uint32_t)modules->n);
	put_le32(info->bytes + INFO_MODS_ADDR, info_address(info, list));
}

static void info_sections(struct info *info, const struct multiboot_sections *s)
{
	uint32_t at = info_take(info, (size_t)s->n * s->entry_size);

	memcpy(info->bytes + at, s->headers, (size_t)s->n * s->entry_size);
	put_le32(info->bytes + INFO_SHDR_NUM, s->n);
	put_le32(info->bytes + INFO_SHDR_SIZE, s->entry_size);
	put_le32(info->bytes + INFO_SHDR_ADDR, info_address(info, at));
	put_le32(info->bytes + INFO_SHDR_SHNDX, s->string_index);
}

/* An upper bound of the bytes that fill_info() needs. */
static size_t info_capacity(const struct load *l, const struct facts *facts)
{
	size_t size = INFO_SIZE + l->map.n * MMAP_ENTRY + VBE_CONTROL_SIZE + VBE_MODE_SIZE;

	size += string_size(l->name, l->request->append) + sizeof(loader_name) + 8;
	size += sizeof(facts->framebuffer.palette);
	for (size_t i = 0; i < facts->modules.n; i++)
		size += MODULE_SIZE + 4 +
			string_size(facts->modules.module[i].path,
				    facts->modules.module[i].cmdline);
	return size + (size_t)facts->sections.n * facts->sections.entry_size;
}

static bool fill_info(struct load *l, struct info *info, const struct facts *facts)
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
	if (facts->graphics) {
		flags |= HAS_FRAMEBUFFER; /* and no VBE: no VBE function has set the mode */
		info_graphics(info, &facts->framebuffer);
	} else if (facts->video) {
		flags |= HAS_FRAMEBUFFER;
		info_text(info);
		if (info_vbe(info)) flags |= HAS_VBE;
	}
	put_le32(info->bytes + INFO_FLAGS, flags);
	return load_write(l, info->base, info->bytes, info->size);
}

static bool build_info(struct load *l, const struct facts *facts, uint32_t *address)
{
	size_t capacity = info_capacity(l, facts);
	struct info info = { .size = INFO_SIZE };
	bool ok;

	if (!multiboot_place_info(l, capacity, address)) return false;
	info.base = *address;
	info.bytes = calloc(1, capacity);
	if (!info.bytes) return load_fail(l, "out of host memory for the boot information");
	ok = fill_info(l, &info, facts);
	free(info.bytes);
	return ok;
}

/* The image asks for graphics by mode_type 0, the user by --vga. */
static bool choose_video(struct load *l, const struct header *h, struct facts *facts)
{
	const uint8_t *p = l->bytes + h->offset;
	struct boot_video wish = { 0 };
	bool wanted = facts->video && get_le32(p + HEADER_MODE_TYPE) == MODE_LINEAR_GRAPHICS;

	if (wanted)
		wish = (struct boot_video){ get_le32(p + HEADER_WIDTH), get_le32(p + HEADER_HEIGHT),
					    get_le32(p + HEADER_DEPTH) };
	if (!wanted && !l->request->has_video) return true;
	facts->graphics = load_has_graphics(l);
	if (facts->graphics) return load_set_video(l, "multiboot1", &wish, &facts->framebuffer);
	load_warn_text(l, "multiboot1", &wish);
	return true;
}

/* With address fields the file is not read as ELF, and so has no symbols. */
static bool provide_info(struct load *l, const struct header *h, uint32_t *address)
{
	struct facts facts = { .video = h->flags & WANT_VIDEO };
	bool ok;

	if (!choose_video(l, h, &facts) || !multiboot_modules(l, &facts.modules)) return false;
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
