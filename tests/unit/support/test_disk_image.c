/* SPDX-License-Identifier: MIT */
#include "harness/support/disk_image.h"
#include "tests/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../emu/random.h"

enum { SECTOR = DISK_SECTOR_SIZE };

static char folder[] = "/tmp/bimetal-test-XXXXXX";
static char path[64];
static struct disk_image disk;
static char err[256];
static uint8_t buf[8 * SECTOR];

static void make_folder(void)
{
	require_ne(ptr, mkdtemp(folder), NULL);
	snprintf(path, sizeof(path), "%s/disk", folder);
	disk.fd = -1;
}

static void remove_folder(void)
{
	disk_image_close(&disk);
	unlink(path);
	rmdir(folder);
}

/* Makes a file whose bytes are the numbers of their sectors, plus one. */
static void make_file(uint64_t size)
{
	FILE *f = fopen(path, "wb");

	require_ne(ptr, f, NULL);
	for (uint64_t i = 0; i < size; i++) fputc((int)(i / SECTOR + 1) & 0xff, f);
	fclose(f);
}

static uint8_t file_byte(uint64_t at)
{
	FILE *f = fopen(path, "rb");
	int c = 0;

	require_ne(ptr, f, NULL);
	require_eq(int, fseek(f, (long)at, SEEK_SET), 0);
	c = fgetc(f);
	fclose(f);
	return (uint8_t)c;
}

static bool open_as(enum disk_access access)
{
	disk_image_close(&disk);
	return disk_image_open(&disk, path, access, err, sizeof(err));
}

#define OPENED(access)                      \
	do {                                \
		bool ok_ = open_as(access); \
		require(ok_, "%s", err);    \
	} while (0)

#define REFUSED(access, words)                                                      \
	do {                                                                        \
		require(!open_as(access));                                          \
		check_ne(ptr, strstr(err, words), NULL, "the message is: %s", err); \
		check_eq(int, strncmp(err, path, strlen(path)), 0);                 \
	} while (0)

TestSuite(disk_image, .init = make_folder, .fini = remove_folder, .timeout = 60);

Test(disk_image, the_ways_to_open_one_have_names)
{
	enum disk_access access = DISK_SNAPSHOT;

	check(disk_access_parse("write", &access));
	check_eq(int, access, DISK_WRITE);
	check(disk_access_parse("readonly", &access));
	check_eq(int, access, DISK_READONLY);
	check(disk_access_parse("snapshot", &access));
	check_eq(int, access, DISK_SNAPSHOT);
	check(!disk_access_parse("ro", &access));
	check(!disk_access_parse("", &access));
}

Test(disk_image, sectors_are_read_by_number)
{
	make_file(4 * SECTOR);
	OPENED(DISK_SNAPSHOT);
	check_eq(u64, disk.sectors, 4);
	check_eq(str, disk.note, "");
	require_eq(int, disk_image_read(&disk, 1, 2, buf), DISK_OK);
	check_eq(u8, buf[0], 2);
	check_eq(u8, buf[SECTOR - 1], 2);
	check_eq(u8, buf[SECTOR], 3);
	check_eq(u8, buf[2 * SECTOR - 1], 3);
}

Test(disk_image, nothing_is_read_or_written_behind_the_end)
{
	make_file(4 * SECTOR);
	OPENED(DISK_SNAPSHOT);
	check_eq(int, disk_image_read(&disk, 3, 1, buf), DISK_OK);
	check_eq(int, disk_image_read(&disk, 3, 2, buf), DISK_BEYOND_END);
	check_eq(int, disk_image_read(&disk, 4, 0, buf), DISK_OK);
	check_eq(int, disk_image_read(&disk, UINT64_MAX, 1, buf), DISK_BEYOND_END);
	check_eq(int, disk_image_read(&disk, UINT64_MAX, UINT64_MAX, buf), DISK_BEYOND_END);
	check_eq(int, disk_image_write(&disk, 4, 1, buf), DISK_BEYOND_END);
	check_eq(int, disk_image_write(&disk, 3, UINT64_MAX - 2, buf), DISK_BEYOND_END);
}

Test(disk_image, what_is_written_to_a_snapshot_is_read_back_and_dropped)
{
	make_file(4 * SECTOR);
	OPENED(DISK_SNAPSHOT);
	memset(buf, 0xee, sizeof(buf));
	require_eq(int, disk_image_write(&disk, 1, 2, buf), DISK_OK);
	memset(buf, 0, sizeof(buf));
	require_eq(int, disk_image_read(&disk, 0, 4, buf), DISK_OK);
	check_eq(u8, buf[0], 1);
	check_eq(u8, buf[SECTOR], 0xee);
	check_eq(u8, buf[3 * SECTOR - 1], 0xee);
	check_eq(u8, buf[3 * SECTOR], 4);
	check_eq(u8, file_byte(SECTOR), 2, "the file is as it was");
	OPENED(DISK_SNAPSHOT);
	require_eq(int, disk_image_read(&disk, 1, 1, buf), DISK_OK);
	check_eq(u8, buf[0], 2);
}

Test(disk_image, what_is_written_to_the_file_is_there_at_once)
{
	make_file(4 * SECTOR);
	OPENED(DISK_WRITE);
	memset(buf, 0xee, sizeof(buf));
	require_eq(int, disk_image_write(&disk, 2, 1, buf), DISK_OK);
	check_eq(u8, file_byte(2 * SECTOR - 1), 2);
	check_eq(u8, file_byte(2 * SECTOR), 0xee);
	check_eq(u8, file_byte(3 * SECTOR), 4);
}

Test(disk_image, a_read_only_one_refuses_writes)
{
	make_file(SECTOR);
	OPENED(DISK_READONLY);
	check_eq(int, disk_image_write(&disk, 0, 1, buf), DISK_PROTECTED);
	check_eq(int, disk_image_read(&disk, 0, 1, buf), DISK_OK);
}

Test(disk_image, a_last_sector_that_is_not_whole_is_filled_up_with_zeroes)
{
	make_file(2 * SECTOR + 3);
	OPENED(DISK_READONLY);
	check_eq(u64, disk.sectors, 3);
	check_ne(ptr, strstr(disk.note, "1027 bytes"), NULL, "%s", disk.note);
	memset(buf, 0xff, sizeof(buf));
	require_eq(int, disk_image_read(&disk, 2, 1, buf), DISK_OK);
	check_eq(u8, buf[2], 3);
	check_eq(u8, buf[3], 0);
	check_eq(u8, buf[SECTOR - 1], 0);
	check_eq(u8, buf[SECTOR], 0xff);
	REFUSED(DISK_WRITE, "truncate");
}

Test(disk_image, what_is_no_disk_image_is_refused_with_its_name)
{
	make_file(0);
	REFUSED(DISK_SNAPSHOT, "empty");
	make_file(511);
	REFUSED(DISK_SNAPSHOT, "less than one sector");
	unlink(path);
	REFUSED(DISK_SNAPSHOT, "No such file");
	REFUSED(DISK_WRITE, "for writing");
	require_eq(int, mkdir(path, 0700), 0);
	REFUSED(DISK_SNAPSHOT, "directory");
	REFUSED(DISK_WRITE, "directory");
	rmdir(path);
	require_eq(int, mkfifo(path, 0600), 0);
	REFUSED(DISK_SNAPSHOT, "regular file");
}

Test(disk_image, a_file_of_more_than_2_tib_is_refused_and_one_of_2_tib_taken)
{
	make_file(SECTOR);
	if (truncate(path, (off_t)(DISK_MAX_SECTORS * SECTOR)) != 0)
		cr_skip_test("no such large files here");
	OPENED(DISK_SNAPSHOT);
	check_eq(u64, disk.sectors, DISK_MAX_SECTORS);
	check_eq(int, disk_image_read(&disk, DISK_MAX_SECTORS - 1, 1, buf), DISK_OK);
	require_eq(int, truncate(path, (off_t)(DISK_MAX_SECTORS * SECTOR + 1)), 0);
	REFUSED(DISK_SNAPSHOT, "2 TiB");
}

Test(disk_image, a_file_that_shrinks_under_it_reads_as_zeroes)
{
	make_file(4 * SECTOR);
	OPENED(DISK_SNAPSHOT);
	require_eq(int, truncate(path, SECTOR), 0);
	memset(buf, 0xff, sizeof(buf));
	require_eq(int, disk_image_read(&disk, 0, 4, buf), DISK_OK);
	check_eq(u8, buf[0], 1);
	check_eq(u8, buf[SECTOR], 0);
	check_eq(u8, buf[4 * SECTOR - 1], 0);
}

Test(disk_image, an_extended_one_has_zeroes_behind_its_file)
{
	make_file(SECTOR);
	OPENED(DISK_SNAPSHOT);
	disk_image_extend(&disk, 3);
	check_eq(u64, disk.sectors, 3);
	disk_image_extend(&disk, 2);
	check_eq(u64, disk.sectors, 3);
	memset(buf, 0xff, sizeof(buf));
	require_eq(int, disk_image_read(&disk, 1, 2, buf), DISK_OK);
	check_eq(u8, buf[0], 0);
	require_eq(int, disk_image_write(&disk, 2, 1, buf), DISK_OK);
}

Test(disk_image, bytes_in_memory_are_a_disk_too)
{
	uint8_t *bytes = calloc(1, SECTOR + 1);

	bytes[SECTOR] = 7;
	require(disk_image_take_bytes(&disk, "it", bytes, SECTOR + 1, err, sizeof(err)));
	check_eq(u64, disk.sectors, 2);
	disk_image_extend(&disk, 4);
	memset(buf, 0xff, sizeof(buf));
	require_eq(int, disk_image_read(&disk, 1, 3, buf), DISK_OK);
	check_eq(u8, buf[0], 7);
	check_eq(u8, buf[1], 0);
	check_eq(u8, buf[3 * SECTOR - 1], 0);
	buf[0] = 9;
	require_eq(int, disk_image_write(&disk, 3, 1, buf), DISK_OK);
	require_eq(int, disk_image_read(&disk, 3, 1, buf), DISK_OK);
	check_eq(u8, buf[0], 9);
}

Test(disk_image, many_random_writes_read_back_as_an_array_does)
{
	enum { SECTORS = 1000, ROUNDS = 5000 };
	static uint8_t model[SECTORS];
	uint64_t state = 12345;
	uint8_t *bytes = calloc(SECTORS, SECTOR);

	require(disk_image_take_bytes(&disk, "it", bytes, SECTORS * SECTOR, err, sizeof(err)));
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t lba = random_next(&state) % SECTORS, n = random_next(&state) % 8 + 1;
		uint8_t value = (uint8_t)random_next(&state);

		if (lba + n > SECTORS) n = SECTORS - lba;
		if (random_next(&state) & 1) {
			memset(buf, value, sizeof(buf));
			require_eq(int, disk_image_write(&disk, lba, n, buf), DISK_OK);
			memset(model + lba, value, n);
		} else {
			require_eq(int, disk_image_read(&disk, lba, n, buf), DISK_OK);
			for (uint64_t k = 0; k < n; k++)
				require_eq(u8, buf[k * SECTOR + 17], model[lba + k]);
		}
	}
}

Test(disk_image, a_copy_has_what_was_written_and_goes_its_own_way)
{
	struct disk_image twin;

	make_file(4 * SECTOR);
	OPENED(DISK_SNAPSHOT);
	require(disk_image_open(&twin, path, DISK_SNAPSHOT, err, sizeof(err)));
	memset(buf, 0x11, sizeof(buf));
	disk_image_write(&twin, 3, 1, buf); /* the copy below overwrites this */
	memset(buf, 0xaa, sizeof(buf));
	disk_image_write(&disk, 1, 1, buf);
	require(disk_image_copy_written(&twin, &disk));
	memset(buf, 0xbb, sizeof(buf));
	disk_image_write(&disk, 1, 1, buf);
	disk_image_read(&twin, 0, 4, buf);
	check_eq(u8, buf[SECTOR], 0xaa);
	check_eq(u8, buf[3 * SECTOR], 4);
	disk_image_read(&disk, 1, 1, buf);
	check_eq(u8, buf[0], 0xbb);
	disk_image_close(&twin);
}
