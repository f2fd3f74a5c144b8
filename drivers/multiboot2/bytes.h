/* SPDX-License-Identifier: MIT */
/* Little-endian fields at any alignment, and rules shared by header and boot information. Callers
 * have checked the bounds. Internal. */
#ifndef DRIVERS_MULTIBOOT2_BYTES_H
#define DRIVERS_MULTIBOOT2_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/multiboot2.h"

static inline uint16_t mb2_le16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }

static inline uint32_t mb2_le32(const uint8_t *p)
{
	return (uint32_t)mb2_le16(p) | (uint32_t)mb2_le16(p + 2) << 16;
}

static inline uint64_t mb2_le64(const uint8_t *p)
{
	return (uint64_t)mb2_le32(p) | (uint64_t)mb2_le32(p + 4) << 32;
}

static inline void mb2_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void mb2_put32(uint8_t *p, uint32_t v)
{
	mb2_put16(p, (uint16_t)v);
	mb2_put16(p + 2, (uint16_t)(v >> 16));
}

static inline void mb2_put64(uint8_t *p, uint64_t v)
{
	mb2_put32(p, (uint32_t)v);
	mb2_put32(p + 4, (uint32_t)(v >> 32));
}

static inline void mb2_copy(uint8_t *to, const uint8_t *from, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) to[i] = from[i];
}

static inline void mb2_clear(uint8_t *to, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) to[i] = 0;
}

/* `n` rounded up to a multiple of 8; n is at most UINT32_MAX - 7. */
static inline uint32_t mb2_padded(uint32_t n)
{
	return (n + MB2_ALIGN - 1) & ~(uint32_t)(MB2_ALIGN - 1);
}

static inline bool mb2_aligned(const uint8_t *p) { return (uintptr_t)p % MB2_ALIGN == 0; }

static inline uint8_t mb2_sum(const uint8_t *p, uint32_t n)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < n; i++) sum = (uint8_t)(sum + p[i]);
	return sum;
}

/* Offsets of fields, in tags with more than one. */
enum {
	INFO_TOTAL_SIZE = 0,
	INFO_FIRST_TAG = 8,

	TAG_TYPE = 0,
	TAG_SIZE = 4,

	MODULE_START = 8,
	MODULE_END = 12,
	MODULE_TEXT = 16,

	MEMORY_LOWER = 8,
	MEMORY_UPPER = 12,
	MEMORY_SIZE = 16,

	BOOT_DEVICE_BIOS = 8,
	BOOT_DEVICE_PARTITION = 12,
	BOOT_DEVICE_SUB = 16,
	BOOT_DEVICE_SIZE = 20,

	MAP_ENTRY_SIZE = 8,
	MAP_ENTRY_VERSION = 12,
	MAP_ENTRIES = 16,
	MAP_BASE = 0, /* from here on: in an entry */
	MAP_LENGTH = 8,
	MAP_TYPE = 16,
	MAP_ENTRY_MIN = 24,

	VBE_MODE = 8,
	VBE_SEGMENT = 10,
	VBE_OFFSET = 12,
	VBE_LENGTH = 14,
	VBE_CONTROL = 16,
	VBE_MODE_INFO = VBE_CONTROL + MB2_VBE_CONTROL_SIZE,
	VBE_SIZE = VBE_MODE_INFO + MB2_VBE_MODE_SIZE,

	FB_ADDRESS = 8,
	FB_PITCH = 16,
	FB_WIDTH = 20,
	FB_HEIGHT = 24,
	FB_BPP = 28,
	FB_TYPE = 29,
	FB_COMMON_SIZE = 32, /* includes two reserved bytes */
	FB_N_COLOURS = 32,
	FB_PALETTE = 34,
	FB_COLOUR_SIZE = 3,
	FB_RED = 32,
	FB_GREEN = 34,
	FB_BLUE = 36,
	FB_RGB_SIZE = 38,

	ELF_NUM = 8,
	ELF_ENTRY_SIZE = 12,
	ELF_STRINGS = 16,
	ELF_HEADERS = 20,
	ELF32_SECTION = 40,
	ELF64_SECTION = 64,

	APM_VERSION = 8,
	APM_CODE_SEGMENT = 10,
	APM_OFFSET = 12,
	APM_CODE_SEGMENT_16 = 16,
	APM_DATA_SEGMENT = 18,
	APM_FLAGS = 20,
	APM_CODE_LENGTH = 22,
	APM_CODE_LENGTH_16 = 24,
	APM_DATA_LENGTH = 26,
	APM_SIZE = 28,

	POINTER = 8, /* the only field of tags 11, 12, 19, 20, 21 */
	POINTER32_SIZE = 12,
	POINTER64_SIZE = 16,

	SMBIOS_MAJOR = 8,
	SMBIOS_MINOR = 9,
	SMBIOS_TABLES = 16,

	EFI_DESCRIPTOR_SIZE = 8,
	EFI_DESCRIPTOR_VERSION = 12,
	EFI_DESCRIPTORS = 16,
	EFI_TYPE = 0, /* from here on: in a descriptor */
	EFI_PHYSICAL = 8,
	EFI_VIRTUAL = 16,
	EFI_PAGES = 24,
	EFI_ATTRIBUTE = 32,
	EFI_DESCRIPTOR_MIN = 40
};

/* Check that these MB2_RSDP_V1_SIZE or MB2_RSDP_V2_SIZE bytes are an RSDP (ACPI 6.4, 5.2.5.3). */
enum mb2_status mb2_check_rsdp(const uint8_t *rsdp, uint32_t size);
/* Check that counts and sizes are consistent. GRUB sets all three to 0 if there are no sections. */
enum mb2_status mb2_check_sections(const struct mb2_elf_sections *s);
/* Check that a string begins at bytes[0], ends before bytes[size] and is UTF-8. */
enum mb2_status mb2_check_string(const uint8_t *bytes, uint32_t size, struct mb2_string *out);

#endif
