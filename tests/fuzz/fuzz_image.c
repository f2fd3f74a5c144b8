/* SPDX-License-Identifier: MIT */
/* The recognition of formats, and images without a format: boot sectors and flat. */
#include "emu/array.h"
#include "fuzz_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned modes[] = { 16, 32, 64 };
	struct boot_request request = { .kind = BOOT_AUTO };

	/* fuzz_gzip tests input that unpacks to a gigabyte. */
	if (size >= 2 && data[0] == 0x1f && data[1] == 0x8b) return -1;
	fuzz_load(&request, data, size);
	request.kind = BOOT_FLAT;
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		request.mode = modes[i];
		fuzz_load(&request, data, size);
	}
	return 0;
}
