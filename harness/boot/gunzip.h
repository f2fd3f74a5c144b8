/* SPDX-License-Identifier: MIT */
/* Unpacks gzip data (RFC 1952) from memory to memory, with a limit on the size. */
#ifndef HARNESS_BOOT_GUNZIP_H
#define HARNESS_BOOT_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the bytes begin as a gzip member does (RFC 1952, 2.3.1: ID1, ID2, CM = deflate). */
bool gunzip_recognises(const uint8_t *bytes, size_t size);

/* Unpack all members, one after the other, into a new block, *out, which the caller frees. Bytes
 * after the last member are ignored, as in gzip. Returns false, with a message in err that does not
 * name the file, if the data is damaged, ends early, or unpacks to more than max bytes. */
bool gunzip(const uint8_t *bytes, size_t size, size_t max, uint8_t **out, size_t *out_size,
	    char *err, size_t err_size);

#endif
