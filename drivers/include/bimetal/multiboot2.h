/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0: the numbers that loader and kernel share, and the contents of the
 * tags. The text of the specification and the C header in its appendix differ in places (the counts
 * of ELF sections and palette colours, the framebuffer's reserved field). There this code follows
 * the appendix, as loaders do.
 *
 * Freestanding: no libc, no heap. All state is in the caller's structs. Compile every file of
 * drivers/multiboot2 with drivers/include in the include path. Some compilers turn loops and struct
 * copies into calls of memcpy and memset. -O2 or -Os makes none; GCC also needs
 * -fno-tree-loop-distribute-patterns. */
#ifndef BIMETAL_MULTIBOOT2_H
#define BIMETAL_MULTIBOOT2_H

/* For example:
 *
 *	static const char *check_loader(uint32_t eax)
 *	{
 *		return mb2_status_text(eax == MB2_BOOT_MAGIC ? MB2_OK : MB2_NOT_FOUND);
 *	}
 */

#include <stdint.h>

#define MB2_MUST_USE __attribute__((warn_unused_result))

#define MB2_HEADER_MAGIC 0xe85250d6u /* 3.1.2: in the image */
#define MB2_BOOT_MAGIC   0x36d76289u /* 3.3: in EAX, with the information's address in EBX */

enum {
	MB2_ALIGN = 8,
	MB2_TAG_HEAD = 8
}; /* bytes: the alignment of tags; the size of type and size together */

enum mb2_status {
	MB2_OK,
	MB2_NOT_FOUND,     /* no such tag; no header in the image */
	MB2_NULL,          /* a null pointer */
	MB2_MISALIGNED,    /* not at a multiple of 8 */
	MB2_TOO_SHORT,     /* the buffer ends before the structure does */
	MB2_BAD_TOTAL,     /* a total size or header length that cannot be right */
	MB2_BAD_TAG_SIZE,  /* a tag is smaller than its head, or ends after the structure */
	MB2_NO_END_TAG,    /* no end tag, or it is not the last */
	MB2_BAD_SIZE,      /* a tag's size does not fit its contents */
	MB2_BAD_VALUE,     /* a field has a value that the specification forbids */
	MB2_BAD_STRING,    /* a string has no NUL inside its tag */
	MB2_NOT_UTF8,      /* a string is not UTF-8 */
	MB2_BAD_CHECKSUM,  /* of the header, or of a copied RSDP */
	MB2_BAD_SIGNATURE, /* of a copied RSDP */
	MB2_NOT_FINAL,     /* the EFI memory map can still change: boot services run */
	MB2_NO_ROOM,       /* the builder's buffer is full */
	MB2_DUPLICATE,     /* a second tag of a type that comes once */
	MB2_UNSUPPORTED,   /* a header tag that is required, and that the loader does not obey */
	MB2_BAD_IMAGE      /* no address tag, and no ELF file that can be started */
};

/* A short text for messages: "ok", "not found", ... Never NULL. */
const char *mb2_status_text(enum mb2_status status);

/* 3.6: tags of the boot information. */
enum mb2_tag_type {
	MB2_TAG_END = 0,
	MB2_TAG_COMMAND_LINE = 1,
	MB2_TAG_LOADER_NAME = 2,
	MB2_TAG_MODULE = 3, /* repeats */
	MB2_TAG_BASIC_MEMORY = 4,
	MB2_TAG_BOOT_DEVICE = 5,
	MB2_TAG_MEMORY_MAP = 6,
	MB2_TAG_VBE = 7,
	MB2_TAG_FRAMEBUFFER = 8,
	MB2_TAG_ELF_SECTIONS = 9,
	MB2_TAG_APM = 10,
	MB2_TAG_EFI32_SYSTEM_TABLE = 11,
	MB2_TAG_EFI64_SYSTEM_TABLE = 12,
	MB2_TAG_SMBIOS = 13, /* repeats: tables of both entry point versions */
	MB2_TAG_RSDP_V1 = 14,
	MB2_TAG_RSDP_V2 = 15,
	MB2_TAG_NETWORK = 16, /* repeats: one per card */
	MB2_TAG_EFI_MEMORY_MAP = 17,
	MB2_TAG_EFI_BOOT_SERVICES = 18,
	MB2_TAG_EFI32_IMAGE_HANDLE = 19,
	MB2_TAG_EFI64_IMAGE_HANDLE = 20,
	MB2_TAG_LOAD_BASE = 21,
	MB2_TAG_KNOWN = 22 /* this and higher types are custom, and may repeat */
};

/* The name of a type: "memory map", ...; "custom" from MB2_TAG_KNOWN on. */
const char *mb2_tag_name(uint32_t type);

/* A string inside the boot information: `length` bytes and a NUL. */
struct mb2_string {
	const char *text;
	uint32_t length;
};

struct mb2_module {
	uint32_t start, end; /* physical addresses; equal for an empty file */
	struct mb2_string text;
};

struct mb2_basic_memory {
	uint32_t lower_kib, upper_kib; /* KiB of memory from address 0; KiB from 1 MiB on */
};

#define MB2_NO_PARTITION 0xffffffffu
struct mb2_boot_device {
	uint32_t bios_device; /* as INT 13h has it */
	uint32_t partition, sub_partition;
};

enum mb2_memory_type { /* all other values mean reserved too */
		       MB2_MEMORY_AVAILABLE = 1,
		       MB2_MEMORY_RESERVED = 2,
		       MB2_MEMORY_ACPI = 3,
		       MB2_MEMORY_NVS = 4,
		       MB2_MEMORY_DEFECTIVE = 5
};

struct mb2_memory_range {
	uint64_t base, length;
	uint32_t type;
};

struct mb2_memory_map {
	const uint8_t *entries;
	uint32_t n, entry_size, entry_version;
};

enum { MB2_VBE_CONTROL_SIZE = 512, MB2_VBE_MODE_SIZE = 256 };
struct mb2_vbe {
	uint16_t mode, interface_segment, interface_offset, interface_length;
	const uint8_t *control_info; /* MB2_VBE_CONTROL_SIZE bytes */
	const uint8_t *mode_info;    /* MB2_VBE_MODE_SIZE bytes */
};

enum mb2_framebuffer_type {
	MB2_FRAMEBUFFER_INDEXED = 0,
	MB2_FRAMEBUFFER_RGB = 1,
	MB2_FRAMEBUFFER_EGA_TEXT = 2 /* sizes in characters, 16 bits each */
};

struct mb2_colour {
	uint8_t red, green, blue;
};

struct mb2_colour_field {
	uint8_t position, size; /* bits */
};

struct mb2_framebuffer {
	uint64_t address;
	uint32_t pitch, width, height; /* pitch: bytes */
	uint8_t bits_per_pixel, type;  /* type: enum mb2_framebuffer_type or a newer value */
	const uint8_t *palette;        /* indexed: n_colours times red, green, blue */
	uint16_t n_colours;            /* indexed */
	struct mb2_colour_field red, green, blue; /* RGB */
};

struct mb2_elf_sections {
	const uint8_t *headers; /* n headers of entry_size bytes, in ELF format */
	uint32_t n, entry_size; /* entry_size: 40 in ELF32, 64 in ELF64; any value if n is 0 */
	uint32_t string_index;  /* index of the section with the names; 0: none */
};

struct mb2_elf_section {
	uint32_t name, type; /* name: offset in the string table */
	uint64_t flags, address, offset, size;
	uint32_t link, info;
	uint64_t alignment, entry_size;
};

struct mb2_apm {
	uint16_t version, code_segment;
	uint32_t offset;
	uint16_t code_segment_16, data_segment, flags;
	uint16_t code_length, code_length_16, data_length;
};

/* Bytes inside the boot information. */
struct mb2_blob {
	const uint8_t *bytes;
	uint32_t size;
};

struct mb2_smbios {
	uint8_t major, minor;
	struct mb2_blob tables;
};

enum { MB2_RSDP_V1_SIZE = 20, MB2_RSDP_V2_SIZE = 36 };
struct mb2_rsdp {
	const uint8_t *bytes;  /* the whole RSDP */
	const uint8_t *oem_id; /* 6 characters */
	uint8_t revision;
	uint32_t rsdt;
	uint64_t xsdt; /* version 2; else 0 */
};

struct mb2_efi_memory_map {
	const uint8_t *descriptors;
	uint32_t n, descriptor_size, descriptor_version;
};

struct mb2_efi_descriptor { /* UEFI Specification 2.6, 6.2, GetMemoryMap() */
	uint32_t type;
	uint64_t physical, virt, n_pages, attribute;
};

#endif
