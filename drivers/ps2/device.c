/* SPDX-License-Identifier: MIT */
/* Commands to a device. The device acknowledges each byte, asks for it again, or does not react. */
#include "registers.h"

/* By specification a device acknowledges within 20 ms; some take longer. Its self test ends within
 * 500 to 750 ms. */
#define ACK_NS   UINT64_C(250000000)
#define MORE_NS  UINT64_C(100000000)
#define RESET_NS UINT64_C(2000000000)

enum { TRIES = 3, RESET_TRIES = 4 };

static enum ps2_status put(struct ps2 *ps2, enum ps2_channel channel, uint8_t byte)
{
	enum ps2_status status = PS2_OK;

	if (channel == PS2_AUX) status = ps2_write_command(ps2, PS2_CMD_WRITE_AUX);
	return status ? status : ps2_write_data(ps2, byte);
}

/* Wait for a byte of the device's answer. */
static enum ps2_status listen(struct ps2 *ps2, uint64_t ns, uint8_t *byte)
{
	enum ps2_status status = ps2_next_answer(ps2, ns, byte);

	return status == PS2_TIMEOUT ? PS2_NO_DEVICE : status;
}

/* PS2_REFUSED: the device wants the byte again. */
static enum ps2_status await_ack(struct ps2 *ps2, enum ps2_channel channel)
{
	uint64_t end = wait_deadline(&ps2->wait, ACK_NS);
	uint8_t byte;

	do {
		enum ps2_status status = listen(ps2, ACK_NS, &byte);
		if (status) return status;
		if (byte == PS2_DEVICE_ACK) return PS2_OK;
		if (byte == PS2_DEVICE_RESEND) return PS2_REFUSED;
		/* The device had sent this byte before it received ours. */
		ps2_set_aside(ps2, channel, byte);
	} while (!wait_expired(&ps2->wait, end));
	return PS2_NO_DEVICE;
}

static enum ps2_status say(struct ps2 *ps2, enum ps2_channel channel, uint8_t byte)
{
	enum ps2_status status = PS2_REFUSED;

	for (unsigned i = 0; i < TRIES && status == PS2_REFUSED; i++) {
		(void)ps2_drain(ps2); /* bytes it holds now are not answers */
		ps2_begin(ps2, channel == PS2_AUX ? PS2_TALK_AUX : PS2_TALK_KEYBOARD);
		status = put(ps2, channel, byte);
		if (!status) status = await_ack(ps2, channel);
	}
	return status;
}

static enum ps2_status check(const struct ps2 *ps2, enum ps2_channel channel)
{
	if (!ps2) return PS2_NULL;
	if ((unsigned)channel >= PS2_N_CHANNELS) return PS2_BAD_ARG;
	return ps2->usable[channel] ? PS2_OK : PS2_NO_CHANNEL;
}

enum ps2_status ps2_command(struct ps2 *ps2, enum ps2_channel channel, const uint8_t *bytes,
			    unsigned n, uint8_t *answer, unsigned n_answer)
{
	enum ps2_status status = check(ps2, channel);

	if (status) return status;
	if (!bytes || (n_answer && !answer)) return PS2_NULL;
	if (n == 0 || n > PS2_MAX_COMMAND || n_answer > PS2_MAX_ANSWER) return PS2_BAD_ARG;
	for (unsigned i = 0; i < n && !status; i++) status = say(ps2, channel, bytes[i]);
	for (unsigned i = 0; i < n_answer && !status; i++) status = listen(ps2, ACK_NS, &answer[i]);
	ps2_end(ps2);
	return status;
}

enum ps2_status ps2_ask(struct ps2 *ps2, enum ps2_channel channel, uint8_t byte, uint8_t *answer,
			unsigned *n_answer)
{
	unsigned n = 0;
	enum ps2_status status = check(ps2, channel);

	if (status) return status;
	if (!answer || !n_answer) return PS2_NULL;
	if (*n_answer > PS2_MAX_ANSWER) return PS2_BAD_ARG;
	status = say(ps2, channel, byte);
	while (!status && n < *n_answer) {
		if (listen(ps2, MORE_NS, &answer[n])) break;
		n++;
	}
	ps2_end(ps2);
	*n_answer = n;
	return status;
}

enum ps2_status ps2_reset(struct ps2 *ps2, enum ps2_channel channel, uint8_t *after, unsigned n)
{
	uint8_t outcome = 0;
	enum ps2_status status = check(ps2, channel);

	if (status) return status;
	if (n && !after) return PS2_NULL;
	if (n > PS2_MAX_ANSWER) return PS2_BAD_ARG;
	status = PS2_NO_DEVICE;
	for (unsigned i = 0; i < RESET_TRIES && status == PS2_NO_DEVICE; i++)
		status = say(ps2, channel, PS2_DEVICE_RESET);
	if (!status) status = listen(ps2, RESET_NS, &outcome);
	if (!status && outcome != PS2_DEVICE_TEST_PASSED) status = PS2_SELF_TEST;
	for (unsigned i = 0; i < n && !status; i++) status = listen(ps2, ACK_NS, &after[i]);
	ps2_end(ps2);
	return status;
}
