/* SPDX-License-Identifier: MIT */
/* Files as a whole. */
#ifndef HARNESS_SUPPORT_FILES_H
#define HARNESS_SUPPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum file_result { FILE_READ, FILE_TOO_LARGE, FILE_FAILED };

/* Read a file, or a pipe to its end, into a new block that the caller frees: an empty file gives a
 * block too, and a NUL follows the bytes, so that a text is a string. At most `max` bytes. If it is
 * not FILE_READ, *bytes is NULL, *size 0, and `err` says why: "PATH: ...";
 * it may be NULL with `err_size` 0. */
enum file_result file_read(const char *path, size_t max, uint8_t **bytes, size_t *size, char *err,
			   size_t err_size);
/* Whether a file of this path can be created, or exists and can be written. Nothing is created or
 * changed. False: errno says why not. */
bool file_can_be_written(const char *path);

#endif
