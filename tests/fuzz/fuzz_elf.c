/* SPDX-License-Identifier: MIT */
#include "fuzz_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct boot_request request = { .kind = BOOT_ELF };

	fuzz_load(&request, data, size);
	return 0;
}
