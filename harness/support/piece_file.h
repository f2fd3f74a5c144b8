/* SPDX-License-Identifier: MIT */
/* A file of named pieces: a text that says what it is for, then the pieces, compressed (Zstandard,
 * RFC 8878, with its checksum). */
#ifndef HARNESS_SUPPORT_PIECE_FILE_H
#define HARNESS_SUPPORT_PIECE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PIECE_FILE_ERROR_SIZE = 256, PIECE_NAME_SIZE = 64 };

struct piece_file; /* open for writing or reading */

/* The reason of the last failure: a sentence without the file's name. */
const char *piece_file_error(const struct piece_file *f);

/* ---- writing ---- */

/* Begin a file with this text. It appears under its name when it is finished. NULL: no memory. With
 * any other failure piece_file_finish() returns false. */
struct piece_file *piece_file_create(const char *path, const char *text);
/* A name of 1 to PIECE_NAME_SIZE - 1 characters. False: writing failed. */
bool piece_file_put(struct piece_file *f, const char *name, const void *data, size_t size);
/* False: the file was not written, and there is none. Call piece_file_close() in any case. */
bool piece_file_finish(struct piece_file *f);

/* ---- reading ---- */

/* NULL: no memory. *text: what the file is for; NULL: piece_file_error() says why it cannot be
 * read. It and the data of a piece are the file's, until the next call. */
struct piece_file *piece_file_open(const char *path, const char **text);
struct piece {
	char name[PIECE_NAME_SIZE];
	const uint8_t *data;
	size_t size;
};
enum piece_result { PIECE_READ, PIECE_END, PIECE_DAMAGED };
/* PIECE_END: all pieces were read, and the checksum is right. */
enum piece_result piece_file_next(struct piece_file *f, struct piece *piece);

void piece_file_close(struct piece_file *f);

#endif
