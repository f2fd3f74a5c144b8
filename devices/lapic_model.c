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
       PERIODIC = 1 << 17,
       SHORTHAND_SHIFT = 18,
       SHORTHAND_MASK = 3,
       DESTINATION_SHIFT = 24
};

enum delivery_mode {
	MODE_FIXED,
	MODE_LOWEST,
	MODE_SMI,
	MODE_RESERVED,
	MODE_NMI,
	MODE_INIT,
	MODE_STARTUP,
	MODE_EXTINT
};

enum shorthand { TO_DESTINATION, TO_SELF, TO_ALL, TO_OTHERS };

enum {
	SVR_ENABLE = 1 << 8,
	ESR_SEND_ILLEGAL_VECTOR = 1 << 5,
	ESR_RECEIVE_ILLEGAL_VECTOR = 1 << 6,
	ESR_ILLEGAL_ADDRESS = 1 << 7,
	FIRST_LEGAL_VECTOR = 16,
	BROADCAST = 0xff,
	MODEL_SHIFT = 28,
	MODEL_CLUSTER = 0,
	CLUSTER_BROADCAST = 0xf,
	TICK_NS = 1000000000 / LAPIC_TIMER_HZ,
	DEFAULT_PHYS_BITS = 36
};

#define BASE_BSP    (UINT64_C(1) << 8)
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

static enum delivery_mode mode_of(uint32_t entry)
{
	return (enum delivery_mode)(entry >> MODE_SHIFT & MODE_MASK);
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
		if (!(entry & MASKED) && mode_of(entry) == MODE_EXTINT && pin_active(l, pin))
			return true;
	}
	return false;
}

/* Interrupts pending while the APIC is software-disabled are held (unread: 10.4.7.2). */
static bool intr_wanted(const struct lapic *l)
{
	if (!lapic_enabled(l)) return l->s.pin[0];
	if (external_pending(l)) return true;
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
	return pin == 0 && mode_of(entry) == MODE_FIXED && entry & LEVEL_TRIGGERED;
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
	case MODE_FIXED: accept_fixed(l, entry & VECTOR_MASK, false); break;
	case MODE_NMI: send_nmi(l); break;
	case MODE_INIT: send_init(l); break;
	case MODE_SMI:
		device_not_modelled(&l->dev, lapic_regs[row].name, "smi", lapic_regs[row].spec,
				    entry, "there is no system management mode");
		break;
	case MODE_EXTINT: /* a level: settle() looks at it */
	case MODE_LOWEST:
	case MODE_STARTUP:
	case MODE_RESERVED: break;
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

/* ---- timer (10.5.4) ---- */

static uint64_t tick_ns(const struct lapic *l)
{
	uint32_t divide = get(l, LAPIC_DIVIDE);
	unsigned code = (divide & 3) | (divide >> 1 & 4);
	return code == 7 ? TICK_NS : (uint64_t)TICK_NS << (code + 1);
}

/* Bring count and count_ns up to the present: at zero a periodic timer starts over, a one-shot
 * timer stops. The mode is looked at only then, so that a change between the two takes effect at
 * the end of the running count. */
static void catch_up(struct lapic *l)
{
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
	if (!(get(l, LAPIC_LVT_TIMER) & PERIODIC) || initial == 0) {
		l->s.count = 0;
		return;
	}
	l->s.count_ns += elapsed * tick;
	l->s.count = (uint32_t)(initial - (elapsed - l->s.count) % initial);
}

/* A masked timer counts all the same, but nobody needs to be woken for it. */
static void arm_timer(struct lapic *l)
{
	if (l->s.count == 0 || get(l, LAPIC_LVT_TIMER) & MASKED)
		clock_disarm(l->clock, l->timer);
	else
		clock_arm(l->clock, l->timer, l->s.count_ns + l->s.count * tick_ns(l));
}

/* The deadline was armed with the entry unmasked, and is disarmed when it is masked. */
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

/* ---- writes ---- */

static void end_of_interrupt(struct lapic *l)
{
	int vector = highest_vector(l, LAPIC_ISR);
	if (vector < 0) return;
	set_vector(l, LAPIC_ISR, (unsigned)vector, false);
	if (!test_vector(l, LAPIC_TMR, (unsigned)vector)) return;
	if ((get(l, LAPIC_LVT_LINT0) & VECTOR_MASK) != (unsigned)vector) return;
	*cell(l, LAPIC_LVT_LINT0, 0) &= ~(uint64_t)REMOTE_IRR;
	level_pin(l, 0);
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

static void write_lvt(struct lapic *l, enum lapic_reg row, const struct reg_write *w)
{
	uint64_t *entry = cell(l, row, 0);
	bool has_mode = reg_mask(&lapic_regs[row], 1u << REG_RW) >> MODE_SHIFT & MODE_MASK;
	if (!software_enabled(l)) *entry |= MASKED; /* cannot be cleared (unread: 10.4.7.2) */
	/* Leaving level-triggered mode drops what it remembered. */
	if (!(*entry & LEVEL_TRIGGERED)) *entry &= ~(uint64_t)REMOTE_IRR;
	if (row == LAPIC_LVT_LINT0) level_pin(l, 0);
	if (*entry & MASKED) return;
	if ((!has_mode || mode_of((uint32_t)w->now) == MODE_FIXED) &&
	    (w->now & VECTOR_MASK) < FIRST_LEGAL_VECTOR) {
		lint_vector(l, row, (uint32_t)w->now);
		error(l, ESR_RECEIVE_ILLEGAL_VECTOR);
	}
}

static void write_lvt_timer(struct lapic *l, const struct reg_write *w)
{
	/* Time so far ran under the old mode. */
	*cell(l, LAPIC_LVT_TIMER, 0) = w->old;
	catch_up(l);
	*cell(l, LAPIC_LVT_TIMER, 0) = w->now;
	write_lvt(l, LAPIC_LVT_TIMER, w);
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

static bool addresses_us(const struct lapic *l, uint32_t icr)
{
	unsigned destination = get(l, LAPIC_ICR_HI) >> DESTINATION_SHIFT;
	if (!(icr & LOGICAL))
		return destination == BROADCAST ||
		       destination == get(l, LAPIC_ID) >> DESTINATION_SHIFT;

	unsigned logical = get(l, LAPIC_LDR) >> DESTINATION_SHIFT;
	if (get(l, LAPIC_DFR) >> MODEL_SHIFT != MODEL_CLUSTER) return destination & logical;
	unsigned cluster = destination >> 4;
	if (cluster != CLUSTER_BROADCAST && cluster != logical >> 4) return false;
	return destination & logical & 0xf;
}

static bool reaches_us(const struct lapic *l, uint32_t icr)
{
	switch ((enum shorthand)(icr >> SHORTHAND_SHIFT & SHORTHAND_MASK)) {
	case TO_SELF:
	case TO_ALL: return true;
	case TO_OTHERS: return false;
	case TO_DESTINATION: break;
	}
	return addresses_us(l, icr);
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

static void send_ipi(struct lapic *l, uint32_t icr)
{
	unsigned shorthand = icr >> SHORTHAND_SHIFT & SHORTHAND_MASK;
	enum delivery_mode mode = mode_of(icr);
	if (mode == MODE_FIXED || mode == MODE_LOWEST) {
		send_fixed(l, icr);
		return;
	}
	if (shorthand == TO_SELF || shorthand == TO_ALL) {
		device_lint(&l->dev, "ICR_LO", "combination", "SDM Vol. 3A 10.6.1", icr,
			    "only fixed interrupts may be sent to oneself by shorthand");
		return;
	}
	if (!reaches_us(l, icr)) return;
	switch (mode) {
	case MODE_NMI: send_nmi(l); break;
	case MODE_INIT:
		/* De-assert is for older processors' arbitration, without effect here. */
		if (icr & ICR_ASSERT || !(icr & LEVEL_TRIGGERED)) send_init(l);
		break;
	case MODE_STARTUP: break; /* only a processor that waits for it listens */
	case MODE_SMI:
		device_not_modelled(&l->dev, "ICR_LO", "smi", "SDM Vol. 3A 10.6.1", icr,
				    "there is no system management mode");
		break;
	case MODE_FIXED:
	case MODE_LOWEST:
	case MODE_EXTINT:
	case MODE_RESERVED:
		device_lint(&l->dev, "ICR_LO", "mode", "SDM Vol. 3A 10.6.1", icr,
			    "this delivery mode is reserved");
		break;
	}
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
	if (reg == LAPIC_PPR) return processor_priority(l);
	if (reg == LAPIC_CURRENT_COUNT) {
		catch_up(l);
		return l->s.count;
	}
	return stored;
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct lapic *l = (struct lapic *)dev;
	switch (reg) {
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
	case LAPIC_LVT_ERROR: write_lvt(l, (enum lapic_reg)reg, w); break;
	case LAPIC_INITIAL_COUNT:
		start_timer(l, (uint32_t)w->now);
		arm_timer(l);
		break;
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
	l->s.count = 0;
	l->s.errors = 0;
	l->s.error_signalled = false;
	clock_disarm(l->clock, l->timer);
}

static void set_base(struct lapic *l, uint64_t value)
{
	l->s.base_msr = value;
	if (l->wire.moved) l->wire.moved(l->wire.ctx, value & ~BASE_LOW, lapic_enabled(l));
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
	*cell(lapic, LAPIC_LVT_LINT0, 0) = (uint64_t)MODE_EXTINT << MODE_SHIFT;
	*cell(lapic, LAPIC_LVT_LINT1, 0) = (uint64_t)MODE_NMI << MODE_SHIFT;
	settle(lapic);
}

static int external_ack(const struct lapic *l)
{
	return l->wire.ext_ack ? l->wire.ext_ack(l->wire.ctx) : -1;
}

int lapic_ack(struct lapic *lapic)
{
	if (!lapic_enabled(lapic)) return lapic->s.pin[0] ? external_ack(lapic) : -1;
	if (external_pending(lapic)) return external_ack(lapic);
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

bool lapic_msr_read(const struct lapic *lapic, uint32_t msr, uint64_t *value)
{
	if (msr != LAPIC_MSR_BASE) return false;
	*value = lapic->s.base_msr;
	return true;
}

bool lapic_msr_write(struct lapic *lapic, uint32_t msr, uint64_t value)
{
	uint64_t address = (UINT64_C(1) << lapic->wire.phys_bits) - 1;
	uint64_t allowed = (address & ~BASE_LOW) | BASE_ENABLE | BASE_BSP;
	if (msr != LAPIC_MSR_BASE || value & ~allowed) return false;
	/* 10.4.3: what was programmed may be lost when the APIC is switched off. Here it is. */
	if (lapic_enabled(lapic) && !(value & BASE_ENABLE)) reset_registers(lapic);
	set_base(lapic, value);
	settle(lapic);
	return true;
}

uint8_t lapic_cr8(const struct lapic *lapic) { return (uint8_t)(get(lapic, LAPIC_TPR) >> 4); }

void lapic_set_cr8(struct lapic *lapic, uint8_t cr8)
{
	*cell(lapic, LAPIC_TPR, 0) = (uint64_t)(cr8 & 0xf) << 4;
	settle(lapic);
}
