/* SPDX-License-Identifier: MIT */
/* wanted: negative */
#include "bimetal/x86/address.h"

struct virt base(void);
struct virt base(void)
{
	return VIRT(0x0000800000000000); /* refused */
	return VIRT(0xffff800000000000);
}
