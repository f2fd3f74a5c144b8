/* SPDX-License-Identifier: MIT */
/* A second transcription of "El Torito" Bootable CD-ROM Format Specification 1.0, figures 2, 3
 * and 7. */
#include "cd_fixture.h"
#include "emu/array.h"

static struct eltorito boot;
static char err[512];

static void init(void) { cd_build(0, 4); }

TestSuite(eltorito, .init = init);

static enum eltorito_result read_cd(size_t size)
{
	struct disk_image cd = cd_open(size);
	enum eltorito_result result = eltorito_read(&cd, &boot, err, sizeof(err));

	disk_image_close(&cd);
	return result;
}

#define BROKEN(words)                                                               \
	do {                                                                        \
		check_eq(int, read_cd(CD_SIZE), ELTORITO_BROKEN);                   \
		check_ne(ptr, strstr(err, words), NULL, "the message is: %s", err); \
	} while (0)

#define NOT_BOOTABLE(words)                                                         \
	do {                                                                        \
		check_eq(int, read_cd(CD_SIZE), ELTORITO_NOT_BOOTABLE);             \
		check_ne(ptr, strstr(err, words), NULL, "the message is: %s", err); \
	} while (0)

Test(eltorito, a_cd_is_known_by_its_first_descriptor)
{
	check(cd_is_image(cd_bytes, CD_SIZE));
	check(!cd_is_image(cd_bytes, 0x87ff), "cut off");
	check(cd_is_image(cd_bytes, 0x8800));
	cd_bytes[0x8003] = 'X';
	check(!cd_is_image(cd_bytes, CD_SIZE));
}

Test(eltorito, the_initial_entry_is_read)
{
	cd_put16(CD_ENTRY + 2, 0x1000);
	require_eq(int, read_cd(CD_SIZE), ELTORITO_OK, "%s", err);
	check_eq(int, boot.media, ELTORITO_NO_EMULATION);
	check_eq(u32, boot.catalog, 19);
	check_eq(u16, boot.segment, 0x1000);
	check_eq(u16, boot.count, 4);
	check_eq(u32, boot.image, CD_IMAGE_SECTOR);
}

Test(eltorito, segment_0_is_the_traditional_one)
{
	require_eq(int, read_cd(CD_SIZE), ELTORITO_OK);
	check_eq(u16, boot.segment, 0x07c0);
}

Test(eltorito, a_cd_of_data_is_not_bootable)
{
	cd_bytes[CD_ENTRY] = 0;
	NOT_BOOTABLE("offset 0x9820) says so");
	cd_bytes[CD_RECORD + 10] = 'x';
	NOT_BOOTABLE("no El Torito boot record (\"CD001\", \"EL TORITO SPECIFICATION\") at offset "
		     "0x8800");
	cd_build(0, 4);
	cd_bytes[CD_RECORD + 7 + 23] = 'x';
	NOT_BOOTABLE("no El Torito boot record");
	cd_build(0, 4);
	cd_bytes[CD_RECORD] = 255;
	NOT_BOOTABLE("no El Torito boot record");
	cd_build(0, 4);
	check_eq(int, read_cd(0x8800), ELTORITO_NOT_BOOTABLE, "nothing behind sector 16");
}

Test(eltorito, a_catalog_beyond_the_end_of_the_cd_is_reported_with_its_place)
{
	cd_put32(CD_RECORD + 0x47, CD_SIZE / 2048);
	BROKEN("(offset 0x8847) says that the boot catalog is in sector 124, but the file has 124 "
	       "sectors");
	cd_put32(CD_RECORD + 0x47, UINT32_MAX);
	BROKEN("4294967295");
}

Test(eltorito, an_invalid_catalog_is_refused)
{
	cd_bytes[CD_CATALOG] = 2;
	BROKEN("no El Torito boot catalog at offset 0x9800: its validation entry begins with 0x02");
	cd_build(0, 4);
	cd_bytes[CD_CATALOG + 0x1f] = 0;
	BROKEN("ends with 0x55 0x00");
	cd_build(0, 4);
	cd_bytes[CD_CATALOG + 5] = 'x';
	BROKEN("offset 0x9800 has a wrong checksum: the words of its validation entry add up to "
	       "0x7800");
	cd_checksum();
	check_eq(int, read_cd(CD_SIZE), ELTORITO_OK);
}

Test(eltorito, another_platform_is_refused_by_its_name)
{
	cd_bytes[CD_CATALOG + 1] = 0xef;
	cd_checksum();
	BROKEN("(offset 0x9801) is for platform 0xef (EFI)");
	cd_bytes[CD_CATALOG + 1] = 1;
	cd_checksum();
	BROKEN("PowerPC");
}

Test(eltorito, what_is_not_defined_is_refused)
{
	cd_bytes[CD_ENTRY] = 0x44;
	BROKEN("(offset 0x9820) begins with 0x44");
	cd_build(5, 4);
	BROKEN("media type 5 (offset 0x9821)");
	cd_build(0, 0);
	BROKEN("sector count (offset 0x9826) is 0");
}

Test(eltorito, what_is_loaded_must_be_on_the_cd)
{
	cd_build(0, 401);
	BROKEN("loads 401 sectors of 512 bytes from offset 0xc000, but the file ends at 0x3e000");
	cd_build(0, 400);
	check_eq(int, read_cd(CD_SIZE), ELTORITO_OK);
	cd_put32(CD_ENTRY + 8, 124);
	BROKEN("truncated");
	cd_put32(CD_ENTRY + 8, UINT32_MAX);
	BROKEN("truncated");
}

Test(eltorito, what_is_loaded_goes_where_a_boot_loader_may_be)
{
	cd_put16(CD_ENTRY + 2, 0x004f);
	BROKEN("segment 0x004f: 0x4f0-0xcef");
	cd_put16(CD_ENTRY + 2, 0x0050);
	check_eq(int, read_cd(CD_SIZE), ELTORITO_OK);
	cd_put16(CD_ENTRY + 2, 0x9f40); /* the last sector ends at the extended BIOS data area */
	check_eq(int, read_cd(CD_SIZE), ELTORITO_OK);
	cd_put16(CD_ENTRY + 2, 0x9f41);
	BROKEN("(0x500-0x9fbff)");
	cd_put16(CD_ENTRY + 2, 0xffff);
	BROKEN("segment 0xffff");
}

static struct eltorito_geometry geometry(enum eltorito_media media, bool wanted)
{
	struct disk_image cd = cd_open(CD_SIZE);
	struct eltorito_geometry g;

	check_eq(int, eltorito_geometry(&cd, media, CD_IMAGE_SECTOR, &g, err, sizeof(err)), wanted);
	disk_image_close(&cd);
	return g;
}

Test(eltorito, diskettes_have_the_geometry_of_their_type)
{
	static const uint8_t sectors[] = { 0, 15, 18, 36 }, types[] = { 0, 2, 4, 6 };

	for (int media = ELTORITO_FLOPPY_1200; media <= ELTORITO_FLOPPY_2880; media++) {
		struct eltorito_geometry g = geometry((enum eltorito_media)media, true);

		check_eq(u16, g.cylinders, 80);
		check_eq(u8, g.heads, 2);
		check_eq(u8, g.sectors, sectors[media]);
		check_eq(u8, g.floppy, types[media]);
	}
}

Test(eltorito, a_hard_disk_has_the_geometry_of_its_partitions_end)
{
	struct eltorito_geometry g = geometry(ELTORITO_HARD_DISK, true);

	check_eq(u16, g.cylinders, 5);
	check_eq(u8, g.heads, 4);
	check_eq(u8, g.sectors, 17);
	check_eq(u8, g.floppy, 0);
	memset(cd_bytes + CD_IMAGE + 446, 0, 16);
	memcpy(cd_bytes + CD_IMAGE + 462, "\0\0\1\0\6\xfe\xff\xff", 8);
	g = geometry(ELTORITO_HARD_DISK, true);
	check_eq(u16, g.cylinders, 1024);
	check_eq(u8, g.heads, 255);
	check_eq(u8, g.sectors, 63);
}

Test(eltorito, a_hard_disk_without_a_geometry_is_refused)
{
	cd_build(4, 1);
	check_eq(int, read_cd(CD_SIZE), ELTORITO_OK);
	cd_bytes[CD_IMAGE + 446 + 6] = 0xc0;
	BROKEN("the emulated hard disk at offset 0xc000 has no partition");
	cd_build(4, 1);
	cd_bytes[CD_IMAGE + 446 + 5] = 0xff; /* 256 heads */
	BROKEN("(partition table at 0xc1be)");
	cd_bytes[CD_IMAGE + 446 + 4] = 0;
	BROKEN("no partition");
}

Test(eltorito, any_byte_of_its_tables_may_be_wrong)
{
	static const size_t tables[] = { CD_RECORD, CD_RECORD + 0x47, CD_CATALOG, CD_ENTRY,
					 CD_IMAGE + 446 };

	for (unsigned t = 0; t < ARRAY_SIZE(tables); t++)
		for (unsigned i = 0; i < 32; i++) {
			cd_build(4, 1);
			cd_bytes[tables[t] + i] ^= 0xff;
			err[0] = '\0';
			if (read_cd(CD_SIZE) != ELTORITO_OK) check_ne(chr, err[0], '\0');
		}
}
