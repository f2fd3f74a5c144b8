/* SPDX-License-Identifier: MIT */
#include "fuzz_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_request request = { .kind = BOOT_MULTIBOOT1, .append = "an argument" };

	request.initrd = fuzz_small_file();
	request.module[0] = (struct boot_module){ fuzz_small_file(), "and another" };
	request.n_modules = 1;
	fuzz_load(&request, data, size);
	return 0;
}
