/* SPDX-License-Identifier: MIT */
/* The boot information of multiboot2: Multiboot2 Specification 2.0, 3.6. */
#include "tests/unit/boot/multiboot2_fixture.h"

/* ---- the information ---- */

Test(loader_multiboot2, strings_are_the_arguments_alone_as_grub_gives_them)
{
	struct mb2_string s;

	request.append = "some commandline arguments";
	load_image();
	require_eq(int, mb2_get_command_line(&info, &s), MB2_OK);
	check_eq(str, s.text, "some commandline arguments");
	require_eq(int, mb2_get_loader_name(&info, &s), MB2_OK);
	check_eq(sz, strspn(s.text, "bimetal"), 7);
	/* From this name Xen knows that the command line does not begin with the image's name. */
	check_ne(ptr, strstr(s.text, "GRUB 2"), NULL);
	request.append = NULL;
	load_image();
	require_eq(int, mb2_get_command_line(&info, &s), MB2_OK);
	check_eq(u32, s.length, 0);
}

Test(loader_multiboot2, memory_is_described_as_the_firmware_does)
{
	struct mb2_basic_memory basic;
	struct mb2_memory_map map;
	struct mb2_memory_range r;

	load_image();
	require_eq(int, mb2_get_basic_memory(&info, &basic), MB2_OK);
	check_eq(u32, basic.lower_kib, 639);
	check_eq(u32, basic.upper_kib, 15 * 1024);
	require_eq(int, mb2_get_memory_map(&info, &map), MB2_OK);
	check_eq(u32, map.n, 5);
	check_eq(u32, map.entry_size, 24);
	require(mb2_memory_map_range(&map, 0, &r));
	check_eq(u64, r.length, 0x9fc00);
	check_eq(u32, r.type, MB2_MEMORY_AVAILABLE);
	require(mb2_memory_map_range(&map, 4, &r));
	check_eq(u64, r.base, 0xfee00000);
	check_eq(u32, r.type, MB2_MEMORY_RESERVED);
}

Test(loader_multiboot2, the_screen_is_ega_text)
{
	struct mb2_framebuffer fb;

	load_image();
	require_eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK);
	check_eq(u8, fb.type, MB2_FRAMEBUFFER_EGA_TEXT);
	check_eq(u64, fb.address, 0xb8000);
	check_eq(u32, fb.pitch, 160);
	check_eq(u32, fb.width, 80);
	check_eq(u32, fb.height, 25);
	check_eq(u8, fb.bits_per_pixel, 16);
}

Test(loader_multiboot2, tags_are_in_order_and_unavailable_ones_are_left_out)
{
	static const uint32_t want[] = { 1, 2, 4, 6, 8 };
	struct mb2_tags tags;
	struct mb2_tag t;

	TAG(1, REQUIRED, 5, 7, 10, 11, 13, 16, 17, 18); /* none of these is available */
	load_image();
	tags = mb2_tags_all(&info);
	for (size_t i = 0; i < 5; i++) {
		require(mb2_tags_next(&tags, &t));
		check_eq(u32, t.type, want[i]);
	}
	check(!mb2_tags_next(&tags, &t));
}

Test(loader_multiboot2, modules_follow_the_initrd_page_aligned_behind_the_kernel)
{
	static const char *const text[] = { "", "a b", "" };
	struct mb2_tags tags;
	struct mb2_tag t;
	struct mb2_module m;

	request.initrd = fixture_file("rd", "ramdisk", 7);
	request.module[0] = (struct boot_module){ fixture_file("one", "first", 5), "a b" };
	request.module[1] = (struct boot_module){ fixture_file("none", "", 0), "" };
	request.n_modules = 2;
	put_tag(6, REQUIRED, NULL, 0);
	load_image();
	tags = mb2_tags_of(&info, MB2_TAG_MODULE);
	for (uint32_t i = 0; i < 3; i++) {
		require(mb2_tags_next(&tags, &t));
		require_eq(int, mb2_read_module(&t, &m), MB2_OK);
		check_eq(u32, m.start % 4096, 0);
		check_ge(u32, m.start, 0x101000);
		check_eq(str, m.text.text, text[i]);
		if (i == 0) check_eq(u32, peek32(m.start), 0x646d6172); /* "ramd" */
		if (i == 1) check_eq(u32, peek32(m.start), 0x73726966); /* "firs" */
		if (i == 2) check_eq(u32, m.end, m.start);
	}
	check(!mb2_tags_next(&tags, &t));
}

Test(loader_multiboot2, a_module_goes_below_an_image_that_lies_at_the_top)
{
	struct mb2_tags tags;
	struct mb2_tag t;
	struct mb2_module m;

	request.module[0] = (struct boot_module){ fixture_hollow_file("big", 2 * MIB), "" };
	request.n_modules = 1;
	TAG(10, REQUIRED, 0, 0xffffffff, 0x1000, 2);
	load_image();
	tags = mb2_tags_of(&info, MB2_TAG_MODULE);
	require(mb2_tags_next(&tags, &t));
	require_eq(int, mb2_read_module(&t, &m), MB2_OK);
	check_eq(u32, m.start, MIB);
	check_lt(u64, m.end, result.image_base);
}

Test(loader_multiboot2, modules_that_are_missing_or_too_large_are_refused)
{
	close_header();
	request.module[0] = (struct boot_module){ "/nonexistent/module", "" };
	request.n_modules = 1;
	REFUSED(image, SIZE, "/nonexistent/module: cannot open the file: No such file");
	request.module[0] = (struct boot_module){ fixture_hollow_file("big", 16 * MIB), "" };
	REFUSED(image, SIZE, "needs 16384 KiB of free memory");
}

Test(loader_multiboot2, arguments_that_are_not_utf8_are_refused)
{
	close_header();
	request.append = "caf\xe9";
	REFUSED(image, SIZE, "not UTF-8");
}

/* ---- ELF sections ---- */

static void put_sections64(void)
{
	static const char names[] = "\0.text\0.shstrtab";
	Elf64_Shdr *s = (Elf64_Shdr *)(elf.bytes + 0x600);

	build_elf64(&elf, 0xffffffff80100110);
	build_segment(&elf, 0xffffffff80100000, 0x100000, 0x90, 0x200, 0x200);
	open_header(elf.bytes + BUILT_DATA);
	memcpy(elf.bytes + elf.size, names, sizeof(names));
	s[1] = (Elf64_Shdr){ .sh_name = 1,
			     .sh_type = SHT_PROGBITS,
			     .sh_flags = SHF_ALLOC,
			     .sh_addr = 0xffffffff80100000,
			     .sh_offset = BUILT_DATA,
			     .sh_size = 0x200 };
	s[2] = (Elf64_Shdr){ .sh_name = 7,
			     .sh_type = SHT_STRTAB,
			     .sh_offset = elf.size,
			     .sh_size = sizeof(names),
			     .sh_addralign = 64 };
	s[3] = (Elf64_Shdr){ .sh_type = SHT_NOBITS, .sh_size = 0x10000000 };
	built_header64(&elf)->e_shoff = 0x600;
	built_header64(&elf)->e_shnum = 4;
	built_header64(&elf)->e_shstrndx = 2;
	elf.size = 0x600 + 4 * sizeof(*s);
}

Test(loader_multiboot2, elf_sections_are_loaded_and_their_headers_point_to_them)
{
	struct mb2_elf_sections s;
	struct mb2_elf_section e;
	struct mb2_string name;
	uint8_t names[64];
	const struct mb2_blob strings = { names, 17 };

	put_sections64();
	load_elf();
	require_eq(int, mb2_get_elf_sections(&info, &s), MB2_OK);
	check_eq(u32, s.n, 4);
	check_eq(u32, s.entry_size, 64);
	require_eq(int, mb2_elf_string_table(&s, &e), MB2_OK);
	check_eq(u64, e.size, 17);
	check_eq(u64, e.address % 64, 0);
	check_ge(u64, e.address, result.image_end);
	require(mem_read(&mem, e.address, names, sizeof(names)));
	require(mb2_elf_section(&s, 1, &e));
	check_eq(u64, e.address, 0xffffffff80100000); /* the address that it is linked to */
	require_eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_OK);
	check_eq(str, name.text, ".text");
	require(mb2_elf_section(&s, 3, &e));
	check_eq(u64, e.address, 0); /* it has no bytes in the file */
}

Test(loader_multiboot2, sections_that_do_not_fit_are_left_out)
{
	struct mb2_elf_sections s;

	put_sections64();
	((Elf64_Shdr *)(elf.bytes + 0x600))[2].sh_offset = UINT64_MAX - 8;
	load_elf();
	check_eq(int, mb2_get_elf_sections(&info, &s), MB2_NOT_FOUND);
}

/* ---- ACPI ---- */

static void put_rsdp(uint64_t where, uint8_t revision)
{
	uint8_t rsdp[36] = "RSD PTR ";

	rsdp[15] = revision;
	rsdp[16] = 0x10;
	rsdp[20] = 36;
	rsdp[24] = 0x20;
	for (int i = 0; i < 20; i++)
		if (i != 8) rsdp[8] = (uint8_t)(rsdp[8] - rsdp[i]);
	for (int i = 0; i < 32; i++) rsdp[32] = (uint8_t)(rsdp[32] - rsdp[i]);
	require(mem_load(&mem, where, rsdp, sizeof(rsdp)));
}

static void add_bios(void)
{
	static uint8_t rom[0x10000];

	require_eq(ptr, mem_add_rom(&mem, 0xf0000, sizeof(rom), rom, sizeof(rom)), NULL);
}

Test(loader_multiboot2, the_rsdp_is_copied_in_both_versions)
{
	struct mb2_rsdp r;

	add_bios();
	put_rsdp(0xf1230, 2);
	load_image();
	require_eq(int, mb2_get_rsdp_v1(&info, &r), MB2_OK);
	check_eq(u32, r.rsdt, 0x10);
	require_eq(int, mb2_get_rsdp_v2(&info, &r), MB2_OK);
	check_eq(u64, r.xsdt, 0x20);
}

Test(loader_multiboot2, an_old_rsdp_is_copied_once)
{
	struct mb2_rsdp r;

	add_bios();
	put_rsdp(0xffff0 - 0x40, 0);
	load_image();
	require_eq(int, mb2_get_rsdp_v1(&info, &r), MB2_OK);
	check_eq(int, mb2_get_rsdp_v2(&info, &r), MB2_NOT_FOUND);
}

Test(loader_multiboot2, an_rsdp_is_looked_for_in_the_ebda_first)
{
	struct mb2_rsdp r;
	const uint16_t segment = 0x9fc0;

	add_bios();
	put_rsdp(0xf0000, 2);
	put_rsdp(0x9fc00 + 0x3c0, 0);
	require(mem_write(&mem, 0x40e, &segment, sizeof(segment)));
	load_image();
	require_eq(int, mb2_get_rsdp_v1(&info, &r), MB2_OK);
	check_eq(u8, r.revision, 0);
}

Test(loader_multiboot2, a_damaged_or_misplaced_rsdp_is_ignored)
{
	struct mb2_rsdp r;

	add_bios();
	put_rsdp(0xf1238, 2);
	put_rsdp(0xf4000, 2);
	require(mem_load(&mem, 0xf4009, "x", 1));
	load_image();
	check_eq(int, mb2_get_rsdp_v1(&info, &r), MB2_NOT_FOUND);
	check_eq(int, mb2_get_rsdp_v2(&info, &r), MB2_NOT_FOUND);
}

Test(loader_multiboot2, information_moves_up_when_low_memory_is_taken)
{
	open_header(image + AT);
	TAG(2, REQUIRED, 0x1000, 0x1000, 0, 0x9fc00);
	TAG(3, REQUIRED, 0x1010);
	load_image();
	check_ge(u64, regs.gpr[CPU_RBX], MIB);
}
