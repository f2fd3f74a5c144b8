/* SPDX-License-Identifier: MIT */
/* Reading, of structures laid down by hand: nothing here comes from the builder. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_info.h"
#include "tests/emu/random.h"

enum { ROOM = 8192 };
static _Alignas(8) uint8_t raw[ROOM];
static uint32_t at;
static struct mb2_info info;

static void put(uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) raw[at++] = (uint8_t)(v >> (8 * i));
}

static void put_bytes(const void *bytes, size_t n)
{
	memcpy(raw + at, bytes, n);
	at += (uint32_t)n;
}

static uint32_t tag_start;

static void open_tag(uint32_t type)
{
	at = (at + 7) & ~7u;
	tag_start = at;
	put(type, 4);
	put(0, 4);
}

static void close_tag(void)
{
	uint32_t end = at;

	at = tag_start + 4;
	put(end - tag_start, 4);
	at = end;
}

static void begin(void)
{
	memset(raw, 0xee, sizeof(raw)); /* padding is what it is */
	at = 0;
	put(0, 4);
	put(0x12345678, 4); /* reserved: to be ignored */
}

static enum mb2_status end(void)
{
	uint32_t total;

	open_tag(0);
	close_tag();
	total = at;
	at = 0;
	put(total, 4);
	at = total;
	return mb2_info_load(&info, raw, total);
}

/* One tag of this payload. */
static void single(uint32_t type, const void *payload, size_t n)
{
	begin();
	open_tag(type);
	put_bytes(payload, n);
	close_tag();
	cr_assert(eq(int, end(), MB2_OK));
}

/* A tag whose payload is cut at every length gives an error, never a reading past its end: the
 * structure lies at the end of a block of its own, which the sanitizers watch. */
#define CUT(type, payload, full, get)                                                        \
	do {                                                                                 \
		for (size_t cut_ = 0; cut_ < (full); cut_++) {                               \
			single((type), (payload), cut_);                                     \
			uint8_t *block_ = aligned_alloc(8, info.size);                       \
			memcpy(block_, raw, info.size);                                      \
			cr_assert(eq(int, mb2_info_load(&info, block_, info.size), MB2_OK)); \
			cr_expect(ne(int, (get), MB2_OK), "cut to %zu", cut_);               \
			free(block_);                                                        \
		}                                                                            \
	} while (0)

TestSuite(multiboot2_info, .init = begin, .timeout = 20);

/* ---- the structure ---- */

Test(multiboot2_info, an_empty_structure_is_a_head_and_the_end_tag)
{
	struct mb2_tags tags;
	struct mb2_tag tag;

	cr_assert(eq(int, end(), MB2_OK));
	cr_expect(eq(u32, info.size, 16));
	tags = mb2_tags_all(&info);
	cr_expect(not(mb2_tags_next(&tags, &tag)));
}

Test(multiboot2_info, null_misaligned_and_short_structures_are_refused)
{
	cr_assert(eq(int, end(), MB2_OK));
	cr_expect(eq(int, mb2_info_load(NULL, raw, 16), MB2_NULL));
	cr_expect(eq(int, mb2_info_load(&info, NULL, 16), MB2_NULL));
	for (int i = 1; i < 8; i++)
		cr_expect(eq(int, mb2_info_load(&info, raw + i, 16), MB2_MISALIGNED));
	for (size_t n = 0; n < 16; n++)
		cr_expect(eq(int, mb2_info_load(&info, raw, n), MB2_TOO_SHORT), "%zu", n);
	cr_expect(eq(int, mb2_info_load(&info, raw, SIZE_MAX), MB2_OK));
}

Test(multiboot2_info, total_sizes_that_cannot_be_are_refused)
{
	cr_assert(eq(int, end(), MB2_OK));
	for (uint32_t total = 0; total < 64; total++) {
		enum mb2_status want = total % 8 || total < 8 ? MB2_BAD_TOTAL : MB2_NO_END_TAG;

		at = 0;
		put(total, 4);
		if (total == 16) want = MB2_OK;
		cr_expect(eq(int, mb2_info_load(&info, raw, sizeof(raw)), want), "%u", total);
	}
	at = 0;
	put(UINT32_MAX - 7, 4);
	cr_expect(eq(int, mb2_info_load(&info, raw, sizeof(raw)), MB2_TOO_SHORT));
}

Test(multiboot2_info, the_end_tag_must_be_8_bytes_exactly_at_the_end)
{
	static const uint32_t words[] = { 32, 0, 0, 8, 0, 8, 0, 8 };

	memcpy(raw, words, sizeof(words)); /* two more behind the first */
	cr_expect(eq(int, mb2_info_load(&info, raw, 32), MB2_NO_END_TAG));
	begin();
	open_tag(1);
	put(0, 1);
	close_tag();
	cr_assert(eq(int, end(), MB2_OK));
	raw[info.size - 4] = 16; /* its size */
	cr_expect(eq(int, mb2_info_load(&info, raw, info.size), MB2_BAD_TAG_SIZE));
	raw[info.size - 4] = 8;
	raw[info.size - 8] = 1; /* its type */
	cr_expect(eq(int, mb2_info_load(&info, raw, info.size), MB2_NO_END_TAG));
}

Test(multiboot2_info, tag_sizes_below_8_or_past_the_end_are_refused)
{
	begin();
	open_tag(0x1234);
	put(0, 8);
	close_tag();
	cr_assert(eq(int, end(), MB2_OK));
	for (uint64_t size = 0; size < 64; size++) {
		enum mb2_status got;

		at = 12;
		put(size, 4);
		got = mb2_info_load(&info, raw, 32);
		if (size < 8 || size > 24)
			cr_expect(eq(int, got, MB2_BAD_TAG_SIZE), "%d", (int)size);
		else if (size > 8 && size <= 16)
			cr_expect(eq(int, got, MB2_OK), "%d", (int)size);
		else
			cr_expect(ne(int, got, MB2_OK), "%d", (int)size);
	}
	for (uint64_t size = UINT32_MAX - 16; size <= UINT32_MAX; size++) {
		at = 12;
		put(size, 4);
		cr_expect(eq(int, mb2_info_load(&info, raw, 32), MB2_BAD_TAG_SIZE));
	}
}

Test(multiboot2_info, tags_come_in_order_and_by_type)
{
	struct mb2_tags tags;
	struct mb2_tag tag;
	const uint32_t types[] = { 77, 3, 77, 1, 0x80000000 };

	for (int i = 0; i < 5; i++) {
		open_tag(types[i]);
		put(i, 1 + i);
		close_tag();
	}
	cr_assert(eq(int, end(), MB2_OK));
	tags = mb2_tags_all(&info);
	for (int i = 0; i < 5; i++) {
		cr_assert(mb2_tags_next(&tags, &tag));
		cr_expect(eq(u32, tag.type, types[i]));
		cr_expect(eq(u32, tag.size, 9 + i));
		cr_expect(eq(u32, mb2_tag_payload(&tag).size, 1 + i));
		cr_expect(eq(u8, mb2_tag_payload(&tag).bytes[0], i));
	}
	cr_expect(not(mb2_tags_next(&tags, &tag)));
	cr_expect(not(mb2_tags_next(&tags, &tag)));
	tags = mb2_tags_of(&info, 77);
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_expect(eq(u8, mb2_tag_payload(&tag).bytes[0], 2));
	cr_expect(not(mb2_tags_next(&tags, &tag)));
}

/* ---- strings and modules ---- */

Test(multiboot2_info, strings_end_at_their_first_nul)
{
	struct mb2_string s;

	single(1, "root=/dev/sda\0garbage", 22);
	cr_assert(eq(int, mb2_get_command_line(&info, &s), MB2_OK));
	cr_expect(eq(str, (char *)s.text, "root=/dev/sda"));
	cr_expect(eq(u32, s.length, 13));
	cr_expect(eq(int, mb2_get_loader_name(&info, &s), MB2_NOT_FOUND));
	single(2, "", 1);
	cr_assert(eq(int, mb2_get_loader_name(&info, &s), MB2_OK));
	cr_expect(eq(u32, s.length, 0));
}

Test(multiboot2_info, a_string_without_end_or_not_utf8_is_refused)
{
	struct mb2_string s;

	single(1, "no end", 6);
	cr_expect(eq(int, mb2_get_command_line(&info, &s), MB2_BAD_STRING));
	single(1, "", 0);
	cr_expect(eq(int, mb2_get_command_line(&info, &s), MB2_BAD_STRING));
	single(1, "\xc3(", 3);
	cr_expect(eq(int, mb2_get_command_line(&info, &s), MB2_NOT_UTF8));
	single(1, "a\xe2\x82", 4);
	cr_expect(eq(int, mb2_get_command_line(&info, &s), MB2_NOT_UTF8));
}

static void put_module(uint32_t start, uint32_t stop, const char *text)
{
	open_tag(3);
	put(start, 4);
	put(stop, 4);
	put_bytes(text, strlen(text) + 1);
	close_tag();
}

Test(multiboot2_info, modules_repeat)
{
	struct mb2_tags tags;
	struct mb2_tag tag;
	struct mb2_module m;

	put_module(0x200000, 0x200100, "initrd");
	open_tag(2);
	put(0, 1);
	close_tag();
	put_module(0x300000, 0x300000, "");
	put_module(2, 1, "backwards");
	cr_assert(eq(int, end(), MB2_OK));
	tags = mb2_tags_of(&info, MB2_TAG_MODULE);
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_assert(eq(int, mb2_read_module(&tag, &m), MB2_OK));
	cr_expect(eq(u32, m.start, 0x200000));
	cr_expect(eq(u32, m.end, 0x200100));
	cr_expect(eq(str, (char *)m.text.text, "initrd"));
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_expect(eq(int, mb2_read_module(&tag, &m), MB2_OK)); /* an empty file */
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_expect(eq(int, mb2_read_module(&tag, &m), MB2_BAD_VALUE));
	cr_expect(not(mb2_tags_next(&tags, &tag)));
	tag.type = MB2_TAG_SMBIOS;
	cr_expect(eq(int, mb2_read_module(&tag, &m), MB2_BAD_VALUE));
}

static enum mb2_status first_module(void)
{
	struct mb2_tags tags = mb2_tags_of(&info, MB2_TAG_MODULE);
	struct mb2_module m;
	struct mb2_tag tag;

	cr_assert(mb2_tags_next(&tags, &tag));
	return mb2_read_module(&tag, &m);
}

Test(multiboot2_info, a_module_cut_anywhere_is_refused)
{
	CUT(3, "\0\0\x20\0\0\0\x30\0abc", 12, first_module());
}

/* ---- memory ---- */

Test(multiboot2_info, basic_memory_and_boot_device_have_one_size)
{
	struct mb2_basic_memory m;
	struct mb2_boot_device d;
	static const uint32_t words[] = { 639, 0x1fb80, 0xffffffff, 0 };

	single(4, words, 8);
	cr_assert(eq(int, mb2_get_basic_memory(&info, &m), MB2_OK));
	cr_expect(eq(u32, m.lower_kib, 639));
	cr_expect(eq(u32, m.upper_kib, 0x1fb80));
	single(5, words, 12);
	cr_assert(eq(int, mb2_get_boot_device(&info, &d), MB2_OK));
	cr_expect(eq(u32, d.bios_device, 639));
	cr_expect(eq(u32, d.partition, 0x1fb80));
	cr_expect(eq(u32, d.sub_partition, MB2_NO_PARTITION));
	CUT(4, words, 8, mb2_get_basic_memory(&info, &m));
	CUT(5, words, 12, mb2_get_boot_device(&info, &d));
	single(4, words, 12);
	cr_expect(eq(int, mb2_get_basic_memory(&info, &m), MB2_BAD_SIZE));
	single(5, words, 16);
	cr_expect(eq(int, mb2_get_boot_device(&info, &d), MB2_BAD_SIZE));
}

static void put_map(uint32_t entry_size, uint32_t n, uint32_t rest)
{
	begin();
	open_tag(6);
	put(entry_size, 4);
	put(0, 4);
	for (uint32_t i = 0; i < n; i++) {
		put(0x100000ull * i, 8);
		put(0x1234567890ull + i, 8);
		put(1 + i % 5, 4);
		put(0xffffffff, 4); /* reserved */
		for (uint32_t extra = 24; extra < entry_size; extra++) put(0xdd, 1);
	}
	for (uint32_t i = 0; i < rest; i++) put(0, 1);
	close_tag();
	cr_assert(eq(int, end(), MB2_OK));
}

Test(multiboot2_info, every_range_of_a_memory_map_is_counted_the_last_one_too)
{
	struct mb2_memory_map map;
	struct mb2_memory_range r;

	for (uint32_t n = 0; n < 8; n++) {
		for (uint32_t size = 24; size <= 48; size += 8) {
			put_map(size, n, 0);
			cr_assert(eq(int, mb2_get_memory_map(&info, &map), MB2_OK));
			cr_expect(eq(u32, map.n, n));
			for (uint32_t i = 0; i < n; i++) {
				cr_assert(mb2_memory_map_range(&map, i, &r));
				cr_expect(eq(u64, r.base, 0x100000ull * i));
				cr_expect(eq(u64, r.length, 0x1234567890ull + i));
				cr_expect(eq(u32, r.type, 1 + i % 5));
			}
			cr_expect(not(mb2_memory_map_range(&map, n, &r)));
			cr_expect(not(mb2_memory_map_range(&map, UINT32_MAX, &r)));
		}
	}
}

Test(multiboot2_info, memory_maps_of_odd_entries_are_refused)
{
	struct mb2_memory_map map;

	for (uint32_t size = 0; size < 24; size++) {
		put_map(size, 1, 0);
		cr_expect(eq(int, mb2_get_memory_map(&info, &map), MB2_BAD_VALUE), "%u", size);
	}
	put_map(28, 1, 0);
	cr_expect(eq(int, mb2_get_memory_map(&info, &map), MB2_BAD_VALUE));
	for (uint32_t rest = 1; rest < 24; rest++) {
		put_map(24, 2, rest);
		cr_expect(eq(int, mb2_get_memory_map(&info, &map), MB2_BAD_SIZE), "%u", rest);
	}
	put_map(0x80000000, 0, 0);
	cr_expect(eq(int, mb2_get_memory_map(&info, &map), MB2_OK));
	cr_expect(eq(u32, map.n, 0));
}

/* ---- screen ---- */

Test(multiboot2_info, vbe_is_784_bytes)
{
	static uint8_t payload[784];
	struct mb2_vbe vbe;

	for (int i = 0; i < 784; i++) payload[i] = (uint8_t)(i * 7);
	payload[0] = 0x12;
	payload[1] = 0x41;
	single(7, payload, 776);
	cr_assert(eq(int, mb2_get_vbe(&info, &vbe), MB2_OK));
	cr_expect(eq(u16, vbe.mode, 0x4112));
	cr_expect(eq(u16, vbe.interface_segment, 14 | 21 << 8));
	cr_expect(eq(u16, vbe.interface_offset, 28 | 35 << 8));
	cr_expect(eq(u16, vbe.interface_length, 42 | 49 << 8));
	cr_expect(eq(int, memcmp(vbe.control_info, payload + 8, 512), 0));
	cr_expect(eq(int, memcmp(vbe.mode_info, payload + 520, 256), 0));
	CUT(7, payload, 776, mb2_get_vbe(&info, &vbe));
	single(7, payload, 777);
	cr_expect(eq(int, mb2_get_vbe(&info, &vbe), MB2_BAD_SIZE));
}

/* type and what follows the common part */
static void put_framebuffer(uint8_t type, const void *colours, size_t n)
{
	begin();
	open_tag(8);
	put(0xfd0000001234, 8);
	put(3200, 4);
	put(1280, 4);
	put(720, 4);
	put(24, 1);
	put(type, 1);
	put(0xbeef, 2);
	put_bytes(colours, n);
	close_tag();
	cr_assert(eq(int, end(), MB2_OK));
}

Test(multiboot2_info, framebuffers_of_all_types)
{
	struct mb2_framebuffer fb;
	struct mb2_colour c;

	put_framebuffer(1, "\x10\x08\x08\x07\x00\x06", 6);
	cr_assert(eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK));
	cr_expect(eq(u64, fb.address, 0xfd0000001234));
	cr_expect(eq(u32, fb.pitch, 3200));
	cr_expect(eq(u32, fb.width, 1280));
	cr_expect(eq(u32, fb.height, 720));
	cr_expect(eq(u8, fb.bits_per_pixel, 24));
	cr_expect(eq(u8, fb.red.position, 16));
	cr_expect(eq(u8, fb.red.size, 8));
	cr_expect(eq(u8, fb.green.position, 8));
	cr_expect(eq(u8, fb.green.size, 7));
	cr_expect(eq(u8, fb.blue.position, 0));
	cr_expect(eq(u8, fb.blue.size, 6));
	cr_expect(not(mb2_palette_colour(&fb, 0, &c)));

	put_framebuffer(0, "\2\0\1\2\3\4\5\6", 8);
	cr_assert(eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK));
	cr_expect(eq(u16, fb.n_colours, 2));
	cr_assert(mb2_palette_colour(&fb, 1, &c));
	cr_expect(eq(u8, c.red, 4));
	cr_expect(eq(u8, c.green, 5));
	cr_expect(eq(u8, c.blue, 6));
	cr_expect(not(mb2_palette_colour(&fb, 2, &c)));

	put_framebuffer(2, "", 0);
	cr_assert(eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK));
	cr_expect(eq(u8, fb.type, MB2_FRAMEBUFFER_EGA_TEXT));
	put_framebuffer(3, "", 0); /* of a later version */
	cr_assert(eq(int, mb2_get_framebuffer(&info, &fb), MB2_OK));
	cr_expect(eq(u8, fb.type, 3));
}

Test(multiboot2_info, colours_beyond_the_tag_are_refused)
{
	struct mb2_framebuffer fb;
	uint8_t common[30] = { 0 };

	for (size_t n = 0; n < 6; n++) {
		put_framebuffer(1, "\x10\x08\x08\x08\x00\x08", n);
		cr_expect(eq(int, mb2_get_framebuffer(&info, &fb), MB2_BAD_SIZE), "%zu", n);
	}
	for (size_t n = 0; n < 8; n++) {
		put_framebuffer(0, "\2\0\1\2\3\4\5\6", n);
		cr_expect(eq(int, mb2_get_framebuffer(&info, &fb), MB2_BAD_SIZE), "%zu", n);
	}
	put_framebuffer(0, "\xff\xff\1\2\3", 5);
	cr_expect(eq(int, mb2_get_framebuffer(&info, &fb), MB2_BAD_SIZE));
	common[21] = 2;
	CUT(8, common, 24, mb2_get_framebuffer(&info, &fb));
}

/* ---- ELF sections ---- */

static void put_section64(uint32_t name, uint32_t type, uint64_t address, uint64_t size)
{
	put(name, 4);
	put(type, 4);
	put(6, 8);
	put(address, 8);
	put(0x1000, 8);
	put(size, 8);
	put(3, 4);
	put(4, 4);
	put(16, 8);
	put(24, 8);
}

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
	cr_assert(eq(int, end(), MB2_OK));
	cr_assert(eq(int, mb2_get_elf_sections(&info, &s), MB2_OK));
	cr_expect(eq(u32, s.n, 3));
	cr_assert(mb2_elf_section(&s, 1, &e));
	cr_expect(eq(u64, e.address, 0xffffffff80100000));
	cr_expect(eq(u64, e.size, 0x1234567890));
	cr_expect(eq(u64, e.flags, 6));
	cr_expect(eq(u64, e.offset, 0x1000));
	cr_expect(eq(u32, e.link, 3));
	cr_expect(eq(u32, e.info, 4));
	cr_expect(eq(u64, e.alignment, 16));
	cr_expect(eq(u64, e.entry_size, 24));
	cr_assert(eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_OK));
	cr_expect(eq(str, (char *)name.text, ".text"));
	cr_expect(not(mb2_elf_section(&s, 3, &e)));
	cr_assert(eq(int, mb2_elf_string_table(&s, &e), MB2_OK));
	cr_expect(eq(u64, e.address, 0x200000));
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
	cr_assert(eq(int, end(), MB2_OK));
	cr_assert(eq(int, mb2_get_elf_sections(&info, &s), MB2_OK));
	cr_assert(mb2_elf_section(&s, 0, &e));
	cr_expect(eq(u32, e.name, 0));
	cr_expect(eq(u32, e.type, 0x11111111));
	cr_expect(eq(u64, e.flags, 0x22222222));
	cr_expect(eq(u64, e.address, 0x33333333));
	cr_expect(eq(u64, e.offset, 0x44444444));
	cr_expect(eq(u64, e.size, 0x55555555));
	cr_expect(eq(u32, e.link, 0x66666666));
	cr_expect(eq(u32, e.info, 0x77777777));
	cr_expect(eq(u64, e.alignment, 0x88888888));
	cr_expect(eq(u64, e.entry_size, 0x99999999));
	cr_expect(eq(int, mb2_elf_string_table(&s, &e), MB2_NOT_FOUND));
}

/* num, entsize, shndx, then one header's worth of zeroes */
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
	cr_assert(eq(int, end(), MB2_OK));
	return mb2_get_elf_sections(&info, &s);
}

Test(multiboot2_info, elf_sections_that_do_not_fit_are_refused)
{
	cr_expect(eq(int, sections(1, 64, 0, 64), MB2_OK));
	cr_expect(eq(int, sections(1, 64, 0, 63), MB2_BAD_SIZE));
	cr_expect(eq(int, sections(2, 40, 0, 79), MB2_BAD_SIZE));
	cr_expect(eq(int, sections(0x4000001, 64, 0, 64), MB2_BAD_SIZE)); /* times 64 it wraps */
	cr_expect(eq(int, sections(UINT32_MAX, 40, 0, 40), MB2_BAD_SIZE));
	cr_expect(eq(int, sections(1, 0, 0, 64), MB2_BAD_VALUE));
	cr_expect(eq(int, sections(1, 41, 0, 64), MB2_BAD_VALUE));
	cr_expect(eq(int, sections(1, 40, 1, 40), MB2_BAD_VALUE));
	cr_expect(eq(int, sections(0, 64, 1, 0), MB2_BAD_VALUE));
	cr_expect(eq(int, sections(0, 64, 0, 0), MB2_OK));
	cr_expect(eq(int, sections(0, 0, 0, 0), MB2_OK)); /* GRUB 2.06, for a flat image */
}

Test(multiboot2_info, a_name_outside_of_the_string_table_is_refused)
{
	static const uint8_t names[] = { 0, '.', 'x' };
	const struct mb2_blob strings = { names, sizeof(names) };
	struct mb2_elf_section e = { .name = 3 };
	struct mb2_string name;

	cr_expect(eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_BAD_STRING));
	e.name = UINT32_MAX;
	cr_expect(eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_BAD_STRING));
	e.name = 1; /* does not end */
	cr_expect(eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_BAD_STRING));
	e.name = 0;
	cr_expect(eq(int, mb2_elf_section_name(&e, &strings, &name), MB2_OK));
}

/* ---- firmware ---- */

Test(multiboot2_info, apm_fields)
{
	static const uint16_t words[] = { 0x102, 0xf000, 0x5678, 0x1234, 0xf001, 0xf002,
					  3,     0xfff0, 0xfff1, 0xfff2, 0 };
	struct mb2_apm apm;

	single(10, words, 20);
	cr_assert(eq(int, mb2_get_apm(&info, &apm), MB2_OK));
	cr_expect(eq(u16, apm.version, 0x102));
	cr_expect(eq(u16, apm.code_segment, 0xf000));
	cr_expect(eq(u32, apm.offset, 0x12345678));
	cr_expect(eq(u16, apm.code_segment_16, 0xf001));
	cr_expect(eq(u16, apm.data_segment, 0xf002));
	cr_expect(eq(u16, apm.flags, 3));
	cr_expect(eq(u16, apm.code_length, 0xfff0));
	cr_expect(eq(u16, apm.code_length_16, 0xfff1));
	cr_expect(eq(u16, apm.data_length, 0xfff2));
	CUT(10, words, 20, mb2_get_apm(&info, &apm));
	single(10, words, 22);
	cr_expect(eq(int, mb2_get_apm(&info, &apm), MB2_BAD_SIZE));
}

static const struct {
	uint32_t type;
	enum mb2_status (*get)(const struct mb2_info *info, uint32_t *out);
} pointer32[] = { { 11, mb2_get_efi32_system_table },
		  { 19, mb2_get_efi32_image_handle },
		  { 21, mb2_get_load_base } };

static const struct {
	uint32_t type;
	enum mb2_status (*get)(const struct mb2_info *info, uint64_t *out);
} pointer64[] = { { 12, mb2_get_efi64_system_table }, { 20, mb2_get_efi64_image_handle } };

Test(multiboot2_info, pointers_of_both_widths)
{
	static const uint64_t value = 0x123456789abcdef0;
	uint32_t v32;
	uint64_t v64;

	for (int i = 0; i < 3; i++) {
		single(pointer32[i].type, &value, 4);
		cr_assert(eq(int, pointer32[i].get(&info, &v32), MB2_OK));
		cr_expect(eq(u32, v32, 0x9abcdef0));
		single(pointer32[i].type, &value, 8);
		cr_expect(eq(int, pointer32[i].get(&info, &v32), MB2_BAD_SIZE));
		CUT(pointer32[i].type, &value, 4, pointer32[i].get(&info, &v32));
		single(99, &value, 8);
		cr_expect(eq(int, pointer32[i].get(&info, &v32), MB2_NOT_FOUND));
	}
	for (int i = 0; i < 2; i++) {
		single(pointer64[i].type, &value, 8);
		cr_assert(eq(int, pointer64[i].get(&info, &v64), MB2_OK));
		cr_expect(eq(u64, v64, value));
		CUT(pointer64[i].type, &value, 8, pointer64[i].get(&info, &v64));
	}
}

Test(multiboot2_info, smbios_and_network_are_handed_out_whole)
{
	struct mb2_tags tags;
	struct mb2_tag tag;
	struct mb2_smbios smbios;
	struct mb2_blob dhcp;

	open_tag(13);
	put_bytes("\3\4\0\0\0\0\0\0tables", 14);
	close_tag();
	open_tag(13);
	put_bytes("\2\1\0\0\0\0", 6);
	close_tag();
	open_tag(16);
	put_bytes("\2\1\6", 3);
	close_tag();
	cr_assert(eq(int, end(), MB2_OK));
	tags = mb2_tags_of(&info, MB2_TAG_SMBIOS);
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_assert(eq(int, mb2_read_smbios(&tag, &smbios), MB2_OK));
	cr_expect(eq(u8, smbios.major, 3));
	cr_expect(eq(u8, smbios.minor, 4));
	cr_expect(eq(u32, smbios.tables.size, 6));
	cr_expect(eq(int, memcmp(smbios.tables.bytes, "tables", 6), 0));
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_expect(eq(int, mb2_read_smbios(&tag, &smbios), MB2_BAD_SIZE));
	tags = mb2_tags_of(&info, MB2_TAG_NETWORK);
	cr_assert(mb2_tags_next(&tags, &tag));
	cr_assert(eq(int, mb2_read_network(&tag, &dhcp), MB2_OK));
	cr_expect(eq(u32, dhcp.size, 3));
	cr_expect(eq(int, mb2_read_smbios(&tag, &smbios), MB2_BAD_VALUE));
	tag.type = MB2_TAG_SMBIOS;
	cr_expect(eq(int, mb2_read_network(&tag, &dhcp), MB2_BAD_VALUE));
}

static const uint8_t rsdp_v2[36] = { 'R', 'S', 'D',  ' ',  'P',  'T', 'R',  ' ',  0x0f, 'B', 'O',
				     'C', 'H', 'S',  ' ',  2,    0,   0xd0, 0xb7, 7,    36,  0,
				     0,   0,   0x40, 0xd0, 0xb7, 7,   0,    0,    0,    0,   0 };

static void make_rsdp(uint8_t rsdp[36])
{
	memcpy(rsdp, rsdp_v2, 36);
	rsdp[8] = rsdp[32] = 0;
	for (int i = 0; i < 20; i++)
		if (i != 8) rsdp[8] = (uint8_t)(rsdp[8] - rsdp[i]);
	for (int i = 0; i < 36; i++)
		if (i != 32) rsdp[32] = (uint8_t)(rsdp[32] - rsdp[i]);
}

Test(multiboot2_info, copies_of_the_rsdp_are_checked)
{
	uint8_t bytes[40] = { 0 };
	struct mb2_rsdp rsdp;

	make_rsdp(bytes);
	single(14, bytes, 20);
	cr_assert(eq(int, mb2_get_rsdp_v1(&info, &rsdp), MB2_OK));
	cr_expect(eq(u32, rsdp.rsdt, 0x07b7d000));
	cr_expect(eq(u64, rsdp.xsdt, 0));
	cr_expect(eq(u8, rsdp.revision, 2));
	cr_expect(eq(int, memcmp(rsdp.oem_id, "BOCHS ", 6), 0));
	cr_expect(eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_NOT_FOUND));
	single(15, bytes, 36);
	cr_assert(eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_OK));
	cr_expect(eq(u64, rsdp.xsdt, 0x07b7d040));
	CUT(14, bytes, 20, mb2_get_rsdp_v1(&info, &rsdp));
	CUT(15, bytes, 36, mb2_get_rsdp_v2(&info, &rsdp));
	single(15, bytes, 40);
	cr_expect(eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_BAD_SIZE));
	bytes[30] ^= 1;
	single(15, bytes, 36);
	cr_expect(eq(int, mb2_get_rsdp_v2(&info, &rsdp), MB2_BAD_CHECKSUM));
	bytes[3] = 'X';
	single(14, bytes, 20);
	cr_expect(eq(int, mb2_get_rsdp_v1(&info, &rsdp), MB2_BAD_SIGNATURE));
}

static void put_efi_map(uint32_t stride, uint32_t n, uint32_t rest, bool running)
{
	begin();
	open_tag(17);
	put(stride, 4);
	put(1, 4);
	for (uint32_t i = 0; i < n; i++) {
		put(7 - i % 8, 4);
		put(0xffffffff, 4);
		put(0x1000ull * i, 8);
		put(0xabc000ull * i, 8);
		put(i + 1, 8);
		put(0xf, 8);
		for (uint32_t extra = 40; extra < stride; extra++) put(0xdd, 1);
	}
	for (uint32_t i = 0; i < rest; i++) put(0, 1);
	close_tag();
	if (running) {
		open_tag(18);
		close_tag();
	}
	cr_assert(eq(int, end(), MB2_OK));
}

Test(multiboot2_info, efi_descriptors_are_walked_by_the_firmwares_stride)
{
	struct mb2_efi_memory_map map;
	struct mb2_efi_descriptor d;

	for (uint32_t stride = 40; stride <= 64; stride += 8) {
		put_efi_map(stride, 10, 0, false);
		cr_assert(eq(int, mb2_get_efi_memory_map(&info, &map), MB2_OK));
		cr_expect(eq(u32, map.n, 10));
		cr_expect(eq(u32, map.descriptor_version, 1));
		for (uint32_t i = 0; i < 10; i++) {
			cr_assert(mb2_efi_descriptor(&map, i, &d));
			cr_expect(eq(u32, d.type, 7 - i % 8));
			cr_expect(eq(u64, d.physical, 0x1000ull * i));
			cr_expect(eq(u64, d.virt, 0xabc000ull * i));
			cr_expect(eq(u64, d.n_pages, i + 1));
			cr_expect(eq(u64, d.attribute, 15));
		}
		cr_expect(not(mb2_efi_descriptor(&map, 10, &d)));
	}
}

Test(multiboot2_info, an_efi_map_of_odd_descriptors_is_refused)
{
	struct mb2_efi_memory_map map;

	put_efi_map(32, 1, 0, false);
	cr_expect(eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_VALUE));
	put_efi_map(0, 0, 0, false);
	cr_expect(eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_VALUE));
	put_efi_map(44, 1, 0, false);
	cr_expect(eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_VALUE));
	put_efi_map(48, 2, 8, false);
	cr_expect(eq(int, mb2_get_efi_memory_map(&info, &map), MB2_BAD_SIZE));
}

Test(multiboot2_info, the_efi_map_is_hidden_while_boot_services_run)
{
	struct mb2_efi_memory_map map;

	put_efi_map(48, 2, 0, true);
	cr_expect(mb2_efi_boot_services_run(&info));
	cr_expect(eq(int, mb2_get_efi_memory_map(&info, &map), MB2_NOT_FINAL));
	put_efi_map(48, 2, 0, false);
	cr_expect(not(mb2_efi_boot_services_run(&info)));
	cr_expect(eq(int, mb2_get_efi_memory_map(&info, &map), MB2_OK));
}

/* As GRUB 2.04 on EFI lays it down: not in numeric order, no memory map, boot services running. */
Test(multiboot2_info, the_order_of_tags_is_free)
{
	uint8_t rsdp[36];
	struct mb2_elf_sections s;
	struct mb2_elf_section e;
	struct mb2_memory_map map;
	struct mb2_string text;
	struct mb2_rsdp r;
	uint64_t pointer;
	uint32_t base;

	make_rsdp(rsdp);
	open_tag(21);
	put(0x100000, 4);
	close_tag();
	open_tag(1);
	put(0, 1);
	close_tag();
	open_tag(2);
	put_bytes("GRUB 2.04-1ubuntu44.2", 22);
	close_tag();
	open_tag(9);
	put(4, 4);
	put(64, 4);
	put(3, 4);
	put_section64(0, 0, 0, 0);
	put_section64(0x1b, 1, 0x100000, 0x30);
	put_section64(0x21, 1, 0x100030, 0x37e);
	put_section64(0x11, 3, 0x5d7000, 0x8eb0d); /* the names lie outside */
	close_tag();
	open_tag(12);
	put(0x79ee018, 8);
	close_tag();
	open_tag(14);
	put_bytes(rsdp, 20);
	close_tag();
	open_tag(15);
	put_bytes(rsdp, 36);
	close_tag();
	open_tag(18);
	close_tag();
	open_tag(20);
	put(0x6d36618, 8);
	close_tag();
	cr_assert(eq(int, end(), MB2_OK));
	cr_assert(eq(int, mb2_get_load_base(&info, &base), MB2_OK));
	cr_expect(eq(u32, base, 0x100000));
	cr_assert(eq(int, mb2_get_command_line(&info, &text), MB2_OK));
	cr_expect(eq(u32, text.length, 0));
	cr_assert(eq(int, mb2_get_loader_name(&info, &text), MB2_OK));
	cr_expect(eq(str, (char *)text.text, "GRUB 2.04-1ubuntu44.2"));
	cr_assert(eq(int, mb2_get_elf_sections(&info, &s), MB2_OK));
	cr_assert(eq(int, mb2_elf_string_table(&s, &e), MB2_OK));
	cr_expect(eq(u64, e.address, 0x5d7000));
	cr_assert(eq(int, mb2_get_efi64_system_table(&info, &pointer), MB2_OK));
	cr_assert(eq(int, mb2_get_rsdp_v1(&info, &r), MB2_OK));
	cr_assert(eq(int, mb2_get_rsdp_v2(&info, &r), MB2_OK));
	cr_assert(eq(int, mb2_get_efi64_image_handle(&info, &pointer), MB2_OK));
	cr_expect(eq(u64, pointer, 0x6d36618));
	cr_expect(eq(int, mb2_get_memory_map(&info, &map), MB2_NOT_FOUND));
	cr_expect(mb2_efi_boot_services_run(&info));
}

Test(multiboot2_info, of_a_tag_that_comes_twice_the_first_counts)
{
	uint32_t base;

	for (uint32_t i = 1; i < 3; i++) {
		open_tag(21);
		put(i, 4);
		close_tag();
	}
	cr_assert(eq(int, end(), MB2_OK));
	cr_assert(eq(int, mb2_get_load_base(&info, &base), MB2_OK));
	cr_expect(eq(u32, base, 1));
}

Test(multiboot2_info, garbage_is_read_within_its_bounds)
{
	uint64_t random = 2;

	for (int round = 0; round < 20000; round++) {
		uint32_t size = 16 + 8 * (uint32_t)(random_next(&random) % 32);
		uint8_t *block = aligned_alloc(8, size);
		struct mb2_tags tags;
		struct mb2_tag tag;
		uint32_t walked = 0;

		for (uint32_t i = 0; i < size; i++)
			block[i] =
				random_next(&random) % 3 ? 0 : (uint8_t)(random_next(&random) % 40);
		memcpy(block, &size, 4);
		if (mb2_info_load(&info, block, size) == MB2_OK) {
			tags = mb2_tags_all(&info);
			while (mb2_tags_next(&tags, &tag)) {
				cr_assert(tag.bytes >= block + 8);
				cr_assert(tag.bytes + tag.size <= block + size - 8);
				walked++;
			}
			cr_assert(lt(u32, walked, size / 8));
		}
		free(block);
	}
}
