/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0: header 3.1, machine state 3.3, boot information 3.6.
 *
 * Every header tag is obeyed, or the image is refused with a message that names the tag. An
 * optional tag that cannot be obeyed is ignored (3.1.3). If a tag comes twice, the last one counts.
 * Not in the boot information, as this machine has none of them: boot device (the image is not a
 * file on a BIOS disk), VBE, APM, SMBIOS, network, and everything about EFI. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_builder.h"
#include "bimetal/multiboot2_header.h"
#include "emu/bytes.h"
#include "emu/x86/start_state.h"
#include "harness/boot/multiboot.h"
#include "harness/firmware/memory_map.h"

/* By the name, kernels know whether a command line begins with the image's name: GRUB 2's does not.
 */
static const char loader_name[] = "bimetal (command line as of GRUB 2)";

enum { HEADER_LENGTH = 8 };
enum { RSDP_STEP = 16, RSDP_EBDA_POINTER = 0x40e, RSDP_EBDA_SEARCH = 1024, RSDP_BASE = 0xe0000 };

/* The contents of the header. */
struct wishes {
	struct multiboot_place where;
	bool has_address, has_entry, relocatable, has_framebuffer;
	struct multiboot_addresses address;
	uint32_t entry;
	struct mb2_header_relocatable move;
	bool move_optional;
	uint32_t console; /* flags of a required console tag, or 0 */
};

/* ---- the header ---- */

bool load_is_multiboot2(const uint8_t *bytes, size_t size)
{
	struct mb2_header h;

	switch (mb2_header_find(bytes, size, &h)) {
	case MB2_OK:
	case MB2_TOO_SHORT:
	case MB2_BAD_TOTAL:
	case MB2_BAD_TAG_SIZE:
	case MB2_NO_END_TAG:
		return true; /* it is meant as a header: refuse it rather than ignore it */
	default: return false;
	}
}

/* Say why the image is refused, and whether there is another way to boot it. */
__attribute__((format(printf, 3, 4))) static bool refuse(struct load *l, const struct wishes *w,
							 const char *format, ...)
{
	const char *other = load_is_multiboot1(l->bytes, l->size)
				    ? "; it has a multiboot1 header too: --boot multiboot1"
				    : "";
	char text[320];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return load_fail(l, "multiboot2 header at offset 0x%zx: %s%s", w->where.offset, text,
			 other);
}

static bool refuse_tag(struct load *l, const struct wishes *w, const struct mb2_header_tag *tag,
		       enum mb2_status status)
{
	return refuse(l, w, "its %s tag (type %u, size %u) has %s", mb2_header_tag_name(tag->type),
		      tag->type, tag->size, mb2_status_text(status));
}

/* 3.1.4: an unknown type of tag is refused; a known one that this machine lacks is left out. */
static bool take_request(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	struct mb2_header_request request;
	enum mb2_status status = mb2_header_read_request(tag, &request);
	uint32_t type = 0;

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	for (uint32_t i = 0; mb2_header_requested(&request, i, &type); i++) {
		if (tag->optional || (type != MB2_TAG_END && type < MB2_TAG_KNOWN)) continue;
		return refuse(l, w,
			      "its information request tag requires tags of type %u, which the "
			      "specification (2.0, 3.6) does not define",
			      type);
	}
	return true;
}

static bool take_address(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	struct mb2_header_address a;
	enum mb2_status status = mb2_header_read_address(tag, &a);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	if (a.load == MB2_LOAD_FROM_START) {
		if (a.header < w->where.offset)
			return refuse(l, w,
				      "its address tag has header_addr 0x%x, too low to load the "
				      "file from its beginning",
				      a.header);
		a.load = (uint32_t)(a.header - w->where.offset);
	}
	w->address = (struct multiboot_addresses){ a.header, a.load, a.load_end, a.bss_end };
	w->has_address = true;
	return true;
}

static bool take_entry(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	enum mb2_status status = mb2_header_read_entry(tag, &w->entry);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	w->has_entry = true;
	return true;
}

/* 3.1.7, 3.1.8 */
static bool take_efi_entry(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	uint32_t entry;
	enum mb2_status status = mb2_header_read_entry(tag, &entry);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	if (tag->optional) return true;
	return refuse(l, w,
		      "it requires its %s tag to be obeyed, but this machine has a BIOS, not EFI: "
		      "set the tag's optional flag if the image can start from a BIOS as well",
		      mb2_header_tag_name(tag->type));
}

static bool take_console(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	uint32_t flags;
	enum mb2_status status = mb2_header_read_console(tag, &flags);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	if (!tag->optional) w->console = flags;
	return true;
}

/* 3.1.10: depth 0 means text, or no preference. Only text is available. */
static bool take_framebuffer(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	struct mb2_header_framebuffer f;
	enum mb2_status status = mb2_header_read_framebuffer(tag, &f);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	w->has_framebuffer = true;
	if (tag->optional || f.depth == 0) return true;
	return refuse(l, w,
		      "it requires a graphics mode (framebuffer tag, %ux%u, %u bits), and this "
		      "machine's loader gives the VGA's text mode alone: set the tag's optional "
		      "flag",
		      f.width, f.height, f.depth);
}

/* Modules are always page-aligned. That an image can start with EFI boot services (3.1.12) does not
 * matter on a machine without them. */
static bool take_bare(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	enum mb2_status status = mb2_header_check_bare(tag);

	return status == MB2_OK || refuse_tag(l, w, tag, status);
}

static bool take_relocatable(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	enum mb2_status status = mb2_header_read_relocatable(tag, &w->move);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	w->relocatable = true;
	w->move_optional = tag->optional;
	return true;
}

static bool take_tag(struct load *l, struct wishes *w, const struct mb2_header_tag *tag)
{
	static bool (*const take[MB2_HEADER_KNOWN])(struct load *, struct wishes *,
						    const struct mb2_header_tag *) = {
		[MB2_HEADER_REQUEST] = take_request,
		[MB2_HEADER_ADDRESS] = take_address,
		[MB2_HEADER_ENTRY] = take_entry,
		[MB2_HEADER_CONSOLE] = take_console,
		[MB2_HEADER_FRAMEBUFFER] = take_framebuffer,
		[MB2_HEADER_MODULE_ALIGN] = take_bare,
		[MB2_HEADER_EFI_BOOT_SERVICES] = take_bare,
		[MB2_HEADER_EFI32_ENTRY] = take_efi_entry,
		[MB2_HEADER_EFI64_ENTRY] = take_efi_entry,
		[MB2_HEADER_RELOCATABLE] = take_relocatable,
	};

	if (tag->type < MB2_HEADER_KNOWN && take[tag->type]) return take[tag->type](l, w, tag);
	if (tag->optional) return true;
	return refuse(l, w,
		      "it requires a tag of type %u, which the specification (2.0, 3.1) does not "
		      "define",
		      tag->type);
}

/* 3.1.9: the image requires a console that it supports. */
static bool check_console(struct load *l, const struct wishes *w)
{
	if (!(w->console & MB2_CONSOLE_REQUIRED) || w->console & MB2_CONSOLE_EGA_TEXT) return true;
	return refuse(l, w,
		      "it requires a console (console flags tag), but does not support EGA text, "
		      "which is what this machine has%s",
		      w->has_framebuffer ? "; a graphics mode is not offered" : "");
}

static bool fail_find(struct load *l, const struct mb2_header *h, enum mb2_status status)
{
	char why[LOAD_WHY_MAX];

	if (status == MB2_NOT_FOUND && load_explain_header(l, "multiboot2", why, sizeof(why)))
		return load_fail(l, "not a multiboot2 image: %s", why);
	if (status == MB2_NOT_FOUND)
		return load_fail(l,
				 "not a multiboot2 image: no header (magic 0x%08x, 8-byte aligned) "
				 "in the first %d bytes",
				 MB2_HEADER_MAGIC, MB2_HEADER_SEARCH);
	if (status == MB2_BAD_CHECKSUM)
		return load_fail(
			l,
			"multiboot2 header at offset 0x%zx: the checksum is 0x%08x, expected "
			"0x%08x",
			h->offset, h->checksum, h->expected);
	return load_fail(l, "multiboot2 header at offset 0x%zx, length %u: it has %s%s", h->offset,
			 get_le32(l->bytes + h->offset + HEADER_LENGTH), mb2_status_text(status),
			 h->odd_length || status == MB2_BAD_TAG_SIZE
				 ? " (each tag is padded to a multiple of 8)"
				 : "");
}

/* 3.1.3: tags begin at multiples of 8, so the end tag ends at one. */
static void warn_of_length(struct load *l, const struct mb2_header *h)
{
	if (!h->odd_length) return;
	snprintf(l->result->warning, sizeof(l->result->warning),
		 "multiboot2 header at offset 0x%zx: its length is not a multiple of 8, but its "
		 "tags are (GRUB accepts it too): check how it is computed",
		 h->offset);
}

static bool read_header(struct load *l, struct wishes *w)
{
	struct mb2_header h;
	struct mb2_header_tag tag;
	uint32_t at = 0;
	enum mb2_status status = mb2_header_find(l->bytes, l->size, &h);

	if (status != MB2_OK) return fail_find(l, &h, status);
	memset(w, 0, sizeof(*w));
	warn_of_length(l, &h);
	w->where = (struct multiboot_place){ "multiboot2", h.offset };
	if (h.architecture != MB2_ARCH_I386)
		return refuse(l, w, "it is for architecture %u%s; %d (i386) expected",
			      h.architecture, h.architecture == MB2_ARCH_MIPS32 ? " (MIPS)" : "",
			      MB2_ARCH_I386);
	while (mb2_header_next(&h, &at, &tag))
		if (!take_tag(l, w, &tag)) return false;
	return check_console(l, w);
}

/* ---- the load address ---- */

/* 3.1.13. False, without a message: there is no such place. */
static bool find_place(const struct load *l, const struct mb2_header_relocatable *m,
		       uint64_t linked, uint64_t size, uint64_t *base)
{
	struct place place = {
		.what = "the image",
		.size = size,
		.align = m->align ? m->align : 1,
		.min = m->min > LOAD_LOW ? m->min : LOAD_LOW,
		.max = m->max,
		.high = m->preference == MB2_PREFER_HIGHEST,
	};

	*base = linked;
	if (m->preference == MB2_PREFER_NONE && linked >= place.min && linked < place.max &&
	    size <= place.max - linked && linked % place.align == 0 && load_is_ram(l, linked, size))
		return true;
	return load_find(l, &place, base);
}

/* The load address of an image that is linked to [linked, linked + size). */
static bool choose_base(struct load *l, const struct wishes *w, uint64_t linked, uint64_t size,
			uint64_t *base)
{
	*base = linked;
	if (!w->relocatable || find_place(l, &w->move, linked, size, base)) return true;
	*base = linked;
	if (w->move_optional) return true;
	return refuse(l, w,
		      "its relocatable tag wants 0x%" PRIx64
		      " bytes of free memory between 0x%x and 0x%x, aligned to 0x%x, and no such "
		      "range is free: give the machine more memory with -m",
		      size, w->move.min, w->move.max, w->move.align);
}

static bool load_by_address(struct load *l, const struct wishes *w)
{
	struct multiboot_image image;
	uint64_t base;

	if (!w->has_entry)
		return refuse(l, w,
			      "it has an address tag, which takes the ELF header's place, but no "
			      "entry address tag: nothing says where to start");
	if (!multiboot_image(l, &w->where, &w->address, &image) ||
	    !multiboot_check_entry(l, &w->where, w->entry, image.base, image.memsz) ||
	    !choose_base(l, w, image.base, image.memsz, &base) ||
	    !multiboot_image_load(l, &image, base))
		return false;
	l->result->entry = w->entry - image.base + base;
	return true;
}

static bool elf_entry(struct load *l, const struct wishes *w, const struct elf_image *elf,
		      uint64_t *entry)
{
	uint64_t base, end;

	if (!w->has_entry) return load_elf_physical_entry(l, elf, entry);
	load_elf_range(elf, &base, &end);
	*entry = w->entry;
	return multiboot_check_entry(l, &w->where, *entry, base, end - base);
}

static bool load_by_elf(struct load *l, const struct wishes *w)
{
	struct elf_image elf;
	uint64_t linked, end, base, entry;

	if (!load_is_elf(l->bytes, l->size))
		return refuse(
			l, w,
			"it has no address tag, and the file is not ELF: nothing says where "
			"to load it (objcopy -O binary drops the addresses: boot the ELF file)");
	if (!load_elf_parse(l, &elf) || !elf_entry(l, w, &elf, &entry)) return false;
	load_elf_range(&elf, &linked, &end);
	if (!choose_base(l, w, linked, end - linked, &base)) return false;
	if (base == linked && !load_elf_check_position(l, &elf)) return false;
	load_elf_move(&elf, base - linked);
	l->result->entry = entry + (base - linked);
	return multiboot_check_reach(l, &w->where) && load_elf_segments(l, &elf);
}

/* ---- boot information ---- */

struct facts {
	struct multiboot_modules modules;
	struct multiboot_sections sections;
};

static size_t info_capacity(const struct load *l, const struct facts *facts)
{
	/* More than all tags of fixed size, and the headers and padding of the others, need. */
	size_t size = 1024 + l->map.n * sizeof(struct mb2_memory_range) + sizeof(loader_name);

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

static enum mb2_status add_screen(struct mb2_builder *b)
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

static enum mb2_status fill_info(struct load *l, const struct wishes *w, const struct facts *facts,
				 struct mb2_builder *b)
{
	const char *append = l->request->append;
	enum mb2_status status = mb2_add_command_line(b, append ? append : "");

	if (status == MB2_OK) status = mb2_add_loader_name(b, loader_name);
	if (status == MB2_OK) status = add_modules(b, &facts->modules);
	if (status == MB2_OK) status = add_memory(b, l);
	if (status == MB2_OK) status = add_screen(b);
	if (status == MB2_OK) status = add_sections(b, &facts->sections);
	if (status == MB2_OK && w->relocatable)
		status = mb2_add_load_base(b, (uint32_t)l->result->image_base);
	if (status == MB2_OK) add_rsdp(b, l);
	return status;
}

static bool write_info(struct load *l, const struct wishes *w, const struct facts *facts,
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

static bool build_info(struct load *l, const struct wishes *w, const struct facts *facts,
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

/* With an address tag the file is not read as ELF, and so has no symbols. */
static bool provide_info(struct load *l, const struct wishes *w, uint32_t *address)
{
	struct facts facts = { .sections.headers = NULL };
	bool ok;

	if (!multiboot_modules(l, &facts.modules)) return false;
	if (!w->has_address) multiboot_sections(l, &facts.sections);
	ok = build_info(l, w, &facts, address);
	free(facts.sections.headers);
	return ok;
}

bool load_multiboot2(struct load *l)
{
	struct wishes w;
	uint32_t info = 0;

	if (!read_header(l, &w)) return false;
	if (w.has_address ? !load_by_address(l, &w) : !load_by_elf(l, &w)) return false;
	if (!provide_info(l, &w, &info) || !load_start_protected(l, (uint32_t)l->result->entry))
		return false;
	l->result->calls_bios = true;
	l->regs->gpr[CPU_RAX] = MB2_BOOT_MAGIC; /* 3.3 */
	l->regs->gpr[CPU_RBX] = info;
	return true;
}
