/* SPDX-License-Identifier: MIT */
/* wanted: 32-bit code has no access of 64 bits */
/* world: metal */
/* flags: -m32 -ffreestanding */
#define BIMETAL_OUTB_PORT_VALUE
#include "bimetal/portio.h"

uint64_t driver(uintptr_t at);
uint64_t driver(uintptr_t at)
{
	mmio_write32(at, 1);
	return mmio_read64(at); /* refused */
	return mmio_read32(at);
}
