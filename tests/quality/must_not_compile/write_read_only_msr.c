/* SPDX-License-Identifier: MIT */
/* wanted: msr_ro */
#include "msr.h"

#define X2APIC_VERSION ((struct msr_ro){ 0x803 })

uint64_t f(struct msrs msrs);
uint64_t f(struct msrs msrs)
{
	msr_write(msrs, X2APIC_VERSION, 0); /* refused */
	return msr_read(msrs, X2APIC_VERSION);
}
