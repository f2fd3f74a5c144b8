/* SPDX-License-Identifier: MIT */
#include "harness/support/files.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

enum { LARGE = 200000 };

static char folder[] = "/tmp/test_files.XXXXXX";
static char path[64], err[256];
static uint8_t *bytes;
static size_t size;

static void start(void)
{
	require(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
	bytes = (uint8_t *)path; /* to be overwritten */
	size = 1;
}

static void clean(void)
{
	unlink(path);
	rmdir(folder);
}

static void write_bytes(size_t n)
{
	FILE *f = fopen(path, "wb");

	require(f);
	for (size_t i = 0; i < n; i++) fputc((int)(i % 251), f);
	fclose(f);
}

static void check_bytes(size_t n)
{
	size_t wrong = 0;

	require_eq(sz, size, n);
	for (size_t i = 0; i < n; i++) wrong += bytes[i] != i % 251;
	check_eq(sz, wrong, 0);
	check_eq(u8, bytes[n], 0, "a NUL follows");
	free(bytes);
}

static enum file_result get(size_t max)
{
	return file_read(path, max, &bytes, &size, err, sizeof(err));
}

TestSuite(files, .init = start, .fini = clean, .timeout = 60);

Test(files, files_are_read_whole)
{
	static const size_t sizes[] = { 0, 1, 4096, LARGE };

	for (unsigned i = 0; i < 4; i++) {
		write_bytes(sizes[i]);
		require_eq(int, get(LARGE), FILE_READ, "%s", err);
		check_bytes(sizes[i]);
	}
}

static void check_refused(const char *why)
{
	char want[128];

	snprintf(want, sizeof(want), "%s: %s", path, why);
	check_eq(str, err, want);
	check_eq(ptr, bytes, NULL);
	check_eq(sz, size, 0);
}

Test(files, files_may_be_too_large)
{
	write_bytes(1001);
	check_eq(int, get(1000), FILE_TOO_LARGE);
	check_refused("larger than 1000 bytes");
	require_eq(int, get(1001), FILE_READ);
	check_bytes(1001);
}

Test(files, files_that_cannot_be_read_are_refused)
{
	check_eq(int, get(LARGE), FILE_FAILED);
	check_refused("cannot open the file: No such file or directory");
	strcpy(path, "/tmp");
	check_eq(int, get(LARGE), FILE_FAILED);
	check_refused("cannot read the file: Is a directory");
	check_eq(int, file_read(path, LARGE, &bytes, &size, NULL, 0), FILE_FAILED, "no message");
	snprintf(path, sizeof(path), "%s/file", folder);
}

static void *write_pipe(void *n)
{
	write_bytes(*(const size_t *)n);
	return NULL;
}

/* Its size is not known beforehand. */
static enum file_result get_piped(size_t n, size_t max)
{
	pthread_t writer;

	unlink(path);
	require_eq(int, mkfifo(path, 0600), 0);
	require_eq(int, pthread_create(&writer, NULL, write_pipe, &n), 0);
	enum file_result result = get(max);
	pthread_join(writer, NULL);
	return result;
}

Test(files, may_be_pipes)
{
	require_eq(int, get_piped(LARGE, LARGE), FILE_READ, "%s", err);
	check_bytes(LARGE);
	require_eq(int, get_piped(65535, LARGE), FILE_READ, "%s", err);
	check_bytes(65535);
	/* What is too large is in the pipe already: its writer does not wait for a reader. */
	check_eq(int, get_piped(1001, 1000), FILE_TOO_LARGE);
	check_refused("larger than 1000 bytes");
}

Test(files, a_path_that_cannot_be_written_is_known_beforehand)
{
	char inside[128];

	check(file_can_be_written(path), "it can be created");
	check_ne(int, access(path, F_OK), 0, "but it was not");
	write_bytes(3);
	check(file_can_be_written(path));
	require_eq(int, get(LARGE), FILE_READ);
	check_eq(sz, size, 3, "it is as it was");
	free(bytes);
	check(file_can_be_written("/dev/null"));
	check(!file_can_be_written(folder));
	check_eq(int, errno, EISDIR);
	check(!file_can_be_written("/no/such/folder/file"));
	check_eq(int, errno, ENOENT);
	snprintf(inside, sizeof(inside), "%s/file", path);
	check(!file_can_be_written(inside));
	check_eq(int, errno, ENOTDIR);
	check(!file_can_be_written(""));
}
