/* SPDX-License-Identifier: MIT */
#include "devices/rtc_mc146818/model.h"

#include "devices/rtc_mc146818/calendar.h"
#include "devices/rtc_mc146818/lints.h"
#include "devices/rtc_mc146818/range.h"
#include "emu/units.h"

enum {
	CRYSTAL_HZ = 32768,
	FIRST_RATE_DIVIDER = 3, /* RS 3..15: 8192 Hz .. 2 Hz; 1 and 2 repeat the taps of 8 and 9 */
	SECONDS_PER_DAY = 86400
};

/* MC146818A Table 6: UIP rises 244 us before the update cycle, which takes 1984 us. The first
 * update begins half a second after the divider's reset is released. */
#define SECOND_NS      ((int64_t)NS_PER_S)
#define UPDATE_NS      INT64_C(1984000)
#define UIP_AHEAD_NS   INT64_C(244000)
#define FIRST_BEGIN_NS (SECOND_NS / 2)

static struct rtc_mc146818_model *model(struct device *dev)
{
	return (struct rtc_mc146818_model *)dev;
}

/* --- Alarm --- */

static bool alarm_matches(uint64_t alarm, uint8_t value)
{
	return (alarm & RTC_MC146818_MODEL_DONT_CARE) == RTC_MC146818_MODEL_DONT_CARE ||
	       alarm == value;
}

/* Seconds from `from` until the alarm bytes match, 1..86400; 0: never. */
static unsigned seconds_to_alarm(const struct rtc_mc146818_model *r, unsigned from)
{
	const uint64_t *c = r->s.cmos;
	unsigned ahead = 1;

	while (ahead <= SECONDS_PER_DAY) {
		unsigned at = (from + ahead) % SECONDS_PER_DAY;
		if (!alarm_matches(c[RTC_MC146818_MODEL_HOURS_ALARM],
				   rtc_mc146818_model_encode_hours(r, at / 3600))) {
			ahead += 3600 - at % 3600;
		} else if (!alarm_matches(c[RTC_MC146818_MODEL_MINUTES_ALARM],
					  rtc_mc146818_model_encode(r, at / 60 % 60))) {
			ahead += 60 - at % 60;
		} else if (!alarm_matches(c[RTC_MC146818_MODEL_SECONDS_ALARM],
					  rtc_mc146818_model_encode(r, at % 60))) {
			ahead++;
		} else {
			return ahead;
		}
	}
	return 0;
}

/* --- Time --- */

static bool divider_runs(const struct rtc_mc146818_model *r)
{
	return (r->s.cmos[RTC_MC146818_MODEL_REGA] & RTC_MC146818_MODEL_REGA_DV) ==
	       RTC_MC146818_MODEL_DV_32768;
}

static bool updates_run(const struct rtc_mc146818_model *r)
{
	return divider_runs(r) &&
	       !(r->s.cmos[RTC_MC146818_MODEL_REGB] & RTC_MC146818_MODEL_REGB_SET);
}

/* A time in which update k ends at k seconds: the time since the divider chain started, shifted so
 * that the first update ends at one second. */
static uint64_t update_phase(const struct rtc_mc146818_model *r, uint64_t now)
{
	int64_t phase = (int64_t)now - r->s.chain_ns - FIRST_BEGIN_NS - UPDATE_NS + SECOND_NS;
	return phase > 0 ? (uint64_t)phase : 0;
}

static uint64_t updates_done(const struct rtc_mc146818_model *r, uint64_t now)
{
	return update_phase(r, now) / (uint64_t)SECOND_NS;
}

static uint64_t next_update_ns(const struct rtc_mc146818_model *r, uint64_t n)
{
	int64_t first = r->s.chain_ns + FIRST_BEGIN_NS + UPDATE_NS;
	uint64_t k = updates_done(r, r->s.synced_ns) + n - 1;
	return (uint64_t)(first + (int64_t)k * SECOND_NS);
}

/* Nanoseconds until the current second's update ends, 1 .. 1e9. */
static uint64_t to_update_end(const struct rtc_mc146818_model *r, uint64_t now)
{
	return (uint64_t)SECOND_NS - update_phase(r, now) % (uint64_t)SECOND_NS;
}

static bool in_progress(const struct rtc_mc146818_model *r, uint64_t now, int64_t window_ns)
{
	return updates_run(r) && to_update_end(r, now) <= (uint64_t)window_ns;
}

/* Frequency of the periodic flag; 0: off. MC146818A Table 5, 32.768 kHz column. */
static uint64_t periodic_hz(const struct rtc_mc146818_model *r)
{
	unsigned rs = (unsigned)r->s.cmos[RTC_MC146818_MODEL_REGA] & RTC_MC146818_MODEL_REGA_RS;

	if (rs == 0 || !divider_runs(r)) return 0;
	if (rs < FIRST_RATE_DIVIDER) rs += 7;
	return CRYSTAL_HZ >> (rs - 1);
}

static uint64_t periodic_ticks(const struct rtc_mc146818_model *r, uint64_t now, uint64_t hz)
{
	return clock_ticks((uint64_t)((int64_t)now - r->s.chain_ns), hz);
}

/* Update registers and flags to the present. Called before they are used. */
static void sync(struct rtc_mc146818_model *r)
{
	uint64_t now = clock_now(r->clock), then = r->s.synced_ns, hz = periodic_hz(r);
	uint64_t *flags = &r->s.cmos[RTC_MC146818_MODEL_REGC];

	if (hz && periodic_ticks(r, now, hz) != periodic_ticks(r, then, hz))
		*flags |= RTC_MC146818_MODEL_REGC_PF;
	r->s.synced_ns = now;
	if (!updates_run(r)) return;
	uint64_t n = updates_done(r, now) - updates_done(r, then);
	if (n == 0) return;
	unsigned alarm = seconds_to_alarm(r, rtc_mc146818_model_second_of_day(r));
	if (alarm && alarm <= n) *flags |= RTC_MC146818_MODEL_REGC_AF;
	*flags |= RTC_MC146818_MODEL_REGC_UF;
	rtc_mc146818_model_advance(r, n);
}

static uint64_t enabled_flags(const struct rtc_mc146818_model *r)
{
	/* PIE, AIE and UIE have the same positions as PF, AF and UF. */
	return r->s.cmos[RTC_MC146818_MODEL_REGB] &
	       (RTC_MC146818_MODEL_REGB_PIE | RTC_MC146818_MODEL_REGB_AIE |
		RTC_MC146818_MODEL_REGB_UIE);
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t next_interrupt_ns(const struct rtc_mc146818_model *r)
{
	uint64_t enabled = enabled_flags(r), due = CLOCK_NEVER, hz = periodic_hz(r);

	if (enabled & RTC_MC146818_MODEL_REGB_PIE && hz) {
		uint64_t tick = periodic_ticks(r, r->s.synced_ns, hz) + 1;
		due = (uint64_t)((int64_t)clock_tick_time(tick, hz) + r->s.chain_ns);
	}
	if (!updates_run(r)) return due;
	if (enabled & RTC_MC146818_MODEL_REGB_UIE) due = earlier(due, next_update_ns(r, 1));
	if (enabled & RTC_MC146818_MODEL_REGB_AIE) {
		unsigned alarm = seconds_to_alarm(r, rtc_mc146818_model_second_of_day(r));
		if (alarm) due = earlier(due, next_update_ns(r, alarm));
	}
	return due;
}

/* Set IRQF and drive the line. While it is low, arm the timer for the next event that may raise it.
 */
static void settle(struct rtc_mc146818_model *r)
{
	uint64_t *flags = &r->s.cmos[RTC_MC146818_MODEL_REGC];
	bool level = *flags & enabled_flags(r);

	*flags = level ? *flags | RTC_MC146818_MODEL_REGC_IRQF
		       : *flags & ~(uint64_t)RTC_MC146818_MODEL_REGC_IRQF;
	uint64_t due = level ? CLOCK_NEVER : next_interrupt_ns(r);
	if (due == CLOCK_NEVER)
		clock_disarm(r->clock, r->timer);
	else
		clock_arm(r->clock, r->timer, due);
	if (level == r->s.irq) return;
	r->s.irq = level;
	irq_set(&r->irq, level);
}

static void on_timer(void *ctx, uint64_t due_ns)
{
	struct rtc_mc146818_model *r = ctx;

	(void)due_ns;
	sync(r);
	settle(r);
}

/* --- Guest accesses --- */

static const struct reg_desc *row_of(unsigned index)
{
	if (index < RTC_MC146818_MODEL_RAM_LOW) return &rtc_mc146818_regs[index];
	if (index < RTC_MC146818_MODEL_CENTURY_INDEX)
		return &rtc_mc146818_regs[RTC_MC146818_MODEL_RAM_LOW];
	if (index == RTC_MC146818_MODEL_CENTURY_INDEX)
		return &rtc_mc146818_regs[RTC_MC146818_MODEL_CENTURY];
	return &rtc_mc146818_regs[RTC_MC146818_MODEL_RAM_HIGH];
}

static bool is_time(unsigned index) /* without the alarm bytes */
{
	return index <= RTC_MC146818_MODEL_YEAR && index != RTC_MC146818_MODEL_SECONDS_ALARM &&
	       index != RTC_MC146818_MODEL_MINUTES_ALARM && index != RTC_MC146818_MODEL_HOURS_ALARM;
}

static void lint_update(const struct rtc_mc146818_model *r, unsigned index, const char *what)
{
	device_lint(&r->dev, &rtc_mc146818_lints[RTC_MC146818_LINT_UPDATE], row_of(index)->name,
		    index, "%s while an update cycle runs", what);
}

/* Report a read during an update if the guest does not look at UIP afterwards. */
static void note_undefined(struct rtc_mc146818_model *r, unsigned index, bool looks)
{
	if (r->s.undefined && !looks) lint_update(r, index, "read");
	r->s.undefined = false;
}

static void check_time_write(const struct rtc_mc146818_model *r, unsigned index)
{
	if (index <= RTC_MC146818_MODEL_YEAR && in_progress(r, clock_now(r->clock), UPDATE_NS))
		lint_update(r, index, "written");
	else if (is_time(index) && updates_run(r))
		device_lint(&r->dev, &rtc_mc146818_lints[RTC_MC146818_LINT_RUNNING],
			    row_of(index)->name, index,
			    "written without REGB.SET, while the clock runs");
}

static uint8_t read_indexed(struct rtc_mc146818_model *r, unsigned index)
{
	uint64_t now = clock_now(r->clock);
	uint8_t v = (uint8_t)r->s.cmos[index];

	r->s.undefined = index <= RTC_MC146818_MODEL_YEAR && in_progress(r, now, UPDATE_NS);
	if (r->s.undefined) return (uint8_t)reg_apply_read(row_of(index), UINT64_MAX);
	if (index == RTC_MC146818_MODEL_REGA && in_progress(r, now, UPDATE_NS + UIP_AHEAD_NS))
		v |= RTC_MC146818_MODEL_REGA_UIP;
	if (index == RTC_MC146818_MODEL_REGC) r->s.cmos[index] = 0;
	return (uint8_t)reg_apply_read(row_of(index), v);
}

static void write_rega(struct rtc_mc146818_model *r, uint8_t value)
{
	const struct reg_desc *row = &rtc_mc146818_regs[RTC_MC146818_MODEL_REGA];
	bool ran = divider_runs(r);

	r->s.cmos[RTC_MC146818_MODEL_REGA] =
		reg_apply_write(&r->dev, row, r->s.cmos[RTC_MC146818_MODEL_REGA], value);
	if (divider_runs(r) && !ran) r->s.chain_ns = (int64_t)clock_now(r->clock);
	if (!divider_runs(r) &&
	    (value & RTC_MC146818_MODEL_DV_RESET) != RTC_MC146818_MODEL_DV_RESET)
		device_lint(&r->dev, &rtc_mc146818_lints[RTC_MC146818_LINT_DIVIDER], NULL, value,
			    "only the 32.768 kHz time base is modelled; the clock is stopped");
}

static void check_mode(const struct rtc_mc146818_model *r, uint8_t value)
{
	uint64_t old = r->s.cmos[RTC_MC146818_MODEL_REGB];
	uint64_t changed =
		(old ^ value) & (RTC_MC146818_MODEL_REGB_DM | RTC_MC146818_MODEL_REGB_24H);

	if (!changed || ((old | value) & RTC_MC146818_MODEL_REGB_SET)) return;
	device_lint(&r->dev, &rtc_mc146818_lints[RTC_MC146818_LINT_MODE], NULL, changed,
		    "the format changes while the clock runs; the time bytes are not converted");
}

/* Every time byte must be valid when the clock starts to use them. */
static void check_start(const struct rtc_mc146818_model *r, uint8_t value)
{
	if (!(r->s.cmos[RTC_MC146818_MODEL_REGB] & RTC_MC146818_MODEL_REGB_SET) ||
	    (value & RTC_MC146818_MODEL_REGB_SET))
		return;
	for (unsigned i = 0; i <= RTC_MC146818_MODEL_YEAR; i++) {
		uint8_t byte = (uint8_t)r->s.cmos[i];
		if (rtc_mc146818_model_in_range(i, byte, value)) continue;
		device_lint(&r->dev, &rtc_mc146818_lints[RTC_MC146818_LINT_RANGE], row_of(i)->name,
			    byte,
			    "the clock starts with 0x%02x here, which is invalid in its format",
			    byte);
	}
}

static void write_regb(struct rtc_mc146818_model *r, uint8_t value)
{
	const struct reg_desc *row = &rtc_mc146818_regs[RTC_MC146818_MODEL_REGB];

	if (value & RTC_MC146818_MODEL_REGB_DSE)
		device_lint(&r->dev, &rtc_mc146818_lints[RTC_MC146818_LINT_DSE], NULL,
			    RTC_MC146818_MODEL_REGB_DSE, "daylight saving changes are not made");
	check_mode(r, value);
	check_start(r, value);
	if (value & RTC_MC146818_MODEL_REGB_SET)
		value &= (uint8_t)~RTC_MC146818_MODEL_REGB_UIE; /* SET clears UIE */
	r->s.cmos[RTC_MC146818_MODEL_REGB] =
		reg_apply_write(&r->dev, row, r->s.cmos[RTC_MC146818_MODEL_REGB], value);
}

static void write_indexed(struct rtc_mc146818_model *r, unsigned index, uint8_t value)
{
	const struct reg_desc *row = row_of(index);

	if (index == RTC_MC146818_MODEL_REGA) {
		write_rega(r, value);
	} else if (index == RTC_MC146818_MODEL_REGB) {
		write_regb(r, value);
	} else if (!(row->dir & REG_DIR_W)) {
		device_lint(&r->dev, &reg_lints[REG_LINT_READONLY], row->name, value,
			    "the chip sets this register");
	} else {
		check_time_write(r, index);
		r->s.cmos[index] = reg_apply_write(&r->dev, row, r->s.cmos[index], value);
	}
}

static unsigned index_of(uint64_t byte) { return (unsigned)byte % RTC_MC146818_MODEL_N_BYTES; }

static unsigned selected(const struct rtc_mc146818_model *r)
{
	return index_of(r->s.reg[RTC_MC146818_MODEL_INDEX]);
}

static uint64_t port_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct rtc_mc146818_model *r = model(dev);

	(void)n;
	if (reg != RTC_MC146818_MODEL_DATA) return stored;
	note_undefined(r, selected(r), false);
	sync(r);
	settle(r); /* the value read includes IRQF */
	uint8_t v = read_indexed(r, selected(r));
	settle(r);
	return v;
}

static void port_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct rtc_mc146818_model *r = model(dev);

	(void)n;
	if (reg == RTC_MC146818_MODEL_INDEX)
		note_undefined(r, index_of(w->old), index_of(w->now) == RTC_MC146818_MODEL_REGA);
	if (reg != RTC_MC146818_MODEL_DATA) return;
	note_undefined(r, selected(r), false);
	sync(r);
	write_indexed(r, selected(r), (uint8_t)w->now);
	settle(r);
}

static const struct reg_desc *behind(const struct device *dev, const struct reg_desc *reg)
{
	const struct rtc_mc146818_model *r = (const struct rtc_mc146818_model *)dev;
	return reg == &rtc_mc146818_model_ports[RTC_MC146818_MODEL_DATA] ? row_of(selected(r))
									 : NULL;
}

static void reset_device(struct device *dev)
{
	rtc_mc146818_model_reset((struct rtc_mc146818_model *)dev);
}

const struct device_ops rtc_mc146818_model_ops = {
	.name = "mc146818",
	.about = &mc146818_about,
	.regs = rtc_mc146818_model_ports,
	.n_regs = RTC_MC146818_MODEL_N_PORTS,
	.read = port_read,
	.write = port_write,
	.behind = behind,
	.reset = reset_device,
};

/* --- Initialisation and reset --- */

void rtc_mc146818_model_init(struct rtc_mc146818_model *r, const char *instance,
			     const struct hub *hub, struct clock *clock, struct irq irq,
			     int64_t epoch)
{
	*r = (struct rtc_mc146818_model){ .clock = clock, .irq = irq };
	device_init(&r->dev, &rtc_mc146818_model_ops, instance, hub, r->s.reg, &r->s, sizeof(r->s));
	r->timer = clock_add_timer(clock, instance, on_timer, r);
	reg_table_reset(rtc_mc146818_regs, RTC_MC146818_MODEL_N_ROWS, r->s.cmos);
	/* The second `epoch` has just begun: the next update ends one second from now. */
	r->s.synced_ns = clock_now(clock);
	r->s.chain_ns = (int64_t)r->s.synced_ns - FIRST_BEGIN_NS - UPDATE_NS;
	rtc_mc146818_model_set_time(r, epoch);
}

void rtc_mc146818_model_reset(struct rtc_mc146818_model *r)
{
	sync(r);
	r->s.cmos[RTC_MC146818_MODEL_REGB] &=
		~(uint64_t)(RTC_MC146818_MODEL_REGB_PIE | RTC_MC146818_MODEL_REGB_AIE |
			    RTC_MC146818_MODEL_REGB_UIE | RTC_MC146818_MODEL_REGB_SQWE);
	r->s.cmos[RTC_MC146818_MODEL_REGC] = 0;
	r->s.reg[RTC_MC146818_MODEL_INDEX] = 0;
	settle(r);
}

void rtc_mc146818_model_cmos_set(struct rtc_mc146818_model *r, unsigned index, uint8_t value)
{
	r->s.cmos[index % RTC_MC146818_MODEL_N_BYTES] = value;
}

uint8_t rtc_mc146818_model_cmos_get(const struct rtc_mc146818_model *r, unsigned index)
{
	return (uint8_t)r->s.cmos[index % RTC_MC146818_MODEL_N_BYTES];
}

bool rtc_mc146818_model_nmi_masked(const struct rtc_mc146818_model *r)
{
	return r->s.reg[RTC_MC146818_MODEL_INDEX] & RTC_MC146818_MODEL_NMI_MASK;
}
