/* SPDX-License-Identifier: MIT */
/* gzip (RFC 1952) from memory to memory, bounded. */
#ifndef HARNESS_BOOT_GUNZIP_H
#define HARNESS_BOOT_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the bytes begin as a gzip member does (RFC 1952, 2.3.1: ID1, ID2, CM = deflate). */
bool gunzip_recognises(const uint8_t *bytes, size_t size);

/* Unpack all members into a new block, *out, that the caller frees. Members may follow each other;
 * bytes behind the last one are ignored, as gzip does. Fails with a sentence in err (without the
 * file's name) when the data is damaged, ends early, or unpacks to more than max bytes. */
bool gunzip(const uint8_t *bytes, size_t size, size_t max, uint8_t **out, size_t *out_size,
	    char *err, size_t err_size);

#endif
