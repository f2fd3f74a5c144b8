/* SPDX-License-Identifier: MIT */
/* Files of pieces, as marks are in. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_load.h"
#include "harness/support/piece_file.h"

/* Every refusal has a reason, and after one nothing more comes. */
static void read_all(const char *path)
{
	struct piece piece;
	const char *text;
	struct piece_file *f = piece_file_open(path, &text);
	enum piece_result result = PIECE_READ;

	if (!f) abort();
	if (!text != !!piece_file_error(f)[0]) abort();
	while (text && result == PIECE_READ) result = piece_file_next(f, &piece);
	if (text && (result == PIECE_DAMAGED) != !!piece_file_error(f)[0]) abort();
	if (result == PIECE_DAMAGED && piece_file_next(f, &piece) != PIECE_DAMAGED) abort();
	piece_file_close(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32];
	int fd = memfd_create("pieces", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	read_all(path);
	close(fd);
	return 0;
}
