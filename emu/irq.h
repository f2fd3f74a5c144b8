/* SPDX-License-Identifier: MIT */
/* An interrupt wire: a device drives a level, a controller's input listens. */
#ifndef EMU_IRQ_H
#define EMU_IRQ_H

#include <stdbool.h>

struct irq {
	void (*set)(void *ctx, unsigned n, bool level); /* NULL: not connected */
	void *ctx;
	unsigned n; /* input number at the controller */
};

/* Drive the wire. Controllers must accept the same level twice. */
static inline void irq_set(const struct irq *irq, bool level)
{
	if (irq->set) irq->set(irq->ctx, irq->n, level);
}

#endif
