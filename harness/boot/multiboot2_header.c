/* SPDX-License-Identifier: MIT */
/* The header of a multiboot2 image: Multiboot2 Specification 2.0, 3.1. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emu/bytes.h"
#include "harness/boot/multiboot2.h"

enum { HEADER_LENGTH = 8, PIXELS_WIDE = 320, PIXELS_HIGH = 200 };

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

bool multiboot2_refuse(struct load *l, const struct multiboot2_wishes *w, const char *format, ...)
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

static bool refuse_tag(struct load *l, const struct multiboot2_wishes *w,
		       const struct mb2_header_tag *tag, enum mb2_status status)
{
	return multiboot2_refuse(l, w, "its %s tag (type %u, size %u) has %s",
				 mb2_header_tag_name(tag->type), tag->type, tag->size,
				 mb2_status_text(status));
}

/* 3.1.4: an unknown type of tag is refused; a known one that this machine lacks is left out. */
static bool take_request(struct load *l, struct multiboot2_wishes *w,
			 const struct mb2_header_tag *tag)
{
	struct mb2_header_request request;
	enum mb2_status status = mb2_header_read_request(tag, &request);
	uint32_t type = 0;

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	for (uint32_t i = 0; mb2_header_requested(&request, i, &type); i++) {
		if (tag->optional || (type != MB2_TAG_END && type < MB2_TAG_KNOWN)) continue;
		return multiboot2_refuse(
			l, w,
			"its information request tag requires tags of type %u, which the "
			"specification (2.0, 3.6) does not define",
			type);
	}
	return true;
}

static bool take_address(struct load *l, struct multiboot2_wishes *w,
			 const struct mb2_header_tag *tag)
{
	struct mb2_header_address a;
	enum mb2_status status = mb2_header_read_address(tag, &a);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	if (a.load == MB2_LOAD_FROM_START) {
		if (a.header < w->where.offset)
			return multiboot2_refuse(
				l, w,
				"its address tag has header_addr 0x%x, too low to load the "
				"file from its beginning",
				a.header);
		a.load = (uint32_t)(a.header - w->where.offset);
	}
	w->address = (struct multiboot_addresses){ a.header, a.load, a.load_end, a.bss_end };
	w->has_address = true;
	return true;
}

static bool take_entry(struct load *l, struct multiboot2_wishes *w,
		       const struct mb2_header_tag *tag)
{
	enum mb2_status status = mb2_header_read_entry(tag, &w->entry);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	w->has_entry = true;
	return true;
}

/* 3.1.7, 3.1.8 */
static bool take_efi_entry(struct load *l, struct multiboot2_wishes *w,
			   const struct mb2_header_tag *tag)
{
	uint32_t entry;
	enum mb2_status status = mb2_header_read_entry(tag, &entry);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	if (tag->optional) return true;
	return multiboot2_refuse(
		l, w,
		"it requires its %s tag to be obeyed, but this machine has a BIOS, not EFI: "
		"set the tag's optional flag if the image can start from a BIOS as well",
		mb2_header_tag_name(tag->type));
}

static bool take_console(struct load *l, struct multiboot2_wishes *w,
			 const struct mb2_header_tag *tag)
{
	uint32_t flags;
	enum mb2_status status = mb2_header_read_console(tag, &flags);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	if (!tag->optional) w->console = flags;
	return true;
}

/* 3.1.10: depth 0 means text, or no preference: then the size tells, as no text mode has so many
 * characters. The mode is a recommendation, but an image that requires the tag and asks for
 * graphics cannot do with text. */
static bool take_framebuffer(struct load *l, struct multiboot2_wishes *w,
			     const struct mb2_header_tag *tag)
{
	struct mb2_header_framebuffer f;
	enum mb2_status status = mb2_header_read_framebuffer(tag, &f);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	w->has_framebuffer = true;
	w->wants_graphics = f.depth != 0 || (f.width >= PIXELS_WIDE && f.height >= PIXELS_HIGH);
	w->video = (struct boot_video){ f.width, f.height, f.depth };
	if (tag->optional || !w->wants_graphics || load_has_graphics(l)) return true;
	return multiboot2_refuse(
		l, w,
		"it requires a graphics mode (framebuffer tag, %ux%u, %u bits), and this "
		"machine's VGA has text modes alone: add --device vga, or set the tag's optional "
		"flag",
		f.width, f.height, f.depth);
}

/* Modules are always page-aligned. That an image can start with EFI boot services (3.1.12) does not
 * matter on a machine without them. */
static bool take_bare(struct load *l, struct multiboot2_wishes *w, const struct mb2_header_tag *tag)
{
	enum mb2_status status = mb2_header_check_bare(tag);

	return status == MB2_OK || refuse_tag(l, w, tag, status);
}

static bool take_relocatable(struct load *l, struct multiboot2_wishes *w,
			     const struct mb2_header_tag *tag)
{
	enum mb2_status status = mb2_header_read_relocatable(tag, &w->move);

	if (status != MB2_OK) return refuse_tag(l, w, tag, status);
	w->relocatable = true;
	w->move_optional = tag->optional;
	return true;
}

static bool take_tag(struct load *l, struct multiboot2_wishes *w, const struct mb2_header_tag *tag)
{
	static bool (*const take[MB2_HEADER_KNOWN])(struct load *, struct multiboot2_wishes *,
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
	return multiboot2_refuse(
		l, w,
		"it requires a tag of type %u, which the specification (2.0, 3.1) does not "
		"define",
		tag->type);
}

/* 3.1.9: the image requires a console that it supports. */
static bool check_console(struct load *l, const struct multiboot2_wishes *w)
{
	if (!(w->console & MB2_CONSOLE_REQUIRED) || w->console & MB2_CONSOLE_EGA_TEXT) return true;
	if (w->has_framebuffer && load_has_graphics(l)) return true;
	return multiboot2_refuse(
		l, w,
		"it requires a console (console flags tag), but does not support EGA text, "
		"which is what this machine has%s",
		w->has_framebuffer ? "; a graphics mode is not offered without --device vga" : "");
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

bool multiboot2_read_header(struct load *l, struct multiboot2_wishes *w)
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
		return multiboot2_refuse(
			l, w, "it is for architecture %u%s; %d (i386) expected", h.architecture,
			h.architecture == MB2_ARCH_MIPS32 ? " (MIPS)" : "", MB2_ARCH_I386);
	while (mb2_header_next(&h, &at, &tag))
		if (!take_tag(l, w, &tag)) return false;
	return check_console(l, w);
}
