/* SPDX-License-Identifier: MIT */
#include "harness/command/machine_difference.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "emu/mem_device.h"
#include "emu/units.h"

enum { DIGEST_HEX = 33, NAME_SIZE = 64, REGISTERS_SHOWN = 8 };

/* Print one line: the name of the value, and both values. */
static void row(FILE *out, const char *what, uint64_t a, uint64_t b)
{
	fprintf(out, "  %-20s 0x%" PRIx64 " | 0x%" PRIx64 "\n", what, a, b);
}

static bool number(FILE *out, const char *what, uint64_t a, uint64_t b)
{
	if (a == b) return false;
	if (out) row(out, what, a, b);
	return true;
}

/* ---- time and history ---- */

static bool time_differs(struct machine *a, struct machine *b, FILE *out)
{
	uint64_t x = clock_now(&a->clock), y = clock_now(&b->clock);

	if (x == y) return false;
	if (out)
		fprintf(out, "  %-20s %" PRIu64 ".%09" PRIu64 " s | %" PRIu64 ".%09" PRIu64 " s\n",
			"virtual time", x / NS_PER_S, x % NS_PER_S, y / NS_PER_S, y % NS_PER_S);
	return true;
}

static bool instructions_differ(struct machine *a, struct machine *b, FILE *out)
{
	struct cpu_stats of_a, of_b;

	processor_stats(&a->processor, &of_a);
	processor_stats(&b->processor, &of_b);
	uint64_t x = of_a.instructions, y = of_b.instructions;

	if (x != y && out)
		fprintf(out, "  %-20s %" PRIu64 " | %" PRIu64 "\n", "instructions", x, y);
	return x != y;
}

static bool history_differs(struct machine *a, struct machine *b, FILE *out)
{
	char x[DIGEST_HEX], y[DIGEST_HEX];

	digest_hex(&a->digest, x);
	digest_hex(&b->digest, y);
	if (strcmp(x, y) == 0) return false;
	if (out)
		fprintf(out,
			"  %-20s not the same so far (registers of devices, interrupts, DMA)\n",
			"events");
	return true;
}

/* ---- the CPU ---- */

static const char *const gpr_names[CPU_N_GPR] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp",
						  "rsi", "rdi", "r8",  "r9",  "r10", "r11",
						  "r12", "r13", "r14", "r15" };
static const char *const segment_names[CPU_N_SEGMENTS] = { "es", "cs", "ss", "ds", "fs", "gs" };

static bool segment_differs(const char *name, const struct cpu_segment_state *a,
			    const struct cpu_segment_state *b, FILE *out)
{
	const struct {
		const char *part;
		uint64_t a, b;
	} parts[] = { { "selector", a->selector, b->selector },
		      { "base", a->base, b->base },
		      { "limit", a->limit, b->limit },
		      { "flags", a->flags, b->flags } };
	bool differs = false;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		char what[NAME_SIZE];
		snprintf(what, sizeof(what), "CPU %s %s", name, parts[i].part);
		if (number(out, what, parts[i].a, parts[i].b)) differs = true;
	}
	return differs;
}

static bool segments_differ(const struct cpu_regs *a, const struct cpu_regs *b, FILE *out)
{
	bool differs = segment_differs("ldtr", &a->ldt, &b->ldt, out);

	if (segment_differs("tr", &a->tr, &b->tr, out)) differs = true;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++)
		if (segment_differs(segment_names[i], &a->seg[i], &b->seg[i], out)) differs = true;
	return differs;
}

static bool named_registers_differ(const struct cpu_regs *a, const struct cpu_regs *b, FILE *out)
{
	const struct {
		const char *name;
		uint64_t a, b;
	} others[] = { { "CPU rip", a->rip, b->rip },
		       { "CPU rflags", a->rflags, b->rflags },
		       { "CPU cr0", a->cr0, b->cr0 },
		       { "CPU cr2", a->cr2, b->cr2 },
		       { "CPU cr3", a->cr3, b->cr3 },
		       { "CPU cr4", a->cr4, b->cr4 },
		       { "CPU efer", a->efer, b->efer },
		       { "CPU gdtr base", a->gdt.base, b->gdt.base },
		       { "CPU gdtr limit", a->gdt.limit, b->gdt.limit },
		       { "CPU idtr base", a->idt.base, b->idt.base },
		       { "CPU idtr limit", a->idt.limit, b->idt.limit } };
	bool differs = false;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (number(out, others[i].name, others[i].a, others[i].b)) differs = true;
	for (unsigned i = 0; i < CPU_N_GPR; i++) {
		char what[NAME_SIZE];
		snprintf(what, sizeof(what), "CPU %s", gpr_names[i]);
		if (number(out, what, a->gpr[i], b->gpr[i])) differs = true;
	}
	return differs;
}

static bool interrupt_state_differs(struct machine *a, struct machine *b, FILE *out)
{
	const struct processor *p = &a->processor, *q = &b->processor;
	struct cpu_interrupt_state x, y;

	processor_interrupt_state(p, &x);
	processor_interrupt_state(q, &y);
	bool differs = number(out, "CPU halted", x.halted, y.halted);

	if (number(out, "CPU INTR", x.intr, y.intr)) differs = true;
	if (number(out, "CPU NMI pending", x.nmi, y.nmi)) differs = true;
	if (number(out, "CPU NMI blocked", x.nmi_blocked, y.nmi_blocked)) differs = true;
	return number(out, "A20", p->ops->a20(p->ctx), q->ops->a20(q->ctx)) || differs;
}

static void feed(void *ctx, const void *data, size_t len) { digest_bytes(ctx, data, len); }

static bool cpu_sum(const struct processor *cpu, char out[DIGEST_HEX])
{
	struct digest sum = { 0 };
	bool ok = digest_init(&sum);

	if (ok) {
		cpu->ops->visit_state(cpu->ctx, feed, &sum);
		digest_hex(&sum, out);
	}
	digest_free(&sum);
	return ok;
}

/* Registers that are not in struct cpu_regs. */
static bool other_registers_differ(struct machine *a, struct machine *b, FILE *out)
{
	char x[DIGEST_HEX], y[DIGEST_HEX];
	bool known = cpu_sum(&a->processor, x) && cpu_sum(&b->processor, y);

	if (known && strcmp(x, y) == 0) return false;
	if (out && known)
		fputs("  CPU                  debug, FPU, SSE or model-specific registers\n", out);
	else if (out)
		fputs("  CPU                  not compared: out of host memory\n", out);
	return true;
}

static bool cpu_differs(struct machine *a, struct machine *b, FILE *out)
{
	struct cpu_regs x, y;

	processor_get_regs(&a->processor, &x);
	processor_get_regs(&b->processor, &y);
	bool differs = named_registers_differ(&x, &y, out);
	if (segments_differ(&x, &y, out)) differs = true;
	if (interrupt_state_differs(a, b, out)) differs = true;
	return differs || other_registers_differ(a, b, out);
}

/* ---- the board ---- */

static bool deadlines_differ(struct machine *a, struct machine *b, FILE *out)
{
	bool differs = false;

	for (unsigned i = 0; i < a->clock.n_timers; i++) {
		char what[NAME_SIZE];
		snprintf(what, sizeof(what), "deadline of %s", a->clock.timer[i].name);
		if (number(out, what, a->clock.s.deadline_ns[i], b->clock.s.deadline_ns[i]))
			differs = true;
	}
	return differs;
}

static bool events_differ(struct machine *a, struct machine *b, FILE *out)
{
	const struct machine_state *x = &a->s, *y = &b->s;
	bool differs = false;

	if (number(out, "resets", x->resets, y->resets)) differs = true;
	if (number(out, "machine event", x->event, y->event)) differs = true;
	if (number(out, "debug exit", x->exit_value, y->exit_value)) differs = true;
	return differs;
}

static const char *device_name(const struct device *d)
{
	return d->instance && d->instance[0] ? d->instance : d->ops->name;
}

/* Registers are part of a device's state; those in its register table are printed by name. */
static unsigned device_registers(const struct device *a, const struct device *b, FILE *out)
{
	size_t slot = 0;
	unsigned shown = 0;

	for (unsigned i = 0; a->reg && i < a->ops->n_regs; i++) {
		const struct reg_desc *r = &a->ops->regs[i];
		size_t cells = reg_cells(r);
		for (size_t n = 0; n < cells; n++, slot++) {
			char what[NAME_SIZE];
			if (a->reg[slot] == b->reg[slot] || shown == REGISTERS_SHOWN) continue;
			snprintf(what, sizeof(what), cells > 1 ? "%s.%s%zu" : "%s.%s",
				 device_name(a), r->name, n);
			row(out, what, a->reg[slot], b->reg[slot]);
			shown++;
		}
	}
	return shown;
}

static void tell_device(const struct device *a, const struct device *b, FILE *out)
{
	const uint8_t *x = a->state, *y = b->state;
	size_t at = 0;

	if (device_registers(a, b, out)) return;
	while (x[at] == y[at]) at++;
	fprintf(out, "  %-20s byte %zu of %zu of its state: 0x%02x | 0x%02x\n", device_name(a), at,
		a->state_size, x[at], y[at]);
}

static bool devices_differ(struct machine *a, struct machine *b, FILE *out)
{
	bool differs = false;

	for (size_t i = 0; i < a->n_devices && i < b->n_devices; i++) {
		const struct device *x = a->device[i], *y = b->device[i];
		if (memcmp(x->state, y->state, x->state_size) == 0) continue;
		differs = true;
		if (!out) return true;
		tell_device(x, y, out);
	}
	return differs;
}

/* ---- memory ---- */

struct page_difference {
	uint64_t pages, first; /* first: physical address of a byte */
	uint8_t a, b;          /* the byte in both machines */
	bool only_touched; /* the page at `first` has equal contents, but only one machine touched
			      it */
};

static void found_page(struct page_difference *d, uint64_t pa, const uint8_t *x, const uint8_t *y)
{
	size_t at = 0;

	if (d->pages++) return;
	while (at < MEM_PAGE && x[at] == y[at]) at++;
	d->only_touched = at == MEM_PAGE;
	if (d->only_touched) at = 0;
	d->first = pa + at;
	d->a = x[at];
	d->b = y[at];
}

/* Compare a page that at least one machine touched; the digest depends on that too. */
static void compare_page(struct page_difference *d, struct machine *a, struct machine *b,
			 uint64_t pa, bool both)
{
	uint8_t x[MEM_PAGE], y[MEM_PAGE];

	if (!mem_read(&a->mem, pa, x, MEM_PAGE) || !mem_read(&b->mem, pa, y, MEM_PAGE)) return;
	if (!both || memcmp(x, y, MEM_PAGE) != 0) found_page(d, pa, x, y);
}

static void compare_region(struct page_difference *d, struct machine *a, struct machine *b,
			   const struct mem_region *r, const uint8_t *other)
{
	for (uint64_t i = 0; i < r->size / MEM_PAGE; i++) {
		uint64_t at = i * MEM_PAGE;
		bool x = a->mem.flags[r->page + i] & MEM_TOUCHED;
		bool y = b->mem.flags[r->page + i] & MEM_TOUCHED;
		if (!x && !y) continue;
		if (x && y && memcmp(r->host + at, other + at, MEM_PAGE) == 0) continue;
		compare_page(d, a, b, r->base + at, x && y);
	}
}

static void tell_memory(const struct page_difference *d, FILE *out)
{
	fprintf(out, "  %-20s %" PRIu64 " page%s, first at 0x%" PRIx64 ": ", "memory", d->pages,
		d->pages == 1 ? "" : "s", d->first);
	if (d->only_touched)
		fputs("used by one run alone\n", out);
	else
		fprintf(out, "0x%02x | 0x%02x\n", d->a, d->b);
}

/* A page of a device's memory that differs. False: there is none. */
static bool device_memory_differs(const struct mem_device *a, const struct mem_device *b,
				  uint64_t *at)
{
	uint8_t x[MEM_PAGE], y[MEM_PAGE];

	for (*at = 0; *at < a->size && *at < b->size; *at += MEM_PAGE) {
		if (!((a->flags[*at / MEM_PAGE] | b->flags[*at / MEM_PAGE]) & MEM_TOUCHED))
			continue;
		mem_device_read(a, *at, x, MEM_PAGE);
		mem_device_read(b, *at, y, MEM_PAGE);
		if (memcmp(x, y, MEM_PAGE) != 0) return true;
	}
	return false;
}

static bool memory_of_devices_differs(struct machine *a, struct machine *b, FILE *out)
{
	bool differs = false;

	for (size_t i = 0; i < a->mem.n_devices && i < b->mem.n_devices; i++) {
		uint64_t at;
		if (!device_memory_differs(a->mem.device[i], b->mem.device[i], &at)) continue;
		differs = true;
		if (out)
			fprintf(out, "  %-20s first in the page at 0x%" PRIx64 "\n",
				a->mem.device[i]->name, at);
	}
	return differs;
}

static bool memory_differs(struct machine *a, struct machine *b, FILE *out)
{
	struct page_difference d = { 0 };

	for (size_t n = 0; n < a->mem.n_regions; n++)
		if (a->mem.region[n].kind == MEM_RAM)
			compare_region(&d, a, b, &a->mem.region[n], b->mem.region[n].host);
	if (d.pages && out) tell_memory(&d, out);
	return d.pages > 0;
}

bool machine_difference(struct machine *a, struct machine *b, FILE *out)
{
	static bool (*const parts[])(struct machine * a, struct machine * b, FILE * out) = {
		time_differs,   instructions_differ, history_differs,
		cpu_differs,    deadlines_differ,    events_differ,
		devices_differ, memory_differs,      memory_of_devices_differs,
	};
	bool differs = false;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i](a, b, out)) differs = true;
		if (differs && !out) break;
	}
	return differs;
}
