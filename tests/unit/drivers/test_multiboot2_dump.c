/* SPDX-License-Identifier: MIT */
#include "bimetal/multiboot2_dump.h"

#include <string.h>

#include "bimetal/multiboot2_builder.h"
#include "tests/check.h"

static _Alignas(8) uint8_t bytes[8192];
static char text[65536];
static size_t length;

static void put(void *ctx, const char *piece)
{
	size_t n = strlen(piece);

	check_eq(ptr, ctx, text);
	require(length + n < sizeof(text));
	memcpy(text + length, piece, n + 1);
	length += n;
}

static const struct mb2_sink sink = { put, text };
static struct mb2_builder b;

static void begin(void)
{
	length = 0;
	text[0] = '\0';
	require_eq(int, mb2_builder_init(&b, bytes, sizeof(bytes)), MB2_OK);
}

static const char *dumped(void)
{
	struct mb2_info info;
	uint32_t total;

	require_eq(int, mb2_builder_finish(&b, &total), MB2_OK);
	require_eq(int, mb2_info_load(&info, bytes, total), MB2_OK);
	mb2_info_dump(&info, &sink);
	return text;
}

#define ADDED(call) require_eq(int, (call), MB2_OK)

TestSuite(multiboot2_dump, .init = begin, .timeout = 60);

Test(multiboot2_dump, memory_and_strings)
{
	static const struct mb2_memory_range ranges[] = { { 0, 0x9fc00, 1 },
							  { 0xfeffc000, 0x4000, 2 },
							  { 0x100000000, 0x4000000000, 7 } };
	const struct mb2_basic_memory basic = { 639, 4294967295 };
	const struct mb2_boot_device device = { 0x80, 1, MB2_NO_PARTITION };

	ADDED(mb2_add_command_line(&b, "a \"b\"\t\\\xc3\xa9"));
	ADDED(mb2_add_loader_name(&b, "loader"));
	ADDED(mb2_add_module(&b, 0x200000, 0x234567, "initrd"));
	ADDED(mb2_add_basic_memory(&b, &basic));
	ADDED(mb2_add_boot_device(&b, &device));
	ADDED(mb2_add_memory_map(&b, ranges, 3));
	ADDED(mb2_add_tag(&b, 1234, bytes, 5));
	check_eq(str, dumped(),
		 "boot information, 224 bytes\n"
		 "tag 1 command line: \"a \\x22b\\x22\\x09\\x5c\\xc3\\xa9\"\n"
		 "tag 2 boot loader name: \"loader\"\n"
		 "tag 3 module: 0x200000 to 0x234567 \"initrd\"\n"
		 "tag 4 basic memory information: 639 KiB from 0, 4294967295 KiB from 1 MiB\n"
		 "tag 5 BIOS boot device: drive 0x80, partition 1\n"
		 "tag 6 memory map: 3 ranges\n"
		 "  0x0 + 0x9fc00 available (1)\n"
		 "  0xfeffc000 + 0x4000 reserved (2)\n"
		 "  0x100000000 + 0x4000000000 of an unknown type (7)\n"
		 "tag 1234 custom: 5 bytes\n");
}

static void add_firmware(void)
{
	static uint8_t blob[1024];
	const struct mb2_apm apm = { 0x102, 0xf000, 0x5678, 3, 4, 5, 6, 7, 8 };
	const struct mb2_smbios smbios = { 2, 8, { blob, 24 } };
	const struct mb2_elf_sections sections = { blob, 9, 64, 8 };
	const struct mb2_vbe vbe = { 0x4118, 0xffff, 0xc000, 32, blob, blob };
	uint8_t rsdp[36] = "RSD PTR \x0f"
			   "BOCHS ";

	rsdp[20] = sizeof(rsdp);
	rsdp[8] = 0;
	for (int i = 0; i < 20; i++) rsdp[8] = (uint8_t)(rsdp[8] - (i == 8 ? 0 : rsdp[i]));
	for (int i = 20; i < 32; i++) rsdp[32] = (uint8_t)(rsdp[32] - rsdp[i]);
	ADDED(mb2_add_apm(&b, &apm));
	ADDED(mb2_add_smbios(&b, &smbios));
	ADDED(mb2_add_elf_sections(&b, &sections));
	ADDED(mb2_add_vbe(&b, &vbe));
	ADDED(mb2_add_rsdp_v1(&b, rsdp));
	ADDED(mb2_add_rsdp_v2(&b, rsdp));
	ADDED(mb2_add_network(&b, blob, 300));
}

Test(multiboot2_dump, firmware)
{
	add_firmware();
	ADDED(mb2_add_efi32_system_table(&b, 0x11));
	ADDED(mb2_add_efi64_system_table(&b, 0x123456789abcdef0));
	ADDED(mb2_add_efi32_image_handle(&b, UINT32_MAX));
	ADDED(mb2_add_efi64_image_handle(&b, UINT64_MAX));
	ADDED(mb2_add_load_base(&b, 0));
	check_eq(str, dumped(),
		 "boot information, 1944 bytes\n"
		 "tag 7 VBE information: mode 0x4118, interface 0xffff:0xc000, 32 bytes\n"
		 "tag 9 ELF sections: 9, names in section 8 at 0x0\n"
		 "tag 10 APM table: version 0x102, entry 0xf000:0x5678, flags 0x5\n"
		 "tag 11 EFI 32-bit system table: 0x11\n"
		 "tag 12 EFI 64-bit system table: 0x123456789abcdef0\n"
		 "tag 13 SMBIOS tables: version 2.8, 24 bytes\n"
		 "tag 14 ACPI 1.0 RSDP: \"BOCHS \" revision 0, RSDT 0x0\n"
		 "tag 15 ACPI 2.0 RSDP: \"BOCHS \" revision 0, RSDT 0x0, XSDT 0x0\n"
		 "tag 16 network information: 300 bytes\n"
		 "tag 19 EFI 32-bit image handle: 0xffffffff\n"
		 "tag 20 EFI 64-bit image handle: 0xffffffffffffffff\n"
		 "tag 21 image load base: 0x0\n");
}

Test(multiboot2_dump, the_efi_map_when_it_is_final_and_before)
{
	static const uint64_t descriptor[6] = { 7, 0x100000, 0, 16, 0xf, 0 };
	const struct mb2_efi_memory_map map = { (const uint8_t *)descriptor, 1, 48, 1 };

	ADDED(mb2_add_efi_memory_map(&b, &map));
	check_eq(str, dumped(),
		 "boot information, 80 bytes\n"
		 "tag 17 EFI memory map: 1 descriptors of 48 bytes\n"
		 "  0x100000, 0x10 pages, type 7, attribute 0xf\n");
	begin();
	ADDED(mb2_add_efi_memory_map(&b, &map));
	ADDED(mb2_add_efi_boot_services(&b));
	check_eq(str, dumped(),
		 "boot information, 88 bytes\n"
		 "tag 17 EFI memory map: 64 bytes, not shown: a map that boot services can still "
		 "change\n"
		 "tag 18 EFI boot services not terminated: 0 bytes\n");
}

static const char *framebuffer(struct mb2_framebuffer fb)
{
	fb.address = 0xfd000000;
	fb.pitch = 4096;
	fb.width = 1024;
	fb.height = 768;
	fb.bits_per_pixel = 8;
	begin();
	ADDED(mb2_add_framebuffer(&b, &fb));
	return strchr(strchr(dumped(), '\n') + 1, ':');
}

Test(multiboot2_dump, framebuffers)
{
	static const uint8_t palette[6];

	check_eq(str,
		 framebuffer(
			 (struct mb2_framebuffer){ .type = 0, .palette = palette, .n_colours = 2 }),
		 ": 1024x768x8 at 0xfd000000, 4096 bytes a line, 2 colours\n");
	check_eq(str, framebuffer((struct mb2_framebuffer){ .type = 1, .red = { 5, 3 } }),
		 ": 1024x768x8 at 0xfd000000, 4096 bytes a line, red 3 bits at 5, green 0 bits at "
		 "0, "
		 "blue 0 bits at 0\n");
	check_eq(str, framebuffer((struct mb2_framebuffer){ .type = 2 }),
		 ": 1024x768x8 at 0xfd000000, 4096 bytes a line, text\n");
}

Test(multiboot2_dump, what_cannot_be_decoded_is_told_with_the_reason)
{
	static const uint8_t nothing[8];

	for (uint32_t type = 1; type < MB2_TAG_KNOWN; type++) {
		begin();
		ADDED(mb2_add_tag(&b, type, nothing, type == 16 || type == 18 ? 1 : 2));
		dumped();
		if (type == 16 || type == 18)
			check(strstr(text, ": 1 bytes\n"), "%s", text);
		else if (type > 2) /* these are empty strings */
			check(strstr(text, ": 10 bytes, not shown: a tag size that does not fit"),
			      "%s", text);
	}
	begin();
	ADDED(mb2_add_tag(&b, 1, (const uint8_t *)"no end", 6));
	check(strstr(dumped(),
		     "tag 1 command line: 14 bytes, not shown: a string that does not end"));
}

Test(multiboot2_dump, the_second_tag_of_a_type_is_shown_as_it_is)
{
	static const uint32_t block[] = { 48, 0, 21, 12, 0x100000, 0, 21, 12, 0x200000, 0, 0, 8 };
	struct mb2_info info;

	require_eq(int, mb2_info_load(&info, memcpy(bytes, block, sizeof(block)), 48), MB2_OK);
	mb2_info_dump(&info, &sink);
	check_eq(str, text,
		 "boot information, 48 bytes\n"
		 "tag 21 image load base: 0x100000\n"
		 "tag 21 image load base: 0x200000\n");
}

static struct mb2_header_builder h;

static void add_placement(void)
{
	const struct mb2_header_address address = { 0x100000, 0x100000, 0x101000, 0x102000 };
	const struct mb2_header_relocatable relocatable = { 0x100000, UINT32_MAX, 4096,
							    MB2_PREFER_HIGHEST };

	ADDED(mb2_header_add_address(&h, false, &address));
	ADDED(mb2_header_add_entry(&h, false, MB2_HEADER_ENTRY, 0x100800));
	ADDED(mb2_header_add_entry(&h, true, MB2_HEADER_EFI64_ENTRY, 0x100900));
	ADDED(mb2_header_add_relocatable(&h, true, &relocatable));
}

Test(multiboot2_dump, headers)
{
	const uint32_t request[] = { 1, 6 };
	const struct mb2_header_framebuffer fb = { 1024, 768, 32 };
	struct mb2_header header;
	uint32_t total;

	ADDED(mb2_header_begin(&h, bytes, sizeof(bytes), MB2_ARCH_I386));
	ADDED(mb2_header_add_request(&h, false, request, 2));
	ADDED(mb2_header_add_console(&h, true, 3));
	ADDED(mb2_header_add_framebuffer(&h, true, &fb));
	ADDED(mb2_header_add_bare(&h, false, MB2_HEADER_MODULE_ALIGN));
	add_placement();
	ADDED(mb2_header_add_tag(&h, true, 99, bytes, 3));
	ADDED(mb2_header_add_tag(&h, true, MB2_HEADER_ENTRY, bytes, 3));
	ADDED(mb2_header_finish(&h, &total));
	ADDED(mb2_header_load(bytes, total, &header));
	mb2_header_dump(&header, &sink);
	check_eq(
		str, text,
		"header, 200 bytes, architecture 0\n"
		"tag 1 information request, required: command line, memory map\n"
		"tag 4 console flags, optional: 0x3, a console is required, EGA text is supported\n"
		"tag 5 framebuffer, optional: 1024x768x32\n"
		"tag 6 module alignment, required\n"
		"tag 2 address, required: header 0x100000, load 0x100000 to 0x101000, bss to "
		"0x102000\n"
		"tag 3 entry address, required: 0x100800\n"
		"tag 9 EFI amd64 entry address, optional: 0x100900\n"
		"tag 10 relocatable, optional: 0x100000 to 0xffffffff, aligned to 0x1000, highest\n"
		"tag 99 unknown, optional\n"
		"tag 3 entry address, optional: 11 bytes, not shown: a tag size that does not fit "
		"its "
		"contents\n");
}
