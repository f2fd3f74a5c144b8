/* SPDX-License-Identifier: MIT */
/* wanted: unused.result|warn_unused_result */
#include "bimetal/x86/gdt.h"

void driver(struct gdt *gdt, uint16_t *selector);
void driver(struct gdt *gdt, uint16_t *selector)
{
	if (gdt_add(gdt, GDT_KERNEL_DATA, selector)) return;
	gdt_add(gdt, GDT_KERNEL_DATA, selector); /* refused */
}
