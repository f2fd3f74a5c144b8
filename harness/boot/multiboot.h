/* SPDX-License-Identifier: MIT */
/* What the two multiboot protocols share: images by address fields, modules, sections for the
 * symbols, the text screen. Only the loader's own files include this. */
#ifndef HARNESS_BOOT_MULTIBOOT_H
#define HARNESS_BOOT_MULTIBOOT_H

#include "harness/boot/internal.h"

/* The VGA text screen as an EGA text framebuffer (type 2): sizes in characters. */
enum {
	TEXT_BASE = 0xb8000,
	TEXT_COLUMNS = 80,
	TEXT_ROWS = 25,
	TEXT_CELL_BITS = 16,
	TEXT_PITCH = TEXT_COLUMNS * TEXT_CELL_BITS / 8
};

/* Where a header is in the file: for messages, and because address fields are relative to it. */
struct multiboot_place {
	const char *protocol; /* "multiboot1", ... */
	size_t offset;        /* of the header in the file */
};

/* The address fields of both headers; load_end 0: the whole file, bss_end 0: none. */
struct multiboot_addresses {
	uint32_t header, load, load_end, bss_end;
};

/* The part of the file that they name. */
struct multiboot_image {
	uint64_t base; /* where it is linked to go */
	uint64_t offset, filesz, memsz;
};

bool multiboot_image(struct load *l, const struct multiboot_place *where,
		     const struct multiboot_addresses *a, struct multiboot_image *image);
/* Load the image at `base`, and set the result's range. */
bool multiboot_image_load(struct load *l, const struct multiboot_image *image, uint64_t base);
/* Whether the entry point is inside the loaded image, [base, base + size). */
bool multiboot_check_entry(struct load *l, const struct multiboot_place *where, uint64_t entry,
			   uint64_t base, uint64_t size);
/* Whether the entry point is below 4 GiB, as a start in 32-bit mode needs. */
bool multiboot_check_reach(struct load *l, const struct multiboot_place *where);

struct multiboot_module {
	uint32_t start, end;
	const char *path;
	const char *cmdline; /* never NULL */
};

struct multiboot_modules {
	struct multiboot_module module[BOOT_MAX_MODULES + 1];
	size_t n;
};

/* Load --initrd, then every --module, page-aligned after the image. */
bool multiboot_modules(struct load *l, struct multiboot_modules *modules);

/* The section headers of an ELF image. Sections that are not part of the loaded image (symbols,
 * names, debug information) are put into memory too, and their addresses into the headers. */
struct multiboot_sections {
	uint8_t *headers; /* the caller frees it; NULL: no headers, or no room for the sections */
	uint32_t n, entry_size, string_index;
};

void multiboot_sections(struct load *l, struct multiboot_sections *sections);

/* Reserve memory for the boot information: below 640 KiB if there is room, else anywhere. */
bool multiboot_place_info(struct load *l, uint64_t size, uint32_t *base);
/* KiB of memory from 1 MiB up to the first hole. */
uint32_t multiboot_upper_memory(const struct load *l);

#endif
