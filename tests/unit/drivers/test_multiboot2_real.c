/* SPDX-License-Identifier: MIT */
/* A block that GRUB 2.04 made on a machine with UEFI firmware (OVMF). It is too large for this
 * repository: the variable BIMETAL_EXTRA_DATA names the folder that has it. Without it these tests
 * do not run, and say so; ctest shows that as skipped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_builder.h"
#include "bimetal/multiboot2_info.h"
#include "emu/array.h"
#include "tests/check.h"

enum { SIZE = 428256, SECTIONS = 6688 };

static _Alignas(8) uint8_t block[SIZE], again[SIZE];
static struct mb2_info info;

static FILE *open_block(const char **why)
{
	const char *folder = getenv("BIMETAL_EXTRA_DATA");
	static char path[4096];

	*why = "the variable BIMETAL_EXTRA_DATA is not set";
	if (!folder || !*folder) return NULL;
	snprintf(path, sizeof(path), "%s/mbi_dump_example.bin", folder);
	*why = path;
	return fopen(path, "rb");
}

/* In the program that starts the tests: what the tests themselves print is not shown. */
__attribute__((constructor)) static void tell(void)
{
	const char *why;
	FILE *file = open_block(&why);

	if (file)
		fclose(file);
	else /* the words by which CMake knows a skipped test */
		fprintf(stderr, "SKIP: NOT TESTED with a real multiboot2 block: %s\n", why);
}

static void read_block(void)
{
	const char *why;
	FILE *file = open_block(&why);
	size_t n;

	if (!file) cr_skip_test("no block");
	n = fread(block, 1, sizeof(block), file);
	check_eq(int, fgetc(file), EOF, "%s is longer than %d bytes", why, SIZE);
	fclose(file);
	require_eq(sz, n, sizeof(block), "%s", why);
	require_eq(int, mb2_info_load(&info, block, sizeof(block)), MB2_OK);
}

TestSuite(multiboot2_real, .init = read_block, .timeout = 60);

Test(multiboot2_real, has_the_tags_of_grub_on_uefi_in_its_order)
{
	static const struct {
		uint32_t type, size;
	} want[] = { { 21, 12 }, { 1, 9 },   { 2, 30 }, { 9, 428052 }, { 12, 16 },
		     { 14, 28 }, { 15, 44 }, { 18, 8 }, { 20, 16 } };
	struct mb2_tags tags = mb2_tags_all(&info);
	struct mb2_tag tag;

	check_eq(u32, info.size, 0x688e0);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		require(mb2_tags_next(&tags, &tag), "tag %zu", i);
		check_eq(u32, tag.type, want[i].type, "tag %zu", i);
		check_eq(u32, tag.size, want[i].size, "tag %zu", i);
	}
	check(!mb2_tags_next(&tags, &tag));
	check_eq(u32, tags.at, 428248, "the end tag");
}

Test(multiboot2_real, strings_and_pointers)
{
	struct mb2_string text;
	uint64_t v64;
	uint32_t v32;

	require_eq(int, mb2_get_command_line(&info, &text), MB2_OK);
	check_eq(u32, text.length, 0);
	require_eq(int, mb2_get_loader_name(&info, &text), MB2_OK);
	check_eq(str, text.text, "GRUB 2.04-1ubuntu44.2");
	require_eq(int, mb2_get_load_base(&info, &v32), MB2_OK);
	check_eq(u32, v32, 0x100000);
	require_eq(int, mb2_get_efi64_system_table(&info, &v64), MB2_OK);
	check_eq(u64, v64, 0x79ee018);
	require_eq(int, mb2_get_efi64_image_handle(&info, &v64), MB2_OK);
	check_eq(u64, v64, 0x6d36618);
	check_eq(int, mb2_get_efi32_system_table(&info, &v32), MB2_NOT_FOUND);
	check_eq(int, mb2_get_efi32_image_handle(&info, &v32), MB2_NOT_FOUND);
}

Test(multiboot2_real, both_copies_of_the_rsdp_are_valid)
{
	struct mb2_rsdp rsdp;

	require_eq(int, mb2_get_rsdp_v1(&info, &rsdp), MB2_OK);
	check_eq(int, memcmp(rsdp.oem_id, "BOCHS ", 6), 0);
	check_eq(u8, rsdp.revision, 0);
	check_eq(u32, rsdp.rsdt, 0x07b7d000);
	require_eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_OK);
	check_eq(u8, rsdp.revision, 2);
	check_eq(u32, rsdp.rsdt, 0x07b7d074);
	check_eq(u64, rsdp.xsdt, 0x07b7d0e8);
	check_eq(u8, rsdp.bytes[20], MB2_RSDP_V2_SIZE);
}

Test(multiboot2_real, boot_services_run_so_there_is_no_memory_map)
{
	struct mb2_memory_map map;
	struct mb2_efi_memory_map efi;
	struct mb2_basic_memory basic;
	struct mb2_framebuffer fb;

	check(mb2_efi_boot_services_run(&info));
	check_eq(int, mb2_get_memory_map(&info, &map), MB2_NOT_FOUND);
	check_eq(int, mb2_get_efi_memory_map(&info, &efi), MB2_NOT_FOUND);
	check_eq(int, mb2_get_basic_memory(&info, &basic), MB2_NOT_FOUND);
	check_eq(int, mb2_get_framebuffer(&info, &fb), MB2_NOT_FOUND);
}

Test(multiboot2_real, six_thousand_sections_are_counted_by_type)
{
	enum { PROGBITS = 1, SYMTAB = 2, STRTAB = 3, NOBITS = 8, UNWIND = 0x70000001 };
	struct mb2_elf_sections sections;
	struct mb2_elf_section s;
	unsigned progbits = 0, nobits = 0, strtab = 0, symtab = 0, null = 0, unwind = 0, n = 0;

	require_eq(int, mb2_get_elf_sections(&info, &sections), MB2_OK);
	check_eq(u32, sections.n, SECTIONS);
	check_eq(u32, sections.entry_size, 64);
	check_eq(u32, sections.string_index, 6687);
	for (; mb2_elf_section(&sections, n, &s); n++) {
		progbits += s.type == PROGBITS;
		nobits += s.type == NOBITS;
		strtab += s.type == STRTAB;
		symtab += s.type == SYMTAB;
		unwind += s.type == UNWIND;
		null += s.type == 0;
	}
	check_eq(uint, n, SECTIONS);
	check_eq(uint, progbits, 6673);
	check_eq(uint, nobits, 10);
	check_eq(uint, strtab, 2);
	check_eq(uint, symtab, 1);
	check_eq(uint, unwind, 1);
	check_eq(uint, null, 1);
	require(mb2_elf_section(&sections, 1, &s));
	check(s.name == 27 && s.address == 0x100000 && s.offset == 176 && s.size == 48);
	check(s.flags == 2 && s.alignment == 8 && s.link == 0 && s.entry_size == 0);
}

/* They were in the memory of that machine. */
Test(multiboot2_real, names_of_sections_lie_outside_of_the_block)
{
	const struct mb2_blob nothing = { block, 0 };
	struct mb2_elf_sections sections;
	struct mb2_elf_section names, s;
	struct mb2_string name;

	require_eq(int, mb2_get_elf_sections(&info, &sections), MB2_OK);
	require_eq(int, mb2_elf_string_table(&sections, &names), MB2_OK);
	check_eq(u32, names.type, 3);
	check_eq(u64, names.address, 0x5d7000);
	check_eq(u64, names.size, 584461);
	for (uint32_t i = 0; mb2_elf_section(&sections, i, &s); i++) {
		require_eq(int, mb2_elf_section_name(&s, &nothing, &name), MB2_BAD_STRING);
		require(s.name < names.size);
	}
}

Test(multiboot2_real, building_it_again_keeps_every_tag)
{
	struct mb2_tags tags = mb2_tags_all(&info);
	struct mb2_tag tag, copy;
	struct mb2_info read;
	struct mb2_builder b;
	uint32_t total;

	require_eq(int, mb2_builder_init(&b, again, sizeof(again)), MB2_OK);
	while (mb2_tags_next(&tags, &tag)) {
		struct mb2_blob p = mb2_tag_payload(&tag);

		require_eq(int, mb2_add_tag(&b, tag.type, p.bytes, p.size), MB2_OK);
	}
	require_eq(int, mb2_builder_finish(&b, &total), MB2_OK);
	require_eq(u32, total, SIZE);
	require_eq(int, mb2_info_load(&read, again, total), MB2_OK);
	tags = mb2_tags_all(&info);
	while (mb2_tags_next(&tags, &tag)) {
		struct mb2_tags same = mb2_tags_of(&read, tag.type);

		require(mb2_tags_next(&same, &copy));
		require_eq(u32, copy.size, tag.size);
		check_eq(int, memcmp(copy.bytes, tag.bytes, tag.size), 0, "tag %u", tag.type);
	}
}

Test(multiboot2_real, cut_anywhere_it_is_refused)
{
	for (size_t n = 0; n < SIZE; n += n < 1024 ? 1 : 997)
		require_eq(int, mb2_info_load(&info, block, n), MB2_TOO_SHORT, "%zu", n);
	for (uint32_t total = 16; total < SIZE; total += 8) {
		for (unsigned i = 0; i < 4; i++) block[i] = (uint8_t)(total >> 8 * i);
		require_ne(int, mb2_info_load(&info, block, SIZE), MB2_OK, "%u", total);
	}
}
