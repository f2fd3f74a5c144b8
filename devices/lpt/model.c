/* SPDX-License-Identifier: MIT */
/* Parallel port and printer: what the register table cannot express. */
#include "devices/lpt/model.h"

#include "devices/lpt/lints.h"

enum { NOT_SELECTED = LPT_MODEL_OFF_LINE | LPT_MODEL_PAPER_END | LPT_MODEL_ERROR };

static bool control(const struct lpt_model *l, unsigned bit)
{
	return l->s.reg[LPT_MODEL_CONTROL] & bit;
}

static uint64_t since(const struct lpt_model *l, uint64_t ns) { return clock_now(l->clock) - ns; }

/* ---- the lines of the printer ---- */

/* BUSY is high before PE or nERR tell why (Stylus Color 900, 1.3.1). */
static bool busy(const struct lpt_model *l)
{
	return l->s.holds || (l->s.phase != LPT_MODEL_READY && l->s.phase != LPT_MODEL_TAKEN);
}

static uint8_t status(const struct lpt_model *l)
{
	uint8_t v = 0;

	if (!(l->s.holds & (LPT_MODEL_ERROR | LPT_MODEL_PAPER_END))) v |= LPT_MODEL_NERR;
	if (!(l->s.holds & NOT_SELECTED)) v |= LPT_MODEL_SLCT;
	if (l->s.holds & LPT_MODEL_PAPER_END) v |= LPT_MODEL_PE;
	if (!l->s.ack) v |= LPT_MODEL_NACK;
	if (!busy(l)) v |= LPT_MODEL_NBUSY;
	return v;
}

/* nACK and the interrupt line follow the phase and IRQE. */
static void drive(struct lpt_model *l)
{
	bool ack = l->s.phase == LPT_MODEL_ACK;

	if (l->s.ack && !ack) l->s.request = true; /* a rising edge of nACK */
	if (ack || !control(l, LPT_MODEL_IRQE)) l->s.request = false;
	l->s.ack = ack;
	irq_set(&l->irq, l->s.request);
}

/* ---- the printer ---- */

static void enter(struct lpt_model *l, enum lpt_model_phase phase, uint64_t until_ns)
{
	l->s.phase = (uint8_t)phase;
	clock_arm(l->clock, l->timer, until_ns);
}

static void stay(struct lpt_model *l, enum lpt_model_phase phase)
{
	l->s.phase = (uint8_t)phase;
	clock_disarm(l->clock, l->timer);
}

/* nACK comes after STROBE (Intel CD1283 5.5.10), and only when nothing holds BUSY high. */
static void let_go(struct lpt_model *l, uint64_t now)
{
	if (l->s.phase == LPT_MODEL_READY && l->s.holds) stay(l, LPT_MODEL_HELD);
	if (l->s.phase != LPT_MODEL_HELD || l->s.holds || control(l, LPT_MODEL_STROBE)) return;
	enter(l, LPT_MODEL_ACK, now + LPT_MODEL_ACK_NS);
}

static void on_due(void *ctx, uint64_t due_ns)
{
	struct lpt_model *l = ctx;

	switch (l->s.phase) {
	case LPT_MODEL_TAKEN: enter(l, LPT_MODEL_ENTRY, due_ns + LPT_MODEL_ENTRY_NS); break;
	case LPT_MODEL_ENTRY:
		stay(l, LPT_MODEL_HELD);
		if (l->send) l->send(l->ctx, l->s.byte);
		break;
	case LPT_MODEL_STARTS: stay(l, LPT_MODEL_HELD); break;
	default: stay(l, LPT_MODEL_READY); break;
	}
	let_go(l, due_ns);
	drive(l);
}

static void hold(struct lpt_model *l, enum lpt_model_hold why, bool on)
{
	l->s.holds = (uint8_t)(on ? l->s.holds | why : l->s.holds & ~(unsigned)why);
	let_go(l, clock_now(l->clock));
	drive(l);
}

void lpt_model_set_off_line(struct lpt_model *l, bool on) { hold(l, LPT_MODEL_OFF_LINE, on); }
void lpt_model_set_paper_end(struct lpt_model *l, bool on) { hold(l, LPT_MODEL_PAPER_END, on); }
void lpt_model_set_error(struct lpt_model *l, bool on) { hold(l, LPT_MODEL_ERROR, on); }
void lpt_model_set_buffer_full(struct lpt_model *l, bool on) { hold(l, LPT_MODEL_BUFFER_FULL, on); }

/* ---- STROBE ---- */

static const char *hold_name(const struct lpt_model *l)
{
	if (l->s.holds & LPT_MODEL_PAPER_END) return "out of paper";
	return l->s.holds & LPT_MODEL_ERROR ? "in an error" : "off-line";
}

static const char *phase_name(const struct lpt_model *l)
{
	if (l->s.phase == LPT_MODEL_RESET) return "held in reset by nINIT";
	return l->s.phase == LPT_MODEL_STARTS ? "initialising itself" : "busy";
}

/* Can the printer read the data lines? */
static bool readable(const struct lpt_model *l, uint8_t byte)
{
	uint64_t stable = since(l, l->s.data_ns);

	if (l->s.holds & NOT_SELECTED)
		device_lint(&l->dev, &lpt_lints[LPT_LINT_OFF_LINE], NULL, byte,
			    "0x%02x is lost: the printer is %s", byte, hold_name(l));
	else if (busy(l))
		device_lint(&l->dev, &lpt_lints[LPT_LINT_BUSY], NULL, byte,
			    "0x%02x is lost: the printer is %s", byte, phase_name(l));
	else if (!control(l, LPT_MODEL_SLCTIN))
		device_lint(&l->dev, &lpt_lints[LPT_LINT_UNSELECTED], NULL, byte,
			    "0x%02x is lost: SLCTIN is 0", byte);
	else if (stable < LPT_MODEL_SETUP_NS)
		device_lint(&l->dev, &lpt_lints[LPT_LINT_SETUP], NULL, byte,
			    "0x%02x is lost: it was on the lines for %llu of %d ns", byte,
			    (unsigned long long)stable, LPT_MODEL_SETUP_NS);
	else
		return true;
	return false;
}

static void strobe_begins(struct lpt_model *l)
{
	uint64_t now = clock_now(l->clock);
	uint8_t byte = (uint8_t)l->s.reg[LPT_MODEL_DATA];

	l->s.strobe_ns = now;
	l->s.read = readable(l, byte);
	if (!l->s.read) return;
	l->s.byte = byte;
	enter(l, LPT_MODEL_TAKEN, now + LPT_MODEL_STROBE_NS);
}

static void strobe_ends(struct lpt_model *l)
{
	uint64_t width = since(l, l->s.strobe_ns);

	if (l->s.read && l->s.phase == LPT_MODEL_TAKEN) {
		device_lint(&l->dev, &lpt_lints[LPT_LINT_SHORT], NULL, width,
			    "0x%02x is lost: STROBE took %llu of %d ns", l->s.byte,
			    (unsigned long long)width, LPT_MODEL_STROBE_NS);
		stay(l, LPT_MODEL_READY);
		l->s.read = false;
	}
	if (width > LPT_MODEL_LONG_NS)
		device_lint(&l->dev, &lpt_lints[LPT_LINT_LONG], NULL, width, "STROBE took %llu ns",
			    (unsigned long long)width);
	if (l->s.read) l->s.end_ns = clock_now(l->clock);
	l->s.hold_due = l->s.read;
	l->s.read = false;
}

static void write_data(struct lpt_model *l, const struct reg_write *w)
{
	uint64_t held = since(l, l->s.end_ns);

	if (w->now == w->old) return; /* the lines do not change */
	if (l->s.read)
		device_lint(&l->dev, &lpt_lints[LPT_LINT_HOLD], NULL, w->now,
			    "0x%02x became 0x%02x while STROBE was active", (unsigned)w->old,
			    (unsigned)w->now);
	else if (l->s.hold_due && held < LPT_MODEL_HOLD_NS)
		device_lint(&l->dev, &lpt_lints[LPT_LINT_HOLD], NULL, w->now,
			    "0x%02x became 0x%02x %llu ns after STROBE", (unsigned)w->old,
			    (unsigned)w->now, (unsigned long long)held);
	l->s.data_ns = clock_now(l->clock);
}

/* ---- CONTROL ---- */

static void init_falls(struct lpt_model *l)
{
	stay(l, LPT_MODEL_RESET);
	l->s.init_ns = clock_now(l->clock);
	l->s.read = l->s.hold_due = false;
}

static void init_rises(struct lpt_model *l)
{
	uint64_t low = since(l, l->s.init_ns);

	if (low < LPT_MODEL_INIT_NS)
		device_lint(&l->dev, &lpt_lints[LPT_LINT_INIT], NULL, low,
			    "nINIT was low for %llu of %d ns", (unsigned long long)low,
			    LPT_MODEL_INIT_NS);
	enter(l, LPT_MODEL_STARTS, clock_now(l->clock) + LPT_MODEL_START_NS);
}

static void write_control(struct lpt_model *l, const struct reg_write *w)
{
	uint64_t rose = w->now & ~w->old, fell = w->old & ~w->now;

	if (rose & LPT_MODEL_PCD)
		device_lint(&l->dev, &lpt_lints[LPT_LINT_DIRECTION], NULL, LPT_MODEL_PCD,
			    "printer mode has no direction in");
	if (fell & LPT_MODEL_NINIT) init_falls(l);
	if (rose & LPT_MODEL_NINIT) init_rises(l);
	if (rose & LPT_MODEL_STROBE) strobe_begins(l);
	if (fell & LPT_MODEL_STROBE) strobe_ends(l);
	let_go(l, clock_now(l->clock));
	drive(l);
}

/* ---- accesses, reset and initialisation ---- */

static uint64_t model_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	(void)n;
	return reg == LPT_MODEL_STATUS ? status((struct lpt_model *)dev) : stored;
}

static void model_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct lpt_model *l = (struct lpt_model *)dev;

	(void)n;
	if (reg == LPT_MODEL_DATA) write_data(l, w);
	if (reg == LPT_MODEL_CONTROL) write_control(l, w);
}

static void reset_device(struct device *dev) { lpt_model_reset((struct lpt_model *)dev); }

const struct device_ops lpt_model_ops = {
	.name = "lpt",
	.about = &lpt_about,
	.regs = lpt_regs,
	.n_regs = LPT_MODEL_N_REGS,
	.read = model_read,
	.write = model_write,
	.reset = reset_device,
};

void lpt_model_reset(struct lpt_model *l)
{
	uint64_t now = clock_now(l->clock);

	l->s = (struct lpt_model_state){ .data_ns = now, .holds = l->s.holds };
	reg_table_reset(lpt_regs, LPT_MODEL_N_REGS, l->s.reg);
	init_falls(l);
	drive(l);
}

void lpt_model_init(struct lpt_model *l, const char *instance, const struct hub *hub,
		    struct clock *clock, struct irq irq, void (*send)(void *ctx, uint8_t byte),
		    void *ctx)
{
	*l = (struct lpt_model){ .clock = clock, .irq = irq, .send = send, .ctx = ctx };
	device_init(&l->dev, &lpt_model_ops, instance, hub, l->s.reg, &l->s, sizeof l->s);
	l->timer = clock_add_timer(clock, "lpt printer", on_due, l);
	lpt_model_reset(l);
}
