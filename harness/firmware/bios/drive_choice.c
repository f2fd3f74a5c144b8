/* SPDX-License-Identifier: MIT */
#include "harness/firmware/bios/drive_choice.h"

#include <stdio.h>

#include "emu/bytes.h"
#include "harness/firmware/bios/internal.h"

enum {
	PARTITION_TABLE = 0x1be,
	PARTITION_SIZE = 16,
	N_PARTITIONS = 4,
	/* of an entry */
	PARTITION_STATUS = 0,
	PARTITION_TYPE = 4,
	PARTITION_FIRST = 8,
	PARTITION_COUNT = 12,
	STATUS_INACTIVE = 0x00,
	STATUS_ACTIVE = 0x80,
	TEXT_SIZE = 96
};

static bool in_use(const uint8_t *entry, uint64_t sectors)
{
	uint8_t status = entry[PARTITION_STATUS];
	uint32_t first = get_le32(entry + PARTITION_FIRST);

	return (status == STATUS_INACTIVE || status == STATUS_ACTIVE) &&
	       entry[PARTITION_TYPE] != 0 && first != 0 && first < sectors &&
	       get_le32(entry + PARTITION_COUNT) != 0;
}

bool drive_has_partitions(const uint8_t *first_sector, uint64_t sectors)
{
	const uint8_t *table = first_sector + PARTITION_TABLE;

	for (unsigned i = 0; i < N_PARTITIONS; i++)
		if (in_use(table + (size_t)i * PARTITION_SIZE, sectors)) return true;
	return false;
}

enum bios_slot drive_choose(const uint8_t *bytes, size_t size, bool floppy_taken, char *why,
			    size_t why_size)
{
	uint64_t sectors = (size + DISK_SECTOR_SIZE - 1) / DISK_SECTOR_SIZE;
	bool parts = size >= DISK_SECTOR_SIZE && drive_has_partitions(bytes, sectors);
	char format[TEXT_SIZE];

	if (parts) {
		snprintf(why, why_size,
			 "booted as a hard disk, drive 80h: it has a partition table");
		return BIOS_DISK0;
	}
	if (!bios_floppy_text(size, format, sizeof(format))) {
		snprintf(why, why_size,
			 "booted as a hard disk, drive 80h: it is larger than a diskette");
		return BIOS_DISK0;
	}
	if (floppy_taken && !bios_is_floppy_size(size)) {
		snprintf(why, why_size,
			 "booted as a hard disk, drive 80h: --floppy occupies the diskette drive");
		return BIOS_DISK0;
	}
	snprintf(why, why_size,
		 "booted as a diskette of %s, drive 00h: it has no partition table; for a hard "
		 "disk: --disk",
		 format);
	return BIOS_FLOPPY;
}
