/* SPDX-License-Identifier: MIT */
/* wanted: msr_wo */
#include "msr.h"

#define SELF_IPI ((struct msr_wo){ 0x83f })

uint64_t f(struct msrs msrs);
uint64_t f(struct msrs msrs)
{
	msr_write(msrs, SELF_IPI, 0x40);
	return msr_read(msrs, SELF_IPI); /* refused */
	return 0;
}
