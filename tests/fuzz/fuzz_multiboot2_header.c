/* SPDX-License-Identifier: MIT */
/* Finds and reads headers, and loads their images. */
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_header.h"
#include "fuzz_load.h"

/* Copy the input into a block of exactly its size, so that sanitizers find reads outside. */
static void read_header(const uint8_t *data, size_t size)
{
	uint8_t *block = malloc(size ? size : 1);
	struct mb2_header h;
	struct mb2_header_tag tag;
	struct mb2_header_request request;
	uint32_t type, at = 0;

	if (!block) abort();
	if (size) memcpy(block, data, size);
	if (mb2_header_find(block, size, &h) == MB2_OK)
		while (mb2_header_next(&h, &at, &tag)) {
			if (tag.bytes < h.bytes || tag.bytes + tag.size > h.bytes + h.length)
				abort();
			if (mb2_header_read_request(&tag, &request) != MB2_OK) continue;
			for (uint32_t i = 0; mb2_header_requested(&request, i, &type); i++)
				continue;
		}
	free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_request request = { .kind = BOOT_MULTIBOOT2, .append = "an argument" };

	read_header(data, size);
	request.initrd = fuzz_small_file();
	request.module[0] = (struct boot_module){ fuzz_small_file(), "and another" };
	request.n_modules = 1;
	fuzz_load(&request, data, size);
	return 0;
}
