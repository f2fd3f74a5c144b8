/* SPDX-License-Identifier: MIT */
#include "harness/boot/gunzip.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define ZLIB_CONST /* its input is const */
#include <zlib.h>

enum {
	GZIP_ID1 = 0x1f,
	GZIP_ID2 = 0x8b,
	GZIP_DEFLATE = 8,
	GZIP_MIN_HEADER = 10,
	GZIP_WINDOW = 15 + 16, /* zlib's inflateInit2: the largest window, gzip wrapping */
	FIRST_BLOCK = 64 * 1024
};

struct unpacked {
	uint8_t *data;
	size_t size, capacity, max;
};

bool gunzip_recognises(const uint8_t *bytes, size_t size)
{
	return size >= GZIP_MIN_HEADER && bytes[0] == GZIP_ID1 && bytes[1] == GZIP_ID2 &&
	       bytes[2] == GZIP_DEFLATE;
}

/* Make room for at least one more byte. One byte over max is allowed, to detect that there are
 * more. */
static bool grow(struct unpacked *u)
{
	size_t limit = u->max + 1;
	size_t capacity;
	uint8_t *data;

	if (u->size < u->capacity) return true;
	if (u->capacity >= limit) return false;
	capacity = u->capacity ? u->capacity * 2 : FIRST_BLOCK;
	if (capacity > limit) capacity = limit;
	data = realloc(u->data, capacity);
	if (!data) return false;
	u->data = data;
	u->capacity = capacity;
	return true;
}

static uInt at_most_uint(size_t n) { return n > UINT_MAX ? UINT_MAX : (uInt)n; }

/* Unpack one member, which has *used bytes of input. Returns NULL or a message. */
static const char *unpack_member(z_stream *z, const uint8_t *bytes, size_t size, size_t *used,
				 struct unpacked *u)
{
	size_t left = size;
	int status = Z_OK;

	while (status != Z_STREAM_END) {
		uInt in = at_most_uint(left);
		uInt out;

		if (!grow(u)) return u->size > u->max ? "" : "out of host memory";
		out = at_most_uint(u->capacity - u->size);
		z->next_in = bytes + (size - left);
		z->avail_in = in;
		z->next_out = u->data + u->size;
		z->avail_out = out;
		status = inflate(z, Z_NO_FLUSH);
		left -= in - z->avail_in;
		u->size += out - z->avail_out;
		*used = size - left;
		if (status == Z_STREAM_END || status == Z_OK) continue;
		if (status == Z_BUF_ERROR && left == 0) return "the data ends early";
		if (status == Z_MEM_ERROR) return "out of host memory";
		return z->msg ? z->msg : "the data is damaged";
	}
	return u->size > u->max ? "" : NULL;
}

static bool report(const char *why, size_t offset, const struct unpacked *u, char *err,
		   size_t err_size)
{
	if (*why)
		snprintf(err, err_size,
			 "the gzip data cannot be unpacked: %s (at offset 0x%zx, after %zu bytes)",
			 why, offset, u->size);
	else
		snprintf(err, err_size,
			 "the gzip data unpacks to more than %zu bytes, the limit for an image",
			 u->max);
	return false;
}

bool gunzip(const uint8_t *bytes, size_t size, size_t max, uint8_t **out, size_t *out_size,
	    char *err, size_t err_size)
{
	struct unpacked u = { .max = max };
	z_stream z = { 0 };
	const char *why = NULL;
	size_t at = 0;

	*out = NULL;
	*out_size = 0;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return report("zlib cannot start", 0, &u, err, err_size);
	do {
		size_t used = 0;

		why = unpack_member(&z, bytes + at, size - at, &used, &u);
		at += used;
	} while (!why && gunzip_recognises(bytes + at, size - at) && inflateReset(&z) == Z_OK);
	inflateEnd(&z);
	if (why) {
		report(why, at, &u, err, err_size);
		free(u.data);
		return false;
	}
	*out = u.data;
	*out_size = u.size;
	return true;
}
