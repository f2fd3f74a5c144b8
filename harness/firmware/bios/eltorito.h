/* SPDX-License-Identifier: MIT */
/* Reads the boot record and boot catalog of a CD: "El Torito" Bootable CD-ROM Format Specification
 * 1.0, and T13/2132-D (EDD-4) 7.3, which repeats it. The CD may be hostile: all fields are checked.
 */
#ifndef HARNESS_FIRMWARE_BIOS_ELTORITO_H
#define HARNESS_FIRMWARE_BIOS_ELTORITO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/support/disk_image.h"

enum {
	CD_SECTOR_SIZE = 2048,
	CD_SECTOR_BLOCKS = CD_SECTOR_SIZE / DISK_SECTOR_SIZE, /* of a disk image */
	CD_RECOGNISED_FROM = 0x8000 + CD_SECTOR_SIZE          /* bytes that cd_is_image() needs */
};

/* El Torito figure 3, "boot media type". */
enum eltorito_media {
	ELTORITO_NO_EMULATION,
	ELTORITO_FLOPPY_1200,
	ELTORITO_FLOPPY_1440,
	ELTORITO_FLOPPY_2880,
	ELTORITO_HARD_DISK,
	ELTORITO_N_MEDIA
};

/* The initial/default entry. */
struct eltorito {
	uint32_t catalog; /* first sector of the boot catalog */
	enum eltorito_media media;
	uint16_t segment; /* where the start of the image is loaded; never 0 */
	uint16_t count;   /* how many sectors of 512 bytes are loaded; never 0 */
	uint32_t image;   /* first sector of the image, of 2,048 bytes; it is on the CD */
};

/* The geometry of an emulated drive. */
struct eltorito_geometry {
	uint16_t cylinders; /* 1 to 1024 */
	uint8_t heads;      /* 1 to 255 */
	uint8_t sectors;    /* of a track: 1 to 63 */
	uint8_t floppy;     /* what INT 13h AH=08h returns in BL; 0: a hard disk */
};

enum eltorito_result {
	ELTORITO_OK,
	ELTORITO_NOT_BOOTABLE, /* a CD with data only: no boot record, or its entry says so */
	ELTORITO_BROKEN        /* it has a boot record, but cannot boot */
};

/* Whether a file is the image of a CD: "CD001" at 8001h, in the first volume descriptor of ISO 9660
 * (ECMA-119 8.1.2). */
bool cd_is_image(const uint8_t *bytes, size_t size);
/* The number of sectors of 2,048 bytes; the last one may be padded. */
uint64_t cd_sectors(const struct disk_image *cd);
/* Read one sector. False: it is not on the CD, or the host cannot read it. */
bool cd_read(const struct disk_image *cd, uint64_t sector, uint8_t bytes[CD_SECTOR_SIZE]);

/* Read the boot entry. On a failure `err` says what is wrong, at which offset in the file. */
enum eltorito_result eltorito_read(const struct disk_image *cd, struct eltorito *boot, char *err,
				   size_t err_size);
/* Whether the sectors to load are on the CD, and their destination is memory for boot loaders. */
bool eltorito_can_load(const struct disk_image *cd, const struct eltorito *boot);
/* The geometry of the drive that an image emulates; media is not ELTORITO_NO_EMULATION. For a hard
 * disk it follows from the end of the first partition in its partition table. False: `err` says
 * what is wrong. */
bool eltorito_geometry(const struct disk_image *cd, enum eltorito_media media, uint32_t image,
		       struct eltorito_geometry *g, char *err, size_t err_size);

#endif
