/* SPDX-License-Identifier: MIT */
/* Names, and the checks shared by reading and building. */
#include "bytes.h"

const char *mb2_status_text(enum mb2_status status)
{
	static const char *const text[] = {
		[MB2_OK] = "ok",
		[MB2_NOT_FOUND] = "not found",
		[MB2_NULL] = "a null pointer",
		[MB2_MISALIGNED] = "not at a multiple of 8",
		[MB2_TOO_SHORT] = "longer than the bytes that hold it",
		[MB2_BAD_TOTAL] = "a total size that is too small or no multiple of 8",
		[MB2_BAD_TAG_SIZE] = "a tag smaller than 8 bytes, or longer than the structure",
		[MB2_NO_END_TAG] = "no end tag, or not exactly at the end",
		[MB2_BAD_SIZE] = "a tag size that does not fit its contents",
		[MB2_BAD_VALUE] = "a forbidden value",
		[MB2_BAD_STRING] = "a string that does not end within its tag",
		[MB2_NOT_UTF8] = "a string that is not UTF-8",
		[MB2_BAD_CHECKSUM] = "a wrong checksum",
		[MB2_BAD_SIGNATURE] = "a wrong signature",
		[MB2_NOT_FINAL] = "a map that boot services can still change",
		[MB2_NO_ROOM] = "no room in the buffer",
		[MB2_DUPLICATE] = "a second tag of a type that comes once",
		[MB2_UNSUPPORTED] = "a required header tag that is not supported",
		[MB2_BAD_IMAGE] = "neither an address tag nor an executable ELF file",
	};

	return (unsigned)status < sizeof(text) / sizeof(text[0]) ? text[status] : "unknown";
}

const char *mb2_tag_name(uint32_t type)
{
	static const char *const name[MB2_TAG_KNOWN] = {
		[MB2_TAG_END] = "end",
		[MB2_TAG_COMMAND_LINE] = "command line",
		[MB2_TAG_LOADER_NAME] = "boot loader name",
		[MB2_TAG_MODULE] = "module",
		[MB2_TAG_BASIC_MEMORY] = "basic memory information",
		[MB2_TAG_BOOT_DEVICE] = "BIOS boot device",
		[MB2_TAG_MEMORY_MAP] = "memory map",
		[MB2_TAG_VBE] = "VBE information",
		[MB2_TAG_FRAMEBUFFER] = "framebuffer information",
		[MB2_TAG_ELF_SECTIONS] = "ELF sections",
		[MB2_TAG_APM] = "APM table",
		[MB2_TAG_EFI32_SYSTEM_TABLE] = "EFI 32-bit system table",
		[MB2_TAG_EFI64_SYSTEM_TABLE] = "EFI 64-bit system table",
		[MB2_TAG_SMBIOS] = "SMBIOS tables",
		[MB2_TAG_RSDP_V1] = "ACPI 1.0 RSDP",
		[MB2_TAG_RSDP_V2] = "ACPI 2.0 RSDP",
		[MB2_TAG_NETWORK] = "network information",
		[MB2_TAG_EFI_MEMORY_MAP] = "EFI memory map",
		[MB2_TAG_EFI_BOOT_SERVICES] = "EFI boot services not terminated",
		[MB2_TAG_EFI32_IMAGE_HANDLE] = "EFI 32-bit image handle",
		[MB2_TAG_EFI64_IMAGE_HANDLE] = "EFI 64-bit image handle",
		[MB2_TAG_LOAD_BASE] = "image load base",
	};

	return type < MB2_TAG_KNOWN ? name[type] : "custom";
}

enum mb2_status mb2_check_rsdp(const uint8_t *rsdp, uint32_t size)
{
	static const uint8_t signature[8] = { 'R', 'S', 'D', ' ', 'P', 'T', 'R', ' ' };
	enum { LENGTH = 20 };

	for (unsigned i = 0; i < sizeof(signature); i++)
		if (rsdp[i] != signature[i]) return MB2_BAD_SIGNATURE;
	if (mb2_sum(rsdp, MB2_RSDP_V1_SIZE) != 0) return MB2_BAD_CHECKSUM;
	if (size == MB2_RSDP_V1_SIZE) return MB2_OK;
	if (mb2_le32(rsdp + LENGTH) != MB2_RSDP_V2_SIZE) return MB2_BAD_SIZE;
	return mb2_sum(rsdp, MB2_RSDP_V2_SIZE) == 0 ? MB2_OK : MB2_BAD_CHECKSUM;
}

enum mb2_status mb2_check_sections(const struct mb2_elf_sections *s)
{
	if (s->n == 0) return s->string_index == 0 ? MB2_OK : MB2_BAD_VALUE;
	if (s->entry_size != ELF32_SECTION && s->entry_size != ELF64_SECTION) return MB2_BAD_VALUE;
	return s->string_index < s->n ? MB2_OK : MB2_BAD_VALUE;
}

/* The length in bytes of the character at p (RFC 3629, section 4); 0: not valid UTF-8. */
static uint32_t character(const uint8_t *p, uint32_t left)
{
	uint32_t size = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (size == 0 || size > left || p[0] > 0xf4) return 0;
	for (uint32_t i = 1; i < size; i++)
		if ((p[i] & 0xc0) != 0x80) return 0;
	if (p[0] == 0xe0 && p[1] < 0xa0) return 0; /* overlong */
	if (p[0] == 0xed && p[1] > 0x9f) return 0; /* surrogate */
	if (p[0] == 0xf0 && p[1] < 0x90) return 0; /* overlong */
	if (p[0] == 0xf4 && p[1] > 0x8f) return 0; /* above U+10FFFF */
	return size;
}

enum mb2_status mb2_check_string(const uint8_t *bytes, uint32_t size, struct mb2_string *out)
{
	uint32_t length = 0;
	uint32_t step;

	while (length < size && bytes[length]) length++;
	if (length == size) return MB2_BAD_STRING;
	for (uint32_t at = 0; at < length; at += step) {
		step = character(bytes + at, length - at);
		if (!step) return MB2_NOT_UTF8;
	}
	out->text = (const char *)bytes;
	out->length = length;
	return MB2_OK;
}
