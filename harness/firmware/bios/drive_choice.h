/* SPDX-License-Identifier: MIT */
/* Chooses the drive for an IMAGE that is a disk, by its size and partition table. The user gets a
 * message about the choice. */
#ifndef HARNESS_FIRMWARE_BIOS_DRIVE_CHOICE_H
#define HARNESS_FIRMWARE_BIOS_DRIVE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/firmware/bios/bios.h"

/* Whether the first sector of a disk, DISK_SECTOR_SIZE bytes, has a partition table with an entry
 * in use: one with status 00h or 80h and a type, which starts after this sector and within the
 * `sectors` of the disk. (The partition table of an IBM PC: entries of 16 bytes from offset 1beh
 * on; RBIL table 00650.) On a diskette these bytes may be boot code. */
bool drive_has_partitions(const uint8_t *first_sector, uint64_t sectors);

/* Choose the drive for an image of `size` bytes whose first sector has 0x55 0xaa at offset 510: the
 * diskette drive if it has no partitions and fits on a diskette, else the first hard disk.
 * `floppy_taken`: --floppy has put a diskette into the drive; then only an image with exactly the
 * size of a diskette counts as one. `why` gets a message about the choice. */
enum bios_slot drive_choose(const uint8_t *bytes, size_t size, bool floppy_taken, char *why,
			    size_t why_size);

#endif
