/* SPDX-License-Identifier: MIT */
/* What the parts of the multiboot2 loader share: header (multiboot2_header.c), load address
 * (multiboot2.c), boot information (multiboot2_info.c). Only they include this. */
#ifndef HARNESS_BOOT_MULTIBOOT2_H
#define HARNESS_BOOT_MULTIBOOT2_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/multiboot2_header.h"
#include "harness/boot/multiboot.h"

/* The contents of the header. */
struct multiboot2_wishes {
	struct multiboot_place where;
	bool has_address, has_entry, relocatable, has_framebuffer;
	struct multiboot_addresses address;
	uint32_t entry;
	struct mb2_header_relocatable move;
	bool move_optional;
	bool wants_graphics; /* this mode */
	struct boot_video video;
	uint32_t console; /* flags of a required console tag, or 0 */
};

/* Says why the image is refused, and whether there is another way to boot it. Returns false. */
__attribute__((format(printf, 3, 4))) bool
multiboot2_refuse(struct load *l, const struct multiboot2_wishes *w, const char *format, ...);

/* Finds the header and reads its tags. False, with a message: the image is refused. */
bool multiboot2_read_header(struct load *l, struct multiboot2_wishes *w);

/* Writes the boot information of the loaded image, with its modules, to memory; gives the address.
 * False, with a message: it is impossible. */
bool multiboot2_provide_info(struct load *l, const struct multiboot2_wishes *w, uint32_t *address);

#endif
