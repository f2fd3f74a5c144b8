/* SPDX-License-Identifier: MIT */
/* A test author's observer: keeps what happened in a form that a test can compare with. It is
 * fed through the hub and needs no CPU.
 *
 *	recorder_init(&rec);
 *	recorder_attach(&rec, &hub);
 *	recorder_expect_no_lint(&rec, fail, NULL);
 *	... run a driver ...
 *	require_eq(str, rec.trace, "SCR=5a SCR?5a IER=00 ");
 */
#ifndef HARNESS_RECORD_RECORDER_H
#define HARNESS_RECORD_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"

enum {
	RECORDER_TRACE = 4096, /* bytes of trace text kept */
	RECORDER_WIRE = 4096,  /* bytes of a wire kept */
	RECORDER_LINTS = 64,   /* lints kept whole; later ones of the same ids are only counted */
	RECORDER_ALLOWED = 16,
	RECORDER_TEXT = 160,
	RECORDER_LINES = 32 /* interrupt wires with a level of their own */
};

struct recorded_lint {
	char id[RECORDER_TEXT]; /* "uart16550.IER.reserved" */
	char instance[32];      /* "com1" */
	char detail[RECORDER_TEXT];
	uint64_t time_ns, addr, bits;
	enum lint_severity severity;
	size_t more; /* lints of this id that came when no more could be kept */
};

struct recorder {
	struct observer obs;
	struct hub *hub; /* where attached; NULL: nowhere */
	/* Accesses by register name: "IER=00 " a write, "LSR?60 " a read, "PORTSC[2]?0 " a cell of
	 * an array, "@3f6?ff " where no register is named. Digits as the access is wide. Those to
	 * model-specific registers too, with 16 digits. */
	char trace[RECORDER_TRACE];
	size_t n_trace;
	bool trace_full; /* text was lost */
	uint64_t n_reads, n_writes, n_irq_events;
	struct irq_event last_irq;
	struct recorded_lint lint[RECORDER_LINTS];
	size_t n_lints;           /* all of them, kept or not, allowed or not */
	size_t n_lost;            /* those whose id belongs to no lint that is kept */
	char wire[RECORDER_WIRE]; /* what recorder_tx() was given, NUL-terminated */
	size_t n_wire;
	bool wire_full;                  /* bytes were lost */
	bool level[RECORDER_LINES];      /* of the interrupt wires */
	unsigned raised[RECORDER_LINES]; /* rising edges */
	const char *allowed[RECORDER_ALLOWED];
	size_t n_allowed;
	void (*fail)(void *ctx, const char *text);
	void *fail_ctx;
};

/* Empty and attached nowhere. The recorder must not move in memory while attached. */
void recorder_init(struct recorder *r);
/* Attach to this hub, after leaving the one before; or detach. */
void recorder_attach(struct recorder *r, struct hub *hub);
void recorder_detach(struct recorder *r);
/* Forget what was recorded; stays attached, keeps what is allowed and what fails. */
void recorder_clear(struct recorder *r);

/* From now on, a lint whose id is not allowed calls fail(ctx, text) at once, so that the failure
 * shows the access at fault. Notes do not. fail may leave by longjmp, as a test framework does.
 * NULL: lints are only recorded (again). */
void recorder_expect_no_lint(struct recorder *r, void (*fail)(void *ctx, const char *text),
			     void *ctx);
/* Allow this id ("uart16550.IER.reserved"; the string is not copied). False: no room. */
bool recorder_allow(struct recorder *r, const char *id);
/* How many lints had this id. If none of them is kept, but lints of other ids were lost, each of
 * the lost ones may have had this id: then their number is returned. So 0 always means that none
 * came. */
size_t recorder_lint_count(const struct recorder *r, const char *id);
/* The last lint kept with this id, or NULL. */
const struct recorded_lint *recorder_lint_find(const struct recorder *r, const char *id);

/* Sinks to wire a model to; ctx is the recorder. recorder_irq fits struct irq. */
void recorder_tx(void *ctx, uint8_t byte);
void recorder_irq(void *ctx, unsigned n, bool level);

#endif
