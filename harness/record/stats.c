/* SPDX-License-Identifier: MIT */
#include "harness/record/stats.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "emu/units.h"
#include "harness/record/event_text.h"

enum { NAME_SIZE = 16 };

static json_t *integer(uint64_t v) { return json_integer((json_int_t)v); }

/* jansson's setters accept the NULL of a failed allocation, and then fail: one flag is enough. */
static void set(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (json_object_set_new(object, key, value) != 0) *ok = false;
}

static void add(json_t *object, const char *key, uint64_t n, bool *ok)
{
	const json_t *old = json_object_get(object, key);
	uint64_t sum = n + (old ? (uint64_t)json_integer_value(old) : 0);
	set(object, key, integer(sum), ok);
}

static uint64_t sum_irqs(const struct cpu_stats *cpu)
{
	uint64_t sum = 0;
	for (unsigned v = 0; v < 256; v++) sum += cpu->interrupts[v];
	return sum;
}

static json_t *irqs_by_vector(const struct cpu_stats *cpu, bool *ok)
{
	json_t *object = json_object();
	for (unsigned v = 0; v < 256; v++) {
		char name[NAME_SIZE];
		if (cpu->interrupts[v] == 0) continue;
		snprintf(name, sizeof(name), "0x%02x", v);
		add(object, name, cpu->interrupts[v], ok);
	}
	return object;
}

static json_t *exceptions(const struct cpu_stats *cpu, bool *ok)
{
	json_t *object = json_object();
	for (unsigned v = 0; v < 32; v++) {
		char number[NAME_SIZE];
		if (cpu->exceptions[v] == 0) continue;
		const char *name = exception_name((uint8_t)v);
		snprintf(number, sizeof(number), "%u", v);
		add(object, name ? name : number, cpu->exceptions[v], ok);
	}
	return object;
}

static void add_ranges(json_t *object, const struct bus_decoder *decoder, bool *ok)
{
	for (size_t i = 0; i < decoder->n; i++) {
		const struct bus_range *r = &decoder->range[i];
		if (r->accesses && r->name) add(object, r->name, r->accesses, ok);
	}
}

static json_t *accesses(const struct bus *bus, bool *ok)
{
	json_t *object = json_object();
	add_ranges(object, &bus->port, ok);
	add_ranges(object, &bus->memory, ok);
	return object;
}

static json_t *lints(const struct lint_report *report, bool *ok)
{
	json_t *object = json_object();
	for (size_t i = 0; i < report->n; i++)
		add(object, report->entry[i].id, report->entry[i].count, ok);
	return object;
}

/* A file name may be any bytes, but JSON needs UTF-8. */
static json_t *file_name(const char *name)
{
	json_t *text = json_string(name);
	char *ascii = text ? NULL : strdup(name);
	if (!ascii) return text;
	for (char *c = ascii; *c; c++)
		if ((unsigned char)*c > 0x7f) *c = '?';
	text = json_string(ascii);
	free(ascii);
	return text;
}

static void set_run(json_t *o, const struct stats *s, bool *ok)
{
	double wall_ns = (double)s->wall_ns;
	double mips = wall_ns > 0 ? (double)s->cpu->instructions / wall_ns * NS_PER_US : 0;
	set(o, "version", json_string(s->version), ok);
	set(o, "engine", json_string(s->engine), ok);
	set(o, "image", file_name(s->image), ok);
	set(o, "machine", json_string(s->machine), ok);
	set(o, "memory", integer(s->memory), ok);
	set(o, "stopped_by", json_string(s->stopped_by), ok);
	set(o, "detail", json_string(s->detail), ok);
	set(o, "guest_exit", s->has_guest_exit ? integer(s->guest_exit) : json_null(), ok);
	set(o, "exit_code", json_integer(s->exit_code), ok);
	set(o, "interactive", json_boolean(s->interactive), ok);
	set(o, "virtual_ns", integer(s->virtual_ns), ok);
	set(o, "wall_ms", json_real(wall_ns / NS_PER_MS), ok);
	set(o, "mips", json_real(mips), ok);
}

static void set_counts(json_t *o, const struct stats *s, bool *ok)
{
	set(o, "instructions", integer(s->cpu->instructions), ok);
	set(o, "blocks", integer(s->cpu->blocks), ok);
	set(o, "irqs", integer(sum_irqs(s->cpu)), ok);
	set(o, "irqs_by_vector", irqs_by_vector(s->cpu, ok), ok);
	set(o, "exceptions", exceptions(s->cpu, ok), ok);
	set(o, "software_interrupts", integer(s->cpu->software_interrupts), ok);
	set(o, "tlb_fills", integer(s->cpu->tlb_fills), ok);
	set(o, "tlb_flushes", integer(s->cpu->tlb_flushes), ok);
	set(o, "engine_starts", integer(s->cpu->engine_starts), ok);
	set(o, "accesses", accesses(s->bus, ok), ok);
	set(o, "unclaimed", integer(s->bus->unclaimed), ok);
	set(o, "resets", integer(s->resets), ok);
	set(o, "lints", lints(s->lints, ok), ok);
	set(o, "digest", s->digest ? json_string(s->digest) : json_null(), ok);
}

bool stats_write(const struct stats *s, FILE *out)
{
	bool ok = true;
	json_t *object = json_object();
	set_run(object, s, &ok);
	set_counts(object, s, &ok);
	if (ok) ok = json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0;
	json_decref(object);
	return ok && fputc('\n', out) != EOF && fflush(out) == 0;
}
