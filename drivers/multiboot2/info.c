/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0, 3.6. Fields are read byte by byte, never through a struct. */
#include "bimetal/multiboot2_info.h"

#include "bytes.h"

/* ---- the chain of tags ---- */

/* 3.6.2: tags follow each other, padded; the end tag is the last. */
static enum mb2_status check_chain(const uint8_t *bytes, uint32_t total)
{
	uint32_t at = INFO_FIRST_TAG;

	while (total - at >= MB2_TAG_HEAD) {
		uint32_t type = mb2_le32(bytes + at + TAG_TYPE);
		uint32_t size = mb2_le32(bytes + at + TAG_SIZE);

		if (size < MB2_TAG_HEAD || size > total - at) return MB2_BAD_TAG_SIZE;
		if (type == MB2_TAG_END)
			return size == MB2_TAG_HEAD && total - at == MB2_TAG_HEAD ? MB2_OK
										  : MB2_NO_END_TAG;
		at += mb2_padded(size);
	}
	return MB2_NO_END_TAG;
}

enum mb2_status mb2_info_load(struct mb2_info *info, const uint8_t *bytes, size_t available)
{
	enum mb2_status status;
	uint32_t total;

	if (!info || !bytes) return MB2_NULL;
	if (!mb2_aligned(bytes)) return MB2_MISALIGNED;
	if (available < INFO_FIRST_TAG) return MB2_TOO_SHORT;
	total = mb2_le32(bytes + INFO_TOTAL_SIZE);
	if (total < INFO_FIRST_TAG || total % MB2_ALIGN) return MB2_BAD_TOTAL;
	if (total > available) return MB2_TOO_SHORT;
	status = check_chain(bytes, total);
	if (status != MB2_OK) return status;
	info->bytes = bytes;
	info->size = total;
	return MB2_OK;
}

struct mb2_tags mb2_tags_all(const struct mb2_info *info)
{
	return (struct mb2_tags){ info, INFO_FIRST_TAG, 0, true };
}

struct mb2_tags mb2_tags_of(const struct mb2_info *info, uint32_t type)
{
	return (struct mb2_tags){ info, INFO_FIRST_TAG, type, false };
}

bool mb2_tags_next(struct mb2_tags *tags, struct mb2_tag *tag)
{
	const struct mb2_info *info = tags->info;

	while (tags->at < info->size && info->size - tags->at >= MB2_TAG_HEAD) {
		const uint8_t *p = info->bytes + tags->at;
		uint32_t type = mb2_le32(p + TAG_TYPE);
		uint32_t size = mb2_le32(p + TAG_SIZE);

		/* The sizes were checked before. But other code may have written to this memory
		 * since. */
		if (type == MB2_TAG_END || size < MB2_TAG_HEAD || size > info->size - tags->at)
			return false;
		tags->at += mb2_padded(size);
		if (!tags->all && type != tags->type) continue;
		*tag = (struct mb2_tag){ p, type, size };
		return true;
	}
	return false;
}

struct mb2_blob mb2_tag_payload(const struct mb2_tag *tag)
{
	return (struct mb2_blob){ tag->bytes + MB2_TAG_HEAD, tag->size - MB2_TAG_HEAD };
}

/* The first tag of the type. It must have at least (`exact`: exactly) `size` bytes. */
static enum mb2_status find(const struct mb2_info *info, uint32_t type, uint32_t size, bool exact,
			    struct mb2_tag *tag)
{
	struct mb2_tags tags = mb2_tags_of(info, type);

	if (!mb2_tags_next(&tags, tag)) return MB2_NOT_FOUND;
	if (tag->size < size || (exact && tag->size != size)) return MB2_BAD_SIZE;
	return MB2_OK;
}

/* ---- strings and modules ---- */

static enum mb2_status get_string(const struct mb2_info *info, uint32_t type,
				  struct mb2_string *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, type, MB2_TAG_HEAD, false, &tag);

	if (status != MB2_OK) return status;
	return mb2_check_string(tag.bytes + MB2_TAG_HEAD, tag.size - MB2_TAG_HEAD, out);
}

enum mb2_status mb2_get_command_line(const struct mb2_info *info, struct mb2_string *out)
{
	return get_string(info, MB2_TAG_COMMAND_LINE, out);
}

enum mb2_status mb2_get_loader_name(const struct mb2_info *info, struct mb2_string *out)
{
	return get_string(info, MB2_TAG_LOADER_NAME, out);
}

enum mb2_status mb2_read_module(const struct mb2_tag *tag, struct mb2_module *out)
{
	struct mb2_module module;
	enum mb2_status status;

	if (tag->type != MB2_TAG_MODULE) return MB2_BAD_VALUE;
	if (tag->size < MODULE_TEXT) return MB2_BAD_SIZE;
	module.start = mb2_le32(tag->bytes + MODULE_START);
	module.end = mb2_le32(tag->bytes + MODULE_END);
	if (module.end < module.start) return MB2_BAD_VALUE;
	status = mb2_check_string(tag->bytes + MODULE_TEXT, tag->size - MODULE_TEXT, &module.text);
	if (status == MB2_OK) *out = module;
	return status;
}

/* ---- memory ---- */

enum mb2_status mb2_get_basic_memory(const struct mb2_info *info, struct mb2_basic_memory *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_BASIC_MEMORY, MEMORY_SIZE, true, &tag);

	if (status != MB2_OK) return status;
	out->lower_kib = mb2_le32(tag.bytes + MEMORY_LOWER);
	out->upper_kib = mb2_le32(tag.bytes + MEMORY_UPPER);
	return MB2_OK;
}

/* 3.6.8: entries may be larger than known, by multiples of 8. */
enum mb2_status mb2_get_memory_map(const struct mb2_info *info, struct mb2_memory_map *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_MEMORY_MAP, MAP_ENTRIES, false, &tag);
	uint32_t entry_size;

	if (status != MB2_OK) return status;
	entry_size = mb2_le32(tag.bytes + MAP_ENTRY_SIZE);
	if (entry_size < MAP_ENTRY_MIN || entry_size % MB2_ALIGN) return MB2_BAD_VALUE;
	if ((tag.size - MAP_ENTRIES) % entry_size) return MB2_BAD_SIZE;
	*out = (struct mb2_memory_map){ .entries = tag.bytes + MAP_ENTRIES,
					.n = (tag.size - MAP_ENTRIES) / entry_size,
					.entry_size = entry_size,
					.entry_version = mb2_le32(tag.bytes + MAP_ENTRY_VERSION) };
	return MB2_OK;
}

bool mb2_memory_map_range(const struct mb2_memory_map *map, uint32_t i,
			  struct mb2_memory_range *out)
{
	const uint8_t *p;

	if (i >= map->n) return false;
	p = map->entries + (size_t)i * map->entry_size;
	out->base = mb2_le64(p + MAP_BASE);
	out->length = mb2_le64(p + MAP_LENGTH);
	out->type = mb2_le32(p + MAP_TYPE);
	return true;
}

enum mb2_status mb2_get_boot_device(const struct mb2_info *info, struct mb2_boot_device *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_BOOT_DEVICE, BOOT_DEVICE_SIZE, true, &tag);

	if (status != MB2_OK) return status;
	out->bios_device = mb2_le32(tag.bytes + BOOT_DEVICE_BIOS);
	out->partition = mb2_le32(tag.bytes + BOOT_DEVICE_PARTITION);
	out->sub_partition = mb2_le32(tag.bytes + BOOT_DEVICE_SUB);
	return MB2_OK;
}

/* ---- screen ---- */

enum mb2_status mb2_get_vbe(const struct mb2_info *info, struct mb2_vbe *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_VBE, VBE_SIZE, true, &tag);

	if (status != MB2_OK) return status;
	*out = (struct mb2_vbe){ .mode = mb2_le16(tag.bytes + VBE_MODE),
				 .interface_segment = mb2_le16(tag.bytes + VBE_SEGMENT),
				 .interface_offset = mb2_le16(tag.bytes + VBE_OFFSET),
				 .interface_length = mb2_le16(tag.bytes + VBE_LENGTH),
				 .control_info = tag.bytes + VBE_CONTROL,
				 .mode_info = tag.bytes + VBE_MODE_INFO };
	return MB2_OK;
}

static struct mb2_colour_field colour_field(const uint8_t *p)
{
	return (struct mb2_colour_field){ p[0], p[1] };
}

static enum mb2_status colour_info(const struct mb2_tag *tag, struct mb2_framebuffer *fb)
{
	const uint8_t *p = tag->bytes;

	if (fb->type == MB2_FRAMEBUFFER_RGB) {
		if (tag->size < FB_RGB_SIZE) return MB2_BAD_SIZE;
		fb->red = colour_field(p + FB_RED);
		fb->green = colour_field(p + FB_GREEN);
		fb->blue = colour_field(p + FB_BLUE);
	} else if (fb->type == MB2_FRAMEBUFFER_INDEXED) {
		if (tag->size < FB_PALETTE) return MB2_BAD_SIZE;
		fb->n_colours = mb2_le16(p + FB_N_COLOURS);
		fb->palette = p + FB_PALETTE;
		if (fb->n_colours > (tag->size - FB_PALETTE) / FB_COLOUR_SIZE) return MB2_BAD_SIZE;
	}
	return MB2_OK;
}

enum mb2_status mb2_get_framebuffer(const struct mb2_info *info, struct mb2_framebuffer *out)
{
	struct mb2_framebuffer fb = { .palette = NULL };
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_FRAMEBUFFER, FB_COMMON_SIZE, false, &tag);

	if (status != MB2_OK) return status;
	fb.address = mb2_le64(tag.bytes + FB_ADDRESS);
	fb.pitch = mb2_le32(tag.bytes + FB_PITCH);
	fb.width = mb2_le32(tag.bytes + FB_WIDTH);
	fb.height = mb2_le32(tag.bytes + FB_HEIGHT);
	fb.bits_per_pixel = tag.bytes[FB_BPP];
	fb.type = tag.bytes[FB_TYPE];
	status = colour_info(&tag, &fb);
	if (status == MB2_OK) *out = fb;
	return status;
}

bool mb2_palette_colour(const struct mb2_framebuffer *fb, uint32_t i, struct mb2_colour *out)
{
	const uint8_t *p;

	if (!fb->palette || i >= fb->n_colours) return false;
	p = fb->palette + (size_t)i * FB_COLOUR_SIZE;
	*out = (struct mb2_colour){ p[0], p[1], p[2] };
	return true;
}

/* ---- ELF sections ---- */

enum mb2_status mb2_get_elf_sections(const struct mb2_info *info, struct mb2_elf_sections *out)
{
	struct mb2_elf_sections s;
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_ELF_SECTIONS, ELF_HEADERS, false, &tag);

	if (status != MB2_OK) return status;
	s.n = mb2_le32(tag.bytes + ELF_NUM);
	s.entry_size = mb2_le32(tag.bytes + ELF_ENTRY_SIZE);
	s.string_index = mb2_le32(tag.bytes + ELF_STRINGS);
	s.headers = tag.bytes + ELF_HEADERS;
	status = mb2_check_sections(&s);
	if (status != MB2_OK) return status;
	if (s.n && s.n > (tag.size - ELF_HEADERS) / s.entry_size) return MB2_BAD_SIZE;
	*out = s;
	return MB2_OK;
}

/* System V ABI, gABI 4, "Section Header". */
static void read_section32(const uint8_t *p, struct mb2_elf_section *out)
{
	out->flags = mb2_le32(p + 8);
	out->address = mb2_le32(p + 12);
	out->offset = mb2_le32(p + 16);
	out->size = mb2_le32(p + 20);
	out->link = mb2_le32(p + 24);
	out->info = mb2_le32(p + 28);
	out->alignment = mb2_le32(p + 32);
	out->entry_size = mb2_le32(p + 36);
}

static void read_section64(const uint8_t *p, struct mb2_elf_section *out)
{
	out->flags = mb2_le64(p + 8);
	out->address = mb2_le64(p + 16);
	out->offset = mb2_le64(p + 24);
	out->size = mb2_le64(p + 32);
	out->link = mb2_le32(p + 40);
	out->info = mb2_le32(p + 44);
	out->alignment = mb2_le64(p + 48);
	out->entry_size = mb2_le64(p + 56);
}

bool mb2_elf_section(const struct mb2_elf_sections *sections, uint32_t i,
		     struct mb2_elf_section *out)
{
	const uint8_t *p;

	if (i >= sections->n) return false;
	p = sections->headers + (size_t)i * sections->entry_size;
	out->name = mb2_le32(p);
	out->type = mb2_le32(p + 4);
	if (sections->entry_size == ELF64_SECTION)
		read_section64(p, out);
	else
		read_section32(p, out);
	return true;
}

enum mb2_status mb2_elf_string_table(const struct mb2_elf_sections *sections,
				     struct mb2_elf_section *out)
{
	if (!sections->string_index) return MB2_NOT_FOUND;
	return mb2_elf_section(sections, sections->string_index, out) ? MB2_OK : MB2_BAD_VALUE;
}

enum mb2_status mb2_elf_section_name(const struct mb2_elf_section *section,
				     const struct mb2_blob *strings, struct mb2_string *out)
{
	if (section->name >= strings->size) return MB2_BAD_STRING;
	return mb2_check_string(strings->bytes + section->name, strings->size - section->name, out);
}

/* ---- firmware ---- */

enum mb2_status mb2_get_apm(const struct mb2_info *info, struct mb2_apm *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_APM, APM_SIZE, true, &tag);

	if (status != MB2_OK) return status;
	*out = (struct mb2_apm){ .version = mb2_le16(tag.bytes + APM_VERSION),
				 .code_segment = mb2_le16(tag.bytes + APM_CODE_SEGMENT),
				 .offset = mb2_le32(tag.bytes + APM_OFFSET),
				 .code_segment_16 = mb2_le16(tag.bytes + APM_CODE_SEGMENT_16),
				 .data_segment = mb2_le16(tag.bytes + APM_DATA_SEGMENT),
				 .flags = mb2_le16(tag.bytes + APM_FLAGS),
				 .code_length = mb2_le16(tag.bytes + APM_CODE_LENGTH),
				 .code_length_16 = mb2_le16(tag.bytes + APM_CODE_LENGTH_16),
				 .data_length = mb2_le16(tag.bytes + APM_DATA_LENGTH) };
	return MB2_OK;
}

static enum mb2_status get32(const struct mb2_info *info, uint32_t type, uint32_t *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, type, POINTER32_SIZE, true, &tag);

	if (status == MB2_OK) *out = mb2_le32(tag.bytes + POINTER);
	return status;
}

static enum mb2_status get64(const struct mb2_info *info, uint32_t type, uint64_t *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, type, POINTER64_SIZE, true, &tag);

	if (status == MB2_OK) *out = mb2_le64(tag.bytes + POINTER);
	return status;
}

enum mb2_status mb2_get_efi32_system_table(const struct mb2_info *info, uint32_t *out)
{
	return get32(info, MB2_TAG_EFI32_SYSTEM_TABLE, out);
}

enum mb2_status mb2_get_efi64_system_table(const struct mb2_info *info, uint64_t *out)
{
	return get64(info, MB2_TAG_EFI64_SYSTEM_TABLE, out);
}

enum mb2_status mb2_get_efi32_image_handle(const struct mb2_info *info, uint32_t *out)
{
	return get32(info, MB2_TAG_EFI32_IMAGE_HANDLE, out);
}

enum mb2_status mb2_get_efi64_image_handle(const struct mb2_info *info, uint64_t *out)
{
	return get64(info, MB2_TAG_EFI64_IMAGE_HANDLE, out);
}

enum mb2_status mb2_get_load_base(const struct mb2_info *info, uint32_t *out)
{
	return get32(info, MB2_TAG_LOAD_BASE, out);
}

enum mb2_status mb2_read_smbios(const struct mb2_tag *tag, struct mb2_smbios *out)
{
	if (tag->type != MB2_TAG_SMBIOS) return MB2_BAD_VALUE;
	if (tag->size < SMBIOS_TABLES) return MB2_BAD_SIZE;
	out->major = tag->bytes[SMBIOS_MAJOR];
	out->minor = tag->bytes[SMBIOS_MINOR];
	out->tables = (struct mb2_blob){ tag->bytes + SMBIOS_TABLES, tag->size - SMBIOS_TABLES };
	return MB2_OK;
}

enum mb2_status mb2_read_network(const struct mb2_tag *tag, struct mb2_blob *out)
{
	if (tag->type != MB2_TAG_NETWORK) return MB2_BAD_VALUE;
	*out = mb2_tag_payload(tag);
	return MB2_OK;
}

static enum mb2_status get_rsdp(const struct mb2_info *info, uint32_t type, uint32_t size,
				struct mb2_rsdp *out)
{
	enum { OEM_ID = 9, REVISION = 15, RSDT = 16, XSDT = 24 };
	const uint8_t *rsdp;
	struct mb2_tag tag;
	enum mb2_status status = find(info, type, MB2_TAG_HEAD + size, true, &tag);

	if (status != MB2_OK) return status;
	rsdp = tag.bytes + MB2_TAG_HEAD;
	status = mb2_check_rsdp(rsdp, size);
	if (status != MB2_OK) return status;
	*out = (struct mb2_rsdp){ .bytes = rsdp,
				  .oem_id = rsdp + OEM_ID,
				  .revision = rsdp[REVISION],
				  .rsdt = mb2_le32(rsdp + RSDT),
				  .xsdt = size == MB2_RSDP_V2_SIZE ? mb2_le64(rsdp + XSDT) : 0 };
	return MB2_OK;
}

enum mb2_status mb2_get_rsdp_v1(const struct mb2_info *info, struct mb2_rsdp *out)
{
	return get_rsdp(info, MB2_TAG_RSDP_V1, MB2_RSDP_V1_SIZE, out);
}

enum mb2_status mb2_get_rsdp_v2(const struct mb2_info *info, struct mb2_rsdp *out)
{
	return get_rsdp(info, MB2_TAG_RSDP_V2, MB2_RSDP_V2_SIZE, out);
}

bool mb2_efi_boot_services_run(const struct mb2_info *info)
{
	struct mb2_tags tags = mb2_tags_of(info, MB2_TAG_EFI_BOOT_SERVICES);
	struct mb2_tag tag;

	return mb2_tags_next(&tags, &tag);
}

/* Descriptors of the firmware can be larger than the known fields: 48 bytes are common. */
enum mb2_status mb2_get_efi_memory_map(const struct mb2_info *info, struct mb2_efi_memory_map *out)
{
	struct mb2_tag tag;
	enum mb2_status status = find(info, MB2_TAG_EFI_MEMORY_MAP, EFI_DESCRIPTORS, false, &tag);
	uint32_t size;

	if (status != MB2_OK) return status;
	if (mb2_efi_boot_services_run(info)) return MB2_NOT_FINAL;
	size = mb2_le32(tag.bytes + EFI_DESCRIPTOR_SIZE);
	if (size < EFI_DESCRIPTOR_MIN || size % MB2_ALIGN) return MB2_BAD_VALUE;
	if ((tag.size - EFI_DESCRIPTORS) % size) return MB2_BAD_SIZE;
	*out = (struct mb2_efi_memory_map){
		.descriptors = tag.bytes + EFI_DESCRIPTORS,
		.n = (tag.size - EFI_DESCRIPTORS) / size,
		.descriptor_size = size,
		.descriptor_version = mb2_le32(tag.bytes + EFI_DESCRIPTOR_VERSION),
	};
	return MB2_OK;
}

bool mb2_efi_descriptor(const struct mb2_efi_memory_map *map, uint32_t i,
			struct mb2_efi_descriptor *out)
{
	const uint8_t *p;

	if (i >= map->n) return false;
	p = map->descriptors + (size_t)i * map->descriptor_size;
	out->type = mb2_le32(p + EFI_TYPE);
	out->physical = mb2_le64(p + EFI_PHYSICAL);
	out->virt = mb2_le64(p + EFI_VIRTUAL);
	out->n_pages = mb2_le64(p + EFI_PAGES);
	out->attribute = mb2_le64(p + EFI_ATTRIBUTE);
	return true;
}
