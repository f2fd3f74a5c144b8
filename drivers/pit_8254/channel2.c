/* SPDX-License-Identifier: MIT */
/* Channel 2 through port 61h: its gate, its output, the speaker. */
#include "pit_registers.h"

enum { CHANNEL2 = 2, GRACE_NS = 1000000, PATIENCE = 4 };

/* Bits 7:4 are status and must be written as 0. If all bits are ones, there is no port 61h. */
static enum pit_status read_61(const struct pit *pit, uint8_t *writable)
{
	uint8_t value = io_read(pit->io, PIT_PORT_61);
	*writable = value & PIT_61_WRITABLE;
	return value == PIT_FLOATING ? PIT_ABSENT : PIT_OK;
}

static enum pit_status change_61(const struct pit *pit, unsigned clear, unsigned set)
{
	uint8_t now;
	bool on = wait_irq_save(&pit->wait);
	enum pit_status status = read_61(pit, &now);
	if (!status) io_write(pit->io, PIT_PORT_61, (uint8_t)((now & ~clear) | set));
	wait_irq_restore(&pit->wait, on);
	return status;
}

enum pit_status pit_set_gate2(struct pit *pit, bool high)
{
	if (!pit) return PIT_NULL;
	return change_61(pit, PIT_61_GATE2, high ? PIT_61_GATE2 : 0);
}

/* The gate is raised last: that starts the wave. */
enum pit_status pit_tone(struct pit *pit, uint32_t hz)
{
	uint32_t count;
	if (!pit) return PIT_NULL;
	enum pit_status status = pit_count_of_hz(hz, &count);
	if (!status) status = change_61(pit, PIT_61_GATE2 | PIT_61_SPEAKER, 0);
	if (!status) status = pit_program(pit, CHANNEL2, PIT_SQUARE_WAVE, count);
	if (!status) status = change_61(pit, 0, PIT_61_GATE2 | PIT_61_SPEAKER);
	return status;
}

enum pit_status pit_silence(struct pit *pit)
{
	if (!pit) return PIT_NULL;
	return change_61(pit, PIT_61_GATE2 | PIT_61_SPEAKER, 0);
}

static enum pit_status await_out2(const struct pit *pit, uint64_t ns)
{
	uint64_t end = wait_deadline(&pit->wait, ns);
	for (;;) {
		bool late = wait_expired(&pit->wait, end);
		uint8_t now = io_read(pit->io, PIT_PORT_61);
		if (now == PIT_FLOATING) return PIT_ABSENT;
		if (now & PIT_61_OUT2) return PIT_OK;
		if (late) return PIT_TIMEOUT;
		wait_relax(&pit->wait);
	}
}

/* In mode 0 OUT falls with the control word, and rises after the gate was high for `count` clocks.
 * The clock period in which the gate rises is counted but only partly waited for, hence one more.
 */
static enum pit_status count_down(struct pit *pit, uint32_t ns, uint32_t count)
{
	enum pit_status status = pit_program(pit, CHANNEL2, PIT_TERMINAL_COUNT, count + 1);
	if (status) return status;
	if (io_read(pit->io, PIT_PORT_61) & PIT_61_OUT2) return PIT_ABSENT;
	status = change_61(pit, 0, PIT_61_GATE2);
	return status ? status : await_out2(pit, (uint64_t)PATIENCE * ns + GRACE_NS);
}

enum pit_status pit_wait(struct pit *pit, uint32_t ns)
{
	uint32_t count;
	if (!pit) return PIT_NULL;
	enum pit_status status = pit_count_of_ns(ns, &count);
	uint8_t before;
	if (!status) status = read_61(pit, &before);
	if (status) return status;
	status = change_61(pit, PIT_61_GATE2 | PIT_61_SPEAKER, 0);
	if (!status) status = count_down(pit, ns, count);
	unsigned back = before & (PIT_61_GATE2 | PIT_61_SPEAKER);
	enum pit_status restored = change_61(pit, PIT_61_GATE2 | PIT_61_SPEAKER, back);
	return status ? status : restored;
}
