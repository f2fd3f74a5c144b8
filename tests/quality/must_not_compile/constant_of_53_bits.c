/* SPDX-License-Identifier: MIT */
/* wanted: negative */
#include "bimetal/x86/address.h"

struct phys base(void);
struct phys base(void)
{
	return PHYS(0x0010000000000000); /* refused */
	return PHYS(0x000ffffffffff000);
}
