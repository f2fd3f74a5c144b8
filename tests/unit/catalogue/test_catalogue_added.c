/* SPDX-License-Identifier: MIT */
/* Models and boards of users in the catalogue. */
#include <stdio.h>
#include <string.h>

#include "devices/lpt/model.h"
#include "devices/uart_16550/model.h"
#include "emu/array.h"
#include "harness/catalogue/catalogue_lints.h"
#include "harness/catalogue/register_text.h"
#include "harness/machine/board.h"
#include "tests/check.h"

enum { MANY = 100, MAX_ADDED = 64 };

static struct device_about about, about2;
static struct device_ops ops, ops2;
static struct model_part part, part2;
static struct model model, model2;

static void make(void)
{
	about = about2 = lpt_about;
	about.title = "Mine";
	ops = ops2 = lpt_model_ops;
	ops.name = "mine";
	ops.about = &about;
	ops2.name = "moved";
	ops2.about = &about2;
	about2.reached = "By a register.";
	part = part2 = model_lpt.part[0];
	part.ops = &ops;
	part2.ops = &ops2;
	model = model2 = model_lpt;
	model.part = &part;
	model2.part = &part2;
}

TestSuite(catalogue_added, .init = make);

Test(catalogue_added, a_model_is_listed_with_its_lints)
{
	struct catalogue_lint lint;
	size_t before = catalogue_size();
	const struct catalogue_model *m;

	check(!catalogue_has_foreign());
	check(!catalogue_find("mine.CONTROL.busy", &lint));
	catalogue_add_model(&model);
	catalogue_add_model(&model);
	check(catalogue_has_foreign());
	check_eq(sz, catalogue_size(), before + 1);
	m = catalogue_model("mine");
	require(m);
	check(m->foreign);
	check_eq(str, m->title, "Mine");
	check_eq(str, m->machines, "isapc pc none");
	check_eq(str, m->reached,
		 "--device FILE.so,port=N,irq=N,name=WORD,file=PATH adds it. Its inputs for "
		 "stimuli: "
		 "off-line, paper-end, error, buffer-full.");
	check_eq(u64, m->place->size, 0);
	check(catalogue_find("mine.CONTROL.busy", &lint));
	check(!catalogue_model("lpt")->foreign);
	check_eq(str, catalogue_model("lpt")->reached,
		 "--device lpt,port=N,irq=N,name=WORD,file=PATH adds it. Its inputs for stimuli: "
		 "off-line, "
		 "paper-end, error, buffer-full.");
}

Test(catalogue_added, one_that_says_how_it_is_reached_is_foreign_too)
{
	catalogue_add_model(&model2);
	check(catalogue_model("moved")->foreign);
	check_eq(str, catalogue_model("moved")->reached, "By a register.");
}

Test(catalogue_added, whose_fault_a_lint_is)
{
	struct lint mine = { .dev = "mine" }, ours = { .dev = "lpt" },
		    nobodys = { .dev = "nobody" };

	check(!catalogue_is_foreign(&ours));
	check(!catalogue_is_foreign(&nobodys));
	catalogue_add_model(&model);
	check(catalogue_is_foreign(&mine));
	check(!catalogue_is_foreign(&ours));
	check(catalogue_is_foreign(&nobodys), "a module may make devices that it does not list");
}

Test(catalogue_added, a_hint_names_the_option_that_a_module_needs)
{
	char buf[320];

	catalogue_add_model(&model);
	catalogue_lint_hint("mine.NOWHERE.nothing", buf, sizeof(buf));
	check_eq(str, buf,
		 "'bimetal explain --device FILE.so \"mine.*\"' prints those of this device");
}

Test(catalogue_added, a_board_may_have_any_number_of_places)
{
	static struct part parts[MANY];
	static const struct machine_kind board = { .name = "mine-too",
						   .parts = { { parts, MANY } } };
	char buf[REGISTER_TEXT_SIZE];
	const struct catalogue_model *m;
	size_t n = 0;

	for (unsigned i = 0; i < MANY; i++)
		parts[i] = (struct part){ .ops = &uart_16550_model_ops,
					  .base = 0x1000 + 8 * i,
					  .size = 8 };
	catalogue_add_board(&board);
	catalogue_add_board(&board);
	m = catalogue_model("uart16550");
	require(m);
	check(!m->foreign, "it is our model, on a user's board");
	check(catalogue_model_in(m, "mine-too"));
	check(catalogue_model_in(m, "pc"));
	while (m->place[n].size) n++;
	check_eq(sz, n, MANY + 4, "with COM1 to COM4");
	check(strlen(register_places(m, NULL, buf)) < REGISTER_TEXT_SIZE);
	check(strncmp(register_places(m, "mine-too", buf), "ports 0x1000-0x1007, 0x1008-", 28) == 0,
	      "%s", buf);
	check_eq(str, register_places(m, "none", buf), "ports 0x3f8-0x3ff");
	check_eq(str, register_places(m, "nobody", buf), "");
	check(catalogue_model_in(catalogue_model("lpt"), "pc"));
	check(!catalogue_model_in(catalogue_model("lpt"), "mine-too"), "it has no lines");
}

/* More rows than the list has room for at first. */
Test(catalogue_added, as_many_as_modules_can_be_loaded)
{
	static struct device_about abouts[MAX_ADDED];
	static struct device_ops all_ops[MAX_ADDED];
	static struct model_part parts[MAX_ADDED];
	static struct model models[MAX_ADDED];
	static char names[MAX_ADDED][8];
	size_t before = catalogue_size();

	for (unsigned i = 0; i < MAX_ADDED; i++) {
		snprintf(names[i], sizeof(names[i]), "x%u", i);
		abouts[i] = about;
		all_ops[i] = ops;
		all_ops[i].about = &abouts[i];
		all_ops[i].name = names[i];
		parts[i] = part;
		parts[i].ops = &all_ops[i];
		models[i] = model;
		models[i].part = &parts[i];
		catalogue_add_model(&models[i]);
	}
	check_eq(sz, catalogue_size(), before + MAX_ADDED);
	for (unsigned i = 0; i < MAX_ADDED; i++) {
		const struct catalogue_model *m = catalogue_model(names[i]);

		require(m && m->foreign, "%s", names[i]);
		check_eq(str, m->machines, "isapc pc none");
	}
}

static const struct reg_desc ones[] = { { .name = "ONE",
					  .width = 8,
					  .dir = REG_DIR_R,
					  REG_FIELDS({ "ONE", 7, 0, REG_RO }),
					  .count = 1,
					  .spec = "1" },
					{ .name = "TWO",
					  .offset = 1,
					  .width = 8,
					  .dir = REG_DIR_W,
					  REG_FIELDS({ "TWO", 7, 0, REG_WO }),
					  .count = 1,
					  .spec = "1" } };

/* A table may have an array of one cell, without a stride. */
Test(catalogue_added, an_array_of_one)
{
	struct catalogue_lint lint;

	about = (struct device_about){ .title = "Mine", .table = { ABOUT_TABLE(ones, 2, NULL) } };
	ops.regs = ones;
	ops.n_regs = 2;
	catalogue_add_model(&model);
	check(catalogue_find("mine.ONE.readonly", &lint));
	check(catalogue_find("mine.TWO.writeonly", &lint));
}
