/* SPDX-License-Identifier: MIT */
/* Any BIOS service with any registers, after the data area was overwritten by the input. Bits of
 * its first byte: 0 overwrites it, 1 plugs in the adapter of --device vga, 2 calls INT 10h alone, 3
 * calls functions of VBE alone, 4 looks at the screen at the end. */
#include <string.h>

#include "fuzz_service.h"
#include "harness/firmware/bios/state.h"

static unsigned any_service(uint8_t byte)
{
	static const uint8_t services[] = { 0x08, 0x09, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
					    0x16, 0x17, 0x18, 0x19, 0x1a, 0x00, 0x10, 0x15 };

	return services[byte % sizeof(services)];
}

static unsigned video_service(uint8_t byte)
{
	(void)byte;
	return 0x10;
}

/* Let each call be one of AH=4Fh: of its bytes, 2 and 3 are AX. */
static void make_vbe(uint8_t *data, size_t size)
{
	enum { AL = 2, AH = 3, FUNCTIONS = 0x17 };

	for (size_t at = 0; at + FUZZ_CALL_SIZE <= size; at += FUZZ_CALL_SIZE) {
		data[at + AL] %= FUNCTIONS;
		data[at + AH] = 0x4f;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { OVERWRITE = 1, DISPLAY = 2, VIDEO = 4, VBE = 8, LOOK = 16, MAX = 0x1000 };
	static uint8_t calls[MAX];
	struct bios *b = fuzz_bios();

	if (size < BDA_SIZE) return -1;
	if (data[0] & OVERWRITE) (void)mem_write(b->wire.mem, BDA_BASE, data, BDA_SIZE);
	if (data[0] & DISPLAY) fuzz_display();
	size = size - BDA_SIZE < MAX ? size - BDA_SIZE : MAX;
	memcpy(calls, data + BDA_SIZE, size);
	if (data[0] & VBE) make_vbe(calls, size);
	fuzz_calls(b, calls, size, data[0] & (VIDEO | VBE) ? video_service : any_service);
	if (data[0] & LOOK) fuzz_look();
	return 0;
}
