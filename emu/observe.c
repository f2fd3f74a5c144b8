/* SPDX-License-Identifier: MIT */
#include "emu/observe.h"

#include <stddef.h>

#include "emu/clock.h"

static uint64_t hub_time(const struct hub *hub) { return hub->clock ? clock_now(hub->clock) : 0; }

static uint64_t hub_pc(const struct hub *hub) { return hub->pc ? hub->pc(hub->pc_ctx) : 0; }

/* Getting the pc from the CPU costs as much as the access itself, so it is done only if an observer
 * uses it. */
static void sum_up(struct hub *hub)
{
	hub->access = hub->access_pc = hub->access_reg = hub->access_memory = false;
	hub->access_called = false;
	hub->ring = NULL;
	for (const struct observer *o = hub->first; o; o = o->next) {
		if (!o->access) continue;
		hub->access = true;
		if (o->ring && !hub->ring)
			hub->ring = o->ring;
		else
			hub->access_called = true;
		if (!o->access_without_pc) hub->access_pc = true;
		if (!o->access_without_reg) hub->access_reg = true;
		if (!o->access_without_memory) hub->access_memory = true;
	}
}

void hub_attach(struct hub *hub, struct observer *obs)
{
	struct observer **link = &hub->first;

	while (*link) {
		if (*link == obs) return; /* already attached */
		link = &(*link)->next;
	}
	obs->next = NULL;
	*link = obs;
	sum_up(hub);
}

void hub_detach(struct hub *hub, const struct observer *obs)
{
	for (struct observer **link = &hub->first; *link; link = &(*link)->next) {
		if (*link != obs) continue;
		struct observer *gone = *link;
		*link = gone->next;
		gone->next = NULL;
		sum_up(hub);
		return;
	}
}

/* ---- everywhere ---- */

struct hub_everywhere hub_everywhere;

void hub_attach_everywhere(struct observer *obs)
{
	struct observer **link = &hub_everywhere.first;

	while (*link) link = &(*link)->next;
	obs->next = NULL;
	obs->everywhere = true;
	*link = obs;
	if (obs->reached) hub_everywhere.reached = true;
}

/* The hub's own observers, then those that are attached everywhere. */
static const struct observer *first_of(const struct hub *hub)
{
	return hub->first ? hub->first : hub_everywhere.first;
}

static const struct observer *after(const struct observer *o)
{
	return o->next || o->everywhere ? o->next : hub_everywhere.first;
}

/* ---- events ---- */

void hub_access(const struct hub *hub, struct access *a)
{
	if (!hub_hears_access(hub)) return;
	a->time_ns = hub_time(hub);
	a->pc = hub->access_pc ? hub_pc(hub) : 0;
	for (const struct observer *o = hub->first; o; o = o->next)
		if (o->access && !(a->memory && o->access_without_memory)) o->access(o->ctx, a);
}

void hub_access_called(const struct hub *hub, struct access *a)
{
	a->time_ns = hub_time(hub);
	a->pc = hub->access_pc ? hub_pc(hub) : 0;
	for (const struct observer *o = hub->first; o; o = o->next)
		if (o->access && (!o->ring || o->ring != hub->ring)) o->access(o->ctx, a);
}

void hub_lint(const struct hub *hub, struct lint *l)
{
	if (!hub_hears(hub)) return;
	l->time_ns = hub_time(hub);
	l->pc = hub_pc(hub);
	for (const struct observer *o = first_of(hub); o; o = after(o))
		if (o->lint) o->lint(o->ctx, l);
}

void hub_irq(const struct hub *hub, struct irq_event *e)
{
	if (!hub_hears(hub)) return;
	e->time_ns = hub_time(hub);
	for (const struct observer *o = first_of(hub); o; o = after(o))
		if (o->irq) o->irq(o->ctx, e);
}

void hub_dma(const struct hub *hub, struct dma_event *e)
{
	if (!hub_hears(hub)) return;
	e->time_ns = hub_time(hub);
	for (const struct observer *o = first_of(hub); o; o = after(o))
		if (o->dma) o->dma(o->ctx, e);
}

void hub_msr(const struct hub *hub, struct access *a)
{
	if (!hub_hears(hub)) return;
	a->time_ns = hub_time(hub);
	a->pc = hub_pc(hub);
	for (const struct observer *o = first_of(hub); o; o = after(o))
		if (o->msr) o->msr(o->ctx, a);
}

void hub_firmware(const struct hub *hub, bool runs)
{
	if (!hub_hears(hub)) return;
	for (const struct observer *o = first_of(hub); o; o = after(o))
		if (o->firmware) o->firmware(o->ctx, runs);
}

void hub_tell_reached(const struct reg_desc *reg, bool write, uint64_t lane, uint64_t value)
{
	for (const struct observer *o = hub_everywhere.first; o; o = o->next)
		if (o->reached) o->reached(o->ctx, reg, write, lane, value);
}
