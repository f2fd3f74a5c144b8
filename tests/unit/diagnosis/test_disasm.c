/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/disasm.h"
#include "tests/check.h"

#include "emu/unicorn/x86/cpu.h"

static struct disasm_line line[4];

TestSuite(disasm, .timeout = 60);

Test(disasm, the_mode_decides_what_bytes_mean)
{
	static const uint8_t bytes[] = { 0x48, 0x89, 0xc3 };
	require_eq(sz, disasm(64, 0x1000, bytes, 3, line, 4), 1);
	check_eq(str, line[0].text, "mov rbx, rax");
	check_eq(u64, line[0].addr, 0x1000);
	check_eq(sz, line[0].len, 3);
	require_eq(sz, disasm(32, 0x1000, bytes, 3, line, 4), 2);
	check_eq(str, line[0].text, "dec eax");
	check_eq(str, line[1].text, "mov ebx, eax");
	require_eq(sz, disasm(16, 0x1000, bytes, 3, line, 4), 2);
	check_eq(str, line[1].text, "mov bx, ax");
}

Test(disasm, bytes_that_are_no_instruction_end_it)
{
	static const uint8_t bytes[] = { 0x90, 0x06, 0x90 }; /* push es: not in 64-bit mode */
	check_eq(sz, disasm(64, 0, bytes, 3, line, 4), 1);
	check_eq(sz, disasm(64, 0, bytes + 1, 2, line, 4), 0);
	check_eq(sz, disasm(32, 0, bytes, 3, line, 4), 3);
}

Test(disasm, no_more_lines_than_there_is_room)
{
	static const uint8_t bytes[8] = { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90 };
	check_eq(sz, disasm(64, 0, bytes, 8, line, 3), 3);
	check_eq(sz, disasm(64, 0, bytes, 8, line, 0), 0);
	check_eq(sz, disasm(64, 0, bytes, 0, line, 3), 0);
}

static struct cpu_regs regs;

static bool operand(unsigned mode, const uint8_t *code, size_t size, struct disasm_operand *op)
{
	return disasm_operand(mode, 0x1000, code, size, &regs, op);
}

Test(disasm, operands_are_resolved_with_the_registers)
{
	static const uint8_t by_rip[] = { 0x8b, 0x05, 0x10, 0, 0, 0 }; /* mov eax,[rip+16] */
	static const uint8_t by_index[] = { 0x88, 0x54, 0x1c, 0x0c };  /* mov [rsp+rbx+12],dl */
	static const uint8_t negative[] = { 0x48, 0x8b, 0x45, 0xf8 };  /* mov rax,[rbp-8] */
	static const uint8_t by_gs[] = { 0x65, 0x8b, 4, 0x25, 8, 0, 0, 0 }; /* mov eax,gs:[8] */
	struct disasm_operand op;
	regs = (struct cpu_regs){ 0 };
	regs.gpr[CPU_RSP] = 0x2000;
	regs.gpr[CPU_RBX] = 0x30;
	regs.gpr[CPU_RBP] = 0x3000;
	regs.seg[CPU_GS].base = 0x70000;
	require(operand(64, by_rip, sizeof(by_rip), &op));
	check_eq(u64, op.linear, 0x1016);
	check_eq(uint, op.width, 4);
	check(op.read && !op.written);
	require(operand(64, by_index, sizeof(by_index), &op));
	check_eq(u64, op.linear, 0x203c);
	check(op.written && !op.read);
	require(operand(64, negative, sizeof(negative), &op));
	check_eq(u64, op.linear, 0x2ff8);
	require(operand(64, by_gs, sizeof(by_gs), &op));
	check_eq(u64, op.linear, 0x70008);
}

Test(disasm, segments_and_narrow_addresses_wrap)
{
	static const uint8_t mov16[] = { 0x8b, 0x47, 0x10 }; /* mov ax,[bx+16] */
	struct disasm_operand op;
	regs = (struct cpu_regs){ 0 };
	regs.gpr[CPU_RBX] = 0xfffa;
	regs.seg[CPU_DS].base = 0x4000;
	require(operand(16, mov16, sizeof(mov16), &op));
	check_eq(u64, op.linear, 0x400a);
}

Test(disasm, an_instruction_without_memory_has_no_operand)
{
	static const uint8_t add[] = { 0x48, 0x01, 0xd8 };
	static const uint8_t lea[] = { 0x48, 0x8d, 0x45, 8 };
	struct disasm_operand op;
	check(!operand(64, add, sizeof(add), &op));
	check(!operand(64, lea, sizeof(lea), &op));
	check(!operand(64, add, 0, &op));
}

static uint64_t mask_of(const uint8_t *code, size_t size)
{
	uint64_t mask = 0;
	return disasm_tested_bits(64, 0, code, size, &regs, &mask) ? mask : 0;
}

Test(disasm, tested_bits_are_found)
{
	static const uint8_t test_imm[] = { 0xa8, 0x20 };            /* test al,0x20 */
	static const uint8_t test_reg[] = { 0x84, 0xc3 };            /* test bl,al */
	static const uint8_t test_self[] = { 0x84, 0xc0 };           /* test al,al */
	static const uint8_t and_imm[] = { 0x83, 0xe0, 0x80 };       /* and eax,-128 */
	static const uint8_t bit[] = { 0x0f, 0xba, 0xe0, 5 };        /* bt eax,5 */
	static const uint8_t memory_imm[] = { 0xf6, 0x43, 4, 0x40 }; /* test byte [rbx+4],0x40 */
	static const uint8_t mov[] = { 0xb0, 0x20 };
	regs = (struct cpu_regs){ 0 };
	regs.gpr[CPU_RBX] = 0x1140;
	check_eq(u64, mask_of(test_imm, sizeof(test_imm)), 0x20);
	check_eq(u64, mask_of(test_reg, sizeof(test_reg)), 0x40);
	check_eq(u64, mask_of(test_self, sizeof(test_self)), 0);
	check_eq(u64, mask_of(and_imm, sizeof(and_imm)), 0xffffff80);
	check_eq(u64, mask_of(bit, sizeof(bit)), 0x20);
	check_eq(u64, mask_of(memory_imm, sizeof(memory_imm)), 0x40);
	check_eq(u64, mask_of(mov, sizeof(mov)), 0);
}
