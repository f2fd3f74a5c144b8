/* SPDX-License-Identifier: MIT */
/* HPET: what the register table cannot express (IA-PC HPET 1.0a; Intel ICH datasheets). */
#include "devices/hpet/model.h"

#include "devices/hpet/lints.h"

enum { FS_PER_NS = 1000000, NO_PIN = HPET_MODEL_N_PINS };

/* ---- time ---- */

static uint64_t saturate(unsigned __int128 v) { return v > UINT64_MAX ? UINT64_MAX : (uint64_t)v; }

uint64_t hpet_model_ticks(uint64_t ns)
{
	return saturate((unsigned __int128)ns * FS_PER_NS / HPET_MODEL_PERIOD_FS);
}

uint64_t hpet_model_tick_time(uint64_t tick)
{
	unsigned __int128 fs = (unsigned __int128)tick * HPET_MODEL_PERIOD_FS;
	return saturate((fs + FS_PER_NS - 1) / FS_PER_NS);
}

/* ---- the registers of one timer ---- */

static unsigned conf_row(unsigned n)
{
	return HPET_MODEL_TIM0_CONF + n * HPET_MODEL_ROWS_PER_TIMER;
}

static uint64_t *conf(struct hpet_model *h, unsigned n) { return &h->s.reg[conf_row(n)]; }

static uint64_t *comparator(struct hpet_model *h, unsigned n)
{
	return &h->s.reg[HPET_MODEL_TIM0_COMP + n * HPET_MODEL_ROWS_PER_TIMER];
}

static uint64_t message_of(const struct hpet_model *h, unsigned n)
{
	return h->s.reg[HPET_MODEL_TIM0_FSB_ROUT + n * HPET_MODEL_ROWS_PER_TIMER];
}

static bool has(const struct hpet_model *h, unsigned n, uint64_t bits)
{
	return (h->s.reg[conf_row(n)] & bits) == bits;
}

static bool counting(const struct hpet_model *h)
{
	return h->s.reg[HPET_MODEL_GEN_CONF] & HPET_MODEL_ENABLE_CNF;
}

bool hpet_model_legacy(const struct hpet_model *h)
{
	return counting(h) && h->s.reg[HPET_MODEL_GEN_CONF] & HPET_MODEL_LEG_RT_CNF;
}

/* Bits of the counter that the timer compares. */
static uint64_t width_mask(const struct hpet_model *h, unsigned n)
{
	return has(h, n, HPET_MODEL_SIZE_CAP) && !has(h, n, HPET_MODEL_32MODE_CNF) ? UINT64_MAX
										   : UINT32_MAX;
}

static bool replaces(const struct hpet_model *h, unsigned n)
{
	return n < 2 && hpet_model_legacy(h);
}

static unsigned route_of(const struct hpet_model *h, unsigned n)
{
	return (unsigned)(h->s.reg[conf_row(n)] >> HPET_MODEL_INT_ROUT_CNF_LSB &
			  HPET_MODEL_INT_ROUT_CNF_MASK);
}

static bool can_route(const struct hpet_model *h, unsigned n)
{
	return h->s.reg[conf_row(n)] >> HPET_MODEL_INT_ROUT_CAP_LSB >> route_of(h, n) & 1;
}

/* The I/O APIC input that receives the timer's interrupt. */
static unsigned pin_of(const struct hpet_model *h, unsigned n)
{
	if (has(h, n, HPET_MODEL_FSB_EN_CNF)) return NO_PIN;
	if (replaces(h, n)) return n == 0 ? HPET_MODEL_PIN_TIMER : HPET_MODEL_PIN_RTC;
	return can_route(h, n) ? route_of(h, n) : NO_PIN;
}

static bool pending(const struct hpet_model *h, unsigned n)
{
	return h->s.reg[HPET_MODEL_GINTR_STA] >> n & 1;
}

/* ---- outputs ---- */

static bool drives(const struct hpet_model *h, unsigned n)
{
	if (!counting(h) || !has(h, n, HPET_MODEL_INT_ENB_CNF)) return false;
	return has(h, n, HPET_MODEL_INT_TYPE_CNF) ? pending(h, n) : h->s.edges >> n & 1;
}

static void drive(struct hpet_model *h)
{
	uint32_t pins = 0;

	for (unsigned n = 0; n < HPET_MODEL_N_TIMERS; n++) {
		unsigned pin = drives(h, n) ? pin_of(h, n) : NO_PIN;
		if (pin != NO_PIN) pins |= 1u << pin;
	}
	uint32_t changed = pins ^ h->s.pins;
	h->s.pins = pins;
	for (unsigned pin = 0; pin < HPET_MODEL_N_PINS; pin++)
		if (changed >> pin & 1) irq_set(&h->wire.pin[pin], pins >> pin & 1);
}

static void edge(struct hpet_model *h, unsigned n)
{
	unsigned pin = pin_of(h, n);

	if (pin == NO_PIN) return;
	irq_set(&h->wire.pin[pin], false);
	irq_set(&h->wire.pin[pin], true);
	h->s.pins |= 1u << pin;
	h->s.edges |= (uint8_t)(1u << n);
}

static void send_message(const struct hpet_model *h, unsigned n)
{
	uint64_t m = message_of(h, n);
	if (h->wire.message) h->wire.message(h->wire.ctx, (uint32_t)(m >> 32), (uint32_t)m);
}

static void expire(struct hpet_model *h, unsigned n)
{
	bool level = has(h, n, HPET_MODEL_INT_TYPE_CNF);

	if (level) h->s.reg[HPET_MODEL_GINTR_STA] |= UINT64_C(1) << n;
	if (!has(h, n, HPET_MODEL_INT_ENB_CNF)) return;
	if (has(h, n, HPET_MODEL_FSB_EN_CNF))
		send_message(h, n);
	else if (level)
		drive(h);
	else
		edge(h, n);
}

/* ---- counting ---- */

/* Ticks from `count` to the next match: at least one. If a 64-bit comparator has just matched, the
 * next match is beyond reach. */
static uint64_t to_match(struct hpet_model *h, unsigned n, uint64_t count)
{
	uint64_t mask = width_mask(h, n);
	uint64_t ticks = (*comparator(h, n) - count) & mask;

	if (ticks) return ticks;
	return mask == UINT64_MAX ? UINT64_MAX : mask + 1;
}

/* Advance the counter from `count` by `ticks`, and check the comparator of timer n. */
static void compare(struct hpet_model *h, unsigned n, uint64_t count, uint64_t ticks)
{
	uint64_t first = to_match(h, n, count);
	uint64_t mask = width_mask(h, n);
	uint64_t period = h->s.period[n] & mask;

	if (first > ticks) return;
	if (has(h, n, HPET_MODEL_TYPE_CNF) && period) {
		uint64_t matches = 1 + (ticks - first) / period;
		*comparator(h, n) = (*comparator(h, n) + matches * period) & mask;
	}
	expire(h, n);
}

static void advance(struct hpet_model *h, uint64_t tick)
{
	if (tick <= h->s.tick) return;
	uint64_t ticks = tick - h->s.tick;
	h->s.tick = tick;
	if (!counting(h)) return;
	uint64_t count = h->s.reg[HPET_MODEL_MAIN_CNT];
	h->s.reg[HPET_MODEL_MAIN_CNT] = count + ticks;
	for (unsigned n = 0; n < HPET_MODEL_N_TIMERS; n++) compare(h, n, count, ticks);
}

static bool needs_deadline(const struct hpet_model *h, unsigned n)
{
	if (!counting(h) || !has(h, n, HPET_MODEL_INT_ENB_CNF)) return false;
	if (has(h, n, HPET_MODEL_FSB_EN_CNF)) return true;
	if (pin_of(h, n) == NO_PIN) return false;
	return !(has(h, n, HPET_MODEL_INT_TYPE_CNF) && pending(h, n));
}

/* Arm the clock for the next match with a visible effect. */
static void arm(struct hpet_model *h)
{
	uint64_t first = UINT64_MAX;

	for (unsigned n = 0; n < HPET_MODEL_N_TIMERS; n++) {
		if (!needs_deadline(h, n)) continue;
		uint64_t ticks = to_match(h, n, h->s.reg[HPET_MODEL_MAIN_CNT]);
		if (ticks < first) first = ticks;
	}
	if (first > UINT64_MAX - h->s.tick)
		clock_disarm(h->clock, h->timer);
	else
		clock_arm(h->clock, h->timer, hpet_model_tick_time(h->s.tick + first));
}

static void sync(struct hpet_model *h) { advance(h, hpet_model_ticks(clock_now(h->clock))); }

static void on_due(void *ctx, uint64_t due_ns)
{
	struct hpet_model *h = ctx;
	advance(h, hpet_model_ticks(due_ns));
	arm(h);
}

/* ---- writes ---- */

static void check_route(const struct hpet_model *h, unsigned n)
{
	if (!counting(h) || !has(h, n, HPET_MODEL_INT_ENB_CNF) || has(h, n, HPET_MODEL_FSB_EN_CNF))
		return;
	if (replaces(h, n) || can_route(h, n)) return;
	device_lint(&h->dev, &hpet_lints[HPET_LINT_ROUTE], hpet_regs[conf_row(n)].name,
		    route_of(h, n), "timer %u cannot reach input %u of the I/O APIC", n,
		    route_of(h, n));
}

/* The output of an edge-triggered timer falls. */
static void forget_edge(struct hpet_model *h, unsigned n) { h->s.edges &= (uint8_t) ~(1u << n); }

static void tell_legacy(const struct hpet_model *h)
{
	if (h->wire.legacy) h->wire.legacy(h->wire.ctx, h->s.legacy);
}

static void write_gen_conf(struct hpet_model *h, uint64_t now)
{
	bool was = h->s.legacy;

	h->s.reg[HPET_MODEL_GEN_CONF] = now;
	h->s.legacy = hpet_model_legacy(h);
	if (!counting(h)) h->s.edges = 0;
	for (unsigned n = 0; n < 2 && was != h->s.legacy; n++) forget_edge(h, n);
	if (!was && h->s.legacy) tell_legacy(h);
	drive(h);
	if (was && !h->s.legacy) tell_legacy(h);
	for (unsigned n = 0; n < HPET_MODEL_N_TIMERS; n++) check_route(h, n);
}

static void write_status(struct hpet_model *h, uint64_t ones)
{
	uint64_t edges = 0;

	for (unsigned n = 0; n < HPET_MODEL_N_TIMERS; n++)
		if (!has(h, n, HPET_MODEL_INT_TYPE_CNF)) edges |= UINT64_C(1) << n;
	if (ones & edges)
		device_lint(&h->dev, &hpet_lints[HPET_LINT_EDGE], NULL, ones & edges,
			    "the status of an edge-triggered timer should be written as 0");
	h->s.reg[HPET_MODEL_GINTR_STA] &= ~ones;
	drive(h);
}

/* The bits that are fixed at 0 because the timer lacks the capability. */
static uint64_t missing(const struct hpet_model *h, unsigned n)
{
	uint64_t bits = 0;

	if (!has(h, n, HPET_MODEL_PER_INT_CAP)) bits |= HPET_MODEL_TYPE_CNF;
	if (!has(h, n, HPET_MODEL_SIZE_CAP)) bits |= HPET_MODEL_32MODE_CNF;
	if (!has(h, n, HPET_MODEL_FSB_INT_DEL_CAP)) bits |= HPET_MODEL_FSB_EN_CNF;
	return bits;
}

/* `set`: bits written as 1; `now`: the resulting value. */
static void lint_conf(const struct hpet_model *h, unsigned n, uint64_t set, uint64_t now)
{
	const char *name = hpet_regs[conf_row(n)].name;
	uint64_t lost = set & missing(h, n);

	if (lost & HPET_MODEL_TYPE_CNF)
		device_lint(&h->dev, &hpet_lints[HPET_LINT_PERIODIC], name, HPET_MODEL_TYPE_CNF,
			    "timer %u cannot be periodic", n);
	if (lost & HPET_MODEL_FSB_EN_CNF)
		device_lint(&h->dev, &hpet_lints[HPET_LINT_FSB], name, HPET_MODEL_FSB_EN_CNF,
			    "timer %u cannot send messages", n);
	if (set & HPET_MODEL_VAL_SET_CNF && !(now & HPET_MODEL_TYPE_CNF))
		device_lint(&h->dev, &hpet_lints[HPET_LINT_VAL_SET], name, HPET_MODEL_VAL_SET_CNF,
			    "timer %u is not periodic", n);
	if (now & HPET_MODEL_FSB_EN_CNF && now & HPET_MODEL_INT_TYPE_CNF)
		device_lint(&h->dev, &hpet_lints[HPET_LINT_FSB_LEVEL], name,
			    HPET_MODEL_INT_TYPE_CNF, "messages need edge-triggered mode");
}

static void write_conf(struct hpet_model *h, unsigned n, const struct reg_write *w)
{
	enum {
		OUTPUT_BITS =
			HPET_MODEL_INT_TYPE_CNF | HPET_MODEL_INT_ENB_CNF | HPET_MODEL_FSB_EN_CNF
	};
	uint64_t routing = (uint64_t)HPET_MODEL_INT_ROUT_CNF_MASK << HPET_MODEL_INT_ROUT_CNF_LSB;
	uint64_t now = w->now & ~missing(h, n);

	lint_conf(h, n, w->raw & w->lane, now);
	if (!(now & HPET_MODEL_TYPE_CNF)) now &= ~(uint64_t)HPET_MODEL_VAL_SET_CNF;
	*conf(h, n) = now;
	/* A 32-bit timer loses the upper half for good: D-1500 14.1.5, 82801G 20.1.5. */
	*comparator(h, n) &= width_mask(h, n);
	h->s.period[n] &= width_mask(h, n);
	if ((now ^ w->old) & (OUTPUT_BITS | routing)) forget_edge(h, n);
	drive(h);
	check_route(h, n);
}

static void write_counter(struct hpet_model *h, const struct reg_write *w)
{
	uint64_t *count = &h->s.reg[HPET_MODEL_MAIN_CNT];

	if (counting(h))
		device_lint(&h->dev, &hpet_lints[HPET_LINT_COUNTER_RUNNING], NULL, w->raw,
			    "the counter may be written only while it is halted");
	*count = (*count & ~w->lane) | (w->raw & w->lane);
}

/* In periodic mode a write sets the period, and the comparator only after VAL_SET_CNF. */
static void write_comparator(struct hpet_model *h, unsigned n, const struct reg_write *w)
{
	uint64_t mask = width_mask(h, n), lane = w->lane & mask;
	bool periodic = has(h, n, HPET_MODEL_TYPE_CNF), set = has(h, n, HPET_MODEL_VAL_SET_CNF);

	h->s.period[n] = (h->s.period[n] & ~lane) | (w->raw & lane);
	if (periodic && !set) return;
	if (periodic && counting(h))
		device_lint(&h->dev, &hpet_lints[HPET_LINT_COMPARATOR_RUNNING], NULL, w->raw,
			    "the counter must be halted before a periodic timer is set");
	*comparator(h, n) = (*comparator(h, n) & ~lane) | (w->raw & lane);
	*conf(h, n) &= ~(uint64_t)HPET_MODEL_VAL_SET_CNF;
}

static void write_timer(struct hpet_model *h, unsigned row, const struct reg_write *w)
{
	unsigned n = (row - HPET_MODEL_TIM0_CONF) / HPET_MODEL_ROWS_PER_TIMER;

	switch (row - n * HPET_MODEL_ROWS_PER_TIMER) {
	case HPET_MODEL_TIM0_CONF: write_conf(h, n, w); break;
	case HPET_MODEL_TIM0_COMP: write_comparator(h, n, w); break;
	default: h->s.reg[row] = w->now; break;
	}
}

/* ---- accesses, initialisation and reset ---- */

static uint8_t model_bank(const struct device *dev)
{
	const struct hpet_model *h = (const struct hpet_model *)dev;
	return h->wire.message ? HPET_MODEL_WITH_FSB : HPET_MODEL_WITHOUT_FSB;
}

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct hpet_model *h = (struct hpet_model *)dev;

	(void)n;
	(void)stored;
	sync(h);
	return h->s.reg[reg];
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct hpet_model *h = (struct hpet_model *)dev;

	(void)n;
	h->s.reg[reg] = w->old; /* time up to now passed under the old value */
	sync(h);
	switch (reg) {
	case HPET_MODEL_GEN_CONF: write_gen_conf(h, w->now); break;
	case HPET_MODEL_GINTR_STA: write_status(h, w->raw & w->lane); break;
	case HPET_MODEL_MAIN_CNT: write_counter(h, w); break;
	default: write_timer(h, reg, w); break;
	}
	arm(h);
}

static void reset_device(struct device *dev) { hpet_model_reset((struct hpet_model *)dev); }

const struct device_ops hpet_model_ops = {
	.name = "hpet",
	.about = &hpet_about,
	.regs = hpet_regs,
	.n_regs = HPET_MODEL_N_REGS,
	.bank = model_bank,
	.read = model_read,
	.write = model_write,
	.reset = reset_device,
};

void hpet_model_init(struct hpet_model *hpet, const char *instance, const struct hub *hub,
		     struct clock *clock, const struct hpet_model_wiring *wire)
{
	*hpet = (struct hpet_model){ .wire = *wire, .clock = clock };
	device_init(&hpet->dev, &hpet_model_ops, instance, hub, hpet->s.reg, &hpet->s,
		    sizeof(hpet->s));
	hpet->timer = clock_add_timer(clock, "hpet", on_due, hpet);
	hpet_model_reset(hpet);
}

void hpet_model_reset(struct hpet_model *hpet)
{
	reg_table_reset(hpet_regs, HPET_MODEL_N_REGS, hpet->s.reg);
	for (unsigned n = 0; n < HPET_MODEL_N_TIMERS; n++) {
		if (hpet->wire.message) *conf(hpet, n) |= HPET_MODEL_FSB_INT_DEL_CAP;
		hpet->s.period[n] = 0;
	}
	hpet->s.tick = hpet_model_ticks(clock_now(hpet->clock));
	hpet->s.edges = 0;
	hpet->s.legacy = false;
	clock_disarm(hpet->clock, hpet->timer);
	drive(hpet);
	tell_legacy(hpet);
}

uint64_t hpet_model_counter(struct hpet_model *hpet)
{
	sync(hpet);
	return hpet->s.reg[HPET_MODEL_MAIN_CNT];
}
