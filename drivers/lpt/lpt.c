/* SPDX-License-Identifier: MIT */
/* Detection, reset and status. */
#include "lpt_registers.h"

enum {
	MAX_PORT = 0xffff,
	/* A pattern that a floating bus cannot return, and its complement. */
	PATTERN_1 = 0x55,
	PATTERN_2 = 0xaa
};

static enum lpt_status check_place(struct io io)
{
	if (io.space == IO_PORT) {
		if (io.stride != 1) return LPT_BAD_STRIDE;
		return io.base > MAX_PORT - LPT_LAST_REGISTER ? LPT_BAD_BASE : LPT_OK;
	}
	if (io.stride == 0 || io.stride & (io.stride - 1)) return LPT_BAD_STRIDE;
	if (io.stride > LPT_MAX_STRIDE) return LPT_BAD_STRIDE;
	uintptr_t span = (uintptr_t)LPT_LAST_REGISTER * io.stride;
	return io.base > UINTPTR_MAX - span ? LPT_BAD_BASE : LPT_OK;
}

static bool keeps(struct io io, uint8_t pattern)
{
	io_write(io, LPT_DATA, pattern);
	return io_read(io, LPT_DATA) == pattern;
}

void lpt_set_control(struct lpt *lpt, unsigned control)
{
	lpt->control = (uint8_t)control;
	io_write(lpt->io, LPT_CONTROL, lpt->control);
}

/* ---- public functions ---- */

/* CONTROL first: an earlier user may have left STROBE active, and DATA must not change then. */
enum lpt_status lpt_init(struct lpt *lpt, struct io io, struct wait wait)
{
	if (!lpt) return LPT_NULL;
	enum lpt_status status = check_place(io);
	if (status) return status;
	lpt->io = io;
	lpt->wait = wait;
	lpt->interrupts = lpt->sending = false;
	lpt->ring = (struct lpt_ring){ 0 };
	lpt->counters = (struct lpt_counters){ 0 };
	lpt_set_control(lpt, LPT_SLCTIN);
	wait_ns(&wait, LPT_INIT_NS);
	if (!keeps(io, PATTERN_1) || !keeps(io, PATTERN_2)) return LPT_ABSENT;
	lpt_set_control(lpt, LPT_SLCTIN | LPT_NINIT);
	return LPT_OK;
}

enum lpt_status lpt_reset(struct lpt *lpt)
{
	if (!lpt) return LPT_NULL;
	if (lpt->interrupts) return LPT_INTERRUPTS;
	lpt_set_control(lpt, LPT_SLCTIN);
	wait_ns(&lpt->wait, LPT_INIT_NS);
	lpt_set_control(lpt, LPT_SLCTIN | LPT_NINIT);
	return LPT_OK;
}

/* All lines can really be high, without a printer. So CONTROL decides whether the port is gone. */
enum lpt_status lpt_check(const struct lpt *lpt)
{
	if (!lpt) return LPT_NULL;
	uint8_t lines = io_read(lpt->io, LPT_STATUS);
	if (lines == LPT_FLOATING && (io_read(lpt->io, LPT_CONTROL) & LPT_KEPT) != lpt->control)
		return LPT_ABSENT;
	if (lines & LPT_PE) return LPT_PAPER_END;
	if (!(lines & LPT_NERR)) return LPT_FAULT;
	if (!(lines & LPT_SLCT)) return LPT_OFF_LINE;
	return lines & LPT_NBUSY ? LPT_OK : LPT_WOULD_BLOCK;
}
