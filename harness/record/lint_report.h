/* SPDX-License-Identifier: MIT */
/* Collects the lints of a run: each id once, with its count and its first occurrence. */
#ifndef HARNESS_RECORD_LINT_REPORT_H
#define HARNESS_RECORD_LINT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/observe.h"

enum {
	/* Kinds that are kept, of some 500 bytes each. A guest can cause more, for example by
	   probing every MSR: those are counted, and only the first of them is reported. */
	LINT_REPORT_MAX = 65536,
	LINT_REPORT_TEXT_SIZE = 256 /* device_lint() makes no longer text */
};

enum lint_mode { LINT_MODE_OFF, LINT_MODE_WARN, LINT_MODE_ERROR };

/* One kind of broken rule. */
struct lint_entry {
	char id[LINT_ID_SIZE];
	char detail[LINT_REPORT_TEXT_SIZE]; /* of the first one */
	struct lint first;                  /* its `detail` is no longer valid: use the one above */
	uint64_t count;
	bool allowed;
	const char *fault; /* result of the report's fault() for this lint */
	bool foreign;      /* likewise */
};

struct lint_report {
	enum lint_mode mode;
	const char *const *allow; /* patterns of ids that are counted, not reported; not owned */
	size_t n_allow;
	FILE *out; /* where the first one of each id is reported; NULL: nowhere */
	/* Returns what differs between a lint and its description (catalogue_fault()); NULL:
	 * nothing, as it must be. May be NULL. */
	const char *(*fault)(const struct lint *l);
	/* Is the model that reported it a user's, and so the fault? NULL: none is. */
	bool (*foreign)(const struct lint *l);
	/* Describe a code address as "function+0x12 (file.c:33)", "" if unknown; may be NULL. */
	void (*symbol)(void *ctx, uint64_t pc, char *buf, size_t size);
	void *symbol_ctx;
	struct observer observer; /* attach this to the machine's hub */
	struct lint_entry *entry; /* in the order in which they came; grown on demand */
	size_t n, room, last;     /* last: hit cache */
	/* Finds an entry by its kind: number + 1 of the entry, 0: free. At most half of it is used;
	 * its size is a power of two. */
	uint32_t *index;
	size_t index_size;
	/* Numbers of lints of kinds beyond LINT_REPORT_MAX, or for which the host had no memory: of
	 * all, of those that are not allowed, and of these of those that are the guest's fault. */
	uint64_t overflow, overflow_reported, overflow_errors;
};

/* "off", "warn", "error". */
bool lint_mode_parse(const char *name, enum lint_mode *mode);

/* Start empty. `allow` must outlive the report. After the first lint, the report owns memory. */
void lint_report_init(struct lint_report *r, enum lint_mode mode, const char *const *allow,
		      size_t n_allow, FILE *out);
/* Free the memory. The report is then empty, and may be used again. A zeroed report may be freed.
 */
void lint_report_free(struct lint_report *r);
/* Count one, and report to r->out the first of its id. The observer calls it. */
void lint_report_add(struct lint_report *r, const struct lint *l);
/* Lints that are the guest's fault and not allowed, kept or not: what --lint error counts. Notes
 * and what is not modelled never fail a run. */
uint64_t lint_report_errors(const struct lint_report *r);
/* Lints that were reported (not allowed), those for what is not modelled included. */
uint64_t lint_report_total(const struct lint_report *r);
/* One line per id that came more than once, most frequent first, and how to learn what they mean;
 * nothing if none was reported. */
void lint_report_summary(const struct lint_report *r, FILE *out);

#endif
