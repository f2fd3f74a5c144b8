/* SPDX-License-Identifier: MIT */
/* What model_fault() finds: each test breaks one thing of a description that has no fault. */
#include <string.h>

#include "emu/about.h"
#include "emu/model.h"
#include "tests/check.h"

enum { N_REGS = 2, TOO_LONG = 5000, MANY_ROWS = 1025, MANY_LINTS = 1025 };

struct latch {
	struct device dev, more;
	uint64_t reg[N_REGS];
};

static struct reg_field fields[66];
static struct reg_desc regs[N_REGS];
static struct lint_desc lints[2];
static struct device_about about;
static struct device_ops ops;
static struct model_part parts[MODEL_MAX_PARTS + 1];
static struct model_input inputs[MODEL_MAX_INPUTS + 1];
static struct model model;
static char too_long[TOO_LONG + 1], names[MODEL_MAX_INPUTS + 1][8];
static struct reg_desc many[MANY_ROWS];
static struct lint_desc many_lints[MANY_LINTS];
static const char word32[] = "abcdefghijabcdefghijabcdefghijab";

/* What object_room() would say of these arrays. */
static size_t n_fields, n_lints, n_rows, n_parts, n_inputs;
static size_t room(const void *at)
{
	if (at == fields) return n_fields * sizeof(fields[0]);
	if (at == lints) return n_lints * sizeof(lints[0]);
	if (at == regs) return n_rows * sizeof(regs[0]);
	if (at == parts) return n_parts * sizeof(parts[0]);
	return at == inputs ? n_inputs * sizeof(inputs[0]) : SIZE_MAX;
}

static const char *init(void *m, const struct model_wiring *w)
{
	(void)m;
	(void)w;
	return NULL;
}

static void set_input(void *m, unsigned n, uint64_t value)
{
	(void)m;
	(void)n;
	(void)value;
}

static uint64_t mem_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)offset;
	(void)width;
	return 0;
}

static void mem_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	(void)offset;
	(void)width;
	(void)value;
}

static void make(void)
{
	memset(too_long, 'x', TOO_LONG);
	for (size_t i = 0; i <= MODEL_MAX_INPUTS; i++)
		snprintf(names[i], sizeof(names[i]), "held%zu", i);
	memset(fields, 0, sizeof(fields));
	fields[0] = (struct reg_field){ "HELD", 7, 0, REG_RW };
	for (unsigned i = 0; i < N_REGS; i++)
		regs[i] = (struct reg_desc){ .name = i ? "SECOND" : "FIRST",
					     .offset = i,
					     .width = 8,
					     .dir = REG_DIR_RW,
					     .fields = fields,
					     .spec = "1.2" };
	memset(lints, 0, sizeof(lints));
	lints[0] = (struct lint_desc){
		.reg = "FIRST", .rule = "zero", .clause = "c", .hardware = "h", .instead = "i"
	};
	about = (struct device_about){ .title = "A latch",
				       .table = { ABOUT_TABLE(regs, N_REGS, NULL) },
				       .lints = { lints } };
	ops = (struct device_ops){
		.name = "latch", .about = &about, .regs = regs, .n_regs = N_REGS
	};
	for (size_t i = 0; i <= MODEL_MAX_PARTS; i++)
		parts[i] = (struct model_part){ .ops = &ops, .space = BUS_PORT, .size = 2 };
	for (size_t i = 0; i <= MODEL_MAX_INPUTS; i++)
		inputs[i] = (struct model_input){ names[i], "what it holds", 255 };
	model = (struct model){ .name = "latch",
				.size = sizeof(struct latch),
				.part = parts,
				.n_parts = 1,
				.init = init,
				.input = inputs,
				.n_inputs = 1,
				.set_input = set_input };
}

TestSuite(model, .init = make);

static void sound(void)
{
	char why[512];
	const char *fault = model_fault(&model, NULL, why, sizeof(why));

	check_eq(ptr, fault, NULL, "%s", fault ? fault : "");
}

static void expect(const char *what)
{
	char why[512];
	const char *fault = model_fault(&model, NULL, why, sizeof(why));

	check(fault && strstr(fault, what), "not '%s', but: %s", what, fault ? fault : "nothing");
	make();
}

Test(model, a_sound_one_has_no_fault)
{
	sound();
	model.n_inputs = 0;
	model.input = NULL;
	model.set_input = NULL;
	sound();
	parts[1].device = offsetof(struct latch, more);
	model.n_parts = 2;
	sound();
	model.pci = true;
	parts[0].size = parts[1].size = 0;
	sound();
}

Test(model, the_message_fits_any_buffer)
{
	char small[8] = "1234567";

	model.init = NULL;
	check_eq(str, model_fault(&model, NULL, small, 4), "lat");
	check_eq(chr, small[4], '5', "no byte behind the end is written");
}

Test(model, its_name_is_a_word_of_lower_case)
{
	static const char *const wrong[] = { NULL,  "",    "1st", "-x",  "Latch",  "la tch",
					     "l.a", "l,a", "l/a", "l=a", "latch\n" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		model.name = wrong[i];
		expect("its name is not a word");
	}
	model.name = word32;
	expect("at most 31");
	model.name = word32 + 1;
	sound();
	model.name = "a-b_2";
	sound();
}

Test(model, its_struct_has_a_size_that_holds_a_device)
{
	model.size = sizeof(struct device) - 1;
	expect("a struct of");
	model.size = 0;
	expect("a struct of");
	model.size = MODEL_MAX_SIZE + 1;
	expect("a struct of");
	model.size = MODEL_MAX_SIZE;
	sound();
	model.size = sizeof(struct device) + N_REGS * sizeof(uint64_t);
	sound();
	model.size--;
	expect("the 2 registers of latch have no room");
}

Test(model, it_has_functions_and_parts)
{
	model.init = NULL;
	expect("no init()");
	model.part = NULL;
	expect("1 parts; 1 to 8");
	model.n_parts = 0;
	expect("0 parts; 1 to 8");
	model.n_parts = MODEL_MAX_PARTS + 1;
	expect("9 parts; 1 to 8");
	model.n_parts = MODEL_MAX_PARTS;
	sound();
}

Test(model, parts_are_inside_the_struct_and_aligned)
{
	parts[0].device = sizeof(struct device);
	expect("the first part's device is not the first member");
	model.n_parts = 2;
	parts[1].device = sizeof(struct latch) - sizeof(struct device) + 8;
	expect("part 1 has its device outside");
	model.n_parts = 2;
	parts[1].device = SIZE_MAX - 7;
	expect("part 1 has its device outside");
	model.n_parts = 2;
	parts[1].device = offsetof(struct latch, more) + 1;
	expect("not aligned");
	model.n_parts = 2;
	parts[1].device = sizeof(struct device) - 8;
	expect("the devices of parts 0 and 1 overlap");
	parts[0].ops = NULL;
	expect("part 0 has no `ops`");
}

Test(model, parts_have_a_possible_place)
{
	parts[0].space = BUS_MSR;
	expect("unknown address space");
	parts[0].space = (enum bus_space)77;
	expect("unknown address space");
	parts[0].size = 0;
	expect("no part has a size");
	parts[0].size = 0x10001;
	expect("a part of 0x10001 bytes");
	parts[0].size = 0x10000;
	sound();
	parts[0].offset = 0x10001;
	expect("at offset 0x10001");
	parts[0].space = BUS_MEMORY;
	parts[0].size = UINT64_C(1) << 40;
	sound();
	parts[0].size++;
	expect("a part of 0x10000000001 bytes");
	model.pci = true;
	expect("a part of a PCI function with a size");
}

Test(model, lints_are_of_registers_that_there_are)
{
	lints[0].reg = "FIRST SECOND";
	sound();
	lints[0].reg = "F* SEC?ND";
	sound();
	lints[0].reg = NULL;
	sound();
	lints[0].reg = "FIRST SECNOD";
	expect("lint 'zero' is of register 'SECNOD', which none of its tables has");
	lints[0].reg = "G*";
	expect("register 'G*'");
}

Test(model, an_access_reaches_every_register)
{
	parts[0].size = 1;
	expect("register 'SECOND' of latch is beyond the 0x1 bytes of part 0");
	parts[0].offset = 1;
	expect("register 'FIRST' of latch is beyond");
	/* Two parts show a piece of the table each. */
	parts[0].size = parts[1].size = parts[1].offset = 1;
	parts[1].device = offsetof(struct latch, more);
	model.n_parts = 2;
	sound();
	regs[0].count = 2; /* an array, of which the first cell alone is in a part */
	regs[0].stride = 8;
	expect("register 'FIRST' of latch is beyond");
	parts[0].size = 0;
	model.pci = true;
	sound();
}

Test(model, a_device_answers_somehow)
{
	ops.name = "la-tch";
	expect("the name of a device is not a word");
	ops.name = NULL;
	expect("the name of a device is not a word");
	ops.name = word32;
	expect("the name of a device is not a word");
	ops.regs = NULL;
	ops.n_regs = 0;
	expect("it has neither registers nor both");
	ops.regs = NULL;
	ops.n_regs = 0;
	ops.mem_read = mem_read;
	expect("it has neither registers nor both");
	ops.regs = NULL;
	ops.n_regs = 0;
	ops.mem_read = mem_read;
	ops.mem_write = mem_write;
	sound();
	ops.n_regs = 2;
	expect("that is NULL"); /* device_init() would reset them */
	ops.about = NULL;
	expect("no `about`");
}

Test(model, tables_are_bounded_and_checked)
{
	ops.n_regs = 0;
	expect("a table of 0 registers");
	for (unsigned i = 0; i < MANY_ROWS; i++) many[i] = (struct reg_desc){ 0 };
	ops.regs = many;
	ops.n_regs = MANY_ROWS;
	expect("a table of 1025 registers; 1 to 1024");
	regs[1].width = 9;
	expect("register 'SECOND': width is not");
	regs[1].count = UINT16_MAX;
	regs[1].stride = 1;
	expect("have no room in a struct");
	regs[0].name = NULL; /* an unused row */
	lints[0].reg = "SECOND";
	sound();
	about.table[0].n = 0;
	expect("a table of 0 registers");
	about.table[0].kind = (enum about_kind)5;
	expect("unknown kind");
	about.table[0].title = too_long;
	expect("a title of more than 4095 bytes");
}

Test(model, a_table_has_at_most_65536_cells)
{
	model.size = MODEL_MAX_SIZE;
	regs[0].offset = 1 << 20;
	regs[0].count = regs[1].count = UINT16_MAX;
	regs[0].stride = regs[1].stride = 1;
	expect("a table of 131070 registers, with all of its arrays; at most 65536");
}

Test(model, names_of_fields_that_are_left_out_exist)
{
	fields[0].name = "F";
	regs[1].kept = "F";
	regs[1].undone = "*";
	sound();
	regs[1].undone = "F FO";
	expect("register 'SECOND', field 'FO': `undone` names a field that it does not have");
	regs[1].undone = NULL;
	regs[1].kept = "FF";
	expect("register 'SECOND', field 'FF': `kept` names a field that it does not have");
	regs[1].kept = "F, F";
	expect("register 'SECOND', field 'F,': `kept` names a field that it does not have (blanks "
	       "separate names)");
	fields[0].name = "F";
	regs[1].kept = regs[1].undone = "F";
	expect("register 'SECOND', field 'F': named by `kept` and by `undone`");
	regs[1].kept = NULL;
}

Test(model, texts_of_registers_end)
{
	regs[1].name = word32;
	expect("the name of register 'abcdefghijabcdefghijabcdefghijab' is not a word of at most "
	       "31");
	regs[1].name = "A B";
	expect("is not a word");
	regs[1].name = "";
	expect("is not a word");
	regs[1].spec = too_long;
	expect("register 'SECOND' has a text of more than");
	regs[1].kept = too_long;
	expect("register 'SECOND' has a text of more than");
	regs[1].undone = too_long;
	expect("register 'SECOND' has a text of more than");
	regs[1].compare = REG_COMPARE_DEADLINE + 1;
	expect("unknown way to compare");
	fields[0].name = too_long;
	expect("a field without the end of its name");
	for (unsigned i = 0; i < 66; i++) fields[i] = (struct reg_field){ "F", 0, 0, REG_RO };
	expect("fields overlap");
	regs[0].fields = NULL;
	expect("no fields");
}

Test(model, a_bank_has_a_name_that_ends)
{
	const char *banks[] = { NULL, "first", "second" };

	about.table[0].bank = banks;
	regs[1].bank = 2;
	sound();
	banks[2] = too_long;
	expect("the name of bank 2");
}

Test(model, about_has_a_title_and_lists_that_end)
{
	about.title = NULL;
	expect("`about` has no title");
	about.title = too_long;
	expect("`about` has no title, or a text");
	about.reached = too_long;
	expect("`about` has no title, or a text");
	about.document = too_long;
	expect("`about` has no title, or a text");
	for (unsigned i = 0; i <= ABOUT_MAX_TABLES; i++) about.table[i] = about.table[0];
	expect("more than 5 tables");
	for (unsigned i = 0; i <= ABOUT_MAX_LISTS; i++) about.lints[i] = lints;
	expect("more than 3 lists of lints");
	for (unsigned i = 0; i < MANY_LINTS; i++) many_lints[i] = lints[0];
	about.lints[0] = many_lints;
	expect("latch: a list of lints has no end: close it with { 0 }");
}

static void expect_short(size_t *n, const char *what)
{
	char why[512];
	const char *fault;

	--*n;
	fault = model_fault(&model, room, why, sizeof(why));
	check(fault && strcmp(fault, what) == 0, "not '%s', but: %s", what, fault ? fault : "none");
	++*n;
	fault = model_fault(&model, room, why, sizeof(why));
	check_eq(ptr, fault, NULL, "%s", fault ? fault : "");
}

Test(model, an_array_that_is_too_short_is_told)
{
	n_fields = n_lints = n_rows = n_inputs = 2;
	n_parts = model.n_parts;
	model.n_inputs = n_inputs;
	expect_short(&n_fields,
		     "latch: the fields of register 'FIRST' have no end: close them with { 0 }");
	expect_short(&n_lints, "latch: a list of lints has no end: close it with { 0 }");
	expect_short(&n_rows, "latch: a table of 2 registers, but its array has fewer rows");
	expect_short(&n_parts, "latch: 1 parts, but their array has fewer");
	expect_short(&n_inputs, "latch: 2 inputs, but their array has fewer");
}

Test(model, lints_are_complete)
{
	lints[0].rule = "no word";
	expect("a lint's rule is not a word");
	lints[0].rule = word32;
	expect("a lint's rule is not a word");
	lints[0].severity = (enum lint_severity)3;
	expect("unknown severity");
	lints[0].clause = NULL;
	expect("lint 'zero' lacks");
	lints[0].hardware = NULL;
	expect("lint 'zero' lacks");
	lints[0].instead = NULL;
	expect("lint 'zero' lacks");
	lints[0].reg = too_long;
	expect("a text of more than");
	lints[0].spec = too_long;
	expect("a text of more than");
	lints[0].clause = too_long;
	expect("a text of more than");
	lints[0].hardware = too_long;
	expect("a text of more than");
	lints[0].instead = too_long;
	expect("a text of more than");
	lints[0].reg = lints[0].spec = NULL;
	sound();
}

Test(model, inputs_are_complete)
{
	model.n_inputs = MODEL_MAX_INPUTS + 1;
	expect("33 inputs; at most 32");
	model.n_inputs = MODEL_MAX_INPUTS;
	sound();
	model.input = NULL;
	expect("inputs; at most 32 are possible, in a table");
	model.set_input = NULL;
	expect("no set_input()");
	inputs[0].name = "He";
	expect("the name of input 0 is not a word");
	inputs[0].name = "a_b";
	expect("the name of input 0 is not a word");
	model.n_inputs = 3;
	inputs[2].name = "held1";
	expect("two inputs have the name 'held1'");
	inputs[0].help = NULL;
	expect("input 'held0' lacks its help");
	inputs[0].help = too_long;
	expect("input 'held0' lacks its help");
	inputs[0].max = 0;
	expect("or its greatest value");
}

Test(model, a_device_of_a_board_is_checked_likewise)
{
	char why[256];

	check_eq(ptr, device_ops_fault(&ops, NULL, why, sizeof(why)), NULL);
	ops.about = NULL;
	check_eq(str, device_ops_fault(&ops, NULL, why, sizeof(why)), "latch: no `about`");
}
