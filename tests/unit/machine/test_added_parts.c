/* SPDX-License-Identifier: MIT */
/* An added device made of two parts, each with a state of its own, and what is checked of a model
 * that no module brought. */
#include <string.h>

#include "emu/about.h"
#include "emu/array.h"
#include "harness/machine/added.h"
#include "harness/machine/board.h"
#include "harness/machine/cpu.h"
#include "tests/check.h"

enum { MEMORY = 4 << 20, FIRST = 0x300, SECOND = 0x310 };

struct half {
	struct device dev;
	uint64_t reg[1];
};
struct pair {
	struct half first, second;
};

static const struct reg_desc registers[] = {
	{ "HELD", 0, 8, REG_DIR_RW, 0, 0x5a, "test", REG_FIELDS({ "HELD", 7, 0, REG_RW }) },
};
static const struct reg_desc impossible[] = {
	{ "HELD", 0, 8, REG_DIR_RW, 0, 0x5a, "test", REG_FIELDS({ "HELD", 3, 0, REG_RW }) },
};
static const struct device_about about = { .title = "half",
					   .table = { ABOUT_TABLE(registers, 1, NULL) } };

static void reset(struct device *dev) { reg_table_reset(registers, 1, dev->reg); }

static const struct device_ops ops = {
	.name = "half", .about = &about, .regs = registers, .n_regs = 1, .reset = reset
};
static const struct device_ops impossible_ops = {
	.name = "half", .about = &about, .regs = impossible, .n_regs = 1, .reset = reset
};

static bool registers_elsewhere, state_of_all;

static const char *init(void *model, const struct model_wiring *w)
{
	struct pair *p = model;

	device_init(&p->first.dev, &ops, w->instance, w->hub, p->first.reg, p->first.reg,
		    sizeof(p->first.reg));
	device_init(&p->second.dev, &ops, w->instance, w->hub,
		    registers_elsewhere ? p->first.reg : p->second.reg, p->second.reg,
		    sizeof(p->second.reg));
	if (!state_of_all) return NULL;
	p->second.dev.state = &p->second;
	p->second.dev.state_size = sizeof(p->second);
	return NULL;
}

static const struct model_part parts[] = {
	{ .device = offsetof(struct pair, first.dev), .ops = &ops, .space = BUS_PORT, .size = 1 },
	{ .device = offsetof(struct pair, second.dev), .ops = &ops, .space = BUS_PORT, .size = 1 },
};
static const struct model_part impossible_parts[] = {
	{ .device = offsetof(struct pair, first.dev),
	  .ops = &impossible_ops,
	  .space = BUS_PORT,
	  .size = 1 },
};

static struct model model;
static struct machine_device device;
static struct machine_config config;
static struct machine machine, twin;

static void begin(void)
{
	model = (struct model){ .name = "pair",
				.size = sizeof(struct pair),
				.part = parts,
				.n_parts = ARRAY_SIZE(parts),
				.init = init };
	device = (struct machine_device){ .text = "./pair.so,port=0x300,port2=0x310",
					  .model = &model };
	config = (struct machine_config){
		.machine = "none", .memory = MEMORY, .device = &device, .n_devices = 1
	};
	registers_elsewhere = state_of_all = false;
}

TestSuite(added_parts, .init = begin, .timeout = 60);

static void refused(const char *why)
{
	const char *said = machine_init(&machine, &config);

	require(said != NULL, "it was made");
	check(strstr(said, why) != NULL, "%s", said);
}

static void out(struct machine *m, unsigned port, uint8_t v)
{
	bus_write(&m->bus, BUS_PORT, port, 8, v);
}

static void expect(struct machine *m, uint64_t first, uint64_t second)
{
	check_eq(u64, bus_read(&m->bus, BUS_PORT, FIRST, 8), first);
	check_eq(u64, bus_read(&m->bus, BUS_PORT, SECOND, 8), second);
}

Test(added_parts, each_state_is_copied_and_reset)
{
	require(machine_init(&machine, &config) == NULL);
	require(machine_init(&twin, &config) == NULL);
	expect(&machine, 0x5a, 0x5a);
	out(&machine, FIRST, 1);
	out(&machine, SECOND, 2);
	machine_copy_state(&twin, &machine);
	expect(&twin, 1, 2);
	machine_reset(&machine);
	expect(&machine, 0x5a, 0x5a);
	expect(&twin, 1, 2);
	machine_free(&twin);
	machine_free(&machine);
}

Test(added_parts, registers_lie_in_the_state_of_their_part)
{
	registers_elsewhere = true;
	refused("the 1 registers of part 1 (half) are not all inside its state: each row of the "
		"table needs a uint64_t there");
}

Test(added_parts, a_state_holds_no_device)
{
	state_of_all = true;
	refused("the state of part 1 (half) and the device of part 1 itself overlap");
}

Test(added_parts, a_struct_that_is_larger_than_its_size_is_told)
{
	model.size = offsetof(struct pair, second.reg);
	model.n_parts = 2;
	refused("part 1 (half) has a state that is not inside the model's struct");
}

Test(added_parts, a_linked_model_is_checked_like_one_of_a_module)
{
	model.part = impossible_parts;
	model.n_parts = 1;
	device.text = "pair,port=0x300";
	refused("--device pair,port=0x300: its model cannot be used: half: register 'HELD': reset "
		"value sets reserved bits");
}

Test(added_parts, an_example_repeats_what_the_user_wrote)
{
	device.text = "./pair.so";
	refused("where is it? Say port=N, such as ./pair.so,port=0x300");
}

/* Three parts: the last shares the state of the second. */
struct triple {
	struct device first, second, third;
	uint64_t a[1], b[2];
};

static const char *init_three(void *model_, const struct model_wiring *w)
{
	struct triple *t = model_;

	device_init(&t->first, &ops, w->instance, w->hub, t->a, t->a, sizeof(t->a));
	device_init(&t->second, &ops, w->instance, w->hub, t->b, t->b, sizeof(t->b));
	device_init(&t->third, &ops, w->instance, w->hub, &t->b[1], NULL, 0);
	return NULL;
}

Test(added_parts, a_part_shares_the_state_of_any_before)
{
	static const struct model_part three[] = {
		{ .device = offsetof(struct triple, first), .ops = &ops, .size = 1 },
		{ .device = offsetof(struct triple, second), .ops = &ops, .size = 1 },
		{ .device = offsetof(struct triple, third), .ops = &ops, .size = 1 },
	};

	model.part = three;
	model.n_parts = ARRAY_SIZE(three);
	model.size = sizeof(struct triple);
	model.init = init_three;
	device.text = "x,port=0x300,port2=0x310,port3=0x320";
	require(machine_init(&machine, &config) == NULL);
	require(machine_init(&twin, &config) == NULL);
	out(&machine, 0x320, 7);
	machine_copy_state(&twin, &machine);
	check_eq(u64, bus_read(&twin.bus, BUS_PORT, 0x320, 8), 7);
	check_eq(sz, machine.n_devices, twin.n_devices);
	machine_free(&twin);
	machine_free(&machine);
}
