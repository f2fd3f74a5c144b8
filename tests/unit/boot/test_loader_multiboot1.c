/* SPDX-License-Identifier: MIT */
/* Multiboot Specification 0.6.96. */
#include "elf_builder.h"
#include "emu/x86/start_state.h"
#include "harness/firmware/memory_map.h"
#include "loader_fixture.h"

enum { MAGIC = 0x1badb002, PAGE_ALIGN = 1, MEMORY = 2, VIDEO = 4, ADDRESSES = 0x10000 };

static uint8_t image[16384];
static struct built elf;

static void put_header(uint8_t *at, uint32_t flags)
{
	put_le32(at, MAGIC);
	put_le32(at + 4, flags);
	put_le32(at + 8, 0u - MAGIC - flags);
}

/* Makes an image of 0x200 bytes. Its address fields load 0x100 of them to 1 MiB; the bss ends
 * 0x1000 bytes from there. */
static void put_addresses(uint32_t flags)
{
	memset(image, 0x90, sizeof(image));
	put_header(image + 0x40, flags | ADDRESSES);
	put_le32(image + 0x4c, 0x100020); /* header_addr */
	put_le32(image + 0x50, 0x100000);
	put_le32(image + 0x54, 0x100100);
	put_le32(image + 0x58, 0x101000);
	put_le32(image + 0x5c, 0x100010);
}

static void put_elf(uint32_t flags)
{
	build_elf32(&elf, 0x100010);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 64, 128);
	put_header(elf.bytes + BUILT_DATA, flags);
}

static uint64_t info(unsigned field) { return peek32(regs.gpr[CPU_RBX] + field); }

static void init(void)
{
	fixture_init();
	put_addresses(0);
}

TestSuite(loader_multiboot1, .init = init, .fini = fixture_fini);

Test(loader_multiboot1, address_fields_place_the_image)
{
	LOADED(image, 0x200);
	check_eq(int, result.kind, BOOT_MULTIBOOT1);
	check(result.calls_bios);
	check_eq(u32, peek32(0x100020), MAGIC);
	check_eq(u8, peek8(0x1000ff), 0x90);
	check_eq(u8, peek8(0x100100), 0);
	check_eq(u8, peek8(0x100fff), 0);
	check_eq(u8, peek8(0x101000), 0xcc);
	check_eq(u64, result.image_base, 0x100000);
	check_eq(u64, result.image_end, 0x101000);
	check_eq(u64, result.entry, 0x100010);
}

Test(loader_multiboot1, without_end_addresses_the_whole_file_is_loaded)
{
	put_le32(image + 0x54, 0);
	put_le32(image + 0x58, 0);
	LOADED(image, 0x200);
	check_eq(u64, result.image_end, 0x100000 + 0x200 - 0x20);
}

Test(loader_multiboot1, the_machine_state_is_as_section_3_2_says)
{
	LOADED(image, 0x200);
	check_eq(u64, regs.gpr[CPU_RAX], 0x2badb002);
	check_eq(u64, regs.rip, 0x100010);
	check_eq(u64, regs.cr0 & 0x80000001, 1);
	check_eq(u64, regs.rflags & 0x20200, 0);
	for (int i = 0; i < CPU_N_SEGMENTS; i++) {
		check_eq(u64, regs.seg[i].base, 0);
		check_eq(u32, regs.seg[i].limit, UINT32_MAX);
	}
	check_eq(u64, regs.gpr[CPU_RSP], START_UNDEFINED & UINT32_MAX);
	check_eq(u64, regs.gpr[CPU_RCX], START_UNDEFINED & UINT32_MAX);
}

Test(loader_multiboot1, an_elf_image_is_loaded_by_its_segments)
{
	put_elf(0);
	LOADED(elf.bytes, elf.size);
	check_eq(int, result.kind, BOOT_MULTIBOOT1);
	check_eq(u32, peek32(0x100000), MAGIC);
	check_eq(u8, peek8(0x100040), 0);
	check_eq(u64, regs.rip, 0x100010);
	check_eq(u64, regs.gpr[CPU_RAX], 0x2badb002);
}

Test(loader_multiboot1, a_high_half_elf_image_starts_at_its_physical_entry)
{
	build_elf32(&elf, 0xc0100010);
	build_segment(&elf, 0xc0100000, 0x100000, 0x90, 64, 64);
	put_header(elf.bytes + BUILT_DATA, 0);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, regs.rip, 0x100010);
}

Test(loader_multiboot1, address_fields_win_over_elf_headers)
{
	put_elf(ADDRESSES);
	put_le32(elf.bytes + BUILT_DATA + 12, 0x200000);
	put_le32(elf.bytes + BUILT_DATA + 16, 0x200000);
	put_le32(elf.bytes + BUILT_DATA + 20, 0x200040);
	put_le32(elf.bytes + BUILT_DATA + 24, 0);
	put_le32(elf.bytes + BUILT_DATA + 28, 0x200020);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, result.image_base, 0x200000);
	check_eq(u64, regs.rip, 0x200020);
}

Test(loader_multiboot1, the_information_describes_memory)
{
	uint64_t map;

	LOADED(image, 0x200);
	check_eq(u64, info(0), 0x245); /* mem, cmdline, mmap, name; nothing else */
	check_eq(u64, info(4), 639);
	check_eq(u64, info(8), 15 * 1024);
	check_eq(u64, info(44), 5 * 24);
	map = info(48);
	check_eq(u32, peek32(map), 20);
	check_eq(u64, peek64(map + 4), 0);
	check_eq(u64, peek64(map + 12), 0x9fc00);
	check_eq(u32, peek32(map + 20), 1);
	check_eq(u64, peek64(map + 3 * 24 + 4), MIB);
	check_eq(u64, peek64(map + 3 * 24 + 12), 15 * MIB);
	check_eq(u64, peek64(map + 4 * 24 + 4), 0xfee00000);
	check_eq(u32, peek32(map + 4 * 24 + 20), 2);
}

Test(loader_multiboot1, memory_that_firmware_keeps_has_types_of_its_own)
{
	static const struct memory_firmware firmware = {
		.area = { { 16 * MIB - 0x9000, 0x8000, MEMORY_ACPI_RECLAIMABLE },
			  { 16 * MIB - 0x1000, 0x1000, MEMORY_ACPI_NVS } },
		.n = 2,
	};
	uint64_t map;

	request.firmware = &firmware;
	LOADED(image, 0x200);
	check_eq(u64, info(44), 7 * 24);
	map = info(48);
	check_eq(u64, peek64(map + 3 * 24 + 12), 15 * MIB - 0x9000);
	check_eq(u64, peek64(map + 4 * 24 + 4), 16 * MIB - 0x9000);
	check_eq(u32, peek32(map + 4 * 24 + 20), 3);
	check_eq(u32, peek32(map + 5 * 24 + 20), 4);
}

Test(loader_multiboot1, an_image_over_what_firmware_keeps_is_refused)
{
	static const struct memory_firmware firmware = {
		.area = { { 1 * MIB, 0x1000, MEMORY_ACPI_RECLAIMABLE } }, .n = 1
	};

	request.firmware = &firmware;
	REFUSED(image, 0x200, "what the firmware keeps");
}

Test(loader_multiboot1, the_command_line_begins_with_the_files_name)
{
	request.append = "com1=115200 noreboot";
	LOADED(image, 0x200);
	check_eq(str, peek_string(info(16)), "image com1=115200 noreboot");
	check_eq(str, peek_string(info(64)), "bimetal");
	request.append = NULL;
	LOADED(image, 0x200);
	check_eq(str, peek_string(info(16)), "image");
}

static void put_video(uint32_t mode_type)
{
	put_addresses(VIDEO);
	put_le32(image + 0x60, mode_type);
	put_le32(image + 0x64, 1024); /* the kernel only recommends this width */
	put_le32(image + 0x68, 768);
	put_le32(image + 0x6c, 32);
}

Test(loader_multiboot1, a_requested_screen_is_the_text_screen)
{
	put_video(0);
	LOADED(image, 0x200);
	check_eq(u64, info(0) & 0x1000, 0x1000);
	check_eq(u64, info(88), 0xb8000);
	check_eq(u64, info(92), 0);
	check_eq(u64, info(96), 160);
	check_eq(u64, info(100), 80);
	check_eq(u64, info(104), 25);
	check_eq(u64, info(108) & 0xffff, 0x0210); /* 16 bits, type 2 */
}

Test(loader_multiboot1, a_requested_screen_is_described_as_vbe_would)
{
	uint64_t control, mode, far_pointer;

	put_video(1);
	LOADED(image, 0x200);
	check_eq(u64, info(0) & 0x800, 0x800);
	control = info(72);
	mode = info(76);
	check_eq(u64, info(80), 3); /* mode 3; no protected-mode interface */
	check_eq(u64, info(84), 0);
	check_eq(u32, peek32(control), 0x41534556); /* "VESA" */
	far_pointer = peek32(control + 6);
	check_eq(str, peek_string((far_pointer >> 16) * 16 + (far_pointer & 0xffff)), "bimetal");
	far_pointer = peek32(control + 14);
	check_eq(u16, peek16((far_pointer >> 16) * 16 + (far_pointer & 0xffff)), 0xffff);
	check_eq(u16, peek16(mode) & 0x10, 0); /* text */
	check_eq(u16, peek16(mode + 8), 0xb800);
	check_eq(u16, peek16(mode + 16), 160);
	check_eq(u16, peek16(mode + 18), 80);
	check_eq(u16, peek16(mode + 20), 25);
}

Test(loader_multiboot1, a_screen_is_described_only_on_request)
{
	LOADED(image, 0x200);
	check_eq(u64, info(0) & 0x1800, 0);
	/* the machine does not have these: boot device, a.out symbols, drives, configuration, APM
	 */
	check_eq(u64, info(0) & 0x592, 0);
}

Test(loader_multiboot1, a_mode_type_that_is_reserved_is_refused)
{
	put_video(2);
	REFUSED(image, 0x200, "has mode_type 2");
	put_video(0);
	for (size_t n = 0x60; n < 0x70; n++) REFUSED(image, n, "the file ends within them");
}

/* Adds three section headers behind the segments: the null section, a section of the image, and the
 * section of names. */
static void put_sections(void)
{
	static const char names[] = "\0.text\0.shstrtab";
	Elf32_Shdr *s;

	put_elf(0);
	memcpy(elf.bytes + elf.size, names, sizeof(names));
	s = (Elf32_Shdr *)(elf.bytes + 0x400);
	s[1] = (Elf32_Shdr){ .sh_name = 1,
			     .sh_type = SHT_PROGBITS,
			     .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
			     .sh_addr = 0x100000,
			     .sh_offset = BUILT_DATA,
			     .sh_size = 64,
			     .sh_addralign = 4 };
	s[2] = (Elf32_Shdr){ .sh_name = 7,
			     .sh_type = SHT_STRTAB,
			     .sh_offset = (uint32_t)elf.size,
			     .sh_size = sizeof(names),
			     .sh_addralign = 1 };
	built_header32(&elf)->e_shoff = 0x400;
	built_header32(&elf)->e_shnum = 3;
	built_header32(&elf)->e_shstrndx = 2;
	elf.size = 0x400 + 3 * sizeof(*s);
}

Test(loader_multiboot1, elf_sections_are_loaded_and_listed)
{
	uint64_t table, names;

	put_sections();
	LOADED(elf.bytes, elf.size);
	check_eq(u64, info(0) & 0x30, 0x20);
	check_eq(u64, info(28), 3);
	check_eq(u64, info(32), 40);
	check_eq(u64, info(40), 2);
	table = info(36);
	check_eq(u32, peek32(table + 40 + 12), 0x100000); /* the address that it is linked to */
	names = peek32(table + 80 + 12);
	check_ge(u64, names, result.image_end);
	check_eq(str, peek_string(names + 7), ".shstrtab");
}

Test(loader_multiboot1, damaged_section_headers_are_left_out)
{
	Elf32_Shdr *s = (Elf32_Shdr *)(elf.bytes + 0x400);

	put_sections();
	s[2].sh_offset = 0x10000;
	LOADED(elf.bytes, elf.size);
	check_eq(u64, info(0) & 0x20, 0);
	put_sections();
	s[2].sh_size = 0xfffffff0;
	LOADED(elf.bytes, elf.size);
	check_eq(u64, info(0) & 0x20, 0);
	put_sections();
	s[2].sh_addralign = 3;
	LOADED(elf.bytes, elf.size);
	check_eq(u64, info(0) & 0x20, 0);
	put_sections();
	built_header32(&elf)->e_shoff = 0x1000;
	LOADED(elf.bytes, elf.size);
	check_eq(u64, info(0) & 0x20, 0);
	put_sections();
	built_header32(&elf)->e_shentsize = 44;
	LOADED(elf.bytes, elf.size);
	check_eq(u64, info(0) & 0x20, 0);
}

Test(loader_multiboot1, address_fields_leave_the_sections_out)
{
	put_sections();
	put_header(elf.bytes + BUILT_DATA, ADDRESSES);
	put_le32(elf.bytes + BUILT_DATA + 12, 0x200000);
	put_le32(elf.bytes + BUILT_DATA + 16, 0x200000);
	put_le32(elf.bytes + BUILT_DATA + 20, 0x200040);
	put_le32(elf.bytes + BUILT_DATA + 24, 0);
	put_le32(elf.bytes + BUILT_DATA + 28, 0x200020);
	LOADED(elf.bytes, elf.size);
	check_eq(u64, info(0) & 0x20, 0);
}

Test(loader_multiboot1, modules_follow_the_kernel_on_page_boundaries)
{
	uint64_t list;

	request.module[0] = (struct boot_module){ fixture_file("one", "first", 5), "a b" };
	request.module[1] = (struct boot_module){ fixture_file("two", "second", 6), "" };
	request.n_modules = 2;
	LOADED(image, 0x200);
	check_eq(u64, info(0) & 8, 8);
	check_eq(u64, info(20), 2);
	list = info(24);
	check_eq(u32, peek32(list), 0x101000);
	check_eq(u32, peek32(list + 4), 0x101005);
	check_eq(str, peek_string(peek32(list + 8)), "one a b");
	check_eq(u32, peek32(list + 12), 0);
	check_eq(u32, peek32(list + 16), 0x102000);
	check_eq(str, peek_string(peek32(list + 24)), "two");
	check_eq(u32, peek32(0x102000), 0x6f636573); /* "seco" */
}

Test(loader_multiboot1, an_initrd_is_the_first_module)
{
	request.initrd = fixture_file("rd", "ramdisk", 7);
	request.module[0] = (struct boot_module){ fixture_file("one", "first", 5), "" };
	request.n_modules = 1;
	LOADED(image, 0x200);
	check_eq(u64, info(20), 2);
	check_eq(str, peek_string(peek32(info(24) + 8)), "rd");
}

Test(loader_multiboot1, an_empty_module_is_listed)
{
	request.module[0] = (struct boot_module){ fixture_file("none", "", 0), "" };
	request.n_modules = 1;
	LOADED(image, 0x200);
	check_eq(u64, info(20), 1);
	check_eq(u32, peek32(info(24)), peek32(info(24) + 4));
}

Test(loader_multiboot1, a_module_that_does_not_fit_is_refused_with_its_size)
{
	request.module[0] = (struct boot_module){ fixture_hollow_file("big", 16 * MIB), "" };
	request.n_modules = 1;
	REFUSED(image, 0x200, "needs 16384 KiB of free memory");
	check_ne(ptr, strstr(err, "big"), NULL, "%s", err);
	check_ne(ptr, strstr(err, "-m"), NULL, "%s", err);
}

Test(loader_multiboot1, a_missing_module_is_named)
{
	request.module[0] = (struct boot_module){ "/nonexistent/module", "" };
	request.n_modules = 1;
	REFUSED(image, 0x200, "/nonexistent/module: cannot open the file: No such file");
}

Test(loader_multiboot1, unknown_requirements_are_refused_by_bit)
{
	put_addresses(8);
	REFUSED(image, 0x200, "requires feature bit 3");
	put_addresses(0x8000 | PAGE_ALIGN | MEMORY);
	REFUSED(image, 0x200, "requires feature bit 15");
	put_addresses(0x40000000);
	LOADED(image, 0x200);
}

Test(loader_multiboot1, a_wrong_checksum_is_no_header)
{
	image[0x48] ^= 1;
	request.kind = BOOT_MULTIBOOT1;
	REFUSED(image, 0x200, "not a multiboot1 image");
}

Test(loader_multiboot1, a_header_must_lie_within_8_kib)
{
	memset(image, 0x90, sizeof(image));
	put_header(image + 8192 - 12, 0);
	REFUSED(image, sizeof(image), "nothing says where to load it");
	memset(image, 0x90, sizeof(image));
	put_header(image + 8192 - 8, 0);
	REFUSED(image, sizeof(image),
		"multiboot1 header at offset 0x1ff8 is not in the first 8192");
	memset(image, 0x90, sizeof(image));
	put_header(image + 2, 0);
	REFUSED(image, sizeof(image), "multiboot1 header at offset 0x2 is not 4-byte aligned");
}

Test(loader_multiboot1, truncated_address_fields_are_refused)
{
	for (size_t n = 0x4c; n < 0x60; n++) REFUSED(image, n, "the file ends within them");
}

Test(loader_multiboot1, address_fields_that_contradict_are_refused)
{
	put_le32(image + 0x50, 0x100024);
	REFUSED(image, 0x200, "load_addr 0x100024 lies above header_addr");
	put_le32(image + 0x50, 0xfff00);
	REFUSED(image, 0x200, "before the start of the file");
	put_addresses(0);
	put_le32(image + 0x54, 0xfffff);
	REFUSED(image, 0x200, "load_end_addr 0xfffff lies below");
	put_le32(image + 0x54, 0x100200);
	REFUSED(image, 0x200, "truncated");
	put_addresses(0);
	put_le32(image + 0x58, 0x1000ff);
	REFUSED(image, 0x200, "bss_end_addr 0x1000ff lies below");
	put_addresses(0);
	put_le32(image + 0x5c, 0x101000);
	REFUSED(image, 0x200, "entry_addr 0x101000 lies outside");
	put_le32(image + 0x5c, 0xfffff);
	REFUSED(image, 0x200, "entry_addr 0xfffff lies outside");
}

Test(loader_multiboot1, an_image_outside_of_ram_is_refused)
{
	put_le32(image + 0x58, 0x2000000);
	REFUSED(image, 0x200, "not all of them are RAM");
}

Test(loader_multiboot1, a_64_bit_entry_above_4_gib_is_refused)
{
	fixture_memory(5 * GIB);
	build_elf64(&elf, 5 * GIB);
	build_segment(&elf, 5 * GIB, 5 * GIB, 0x90, 64, 64);
	put_header(elf.bytes + BUILT_DATA, 0);
	REFUSED(elf.bytes, elf.size, "starts in 32-bit mode");
}

Test(loader_multiboot1, information_moves_up_when_low_memory_is_taken)
{
	build_elf32(&elf, 0x1000);
	build_segment(&elf, 0x1000, 0x1000, 0x90, 64, 0x9ec00);
	put_header(elf.bytes + BUILT_DATA, 0);
	LOADED(elf.bytes, elf.size);
	check_ge(u64, regs.gpr[CPU_RBX], MIB);
	check_eq(str, peek_string(info(64)), "bimetal");
}
