/* SPDX-License-Identifier: MIT */
#include "harness/console/terminal.h"
#include "tests/check.h"

enum { CTRL_A = 1, CTRL_C = 3 };

static struct terminal_keys keys;
static uint8_t out;
static enum terminal_command command;

static bool type(uint8_t key) { return terminal_key(&keys, key, &out, &command); }

TestSuite(terminal, .timeout = 60);

Test(terminal, plain_keys_go_to_the_guest)
{
	check(type('x') && out == 'x' && command == TERMINAL_NONE);
	check(type(CTRL_C) && out == CTRL_C && command == TERMINAL_NONE);
}

Test(terminal, ctrl_a_x_ends_the_run)
{
	check(!type(CTRL_A));
	check(!type('x'));
	check_eq(int, (int)command, TERMINAL_QUIT);
}

Test(terminal, ctrl_a_twice_sends_one)
{
	check(!type(CTRL_A));
	check(type(CTRL_A) && out == CTRL_A);
	check(type('x') && out == 'x' && command == TERMINAL_NONE);
}

Test(terminal, ctrl_a_h_prints_help_and_other_keys_are_dropped)
{
	type(CTRL_A);
	check(!type('h'));
	check_eq(int, (int)command, TERMINAL_HELP);
	type(CTRL_A);
	check(!type('q'));
	check_eq(int, (int)command, TERMINAL_NONE);
}
