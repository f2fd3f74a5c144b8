/* SPDX-License-Identifier: MIT */
#include "pit_registers.h"

enum { MIN_PERIODIC = 2, NS_PER_SECOND = 1000000000, COUNT_BITS = 17, BITS_PER_BYTE = 8 };

static struct io_rw8 counter(unsigned channel) { return io_nth(PIT_COUNTER0, channel, 1); }

static enum pit_status check(const struct pit *pit, unsigned channel)
{
	if (!pit) return PIT_NULL;
	return channel < PIT_CHANNELS ? PIT_OK : PIT_BAD_CHANNEL;
}

static void command_read_back(const struct pit *pit, unsigned channel, unsigned without)
{
	unsigned channels = (unsigned)PIT_READ_BACK_CHANNEL0 << channel;
	io_write(pit->io, PIT_CONTROL, (uint8_t)(PIT_READ_BACK | without | channels));
}

/* A status of all ones would mean a BCD channel in a mode that nobody uses: nothing answers. */
enum pit_status pit_init(struct pit *pit, struct io io, struct wait wait)
{
	if (!pit) return PIT_NULL;
	if (io.space != IO_PORT || io.base != 0 || io.stride != 1) return PIT_BAD_BASE;
	pit->io = io;
	pit->wait = wait;
	pit->programmed = 0;
	bool on = wait_irq_save(&wait);
	command_read_back(pit, 0, PIT_NO_COUNT);
	uint8_t status = io_read(io, PIT_COUNTER0);
	wait_irq_restore(&wait, on);
	return status == PIT_FLOATING ? PIT_ABSENT : PIT_OK;
}

/* ---- counts ---- */

enum pit_status pit_count_of_hz(uint32_t hz, uint32_t *count)
{
	if (!count) return PIT_NULL;
	if (hz == 0 || hz > PIT_HZ) return PIT_BAD_RATE;
	uint32_t nearest = (PIT_HZ + hz / 2) / hz;
	if (nearest < MIN_PERIODIC || nearest > PIT_MAX_COUNT) return PIT_BAD_RATE;
	*count = nearest;
	return PIT_OK;
}

/* Long division, because 32-bit code has no library function for 64 bits. */
enum pit_status pit_count_of_ns(uint32_t ns, uint32_t *count)
{
	if (!count) return PIT_NULL;
	if (ns == 0 || ns > PIT_MAX_NS) return PIT_BAD_TIME;
	uint64_t rest = (uint64_t)ns * PIT_HZ;
	*count = 0;
	for (int bit = COUNT_BITS - 1; bit >= 0; bit--) {
		if (rest >> bit < NS_PER_SECOND) continue;
		rest -= (uint64_t)NS_PER_SECOND << bit;
		*count |= 1u << bit;
	}
	*count += rest != 0;
	return PIT_OK;
}

/* ---- programming ---- */

/* Both bytes, low first; the count 65536 is written as 0. */
static void program(struct pit *pit, unsigned channel, enum pit_mode mode, uint32_t count)
{
	unsigned control = channel << PIT_CHANNEL_SHIFT | (unsigned)mode << PIT_MODE_SHIFT;
	bool on = wait_irq_save(&pit->wait);
	io_write(pit->io, PIT_CONTROL, (uint8_t)(control | PIT_ACCESS_BOTH));
	io_write(pit->io, counter(channel), (uint8_t)count);
	io_write(pit->io, counter(channel), (uint8_t)(count >> BITS_PER_BYTE));
	pit->programmed |= (uint8_t)(1u << channel);
	wait_irq_restore(&pit->wait, on);
}

static bool repeats(enum pit_mode mode)
{
	return mode == PIT_RATE_GENERATOR || mode == PIT_SQUARE_WAVE;
}

enum pit_status pit_program(struct pit *pit, unsigned channel, enum pit_mode mode, uint32_t count)
{
	enum pit_status status = check(pit, channel);
	if (status) return status;
	if ((unsigned)mode > PIT_HARDWARE_STROBE) return PIT_BAD_MODE;
	if (count == 0 || count > PIT_MAX_COUNT) return PIT_BAD_COUNT;
	if (repeats(mode) && count < MIN_PERIODIC) return PIT_BAD_COUNT;
	program(pit, channel, mode, count);
	return PIT_OK;
}

enum pit_status pit_set_rate(struct pit *pit, unsigned channel, uint32_t hz)
{
	uint32_t count;
	enum pit_status status = check(pit, channel);
	if (!status) status = pit_count_of_hz(hz, &count);
	if (!status) program(pit, channel, PIT_RATE_GENERATOR, count);
	return status;
}

/* The clock that loads the count is not counted: the timer is late rather than early. */
enum pit_status pit_set_timer(struct pit *pit, unsigned channel, uint32_t ns)
{
	uint32_t count;
	enum pit_status status = check(pit, channel);
	if (!status) status = pit_count_of_ns(ns, &count);
	if (!status) program(pit, channel, PIT_TERMINAL_COUNT, count);
	return status;
}

/* ---- reading ---- */

static uint16_t read_both(const struct pit *pit, unsigned channel)
{
	unsigned low = io_read(pit->io, counter(channel));
	return (uint16_t)((unsigned)io_read(pit->io, counter(channel)) << BITS_PER_BYTE | low);
}

enum pit_status pit_read(struct pit *pit, unsigned channel, uint16_t *count)
{
	enum pit_status status = count ? check(pit, channel) : PIT_NULL;
	if (status) return status;
	if (!(pit->programmed & 1u << channel)) return PIT_NOT_PROGRAMMED;
	bool on = wait_irq_save(&pit->wait);
	io_write(pit->io, PIT_CONTROL, (uint8_t)(channel << PIT_CHANNEL_SHIFT | PIT_ACCESS_LATCH));
	*count = read_both(pit, channel);
	wait_irq_restore(&pit->wait, on);
	return PIT_OK;
}

/* Read as many bytes as the access mode of the channel gives: a latched count must be read
 * completely. */
static uint16_t read_latched(const struct pit *pit, unsigned channel, uint8_t access)
{
	switch (access) {
	case PIT_ACCESS_LOW: return io_read(pit->io, counter(channel));
	case PIT_ACCESS_HIGH:
		return (uint16_t)((unsigned)io_read(pit->io, counter(channel)) << BITS_PER_BYTE);
	default: return read_both(pit, channel);
	}
}

static uint16_t from_digits(uint16_t digits)
{
	unsigned value = 0;
	for (int shift = 12; shift >= 0; shift -= 4)
		value = value * 10 + ((unsigned)digits >> shift & 0xf);
	return (uint16_t)value;
}

/* Modes 6 and 7 are the same as 2 and 3: the high bit is ignored. */
static enum pit_mode mode_of(uint8_t status)
{
	unsigned mode = ((unsigned)status & PIT_MODE) >> PIT_MODE_SHIFT;
	if (mode > PIT_HARDWARE_STROBE) mode &= PIT_SQUARE_WAVE;
	return (enum pit_mode)mode;
}

enum pit_status pit_read_back(struct pit *pit, unsigned channel, struct pit_state *state)
{
	enum pit_status error = state ? check(pit, channel) : PIT_NULL;
	if (error) return error;
	bool on = wait_irq_save(&pit->wait);
	command_read_back(pit, channel, 0);
	uint8_t status = io_read(pit->io, counter(channel));
	uint16_t count = read_latched(pit, channel, status & PIT_ACCESS_BOTH);
	wait_irq_restore(&pit->wait, on);
	if (status == PIT_FLOATING && count == UINT16_MAX) return PIT_ABSENT;
	state->count = status & PIT_BCD ? from_digits(count) : count;
	state->mode = mode_of(status);
	state->out = status & PIT_STATUS_OUT;
	state->null_count = status & PIT_STATUS_NULL;
	return PIT_OK;
}
