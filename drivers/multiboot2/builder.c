/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0, 3.6. A new tag is inserted after the last tag of the same or a
 * lower type; later tags move up. */
#include "bimetal/multiboot2_builder.h"

#include "bytes.h"

enum mb2_status mb2_builder_init(struct mb2_builder *b, uint8_t *bytes, size_t capacity)
{
	const size_t most = UINT32_MAX - (MB2_ALIGN - 1);

	if (!b || !bytes) return MB2_NULL;
	if (!mb2_aligned(bytes)) return MB2_MISALIGNED;
	if (capacity < INFO_FIRST_TAG + MB2_TAG_HEAD) return MB2_NO_ROOM;
	b->bytes = bytes;
	b->capacity = (uint32_t)(capacity < most ? capacity : most);
	b->size = INFO_FIRST_TAG;
	mb2_clear(bytes, INFO_FIRST_TAG);
	return MB2_OK;
}

uint32_t mb2_builder_tag_space(uint32_t payload) { return MB2_TAG_HEAD + mb2_padded(payload); }

enum mb2_status mb2_builder_finish(struct mb2_builder *b, uint32_t *total)
{
	uint8_t *p = b->bytes + b->size;

	if (b->capacity - b->size < MB2_TAG_HEAD) return MB2_NO_ROOM;
	mb2_put32(p + TAG_TYPE, MB2_TAG_END);
	mb2_put32(p + TAG_SIZE, MB2_TAG_HEAD);
	*total = b->size + MB2_TAG_HEAD;
	mb2_put32(b->bytes + INFO_TOTAL_SIZE, *total);
	b->capacity = b->size; /* nothing can be added any more */
	return MB2_OK;
}

static bool repeats(uint32_t type)
{
	return type == MB2_TAG_MODULE || type == MB2_TAG_SMBIOS || type == MB2_TAG_NETWORK ||
	       type >= MB2_TAG_KNOWN;
}

/* The place for a tag of this type. *there: a tag of this type already exists. */
static uint32_t position(const struct mb2_builder *b, uint32_t type, bool *there)
{
	uint32_t at = INFO_FIRST_TAG;

	*there = false;
	while (at < b->size) {
		uint32_t next = mb2_le32(b->bytes + at + TAG_TYPE);

		if (next > type) break;
		*there = next == type;
		at += mb2_padded(mb2_le32(b->bytes + at + TAG_SIZE));
	}
	return at;
}

/* Make room for a tag of `size` bytes, zero after its head. *tag points to it. */
static enum mb2_status take(struct mb2_builder *b, uint32_t type, uint32_t size, uint8_t **tag)
{
	uint32_t left = b->capacity - b->size;
	uint32_t space, at;
	bool there;

	if (type == MB2_TAG_END) return MB2_BAD_VALUE;
	if (left < MB2_TAG_HEAD || size > left - MB2_TAG_HEAD) return MB2_NO_ROOM;
	space = mb2_padded(size);
	if (space > left - MB2_TAG_HEAD) return MB2_NO_ROOM;
	at = position(b, type, &there);
	if (there && !repeats(type)) return MB2_DUPLICATE;
	for (uint32_t i = b->size; i > at; i--) b->bytes[i - 1 + space] = b->bytes[i - 1];
	mb2_clear(b->bytes + at, space);
	mb2_put32(b->bytes + at + TAG_TYPE, type);
	mb2_put32(b->bytes + at + TAG_SIZE, size);
	b->size += space;
	*tag = b->bytes + at;
	return MB2_OK;
}

/* n * size + head, or UINT32_MAX, which never fits. */
static uint32_t array_size(uint32_t head, uint32_t n, uint32_t size)
{
	if (size && n > (UINT32_MAX - MB2_ALIGN - head) / size) return UINT32_MAX;
	return head + n * size;
}

enum mb2_status mb2_add_tag(struct mb2_builder *b, uint32_t type, const uint8_t *payload,
			    uint32_t size)
{
	uint8_t *tag;
	enum mb2_status status;

	if (!payload && size) return MB2_NULL;
	status = take(b, type, array_size(MB2_TAG_HEAD, size, 1), &tag);
	if (status == MB2_OK) mb2_copy(tag + MB2_TAG_HEAD, payload, size);
	return status;
}

/* ---- strings and modules ---- */

static enum mb2_status measure(const char *text, uint32_t *length)
{
	struct mb2_string string;
	enum mb2_status status;

	if (!text) return MB2_NULL;
	status = mb2_check_string((const uint8_t *)text, UINT32_MAX, &string);
	if (status == MB2_OK) *length = string.length;
	return status;
}

static enum mb2_status add_string(struct mb2_builder *b, uint32_t type, const char *text)
{
	uint32_t length;
	enum mb2_status status = measure(text, &length);

	if (status != MB2_OK) return status;
	if (length > UINT32_MAX - MB2_ALIGN) return MB2_NO_ROOM;
	return mb2_add_tag(b, type, (const uint8_t *)text, length + 1);
}

enum mb2_status mb2_add_command_line(struct mb2_builder *b, const char *text)
{
	return add_string(b, MB2_TAG_COMMAND_LINE, text);
}

enum mb2_status mb2_add_loader_name(struct mb2_builder *b, const char *text)
{
	return add_string(b, MB2_TAG_LOADER_NAME, text);
}

enum mb2_status mb2_add_module(struct mb2_builder *b, uint32_t start, uint32_t end,
			       const char *text)
{
	uint32_t length;
	uint8_t *tag;
	enum mb2_status status = measure(text, &length);

	if (status != MB2_OK) return status;
	if (end < start) return MB2_BAD_VALUE;
	status = take(b, MB2_TAG_MODULE, array_size(MODULE_TEXT + 1, length, 1), &tag);
	if (status != MB2_OK) return status;
	mb2_put32(tag + MODULE_START, start);
	mb2_put32(tag + MODULE_END, end);
	mb2_copy(tag + MODULE_TEXT, (const uint8_t *)text, length);
	return MB2_OK;
}

/* ---- memory ---- */

enum mb2_status mb2_add_basic_memory(struct mb2_builder *b, const struct mb2_basic_memory *memory)
{
	uint8_t *tag;
	enum mb2_status status = take(b, MB2_TAG_BASIC_MEMORY, MEMORY_SIZE, &tag);

	if (status != MB2_OK) return status;
	mb2_put32(tag + MEMORY_LOWER, memory->lower_kib);
	mb2_put32(tag + MEMORY_UPPER, memory->upper_kib);
	return MB2_OK;
}

enum mb2_status mb2_add_memory_map(struct mb2_builder *b, const struct mb2_memory_range *ranges,
				   uint32_t n)
{
	uint8_t *tag;
	enum mb2_status status;

	if (!ranges && n) return MB2_NULL;
	status = take(b, MB2_TAG_MEMORY_MAP, array_size(MAP_ENTRIES, n, MAP_ENTRY_MIN), &tag);
	if (status != MB2_OK) return status;
	mb2_put32(tag + MAP_ENTRY_SIZE, MAP_ENTRY_MIN);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t *p = tag + MAP_ENTRIES + (size_t)i * MAP_ENTRY_MIN;

		mb2_put64(p + MAP_BASE, ranges[i].base);
		mb2_put64(p + MAP_LENGTH, ranges[i].length);
		mb2_put32(p + MAP_TYPE, ranges[i].type);
	}
	return MB2_OK;
}

enum mb2_status mb2_add_boot_device(struct mb2_builder *b, const struct mb2_boot_device *device)
{
	uint8_t *tag;
	enum mb2_status status = take(b, MB2_TAG_BOOT_DEVICE, BOOT_DEVICE_SIZE, &tag);

	if (status != MB2_OK) return status;
	mb2_put32(tag + BOOT_DEVICE_BIOS, device->bios_device);
	mb2_put32(tag + BOOT_DEVICE_PARTITION, device->partition);
	mb2_put32(tag + BOOT_DEVICE_SUB, device->sub_partition);
	return MB2_OK;
}

/* ---- screen ---- */

enum mb2_status mb2_add_vbe(struct mb2_builder *b, const struct mb2_vbe *vbe)
{
	uint8_t *tag;
	enum mb2_status status;

	if (!vbe->control_info || !vbe->mode_info) return MB2_NULL;
	status = take(b, MB2_TAG_VBE, VBE_SIZE, &tag);
	if (status != MB2_OK) return status;
	mb2_put16(tag + VBE_MODE, vbe->mode);
	mb2_put16(tag + VBE_SEGMENT, vbe->interface_segment);
	mb2_put16(tag + VBE_OFFSET, vbe->interface_offset);
	mb2_put16(tag + VBE_LENGTH, vbe->interface_length);
	mb2_copy(tag + VBE_CONTROL, vbe->control_info, MB2_VBE_CONTROL_SIZE);
	mb2_copy(tag + VBE_MODE_INFO, vbe->mode_info, MB2_VBE_MODE_SIZE);
	return MB2_OK;
}

static void put_colour_field(uint8_t *p, struct mb2_colour_field field)
{
	p[0] = field.position;
	p[1] = field.size;
}

static void put_colour_info(uint8_t *tag, const struct mb2_framebuffer *fb)
{
	if (fb->type == MB2_FRAMEBUFFER_INDEXED) {
		mb2_put16(tag + FB_N_COLOURS, fb->n_colours);
		mb2_copy(tag + FB_PALETTE, fb->palette, (uint32_t)fb->n_colours * FB_COLOUR_SIZE);
	} else if (fb->type == MB2_FRAMEBUFFER_RGB) {
		put_colour_field(tag + FB_RED, fb->red);
		put_colour_field(tag + FB_GREEN, fb->green);
		put_colour_field(tag + FB_BLUE, fb->blue);
	}
}

enum mb2_status mb2_add_framebuffer(struct mb2_builder *b, const struct mb2_framebuffer *fb)
{
	uint32_t size = FB_COMMON_SIZE;
	uint8_t *tag;
	enum mb2_status status;

	if (fb->type > MB2_FRAMEBUFFER_EGA_TEXT) return MB2_BAD_VALUE;
	if (fb->type == MB2_FRAMEBUFFER_RGB) size = FB_RGB_SIZE;
	if (fb->type == MB2_FRAMEBUFFER_INDEXED) {
		if (!fb->palette && fb->n_colours) return MB2_NULL;
		size = FB_PALETTE + (uint32_t)fb->n_colours * FB_COLOUR_SIZE;
	}
	status = take(b, MB2_TAG_FRAMEBUFFER, size, &tag);
	if (status != MB2_OK) return status;
	mb2_put64(tag + FB_ADDRESS, fb->address);
	mb2_put32(tag + FB_PITCH, fb->pitch);
	mb2_put32(tag + FB_WIDTH, fb->width);
	mb2_put32(tag + FB_HEIGHT, fb->height);
	tag[FB_BPP] = fb->bits_per_pixel;
	tag[FB_TYPE] = fb->type;
	put_colour_info(tag, fb);
	return MB2_OK;
}

/* ---- ELF sections ---- */

enum mb2_status mb2_add_elf_sections(struct mb2_builder *b, const struct mb2_elf_sections *s)
{
	uint8_t *tag;
	enum mb2_status status;

	if (!s->headers && s->n) return MB2_NULL;
	status = mb2_check_sections(s);
	if (status != MB2_OK) return status;
	status = take(b, MB2_TAG_ELF_SECTIONS, array_size(ELF_HEADERS, s->n, s->entry_size), &tag);
	if (status != MB2_OK) return status;
	mb2_put32(tag + ELF_NUM, s->n);
	mb2_put32(tag + ELF_ENTRY_SIZE, s->entry_size);
	mb2_put32(tag + ELF_STRINGS, s->string_index);
	mb2_copy(tag + ELF_HEADERS, s->headers, s->n * s->entry_size);
	return MB2_OK;
}

/* ---- firmware ---- */

enum mb2_status mb2_add_apm(struct mb2_builder *b, const struct mb2_apm *apm)
{
	uint8_t *tag;
	enum mb2_status status = take(b, MB2_TAG_APM, APM_SIZE, &tag);

	if (status != MB2_OK) return status;
	mb2_put16(tag + APM_VERSION, apm->version);
	mb2_put16(tag + APM_CODE_SEGMENT, apm->code_segment);
	mb2_put32(tag + APM_OFFSET, apm->offset);
	mb2_put16(tag + APM_CODE_SEGMENT_16, apm->code_segment_16);
	mb2_put16(tag + APM_DATA_SEGMENT, apm->data_segment);
	mb2_put16(tag + APM_FLAGS, apm->flags);
	mb2_put16(tag + APM_CODE_LENGTH, apm->code_length);
	mb2_put16(tag + APM_CODE_LENGTH_16, apm->code_length_16);
	mb2_put16(tag + APM_DATA_LENGTH, apm->data_length);
	return MB2_OK;
}

static enum mb2_status add32(struct mb2_builder *b, uint32_t type, uint32_t value)
{
	uint8_t *tag;
	enum mb2_status status = take(b, type, POINTER32_SIZE, &tag);

	if (status == MB2_OK) mb2_put32(tag + POINTER, value);
	return status;
}

static enum mb2_status add64(struct mb2_builder *b, uint32_t type, uint64_t value)
{
	uint8_t *tag;
	enum mb2_status status = take(b, type, POINTER64_SIZE, &tag);

	if (status == MB2_OK) mb2_put64(tag + POINTER, value);
	return status;
}

enum mb2_status mb2_add_efi32_system_table(struct mb2_builder *b, uint32_t pointer)
{
	return add32(b, MB2_TAG_EFI32_SYSTEM_TABLE, pointer);
}

enum mb2_status mb2_add_efi64_system_table(struct mb2_builder *b, uint64_t pointer)
{
	return add64(b, MB2_TAG_EFI64_SYSTEM_TABLE, pointer);
}

enum mb2_status mb2_add_efi32_image_handle(struct mb2_builder *b, uint32_t pointer)
{
	return add32(b, MB2_TAG_EFI32_IMAGE_HANDLE, pointer);
}

enum mb2_status mb2_add_efi64_image_handle(struct mb2_builder *b, uint64_t pointer)
{
	return add64(b, MB2_TAG_EFI64_IMAGE_HANDLE, pointer);
}

enum mb2_status mb2_add_load_base(struct mb2_builder *b, uint32_t address)
{
	return add32(b, MB2_TAG_LOAD_BASE, address);
}

enum mb2_status mb2_add_efi_boot_services(struct mb2_builder *b)
{
	return mb2_add_tag(b, MB2_TAG_EFI_BOOT_SERVICES, NULL, 0);
}

enum mb2_status mb2_add_smbios(struct mb2_builder *b, const struct mb2_smbios *smbios)
{
	uint8_t *tag;
	enum mb2_status status;

	if (!smbios->tables.bytes && smbios->tables.size) return MB2_NULL;
	status = take(b, MB2_TAG_SMBIOS, array_size(SMBIOS_TABLES, smbios->tables.size, 1), &tag);
	if (status != MB2_OK) return status;
	tag[SMBIOS_MAJOR] = smbios->major;
	tag[SMBIOS_MINOR] = smbios->minor;
	mb2_copy(tag + SMBIOS_TABLES, smbios->tables.bytes, smbios->tables.size);
	return MB2_OK;
}

static enum mb2_status add_rsdp(struct mb2_builder *b, uint32_t type, const uint8_t *rsdp,
				uint32_t size)
{
	enum mb2_status status = rsdp ? mb2_check_rsdp(rsdp, size) : MB2_NULL;

	return status == MB2_OK ? mb2_add_tag(b, type, rsdp, size) : status;
}

enum mb2_status mb2_add_rsdp_v1(struct mb2_builder *b, const uint8_t *rsdp)
{
	return add_rsdp(b, MB2_TAG_RSDP_V1, rsdp, MB2_RSDP_V1_SIZE);
}

enum mb2_status mb2_add_rsdp_v2(struct mb2_builder *b, const uint8_t *rsdp)
{
	return add_rsdp(b, MB2_TAG_RSDP_V2, rsdp, MB2_RSDP_V2_SIZE);
}

enum mb2_status mb2_add_network(struct mb2_builder *b, const uint8_t *dhcp, uint32_t size)
{
	return mb2_add_tag(b, MB2_TAG_NETWORK, dhcp, size);
}

enum mb2_status mb2_add_efi_memory_map(struct mb2_builder *b, const struct mb2_efi_memory_map *map)
{
	uint8_t *tag;
	enum mb2_status status;

	if (!map->descriptors && map->n) return MB2_NULL;
	if (map->descriptor_size < EFI_DESCRIPTOR_MIN || map->descriptor_size % MB2_ALIGN)
		return MB2_BAD_VALUE;
	status = take(b, MB2_TAG_EFI_MEMORY_MAP,
		      array_size(EFI_DESCRIPTORS, map->n, map->descriptor_size), &tag);
	if (status != MB2_OK) return status;
	mb2_put32(tag + EFI_DESCRIPTOR_SIZE, map->descriptor_size);
	mb2_put32(tag + EFI_DESCRIPTOR_VERSION, map->descriptor_version);
	mb2_copy(tag + EFI_DESCRIPTORS, map->descriptors, map->n * map->descriptor_size);
	return MB2_OK;
}
