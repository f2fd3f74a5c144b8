/* SPDX-License-Identifier: MIT */
/* INT 13h with any registers, on a disk, a diskette and a CD whose contents are the input too. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_service.h"

enum { MAX_DISK = 1 << 16 };

static unsigned always_disk(uint8_t byte)
{
	(void)byte;
	return 0x13;
}

static void insert(struct bios *b, enum bios_slot slot, const uint8_t *data, size_t size)
{
	size_t room = size > MAX_DISK ? MAX_DISK : size;
	struct disk_image image;
	uint8_t *bytes = malloc(room ? room : 1);
	char err[200];

	if (!bytes) abort();
	memcpy(bytes, data, room);
	if (!disk_image_take_bytes(&image, "input", bytes, room, err, sizeof(err))) {
		if (memchr(err, '\0', sizeof(err)) == NULL || strncmp(err, "input: ", 7) != 0)
			abort();
		free(bytes);
		return;
	}
	if (bios_attach(b, slot, &image)) disk_image_close(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bios *b = fuzz_bios();
	char why[300];

	insert(b, BIOS_DISK0, data, size);
	insert(b, BIOS_FLOPPY, data, size);
	insert(b, BIOS_CD, data, size);
	if (!bios_check_boot(b, why, sizeof(why)) && !why[0]) abort();
	fuzz_calls(b, data, size, always_disk);
	return 0;
}
