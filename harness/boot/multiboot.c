/* SPDX-License-Identifier: MIT */
/* Multiboot Specification 0.6.96 and Multiboot2 Specification 2.0, where they agree. */
#include "harness/boot/multiboot.h"

#include <gelf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/bytes.h"
#include "harness/firmware/memory_map.h"

/* ---- the image by address fields (1: 3.1.3, 2: 3.1.5) ---- */

__attribute__((format(printf, 3, 4))) static bool
fail_header(struct load *l, const struct multiboot_place *where, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return load_fail(l, "%s header at offset 0x%zx: %s", where->protocol, where->offset, text);
}

static bool check_bss(struct load *l, const struct multiboot_place *where,
		      const struct multiboot_addresses *a, struct multiboot_image *image)
{
	uint64_t data_end = image->base + image->filesz;

	if (a->bss_end && a->bss_end < data_end)
		return fail_header(l, where,
				   "bss_end_addr 0x%x lies below the end of the data, 0x%" PRIx64,
				   a->bss_end, data_end);
	image->memsz = a->bss_end ? a->bss_end - image->base : image->filesz;
	return true;
}

bool multiboot_image(struct load *l, const struct multiboot_place *where,
		     const struct multiboot_addresses *a, struct multiboot_image *image)
{
	if (a->load > a->header)
		return fail_header(l, where, "load_addr 0x%x lies above header_addr 0x%x", a->load,
				   a->header);
	if (a->header - a->load > where->offset)
		return fail_header(l, where,
				   "load_addr 0x%x is 0x%x below header_addr, which is before the "
				   "start of the file",
				   a->load, a->header - a->load);
	if (a->load_end && a->load_end < a->load)
		return fail_header(l, where, "load_end_addr 0x%x lies below load_addr 0x%x",
				   a->load_end, a->load);
	image->base = a->load;
	image->offset = where->offset - (a->header - a->load);
	image->filesz = a->load_end ? a->load_end - a->load : l->size - image->offset;
	if (image->filesz > l->size - image->offset)
		return fail_header(l, where,
				   "load_end_addr 0x%x needs 0x%" PRIx64
				   " bytes from offset 0x%" PRIx64
				   ", but the file ends at 0x%zx: it is truncated",
				   a->load_end, image->filesz, image->offset, l->size);
	return check_bss(l, where, a, image);
}

bool multiboot_image_load(struct load *l, const struct multiboot_image *image, uint64_t base)
{
	if (!load_reserve(l, base, image->memsz, "the image", "load_addr") ||
	    !load_write(l, base, l->bytes + image->offset, image->filesz) ||
	    !load_clear(l, base + image->filesz, image->memsz - image->filesz))
		return false;
	l->result->image_base = base;
	l->result->image_end = base + image->memsz;
	return true;
}

bool multiboot_check_entry(struct load *l, const struct multiboot_place *where, uint64_t entry,
			   uint64_t base, uint64_t size)
{
	if (entry >= base && entry - base < size) return true;
	return fail_header(l, where,
			   "entry_addr 0x%" PRIx64 " lies outside of the image, 0x%" PRIx64
			   "-0x%" PRIx64,
			   entry, base, base + size);
}

bool multiboot_check_reach(struct load *l, const struct multiboot_place *where)
{
	if (l->result->entry < LOAD_4GIB) return true;
	return load_fail(
		l, "the entry point 0x%" PRIx64 " is above 4 GiB, but %s starts in 32-bit mode",
		l->result->entry, where->protocol);
}

/* ---- modules ---- */

static bool place_module(struct load *l, const char *path, const uint8_t *bytes, size_t size,
			 uint64_t *base)
{
	char what[256];
	struct place place = { what, size, MEM_PAGE, MEMORY_HIGH_BASE, LOAD_4GIB, false };

	snprintf(what, sizeof(what), "module %s", path);
	/* After the image if there is room, as many kernels use the memory before it. */
	if (l->result->image_end > place.min && l->result->image_end < LOAD_4GIB) {
		place.min = l->result->image_end;
		if (size && !load_find(l, &place, base)) place.min = MEMORY_HIGH_BASE;
	}
	if (size == 0) {
		*base = (place.min + MEM_PAGE - 1) & ~(uint64_t)(MEM_PAGE - 1);
		return true;
	}
	return load_place(l, &place, base) && load_write(l, *base, bytes, size);
}

static bool load_module(struct load *l, struct multiboot_modules *modules, const char *path,
			const char *cmdline)
{
	struct multiboot_module *m = &modules->module[modules->n];
	uint8_t *bytes;
	uint64_t base = 0;
	size_t size;
	bool ok;

	if (!load_read_file(l, path, &bytes, &size)) return false;
	ok = place_module(l, path, bytes, size, &base);
	free(bytes);
	if (!ok) return false;
	*m = (struct multiboot_module){ (uint32_t)base, (uint32_t)(base + size), path, cmdline };
	modules->n++;
	return true;
}

bool multiboot_modules(struct load *l, struct multiboot_modules *modules)
{
	const struct boot_request *r = l->request;

	modules->n = 0;
	if (r->initrd && !load_module(l, modules, r->initrd, "")) return false;
	for (size_t i = 0; i < r->n_modules; i++)
		if (!load_module(l, modules, r->module[i].path, r->module[i].cmdline)) return false;
	return true;
}

/* ---- sections (1: 3.3, flags bit 5; 2: 3.6.7) ---- */

/* The fields of a section header, at their offsets for either class. */
static void set_address(const struct multiboot_sections *s, uint32_t i, uint64_t address)
{
	uint8_t *header = s->headers + (size_t)i * s->entry_size;

	if (s->entry_size == sizeof(Elf64_Shdr))
		put_le64(header + offsetof(Elf64_Shdr, sh_addr), address);
	else
		put_le32(header + offsetof(Elf32_Shdr, sh_addr), (uint32_t)address);
}

/* Whether the section must be loaded: it is not part of the image, and has no address yet. */
static bool is_loose(const GElf_Shdr *shdr)
{
	return shdr->sh_type != SHT_NULL && shdr->sh_type != SHT_NOBITS && shdr->sh_size != 0 &&
	       shdr->sh_addr == 0 && !(shdr->sh_flags & SHF_ALLOC);
}

/* The sections to load go into one block, in their order, aligned. */
struct loose_block {
	uint64_t base, size;
};

enum { LOOSE_ALIGN_MAX = 4096 };

/* Add the size of section i or, if there is a base, load it. False: damaged, or the block is too
 * large. */
static bool next_section(struct load *l, struct multiboot_sections *s, uint32_t i,
			 const GElf_Shdr *shdr, struct loose_block *block)
{
	uint64_t align = shdr->sh_addralign ? shdr->sh_addralign : 1;

	if (!is_loose(shdr)) return true;
	if (shdr->sh_offset > l->size || shdr->sh_size > l->size - shdr->sh_offset) return false;
	if (align & (align - 1) || align > LOOSE_ALIGN_MAX) return false;
	block->size = (block->size + align - 1) & ~(align - 1);
	if (block->base) {
		set_address(s, i, block->base + block->size);
		if (!mem_write(l->mem, block->base + block->size, l->bytes + shdr->sh_offset,
			       shdr->sh_size))
			return false;
	}
	block->size += shdr->sh_size;
	return block->size < LOAD_4GIB;
}

static bool walk_sections(struct load *l, Elf *file, struct multiboot_sections *s,
			  struct loose_block *block)
{
	block->size = 0;
	for (uint32_t i = 0; i < s->n; i++) {
		Elf_Scn *scn = elf_getscn(file, i);
		GElf_Shdr shdr;

		if (!scn || !gelf_getshdr(scn, &shdr) || !next_section(l, s, i, &shdr, block))
			return false;
	}
	return true;
}

/* Sections without an address get one, as in GRUB; the others keep theirs. */
static bool load_sections(struct load *l, Elf *file, struct multiboot_sections *s)
{
	struct loose_block block = { .base = 0 };
	struct place place = { "sections", 0, LOOSE_ALIGN_MAX, MEMORY_HIGH_BASE, LOAD_4GIB, false };

	if (!walk_sections(l, file, s, &block)) return false;
	if (block.size == 0) return true;
	place.size = block.size;
	if (l->result->image_end > place.min && l->result->image_end < LOAD_4GIB)
		place.min = l->result->image_end;
	if (!load_find(l, &place, &block.base) ||
	    !load_reserve(l, block.base, block.size, place.what, NULL))
		return false;
	return walk_sections(l, file, s, &block);
}

/* Copy the table of section headers from the file. */
static bool copy_headers(const struct load *l, Elf *file, struct multiboot_sections *s)
{
	GElf_Ehdr header;
	size_t n, string_index;

	if (elf_kind(file) != ELF_K_ELF || !gelf_getehdr(file, &header) || header.e_shoff == 0 ||
	    elf_getshdrnum(file, &n) != 0 || elf_getshdrstrndx(file, &string_index) != 0)
		return false;
	s->entry_size = header.e_ident[EI_CLASS] == ELFCLASS64 ? (uint32_t)sizeof(Elf64_Shdr)
							       : (uint32_t)sizeof(Elf32_Shdr);
	if (header.e_shentsize != s->entry_size || n == 0 || string_index >= n ||
	    header.e_shoff > l->size || n > (l->size - header.e_shoff) / s->entry_size)
		return false;
	s->n = (uint32_t)n;
	s->string_index = (uint32_t)string_index;
	s->headers = malloc(n * s->entry_size);
	if (s->headers) memcpy(s->headers, l->bytes + header.e_shoff, n * s->entry_size);
	return s->headers != NULL;
}

/* A kernel can run without its symbols, so a damaged table, or one that does not fit, is left out.
 */
void multiboot_sections(struct load *l, struct multiboot_sections *s)
{
	size_t n_used = l->n_used;
	Elf *file;
	bool ok;

	memset(s, 0, sizeof(*s));
	elf_version(EV_CURRENT);
	/* libelf wants char *; the file is opened for reading only. */
	file = elf_memory((char *)l->bytes, l->size);
	if (!file) return;
	ok = copy_headers(l, file, s) && load_sections(l, file, s);
	elf_end(file);
	if (ok) return;
	free(s->headers);
	memset(s, 0, sizeof(*s));
	l->n_used = n_used;
}

/* ---- boot information ---- */

bool multiboot_place_info(struct load *l, uint64_t size, uint32_t *base)
{
	struct place low = { "the boot information", size, 16, LOAD_LOW, MEMORY_EBDA_BASE, false };
	struct place anywhere = { low.what, size, low.align, MEMORY_HIGH_BASE, LOAD_4GIB, false };
	uint64_t at;

	if (!load_place(l, load_find(l, &low, &at) ? &low : &anywhere, &at)) return false;
	*base = (uint32_t)at;
	return true;
}

uint32_t multiboot_upper_memory(const struct load *l)
{
	for (size_t i = 0; i < l->map.n; i++) {
		const struct memory_range *r = &l->map.range[i];

		if (r->base == MEMORY_HIGH_BASE && r->type == MEMORY_AVAILABLE)
			return (uint32_t)(r->size / 1024);
	}
	return 0;
}
