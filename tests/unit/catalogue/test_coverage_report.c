/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/coverage_report.h"
#include "tests/check.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/model.h"

/* A model as a user's, whose registers have each kind of field. */
enum { CTRL, STATUS, DATA, TRIM, COMMAND, N_REGS };

static const struct reg_desc regs[N_REGS] = {
	[CTRL] = { "CTRL", 0, 8, REG_DIR_RW, 0, 0, "Test 1",
		   REG_FIELDS({ "START", 0, 0, REG_RW1S }, { "GAIN", 3, 2, REG_RW },
			      { "KEEP", 4, 4, REG_RSVDP }, { "BUSY", 7, 7, REG_RO }) },
	[STATUS] = { "STATUS", 1, 8, REG_DIR_RW, 0, 0, "Test 2",
		     REG_FIELDS({ "DONE", 0, 0, REG_W1C }) },
	[DATA] = { "DATA", 2, 8, REG_DIR_R, 0, 0, "Test 3", REG_FIELDS({ "DATA", 7, 0, REG_RC }) },
	[TRIM] = { "TRIM", 3, 8, REG_DIR_W, 0, 0, "Test 4", REG_FIELDS({ "TRIM", 7, 0, REG_WO }) },
	[COMMAND] = { "COMMAND", 4, 8, REG_DIR_W, 0, 0, "Test 5",
		      REG_FIELDS({ "CODE", 1, 0, REG_RO }) },
};
static const struct lint_desc lints[] = {
	{ "DATA", "empty", .clause = "c", .hardware = "h", .instead = "i" },
	{ "CTRL", "restart", .clause = "c", .hardware = "h", .instead = "i" },
	{ 0 },
};
static const struct device_about about = { .title = "A gauge",
					   .table = { ABOUT_TABLE(regs, N_REGS, NULL) },
					   .lints = { lints } };
static const struct device_ops ops = {
	.name = "gauge", .about = &about, .regs = regs, .n_regs = N_REGS
};
static const struct model_part parts[] = { { .ops = &ops, .space = BUS_PORT, .size = 8 } };

static const char *make(void *model, const struct model_wiring *wiring)
{
	(void)model;
	(void)wiring;
	return NULL;
}
static const struct model model = { .name = "gauge",
				    .size = sizeof(struct device),
				    .part = parts,
				    .n_parts = ARRAY_SIZE(parts),
				    .init = make };

static struct register_coverage c;
static const struct catalogue_model *gauge;
static char *text;

static void setup_with(const struct model *other)
{
	catalogue_add_model(&model);
	if (other) catalogue_add_model(other);
	c.word = calloc(coverage_words(), sizeof(uint64_t));
	gauge = catalogue_model("gauge");
}

static void setup(void) { setup_with(NULL); }

static void teardown(void)
{
	free(c.word);
	free(text);
}

TestSuite(coverage_report, .init = setup, .fini = teardown, .timeout = 60);
/* Without setup(): the first call numbers the models. */
TestSuite(coverage_report_names, .fini = teardown, .timeout = 60);

static void reach(const char *lines)
{
	char error[COVERAGE_ERROR_SIZE];
	FILE *in = fmemopen((void *)(uintptr_t)lines, strlen(lines), "r");

	require(coverage_parse(&c, in, "text", error), "%s", error);
	fclose(in);
}

static const char *print(void (*fn)(FILE *out, const struct register_coverage *c,
				    const struct catalogue_model *m))
{
	size_t len = 0;
	FILE *out;

	free(text);
	out = open_memstream(&text, &len);
	fn(out, &c, gauge);
	fclose(out);
	return text;
}

static void expect_wanted(unsigned reg, const char *field, struct coverage_bits want)
{
	const struct reg_field *f = regs[reg].fields;

	while (strcmp(f->name, field) != 0) f++;
	struct coverage_bits got = coverage_wanted(&regs[reg], f);
	for (unsigned value = 0; value < 2; value++) {
		check_eq(u64, got.read[value], want.read[value], "%s %u", field, value);
		check_eq(u64, got.written[value], want.written[value], "%s %u", field, value);
	}
}

Test(coverage_report, what_is_wanted_of_a_field_follows_from_its_kind)
{
	expect_wanted(CTRL, "GAIN", (struct coverage_bits){ { 0, 0 }, { 0x0c, 0x0c } });
	expect_wanted(CTRL, "START", (struct coverage_bits){ { 1, 1 }, { 0, 1 } });
	expect_wanted(CTRL, "KEEP", (struct coverage_bits){ { 0, 0 }, { 0, 0 } });
	expect_wanted(CTRL, "BUSY", (struct coverage_bits){ { 0x80, 0x80 }, { 0, 0 } });
	expect_wanted(STATUS, "DONE", (struct coverage_bits){ { 1, 1 }, { 0, 1 } });
	expect_wanted(DATA, "DATA", (struct coverage_bits){ { 0xff, 0xff }, { 0, 0 } });
	expect_wanted(TRIM, "TRIM", (struct coverage_bits){ { 0, 0 }, { 0xff, 0xff } });
	expect_wanted(COMMAND, "CODE", (struct coverage_bits){ { 0, 0 }, { 3, 3 } });
}

Test(coverage_report, a_model_that_nothing_reached_lists_its_registers_once)
{
	check_eq(str, print(coverage_report),
		 "gauge: 0 %: 0 of 3 registers read, 0 of 4 written, 0 of 23 bits seen both ways, "
		 "0 of 2 lints caused\n"
		 "  not read            CTRL, STATUS, DATA\n"
		 "  not written         CTRL, STATUS, TRIM, COMMAND\n"
		 "  not caused          gauge.CTRL.restart, gauge.DATA.empty\n");
}

Test(coverage_report, what_is_missing_is_named_by_field_and_bit)
{
	/* START was written and is still set; of GAIN one bit has both values. */
	reach("directed gauge 0 CTRL 8e 1 fa 5\n"
	      "random gauge 0 CTRL 0 0 4 8\n"
	      "directed gauge 0 STATUS ff 1 fe 1\n"
	      "directed gauge 0 DATA ff ff 0 0\n"
	      "qemu gauge 0 TRIM 0 0 ff f0\n"
	      "directed gauge.DATA.empty\n");
	check_eq(
		str, print(coverage_report),
		"gauge: 70 %: 3 of 3 registers read, 3 of 4 written, 15 of 23 bits seen both ways, "
		"1 of 2 lints caused\n"
		"  not written         COMMAND\n"
		"  CTRL.START          not read as 0\n"
		"  CTRL.BUSY           not read as 1\n"
		"  TRIM                bits 3:0 not written as 1\n"
		"  not caused          gauge.CTRL.restart\n");
}

Test(coverage_report, a_model_that_was_reached_in_full_lists_nothing)
{
	reach("directed gauge 0 CTRL 8f 8d ff ff\ndirected gauge 0 STATUS 1 1 1 1\n"
	      "directed gauge 0 DATA ff ff 0 0\ndirected gauge 0 TRIM 0 0 ff ff\n"
	      "directed gauge 0 COMMAND 0 0 3 3\n"
	      "directed gauge.DATA.empty\ndirected gauge.CTRL.restart\n");
	check_eq(str, print(coverage_report),
		 "gauge: 100 %: 3 of 3 registers read, 4 of 4 written, 23 of 23 bits seen both "
		 "ways, 2 of 2 lints caused\n");
}

Test(coverage_report, lints_that_follow_from_the_table_are_counted_apart)
{
	struct coverage_counts n;

	reach("directed gauge.DATA.readonly\nrandom gauge.no-register\n");
	n = coverage_count(&c, gauge);
	check_eq(uint, n.lints.n, 0);
	check_eq(uint, n.table_lints.n, 2);
	check(n.table_lints.of > 2);
	check_eq(uint, coverage_percent(&n), 0);
}

Test(coverage_report, all_of_it_says_what_was_seen)
{
	reach("directed gauge 0 CTRL 0 0 3 d\n");
	print(coverage_report_all);
	check(strstr(text, "\n  CTRL                     not read          written\n"), "%s", text);
	check(strstr(text, "\n    3:2   GAIN             -                 1\n"
			   "    4     KEEP             -                 -\n"),
	      "%s", text);
	check(strstr(text, "\n    not caused gauge.DATA.empty\n"), "%s", text);
	reach("directed gauge 0 DATA 1 0 0 0\n");
	print(coverage_report_all);
	check(strstr(text, "\n    7:0   DATA             0 (1 of 8)\n"), "%s", text);
}

/* As a device that two modules have: once with an address, once as a PCI function. */
Test(coverage_report_names, two_models_of_one_name_share_their_lints)
{
	static const struct device_about same = { .title = "A gauge",
						  .table = { ABOUT_TABLE(regs, N_REGS, NULL) },
						  .lints = { lints } };
	static const struct device_ops its_ops = {
		.name = "gauge", .about = &same, .regs = regs, .n_regs = N_REGS
	};
	static const struct model_part its_part = { .ops = &its_ops, .space = BUS_PORT, .size = 8 };
	static const struct model other = { .name = "gauge2",
					    .size = sizeof(struct device),
					    .part = &its_part,
					    .n_parts = 1,
					    .init = make };
	const struct coverage_model *first = NULL;
	size_t n_models = 0;

	setup_with(&other);
	for (size_t i = 0; coverage_model_at(i); i++) {
		const struct coverage_model *m = coverage_model_at(i);

		if (strcmp(m->name, "gauge") != 0) continue;
		/* The reader of a recording may have only one of them. */
		if (n_models++ == 0) first = m;
		check_eq(u64, m->stamp, first->stamp);
		check_eq(sz, m->words, first->words);
	}
	check_eq(sz, n_models, 2);
	reach("directed gauge.DATA.empty\n");
	check(strstr(print(coverage_report), " 1 of 2 lints caused\n") != NULL, "%s", text);
}

Test(coverage_report, json_has_what_was_seen_and_what_is_missing)
{
	json_t *root, *o, *field;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	reach("directed gauge 0 CTRL 0 0 4 8\n");
	require(coverage_json(out, &c, &gauge, 1));
	fclose(out);
	root = json_loads(text, 0, NULL);
	o = json_array_get(root, 0);
	check_eq(str, json_string_value(json_object_get(o, "model")), "gauge");
	check_eq(int, (int)json_integer_value(json_object_get(o, "percent")), 3);
	o = json_array_get(json_object_get(o, "registers"), CTRL);
	check(json_is_true(json_object_get(o, "written")));
	check(json_is_false(json_object_get(o, "read")));
	field = json_array_get(json_object_get(o, "fields"), 1);
	check_eq(str, json_string_value(json_object_get(field, "name")), "GAIN");
	o = json_object_get(field, "seen");
	check_eq(str, json_string_value(json_object_get(o, "written_as_1")), "0x8");
	o = json_object_get(field, "missing");
	check_eq(str, json_string_value(json_object_get(o, "written_as_1")), "0x4");
	check_eq(str, json_string_value(json_object_get(o, "read_as_1")), "0x0");
	json_decref(root);
}

Test(coverage_report, what_the_model_lacks_is_not_wanted)
{
	const struct reg_desc r = { "ID",
				    0,
				    8,
				    REG_DIR_R,
				    0,
				    0x50,
				    "Test 6",
				    REG_FIELDS({ "CODE", 7, 4, REG_RO }, { "COUNT", 3, 0, REG_RO }),
				    .kept = "CODE",
				    .undone = "COUNT" };
	const struct reg_desc lacking = {
		"LACKING",    1, 8, REG_DIR_RW, 0, 0, "Test 7", REG_FIELDS({ "F", 7, 0, REG_RW }),
		.undone = "*"
	};
	struct coverage_bits constant = coverage_wanted(&r, &r.fields[0]);
	struct coverage_bits undone = coverage_wanted(&r, &r.fields[1]);

	check_eq(u64, constant.read[1], 0x50);
	check_eq(u64, constant.read[0], 0xa0);
	check_eq(u64, undone.read[0] | undone.read[1], 0);
	check(coverage_wants(&r));
	check(!coverage_wants(&lacking));
}
