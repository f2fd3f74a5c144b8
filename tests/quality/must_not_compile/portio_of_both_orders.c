/* SPDX-License-Identifier: MIT */
/* wanted: are both defined: define only one */
#define BIMETAL_OUTB_PORT_VALUE
#define BIMETAL_OUTB_VALUE_PORT /* refused */
#include "bimetal/portio.h"

void driver(void);
void driver(void) { outb(0x3f8, 1); }
