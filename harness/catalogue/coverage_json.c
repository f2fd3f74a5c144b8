/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <jansson.h>

#include "harness/catalogue/coverage_report.h"
#include "harness/catalogue/register_text.h"

/* If out of memory a value is NULL, and jansson's functions fail: *ok is false at the end. */
static void set(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (json_object_set_new(object, key, value) != 0) *ok = false;
}

static void push(json_t *array, json_t *value, bool *ok)
{
	if (json_array_append_new(array, value) != 0) *ok = false;
}

static json_t *part(struct coverage_part p, bool *ok)
{
	json_t *o = json_object();

	set(o, "reached", json_integer(p.n), ok);
	set(o, "of", json_integer(p.of), ok);
	return o;
}

/* Bits of the register, in hexadecimal, as numbers of JSON readers may have 53 bits. */
static json_t *mask_text(uint64_t mask)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, mask);
	return json_string(text);
}

static json_t *masks(const struct coverage_bits *b, uint64_t mask, bool *ok)
{
	json_t *o = json_object();

	set(o, "read_as_0", mask_text(b->read[0] & mask), ok);
	set(o, "read_as_1", mask_text(b->read[1] & mask), ok);
	set(o, "written_as_0", mask_text(b->written[0] & mask), ok);
	set(o, "written_as_1", mask_text(b->written[1] & mask), ok);
	return o;
}

static json_t *field_object(const struct reg_desc *r, const struct reg_field *f,
			    const struct coverage_bits *seen, bool *ok)
{
	struct coverage_bits want = coverage_wanted(r, f);
	json_t *o = json_object();

	for (unsigned value = 0; value < 2; value++) {
		want.read[value] &= ~seen->read[value];
		want.written[value] &= ~seen->written[value];
	}
	set(o, "name", json_string(f->name), ok);
	set(o, "msb", json_integer(f->msb), ok);
	set(o, "lsb", json_integer(f->lsb), ok);
	set(o, "access", json_string(register_access(f->access)), ok);
	set(o, "seen", masks(seen, reg_field_mask(f), ok), ok);
	set(o, "missing", masks(&want, UINT64_MAX, ok), ok);
	return o;
}

static json_t *register_object(const struct register_coverage *c, const struct about_table *t,
			       const struct reg_desc *r, bool *ok)
{
	struct coverage_bits seen = coverage_seen(c, r);
	json_t *o = json_object(), *fields = json_array();

	set(o, "name", json_string(r->name), ok);
	set(o, "table", t->title ? json_string(t->title) : json_null(), ok);
	set(o, "access", json_string(register_dir(r)), ok);
	set(o, "read", json_boolean(seen.read[0] | seen.read[1]), ok);
	set(o, "written", json_boolean(seen.written[0] | seen.written[1]), ok);
	for (const struct reg_field *f = r->fields; f && f->name; f++)
		push(fields, field_object(r, f, &seen, ok), ok);
	set(o, "fields", fields, ok);
	return o;
}

static json_t *lint_objects(const struct register_coverage *c, const struct catalogue_model *m,
			    bool *ok)
{
	size_t n;
	const struct catalogue_lint *lint = coverage_lints_of(m->name, &n);
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();

		set(o, "id", json_string(lint[i].id), ok);
		set(o, "from_table", json_boolean(lint[i].from_table), ok);
		set(o, "caused", json_boolean(coverage_lint_seen(c, lint[i].id)), ok);
		push(array, o, ok);
	}
	return array;
}

static json_t *model_object(const struct register_coverage *c, const struct catalogue_model *m,
			    bool *ok)
{
	struct coverage_counts n = coverage_count(c, m);
	json_t *o = json_object(), *registers = json_array();

	set(o, "model", json_string(m->name), ok);
	set(o, "percent", json_integer(coverage_percent(&n)), ok);
	set(o, "registers_read", part(n.read, ok), ok);
	set(o, "registers_written", part(n.written, ok), ok);
	set(o, "bits", part(n.bits, ok), ok);
	set(o, "lints_caused", part(n.lints, ok), ok);
	set(o, "table_lints_caused", part(n.table_lints, ok), ok);
	for (const struct about_table *t = m->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++)
			if (t->regs[i].name)
				push(registers, register_object(c, t, &t->regs[i], ok), ok);
	set(o, "registers", registers, ok);
	set(o, "lints", lint_objects(c, m, ok), ok);
	return o;
}

bool coverage_json(FILE *out, const struct register_coverage *c,
		   const struct catalogue_model *const *m, size_t n)
{
	bool ok = true;
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) push(array, model_object(c, m[i], &ok), &ok);
	ok = ok && array && json_dumpf(array, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
	json_decref(array);
	return ok;
}
