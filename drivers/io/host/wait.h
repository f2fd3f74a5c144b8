/* SPDX-License-Identifier: MIT */
/* Time and the interrupt flag in the harness: the names of drivers/io/metal/wait.h, over virtual
 * time. Waiting costs nothing but the models' deadlines that fall into it. */
#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "host_cpu.h"

struct wait {
	struct host_cpu *cpu;
};

static inline struct wait wait_of_host(struct host_cpu *cpu) { return (struct wait){ .cpu = cpu }; }

static inline uint64_t wait_now(const struct wait *wait)
{
	host_cpu_pass(wait->cpu, CPU_CHARGE_RDTSC);
	return clock_now(wait->cpu->clock);
}

static inline void wait_relax(const struct wait *wait)
{
	host_cpu_pass(wait->cpu, CPU_CHARGE_PAUSE);
}

static inline uint64_t wait_deadline(const struct wait *wait, uint64_t ns)
{
	uint64_t now = wait_now(wait);
	return ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
}

static inline bool wait_expired(const struct wait *wait, uint64_t deadline)
{
	return wait_now(wait) >= deadline;
}

static inline void wait_ns(const struct wait *wait, uint64_t ns) { host_cpu_pass(wait->cpu, ns); }

static inline uint64_t wait_tsc_after(const struct wait *wait, uint64_t ns)
{
	return wait_deadline(wait, ns); /* the counter counts virtual ns: CPU_TSC_HZ */
}

static inline bool wait_irq_save(const struct wait *wait)
{
	return host_cpu_set_interrupts(wait->cpu, false);
}

static inline void wait_irq_restore(const struct wait *wait, bool on)
{
	if (on) (void)host_cpu_set_interrupts(wait->cpu, true);
}

static inline void wait_irq_enable(const struct wait *wait) { wait_irq_restore(wait, true); }
static inline void wait_irq_disable(const struct wait *wait) { (void)wait_irq_save(wait); }
static inline void wait_for_irq(const struct wait *wait) { (void)host_cpu_sleep(wait->cpu); }

#endif
