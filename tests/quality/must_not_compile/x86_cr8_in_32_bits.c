/* SPDX-License-Identifier: MIT */
/* wanted: 32-bit code has no access of 64 bits */
/* world: metal */
/* flags: -m32 -ffreestanding */
#include "x86_cpu.h"

uint64_t driver(struct x86_cpu cpu);
uint64_t driver(struct x86_cpu cpu)
{
	uint64_t priority = x86_cr0(cpu);
	priority = x86_cr8(cpu); /* refused */
	return priority;
}
