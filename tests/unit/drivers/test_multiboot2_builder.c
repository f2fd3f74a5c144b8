/* SPDX-License-Identifier: MIT */
#include "bimetal/multiboot2_builder.h"
#include "emu/array.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_info.h"
#include "tests/unit/emu/random.h"

enum { ROOM = 8192 };
static _Alignas(8) uint8_t buffer[ROOM];
static _Alignas(8) uint8_t again[ROOM];
static struct mb2_builder b;
static struct mb2_info info;
static uint8_t rsdp[MB2_RSDP_V2_SIZE];
static uint8_t blob[1024];

static void init(void)
{
	memset(buffer, 0xa5, sizeof(buffer)); /* none of these bytes may remain in the output */
	require_eq(int, mb2_builder_init(&b, buffer, sizeof(buffer)), MB2_OK);
	for (size_t i = 0; i < sizeof(blob); i++) blob[i] = (uint8_t)(i * 13 + 1);
	memset(rsdp, 0, sizeof(rsdp));
	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[20] = sizeof(rsdp);
	for (int i = 0; i < 8; i++) rsdp[8] = (uint8_t)(rsdp[8] - rsdp[i]);
	for (int i = 0; i < 32; i++) rsdp[32] = (uint8_t)(rsdp[32] - rsdp[i]);
}

static uint32_t finish(void)
{
	uint32_t total = 0;

	require_eq(int, mb2_builder_finish(&b, &total), MB2_OK);
	require_eq(int, mb2_info_load(&info, buffer, total), MB2_OK);
	require_eq(u32, info.size, total);
	return total;
}

#define ADDED(call) require_eq(int, (call), MB2_OK)

TestSuite(multiboot2_builder, .init = init, .timeout = 60);

Test(multiboot2_builder, a_builder_without_tags_makes_the_empty_structure)
{
	static const uint32_t want[4] = { 16, 0, 0, 8 };

	check_eq(u32, finish(), 16);
	check_eq(int, memcmp(buffer, want, 16), 0);
}

Test(multiboot2_builder, bytes_are_as_the_specification_lays_them_out)
{
	static const uint8_t want[] = {
		0x40, 0, 0, 0, 0,  0, 0, 0,                                 /* 64 bytes in all */
		1,    0, 0, 0, 11, 0, 0, 0, 'h', 'i',  0, 0, 0, 0,    0, 0, /* "hi" */
		3,    0, 0, 0, 18, 0, 0, 0, 0,   0x10, 0, 0, 0, 0x20, 0, 0,
		'm',  0, 0, 0, 0,  0, 0, 0, 18,  0,    0, 0, 8, 0,    0, 0, /* EFI boot services */
		0,    0, 0, 0, 8,  0, 0, 0,
	};

	ADDED(mb2_add_efi_boot_services(&b));
	ADDED(mb2_add_module(&b, 0x1000, 0x2000, "m"));
	ADDED(mb2_add_command_line(&b, "hi"));
	require_eq(u32, finish(), sizeof(want));
	check_eq(int, memcmp(buffer, want, sizeof(want)), 0);
}

Test(multiboot2_builder, tags_come_out_in_numeric_order_and_repeated_ones_as_added)
{
	static const uint32_t want[] = { 1, 2, 3, 3, 3, 13, 13, 16, 16, 21, 500, 500 };
	struct mb2_tags tags;
	struct mb2_tag tag;
	struct mb2_module m;
	const struct mb2_smbios smbios = { 3, 0, { blob, 10 } };

	ADDED(mb2_add_tag(&b, 500, blob, 3));
	ADDED(mb2_add_module(&b, 1, 2, "first"));
	ADDED(mb2_add_load_base(&b, 0x200000));
	ADDED(mb2_add_network(&b, blob, 7));
	ADDED(mb2_add_module(&b, 3, 4, "second"));
	ADDED(mb2_add_smbios(&b, &smbios));
	ADDED(mb2_add_loader_name(&b, "loader"));
	ADDED(mb2_add_network(&b, blob, 0));
	ADDED(mb2_add_smbios(&b, &smbios));
	ADDED(mb2_add_command_line(&b, ""));
	ADDED(mb2_add_tag(&b, 500, NULL, 0));
	ADDED(mb2_add_module(&b, 5, 6, "third"));
	finish();
	tags = mb2_tags_all(&info);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		require(mb2_tags_next(&tags, &tag));
		check_eq(u32, tag.type, want[i], "%zu", i);
		check_eq(sz, (size_t)(tag.bytes - buffer) % 8, 0);
		for (uint32_t pad = tag.size; pad % 8; pad++)
			check_eq(u8, tag.bytes[pad], 0, "padding of tag %zu", i);
	}
	check(!mb2_tags_next(&tags, &tag));
	tags = mb2_tags_of(&info, 3);
	for (uint32_t i = 0; i < 3; i++) {
		require(mb2_tags_next(&tags, &tag));
		require_eq(int, mb2_read_module(&tag, &m), MB2_OK);
		check_eq(u32, m.start, 1 + 2 * i);
	}
}

Test(multiboot2_builder, strings_get_one_nul)
{
	struct mb2_string s;

	ADDED(mb2_add_command_line(&b, "1234567")); /* 8 with the NUL: no padding */
	ADDED(mb2_add_loader_name(&b, "12345678"));
	ADDED(mb2_add_module(&b, 0, 0, "12345678"));
	check_eq(u32, finish(), 8 + 16 + 24 + 32 + 8);
	ADDED(mb2_get_command_line(&info, &s));
	check_eq(u32, s.length, 7);
	ADDED(mb2_get_loader_name(&info, &s));
	check_eq(str, s.text, "12345678");
}

/* Adds every tag, each by its own function. */
static const struct mb2_memory_range ranges[] = { { 0, 0x9fc00, 1 },
						  { 0x9fc00, 0x400, 2 },
						  { 0x100000, 0xfee0000, 1 },
						  { 0xffe0000, 0x20000, 3 } };

Test(multiboot2_builder, a_memory_map_holds_the_ranges_that_were_given)
{
	struct mb2_memory_map map;
	struct mb2_memory_range range;

	ADDED(mb2_add_memory_map(&b, ranges, 4));
	finish();
	ADDED(mb2_get_memory_map(&info, &map));
	require_eq(u32, map.n, 4);
	for (uint32_t i = 0; i < 4; i++) {
		require(mb2_memory_map_range(&map, i, &range));
		check_eq(u64, range.base, ranges[i].base);
		check_eq(u64, range.length, ranges[i].length);
		check_eq(u32, range.type, ranges[i].type);
	}
}

static void add_screens(struct mb2_builder *to)
{
	const struct mb2_vbe vbe = { 0x4118, 1, 2, 3, blob, blob + 512 };
	const struct mb2_framebuffer fb = { .address = 0xfd000000,
					    .pitch = 4096,
					    .width = 1024,
					    .height = 768,
					    .bits_per_pixel = 32,
					    .type = MB2_FRAMEBUFFER_RGB,
					    .red = { 16, 8 },
					    .green = { 8, 8 },
					    .blue = { 0, 8 } };

	ADDED(mb2_add_vbe(to, &vbe));
	ADDED(mb2_add_framebuffer(to, &fb));
}

Test(multiboot2_builder, a_screen_and_apm_are_what_was_given)
{
	const struct mb2_apm apm = { 0x102, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct mb2_apm said;
	struct mb2_framebuffer fb;

	add_screens(&b);
	ADDED(mb2_add_apm(&b, &apm));
	finish();
	ADDED(mb2_get_apm(&info, &said));
	check(said.version == 0x102 && said.code_segment == 1 && said.offset == 2);
	check(said.code_segment_16 == 3 && said.data_segment == 4 && said.flags == 5);
	check(said.code_length == 6 && said.code_length_16 == 7 && said.data_length == 8);
	ADDED(mb2_get_framebuffer(&info, &fb));
	check(fb.address == 0xfd000000 && fb.pitch == 4096);
	check(fb.width == 1024 && fb.height == 768 && fb.bits_per_pixel == 32);
	check(fb.type == MB2_FRAMEBUFFER_RGB && fb.red.position == 16 && fb.red.size == 8);
	check(fb.green.position == 8 && fb.blue.position == 0 && fb.blue.size == 8);
}

static void add_firmware(struct mb2_builder *to)
{
	const struct mb2_apm apm = { 0x102, 1, 2, 3, 4, 5, 6, 7, 8 };
	const struct mb2_smbios smbios = { 2, 8, { blob, 100 } };
	const struct mb2_efi_memory_map map = { blob, 5, 48, 1 };

	ADDED(mb2_add_apm(to, &apm));
	ADDED(mb2_add_efi32_system_table(to, 0x11));
	ADDED(mb2_add_efi64_system_table(to, 0x1200000000));
	ADDED(mb2_add_smbios(to, &smbios));
	ADDED(mb2_add_rsdp_v1(to, rsdp));
	ADDED(mb2_add_rsdp_v2(to, rsdp));
	ADDED(mb2_add_network(to, blob, 300));
	ADDED(mb2_add_efi_memory_map(to, &map));
	ADDED(mb2_add_efi_boot_services(to));
	ADDED(mb2_add_efi32_image_handle(to, 0x19));
	ADDED(mb2_add_efi64_image_handle(to, 0x2000000000));
}

static void add_all(struct mb2_builder *to)
{
	const struct mb2_basic_memory basic = { 639, 0x3fb80 };
	const struct mb2_boot_device device = { 0x80, 1, MB2_NO_PARTITION };
	const struct mb2_elf_sections sections = { blob, 9, 64, 8 };

	ADDED(mb2_add_command_line(to, "root=/dev/vda \xc3\xa9"));
	ADDED(mb2_add_loader_name(to, "a loader"));
	ADDED(mb2_add_module(to, 0x200000, 0x234567, "initrd"));
	ADDED(mb2_add_module(to, 0x300000, 0x300000, ""));
	ADDED(mb2_add_basic_memory(to, &basic));
	ADDED(mb2_add_boot_device(to, &device));
	ADDED(mb2_add_memory_map(to, ranges, 4));
	add_screens(to);
	ADDED(mb2_add_elf_sections(to, &sections));
	add_firmware(to);
	ADDED(mb2_add_load_base(to, 0x400000));
}

/* Reads a structure with the typed functions, and builds it again from their results. */
static void copy_first_half(struct mb2_builder *to, const struct mb2_info *from)
{
	struct mb2_string text;
	struct mb2_basic_memory basic;
	struct mb2_boot_device device;
	struct mb2_memory_map map;
	struct mb2_memory_range range[8];
	struct mb2_vbe vbe;
	struct mb2_framebuffer fb;
	struct mb2_elf_sections sections;

	ADDED(mb2_get_command_line(from, &text));
	ADDED(mb2_add_command_line(to, text.text));
	ADDED(mb2_get_loader_name(from, &text));
	ADDED(mb2_add_loader_name(to, text.text));
	ADDED(mb2_get_basic_memory(from, &basic));
	ADDED(mb2_add_basic_memory(to, &basic));
	ADDED(mb2_get_boot_device(from, &device));
	ADDED(mb2_add_boot_device(to, &device));
	ADDED(mb2_get_memory_map(from, &map));
	for (uint32_t i = 0; i < map.n; i++) require(mb2_memory_map_range(&map, i, &range[i]));
	ADDED(mb2_add_memory_map(to, range, map.n));
	ADDED(mb2_get_vbe(from, &vbe));
	ADDED(mb2_add_vbe(to, &vbe));
	ADDED(mb2_get_framebuffer(from, &fb));
	ADDED(mb2_add_framebuffer(to, &fb));
	ADDED(mb2_get_elf_sections(from, &sections));
	ADDED(mb2_add_elf_sections(to, &sections));
}

static void copy_firmware(struct mb2_builder *to, const struct mb2_info *from)
{
	struct mb2_apm apm;
	struct mb2_rsdp r;
	uint32_t v32;
	uint64_t v64;

	ADDED(mb2_get_apm(from, &apm));
	ADDED(mb2_add_apm(to, &apm));
	ADDED(mb2_get_efi32_system_table(from, &v32));
	ADDED(mb2_add_efi32_system_table(to, v32));
	ADDED(mb2_get_efi64_system_table(from, &v64));
	ADDED(mb2_add_efi64_system_table(to, v64));
	ADDED(mb2_get_rsdp_v1(from, &r));
	ADDED(mb2_add_rsdp_v1(to, r.bytes));
	ADDED(mb2_get_rsdp_v2(from, &r));
	ADDED(mb2_add_rsdp_v2(to, r.bytes));
	ADDED(mb2_get_efi32_image_handle(from, &v32));
	ADDED(mb2_add_efi32_image_handle(to, v32));
	ADDED(mb2_get_efi64_image_handle(from, &v64));
	ADDED(mb2_add_efi64_image_handle(to, v64));
	ADDED(mb2_get_load_base(from, &v32));
	ADDED(mb2_add_load_base(to, v32));
}

static void copy_repeated(struct mb2_builder *to, const struct mb2_info *from)
{
	struct mb2_tags tags = mb2_tags_all(from);
	struct mb2_tag tag;
	struct mb2_module m;
	struct mb2_smbios smbios;
	struct mb2_blob dhcp;

	while (mb2_tags_next(&tags, &tag)) {
		if (mb2_read_module(&tag, &m) == MB2_OK)
			ADDED(mb2_add_module(to, m.start, m.end, m.text.text));
		if (mb2_read_smbios(&tag, &smbios) == MB2_OK) ADDED(mb2_add_smbios(to, &smbios));
		if (mb2_read_network(&tag, &dhcp) == MB2_OK)
			ADDED(mb2_add_network(to, dhcp.bytes, dhcp.size));
		/* The EFI boot services tag hides this one from readers. */
		if (tag.type == MB2_TAG_EFI_MEMORY_MAP)
			ADDED(mb2_add_tag(to, tag.type, mb2_tag_payload(&tag).bytes,
					  mb2_tag_payload(&tag).size));
	}
	if (mb2_efi_boot_services_run(from)) ADDED(mb2_add_efi_boot_services(to));
}

Test(multiboot2_builder, every_tag_survives_reading_and_building_again_byte_for_byte)
{
	struct mb2_builder second;
	struct mb2_tags tags;
	struct mb2_tag tag;
	uint32_t total, total_again;
	uint32_t seen = 0;

	add_all(&b);
	total = finish();
	tags = mb2_tags_all(&info);
	while (mb2_tags_next(&tags, &tag)) seen |= 1u << tag.type;
	check_eq(u32, seen, 0x3ffffe, "every type of 1 to 21 is there");

	memset(again, 0x5a, sizeof(again));
	ADDED(mb2_builder_init(&second, again, sizeof(again)));
	copy_first_half(&second, &info);
	copy_firmware(&second, &info);
	copy_repeated(&second, &info);
	ADDED(mb2_builder_finish(&second, &total_again));
	require_eq(u32, total_again, total);
	check_eq(int, memcmp(buffer, again, total), 0);
}

Test(multiboot2_builder, framebuffers_of_other_types)
{
	const struct mb2_framebuffer text = { .address = 0xb8000,
					      .pitch = 160,
					      .width = 80,
					      .height = 25,
					      .bits_per_pixel = 16,
					      .type = MB2_FRAMEBUFFER_EGA_TEXT };
	struct mb2_framebuffer indexed = { .type = MB2_FRAMEBUFFER_INDEXED,
					   .palette = blob,
					   .n_colours = 256 };
	struct mb2_framebuffer got;
	struct mb2_colour c;

	ADDED(mb2_add_framebuffer(&b, &text));
	check_eq(u32, finish(), 8 + 32 + 8);
	ADDED(mb2_get_framebuffer(&info, &got));
	check_eq(u32, got.width, 80);
	init();
	ADDED(mb2_add_framebuffer(&b, &indexed));
	finish();
	ADDED(mb2_get_framebuffer(&info, &got));
	check_eq(u16, got.n_colours, 256);
	require(mb2_palette_colour(&got, 255, &c));
	check_eq(u8, c.blue, blob[767]);
	init();
	indexed.palette = NULL;
	check_eq(int, mb2_add_framebuffer(&b, &indexed), MB2_NULL);
	indexed.n_colours = 0;
	check_eq(int, mb2_add_framebuffer(&b, &indexed), MB2_OK);
	indexed.type = 3;
	check_eq(int, mb2_add_framebuffer(&b, &indexed), MB2_BAD_VALUE);
}

/* ---- refused requests ---- */

Test(multiboot2_builder, buffers_that_cannot_be_used_are_refused)
{
	check_eq(int, mb2_builder_init(NULL, buffer, 64), MB2_NULL);
	check_eq(int, mb2_builder_init(&b, NULL, 64), MB2_NULL);
	for (int i = 1; i < 8; i++)
		check_eq(int, mb2_builder_init(&b, buffer + i, 64), MB2_MISALIGNED);
	for (size_t n = 0; n < 16; n++) check_eq(int, mb2_builder_init(&b, buffer, n), MB2_NO_ROOM);
	check_eq(int, mb2_builder_init(&b, buffer, 16), MB2_OK);
	finish();
}

Test(multiboot2_builder, a_tag_that_comes_once_is_refused_a_second_time)
{
	ADDED(mb2_add_load_base(&b, 1));
	ADDED(mb2_add_command_line(&b, "x"));
	check_eq(int, mb2_add_load_base(&b, 2), MB2_DUPLICATE);
	check_eq(int, mb2_add_command_line(&b, "y"), MB2_DUPLICATE);
	check_eq(int, mb2_add_tag(&b, MB2_TAG_END, NULL, 0), MB2_BAD_VALUE);
	check_eq(u32, finish(), 8 + 16 + 16 + 8);
}

Test(multiboot2_builder, values_that_the_reader_would_refuse_are_refused)
{
	struct mb2_elf_sections s = { blob, 2, 64, 2 };
	struct mb2_efi_memory_map map = { blob, 1, 36, 1 };
	const struct mb2_vbe vbe = { .mode = 3 };

	check_eq(int, mb2_add_module(&b, 2, 1, ""), MB2_BAD_VALUE);
	check_eq(int, mb2_add_module(&b, 1, 2, NULL), MB2_NULL);
	check_eq(int, mb2_add_module(&b, 1, 2, "\xff"), MB2_NOT_UTF8);
	check_eq(int, mb2_add_loader_name(&b, NULL), MB2_NULL);
	check_eq(int, mb2_add_elf_sections(&b, &s), MB2_BAD_VALUE);
	s.entry_size = 48;
	check_eq(int, mb2_add_elf_sections(&b, &s), MB2_BAD_VALUE);
	s.headers = NULL;
	check_eq(int, mb2_add_elf_sections(&b, &s), MB2_NULL);
	check_eq(int, mb2_add_efi_memory_map(&b, &map), MB2_BAD_VALUE);
	map.descriptor_size = 44;
	check_eq(int, mb2_add_efi_memory_map(&b, &map), MB2_BAD_VALUE);
	check_eq(int, mb2_add_vbe(&b, &vbe), MB2_NULL);
	check_eq(int, mb2_add_tag(&b, 99, NULL, 1), MB2_NULL);
	check_eq(int, mb2_add_memory_map(&b, NULL, 1), MB2_NULL);
	check_eq(u32, finish(), 16);
}

Test(multiboot2_builder, a_tag_of_0_sections_is_valid)
{
	const struct mb2_elf_sections none = { NULL, 0, 0, 0 };
	struct mb2_elf_sections got;

	ADDED(mb2_add_elf_sections(&b, &none));
	check_eq(u32, finish(), 8 + 24 + 8);
	ADDED(mb2_get_elf_sections(&info, &got));
	check_eq(u32, got.n, 0);
}

Test(multiboot2_builder, sizes_that_wrap_around_find_no_room)
{
	const struct mb2_elf_sections s = { blob, 0x4000000, 64, 0 };
	const struct mb2_efi_memory_map map = { blob, 0x10000001, 0x80000000, 1 };

	check_eq(int, mb2_add_elf_sections(&b, &s), MB2_NO_ROOM);
	check_eq(int, mb2_add_efi_memory_map(&b, &map), MB2_NO_ROOM);
	check_eq(int, mb2_add_memory_map(&b, ranges, 0x0aaaaaab), MB2_NO_ROOM);
	check_eq(int, mb2_add_tag(&b, 99, blob, UINT32_MAX), MB2_NO_ROOM);
	check_eq(int, mb2_add_tag(&b, 99, blob, UINT32_MAX - 8), MB2_NO_ROOM);
	check_eq(u32, finish(), 16);
}

Test(multiboot2_builder, a_full_buffer_says_so_and_can_still_be_finished)
{
	for (size_t room = 16; room < 400; room++) {
		uint8_t *block = aligned_alloc(8, (room + 7) & ~(size_t)7);
		uint32_t total = 0;
		unsigned added = 0;

		require_eq(int, mb2_builder_init(&b, block, room), MB2_OK);
		added += mb2_add_memory_map(&b, ranges, 4) == MB2_OK;
		added += mb2_add_command_line(&b, "0123456789") == MB2_OK;
		added += mb2_add_module(&b, 1, 2, "module") == MB2_OK;
		added += mb2_add_rsdp_v1(&b, rsdp) == MB2_OK;
		added += mb2_add_efi_boot_services(&b) == MB2_OK;
		require_eq(int, mb2_builder_finish(&b, &total), MB2_OK);
		require_le(sz, total, room);
		require_eq(int, mb2_info_load(&info, block, room), MB2_OK);
		check_eq(int, mb2_add_efi_boot_services(&b), MB2_NO_ROOM); /* it is finished */
		if (room >= 16 + 112 + 24 + 24 + 32 + 8) check_eq(uint, added, 5);
		free(block);
	}
}

Test(multiboot2_builder, the_space_of_a_tag_is_known_beforehand)
{
	for (uint32_t n = 0; n < 20; n++) {
		init();
		ADDED(mb2_add_tag(&b, 99, blob, n));
		check_eq(u32, finish(), 16 + mb2_builder_tag_space(n));
	}
}

Test(multiboot2_builder, tags_in_any_order_make_the_same_bytes)
{
	uint64_t random = 5;
	uint32_t total;

	for (uint32_t type = 1; type < 40; type++) ADDED(mb2_add_tag(&b, type, blob, type));
	total = finish();
	for (int round = 0; round < 200; round++) {
		uint32_t types[39];
		uint32_t total_again;
		struct mb2_builder shuffled;

		for (uint32_t i = 0; i < 39; i++) types[i] = i + 1;
		for (uint32_t i = 38; i > 0; i--) {
			uint32_t j = (uint32_t)(random_next(&random) % (i + 1));
			uint32_t swap = types[i];

			types[i] = types[j];
			types[j] = swap;
		}
		memset(again, round, sizeof(again));
		ADDED(mb2_builder_init(&shuffled, again, sizeof(again)));
		for (int i = 0; i < 39; i++)
			ADDED(mb2_add_tag(&shuffled, types[i], blob, types[i]));
		ADDED(mb2_builder_finish(&shuffled, &total_again));
		require_eq(u32, total_again, total);
		require_eq(int, memcmp(buffer, again, total), 0);
	}
}
