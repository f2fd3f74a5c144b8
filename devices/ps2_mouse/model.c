/* SPDX-License-Identifier: MIT */
#include "devices/ps2_mouse/model.h"

#include "devices/ps2_mouse/lints.h"
#include "emu/units.h"

#define ANSWER_NS    UINT64_C(500000)
#define SELF_TEST_NS UINT64_C(500000000)

enum {
	TEST_PASSED = 0xaa,
	ACK = 0xfa,
	RESEND = 0xfe,
	ID_WHEEL = 3,
	DEFAULT_RESOLUTION = 2, /* 4 counts per millimetre */
	DEFAULT_RATE = 100,

	COUNT_MAX = 255, /* nine bits, two's complement */
	COUNT_MIN = -256,
	COUNTER_LIMIT = 1 << 20, /* a large limit that keeps sums from overflowing */
	WHEEL_MAX = 7,
	WHEEL_MIN = -8
};

enum {
	REPORT_ALWAYS1 = 0x08,
	REPORT_XSIGN = 0x10,
	REPORT_YSIGN = 0x20,
	REPORT_XOVF = 0x40,
	REPORT_YOVF = 0x80
};

enum { STATUS_SCALING = 0x10, STATUS_REPORTING = 0x20, STATUS_REMOTE = 0x40 };

enum command {
	CMD_SCALING_1 = 0xe6,
	CMD_SCALING_2 = 0xe7,
	CMD_RESOLUTION = 0xe8,
	CMD_STATUS = 0xe9,
	CMD_STREAM = 0xea,
	CMD_READ = 0xeb,
	CMD_WRAP_OFF = 0xec,
	CMD_WRAP = 0xee,
	CMD_REMOTE = 0xf0,
	CMD_READ_ID = 0xf2,
	CMD_RATE = 0xf3,
	CMD_ENABLE = 0xf4,
	CMD_DISABLE = 0xf5,
	CMD_DEFAULT = 0xf6,
	CMD_RESEND = 0xfe,
	CMD_RESET = 0xff
};

/* clang-format off: keep the columns of the table */
const struct reg_desc ps2_mouse_regs[PS2_MOUSE_MODEL_N_REGS] = {
	[PS2_MOUSE_MODEL_RESOLUTION] = { "RESOLUTION", 0, 8, REG_DIR_RW, 0, DEFAULT_RESOLUTION,
					 "unread: IBM PS/2 HITR, Mouse, Set Resolution",
					 REG_FIELDS({ "RESOLUTION", 1, 0, REG_RW }), .kept = "*" },
	[PS2_MOUSE_MODEL_RATE] = { "SAMPLING_RATE", 1, 8, REG_DIR_RW, 0, DEFAULT_RATE,
				   "unread: IBM PS/2 HITR, Mouse, Set Sampling Rate",
				   REG_FIELDS({ "RATE", 7, 0, REG_RW }) },
};
/* clang-format on */

static void reset_device(struct device *dev)
{
	ps2_mouse_model_reset((struct ps2_mouse_model *)dev);
}

const struct device_ops ps2_mouse_model_ops = {
	.name = "ps2_mouse",
	.about = &ps2_mouse_about,
	.regs = ps2_mouse_regs,
	.n_regs = PS2_MOUSE_MODEL_N_REGS,
	.reset = reset_device,
};

/* --- Output --- */

static void drop_output(struct ps2_mouse_model *m)
{
	ps2_queue_clear(&m->s.out);
	m->s.out_ready = 0;
	clock_disarm(m->clock, m->answer_timer);
}

static void put(struct ps2_mouse_model *m, uint8_t byte)
{
	/* There is room: the queue is empty when a byte from the host comes or a packet begins. */
	(void)ps2_queue_put(&m->s.out, byte);
	if (!clock_armed(m->clock, m->answer_timer))
		clock_arm(m->clock, m->answer_timer, clock_now(m->clock) + ANSWER_NS);
}

/* Queue a byte that a resend repeats. */
static void put_data(struct ps2_mouse_model *m, uint8_t byte)
{
	if (m->s.last_len < sizeof(m->s.last)) m->s.last[m->s.last_len++] = byte;
	put(m, byte);
}

static void on_answer(void *ctx, uint64_t due_ns)
{
	struct ps2_mouse_model *m = ctx;

	(void)due_ns;
	if (m->s.testing) {
		m->s.testing = false;
		m->s.last_len = 0;
		put_data(m, TEST_PASSED);
		put_data(m, m->s.id);
		clock_disarm(m->clock, m->answer_timer);
	}
	m->s.out_ready = m->s.out.len;
	ps2_port_ready(&m->port);
}

/* --- Reports --- */

static int32_t limit(int32_t v, int32_t lo, int32_t hi)
{
	if (v < lo) return lo;
	return v > hi ? hi : v;
}

/* Scaling 2:1: a table for small counts, twice the value for larger ones. */
static int32_t scaled(int32_t v)
{
	static const uint8_t bent[] = { 0, 1, 1, 3, 6, 9 };
	int32_t size = v < 0 ? -v : v;
	int32_t out = size < (int32_t)sizeof(bent) ? bent[size] : 2 * size;

	return v < 0 ? -out : out;
}

static bool changed(const struct ps2_mouse_model *m)
{
	return m->s.dx || m->s.dy || m->s.dz || m->s.buttons != m->s.buttons_reported;
}

static bool streaming(const struct ps2_mouse_model *m)
{
	return m->s.reporting && !m->s.remote && !m->s.wrap && !m->s.testing;
}

static void put_report(struct ps2_mouse_model *m, bool scale)
{
	int32_t x = scale ? scaled(m->s.dx) : m->s.dx, y = scale ? scaled(m->s.dy) : m->s.dy;
	unsigned first = REPORT_ALWAYS1 | m->s.buttons;

	if (x < 0) first |= REPORT_XSIGN;
	if (y < 0) first |= REPORT_YSIGN;
	if (x > COUNT_MAX || x < COUNT_MIN) first |= REPORT_XOVF;
	if (y > COUNT_MAX || y < COUNT_MIN) first |= REPORT_YOVF;
	m->s.last_len = 0;
	put_data(m, (uint8_t)first);
	put_data(m, (uint8_t)limit(x, COUNT_MIN, COUNT_MAX));
	put_data(m, (uint8_t)limit(y, COUNT_MIN, COUNT_MAX));
	if (m->s.id == ID_WHEEL) put_data(m, (uint8_t)limit(m->s.dz, WHEEL_MIN, WHEEL_MAX));
	m->s.dx = m->s.dy = m->s.dz = 0;
	m->s.buttons_reported = m->s.buttons;
	m->s.reported_ns = clock_now(m->clock);
}

/* Arm the timer for the next sample if there is something to report; otherwise disarm it. */
static void arm_sample(struct ps2_mouse_model *m)
{
	uint64_t rate = m->s.reg[PS2_MOUSE_MODEL_RATE], now = clock_now(m->clock);

	if (!streaming(m) || !changed(m) || rate == 0) {
		clock_disarm(m->clock, m->sample_timer);
		return;
	}
	uint64_t due = m->s.reported_ns + NS_PER_S / rate;
	clock_arm(m->clock, m->sample_timer, due > now ? due : now + ANSWER_NS);
}

static void on_sample(void *ctx, uint64_t due_ns)
{
	struct ps2_mouse_model *m = ctx;

	(void)due_ns;
	/* The last report is still unsent: keep counting. send() checks again. */
	if (m->s.out.len || !streaming(m) || !changed(m)) return;
	put_report(m, m->s.scaling);
}

/* --- Commands --- */

static void clear_counts(struct ps2_mouse_model *m)
{
	m->s.dx = m->s.dy = m->s.dz = 0;
	m->s.buttons_reported = m->s.buttons;
}

static void defaults(struct ps2_mouse_model *m)
{
	m->s.reg[PS2_MOUSE_MODEL_RESOLUTION] = DEFAULT_RESOLUTION;
	m->s.reg[PS2_MOUSE_MODEL_RATE] = DEFAULT_RATE;
	m->s.scaling = m->s.remote = m->s.wrap = m->s.reporting = false;
	m->s.command = 0;
	clear_counts(m);
}

static void start_test(struct ps2_mouse_model *m)
{
	defaults(m);
	m->s.id = 0;
	m->s.testing = true;
	for (unsigned i = 0; i < PS2_MOUSE_MODEL_KNOCK; i++) m->s.knock[i] = 0;
	clock_arm(m->clock, m->answer_timer, clock_now(m->clock) + SELF_TEST_NS);
}

static void take_rate(struct ps2_mouse_model *m, uint8_t rate)
{
	static const uint8_t rates[] = { 10, 20, 40, 60, 80, 100, 200 };
	uint8_t *knock = m->s.knock;
	bool known = false;

	for (unsigned i = 0; i < sizeof(rates); i++) known = known || rates[i] == rate;
	if (!known) {
		m->s.command = CMD_RATE; /* still waits for a valid option byte */
		put(m, RESEND);
		return;
	}
	m->s.reg[PS2_MOUSE_MODEL_RATE] =
		reg_apply_write(&m->dev, &ps2_mouse_regs[PS2_MOUSE_MODEL_RATE],
				m->s.reg[PS2_MOUSE_MODEL_RATE], rate);
	knock[0] = knock[1];
	knock[1] = knock[2];
	knock[2] = rate;
	if (knock[0] == 200 && knock[1] == 100 && knock[2] == 80) m->s.id = ID_WHEEL;
	if (knock[0] == 200 && knock[1] == 200 && knock[2] == 80 && m->s.id == ID_WHEEL)
		device_lint(&m->dev, &ps2_mouse_lints[PS2_MOUSE_LINT_FIVE_BUTTONS], NULL, rate,
			    "the five-button extension is not modelled");
	put(m, ACK);
}

static void take_resolution(struct ps2_mouse_model *m, uint8_t value)
{
	const struct reg_desc *reg = &ps2_mouse_regs[PS2_MOUSE_MODEL_RESOLUTION];

	m->s.reg[PS2_MOUSE_MODEL_RESOLUTION] =
		reg_apply_write(&m->dev, reg, m->s.reg[PS2_MOUSE_MODEL_RESOLUTION], value);
	put(m, ACK);
}

static void put_status(struct ps2_mouse_model *m)
{
	unsigned v = (m->s.buttons & PS2_MOUSE_MODEL_LEFT ? 4u : 0u) |
		     (m->s.buttons & PS2_MOUSE_MODEL_MIDDLE ? 2u : 0u) |
		     (m->s.buttons & PS2_MOUSE_MODEL_RIGHT ? 1u : 0u);

	if (m->s.scaling) v |= STATUS_SCALING;
	if (m->s.reporting) v |= STATUS_REPORTING;
	if (m->s.remote) v |= STATUS_REMOTE;
	m->s.last_len = 0;
	put_data(m, (uint8_t)v);
	for (unsigned row = PS2_MOUSE_MODEL_RESOLUTION; row <= PS2_MOUSE_MODEL_RATE; row++)
		put_data(m, (uint8_t)reg_apply_read(&ps2_mouse_regs[row], m->s.reg[row]));
}

/* Commands whose ACK is followed by data. */
static bool take_query(struct ps2_mouse_model *m, uint8_t byte)
{
	if (byte != CMD_STATUS && byte != CMD_READ && byte != CMD_READ_ID) return false;
	put(m, ACK);
	if (byte == CMD_STATUS) put_status(m);
	if (byte == CMD_READ) put_report(m, false);
	if (byte == CMD_READ_ID) {
		m->s.last_len = 0;
		put_data(m, m->s.id);
	}
	return true;
}

static void resend(struct ps2_mouse_model *m)
{
	for (unsigned i = 0; i < m->s.last_len; i++) put(m, m->s.last[i]);
	if (m->s.last_len == 0) put(m, ACK);
}

static void take_command(struct ps2_mouse_model *m, uint8_t byte)
{
	if (take_query(m, byte)) return;
	switch (byte) {
	case CMD_SCALING_1:
	case CMD_SCALING_2: m->s.scaling = byte == CMD_SCALING_2; break;
	case CMD_RESOLUTION:
	case CMD_RATE: m->s.command = byte; break;
	case CMD_STREAM:
	case CMD_REMOTE: m->s.remote = byte == CMD_REMOTE; break;
	case CMD_WRAP_OFF:
	case CMD_WRAP: m->s.wrap = byte == CMD_WRAP; break;
	case CMD_ENABLE:
	case CMD_DISABLE: m->s.reporting = byte == CMD_ENABLE; break;
	case CMD_DEFAULT: defaults(m); break;
	case CMD_RESEND: resend(m); return;
	case CMD_RESET: m->s.reset_due = true; break; /* starts after its ACK was read */
	default:
		device_lint(&m->dev, &ps2_mouse_lints[PS2_MOUSE_LINT_COMMAND], NULL, byte,
			    "0x%02x is no mouse command", byte);
		put(m, RESEND);
		return;
	}
	m->s.last_len = 0; /* a resend repeats the ACK */
	put(m, ACK);
}

static void take_option(struct ps2_mouse_model *m, uint8_t byte)
{
	uint8_t command = m->s.command;

	m->s.command = 0;
	if (command == CMD_RATE)
		take_rate(m, byte);
	else
		take_resolution(m, byte);
}

static void receive(void *device, uint8_t byte)
{
	struct ps2_mouse_model *m = device;

	if (m->s.testing) return;
	drop_output(m); /* a byte from the host cancels unsent output */
	m->s.reset_due = false;
	if (byte != CMD_READ && byte != CMD_STATUS && byte != CMD_RESEND) clear_counts(m);
	if (m->s.wrap && byte != CMD_WRAP_OFF && byte != CMD_RESET)
		put(m, byte);
	else if (m->s.command)
		take_option(m, byte);
	else
		take_command(m, byte);
	arm_sample(m);
}

static bool pending(const void *device)
{
	return ((const struct ps2_mouse_model *)device)->s.out_ready;
}

static uint8_t send(void *device)
{
	struct ps2_mouse_model *m = device;
	uint8_t byte = ps2_queue_take(&m->s.out);

	if (m->s.out_ready) m->s.out_ready--;
	if (m->s.reset_due && m->s.out.len == 0) {
		m->s.reset_due = false;
		start_test(m);
	}
	if (m->s.out.len == 0) arm_sample(m);
	return byte;
}

/* --- Initialisation and reset --- */

void ps2_mouse_model_init(struct ps2_mouse_model *m, const char *instance, const struct hub *hub,
			  struct clock *clock)
{
	*m = (struct ps2_mouse_model){
		.clock = clock,
		.port = { .pending = pending, .send = send, .receive = receive, .device = m },
	};
	device_init(&m->dev, &ps2_mouse_model_ops, instance, hub, m->s.reg, &m->s, sizeof(m->s));
	m->answer_timer = clock_add_timer(clock, instance, on_answer, m);
	m->sample_timer = clock_add_timer(clock, instance, on_sample, m);
	ps2_mouse_model_reset(m);
}

void ps2_mouse_model_reset(struct ps2_mouse_model *m)
{
	m->s = (struct ps2_mouse_model_state){ .id = 0 };
	drop_output(m);
	clock_disarm(m->clock, m->sample_timer);
	start_test(m);
}

void ps2_mouse_model_bios_state(struct ps2_mouse_model *m)
{
	ps2_mouse_model_reset(m);
	m->s.testing = false;
	drop_output(m);
}

static int32_t counted(int32_t counter, int step)
{
	return limit(counter + limit(step, -COUNTER_LIMIT, COUNTER_LIMIT), -COUNTER_LIMIT,
		     COUNTER_LIMIT);
}

void ps2_mouse_model_move(struct ps2_mouse_model *m, int dx, int dy, uint8_t buttons)
{
	m->s.dx = counted(m->s.dx, dx);
	m->s.dy = counted(m->s.dy, dy);
	m->s.buttons =
		buttons & (PS2_MOUSE_MODEL_LEFT | PS2_MOUSE_MODEL_RIGHT | PS2_MOUSE_MODEL_MIDDLE);
	if (m->s.out.len == 0) arm_sample(m);
}

void ps2_mouse_model_wheel(struct ps2_mouse_model *m, int dz)
{
	if (m->s.id != ID_WHEEL) return;
	m->s.dz = counted(m->s.dz, dz);
	if (m->s.out.len == 0) arm_sample(m);
}
