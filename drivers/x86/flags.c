/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/flags.h"

void x86_without_interrupts(struct x86_cpu cpu, void (*fn)(void *ctx), void *ctx)
{
	bool on = x86_irq_save(cpu);

	fn(ctx);
	x86_irq_restore(cpu, on);
}
