/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/guest_view.h"
#include "tests/check.h"

#include "guest_fixture.h"

static struct guest_view g;

static void start(void)
{
	long_mode();
	g = view_of_guest();
}

static bool print_code(uint64_t pc)
{
	FILE *out = open_text();
	bool ok = guest_print_code(&g, pc, 2, 2, out);
	fclose(out);
	return ok;
}

TestSuite(guest_view, .init = start, .fini = forget_text, .timeout = 60);

Test(guest_view, the_code_segment_decides_the_mode)
{
	check_eq(uint, guest_code_mode(&regs), 64);
	check_eq(str, guest_mode_name(&regs), "long mode, 64-bit code");
	regs.seg[CPU_CS].flags = PROTECTED_CS;
	check_eq(uint, guest_code_mode(&regs), 32);
	check_eq(str, guest_mode_name(&regs), "long mode (compatibility), 32-bit code");
	regs.efer = 0;
	check_eq(str, guest_mode_name(&regs), "protected mode, 32-bit code");
	regs.seg[CPU_CS].flags = 0x9b00;
	check_eq(uint, guest_code_mode(&regs), 16);
	regs.cr0 = 0;
	check_eq(str, guest_mode_name(&regs), "real mode, 16-bit code");
}

Test(guest_view, the_ring_is_the_dpl_of_the_stack_segment)
{
	check_eq(uint, guest_cpl(&regs), 0);
	regs.seg[CPU_SS].flags = 3 << 13;
	check_eq(uint, guest_cpl(&regs), 3);
	regs.seg[CPU_SS].flags = 0;
	regs.rflags = 1 << 17;
	check_eq(uint, guest_cpl(&regs), 3);
	regs.cr0 = 0;
	check_eq(uint, guest_cpl(&regs), 0);
}

Test(guest_view, a_16_bit_stack_wraps_at_64_kib)
{
	regs = (struct cpu_regs){ 0 };
	regs.seg[CPU_SS].base = 0x1000;
	check_eq(u64, guest_stack_addr(&regs, 0x12345), 0x3345);
}

Test(guest_view, words_are_little_endian_and_end_with_memory)
{
	uint64_t v = 0;
	put64(0x1000, 0x1122334455667788);
	require(guest_word(&g, 0x1000, 4, &v));
	check_eq(u64, v, 0x55667788);
	check(!guest_word(&g, BASE + SIZE - 4, 8, &v));
	check(!guest_word(&g, 0x1000, 9, &v));
}

Test(guest_view, a_place_without_a_name_is_its_address)
{
	char buf[64];
	check_eq(str, guest_place(&g, 0x1100, buf, sizeof(buf)), "0x1100 sym_1100");
	nameless = true;
	check_eq(str, guest_place(&g, 0x1100, buf, sizeof(buf)), "0x1100");
}

Test(guest_view, return_addresses_follow_calls)
{
	static const uint8_t relative[] = { 0xe8, 0, 0, 0, 0 };
	static const uint8_t by_register[] = { 0xff, 0xd0 };
	static const uint8_t by_memory[] = { 0xff, 0x94, 0x24, 8, 0, 0, 0 };
	static const uint8_t by_r11[] = { 0x41, 0xff, 0xd3 };
	static const uint8_t jump[] = { 0xff, 0xe0 };
	put(0x1010, relative, sizeof(relative));
	put(0x1020, by_register, sizeof(by_register));
	put(0x1030, by_memory, sizeof(by_memory));
	put(0x1040, by_r11, sizeof(by_r11));
	put(0x1050, jump, sizeof(jump));
	check(guest_after_call(&g, 0x1015));
	check(guest_after_call(&g, 0x1022));
	check(guest_after_call(&g, 0x1037));
	check(guest_after_call(&g, 0x1043));
	check(!guest_after_call(&g, 0x1052));
	check(!guest_after_call(&g, 0x1016));
	check(!guest_after_call(&g, 0));
	check(!guest_after_call(&g, UINT64_MAX));
}

Test(guest_view, a_call_at_the_very_start_of_memory_is_seen)
{
	static const uint8_t by_register[] = { 0xff, 0xd0 };
	put(BASE, by_register, sizeof(by_register));
	check(guest_after_call(&g, BASE + 2));
}

Test(guest_view, code_is_shown_around_the_program_counter)
{
	static const uint8_t hlt = 0xf4;
	put(0x1100, &hlt, 1);
	require(print_code(0x1100));
	const char *arrow = strstr(text, "=> 0000000000001100  f4");
	require(arrow != NULL, "%s", text);
	check(strstr(arrow, "hlt") != NULL);
	check(says("     00000000000010ff  90"));
	check(says("     0000000000001102  90"));
	check(!says("00000000000010fd"));
	check(!says("0000000000001103"));
}

Test(guest_view, code_before_a_long_instruction_is_resynchronised)
{
	/* mov rax, imm64 ends just before pc: decoding from its middle must not skip pc. */
	static const uint8_t mov[] = { 0x48, 0xb8, 0x48, 0xb8, 0x48, 0xb8, 0x48, 0xb8, 0x48, 0xb8 };
	put(0x1100 - sizeof(mov), mov, sizeof(mov));
	require(print_code(0x1100));
	check(says("=> 0000000000001100"));
}

Test(guest_view, code_that_cannot_be_read_prints_nothing)
{
	check(!print_code(0xdead0000));
	check_eq(str, text, "");
}

static void function(void *ctx, uint64_t addr, char *buf, size_t size)
{
	(void)ctx;
	buf[0] = '\0';
	if (addr >= 0x1100 && addr < 0x1102)
		snprintf(buf, size, "f+0x%x (/src/a.c:%d, inlined at b.c:9)",
			 (unsigned)(addr - 0x1100), addr == 0x1100 ? 3 : 4);
}

Test(guest_view, source_lines_stand_beside_the_instructions)
{
	g.symbol = function;
	require(print_code(0x1100));
	check(says("  f:\n"), "%s", text);
	check(says("; a.c:3\n"));
	check(says("; a.c:4\n"));
	check(!says("00000000000010ff"), "what lies before the function is not code of it");
	check(!says("0000000000001102"), "nor what lies behind");
}
