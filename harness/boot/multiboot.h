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

/* Where a header finds itself in the file, for messages and for address fields. */
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
/* Load it, to `base`; sets the result's range. */
bool multiboot_image_load(struct load *l, const struct multiboot_image *image, uint64_t base);
/* Whether the entry lies in what is loaded to [base, base + size). */
bool multiboot_check_entry(struct load *l, const struct multiboot_place *where, uint64_t entry,
			   uint64_t base, uint64_t size);
/* Whether a start in 32-bit mode reaches the entry. */
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

/* Load --initrd, then every --module, page-aligned behind the image. */
bool multiboot_modules(struct load *l, struct multiboot_modules *modules);

/* An ELF image's section headers, those that are not part of the loaded image (symbols, names,
 * debug information) put into memory and their addresses filled in. */
struct multiboot_sections {
	uint8_t *headers; /* to be freed; NULL: there are none, or no room for what they name */
	uint32_t n, entry_size, string_index;
};

void multiboot_sections(struct load *l, struct multiboot_sections *sections);

/* Lay the boot information down: below 640 KiB where there is room, else anywhere. */
bool multiboot_place_info(struct load *l, uint64_t size, uint32_t *base);
/* KiB of memory from 1 MiB up to the first hole. */
uint32_t multiboot_upper_memory(const struct load *l);

#endif
