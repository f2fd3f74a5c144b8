/* SPDX-License-Identifier: MIT */
/* Any BIOS service with any registers, after the data area was overwritten by the input. */
#include "fuzz_service.h"
#include "harness/firmware/bios/state.h"

static unsigned any_service(uint8_t byte)
{
	static const uint8_t services[] = { 0x08, 0x09, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
					    0x16, 0x17, 0x18, 0x19, 0x1a, 0x00, 0x10, 0x15 };

	return services[byte % sizeof(services)];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bios *b = fuzz_bios();

	if (size < BDA_SIZE) return -1;
	if (data[0] & 1) (void)mem_write(b->wire.mem, BDA_BASE, data, BDA_SIZE);
	fuzz_calls(b, data + BDA_SIZE, size - BDA_SIZE, any_service);
	return 0;
}
