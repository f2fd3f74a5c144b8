/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"

TestSuite(bios, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

Test(bios, a_knock_at_the_port_asks_for_a_stop_and_is_pending)
{
	check(!bios_pending(&bios));
	bus_write(&bus, BUS_PORT, BIOS_PORT, 8, 0x13);
	check(bios_pending(&bios));
	check_eq(u8, bios.s.service, 0x13);
	check_eq(uint, stops, 1);
	check_eq(u64, bus_read(&bus, BUS_PORT, BIOS_PORT, 8), 0xff);
	bios_reset(&bios);
	check(!bios_pending(&bios));
}

Test(bios, a_wider_access_to_the_port_is_reported)
{
	bus_write(&bus, BUS_PORT, BIOS_PORT, 16, 0x13);
	check_gt(uint, lints, 0);
}

Test(bios, setting_a_part_of_a_register_leaves_the_rest)
{
	begin(0x1234);
	call.regs = &regs;
	bios_set_low(&call, CPU_RAX, 0x1ff);
	check_eq(u64, regs.gpr[CPU_RAX], 0xaaaa12ff);
	bios_set_high(&call, CPU_RAX, 0x1ee);
	check_eq(u64, regs.gpr[CPU_RAX], 0xaaaaeeff);
	bios_set_word(&call, CPU_RAX, 0x19999);
	check_eq(u64, regs.gpr[CPU_RAX], 0xaaaa9999);
	bios_set_dword(&call, CPU_RAX, 7);
	check_eq(u64, regs.gpr[CPU_RAX], 7);
	bios_set_segment(&call, CPU_ES, 0xf000);
	check_eq(u64, regs.seg[CPU_ES].base, 0xf0000);
}

Test(bios, an_unknown_service_does_nothing)
{
	struct cpu_regs before;

	begin(0x4242);
	before = regs;
	service(0x7f);
	service(0x0a);
	service(0xff);
	check_eq(int, memcmp(&before, &regs, sizeof(regs)), 0);
}

Test(bios, every_service_takes_time)
{
	for (unsigned n = 0x10; n <= 0x1a; n++) {
		begin(0x0f00);
		service(n);
		check_gt(u64, call.cost_ns, 0, "INT %02xh", n);
	}
}

Test(bios, memory_is_read_and_written_wherever_it_is)
{
	uint8_t buf[4] = { 1, 2, 3, 4 };

	call = (struct bios_call){ .regs = &regs, .a20 = true };
	bios_write(&bios, &call, BUFFER, buf, sizeof(buf));
	check_eq(u32, peek32(BUFFER), 0x04030201);
	/* The VGA's window follows the VGA's rules: text is in planes 0 and 1. */
	bios_write(&bios, &call, 0xb8000, buf, sizeof(buf));
	check_eq(u8, vga_model_plane(&vga, 0, 0), 1);
	check_eq(u8, vga_model_plane(&vga, 2, 1), 4);
	memset(buf, 0, sizeof(buf));
	bios_read(&bios, &call, 0xb8000, buf, sizeof(buf));
	check_eq(u8, buf[3], 4);
	/* Writes to ROM are lost. */
	bios_write(&bios, &call, 0xffff0, buf, 1);
	check_eq(u8, peek8(0xffff0), 0xea);
	check_eq(uint, lints, 0);
}

Test(bios, memory_that_is_not_there_reads_ones_and_is_reported)
{
	uint8_t buf[2] = { 0 };

	call = (struct bios_call){ .regs = &regs, .a20 = true };
	bios_read(&bios, &call, 0xd0000000, buf, 2);
	check_eq(u8, buf[1], 0xff);
	check_eq(uint, lints, 2);
	bios_write(&bios, &call, UINT64_MAX, buf, 2);
	bios_read(&bios, &call, UINT64_MAX - 1, buf, 2);
}

Test(bios, a_copy_over_the_end_of_memory_does_what_there_is)
{
	uint8_t buf[4] = { 1, 2, 3, 4 };

	call = (struct bios_call){ .regs = &regs, .a20 = true };
	bios_write(&bios, &call, MEMORY_MIB * MIB - 2, buf, 4);
	check_eq(u8, peek8(MEMORY_MIB * MIB - 1), 2);
}

Test(bios, with_the_gate_closed_the_second_mebibyte_is_the_first)
{
	uint8_t buf[4] = { 1, 2, 3, 4 };

	call = (struct bios_call){ .regs = &regs, .a20 = false };
	poke(MIB, "\xcc\xcc\xcc\xcc", 4);
	bios_write(&bios, &call, MIB + 0x20000, buf, 4);
	check_eq(u32, peek32(0x20000), 0x04030201);
	bios_read(&bios, &call, MIB + 0x20001, buf, 1);
	check_eq(u8, buf[0], 2);
	/* A read that wraps around: its first two bytes are the last ones of the first MiB. */
	bios_read(&bios, &call, MIB - 2, buf, 4);
	check_eq(u8, buf[0], peek8(MIB - 2));
	check_eq(u8, buf[2], peek8(0));
}

Test(bios, preparing_unmasks_timer_keyboard_and_cascade_and_sets_the_ticks)
{
	static const uint8_t icw[] = { 0x08, 0x04, 0x01, 0xff };

	bus_write(&bus, BUS_PORT, 0x20, 8, 0x11);
	for (unsigned i = 0; i < sizeof(icw); i++) bus_write(&bus, BUS_PORT, 0x21, 8, icw[i]);
	bios_prepare(&bios);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0x21, 8), 0xf8);
	/* 03:04:05 is 11045 s; times 18.2065 */
	check_eq(u32, peek32(0x46c), 201090);
	check(bios.s.started);
}

Test(bios, after_a_reset_without_drives_it_halts_and_later_it_resets)
{
	begin(0);
	service(BIOS_SERVICE_POST);
	check_eq(int, call.outcome, BIOS_JUMP);
	check(!bios.s.started);
	check_eq(ptr, reset_source, NULL);
	bios_mark_started(&bios);
	service(BIOS_SERVICE_POST);
	check_eq(str, reset_source, "port 0xcf9");
}

Test(bios, after_a_reset_it_boots_the_drive)
{
	insert(BIOS_DISK0, 4 * 512);
	begin(0);
	service(BIOS_SERVICE_POST);
	check_eq(int, call.outcome, BIOS_JUMP);
	check_eq(u64, regs.rip, 0x7c00);
	check_eq(u8, low(CPU_RDX), 0x80);
	check(bios.s.started);
}

Test(bios, a_wait_ends_at_its_limit)
{
	begin(0);
	service(0x11);
	require(bios_wait(&bios, &call, 1000, 600));
	check_eq(int, call.outcome, BIOS_POLL);
	call.cost_ns = 0;
	call.again = true;
	clock_advance(&vclock, 600);
	require(bios_wait(&bios, &call, 1000, 600));
	check_eq(u64, call.cost_ns, 400, "no further than the limit");
	clock_advance(&vclock, 400);
	check(!bios_wait(&bios, &call, 1000, 600));
}
