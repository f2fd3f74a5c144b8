/* SPDX-License-Identifier: MIT */
/* The two ports of virtual machines: debug exit and debug console. */
#include "bimetal/debug_console.h"
#include "bimetal/debug_exit.h"
#include "bimetal/twin.h"

enum { NOWHERE = 0x3e0, PATIENCE_NS = 1000000 };

static void exit_by(unsigned width, uint32_t value)
{
	struct debug_exit port;
	struct io io = twin_port(DEBUG_EXIT_PORT);
	twin_assert_eq(debug_exit_init(&port, io, *twin_wait(), width), DEBUG_EXIT_OK);
	twin_assert_eq(debug_exit(&port, value), DEBUG_EXIT_OK);
}

TWIN(debug_exit, ends_the_machine_by_a_byte)
{
	twin_expect_exit(0x42);
	exit_by(8, 0x42);
}

TWIN(debug_exit, cuts_a_value_to_the_width)
{
	twin_expect_exit(0x34);
	exit_by(8, 0x1234);
}

TWIN(debug_exit, ends_the_machine_by_a_word)
{
	twin_expect_exit(0x1234);
	exit_by(16, 0x71234);
}

TWIN(debug_exit, ends_the_machine_by_a_doubleword)
{
	twin_expect_exit(0x76543210);
	exit_by(32, 0x76543210);
}

TWIN(debug_exit, says_when_the_machine_goes_on)
{
	struct debug_exit port;
	const struct wait *wait = twin_wait();
	twin_allow("bus.unclaimed-write");
	twin_assert_eq(debug_exit_init(&port, twin_port(NOWHERE), *wait, 8), DEBUG_EXIT_OK);
	uint64_t begin = wait_now(wait);
	twin_expect_eq(debug_exit(&port, 1), DEBUG_EXIT_IGNORED);
	twin_expect(wait_now(wait) - begin >= PATIENCE_NS);
}

TWIN(debug_exit, refuses_bad_arguments)
{
	struct debug_exit port;
	struct wait wait = *twin_wait();
	struct io io = twin_port(DEBUG_EXIT_PORT);
	twin_expect_eq(debug_exit_init(NULL, io, wait, 8), DEBUG_EXIT_NULL);
	twin_expect_eq(debug_exit(NULL, 1), DEBUG_EXIT_NULL);
	twin_expect_eq(debug_exit_init(&port, io, wait, 0), DEBUG_EXIT_BAD_WIDTH);
	twin_expect_eq(debug_exit_init(&port, io, wait, 64), DEBUG_EXIT_BAD_WIDTH);
	twin_expect_eq(debug_exit_init(&port, twin_port(0xffff), wait, 16), DEBUG_EXIT_BAD_BASE);
	twin_expect_eq(debug_exit_init(&port, twin_memory(0xf4, 1), wait, 8), DEBUG_EXIT_BAD_BASE);
	twin_expect_eq(debug_exit_process_status(0), 1);
	twin_expect_eq(debug_exit_process_status(0x10), 0x21);
}

/* ---- the console ---- */

static void print_at(uint16_t at)
{
	struct debug_console console;
	twin_assert_eq(debug_console_init(&console, twin_port(at)), DEBUG_CONSOLE_OK);
	twin_expect_eq(debug_console_print(&console, "hello\n"), DEBUG_CONSOLE_OK);
}

TWIN_HERE(debug_console, prints_where_bochs_has_it) { print_at(DEBUG_CONSOLE_PORT); }

TWIN_HERE(debug_console, prints_where_ovmf_has_it) { print_at(DEBUG_CONSOLE_PORT_OVMF); }

TWIN_HERE(debug_console, writes_bytes_as_they_are)
{
	static const uint8_t bytes[] = { 0x00, 0xff, '\n', '\r', 0x80 };
	struct debug_console console;
	struct io io = twin_port(DEBUG_CONSOLE_PORT);
	twin_assert_eq(debug_console_init(&console, io), DEBUG_CONSOLE_OK);
	twin_expect_eq(debug_console_write(&console, bytes, sizeof bytes), DEBUG_CONSOLE_OK);
}

TWIN_HERE(debug_console, writes_nothing_of_nothing)
{
	struct debug_console console;
	struct io io = twin_port(DEBUG_CONSOLE_PORT);
	twin_assert_eq(debug_console_init(&console, io), DEBUG_CONSOLE_OK);
	twin_expect_eq(debug_console_write(&console, NULL, 0), DEBUG_CONSOLE_OK);
	twin_expect_eq(debug_console_print(&console, ""), DEBUG_CONSOLE_OK);
	twin_expect_eq(debug_console_write(&console, NULL, 1), DEBUG_CONSOLE_NULL);
}

TWIN(debug_console, finds_no_device_where_the_bus_floats)
{
	struct debug_console console;
	twin_allow("bus.unclaimed-read");
	twin_expect_eq(debug_console_init(&console, twin_port(NOWHERE)), DEBUG_CONSOLE_ABSENT);
}

TWIN(debug_console, does_not_take_another_device_for_its_own)
{
	struct debug_console console;
	enum { SCRATCH_OF_COM1 = 0x3ff };
	io_write8(twin_port(SCRATCH_OF_COM1), 0, 0x5a);
	twin_expect_eq(debug_console_init(&console, twin_port(SCRATCH_OF_COM1)),
		       DEBUG_CONSOLE_ABSENT);
}

TWIN(debug_console, refuses_bad_arguments)
{
	struct debug_console console;
	twin_expect_eq(debug_console_init(NULL, twin_port(DEBUG_CONSOLE_PORT)), DEBUG_CONSOLE_NULL);
	twin_expect_eq(debug_console_init(&console, twin_memory(DEBUG_CONSOLE_PORT, 1)),
		       DEBUG_CONSOLE_BAD_BASE);
	twin_expect_eq(debug_console_print(NULL, "x"), DEBUG_CONSOLE_NULL);
	twin_expect_eq(debug_console_print(&console, NULL), DEBUG_CONSOLE_NULL);
}
