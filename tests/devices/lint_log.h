/* SPDX-License-Identifier: MIT */
/* Counts lints and keeps the id of the last one, for the tests of single models. */
#ifndef TESTS_DEVICES_LINT_LOG_H
#define TESTS_DEVICES_LINT_LOG_H

#include "emu/observe.h"

struct lint_log {
	struct observer obs;
	unsigned n;
	char last[64];
	uint64_t bits;
	enum lint_severity severity;
};

static inline void lint_log_note(void *ctx, const struct lint *l)
{
	struct lint_log *log = ctx;

	log->n++;
	log->bits = l->bits;
	log->severity = l->desc->severity;
	lint_id(l, log->last, sizeof log->last);
}

/* Attaches the log, which must outlive the hub. */
static inline void lint_log_start(struct lint_log *log, struct hub *hub)
{
	*log = (struct lint_log){ .obs = { .lint = lint_log_note, .ctx = log } };
	hub_attach(hub, &log->obs);
}

#endif
