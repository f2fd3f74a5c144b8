/* SPDX-License-Identifier: MIT */
/* A CD that boots from the input, which consists of a byte that says which checks the CD passes,
 * the entries of the boot catalog, the first sector of the boot image, and calls of INT 13h. */
#include <stdlib.h>
#include <string.h>

#include "emu/bytes.h"
#include "fuzz_service.h"
#include "harness/firmware/bios/eltorito.h"

enum {
	RECORD = 17 * CD_SECTOR_SIZE,
	CATALOG = 19 * CD_SECTOR_SIZE,
	IMAGE = 20 * CD_SECTOR_SIZE,
	SIZE = 24 * CD_SECTOR_SIZE,
	TABLES = 64,     /* bytes of the input for the catalog */
	PARTITIONS = 64, /* and for the table in the boot image */
	PARTITIONS_AT = 446,
	GOOD_RECORD = 1,
	GOOD_VALIDATION = 2,
	GOOD_ENTRY = 4
};

static unsigned always_disk(uint8_t byte)
{
	(void)byte;
	return 0x13;
}

static void take(uint8_t *to, size_t room, const uint8_t **data, size_t *size)
{
	size_t n = *size < room ? *size : room;

	memcpy(to, *data, n);
	*data += n;
	*size -= n;
}

static void mend_validation(uint8_t *entry)
{
	uint16_t sum = 0;

	entry[0] = 1;
	entry[1] = 0;
	put_le16(entry + 0x1c, 0);
	put_le16(entry + 0x1e, 0xaa55);
	for (unsigned i = 0; i < 32; i += 2) sum = (uint16_t)(sum + get_le16(entry + i));
	put_le16(entry + 0x1c, 0x10000u - sum);
}

static void mend(uint8_t *cd, uint8_t how)
{
	if (how & GOOD_RECORD) {
		memcpy(cd + RECORD, "\0CD001\1EL TORITO SPECIFICATION", 30);
		memset(cd + RECORD + 30, 0, 9);
		put_le32(cd + RECORD + 0x47, CATALOG / CD_SECTOR_SIZE);
	}
	if (how & GOOD_VALIDATION) mend_validation(cd + CATALOG);
	if (how & GOOD_ENTRY) {
		cd[CATALOG + 32] = 0x88;
		cd[CATALOG + 33] %= ELTORITO_N_MEDIA;
		put_le16(cd + CATALOG + 34, get_le16(cd + CATALOG + 34) & 0x7fff);
		put_le16(cd + CATALOG + 38, get_le16(cd + CATALOG + 38) & 7);
		put_le32(cd + CATALOG + 40, IMAGE / CD_SECTOR_SIZE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bios *b = fuzz_bios();
	uint8_t how = size ? data[0] : 0, *cd = calloc(1, SIZE);
	struct cpu_regs regs = { 0 };
	struct bios_call call = { .regs = &regs, .a20 = true };
	struct disk_image image;
	char why[300] = "";

	if (!cd) abort();
	if (size) {
		data++;
		size--;
	}
	take(cd + RECORD, TABLES + 16, &data, &size);
	take(cd + CATALOG, TABLES, &data, &size);
	take(cd + IMAGE + PARTITIONS_AT, PARTITIONS, &data, &size);
	mend(cd, how);
	if (!disk_image_take_bytes(&image, "cd", cd, SIZE, why, sizeof(why))) abort();
	if (bios_attach(b, BIOS_CD, &image)) abort();
	if (!bios_check_boot(b, why, sizeof(why)) && !why[0]) abort();
	bios_dispatch(b, 0x19, &call);
	fuzz_calls(b, data, size, always_disk);
	return 0;
}
