/* SPDX-License-Identifier: MIT */
/* wanted: unused.result|warn_unused_result */
#include "bimetal/x86/control.h"

void driver(struct x86_cpu cpu, const struct cr3 *cr3);
void driver(struct x86_cpu cpu, const struct cr3 *cr3)
{
	if (cr3_write(cpu, cr3)) return;
	cr3_write(cpu, cr3); /* refused */
}
