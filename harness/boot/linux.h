/* SPDX-License-Identifier: MIT */
/* What the 16-bit, 32-bit and 64-bit starts of a Linux kernel share: offsets in its header, the
 * header's contents, and the fields that a loader fills in. Only harness/boot/linux*.c include
 * this.
 */
#ifndef HARNESS_BOOT_LINUX_H
#define HARNESS_BOOT_LINUX_H

#include "harness/boot/internal.h"

/* The setup header: offsets in the file, and the same in struct boot_params. */
enum {
	SETUP_SECTS = 0x1f1,
	SYSSIZE = 0x1f4,
	VID_MODE = 0x1fa,
	BOOT_FLAG = 0x1fe,
	JUMP = 0x200,
	JUMP_OFFSET = 0x201,
	HEADER = 0x202,
	VERSION = 0x206,
	TYPE_OF_LOADER = 0x210,
	LOADFLAGS = 0x211,
	SETUP_MOVE_SIZE = 0x212,
	CODE32_START = 0x214,
	RAMDISK_IMAGE = 0x218,
	RAMDISK_SIZE = 0x21c,
	HEAP_END_PTR = 0x224,
	CMD_LINE_PTR = 0x228,
	INITRD_ADDR_MAX = 0x22c,
	KERNEL_ALIGNMENT = 0x230,
	RELOCATABLE_KERNEL = 0x234,
	MIN_ALIGNMENT = 0x235,
	XLOADFLAGS = 0x236,
	CMDLINE_SIZE = 0x238,
	PREF_ADDRESS = 0x258,
	INIT_SIZE = 0x260,
	HEADER_FULL_END = 0x268, /* protocol 2.11 and later reach here */
	HEADER_MAX_END = 0x290   /* the room that boot_params has */
};

/* The protocol versions that added the fields used here. */
enum {
	PROTOCOL_2_00 = 0x0200,
	PROTOCOL_2_01 = 0x0201, /* heap_end_ptr */
	PROTOCOL_2_02 = 0x0202, /* cmd_line_ptr */
	PROTOCOL_2_03 = 0x0203, /* initrd_addr_max */
	PROTOCOL_2_04 = 0x0204, /* syssize of four bytes */
	PROTOCOL_2_05 = 0x0205, /* relocatable_kernel, kernel_alignment */
	PROTOCOL_2_06 = 0x0206, /* cmdline_size */
	PROTOCOL_2_10 = 0x020a, /* min_alignment, pref_address, init_size */
	PROTOCOL_2_12 = 0x020c  /* xloadflags: says which entry points the kernel has */
};

enum { LINUX_SECTOR = 512, LINUX_PARAGRAPH = 16, LINUX_PARAMS_MIN = 0x10000 };

struct linux_image {
	unsigned version;
	size_t header_end;      /* offset in the file */
	size_t code, code_size; /* the protected-mode kernel in the file */
	uint64_t init_size;     /* bytes of memory from the runtime start */
	uint64_t pref_address;
	uint64_t alignment, min_alignment;
	uint64_t initrd_max;   /* the last byte an initrd may occupy */
	uint32_t cmdline_size; /* bytes without the NUL */
	bool high;             /* a bzImage */
	bool relocatable, has_64;
	uint64_t load; /* where it goes */
	uint64_t runtime;
};

/* Whether the header has a field, which ends at offset `end` and came with `version`. */
bool linux_has(const struct linux_image *k, unsigned version, size_t end);
/* Copy the header into boot_params, or into a copy of the setup code, and set the fields that every
 * loader sets. `heap_end` counts from the start of the setup code. */
void linux_fill_header(const struct load *l, const struct linux_image *k, uint32_t heap_end,
		       uint8_t *params);
/* Put the command line between LINUX_PARAMS_MIN and 640 KiB, and its address into `params`. */
bool linux_put_cmdline(struct load *l, const struct linux_image *k, uint8_t *params);
bool linux_check_cmdline(struct load *l, const struct linux_image *k, size_t length);
/* Load the initrd, if there is one, and put its address into `params`. */
bool linux_load_initrd(struct load *l, const struct linux_image *k, uint8_t *params);

/* Fill in screen_info: the mode that --vga or vga= asks for, which is set here, or text. False: it
 * cannot be had. */
bool linux_fill_screen(struct load *l, uint8_t *params);
/* The same as a mode ID for the kernel's setup code, which sets it. */
bool linux_vid_mode(struct load *l, uint16_t *id);

/* Load the setup code and set the registers that it starts with. The kernel is loaded already. */
bool linux_start_16(struct load *l, const struct linux_image *k);

#endif
