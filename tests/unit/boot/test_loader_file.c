/* SPDX-License-Identifier: MIT */
/* harness/boot/loader.c: files, names, recognition, gzip. */
#include <sys/stat.h>
#include <zlib.h>

#include "loader_fixture.h"

static uint8_t sector[512];

static void init(void)
{
	fixture_init();
	sector[510] = 0x55;
	sector[511] = 0xaa;
}

static bool load_path(const char *path)
{
	request.path = path;
	return boot_load(&request, &mem, &regs, &result, err, sizeof(err));
}

static size_t pack(const void *bytes, size_t size, uint8_t *out, size_t room)
{
	z_stream z = { 0 };

	require_eq(int, deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)bytes;
	z.avail_in = (uInt)size;
	z.next_out = out;
	z.avail_out = (uInt)room;
	require_eq(int, deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

TestSuite(loader_file, .init = init, .fini = fixture_fini);

Test(loader_file, names_and_kinds_match)
{
	enum boot_kind kind = BOOT_AUTO;

	check_eq(str, boot_kind_name(BOOT_MULTIBOOT1), "multiboot1");
	check_eq(str, boot_kind_name((enum boot_kind)99), "unknown");
	check(boot_kind_parse("flat", &kind));
	check_eq(int, kind, BOOT_FLAT);
	check(boot_kind_parse("auto", &kind));
	check(!boot_kind_parse("multiboot3", &kind));
	check(!boot_kind_parse("", &kind));
	check_eq(int, kind, BOOT_AUTO);
}

Test(loader_file, a_file_is_read_whole_and_kept)
{
	require(load_path(fixture_file("disk", sector, sizeof(sector))), "%s", err);
	check_eq(int, result.kind, BOOT_SECTOR);
	require_eq(sz, result.image_size, sizeof(sector));
	check_eq(int, memcmp(result.image, sector, sizeof(sector)), 0);
}

Test(loader_file, a_missing_file_is_named_with_the_reason)
{
	require(!load_path("/nonexistent/kernel"));
	check_eq(str, err, "/nonexistent/kernel: cannot open the file: No such file or directory");
	check_eq(ptr, result.image, NULL);
}

Test(loader_file, a_directory_is_refused)
{
	require(!load_path("/tmp"));
	check_eq(str, err, "/tmp: cannot read the file: Is a directory");
}

Test(loader_file, a_huge_file_is_refused_without_reading_it)
{
	const char *path = fixture_file("huge", "x", 1);

	require_eq(int, truncate(path, (off_t)1 << 40), 0);
	require(!load_path(path));
	check_ne(ptr, strstr(err, "larger than 1024 MiB"), NULL, "%s", err);
}

Test(loader_file, an_empty_file_is_refused)
{
	require(!load_path(fixture_file("empty", "", 0)));
	check_ne(ptr, strstr(err, "the file is empty"), NULL, "%s", err);
}

Test(loader_file, a_message_fits_into_any_buffer)
{
	char small[8];

	request.kind = BOOT_AUTO;
	require(!boot_load_bytes(&request, "a/long/name/of/an/image", sector, 100, &mem, &regs,
				 &result, small, sizeof(small)));
	check_eq(str, small, "a/long/");
	check(!boot_load_bytes(&request, "x", sector, 100, &mem, &regs, &result, NULL, 0));
}

Test(loader_file, for_unknown_bytes_the_message_lists_what_was_tried)
{
	REFUSED("#!/bin/sh\n", 10, "HdrS");
	check_ne(ptr, strstr(err, "multiboot1"), NULL);
	check_ne(ptr, strstr(err, "ELF"), NULL);
	check_ne(ptr, strstr(err, "boot sector"), NULL);
	check_ne(ptr, strstr(err, "--boot flat"), NULL);
}

Test(loader_file, a_program_for_efi_is_called_so)
{
	REFUSED("MZ of an EFI program", 20, "this machine has a BIOS and no UEFI");
}

Test(loader_file, an_unknown_kind_is_refused)
{
	request.kind = (enum boot_kind)77;
	REFUSED(sector, sizeof(sector), "unknown boot protocol 77");
}

Test(loader_file, a_gzipped_image_is_unpacked_first)
{
	uint8_t packed[512];
	size_t n = pack(sector, sizeof(sector), packed, sizeof(packed));

	LOADED(packed, n);
	check_eq(int, result.kind, BOOT_SECTOR);
	check_eq(sz, result.image_size, sizeof(sector));
}

Test(loader_file, a_gzipped_flat_binary_is_unpacked_first)
{
	uint8_t packed[512];
	size_t n = pack("\xfa\xf4", 2, packed, sizeof(packed));

	request.kind = BOOT_FLAT;
	LOADED(packed, n);
	check_eq(u16, peek16(MIB), 0xf4fa);
}

Test(loader_file, a_damaged_gzip_file_is_refused)
{
	uint8_t packed[512];
	size_t n = pack(sector, sizeof(sector), packed, sizeof(packed));

	REFUSED(packed, n - 1, "ends early");
	packed[n - 5] ^= 1;
	REFUSED(packed, n, "incorrect data check");
}

Test(loader_file, what_is_in_the_gzip_file_must_be_an_image)
{
	uint8_t packed[512];
	size_t n = pack("text", 4, packed, sizeof(packed));

	REFUSED(packed, n, "unknown image format");
}

Test(loader_file, a_pipe_can_be_read)
{
	int ends[2];
	char path[32];

	require_eq(int, pipe(ends), 0);
	require_eq(int, (int)write(ends[1], sector, sizeof(sector)), (int)sizeof(sector));
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	check(load_path(path), "%s", err);
	close(ends[0]);
}
