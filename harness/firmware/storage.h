/* SPDX-License-Identifier: MIT */
/* The drives of a machine, as the end that images are put into. */
#ifndef HARNESS_FIRMWARE_STORAGE_H
#define HARNESS_FIRMWARE_STORAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/support/disk_image.h"

/* Slots are numbered as in enum bios_slot (bios/bios.h). */
struct storage_end {
	const struct storage_end_ops {
		/* Put an image into a drive, before the guest runs; the drive takes it over.
		 * Returns NULL, or a message; then the caller still owns the image. */
		const char *(*attach)(void *ctx, unsigned slot, struct disk_image *image);
		/* Is there an image? And what is to be said about it; "": nothing. */
		bool (*present)(const void *ctx, unsigned slot);
		const char *(*note)(const void *ctx, unsigned slot);
		/* Boot from this drive, not from the first one. */
		void (*boot_from)(void *ctx, unsigned slot);
		/* The drive to boot from; -1: there is none. */
		int (*boot_slot)(const void *ctx);
		/* Can a boot from the present drives work? False: `err` says why not. */
		bool (*check_boot)(const void *ctx, char *err, size_t err_size);
	} * ops; /* NULL: there are no drives */
	void *ctx;
};

#endif
