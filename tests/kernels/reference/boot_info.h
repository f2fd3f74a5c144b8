/* SPDX-License-Identifier: MIT */
/* What the loader says, in one form for three boot protocols. */
#ifndef REFERENCE_BOOT_INFO_H
#define REFERENCE_BOOT_INFO_H

#include <stdbool.h>
#include <stdint.h>

enum boot_protocol { BOOT_UNKNOWN, BOOT_MULTIBOOT1, BOOT_MULTIBOOT2, BOOT_LINUX };

enum { BOOT_MAX_REGIONS = 48, BOOT_LOADER = 64, BOOT_COMMAND_LINE = 128 };

struct boot_region {
	uint64_t start, length;
	bool usable;
};

struct boot_info {
	enum boot_protocol protocol;
	char loader[BOOT_LOADER];             /* its name */
	char command_line[BOOT_COMMAND_LINE]; /* QEMU puts the kernel's name first */
	struct boot_region region[BOOT_MAX_REGIONS];
	unsigned n_regions;
	bool cut; /* there were more regions */
};

/* Read what EAX and EBX (boot.S) say; everything is copied. Memory is mapped as it is. */
void boot_info_read(struct boot_info *info, uint32_t magic, uint64_t address);
/* "multiboot 1", ... */
const char *boot_protocol_name(enum boot_protocol protocol);

#endif
