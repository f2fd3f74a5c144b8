/* SPDX-License-Identifier: MIT */
#include "bimetal/debug_exit.h"

#include <setjmp.h>

#include "devices/isa_ports/model.h"
#include "tests/unit/drivers/host_fixture.h"

static struct isa_ports_model misc;
static struct debug_exit port;
static uint32_t value;
static unsigned exits;
static jmp_buf end;

static void take_value(void *ctx, uint32_t v)
{
	(void)ctx;
	value = v;
	exits++;
	host_cpu_processor(&cpu).ops->request_stop(&cpu);
}

static void on_stop(void *ctx)
{
	(void)ctx;
	longjmp(end, 1);
}

static void set_up(void)
{
	struct isa_ports_model_wiring wire = { .exit = take_value };
	host_power_on();
	isa_ports_model_init(&misc, &hub, &vclock, &wire);
	require(bus_map(&bus, BUS_PORT, DEBUG_EXIT_PORT, 4, &misc.dev, DEBUG_EXIT_PORT) == NULL);
	cpu.stop = on_stop;
}

TestSuite(debug_exit, .init = set_up, .fini = host_power_off, .timeout = 60);

static struct io at(uint16_t base) { return io_port(&cpu, base); }

static void leave(unsigned width, uint32_t with)
{
	require_eq(int, debug_exit_init(&port, at(DEBUG_EXIT_PORT), wait, width), DEBUG_EXIT_OK);
	cpu.s.stopped = false;
	if (setjmp(end) == 0) {
		enum debug_exit_status status = debug_exit(&port, with);
		require(false, "came back with %d", status);
	}
}

Test(debug_exit, ends_the_machine_with_the_value)
{
	leave(32, 0x10);
	check_eq(u32, value, 0x10);
	leave(32, 0xdeadbeef);
	check_eq(u32, value, 0xdeadbeef);
	leave(16, 0xdeadbeef);
	check_eq(u32, value, 0xbeef);
	leave(8, 0xdeadbeef);
	check_eq(u32, value, 0xef);
	check_eq(u32, exits, 4);
	check_eq(u64, rec.n_writes, 4);
	check_eq(str, rec.trace,
		 "DEBUG_EXIT=00000010 DEBUG_EXIT=deadbeef DEBUG_EXIT=beef DEBUG_EXIT=ef ");
	check_eq(u64, rec.n_reads, 0, "it cannot be read");
	check_eq(sz, rec.n_lints, 0);
}

Test(debug_exit, returns_where_the_port_is_absent)
{
	require_eq(int, debug_exit_init(&port, at(0x500), wait, 8), DEBUG_EXIT_OK);
	uint64_t before = clock_now(&vclock);
	check_eq(int, debug_exit(&port, 1), DEBUG_EXIT_IGNORED);
	check(clock_now(&vclock) - before < 1100000);
}

Test(debug_exit, refuses_bad_arguments_without_an_access)
{
	struct io memory = io_memory(&cpu, 0xd0000000, 1);
	check_eq(int, debug_exit_init(NULL, at(0xf4), wait, 8), DEBUG_EXIT_NULL);
	static const unsigned widths[] = { 0, 1, 9, 24, 64, 256 + 8 };
	for (unsigned i = 0; i < 6; i++)
		check_eq(int, debug_exit_init(&port, at(0xf4), wait, widths[i]),
			 DEBUG_EXIT_BAD_WIDTH);
	check_eq(int, debug_exit_init(&port, memory, wait, 8), DEBUG_EXIT_BAD_BASE);
	check_eq(int, debug_exit_init(&port, at(0xfffd), wait, 32), DEBUG_EXIT_BAD_BASE);
	check_eq(int, debug_exit_init(&port, at(0xffff), wait, 16), DEBUG_EXIT_BAD_BASE);
	check_eq(int, debug_exit_init(&port, at(0xfffc), wait, 32), DEBUG_EXIT_OK);
	check_eq(int, debug_exit_init(&port, at(0xffff), wait, 8), DEBUG_EXIT_OK);
	check_eq(int, debug_exit(NULL, 0), DEBUG_EXIT_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(debug_exit, the_process_ends_with_an_odd_status)
{
	check_eq(u8, debug_exit_process_status(0x10), 33);
	check_eq(u8, debug_exit_process_status(0x11), 35);
	check_eq(u8, debug_exit_process_status(0), 1);
	check_eq(u8, debug_exit_process_status(0x80), 1);
}

Test(debug_exit, has_the_port_of_the_model)
{
	check_eq(u32, DEBUG_EXIT_PORT, isa_ports_regs[ISA_PORTS_MODEL_DEBUG_EXIT].offset);
}
