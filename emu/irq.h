/* SPDX-License-Identifier: MIT */
/* An interrupt line from a device, which drives its level, to an input of a controller. */
#ifndef EMU_IRQ_H
#define EMU_IRQ_H

#include <stdbool.h>

struct irq {
	void (*set)(void *ctx, unsigned n, bool level); /* NULL: not connected */
	void *ctx;
	unsigned n; /* input number at the controller */
};

/* Drive the line. Controllers must accept the same level twice. */
static inline void irq_set(const struct irq *irq, bool level)
{
	if (irq->set) irq->set(irq->ctx, irq->n, level);
}

#endif
