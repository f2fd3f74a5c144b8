/* SPDX-License-Identifier: MIT */
/* Lints: the rules of the hardware that a guest can break, and the reports of broken ones.
 *
 * A rule is a value, declared once: a row of a list such as hpet_lints[], which is indexed by an
 * enum and ended by a row without a rule. Who reports it passes that row, as in
 * device_lint(&h->dev, &hpet_lints[HPET_LINT_ROUTE], ...), and `bimetal explain` prints it: the
 * device's about (emu/about.h) names the list. */
#ifndef EMU_LINT_H
#define EMU_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINT_ID_SIZE = 96 }; /* bytes of the longest id, NUL included */

enum lint_severity {
	LINT_GUEST,        /* the guest broke a rule of the hardware */
	LINT_NOT_MODELLED, /* the guest used what bimetal does not model */
	LINT_NOTE          /* unusual but harmless: nothing was lost or ended */
};

/* A rule that can be broken. */
struct lint_desc {
	/* The registers concerned: names from the model's tables, separated by spaces. Each may be
	 * a glob pattern ("LVT_*") for names in these tables. NULL: the device as a whole. */
	const char *reg;
	const char *rule; /* "overrun"; NULL ends a list */
	enum lint_severity severity;
	const char *spec;     /* document and section; "": none; NULL: that of the register's row */
	const char *clause;   /* what the rule says, in our words */
	const char *hardware; /* what real hardware does if the rule is broken */
	const char *instead;  /* what the guest should do instead */
};

/* Another place that belongs to a broken rule: what was done there is why the access is wrong. */
struct lint_cause {
	const char *what; /* "the entry was written"; NULL: there is none */
	uint64_t time_ns, pc;
};

/* A rule that was broken. The stable id is "<dev>.<reg>.<rule>", printed by lint_id(). */
struct lint {
	uint64_t time_ns;
	uint64_t pc;
	uint64_t addr;        /* port or physical address; 0 if there is none */
	uint64_t bits;        /* the offending bits, value or width, depending on the rule */
	const char *dev;      /* model name: "uart16550", or "bus" */
	const char *instance; /* "com1"; "" if there is none */
	const char *reg;      /* datasheet register name, or NULL */
	const struct lint_desc *desc;
	const char *spec;   /* citation: the description's, or the register's; "" if none applies */
	const char *detail; /* one sentence; valid during the callback only; may be "" */
	struct lint_cause cause;
	bool each; /* report once for each value of `bits`, not once in all */
};

/* Rules that follow from a row of a register table (emu/regs.h). The row says which registers, and
 * what clause and advice are in full (harness/catalogue/explain.h): here they are NULL. */
enum reg_lint {
	REG_LINT_NO_REGISTER,
	REG_LINT_READONLY,
	REG_LINT_WRITEONLY,
	REG_LINT_WIDTH,
	REG_LINT_MISALIGNED,
	REG_LINT_RESERVED,
	REG_LINT_PRESERVE
};
extern const struct lint_desc reg_lints[];

enum bus_lint { BUS_LINT_UNCLAIMED_READ, BUS_LINT_UNCLAIMED_WRITE };
extern const struct lint_desc bus_lints[];

/* Of any bus master. */
enum dma_lint {
	DMA_LINT_BUS_MASTER,
	DMA_LINT_ADDRESS_WIDTH,
	DMA_LINT_NOWHERE,
	DMA_LINT_MESSAGE_NOWHERE
};
extern const struct lint_desc dma_lints[];

/* Of a device whose address range the guest moves. */
enum base_lint { BASE_LINT_OVERLAP };
extern const struct lint_desc base_lints[];

/* Write the stable id into buf (size >= 1; cut to fit) and return buf: "uart16550.IER.reserved",
 * or, without a register, "bus.unclaimed-read". */
const char *lint_id(const struct lint *l, char *buf, unsigned long size);
/* Does the pattern match the id? It matches if it equals the id, or if it ends with '*' and the id
 * begins with the part before. */
bool lint_id_matches(const char *pattern, const char *id);

#endif
