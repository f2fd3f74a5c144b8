/* SPDX-License-Identifier: MIT */
#include "harness/machine/cpu.h"

#include "harness/machine/board.h"

/* ---- the processor ---- */

static void set_intr(void *ctx, bool level) { cpu_set_intr(ctx, level); }
static void set_nmi(void *ctx) { cpu_set_nmi(ctx); }
static void set_a20(void *ctx, bool enabled) { cpu_set_a20(ctx, enabled); }
static void request_stop(void *ctx) { cpu_request_stop(ctx); }
static uint64_t tsc_time(void *ctx, uint64_t tsc) { return cpu_tsc_time(ctx, tsc); }
static bool has_feature(void *ctx, const char *name) { return cpu_has_feature(ctx, name); }

static void signature(void *ctx, uint32_t *eax, uint32_t *edx) { cpu_signature(ctx, eax, edx); }

static void write_msr(void *ctx, uint32_t msr, uint64_t value)
{
	(void)cpu_msr_write(ctx, msr, value);
}

static uint64_t pc(void *ctx) { return cpu_pc(ctx); }
static void reset(void *ctx) { cpu_reset(ctx); }

static void visit_state(void *ctx, void (*fn)(void *ctx, const void *data, size_t len),
			void *fn_ctx)
{
	cpu_visit_state(ctx, fn, fn_ctx);
}

static void copy_state(void *ctx, void *from_ctx) { cpu_copy_state(ctx, from_ctx); }
static void release(void *ctx) { cpu_free(ctx); }
static void get_regs(void *ctx, struct cpu_regs *regs) { cpu_get_regs(ctx, regs); }
static void set_regs(void *ctx, const struct cpu_regs *regs) { cpu_set_regs(ctx, regs); }
static bool a20(void *ctx) { return cpu_a20(ctx); }
static void let_pass(void *ctx, uint64_t ns) { cpu_let_pass(ctx, ns); }

static const char *make_cpu(struct machine *m, const struct cpu_pins *pins)
{
	static const struct processor_ops ops = { .set_intr = set_intr,
						  .set_nmi = set_nmi,
						  .set_a20 = set_a20,
						  .request_stop = request_stop,
						  .tsc_time = tsc_time,
						  .has_feature = has_feature,
						  .signature = signature,
						  .write_msr = write_msr,
						  .pc = pc,
						  .reset = reset,
						  .visit_state = visit_state,
						  .copy_state = copy_state,
						  .free = release,
						  .get_regs = get_regs,
						  .set_regs = set_regs,
						  .a20 = a20,
						  .let_pass = let_pass };
	struct cpu_config config = { .mem = &m->mem,
				     .bus = &m->bus,
				     .clock = &m->clock,
				     .hub = &m->hub,
				     .pins = *pins,
				     .features = m->config.cpu_features,
				     .unknown_msr_zero = m->config.unknown_msr_zero,
				     .step = m->config.step };

	m->cpu = cpu_new(&config, m->error, sizeof(m->error));
	if (!m->cpu) return m->error;
	m->processor = (struct processor){ .ops = &ops, .ctx = m->cpu };
	return NULL;
}

const char *machine_init(struct machine *m, const struct machine_config *config)
{
	return machine_build(m, config, make_cpu);
}

/* ---- running ---- */

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

enum cpu_stop machine_run(struct machine *m, uint64_t until_ns)
{
	while (m->s.event == MACHINE_RUNNING) {
		enum cpu_stop stop = cpu_run(m->cpu, until_ns);
		if (stop == CPU_STOP_TRIPLE_FAULT && m->config.reboot_on_reset) {
			m->s.event = MACHINE_RESET;
			m->s.reset_source = "triple fault";
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
