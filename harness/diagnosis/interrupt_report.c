/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/interrupt_report.h"

#include <inttypes.h>

enum { FLAG_IF = 1 << 9, MAX_DEADLINES = 4 };

/* ---- the CPU */

static void print_cpu(struct machine *m, FILE *out)
{
	struct cpu_regs regs;
	struct cpu_interrupt_state cpu;
	processor_interrupt_state(&m->processor, &cpu);
	processor_get_regs(&m->processor, &regs);
	bool enabled = regs.rflags & FLAG_IF;
	fprintf(out, "  the CPU %s (RFLAGS.IF is %d); INTR is %s%s%s%s\n",
		enabled ? "takes them" : "takes none", enabled, cpu.intr ? "raised" : "low",
		cpu.intr && !enabled ? ": a request is pending, but will not be taken" : "",
		cpu.nmi ? "; an NMI is pending" : "",
		cpu.nmi && cpu.nmi_blocked ? ", blocked until IRET" : "");
}

/* ---- a missing EOI */

/* Later devices are nearer to the CPU: the local APIC holds back what the 8259A has passed on. */
bool interrupt_held_back(struct machine *m, char *buf, size_t size)
{
	struct cpu_interrupt_state cpu;

	processor_interrupt_state(&m->processor, &cpu);
	if (cpu.intr) return false;
	for (size_t i = m->n_devices; i-- > 0;) {
		const struct device *dev = m->device[i];
		if (dev->ops && dev->ops->held_back && dev->ops->held_back(dev, buf, size))
			return true;
	}
	return false;
}

/* ---- what raises a vector */

/* A pin of the I/O APIC, which comes later, goes before an IRQ of the 8259A. */
bool interrupt_source(const struct machine *m, uint8_t vector, char *buf, size_t size)
{
	for (size_t i = m->n_devices; i-- > 0;) {
		const struct device *dev = m->device[i];
		if (dev->ops && dev->ops->raises && dev->ops->raises(dev, vector, buf, size))
			return true;
	}
	return false;
}

/* ---- deadlines */

static void print_deadlines(const struct clock *clock, FILE *out)
{
	uint64_t after = 0;
	unsigned listed = 0;
	uint64_t now = clock_now(clock);
	fputs("  deadlines:", out);
	for (unsigned round = 0; round < MAX_DEADLINES; round++) {
		unsigned best = clock->n_timers;
		for (unsigned i = 0; i < clock->n_timers; i++) {
			uint64_t due = clock->s.deadline_ns[i];
			bool later = due != CLOCK_NEVER && due >= after;
			if (later && (best == clock->n_timers || due < clock->s.deadline_ns[best]))
				best = i;
		}
		if (best == clock->n_timers) break;
		uint64_t due = clock->s.deadline_ns[best];
		fprintf(out, "%s %s in %" PRIu64 ".%06" PRIu64 " ms", listed++ ? "," : "",
			clock->timer[best].name, (due > now ? due - now : 0) / 1000000,
			(due > now ? due - now : 0) % 1000000);
		after = due + 1;
	}
	fputs(listed ? "\n" : " none: no device will do anything by itself\n", out);
}

/* ---- the controllers */

bool interrupt_controllers(struct machine *m, FILE *out)
{
	char held[INTERRUPT_HELD_SIZE];
	bool any = false;

	/* What counts most goes first. */
	if (interrupt_held_back(m, held, sizeof(held))) fprintf(out, "  %s\n", held);
	for (size_t i = 0; i < m->n_devices; i++) {
		const struct device *dev = m->device[i];
		if (!dev->ops || !dev->ops->report) continue;
		dev->ops->report(dev, out);
		any = true;
	}
	return any;
}

void interrupt_report(struct machine *m, FILE *out)
{
	fputs("interrupts:\n", out);
	print_cpu(m, out);
	(void)interrupt_controllers(m, out);
	print_deadlines(&m->clock, out);
}
