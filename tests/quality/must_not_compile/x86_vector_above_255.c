/* SPDX-License-Identifier: MIT */
/* wanted: no such vector */
#include "x86_cpu.h"

void driver(struct x86_cpu cpu);
void driver(struct x86_cpu cpu)
{
	x86_int(cpu, 255);
	x86_int(cpu, 256); /* refused */
}
