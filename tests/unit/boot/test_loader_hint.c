/* SPDX-License-Identifier: MIT */
#include "elf_builder.h"
#include "loader_fixture.h"

enum { SIZE = 65536 };

static struct built elf;
static uint8_t file[SIZE];

/* Makes an ELF file without a multiboot header, followed by zeroes. */
static void init(void)
{
	fixture_init();
	build_elf32(&elf, 0x100000);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 32, 32);
	memset(file, 0, sizeof(file));
	memcpy(file, elf.bytes, elf.size);
}

TestSuite(loader_hint, .init = init, .fini = fixture_fini);

static void header1(size_t at, uint32_t checksum)
{
	put_le32(file + at, 0x1badb002);
	put_le32(file + at + 4, 3);
	put_le32(file + at + 8, checksum);
}

static void header2(size_t at, uint32_t checksum)
{
	put_le32(file + at, 0xe85250d6);
	put_le32(file + at + 8, 24);
	put_le32(file + at + 12, checksum);
	put_le32(file + at + 20, 8);
}

enum { GOOD1 = 0xe4524ffb };
#define GOOD2 (0u - 0xe85250d6u - 24)

#define WARNED(words)                                                                     \
	do {                                                                              \
		LOADED(file, SIZE);                                                       \
		check_eq(int, result.kind, BOOT_ELF);                                     \
		check_ne(ptr, strstr(result.warning, words), NULL, "%s", result.warning); \
	} while (0)

Test(loader_hint, an_elf_file_without_other_headers_gives_no_warning)
{
	LOADED(file, SIZE);
	check_eq(chr, result.warning[0], '\0');
}

Test(loader_hint, a_header_too_far_behind_is_reported_with_its_offset)
{
	header1(0x2004, GOOD1);
	WARNED("its multiboot1 header at offset 0x2004 is not in the first 8192 bytes of the file: "
	       "put its "
	       "section first in a linker script, and link with ld -n");
	memset(file + 0x2004, 0, 12);
	header2(0x8008, GOOD2);
	WARNED("its multiboot2 header at offset 0x8008 is not in the first 32768 bytes");
}

Test(loader_hint, a_misaligned_header_is_reported)
{
	header1(0x402, GOOD1);
	WARNED("its multiboot1 header at offset 0x402 is not 4-byte aligned");
	memset(file + 0x402, 0, 12);
	header2(0x404, GOOD2);
	WARNED("its multiboot2 header at offset 0x404 is not 8-byte aligned");
}

Test(loader_hint, a_wrong_checksum_is_reported_with_the_right_one)
{
	header1(0x400, 0x1234);
	WARNED("its multiboot1 header at offset 0x400 has checksum 0x00001234, expected "
	       "0xe4524ffb");
	memset(file + 0x400, 0, 12);
	header2(0x400, GOOD2 + 1);
	WARNED("its multiboot2 header at offset 0x400 has checksum 0x17adaf13, expected "
	       "0x17adaf12");
}

Test(loader_hint, the_magic_number_inside_code_is_no_header)
{
	header1(0x403, 0x1234);
	header1(0x2400, 0x1234);
	put_le32(file + SIZE - 4, 0x1badb002);
	put_le32(file + SIZE - 12, 0xe85250d6);
	LOADED(file, SIZE);
	check_eq(chr, result.warning[0], '\0', "%s", result.warning);
}

Test(loader_hint, boot_elf_gives_no_warning)
{
	header1(0x2004, GOOD1);
	request.kind = BOOT_ELF;
	LOADED(file, SIZE);
	check_eq(chr, result.warning[0], '\0');
}

Test(loader_hint, boot_multiboot_reports_a_header_that_is_too_far_behind)
{
	header1(0x2004, GOOD1);
	request.kind = BOOT_MULTIBOOT1;
	REFUSED(file, SIZE,
		"not a multiboot1 image: its multiboot1 header at offset 0x2004 is not");
	request.kind = BOOT_MULTIBOOT2;
	REFUSED(file, SIZE, "not a multiboot2 image: no header");
	header2(0x8008, GOOD2);
	REFUSED(file, SIZE,
		"not a multiboot2 image: its multiboot2 header at offset 0x8008 is not");
}

Test(loader_hint, a_raw_file_with_a_late_header_is_not_just_unknown)
{
	memset(file, 0, BUILT_DATA);
	header1(0x2004, GOOD1);
	REFUSED(file, SIZE, "unknown image format: its multiboot1 header at offset 0x2004 is not");
}
