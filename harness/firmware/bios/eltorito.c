/* SPDX-License-Identifier: MIT */
#include "harness/firmware/bios/eltorito.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emu/bytes.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/state.h"

/* The boot record volume descriptor (El Torito figure 7; EDD-4 table 15). */
enum {
	RECORD_SECTOR = 17,
	RECORD_TYPE = 0x00,
	RECORD_STANDARD = 0x01,
	RECORD_VERSION = 0x06,
	RECORD_SYSTEM = 0x07,
	RECORD_CATALOG = 0x47
};

/* The catalog: entries of 32 bytes. The validation entry comes first (figure 2), then the initial
 * entry (figure 3). */
enum {
	ENTRY_SIZE = 32,
	VALIDATION_ID = 0x00,
	VALIDATION_PLATFORM = 0x01,
	VALIDATION_KEY = 0x1e,
	VALIDATION_ID_VALUE = 0x01,
	PLATFORM_X86 = 0x00,
	PLATFORM_POWERPC = 0x01,
	PLATFORM_MAC = 0x02,
	PLATFORM_EFI = 0xef,
	KEY_VALUE = 0xaa55,
	ENTRY_INDICATOR = 0x00,
	ENTRY_MEDIA = 0x01,
	ENTRY_SEGMENT = 0x02,
	ENTRY_COUNT = 0x06,
	ENTRY_IMAGE = 0x08,
	INDICATOR_BOOTABLE = 0x88,
	INDICATOR_NOT_BOOTABLE = 0x00,
	MEDIA_MASK = 0x0f,
	DEFAULT_SEGMENT = 0x07c0
};

/* Offsets in the first sector of an emulated hard disk. */
enum {
	PARTITION_TABLE = 0x1be,
	PARTITION_SIZE = 16,
	N_PARTITIONS = 4,
	PARTITION_TYPE = 4,
	PARTITION_END_HEAD = 5,
	PARTITION_END_SECTOR = 6,
	PARTITION_END_CYLINDER = 7,
	SECTOR_BITS = 0x3f,
	CYLINDER_HIGH_BITS = 0xc0
};

/* The destination of a message about one CD. */
struct complaint {
	char *err;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static enum eltorito_result broken(const struct complaint *to,
									 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(to->err, to->size, format, args);
	va_end(args);
	return ELTORITO_BROKEN;
}

static uint64_t offset_of(uint64_t sector) { return sector * CD_SECTOR_SIZE; }

bool cd_is_image(const uint8_t *bytes, size_t size)
{
	return size >= CD_RECOGNISED_FROM &&
	       memcmp(bytes + CD_RECOGNISED_FROM - CD_SECTOR_SIZE + 1, "CD001", 5) == 0;
}

uint64_t cd_sectors(const struct disk_image *cd)
{
	return (cd->sectors + CD_SECTOR_BLOCKS - 1) / CD_SECTOR_BLOCKS;
}

bool cd_read(const struct disk_image *cd, uint64_t sector, uint8_t bytes[CD_SECTOR_SIZE])
{
	uint64_t first = sector * CD_SECTOR_BLOCKS, left;

	if (sector >= cd_sectors(cd)) return false;
	left = cd->sectors - first;
	memset(bytes, 0, CD_SECTOR_SIZE);
	if (left > CD_SECTOR_BLOCKS) left = CD_SECTOR_BLOCKS;
	return disk_image_read(cd, first, left, bytes) == DISK_OK;
}

/* ---- the boot record ---- */

static enum eltorito_result read_record(const struct disk_image *cd, uint32_t *catalog,
					const struct complaint *to)
{
	static const char system[] = "EL TORITO SPECIFICATION"; /* with its terminating NUL */
	uint64_t at = offset_of(RECORD_SECTOR);
	uint8_t sector[CD_SECTOR_SIZE];

	if (!cd_read(cd, RECORD_SECTOR, sector) || sector[RECORD_TYPE] != 0 ||
	    memcmp(sector + RECORD_STANDARD, "CD001", 5) != 0 ||
	    memcmp(sector + RECORD_SYSTEM, system, sizeof(system)) != 0) {
		broken(to,
		       "the CD is not bootable: no El Torito boot record (\"CD001\", \"%s\") at "
		       "offset 0x%" PRIx64 " (sector %d)",
		       system, at, RECORD_SECTOR);
		return ELTORITO_NOT_BOOTABLE;
	}
	*catalog = get_le32(sector + RECORD_CATALOG);
	if (*catalog < cd_sectors(cd)) return ELTORITO_OK;
	return broken(to,
		      "the El Torito boot record (offset 0x%" PRIx64 ") says that the boot catalog "
		      "is in sector %" PRIu32 ", but the file has %" PRIu64
		      " sectors of 2048 bytes: it is truncated, or not a CD",
		      at + RECORD_CATALOG, *catalog, cd_sectors(cd));
}

/* ---- the catalog ---- */

static const char *platform_name(uint8_t platform)
{
	switch (platform) {
	case PLATFORM_POWERPC: return " (PowerPC)";
	case PLATFORM_MAC: return " (Mac)";
	case PLATFORM_EFI: return " (EFI)";
	default: return "";
	}
}

/* Figure 2: the sum of all 16-bit words is 0. */
static enum eltorito_result check_validation(const uint8_t *entry, uint64_t at,
					     const struct complaint *to)
{
	uint16_t sum = 0;

	if (entry[VALIDATION_ID] != VALIDATION_ID_VALUE ||
	    get_le16(entry + VALIDATION_KEY) != KEY_VALUE)
		return broken(to,
			      "no El Torito boot catalog at offset 0x%" PRIx64
			      ": its validation entry begins with 0x%02x and ends with 0x%02x "
			      "0x%02x, expected 0x01 and 0x55 0xaa",
			      at, entry[VALIDATION_ID], entry[VALIDATION_KEY],
			      entry[VALIDATION_KEY + 1]);
	for (unsigned i = 0; i < ENTRY_SIZE; i += 2) sum = (uint16_t)(sum + get_le16(entry + i));
	if (sum != 0)
		return broken(to,
			      "the El Torito boot catalog at offset 0x%" PRIx64
			      " has a wrong checksum: the words of its validation entry add up to "
			      "0x%04x, expected 0",
			      at, sum);
	if (entry[VALIDATION_PLATFORM] == PLATFORM_X86) return ELTORITO_OK;
	return broken(to,
		      "the El Torito boot catalog (offset 0x%" PRIx64
		      ") is for platform 0x%02x%s; this machine's BIOS boots 0x00 (80x86)",
		      at + VALIDATION_PLATFORM, entry[VALIDATION_PLATFORM],
		      platform_name(entry[VALIDATION_PLATFORM]));
}

/* The destination must be conventional memory, above the BIOS's data. */
static enum eltorito_result check_load(const struct disk_image *cd, const struct eltorito *boot,
				       uint64_t at, const struct complaint *to)
{
	uint64_t bytes = (uint64_t)boot->count * DISK_SECTOR_SIZE;
	uint64_t base = (uint64_t)boot->segment << 4;
	uint64_t blocks = cd_sectors(cd) * CD_SECTOR_BLOCKS;

	if (boot->count == 0)
		return broken(to,
			      "the El Torito entry loads nothing: its sector count (offset "
			      "0x%" PRIx64 ") is 0",
			      at + ENTRY_COUNT);
	if (boot->image >= cd_sectors(cd) ||
	    boot->count > blocks - (uint64_t)boot->image * CD_SECTOR_BLOCKS)
		return broken(to,
			      "the El Torito entry (offset 0x%" PRIx64 ") loads %u sectors of 512 "
			      "bytes from offset 0x%" PRIx64 ", but the file ends at 0x%" PRIx64
			      ": it is truncated",
			      at, boot->count, offset_of(boot->image), cd->size);
	if (base >= BDA_BASE + BDA_SIZE && base + bytes <= BIOS_EBDA_BASE) return ELTORITO_OK;
	return broken(to,
		      "the El Torito entry (offset 0x%" PRIx64
		      ") loads %u sectors of 512 bytes to segment 0x%04x: 0x%" PRIx64 "-0x%" PRIx64
		      " is not inside the memory for boot loaders (0x%x-0x%x)",
		      at, boot->count, boot->segment, base, base + bytes - 1, BDA_BASE + BDA_SIZE,
		      BIOS_EBDA_BASE - 1);
}

bool eltorito_can_load(const struct disk_image *cd, const struct eltorito *boot)
{
	char why[1];
	const struct complaint to = { why, sizeof(why) };

	return check_load(cd, boot, 0, &to) == ELTORITO_OK;
}

static enum eltorito_result read_entry(const struct disk_image *cd, const uint8_t *entry,
				       uint64_t at, struct eltorito *boot,
				       const struct complaint *to)
{
	unsigned media = entry[ENTRY_MEDIA] & MEDIA_MASK;

	if (entry[ENTRY_INDICATOR] == INDICATOR_NOT_BOOTABLE) {
		broken(to,
		       "the CD is not bootable: its El Torito entry (offset 0x%" PRIx64 ") says so",
		       at);
		return ELTORITO_NOT_BOOTABLE;
	}
	if (entry[ENTRY_INDICATOR] != INDICATOR_BOOTABLE)
		return broken(to,
			      "the El Torito entry (offset 0x%" PRIx64
			      ") begins with 0x%02x, expected 0x88 (bootable) or 0x00",
			      at, entry[ENTRY_INDICATOR]);
	if (media >= ELTORITO_N_MEDIA)
		return broken(to,
			      "the El Torito entry has media type %u (offset 0x%" PRIx64
			      "); only 0 to %d are defined",
			      media, at + ENTRY_MEDIA, ELTORITO_N_MEDIA - 1);
	boot->media = (enum eltorito_media)media;
	boot->segment = get_le16(entry + ENTRY_SEGMENT);
	if (boot->segment == 0) boot->segment = DEFAULT_SEGMENT;
	boot->count = get_le16(entry + ENTRY_COUNT);
	boot->image = get_le32(entry + ENTRY_IMAGE);
	return check_load(cd, boot, at, to);
}

enum eltorito_result eltorito_read(const struct disk_image *cd, struct eltorito *boot, char *err,
				   size_t err_size)
{
	const struct complaint to = { err, err_size };
	struct eltorito_geometry g;
	uint8_t sector[CD_SECTOR_SIZE];
	enum eltorito_result result;
	uint64_t at;

	memset(boot, 0, sizeof(*boot));
	result = read_record(cd, &boot->catalog, &to);
	if (result != ELTORITO_OK) return result;
	at = offset_of(boot->catalog);
	if (!cd_read(cd, boot->catalog, sector))
		return broken(&to, "the boot catalog at offset 0x%" PRIx64 " cannot be read", at);
	result = check_validation(sector, at, &to);
	if (result != ELTORITO_OK) return result;
	result = read_entry(cd, sector + ENTRY_SIZE, at + ENTRY_SIZE, boot, &to);
	if (result != ELTORITO_OK || boot->media == ELTORITO_NO_EMULATION) return result;
	if (eltorito_geometry(cd, boot->media, boot->image, &g, err, err_size)) return ELTORITO_OK;
	return ELTORITO_BROKEN;
}

/* ---- emulated drives ---- */

static bool partition_geometry(const uint8_t *sector, struct eltorito_geometry *g)
{
	for (unsigned i = 0; i < N_PARTITIONS; i++) {
		const uint8_t *p = sector + PARTITION_TABLE + (size_t)i * PARTITION_SIZE;
		unsigned high = p[PARTITION_END_SECTOR] & CYLINDER_HIGH_BITS;

		if (p[PARTITION_TYPE] == 0) continue;
		g->sectors = p[PARTITION_END_SECTOR] & SECTOR_BITS;
		g->heads = (uint8_t)(p[PARTITION_END_HEAD] + 1);
		g->cylinders = (uint16_t)((high << 2 | p[PARTITION_END_CYLINDER]) + 1);
		return g->sectors != 0 && g->heads != 0;
	}
	return false;
}

bool eltorito_geometry(const struct disk_image *cd, enum eltorito_media media, uint32_t image,
		       struct eltorito_geometry *g, char *err, size_t err_size)
{
	static const struct eltorito_geometry floppies[] = {
		[ELTORITO_FLOPPY_1200] = { 80, 2, 15, 2 },
		[ELTORITO_FLOPPY_1440] = { 80, 2, 18, 4 },
		[ELTORITO_FLOPPY_2880] = { 80, 2, 36, 6 },
	};
	struct complaint to = { .size = err_size };
	uint8_t sector[CD_SECTOR_SIZE];

	to.err = err;
	memset(g, 0, sizeof(*g));
	if (media != ELTORITO_HARD_DISK) {
		*g = floppies[media];
		return true;
	}
	if (!cd_read(cd, image, sector)) {
		broken(&to, "the emulated hard disk at offset 0x%" PRIx64 " cannot be read",
		       offset_of(image));
		return false;
	}
	if (partition_geometry(sector, g)) return true;
	broken(&to,
	       "the emulated hard disk at offset 0x%" PRIx64
	       " has no partition from whose end its geometry follows (partition table at "
	       "0x%" PRIx64 ")",
	       offset_of(image), offset_of(image) + PARTITION_TABLE);
	return false;
}
