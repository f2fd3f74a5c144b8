/* SPDX-License-Identifier: MIT */
/* The controller: initialisation, and bytes in and out. */
#include "registers.h"

/* No document gives times for the controller's firmware. While a byte is on a cable it accepts no
 * byte from us. If a device does not answer it gives up after about 20 ms. Its self test takes
 * milliseconds, on slow controllers hundreds. */
#define TAKE_NS      UINT64_C(200000000)
#define ANSWER_NS    UINT64_C(200000000)
#define SELF_TEST_NS UINT64_C(2000000000)

enum { MAX_HELD = 32 /* bytes taken in one call; the controller holds one, a device up to 16 */ };

/* ---- bytes in ---- */

void ps2_set_aside(struct ps2 *ps2, enum ps2_channel channel, uint8_t byte)
{
	if (ps2->ring[channel]) (void)ps2_ring_put(ps2->ring[channel], byte);
}

static bool is_answer(const struct ps2 *ps2, enum ps2_channel channel)
{
	/* Answers of the controller itself look like bytes of the keyboard. */
	return ps2->talking == (channel == PS2_AUX ? PS2_TALK_AUX : PS2_TALK_KEYBOARD) ||
	       (ps2->talking == PS2_TALK_CONTROLLER && channel == PS2_KEYBOARD);
}

static void route(struct ps2 *ps2, uint8_t status, uint8_t byte)
{
	enum ps2_channel channel = status & PS2_STATUS_MOBF ? PS2_AUX : PS2_KEYBOARD;

	/* These bits describe a byte from a cable. With an answer of the controller itself they are
	 * stale. */
	if (ps2->talking == PS2_TALK_CONTROLLER)
		status &= (uint8_t) ~(PS2_STATUS_TO | PS2_STATUS_PE);
	if (!is_answer(ps2, channel)) {
		if (status & (PS2_STATUS_TO | PS2_STATUS_PE))
			ps2->errors++;
		else
			ps2_set_aside(ps2, channel, byte);
		return;
	}
	if (status & PS2_STATUS_TO) {
		ps2->silent = true;
		return;
	}
	/* The byte was garbled: treat it as a request to send the command again. */
	if (status & PS2_STATUS_PE) byte = PS2_DEVICE_RESEND;
	if (ps2->n_answers < PS2_MAX_ANSWER) ps2->answer[ps2->n_answers++] = byte;
}

/* Interrupts must be off: the status belongs to the byte only until other code reads a byte. */
static bool receive_one(struct ps2 *ps2)
{
	uint8_t status = io_read(ps2->io, PS2_STATUS);

	if (status == PS2_STATUS_FLOATS || !(status & PS2_STATUS_OBF)) return false;
	route(ps2, status, io_read(ps2->io, PS2_DATA));
	return true;
}

unsigned ps2_drain(struct ps2 *ps2)
{
	unsigned n = 0;

	bool on = wait_irq_save(&ps2->wait);
	while (n < MAX_HELD && receive_one(ps2)) n++;
	wait_irq_restore(&ps2->wait, on);
	return n;
}

enum ps2_status ps2_receive(struct ps2 *ps2)
{
	if (!ps2) return PS2_NULL;
	return ps2_drain(ps2) ? PS2_OK : PS2_EMPTY;
}

void ps2_begin(struct ps2 *ps2, enum ps2_talk talk)
{
	bool on = wait_irq_save(&ps2->wait);
	ps2->talking = (uint8_t)talk;
	ps2->n_answers = ps2->n_taken = 0;
	ps2->silent = false;
	wait_irq_restore(&ps2->wait, on);
}

void ps2_end(struct ps2 *ps2)
{
	bool on = wait_irq_save(&ps2->wait);
	ps2->talking = PS2_TALK_NOBODY;
	wait_irq_restore(&ps2->wait, on);
}

/* Take an answer that a handler has stored, or read one now. */
static enum ps2_status take_answer(struct ps2 *ps2, uint8_t *byte)
{
	enum ps2_status status = PS2_EMPTY;

	bool on = wait_irq_save(&ps2->wait);
	if (ps2->n_taken == ps2->n_answers) {
		ps2->n_taken = ps2->n_answers = 0; /* all were taken: start from the beginning */
		(void)receive_one(ps2);
	}
	if (ps2->n_taken < ps2->n_answers) {
		*byte = ps2->answer[ps2->n_taken++];
		status = PS2_OK;
	} else if (ps2->silent) {
		status = PS2_NO_DEVICE;
	}
	wait_irq_restore(&ps2->wait, on);
	return status;
}

enum ps2_status ps2_next_answer(struct ps2 *ps2, uint64_t ns, uint8_t *byte)
{
	uint64_t end = wait_deadline(&ps2->wait, ns);

	for (;;) {
		enum ps2_status status = take_answer(ps2, byte);
		if (status != PS2_EMPTY) return status;
		if (wait_expired(&ps2->wait, end)) return PS2_TIMEOUT;
		wait_relax(&ps2->wait);
	}
}

/* ---- bytes out ---- */

static enum ps2_status await_taken(struct ps2 *ps2)
{
	uint64_t end = wait_deadline(&ps2->wait, TAKE_NS);

	while (io_read(ps2->io, PS2_STATUS) & PS2_STATUS_IBF) {
		(void)ps2_drain(ps2); /* it may hold a byte that blocks it */
		if (wait_expired(&ps2->wait, end)) return PS2_TIMEOUT;
		wait_relax(&ps2->wait);
	}
	return PS2_OK;
}

enum ps2_status ps2_write_command(struct ps2 *ps2, uint8_t command)
{
	enum ps2_status status = await_taken(ps2);

	if (!status) io_write(ps2->io, PS2_COMMAND, command);
	return status;
}

enum ps2_status ps2_write_data(struct ps2 *ps2, uint8_t byte)
{
	enum ps2_status status = await_taken(ps2);

	if (!status) io_write(ps2->io, PS2_DATA, byte);
	return status;
}

/* ---- the command byte ---- */

static enum ps2_status ask_controller(struct ps2 *ps2, uint8_t command, uint64_t ns, uint8_t *byte)
{
	ps2_begin(ps2, PS2_TALK_CONTROLLER);
	enum ps2_status status = ps2_write_command(ps2, command);
	if (!status) status = ps2_next_answer(ps2, ns, byte);
	ps2_end(ps2);
	return status;
}

static enum ps2_status write_config(struct ps2 *ps2, unsigned config)
{
	ps2->config = (uint8_t)(config & ~(unsigned)PS2_CONFIG_ZERO);
	enum ps2_status status = ps2_write_command(ps2, PS2_CMD_WRITE_CONFIG);
	if (!status) status = ps2_write_data(ps2, ps2->config);
	return status;
}

static enum ps2_status change_config(struct ps2 *ps2, unsigned clear, unsigned set)
{
	return write_config(ps2, (ps2->config & ~clear) | set);
}

/* ---- initialisation, in order ---- */

static enum ps2_status silence(struct ps2 *ps2)
{
	enum ps2_status status = ps2_write_command(ps2, PS2_CMD_DISABLE_KEYBOARD);

	if (!status) status = ps2_write_command(ps2, PS2_CMD_DISABLE_AUX);
	if (!status) status = await_taken(ps2);
	if (status) return status;
	for (unsigned i = 0; i < MAX_HELD; i++) {
		if (!(io_read(ps2->io, PS2_STATUS) & PS2_STATUS_OBF)) return PS2_OK;
		(void)io_read(ps2->io, PS2_DATA);
	}
	return PS2_TIMEOUT;
}

/* The self test may change the command byte, so it is written before and after. */
static enum ps2_status test_controller(struct ps2 *ps2)
{
	uint8_t byte = 0;
	enum ps2_status status = ask_controller(ps2, PS2_CMD_READ_CONFIG, ANSWER_NS, &byte);

	if (status) return status;
	ps2->config = byte;
	status = change_config(ps2, PS2_CONFIG_INT | PS2_CONFIG_INT2 | PS2_CONFIG_XLATE,
			       PS2_CONFIG_DISABLE | PS2_CONFIG_DISABLE2);
	if (!status) status = ask_controller(ps2, PS2_CMD_SELF_TEST, SELF_TEST_NS, &byte);
	if (status) return status;
	if (byte != PS2_SELF_TEST_PASSED) return PS2_SELF_TEST;
	return change_config(ps2, 0, PS2_CONFIG_SYS);
}

/* The second channel exists if its bit in the command byte follows the enable and disable commands.
 */
static enum ps2_status look_for_aux(struct ps2 *ps2)
{
	uint8_t on = 0, off = 0;
	enum ps2_status status = ps2_write_command(ps2, PS2_CMD_ENABLE_AUX);

	if (!status) status = ask_controller(ps2, PS2_CMD_READ_CONFIG, ANSWER_NS, &on);
	if (!status) status = ps2_write_command(ps2, PS2_CMD_DISABLE_AUX);
	if (!status) status = ask_controller(ps2, PS2_CMD_READ_CONFIG, ANSWER_NS, &off);
	ps2->usable[PS2_AUX] = !(on & PS2_CONFIG_DISABLE2) && off & PS2_CONFIG_DISABLE2;
	return status;
}

static enum ps2_status test_channels(struct ps2 *ps2)
{
	uint8_t byte = 0;
	enum ps2_status status = ask_controller(ps2, PS2_CMD_TEST_KEYBOARD, ANSWER_NS, &byte);

	ps2->usable[PS2_KEYBOARD] = !status && byte == PS2_CHANNEL_TEST_PASSED;
	if (status || !ps2->usable[PS2_AUX]) return status;
	status = ask_controller(ps2, PS2_CMD_TEST_AUX, ANSWER_NS, &byte);
	ps2->usable[PS2_AUX] = !status && byte == PS2_CHANNEL_TEST_PASSED;
	return status;
}

static enum ps2_status enable_channels(struct ps2 *ps2)
{
	enum ps2_status status = PS2_OK;

	if (!ps2->usable[PS2_KEYBOARD] && !ps2->usable[PS2_AUX]) return PS2_NO_CHANNEL;
	if (ps2->usable[PS2_KEYBOARD]) {
		ps2->config &= (uint8_t)~PS2_CONFIG_DISABLE;
		status = ps2_write_command(ps2, PS2_CMD_ENABLE_KEYBOARD);
	}
	if (!status && ps2->usable[PS2_AUX]) {
		ps2->config &= (uint8_t)~PS2_CONFIG_DISABLE2;
		status = ps2_write_command(ps2, PS2_CMD_ENABLE_AUX);
	}
	return status;
}

enum ps2_status ps2_init(struct ps2 *ps2, struct io io, struct wait wait)
{
	if (!ps2) return PS2_NULL;
	ps2->io = io;
	ps2->wait = wait;
	ps2->errors = 0;
	ps2->config = 0;
	for (unsigned i = 0; i < PS2_N_CHANNELS; i++) {
		ps2->usable[i] = false;
		ps2->ring[i] = NULL;
	}
	if (io_read(io, PS2_STATUS) == PS2_STATUS_FLOATS) return PS2_ABSENT;
	ps2_begin(ps2, PS2_TALK_CONTROLLER);
	enum ps2_status status = silence(ps2);
	ps2_end(ps2);
	if (!status) status = test_controller(ps2);
	if (!status) status = look_for_aux(ps2);
	if (!status) status = test_channels(ps2);
	return status ? status : enable_channels(ps2);
}

/* ---- settings after initialisation ---- */

bool ps2_usable(const struct ps2 *ps2, enum ps2_channel channel)
{
	return ps2 && (unsigned)channel < PS2_N_CHANNELS && ps2->usable[channel];
}

enum ps2_status ps2_attach(struct ps2 *ps2, enum ps2_channel channel, struct ps2_ring *ring)
{
	if (!ps2) return PS2_NULL;
	if ((unsigned)channel >= PS2_N_CHANNELS) return PS2_BAD_ARG;
	bool on = wait_irq_save(&ps2->wait);
	ps2->ring[channel] = ring;
	wait_irq_restore(&ps2->wait, on);
	return PS2_OK;
}

enum ps2_status ps2_set_interrupts(struct ps2 *ps2, bool keyboard, bool aux)
{
	if (!ps2) return PS2_NULL;
	if ((keyboard && !ps2->usable[PS2_KEYBOARD]) || (aux && !ps2->usable[PS2_AUX]))
		return PS2_NO_CHANNEL;
	return change_config(ps2, PS2_CONFIG_INT | PS2_CONFIG_INT2,
			     (keyboard ? PS2_CONFIG_INT : 0u) | (aux ? PS2_CONFIG_INT2 : 0u));
}

enum ps2_status ps2_set_translation(struct ps2 *ps2, bool on)
{
	if (!ps2) return PS2_NULL;
	return change_config(ps2, PS2_CONFIG_XLATE, on ? PS2_CONFIG_XLATE : 0);
}
