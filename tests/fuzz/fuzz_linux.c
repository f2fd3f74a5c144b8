/* SPDX-License-Identifier: MIT */
#include "fuzz_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_request request = { .kind = BOOT_LINUX, .append = "quiet vga=0x317" };

	request.initrd = fuzz_small_file();
	fuzz_load(&request, data, size);
	request.mode = 32;
	fuzz_load(&request, data, size);
	request.mode = 16;
	fuzz_load(&request, data, size);
	return 0;
}
