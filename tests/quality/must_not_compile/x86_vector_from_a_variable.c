/* SPDX-License-Identifier: MIT */
/* wanted: not constant|not an integral constant */
#include "x86_cpu.h"

void driver(struct x86_cpu cpu, int vector);
void driver(struct x86_cpu cpu, int vector)
{
	(void)vector;
	x86_int(cpu, 3);
	x86_int(cpu, vector); /* refused */
}
