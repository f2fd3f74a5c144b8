/* SPDX-License-Identifier: MIT */
/* What can be wrong with a table of registers. */
#include <stdio.h>
#include <string.h>

#include "emu/regs.h"

static const char *field_fault(const struct reg_desc *r, const struct reg_field *f, uint64_t seen)
{
	bool reserved = f->access == REG_RSVDP || f->access == REG_RSVDZ;

	if (f->msb < f->lsb) return "field whose msb is below its lsb";
	if (f->msb >= r->width) return "field outside the register";
	if (f->access > REG_RSVDZ) return "field with an unknown access";
	if (seen & reg_field_mask(f)) return "fields overlap";
	if (r->dir == REG_DIR_R && (f->access == REG_RW || f->access == REG_WO ||
				    f->access == REG_W1C || f->access == REG_RW1S))
		return "writable field in a read-only register";
	if (r->dir == REG_DIR_W && f->access == REG_RC)
		return "cleared-by-read field in a write-only register";
	for (const struct reg_field *g = r->fields; g < f && !reserved; g++)
		if (strcmp(g->name, f->name) == 0) return "field name used twice";
	return NULL;
}

/* A name in the row that is at fault: that of a field, or one in a list. NULL: it is the row. */
struct part {
	const char *name;
	size_t len;
};

static const char *fields_fault(const struct reg_desc *r, struct part *part)
{
	uint64_t seen = 0;

	if (!r->fields || !r->fields->name) return "no fields";
	for (const struct reg_field *f = r->fields; f->name; f++) {
		const char *fault = field_fault(r, f, seen);
		if (fault) {
			*part = (struct part){ f->name, strlen(f->name) };
			return fault;
		}
		seen |= reg_field_mask(f);
	}
	if (r->reset & ~(seen & ~reg_mask(r, 1u << REG_RSVDZ)))
		return "reset value sets reserved bits";
	return NULL;
}

static const char *layout_fault(const struct reg_desc *r)
{
	unsigned size = reg_bytes(r);

	if (r->width != 8 && r->width != 16 && r->width != 32 && r->width != 64)
		return "width is not 8, 16, 32 or 64";
	if (r->dir < REG_DIR_R || r->dir > REG_DIR_RW) return "no direction";
	if (r->offset % size && !(r->widths & REG_WHOLE))
		return "offset is not aligned to the width";
	if (r->stride && !r->count) return "stride without a count";
	if (r->count > 1 && r->stride < size) return "stride is smaller than the register";
	if (r->count > 1 && r->stride % size) return "stride is not aligned to the width";
	if (r->widths & ~(REG_W8 | REG_W16 | REG_W32 | REG_W64 | REG_HALVES | REG_WHOLE))
		return "unknown access width";
	if ((r->widths & REG_HALVES) && r->width != 64)
		return "halves of a register not 64 bits wide";
	return NULL;
}

/* The bytes at which an access reaches a cell. */
static unsigned reached_bytes(const struct reg_desc *r)
{
	return r->widths & REG_WHOLE ? 1 : reg_bytes(r);
}

/* Does any cell of `o` share a byte with [start, end)? Cells are sorted and do not overlap, so only
 * the last one that starts before `end` can. */
static bool covers(const struct reg_desc *o, uint64_t start, uint64_t end)
{
	uint64_t cell = 0;

	if (o->offset >= end) return false;
	if (reg_cells(o) > 1) {
		cell = (end - 1 - o->offset) / o->stride;
		if (cell >= o->count) cell = o->count - 1u;
	}
	return o->offset + cell * o->stride + reached_bytes(o) > start;
}

static bool overlap(const struct reg_desc *a, const struct reg_desc *b)
{
	if (!(a->dir & b->dir)) return false;
	if (a->bank && b->bank && a->bank != b->bank) return false;
	for (unsigned n = 0; n < reg_cells(a); n++) {
		uint64_t start = a->offset + (uint64_t)n * a->stride;
		if (covers(b, start, start + reached_bytes(a))) return true;
	}
	return false;
}

static bool has_field(const struct reg_desc *r, const struct part *part)
{
	const struct reg_field *f = r->fields;

	while (f->name &&
	       (strlen(f->name) != part->len || memcmp(f->name, part->name, part->len) != 0))
		f++;
	return f->name;
}

/* The next name in a list, which stands behind *at; false: there is none. */
static bool next_name(const char **at, struct part *part)
{
	*at += strspn(*at, " ");
	*part = (struct part){ *at, strcspn(*at, " ") };
	*at += part->len;
	return part->len > 0;
}

static bool is_whole(const char *list) { return !list || strcmp(list, "*") == 0; }

/* Has the row a field of each name in this list? NULL and "*" name all that there is. */
static bool has_fields(const struct reg_desc *r, const char *list, struct part *part)
{
	bool has = true;

	if (is_whole(list)) return true;
	while (has && next_name(&list, part)) has = has_field(r, part);
	return has;
}

/* Is a name in both lists? "*" stands for what the other list does not name. */
static bool is_in_both(const char *kept, const char *undone, struct part *part)
{
	struct part other;

	if (is_whole(kept) || is_whole(undone)) return false;
	while (next_name(&kept, part))
		for (const char *at = undone; next_name(&at, &other);)
			if (part->len == other.len &&
			    memcmp(part->name, other.name, other.len) == 0)
				return true;
	return false;
}

static const char *lists_fault(const struct reg_desc *r, struct part *part)
{
	if (!has_fields(r, r->kept, part))
		return "`kept` names a field that it does not have (blanks separate names)";
	if (!has_fields(r, r->undone, part))
		return "`undone` names a field that it does not have (blanks separate names)";
	return is_in_both(r->kept, r->undone, part) ? "named by `kept` and by `undone`" : NULL;
}

static const char *row_fault(const struct reg_desc *r, struct part *part)
{
	const char *fault;

	if (!*r->name) return "empty name";
	if (!r->spec || !*r->spec) return "no citation";
	fault = layout_fault(r);
	if (!fault) fault = fields_fault(r, part);
	return fault ? fault : lists_fault(r, part);
}

void reg_row_fault_field(const struct reg_desc *row, char *name, size_t size)
{
	struct part part = { NULL, 0 };

	name[0] = '\0';
	if (row_fault(row, &part) && part.name)
		snprintf(name, size, "%.*s", (int)part.len, part.name);
}

const char *reg_table_fault(const struct reg_desc *regs, unsigned n_regs,
			    const struct reg_desc **where)
{
	for (unsigned i = 0; i < n_regs; i++) {
		const struct reg_desc *r = &regs[i];
		const char *fault;

		if (!r->name) continue;
		struct part part;

		*where = r;
		fault = row_fault(r, &part);
		if (fault) return fault;
		for (unsigned j = 0; j < i; j++) {
			if (!regs[j].name) continue;
			if (strcmp(regs[j].name, r->name) == 0) return "name used twice";
			if (overlap(&regs[j], r)) return "overlaps an earlier row";
		}
	}
	*where = NULL;
	return NULL;
}
