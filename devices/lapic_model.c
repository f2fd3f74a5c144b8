/* SPDX-License-Identifier: MIT */
/* Local APIC: what its register table cannot say (Intel SDM Vol. 3A chapter 10). */
#include "devices/lapic_model.h"

#include <stddef.h>

enum { /* LVT entries and ICR */
       VECTOR_MASK = 0xff,
       MODE_SHIFT = 8,
       MODE_MASK = 7,
       LOGICAL = 1 << 11,
       ACTIVE_LOW = 1 << 13,
       REMOTE_IRR = 1 << 14, /* LVT */
       ICR_ASSERT = 1 << 14, /* ICR, "level" */
       LEVEL_TRIGGERED = 1 << 15,
       MASKED = 1 << 16,
       TIMER_MODE_SHIFT = 17,
       TIMER_MODE_MASK = 3,
       TIMER_MODE_HIGH = 1 << 18,
       SHORTHAND_SHIFT = 18,
       SHORTHAND_MASK = 3,
       DESTINATION_SHIFT = 24
};

enum timer_mode { ONE_SHOT, PERIODIC, DEADLINE, TIMER_RESERVED };

enum shorthand { TO_DESTINATION, TO_SELF, TO_ALL, TO_OTHERS };

enum {
	SVR_ENABLE = 1 << 8,
	SVR_FOCUS_OFF = 1 << 9,
	SVR_NO_EOI_BROADCAST = 1 << 12,
	VERSION_EOI_SUPPRESSION = 1 << 24,
	ESR_REDIRECTIBLE_IPI = 1 << 4,
	ESR_SEND_ILLEGAL_VECTOR = 1 << 5,
	ESR_RECEIVE_ILLEGAL_VECTOR = 1 << 6,
	ESR_ILLEGAL_ADDRESS = 1 << 7,
	FIRST_LEGAL_VECTOR = 16,
	BROADCAST = 0xff,
	MODEL_SHIFT = 28,
	MODEL_CLUSTER = 0,
	MODEL_FLAT = 0xf,
	CLUSTER_BROADCAST = 0xf,
	TICK_NS = 1000000000 / LAPIC_TIMER_HZ,
	DEFAULT_PHYS_BITS = 36
};

enum { /* x2APIC mode */
       X2_MSR_ICR = 0x830,
       X2_MSR_SELF_IPI = 0x83f,
       X2_MSR_STEP = 16,     /* bytes of the page to an MSR */
       X2_CLUSTER_SHIFT = 4, /* of the ID */
       X2_CLUSTER_MEMBER = 0xf,
       X2_LDR_CLUSTER_SHIFT = 16,
       X2_LDR_MEMBERS = 0xffff
};
#define X2_BROADCAST UINT32_C(0xffffffff)

#define BASE_BSP    (UINT64_C(1) << 8)
#define BASE_EXTD   (UINT64_C(1) << 10)
#define BASE_ENABLE (UINT64_C(1) << 11)
#define BASE_LOW    UINT64_C(0xfff)

static const enum lapic_reg lvt_rows[] = { LAPIC_LVT_TIMER, LAPIC_LVT_THERMAL, LAPIC_LVT_PERF,
					   LAPIC_LVT_LINT0, LAPIC_LVT_LINT1,   LAPIC_LVT_ERROR };
enum { N_LVT = sizeof(lvt_rows) / sizeof(lvt_rows[0]) };

static uint64_t *cell(struct lapic *l, enum lapic_reg row, unsigned n)
{
	return &l->s.reg[l->slot[row] + n];
}

static uint32_t get(const struct lapic *l, enum lapic_reg row)
{
	return (uint32_t)l->s.reg[l->slot[row]];
}

static bool software_enabled(const struct lapic *l) { return get(l, LAPIC_SVR) & SVR_ENABLE; }

static bool x2apic(const struct lapic *l) { return l->s.base_msr & BASE_EXTD; }

static enum apic_delivery mode_of(uint32_t entry)
{
	return (enum apic_delivery)(entry >> MODE_SHIFT & MODE_MASK);
}

/* ---- the 256-bit vector registers ---- */

static void set_vector(struct lapic *l, enum lapic_reg row, unsigned vector, bool on)
{
	uint64_t *word = cell(l, row, vector / 32);
	uint64_t bit = UINT64_C(1) << vector % 32;
	*word = on ? *word | bit : *word & ~bit;
}

static bool test_vector(const struct lapic *l, enum lapic_reg row, unsigned vector)
{
	return l->s.reg[l->slot[row] + vector / 32] >> vector % 32 & 1;
}

static int highest_vector(const struct lapic *l, enum lapic_reg row)
{
	for (int n = LAPIC_VECTOR_WORDS - 1; n >= 0; n--) {
		uint32_t word = (uint32_t)l->s.reg[l->slot[row] + (unsigned)n];
		if (word) return n * 32 + 31 - __builtin_clz(word);
	}
	return -1;
}

/* ---- priorities and the INTR line ---- */

/* 10.8.3.1. With equal classes the sub-class is model-specific: ours is the TPR's. */
static uint8_t processor_priority(const struct lapic *l)
{
	int in_service = highest_vector(l, LAPIC_ISR);
	unsigned isrv = in_service < 0 ? 0 : (unsigned)in_service;
	unsigned tpr = get(l, LAPIC_TPR);
	return (uint8_t)(tpr >> 4 >= isrv >> 4 ? tpr : isrv & 0xf0);
}

static bool deliverable(const struct lapic *l, int vector)
{
	return vector >= 0 && (unsigned)vector >> 4 > (unsigned)processor_priority(l) >> 4;
}

/* The pin's level after the entry's polarity. */
static bool pin_active(const struct lapic *l, unsigned pin)
{
	return l->s.pin[pin] != (bool)(get(l, LAPIC_LVT_LINT0 + pin) & ACTIVE_LOW);
}

static bool external_pending(const struct lapic *l)
{
	for (unsigned pin = 0; pin < LAPIC_N_LINTS; pin++) {
		uint32_t entry = get(l, LAPIC_LVT_LINT0 + pin);
		if (!(entry & MASKED) && mode_of(entry) == APIC_EXTINT && pin_active(l, pin))
			return true;
	}
	return false;
}

/* Interrupts pending while the APIC is software-disabled are held (unread: 10.4.7.2). */
static bool intr_wanted(const struct lapic *l)
{
	if (!lapic_enabled(l)) return l->s.pin[0];
	if (external_pending(l) || l->s.external) return true;
	return software_enabled(l) && deliverable(l, highest_vector(l, LAPIC_IRR));
}

static void settle(struct lapic *l)
{
	bool level = intr_wanted(l);
	if (level == l->s.intr) return;
	l->s.intr = level;
	irq_set(&l->wire.intr, level);
}

/* ---- errors and acceptance ---- */

static void request(struct lapic *l, unsigned vector, bool level_triggered)
{
	set_vector(l, LAPIC_IRR, vector, true);
	set_vector(l, LAPIC_TMR, vector, level_triggered);
}

/* 10.5.3: bits gather until ESR is written, which also re-arms the error interrupt. */
static void error(struct lapic *l, uint32_t bits)
{
	l->s.errors |= bits;
	if (l->s.error_signalled) return;
	l->s.error_signalled = true;

	uint32_t entry = get(l, LAPIC_LVT_ERROR);
	if (entry & MASKED) return;
	if ((entry & VECTOR_MASK) < FIRST_LEGAL_VECTOR)
		l->s.errors |= ESR_RECEIVE_ILLEGAL_VECTOR;
	else
		request(l, entry & VECTOR_MASK, false);
}

static void accept_fixed(struct lapic *l, unsigned vector, bool level_triggered)
{
	if (vector < FIRST_LEGAL_VECTOR) {
		error(l, ESR_RECEIVE_ILLEGAL_VECTOR);
		return;
	}
	request(l, vector, level_triggered);
}

static void send_nmi(const struct lapic *l)
{
	if (l->wire.nmi) l->wire.nmi(l->wire.ctx);
}

static void send_init(const struct lapic *l)
{
	if (l->wire.init) l->wire.init(l->wire.ctx);
}

/* ---- LINT pins ---- */

/* Only LINT0 can be level-triggered, and only in fixed mode (10.5.1). */
static bool pin_by_level(const struct lapic *l, unsigned pin)
{
	uint32_t entry = get(l, LAPIC_LVT_LINT0 + pin);
	return pin == 0 && mode_of(entry) == APIC_FIXED && entry & LEVEL_TRIGGERED;
}

static void level_pin(struct lapic *l, unsigned pin)
{
	uint64_t *entry = cell(l, LAPIC_LVT_LINT0 + pin, 0);
	if (!pin_by_level(l, pin) || *entry & (MASKED | REMOTE_IRR) || !pin_active(l, pin)) return;
	*entry |= REMOTE_IRR;
	accept_fixed(l, *entry & VECTOR_MASK, true);
}

static void edge_pin(struct lapic *l, unsigned pin)
{
	enum lapic_reg row = LAPIC_LVT_LINT0 + pin;
	uint32_t entry = get(l, row);
	if (entry & MASKED) return;
	switch (mode_of(entry)) {
	case APIC_FIXED: accept_fixed(l, entry & VECTOR_MASK, false); break;
	case APIC_NMI: send_nmi(l); break;
	case APIC_INIT: send_init(l); break;
	case APIC_SMI:
		device_not_modelled(&l->dev, lapic_regs[row].name, "smi", lapic_regs[row].spec,
				    entry, "there is no system management mode");
		break;
	case APIC_EXTINT: /* a level: settle() looks at it */
	case APIC_LOWEST:
	case APIC_STARTUP:
	case APIC_RESERVED_3: break;
	}
}

void lapic_set_lint(void *lapic, unsigned n, bool level)
{
	struct lapic *l = lapic;
	if (n >= LAPIC_N_LINTS || l->s.pin[n] == level) return;
	bool was_active = pin_active(l, n);
	l->s.pin[n] = level;
	if (!lapic_enabled(l)) {
		if (n == 1 && level) send_nmi(l);
	} else if (pin_by_level(l, n)) {
		level_pin(l, n);
	} else if (!was_active) {
		edge_pin(l, n);
	}
	settle(l);
}

/* ---- destinations (10.6.2, 10.12.10) ---- */

/* In x2APIC mode the processor's ID says both: its cluster and its bit in it. */
static uint32_t x2_logical_id(const struct lapic *l)
{
	return (l->wire.id >> X2_CLUSTER_SHIFT) << X2_LDR_CLUSTER_SHIFT |
	       UINT32_C(1) << (l->wire.id & X2_CLUSTER_MEMBER);
}

static bool x2_logical_match(const struct lapic *l, uint32_t destination)
{
	uint32_t ours = x2_logical_id(l);
	if (destination >> X2_LDR_CLUSTER_SHIFT != ours >> X2_LDR_CLUSTER_SHIFT) return false;
	return destination & ours & X2_LDR_MEMBERS;
}

static bool logical_match(const struct lapic *l, uint32_t destination)
{
	if (x2apic(l)) return x2_logical_match(l, destination);
	unsigned logical = get(l, LAPIC_LDR) >> DESTINATION_SHIFT;
	if (get(l, LAPIC_DFR) >> MODEL_SHIFT != MODEL_CLUSTER) return destination & logical;
	unsigned cluster = destination >> 4;
	if (cluster != CLUSTER_BROADCAST && cluster != logical >> 4) return false;
	return destination & logical & 0xf;
}

static bool addresses_us(const struct lapic *l, uint32_t destination, bool logical)
{
	if (x2apic(l) && destination == X2_BROADCAST) return true;
	if (logical) return logical_match(l, destination);
	if (x2apic(l)) return destination == l->wire.id;
	return destination == BROADCAST || destination == get(l, LAPIC_ID) >> DESTINATION_SHIFT;
}

/* ---- messages ---- */

static void deliver_message(struct lapic *l, const struct apic_message *m)
{
	switch (m->mode) {
	case APIC_FIXED:
	case APIC_LOWEST: accept_fixed(l, m->vector, m->level_triggered); break;
	case APIC_NMI: send_nmi(l); break;
	case APIC_INIT: send_init(l); break;
	case APIC_EXTINT: l->s.external = true; break;
	case APIC_SMI:
		device_not_modelled(&l->dev, NULL, "smi", "SDM Vol. 3A 10.11.2", m->vector,
				    "there is no system management mode");
		break;
	case APIC_RESERVED_3:
	case APIC_STARTUP: break; /* refused before */
	}
}

bool lapic_message(struct lapic *lapic, const struct apic_message *message)
{
	enum apic_delivery mode = message->mode;
	/* From an 8-bit field; no I/O APIC or device could name all of x2APIC's otherwise. */
	bool everyone = !message->logical && message->destination == BROADCAST;
	bool maskable = mode == APIC_FIXED || mode == APIC_LOWEST || mode == APIC_EXTINT;

	if (!lapic_enabled(lapic)) return false;
	if (!everyone && !addresses_us(lapic, message->destination, message->logical)) return false;
	if (mode == APIC_RESERVED_3 || mode == APIC_STARTUP) return false;
	/* Software-disabled, it still takes INIT, NMI and SMI (10.4.7.2). */
	if (maskable && !software_enabled(lapic)) return false;
	if (mode == APIC_LOWEST && everyone)
		device_lint(&lapic->dev, NULL, "lowest-broadcast", "SDM Vol. 3A 10.6.2.1",
			    message->vector,
			    "lowest priority must not be sent to the physical broadcast ID");
	/* The end of a level says nothing to these processors (10.6.1). */
	if (message->level_triggered && !message->assert) return true;
	deliver_message(lapic, message);
	settle(lapic);
	return true;
}

/* ---- timer (10.5.4) ---- */

static enum timer_mode timer_mode(const struct lapic *l)
{
	return (enum timer_mode)(get(l, LAPIC_LVT_TIMER) >> TIMER_MODE_SHIFT & TIMER_MODE_MASK);
}

static uint64_t deadline_ns(const struct lapic *l)
{
	if (l->s.deadline == 0) return CLOCK_NEVER;
	return l->wire.tsc_time ? l->wire.tsc_time(l->wire.ctx, l->s.deadline) : l->s.deadline;
}

static uint64_t tick_ns(const struct lapic *l)
{
	uint32_t divide = get(l, LAPIC_DIVIDE);
	unsigned code = (divide & 3) | (divide >> 1 & 4);
	return code == 7 ? TICK_NS : (uint64_t)TICK_NS << (code + 1);
}

/* Bring count and count_ns up to the present: at zero a periodic timer starts over, a one-shot
 * timer stops. The mode is looked at only then, so that a change between the two takes effect at
 * the end of the running count. A deadline that has passed disarms itself. */
static void catch_up(struct lapic *l)
{
	if (deadline_ns(l) <= clock_now(l->clock)) l->s.deadline = 0;
	uint64_t tick = tick_ns(l);
	uint64_t now = clock_now(l->clock);
	if (l->s.count == 0) return;
	uint64_t elapsed = (now - l->s.count_ns) / tick;
	if (elapsed < l->s.count) {
		l->s.count -= (uint32_t)elapsed;
		l->s.count_ns += elapsed * tick;
		return;
	}
	uint64_t initial = get(l, LAPIC_INITIAL_COUNT);
	if (timer_mode(l) != PERIODIC || initial == 0) {
		l->s.count = 0;
		return;
	}
	l->s.count_ns += elapsed * tick;
	l->s.count = (uint32_t)(initial - (elapsed - l->s.count) % initial);
}

static uint64_t next_expiry(const struct lapic *l)
{
	if (l->s.count) return l->s.count_ns + l->s.count * tick_ns(l);
	return deadline_ns(l);
}

/* A masked timer counts all the same, but nobody needs to be woken for it. */
static void arm_timer(struct lapic *l)
{
	bool masked = get(l, LAPIC_LVT_TIMER) & MASKED;
	clock_arm(l->clock, l->timer, masked ? CLOCK_NEVER : next_expiry(l));
}

/* It was armed with the entry unmasked, and is disarmed when that is masked. */
static void timer_due(void *ctx, uint64_t due_ns)
{
	struct lapic *l = ctx;
	(void)due_ns;
	catch_up(l);
	accept_fixed(l, get(l, LAPIC_LVT_TIMER) & VECTOR_MASK, false);
	arm_timer(l);
	settle(l);
}

static void start_timer(struct lapic *l, uint32_t initial)
{
	l->s.count = initial;
	l->s.count_ns = clock_now(l->clock);
}

/* In TSC-deadline mode the count registers stand still. */
static void write_initial_count(struct lapic *l, const struct reg_write *w)
{
	if (timer_mode(l) == DEADLINE) {
		*cell(l, LAPIC_INITIAL_COUNT, 0) = w->old;
		return;
	}
	start_timer(l, (uint32_t)w->now);
	arm_timer(l);
}

/* Ignored in the other modes. A deadline in the past interrupts at once. */
static void write_deadline(struct lapic *l, uint64_t tsc)
{
	if (timer_mode(l) != DEADLINE) return;
	l->s.deadline = tsc;
	lapic_tsc_written(l);
}

void lapic_tsc_written(struct lapic *lapic)
{
	bool masked = get(lapic, LAPIC_LVT_TIMER) & MASKED;

	if (!masked && deadline_ns(lapic) <= clock_now(lapic->clock))
		accept_fixed(lapic, get(lapic, LAPIC_LVT_TIMER) & VECTOR_MASK, false);
	catch_up(lapic);
	arm_timer(lapic);
	settle(lapic);
}

/* ---- writes ---- */

static void end_of_interrupt(struct lapic *l)
{
	int vector = highest_vector(l, LAPIC_ISR);
	if (vector < 0) return;
	set_vector(l, LAPIC_ISR, (unsigned)vector, false);
	if (!test_vector(l, LAPIC_TMR, (unsigned)vector)) return;
	if ((get(l, LAPIC_LVT_LINT0) & VECTOR_MASK) == (unsigned)vector) {
		*cell(l, LAPIC_LVT_LINT0, 0) &= ~(uint64_t)REMOTE_IRR;
		level_pin(l, 0);
	}
	if (l->wire.eoi && !(get(l, LAPIC_SVR) & SVR_NO_EOI_BROADCAST))
		l->wire.eoi(l->wire.ctx, (uint8_t)vector);
}

static void write_svr(struct lapic *l)
{
	if (software_enabled(l)) return;
	catch_up(l);
	for (unsigned i = 0; i < N_LVT; i++) *cell(l, lvt_rows[i], 0) |= MASKED;
	arm_timer(l);
}

static void lint_vector(const struct lapic *l, enum lapic_reg row, uint32_t entry)
{
	device_lint(&l->dev, lapic_regs[row].name, "vector", "SDM Vol. 3A 10.5.3",
		    entry & VECTOR_MASK, "vectors 0 to 15 are illegal for a fixed interrupt");
}

/* The handler of the spurious vector sends no EOI. */
static void lint_spurious(const struct lapic *l, enum lapic_reg row, uint32_t entry)
{
	uint32_t vector = entry & VECTOR_MASK;
	if (vector != (get(l, LAPIC_SVR) & VECTOR_MASK)) return;
	device_lint(&l->dev, lapic_regs[row].name, "spurious-vector", "SDM Vol. 3A 10.9", vector,
		    "an interrupt of its own has the vector of spurious interrupts");
}

static void write_lvt(struct lapic *l, enum lapic_reg row)
{
	uint64_t *entry = cell(l, row, 0);
	bool has_mode = reg_mask(&lapic_regs[row], 1u << REG_RW) >> MODE_SHIFT & MODE_MASK;
	if (!software_enabled(l)) *entry |= MASKED; /* cannot be cleared (unread: 10.4.7.2) */
	/* Leaving level-triggered mode drops what it remembered. */
	if (!(*entry & LEVEL_TRIGGERED)) *entry &= ~(uint64_t)REMOTE_IRR;
	if (row == LAPIC_LVT_LINT0) level_pin(l, 0);
	if (row == LAPIC_LVT_LINT1 && *entry & LEVEL_TRIGGERED)
		device_lint(&l->dev, lapic_regs[row].name, "trigger", "SDM Vol. 3A 10.5.1", *entry,
			    "LINT1 does not support level-triggered interrupts");
	if (*entry & MASKED) return;
	if (has_mode && mode_of((uint32_t)*entry) != APIC_FIXED) return;
	lint_spurious(l, row, (uint32_t)*entry);
	if ((*entry & VECTOR_MASK) >= FIRST_LEGAL_VECTOR) return;
	lint_vector(l, row, (uint32_t)*entry);
	error(l, ESR_RECEIVE_ILLEGAL_VECTOR);
}

static void write_lvt_timer(struct lapic *l, const struct reg_write *w)
{
	/* Time so far ran under the old mode. */
	*cell(l, LAPIC_LVT_TIMER, 0) = w->old;
	enum timer_mode old = timer_mode(l);
	catch_up(l);
	*cell(l, LAPIC_LVT_TIMER, 0) = w->now;
	if ((old == DEADLINE) != (timer_mode(l) == DEADLINE)) {
		l->s.count = 0;
		l->s.deadline = 0;
	}
	if (timer_mode(l) == TIMER_RESERVED)
		device_lint(&l->dev, lapic_regs[LAPIC_LVT_TIMER].name, "mode",
			    "SDM Vol. 3A 10.5.4.1", TIMER_RESERVED, "this timer mode is reserved");
	write_lvt(l, LAPIC_LVT_TIMER);
	arm_timer(l);
}

static void write_divide(struct lapic *l, const struct reg_write *w)
{
	*cell(l, LAPIC_DIVIDE, 0) = w->old;
	catch_up(l);
	*cell(l, LAPIC_DIVIDE, 0) = w->now;
	if (l->s.count) start_timer(l, l->s.count); /* a tick under way starts over */
	arm_timer(l);
}

/* ---- interprocessor interrupts (10.6) ---- */

static bool reaches_us(const struct lapic *l, uint32_t icr)
{
	switch ((enum shorthand)(icr >> SHORTHAND_SHIFT & SHORTHAND_MASK)) {
	case TO_SELF:
	case TO_ALL: return true;
	case TO_OTHERS: return false;
	case TO_DESTINATION: break;
	}
	uint32_t high = get(l, LAPIC_ICR_HI);
	return addresses_us(l, x2apic(l) ? high : high >> DESTINATION_SHIFT, icr & LOGICAL);
}

static void lint_icr(const struct lapic *l, const char *rule, uint32_t icr, const char *what)
{
	device_lint(&l->dev, lapic_regs[LAPIC_ICR_LO].name, rule, "SDM Vol. 3A 10.6.1", icr, "%s",
		    what);
}

static void send_fixed(struct lapic *l, uint32_t icr)
{
	unsigned vector = icr & VECTOR_MASK;
	if (vector < FIRST_LEGAL_VECTOR) {
		lint_vector(l, LAPIC_ICR_LO, icr);
		error(l, ESR_SEND_ILLEGAL_VECTOR);
	}
	if (reaches_us(l, icr) && software_enabled(l)) accept_fixed(l, vector, false);
}

static void send_unmaskable(struct lapic *l, uint32_t icr)
{
	switch (mode_of(icr)) {
	case APIC_NMI: send_nmi(l); break;
	case APIC_INIT:
		/* De-assert is for older processors' arbitration, without effect here. */
		if (icr & ICR_ASSERT || !(icr & LEVEL_TRIGGERED)) send_init(l);
		break;
	case APIC_STARTUP: break; /* only a processor that waits for it listens */
	case APIC_SMI:
		device_not_modelled(&l->dev, "ICR_LO", "smi", "SDM Vol. 3A 10.6.1", icr,
				    "there is no system management mode");
		break;
	case APIC_FIXED:
	case APIC_LOWEST:
	case APIC_EXTINT:
	case APIC_RESERVED_3: lint_icr(l, "mode", icr, "this delivery mode is reserved"); break;
	}
}

static void send_ipi(struct lapic *l, uint32_t icr)
{
	unsigned shorthand = icr >> SHORTHAND_SHIFT & SHORTHAND_MASK;
	enum apic_delivery mode = mode_of(icr);
	if (mode == APIC_LOWEST && x2apic(l)) { /* 10.12.8: it is not processed */
		lint_icr(l, "mode", icr, "x2APIC mode has no lowest-priority interrupts");
		error(l, ESR_REDIRECTIBLE_IPI);
		return;
	}
	if (mode != APIC_FIXED && (shorthand == TO_SELF || shorthand == TO_ALL)) {
		lint_icr(l, "combination", icr,
			 "only fixed interrupts may be sent to oneself by shorthand");
		return;
	}
	if (mode == APIC_FIXED || mode == APIC_LOWEST)
		send_fixed(l, icr);
	else if (reaches_us(l, icr))
		send_unmaskable(l, icr);
}

/* SELF IPI, an MSR of x2APIC mode (10.12.11). */
static void send_self(struct lapic *l, uint32_t vector)
{
	if (vector < FIRST_LEGAL_VECTOR) {
		device_lint(&l->dev, "SELF_IPI", "vector", "SDM Vol. 3A 10.12.11", vector,
			    "vectors 0 to 15 are illegal for a fixed interrupt");
		error(l, ESR_SEND_ILLEGAL_VECTOR);
	}
	if (software_enabled(l)) accept_fixed(l, vector, false);
	settle(l);
}

/* ---- the device ---- */

static bool is_reserved(unsigned reg)
{
	return reg == LAPIC_RSVD_000 || reg == LAPIC_RSVD_040 || reg == LAPIC_RSVD_290 ||
	       reg == LAPIC_RSVD_3A0 || reg == LAPIC_RSVD_3F0;
}

static void illegal_address(struct lapic *l, unsigned reg, unsigned n)
{
	const struct reg_desc *row = &lapic_regs[reg];
	device_lint(&l->dev, row->name, "illegal-address", row->spec,
		    row->offset + (uint64_t)n * row->stride, "no register is there");
	error(l, ESR_ILLEGAL_ADDRESS);
	settle(l);
}

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct lapic *l = (struct lapic *)dev;
	if (is_reserved(reg)) {
		illegal_address(l, reg, n);
		return 0;
	}
	switch (reg) {
	case LAPIC_ID: return x2apic(l) ? l->wire.id : stored;
	case LAPIC_LDR: return x2apic(l) ? x2_logical_id(l) : stored;
	case LAPIC_VERSION:
		return l->wire.has_eoi_suppression ? stored | VERSION_EOI_SUPPRESSION : stored;
	case LAPIC_PPR: return processor_priority(l);
	case LAPIC_CURRENT_COUNT: catch_up(l); return l->s.count;
	default: return stored;
	}
}

/* Bits that are reserved on a processor without what they control. */
static uint32_t lacking(const struct lapic *l, unsigned reg)
{
	if (reg == LAPIC_SVR && !l->wire.has_eoi_suppression) return SVR_NO_EOI_BROADCAST;
	if (reg == LAPIC_LVT_TIMER && !l->wire.has_tsc_deadline) return TIMER_MODE_HIGH;
	return 0;
}

static void drop_lacking(struct lapic *l, unsigned reg, unsigned n, struct reg_write *w)
{
	uint64_t stray = w->now & lacking(l, reg);
	if (!stray) return;
	device_lint(&l->dev, lapic_regs[reg].name, "reserved", lapic_regs[reg].spec, stray,
		    "0x%llx written, this processor does not have the bits 0x%llx",
		    (unsigned long long)w->raw, (unsigned long long)stray);
	w->now &= ~stray;
	*cell(l, (enum lapic_reg)reg, n) = w->now;
}

static void write_dfr(const struct lapic *l, uint32_t value)
{
	unsigned model_field = value >> MODEL_SHIFT;
	if (model_field == MODEL_CLUSTER || model_field == MODEL_FLAT) return;
	device_lint(&l->dev, lapic_regs[LAPIC_DFR].name, "model", lapic_regs[LAPIC_DFR].spec, value,
		    "the model is neither flat (0xf) nor cluster (0)");
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *given)
{
	struct lapic *l = (struct lapic *)dev;
	struct reg_write copy = *given, *w = &copy;
	drop_lacking(l, reg, n, w);
	switch (reg) {
	case LAPIC_DFR: write_dfr(l, (uint32_t)w->now); break;
	case LAPIC_EOI: end_of_interrupt(l); break;
	case LAPIC_SVR: write_svr(l); break;
	case LAPIC_ESR:
		*cell(l, LAPIC_ESR, 0) = l->s.errors;
		l->s.errors = 0;
		l->s.error_signalled = false;
		break;
	case LAPIC_ICR_LO: send_ipi(l, (uint32_t)w->now); break;
	case LAPIC_LVT_TIMER: write_lvt_timer(l, w); break;
	case LAPIC_LVT_THERMAL:
	case LAPIC_LVT_PERF:
	case LAPIC_LVT_LINT0:
	case LAPIC_LVT_LINT1:
	case LAPIC_LVT_ERROR: write_lvt(l, (enum lapic_reg)reg); break;
	case LAPIC_INITIAL_COUNT: write_initial_count(l, w); break;
	case LAPIC_DIVIDE: write_divide(l, w); break;
	default:
		if (is_reserved(reg)) illegal_address(l, reg, n);
		break;
	}
	settle(l);
}

static const struct device_ops lapic_ops = {
	.name = "lapic",
	.regs = lapic_regs,
	.n_regs = LAPIC_N_REGS,
	.read = model_read,
	.write = model_write,
};

void lapic_init(struct lapic *lapic, const char *instance, const struct hub *hub,
		struct clock *clock, const struct lapic_wiring *wire)
{
	*lapic = (struct lapic){ .wire = *wire, .clock = clock };
	if (lapic->wire.phys_bits == 0) lapic->wire.phys_bits = DEFAULT_PHYS_BITS;
	for (unsigned row = 0; row < LAPIC_N_REGS; row++)
		lapic->slot[row] = (unsigned)reg_table_slot(lapic_regs, row);
	device_init(&lapic->dev, &lapic_ops, instance, hub, lapic->s.reg, &lapic->s,
		    sizeof(lapic->s));
	lapic->timer = clock_add_timer(clock, "lapic timer", timer_due, lapic);
	lapic_reset(lapic);
}

/* Everything but the base MSR and the pins. */
static void reset_registers(struct lapic *l)
{
	reg_table_reset(lapic_regs, LAPIC_N_REGS, l->s.reg);
	*cell(l, LAPIC_ID, 0) = (uint64_t)(l->wire.id & BROADCAST) << DESTINATION_SHIFT;
	l->s.count = 0;
	l->s.deadline = 0;
	l->s.external = false;
	l->s.errors = 0;
	l->s.error_signalled = false;
	clock_disarm(l->clock, l->timer);
}

static void set_base(struct lapic *l, uint64_t value)
{
	l->s.base_msr = value;
	if (l->wire.moved) l->wire.moved(l->wire.ctx, value & ~BASE_LOW, lapic_mapped(l));
}

void lapic_reset(struct lapic *lapic)
{
	reset_registers(lapic);
	set_base(lapic, LAPIC_DEFAULT_BASE | BASE_ENABLE | BASE_BSP);
	/* Said even if unchanged: the core may have been reset too. */
	lapic->s.intr = intr_wanted(lapic);
	irq_set(&lapic->wire.intr, lapic->s.intr);
}

void lapic_virtual_wire(struct lapic *lapic)
{
	*cell(lapic, LAPIC_SVR, 0) |= SVR_ENABLE;
	*cell(lapic, LAPIC_LVT_LINT0, 0) = (uint64_t)APIC_EXTINT << MODE_SHIFT;
	*cell(lapic, LAPIC_LVT_LINT1, 0) = (uint64_t)APIC_NMI << MODE_SHIFT;
	settle(lapic);
}

static int external_ack(struct lapic *l)
{
	l->s.external = false;
	return l->wire.ext_ack ? l->wire.ext_ack(l->wire.ctx) : -1;
}

/* The 8259A may raise its line again within: a new message. */
static int acknowledge_external(struct lapic *l)
{
	int vector = external_ack(l);
	settle(l);
	return vector;
}

int lapic_ack(struct lapic *lapic)
{
	if (!lapic_enabled(lapic)) return lapic->s.pin[0] ? external_ack(lapic) : -1;
	if (external_pending(lapic) || lapic->s.external) return acknowledge_external(lapic);
	if (!software_enabled(lapic)) return -1;
	int vector = highest_vector(lapic, LAPIC_IRR);
	if (vector < 0) return -1;
	if (!deliverable(lapic, vector)) return (int)(get(lapic, LAPIC_SVR) & VECTOR_MASK);
	set_vector(lapic, LAPIC_IRR, (unsigned)vector, false);
	set_vector(lapic, LAPIC_ISR, (unsigned)vector, true);
	settle(lapic);
	return vector;
}

bool lapic_enabled(const struct lapic *lapic) { return lapic->s.base_msr & BASE_ENABLE; }

bool lapic_mapped(const struct lapic *lapic) { return lapic_enabled(lapic) && !x2apic(lapic); }

/* ---- x2APIC mode: the registers as MSRs (10.12) ---- */

static uint64_t x2_offset(uint32_t msr) { return (uint64_t)(msr - LAPIC_MSR_X2APIC) * X2_MSR_STEP; }

/* The register of an MSR, if it can be accessed this way; NULL: #GP(0). */
static const struct reg_desc *x2_register(struct lapic *l, uint32_t msr, bool write)
{
	uint32_t n = 0;
	const struct reg_desc *row = device_find(&l->dev, x2_offset(msr), write, &n);

	if (!row || !(row->dir & (write ? REG_DIR_W : REG_DIR_R))) return NULL;
	switch (row - lapic_regs) {
	case LAPIC_ID:
	case LAPIC_LDR: return write ? NULL : row;
	case LAPIC_APR:
	case LAPIC_RRD:
	case LAPIC_DFR:
	case LAPIC_ICR_HI: return NULL;
	default: return is_reserved((unsigned)(row - lapic_regs)) ? NULL : row;
	}
}

/* Bits that a write may have set (table 10-6, 10.12.1.3). */
static uint64_t x2_allowed(const struct lapic *l, const struct reg_desc *row)
{
	unsigned reg = (unsigned)(row - lapic_regs);
	uint64_t named = reg_mask(row, ~(1u << REG_RSVDZ)) & ~(uint64_t)lacking(l, reg);

	if (reg == LAPIC_ESR) return 0;
	return reg == LAPIC_SVR ? named & ~(uint64_t)SVR_FOCUS_OFF : named;
}

static bool x2_read(struct lapic *l, uint32_t msr, uint64_t *value)
{
	const struct reg_desc *row = x2_register(l, msr, false);

	if (!row) return false;
	*value = device_read(&l->dev, x2_offset(msr), row->width, NULL, NULL);
	if (msr == X2_MSR_ICR) *value |= (uint64_t)get(l, LAPIC_ICR_HI) << row->width;
	return true;
}

static bool x2_write(struct lapic *l, uint32_t msr, uint64_t value)
{
	const struct reg_desc *row = x2_register(l, msr, true);

	if (msr == X2_MSR_SELF_IPI) {
		if (value & ~(uint64_t)VECTOR_MASK) return false;
		send_self(l, (uint32_t)value);
		return true;
	}
	if (!row) return false;
	if (msr == X2_MSR_ICR) {
		if ((uint32_t)value & ~x2_allowed(l, row)) return false;
		*cell(l, LAPIC_ICR_HI, 0) = value >> row->width;
		value = (uint32_t)value;
	}
	if (value & ~x2_allowed(l, row)) return false;
	device_write(&l->dev, x2_offset(msr), row->width, value, NULL, NULL);
	return true;
}

/* ---- MSRs ---- */

/* Figure 10-27. What x2APIC mode lacks is a way back other than by disabling. */
static bool mode_may_follow(const struct lapic *l, uint64_t value)
{
	bool enable = value & BASE_ENABLE, extended = value & BASE_EXTD;
	if (!extended) return !enable || !x2apic(l);
	return enable && lapic_enabled(l);
}

static bool write_base(struct lapic *l, uint64_t value)
{
	uint64_t address = (UINT64_C(1) << l->wire.phys_bits) - 1;
	uint64_t allowed = (address & ~BASE_LOW) | BASE_ENABLE | BASE_BSP;
	if (l->wire.has_x2apic) allowed |= BASE_EXTD;
	if (value & ~allowed || !mode_may_follow(l, value)) return false;
	/* 10.4.3: what was programmed may be lost when the APIC is switched off. Here it is. */
	if (lapic_enabled(l) && !(value & BASE_ENABLE)) reset_registers(l);
	set_base(l, value);
	settle(l);
	return true;
}

/* Time has gone on since the last access by the bus: as there, what is due comes first. */
static void run_clock(struct lapic *l)
{
	if (clock_due(l->clock)) clock_run(l->clock);
}

static bool is_x2_msr(uint32_t msr)
{
	return msr >= LAPIC_MSR_X2APIC && msr <= LAPIC_MSR_X2APIC_LAST;
}

bool lapic_msr_read(struct lapic *lapic, uint32_t msr, uint64_t *value)
{
	run_clock(lapic);
	if (msr == LAPIC_MSR_TSC_DEADLINE && lapic->wire.has_tsc_deadline) {
		catch_up(lapic);
		*value = lapic->s.deadline;
		return true;
	}
	if (is_x2_msr(msr)) return x2apic(lapic) && x2_read(lapic, msr, value);
	if (msr != LAPIC_MSR_BASE) return false;
	*value = lapic->s.base_msr;
	return true;
}

bool lapic_msr_write(struct lapic *lapic, uint32_t msr, uint64_t value)
{
	run_clock(lapic);
	if (msr == LAPIC_MSR_TSC_DEADLINE && lapic->wire.has_tsc_deadline) {
		write_deadline(lapic, value);
		return true;
	}
	if (is_x2_msr(msr)) return x2apic(lapic) && x2_write(lapic, msr, value);
	return msr == LAPIC_MSR_BASE && write_base(lapic, value);
}

uint8_t lapic_cr8(const struct lapic *lapic) { return (uint8_t)(get(lapic, LAPIC_TPR) >> 4); }

void lapic_set_cr8(struct lapic *lapic, uint8_t cr8)
{
	*cell(lapic, LAPIC_TPR, 0) = (uint64_t)(cr8 & 0xf) << 4;
	settle(lapic);
}
