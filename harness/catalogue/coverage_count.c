/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/coverage_report.h"

#include "harness/catalogue/fidelity_internal.h"

/* ---- what tests should do ---- */

static bool is_reserved(const struct reg_field *f)
{
	return f->access == REG_RSVDP || f->access == REG_RSVDZ;
}

/* Bits that are stored are wanted as they are written, not read back as well: what a driver writes
 * it rarely reads. Where writing 1 acts, writing 0 does nothing. What the model lacks is not
 * wanted, nor is another value of a constant. */
struct coverage_bits coverage_wanted(const struct reg_desc *r, const struct reg_field *f)
{
	uint64_t mask = is_reserved(f) ? 0 : reg_field_mask(f);
	bool acts = f->access == REG_W1C || f->access == REG_RW1S;
	bool shows = f->access == REG_RO || f->access == REG_RC;
	bool write = r->dir == REG_DIR_W || (r->dir & REG_DIR_W && !shows);
	bool read = r->dir & REG_DIR_R && (!write || acts);
	bool constant = fidelity_effect(r, f) == FIDELITY_KEPT && shows && !write;
	struct coverage_bits want = { { 0 }, { 0 } };

	if (fidelity_effect(r, f) == FIDELITY_UNDONE) return want;
	if (read) want.read[0] = want.read[1] = mask;
	if (constant) {
		want.read[0] &= ~r->reset;
		want.read[1] &= r->reset;
	}
	if (write) want.written[1] = mask;
	if (write && !acts) want.written[0] = mask;
	return want;
}

bool coverage_wants(const struct reg_desc *r)
{
	for (const struct reg_field *f = r->fields; f && f->name; f++)
		if (!is_reserved(f) && fidelity_effect(r, f) != FIDELITY_UNDONE) return true;
	return false;
}

/* ---- what they did ---- */

struct coverage_bits coverage_seen(const struct register_coverage *c, const struct reg_desc *r)
{
	struct coverage_bits seen = { { 0 }, { 0 } };

	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++) {
		const struct coverage_bits *b = coverage_of(c, (enum coverage_kind)kind, r);

		for (unsigned value = 0; b && value < 2; value++) {
			seen.read[value] |= b->read[value];
			seen.written[value] |= b->written[value];
		}
	}
	return seen;
}

bool coverage_lint_seen(const struct register_coverage *c, const char *id)
{
	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++) {
		const uint64_t *seen = coverage_of_lint(c, (enum coverage_kind)kind, id);

		if (seen && *seen) return true;
	}
	return false;
}

/* ---- counting ---- */

unsigned coverage_bits_in(uint64_t mask)
{
	unsigned n = 0;

	for (; mask; mask &= mask - 1) n++;
	return n;
}

static void count(struct coverage_part *part, bool is)
{
	part->n += is;
	part->of++;
}

static void count_register(struct coverage_counts *n, const struct reg_desc *r,
			   const struct coverage_bits *seen)
{
	if (!coverage_wants(r)) return;
	if (r->dir & REG_DIR_R) count(&n->read, seen->read[0] | seen->read[1]);
	if (r->dir & REG_DIR_W) count(&n->written, seen->written[0] | seen->written[1]);
	for (const struct reg_field *f = r->fields; f && f->name; f++) {
		struct coverage_bits want = coverage_wanted(r, f);
		uint64_t all = 0, missing = 0;

		for (unsigned value = 0; value < 2; value++) {
			all |= want.read[value] | want.written[value];
			missing |= want.read[value] & ~seen->read[value];
			missing |= want.written[value] & ~seen->written[value];
		}
		n->bits.of += coverage_bits_in(all);
		n->bits.n += coverage_bits_in(all & ~missing);
	}
}

static void count_lints(struct coverage_counts *n, const struct register_coverage *c,
			const struct catalogue_model *m)
{
	size_t n_lints;
	const struct catalogue_lint *lint = coverage_lints_of(m->name, &n_lints);

	for (size_t i = 0; i < n_lints; i++)
		count(lint[i].from_table ? &n->table_lints : &n->lints,
		      coverage_lint_seen(c, lint[i].id));
}

struct coverage_counts coverage_count(const struct register_coverage *c,
				      const struct catalogue_model *m)
{
	struct coverage_counts n = { 0 };

	for (const struct about_table *t = m->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++) {
			struct coverage_bits seen;

			if (!t->regs[i].name) continue;
			seen = coverage_seen(c, &t->regs[i]);
			count_register(&n, &t->regs[i], &seen);
		}
	count_lints(&n, c, m);
	return n;
}

unsigned coverage_percent(const struct coverage_counts *counts)
{
	enum { WHOLE = 100 };
	uint64_t of = (uint64_t)counts->read.of + counts->written.of + counts->bits.of;
	uint64_t n = (uint64_t)counts->read.n + counts->written.n + counts->bits.n;

	return of ? (unsigned)(WHOLE * n / of) : WHOLE;
}
