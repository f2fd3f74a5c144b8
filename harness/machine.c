/* SPDX-License-Identifier: MIT */
#include "harness/machine.h"

#include <stdio.h>
#include <string.h>

#include "harness/machine_board.h"

static const struct machine_kind *const kinds[] = { &machine_pc, &machine_isapc };
enum { DEFAULT_PATTERN = 0xcc };

/* ---- making ---- */

static void digest_on_access(void *ctx, const struct access *a) { digest_access(ctx, a); }
static void digest_on_irq(void *ctx, const struct irq_event *e) { digest_irq(ctx, e); }
static void digest_on_dma(void *ctx, const struct dma_event *e) { digest_dma(ctx, e); }

static uint64_t current_pc(void *ctx)
{
	const struct machine *m = ctx;
	return m->cpu ? cpu_pc(m->cpu) : 0;
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
	return board_add_roms(m);
}

static int on_intr_ack(void *ctx) { return lapic_ack(&((struct machine *)ctx)->lapic); }

static bool on_msr_read(void *ctx, uint32_t msr, uint64_t *value)
{
	return lapic_msr_read(&((struct machine *)ctx)->lapic, msr, value);
}

static bool on_msr_write(void *ctx, uint32_t msr, uint64_t value)
{
	return lapic_msr_write(&((struct machine *)ctx)->lapic, msr, value);
}

static void on_tsc_written(void *ctx) { lapic_tsc_written(&((struct machine *)ctx)->lapic); }

static uint8_t on_cr8_read(void *ctx) { return lapic_cr8(&((struct machine *)ctx)->lapic); }

static void on_cr8_write(void *ctx, uint8_t value)
{
	lapic_set_cr8(&((struct machine *)ctx)->lapic, value);
}

static const char *make_cpu(struct machine *m)
{
	struct cpu_config config = { .mem = &m->mem,
				     .bus = &m->bus,
				     .clock = &m->clock,
				     .hub = &m->hub,
				     .pins = { .intr_ack = on_intr_ack,
					       .msr_read = on_msr_read,
					       .msr_write = on_msr_write,
					       .tsc_written = on_tsc_written,
					       .cr8_read = on_cr8_read,
					       .cr8_write = on_cr8_write,
					       .ctx = m },
				     .features = m->config.cpu_features,
				     .step = m->config.step };
	const char *fault = NULL;

	m->cpu = cpu_new(&config, &fault);
	return m->cpu ? NULL : fault;
}

static bool find_kind(struct machine *m)
{
	const char *name = m->config.machine;
	size_t n = sizeof(kinds) / sizeof(kinds[0]);

	m->kind = kinds[0];
	if (!name) return true;
	for (size_t i = 0; i < n; i++) {
		m->kind = kinds[i];
		if (strcmp(name, m->kind->name) == 0) return true;
	}
	snprintf(m->error, sizeof(m->error), "unknown machine '%s'; there is:", name);
	for (size_t i = 0; i < n; i++) board_error_add(m, kinds[i]->name);
	return false;
}

static const char *build(struct machine *m)
{
	const char *fault;

	if (!find_kind(m)) return m->error;
	if (m->config.n_cards && !m->kind->has_slots) {
		snprintf(m->error, sizeof(m->error),
			 "--device %s: the machine '%s' has no PCI; 'pc' has", m->config.card[0],
			 m->kind->name);
		return m->error;
	}
	if (!digest_init(&m->digest)) return "out of host memory";
	m->digest_observer = (struct observer){ .access = digest_on_access,
						.irq = digest_on_irq,
						.dma = digest_on_dma,
						.access_without_pc = true,
						.access_without_reg = true,
						.ctx = &m->digest };
	hub_attach(&m->hub, &m->digest_observer);
	fault = make_memory(m);
	if (!fault) fault = make_cpu(m);
	if (!fault) fault = board_build(m);
	if (!fault) fault = m->kind->build(m);
	if (!fault && m->clock.full)
		fault = "the machine has more timers than its clock has room for";
	return fault;
}

const char *machine_init(struct machine *m, const struct machine_config *config)
{
	const char *fault;

	*m = (struct machine){ .config = *config };
	if (m->config.fill_pattern_len == 0) {
		m->config.fill_pattern[0] = DEFAULT_PATTERN;
		m->config.fill_pattern_len = 1;
	}
	clock_init(&m->clock);
	m->hub = (struct hub){ .clock = &m->clock, .pc = current_pc, .pc_ctx = m };
	bus_init(&m->bus, &m->hub, &m->clock);
	fault = build(m);
	if (fault) {
		if (fault != m->error) snprintf(m->error, sizeof(m->error), "%s", fault);
		machine_free(m);
		return m->error;
	}
	machine_reset(m);
	return NULL;
}

void machine_free(struct machine *m)
{
	if (m->cpu) cpu_free(m->cpu);
	m->cpu = NULL;
	bios_free(&m->bios);
	mem_free(&m->mem);
	digest_free(&m->digest);
}

/* ---- running ---- */

void machine_reset(struct machine *m)
{
	cpu_reset(m->cpu);
	board_reset(m);
	if (m->kind->reset) m->kind->reset(m);
	m->s.event = MACHINE_RUNNING;
}

/* Take the reset that is pending and go on. False: the run ends with it. */
static bool reboot(struct machine *m)
{
	if (!m->config.reboot_on_reset) return false;
	machine_reset(m);
	if (!m->config.reload || m->config.reload(m->config.ctx)) return true;
	m->s.event = MACHINE_RESET;
	return false;
}

enum cpu_stop machine_run(struct machine *m, uint64_t until_ns)
{
	while (m->s.event == MACHINE_RUNNING) {
		enum cpu_stop stop = cpu_run(m->cpu, until_ns);
		if (stop == CPU_STOP_TRIPLE_FAULT && m->config.reboot_on_reset) {
			m->s.event = MACHINE_RESET;
			m->s.reset_source = "triple fault";
			m->s.resets++;
		}
		if (bios_pending(&m->bios)) bios_serve(&m->bios, m->cpu);
		if (m->s.event == MACHINE_RESET && reboot(m)) continue;
		/* The BIOS wanted the stop. */
		if (stop == CPU_STOP_REQUESTED && m->s.event == MACHINE_RUNNING) continue;
		return stop;
	}
	return CPU_STOP_REQUESTED;
}

void machine_quit(struct machine *m)
{
	if (m->s.event == MACHINE_RUNNING) m->s.event = MACHINE_QUIT;
	cpu_request_stop(m->cpu);
}

/* ---- snapshot and digest ---- */

void machine_copy_state(struct machine *to, struct machine *from)
{
	mem_copy(&to->mem, &from->mem);
	to->clock.s = from->clock.s;
	for (size_t i = 0; i < to->n_devices && i < from->n_devices; i++)
		memcpy(to->device[i]->state, from->device[i]->state, from->device[i]->state_size);
	to->s = from->s;
	bios_copy_disks(&to->bios, &from->bios);
	cpu_copy_state(to->cpu, from->cpu);
	digest_copy(&to->digest, &from->digest);
	board_settle(to);
	if (to->kind->settle) to->kind->settle(to);
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

static void feed_fill(struct digest *d, const struct machine_config *c)
{
	feed64(d, c->random_fill);
	feed64(d, c->random_fill ? c->fill_seed : c->fill_pattern_len);
	if (!c->random_fill) digest_bytes(d, c->fill_pattern, c->fill_pattern_len);
}

void machine_digest(struct machine *m, char out[33])
{
	struct digest final;

	if (!digest_init(&final)) {
		out[0] = '\0';
		return;
	}
	digest_copy(&final, &m->digest);
	cpu_visit_state(m->cpu, feed, &final);
	mem_for_touched(&m->mem, feed_page, &final);
	feed_fill(&final, &m->config);
	digest_hex(&final, out);
	digest_free(&final);
}
