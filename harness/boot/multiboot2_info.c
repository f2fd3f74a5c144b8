/* SPDX-License-Identifier: MIT */
/* The boot information for a multiboot2 image: Multiboot2 Specification 2.0, 3.6. */
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_builder.h"
#include "emu/bytes.h"
#include "harness/boot/multiboot2.h"
#include "harness/firmware/memory_map.h"

/* Kernels look at this name to learn whether the command line begins with the name of the image.
 * GRUB 2's does not. */
static const char loader_name[] = "bimetal (command line as of GRUB 2)";

enum { PALETTE_BITS = 8 };
enum { RSDP_STEP = 16, RSDP_EBDA_POINTER = 0x40e, RSDP_EBDA_SEARCH = 1024, RSDP_BASE = 0xe0000 };

struct facts {
	struct multiboot_modules modules;
	struct multiboot_sections sections;
	bool graphics; /* then `framebuffer` is set */
	struct graphics_mode framebuffer;
};

static size_t info_capacity(const struct load *l, const struct facts *facts)
{
	/* More than all tags of fixed size, and the headers and padding of the others, need. */
	size_t size = 1024 + l->map.n * sizeof(struct mb2_memory_range) + sizeof(loader_name);

	if (facts->graphics) size += sizeof(facts->framebuffer.palette);
	if (l->request->append) size += strlen(l->request->append);
	for (size_t i = 0; i < facts->modules.n; i++)
		size += 64 + strlen(facts->modules.module[i].cmdline);
	return size + (size_t)facts->sections.n * facts->sections.entry_size;
}

static enum mb2_status add_memory(struct mb2_builder *b, const struct load *l)
{
	const struct mb2_basic_memory basic = { MEMORY_EBDA_BASE / 1024,
						multiboot_upper_memory(l) };
	struct mb2_memory_range range[MEMORY_MAP_MAX];
	enum mb2_status status = mb2_add_basic_memory(b, &basic);

	if (status != MB2_OK) return status;
	for (size_t i = 0; i < l->map.n; i++)
		range[i] = (struct mb2_memory_range){ l->map.range[i].base, l->map.range[i].size,
						      (uint32_t)l->map.range[i].type };
	return mb2_add_memory_map(b, range, (uint32_t)l->map.n);
}

static enum mb2_status add_modules(struct mb2_builder *b, const struct multiboot_modules *modules)
{
	enum mb2_status status = MB2_OK;

	for (size_t i = 0; i < modules->n && status == MB2_OK; i++) {
		const struct multiboot_module *m = &modules->module[i];

		status = mb2_add_module(b, m->start, m->end, m->cmdline);
	}
	return status;
}

static enum mb2_status add_graphics(struct mb2_builder *b, const struct graphics_mode *fb)
{
	const struct mb2_framebuffer screen = {
		.address = fb->address,
		.pitch = fb->pitch,
		.width = fb->width,
		.height = fb->height,
		.bits_per_pixel = (uint8_t)fb->bits,
		.type = fb->bits == PALETTE_BITS ? MB2_FRAMEBUFFER_INDEXED : MB2_FRAMEBUFFER_RGB,
		.palette = fb->palette,
		.n_colours = sizeof(fb->palette) / DISPLAY_BYTES_PER_PIXEL,
		.red = { fb->red_at, fb->red_size },
		.green = { fb->green_at, fb->green_size },
		.blue = { fb->blue_at, fb->blue_size },
	};

	return mb2_add_framebuffer(b, &screen);
}

static enum mb2_status add_text(struct mb2_builder *b)
{
	const struct mb2_framebuffer text = { .address = TEXT_BASE,
					      .pitch = TEXT_PITCH,
					      .width = TEXT_COLUMNS,
					      .height = TEXT_ROWS,
					      .bits_per_pixel = TEXT_CELL_BITS,
					      .type = MB2_FRAMEBUFFER_EGA_TEXT };

	return mb2_add_framebuffer(b, &text);
}

static enum mb2_status add_sections(struct mb2_builder *b, const struct multiboot_sections *s)
{
	const struct mb2_elf_sections sections = { s->headers, s->n, s->entry_size,
						   s->string_index };

	return s->headers ? mb2_add_elf_sections(b, &sections) : MB2_OK;
}

/* If the RSDP is at `address` (ACPI 6.4, 5.2.5.3), add it, in both versions, and return true. */
static bool add_rsdp_at(struct mb2_builder *b, struct load *l, uint64_t address)
{
	enum { REVISION = 15, REVISION_2 = 2 };
	uint8_t rsdp[MB2_RSDP_V2_SIZE];

	if (!mem_read(l->mem, address, rsdp, MB2_RSDP_V1_SIZE) ||
	    mb2_add_rsdp_v1(b, rsdp) != MB2_OK)
		return false;
	if (rsdp[REVISION] >= REVISION_2 && mem_read(l->mem, address, rsdp, MB2_RSDP_V2_SIZE))
		return mb2_add_rsdp_v2(b, rsdp) == MB2_OK;
	return true;
}

/* ACPI 6.4, 5.2.5.1: in the first KiB of the EBDA, or in the BIOS's read-only memory. */
static void add_rsdp(struct mb2_builder *b, struct load *l)
{
	uint8_t segment[2] = { 0, 0 };
	uint64_t ebda;

	if (!mem_read(l->mem, RSDP_EBDA_POINTER, segment, sizeof(segment))) return;
	ebda = (uint64_t)get_le16(segment) << 4;
	for (uint64_t at = ebda; ebda && at < ebda + RSDP_EBDA_SEARCH; at += RSDP_STEP)
		if (add_rsdp_at(b, l, at)) return;
	for (uint64_t at = RSDP_BASE; at < MEMORY_HIGH_BASE; at += RSDP_STEP)
		if (add_rsdp_at(b, l, at)) return;
}

static enum mb2_status fill_info(struct load *l, const struct multiboot2_wishes *w,
				 const struct facts *facts, struct mb2_builder *b)
{
	const char *append = l->request->append;
	enum mb2_status status = mb2_add_command_line(b, append ? append : "");

	if (status == MB2_OK) status = mb2_add_loader_name(b, loader_name);
	if (status == MB2_OK) status = add_modules(b, &facts->modules);
	if (status == MB2_OK) status = add_memory(b, l);
	if (status == MB2_OK)
		status = facts->graphics ? add_graphics(b, &facts->framebuffer) : add_text(b);
	if (status == MB2_OK) status = add_sections(b, &facts->sections);
	if (status == MB2_OK && w->relocatable)
		status = mb2_add_load_base(b, (uint32_t)l->result->image_base);
	if (status == MB2_OK) add_rsdp(b, l);
	return status;
}

static bool write_info(struct load *l, const struct multiboot2_wishes *w, const struct facts *facts,
		       uint8_t *buffer, size_t capacity, uint32_t *address)
{
	struct mb2_builder b;
	uint32_t total = 0;
	enum mb2_status status = mb2_builder_init(&b, buffer, capacity);

	if (status == MB2_OK) status = fill_info(l, w, facts, &b);
	if (status == MB2_OK) status = mb2_builder_finish(&b, &total);
	if (status != MB2_OK)
		return load_fail(l, "the boot information cannot be made: %s",
				 status == MB2_NOT_UTF8 ? "--append or a module's arguments hold "
							  "a string that is not UTF-8"
							: mb2_status_text(status));
	return multiboot_place_info(l, total, address) && load_write(l, *address, buffer, total);
}

static bool build_info(struct load *l, const struct multiboot2_wishes *w, const struct facts *facts,
		       uint32_t *address)
{
	size_t capacity = info_capacity(l, facts);
	uint8_t *buffer = malloc(capacity);
	bool ok;

	if (!buffer) return load_fail(l, "out of host memory for the boot information");
	ok = write_info(l, w, facts, buffer, capacity, address);
	free(buffer);
	return ok;
}

/* The image asks for graphics by its framebuffer tag, the user by --vga. */
static bool choose_video(struct load *l, const struct multiboot2_wishes *w, struct facts *facts)
{
	bool only_graphics =
		w->console & MB2_CONSOLE_REQUIRED && !(w->console & MB2_CONSOLE_EGA_TEXT);

	if (!w->wants_graphics && !only_graphics && !l->request->has_video) return true;
	facts->graphics = load_has_graphics(l);
	if (facts->graphics) return load_set_video(l, "multiboot2", &w->video, &facts->framebuffer);
	load_warn_text(l, "multiboot2", &w->video);
	return true;
}

/* With an address tag the file is not read as ELF, and so has no symbols. */
bool multiboot2_provide_info(struct load *l, const struct multiboot2_wishes *w, uint32_t *address)
{
	struct facts facts = { .sections.headers = NULL };
	bool ok;

	if (!choose_video(l, w, &facts) || !multiboot_modules(l, &facts.modules)) return false;
	if (!w->has_address) multiboot_sections(l, &facts.sections);
	ok = build_info(l, w, &facts, address);
	free(facts.sections.headers);
	return ok;
}
