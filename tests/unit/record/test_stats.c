/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/record/stats.h"
#include "tests/check.h"

#include <jansson.h>
#include <stdlib.h>

static struct lint_report lints;
static struct cpu_stats cpu;
static struct bus bus;
static json_t *root;

static struct stats base(void)
{
	return (struct stats){ .version = "1.2",
			       .engine = "2.1.4",
			       .image = "k.elf",
			       .machine = "isapc",
			       .memory = 1 << 20,
			       .stopped_by = "halted",
			       .detail = "",
			       .virtual_ns = 5,
			       .wall_ns = 2000000,
			       .cpu = &cpu,
			       .bus = &bus,
			       .lints = &lints };
}

static void write_and_parse(const struct stats *s)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	require(stats_write(s, out));
	fclose(out);
	root = json_loads(text, 0, NULL);
	require(root != NULL, "not JSON: %s", text);
	free(text);
}

static bool is(const json_t *value, json_type type) { return value && json_typeof(value) == type; }

static long long number(const char *key) { return json_integer_value(json_object_get(root, key)); }

static long long in(const char *key, const char *name)
{
	const json_t *object = json_object_get(root, key);
	require(is(object, JSON_OBJECT), "%s is no object", key);
	return json_integer_value(json_object_get(object, name));
}

static void start(void) { lint_report_init(&lints, LINT_MODE_OFF, NULL, 0, NULL); }
static void finish(void) { json_decref(root); }

TestSuite(stats, .init = start, .fini = finish, .timeout = 60);

Test(stats, every_documented_key_is_there)
{
	static const char *const keys[] = {
		"stopped_by",
		"guest_exit",
		"interactive",
		"instructions",
		"blocks",
		"virtual_ns",
		"wall_ms",
		"mips",
		"irqs",
		"exceptions",
		"software_interrupts",
		"accesses",
		"lints",
		"unclaimed",
		"resets",
		"digest",
		"exit_code",
		"machine",
		"memory",
		"image",
		"version",
		"detail",
		"engine",
	};
	struct stats s = base();
	write_and_parse(&s);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		check(json_object_get(root, keys[i]) != NULL, "no key %s", keys[i]);
}

Test(stats, counts_go_by_name)
{
	static const struct lint_desc c = { .rule = "c" };
	struct lint l = { .dev = "a", .reg = "b", .desc = &c };
	struct device *none = NULL;
	cpu.instructions = 4000000;
	cpu.interrupts[0x30] = 2;
	cpu.interrupts[0x31] = 3;
	cpu.exceptions[14] = 4;
	cpu.exceptions[31] = 1;
	bus.port.range[0] = (struct bus_range){ .name = "com1", .accesses = 7, .dev = none };
	bus.memory.range[0] = (struct bus_range){ .name = "com1", .accesses = 1 };
	bus.memory.range[1] = (struct bus_range){ .name = "vga", .accesses = 0 };
	bus.port.n = 1;
	bus.memory.n = 2;
	bus.unclaimed = 9;
	lint_report_add(&lints, &l);
	lint_report_add(&lints, &l);
	struct stats s = base();
	write_and_parse(&s);
	check_eq(llong, number("irqs"), 5);
	check_eq(llong, in("irqs_by_vector", "0x31"), 3);
	check_eq(llong, in("exceptions", "#PF"), 4);
	check_eq(llong, in("exceptions", "31"), 1);
	check_eq(llong, in("accesses", "com1"), 8);
	check(json_object_get(json_object_get(root, "accesses"), "vga") == NULL);
	check_eq(llong, in("lints", "a.b.c"), 2);
	check_eq(llong, number("unclaimed"), 9);
	check(json_real_value(json_object_get(root, "mips")) > 1999.0);
	check(json_real_value(json_object_get(root, "wall_ms")) == 2.0);
}

Test(stats, an_event_that_did_not_happen_is_null)
{
	struct stats s = base();
	write_and_parse(&s);
	check(is(json_object_get(root, "guest_exit"), JSON_NULL));
	check(is(json_object_get(root, "digest"), JSON_NULL));
}

Test(stats, an_event_that_happened_is_not_null)
{
	struct stats s = base();
	s.has_guest_exit = true;
	s.guest_exit = 0xffffffff;
	s.digest = "00112233";
	write_and_parse(&s);
	check_eq(llong, number("guest_exit"), 0xffffffffll);
	check_eq(str, json_string_value(json_object_get(root, "digest")), "00112233");
}

Test(stats, a_file_name_that_is_no_utf8_does_not_stop_it)
{
	struct stats s = base();
	s.image = "k\xff.elf";
	write_and_parse(&s);
	check_eq(llong, number("memory"), 1 << 20);
	check_eq(str, json_string_value(json_object_get(root, "image")), "k?.elf");
}

Test(stats, a_full_disk_is_noticed)
{
	struct stats s = base();
	FILE *out = fopen("/dev/full", "w");
	require(out != NULL);
	check(!stats_write(&s, out));
	fclose(out);
}
