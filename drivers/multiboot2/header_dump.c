/* SPDX-License-Identifier: MIT */
#include "text.h"

static enum mb2_status dump_request(const struct mb2_header_tag *tag, const struct mb2_sink *sink)
{
	struct mb2_header_request request;
	enum mb2_status status = mb2_header_read_request(tag, &request);
	uint32_t type;

	if (status != MB2_OK) return status;
	mb2_put_text(sink, ":");
	for (uint32_t i = 0; mb2_header_requested(&request, i, &type); i++) {
		mb2_put_text(sink, i ? ", " : " ");
		mb2_put_text(sink, mb2_tag_name(type));
	}
	return MB2_OK;
}

static enum mb2_status dump_address(const struct mb2_header_tag *tag, const struct mb2_sink *sink)
{
	struct mb2_header_address a;
	enum mb2_status status = mb2_header_read_address(tag, &a);

	if (status != MB2_OK) return status;
	mb2_put_hex(sink, ": header ", a.header, "");
	mb2_put_hex(sink, ", load ", a.load, "");
	mb2_put_hex(sink, " to ", a.load_end, "");
	mb2_put_hex(sink, ", bss to ", a.bss_end, "");
	return MB2_OK;
}

static enum mb2_status dump_entry(const struct mb2_header_tag *tag, const struct mb2_sink *sink)
{
	uint32_t entry;
	enum mb2_status status = mb2_header_read_entry(tag, &entry);

	if (status == MB2_OK) mb2_put_hex(sink, ": ", entry, "");
	return status;
}

static enum mb2_status dump_console(const struct mb2_header_tag *tag, const struct mb2_sink *sink)
{
	uint32_t flags;
	enum mb2_status status = mb2_header_read_console(tag, &flags);

	if (status != MB2_OK) return status;
	mb2_put_hex(sink, ": ", flags, "");
	if (flags & MB2_CONSOLE_REQUIRED) mb2_put_text(sink, ", a console is required");
	if (flags & MB2_CONSOLE_EGA_TEXT) mb2_put_text(sink, ", EGA text is supported");
	return MB2_OK;
}

static enum mb2_status dump_framebuffer(const struct mb2_header_tag *tag,
					const struct mb2_sink *sink)
{
	struct mb2_header_framebuffer fb;
	enum mb2_status status = mb2_header_read_framebuffer(tag, &fb);

	if (status != MB2_OK) return status;
	mb2_put_number(sink, ": ", fb.width, "x");
	mb2_put_number(sink, "", fb.height, "x");
	mb2_put_number(sink, "", fb.depth, "");
	return MB2_OK;
}

static enum mb2_status dump_relocatable(const struct mb2_header_tag *tag,
					const struct mb2_sink *sink)
{
	static const char *const preference[] = { [MB2_PREFER_NONE] = "",
						  [MB2_PREFER_LOWEST] = ", lowest",
						  [MB2_PREFER_HIGHEST] = ", highest" };
	struct mb2_header_relocatable r;
	enum mb2_status status = mb2_header_read_relocatable(tag, &r);

	if (status != MB2_OK) return status;
	mb2_put_hex(sink, ": ", r.min, " to ");
	mb2_put_hex(sink, "", r.max, "");
	mb2_put_hex(sink, ", aligned to ", r.align, "");
	mb2_put_text(sink, preference[r.preference]);
	return MB2_OK;
}

static enum mb2_status dump_bare(const struct mb2_header_tag *tag, const struct mb2_sink *sink)
{
	(void)sink;
	return mb2_header_check_bare(tag);
}

static enum mb2_status (*const dump_tag[MB2_HEADER_KNOWN])(const struct mb2_header_tag *tag,
							   const struct mb2_sink *sink) = {
	[MB2_HEADER_REQUEST] = dump_request,
	[MB2_HEADER_ADDRESS] = dump_address,
	[MB2_HEADER_ENTRY] = dump_entry,
	[MB2_HEADER_CONSOLE] = dump_console,
	[MB2_HEADER_FRAMEBUFFER] = dump_framebuffer,
	[MB2_HEADER_MODULE_ALIGN] = dump_bare,
	[MB2_HEADER_EFI_BOOT_SERVICES] = dump_bare,
	[MB2_HEADER_EFI32_ENTRY] = dump_entry,
	[MB2_HEADER_EFI64_ENTRY] = dump_entry,
	[MB2_HEADER_RELOCATABLE] = dump_relocatable,
};

void mb2_header_dump(const struct mb2_header *header, const struct mb2_sink *sink)
{
	struct mb2_header_tag tag;
	uint32_t at = 0;

	mb2_put_number(sink, "header, ", header->length, " bytes, architecture ");
	mb2_put_number(sink, "", header->architecture, "\n");
	while (mb2_header_next(header, &at, &tag)) {
		enum mb2_status status = MB2_OK;

		mb2_put_number(sink, "tag ", tag.type, " ");
		mb2_put_text(sink, mb2_header_tag_name(tag.type));
		mb2_put_text(sink, tag.optional ? ", optional" : ", required");
		if (tag.type < MB2_HEADER_KNOWN) status = dump_tag[tag.type](&tag, sink);
		if (status != MB2_OK) {
			mb2_put_number(sink, ": ", tag.size, " bytes, not shown: ");
			mb2_put_text(sink, mb2_status_text(status));
		}
		mb2_put_text(sink, "\n");
	}
}
