/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/panic.h"

#include <string.h>

#include "tests/check.h"

enum { WORDS = 64, CODE = 0x1000 };

/* A stack of the test's: frames are put into it by hand. */
static uint64_t stack[WORDS];
static uint64_t found[PANIC_MAX_FRAMES];
static const struct panic_symbol symbols[] = {
	{ CODE, CODE + 0x100, "first" },
	{ CODE + 0x100, CODE + 0x180, "second" },
	{ CODE + 0x200, CODE + 0x300, "third" },
};
enum { N_SYMBOLS = sizeof(symbols) / sizeof(symbols[0]) };

static uint64_t at(unsigned word) { return (uintptr_t)&stack[word]; }

static void frame(unsigned word, uint64_t next, uint64_t back)
{
	stack[word] = next;
	stack[word + 1] = back;
}

static struct panic_stack whole(void) { return (struct panic_stack){ at(0), at(WORDS) }; }

static struct panic_trace walk(uint64_t rbp, unsigned max)
{
	struct panic_stack bounds = whole();
	return panic_walk(&bounds, CODE + 1, rbp, symbols, N_SYMBOLS, found, max);
}

static void set_up(void)
{
	memset(stack, 0, sizeof(stack));
	memset(found, 0, sizeof(found));
}

TestSuite(x86_panic, .init = set_up, .timeout = 60);

Test(x86_panic, a_chain_of_frames_is_followed_to_its_end)
{
	frame(4, at(10), CODE + 0x110);
	frame(10, at(20), CODE + 0x210);
	frame(20, 0, CODE + 0x10);
	struct panic_trace trace = walk(at(4), PANIC_MAX_FRAMES);
	check_eq(uint, trace.frames, 4);
	check_eq(int, trace.end, PANIC_END_OF_STACK);
	check_eq(u64, found[0], CODE + 1);
	check_eq(u64, found[1], CODE + 0x110);
	check_eq(u64, found[2], CODE + 0x210);
	check_eq(u64, found[3], CODE + 0x10);
}

Test(x86_panic, a_return_address_of_0_is_the_end)
{
	frame(4, at(10), CODE + 0x110);
	frame(10, at(20), 0);
	struct panic_trace trace = walk(at(4), PANIC_MAX_FRAMES);
	check_eq(uint, trace.frames, 2);
	check_eq(int, trace.end, PANIC_END_OF_STACK);
}

/* None of these addresses may be read. */
Test(x86_panic, a_bad_frame_pointer_ends_the_trace_and_is_not_followed)
{
	static const struct {
		uint64_t rbp;
		enum panic_end end;
	} bad[] = { { 0, PANIC_END_OF_STACK },
		    { 8, PANIC_BAD_FRAME },
		    { 0x4141414141414140, PANIC_BAD_FRAME },
		    { 0x4141414141414141, PANIC_UNALIGNED },
		    { UINT64_MAX - 7, PANIC_BAD_FRAME },
		    { UINT64_MAX - 15, PANIC_BAD_FRAME },
		    { UINT64_C(1) << 63, PANIC_BAD_FRAME } };
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct panic_trace trace = walk(bad[i].rbp, PANIC_MAX_FRAMES);
		check_eq(uint, trace.frames, 1, "%u", i);
		check_eq(int, trace.end, bad[i].end, "%u", i);
		check_eq(u64, trace.bad, bad[i].rbp, "%u", i);
		frame(4, bad[i].rbp, CODE + 0x110);
		trace = walk(at(4), PANIC_MAX_FRAMES);
		check_eq(uint, trace.frames, 2, "%u", i);
		check_eq(int, trace.end, bad[i].end, "%u", i);
	}
}

Test(x86_panic, a_frame_lies_whole_inside_the_stack)
{
	check_eq(int, walk(at(0) - 8, PANIC_MAX_FRAMES).end, PANIC_BAD_FRAME);
	check_eq(int, walk(at(WORDS) - 8, PANIC_MAX_FRAMES).end, PANIC_BAD_FRAME);
	check_eq(int, walk(at(WORDS), PANIC_MAX_FRAMES).end, PANIC_BAD_FRAME);
	frame(WORDS - 2, 0, CODE + 1);
	check_eq(int, walk(at(WORDS - 2), PANIC_MAX_FRAMES).end, PANIC_END_OF_STACK);
	struct panic_stack none = { 0, 0 }, tiny = { at(0), at(1) }, wrong = { at(9), at(3) };
	check_eq(int, panic_walk(&none, 1, at(4), NULL, 0, found, 9).end, PANIC_BAD_FRAME);
	check_eq(int, panic_walk(&tiny, 1, at(0), NULL, 0, found, 9).end, PANIC_BAD_FRAME);
	check_eq(int, panic_walk(&wrong, 1, at(4), NULL, 0, found, 9).end, PANIC_BAD_FRAME);
	struct panic_stack low = { 0, 8 };
	check_eq(int, panic_walk(&low, 1, 8, NULL, 0, found, 9).end, PANIC_BAD_FRAME);
}

Test(x86_panic, a_loop_ends)
{
	frame(4, at(10), CODE + 0x110);
	frame(10, at(4), CODE + 0x210);
	struct panic_trace trace = walk(at(4), PANIC_MAX_FRAMES);
	check_eq(int, trace.end, PANIC_DESCENDS);
	check_eq(uint, trace.frames, 3);
	check_eq(u64, trace.bad, at(4));
	frame(4, at(4), CODE + 0x110);
	check_eq(int, walk(at(4), PANIC_MAX_FRAMES).end, PANIC_DESCENDS);
}

Test(x86_panic, a_return_address_lies_in_a_function)
{
	frame(4, at(10), CODE + 0x190); /* between two */
	struct panic_trace trace = walk(at(4), PANIC_MAX_FRAMES);
	check_eq(int, trace.end, PANIC_BAD_RETURN);
	check_eq(uint, trace.frames, 1);
	check_eq(u64, trace.bad, CODE + 0x190);
	/* Behind a CALL that is the last instruction of its function. */
	frame(4, 0, CODE + 0x180);
	check_eq(uint, walk(at(4), PANIC_MAX_FRAMES).frames, 2);
	/* Without a table everything is believed. */
	struct panic_stack bounds = whole();
	frame(4, 0, 0x99);
	check_eq(uint, panic_walk(&bounds, 1, at(4), NULL, 0, found, 9).frames, 2);
}

Test(x86_panic, no_more_frames_than_there_is_room_for)
{
	for (unsigned i = 0; i < 20; i += 2) frame(i, at(i + 2), CODE + 1);
	struct panic_trace trace = walk(at(0), 4);
	check_eq(uint, trace.frames, 4);
	check_eq(int, trace.end, PANIC_FULL);
	check_eq(u64, found[4], 0);
	check_eq(uint, walk(at(0), 0).frames, 0);
}

Test(x86_panic, functions_are_found_by_address)
{
	check_eq(ptr, panic_find(symbols, N_SYMBOLS, CODE - 1), NULL);
	check_eq(ptr, panic_find(symbols, N_SYMBOLS, CODE), &symbols[0]);
	check_eq(ptr, panic_find(symbols, N_SYMBOLS, CODE + 0xff), &symbols[0]);
	check_eq(ptr, panic_find(symbols, N_SYMBOLS, CODE + 0x100), &symbols[1]);
	check_eq(ptr, panic_find(symbols, N_SYMBOLS, CODE + 0x180), NULL);
	check_eq(ptr, panic_find(symbols, N_SYMBOLS, CODE + 0x2ff), &symbols[2]);
	check_eq(ptr, panic_find(symbols, N_SYMBOLS, CODE + 0x300), NULL);
	check_eq(ptr, panic_find(NULL, 0, CODE), NULL);
}

/* ---- reports ---- */

static char told[8192];

static void put(void *ctx, const char *text)
{
	(void)ctx;
	require_lt(sz, strlen(told) + strlen(text), sizeof(told));
	strcat(told, text);
}

static struct panic reporter(void)
{
	return (struct panic){
		.put = put, .stack = whole(), .symbols = symbols, .n_symbols = N_SYMBOLS
	};
}

Test(x86_panic, an_exception_is_told_with_registers_and_trace)
{
	struct panic panic = reporter();
	struct idt_context context = {
		.rax = 0xa,
		.rbx = 0xb,
		.r15 = 0x15,
		.rbp = at(4),
		.vector = 14,
		.error = 2,
		.frame = { .rip = CODE + 0x20, .cs = 8, .rflags = 0x246, .rsp = 0x7000, .ss = 0x10 }
	};
	frame(4, at(10), CODE + 0x110);
	frame(10, UINT64_C(0x4141414141414140), CODE + 0x210);
	panic_exception(&panic, &context, 0xdead);
	static const char *const parts[] = {
		"PANIC: exception 14, #PF, page fault\n"
		"error 0x2: write to a page that is not present, from the kernel\n"
		"address 0x000000000000dead\n"
		"RAX 0x000000000000000a  RBX 0x000000000000000b  RCX 0x0000000000000000\n",
		"R15 0x0000000000000015",
		"RSP 0x0000000000007000",
		"RIP 0x0000000000001020  CS  0x0000000000000008\n",
		"SS  0x0000000000000010  FLG 0x0000000000000246\n",
		"stack trace:\n  0  0x0000000000001020  first+0x20\n"
		"  1  0x0000000000001110  second+0x10\n  2  0x0000000000001210  third+0x10\n"
		"  (the trace ends: the frame pointer leads out of the stack: 0x4141414141414140)\n"
	};
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		check(strstr(told, parts[i]), "%s is not in:\n%s", parts[i], told);
	for (const char *line = told; *line; line = strchr(line, '\n') + 1)
		check_le(sz, strcspn(line, "\n"), 80);
}

Test(x86_panic, a_panic_of_the_kernel_is_told_with_a_trace)
{
	struct panic panic = reporter();
	frame(4, 0, CODE + 0x110);
	panic_report(&panic, "out of memory", CODE + 0x20, at(4));
	check_eq(str, told,
		 "PANIC: out of memory\n"
		 "stack trace:\n"
		 "  0  0x0000000000001020  first+0x20\n"
		 "  1  0x0000000000001110  second+0x10\n");
}

Test(x86_panic, the_end_of_a_broken_trace_is_told)
{
	struct panic panic = reporter();
	panic.symbols = NULL;
	panic.n_symbols = 0;
	panic_report(&panic, "why", CODE, 0x4141);
	check_eq(str, told,
		 "PANIC: why\n"
		 "stack trace:\n"
		 "  0  0x0000000000001000\n"
		 "  (the trace ends: the frame pointer is unaligned: 0x4141)\n");
}
