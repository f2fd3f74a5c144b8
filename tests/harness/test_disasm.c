/* SPDX-License-Identifier: MIT */
#include "harness/disasm.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static struct disasm_line line[4];

TestSuite(disasm, .timeout = 5);

Test(disasm, the_mode_decides_what_bytes_mean)
{
	static const uint8_t bytes[] = { 0x48, 0x89, 0xc3 };
	cr_assert(eq(sz, disasm(64, 0x1000, bytes, 3, line, 4), 1));
	cr_expect(eq(str, line[0].text, "mov rbx, rax"));
	cr_expect(eq(u64, line[0].addr, 0x1000));
	cr_expect(eq(sz, line[0].len, 3));
	cr_assert(eq(sz, disasm(32, 0x1000, bytes, 3, line, 4), 2));
	cr_expect(eq(str, line[0].text, "dec eax"));
	cr_expect(eq(str, line[1].text, "mov ebx, eax"));
	cr_assert(eq(sz, disasm(16, 0x1000, bytes, 3, line, 4), 2));
	cr_expect(eq(str, line[1].text, "mov bx, ax"));
}

Test(disasm, bytes_that_are_no_instruction_end_it)
{
	static const uint8_t bytes[] = { 0x90, 0x06, 0x90 }; /* push es: not in 64-bit mode */
	cr_expect(eq(sz, disasm(64, 0, bytes, 3, line, 4), 1));
	cr_expect(eq(sz, disasm(64, 0, bytes + 1, 2, line, 4), 0));
	cr_expect(eq(sz, disasm(32, 0, bytes, 3, line, 4), 3));
}

Test(disasm, no_more_lines_than_there_is_room)
{
	static const uint8_t bytes[8] = { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90 };
	cr_expect(eq(sz, disasm(64, 0, bytes, 8, line, 3), 3));
	cr_expect(eq(sz, disasm(64, 0, bytes, 8, line, 0), 0));
	cr_expect(eq(sz, disasm(64, 0, bytes, 0, line, 3), 0));
}
