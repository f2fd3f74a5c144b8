/* SPDX-License-Identifier: MIT */
#include "harness/machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/mem_device.h"
#include "harness/machine/added.h"
#include "harness/machine/board.h"
#include "harness/machine/mark.h"

enum { DEFAULT_PATTERN = 0xcc };

/* ---- making ---- */

static void digest_on_access(void *ctx, const struct access *a) { digest_access(ctx, a); }
static void digest_on_irq(void *ctx, const struct irq_event *e) { digest_irq(ctx, e); }
static void digest_on_dma(void *ctx, const struct dma_event *e) { digest_dma(ctx, e); }

static uint64_t current_pc(void *ctx)
{
	const struct processor *p = ctx;
	return p->ops ? p->ops->pc(p->ctx) : 0;
}

static const char *make_memory(struct machine *m)
{
	const struct machine_config *c = &m->config;
	const char *fault = mem_init(&m->mem, c->memory, m->kind->hole);

	if (fault) return fault;
	if (c->random_fill)
		mem_set_random(&m->mem, c->fill_seed);
	else
		mem_set_pattern(&m->mem, c->fill_pattern, c->fill_pattern_len);
	return m->kind->add_memory ? m->kind->add_memory(m) : NULL;
}

/* A board without an interrupt controller. */
static int no_vector(void *ctx)
{
	(void)ctx;
	return -1;
}

static const char *make_processor(struct machine *m, machine_make_processor *make)
{
	m->pins = m->kind->pins;
	if (!m->pins.intr_ack) m->pins.intr_ack = no_vector;
	m->pins.ctx = m;
	return make(m, &m->pins);
}

const struct machine_kind *machine_kind_at(unsigned n)
{
	const struct machine_kind *const kinds[] = { machine_isapc, machine_pc, machine_none };

	return n < ARRAY_SIZE(kinds) ? kinds[n] : NULL;
}

static bool find_kind(struct machine *m)
{
	const char *name = m->config.machine;

	m->kind = m->config.kind ? m->config.kind : machine_pc;
	if (m->config.kind || !name) return true;
	for (unsigned i = 0; (m->kind = machine_kind_at(i)); i++)
		if (strcmp(name, m->kind->name) == 0) return true;
	snprintf(m->error, sizeof(m->error), "unknown machine '%s'; known:", name);
	for (unsigned i = 0; machine_kind_at(i); i++) board_error_add(m, machine_kind_at(i)->name);
	return false;
}

static bool make_board(struct machine *m)
{
	m->board = calloc(1, m->kind->board_size);
	return m->board && digest_init(&m->digest) && digest_init(&m->ended);
}

static const char *build(struct machine *m, machine_make_processor *make)
{
	const char *fault;

	if (!find_kind(m)) return m->error;
	m->firmware.absent = !m->kind->firmware;
	if (!make_board(m)) return "out of host memory";
	m->digest_observer = (struct observer){ .access = digest_on_access,
						.irq = digest_on_irq,
						.dma = digest_on_dma,
						.access_without_pc = true,
						.access_without_reg = true,
						.access_without_memory = true,
						.ring = digest_ring(&m->digest),
						.ctx = &m->digest };
	hub_attach(&m->hub, &m->digest_observer);
	fault = make_memory(m);
	if (!fault) fault = make_processor(m, make);
	if (!fault) fault = board_build(m);
	if (!fault) fault = m->wiring_fault;
	if (!fault && m->clock.full)
		fault = "the machine has more timers than its clock has room for";
	return fault;
}

const char *machine_build(struct machine *m, const struct machine_config *config,
			  machine_make_processor *make)
{
	const char *fault;

	*m = (struct machine){ .config = *config };
	if (m->config.fill_pattern_len == 0) {
		m->config.fill_pattern[0] = DEFAULT_PATTERN;
		m->config.fill_pattern_len = 1;
	}
	clock_init(&m->clock);
	m->hub = (struct hub){ .clock = &m->clock, .pc = current_pc, .pc_ctx = &m->processor };
	bus_init(&m->bus, &m->hub, &m->clock);
	fault = build(m, make);
	if (fault) {
		if (!*fault) fault = "a part of the board cannot be made, and does not say why";
		if (fault != m->error) snprintf(m->error, sizeof(m->error), "%s", fault);
		machine_free(m);
		return m->error;
	}
	machine_reset(m);
	return NULL;
}

void machine_free(struct machine *m)
{
	machine_marks_free(m);
	if (m->processor.ops) m->processor.ops->free(m->processor.ctx);
	m->processor = (struct processor){ 0 };
	m->cpu = NULL;
	if (m->board && m->kind->firmware && m->kind->firmware->free) m->kind->firmware->free(m);
	mem_free(&m->mem);
	digest_free(&m->digest);
	digest_free(&m->ended);
	free((void *)m->device);
	free(m->board);
	machine_added_free(m);
	m->board = NULL;
	m->device = NULL;
	m->n_devices = m->devices_room = 0;
}

/* ---- running ---- */

static const struct clock *volatile running; /* read by signal handlers */

uint64_t machine_running_ns(void)
{
	const struct clock *clock = running;

	return clock ? clock->s.now_ns : 0;
}

void machine_reset(struct machine *m)
{
	m->processor.ops->reset(m->processor.ctx);
	board_reset(m);
	m->s.event = MACHINE_RUNNING;
}

void machine_quit(struct machine *m)
{
	if (m->s.event == MACHINE_RUNNING) m->s.event = MACHINE_QUIT;
	m->processor.ops->request_stop(m->processor.ctx);
}

/* Do the pending reset. False: the run ends with it. */
static bool reboot(struct machine *m)
{
	if (!m->config.reboot_on_reset) return false;
	machine_reset(m);
	if (!m->config.reload || m->config.reload(m->config.ctx)) return true;
	m->s.event = MACHINE_RESET;
	return false;
}

/* The CPU may have stopped for a service of the firmware. */
static void serve(struct machine *m)
{
	const struct firmware *f = m->kind->firmware;

	if (f && f->pending && f->pending(m)) f->serve(m);
}

static enum cpu_stop run(struct machine *m, uint64_t until_ns)
{
	while (m->s.event == MACHINE_RUNNING) {
		enum cpu_stop stop = m->processor.ops->run(m->processor.ctx, until_ns);
		if (stop == CPU_STOP_TRIPLE_FAULT && m->config.reboot_on_reset) {
			m->s.event = MACHINE_RESET;
			snprintf(m->s.reset_source, sizeof(m->s.reset_source), "triple fault");
			m->s.resets++;
		}
		serve(m);
		if (m->s.event == MACHINE_RESET && reboot(m)) continue;
		/* The CPU stopped for a service. */
		if (stop == CPU_STOP_REQUESTED && m->s.event == MACHINE_RUNNING) continue;
		return stop;
	}
	return CPU_STOP_REQUESTED;
}

enum cpu_stop machine_run(struct machine *m, uint64_t until_ns)
{
	enum cpu_stop stop;

	running = &m->clock;
	stop = run(m, until_ns);
	running = NULL;
	return stop;
}

/* ---- snapshot and digest ---- */

/* Half a snapshot looks like a whole one: it must not go unnoticed. */
_Noreturn static void cannot_copy(const char *why)
{
	fprintf(stderr, "bimetal: machine_copy_state(): %s\n", why);
	abort();
}

static void check_alike(const struct machine *to, const struct machine *from)
{
	bool same = to->n_devices == from->n_devices && to->clock.n_timers == from->clock.n_timers;

	for (size_t i = 0; same && i < to->n_devices; i++)
		same = to->device[i]->state_size == from->device[i]->state_size;
	if (!same) cannot_copy("the two machines have not the same devices");
	if (!mem_alike(&to->mem, &from->mem))
		cannot_copy("the two machines have not the same memory");
}

void machine_copy_state(struct machine *to, struct machine *from)
{
	check_alike(to, from);
	mem_copy(&to->mem, &from->mem);
	to->clock.s = from->clock.s;
	for (size_t i = 0; i < to->n_devices; i++)
		memcpy(to->device[i]->state, from->device[i]->state, from->device[i]->state_size);
	to->s = from->s;
	if (to->kind->firmware && to->kind->firmware->copy && !to->kind->firmware->copy(to, from))
		cannot_copy("the host has no memory for what was written to the disks");
	to->processor.ops->copy_state(to->processor.ctx, from->processor.ctx);
	digest_copy(&to->digest, &from->digest);
	board_settle(to);
}

static void feed(void *ctx, const void *data, size_t len) { digest_bytes(ctx, data, len); }

static void feed64(struct digest *d, uint64_t value)
{
	uint8_t bytes[sizeof(value)];

	for (unsigned i = 0; i < sizeof(bytes); i++) bytes[i] = (uint8_t)(value >> (8 * i));
	digest_bytes(d, bytes, sizeof(bytes));
}

static void feed_page(void *ctx, uint64_t pa, const uint8_t *page)
{
	feed64(ctx, pa);
	digest_bytes(ctx, page, MEM_PAGE);
}

static void feed_stored(void *ctx, size_t device, uint64_t offset, const uint8_t *page)
{
	feed64(ctx, device);
	feed_page(ctx, offset, page);
}

static void feed_fill(struct digest *d, const struct machine_config *c)
{
	feed64(d, c->random_fill);
	feed64(d, c->random_fill ? c->fill_seed : c->fill_pattern_len);
	if (!c->random_fill) digest_bytes(d, c->fill_pattern, c->fill_pattern_len);
}

void machine_digest(struct machine *m, char out[33])
{
	digest_copy(&m->ended, &m->digest);
	m->processor.ops->visit_state(m->processor.ctx, feed, &m->ended);
	mem_for_touched(&m->mem, feed_page, &m->ended);
	mem_for_stored(&m->mem, feed_stored, &m->ended);
	feed_fill(&m->ended, &m->config);
	digest_hex(&m->ended, out);
}
