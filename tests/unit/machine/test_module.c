/* SPDX-License-Identifier: MIT */
/* What a module must be. Those that are loaded are in tests/system/module; here are what is no
 * module, and descriptions with a fault each. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bimetal/board.h"
#include "devices/uart_16550/model.h"
#include "emu/array.h"
#include "harness/machine/added.h"
#include "harness/machine/module.h"
#include "tests/check.h"

/* ---- files ---- */

static char folder[] = "/tmp/test_module.XXXXXX";

static void expect_unloadable(const char *path, const char *why)
{
	char error[MODULE_ERROR_SIZE] = "";

	check_eq(ptr, module_load(path, strlen(path), error), NULL);
	check(strstr(error, why) != NULL, "'%s' is not in: %s", why, error);
	check_eq(ptr, module_being_loaded(), NULL);
}

static void write_file(const char *name, const char *text, char path[PATH_MAX])
{
	FILE *f;

	snprintf(path, PATH_MAX, "%s/%s", folder, name);
	f = fopen(path, "wb");
	require(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static unsigned loads;
static void on_first_load(void) { loads++; }

Test(module, a_file_that_is_none_is_told)
{
	char path[PATH_MAX], error[MODULE_ERROR_SIZE];

	require(mkdtemp(folder));
	module_on_first_load(on_first_load);
	expect_unloadable("./nobody.so", "./nobody.so: there is no such file to read");
	write_file("empty.so", "", path);
	expect_unloadable(path, "(is it a module that bimetal_add_model() or");
	unlink(path);
	write_file("text.so",
		   "not an object at all, but a line of text that is longer than its header\n",
		   path);
	expect_unloadable(path, "invalid ELF header");
	check_eq(ptr, module_load("", 0, error), NULL);
	unlink(path);
	expect_unloadable(folder, "Is a directory");
	rmdir(folder);
	check_eq(uint, loads, 1, "the front end is told once");
}

Test(module, a_long_path_is_refused)
{
	static char path[2 * PATH_MAX];
	char error[MODULE_ERROR_SIZE];

	memset(path, 'x', sizeof(path) - 1);
	check_eq(ptr, module_load(path, strlen(path), error), NULL);
	check_eq(str, error, "the path: is too long");
	memset(path, '/', 3000);
	path[3000] = '\0';
	check_eq(ptr, module_load(path, 3000, error), NULL);
	check(strlen(error) < MODULE_ERROR_SIZE && strstr(error, ": "), "%s", error);
}

Test(module, a_path_has_a_slash_or_ends_with_so)
{
	check(module_is_path("./adc.so"));
	check(module_is_path("adc.so,port=0x300"));
	check(module_is_path("../adc"));
	check(!module_is_path("adc"));
	check(!module_is_path(".so"));
	check(!module_is_path(""));
	check(!module_is_path("lpt,name=a/b"));
	check(!module_is_path("lpt,x.so"));
}

Test(module, names_are_left_to_the_machine)
{
	struct machine_device device = { .text = "?" };
	const struct machine_kind *kind = machine_pc;
	char error[MODULE_ERROR_SIZE];

	check(module_device("lpt,port=1", &device, error));
	check_eq(str, device.text, "lpt,port=1");
	check_eq(ptr, device.model, NULL);
	check(module_board("isapc", &kind, error));
	check_eq(ptr, kind, NULL);
	check(!module_device("./nobody.so,port=1", &device, error));
	check_eq(str, error, "./nobody.so: there is no such file to read");
	check(!module_board("./nobody.so", &kind, error));
}

Test(module, no_code_is_in_one_before_one_is_loaded)
{
	uintptr_t base = 0;

	check_eq(ptr, module_at((uintptr_t)&module_at, &base), NULL);
	check_eq(ptr, module_at(0, &base), NULL);
}

/* ---- descriptions ---- */

static struct bimetal_module_size sizes[] = { BIMETAL_BOARD_SIZES };
static struct bimetal_module module;
static struct model model;
static struct model_part parts[1];
static struct device_ops ops;
static struct machine_kind kind;
static struct part rows[129];
static struct part_socket sockets[1];
static struct machine_card cards[1];
static struct firmware firmware;
static char too_long[300];

static const char *plug(struct machine *m, unsigned slot, uint64_t size)
{
	(void)m;
	(void)slot;
	(void)size;
	return NULL;
}

static void reset(struct machine *m) { (void)m; }

static void make(void)
{
	static const struct bimetal_module_size right[] = { BIMETAL_BOARD_SIZES };

	memset(too_long, 'x', sizeof(too_long) - 1);
	memcpy(sizes, right, sizeof(sizes));
	ops = *machine_model_at(0)->part[0].ops;
	ops.name = "own";
	parts[0] = machine_model_at(0)->part[0];
	parts[0].ops = &ops;
	model = *machine_model_at(0);
	model.part = parts;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i] = (struct part){ .ops = &uart_16550_model_ops, .base = 0x3f8, .size = 8 };
	sockets[0] = (struct part_socket){ BUS_PORT, 0x2f8, 8, "com2" };
	firmware = (struct firmware){ .reset = reset };
	cards[0] =
		(struct machine_card){ .name = "card", .plug = plug, .part = rows, .n_parts = 1 };
	kind = (struct machine_kind){ .name = "small",
				      .board_size = sizeof(struct uart_16550_model),
				      .hole = UINT64_C(3) << 30,
				      .parts = { { rows, 1 } },
				      .firmware = &firmware,
				      .socket = sockets,
				      .n_sockets = 1,
				      .card = cards,
				      .n_cards = 1 };
	module = (struct bimetal_module){ .magic = BIMETAL_MODULE_MAGIC,
					  .abi = BIMETAL_MODULE_ABI,
					  .n_sizes = ARRAY_SIZE(sizes),
					  .size_of = sizes,
					  .model = &model,
					  .board = &kind };
}

TestSuite(module, .init = make);

static void sound(void)
{
	char error[MODULE_ERROR_SIZE];
	const char *fault = module_fault(&module, error);

	check_eq(ptr, fault, NULL, "%s", fault ? fault : "");
}

static void expect(const char *what)
{
	char error[MODULE_ERROR_SIZE];
	const char *fault = module_fault(&module, error);

	check(fault && strstr(fault, what), "not '%s', but: %s", what, fault ? fault : "nothing");
	make();
}

Test(module, a_sound_one_has_no_fault)
{
	sound();
	module.board = NULL;
	sound();
	module.model = NULL;
	expect("it has neither a model nor a board");
	module.model = NULL;
	sound();
	module.n_sizes = 1;
	sound();
}

Test(module, a_stranger_is_told_by_name)
{
	module.magic[0]++;
	expect("is not what bimetal_add_model() writes");
	module.abi++;
	expect("it was built for version 2 of the interface of modules, this bimetal has version "
	       "1");
	sizes[3].bytes++;
	expect("it was built for another bimetal: there struct model_wiring has");
	sizes[0].of = "struct nobody";
	expect("it was built for another bimetal, which has a struct nobody");
	sizes[0].of = NULL;
	expect("its list of sizes is damaged");
	sizes[0].of = too_long;
	expect("its list of sizes is damaged");
	module.n_sizes = 0;
	expect("its list of sizes is damaged");
	module.n_sizes = 65;
	expect("its list of sizes is damaged");
	module.size_of = NULL;
	expect("its list of sizes is damaged");
}

Test(module, a_model_with_a_fault_is_told)
{
	model.init = NULL;
	expect("its model cannot be used: lpt: no init()");
}

Test(module, names_of_our_own_are_taken)
{
	static const char *const ours[] = { "lpt", "uart16550", "pci_test", "pc_testdev",
					    "bus", "cpu",       "twin" };
	static struct device_about other;

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		other = *ops.about;
		ops.about = &other;
		ops.name = ours[i];
		expect("has the name of one of bimetal's own");
	}
	ops.name = "lpt";
	sound(); /* it is ours: with the same `about` */
	make();
	other = *uart_16550_model_ops.about;
	ops = uart_16550_model_ops;
	ops.about = &other;
	rows[0].ops = &ops;
	module.model = NULL;
	expect("its device 'uart16550' has the name of one of bimetal's own");
}

Test(module, a_board_has_a_name_of_its_own)
{
	static const char *const wrong[] = { NULL, "", "Small", "a b", "a/b", "a,b", too_long };
	static const char *const taken[] = { "pc", "isapc", "none" };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		kind.name = wrong[i];
		expect("the name of its board is not a word of at most 31");
	}
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		kind.name = taken[i];
		expect("that is the name of a machine of bimetal's own");
	}
}

Test(module, a_board_has_possible_sizes)
{
	kind.board_size = 0;
	expect("its struct has no size, or more than 64 MiB");
	kind.board_size = (64 << 20) + 1;
	expect("its struct has no size, or more than 64 MiB");
	kind.board_size = sizeof(struct device) - 1;
	expect("part 0 of table 0 has its device outside");
	kind.hole = 0;
	expect("`hole` is not a multiple of 4 KiB from 1 MiB to 4 GiB");
	kind.hole = 4096;
	expect("`hole` is not a multiple");
	kind.hole = (UINT64_C(4) << 30) + 4096;
	expect("`hole` is not a multiple");
	kind.hole++;
	expect("`hole` is not a multiple");
	kind.hole = UINT64_C(4) << 30;
	sound();
}

Test(module, tables_of_a_board_are_complete)
{
	kind.parts[1].n = 1;
	expect("table 1 has 1 parts; at most 128 are possible, in a table");
	kind.parts[0].n = 129;
	expect("table 0 has 129 parts");
	kind.parts[0].n = 128;
	sound();
	rows[0].device = kind.board_size - sizeof(struct device) + 8;
	expect("part 0 of table 0 has its device outside");
	rows[0].device = SIZE_MAX;
	expect("has its device outside");
	rows[0].device = 1;
	expect("not aligned");
	rows[1].device = sizeof(struct device) - 8;
	kind.board_size *= 2;
	kind.parts[1].part = &rows[1];
	kind.parts[1].n = 1;
	expect("the device of part 0 of table 0 overlaps another");
	rows[0].space = BUS_MSR;
	expect("is in an unknown address space");
	rows[0].base = UINT64_MAX - 6;
	expect("is beyond the end of its address space");
	ops.about = NULL;
	rows[0].ops = &ops;
	module.model = NULL;
	expect("board 'small': own: no `about`");
	firmware.reset = NULL;
	expect("its firmware has no reset()");
}

/* A part of the board that says which model it is. */
static void name_model(void)
{
	rows[0].model = &model;
	rows[0].ops = &ops;
	kind.board_size = model.size;
}

Test(module, the_model_of_a_part_is_that_part)
{
	name_model();
	sound();
	rows[0].ops = &uart_16550_model_ops;
	expect("the first part of the model has other ops than the part of the board");
	name_model();
	kind.board_size = model.size - 8;
	expect("the model's struct does not fit into the board's at this place");
	name_model();
	module.model = NULL;
	model.set_input = NULL;
	expect("board 'small': the model of a part: lpt: it has inputs, but no set_input()");
}

Test(module, sockets_and_cards_of_a_board_are_complete)
{
	kind.socket = NULL;
	expect("a table that has rows is NULL");
	kind.card = NULL;
	expect("a table that has rows is NULL");
	kind.n_cards = 129;
	expect("a table of more than 128 rows");
	kind.n_sockets = 129;
	expect("a table of more than 128 rows");
	sockets[0].name = NULL;
	expect("a socket without a name");
	sockets[0].name = too_long;
	expect("a socket without a name");
	sockets[0].size = 0;
	expect("or a size");
	sockets[0].space = BUS_MSR;
	expect("an address space");
	cards[0].name = NULL;
	expect("a card without a name");
	cards[0].plug = NULL;
	expect("plug()");
	cards[0].part = NULL;
	expect("or its table of parts");
	cards[0].n_parts = 129;
	expect("or its table of parts");
	rows[1].device = 1;
	cards[0].part = &rows[1];
	expect("part 0 of card has its device outside");
}

/* What is refused must not be what our own boards do. */
Test(module, our_own_boards_have_no_fault_but_the_name)
{
	for (unsigned i = 0; machine_kind_at(i); i++) {
		kind = *machine_kind_at(i);
		kind.name = "another";
		module.model = NULL;
		sound();
	}
}

Test(module, our_own_models_have_no_fault)
{
	module.board = NULL;
	for (size_t i = 0; machine_model_at(i); i++) {
		module.model = machine_model_at(i);
		sound();
	}
}
