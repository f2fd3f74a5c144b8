/* SPDX-License-Identifier: MIT */
#include "bimetal/debug_console.h"

#include "devices/isa_ports/model.h"
#include "tests/unit/drivers/host_fixture.h"

static struct isa_ports_model misc;
static struct debug_console console;

static void set_up(void)
{
	struct isa_ports_model_wiring wire = { .debug = recorder_tx, .ctx = &rec };
	host_power_on();
	isa_ports_model_init(&misc, &hub, &vclock, &wire);
	require(bus_map(&bus, BUS_PORT, 0xe9, 1, &misc.dev, 0xe9) == NULL);
	require(bus_map(&bus, BUS_PORT, 0x402, 1, &misc.dev, 0x402) == NULL);
}

TestSuite(debug_console, .init = set_up, .fini = host_power_off, .timeout = 60);

static struct io at(uint16_t base) { return io_port(&cpu, base); }

Test(debug_console, is_found_at_both_places)
{
	check_eq(int, debug_console_init(&console, at(DEBUG_CONSOLE_PORT)), DEBUG_CONSOLE_OK);
	check_eq(str, rec.trace, "DEBUG_E9?e9 ");
	recorder_clear(&rec);
	check_eq(int, debug_console_init(&console, at(DEBUG_CONSOLE_PORT_OVMF)), DEBUG_CONSOLE_OK);
	check_eq(str, rec.trace, "DEBUG_402?e9 ");
	check_eq(sz, rec.n_lints, 0);
}

Test(debug_console, takes_text_and_bytes_as_they_are)
{
	require_eq(int, debug_console_init(&console, at(DEBUG_CONSOLE_PORT)), DEBUG_CONSOLE_OK);
	check_eq(int, debug_console_print(&console, "text\n"), DEBUG_CONSOLE_OK);
	check_eq(int, debug_console_print(&console, ""), DEBUG_CONSOLE_OK);
	check_eq(int, debug_console_write(&console, (const uint8_t *)"\0\xff", 2),
		 DEBUG_CONSOLE_OK);
	check_eq(int, debug_console_write(&console, NULL, 0), DEBUG_CONSOLE_OK);
	require_eq(sz, rec.n_wire, 7);
	check(rec.wire[4] == '\n' && rec.wire[5] == 0 && (uint8_t)rec.wire[6] == 0xff);
	check_eq(u64, rec.n_writes, 7);
	check_eq(sz, rec.n_lints, 0);
}

Test(debug_console, is_not_found_where_none_is)
{
	check_eq(int, debug_console_init(&console, at(0x300)), DEBUG_CONSOLE_ABSENT);
	check_eq(int, debug_console_init(&console, at(0xffff)), DEBUG_CONSOLE_ABSENT);
	check_eq(u64, rec.n_writes, 0);
}

Test(debug_console, refuses_bad_arguments_without_an_access)
{
	struct io memory = io_memory(&cpu, 0xd0000000, 1), beyond = at(0xffff);
	beyond.base++;
	check_eq(int, debug_console_init(NULL, at(0xe9)), DEBUG_CONSOLE_NULL);
	check_eq(int, debug_console_init(&console, memory), DEBUG_CONSOLE_BAD_BASE);
	check_eq(int, debug_console_init(&console, beyond), DEBUG_CONSOLE_BAD_BASE);
	console.io = at(0xe9);
	check_eq(int, debug_console_print(NULL, ""), DEBUG_CONSOLE_NULL);
	check_eq(int, debug_console_print(&console, NULL), DEBUG_CONSOLE_NULL);
	check_eq(int, debug_console_write(NULL, (const uint8_t *)"", 1), DEBUG_CONSOLE_NULL);
	check_eq(int, debug_console_write(&console, NULL, 1), DEBUG_CONSOLE_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(debug_console, has_the_ports_of_the_model)
{
	check_eq(u32, DEBUG_CONSOLE_PORT, isa_ports_regs[ISA_PORTS_MODEL_DEBUG_E9].offset);
	check_eq(u32, DEBUG_CONSOLE_PORT_OVMF, isa_ports_regs[ISA_PORTS_MODEL_DEBUG_402].offset);
}
