/* SPDX-License-Identifier: MIT */
/* Time and the interrupt flag in the harness: the names of drivers/io/metal/wait.h, over virtual
 * time. Waiting costs nothing but the models' deadlines that fall into it. */
#ifndef BIMETAL_WAIT_H
#define BIMETAL_WAIT_H

/* For example:
 *
 *	static uint64_t took(struct bimetal_cpu *cpu)
 *	{
 *		struct wait wait = wait_of_host(cpu);
 *		uint64_t began = wait_now(&wait);
 *
 *		wait_ns(&wait, 1000);
 *		return wait_now(&wait) - began;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

struct wait {
	struct bimetal_cpu *cpu;
};

IO_INLINE struct wait wait_of_host(struct bimetal_cpu *cpu) { return (struct wait){ .cpu = cpu }; }

/* What the functions below do, in libbimetal. */
uint64_t bimetal_wait_now(struct bimetal_cpu *cpu);
void bimetal_wait_relax(struct bimetal_cpu *cpu);
void bimetal_wait_ns(struct bimetal_cpu *cpu, uint64_t ns);
bool bimetal_wait_set_irq(struct bimetal_cpu *cpu, bool on); /* what it was */
void bimetal_wait_for_irq(struct bimetal_cpu *cpu);

IO_INLINE uint64_t wait_now(const struct wait *wait) { return bimetal_wait_now(wait->cpu); }
IO_INLINE void wait_relax(const struct wait *wait) { bimetal_wait_relax(wait->cpu); }

IO_INLINE uint64_t wait_deadline(const struct wait *wait, uint64_t ns)
{
	uint64_t now = wait_now(wait);
	return ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
}

IO_INLINE bool wait_expired(const struct wait *wait, uint64_t deadline)
{
	return wait_now(wait) >= deadline;
}

IO_INLINE void wait_ns(const struct wait *wait, uint64_t ns) { bimetal_wait_ns(wait->cpu, ns); }

IO_INLINE uint64_t wait_tsc_after(const struct wait *wait, uint64_t ns)
{
	return wait_deadline(wait, ns); /* the counter counts virtual ns: CPU_TSC_HZ */
}

IO_INLINE bool wait_irq_save(const struct wait *wait)
{
	return bimetal_wait_set_irq(wait->cpu, false);
}

IO_INLINE void wait_irq_restore(const struct wait *wait, bool on)
{
	if (on) (void)bimetal_wait_set_irq(wait->cpu, true);
}

IO_INLINE void wait_irq_enable(const struct wait *wait) { wait_irq_restore(wait, true); }
IO_INLINE void wait_irq_disable(const struct wait *wait) { (void)wait_irq_save(wait); }
IO_INLINE void wait_for_irq(const struct wait *wait) { bimetal_wait_for_irq(wait->cpu); }

#endif
