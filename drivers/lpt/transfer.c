/* SPDX-License-Identifier: MIT */
/* Sending bytes, polled and into the buffer. */
#include "lpt_registers.h"

/* The printer reads the byte when STROBE begins, and raises BUSY before it ends (table 1-10). */
static void strobe(struct lpt *lpt, uint8_t byte)
{
	io_write(lpt->io, LPT_DATA, byte);
	wait_ns(&lpt->wait, LPT_PULSE_NS);
	io_write(lpt->io, LPT_CONTROL, lpt->control | LPT_STROBE);
	wait_ns(&lpt->wait, LPT_PULSE_NS);
	io_write(lpt->io, LPT_CONTROL, lpt->control);
	wait_ns(&lpt->wait, LPT_PULSE_NS);
	lpt->counters.sent++;
}

void lpt_send_oldest(struct lpt *lpt)
{
	lpt->sending = true;
	strobe(lpt, lpt_ring_take(&lpt->ring));
}

/* If the printer cannot take it, the interrupt by which it becomes ready sends it. */
static enum lpt_status start(struct lpt *lpt)
{
	enum lpt_status status = lpt_check(lpt);
	if (!status) lpt_send_oldest(lpt);
	return status;
}

/* ---- one byte ---- */

static enum lpt_status polled_send(struct lpt *lpt, uint8_t byte)
{
	enum lpt_status status = lpt_check(lpt);
	if (!status) strobe(lpt, byte);
	return status;
}

/* The first byte is sent at once, the others by the interrupts that it starts. */
static enum lpt_status buffered_send(struct lpt *lpt, uint8_t byte)
{
	bool put = lpt_ring_put(&lpt->ring, byte);
	enum lpt_status status = lpt->sending ? LPT_WOULD_BLOCK : start(lpt);
	if (put) return LPT_OK;
	if (!status) (void)lpt_ring_put(&lpt->ring, byte);
	return status;
}

enum lpt_status lpt_try_send(struct lpt *lpt, uint8_t byte)
{
	if (!lpt) return LPT_NULL;
	bool on = wait_irq_save(&lpt->wait);
	enum lpt_status status =
		lpt->interrupts ? buffered_send(lpt, byte) : polled_send(lpt, byte);
	wait_irq_restore(&lpt->wait, on);
	return status;
}

/* ---- many ---- */

/* Why it took too long. If the printer is ready, an interrupt was lost: the next call sends again.
 */
static enum lpt_status too_late(struct lpt *lpt)
{
	bool on = wait_irq_save(&lpt->wait);
	enum lpt_status status = lpt_check(lpt);
	if (!status) lpt->sending = false;
	wait_irq_restore(&lpt->wait, on);
	return status && status != LPT_WOULD_BLOCK ? status : LPT_TIMEOUT;
}

/* With interrupts, a printer that needs attention gets the same time as one that is busy. */
static bool waits(const struct lpt *lpt, enum lpt_status status)
{
	if (status == LPT_WOULD_BLOCK) return true;
	if (!lpt->interrupts) return false;
	return status == LPT_PAPER_END || status == LPT_FAULT || status == LPT_OFF_LINE;
}

static enum lpt_status send_one(struct lpt *lpt, uint8_t byte, uint64_t ns)
{
	enum lpt_status status = lpt_try_send(lpt, byte);
	if (!waits(lpt, status)) return status;
	uint64_t end = wait_deadline(&lpt->wait, ns);
	for (;;) {
		bool late = wait_expired(&lpt->wait, end);
		status = lpt_try_send(lpt, byte);
		if (!waits(lpt, status)) return status;
		if (late) return too_late(lpt);
		wait_relax(&lpt->wait);
	}
}

enum lpt_status lpt_send(struct lpt *lpt, const uint8_t *data, size_t n, uint64_t ns, size_t *done)
{
	if (done) *done = 0;
	if (!lpt || (!data && n)) return LPT_NULL;
	for (size_t i = 0; i < n; i++) {
		enum lpt_status status = send_one(lpt, data[i], ns);
		if (status) return status;
		if (done) *done = i + 1;
	}
	return LPT_OK;
}

/* Has everything left? While interrupts do the work, the port is not accessed. */
static enum lpt_status look(const struct lpt *lpt)
{
	bool on = wait_irq_save(&lpt->wait);
	bool left = !lpt->sending && !lpt_ring_used(&lpt->ring);
	enum lpt_status status = left ? lpt_check(lpt) : LPT_WOULD_BLOCK;
	wait_irq_restore(&lpt->wait, on);
	return status;
}

/* Not every printer interrupts when it is ready again after an error. */
static void start_again(struct lpt *lpt)
{
	bool on = wait_irq_save(&lpt->wait);
	if (!lpt->sending && lpt_ring_used(&lpt->ring)) (void)start(lpt);
	wait_irq_restore(&lpt->wait, on);
}

enum lpt_status lpt_flush(struct lpt *lpt, uint64_t ns)
{
	if (!lpt) return LPT_NULL;
	start_again(lpt);
	uint64_t end = wait_deadline(&lpt->wait, ns);
	for (;;) {
		bool late = wait_expired(&lpt->wait, end);
		enum lpt_status status = look(lpt);
		if (!waits(lpt, status)) return status;
		if (late) return too_late(lpt);
		wait_relax(&lpt->wait);
	}
}
