/* SPDX-License-Identifier: MIT */
/* The state of a machine: digest, snapshots, list of devices. */
#include "tests/unit/machine/machine_fixture.h"

Test(machine, two_runs_have_the_same_digest_and_asking_changes_nothing)
{
	char a[33], b[33];
	START(BUSY);
	machine_run(&machine, 10 * MS);
	machine_digest(&machine, a);
	machine_digest(&machine, b);
	check_eq(str, a, b);
	check_eq(sz, strlen(a), 32);
	machine_run(&machine, 20 * MS);
	machine_digest(&machine, a);
	check_ne(str, a, b);
	check_gt(u64, cpu_stats(machine.cpu).interrupts[8], 10);

	make(&twin);
	start(&twin, guest, guest_len);
	machine_run(&twin, 20 * MS);
	machine_digest(&twin, b);
	check_eq(str, a, b);
	machine_free(&twin);
}

Test(machine, the_fill_is_part_of_the_digest)
{
	char a[33], b[33];
	START(JMP_SELF);
	machine_run(&machine, MS);
	machine_digest(&machine, a);
	config.random_fill = true;
	config.fill_seed = 7;
	make(&twin);
	start(&twin, guest, guest_len);
	machine_run(&twin, MS);
	machine_digest(&twin, b);
	check_ne(str, a, b);
	machine_free(&twin);
}

Test(machine, the_default_fill_equals_the_same_given_by_name)
{
	char a[33], b[33];
	machine_digest(&machine, a);
	config.fill_pattern[0] = 0xcc;
	config.fill_pattern_len = 1;
	make(&twin);
	machine_digest(&twin, b);
	check_eq(str, a, b);
	machine_free(&twin);
}

Test(machine, a_copy_in_the_middle_of_a_run_ends_with_the_same_digest)
{
	char a[33], b[33], middle[33];
	START(BUSY);
	machine_run(&machine, 7 * MS + 12345);
	make(&twin);
	machine_copy_state(&twin, &machine);
	machine_digest(&machine, middle);
	machine_digest(&twin, b);
	check_eq(str, middle, b);
	machine_run(&machine, 30 * MS);
	machine_run(&twin, 30 * MS);
	machine_digest(&machine, a);
	machine_digest(&twin, b);
	check_eq(str, a, b);
	check_ne(str, a, middle);
	machine_free(&twin);
}

/* DR0 on the NOP behind a loop; vector 1 exits with 21h. */
Test(machine, breakpoints_are_armed_in_a_copy)
{
	enum { NOP_AT = CODE + 33, HANDLER = 0x7d00 };
	static const uint8_t handler[] = { EXIT(0x21), JMP_SELF };
	require(mem_write(&machine.mem, HANDLER, handler, sizeof(handler)));
	START(0x66, 0xb8, NOP_AT & 0xff, NOP_AT >> 8, 0, 0, 0x0f, 0x23, 0xc0, /* mov dr0 */
	      0x66, 0xb8, 1, 0, 0, 0, 0x0f, 0x23, 0xf8,                       /* mov dr7 */
	      0xc7, 0x06, 4, 0, HANDLER & 0xff, HANDLER >> 8,                 /* mov [4] */
	      0x31, 0xc9, 0x89, 0x0e, 6, 0, /* xor cx, cx; mov [6], cx */
	      0x90, 0xe2, 0xfd, 0x90, EXIT(0x10), JMP_SELF);
	require_eq(int, machine_run(&machine, clock_now(&machine.clock) + 20000), CPU_STOP_TIME);
	make(&twin);
	machine_copy_state(&twin, &machine);
	require_eq(int, machine_run(&twin, 100 * (uint64_t)MS), CPU_STOP_REQUESTED);
	check_eq(u32, twin.s.exit_value, 0x21);
	require_eq(int, run(), CPU_STOP_REQUESTED);
	check_eq(u32, machine.s.exit_value, 0x21);
	machine_free(&twin);
}

/* More devices than any table ever had room for: the state of the last is copied like that of the
 * first. */
Test(machine, any_number_of_devices_is_part_of_snapshots)
{
	enum { MANY = 300 };
	static struct device device[2][MANY];
	static uint32_t state[2][MANY];

	make(&twin);
	for (uint32_t which = 0; which < 2; which++)
		for (uint32_t i = 0; i < MANY; i++) {
			state[which][i] = which * MANY + i;
			device[which][i] = (struct device){ .instance = "test",
							    .state = &state[which][i],
							    .state_size = sizeof(state[which][i]) };
			board_add_device(which ? &twin : &machine, &device[which][i]);
		}
	machine_copy_state(&twin, &machine);
	for (uint32_t i = 0; i < MANY; i++) check_eq(u32, state[1][i], i);
	machine_free(&twin);
}

Test(machine, a_copy_between_unlike_machines_is_refused, .signal = SIGABRT)
{
	static struct device one = { .instance = "test" };

	make(&twin);
	board_add_device(&twin, &one);
	machine_copy_state(&twin, &machine);
}

Test(machine, every_state_is_in_the_list_of_devices)
{
	size_t total = 0;
	for (size_t i = 0; i < machine.n_devices; i++) {
		check_ne(ptr, machine.device[i]->state, NULL);
		check_gt(sz, machine.device[i]->state_size, 0);
		total += machine.device[i]->state_size;
	}
	size_t expected = sizeof(pc_of(&machine)->pic.s) + sizeof(pc_of(&machine)->pit.s) +
			  sizeof(pc_of(&machine)->rtc.s) + sizeof(pc_of(&machine)->kbc.s) +
			  sizeof(pc_of(&machine)->keyboard.s) + sizeof(pc_of(&machine)->mouse.s) +
			  sizeof(pc_of(&machine)->vga.s) + sizeof(pc_of(&machine)->lapic.s) +
			  sizeof(pc_of(&machine)->misc.s) + sizeof(pc_of(&machine)->dma.s) +
			  sizeof(pc_of(&machine)->bios.s) + sizeof(pc_of(&machine)->s);
	for (unsigned i = 0; i < PC_N_UARTS; i++) expected += sizeof(pc_of(&machine)->uart[i].s);
	check_eq(sz, total, expected);
}
