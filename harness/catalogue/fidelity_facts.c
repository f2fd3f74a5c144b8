/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/fidelity_internal.h"

#include <stdlib.h>
#include <string.h>

static const char unread[] = "unread: ";

bool fidelity_is_read(const char *spec) { return strncmp(spec, unread, strlen(unread)) != 0; }

bool fidelity_is_reserved(const struct reg_field *f)
{
	return f->access == REG_RSVDP || f->access == REG_RSVDZ;
}

/* Whether the field is in the list: names separated by spaces, or "*" for all. */
static bool is_in(const char *list, const struct reg_field *f)
{
	size_t len = strlen(f->name);

	if (!list) return false;
	if (strcmp(list, "*") == 0) return true;
	for (; *list; list += strcspn(list, " "), list += strspn(list, " "))
		if (strcspn(list, " ") == len && memcmp(list, f->name, len) == 0) return true;
	return false;
}

enum fidelity_effect fidelity_effect(const struct reg_desc *r, const struct reg_field *f)
{
	if (is_in(r->undone, f)) return FIDELITY_UNDONE;
	return is_in(r->kept, f) ? FIDELITY_KEPT : FIDELITY_DONE;
}

/* ---- coverage ---- */

bool fidelity_can_read(const struct reg_desc *r) { return r->dir & REG_DIR_R; }

bool fidelity_can_write(const struct reg_desc *r, const struct reg_field *f)
{
	bool shows = f->access == REG_RO || f->access == REG_RC;

	return r->dir & REG_DIR_W && (!shows || !fidelity_can_read(r));
}

struct fidelity_reached fidelity_reached(const struct register_coverage *c, enum coverage_kind kind,
					 const struct reg_desc *r, uint64_t mask)
{
	const struct coverage_bits *b = coverage_of(c, kind, r);

	return (struct fidelity_reached){ .read = (b->read[0] | b->read[1]) & mask,
					  .written = (b->written[0] | b->written[1]) & mask };
}

enum fidelity_tested fidelity_tested(const struct register_coverage *c, const struct reg_desc *r,
				     const struct reg_field *f)
{
	struct fidelity_reached directed =
		fidelity_reached(c, COVERAGE_DIRECTED, r, reg_field_mask(f));
	struct fidelity_reached by_chance =
		fidelity_reached(c, COVERAGE_RANDOM, r, reg_field_mask(f));
	bool read = !fidelity_can_read(r) || directed.read,
	     written = !fidelity_can_write(r, f) || directed.written;

	if (read && written) return FIDELITY_TESTED;
	if (directed.read || (directed.written && fidelity_can_write(r, f))) return FIDELITY_PARTLY;
	return by_chance.read || (by_chance.written && fidelity_can_write(r, f))
		       ? FIDELITY_BY_CHANCE
		       : FIDELITY_UNTESTED;
}

/* ---- lints ---- */

static bool take_lint(void *ctx, const struct catalogue_lint *lint)
{
	struct fidelity_lints *l = ctx;

	if (l->lint) l->lint[l->n] = *lint;
	l->n++;
	return true;
}

struct fidelity_lints fidelity_lints(const struct catalogue_model *m)
{
	struct fidelity_lints l = { 0 };

	catalogue_visit(m, take_lint, &l);
	l.lint = calloc(l.n ? l.n : 1, sizeof(*l.lint));
	l.n = 0;
	if (l.lint) catalogue_visit(m, take_lint, &l);
	return l;
}

bool fidelity_told_before(const struct fidelity_lints *l, size_t i, const struct reg_desc *reg)
{
	for (size_t j = 0; j < i; j++)
		if ((!reg || l->lint[j].reg == reg) && strcmp(l->lint[j].id, l->lint[i].id) == 0)
			return true;
	return false;
}

bool fidelity_told(const struct register_coverage *c, enum coverage_kind kind, const char *id)
{
	return *coverage_of_lint(c, kind, id);
}

bool fidelity_told_by_chance(const struct register_coverage *c, const char *id)
{
	return !fidelity_told(c, COVERAGE_DIRECTED, id) && fidelity_told(c, COVERAGE_RANDOM, id);
}

bool fidelity_untold(const struct register_coverage *c, const char *id)
{
	return !fidelity_told(c, COVERAGE_DIRECTED, id) && !fidelity_told(c, COVERAGE_RANDOM, id);
}
