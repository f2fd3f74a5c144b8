/* SPDX-License-Identifier: MIT */
/* Interrupts: one at each rising edge of nACK (SMSC LPC47B34x p. 96). */
#include "lpt_registers.h"

/* BUSY falls with nACK or after it (table 1-10: tnbusy is 0 or more). */
enum { SETTLE_NS = 20000 };

static enum lpt_status await_ready(struct lpt *lpt)
{
	uint64_t end = wait_deadline(&lpt->wait, SETTLE_NS);
	for (;;) {
		bool late = wait_expired(&lpt->wait, end);
		enum lpt_status status = lpt_check(lpt);
		if (status != LPT_WOULD_BLOCK || late) return status;
		wait_relax(&lpt->wait);
	}
}

enum lpt_status lpt_interrupt(struct lpt *lpt)
{
	if (!lpt) return LPT_NULL;
	if (!lpt->sending && !lpt_ring_used(&lpt->ring)) {
		lpt->counters.spurious++;
		return LPT_SPURIOUS;
	}
	enum lpt_status status = await_ready(lpt);
	lpt->sending = false;
	if (status) {
		lpt->counters.held++;
		return status;
	}
	if (lpt_ring_used(&lpt->ring)) lpt_send_oldest(lpt);
	return LPT_OK;
}

/* ---- on and off ---- */

enum lpt_status lpt_interrupts_on(struct lpt *lpt, uint8_t *buffer, uint32_t size)
{
	if (!lpt || !buffer) return LPT_NULL;
	if (!size || size > LPT_MAX_BUFFER || size & (size - 1)) return LPT_BAD_BUFFER;
	if (lpt->interrupts) return LPT_INTERRUPTS;
	bool on = wait_irq_save(&lpt->wait);
	lpt->ring = (struct lpt_ring){ .size = size };
	lpt->ring.data = buffer;
	lpt->interrupts = true;
	lpt_set_control(lpt, lpt->control | LPT_IRQE);
	wait_irq_restore(&lpt->wait, on);
	return LPT_OK;
}

enum lpt_status lpt_interrupts_off(struct lpt *lpt, uint64_t ns)
{
	if (!lpt) return LPT_NULL;
	if (!lpt->interrupts) return LPT_OK;
	enum lpt_status status = lpt_flush(lpt, ns);
	bool on = wait_irq_save(&lpt->wait);
	lpt_set_control(lpt, lpt->control & ~(unsigned)LPT_IRQE);
	lpt->interrupts = false;
	lpt->sending = false;
	lpt->ring.out = lpt->ring.in; /* what is left is lost */
	wait_irq_restore(&lpt->wait, on);
	return status;
}
