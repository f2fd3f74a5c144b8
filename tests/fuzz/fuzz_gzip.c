/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_load.h"
#include "harness/boot/gunzip.h"

enum { LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *out;
	size_t out_size;
	char err[200];

	if (!gunzip_recognises(data, size)) return -1;
	if (gunzip(data, size, LIMIT, &out, &out_size, err, sizeof(err))) {
		if (out_size > LIMIT || !out) abort();
		free(out);
	} else if (out || memchr(err, '\0', sizeof(err)) == NULL || !err[0]) {
		abort();
	}
	return 0;
}
