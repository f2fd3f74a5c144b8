/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0. The headers are written by hand. */
#include "tests/unit/boot/multiboot2_fixture.h"

/* ---- the image ---- */

Test(loader_multiboot2, a_length_that_is_no_multiple_of_8_is_a_warning)
{
	open_image();
	close_header();
	put_le32(header + 8, length - 4);
	put_le32(header + 12, 0u - 0xe85250d6 - (length - 4));
	LOADED(image, SIZE);
	check_eq(int, result.kind, BOOT_MULTIBOOT2);
	check(result.calls_bios);
	check_ne(ptr, strstr(result.warning, "offset 0x40: its length is not a multiple of 8"),
		 NULL, "%s", result.warning);
	close_header();
	LOADED(image, SIZE);
	check_eq(chr, result.warning[0], '\0');
	put_le32(header + 8, length - 12); /* the header ends before the end tag */
	put_le32(header + 12, 0u - 0xe85250d6 - (length - 12));
	REFUSED(image, SIZE, "each tag is padded to a multiple of 8");
}

Test(loader_multiboot2, the_address_tag_places_the_image)
{
	load_image();
	check_eq(int, result.kind, BOOT_MULTIBOOT2);
	check_eq(u32, peek32(0x100020), 0xe85250d6);
	check_eq(u8, peek8(0x1000ff), 0x90);
	check_eq(u8, peek8(0x100100), 0);
	check_eq(u8, peek8(0x100fff), 0);
	check_eq(u8, peek8(0x101000), 0xcc);
	check_eq(u64, result.image_base, 0x100000);
	check_eq(u64, result.image_end, 0x101000);
}

Test(loader_multiboot2, the_machine_state_is_as_section_3_3_says)
{
	load_image();
	check_eq(u64, regs.gpr[CPU_RAX], 0x36d76289);
	check_eq(u64, regs.gpr[CPU_RBX] % 8, 0);
	check_eq(u64, regs.rip, 0x100010);
	check_eq(u64, regs.cr0 & 0x80000001, 1);
	check_eq(u64, regs.rflags & 0x20200, 0);
	for (int i = 0; i < CPU_N_SEGMENTS; i++) {
		check_eq(u64, regs.seg[i].base, 0);
		check_eq(u32, regs.seg[i].limit, UINT32_MAX);
	}
	check_eq(u64, regs.gpr[CPU_RSP], START_UNDEFINED & UINT32_MAX);
	check_eq(u64, regs.gpr[CPU_RDX], START_UNDEFINED & UINT32_MAX);
}

Test(loader_multiboot2, load_addr_minus_one_loads_the_file_from_its_beginning)
{
	open_header(image + AT);
	TAG(2, REQUIRED, 0x200000 + AT, 0xffffffff, 0, 0);
	TAG(3, REQUIRED, 0x200080);
	load_image();
	check_eq(u64, result.image_base, 0x200000);
	check_eq(u64, result.image_end, 0x200000 + SIZE);
	open_header(image + AT);
	TAG(2, REQUIRED, AT - 1, 0xffffffff, 0, 0);
	TAG(3, REQUIRED, 0x200080);
	IMAGE_REFUSED("too low to load the file from its beginning");
}

Test(loader_multiboot2, address_tags_that_contradict_are_refused)
{
	static const struct {
		uint32_t word[4];
		const char *words;
	} bad[] = {
		{ { 0x100000, 0x100001, 0, 0 }, "load_addr 0x100001 lies above header_addr" },
		{ { 0x100000, 0xfff00, 0, 0 }, "before the start of the file" },
		{ { 0x100000, 0x100000, 0xfffff, 0 }, "load_end_addr 0xfffff lies below" },
		{ { 0x100000, 0x100000, 0x100400, 0 }, "truncated" },
		{ { 0x100000, 0x100000, 0x100100, 0x1000ff }, "bss_end_addr 0x1000ff lies below" },
		{ { 0x100000, 0x100000, 0x100100, 0x100110 }, "entry_addr 0x100110 lies outside" },
		{ { 0x100000, 0x100000, 0x100200, 0x2000000 }, "not all of them are RAM" },
		{ { 0x100111, 0x100111, 0, 0 }, "entry_addr 0x100110 lies outside" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		open_header(image + AT);
		put_tag(2, REQUIRED, bad[i].word, 4);
		TAG(3, REQUIRED, 0x100110);
		IMAGE_REFUSED(bad[i].words);
	}
	open_header(image + AT);
	TAG(2, REQUIRED, 0x100000, 0x100000, 0, 0);
	IMAGE_REFUSED("no entry address tag: nothing says where to start");
	open_header(image + AT);
	IMAGE_REFUSED("no address tag, and the file is not ELF");
}

Test(loader_multiboot2, an_elf_image_is_loaded_by_its_segments)
{
	open_elf();
	load_elf();
	check_eq(int, result.kind, BOOT_MULTIBOOT2);
	check_eq(u32, peek32(0x100000), 0xe85250d6);
	check_eq(u8, peek8(0x1002ff), 0);
	check_eq(u64, regs.rip, 0x100110);
}

Test(loader_multiboot2, a_64_bit_elf_image_starts_in_32_bit_mode_at_its_physical_entry)
{
	build_elf64(&elf, 0xffffffff80100110);
	build_segment(&elf, 0xffffffff80100000, 0x100000, 0x90, 0x200, 0x200);
	open_header(elf.bytes + BUILT_DATA);
	load_elf();
	check_eq(u64, regs.rip, 0x100110);
	check_eq(u64, regs.cr0 & 0x80000000, 0);
	check_eq(u64, regs.efer, 0);
}

Test(loader_multiboot2, the_entry_tag_wins_over_the_elf_headers)
{
	open_elf();
	TAG(3, REQUIRED, 0x1000f8);
	load_elf();
	check_eq(u64, regs.rip, 0x1000f8);
	open_elf();
	TAG(3, REQUIRED, 0x100300);
	close_header();
	REFUSED(elf.bytes, elf.size, "entry_addr 0x100300 lies outside");
}

Test(loader_multiboot2, the_address_tag_wins_over_the_elf_headers)
{
	open_elf();
	TAG(2, REQUIRED, 0x200000, 0x200000, 0x200100, 0);
	TAG(3, REQUIRED, 0x200080);
	load_elf();
	check_eq(u64, result.image_base, 0x200000);
	check_eq(u64, regs.rip, 0x200080);
}

Test(loader_multiboot2, a_64_bit_entry_above_4_gib_is_refused)
{
	fixture_memory(5 * GIB);
	build_elf64(&elf, 5 * GIB);
	build_segment(&elf, 5 * GIB, 5 * GIB, 0x90, 0x200, 0x200);
	open_header(elf.bytes + BUILT_DATA);
	close_header();
	REFUSED(elf.bytes, elf.size, "starts in 32-bit mode");
}

/* ---- recognition ---- */

static void put_multiboot1(uint8_t *p)
{
	put_le32(p, 0x1badb002);
	put_le32(p + 4, 0);
	put_le32(p + 8, 0u - 0x1badb002);
}

Test(loader_multiboot2, multiboot2_is_preferred_to_multiboot1_which_can_be_requested)
{
	open_elf();
	close_header();
	put_multiboot1(elf.bytes + BUILT_DATA + 0x100);
	LOADED(elf.bytes, elf.size);
	check_eq(int, result.kind, BOOT_MULTIBOOT2);
	request.kind = BOOT_MULTIBOOT1;
	LOADED(elf.bytes, elf.size);
	check_eq(int, result.kind, BOOT_MULTIBOOT1);
	check_eq(u64, regs.gpr[CPU_RAX], 0x2badb002);
}

Test(loader_multiboot2, a_refusal_names_the_other_header)
{
	TAG(77, REQUIRED, 0);
	IMAGE_REFUSED("requires a tag of type 77");
	check_eq(ptr, strstr(err, "--boot multiboot1"), NULL);
	put_multiboot1(image + 0x200);
	IMAGE_REFUSED("--boot multiboot1");
}

Test(loader_multiboot2, an_almost_valid_header_is_refused_with_the_reason)
{
	request.kind = BOOT_MULTIBOOT2;
	close_header();
	image[AT + 12] ^= 1;
	REFUSED(image, SIZE, "the checksum is 0x");
	close_header();
	image[AT + 12] ^= 1;
	request.kind = BOOT_AUTO;
	REFUSED(image, SIZE, "multiboot2 header at offset 0x40 has checksum 0x");
	close_header();
	put_le32(image + AT + 16 + 4, 4); /* size of its first tag */
	REFUSED(image, SIZE, "a tag smaller than 8 bytes");
	request.kind = BOOT_MULTIBOOT2;
	REFUSED("nothing", 7, "not a multiboot2 image: no header");
}

Test(loader_multiboot2, a_header_for_mips_is_refused)
{
	close_header();
	put_le32(image + AT + 4, 4);
	put_le32(image + AT + 12, 0u - 0xe85250d6 - 4 - length);
	REFUSED(image, SIZE, "for architecture 4 (MIPS)");
}

Test(loader_multiboot2, a_header_anywhere_in_the_first_32_kib_is_found)
{
	memset(image, 0x90, sizeof(image));
	open_header(image + 32768 - 80);
	TAG(2, REQUIRED, 0x100000, 0x100000, 0, 0);
	TAG(3, REQUIRED, 0x100010);
	close_header();
	LOADED(image, sizeof(image));
	check_eq(u64, result.image_base, 0x100000);
}

/* ---- header tags ---- */

Test(loader_multiboot2, information_requests_are_honoured_or_refused_by_number)
{
	for (uint32_t type = 1; type < 22; type++) {
		open_image();
		TAG(1, REQUIRED, type);
		load_image();
	}
	open_image();
	TAG(1, REQUIRED, 1, 22);
	IMAGE_REFUSED("requires tags of type 22");
	open_image();
	TAG(1, REQUIRED, 0);
	IMAGE_REFUSED("requires tags of type 0");
	open_image();
	TAG(1, OPTIONAL, 22, 0xffffffff);
	load_image();
}

Test(loader_multiboot2, unknown_tags_are_refused_unless_optional)
{
	TAG(11, REQUIRED, 0);
	IMAGE_REFUSED("requires a tag of type 11");
	open_image();
	TAG(0xffff, OPTIONAL, 0, 1, 2);
	load_image();
}

Test(loader_multiboot2, efi_entries_are_refused_when_required)
{
	TAG(8, REQUIRED, 0x100010);
	IMAGE_REFUSED("EFI i386 entry address tag");
	open_image();
	TAG(9, REQUIRED, 0x100010);
	IMAGE_REFUSED("EFI amd64 entry address tag");
	check_ne(ptr, strstr(err, "optional flag"), NULL);
	open_image();
	TAG(8, OPTIONAL, 0x100014);
	TAG(9, OPTIONAL, 0x100018);
	put_tag(7, REQUIRED, NULL, 0); /* a tag that means nothing on a machine with a BIOS */
	load_image();
	check_eq(u64, regs.rip, 0x100010);
}

Test(loader_multiboot2, a_required_console_must_exist)
{
	TAG(4, REQUIRED, 3);
	load_image();
	open_image();
	TAG(4, REQUIRED, 2);
	load_image();
	open_image();
	TAG(4, REQUIRED, 0);
	load_image();
	open_image();
	TAG(4, REQUIRED, 1);
	IMAGE_REFUSED("requires a console (console flags tag), but does not support EGA text");
	open_image();
	TAG(4, REQUIRED, 1);
	TAG(5, OPTIONAL, 1024, 768, 32);
	IMAGE_REFUSED("a graphics mode is not offered");
	open_image();
	TAG(4, OPTIONAL, 1);
	load_image();
}

Test(loader_multiboot2, a_required_graphics_mode_is_refused_with_the_reason)
{
	TAG(5, REQUIRED, 1024, 768, 32);
	IMAGE_REFUSED("requires a graphics mode (framebuffer tag, 1024x768, 32 bits)");
	open_image();
	TAG(5, OPTIONAL, 1024, 768, 32);
	load_image();
	open_image();
	TAG(5, REQUIRED, 80, 25, 0);
	load_image();
	open_image();
	TAG(5, REQUIRED, 0, 0, 0);
	load_image();
}

Test(loader_multiboot2, malformed_tags_are_refused_by_name)
{
	static const char *const name[] = { NULL,
					    NULL,
					    "its address tag",
					    "its entry address tag",
					    "its console flags tag",
					    "its framebuffer tag",
					    "its module alignment tag",
					    "its EFI boot services tag",
					    "its EFI i386 entry address tag",
					    "its EFI amd64 entry address tag",
					    "its relocatable tag" };

	for (uint16_t type = 2; type <= 10; type++) {
		open_image();
		TAG(type, OPTIONAL, 1, 2, 3, 4, 5);
		IMAGE_REFUSED(name[type]);
		check_ne(ptr, strstr(err, "does not fit its contents"), NULL, "%s", err);
	}
}

/* ---- relocation ---- */

static uint32_t load_base(void)
{
	uint32_t base = 0;

	require_eq(int, mb2_get_load_base(&info, &base), MB2_OK);
	check_eq(u64, result.image_base, base);
	return base;
}

Test(loader_multiboot2, a_relocatable_image_goes_where_it_prefers)
{
	open_elf();
	TAG(10, REQUIRED, 0x300000, 0xffffffff, 0x200000, 1);
	load_elf();
	check_eq(u32, load_base(), 0x400000);
	check_eq(u64, regs.rip, 0x400110);
	check_eq(u32, peek32(0x400000), 0xe85250d6);
	open_elf();
	TAG(10, REQUIRED, 0, 0xffffffff, 0x1000, 2);
	load_elf();
	check_eq(u32, load_base(), 0xfff000);
	open_elf();
	TAG(10, REQUIRED, 0, 0x500300, 0x10, 2);
	load_elf();
	check_eq(u32, load_base(), 0x500000);
	check_eq(u64, result.image_end, 0x500300);
}

Test(loader_multiboot2, without_a_preference_it_stays_where_it_is_linked_if_it_may)
{
	open_elf();
	TAG(10, REQUIRED, 0x100000, 0xffffffff, 0x1000, 0);
	load_elf();
	check_eq(u32, load_base(), 0x100000);
	open_elf();
	TAG(10, REQUIRED, 0x100001, 0xffffffff, 0x1000, 0);
	load_elf();
	check_eq(u32, load_base(), 0x101000);
	open_elf();
	TAG(10, REQUIRED, 0x1000, 0xffffffff, 0x200000, 0);
	load_elf();
	check_eq(u32, load_base(), 0x200000);
}

Test(loader_multiboot2, an_image_linked_beyond_memory_is_moved_into_it)
{
	build_elf32(&elf, 0xc0000110);
	build_segment(&elf, 0xc0000000, 0xc0000000, 0x90, 0x200, 0x200);
	build_segment(&elf, 0xc0002000, 0xc0002000, 0x77, 0x10, 0x20);
	open_header(elf.bytes + BUILT_DATA);
	TAG(10, REQUIRED, 0x100000, 0xffffffff, 0x1000, 0);
	load_elf();
	check_eq(u32, load_base(), 0x100000);
	check_eq(u64, regs.rip, 0x100110);
	check_eq(u8, peek8(0x10200f), 0x77);
	check_eq(u8, peek8(0x10201f), 0);
}

Test(loader_multiboot2, a_position_independent_image_linked_at_0_can_be_relocated)
{
	build_elf32(&elf, 0x110);
	build_segment(&elf, 0, 0, 0x90, 0x200, 0x200);
	built_header32(&elf)->e_type = ET_DYN;
	open_header(elf.bytes + BUILT_DATA);
	close_header();
	REFUSED(elf.bytes, elf.size, "position-independent");
	open_header(elf.bytes + BUILT_DATA);
	TAG(10, REQUIRED, 0x100000, 0xffffffff, 0x1000, 1);
	load_elf();
	check_eq(u64, regs.rip, 0x100110);
}

Test(loader_multiboot2, an_image_by_address_tag_is_relocated_with_its_entry)
{
	TAG(10, REQUIRED, 0x800000, 0x900000, 0x1000, 2);
	load_image();
	check_eq(u32, load_base(), 0x8ff000);
	check_eq(u64, regs.rip, 0x8ff010);
	check_eq(u8, peek8(0x8fffff), 0);
}

Test(loader_multiboot2, a_place_without_memory_is_refused_unless_optional)
{
	TAG(10, REQUIRED, 0x2000000, 0xffffffff, 0x1000, 1);
	IMAGE_REFUSED("its relocatable tag wants 0x1000 bytes of free memory between 0x2000000");
	open_image();
	TAG(10, OPTIONAL, 0x2000000, 0xffffffff, 0x1000, 1);
	load_image();
	check_eq(u32, load_base(), 0x100000);
	open_image();
	TAG(10, REQUIRED, 0x800000, 0x800fff, 0x1000, 1);
	IMAGE_REFUSED("its relocatable tag wants");
	open_image();
	TAG(10, OPTIONAL, 0, 1, 3, 1);
	IMAGE_REFUSED("its relocatable tag");
}

Test(loader_multiboot2, only_relocatable_images_get_their_load_base)
{
	uint32_t base;

	load_image();
	check_eq(int, mb2_get_load_base(&info, &base), MB2_NOT_FOUND);
}
