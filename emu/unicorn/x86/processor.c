/* SPDX-License-Identifier: MIT */
/* The CPU as the processor of a machine. */
#include "emu/unicorn/x86/cpu.h"

static void set_intr(void *ctx, bool level) { cpu_set_intr(ctx, level); }
static void set_nmi(void *ctx) { cpu_set_nmi(ctx); }
static void set_a20(void *ctx, bool enabled) { cpu_set_a20(ctx, enabled); }
static void request_stop(void *ctx) { cpu_request_stop(ctx); }
static uint64_t tsc_time(void *ctx, uint64_t tsc) { return cpu_tsc_time(ctx, tsc); }
static bool has_feature(void *ctx, const char *name) { return cpu_has_feature(ctx, name); }

static void signature(void *ctx, uint32_t *eax, uint32_t *edx) { cpu_signature(ctx, eax, edx); }

static bool write_msr(void *ctx, uint32_t msr, uint64_t value)
{
	return cpu_msr_write(ctx, msr, value);
}

static bool read_msr(void *ctx, uint32_t msr, uint64_t *value)
{
	return cpu_msr_read(ctx, msr, value);
}

static void set_debug_reg(void *ctx, unsigned n, uint64_t value)
{
	cpu_set_debug_reg(ctx, n, value);
}

static uint32_t mxcsr(void *ctx) { return cpu_mxcsr(ctx); }
static void set_mxcsr(void *ctx, uint32_t value) { cpu_set_mxcsr(ctx, value); }
static void invalidate(void *ctx, uint64_t linear) { cpu_invalidate(ctx, linear); }
static void invalidate_all(void *ctx) { cpu_invalidate_all(ctx); }

static uint64_t pc(void *ctx) { return cpu_pc(ctx); }
static void reset(void *ctx) { cpu_reset(ctx); }

static void visit_state(void *ctx, void (*fn)(void *ctx, const void *data, size_t len),
			void *fn_ctx)
{
	cpu_visit_state(ctx, fn, fn_ctx);
}

static void copy_state(void *ctx, void *from_ctx) { cpu_copy_state(ctx, from_ctx); }
static void *mark(void *ctx) { return cpu_mark(ctx); }
static void marked(void *ctx, const void *mark) { cpu_marked(ctx, mark); }
static bool restore(void *ctx, const void *mark) { return cpu_restore(ctx, mark); }
static void mark_free(void *mark) { cpu_mark_free(mark); }
static bool save(void *ctx, const struct piece_sink *to) { return cpu_save(ctx, to); }

static bool load(void *ctx, const char *name, const void *data, size_t size)
{
	return cpu_load(ctx, name, data, size);
}

static void release(void *ctx) { cpu_free(ctx); }
static void get_regs(void *ctx, struct cpu_regs *regs) { cpu_get_regs(ctx, regs); }
static void set_regs(void *ctx, const struct cpu_regs *regs) { cpu_set_regs(ctx, regs); }
static bool a20(void *ctx) { return cpu_a20(ctx); }
static void let_pass(void *ctx, uint64_t ns) { cpu_let_pass(ctx, ns); }
static enum cpu_stop run(void *ctx, uint64_t until_ns) { return cpu_run(ctx, until_ns); }
static void preempt(void *ctx) { cpu_preempt(ctx); }
static const char *stop_detail(const void *ctx) { return cpu_stop_detail(ctx); }
static void stats(const void *ctx, struct cpu_stats *stats) { *stats = cpu_stats(ctx); }

static size_t peek(void *ctx, uint64_t linear, void *buf, size_t len)
{
	return cpu_peek(ctx, linear, buf, len);
}

static size_t last_events(const void *ctx, struct irq_event *events, size_t max)
{
	return cpu_last_events(ctx, events, max);
}

static void observe_blocks(void *ctx, const struct cpu_block_observer *observer)
{
	cpu_observe_blocks(ctx, observer);
}

static void debug_regs(void *ctx, uint64_t *dr) { cpu_get_debug_regs(ctx, dr); }

static void interrupt_state(void *ctx, struct cpu_interrupt_state *state)
{
	*state = cpu_interrupt_state(ctx);
}

static void explain(void *ctx, uint64_t linear, unsigned access, bool user,
		    struct page_explanation *explanation)
{
	*explanation = cpu_explain(ctx, linear, (enum page_access)access, user);
}

static size_t failed_deliveries(const void *ctx, struct cpu_failed_delivery *failed, size_t max)
{
	return cpu_failed_deliveries(ctx, failed, max);
}

struct processor cpu_processor(struct cpu *cpu)
{
	static const struct processor_ops ops = {
		.set_intr = set_intr,
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
		.mark = mark,
		.marked = marked,
		.restore = restore,
		.mark_free = mark_free,
		.save = save,
		.load = load,
		.free = release,
		.run = run,
		.preempt = preempt,
		.stop_detail = stop_detail,
		.let_pass = let_pass,
		.stats = stats,
		.peek = peek,
		.last_events = last_events,
		.observe_blocks = observe_blocks,
		.get_regs = get_regs,
		.set_regs = set_regs,
		.debug_regs = debug_regs,
		.read_msr = read_msr,
		.set_debug_reg = set_debug_reg,
		.mxcsr = mxcsr,
		.set_mxcsr = set_mxcsr,
		.invalidate = invalidate,
		.invalidate_all = invalidate_all,
		.a20 = a20,
		.interrupt_state = interrupt_state,
		.explain = explain,
		.failed_deliveries = failed_deliveries,
	};

	return (struct processor){ .ops = &ops, .ctx = cpu };
}
