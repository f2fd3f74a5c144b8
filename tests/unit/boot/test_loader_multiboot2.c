/* SPDX-License-Identifier: MIT */
/* Multiboot2 Specification 2.0. The headers are written by hand. */
#include "bimetal/multiboot2_info.h"
#include "elf_builder.h"
#include "emu/x86/start_state.h"
#include "loader_fixture.h"

enum { AT = 0x40, SIZE = 0x400, OPTIONAL = 1, REQUIRED = 0 };

static uint8_t image[65536];
static struct built elf;
static uint8_t *header; /* the one being written, in an image */
static size_t at;       /* where its next tag goes */
static uint32_t length; /* of the whole header, after close_header() */
static _Alignas(8) uint8_t block[32768];
static struct mb2_info info;

static void open_header(uint8_t *p)
{
	header = p;
	put_le32(header, 0xe85250d6);
	put_le32(header + 4, 0);
	at = 16;
}

/* Adds a tag with these 32-bit words. */
static void put_tag(uint16_t type, int optional, const uint32_t *words, unsigned n)
{
	put_le16(header + at, type);
	put_le16(header + at + 2, (uint16_t)optional);
	put_le32(header + at + 4, 8 + 4 * n);
	if (n) memcpy(header + at + 8, words, (size_t)n * 4);
	at = (at + 8 + (size_t)n * 4 + 7) & ~(size_t)7;
}

#define TAG(type, optional, ...)                                       \
	put_tag((type), (optional), (const uint32_t[]){ __VA_ARGS__ }, \
		sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void close_header(void)
{
	put_tag(0, 0, NULL, 0);
	length = (uint32_t)at;
	put_le32(header + 8, length);
	put_le32(header + 12, 0u - 0xe85250d6 - length);
	at -= 8; /* another tag may overwrite the end tag */
}

/* Begins an image whose address tag loads 0x100 bytes of the file to 1 MiB, with the bss ending
 * 0x1000 bytes from there; and an entry tag. */
static void open_image(void)
{
	memset(image, 0x90, sizeof(image));
	open_header(image + AT);
	TAG(2, REQUIRED, 0x100020, 0x100000, 0x100100, 0x101000);
	TAG(3, REQUIRED, 0x100010);
}

static void open_elf(void)
{
	build_elf32(&elf, 0x100110);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 0x200, 0x300);
	open_header(elf.bytes + BUILT_DATA);
}

static void load_image(void)
{
	uint32_t total;

	close_header();
	LOADED(image, SIZE);
	total = peek32(regs.gpr[CPU_RBX]);
	require_le(sz, total, sizeof(block));
	require(mem_read(&mem, regs.gpr[CPU_RBX], block, total));
	require_eq(int, mb2_info_load(&info, block, total), MB2_OK);
}

static void load_elf(void)
{
	uint32_t total;

	close_header();
	LOADED(elf.bytes, elf.size);
	total = peek32(regs.gpr[CPU_RBX]);
	require_le(sz, total, sizeof(block));
	require(mem_read(&mem, regs.gpr[CPU_RBX], block, total));
	require_eq(int, mb2_info_load(&info, block, total), MB2_OK);
}

#define IMAGE_REFUSED(words)                 \
	do {                                 \
		close_header();              \
		REFUSED(image, SIZE, words); \
	} while (0)

static void init(void)
{
	fixture_init();
	open_image();
}

TestSuite(loader_multiboot2, .init = init, .fini = fixture_fini);

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
	REFUSED(image, SIZE, "no multiboot2 header in the first 32 KiB");
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
