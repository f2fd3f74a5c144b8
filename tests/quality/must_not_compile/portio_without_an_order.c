/* SPDX-License-Identifier: MIT */
/* wanted: define BIMETAL_OUTB_PORT_VALUE if you call outb\(port, value\) */
#define BIMETAL_OUTB_PORT_VALUE
#undef BIMETAL_OUTB_PORT_VALUE /* refused */
#include "bimetal/portio.h"

void driver(void);
void driver(void) { (void)inb(0x60); }
