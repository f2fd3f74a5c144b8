/* SPDX-License-Identifier: MIT */
/* Which drive a disk image is put into that no option names: a guess by size and partition table,
 * which the user is told. */
#ifndef HARNESS_FIRMWARE_BIOS_DRIVE_CHOICE_H
#define HARNESS_FIRMWARE_BIOS_DRIVE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/firmware/bios/bios.h"

/* Whether a first sector of DISK_SECTOR_SIZE bytes holds a partition table with an entry in use:
 * its status is 00h or 80h, it has a type, and begins on the disk, which has `sectors` of them,
 * behind this sector. (The table of an IBM PC's hard disk, 16 bytes each from offset 1beh on; RBIL
 * table 00650.) The boot code of a diskette may reach into these bytes. */
bool drive_has_partitions(const uint8_t *first_sector, uint64_t sectors);

/* The drive for an image of `size` bytes that begins with 0x55 0xaa at offset 510: a diskette, if
 * it has no partitions and a diskette holds it; else the first hard disk. `floppy_taken`: there is
 * a diskette in the drive by --floppy; then only an image that has exactly a diskette's size is
 * meant as one. `why` gets what was chosen, for the user. */
enum bios_slot drive_choose(const uint8_t *bytes, size_t size, bool floppy_taken, char *why,
			    size_t why_size);

#endif
