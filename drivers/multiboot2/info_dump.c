/* SPDX-License-Identifier: MIT */
#include "bytes.h"
#include "text.h"

/* A tag with the structure that it is in. */
struct one {
	const struct mb2_info *whole; /* where tag 18 says whether the EFI map is final */
	struct mb2_info alone;        /* the tag as the only one of its type */
	const struct mb2_tag *tag;
	const struct mb2_sink *sink;
};

static enum mb2_status dump_string(const struct one *o)
{
	struct mb2_string s;
	enum mb2_status status = o->tag->type == MB2_TAG_COMMAND_LINE
					 ? mb2_get_command_line(&o->alone, &s)
					 : mb2_get_loader_name(&o->alone, &s);

	if (status == MB2_OK) mb2_put_quoted(o->sink, s.text, s.length);
	return status;
}

static enum mb2_status dump_module(const struct one *o)
{
	struct mb2_module m;
	enum mb2_status status = mb2_read_module(o->tag, &m);

	if (status != MB2_OK) return status;
	mb2_put_hex(o->sink, "", m.start, " to ");
	mb2_put_hex(o->sink, "", m.end, " ");
	mb2_put_quoted(o->sink, m.text.text, m.text.length);
	return MB2_OK;
}

/* ---- memory ---- */

static enum mb2_status dump_basic_memory(const struct one *o)
{
	struct mb2_basic_memory m;
	enum mb2_status status = mb2_get_basic_memory(&o->alone, &m);

	if (status != MB2_OK) return status;
	mb2_put_number(o->sink, "", m.lower_kib, " KiB from 0, ");
	mb2_put_number(o->sink, "", m.upper_kib, " KiB from 1 MiB");
	return MB2_OK;
}

static const char *memory_type(uint32_t type)
{
	switch (type) {
	case MB2_MEMORY_AVAILABLE: return "available";
	case MB2_MEMORY_RESERVED: return "reserved";
	case MB2_MEMORY_ACPI: return "ACPI tables";
	case MB2_MEMORY_NVS: return "NVS";
	case MB2_MEMORY_DEFECTIVE: return "defective";
	default: return "of an unknown type";
	}
}

static enum mb2_status dump_memory_map(const struct one *o)
{
	struct mb2_memory_map map;
	struct mb2_memory_range r;
	enum mb2_status status = mb2_get_memory_map(&o->alone, &map);

	if (status != MB2_OK) return status;
	mb2_put_number(o->sink, "", map.n, " ranges");
	for (uint32_t i = 0; mb2_memory_map_range(&map, i, &r); i++) {
		mb2_put_hex(o->sink, "\n  ", r.base, " + ");
		mb2_put_hex(o->sink, "", r.length, " ");
		mb2_put_text(o->sink, memory_type(r.type));
		mb2_put_number(o->sink, " (", r.type, ")");
	}
	return MB2_OK;
}

static enum mb2_status dump_efi_map(const struct one *o)
{
	struct mb2_efi_memory_map map;
	struct mb2_efi_descriptor d;
	enum mb2_status status = mb2_efi_boot_services_run(o->whole)
					 ? MB2_NOT_FINAL
					 : mb2_get_efi_memory_map(&o->alone, &map);

	if (status != MB2_OK) return status;
	mb2_put_number(o->sink, "", map.n, " descriptors of ");
	mb2_put_number(o->sink, "", map.descriptor_size, " bytes");
	for (uint32_t i = 0; mb2_efi_descriptor(&map, i, &d); i++) {
		mb2_put_hex(o->sink, "\n  ", d.physical, ", ");
		mb2_put_hex(o->sink, "", d.n_pages, " pages, ");
		mb2_put_number(o->sink, "type ", d.type, "");
		mb2_put_hex(o->sink, ", attribute ", d.attribute, "");
	}
	return MB2_OK;
}

static enum mb2_status dump_boot_device(const struct one *o)
{
	struct mb2_boot_device d;
	enum mb2_status status = mb2_get_boot_device(&o->alone, &d);

	if (status != MB2_OK) return status;
	mb2_put_hex(o->sink, "drive ", d.bios_device, "");
	if (d.partition != MB2_NO_PARTITION)
		mb2_put_number(o->sink, ", partition ", d.partition, "");
	if (d.sub_partition != MB2_NO_PARTITION)
		mb2_put_number(o->sink, ", sub-partition ", d.sub_partition, "");
	return MB2_OK;
}

/* ---- screen and sections ---- */

static enum mb2_status dump_vbe(const struct one *o)
{
	struct mb2_vbe vbe;
	enum mb2_status status = mb2_get_vbe(&o->alone, &vbe);

	if (status != MB2_OK) return status;
	mb2_put_hex(o->sink, "mode ", vbe.mode, ", interface ");
	mb2_put_hex(o->sink, "", vbe.interface_segment, ":");
	mb2_put_hex(o->sink, "", vbe.interface_offset, "");
	mb2_put_number(o->sink, ", ", vbe.interface_length, " bytes");
	return MB2_OK;
}

static void dump_field(const struct mb2_sink *sink, const char *name, struct mb2_colour_field f)
{
	mb2_put_number(sink, name, f.size, " bits at ");
	mb2_put_number(sink, "", f.position, "");
}

static void dump_colours(const struct mb2_sink *sink, const struct mb2_framebuffer *fb)
{
	switch (fb->type) {
	case MB2_FRAMEBUFFER_INDEXED: mb2_put_number(sink, ", ", fb->n_colours, " colours"); break;
	case MB2_FRAMEBUFFER_RGB:
		dump_field(sink, ", red ", fb->red);
		dump_field(sink, ", green ", fb->green);
		dump_field(sink, ", blue ", fb->blue);
		break;
	case MB2_FRAMEBUFFER_EGA_TEXT: mb2_put_text(sink, ", text"); break;
	default: mb2_put_number(sink, ", unknown type ", fb->type, "");
	}
}

static enum mb2_status dump_framebuffer(const struct one *o)
{
	struct mb2_framebuffer fb;
	enum mb2_status status = mb2_get_framebuffer(&o->alone, &fb);

	if (status != MB2_OK) return status;
	mb2_put_number(o->sink, "", fb.width, "x");
	mb2_put_number(o->sink, "", fb.height, "x");
	mb2_put_number(o->sink, "", fb.bits_per_pixel, " at ");
	mb2_put_hex(o->sink, "", fb.address, "");
	mb2_put_number(o->sink, ", ", fb.pitch, " bytes a line");
	dump_colours(o->sink, &fb);
	return MB2_OK;
}

static enum mb2_status dump_sections(const struct one *o)
{
	struct mb2_elf_sections s;
	struct mb2_elf_section names;
	enum mb2_status status = mb2_get_elf_sections(&o->alone, &s);

	if (status != MB2_OK) return status;
	mb2_put_number(o->sink, "", s.n, "");
	if (s.n == 0 || mb2_elf_string_table(&s, &names) != MB2_OK) return MB2_OK;
	mb2_put_number(o->sink, ", names in section ", s.string_index, "");
	mb2_put_hex(o->sink, " at ", names.address, "");
	return MB2_OK;
}

/* ---- firmware ---- */

static enum mb2_status dump_apm(const struct one *o)
{
	struct mb2_apm apm;
	enum mb2_status status = mb2_get_apm(&o->alone, &apm);

	if (status != MB2_OK) return status;
	mb2_put_hex(o->sink, "version ", apm.version, ", entry ");
	mb2_put_hex(o->sink, "", apm.code_segment, ":");
	mb2_put_hex(o->sink, "", apm.offset, ", flags ");
	mb2_put_hex(o->sink, "", apm.flags, "");
	return MB2_OK;
}

static enum mb2_status dump_pointer(const struct one *o)
{
	const uint8_t *p = o->tag->bytes + POINTER;
	bool wide = o->tag->type == MB2_TAG_EFI64_SYSTEM_TABLE ||
		    o->tag->type == MB2_TAG_EFI64_IMAGE_HANDLE;

	if (o->tag->size != (wide ? POINTER64_SIZE : POINTER32_SIZE)) return MB2_BAD_SIZE;
	mb2_put_hex(o->sink, "", wide ? mb2_le64(p) : mb2_le32(p), "");
	return MB2_OK;
}

static enum mb2_status dump_smbios(const struct one *o)
{
	struct mb2_smbios smbios;
	enum mb2_status status = mb2_read_smbios(o->tag, &smbios);

	if (status != MB2_OK) return status;
	mb2_put_number(o->sink, "version ", smbios.major, ".");
	mb2_put_number(o->sink, "", smbios.minor, ", ");
	mb2_put_number(o->sink, "", smbios.tables.size, " bytes");
	return MB2_OK;
}

static enum mb2_status dump_rsdp(const struct one *o)
{
	enum { OEM_ID_SIZE = 6 };
	bool second = o->tag->type == MB2_TAG_RSDP_V2;
	struct mb2_rsdp rsdp;
	enum mb2_status status =
		second ? mb2_get_rsdp_v2(&o->alone, &rsdp) : mb2_get_rsdp_v1(&o->alone, &rsdp);

	if (status != MB2_OK) return status;
	mb2_put_quoted(o->sink, (const char *)rsdp.oem_id, OEM_ID_SIZE);
	mb2_put_number(o->sink, " revision ", rsdp.revision, "");
	mb2_put_hex(o->sink, ", RSDT ", rsdp.rsdt, "");
	if (second) mb2_put_hex(o->sink, ", XSDT ", rsdp.xsdt, "");
	return MB2_OK;
}

static enum mb2_status dump_size(const struct one *o)
{
	mb2_put_number(o->sink, "", mb2_tag_payload(o->tag).size, " bytes");
	return MB2_OK;
}

/* ---- all ---- */

static enum mb2_status (*const dump_tag[MB2_TAG_KNOWN])(const struct one *o) = {
	[MB2_TAG_COMMAND_LINE] = dump_string,
	[MB2_TAG_LOADER_NAME] = dump_string,
	[MB2_TAG_MODULE] = dump_module,
	[MB2_TAG_BASIC_MEMORY] = dump_basic_memory,
	[MB2_TAG_BOOT_DEVICE] = dump_boot_device,
	[MB2_TAG_MEMORY_MAP] = dump_memory_map,
	[MB2_TAG_VBE] = dump_vbe,
	[MB2_TAG_FRAMEBUFFER] = dump_framebuffer,
	[MB2_TAG_ELF_SECTIONS] = dump_sections,
	[MB2_TAG_APM] = dump_apm,
	[MB2_TAG_EFI32_SYSTEM_TABLE] = dump_pointer,
	[MB2_TAG_EFI64_SYSTEM_TABLE] = dump_pointer,
	[MB2_TAG_SMBIOS] = dump_smbios,
	[MB2_TAG_RSDP_V1] = dump_rsdp,
	[MB2_TAG_RSDP_V2] = dump_rsdp,
	[MB2_TAG_NETWORK] = dump_size,
	[MB2_TAG_EFI_MEMORY_MAP] = dump_efi_map,
	[MB2_TAG_EFI_BOOT_SERVICES] = dump_size,
	[MB2_TAG_EFI32_IMAGE_HANDLE] = dump_pointer,
	[MB2_TAG_EFI64_IMAGE_HANDLE] = dump_pointer,
	[MB2_TAG_LOAD_BASE] = dump_pointer,
};

void mb2_info_dump(const struct mb2_info *info, const struct mb2_sink *sink)
{
	struct mb2_tags tags = mb2_tags_all(info);
	struct mb2_tag tag;

	mb2_put_number(sink, "boot information, ", info->size, " bytes\n");
	while (mb2_tags_next(&tags, &tag)) {
		/* A structure that begins so that this tag is its first. */
		const struct one o = { info,
				       { tag.bytes - INFO_FIRST_TAG,
					 INFO_FIRST_TAG + mb2_padded(tag.size) },
				       &tag,
				       sink };
		enum mb2_status status;

		mb2_put_number(sink, "tag ", tag.type, " ");
		mb2_put_text(sink, mb2_tag_name(tag.type));
		mb2_put_text(sink, ": ");
		status = tag.type < MB2_TAG_KNOWN ? dump_tag[tag.type](&o) : dump_size(&o);
		if (status != MB2_OK) {
			mb2_put_number(sink, "", tag.size, " bytes, not shown: ");
			mb2_put_text(sink, mb2_status_text(status));
		}
		mb2_put_text(sink, "\n");
	}
}
