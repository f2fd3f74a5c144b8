/* SPDX-License-Identifier: MIT */
/* Video memory as a machine's guest reaches it: observed, digested, copied. */
#include "devices/vga/modes.h"
#include "devices/vga/planes.h"
#include "tests/unit/machine/machine_fixture.h"

enum { FOREVER = 1000 };

/* mov ax,0xa000; mov es,ax; l: stosb; inc al; jmp l: the whole window, over and over. */
#define DRAWS 0xb8, 0x00, 0xa0, 0x8e, 0xc0, 0x31, 0xff, 0xfc, 0xaa, 0xfe, 0xc0, 0xeb, 0xfb

static void mode_13h(struct machine *m)
{
	vga_model_set_mode(&pc_of(m)->vga, vga_model_mode(0x13));
}

static void run_for(struct machine *m, uint64_t ns)
{
	require_eq(int, machine_run(m, clock_now(&m->clock) + ns), CPU_STOP_TIME);
}

static const char *digest(struct machine *m)
{
	static char text[2][33];
	static unsigned n;
	char *to = text[n++ % 2];
	machine_digest(m, to);
	return to;
}

static unsigned heard;

static void on_access(void *ctx, const struct access *a)
{
	(void)ctx;
	if (a->memory) heard++;
}

Test(machine, a_run_that_draws_is_the_same_if_it_is_observed)
{
	static struct observer listener = { .access = on_access };

	mode_13h(&machine);
	START(DRAWS);
	make(&twin);
	mode_13h(&twin);
	start(&twin, guest, guest_len);
	hub_attach(&twin.hub, &listener);
	run_for(&machine, 300 * FOREVER);
	run_for(&twin, 300 * FOREVER);
	check_gt(uint, heard, 60000);
	check_eq(str, digest(&machine), digest(&twin));
	check_eq(u32, vga_model_word(&pc_of(&machine)->vga, 4),
		 vga_model_word(&pc_of(&twin)->vga, 4));
	/* What is on the screen is part of the digest. */
	require(mem_write(&twin.mem, 0xa0000, "x", 1));
	check_ne(str, digest(&machine), digest(&twin));
	machine_free(&twin);
}

Test(machine, a_copy_draws_on_its_own_screen)
{
	struct vga_model *theirs, *ours = &pc_of(&machine)->vga;
	uint32_t before;

	mode_13h(&machine);
	START(DRAWS);
	make(&twin);
	theirs = &pc_of(&twin)->vga;
	run_for(&machine, FOREVER);
	machine_copy_state(&twin, &machine);
	check_eq(u64, twin.mem.window[0].size, 0x10000);
	before = vga_model_word(ours, 0x1000);
	run_for(&twin, 200 * FOREVER);
	check_eq(u32, vga_model_word(ours, 0x1000), before, "the original is untouched");
	check_ne(u32, vga_model_word(theirs, 0x1000), before);
	run_for(&machine, 200 * FOREVER);
	check_eq(str, digest(&machine), digest(&twin));
	/* Back to the beginning, and again. */
	machine_copy_state(&twin, &machine);
	run_for(&machine, FOREVER);
	machine_copy_state(&machine, &twin);
	check_eq(str, digest(&machine), digest(&twin));
	run_for(&machine, 77 * FOREVER);
	run_for(&twin, 77 * FOREVER);
	check_eq(str, digest(&machine), digest(&twin));
	machine_free(&twin);
}

/* A page that was not written since the last copy is not copied: what its copy holds stays. */
Test(machine, a_snapshot_copies_only_what_changed_on_the_screen)
{
	struct mem_device *copy;
	enum { MARK = 0x1800, PAGE = 0x1000 };

	mode_13h(&machine);
	make(&twin);
	copy = pc_of(&twin)->vga.memory;
	mem_device_set(pc_of(&machine)->vga.memory, 0, 1, VGA_MODEL_PLANES_SIZE);
	machine_copy_state(&twin, &machine);
	copy->host[MARK] = 0x99;
	copy->host[MARK + PAGE] = 0x99;
	bus_write(&machine.bus, BUS_MEMORY, 0xa0000 + MARK + PAGE + 1, 8, 2);
	machine_copy_state(&twin, &machine);
	check_eq(u8, copy->host[MARK], 0x99);
	check_eq(u8, copy->host[MARK + PAGE], 1);
	check_eq(u8, copy->host[MARK + PAGE + 1], 2);
	machine_free(&twin);
}
