/* SPDX-License-Identifier: MIT */
/* Local APIC: the timer (Intel SDM Vol. 3A 10.5.4). */
#include "devices/lapic/internal.h"

#include "devices/lapic/lints.h"
#include "emu/units.h"

enum { TICK_NS = NS_PER_S / LAPIC_MODEL_TIMER_HZ };

enum timer_mode { ONE_SHOT, PERIODIC, DEADLINE, TIMER_RESERVED };

static enum timer_mode timer_mode(const struct lapic_model *l)
{
	return (enum timer_mode)(lapic_model_get(l, LAPIC_MODEL_LVT_TIMER) >>
					 LAPIC_MODEL_TIMER_MODE_SHIFT &
				 LAPIC_MODEL_TIMER_MODE_MASK);
}

static uint64_t deadline_ns(const struct lapic_model *l)
{
	if (l->s.deadline == 0) return CLOCK_NEVER;
	return l->wire.tsc_time ? l->wire.tsc_time(l->wire.ctx, l->s.deadline) : l->s.deadline;
}

static uint64_t tick_ns(const struct lapic_model *l)
{
	uint32_t divide = lapic_model_get(l, LAPIC_MODEL_DIVIDE);
	unsigned code = (divide & 3) | (divide >> 1 & 4);
	return code == 7 ? TICK_NS : (uint64_t)TICK_NS << (code + 1);
}

/* Update count and count_ns to the present. At zero a periodic timer starts over, a one-shot timer
 * stops. The mode is checked only then, so a change between the two takes effect at the end of the
 * running count. A deadline that has passed disarms itself. */
void lapic_model_timer_catch_up(struct lapic_model *l)
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
	uint64_t initial = lapic_model_get(l, LAPIC_MODEL_INITIAL_COUNT);
	if (timer_mode(l) != PERIODIC || initial == 0) {
		l->s.count = 0;
		return;
	}
	l->s.count_ns += elapsed * tick;
	l->s.count = (uint32_t)(initial - (elapsed - l->s.count) % initial);
}

static uint64_t next_expiry(const struct lapic_model *l)
{
	if (l->s.count) return l->s.count_ns + l->s.count * tick_ns(l);
	return deadline_ns(l);
}

/* A masked timer counts too, but needs no wake-up. */
void lapic_model_timer_arm(struct lapic_model *l)
{
	bool masked = lapic_model_get(l, LAPIC_MODEL_LVT_TIMER) & LAPIC_MODEL_MASKED;
	clock_arm(l->clock, l->timer, masked ? CLOCK_NEVER : next_expiry(l));
}

/* The timer is armed only while the entry is unmasked. */
static void timer_due(void *ctx, uint64_t due_ns)
{
	struct lapic_model *l = ctx;
	(void)due_ns;
	lapic_model_timer_catch_up(l);
	lapic_model_accept_fixed(
		l, lapic_model_get(l, LAPIC_MODEL_LVT_TIMER) & LAPIC_MODEL_VECTOR_MASK, false);
	lapic_model_timer_arm(l);
	lapic_model_settle(l);
}

void lapic_model_timer_init(struct lapic_model *l)
{
	l->timer = clock_add_timer(l->clock, "lapic timer", timer_due, l);
}

void lapic_model_timer_reset(struct lapic_model *l)
{
	l->s.count = 0;
	l->s.deadline = 0;
	clock_disarm(l->clock, l->timer);
}

/* ---- what software writes ---- */

static void start_timer(struct lapic_model *l, uint32_t initial)
{
	l->s.count = initial;
	l->s.count_ns = clock_now(l->clock);
}

/* In TSC-deadline mode the count registers do not count. */
void lapic_model_timer_write_initial(struct lapic_model *l, const struct reg_write *w)
{
	if (timer_mode(l) == DEADLINE) {
		*lapic_model_cell(l, LAPIC_MODEL_INITIAL_COUNT, 0) = w->old;
		return;
	}
	start_timer(l, (uint32_t)w->now);
	lapic_model_timer_arm(l);
}

void lapic_model_timer_write_divide(struct lapic_model *l, const struct reg_write *w)
{
	*lapic_model_cell(l, LAPIC_MODEL_DIVIDE, 0) = w->old;
	lapic_model_timer_catch_up(l);
	*lapic_model_cell(l, LAPIC_MODEL_DIVIDE, 0) = w->now;
	if (l->s.count) start_timer(l, l->s.count); /* the current tick starts over */
	lapic_model_timer_arm(l);
}

void lapic_model_timer_write_entry(struct lapic_model *l, const struct reg_write *w)
{
	/* Time up to now passed in the old mode. */
	*lapic_model_cell(l, LAPIC_MODEL_LVT_TIMER, 0) = w->old;
	enum timer_mode old = timer_mode(l);
	lapic_model_timer_catch_up(l);
	*lapic_model_cell(l, LAPIC_MODEL_LVT_TIMER, 0) = w->now;
	if ((old == DEADLINE) != (timer_mode(l) == DEADLINE)) {
		l->s.count = 0;
		l->s.deadline = 0;
	}
	if (timer_mode(l) == TIMER_RESERVED)
		device_lint(&l->dev, &lapic_lints[LAPIC_LINT_TIMER_MODE], NULL, TIMER_RESERVED,
			    "this timer mode is reserved");
	lapic_model_lvt_write(l, LAPIC_MODEL_LVT_TIMER);
	lapic_model_timer_arm(l);
}

/* Ignored in the other modes. A deadline in the past interrupts at once. */
void lapic_model_timer_write_deadline(struct lapic_model *l, uint64_t tsc)
{
	if (timer_mode(l) != DEADLINE) return;
	l->s.deadline = tsc;
	lapic_model_tsc_written(l);
}

void lapic_model_tsc_written(struct lapic_model *lapic)
{
	bool masked = lapic_model_get(lapic, LAPIC_MODEL_LVT_TIMER) & LAPIC_MODEL_MASKED;

	if (!masked && deadline_ns(lapic) <= clock_now(lapic->clock))
		lapic_model_accept_fixed(lapic,
					 lapic_model_get(lapic, LAPIC_MODEL_LVT_TIMER) &
						 LAPIC_MODEL_VECTOR_MASK,
					 false);
	lapic_model_timer_catch_up(lapic);
	lapic_model_timer_arm(lapic);
	lapic_model_settle(lapic);
}
