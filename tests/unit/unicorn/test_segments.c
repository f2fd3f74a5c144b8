/* SPDX-License-Identifier: MIT */
/* Limits and types of segments, in protected and in real mode. */
#include "cpu_fixture.h"
#include "emu/array.h"

#define SECOND UINT64_C(1000000000)

enum { HLT = 0xf4, MAX_CODE = 32 };
enum { SS = 12, GP = 13, RAN_ON = 255 };
/* Flags in a descriptor's upper half: present, code or data, 32 bits. */
enum {
	DATA = 0xc09300,
	READ_ONLY = 0xc09100,
	EXPAND_DOWN = 0xc09700,
	CODE = 0xc09b00,
	EXECUTE_ONLY = 0xc09900
};

static void power_on(void) { make_cpu(false); }
TestSuite(segments, .init = power_on, .fini = free_cpu, .timeout = 60);

/* mov [ebx], eax and the like, by a segment that is not flat; HLT behind. */
struct row {
	const char *what, *code;
	size_t size;
	enum cpu_segment segment;
	uint32_t flags, limit, ebx;
	unsigned vector;
};

#define ROW(what, code, segment, flags, limit, ebx, vector)                                    \
	{                                                                                      \
		(what), (code), sizeof(code) - 1, (segment), (flags), (limit), (ebx), (vector) \
	}

static const struct row rows[] = {
	ROW("a dword at the limit", "\x8b\x03", CPU_DS, DATA, 0x1fff, 0x1ffc, RAN_ON),
	ROW("a dword across the limit", "\x8b\x03", CPU_DS, DATA, 0x1fff, 0x1ffd, GP),
	ROW("a byte at the limit", "\x8a\x03", CPU_DS, DATA, 0x1fff, 0x1fff, RAN_ON),
	ROW("a byte beyond", "\x8a\x03", CPU_DS, DATA, 0x1fff, 0x2000, GP),
	ROW("with a displacement", "\x8b\x83\0\x10\0\0", CPU_DS, DATA, 0x1fff, 0x1000, GP),
	ROW("across 4 GiB", "\x8b\x03", CPU_DS, DATA, 0xfffffffe, 0xfffffffd, GP),
	ROW("a null segment", "\x8b\x03", CPU_DS, 0, 0, 0, GP),
	ROW("a store, read only", "\x89\x03", CPU_DS, READ_ONLY, UINT32_MAX, 0x3000, GP),
	ROW("a read, read only", "\x8b\x03", CPU_DS, READ_ONLY, UINT32_MAX, 0x3000, RAN_ON),
	ROW("expand-down, below", "\x8b\x03", CPU_DS, EXPAND_DOWN, 0x2fff, 0x2fff, GP),
	ROW("expand-down, above", "\x8b\x03", CPU_DS, EXPAND_DOWN, 0x2fff, 0x3000, RAN_ON),
	ROW("code, not readable", "\x2e\x8b\x03", CPU_CS, EXECUTE_ONLY, UINT32_MAX, CODE_AT, GP),
	ROW("code, readable", "\x2e\x8b\x03", CPU_CS, CODE, UINT32_MAX, CODE_AT, RAN_ON),
	ROW("a store into code", "\x2e\x89\x03", CPU_CS, CODE, UINT32_MAX, CODE_AT + 64, GP),
	ROW("push", "\x89\xdc\x50", CPU_SS, DATA, 0x8fff, 0x9004, SS),
	ROW("push at the limit", "\x89\xdc\x50", CPU_SS, DATA, 0x8fff, 0x9000, RAN_ON),
	ROW("through EBP", "\x89\xdd\x8b\x45\0", CPU_SS, DATA, 0x8fff, 0x9000, SS),
	ROW("movsd, destination", "\x89\xdf\xbe\0\x30\0\0\xa5", CPU_ES, DATA, 0x1fff, 0x1ffe, GP),
	ROW("movsd, source", "\x89\xde\xbf\0\x30\0\0\xa5", CPU_DS, DATA, 0x1fff, 0x1ffe, GP),
	ROW("pusha", "\x89\xdc\x60", CPU_SS, DATA, 0x8fff, 0x9010, SS),
	ROW("bts far away", "\x0f\xab\x03", CPU_DS, DATA, 0x1fff, 0x1ff0, GP),
};

static void start_row(const struct row *r)
{
	struct cpu_regs regs;
	uint8_t code[MAX_CODE] = { 0 };
	memcpy(code, r->code, r->size);
	code[r->size] = HLT;
	start_protected(code, sizeof code);
	cpu_get_regs(cpu, &regs);
	regs.gpr[CPU_RBX] = r->ebx;
	regs.gpr[CPU_RAX] = 0x800;
	regs.seg[r->segment].flags = r->flags;
	regs.seg[r->segment].limit = r->limit;
	cpu_set_regs(cpu, &regs);
}

Test(segments, each_access_is_checked_in_protected_mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		start_row(r);
		enum cpu_stop stop = cpu_run(cpu, clock_now(&clk) + SECOND);
		bool fine = r->vector == RAN_ON;
		check_eq(int, stop, fine ? CPU_STOP_HALTED : CPU_STOP_TRIPLE_FAULT, "%s", r->what);
		if (fine || stop != CPU_STOP_TRIPLE_FAULT) continue;
		check_eq(u8, first_exception().vector, (uint8_t)r->vector, "%s", r->what);
		check_eq(u32, first_exception().error_code, 0, "%s", r->what);
	}
}

/* Runs mov ax, [bx] in real mode; vector 13 leads to HLT at 500h. */
static bool real_read_faults(const char *code, size_t size, uint16_t bx)
{
	static const uint8_t halt = 0xf4;
	struct cpu_regs regs;
	require(mem_write32(&mem, GP * 4, 0x500));
	require(mem_write(&mem, 0x500, &halt, 1));
	uint8_t with_halt[MAX_CODE] = { 0 };
	memcpy(with_halt, code, size);
	with_halt[size] = HLT;
	start_real(with_halt, sizeof with_halt);
	cpu_get_regs(cpu, &regs);
	regs.gpr[CPU_RBX] = bx;
	cpu_set_regs(cpu, &regs);
	require_eq(int, cpu_run(cpu, clock_now(&clk) + SECOND), CPU_STOP_HALTED);
	return cpu_pc(cpu) == 0x501;
}

#define REAL_FAULTS(code, bx) real_read_faults((code), sizeof(code) - 1, (bx))

Test(segments, in_real_mode_nothing_crosses_ffffh)
{
	check(REAL_FAULTS("\x8b\x07", 0xffff));
	check(!REAL_FAULTS("\x8b\x07", 0xfffe));
	check(!REAL_FAULTS("\x8a\x07", 0xffff));
	check(REAL_FAULTS("\x66\x8b\x07", 0xfffd));
	check(REAL_FAULTS("\x67\x8a\x83\1\0\0\0", 0xffff), "an offset of 10000h");
	check(!REAL_FAULTS("\x8a\x87\1\0", 0xffff), "it wraps");
}

/* 1000h bytes of code: jmp +2000h, and nops up to the limit. */
Test(segments, a_jump_beyond_the_limit_of_cs_faults_itself)
{
	static const uint8_t code[] = { 0x90, 0xe9, 0, 0x20, 0, 0, 0xf4 };
	struct cpu_regs regs;
	start_protected(code, sizeof code);
	cpu_get_regs(cpu, &regs);
	regs.seg[CPU_CS].limit = CODE_AT + 0xfff;
	cpu_set_regs(cpu, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u8, first_exception().vector, GP);
	check_eq(u64, first_exception().pc, CODE_AT + 1);
}

Test(segments, code_runs_up_to_the_limit_of_cs)
{
	static const uint8_t code[] = { 0xb9, 1, 0, 0, 0, 0x90, 0xba, 1, 0, 0, 0, 0xf4 };
	struct cpu_regs regs;
	start_protected(code, sizeof code);
	cpu_get_regs(cpu, &regs);
	regs.seg[CPU_CS].limit = CODE_AT + 7; /* in the middle of mov edx */
	cpu_set_regs(cpu, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u64, first_exception().pc, CODE_AT + 6);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.gpr[CPU_RCX], 1);
}

/* xor eax,eax; mov fs,ax; mov eax,[fs:ebx]: all in one block. */
Test(segments, one_that_the_block_itself_loads_is_checked)
{
	static const uint8_t code[] = { 0x31, 0xc0, 0x8e, 0xe0, 0x64, 0x8b, 0x03, HLT };
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u8, first_exception().vector, GP);
	check_eq(u64, first_exception().pc, CODE_AT + 4);
}

/* Real mode: a jump to FFFEh, an instruction of 3 bytes. That instruction faults, not the jump.
 */
Test(segments, an_instruction_across_the_limit_of_cs_faults_itself)
{
	static const uint8_t across[] = { 0xb8, 0xb8 }, halt = HLT;
	static const uint8_t code[] = { 0xe9, 0xfb, 0x83 };
	uint8_t frame[2] = { 0 };
	require(mem_write(&mem, 0xfffe, across, sizeof across));
	require(mem_write32(&mem, GP * 4, 0x500));
	require(mem_write(&mem, 0x500, &halt, 1));
	start_real(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require(mem_read(&mem, 0x7000 - 6, frame, sizeof frame));
	check_eq(int, frame[0] | frame[1] << 8, 0xfffe);
}
