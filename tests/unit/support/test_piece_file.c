/* SPDX-License-Identifier: MIT */
#include "harness/support/piece_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

enum { LARGE = 300000, FILE_MAX = 4096 };

static char folder[] = "/tmp/test_piece_file.XXXXXX";
static char path[64];
static uint8_t large[LARGE];

static void begin(void)
{
	uint32_t v = 1;

	require(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
	for (size_t i = 0; i < LARGE; i++) {
		v = v * 1664525 + 1013904223;
		large[i] = (uint8_t)(v >> 24);
	}
}

static void clean(void)
{
	unlink(path);
	check_eq(int, rmdir(folder), 0, "something was left behind");
}

TestSuite(piece_file, .init = begin, .fini = clean, .timeout = 60);

static void write_small(void)
{
	struct piece_file *f = piece_file_create(path, "what it is for\n");

	require(f);
	check(piece_file_put(f, "one", "abc", 3));
	check(piece_file_put(f, "nothing", NULL, 0));
	check(piece_file_finish(f), "%s", piece_file_error(f));
	piece_file_close(f);
}

/* Reads all; the message, or "" if it is whole. */
static const char *read_all(void)
{
	static char error[PIECE_FILE_ERROR_SIZE];
	const char *text;
	struct piece piece;
	struct piece_file *f = piece_file_open(path, &text);
	enum piece_result result = PIECE_READ;

	require(f);
	while (text && result == PIECE_READ) result = piece_file_next(f, &piece);
	snprintf(error, sizeof(error), "%s", piece_file_error(f));
	check_eq(int, result == PIECE_END, !error[0]);
	piece_file_close(f);
	return error;
}

Test(piece_file, pieces_come_back_in_order)
{
	const char *text;
	struct piece piece;
	struct piece_file *f = piece_file_create(path, "text");

	require(f);
	check(piece_file_put(f, "large", large, LARGE));
	check(piece_file_put(f, "small", "x", 1));
	check(piece_file_finish(f), "%s", piece_file_error(f));
	piece_file_close(f);

	f = piece_file_open(path, &text);
	require(f && text, "%s", piece_file_error(f));
	check_eq(str, text, "text");
	require_eq(int, piece_file_next(f, &piece), PIECE_READ);
	check_eq(str, piece.name, "large");
	require_eq(sz, piece.size, LARGE);
	check(memcmp(piece.data, large, LARGE) == 0);
	require_eq(int, piece_file_next(f, &piece), PIECE_READ);
	check_eq(str, piece.name, "small");
	check_eq(sz, piece.size, 1);
	check_eq(int, piece_file_next(f, &piece), PIECE_END);
	piece_file_close(f);
}

Test(piece_file, a_file_that_is_not_finished_does_not_appear)
{
	struct piece_file *f = piece_file_create(path, "text");

	require(f);
	check(piece_file_put(f, "one", "abc", 3));
	piece_file_close(f);
	check_ne(int, access(path, F_OK), 0);
	strcat(path, ".partial");
	check_ne(int, access(path, F_OK), 0);
}

static size_t bytes_of(uint8_t bytes[FILE_MAX])
{
	FILE *file = fopen(path, "rb");

	require(file);
	size_t n = fread(bytes, 1, FILE_MAX, file);
	fclose(file);
	return n;
}

static void write_bytes(const uint8_t *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	require(file);
	check_eq(sz, fwrite(bytes, 1, n, file), n);
	fclose(file);
}

Test(piece_file, every_cut_is_refused_with_its_place)
{
	uint8_t bytes[FILE_MAX];

	write_small();
	check_eq(str, read_all(), "");
	size_t n = bytes_of(bytes);
	for (size_t cut = 0; cut < n; cut++) {
		write_bytes(bytes, cut);
		const char *error = read_all();
		check(strstr(error, "byte") || strstr(error, "not a mark"), "%zu: %s", cut, error);
	}
}

/* But for the text, which is not under the checksum: who compares it notices; and the size of the
 * window that unpacking may need (RFC 8878 3.1.1.1.2), of which more does no harm. */
Test(piece_file, every_byte_that_changed_is_noticed)
{
	enum { TEXT_AT = 20 };
	const size_t text_end = TEXT_AT + strlen("what it is for\n"), window_at = text_end + 5;
	uint8_t bytes[FILE_MAX];

	write_small();
	size_t n = bytes_of(bytes);
	for (size_t i = 0; i < n; i++) {
		if ((i >= TEXT_AT && i < text_end) || i == window_at) continue;
		bytes[i] ^= 0x20;
		write_bytes(bytes, n);
		check_ne(str, read_all(), "", "byte %zu", i);
		bytes[i] ^= 0x20;
	}
	bytes[n] = 0;
	write_bytes(bytes, n + 1);
	check(strstr(read_all(), "more follows"), "%s", read_all());
}

Test(piece_file, other_files_are_refused_by_what_they_are)
{
	write_bytes((const uint8_t *)"\177ELF and so on, long enough", 27);
	check(strstr(read_all(), "is not a mark"), "%s", read_all());
	write_bytes((const uint8_t *)"bimetal mark 9\n\0\0\0\0\0", 20);
	check(strstr(read_all(), "another version"), "%s", read_all());
	unlink(path);
	check(strstr(read_all(), "No such file"), "%s", read_all());
	require_eq(int, mkdir(path, 0700), 0);
	check(strstr(read_all(), "not a regular file"), "%s", read_all());
	rmdir(path);
}

Test(piece_file, a_folder_that_does_not_exist_is_told)
{
	struct piece_file *f = piece_file_create("/nowhere/at/all", "text");

	require(f);
	check(!piece_file_put(f, "one", "abc", 3));
	check(!piece_file_finish(f));
	check(strstr(piece_file_error(f), "No such file"), "%s", piece_file_error(f));
	piece_file_close(f);
}
