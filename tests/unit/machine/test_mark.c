/* SPDX-License-Identifier: MIT */
/* Marks of a machine: what belongs to one, and that a run from it is the run that was. */
#include "emu/mem_device.h"
#include "harness/machine/mark.h"
#include "tests/unit/machine/machine_fixture.h"

enum { MIB_1 = 1 << 20 };

static struct machine_mark *mark_now(void)
{
	struct machine_mark *mark = machine_mark(&machine);

	require(mark, "%s", machine.error);
	return mark;
}

static void go_back(const struct machine_mark *mark)
{
	require(machine_restore(&machine, mark), "%s", machine.error);
}

static void digest_at(uint64_t until_ns, char digest[33])
{
	machine_run(&machine, until_ns);
	machine_digest(&machine, digest);
}

Test(machine, a_run_from_a_mark_ends_with_the_digest_of_the_run_that_went_on)
{
	char a[33], b[33], middle[33];
	struct machine_mark *mark;

	START(BUSY);
	machine_run(&machine, 7 * MS + 12345);
	mark = mark_now();
	machine_digest(&machine, middle);
	digest_at(30 * MS, a);
	for (unsigned i = 0; i < 3; i++) {
		go_back(mark);
		machine_digest(&machine, b);
		check_eq(str, middle, b);
		digest_at(30 * MS, b);
		check_eq(str, a, b);
	}
}

Test(machine, making_a_mark_does_not_change_the_run)
{
	char a[33], b[33];

	START(BUSY);
	make(&twin);
	start(&twin, guest, guest_len);
	machine_run(&twin, 20 * MS);
	machine_digest(&twin, a);
	machine_free(&twin);
	for (unsigned i = 1; i < 20; i++) {
		machine_run(&machine, i * (uint64_t)MS);
		(void)mark_now();
	}
	digest_at(20 * MS, b);
	check_eq(str, a, b);
}

/* Each mark holds a word that differs; they are restored in another order, and some are freed. */
Test(machine, marks_are_restored_in_any_order)
{
	enum { N = 12 };
	struct machine_mark *mark[N];
	char digest[N][33], now[33];

	START(BUSY);
	for (unsigned i = 0; i < N; i++) {
		digest_at((i + 1) * (uint64_t)MS, digest[i]);
		mark[i] = mark_now();
	}
	for (unsigned i = 0; i < 5 * N; i++) {
		unsigned at = i * 7 % N;
		if (!mark[at]) continue;
		go_back(mark[at]);
		machine_digest(&machine, now);
		check_eq(str, now, digest[at]);
		machine_run(&machine, 15 * MS);
		if (i < 3 * N || at % 2) continue;
		machine_mark_free(&machine, mark[at]);
		mark[at] = NULL;
	}
}

/* From one mark two marks are made, and from each of them one more. */
Test(machine, marks_are_a_tree)
{
	char a[33], b[33], again[33];
	struct machine_mark *root, *left, *right;

	START(BUSY);
	machine_run(&machine, MS);
	root = mark_now();
	require(mem_write(&machine.mem, 0x20000, "left", 4));
	left = mark_now();
	digest_at(3 * MS, a);
	go_back(root);
	check_eq(u8, word(0x20000) & 0xff, 0xcc);
	require(mem_write(&machine.mem, 0x30000, "right", 5));
	right = mark_now();
	digest_at(3 * MS, b);
	check_ne(str, a, b);
	go_back(left);
	check_eq(u16, word(0x30000), 0xcccc);
	check_eq(u16, word(0x20000), 'l' | 'e' << 8);
	digest_at(3 * MS, again);
	check_eq(str, again, a);
	machine_mark_free(&machine, root);
	go_back(right);
	check_eq(u16, word(0x20000), 0xcccc);
	digest_at(3 * MS, again);
	check_eq(str, again, b);
}

Test(machine, a_page_that_was_only_read_since_is_untouched_again)
{
	char a[33], b[33];
	struct machine_mark *mark;

	START(0xb8, 0x00, 0x30, 0x8e, 0xd8, /* mov ax, 3000h; mov ds, ax */
	      0xa1, 0x00, 0x00,             /* mov ax, [0] */
	      EXIT(1), JMP_SELF);
	mark = mark_now();
	machine_digest(&machine, a);
	run();
	check(*mem_flags(&machine.mem, 0x30000) & MEM_TOUCHED);
	go_back(mark);
	machine_digest(&machine, b);
	check_eq(str, a, b);
	check(!(*mem_flags(&machine.mem, 0x30000) & MEM_TOUCHED));
}

/* The guest writes its own code: mov al, 1 becomes mov al, 2. */
Test(machine, code_that_was_overwritten_runs_as_it_was)
{
	enum { VALUE_AT = CODE + 1 };
	struct machine_mark *mark;

	START(0xb0, 1, EXIT_AL, 0xc6, 0x06, VALUE_AT & 0xff, VALUE_AT >> 8, 2, /* mov byte [v], 2 */
	      0xeb, 0xf5 /* jmp to the start */);
	mark = mark_now();
	for (unsigned i = 0; i < 3; i++) {
		require_eq(int, run(), CPU_STOP_REQUESTED);
		check_eq(u32, machine.s.exit_value, 1);
		machine.s.event = MACHINE_RUNNING;
		require_eq(int, run(), CPU_STOP_REQUESTED);
		check_eq(u32, machine.s.exit_value, 2);
		go_back(mark);
		check_eq(int, machine.s.event, MACHINE_RUNNING);
	}
}

/* It writes mov al, [8ff0h]; ret to 9000h, with the byte as immediate, and calls that. */
Test(machine, code_that_was_made_after_a_mark_is_made_again)
{
	enum { INPUT = 0x8ff0, MADE = 0x9000, CALL_ENDS = CODE + 19 };
	struct machine_mark *mark;

	START(0xa0, INPUT & 0xff, INPUT >> 8, /* mov al, [8ff0h] */
	      0xa2, 1, MADE >> 8,             /* mov [9001h], al */
	      0xc6, 0x06, 0, MADE >> 8, 0xb0, /* mov byte [9000h], mov al */
	      0xc6, 0x06, 2, MADE >> 8, 0xc3, /* mov byte [9002h], ret */
	      0xe8, (MADE - CALL_ENDS) & 0xff, (MADE - CALL_ENDS) >> 8, /* call 9000h */
	      EXIT_AL, JMP_SELF);
	mark = mark_now();
	for (uint8_t i = 1; i < 4; i++) {
		require(mem_set(&machine.mem, INPUT, i, 1));
		require_eq(int, run(), CPU_STOP_REQUESTED);
		check_eq(u32, machine.s.exit_value, i);
		go_back(mark);
	}
}

/* DR0 on the NOP behind a loop; vector 1 exits with 21h. The first mark has no breakpoint. */
Test(machine, breakpoints_are_armed_as_they_were)
{
	enum { NOP_AT = CODE + 33, HANDLER = 0x7d00 };
	static const uint8_t handler[] = { EXIT(0x21), JMP_SELF };
	struct machine_mark *before, *armed;
	struct cpu_regs regs;

	require(mem_write(&machine.mem, HANDLER, handler, sizeof(handler)));
	START(0x66, 0xb8, NOP_AT & 0xff, NOP_AT >> 8, 0, 0, 0x0f, 0x23, 0xc0, /* mov dr0 */
	      0x66, 0xb8, 1, 0, 0, 0, 0x0f, 0x23, 0xf8,                       /* mov dr7 */
	      0xc7, 0x06, 4, 0, HANDLER & 0xff, HANDLER >> 8,                 /* mov [4] */
	      0x31, 0xc9, 0x89, 0x0e, 6, 0, /* xor cx, cx; mov [6], cx */
	      0x90, 0xe2, 0xfd, 0x90, EXIT(0x10), JMP_SELF);
	before = mark_now();
	require_eq(int, machine_run(&machine, clock_now(&machine.clock) + 20000), CPU_STOP_TIME);
	armed = mark_now();
	require_eq(int, run(), CPU_STOP_REQUESTED);
	check_eq(u32, machine.s.exit_value, 0x21);
	go_back(before);
	cpu_get_regs(machine.cpu, &regs);
	regs.rip = NOP_AT; /* without those that arm it */
	cpu_set_regs(machine.cpu, &regs);
	require_eq(int, run(), CPU_STOP_REQUESTED);
	check_eq(u32, machine.s.exit_value, 0x10);
	go_back(armed);
	require_eq(int, run(), CPU_STOP_REQUESTED);
	check_eq(u32, machine.s.exit_value, 0x21);
}

Test(machine, the_memory_of_devices_belongs_to_a_mark)
{
	struct mem_device *vram = machine.mem.device[0];
	struct machine_mark *mark;
	char a[33], b[33];

	uint8_t there = mem_device_byte(vram, 3 * MEM_PAGE);

	mem_device_set_byte(vram, 5, 0x11);
	mark = mark_now();
	machine_digest(&machine, a);
	mem_device_set_byte(vram, 5, 0x22);
	mem_device_set_byte(vram, 3 * MEM_PAGE, (uint8_t)~there);
	go_back(mark);
	check_eq(u8, mem_device_byte(vram, 5), 0x11);
	check_eq(u8, mem_device_byte(vram, 3 * MEM_PAGE), there);
	machine_digest(&machine, b);
	check_eq(str, a, b);
}

Test(machine, marks_take_no_more_memory_than_is_allowed)
{
	machine_free(&machine);
	config.mark_memory = 4 << 20;
	make(&machine);
	START(BUSY);
	struct machine_mark *first = mark_now(), *second;
	require(mem_set(&machine.mem, MIB_1, 1, 5 << 20));
	second = machine_mark(&machine);
	check_eq(ptr, second, NULL);
	check(strstr(machine.error, "free some"), "%s", machine.error);
	check_le(u64, machine_marks_bytes(&machine), config.mark_memory);
	go_back(first);
	check_eq(u16, word(MIB_1), 0xcccc);
}

Test(machine, a_mark_refuses_devices_that_came_later)
{
	static struct device late = { .instance = "test" };

	(void)mark_now();
	board_add_device(&machine, &late);
	check_eq(ptr, machine_mark(&machine), NULL);
	check(strstr(machine.error, "device"), "%s", machine.error);
}
