/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/profile.h"

#include <stdlib.h>
#include <string.h>

/* ---- blocks */

static struct profile_block *slot_of(struct profile *p, uint64_t linear, uint32_t size)
{
	uint64_t hash = (linear ^ (uint64_t)size << 48) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 32) & (PROFILE_BLOCK_SLOTS - 1);
	while (p->block[i].size && (p->block[i].linear != linear || p->block[i].size != size))
		i = (i + 1) & (PROFILE_BLOCK_SLOTS - 1);
	return &p->block[i];
}

void profile_on_block(void *profile, const struct cpu_block *block)
{
	struct profile *p = profile;
	if (!p->running || p->full) return;
	p->entries++;
	p->instructions += block->instructions;
	p->block_ns += block->ns;
	p->full = p->limit && p->entries >= p->limit;
	struct profile_block *b = slot_of(p, block->linear, block->size);
	if (!b->size) {
		if (p->n_blocks == PROFILE_MAX_BLOCKS || !block->size) {
			p->other_entries++;
			return;
		}
		p->n_blocks++;
		b->linear = block->linear;
		b->size = block->size;
	}
	b->entries++;
	b->instructions += block->instructions;
	b->ns += block->ns;
}

/* ---- accesses */

static bool same_place(const struct profile_access *x, const struct access *a)
{
	return x->addr == a->addr && x->space == a->space && x->write == a->write &&
	       x->reg == a->reg && x->dev == a->dev && x->width == a->width;
}

static struct profile_access *find_access(struct profile *p, const struct access *a)
{
	for (size_t i = 0; i < p->n_accesses; i++)
		if (same_place(&p->access[i], a)) return &p->access[i];
	if (p->n_accesses == PROFILE_MAX_ACCESSES) return NULL;
	struct profile_access *x = &p->access[p->n_accesses++];
	*x = (struct profile_access){ .dev = a->dev,
				      .reg = a->reg,
				      .n = a->n,
				      .space = a->space,
				      .addr = a->addr,
				      .width = a->width,
				      .write = a->write,
				      .last_value = a->value };
	return x;
}

static void on_access(void *ctx, const struct access *a)
{
	struct profile *p = ctx;
	if (!p->running || p->full) return;
	p->reads += !a->write;
	p->writes += a->write;
	p->device_ns += a->space == BUS_PORT ? CPU_CHARGE_PORT : CPU_CHARGE_MMIO;
	struct profile_access *x = find_access(p, a);
	if (!x) {
		p->other_accesses++;
		return;
	}
	x->count++;
	x->changes += a->value != x->last_value;
	x->last_value = a->value;
	/* The pc of most accesses, by a majority vote (Boyer and Moore). */
	if (x->votes == 0) x->pc = a->pc;
	if (x->pc == a->pc)
		x->votes++;
	else
		x->votes--;
}

/* ---- events */

static struct profile_event *find_event(struct profile *p, const struct irq_event *e)
{
	bool at_place = e->kind != IRQ_EVENT_TAKEN; /* an interrupt may come at any pc */
	for (size_t i = 0; i < p->n_events; i++) {
		const struct irq_event *f = &p->event[i].first;
		if (f->kind == e->kind && f->vector == e->vector && (!at_place || f->pc == e->pc))
			return &p->event[i];
	}
	if (p->n_events == PROFILE_MAX_EVENTS) return NULL;
	struct profile_event *x = &p->event[p->n_events++];
	*x = (struct profile_event){ .first = *e, .last_fault_addr = e->fault_addr };
	return x;
}

static void on_irq(void *ctx, const struct irq_event *e)
{
	struct profile *p = ctx;
	if (!p->running || p->full) return;
	p->interrupts += e->kind == IRQ_EVENT_TAKEN;
	p->exceptions += e->kind == IRQ_EVENT_EXCEPTION;
	struct profile_event *x = find_event(p, e);
	if (!x) {
		p->other_events++;
		return;
	}
	x->count++;
	x->changes += e->fault_addr != x->last_fault_addr;
	x->last_fault_addr = e->fault_addr;
}

/* ---- the window */

void profile_start(struct profile *p, uint64_t now_ns, const struct cpu_stats *cpu, uint64_t limit)
{
	struct observer *next = p->observer.next; /* it may be attached already */
	memset(p, 0, sizeof(*p));
	p->observer =
		(struct observer){ .access = on_access, .irq = on_irq, .ctx = p, .next = next };
	p->start_ns = p->end_ns = now_ns;
	p->halted_ns = cpu->halted_ns;
	p->limit = limit;
	p->running = true;
}

void profile_stop(struct profile *p, uint64_t now_ns, const struct cpu_stats *cpu)
{
	if (!p->running) return;
	p->running = false;
	p->end_ns = now_ns;
	p->halted_ns = cpu->halted_ns - p->halted_ns;
}

uint64_t profile_window_ns(const struct profile *p) { return p->end_ns - p->start_ns; }

/* ---- results */

static int by_count(uint64_t a, uint64_t b, uint64_t tie_a, uint64_t tie_b)
{
	if (a != b) return a < b ? 1 : -1;
	if (tie_a != tie_b) return tie_a < tie_b ? -1 : 1;
	return 0;
}

static int hotter(const void *a, const void *b)
{
	const struct profile_block *x = *(const struct profile_block *const *)a;
	const struct profile_block *y = *(const struct profile_block *const *)b;
	return by_count(x->ns, y->ns, x->linear, y->linear);
}

size_t profile_hottest(const struct profile *p, const struct profile_block **hottest, size_t max)
{
	const struct profile_block *all[PROFILE_MAX_BLOCKS];
	size_t n = 0;
	for (size_t i = 0; i < PROFILE_BLOCK_SLOTS && n < PROFILE_MAX_BLOCKS; i++)
		if (p->block[i].size) all[n++] = &p->block[i];
	if (n > 1) qsort(all, n, sizeof(const struct profile_block *), hotter);
	if (n > max) n = max;
	for (size_t i = 0; i < n; i++) hottest[i] = all[i];
	return n;
}

const struct profile_block *profile_block_at(const struct profile *p, uint64_t linear)
{
	const struct profile_block *best = NULL;
	for (size_t i = 0; i < PROFILE_BLOCK_SLOTS; i++) {
		const struct profile_block *b = &p->block[i];
		if (b->size && linear - b->linear < b->size && (!best || b->ns > best->ns))
			best = b;
	}
	return best;
}

static int more_accesses(const void *a, const void *b)
{
	const struct profile_access *x = *(const struct profile_access *const *)a;
	const struct profile_access *y = *(const struct profile_access *const *)b;
	return by_count(x->count, y->count, x->addr, y->addr);
}

size_t profile_accesses(const struct profile *p, const struct profile_access **access, size_t max)
{
	const struct profile_access *all[PROFILE_MAX_ACCESSES] = { NULL };
	for (size_t i = 0; i < p->n_accesses; i++) all[i] = &p->access[i];
	if (p->n_accesses > 1)
		qsort(all, p->n_accesses, sizeof(const struct profile_access *), more_accesses);
	size_t n = p->n_accesses < max ? p->n_accesses : max;
	for (size_t i = 0; i < n; i++) access[i] = all[i];
	return n;
}

static int more_events(const void *a, const void *b)
{
	const struct profile_event *x = *(const struct profile_event *const *)a;
	const struct profile_event *y = *(const struct profile_event *const *)b;
	return by_count(x->count, y->count, x->first.pc, y->first.pc);
}

size_t profile_events(const struct profile *p, const struct profile_event **event, size_t max)
{
	const struct profile_event *all[PROFILE_MAX_EVENTS] = { NULL };
	for (size_t i = 0; i < p->n_events; i++) all[i] = &p->event[i];
	if (p->n_events > 1)
		qsort(all, p->n_events, sizeof(const struct profile_event *), more_events);
	size_t n = p->n_events < max ? p->n_events : max;
	for (size_t i = 0; i < n; i++) event[i] = all[i];
	return n;
}
