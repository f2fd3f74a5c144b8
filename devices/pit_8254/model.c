/* SPDX-License-Identifier: MIT */
/* 8254: what the register table cannot express (Intel 231164, "Mode Definitions" and "Read
 * Operations"). counter.c counts. */
#include "devices/pit_8254/model.h"

#include "devices/pit_8254/counter.h"
#include "devices/pit_8254/lints.h"

static uint32_t from_digits(uint16_t digits)
{
	uint32_t v = 0;

	for (int shift = 12; shift >= 0; shift -= 4) v = v * 10 + ((uint32_t)digits >> shift & 0xf);
	return v;
}

static bool valid_digits(uint16_t digits)
{
	for (int shift = 0; shift < 16; shift += 4)
		if (((digits >> shift) & 0xf) > 9) return false;
	return true;
}

static void schedule(struct pit_8254_model *p, unsigned ch)
{
	uint64_t next = counter_next_event(&p->s.counter[ch]);

	if (!p->out[ch].set) return;
	irq_set(&p->out[ch], counter_out(&p->s.counter[ch]));
	if (next == PIT_8254_MODEL_NO_TICK)
		clock_disarm(p->clock, p->timer[ch]);
	else
		clock_arm(p->clock, p->timer[ch], clock_tick_time(next, PIT_8254_MODEL_CLOCK_HZ));
}

static uint64_t tick_at(uint64_t ns) { return clock_ticks(ns, PIT_8254_MODEL_CLOCK_HZ); }

static void on_timer(void *ctx, uint64_t due_ns)
{
	const struct pit_8254_model_timer *t = ctx;

	counter_advance(&t->pit->s.counter[t->ch], tick_at(due_ns));
	schedule(t->pit, t->ch);
}

static struct pit_8254_model_counter *now(struct pit_8254_model *p, unsigned ch)
{
	struct pit_8254_model_counter *c = &p->s.counter[ch];

	counter_advance(c, tick_at(clock_now(p->clock)));
	return c;
}

/* Reading */

bool pit_8254_model_out(struct pit_8254_model *p, unsigned ch) { return counter_out(now(p, ch)); }

uint16_t pit_8254_model_count(struct pit_8254_model *p, unsigned ch)
{
	return counter_value(now(p, ch));
}

static const char *counter_name(unsigned ch)
{
	return pit_8254_regs[PIT_8254_MODEL_COUNTER0 + ch].name;
}

static void check_latch(const struct pit_8254_model *p, unsigned ch)
{
	const struct pit_8254_model_counter *c = &p->s.counter[ch];

	if (c->latched)
		device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_LATCHED], counter_name(ch),
			    c->latched, "latched again with %u of the bytes latched before unread",
			    c->latched);
	else if (counter_rw(c) == RW_BOTH && c->read_msb)
		device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_HALF_READ], counter_name(ch), 1,
			    "latched after one of two bytes was read: the high byte comes first");
}

static void latch_count(struct pit_8254_model *p, unsigned ch)
{
	struct pit_8254_model_counter *c = now(p, ch);

	check_latch(p, ch);
	if (c->latched) return; /* a second latch command is ignored until the first is read */
	c->output_latch = counter_value(c);
	c->latched = counter_rw(c) == RW_BOTH ? 2 : 1;
}

static void latch_status(struct pit_8254_model_counter *c)
{
	if (c->status_latched) return;
	c->status_latched = true;
	c->status_latch = (uint8_t)(c->control | (c->null_count ? STATUS_NULL_COUNT : 0) |
				    (counter_out(c) ? STATUS_OUT : 0));
}

static uint8_t read_count(struct pit_8254_model_counter *c)
{
	uint16_t v = c->latched ? c->output_latch : counter_value(c);
	bool msb = counter_rw(c) == RW_MSB || (counter_rw(c) == RW_BOTH && c->read_msb);

	if (counter_rw(c) == RW_BOTH) c->read_msb = !c->read_msb;
	if (c->latched) c->latched--;
	return (uint8_t)(msb ? v >> 8 : v);
}

static void require_programmed(const struct pit_8254_model *p, unsigned ch)
{
	if (p->s.counter[ch].programmed) return;
	device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_UNPROGRAMMED], counter_name(ch), 0,
		    "the control word must be written before the count");
}

static void check_read(const struct pit_8254_model *p, unsigned ch)
{
	const struct pit_8254_model_counter *c = &p->s.counter[ch];

	require_programmed(p, ch);
	/* Only for the first of two bytes: the second is the same mistake. */
	if (c->latched || c->read_msb || !counter_counting(c)) return;
	device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_UNLATCHED], counter_name(ch), c->control,
		    "read while the counter counts, without a latch command");
}

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct pit_8254_model *p = (struct pit_8254_model *)dev;
	struct pit_8254_model_counter *c;

	(void)n;
	if (reg > PIT_8254_MODEL_COUNTER2) return stored;
	c = now(p, reg);
	if (c->status_latched) {
		c->status_latched = false;
		return c->status_latch;
	}
	check_read(p, reg);
	return read_count(c);
}

/* Writing */

static void check_count(const struct pit_8254_model *p, unsigned ch, uint16_t raw)
{
	const struct pit_8254_model_counter *c = &p->s.counter[ch];

	if ((c->control & CW_BCD) && !valid_digits(raw))
		device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_BCD], counter_name(ch), raw,
			    "0x%04x is not a BCD number", raw);
	if (counter_periodic(c) && raw == 1)
		device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_RANGE], counter_name(ch), raw,
			    "the smallest count of this mode is 2");
}

static void new_count(struct pit_8254_model *p, unsigned ch, uint16_t raw)
{
	struct pit_8254_model_counter *c = &p->s.counter[ch];
	uint32_t v = c->control & CW_BCD ? from_digits(raw) % PIT_8254_BCD_MODULUS : raw;

	check_count(p, ch, raw);
	c->cr = v ? v : counter_modulus(c); /* zero is the largest count */
	c->null_count = true;
	if (counter_mode(c) == TERMINAL_COUNT) c->out = false;
	/* Modes 1 and 5 wait for a trigger; 2 and 3, once running, for the end of the cycle. */
	if (counter_mode(c) == TERMINAL_COUNT || counter_mode(c) == SOFTWARE_STROBE ||
	    (counter_periodic(c) && !c->loaded_once))
		c->load_tick = c->tick + 1;
}

/* The first of two bytes. In mode 0 it stops the counting and sets OUT low at once. */
static void first_byte(struct pit_8254_model_counter *c, uint8_t value)
{
	c->low_byte = value;
	c->write_msb = true;
	if (counter_mode(c) != TERMINAL_COUNT) return;
	c->out = false;
	c->halted = true;
	c->load_tick = PIT_8254_MODEL_NO_TICK;
}

static void write_count(struct pit_8254_model *p, unsigned ch, uint8_t value)
{
	struct pit_8254_model_counter *c = &p->s.counter[ch];

	require_programmed(p, ch);
	if (counter_rw(c) == RW_BOTH && !c->write_msb) {
		first_byte(c, value);
		return;
	}
	c->write_msb = false;
	if (counter_rw(c) == RW_BOTH)
		new_count(p, ch, (uint16_t)(value << 8 | c->low_byte));
	else
		new_count(p, ch, (uint16_t)(counter_rw(c) == RW_MSB ? value << 8 : value));
}

static void lint_control(const struct pit_8254_model *p, uint8_t value, uint8_t stray,
			 const char *detail)
{
	if (!stray) return;
	device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_RESERVED], NULL, stray, "0x%02x: %s",
		    value, detail);
}

static void read_back(struct pit_8254_model *p, uint8_t value)
{
	lint_control(p, value, value & RB_ZERO, "bit 0 of a read-back command must be 0");
	for (unsigned ch = 0; ch < PIT_8254_MODEL_CHANNELS; ch++) {
		if (!(value & RB_COUNTER0 << ch)) continue;
		if (!(value & RB_NO_COUNT)) latch_count(p, ch);
		if (!(value & RB_NO_STATUS)) latch_status(now(p, ch));
	}
}

/* All control logic is reset and OUT goes to its initial state, without a CLK pulse. */
static void program(struct pit_8254_model *p, unsigned ch, uint8_t value)
{
	struct pit_8254_model_counter *c = &p->s.counter[ch];
	uint8_t control = value & (CW_RW | CW_MODE | CW_BCD);

	if (c->write_msb)
		device_lint(&p->dev, &pit_8254_lints[PIT_8254_LINT_HALF_WRITTEN], counter_name(ch),
			    value,
			    "a control word, but the high byte of the count was never written");
	if ((control & CW_MODE) >> CW_MODE_LSB > HARDWARE_STROBE)
		lint_control(p, value, CW_MODE & ~(CW_MODE >> 1),
			     "M2 should be 0 in modes 2 and 3");
	*c = (struct pit_8254_model_counter){ .tick = c->tick,
					      .load_tick = PIT_8254_MODEL_NO_TICK,
					      .strobe_tick = PIT_8254_MODEL_NO_TICK,
					      .ce = counter_value(c),
					      .control = control,
					      .programmed = true,
					      .null_count = true,
					      .gate = c->gate };
	c->out = counter_mode(c) != TERMINAL_COUNT;
}

static void write_control(struct pit_8254_model *p, uint8_t value)
{
	unsigned sc = value >> CW_SC_LSB;

	if (sc == RB_SELECT) {
		read_back(p, value);
		return;
	}
	(void)now(p, sc);
	if ((value & CW_RW) == 0) {
		lint_control(p, value, value & CW_DONT_CARE_LATCH,
			     "bits 3:0 of a counter latch command should be 0");
		require_programmed(p, sc);
		latch_count(p, sc);
		return;
	}
	program(p, sc, value);
	schedule(p, sc);
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct pit_8254_model *p = (struct pit_8254_model *)dev;
	uint8_t value = (uint8_t)w->raw;

	(void)n;
	if (reg == PIT_8254_MODEL_CONTROL) {
		write_control(p, value);
		return;
	}
	(void)now(p, reg);
	write_count(p, reg, value);
	schedule(p, reg);
}

void pit_8254_model_set_gate(struct pit_8254_model *p, unsigned ch, bool level)
{
	struct pit_8254_model_counter *c = now(p, ch);
	bool rose = level && !c->gate;

	c->gate = level;
	if (rose && counter_gate_triggers(c) && c->cr) c->load_tick = c->tick + 1;
	if (!level && counter_periodic(c)) c->out = true; /* at once, no CLK pulse needed */
	schedule(p, ch);
}

static void reset_device(struct device *dev) { pit_8254_model_reset((struct pit_8254_model *)dev); }

const struct device_ops pit_8254_model_ops = {
	.name = "i8254",
	.about = &i8254_about,
	.regs = pit_8254_regs,
	.n_regs = PIT_8254_MODEL_N_REGS,
	.read = model_read,
	.write = model_write,
	.reset = reset_device,
};

void pit_8254_model_reset(struct pit_8254_model *p)
{
	reg_table_reset(pit_8254_regs, PIT_8254_MODEL_N_REGS, p->s.reg);
	for (unsigned ch = 0; ch < PIT_8254_MODEL_CHANNELS; ch++) {
		p->s.counter[ch] =
			(struct pit_8254_model_counter){ .tick = tick_at(clock_now(p->clock)),
							 .load_tick = PIT_8254_MODEL_NO_TICK,
							 .strobe_tick = PIT_8254_MODEL_NO_TICK,
							 .control = RW_BOTH << CW_RW_LSB,
							 .null_count = true,
							 .gate = p->s.counter[ch].gate };
		schedule(p, ch);
	}
}

void pit_8254_model_init(struct pit_8254_model *p, const char *instance, const struct hub *hub,
			 struct clock *clock, const struct irq out[PIT_8254_MODEL_CHANNELS])
{
	static const char *const name[] = { "i8254 out0", "i8254 out1", "i8254 out2" };

	*p = (struct pit_8254_model){ .clock = clock };
	device_init(&p->dev, &pit_8254_model_ops, instance, hub, p->s.reg, &p->s, sizeof p->s);
	for (unsigned ch = 0; ch < PIT_8254_MODEL_CHANNELS; ch++) {
		p->s.counter[ch].gate = ch != 2;
		if (!out || !out[ch].set) continue;
		p->out[ch] = out[ch];
		p->timer_ctx[ch].pit = p;
		p->timer_ctx[ch].ch = ch;
		p->timer[ch] = clock_add_timer(clock, name[ch], on_timer, &p->timer_ctx[ch]);
	}
	pit_8254_model_reset(p);
}
