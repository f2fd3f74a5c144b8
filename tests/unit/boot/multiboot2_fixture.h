/* SPDX-License-Identifier: MIT */
/* For the tests of the multiboot2 loader: images with headers that are written by hand (Multiboot2
 * Specification 2.0). */
#ifndef TESTS_UNIT_BOOT_MULTIBOOT2_FIXTURE_H
#define TESTS_UNIT_BOOT_MULTIBOOT2_FIXTURE_H

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

static inline void open_header(uint8_t *p)
{
	header = p;
	put_le32(header, 0xe85250d6);
	put_le32(header + 4, 0);
	at = 16;
}

/* Adds a tag with these 32-bit words. */
static inline void put_tag(uint16_t type, int optional, const uint32_t *words, unsigned n)
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

static inline void close_header(void)
{
	put_tag(0, 0, NULL, 0);
	length = (uint32_t)at;
	put_le32(header + 8, length);
	put_le32(header + 12, 0u - 0xe85250d6 - length);
	at -= 8; /* another tag may overwrite the end tag */
}

/* Begins an image whose address tag loads 0x100 bytes of the file to 1 MiB, with the bss ending
 * 0x1000 bytes from there; and an entry tag. */
static inline void open_image(void)
{
	memset(image, 0x90, sizeof(image));
	open_header(image + AT);
	TAG(2, REQUIRED, 0x100020, 0x100000, 0x100100, 0x101000);
	TAG(3, REQUIRED, 0x100010);
}

static inline void open_elf(void)
{
	build_elf32(&elf, 0x100110);
	build_segment(&elf, 0x100000, 0x100000, 0x90, 0x200, 0x300);
	open_header(elf.bytes + BUILT_DATA);
}

static inline void load_image(void)
{
	uint32_t total;

	close_header();
	LOADED(image, SIZE);
	total = peek32(regs.gpr[CPU_RBX]);
	require_le(sz, total, sizeof(block));
	require(mem_read(&mem, regs.gpr[CPU_RBX], block, total));
	require_eq(int, mb2_info_load(&info, block, total), MB2_OK);
}

static inline void load_elf(void)
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

static inline void init(void)
{
	fixture_init();
	open_image();
}

TestSuite(loader_multiboot2, .init = init, .fini = fixture_fini);

#endif
