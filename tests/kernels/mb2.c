/* SPDX-License-Identifier: MIT */
/* A multiboot2 kernel that reads its boot information with the same driver that built it. It knows
 * the loader by its name: bimetal, our chain loader (mb2_chain.c) or GRUB. */
#include "mb2.h"
#include "bimetal/multiboot2_dump.h"
#include "bimetal/multiboot2_info.h"
#include "k.h"

enum { PAGE = 4096, EGA_TEXT_BASE = 0xb8000 };

extern char start[], kernel_end[];
/* Where the linker script puts the image. */
extern char header[];

static struct mb2_info info;
static bool by_bimetal, by_chain, by_grub;

static const uint8_t *at_address(uint64_t address) { return (const uint8_t *)(uintptr_t)address; }

static bool begins_with(const struct mb2_string *s, const char *text)
{
	size_t n = strlen(text);

	return s->length >= n && memcmp(s->text, text, n) == 0;
}

static bool is(const struct mb2_string *s, const char *text)
{
	return s->length == strlen(text) && begins_with(s, text);
}

static void put(void *ctx, const char *text)
{
	(void)ctx;
	print("%s", text);
}

static void check_strings(void)
{
	struct mb2_string s;

	check("loader name is there", mb2_get_loader_name(&info, &s), MB2_OK);
	print("  loader: %s\n", s.text);
	by_bimetal = begins_with(&s, "bimetal");
	by_chain = is(&s, MB2_CHAIN_NAME);
	by_grub = begins_with(&s, "GRUB");
	report(by_bimetal || by_chain || by_grub, "the loader is one that this kernel knows");
	check("command line is there", mb2_get_command_line(&info, &s), MB2_OK);
	print("  command line: %s\n", s.text);
	report(is(&s, by_chain ? MB2_CHAIN_COMMAND : MB2_COMMAND), "the command line is as given");
}

/* Our image and the boot information are in memory that the map calls available. */
static bool available(uint64_t address, uint64_t size)
{
	struct mb2_memory_map map;
	struct mb2_memory_range r;

	if (mb2_get_memory_map(&info, &map) != MB2_OK) return false;
	for (uint32_t i = 0; mb2_memory_map_range(&map, i, &r); i++)
		if (r.type == MB2_MEMORY_AVAILABLE && address >= r.base &&
		    address - r.base <= r.length && size <= r.length - (address - r.base))
			return true;
	return false;
}

static void check_memory(void)
{
	struct mb2_basic_memory basic;
	struct mb2_memory_map map;
	struct mb2_memory_range r;
	uint64_t last_end = 0;
	bool sorted = true;

	check("memory map is there", mb2_get_memory_map(&info, &map), MB2_OK);
	for (uint32_t i = 0; mb2_memory_map_range(&map, i, &r); i++) {
		print("  %q + %q type %u\n", r.base, r.length, r.type);
		sorted = sorted && r.base >= last_end && r.length != 0;
		last_end = r.base + r.length;
	}
	report(sorted, "ranges ascend and do not overlap");
	report(available((uintptr_t)header, (size_t)(kernel_end - header)),
	       "the image lies in available memory");
	report(available((uintptr_t)info.bytes, info.size),
	       "the information lies in available memory");
	report(!available(0x9fc00, 1) && !available(0xa0000, 1) && !available(0xf0000, 1),
	       "BIOS data, screen and ROM are not available");
	if (by_chain) return;
	check("basic memory is there", mb2_get_basic_memory(&info, &basic), MB2_OK);
	check_range("lower memory, KiB", basic.lower_kib, 600, 640);
	check_range("upper memory, KiB", basic.upper_kib, 62 * 1024, 63 * 1024);
}

static void check_module(void)
{
	struct mb2_tags tags = mb2_tags_of(&info, MB2_TAG_MODULE);
	struct mb2_tag tag;
	struct mb2_module m;
	bool overlaps;

	if (!mb2_tags_next(&tags, &tag)) {
		fail("module", "got none");
		return;
	}
	check("module can be read", mb2_read_module(&tag, &m), MB2_OK);
	print("  module %x-%x: %s\n", m.start, m.end, m.text.text);
	report(is(&m.text, MB2_MODULE_TEXT), "the module's string is as given");
	check("the module is page-aligned", m.start % PAGE, 0);
	check("the module's size", m.end - m.start, strlen(MB2_MODULE_BYTES));
	report(memcmp(at_address(m.start), MB2_MODULE_BYTES, strlen(MB2_MODULE_BYTES)) == 0,
	       "the module's bytes");
	overlaps = m.start < (uintptr_t)kernel_end && m.end > (uintptr_t)header;
	report(!overlaps, "the module does not overlap the kernel");
	report(!mb2_tags_next(&tags, &tag), "there is one module");
}

/* GRUB finds the mode that the header's framebuffer tag recommends. */
static void check_graphics(const struct mb2_framebuffer *fb)
{
	volatile uint32_t *pixel = (volatile uint32_t *)(uintptr_t)fb->address;

	check("its width", fb->width, 1024);
	check("its height", fb->height, 768);
	check("its depth", fb->bits_per_pixel, 32);
	report(fb->pitch >= fb->width * 4, "its pitch holds a line");
	check("red is 8 bits", fb->red.size, 8);
	*pixel = 0x00a55a3c;
	check("it can be written", *pixel, 0x00a55a3c);
}

static void check_text(const struct mb2_framebuffer *fb)
{
	volatile uint16_t *cell = (volatile uint16_t *)(uintptr_t)(fb->address + fb->pitch);

	check("it is EGA text", fb->type, MB2_FRAMEBUFFER_EGA_TEXT);
	check("its address", fb->address, EGA_TEXT_BASE);
	check("its pitch", fb->pitch, 160);
	check("its width", fb->width, 80);
	check("its height", fb->height, 25);
	check("its bits per character", fb->bits_per_pixel, 16);
	*cell = 0x1f42;
	check("it can be written", *cell, 0x1f42);
}

static void check_screen(void)
{
	struct mb2_framebuffer fb;
	enum mb2_status status = mb2_get_framebuffer(&info, &fb);

	if (by_chain) {
		check("no framebuffer from the chain loader", status, MB2_NOT_FOUND);
		return;
	}
	check("framebuffer is there", status, MB2_OK);
	if (by_grub && fb.type == MB2_FRAMEBUFFER_RGB)
		check_graphics(&fb);
	else
		check_text(&fb);
}

/* GRUB puts other sections into the gaps between segments, so only sections of the image count as
 * occupied. */
static bool overlaps_image(const struct mb2_elf_sections *sections,
			   const struct mb2_elf_section *loose)
{
	enum { SHF_ALLOC = 2 };
	struct mb2_elf_section s;

	for (uint32_t i = 0; mb2_elf_section(sections, i, &s); i++)
		if (s.flags & SHF_ALLOC && loose->address < s.address + s.size &&
		    s.address < loose->address + loose->size)
			return true;
	return false;
}

/* Find .text by name: headers, names and addresses all have to be right for that. */
static void check_text_section(const struct mb2_elf_sections *sections,
			       const struct mb2_elf_section *names)
{
	const struct mb2_blob strings = { at_address(names->address), (uint32_t)names->size };
	struct mb2_elf_section s;
	struct mb2_string name;
	bool found = false;

	for (uint32_t i = 0; mb2_elf_section(sections, i, &s); i++) {
		if (mb2_elf_section_name(&s, &strings, &name) != MB2_OK || !is(&name, ".text"))
			continue;
		found = true;
		report(s.address <= (uintptr_t)start && (uintptr_t)start - s.address < s.size,
		       "the entry lies in .text");
	}
	report(found, "there is a section .text");
}

static void check_sections(void)
{
	struct mb2_elf_sections sections;
	struct mb2_elf_section names;
	enum mb2_status status = mb2_get_elf_sections(&info, &sections);

	if (MULTIBOOT2 == 2 || by_chain) {
		report(status == MB2_NOT_FOUND || (status == MB2_OK && sections.n == 0),
		       "no sections of a flat image");
		return;
	}
	check("ELF sections are there", status, MB2_OK);
	check("their size", sections.entry_size, sizeof(void *) == 8 ? 64 : 40);
	check("their names are there", mb2_elf_string_table(&sections, &names), MB2_OK);
	report(!overlaps_image(&sections, &names), "the names do not overlap the image");
	check_text_section(&sections, &names);
}

static void check_rest(void)
{
	struct mb2_boot_device device;
	struct mb2_efi_memory_map efi;
	struct mb2_rsdp rsdp;
	struct mb2_tags tags = mb2_tags_of(&info, MB2_TAG_SMBIOS);
	struct mb2_tag tag;
	struct mb2_smbios smbios;
	uint32_t base;
	unsigned n = 0;

	/* By 3.6.23 only relocatable images get it; GRUB gives it to all. */
	if (by_grub && mb2_get_load_base(&info, &base) == MB2_OK)
		check("load base", base, (uintptr_t)header);
	else
		check("not relocatable, no load base", mb2_get_load_base(&info, &base),
		      MB2_NOT_FOUND);
	check("no EFI", mb2_get_efi_memory_map(&info, &efi), MB2_NOT_FOUND);
	report(!mb2_efi_boot_services_run(&info), "no EFI boot services");
	if (by_bimetal)
		check("not from a disk", mb2_get_boot_device(&info, &device), MB2_NOT_FOUND);
	if (mb2_get_rsdp_v1(&info, &rsdp) != MB2_NOT_FOUND)
		check("the copy of the RSDP", mb2_get_rsdp_v1(&info, &rsdp), MB2_OK);
	while (mb2_tags_next(&tags, &tag))
		n += mb2_read_smbios(&tag, &smbios) == MB2_OK && smbios.tables.size == 24;
	if (by_chain) check("two SMBIOS tags", n, 2);
}

/* The loader's duties besides the block: zeroed memory, and the processor's state (3.3). */
static void check_state(void)
{
	static volatile uint8_t bss[PAGE];
	unsigned dirty = 0;

	for (unsigned i = 0; i < PAGE; i++) dirty += bss[i] != 0;
	check("bytes of .bss that are not zero", dirty, 0);
	report(read_cr0() & CR0_PE, "protected mode");
	if (sizeof(void *) == 4) report(!(read_cr0() & CR0_PG), "no paging");
}

void kernel_main(void)
{
	check_state();
	check("EAX", multiboot_magic, MB2_BOOT_MAGIC);
	check("EBX is 8-aligned", multiboot_info_addr % MB2_ALIGN, 0);
	check("the information is well formed",
	      mb2_info_load(&info, at_address(multiboot_info_addr), SIZE_MAX), MB2_OK);
	mb2_info_dump(&info, &(struct mb2_sink){ put, NULL });
	check_strings();
	check_memory();
	check_module();
	check_screen();
	check_sections();
	check_rest();
}
