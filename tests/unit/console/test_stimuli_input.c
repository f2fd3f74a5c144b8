/* SPDX-License-Identifier: MIT */
/* Inputs of added devices, set by stimuli: `at 5ms lpt paper-end on`. */
#include <stdio.h>
#include <string.h>

#include "devices/lpt/model.h"
#include "emu/array.h"
#include "harness/console/stimuli.h"
#include "harness/machine/added.h"
#include "harness/machine/host.h"
#include "tests/check.h"

enum { MEMORY = 8 << 20, MS = 1000000, STATUS = 0x379, PE = 0x20, MAX_INPUT = 250 };

static struct machine machine;
static struct bimetal_cpu cpu;
static struct stimuli s;

/* ---- a model whose input is a number ---- */

static uint64_t level;
static unsigned which;

static void set_input(void *model, unsigned n, uint64_t value)
{
	(void)model;
	which = n;
	level = value;
}

static const struct model_input inputs[] = { { "level", "in centimetres", MAX_INPUT },
					     { "wide", "any", UINT64_MAX } };
static struct model dial, mute;

static void set_up(void)
{
	static struct machine_device devices[3];
	struct machine_config config = { .memory = MEMORY, .device = devices, .n_devices = 3 };
	const char *fault;

	dial = mute = model_lpt;
	dial.name = "dial";
	dial.input = inputs;
	dial.n_inputs = 2;
	dial.set_input = set_input;
	mute.name = "mute";
	mute.input = NULL;
	mute.n_inputs = 0;
	mute.set_input = NULL;
	devices[0] = (struct machine_device){ "lpt,port=0x378,irq=7", NULL };
	devices[1] = (struct machine_device){ "x,port=0x278,irq=5", &dial };
	devices[2] = (struct machine_device){ "x,port=0x3bc,irq=9", &mute };
	fault = machine_host_init(&machine, &config, &cpu);
	require_eq(ptr, fault, NULL, "%s", fault ? fault : "");
	stimuli_init(&s, &machine);
}

static void tear_down(void) { machine_free(&machine); }

TestSuite(stimuli_input, .init = set_up, .fini = tear_down);

static bool parse(const char *line)
{
	char text[512];

	snprintf(text, sizeof(text), "[a.b]\n%s\n", line);
	return stimuli_parse(&s, "f", text, strlen(text), "a.b");
}

static void play(const char *line)
{
	require(parse(line), "%s", s.error);
	stimuli_start(&s);
	clock_run_until(&machine.clock, s.start_ns + 2 * MS);
	check_eq(str, s.error, "");
}

static void refused(const char *line, const char *why)
{
	check(!parse(line), "accepted: %s", line);
	check_eq(str, s.error, why);
}

static uint8_t status(void) { return (uint8_t)bus_read(&machine.bus, BUS_PORT, STATUS, 8); }

Test(stimuli_input, a_switch_is_on_or_off)
{
	play("at 1ms lpt paper-end on");
	check(status() & PE);
	play("at 1ms lpt paper-end off");
	check(!(status() & PE));
	play("at 1ms lpt paper-end 1");
	check(status() & PE);
	play("at 1ms lpt paper-end 0");
	check(!(status() & PE));
}

Test(stimuli_input, it_is_set_at_its_time)
{
	require(parse("at 1ms lpt paper-end on"));
	stimuli_start(&s);
	clock_run_until(&machine.clock, s.start_ns + MS - 1);
	check(!(status() & PE));
	clock_run_until(&machine.clock, s.start_ns + MS);
	check(status() & PE);
}

Test(stimuli_input, a_number_has_its_limits)
{
	play("at 1ms dial level 250");
	check_eq(u64, level, MAX_INPUT);
	check_eq(uint, which, 0);
	play("at 1ms dial level 0x10");
	check_eq(u64, level, 0x10);
	play("at 1ms dial wide 0xffffffffffffffff");
	check_eq(u64, level, UINT64_MAX);
	check_eq(uint, which, 1);
	refused("at 1ms dial level 251",
		"f:2: expected dial level VALUE, 0 to 250: in centimetres");
	refused("at 1ms dial level on", "f:2: expected dial level VALUE, 0 to 250: in centimetres");
	refused("at 1ms dial level -1", "f:2: expected dial level VALUE, 0 to 250: in centimetres");
	refused("at 1ms dial level", "f:2: expected dial level VALUE, 0 to 250: in centimetres");
	refused("at 1ms dial level 1 2",
		"f:2: expected dial level VALUE, 0 to 250: in centimetres");
	refused("at 1ms lpt paper-end 2",
		"f:2: expected lpt paper-end VALUE, 0 to 1: 1: it has no paper");
}

Test(stimuli_input, an_unknown_input_or_device_is_told)
{
	refused("at 1ms dial depth 1", "f:2: the device has no input 'depth'; it has level, wide");
	refused("at 1ms mute depth 1", "f:2: the device has no input 'depth'");
	refused("at 1ms nobody level 1", "f:2: expected com1 to com4, keyboard, mouse, the name of "
					 "a device with inputs, plug or "
					 "unplug, not 'nobody'; inputs have lpt, dial");
}

Test(stimuli_input, a_device_of_the_board_whose_part_has_no_model_is_told)
{
	refused("at 1ms pit level 1",
		"f:2: 'pit' is on this board, but its part has no .model, so that it has no input "
		"for stimuli; bimetal/board.h tells how");
}

/* As a part of a board may be named. */
Test(stimuli_input, a_device_may_have_the_name_of_an_end_that_the_machine_lacks)
{
	static const char *const names[] = { "mouse", "keyboard", "com3" };

	machine.ends.keyboard = (struct keyboard_end){ 0 };
	machine.ends.pointer = (struct pointer_end){ 0 };
	machine.ends.serial[2] = (struct serial_end){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char line[64];

		snprintf(machine.added[1]->name, MODEL_NAME_SIZE, "%s", names[i]);
		snprintf(line, sizeof(line), "at 1ms %s level %zu", names[i], i + 1);
		play(line);
		check_eq(u64, level, i + 1);
		snprintf(line, sizeof(line), "at 1ms %s depth 1", names[i]);
		refused(line, "f:2: the device has no input 'depth'; it has level, wide");
	}
}

Test(stimuli_input, a_device_named_mouse_leaves_the_machine_its_own)
{
	snprintf(machine.added[1]->name, MODEL_NAME_SIZE, "%s", "mouse");
	play("at 1ms mouse level 9");
	check_eq(u64, level, 9);
	check(parse("at 1ms mouse move 1 2"), "%s", s.error);
	refused("at 1ms mouse depth 1", "f:2: expected move, buttons or wheel, not 'depth'");
}

Test(stimuli_input, a_device_without_a_name_of_its_own_does_not_hinder)
{
	static struct device nameless;

	machine.device[0] = &nameless; /* as a board's may be */
	check(parse("at 1ms unplug lpt"), "%s", s.error);
	refused("at 1ms unplug nobody", "f:2: unknown device: 'nobody'");
}

Test(stimuli_input, what_is_unplugged_can_be_set)
{
	play("at 1us unplug lpt\nat 1ms lpt paper-end on\nat 1500us plug lpt");
	check(status() & PE);
}
