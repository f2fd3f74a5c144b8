/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/interrupt_report.h"

#include <inttypes.h>

enum {
	FLAG_IF = 1 << 9,
	SLAVE_FIRST = 8,
	N_IRQS = 16,
	N_VECTORS = 256,
	SVR_ENABLED = 1 << 8,
	MAX_DEADLINES = 4,
	MAX_LISTED = 8
};

static const char *irq_name(unsigned irq)
{
	static const char *const names[N_IRQS] = { "timer",     "keyboard", "cascade", "COM2/COM4",
						   "COM1/COM3", "",         "",        "",
						   "RTC",       "",         "",        "",
						   "mouse",     "FPU",      "IDE",     "IDE" };
	return names[irq];
}

/* ---- the CPU */

static void print_cpu(struct machine *m, FILE *out)
{
	struct cpu_regs regs;
	struct cpu_interrupt_state cpu = cpu_interrupt_state(m->cpu);
	cpu_get_regs(m->cpu, &regs);
	bool enabled = regs.rflags & FLAG_IF;
	fprintf(out, "  the CPU %s (RFLAGS.IF is %d); INTR is %s%s%s%s\n",
		enabled ? "takes them" : "takes none", enabled, cpu.intr ? "raised" : "low",
		cpu.intr && !enabled ? ": a request is pending, but will not be taken" : "",
		cpu.nmi ? "; an NMI is pending" : "",
		cpu.nmi && cpu.nmi_blocked ? ", blocked until IRET" : "");
}

/* ---- the 8259A pair */

static uint8_t requests(const struct pic_8259_model_chip_state *c)
{
	uint8_t level = c->icw1 & ICW1_LTIM ? 0xff : c->elcr;
	return (uint8_t)((c->lines & level) | (c->edge & ~level));
}

static void print_irqs(const char *what, uint16_t set, const struct pic_8259_model *pic, FILE *out)
{
	const char *space = "";
	if (!set) return;
	fprintf(out, "; %s ", what);
	for (unsigned irq = 0; irq < N_IRQS; irq++) {
		if (!(set >> irq & 1)) continue;
		const struct pic_8259_model_chip_state *chip =
			irq < SLAVE_FIRST ? &pic->s.master : &pic->s.slave;
		fprintf(out, "%sIRQ %u (%s%svector 0x%02x)", space, irq, irq_name(irq),
			irq_name(irq)[0] ? ", " : "", (chip->icw2 & 0xf8u) + irq % SLAVE_FIRST);
		space = ", ";
	}
}

/* Of both chips, a bit per IRQ; without the cascade. */
struct pic_irqs {
	uint16_t waiting, masked, in_service;
};

static struct pic_irqs irqs_of(const struct pic_8259_model *pic)
{
	const struct pic_8259_model_chip_state *master = &pic->s.master;
	const struct pic_8259_model_chip_state *slave = &pic->s.slave;
	enum { CASCADE = 1 << PIC_8259_MODEL_CASCADE };
	uint16_t irr = (uint16_t)((requests(master) & ~CASCADE) | requests(slave) << SLAVE_FIRST);
	uint16_t imr = (uint16_t)(master->imr | slave->imr << SLAVE_FIRST);
	if (master->imr & CASCADE) imr |= 0xff00;
	return (struct pic_irqs){
		.waiting = irr & (uint16_t)~imr,
		.masked = irr & imr,
		.in_service = (uint16_t)((master->isr & ~CASCADE) | slave->isr << SLAVE_FIRST),
	};
}

static void print_pic(const struct pic_8259_model *pic, FILE *out)
{
	if (!pic->s.master.ready) {
		fputs("  8259A: not initialised (ICW1 to ICW4)\n", out);
		return;
	}
	struct pic_irqs irqs = irqs_of(pic);
	bool any = irqs.waiting || irqs.masked || irqs.in_service;
	fprintf(out, "  8259A: masks (IMR) 0x%04x",
		(unsigned)(pic->s.master.imr | pic->s.slave.imr << 8));
	print_irqs("waiting:", irqs.waiting, pic, out);
	print_irqs("requested but masked:", irqs.masked, pic, out);
	print_irqs("in service, no EOI yet:", irqs.in_service, pic, out);
	fputs(any ? "\n" : "; nothing is requested\n", out);
}

/* ---- the local APIC */

static void print_vectors(const char *what, const struct lapic_model *l, enum lapic_model_reg row,
			  FILE *out)
{
	unsigned n = 0;
	for (unsigned v = N_VECTORS; v-- > 0;) {
		if (!(l->s.reg[l->slot[row] + v / 32] >> v % 32 & 1)) continue;
		if (n == 0) fprintf(out, "; %s", what);
		if (n < MAX_LISTED) fprintf(out, " 0x%02x", v);
		n++;
	}
	if (n > MAX_LISTED) fprintf(out, " and %u more", n - MAX_LISTED);
}

static void print_lapic(const struct lapic_model *l, FILE *out)
{
	if (!lapic_model_enabled(l)) {
		fputs("  local APIC: disabled by IA32_APIC_BASE\n", out);
		return;
	}
	uint64_t svr = l->s.reg[l->slot[LAPIC_MODEL_SVR]];
	fprintf(out, "  local APIC: %s, TPR 0x%02x",
		svr & SVR_ENABLED ? "enabled" : "software-disabled (SVR bit 8)",
		(unsigned)l->s.reg[l->slot[LAPIC_MODEL_TPR]] & 0xff);
	print_vectors("waiting:", l, LAPIC_MODEL_IRR, out);
	print_vectors("in service, no EOI yet:", l, LAPIC_MODEL_ISR, out);
	fputc('\n', out);
}

/* The highest vector set; -1: none. */
static int highest_vector(const struct lapic_model *l, enum lapic_model_reg row)
{
	for (unsigned v = N_VECTORS; v-- > 0;)
		if (l->s.reg[l->slot[row] + v / 32] >> v % 32 & 1) return (int)v;
	return -1;
}

/* ---- a missing EOI */

/* SDM Vol. 3A 10.8.3.1: a vector waits while one of its class, bits 7:4, or a higher one is in
 * service. */
static bool held_by_lapic(const struct lapic_model *l, char *buf, size_t size)
{
	int waiting = highest_vector(l, LAPIC_MODEL_IRR);
	int in_service = highest_vector(l, LAPIC_MODEL_ISR);
	if (!lapic_model_enabled(l) || waiting < 0 || in_service < 0) return false;
	if (waiting >> 4 > in_service >> 4) return false;
	snprintf(buf, size,
		 "the local APIC holds back vector 0x%02x until the handler of vector 0x%02x sends "
		 "its EOI",
		 (unsigned)waiting, (unsigned)in_service);
	return true;
}

bool interrupt_held_back(struct machine *m, char *buf, size_t size)
{
	struct pic_irqs irqs = irqs_of(&m->pic);
	if (cpu_interrupt_state(m->cpu).intr) return false;
	if (held_by_lapic(&m->lapic, buf, size)) return true;
	if (!m->pic.s.master.ready || !irqs.waiting || !irqs.in_service) return false;
	snprintf(buf, size, "the 8259A holds back IRQ %d until the handler of IRQ %d sends its EOI",
		 __builtin_ctz(irqs.waiting), __builtin_ctz(irqs.in_service));
	return true;
}

/* ---- the I/O APIC */

static uint64_t entry_of(const struct ioapic_model *a, unsigned pin)
{
	return a->s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_IOREDTBL_LOW) + pin];
}

enum pin_state { PIN_UNMASKED, PIN_WAITING, PIN_MASKED, PIN_IN_SERVICE };

static bool pin_is(const struct ioapic_model *a, unsigned pin, enum pin_state state)
{
	uint64_t entry = entry_of(a, pin);
	bool asks = a->s.lines >> pin & 1;
	bool masked = entry & IOAPIC_MODEL_RTE_MASK;
	switch (state) {
	case PIN_UNMASKED: return !masked;
	case PIN_WAITING: return asks && !masked;
	case PIN_MASKED: return asks && masked;
	case PIN_IN_SERVICE:
	default: return entry & IOAPIC_MODEL_RTE_REMOTE_IRR;
	}
}

static void print_pins(const char *what, const struct ioapic_model *a, enum pin_state state,
		       FILE *out)
{
	unsigned n = 0;
	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++) {
		if (!pin_is(a, pin, state)) continue;
		fprintf(out, "%s pin %u", n++ ? "," : what, pin);
		if (!(entry_of(a, pin) & IOAPIC_MODEL_RTE_MASK))
			fprintf(out, " (vector 0x%02x)",
				(unsigned)entry_of(a, pin) & IOAPIC_MODEL_RTE_VECTOR);
	}
}

static void print_ioapic(const struct ioapic_model *a, FILE *out)
{
	unsigned unmasked = 0;
	if (!a->dev.ops) return; /* this machine has none */
	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++)
		unmasked += pin_is(a, pin, PIN_UNMASKED);
	fprintf(out, "  I/O APIC: %u of %u pins unmasked", unmasked, (unsigned)IOAPIC_MODEL_PINS);
	print_pins("; requested:", a, PIN_WAITING, out);
	print_pins("; requested but masked:", a, PIN_MASKED, out);
	print_pins("; level taken, no EOI yet:", a, PIN_IN_SERVICE, out);
	fputc('\n', out);
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

void interrupt_report(struct machine *m, FILE *out)
{
	char held[INTERRUPT_HELD_SIZE];
	fputs("interrupts:\n", out);
	print_cpu(m, out);
	print_pic(&m->pic, out);
	print_lapic(&m->lapic, out);
	print_ioapic(&m->pc.ioapic, out);
	if (interrupt_held_back(m, held, sizeof(held))) fprintf(out, "  %s\n", held);
	print_deadlines(&m->clock, out);
}
