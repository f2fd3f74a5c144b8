/* SPDX-License-Identifier: MIT */
/* Finds and reads headers, and loads their images. */
#include <stdlib.h>
#include <string.h>

#include "bimetal/multiboot2_dump.h"
#include "bimetal/multiboot2_image.h"
#include "fuzz_load.h"

static void ignore(void *ctx, const char *text)
{
	(void)ctx;
	if (strlen(text) > MB2_HEADER_SEARCH) abort();
}

/* As a chain loader would load it. */
static void read_image(const uint8_t *block, size_t size)
{
	struct mb2_image image;
	struct mb2_segment s;
	uint32_t at = 0;

	if (mb2_image_open(&image, block, size, UINT32_MAX) != MB2_OK) return;
	while (mb2_image_next(&image, &at, &s)) {
		if (s.stored > s.size || s.size == 0 || s.size > UINT32_MAX - s.address ||
		    s.offset > size || s.stored > size - s.offset)
			abort();
		if (s.size <= 2 * size) { /* not what would only cost time */
			uint8_t *to = malloc(s.size);

			if (to) mb2_segment_copy(&image, &s, to);
			free(to);
		}
	}
}

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
	read_image(block, size);
	if (mb2_header_find(block, size, &h) == MB2_OK) {
		mb2_header_dump(&h, &(struct mb2_sink){ ignore, NULL });
		while (mb2_header_next(&h, &at, &tag)) {
			if (tag.bytes < h.bytes || tag.bytes + tag.size > h.bytes + h.length)
				abort();
			if (mb2_header_read_request(&tag, &request) != MB2_OK) continue;
			for (uint32_t i = 0; mb2_header_requested(&request, i, &type); i++)
				continue;
		}
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
