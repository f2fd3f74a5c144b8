/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"

TestSuite(bios_serial, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

static void call14(uint16_t ax, uint16_t port)
{
	begin(ax);
	set(CPU_RDX, port);
	service(0x14);
}

static uint8_t in(unsigned port) { return (uint8_t)bus_read(&bus, BUS_PORT, port, 8); }

Test(bios_serial, a_port_is_set_up)
{
	call14(0x00e3, 0);
	check_eq(u8, in(0x3fb), 0x03);
	check_eq(u8, high(CPU_RAX), 0x60);
	bus_write(&bus, BUS_PORT, 0x3fb, 8, 0x83);
	check_eq(u8, in(0x3f8), 12, "9600 baud");
	check_eq(uint, lints, 0);
}

Test(bios_serial, a_character_is_sent_when_there_is_room)
{
	call14(0x00e3, 0);
	call14(0x0141, 0);
	check_eq(int, call.outcome, BIOS_RETURN);
	check_eq(u8, high(CPU_RAX) & 0x80, 0);
	clock_advance(&vclock, 200000);
	clock_run(&vclock);
	call14(0x0142, 0);
	check_eq(int, call.outcome, BIOS_RETURN);
	call14(0x0143, 0);
	check_eq(int, call.outcome, BIOS_POLL, "the holding register is full");
	for (unsigned i = 0; call.outcome == BIOS_POLL; i++) {
		require_lt(uint, i, 100);
		clock_run_until(&vclock, clock_now(&vclock) + call.cost_ns);
		begin(0x0143);
		set(CPU_RDX, 0);
		service(0x14 | BIOS_SERVICE_AGAIN);
	}
	check_eq(u8, high(CPU_RAX) & 0x80, 0);
	check_gt(u64, clock_now(&vclock), 900000);
}

Test(bios_serial, a_character_is_received)
{
	call14(0x00e3, 0);
	uart_16550_model_receive(&com1, 'r');
	call14(0x0200, 0);
	check_eq(u16, get(CPU_RAX), 'r');
	call14(0x0300, 0);
	check_eq(u8, high(CPU_RAX), 0x60);
}

Test(bios_serial, receiving_gives_up_after_a_second)
{
	call14(0x00e3, 0);
	call14(0x0200, 0);
	check_eq(int, call.outcome, BIOS_POLL);
	clock_advance(&vclock, 1000000000);
	service(0x14 | BIOS_SERVICE_AGAIN);
	check_eq(int, call.outcome, BIOS_RETURN);
	check_eq(u8, high(CPU_RAX) & 0x80, 0x80);
}

Test(bios_serial, a_port_that_is_not_there_times_out)
{
	call14(0x0141, 4);
	check_eq(u8, high(CPU_RAX), 0x80);
	bda_set_word(&bios, 0x02, 0);
	call14(0x0141, 1);
	check_eq(u8, high(CPU_RAX), 0x80);
	call14(0x7700, 0);
	check_eq(str, last_lint, "bios.INT14.function");
}

Test(bios_serial, there_is_no_printer)
{
	begin(0x0241);
	set(CPU_RDX, 0);
	service(0x17);
	check_eq(u8, high(CPU_RAX), 0x01);
}
