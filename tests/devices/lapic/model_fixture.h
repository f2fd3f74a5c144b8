/* SPDX-License-Identifier: MIT */
/* A local APIC on a bus, with counters connected to its outputs, for its tests. */
#ifndef TESTS_DEVICES_LAPIC_MODEL_FIXTURE_H
#define TESTS_DEVICES_LAPIC_MODEL_FIXTURE_H

#include "devices/lapic/model.h"
#include "emu/bus.h"
#include "tests/check.h"

enum { TICK = 10, VECTOR = 0x41, HIGH = 0xd0 };

static const uint64_t BASE = LAPIC_MODEL_DEFAULT_BASE;
enum {
	REG_ID = 0x20,
	REG_VERSION = 0x30,
	REG_TPR = 0x80,
	REG_PPR = 0xa0,
	REG_EOI = 0xb0,
	REG_LDR = 0xd0,
	REG_DFR = 0xe0,
	REG_SVR = 0xf0,
	REG_ISR = 0x100,
	REG_TMR = 0x180,
	REG_IRR = 0x200,
	REG_ESR = 0x280,
	REG_ICR_LO = 0x300,
	REG_ICR_HI = 0x310,
	REG_TIMER = 0x320,
	REG_THERMAL = 0x330,
	REG_PERF = 0x340,
	REG_LINT0 = 0x350,
	REG_LINT1 = 0x360,
	REG_ERROR = 0x370,
	REG_INITIAL = 0x380,
	REG_CURRENT = 0x390,
	REG_DIVIDE = 0x3e0
};
enum { X2_ID = 0x123, MSR_DEADLINE = 0x6e0, TSC_DEADLINE = 0x40000 };
enum {
	MASKED = 0x10000,
	PERIODIC = 0x20000,
	DIVIDE_BY_1 = 0xb,
	DIVIDE_BY_2 = 0,
	SMI = 0x200,
	EXTINT = 0x700
};

static struct lapic_model lapic;
static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct observer watcher;
static bool intr;
static unsigned eois;
static uint8_t last_eoi;
static uint64_t tsc_ahead;
static unsigned nmis, inits, ext_acks, moves, lints;
static uint64_t moved_to;
static bool moved_enabled;
static char last_lint[64];

static inline void set_intr(void *ctx, unsigned n, bool level) { (void)ctx, (void)n, intr = level; }
static inline void nmi(void *ctx) { (void)ctx, nmis++; }
static inline void init(void *ctx) { (void)ctx, inits++; }

static inline int ext_ack(void *ctx)
{
	(void)ctx;
	return ext_acks++, 0x08;
}

static inline void moved(void *ctx, uint64_t base, bool enabled)
{
	(void)ctx;
	moves++;
	moved_to = base;
	moved_enabled = enabled;
}

static inline void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	lints++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static inline void eoi_broadcast(void *ctx, uint8_t vector)
{
	(void)ctx;
	eois++;
	last_eoi = vector;
}

/* The TSC is `tsc_ahead` ahead of virtual time. */
static inline uint64_t tsc_time(void *ctx, uint64_t tsc)
{
	(void)ctx;
	return tsc > tsc_ahead ? tsc - tsc_ahead : 0;
}

static inline void power_on_with(struct lapic_model_wiring features)
{
	struct lapic_model_wiring wire = { .intr = { .set = set_intr },
					   .nmi = nmi,
					   .ext_ack = ext_ack,
					   .init = init,
					   .moved = moved,
					   .eoi = eoi_broadcast,
					   .tsc_time = tsc_time,
					   .id = features.id,
					   .has_tsc_deadline = features.has_tsc_deadline,
					   .has_x2apic = features.has_x2apic,
					   .has_eoi_suppression = features.has_eoi_suppression };
	clock_init(&vclock);
	hub.clock = &vclock;
	watcher.lint = on_lint;
	hub_attach(&hub, &watcher);
	bus_init(&bus, &hub, &vclock);
	lapic_model_init(&lapic, "lapic", &hub, &vclock, &wire);
	require_eq(ptr, bus_map(&bus, BUS_MEMORY, BASE, LAPIC_MODEL_PAGE_SIZE, &lapic.dev, 0),
		   NULL);
}

static inline void power_on(void) { power_on_with((struct lapic_model_wiring){ 0 }); }

static inline void power_on_deadline(void)
{
	power_on_with((struct lapic_model_wiring){ .has_tsc_deadline = true });
}

static inline void power_on_x2apic(void)
{
	power_on_with((struct lapic_model_wiring){ .id = X2_ID,
						   .has_tsc_deadline = true,
						   .has_x2apic = true,
						   .has_eoi_suppression = true });
}

static inline uint32_t rd(unsigned reg)
{
	return (uint32_t)bus_read(&bus, BUS_MEMORY, BASE + reg, 32);
}

static inline void wr(unsigned reg, uint32_t v) { bus_write(&bus, BUS_MEMORY, BASE + reg, 32, v); }
static inline void pass(uint64_t ns) { clock_run_until(&vclock, vclock.s.now_ns + ns); }

static inline void enable(void)
{
	wr(REG_SVR, 0x1ff);
	wr(REG_DIVIDE, DIVIDE_BY_1);
}

static inline void self_ipi(unsigned vector) { wr(REG_ICR_LO, 0x44000 | vector); }

static inline uint32_t errors(void)
{
	wr(REG_ESR, 0);
	return rd(REG_ESR);
}

/* ---- messages and MSRs ---- */

static inline bool message(struct apic_message m)
{
	m.assert = true;
	return lapic_model_message(&lapic, &m);
}

static inline uint64_t msr(uint32_t n)
{
	uint64_t value = UINT64_MAX;
	check(lapic_model_msr_read(&lapic, n, &value), "MSR %x", n);
	return value;
}

static inline void set_msr(uint32_t n, uint64_t value)
{
	check(lapic_model_msr_write(&lapic, n, value), "MSR %x", n);
}

enum {
	BASE_X2APIC = 0xc00,
	X2_ID_MSR = 0x802,
	X2_VERSION = 0x803,
	X2_TPR = 0x808,
	X2_PPR = 0x80a,
	X2_EOI = 0x80b,
	X2_LDR = 0x80d,
	X2_SVR = 0x80f,
	X2_ISR2 = 0x812,
	X2_IRR2 = 0x822,
	X2_ESR = 0x828,
	X2_ICR = 0x830,
	X2_TIMER = 0x832,
	X2_LINT0 = 0x835,
	X2_INITIAL = 0x838,
	X2_CURRENT = 0x839,
	X2_DIVIDE = 0x83e,
	X2_SELF = 0x83f
};
static const uint64_t X2APIC_BASE = 0xfee00900 | BASE_X2APIC;

static inline void enter_x2apic(void)
{
	power_on_x2apic();
	set_msr(LAPIC_MODEL_MSR_BASE, X2APIC_BASE);
	set_msr(X2_SVR, 0x1ff);
	set_msr(X2_DIVIDE, DIVIDE_BY_1);
}

static inline void refused(uint32_t n, uint64_t value)
{
	check(!lapic_model_msr_write(&lapic, n, value), "MSR %x takes %llx", n,
	      (unsigned long long)value);
}

static inline void unreadable(uint32_t n)
{
	uint64_t value = 0;
	check(!lapic_model_msr_read(&lapic, n, &value), "MSR %x can be read", n);
}

#endif
