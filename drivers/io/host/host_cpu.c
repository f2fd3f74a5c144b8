/* SPDX-License-Identifier: MIT */
#include "host_cpu.h"

#include <stddef.h>
#include <stdlib.h>

#include "emu/bus_route.h"
#include "emu/x86/execution.h"
#include "x86_target_msr.h"

/* A level that nobody takes away comes back at once, for ever. So many are taken in one go; then
 * the driver goes on, so that its own bounds end it. */
enum { MAX_AT_ONCE = 64, MAX_SLEEPS = 1000000, VECTOR_NMI = 2, VECTOR_GP = 13 };

/* ---- the pins ---- */

static void set_intr(void *ctx, bool level) { ((struct bimetal_cpu *)ctx)->s.intr = level; }
static void set_nmi(void *ctx) { ((struct bimetal_cpu *)ctx)->s.nmi = true; }

static void set_a20(void *ctx, bool enabled)
{
	(void)ctx; /* native drivers name physical addresses */
	(void)enabled;
}

static void request_stop(void *ctx) { ((struct bimetal_cpu *)ctx)->s.stopped = true; }

static uint64_t tsc_time(void *ctx, uint64_t tsc)
{
	uint64_t now = clock_now(((struct bimetal_cpu *)ctx)->clock);
	return tsc > now ? tsc : now; /* it counts virtual ns from 0 on: CPU_TSC_HZ */
}

static void signature(void *ctx, uint32_t *eax, uint32_t *edx)
{
	struct host_cpuid leaf = host_cpu_cpuid(ctx, 1, 0);

	*eax = leaf.eax;
	*edx = leaf.edx;
}

static bool has_feature(void *ctx, const char *name)
{
	const struct bimetal_cpu *cpu = ctx;
	return !cpu->has_feature || cpu->has_feature(cpu->model_ctx, name);
}

static bool write_msr(void *ctx, uint32_t msr, uint64_t value)
{
	(void)ctx; /* nothing here hangs on caches */
	(void)msr;
	(void)value;
	return true;
}

static uint64_t pc(void *ctx) { return ((struct bimetal_cpu *)ctx)->s.pc; }
static void reset(void *ctx) { host_cpu_reset(ctx); }

static void interrupt_state(void *ctx, struct cpu_interrupt_state *state)
{
	const struct host_cpu_state *s = &((struct bimetal_cpu *)ctx)->s;

	*state = (struct cpu_interrupt_state){ .intr = s->intr,
					       .nmi = s->nmi,
					       .nmi_blocked = s->in_nmi };
}

/* Not the place in the driver: it differs from build to build. */
static void visit_state(void *ctx, void (*fn)(void *ctx, const void *data, size_t len),
			void *fn_ctx)
{
	const struct host_cpu_state *s = &((struct bimetal_cpu *)ctx)->s;
	uint8_t flags[] = { s->intr, s->nmi, s->in_nmi, s->interrupts_on, s->stopped, s->woken };
	fn(fn_ctx, flags, sizeof(flags));
	fn(fn_ctx, &s->interrupts, sizeof(s->interrupts));
	host_x86_visit(&s->x86, fn, fn_ctx);
}

static void copy_state(void *ctx, void *from_ctx)
{
	((struct bimetal_cpu *)ctx)->s = ((struct bimetal_cpu *)from_ctx)->s;
}

static void *mark(void *ctx)
{
	struct host_cpu_state *kept = malloc(sizeof(*kept));

	if (kept) *kept = ((struct bimetal_cpu *)ctx)->s;
	return kept;
}

static void marked(void *ctx, const void *mark)
{
	(void)ctx;
	(void)mark;
}

static bool restore(void *ctx, const void *mark)
{
	((struct bimetal_cpu *)ctx)->s = *(const struct host_cpu_state *)mark;
	return true;
}

static void release(void *ctx) { (void)ctx; }

struct processor host_cpu_processor(struct bimetal_cpu *cpu)
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
						  .mark = mark,
						  .marked = marked,
						  .restore = restore,
						  .mark_free = free,
						  .free = release,
						  .interrupt_state = interrupt_state };
	return (struct processor){ .ops = &ops, .ctx = cpu };
}

void host_cpu_init(struct bimetal_cpu *cpu, struct bus *bus, struct clock *clock, struct mem *mem,
		   const struct x86_pins *pins)
{
	*cpu = (struct bimetal_cpu){
		.bus = bus, .clock = clock, .mem = mem, .pins = *pins, .end_ns = UINT64_MAX
	};
	host_x86_reset(&cpu->s.x86);
}

void host_cpu_reset(struct bimetal_cpu *cpu)
{
	cpu->s = (struct host_cpu_state){ 0 };
	host_x86_reset(&cpu->s.x86);
}

void host_cpu_stand_for(struct bimetal_cpu *cpu, const struct processor *emulated)
{
	cpu->emulated = *emulated;
}

/* ---- interrupts ---- */

static void handle(struct bimetal_cpu *cpu, uint8_t vector)
{
	cpu->s.interrupts++;
	if (cpu->dispatch) cpu->dispatch(cpu->dispatch_ctx, vector);
}

static void take_nmi(struct bimetal_cpu *cpu)
{
	bool on = cpu->s.interrupts_on;
	cpu->s.nmi = false;
	cpu->s.in_nmi = true;
	cpu->s.interrupts_on = false;
	handle(cpu, VECTOR_NMI);
	cpu->s.interrupts_on = on;
	cpu->s.in_nmi = false;
}

static void take_external(struct bimetal_cpu *cpu)
{
	int vector = cpu->pins.intr_ack(cpu->pins.ctx);
	if (vector < 0) return;
	cpu->s.interrupts_on = false;
	handle(cpu, (uint8_t)vector);
	cpu->s.interrupts_on = true;
}

static void attend(struct bimetal_cpu *cpu)
{
	for (unsigned i = 0; i < MAX_AT_ONCE; i++) {
		if (cpu->s.nmi && !cpu->s.in_nmi)
			take_nmi(cpu);
		else if (cpu->s.intr && cpu->s.interrupts_on)
			take_external(cpu);
		else
			return;
	}
}

/* Before an access or a wait: what is due happens first. */
static inline void settle(struct bimetal_cpu *cpu)
{
	cpu->s.woken = false;
	if (clock_due(cpu->clock)) clock_run(cpu->clock);
	if (clock_now(cpu->clock) >= cpu->end_ns || cpu->clock->stuck) cpu->s.stopped = true;
	if (cpu->s.stopped && cpu->stop) cpu->stop(cpu->stop_ctx);
	if (cpu->s.nmi || cpu->s.intr) attend(cpu);
}

bool host_cpu_set_interrupts(struct bimetal_cpu *cpu, bool on)
{
	bool was = cpu->s.interrupts_on;
	cpu->s.interrupts_on = on;
	settle(cpu);
	return was;
}

/* ---- accesses ---- */

#define unlikely(x) __builtin_expect(!!(x), 0)

static uint64_t charge_of(enum bus_space space)
{
	return space == BUS_PORT ? CPU_CHARGE_PORT : CPU_CHARGE_MMIO;
}

/* Would settle() do anything? */
static inline bool attention(const struct bimetal_cpu *cpu)
{
	const struct clock *clock = cpu->clock;

	return clock_now(clock) >= clock->s.next_ns || clock_now(clock) >= cpu->end_ns ||
	       clock->stuck || cpu->s.stopped || cpu->s.nmi || cpu->s.intr;
}

/* The time that an access takes. False: something is due before the access. */
static inline bool pass_time(struct bimetal_cpu *cpu, enum bus_space space, uintptr_t pc)
{
	cpu->s.woken = false;
	cpu->s.pc = pc;
	clock_advance(cpu->clock, charge_of(space));
	return !unlikely(clock_due(cpu->clock));
}

/* Calls of these are last in their callers: an access that needs neither saves few registers. */
static __attribute__((noinline)) uint64_t
read_behind_due(struct bimetal_cpu *cpu, enum bus_space space, uint64_t addr, unsigned width)
{
	clock_run(cpu->clock);
	return bus_read_due(cpu->bus, space, addr, width);
}

static __attribute__((noinline)) uint64_t read_attended(struct bimetal_cpu *cpu,
							enum bus_space space, uint64_t addr,
							unsigned width, uintptr_t pc)
{
	settle(cpu);
	if (!pass_time(cpu, space, pc)) clock_run(cpu->clock);
	return bus_read_due(cpu->bus, space, addr, width);
}

static __attribute__((noinline)) void write_behind_due(struct bimetal_cpu *cpu,
						       enum bus_space space, uint64_t addr,
						       unsigned width, uint64_t value)
{
	clock_run(cpu->clock);
	bus_write_due(cpu->bus, space, addr, width, value);
}

static __attribute__((noinline)) void write_attended(struct bimetal_cpu *cpu, enum bus_space space,
						     uint64_t addr, unsigned width, uint64_t value,
						     uintptr_t pc)
{
	settle(cpu);
	if (!pass_time(cpu, space, pc)) clock_run(cpu->clock);
	bus_write_due(cpu->bus, space, addr, width, value);
}

uint64_t host_cpu_read(struct bimetal_cpu *cpu, enum bus_space space, uint64_t addr, unsigned width,
		       uintptr_t pc)
{
	if (unlikely(attention(cpu))) return read_attended(cpu, space, addr, width, pc);
	if (!pass_time(cpu, space, pc)) return read_behind_due(cpu, space, addr, width);
	return bus_read_due(cpu->bus, space, addr, width);
}

void host_cpu_write(struct bimetal_cpu *cpu, enum bus_space space, uint64_t addr, unsigned width,
		    uint64_t value, uintptr_t pc)
{
	if (unlikely(attention(cpu)))
		write_attended(cpu, space, addr, width, value, pc);
	else if (!pass_time(cpu, space, pc))
		write_behind_due(cpu, space, addr, width, value);
	else
		bus_write_due(cpu->bus, space, addr, width, value);
}

/* ---- its own registers ---- */

void host_cpu_interrupt(struct bimetal_cpu *cpu, uint8_t vector)
{
	bool on = cpu->s.interrupts_on;
	cpu->s.interrupts_on = false;
	handle(cpu, vector);
	cpu->s.interrupts_on = on;
}

void host_cpu_fault(struct bimetal_cpu *cpu, uint8_t vector)
{
	cpu->s.x86.faults++;
	cpu->s.x86.fault = vector;
	host_cpu_interrupt(cpu, vector);
}

uint64_t host_cpu_read_msr(struct bimetal_cpu *cpu, uint32_t msr, uintptr_t pc)
{
	uint64_t value = 0;

	settle(cpu);
	cpu->s.pc = pc;
	if (!cpu->emulated.ops && cpu->pins.msr_read &&
	    cpu->pins.msr_read(cpu->pins.ctx, msr, &value))
		return value;
	if (x86_target_read_msr(cpu, msr, &value)) return value;
	host_cpu_fault(cpu, VECTOR_GP);
	return 0;
}

void host_cpu_write_msr(struct bimetal_cpu *cpu, uint32_t msr, uint64_t value, uintptr_t pc)
{
	settle(cpu);
	cpu->s.pc = pc;
	if (!cpu->emulated.ops && cpu->pins.msr_write &&
	    cpu->pins.msr_write(cpu->pins.ctx, msr, value))
		return;
	if (x86_target_write_msr(cpu, msr, value)) {
		host_x86_note(&cpu->s.x86,
			      (struct host_x86_done){ HOST_X86_WRITE_MSR, msr, value, 0, 0 });
		return;
	}
	host_cpu_fault(cpu, VECTOR_GP);
}

struct host_cpuid host_cpu_cpuid(const struct bimetal_cpu *cpu, uint32_t leaf, uint32_t subleaf)
{
	return cpu->cpuid ? cpu->cpuid(cpu->model_ctx, leaf, subleaf) : (struct host_cpuid){ 0 };
}

/* ---- time ---- */

void host_cpu_pass(struct bimetal_cpu *cpu, uint64_t ns)
{
	uint64_t now = clock_now(cpu->clock);
	uint64_t end = ns > UINT64_MAX - 1 - now ? UINT64_MAX - 1 : now + ns;

	settle(cpu);
	while (clock_now(cpu->clock) < end) {
		uint64_t next = cpu->clock->s.next_ns;
		clock_run_until(cpu->clock, next < end ? next : end);
		settle(cpu);
	}
}

/* Sleep until the next deadline, or the time at which the driver is ended. */
static void sleep_once(struct bimetal_cpu *cpu)
{
	uint64_t next = cpu->clock->s.next_ns;

	if (next > cpu->end_ns) next = cpu->end_ns;
	if (next > clock_now(cpu->clock)) clock_run_until(cpu->clock, next);
	settle(cpu);
}

bool host_cpu_sleep(struct bimetal_cpu *cpu)
{
	uint64_t before = cpu->s.interrupts;

	host_cpu_set_interrupts(cpu, true);
	for (unsigned i = 0; i < MAX_SLEEPS && cpu->s.interrupts == before; i++) {
		if (cpu->clock->s.next_ns == CLOCK_NEVER) break;
		sleep_once(cpu);
	}
	cpu->s.interrupts_on = false;
	return cpu->s.interrupts != before;
}

void host_cpu_sti(struct bimetal_cpu *cpu)
{
	uint64_t before = cpu->s.interrupts;
	bool was = host_cpu_set_interrupts(cpu, true);

	cpu->s.woken = !was && cpu->s.interrupts != before;
}

bool host_cpu_hlt(struct bimetal_cpu *cpu)
{
	uint64_t before = cpu->s.interrupts;
	bool woken = cpu->s.woken;

	settle(cpu);
	while (!woken && cpu->s.interrupts == before) {
		bool never = cpu->clock->s.next_ns == CLOCK_NEVER;
		if (!cpu->s.interrupts_on || never || cpu->s.stopped) return false;
		sleep_once(cpu);
	}
	return true;
}
