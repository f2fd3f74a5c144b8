/* SPDX-License-Identifier: MIT */
/* The exceptions of refused accesses, invalid instructions and misaligned operands: vector, error
 * code, CR2, and return address. */
#include "cpu_fixture.h"
#include "emu/array.h"

#define SECOND       UINT64_C(1000000000)
#define NONCANONICAL UINT64_C(0x7000000000100000)

enum { HLT = 0xf4, MAX_CODE = 32 };
enum { UD = 6, SS = 12, GP = 13, PF = 14, ERROR_W = 2, RAN_ON = 255 };

static void power_on(void) { make_cpu(false); }
TestSuite(cpu_faults, .init = power_on, .fini = free_cpu, .timeout = 60);

/* RBX holds `rbx`, RAX 800h; HLT follows. */
struct row {
	const char *what, *code;
	size_t size;
	uint64_t rbx;
	unsigned vector; /* RAN_ON: no exception */
	uint32_t error;
	uint64_t cr2;
};

#define ROW(what, code, rbx, vector, error, cr2)                                  \
	{                                                                         \
		(what), (code), sizeof(code) - 1, (rbx), (vector), (error), (cr2) \
	}

static const struct row rows[] = {
	ROW("read by 7xxx...", "\x8b\x03", NONCANONICAL, GP, 0, 0),
	ROW("store by 7xxx...", "\x89\x03", NONCANONICAL, GP, 0, 0),
	ROW("read by 8000...", "\x8b\x03", UINT64_C(1) << 63, GP, 0, 0),
	ROW("over the edge", "\x48\x8b\x03", UINT64_C(0x7ffffffffffc), GP, 0, 0),
	ROW("read through RBP", "\x48\x89\xdd\x8b\x45\x00", NONCANONICAL, SS, 0, 0),
	ROW("push", "\x48\x89\xdc\x50", NONCANONICAL, SS, 0, 0),
	ROW("jmp", "\xff\xe3", NONCANONICAL, GP, 0, 0),
	ROW("call", "\xff\xd3", NONCANONICAL, GP, 0, 0),
	ROW("read of an absent page", "\x8b\x43\x05", HOLE_AT, PF, 0, HOLE_AT + 5),
	ROW("add", "\x01\x03", HOLE_AT, PF, ERROR_W, HOLE_AT),
	ROW("ror", "\xc1\x0b\x03", HOLE_AT, PF, ERROR_W, HOLE_AT),
	ROW("cmp", "\x39\x03", HOLE_AT, PF, 0, HOLE_AT),
	ROW("frstor", "\xdd\x23", HOLE_AT, PF, 0, HOLE_AT),
	ROW("bts by register", "\x0f\xab\x03", HOLE_AT, PF, ERROR_W, HOLE_AT + 0x100),
	ROW("mov moffs with F3", "\x66\xf3\xa3\0\0\x40\0\0\0\0\0", 0, PF, ERROR_W, HOLE_AT),
	ROW("setl", "\x0f\x9c\x03", HOLE_AT, PF, ERROR_W, HOLE_AT),
	ROW("clflush", "\x0f\xae\x3b", HOLE_AT, PF, 0, HOLE_AT),
	ROW("pop /5", "\x8f\x2b", HOLE_AT, UD, 0, 0),
	ROW("mov C6 /1", "\xc6\x0b\x01", HOLE_AT, UD, 0, 0),
	ROW("FF /7", "\xff\x3b", HOLE_AT, UD, 0, 0),
	ROW("0F BA /0", "\x0f\xba\x03\x01", HOLE_AT, UD, 0, 0),
	ROW("mov cr1", "\x0f\x20\xc8", 0, UD, 0, 0),
	ROW("lock nop", "\xf0\x90", 0, UD, 0, 0),
	ROW("lock btc of registers", "\xf0\x0f\xbb\xe3", 0, UD, 0, 0),
	ROW("lock mov", "\xf0\x89\x03", HOLE_AT, UD, 0, 0),
	ROW("lock add", "\xf0\x01\x03", CODE_AT + 0x100, RAN_ON, 0, 0),
	ROW("VEX", "\xc5\xf8\x77", 0, UD, 0, 0),
	ROW("movmskps of memory", "\x0f\x50\x03", CODE_AT, UD, 0, 0),
	ROW("movaps, misaligned", "\x0f\x28\x03", CODE_AT + 8, GP, 0, 0),
	ROW("movaps", "\x0f\x28\x03", CODE_AT, RAN_ON, 0, 0),
	ROW("addps, misaligned", "\x0f\x58\x03", CODE_AT + 4, GP, 0, 0),
	ROW("movntps, misaligned", "\x0f\x2b\x03", CODE_AT + 0x108, GP, 0, 0),
	ROW("movups, misaligned", "\x0f\x10\x03", CODE_AT + 1, RAN_ON, 0, 0),
	ROW("cvtps2pd of a page's last bytes", "\x0f\x5a\x03", HOLE_AT - 8, RAN_ON, 0, 0),
	ROW("cvtdq2pd of a page's last bytes", "\xf3\x0f\xe6\x03", HOLE_AT - 8, RAN_ON, 0, 0),
	ROW("movlpd of registers", "\x66\x0f\x12\xc3", 0, UD, 0, 0),
	ROW("movhps of registers", "\x0f\x17\xc3", 0, UD, 0, 0),
	ROW("movntq of registers", "\x0f\xe7\xc3", 0, UD, 0, 0),
	ROW("maskmovdqu", "\x48\x89\xdf\x66\x0f\xf7\xc0", HOLE_AT - 8, PF, ERROR_W, HOLE_AT),
	ROW("enter: the last check", "\x48\x89\xdc\xc8\x00\x10\x00", HOLE_AT + 0x10800, PF, ERROR_W,
	    HOLE_AT + 0xf7f8),
	ROW("fnsave over two pages", "\xdd\x33", HOLE_AT - 4, PF, ERROR_W, HOLE_AT),
	ROW("fxrstor, misaligned", "\x0f\xae\x0b", CODE_AT + 8, GP, 0, 0),
	ROW("mov with REX.R and C7", "\x4c\xc7\xc0\1\0\0\0", 0, RAN_ON, 0, 0),
	ROW("test F7 /1", "\xf7\xcb\1\0\0\0", 0, RAN_ON, 0, 0),
};

Test(cpu_faults, each_raises_the_exception_of_the_manual)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		struct cpu_regs regs = { .gpr = { [CPU_RAX] = 0x800, [CPU_RBX] = r->rbx } };
		uint8_t code[MAX_CODE] = { 0 };
		memcpy(code, r->code, r->size);
		code[r->size] = HLT;
		start_long(code, sizeof code, &regs);
		enum cpu_stop stop = cpu_run(cpu, clock_now(&clk) + SECOND);
		if (r->vector == RAN_ON) {
			check_eq(int, stop, CPU_STOP_HALTED, "%s", r->what);
			continue;
		}
		check_eq(int, stop, CPU_STOP_TRIPLE_FAULT, "%s", r->what);
		if (stop != CPU_STOP_TRIPLE_FAULT) continue;
		struct irq_event e = first_exception();
		check_eq(u8, e.vector, (uint8_t)r->vector, "%s", r->what);
		check_eq(u32, e.error_code, r->error, "%s", r->what);
		check_eq(u64, e.fault_addr, r->cr2, "%s", r->what);
	}
}

/* A branch that faults changes nothing. */
Test(cpu_faults, a_call_to_a_non_canonical_address_pushes_nothing)
{
	static const uint8_t code[] = { 0x90, 0xff, 0xd3, 0xf4 };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = NONCANONICAL } };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u64, first_exception().pc, CODE_AT + 1);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.gpr[CPU_RSP], STACK_AT);
}

/* Nor is it trapped. */
Test(cpu_faults, a_branch_to_nowhere_canonical_faults_under_tf)
{
	static const uint8_t jmp[] = { 0xff, 0xe3 }, ret[] = { 0xc2, 8, 0 },
			     call[] = { 0xff, 0xd3 };
	static const struct {
		const uint8_t *code;
		size_t size;
	} all[] = { { jmp, sizeof jmp }, { ret, sizeof ret }, { call, sizeof call } };
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct cpu_regs regs = { .gpr = { [CPU_RBX] = NONCANONICAL }, .rflags = 1 << 8 };
		uint64_t dr[CPU_N_DEBUG_REGS];
		start_long(all[i].code, all[i].size, &regs);
		require(mem_write64(&mem, STACK_AT, NONCANONICAL));
		require_eq(int, cpu_run(cpu, clock_now(&clk) + SECOND), CPU_STOP_TRIPLE_FAULT);
		struct irq_event e = first_exception();
		check_eq(u8, e.vector, GP);
		check_eq(u64, e.pc, CODE_AT);
		cpu_get_regs(cpu, &regs);
		check_eq(u64, regs.gpr[CPU_RSP], STACK_AT);
		cpu_get_debug_regs(cpu, dr);
		check_eq(u64, dr[6] >> 14 & 1, 0, "BS");
	}
}

/* The stack is HOLE_AT + 3: the value of CS is on two pages, of which one is absent. */
Test(cpu_faults, a_far_call_does_not_push_half_a_value)
{
	static const uint8_t code[] = { 0xff, 0x1b };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = CODE_AT + 0x100, [CPU_RSP] = HOLE_AT + 3 } };
	uint64_t below = 0;
	start_long(code, sizeof code, &regs);
	require(mem_write64(&mem, CODE_AT + 0x100, UINT64_C(8) << 32 | CODE_AT) &&
		mem_write64(&mem, HOLE_AT - 8, 0));
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	struct irq_event e = first_exception();
	check_eq(u8, e.vector, PF);
	check_eq(u64, e.fault_addr, HOLE_AT);
	require(mem_read64(&mem, HOLE_AT - 8, &below));
	check_eq(u64, below, 0);
}

/* stc; jc +0; setc [rbx]: the engine computes the flags again before it stores. */
Test(cpu_faults, a_setcc_that_faults_leaves_the_flags)
{
	static const uint8_t code[] = { 0x31, 0xc0, 0xff, 0xc8, 0xf9, 0x0f, 0x9f, 0x03, 0xf4 };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = HOLE_AT } };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.rflags & 0x8d5, 0x95, "SF, AF, PF, CF of dec and stc");
}

Test(cpu_faults, a_movups_that_cannot_be_stored_whole_stores_nothing)
{
	static const uint8_t code[] = { 0x0f, 0x11, 0x03, 0xf4 };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = HOLE_AT - 8 } };
	uint64_t before = UINT64_C(0x1122334455667788), after = 0;
	require(mem_write64(&mem, HOLE_AT - 8, before));
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u64, first_exception().fault_addr, HOLE_AT);
	require(mem_read64(&mem, HOLE_AT - 8, &after));
	check_eq(u64, after, before);
}

/* mov ecx,1 on a page's last bytes; the next instruction cannot be fetched. */
Test(cpu_faults, code_runs_up_to_the_page_that_is_absent)
{
	static const uint8_t jump[] = { 0xff, 0xe3 };
	static const uint8_t code[] = { 0xb9, 1, 0, 0, 0, 0x90 };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = HOLE_AT - sizeof code } };
	require(mem_write(&mem, HOLE_AT - sizeof code, code, sizeof code));
	start_long(jump, sizeof jump, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	struct irq_event e = first_exception();
	check_eq(u64, e.pc, HOLE_AT);
	check_eq(u64, e.fault_addr, HOLE_AT);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.gpr[CPU_RCX], 1);
	check_eq(u64, cpu_stats(cpu).instructions, 3);
}

Test(cpu_faults, memory_that_nobody_wrote_is_not_executed)
{
	static const uint8_t code[] = { 0xff, 0xe3 };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = 0x800123 } };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_UNWRITTEN);
	check(strstr(cpu_stop_detail(cpu), "never written, at 0x800123") != NULL, "%s",
	      cpu_stop_detail(cpu));
}

/* IRETQ with RF set; PUSHFQ right behind pushes it clear (SDM Vol. 2B "PUSHF"). */
Test(cpu_faults, rf_is_one_instruction_long)
{
	static const uint8_t code[] = { 0x6a, 0x10, 0x68, 0,    0, 9,    0, /* ss, rsp */
					0x68, 2,    0,    1,    0, 0x6a, 8, /* RF, cs */
					0x68, 0x18, 0,    0x10, 0, 0x48, 0xcf,
					0x90, 0x90, /* iretq */
					0x90, 0x9c, 0x58, 0xf4 };
	struct cpu_regs regs = { 0 };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.gpr[CPU_RAX] & 0x10000, 0);
	check_eq(u64, regs.rflags & 0x10000, 0);
}

static uint64_t stepped_to(const uint8_t *code, size_t size)
{
	struct cpu_regs regs = { .rflags = 1 << 8 }; /* TF */
	start_long(code, size, &regs);
	require_eq(int, cpu_run(cpu, clock_now(&clk) + SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u8, first_exception().vector, 1);
	return first_exception().pc;
}

Test(cpu_faults, a_single_step_traps_behind_the_instruction)
{
	static const uint8_t nop[] = { 0x90, 0x90 }, pause[] = { 0xf3, 0x90, 0x90 },
			     hlt[] = { HLT, 0x90 }, rdmsr[] = { 0x0f, 0x32, 0x90 };
	check_eq(u64, stepped_to(nop, sizeof nop), CODE_AT + 1);
	check_eq(u64, stepped_to(pause, sizeof pause), CODE_AT + 2);
	check_eq(u64, stepped_to(hlt, sizeof hlt), CODE_AT + 1, "it does not sleep");
	struct cpu_regs regs = { .rflags = 1 << 8, .gpr = { [CPU_RCX] = 0x10 } };
	start_long(rdmsr, sizeof rdmsr, &regs);
	require_eq(int, cpu_run(cpu, clock_now(&clk) + SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u64, first_exception().pc, CODE_AT + 2, "one that we carry out");
}

/* cmp eax,eax; setz [behind]; behind: mov al,0, of which the 0 becomes 1. */
Test(cpu_faults, a_setcc_into_the_next_instruction_is_seen)
{
	static const uint8_t code[] = { 0x39, 0xc0, 0x0f, 0x94, 0x05, 1, 0, 0, 0, 0xb0, 0, HLT };
	struct cpu_regs regs = { 0 };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.gpr[CPU_RAX] & 0xff, 1);
}

/* The stack's size selects the stack pointer, the operand's size the part of RBP (80386
 * Programmer's Reference Manual, ENTER).
 */
Test(cpu_faults, enter_with_a_16_bit_operand_writes_bp)
{
	static const uint8_t code[] = { 0x66, 0xc8, 0x10, 0, 1, HLT };
	struct cpu_regs regs = { .gpr = { [CPU_RBP] = UINT64_C(0x1122334455667788) } };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.gpr[CPU_RBP], UINT64_C(0x112233445566fffe));
	check_eq(u64, regs.gpr[CPU_RSP], STACK_AT - 4 - 0x10);
}

Test(cpu_faults, smsw_of_32_bits_has_all_of_cr0)
{
	static const uint8_t code[] = { 0x83, 0xc8, 0xff, 0x0f, 0x01, 0xe0, HLT }; /* or eax,-1 */
	struct cpu_regs regs;
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.gpr[CPU_RAX], 0x11);
}

/* lock neg byte [rbx] of 1: SF, AF, PF, CF (unread: SDM Vol. 2B "NEG"). */
Test(cpu_faults, lock_changes_no_flags)
{
	static const uint8_t code[] = { 0xc6, 0x03, 1, 0xf0, 0xf6, 0x1b, HLT };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = CODE_AT + 0x100 } };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.rflags & 0x8d5, 0x95);
}

/* cmp eax,eax; or al,1; loopne whose count ends; the engine loses the flags of OR. */
Test(cpu_faults, loopne_keeps_the_flags)
{
	static const uint8_t code[] = { 0xb9, 1, 0, 0, 0, 0x39, 0xc0, 0x0c, 1, 0xe0, 0, HLT };
	struct cpu_regs regs = { 0 };
	start_long(code, sizeof code, &regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &regs);
	check_eq(u64, regs.rflags & 0x8d5, 0);
}

/* --- #AC: ring 3, CR0.AM, RFLAGS.AC (unread: SDM Vol. 3A table 6-7) */

struct boundary {
	const char *what, *code;
	size_t size;
	uint64_t rbx;
	unsigned vector;
};

#define BOUNDARY(what, code, rbx, vector)                         \
	{                                                         \
		(what), (code), sizeof(code) - 1, (rbx), (vector) \
	}
enum { AC = 17, DATA = 0x200000, RAN_INTO_HLT = GP };

static const struct boundary boundaries[] = {
	BOUNDARY("mov", "\x8b\x03", DATA + 2, AC),
	BOUNDARY("mov, aligned", "\x8b\x03", DATA + 4, RAN_INTO_HLT),
	BOUNDARY("lock add", "\xf0\x01\x03", DATA + 1, AC),
	BOUNDARY("xchg", "\x87\x03", DATA + 1, AC),
	BOUNDARY("cmpxchg8b", "\x0f\xc7\x0b", DATA + 4, AC),
	BOUNDARY("fld m80", "\xdb\x2b", DATA + 4, AC),
	BOUNDARY("fld m80, aligned", "\xdb\x2b", DATA + 8, RAN_INTO_HLT),
	BOUNDARY("fnstenv", "\xd9\x33", DATA + 2, AC),
	BOUNDARY("enter: where it ends", "\xc8\x01\x00\x00", DATA, AC),
	BOUNDARY("movups", "\x0f\x10\x03", DATA + 1, RAN_INTO_HLT),
	BOUNDARY("not canonical", "\x8b\x03", NONCANONICAL + 1, GP),
	BOUNDARY("an absent page", "\x8b\x03", HOLE_AT + 1, AC),
};

Test(cpu_faults, operands_keep_their_boundaries_with_ac)
{
	enum { CPL3 = 3 << 13, AM = 1 << 18, RFLAGS_AC = 1 << 18 };
	for (size_t i = 0; i < ARRAY_SIZE(boundaries); i++) {
		const struct boundary *b = &boundaries[i];
		struct cpu_regs regs = { .gpr = { [CPU_RBX] = b->rbx } };
		uint8_t code[MAX_CODE] = { 0 };
		memcpy(code, b->code, b->size);
		code[b->size] = HLT; /* #GP(0) in ring 3 */
		start_long(code, sizeof code, &regs);
		cpu_get_regs(cpu, &regs);
		regs.cr0 |= AM;
		regs.rflags |= RFLAGS_AC;
		for (int s = 0; s < CPU_N_SEGMENTS; s++) {
			regs.seg[s].flags |= CPL3;
			regs.seg[s].selector |= 3;
		}
		cpu_set_regs(cpu, &regs);
		check_eq(int, cpu_run(cpu, clock_now(&clk) + SECOND), CPU_STOP_TRIPLE_FAULT);
		check_eq(u8, first_exception().vector, (uint8_t)b->vector, "%s", b->what);
	}
}

/* --- with handlers */

enum { IDT_AT = 0x19000, HANDLER_AT = 0x101000 };

static void run_with_handler(const uint8_t *code, size_t size, struct cpu_regs *regs,
			     unsigned vector, const uint8_t *handler, size_t handler_size)
{
	start_long(code, size, regs);
	require(mem_write(&mem, HANDLER_AT, handler, handler_size));
	uint64_t gate = (HANDLER_AT & 0xffff) | UINT64_C(8) << 16 | UINT64_C(0x8e00) << 32 |
			(uint64_t)(HANDLER_AT >> 16) << 48;
	require(mem_write64(&mem, IDT_AT + 16 * vector, gate));
	require(mem_write64(&mem, IDT_AT + 16 * vector + 8, 0));
	cpu_get_regs(cpu, regs);
	regs->idt.base = IDT_AT;
	regs->idt.limit = 0xfff;
	cpu_set_regs(cpu, regs);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, regs);
}

/* movd xmm0,eax; movups xmm0,[rbx]; the handler: movd ecx,xmm0. */
Test(cpu_faults, a_movups_that_cannot_be_loaded_whole_loads_nothing)
{
	static const uint8_t code[] = { 0x66, 0x0f, 0x6e, 0xc0, 0x0f, 0x10, 0x03, HLT };
	static const uint8_t handler[] = { 0x66, 0x0f, 0x7e, 0xc1, HLT };
	struct cpu_regs regs = { .gpr = { [CPU_RBX] = HOLE_AT - 8, [CPU_RAX] = 0x1234 } };
	require(mem_write64(&mem, HOLE_AT - 8, UINT64_MAX));
	run_with_handler(code, sizeof code, &regs, PF, handler, sizeof handler);
	check_eq(u64, regs.gpr[CPU_RCX], 0x1234);
}

/* rep movsb with TF: the flags that are pushed after an iteration other than the last have RF set
 * (SDM Vol. 3B 17.3.1.1). */
Test(cpu_faults, a_trap_between_iterations_pushes_rf)
{
	enum { DB = 1, TF = 1 << 8, RF = 1 << 16 };
	static const uint8_t code[] = { 0xf3, 0xa4, HLT };
	static const uint8_t handler[] = {
		0x48, 0x8b, 0x44, 0x24, 0x10, HLT
	}; /* mov rax,[rsp+16] */
	struct cpu_regs regs = { .rflags = TF,
				 .gpr = { [CPU_RCX] = 2, [CPU_RSI] = DATA, [CPU_RDI] = DATA } };
	run_with_handler(code, sizeof code, &regs, DB, handler, sizeof handler);
	check_eq(u64, regs.gpr[CPU_RAX] & RF, RF);
	regs = (struct cpu_regs){ .rflags = TF,
				  .gpr = { [CPU_RCX] = 1, [CPU_RSI] = DATA, [CPU_RDI] = DATA } };
	run_with_handler(code, sizeof code, &regs, DB, handler, sizeof handler);
	check_eq(u64, regs.gpr[CPU_RAX] & RF, 0);
}

/* --- a store into its own block: the engine runs the instruction once more */

static void resume_a_store_into_itself(void)
{
	enum { TARGET = CODE_AT + 15, DR7_L0 = 0x401 };
	/* mov dr0,eax; mov dr7,edx; push RF; push cs; push eax; iretd; mov byte [self+6],4; hlt */
	static const uint8_t code[] = { 0x0f, 0x23, 0xc0, 0x0f, 0x23, 0xfa, 0x68, 0x02,
					0,    1,    0,    0x6a, 8,    0x50, 0xcf, 0xc6,
					0x05, 0x15, 0,    0x10, 0,    4,    HLT };
	struct cpu_regs r;
	start_protected(code, sizeof code);
	put_entry(GDT_AT, 1, UINT64_C(0x00cf9b000000ffff));
	cpu_get_regs(cpu, &r);
	r.gdt.base = GDT_AT;
	r.gdt.limit = 15;
	r.gpr[CPU_RAX] = TARGET;
	r.gpr[CPU_RDX] = DR7_L0;
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u64, cpu_stats(cpu).instructions, 8);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.rflags & 0x10000, 0);
}

/* With a breakpoint on the store, and RF set by IRETD, which running the instruction a second time
 * must not clear (SDM Vol. 3B 17.3.1.1). */
Test(cpu_faults, a_resumed_store_into_itself_does_not_meet_its_breakpoint_again)
{
	for (int step = 0; step < 2; step++) {
		free_cpu();
		make_cpu(step);
		resume_a_store_into_itself();
	}
}

/* nop; nop; mov byte [behind],0x90; nop; behind: nop; jmp +0; hlt */
Test(cpu_faults, a_store_into_its_own_block_counts_once)
{
	static const uint8_t code[] = { 0x90, 0x90, 0xc6, 0x05, 0x0a, 0,    0x10,
					0,    0x90, 0x90, 0x90, 0xeb, 0x00, HLT };
	for (int step = 0; step < 2; step++) {
		free_cpu();
		make_cpu(step);
		start_protected(code, sizeof code);
		require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
		check_eq(u64, cpu_stats(cpu).instructions, 7, "step %d", step);
	}
}
