/* SPDX-License-Identifier: MIT */
#include "devices/ps2_controller/model.h"

#include "devices/ps2_controller/lints.h"

/* The manuals give no times for the controller's firmware. These are typical of an 8042 at 8 MHz.
 */
#define FETCH_NS     UINT64_C(10000)
#define REPLY_NS     UINT64_C(20000)
#define SELF_TEST_NS UINT64_C(2000000)
/* A frame is 11 bits; the device's clock runs at 10..16.7 kHz. */
#define FRAME_NS (UINT64_C(11) * 80000)

enum { IDLE, SENDING, RECEIVING };

enum {
	SELF_TEST_PASSED = 0x55,
	CABLE_OK = 0x00,
	NO_PASSWORD = 0xf1,
	INPUT_PORT = 0xb0, /* keyboard not locked, no manufacturing jumper, RAM in place */
	BREAK = 0xf0,
	BREAK_BIT = 0x80,
	TIMED_OUT = 0xfe,
	KEYBOARD_ACKNOWLEDGE = 0xfa /* acknowledge of the enable command, the last one of POST */
};

static const uint8_t translation[128] = {
	0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29,
	0x59, 0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a, 0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11,
	0x03, 0x5b, 0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c, 0x68, 0x39, 0x2f, 0x21, 0x14,
	0x13, 0x06, 0x5d, 0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e, 0x6a, 0x72, 0x32, 0x24,
	0x16, 0x08, 0x09, 0x5f, 0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60, 0x6c, 0x34, 0x35,
	0x26, 0x27, 0x19, 0x0c, 0x61, 0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e, 0x3a, 0x36,
	0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76, 0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b, 0x7c,
	0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f, 0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45,
	0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54,
};

uint8_t ps2_controller_model_translate(uint8_t set2)
{
	if (set2 < sizeof(translation)) return translation[set2];
	if (set2 == 0x83) return 0x41; /* F7 */
	if (set2 == 0x84) return 0x54; /* SysRq */
	return set2;
}

static struct ps2_controller_model *model(struct device *dev)
{
	return (struct ps2_controller_model *)dev;
}

static uint64_t ctr(const struct ps2_controller_model *c)
{
	return c->s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE];
}

static bool status(const struct ps2_controller_model *c, uint64_t bit)
{
	return c->s.reg[PS2_CONTROLLER_MODEL_STATUS] & bit;
}

static void set_status(struct ps2_controller_model *c, uint64_t bits, bool on)
{
	uint64_t *s = &c->s.reg[PS2_CONTROLLER_MODEL_STATUS];
	*s = on ? *s | bits : *s & ~bits;
}

/* --- Output buffer and interrupts --- */

static void settle(struct ps2_controller_model *c)
{
	bool full = status(c, PS2_CONTROLLER_MODEL_STATUS_OBF),
	     aux = status(c, PS2_CONTROLLER_MODEL_STATUS_MOBF);
	bool level[PS2_CONTROLLER_MODEL_N_CABLES] = {
		[PS2_CONTROLLER_MODEL_KEYBOARD] =
			full && !aux && ctr(c) & PS2_CONTROLLER_MODEL_CTR_INT,
		[PS2_CONTROLLER_MODEL_AUX] = full && aux && ctr(c) & PS2_CONTROLLER_MODEL_CTR_INT2,
	};

	for (unsigned i = 0; i < PS2_CONTROLLER_MODEL_N_CABLES; i++) {
		if (level[i] == c->s.irq[i]) continue;
		c->s.irq[i] = level[i];
		irq_set(&c->wire.irq[i], level[i]);
	}
}

static void put_output(struct ps2_controller_model *c, uint8_t byte,
		       enum ps2_controller_model_cable from)
{
	if (status(c, PS2_CONTROLLER_MODEL_STATUS_OBF))
		device_lint(&c->dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_OVERRUN], NULL, byte,
			    "an unread byte was overwritten by a command's answer");
	c->s.reg[PS2_CONTROLLER_MODEL_OUTPUT] = byte;
	set_status(c, PS2_CONTROLLER_MODEL_STATUS_MOBF, from == PS2_CONTROLLER_MODEL_AUX);
	set_status(c, PS2_CONTROLLER_MODEL_STATUS_OBF, true);
	settle(c);
}

static void reply(struct ps2_controller_model *c, uint64_t byte, uint64_t after_ns)
{
	c->s.reply = (uint8_t)byte;
	c->s.reply_due = true;
	clock_arm(c->clock, c->work_timer, clock_now(c->clock) + after_ns);
}

static void reply_inner(struct ps2_controller_model *c, enum ps2_controller_model_inner row,
			uint64_t value)
{
	reply(c, reg_apply_read(&ps2_controller_inner_regs[row], value), REPLY_NS);
}

/* --- Cables --- */

static bool enabled(const struct ps2_controller_model *c, unsigned cable)
{
	return !(ctr(c) & (cable == PS2_CONTROLLER_MODEL_AUX ? PS2_CONTROLLER_MODEL_CTR_DISABLE2
							     : PS2_CONTROLLER_MODEL_CTR_DISABLE));
}

static bool has_byte(const struct ps2_controller_model *c, unsigned cable)
{
	const struct ps2_port *port = c->wire.port[cable];
	return enabled(c, cable) && port && port->pending(port->device);
}

static void use_line(struct ps2_controller_model *c, uint8_t line, unsigned cable, uint8_t byte)
{
	c->s.line = line;
	c->s.cable = (uint8_t)cable;
	c->s.line_byte = byte;
	clock_arm(c->clock, c->line_timer, clock_now(c->clock) + FRAME_NS);
}

/* Find the next thing to do. Bytes from the host come before bytes from devices. */
static void look_around(struct ps2_controller_model *c)
{
	if (c->s.line != IDLE || c->s.reply_due) return;
	if (status(c, PS2_CONTROLLER_MODEL_STATUS_IBF)) {
		if (!clock_armed(c->clock, c->work_timer))
			clock_arm(c->clock, c->work_timer, clock_now(c->clock) + FETCH_NS);
		return;
	}
	if (status(c, PS2_CONTROLLER_MODEL_STATUS_OBF)) return; /* the clock lines are held low */
	for (unsigned i = 0; i < PS2_CONTROLLER_MODEL_N_CABLES; i++) {
		if (!has_byte(c, i)) continue;
		use_line(c, RECEIVING, i, 0);
		return;
	}
}

/* Translate a byte. True: pass *byte on. */
static bool translate(struct ps2_controller_model *c, uint8_t *byte)
{
	if (*byte == BREAK) {
		c->s.break_seen = true;
		return false;
	}
	*byte = ps2_controller_model_translate(*byte);
	if (c->s.break_seen) *byte |= BREAK_BIT;
	c->s.break_seen = false;
	return true;
}

static void finish_receiving(struct ps2_controller_model *c, enum ps2_controller_model_cable cable)
{
	struct ps2_port *port = c->wire.port[cable];

	/* If the clock was pulled low meanwhile, the frame does not count: the device keeps the
	 * byte. */
	if (status(c, PS2_CONTROLLER_MODEL_STATUS_OBF) || !has_byte(c, cable)) return;
	uint8_t byte = port->send(port->device);
	bool translated =
		cable == PS2_CONTROLLER_MODEL_KEYBOARD && ctr(c) & PS2_CONTROLLER_MODEL_CTR_XLATE;
	if (translated && !translate(c, &byte)) return;
	set_status(c, PS2_CONTROLLER_MODEL_STATUS_TO, false);
	put_output(c, byte, cable);
}

static void finish_sending(struct ps2_controller_model *c, enum ps2_controller_model_cable cable)
{
	struct ps2_port *port = c->wire.port[cable];

	if (port) {
		port->receive(port->device, c->s.line_byte);
		return;
	}
	set_status(c, PS2_CONTROLLER_MODEL_STATUS_TO, true);
	put_output(c, TIMED_OUT, cable);
}

static void on_line(void *ctx, uint64_t due_ns)
{
	struct ps2_controller_model *c = ctx;
	uint8_t line = c->s.line;
	enum ps2_controller_model_cable cable =
		c->s.cable ? PS2_CONTROLLER_MODEL_AUX : PS2_CONTROLLER_MODEL_KEYBOARD;

	(void)due_ns;
	c->s.line = IDLE;
	if (line == SENDING) finish_sending(c, cable);
	if (line == RECEIVING) finish_receiving(c, cable);
	look_around(c);
}

static void on_ready(void *controller) { look_around(controller); }

/* --- Commands --- */

static void write_ctr(struct ps2_controller_model *c, uint64_t value)
{
	c->s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE] = reg_apply_write(
		&c->dev, &ps2_controller_inner_regs[PS2_CONTROLLER_MODEL_COMMAND_BYTE], ctr(c),
		value);
	settle(c);
}

static void change_ctr(struct ps2_controller_model *c, uint64_t bits, bool on)
{
	c->s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE] = on ? ctr(c) | bits : ctr(c) & ~bits;
}

static void pull_reset(const struct ps2_controller_model *c)
{
	if (c->wire.reset) c->wire.reset(c->wire.ctx);
}

static void write_output_port(struct ps2_controller_model *c, uint8_t value)
{
	uint64_t old = c->s.inner[PS2_CONTROLLER_MODEL_OUTPUT_PORT];
	uint64_t now = reg_apply_write(
		&c->dev, &ps2_controller_inner_regs[PS2_CONTROLLER_MODEL_OUTPUT_PORT], old, value);

	c->s.inner[PS2_CONTROLLER_MODEL_OUTPUT_PORT] = now;
	if ((old ^ now) & PS2_CONTROLLER_MODEL_OUT_A20 && c->wire.a20)
		c->wire.a20(c->wire.ctx, now & PS2_CONTROLLER_MODEL_OUT_A20);
	if (!(now & PS2_CONTROLLER_MODEL_OUT_RESET)) pull_reset(c);
}

static uint64_t output_port(const struct ps2_controller_model *c)
{
	return c->s.inner[PS2_CONTROLLER_MODEL_OUTPUT_PORT] |
	       (c->s.irq[PS2_CONTROLLER_MODEL_KEYBOARD] ? PS2_CONTROLLER_MODEL_OUT_IRQ1 : 0u) |
	       (c->s.irq[PS2_CONTROLLER_MODEL_AUX] ? PS2_CONTROLLER_MODEL_OUT_IRQ12 : 0u);
}

/* Sending to a device enables its cable. */
static void send_to(struct ps2_controller_model *c, enum ps2_controller_model_cable cable,
		    uint8_t byte)
{
	change_ctr(c,
		   cable == PS2_CONTROLLER_MODEL_AUX ? PS2_CONTROLLER_MODEL_CTR_DISABLE2
						     : PS2_CONTROLLER_MODEL_CTR_DISABLE,
		   false);
	use_line(c, SENDING, cable, byte);
}

static void take_data(struct ps2_controller_model *c, uint8_t byte)
{
	uint8_t command = c->s.expect;

	c->s.expect = 0;
	switch (command) {
	case 0: send_to(c, PS2_CONTROLLER_MODEL_KEYBOARD, byte); break;
	case PS2_CONTROLLER_MODEL_CMD_WRITE_RAM: write_ctr(c, byte); break;
	case PS2_CONTROLLER_MODEL_CMD_WRITE_OUTPUT_PORT: write_output_port(c, byte); break;
	case PS2_CONTROLLER_MODEL_CMD_WRITE_KBD_OUTPUT:
		put_output(c, byte, PS2_CONTROLLER_MODEL_KEYBOARD);
		break;
	case PS2_CONTROLLER_MODEL_CMD_WRITE_AUX_OUTPUT:
		put_output(c, byte, PS2_CONTROLLER_MODEL_AUX);
		break;
	case PS2_CONTROLLER_MODEL_CMD_WRITE_AUX: send_to(c, PS2_CONTROLLER_MODEL_AUX, byte); break;
	default: c->s.ram[command % PS2_CONTROLLER_MODEL_RAM_SIZE] = byte; break; /* 0x61 .. 0x7f */
	}
}

/* Self test: passes, and resets all settings. */
static void self_test(struct ps2_controller_model *c)
{
	c->s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE] =
		PS2_CONTROLLER_MODEL_CTR_SYS | PS2_CONTROLLER_MODEL_CTR_DISABLE |
		PS2_CONTROLLER_MODEL_CTR_DISABLE2 | PS2_CONTROLLER_MODEL_CTR_XLATE;
	c->s.break_seen = false;
	settle(c);
	reply(c, SELF_TEST_PASSED, SELF_TEST_NS);
}

static void pulse(const struct ps2_controller_model *c, uint8_t command)
{
	uint8_t low = ~command & 0x0f;

	if (low & ~PS2_CONTROLLER_MODEL_OUT_RESET)
		device_lint(&c->dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_PULSE], NULL,
			    command, "only the reset line is pulsed");
	if (low & PS2_CONTROLLER_MODEL_OUT_RESET) pull_reset(c);
}

static void unknown_command(const struct ps2_controller_model *c, uint8_t command)
{
	static const uint8_t known[] = { 0xa5, 0xa6, 0xac, 0xc1, 0xc2 };

	for (unsigned i = 0; i < sizeof(known); i++) {
		if (known[i] != command) continue;
		device_lint(&c->dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_COMMAND], NULL,
			    command, "command 0x%02x is ignored", command);
		return;
	}
	device_lint(&c->dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_UNKNOWN], NULL, command,
		    "0x%02x is no controller command", command);
}

static void take_range_command(struct ps2_controller_model *c, uint8_t command)
{
	unsigned at = command % PS2_CONTROLLER_MODEL_RAM_SIZE;

	if (command >= PS2_CONTROLLER_MODEL_CMD_PULSE)
		pulse(c, command);
	else if (command == PS2_CONTROLLER_MODEL_CMD_READ_RAM)
		reply_inner(c, PS2_CONTROLLER_MODEL_COMMAND_BYTE, ctr(c));
	else if ((command & 0xe0) == PS2_CONTROLLER_MODEL_CMD_READ_RAM)
		reply(c, c->s.ram[at], REPLY_NS);
	else if ((command & 0xe0) == PS2_CONTROLLER_MODEL_CMD_WRITE_RAM)
		c->s.expect = command;
	else
		unknown_command(c, command);
}

static void check_sequence(const struct ps2_controller_model *c, uint8_t command)
{
	if (!c->s.expect) return;
	device_lint(&c->dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_SEQUENCE], NULL, command,
		    "0x%02x, but command 0x%02x waits for its data byte", command, c->s.expect);
}

static void take_command(struct ps2_controller_model *c, uint8_t command)
{
	check_sequence(c, command);
	c->s.expect = 0;
	switch (command) {
	case PS2_CONTROLLER_MODEL_CMD_TEST_PASSWORD: reply(c, NO_PASSWORD, REPLY_NS); break;
	case PS2_CONTROLLER_MODEL_CMD_DISABLE_AUX:
		change_ctr(c, PS2_CONTROLLER_MODEL_CTR_DISABLE2, true);
		break;
	case PS2_CONTROLLER_MODEL_CMD_ENABLE_AUX:
		change_ctr(c, PS2_CONTROLLER_MODEL_CTR_DISABLE2, false);
		break;
	case PS2_CONTROLLER_MODEL_CMD_DISABLE_KBD:
		change_ctr(c, PS2_CONTROLLER_MODEL_CTR_DISABLE, true);
		break;
	case PS2_CONTROLLER_MODEL_CMD_ENABLE_KBD:
		change_ctr(c, PS2_CONTROLLER_MODEL_CTR_DISABLE, false);
		break;
	case PS2_CONTROLLER_MODEL_CMD_TEST_AUX:
	case PS2_CONTROLLER_MODEL_CMD_TEST_KBD: reply(c, CABLE_OK, REPLY_NS); break;
	case PS2_CONTROLLER_MODEL_CMD_SELF_TEST: self_test(c); break;
	case PS2_CONTROLLER_MODEL_CMD_READ_INPUT_PORT: reply(c, INPUT_PORT, REPLY_NS); break;
	case PS2_CONTROLLER_MODEL_CMD_READ_OUTPUT_PORT:
		reply_inner(c, PS2_CONTROLLER_MODEL_OUTPUT_PORT, output_port(c));
		break;
	case PS2_CONTROLLER_MODEL_CMD_WRITE_OUTPUT_PORT:
	case PS2_CONTROLLER_MODEL_CMD_WRITE_KBD_OUTPUT:
	case PS2_CONTROLLER_MODEL_CMD_WRITE_AUX_OUTPUT:
	case PS2_CONTROLLER_MODEL_CMD_WRITE_AUX: c->s.expect = command; break;
	case PS2_CONTROLLER_MODEL_CMD_READ_TEST_INPUTS:
		reply(c,
		      (enabled(c, PS2_CONTROLLER_MODEL_KEYBOARD) ? 1u : 0u) |
			      (enabled(c, PS2_CONTROLLER_MODEL_AUX) ? 2u : 0u),
		      REPLY_NS);
		break;
	default: take_range_command(c, command); break;
	}
}

static void on_work(void *ctx, uint64_t due_ns)
{
	struct ps2_controller_model *c = ctx;

	(void)due_ns;
	if (c->s.reply_due) {
		c->s.reply_due = false;
		put_output(c, c->s.reply, PS2_CONTROLLER_MODEL_KEYBOARD);
	} else if (c->s.line == IDLE && status(c, PS2_CONTROLLER_MODEL_STATUS_IBF)) {
		bool command = status(c, PS2_CONTROLLER_MODEL_STATUS_A2);
		uint8_t byte = (uint8_t)c->s.reg[command ? PS2_CONTROLLER_MODEL_COMMAND
							 : PS2_CONTROLLER_MODEL_INPUT];
		set_status(c, PS2_CONTROLLER_MODEL_STATUS_IBF, false);
		if (command)
			take_command(c, byte);
		else
			take_data(c, byte);
	}
	look_around(c);
}

/* --- Guest accesses --- */

static void lint_empty(const struct ps2_controller_model *c, uint64_t byte)
{
	if (c->s.firmwares)
		device_lint(&c->dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_FIRMWARES], NULL,
			    byte,
			    "read while OBF was clear: the byte is the last one that the firmware "
			    "read, 0x%02x",
			    (unsigned)byte);
	else
		device_lint(&c->dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_EMPTY], NULL, byte,
			    "read while OBF was clear");
}

static uint64_t port_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct ps2_controller_model *c = model(dev);

	(void)n;
	if (reg == PS2_CONTROLLER_MODEL_STATUS)
		return stored | (ctr(c) & PS2_CONTROLLER_MODEL_CTR_SYS); /* the same bit in both */
	if (reg != PS2_CONTROLLER_MODEL_OUTPUT) return stored;
	if (!status(c, PS2_CONTROLLER_MODEL_STATUS_OBF)) {
		lint_empty(c, stored);
		return stored;
	}
	set_status(c, PS2_CONTROLLER_MODEL_STATUS_OBF | PS2_CONTROLLER_MODEL_STATUS_MOBF, false);
	settle(c);
	look_around(c);
	return stored;
}

uint8_t ps2_controller_model_firmware_byte(struct ps2_controller_model *c)
{
	c->s.firmwares = true;
	return (uint8_t)c->s.reg[PS2_CONTROLLER_MODEL_OUTPUT];
}

static void port_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct ps2_controller_model *c = model(dev);

	(void)n;
	if (status(c, PS2_CONTROLLER_MODEL_STATUS_IBF))
		device_lint(dev, &ps2_controller_lints[PS2_CONTROLLER_LINT_BUSY],
			    ps2_controller_regs[reg].name, w->raw,
			    "written while IBF was set; the byte before it is lost");
	c->s.firmwares = false;
	set_status(c, PS2_CONTROLLER_MODEL_STATUS_IBF, true);
	set_status(c, PS2_CONTROLLER_MODEL_STATUS_A2, reg == PS2_CONTROLLER_MODEL_COMMAND);
	look_around(c);
}

static void reset_device(struct device *dev)
{
	ps2_controller_model_reset((struct ps2_controller_model *)dev);
}

const struct device_ops ps2_controller_model_ops = {
	.name = "i8042",
	.about = &i8042_about,
	.regs = ps2_controller_regs,
	.n_regs = PS2_CONTROLLER_MODEL_N_REGS,
	.read = port_read,
	.write = port_write,
	.reset = reset_device,
};

/* --- Initialisation and reset --- */

void ps2_controller_model_init(struct ps2_controller_model *c, const char *instance,
			       const struct hub *hub, struct clock *clock,
			       const struct ps2_controller_model_wiring *wire)
{
	*c = (struct ps2_controller_model){ .clock = clock, .wire = *wire };
	device_init(&c->dev, &ps2_controller_model_ops, instance, hub, c->s.reg, &c->s,
		    sizeof(c->s));
	c->work_timer = clock_add_timer(clock, instance, on_work, c);
	c->line_timer = clock_add_timer(clock, instance, on_line, c);
	for (unsigned i = 0; i < PS2_CONTROLLER_MODEL_N_CABLES; i++) {
		if (!c->wire.port[i]) continue;
		c->wire.port[i]->ready = on_ready;
		c->wire.port[i]->controller = c;
	}
	ps2_controller_model_reset(c);
}

void ps2_controller_model_reset(struct ps2_controller_model *c)
{
	const bool driven[PS2_CONTROLLER_MODEL_N_CABLES] = {
		c->s.irq[PS2_CONTROLLER_MODEL_KEYBOARD], c->s.irq[PS2_CONTROLLER_MODEL_AUX]
	};

	c->s = (struct ps2_controller_model_state){ .line = IDLE };
	for (unsigned i = 0; i < PS2_CONTROLLER_MODEL_N_CABLES; i++) c->s.irq[i] = driven[i];
	reg_table_reset(ps2_controller_regs, PS2_CONTROLLER_MODEL_N_REGS, c->s.reg);
	reg_table_reset(ps2_controller_inner_regs, PS2_CONTROLLER_MODEL_N_INNER, c->s.inner);
	clock_disarm(c->clock, c->work_timer);
	clock_disarm(c->clock, c->line_timer);
	settle(c);
}

void ps2_controller_model_bios_state(struct ps2_controller_model *c)
{
	ps2_controller_model_reset(c);
	c->s.reg[PS2_CONTROLLER_MODEL_OUTPUT] = KEYBOARD_ACKNOWLEDGE;
	c->s.firmwares = true;
	c->s.inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE] =
		PS2_CONTROLLER_MODEL_CTR_INT | PS2_CONTROLLER_MODEL_CTR_SYS |
		PS2_CONTROLLER_MODEL_CTR_DISABLE2 | PS2_CONTROLLER_MODEL_CTR_XLATE;
	look_around(c);
}

bool ps2_controller_model_a20(const struct ps2_controller_model *c)
{
	return c->s.inner[PS2_CONTROLLER_MODEL_OUTPUT_PORT] & PS2_CONTROLLER_MODEL_OUT_A20;
}
