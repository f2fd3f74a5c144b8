/* SPDX-License-Identifier: MIT */
/* wanted: overflow|constant-conversion */
#define BIMETAL_OUTB_VALUE_PORT
#include "bimetal/portio.h"

void driver(void);
void driver(void)
{
	outb(1, 0x3f8);
	outb(0x3f8, 1); /* refused */
}
