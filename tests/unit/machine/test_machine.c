/* SPDX-License-Identifier: MIT */
/* The machine "isapc" as a whole: the state that a BIOS leaves, wires, resets, snapshots, digest.
 * Guests are a few bytes of 16-bit code at 0000:7c00. */
#include "tests/unit/machine/machine_fixture.h"

Test(machine, a_bios_left_its_data_area_and_vectors)
{
	check_eq(u16, word(0x400), 0x3f8);
	check_eq(u16, word(0x406), 0x2e8);
	check_eq(u16, word(0x408), 0);
	check_eq(u16, word(0x413), 639);
	check_eq(u16, word(0x40e), 0x9fc0);
	check_eq(u8, word(0x449) & 0xff, 3);
	check_eq(u16, word(0x463), 0x3d4);
	for (unsigned v = 0; v < 256; v++) check_eq(u16, word(v * 4 + 2), 0xf000);
	check_eq(u8, word(0xffffe) & 0xff, 0xfc);
	check_eq(u8, word(0xffff0) & 0xff, 0xea);
	check_eq(u8, word(0xfffffff0) & 0xff, 0xea, "the alias below 4 GiB");
	check_eq(u8, word(0xf0000 + word(0x60 * 4)) & 0xff, 0xcf, "a stray INT meets an IRET");
}

Test(machine, a_bios_left_its_chips_programmed)
{
	check_eq(u8, in(0x21), 0xff);
	check_eq(u8, in(0xa1), 0xff);
	out(0x70, 0x0a);
	check_eq(u8, in(0x71) & 0x7f, 0x26);
	out(0x70, 0x0b);
	check_eq(u8, in(0x71), 0x02);
	out(0x70, 0x17);
	check_eq(u8, in(0x71), (7 * 1024) & 0xff);
	out(0x70, 0x18);
	check_eq(u8, in(0x71), (7 * 1024) >> 8);
	out(0x70, 0x14);
	check_eq(u8, in(0x71), 0x06);
	check_eq(u8, in(0x3fb), 0x03);
	check_eq(u8, in(0x92), 0x02);
	check(cpu_a20(machine.cpu));
	check_eq(u64, bus_read(&machine.bus, BUS_MEMORY, 0xfee000f0, 32), 0x1ff);
	check_eq(u64, bus_read(&machine.bus, BUS_MEMORY, 0xfee00350, 32), 0x700);
	check_eq(u32, lints, 0, "%s", last_lint);
}

Test(machine, a_checksum_covers_the_cmos_configuration)
{
	unsigned sum = 0;
	for (unsigned i = 0x10; i <= 0x2d; i++)
		sum += rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, i);
	check_eq(u32, sum,
		 (unsigned)rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, 0x2e) << 8 |
			 rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, 0x2f));
}

Test(machine, cmos_has_the_sizes_of_memory_on_both_sides_of_the_hole)
{
	machine_free(&machine);
	config.memory = UINT64_C(5) << 30;
	make(&machine);
	check_eq(u8, rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, 0x34), 0x00);
	check_eq(u8, rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, 0x35),
		 0xbf); /* 3 GiB - 16 MiB */
	check_eq(u8, rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, 0x5b), 0x00);
	check_eq(u8, rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, 0x5c), 0x80); /* 2 GiB */
	check_eq(u8, rtc_mc146818_model_cmos_get(&pc_of(&machine)->rtc, 0x5d), 0x00);
}

Test(machine, an_unknown_machine_or_a_bad_size_of_memory_is_refused_with_a_message)
{
	struct machine_config bad = config;
	const char *fault;
	bad.machine = "pdp11";
	fault = machine_init(&twin, &bad);
	require_ne(ptr, fault, NULL);
	check_ne(ptr, strstr(fault, "pdp11"), NULL);
	bad = config;
	bad.memory = 4096;
	check_ne(ptr, machine_init(&twin, &bad), NULL);
	bad = config;
	bad.cpu_features = "+warp";
	fault = machine_init(&twin, &bad);
	require_ne(ptr, fault, NULL);
	check_ne(ptr, strstr(fault, "warp"), NULL);
}

Test(machine, without_a_disk_it_halts_at_the_reset_vector)
{
	check_eq(int, run(), CPU_STOP_HALTED);
	check_eq(int, machine.s.event, MACHINE_RUNNING);
}

Test(machine, a_guest_writes_text_and_exits)
{
	START(OUTX(0x3f8, 'h'), OUT(0xe9, 'd'), OUTX(0x402, 'e'), EXIT(0x10), JMP_SELF);
	check_eq(int, run(), CPU_STOP_REQUESTED);
	check_eq(int, machine.s.event, MACHINE_DEBUG_EXIT);
	check_eq(u32, machine.s.exit_value, 0x10);
	check_eq(str, debug, "de");
	check_eq(str, serial, "", "it takes a millisecond at 9600 baud");
	clock_run_until(&machine.clock, clock_now(&machine.clock) + 2 * MS);
	check_eq(str, serial, "h");
	check_eq(u32, lints, 0, "%s", last_lint);
	check_eq(int, run(), CPU_STOP_REQUESTED, "it does not run on");
}

Test(machine, time_ends_a_run_and_it_goes_on_after_it)
{
	START(JMP_SELF);
	check_eq(int, machine_run(&machine, MS), CPU_STOP_TIME);
	check_ge(u64, clock_now(&machine.clock), MS);
	check_eq(int, machine_run(&machine, 2 * MS), CPU_STOP_TIME);
	machine_quit(&machine);
	check_eq(int, machine_run(&machine, 3 * MS), CPU_STOP_REQUESTED);
	check_eq(int, machine.s.event, MACHINE_QUIT);
}

Test(machine, the_timer_interrupt_wakes_a_halted_cpu)
{
	/* Unmask IRQ 0, halt three times. The BIOS stub acknowledges. */
	START(OUT(0x21, 0xfe), STI, HLT, HLT, HLT, CLI, EXIT(0x42));
	check_eq(int, machine_run(&machine, 1000 * (uint64_t)MS), CPU_STOP_REQUESTED);
	check_eq(u32, machine.s.exit_value, 0x42);
	check_eq(u64, cpu_stats(machine.cpu).interrupts[8], 3);
	check_gt(u64, clock_now(&machine.clock), 2 * 54 * (uint64_t)MS);
	check_lt(u64, clock_now(&machine.clock), 4 * 55 * (uint64_t)MS);
	check_eq(u8, in(0x20) & 1, 0);
}

Test(machine, an_interrupt_of_the_slave_is_acknowledged_by_its_stub)
{
	/* RTC periodic interrupt at 1024 Hz through IRQ 8, vector 70h. */
	START(OUT(0x70, 0x0b), OUT(0x71, 0x42), OUT(0xa1, 0xfe), OUT(0x21, 0xfb), STI, HLT,
	      OUT(0x70, 0x0c), 0xe4, 0x71, HLT, CLI, EXIT(1));
	check_eq(int, run(), CPU_STOP_REQUESTED);
	check_eq(u64, cpu_stats(machine.cpu).interrupts[0x70], 2);
}

Test(machine, bios_services_answer)
{
	/* int 12h; exit with AL */
	START(0xcd, 0x12, EXIT_AL, JMP_SELF);
	run();
	check_eq(u32, machine.s.exit_value, 639 & 0xff);
	/* stc; int 60h; clc; int 15h; lahf; mov al, ah; exit: carry must be set */
	machine_reset(&machine);
	START(0xf9, 0xcd, 0x60, 0xf8, 0xcd, 0x15, 0x9f, 0x88, 0xe0, EXIT_AL, JMP_SELF);
	run();
	check_eq(u32, machine.s.exit_value & 1, 1);
}

Test(machine, port_92_resets)
{
	START(OUT(0x92, 0x03), JMP_SELF);
	check_eq(int, run(), CPU_STOP_REQUESTED);
	check_eq(int, machine.s.event, MACHINE_RESET);
	check_eq(str, machine.s.reset_source, "port 0x92");
	check_eq(u64, machine.s.resets, 1);
}

Test(machine, port_cf9_resets)
{
	START(OUTX(0xcf9, 0x06), JMP_SELF);
	run();
	check_eq(int, machine.s.event, MACHINE_RESET);
	check_eq(str, machine.s.reset_source, "port 0xcf9");
}

Test(machine, the_keyboard_controller_resets)
{
	START(OUT(0x64, 0xfe), JMP_SELF);
	run();
	check_eq(int, machine.s.event, MACHINE_RESET);
	check_eq(str, machine.s.reset_source, "keyboard controller");
}

/* lidt [7c10h]; int3; at 7c10h: limit 0 */
#define TRIPLE_FAULT 0x0f, 0x01, 0x1e, 0x10, 0x7c, 0xcc, JMP_SELF, 0, 0, 0, 0, 0, 0, 0, 0

Test(machine, a_triple_fault_ends_the_run_as_such)
{
	START(TRIPLE_FAULT, 0, 0, 0, 0, 0, 0);
	check_eq(int, run(), CPU_STOP_TRIPLE_FAULT);
	check_eq(int, machine.s.event, MACHINE_RUNNING);
}

Test(machine, with_reboot_a_triple_fault_and_a_reset_start_it_again)
{
	machine_free(&machine);
	config.reboot_on_reset = true;
	config.reload = reload;
	make(&machine);
	START(TRIPLE_FAULT, 0, 0, 0, 0, 0, 0);
	run();
	check_eq(u32, reloads, 5, "until reload said no");
	check_eq(int, machine.s.event, MACHINE_RESET);
	check_eq(u64, machine.s.resets, 5);
	check_eq(str, machine.s.reset_source, "triple fault");
}

Test(machine, a_reset_brings_the_devices_back_and_keeps_ram)
{
	uint32_t kept = 0;
	START(JMP_SELF);
	machine_run(&machine, MS);
	require(mem_write32(&machine.mem, 0x200000, 0x12345678));
	out(0x21, 0x00);
	out(0x92, 0x00);
	check(!cpu_a20(machine.cpu));
	machine_reset(&machine);
	check_eq(u8, in(0x21), 0xff);
	check(cpu_a20(machine.cpu));
	check(mem_read32(&machine.mem, 0x200000, &kept));
	check_eq(u32, kept, 0x12345678);
	check_eq(int, run(), CPU_STOP_HALTED);
}

Test(machine, either_gate_opens_a20)
{
	out(0x92, 0x00);
	check(!cpu_a20(machine.cpu));
	out(0x64, 0xd1);
	clock_run_until(&machine.clock, clock_now(&machine.clock) + 10 * MS);
	out(0x60, 0xdf);
	clock_run_until(&machine.clock, clock_now(&machine.clock) + 10 * MS);
	check(cpu_a20(machine.cpu));
	out(0x92, 0x02);
	out(0x92, 0x00);
	check(cpu_a20(machine.cpu), "the keyboard controller still holds it open");
}

Test(machine, with_a20_closed_a_guest_sees_the_first_megabyte_again)
{
	/* out 92h, 0; mov ax, ffffh; mov es, ax; mov al, es:[7c10h+...]: ffff:0010 is 100000h */
	START(OUT(0x92, 0x00), 0xb8, 0xff, 0xff, 0x8e, 0xc0, 0x26, 0xa0, 0x10, 0x7c, EXIT_AL,
	      JMP_SELF, 0x5a);
	uint8_t low = 0x77, high = 0x88;
	require(mem_write(&machine.mem, 0x7c00 + 0x0, guest, guest_len));
	require(mem_write(&machine.mem, 0x107c00, &high, 1));
	require(mem_write(&machine.mem, 0x500, &low, 1));
	run();
	check_eq(u32, machine.s.exit_value, guest[0], "ffff:7c10 is 107c00h, wrapped to 7c00h");
}

Test(machine, com1_and_com3_share_a_line)
{
	struct irq *one = &pc_of(&machine)->uart[0].irq, *three = &pc_of(&machine)->uart[2].irq;
	irq_set(one, true);
	irq_set(three, true);
	irq_set(one, false);
	check_ne(u8, pc_of(&machine)->pic.s.master.lines & 0x10, 0);
	check_eq(u8, pc_of(&machine)->pic.s.master.lines & 0x08, 0);
	irq_set(three, false);
	check_eq(u8, pc_of(&machine)->pic.s.master.lines & 0x10, 0);
	irq_set(&pc_of(&machine)->uart[3].irq, true);
	check_ne(u8, pc_of(&machine)->pic.s.master.lines & 0x08, 0);
}

Test(machine, a_relocated_local_apic_answers_at_its_new_address)
{
	check(lapic_model_msr_write(&pc_of(&machine)->lapic, 0x1b, 0xfed00900));
	check_eq(ptr, bus_find(&machine.bus, BUS_MEMORY, 0xfee00000), NULL);
	check_eq(u64, bus_read(&machine.bus, BUS_MEMORY, 0xfed00030, 32), 0x50014);
	check(lapic_model_msr_write(&pc_of(&machine)->lapic, 0x1b, 0xa0900), "onto the VGA window");
	check_eq(str, last_lint, "lapic.base");
	machine_reset(&machine);
	check_eq(u64, bus_read(&machine.bus, BUS_MEMORY, 0xfee00030, 32), 0x50014);
}

Test(machine, empty_sockets_float_high_without_a_lint)
{
	static const uint16_t ports[] = { 0x1f0, 0x1f7, 0x170, 0x376, 0x3f2, 0x3f6, 0x3f7,
					  0x378, 0x278, 0x3bc, 0x201, 0x300, 0xcf8, 0xcfc };
	for (unsigned i = 0; i < ARRAY_SIZE(ports); i++)
		check_eq(u8, in(ports[i]), 0xff, "port %x", ports[i]);
	check_eq(u64, bus_read(&machine.bus, BUS_PORT, 0xcf8, 32), 0xffffffff);
	check_eq(u64, bus_read(&machine.bus, BUS_MEMORY, 0xc8000, 16), 0xffff);
	check_eq(u32, lints + not_modelled, 0, "%s", last_lint);
	in(0x22);
	check_eq(u32, lints, 1, "nobody could ever sit there");
}

Test(machine, the_dma_controllers_and_their_pages_are_there)
{
	check_eq(u8, in(0x0f), 0x0f);
	check_eq(u8, in(0xde), 0x0e, "channel 4 is the cascade");
	out(0x87, 0x5a);
	check_eq(u8, in(0x87), 0x5a);
	out(0x80, 0x11);
	check_eq(u32, not_modelled + lints, 0, "%s", last_lint);
	out(0x09, 0x04);
	check_eq(u32, not_modelled, 1);
	check_eq(str, last_lint, "i8237.REQUEST.software-request");
}
