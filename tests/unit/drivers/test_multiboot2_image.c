/* SPDX-License-Identifier: MIT */
#include "bimetal/multiboot2_image.h"

#include "tests/check.h"
#include "tests/unit/boot/elf_builder.h"
#include "tests/unit/emu/random.h"

enum { HEADER_AT = 0x400, FILE_SIZE = 0x1000, BASE = 0x200000, ENTRY = BASE + 0x40 };

static struct built file;
static struct mb2_header_builder b;
static struct mb2_image image;
static struct mb2_segment segment;

#define ADDED(call) require_eq(int, (call), MB2_OK)

static void begin_header(void)
{
	ADDED(mb2_header_begin(&b, file.bytes + HEADER_AT, 512, MB2_ARCH_I386));
}

static enum mb2_status open_with(uint32_t obeys)
{
	uint32_t length;

	ADDED(mb2_header_finish(&b, &length));
	file.size = FILE_SIZE;
	return mb2_image_open(&image, file.bytes, file.size, obeys);
}

/* Two segments; the second has more memory than bytes. A third is empty, a fourth is not loaded. */
static void elf32(void)
{
	Elf32_Ehdr *h;
	Elf32_Phdr *p;

	build_elf32(&file, 0xc0000040);
	h = built_header32(&file);
	h->e_phnum = 4;
	p = built_segment32(&file, 0);
	p[0] = (Elf32_Phdr){ PT_LOAD, 0x200, 0xc0000000, BASE, 0x100, 0x100, 0, 0 };
	p[1] = (Elf32_Phdr){ PT_LOAD, 0x300, 0xc0001000, BASE + 0x1000, 0x80, 0x2000, 0, 0 };
	p[2] = (Elf32_Phdr){ PT_LOAD, 0xffffffff, 0, 0xffffffff, 0, 0, 0, 0 };
	p[3] = (Elf32_Phdr){ PT_NOTE, 0, 0, 0, 0x100, 0x100, 0, 0 };
	begin_header();
}

static void elf64(void)
{
	Elf64_Phdr *p;

	build_elf64(&file, UINT64_C(0xffffffff80000040));
	built_header64(&file)->e_phnum = 2;
	p = built_segment64(&file, 0);
	p[0] = (Elf64_Phdr){
		PT_LOAD, 0, 0x200, UINT64_C(0xffffffff80000000), BASE, 0x100, 0x100, 0
	};
	p[1] = (Elf64_Phdr){ PT_LOAD,       0,    0x300,  UINT64_C(0xffffffff80001000),
			     BASE + 0x1000, 0x80, 0x2000, 0 };
	begin_header();
}

static void flat(uint32_t header, uint32_t load, uint32_t load_end, uint32_t bss_end)
{
	const struct mb2_header_address a = { header, load, load_end, bss_end };

	memset(&file, 0x90, sizeof(file));
	begin_header();
	ADDED(mb2_header_add_address(&b, false, &a));
}

static void check_segment(uint32_t *at, uint32_t offset, uint32_t stored, uint32_t address,
			  uint32_t size)
{
	require(mb2_image_next(&image, at, &segment));
	check_eq(u32, segment.offset, offset);
	check_eq(u32, segment.stored, stored);
	check_eq(u32, segment.address, address);
	check_eq(u32, segment.size, size);
}

TestSuite(multiboot2_image, .timeout = 60);

Test(multiboot2_image, elf_of_both_classes_has_its_segments_and_a_physical_entry)
{
	for (int wide = 0; wide < 2; wide++) {
		uint32_t at = 0;

		wide ? elf64() : elf32();
		require_eq(int, open_with(0), MB2_OK);
		check_eq(int, image.is_64, wide);
		check_eq(u32, image.entry, ENTRY, "the file has a virtual one");
		check_segment(&at, 0x200, 0x100, BASE, 0x100);
		check_segment(&at, 0x300, 0x80, BASE + 0x1000, 0x2000);
		check(!mb2_image_next(&image, &at, &segment));
		check(!mb2_image_next(&image, &at, &segment));
	}
}

Test(multiboot2_image, an_entry_tag_takes_the_place_of_the_elf_entry)
{
	elf32();
	ADDED(mb2_header_add_entry(&b, false, MB2_HEADER_ENTRY, BASE + 0x80));
	require_eq(int, open_with(0), MB2_OK);
	check_eq(u32, image.entry, BASE + 0x80);
	elf32();
	ADDED(mb2_header_add_entry(&b, false, MB2_HEADER_ENTRY, BASE - 1));
	check_eq(int, open_with(0), MB2_BAD_VALUE, "outside of every segment");
}

Test(multiboot2_image, a_copy_ends_in_zeroes)
{
	static uint8_t memory[0x2000 + 1];
	uint32_t at = 0;

	elf32();
	for (int i = 0x200; i < 0x380; i++) file.bytes[i] = (uint8_t)i;
	require_eq(int, open_with(0), MB2_OK);
	require(mb2_image_next(&image, &at, &segment) && mb2_image_next(&image, &at, &segment));
	memset(memory, 0xa5, sizeof(memory));
	mb2_segment_copy(&image, &segment, memory);
	for (int i = 0; i < 0x2000; i++)
		require_eq(u8, memory[i], i < 0x80 ? (uint8_t)(0x300 + i) : 0, "%d", i);
	check_eq(u8, memory[0x2000], 0xa5);
}

Test(multiboot2_image, an_address_tag_places_the_whole_file)
{
	uint32_t at = 0;

	flat(BASE + 0x10, BASE, BASE + 0x100, BASE + 0x3000);
	ADDED(mb2_header_add_entry(&b, false, MB2_HEADER_ENTRY, ENTRY));
	require_eq(int, open_with(0), MB2_OK);
	check(image.by_address);
	check_eq(u32, image.entry, ENTRY);
	check_segment(&at, HEADER_AT - 0x10, 0x100, BASE, 0x3000);
	check(!mb2_image_next(&image, &at, &segment));
	/* from the start of the file to its end, without bss */
	flat(BASE + HEADER_AT, MB2_LOAD_FROM_START, 0, 0);
	ADDED(mb2_header_add_entry(&b, false, MB2_HEADER_ENTRY, ENTRY));
	require_eq(int, open_with(0), MB2_OK);
	at = 0;
	check_segment(&at, 0, FILE_SIZE, BASE, FILE_SIZE);
}

static enum mb2_status open_flat(uint32_t header, uint32_t load, uint32_t load_end,
				 uint32_t bss_end, uint32_t entry)
{
	flat(header, load, load_end, bss_end);
	ADDED(mb2_header_add_entry(&b, false, MB2_HEADER_ENTRY, entry));
	return open_with(0);
}

Test(multiboot2_image, address_tags_that_make_no_sense_are_refused)
{
	const uint32_t rest = FILE_SIZE - HEADER_AT;

	check_eq(int, open_flat(BASE, BASE, 0, 0, BASE), MB2_OK);
	check_eq(int, open_flat(BASE, BASE, BASE + rest, 0, BASE), MB2_OK);
	check_eq(int, open_flat(BASE, BASE, BASE + rest + 1, 0, BASE), MB2_TOO_SHORT);
	check_eq(int, open_flat(BASE, BASE + 1, 0, 0, BASE), MB2_BAD_VALUE, "header before load");
	check_eq(int, open_flat(BASE + HEADER_AT + 1, BASE, 0, 0, BASE), MB2_BAD_VALUE,
		 "before the file");
	check_eq(int, open_flat(BASE + HEADER_AT, BASE, 0, 0, BASE), MB2_OK);
	check_eq(int, open_flat(BASE, BASE, BASE, 0, BASE), MB2_BAD_VALUE);
	check_eq(int, open_flat(BASE, BASE, BASE - 1, 0, BASE), MB2_BAD_VALUE);
	check_eq(int, open_flat(BASE, BASE, 0, BASE + rest - 1, BASE), MB2_BAD_VALUE);
	check_eq(int, open_flat(BASE, BASE, 0, BASE + rest, BASE), MB2_OK);
	check_eq(int, open_flat(BASE, BASE, 0, 0, BASE - 1), MB2_BAD_VALUE);
	check_eq(int, open_flat(BASE, BASE, 0, 0, BASE + rest), MB2_BAD_VALUE);
	check_eq(int, open_flat(HEADER_AT - 1, MB2_LOAD_FROM_START, 0, 0, 8), MB2_BAD_VALUE);
	check_eq(int, open_flat(UINT32_MAX - 1, UINT32_MAX - 1, 0, 0, UINT32_MAX - 1),
		 MB2_BAD_VALUE);
	flat(BASE, BASE, 0, 0);
	check_eq(int, open_with(0), MB2_BAD_VALUE, "nothing says where to start");
}

Test(multiboot2_image, segments_that_make_no_sense_are_refused)
{
	static const struct {
		uint32_t offset, address, stored, size;
		enum mb2_status want;
	} cases[] = { { 0x200, BASE, 0x100, 0xff, MB2_BAD_VALUE },
		      { 0xf01, BASE, 0x100, 0x100, MB2_TOO_SHORT },
		      { 0xf00, BASE, 0x100, 0x100, MB2_OK },
		      { UINT32_MAX, BASE, 0x100, 0x100, MB2_TOO_SHORT },
		      { UINT32_MAX, BASE, 0, 0x100, MB2_OK },
		      { 0x200, 0xffffff00, 0x100, 0x100, MB2_BAD_VALUE },
		      { 0x200, 0xfffffeff, 0x100, 0x100, MB2_OK },
		      { 0x200, BASE, 0x100, UINT32_MAX, MB2_BAD_VALUE },
		      { 0x200, BASE, UINT32_MAX, UINT32_MAX, MB2_BAD_VALUE } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		elf32();
		*built_segment32(&file, 0) = (Elf32_Phdr){
			PT_LOAD,         cases[i].offset, 0xc0000000, cases[i].address,
			cases[i].stored, cases[i].size,   0,          0
		};
		check_eq(int, open_with(0), cases[i].want, "case %zu", i);
	}
	elf64();
	built_segment64(&file, 0)->p_paddr = UINT64_C(1) << 32;
	check_eq(int, open_with(0), MB2_BAD_VALUE);
	elf64();
	built_segment64(&file, 0)->p_memsz = UINT64_MAX;
	check_eq(int, open_with(0), MB2_BAD_VALUE);
	elf64();
	built_segment64(&file, 0)->p_offset = UINT64_MAX;
	check_eq(int, open_with(0), MB2_TOO_SHORT);
}

Test(multiboot2_image, files_that_cannot_be_started_are_refused)
{
	elf32();
	built_header32(&file)->e_entry = 0xc0000100;
	check_eq(int, open_with(0), MB2_BAD_VALUE, "no segment has the entry");
	elf32();
	built_header32(&file)->e_phnum = 0;
	check_eq(int, open_with(0), MB2_BAD_VALUE);
	for (int fault = 0; fault < 6; fault++) {
		Elf32_Ehdr *h = built_header32(&file);

		elf32();
		if (fault == 0) h->e_ident[0] = 0;
		if (fault == 1) h->e_ident[EI_CLASS] = 3;
		if (fault == 2) h->e_ident[EI_DATA] = ELFDATA2MSB;
		if (fault == 3) h->e_type = ET_REL;
		if (fault == 4) h->e_machine = EM_X86_64;
		if (fault == 5) h->e_phentsize = 31;
		check_eq(int, open_with(0), MB2_BAD_IMAGE, "fault %d", fault);
	}
	elf32();
	built_header32(&file)->e_phoff = FILE_SIZE - 4 * 32 + 1;
	check_eq(int, open_with(0), MB2_TOO_SHORT);
	elf32();
	built_header32(&file)->e_phoff = UINT32_MAX;
	check_eq(int, open_with(0), MB2_TOO_SHORT);
	memset(&file, 0, sizeof(file));
	check_eq(int, mb2_image_open(&image, file.bytes, FILE_SIZE, 0), MB2_NOT_FOUND);
	check_eq(int, mb2_image_open(NULL, file.bytes, FILE_SIZE, 0), MB2_NULL);
	check_eq(int, mb2_image_open(&image, NULL, FILE_SIZE, 0), MB2_NULL);
}

Test(multiboot2_image, a_required_tag_that_is_not_obeyed_refuses_the_image)
{
	const uint32_t known[] = { 1, 6, 21 }, custom[] = { 1, 22 };

	elf32();
	ADDED(mb2_header_add_request(&b, false, known, 3));
	ADDED(mb2_header_add_request(&b, true, custom, 2));
	ADDED(mb2_header_add_console(&b, true, 3));
	ADDED(mb2_header_add_tag(&b, true, 99, NULL, 0));
	check_eq(int, open_with(0), MB2_OK);
	elf32();
	ADDED(mb2_header_add_console(&b, false, 3));
	check_eq(int, open_with(0), MB2_UNSUPPORTED);
	check_eq(u16, image.refused, MB2_HEADER_CONSOLE);
	elf32();
	ADDED(mb2_header_add_console(&b, false, 3));
	check_eq(int, open_with(MB2_OBEYS(MB2_HEADER_CONSOLE)), MB2_OK);
	elf32();
	ADDED(mb2_header_add_request(&b, false, custom, 2));
	check_eq(int, open_with(UINT32_MAX), MB2_UNSUPPORTED);
	check_eq(u16, image.refused, MB2_HEADER_REQUEST);
	elf32();
	ADDED(mb2_header_add_tag(&b, false, 99, NULL, 0));
	check_eq(int, open_with(UINT32_MAX), MB2_UNSUPPORTED);
	check_eq(u16, image.refused, 99);
	elf32();
	ADDED(mb2_header_add_tag(&b, true, MB2_HEADER_ENTRY, NULL, 0));
	check_eq(int, open_with(UINT32_MAX), MB2_BAD_SIZE, "malformed, so not ignored");
}

Test(multiboot2_image, cut_anywhere_or_damaged_it_stays_in_its_bytes)
{
	uint64_t state = 4;

	elf64();
	require_eq(int, open_with(0), MB2_OK);
	for (size_t n = 0; n < FILE_SIZE; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, file.bytes, n);
		if (mb2_image_open(&image, cut, n, 0) == MB2_OK)
			check_ge(sz, n, 0x380, "both segments are there");
		free(cut);
	}
	for (unsigned i = 0; i < 20000; i++) {
		struct built damaged = file;
		uint32_t at = 0;

		for (int k = 0; k < 3; k++)
			damaged.bytes[random_next(&state) % 0x100] = (uint8_t)random_next(&state);
		if (mb2_image_open(&image, damaged.bytes, FILE_SIZE, 0) != MB2_OK) continue;
		while (mb2_image_next(&image, &at, &segment)) {
			require(segment.stored <= segment.size && segment.size > 0);
			require((uint64_t)segment.offset + segment.stored <= FILE_SIZE);
			require((uint64_t)segment.address + segment.size <= UINT32_MAX);
		}
	}
}
