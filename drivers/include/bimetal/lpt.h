/* SPDX-License-Identifier: MIT */
/* Parallel port in printer (SPP) mode, as every PC's has it (SMSC LPC47B34x p. 96), with a printer
 * at its other end (IEEE 1284 compatibility mode). Polled, or with interrupts and a buffer that the
 * caller provides.
 *
 *	static enum lpt_status greet(struct wait wait)
 *	{
 *		static const uint8_t text[] = "hello\r\n";
 *		struct lpt lpt;
 *		enum lpt_status status = lpt_init(&lpt, io_port(0x378), wait);
 *
 *		if (status) return status;
 *		return lpt_send(&lpt, text, sizeof(text) - 1, LPT_PATIENCE_NS, NULL);
 *	}
 *
 * Only one CPU at a time may use a handle. Calls outside an interrupt handler protect themselves
 * against lpt_interrupt() on the same CPU. */
#ifndef BIMETAL_LPT_H
#define BIMETAL_LPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define LPT_MUST_USE __attribute__((warn_unused_result))

enum lpt_status {
	LPT_OK,
	LPT_NULL,        /* a null pointer */
	LPT_BAD_BASE,    /* the three registers do not fit into the address space */
	LPT_BAD_STRIDE,  /* at ports: not 1; in memory: not a power of two up to LPT_MAX_STRIDE */
	LPT_BAD_BUFFER,  /* the size must be a power of two, at most LPT_MAX_BUFFER */
	LPT_ABSENT,      /* nothing answers at this address */
	LPT_INTERRUPTS,  /* not possible while interrupts are on */
	LPT_WOULD_BLOCK, /* the printer is busy; with interrupts: the buffer is full */
	LPT_TIMEOUT,     /* the printer stayed busy for too long */
	LPT_OFF_LINE,    /* the printer is off-line */
	LPT_PAPER_END,   /* the printer has no paper */
	LPT_FAULT,       /* the printer has another error */
	LPT_SPURIOUS     /* an interrupt that no byte had to wait for */
};

enum {
	LPT_MAX_STRIDE = 256,
	LPT_MAX_BUFFER = 1 << 30,
	/* Enough for a byte on its way, and for a printer that initialises itself. The mechanics of
	 * a printer whose buffer is full can take longer. */
	LPT_PATIENCE_NS = 2000000000
};

/* Events since lpt_init(). The counters wrap. */
struct lpt_counters {
	uint32_t sent;     /* bytes that were strobed to the printer */
	uint32_t held;     /* interrupts after which the printer could not take the next byte */
	uint32_t spurious; /* interrupts that no byte had to wait for */
};

/* A queue between other code and the interrupt handler. */
struct lpt_ring {
	uint8_t *data;
	uint32_t size; /* a power of two; 0: none */
	uint32_t in, out;
};

/* The handle: allocated by the caller, used by the driver. Callers may read `counters`. */
struct lpt {
	struct io io;
	struct wait wait;
	uint8_t control; /* the value last written, without STROBE */
	bool interrupts;
	bool sending; /* an interrupt will come for a byte that was strobed */
	struct lpt_ring ring;
	struct lpt_counters counters;
};

/* Find the port at `io`, select its printer and reset it: interrupts off, no automatic line feed.
 * The port is present if DATA keeps two patterns. Returns before the printer is ready again; calls
 * that send wait for it. After an error the handle must not be used. */
LPT_MUST_USE enum lpt_status lpt_init(struct lpt *lpt, struct io io, struct wait wait);
/* Reset the printer: what it has not printed is lost. LPT_INTERRUPTS: interrupts are on. */
LPT_MUST_USE enum lpt_status lpt_reset(struct lpt *lpt);
/* Can the printer take a byte? LPT_OK: yes. LPT_WOULD_BLOCK: it is busy. Or why not:
 * LPT_PAPER_END, LPT_FAULT, LPT_OFF_LINE, LPT_ABSENT. */
LPT_MUST_USE enum lpt_status lpt_check(const struct lpt *lpt);

/* ---- sending: polled; through the buffer while interrupts are on ---- */

/* Send one byte without waiting for the printer (the strobe itself takes 3 us). If it cannot be
 * sent, the result is that of lpt_check(). With interrupts, the byte goes into the buffer. */
LPT_MUST_USE enum lpt_status lpt_try_send(struct lpt *lpt, uint8_t byte);
/* Send all `n` bytes: returns when the last is in the printer or the buffer. For each byte the
 * printer may be busy for `ns`; then LPT_TIMEOUT. If it needs attention (LPT_PAPER_END, LPT_FAULT,
 * LPT_OFF_LINE) the call returns at once; with interrupts, when the buffer was full for `ns`. The
 * caller may go on later with the rest. `*done` (may be NULL): the number sent. */
LPT_MUST_USE enum lpt_status lpt_send(struct lpt *lpt, const uint8_t *data, size_t n, uint64_t ns,
				      size_t *done);
/* Wait until everything sent has left the buffer, and the printer can take the next byte; for `ns`
 * at most. The result is as of lpt_send(). */
LPT_MUST_USE enum lpt_status lpt_flush(struct lpt *lpt, uint64_t ns);

/* ---- interrupts ---- */

/* From now on lpt_interrupt() sends the bytes, from `buffer`, which belongs to the driver until
 * lpt_interrupts_off(). LPT_INTERRUPTS: they are already on. */
LPT_MUST_USE enum lpt_status lpt_interrupts_on(struct lpt *lpt, uint8_t *buffer, uint32_t size);
/* Send what is buffered, as lpt_flush() does, then go back to polling. Interrupts are off after an
 * error, too; unsent bytes are lost then. */
LPT_MUST_USE enum lpt_status lpt_interrupts_off(struct lpt *lpt, uint64_t ns);
/* Call this in the handler of the interrupt line, which is edge-triggered, with the CPU's
 * interrupts off. It sends the next byte. LPT_SPURIOUS: there was nothing to do; a printer also
 * interrupts when it becomes ready, and the chip does not tell whether it was this port. Otherwise
 * the result is that of lpt_check(): after LPT_PAPER_END, for example, sending goes on by itself
 * when the printer is ready. The caller acknowledges the interrupt at the interrupt controller. */
LPT_MUST_USE enum lpt_status lpt_interrupt(struct lpt *lpt);

#endif
