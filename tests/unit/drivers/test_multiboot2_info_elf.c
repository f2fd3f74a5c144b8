/* SPDX-License-Identifier: MIT */
#include "multiboot2_info_fixture.h"

TestSuite(multiboot2_info, .init = begin, .timeout = 60);

Test(multiboot2_info, elf64_sections_and_their_names)
{
	static const uint8_t names[] = "\0.text\0.shstrtab";
	const struct mb2_blob strings = { names, sizeof(names) };
	struct mb2_elf_sections s;
	struct mb2_elf_section e;
	struct mb2_string name;

	open_tag(9);
	put(3, 4);
	put(64, 4);
	put(2, 4);
	put_section64(0, 0, 0, 0);
	put_section64(1, 1, 0xffffffff80100000, 0x1234567890);
	put_section64(7, 3, 0x200000, sizeof(names));
	close_tag();
	require_eq(int, end(), MB2_OK);
	require_eq(int, mb2_get_elf_sections(&info, &s), MB2_OK);
	check_eq(u32, s.n, 3);
	require(mb2_elf_section(&s, 1, &e));
	check_eq(u64, e.address, 0xffffffff80100000);
	check_eq(u64, e.size, 0x1234567890);
	check_eq(u64, e.flags, 6);
	check_eq(u64, e.offset, 0x1000);
	check_eq(u32, e.link, 3);
	check_eq(u32, e.info, 4);
	check_eq(u64, e.alignment, 16);
	check_eq(u64, e.entry_size, 24);
	require_eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_OK);
	check_eq(str, name.text, ".text");
	check(!mb2_elf_section(&s, 3, &e));
	require_eq(int, mb2_elf_string_table(&s, &e), MB2_OK);
	check_eq(u64, e.address, 0x200000);
}

Test(multiboot2_info, elf32_sections)
{
	struct mb2_elf_sections s;
	struct mb2_elf_section e;

	open_tag(9);
	put(1, 4);
	put(40, 4);
	put(0, 4);
	for (uint32_t i = 0; i < 10; i++) put(0x11111111 * i, 4);
	close_tag();
	require_eq(int, end(), MB2_OK);
	require_eq(int, mb2_get_elf_sections(&info, &s), MB2_OK);
	require(mb2_elf_section(&s, 0, &e));
	check_eq(u32, e.name, 0);
	check_eq(u32, e.type, 0x11111111);
	check_eq(u64, e.flags, 0x22222222);
	check_eq(u64, e.address, 0x33333333);
	check_eq(u64, e.offset, 0x44444444);
	check_eq(u64, e.size, 0x55555555);
	check_eq(u32, e.link, 0x66666666);
	check_eq(u32, e.info, 0x77777777);
	check_eq(u64, e.alignment, 0x88888888);
	check_eq(u64, e.entry_size, 0x99999999);
	check_eq(int, mb2_elf_string_table(&s, &e), MB2_NOT_FOUND);
}

/* Reads a tag with this num, entsize and shndx, and one section header of zeroes. */
static enum mb2_status sections(uint32_t n, uint32_t entry_size, uint32_t strings, uint32_t bytes)
{
	struct mb2_elf_sections s;

	begin();
	open_tag(9);
	put(n, 4);
	put(entry_size, 4);
	put(strings, 4);
	for (uint32_t i = 0; i < bytes; i++) put(0, 1);
	close_tag();
	require_eq(int, end(), MB2_OK);
	return mb2_get_elf_sections(&info, &s);
}

Test(multiboot2_info, elf_sections_that_do_not_fit_are_refused)
{
	check_eq(int, sections(1, 64, 0, 64), MB2_OK);
	check_eq(int, sections(1, 64, 0, 63), MB2_BAD_SIZE);
	check_eq(int, sections(2, 40, 0, 79), MB2_BAD_SIZE);
	check_eq(int, sections(0x4000001, 64, 0, 64), MB2_BAD_SIZE); /* 64 times it wraps */
	check_eq(int, sections(UINT32_MAX, 40, 0, 40), MB2_BAD_SIZE);
	check_eq(int, sections(1, 0, 0, 64), MB2_BAD_VALUE);
	check_eq(int, sections(1, 41, 0, 64), MB2_BAD_VALUE);
	check_eq(int, sections(1, 40, 1, 40), MB2_BAD_VALUE);
	check_eq(int, sections(0, 64, 1, 0), MB2_BAD_VALUE);
	check_eq(int, sections(0, 64, 0, 0), MB2_OK);
	check_eq(int, sections(0, 0, 0, 0), MB2_OK); /* GRUB 2.06, for a flat image */
}

Test(multiboot2_info, a_name_outside_of_the_string_table_is_refused)
{
	static const uint8_t names[] = { 0, '.', 'x' };
	const struct mb2_blob strings = { names, sizeof(names) };
	struct mb2_elf_section e = { .name = 3 };
	struct mb2_string name;

	check_eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_BAD_STRING);
	e.name = UINT32_MAX;
	check_eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_BAD_STRING);
	e.name = 1; /* this string has no end */
	check_eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_BAD_STRING);
	e.name = 0;
	check_eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_OK);
}
