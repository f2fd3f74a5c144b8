/* SPDX-License-Identifier: MIT */
/* A few instructions at a time. Whole behaviours are in tests/kernels. */
#include "cpu_fixture.h"

#define SECOND UINT64_C(1000000000)

static void power_on(void) { make_cpu(false); }
TestSuite(cpu, .init = power_on, .fini = free_cpu, .timeout = 60);

Test(cpu, instructions_are_counted_exactly)
{
	/* mov ecx,10; 1: loop 1b; nop; hlt */
	static const uint8_t code[] = { 0xb9, 10, 0, 0, 0, 0xe2, 0xfe, 0x90, 0xf4 };
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u64, cpu_stats(cpu).instructions, 13);
	check_eq(u64, clock_now(&clk), 13);
}

Test(cpu, a_stop_from_a_device_comes_at_the_next_block)
{
	/* mov al,1; out 0xf4,al; jmp +0; out 0x80,al; hlt */
	static const uint8_t code[] = { 0xb0, 1, 0xe6, 0xf4, 0xeb, 0, 0xe6, 0x80, 0xf4 };
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_REQUESTED);
	check_eq(uint, n_written, 1);
	check_eq(u64, cpu_stats(cpu).instructions, 3);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(uint, n_written, 2);
	check_eq(u64, cpu_stats(cpu).instructions, 5);
}

Test(cpu, an_access_sees_its_blocks_entry_time_plus_charges)
{
	/* nop*3; out 0x80,al; nop; out 0x81,al; jmp +0; out 0x82,al; hlt */
	static const uint8_t code[] = { 0x90, 0x90, 0x90, 0xe6, 0x80, 0x90, 0xe6,
					0x81, 0xeb, 0,    0xe6, 0x82, 0xf4 };
	start_protected(code, sizeof code);
	cpu_run(cpu, SECOND);
	require_eq(uint, n_written, 3);
	check_eq(u64, written[0].time, CPU_CHARGE_PORT);
	check_eq(u64, written[1].time, 2 * CPU_CHARGE_PORT);
	check_eq(u64, written[2].time, 3 * CPU_CHARGE_PORT + 7);
}

Test(cpu, rdmsr_of_the_tsc_follows_virtual_time)
{
	/* mov ecx,0x10; rdmsr; out 0x80,eax; hlt */
	static const uint8_t code[] = { 0xb9, 0x10, 0, 0, 0, 0x0f, 0x32, 0xe7, 0x80, 0xf4 };
	start_protected(code, sizeof code);
	cpu_run(cpu, SECOND);
	check_eq(u64, written[0].value, 0, "block entry time");
	check_eq(u64, cpu_stats(cpu).instructions, 4, "skipping RDMSR counts nothing twice");
}

Test(cpu, pause_is_one_instruction_and_a_charge)
{
	/* pause; pause; jmp +0; hlt */
	static const uint8_t code[] = { 0xf3, 0x90, 0xf3, 0x90, 0xeb, 0, 0xf4 };
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check_eq(u64, cpu_stats(cpu).instructions, 4);
	check_eq(u64, clock_now(&clk), 4 + 2 * CPU_CHARGE_PAUSE);
}

Test(cpu, an_unknown_msr_is_refused_from_the_first_write_on)
{
	/* mov ecx,0x12345678; wrmsr; hlt */
	static const uint8_t code[] = { 0xb9, 0x78, 0x56, 0x34, 0x12, 0x0f, 0x30, 0xf4 };
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check(strstr(cpu_stop_detail(cpu), "vector 13") != NULL, "%s", cpu_stop_detail(cpu));
}

Test(cpu, code_that_is_written_again_and_again_is_run_as_written)
{
	/* mov esp,0x110000; mov ebx,0x102000; call ebx; out 0x80,al; mov byte [ebx+1],2; call ebx;
	 * out 0x80,al; mov byte [ebx+1],3; call ebx; out 0x80,al; hlt */
	static const uint8_t code[] = { 0xbc, 0, 0,    0x11, 0,    0xbb, 0,    0x20,
					0x10, 0, 0xff, 0xd3, 0xe6, 0x80, 0xc6, 0x43,
					1,    2, 0xff, 0xd3, 0xe6, 0x80, 0xc6, 0x43,
					1,    3, 0xff, 0xd3, 0xe6, 0x80, 0xf4 };
	static const uint8_t callee[] = { 0xb0, 1, 0xc3 }; /* mov al,1; ret */
	start_protected(code, sizeof code);
	mem_write(&mem, 0x102000, callee, sizeof callee);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require_eq(uint, n_written, 3);
	for (unsigned i = 0; i < 3; i++) check_eq(u64, written[i].value & 0xff, i + 1);
}

Test(cpu, an_exception_without_an_idt_is_a_triple_fault_that_names_the_vector)
{
	static const uint8_t code[] = { 0x90, 0x0f, 0x0b }; /* nop; ud2 */
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check(strstr(cpu_stop_detail(cpu), "vector 6") != NULL, "%s", cpu_stop_detail(cpu));
	check(strstr(cpu_stop_detail(cpu), "0x100001") != NULL, "%s", cpu_stop_detail(cpu));
	struct irq_event last[4];
	size_t n = cpu_last_events(cpu, last, 4);
	require(n >= 2);
	check_eq(u8, last[0].vector, 6);
	check_eq(u8, last[n - 1].vector, 8);
}

/* A storm of one fault must not push out what led to it. */
Test(cpu, a_fault_again_and_again_is_counted_in_the_history)
{
	/* int 0x21; ud2  with the handler of both at 7C10h: iret */
	static const uint8_t code[] = { 0xcd, 0x21, 0x0f, 0x0b };
	static const uint8_t handler[] = { 0xcf }, vector[] = { 0x10, 0x7c, 0, 0 };
	struct irq_event last[4];
	start_real(code, sizeof code);
	mem_write(&mem, 0x7c10, handler, sizeof handler);
	mem_write(&mem, 0x21 * 4, vector, sizeof vector);
	mem_write(&mem, 6 * 4, vector, sizeof vector);
	require_eq(int, cpu_run(cpu, 1000), CPU_STOP_TIME);
	require_eq(sz, cpu_last_events(cpu, last, 4), 2);
	check_eq(u8, last[0].vector, 0x21);
	check(last[0].real);
	check_eq(u32, last[0].again, 0);
	check_eq(u8, last[1].vector, 6);
	check_eq(u32, last[1].again, cpu_stats(cpu).exceptions[6] - 1);
	check_gt(u32, last[1].again, 16);
}

Test(cpu, a_triple_fault_by_int3_is_left_at_the_int3)
{
	static const uint8_t code[] = { 0x90, 0xcc, 0x90 }; /* nop; int3; nop */
	struct cpu_regs r;
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.rip, CODE_AT + 1);
}

Test(cpu, a_jump_to_no_memory_is_reported_with_its_address)
{
	/* mov eax,0xd0000000; jmp eax */
	static const uint8_t code[] = { 0xb8, 0, 0, 0, 0xd0, 0xff, 0xe0 };
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_BAD_FETCH);
	check(strstr(cpu_stop_detail(cpu), "0xd0000000") != NULL, "%s", cpu_stop_detail(cpu));
}

Test(cpu, real_mode_takes_int_n_through_the_ivt)
{
	/* int 0x21; out 0x80,al; hlt; handler at 0x7c10: mov al,0x42; iret */
	static const uint8_t code[] = { 0xcd, 0x21, 0xe6, 0x80, 0xf4 };
	static const uint8_t handler[] = { 0xb0, 0x42, 0xcf };
	static const uint8_t vector[] = { 0x10, 0x7c, 0, 0 };
	start_real(code, sizeof code);
	mem_write(&mem, 0x7c10, handler, sizeof handler);
	mem_write(&mem, 0x21 * 4, vector, sizeof vector);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require_eq(uint, n_written, 1);
	check_eq(u64, written[0].value & 0xff, 0x42);
	check_eq(u64, cpu_stats(cpu).software_interrupts, 1);
}

/* The delivery clears only IF, TF, AC and RF (SDM Vol. 2A "INT n"). */
Test(cpu, a_handler_sees_the_arithmetic_and_direction_flags_of_before)
{
	/* mov ah,0xd5; sahf; std; int 0x21; handler at 0x7c10: pushf; pop ax; hlt */
	static const uint8_t code[] = { 0xb4, 0xd5, 0x9e, 0xfd, 0xcd, 0x21 };
	static const uint8_t handler[] = { 0x9c, 0x58, 0xf4 };
	static const uint8_t vector[] = { 0x10, 0x7c, 0, 0 };
	struct cpu_regs r;
	start_real(code, sizeof code);
	mem_write(&mem, 0x7c10, handler, sizeof handler);
	mem_write(&mem, 0x21 * 4, vector, sizeof vector);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RAX] & 0xffff, 0x4d7);
}

Test(cpu, flags_that_are_set_from_outside_take_effect)
{
	static const uint8_t code[] = { 0x9c, 0x58, 0xf4 }; /* pushf; pop eax; hlt */
	struct cpu_regs r;
	start_protected(code, sizeof code);
	cpu_get_regs(cpu, &r);
	r.rflags = 0xcd7;
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RAX], 0xcd7);
}

Test(cpu, an_interrupt_that_waited_is_taken_after_the_instruction_behind_sti)
{
	/* jmp +0; sti; nop; jmp +0; jmp -2 for ever; handler at 0x7c10: out 0x80,al; hlt */
	static const uint8_t code[] = { 0xeb, 0, 0xfb, 0x90, 0xeb, 0, 0xeb, 0xfe };
	static const uint8_t handler[] = { 0xe6, 0x80, 0xf4 };
	static const uint8_t gate[] = { 0x10, 0x7c, 0, 0 };
	start_real(code, sizeof code);
	mem_write(&mem, 0x7c10, handler, sizeof handler);
	mem_write(&mem, 0x21 * 4, gate, sizeof gate);
	next_vector = 0x21;
	cpu_set_intr(cpu, true);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require_eq(uint, n_written, 1);
	check_eq(u64, written[0].time, 3 + CPU_CHARGE_PORT);
}

Test(cpu, a20_off_wraps_at_one_mebibyte)
{
	/* mov al,[0x100500]; out 0x80,al; hlt, with a flat DS */
	static const uint8_t code[] = { 0xa0, 0x00, 0x05, 0x10, 0x00, 0xe6, 0x80, 0xf4 };
	static const uint8_t low = 0x11, high = 0x22;
	start_protected(code, sizeof code);
	mem_write(&mem, 0x500, &low, 1);
	mem_write(&mem, 0x100500, &high, 1);
	cpu_run(cpu, SECOND);
	check_eq(u64, written[0].value & 0xff, 0x22);
	mem_write(&mem, 0x0, code, sizeof code); /* the addresses of the code wrap as well */
	start_protected(code, sizeof code);
	cpu_set_a20(cpu, false);
	cpu_run(cpu, SECOND);
	check_eq(u64, written[1].value & 0xff, 0x11);
}

Test(cpu, code_written_by_the_host_is_seen_by_the_guest)
{
	/* mov al,1; out 0x80,al; hlt, run twice with the immediate changed in between */
	static const uint8_t code[] = { 0xb0, 1, 0xe6, 0x80, 0xf4 };
	static const uint8_t two = 2;
	start_protected(code, sizeof code);
	cpu_run(cpu, SECOND);
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	r.rip = CODE_AT;
	mem_write(&mem, CODE_AT + 1, &two, 1);
	cpu_set_regs(cpu, &r);
	cpu_run(cpu, SECOND);
	require_eq(uint, n_written, 2);
	check_eq(u64, written[0].value & 0xff, 1);
	check_eq(u64, written[1].value & 0xff, 2);
}

Test(cpu, hlt_with_interrupts_on_and_no_deadline_is_halted_for_good)
{
	static const uint8_t code[] = { 0xfb, 0xf4 }; /* sti; hlt */
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	check(strstr(cpu_stop_detail(cpu), "deadline") != NULL);
}

Test(cpu, a_triple_fault_keeps_what_could_not_be_delivered_and_why)
{
	static const uint8_t code[] = { 0x90, 0x0f, 0x0b }; /* nop; ud2 */
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	start_protected(code, sizeof code);
	require_eq(sz, cpu_failed_deliveries(cpu, failed, CPU_MAX_NESTING), 0);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	require_eq(sz, cpu_failed_deliveries(cpu, failed, CPU_MAX_NESTING), 3);
	static const uint8_t vectors[] = { 6, 13, 8 };
	static const uint8_t became[] = { 13, 8, 255 };
	for (unsigned i = 0; i < 3; i++) {
		check_eq(u8, failed[i].event.vector, vectors[i]);
		check_eq(u8, failed[i].became, became[i]);
		check_eq(u8, failed[i].raised, 13);
		check_eq(int, failed[i].why, CPU_REFUSED_IDT_LIMIT);
		check_eq(u64, failed[i].gate_at, vectors[i] * 8);
	}
	check_eq(u64, failed[0].event.pc, CODE_AT + 1);
	check_eq(sz, cpu_failed_deliveries(cpu, failed, 1), 1);
}

/* Makes a 32-bit IDT at 0x2000 whose gates all are `gate`, and a GDT at 0x3000. */
static void load_tables(uint64_t gate)
{
	static const uint64_t gdt[] = { 0, 0x00cf9b000000ffff, 0x00cf93000000ffff };
	struct cpu_regs r;
	for (unsigned v = 0; v < 32; v++) require(mem_write64(&mem, 0x2000 + v * 8, gate));
	require(mem_write(&mem, 0x3000, gdt, sizeof gdt));
	cpu_get_regs(cpu, &r);
	r.idt.base = 0x2000;
	r.idt.limit = 32 * 8 - 1;
	r.gdt.base = 0x3000;
	r.gdt.limit = sizeof gdt - 1;
	cpu_set_regs(cpu, &r);
}

static enum cpu_refusal refusal_of(uint64_t gate)
{
	static const uint8_t code[] = { 0x0f, 0x0b };
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	start_protected(code, sizeof code);
	load_tables(gate);
	require_eq(int, cpu_run(cpu, clock_now(&clk) + SECOND), CPU_STOP_TRIPLE_FAULT);
	require(cpu_failed_deliveries(cpu, failed, CPU_MAX_NESTING) > 0);
	check(failed[0].gate_read);
	check_eq(int, memcmp(failed[0].gate, &gate, sizeof gate), 0);
	return failed[0].why;
}

Test(cpu, each_bad_gate_has_its_own_reason)
{
	check_eq(int, refusal_of(0), CPU_REFUSED_GATE_TYPE);
	check_eq(int, refusal_of(0x00100e0000080000), CPU_REFUSED_GATE_ABSENT);
	check_eq(int, refusal_of(0x00108e0000000000), CPU_REFUSED_CODE_NULL);
	check_eq(int, refusal_of(0x00108e0000100000), CPU_REFUSED_CODE_TYPE);
	check_eq(int, refusal_of(0x00108e0000180000), CPU_REFUSED_CODE_LIMIT);
	check_eq(int, refusal_of(0x0010850000080000), CPU_REFUSED_TASK);
}

static struct {
	uint64_t entries, instructions, ns;
} seen;

static void on_block(void *ctx, const struct cpu_block *block)
{
	(void)ctx;
	seen.entries++;
	seen.instructions += block->instructions;
	seen.ns += block->ns;
}

Test(cpu, a_block_observer_sees_every_block_once_and_changes_nothing)
{
	/* mov ecx,100; 1: pause; dec ecx; jnz 1b; out 0x80,al; jmp 2f; 2: nop; hlt */
	static const uint8_t code[] = { 0xb9, 100,  0,    0,    0,    0xf3, 0x90, 0x49,
					0x75, 0xfb, 0xe6, 0x80, 0xeb, 0,    0x90, 0xf4 };
	struct cpu_block_observer observer = { .block = on_block };
	start_protected(code, sizeof code);
	cpu_run(cpu, SECOND);
	uint64_t time = clock_now(&clk);
	uint64_t instructions = cpu_stats(cpu).instructions;
	uint64_t blocks = cpu_stats(cpu).blocks;

	for (unsigned round = 0; round < 2; round++) {
		bool watched = round == 0;
		uint64_t before = clock_now(&clk);
		struct cpu_stats was = cpu_stats(cpu);
		seen.entries = seen.instructions = seen.ns = 0;
		start_protected(code, sizeof code);
		cpu_observe_blocks(cpu, watched ? &observer : NULL);
		require_eq(int, cpu_run(cpu, before + SECOND), CPU_STOP_HALTED);
		check_eq(u64, clock_now(&clk) - before, time);
		check_eq(u64, cpu_stats(cpu).instructions - was.instructions, instructions);
		check_eq(u64, seen.entries, watched ? blocks : 0);
		check_eq(u64, seen.instructions, watched ? instructions : 0);
		check_eq(u64, seen.ns, watched ? time - CPU_CHARGE_PORT : 0);
	}
}

Test(cpu, handlers_that_fault_at_once_do_not_stop_the_time)
{
	static const uint8_t code[] = { 0x0f, 0x0b }; /* ud2, and the handler is the ud2 */
	start_protected(code, sizeof code);
	load_tables(0x00108e0000080000);
	require_eq(int, cpu_run(cpu, 1000000), CPU_STOP_TIME);
	check_eq(u64, cpu_stats(cpu).instructions, 0);
	check_eq(u64, cpu_stats(cpu).exceptions[6], 1 + 1000000 / CPU_CHARGE_REPEATED_FAULT);
}

Test(cpu, sleep_is_counted_apart_from_other_time)
{
	static const uint8_t code[] = { 0xfb, 0xf4 }; /* sti; hlt */
	start_protected(code, sizeof code);
	unsigned timer = clock_add_timer(&clk, "test", NULL, NULL);
	clock_arm(&clk, timer, 5000);
	cpu_run(cpu, 10000);
	check(cpu_interrupt_state(cpu).halted);
	check_eq(u64, cpu_stats(cpu).halted_ns + cpu_stats(cpu).instructions, 5000);
}

Test(cpu, debug_registers_can_be_read)
{
	/* mov eax,0x1234; mov dr0,eax; mov dr3,eax; hlt */
	static const uint8_t code[] = { 0xb8, 0x34, 0x12, 0,    0,    0x0f,
					0x23, 0xc0, 0x0f, 0x23, 0xd8, 0xf4 };
	uint64_t dr[CPU_N_DEBUG_REGS];
	start_protected(code, sizeof code);
	cpu_run(cpu, SECOND);
	cpu_get_debug_regs(cpu, dr);
	check_eq(u64, dr[0], 0x1234);
	check_eq(u64, dr[1], 0);
	check_eq(u64, dr[3], 0x1234);
	check_eq(u64, dr[7], 0x400);
}

Test(cpu, an_explanation_follows_the_cpus_own_registers)
{
	static const uint8_t code[] = { 0xf4 };
	struct cpu_regs r;
	start_protected(code, sizeof code);
	check_eq(uint, cpu_explain(cpu, 0x5000, PAGE_READ, false).walk.levels, 0);
	mem_set(&mem, 0x8000, 0, 0x1000);
	cpu_get_regs(cpu, &r);
	r.cr3 = 0x8000;
	r.cr0 |= UINT64_C(1) << 31;
	cpu_set_regs(cpu, &r);
	struct page_explanation e = cpu_explain(cpu, 0x5000, PAGE_READ, false);
	check_eq(int, e.refusal, PAGE_NOT_PRESENT);
	check_eq(str, e.level[0].name, "PDE");
	check_eq(u64, e.mode.cr3, 0x8000);
}

Test(cpu, registers_come_back_as_they_were_set)
{
	struct cpu_regs r, back;
	cpu_get_regs(cpu, &r);
	for (unsigned i = 0; i < CPU_N_GPR; i++) r.gpr[i] = 0x1111111111111111u * i;
	r.rflags = 0xad7; /* every arithmetic flag, DF and IF */
	r.cr2 = 0xdeadbeef;
	r.idt.limit = 0x123;
	cpu_set_regs(cpu, &r);
	cpu_get_regs(cpu, &back);
	check_eq(int, memcmp(r.gpr, back.gpr, sizeof r.gpr), 0);
	check_eq(u64, back.rflags, r.rflags);
	check_eq(u64, back.cr2, r.cr2);
	check_eq(u32, back.idt.limit, 0x123);
}

Test(cpu, power_on_state_is_the_manuals)
{
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.rip, 0xfff0);
	check_eq(u64, r.seg[CPU_CS].base, 0xffff0000);
	check_eq(u64, r.seg[CPU_CS].selector, 0xf000);
	check_eq(u64, r.rflags, 2);
	check_eq(u64, r.cr0, 0x60000010);
	check_eq(u64, r.cr4 | r.cr3 | r.efer, 0);
}

static uint64_t digest_of_run(bool step, uint64_t slice)
{
	/* A loop with a port access, PAUSE, RDTSC, a string copy that repeats, RDMSR, CPUID. */
	static const uint8_t code[] = {
		0xb9, 200,  0,    0,    0,          /* mov ecx,200 */
		0x51,                               /* 1: push ecx */
		0xe6, 0x80, 0xf3, 0x90, 0x0f, 0x31, /* out; pause; rdtsc */
		0xbe, 0,    0,    2,    0,    0xbf, 0,
		0,    3,    0,                            /* mov esi,0x20000; mov edi,0x30000 */
		0xb9, 37,   0,    0,    0,    0xf3, 0xa4, /* mov ecx,37; rep movsb */
		0xb9, 0x10, 0,    0,    0,    0x0f, 0x32, /* mov ecx,0x10; rdmsr */
		0x31, 0xc0, 0x0f, 0xa2,                   /* xor eax,eax; cpuid */
		0x59, 0xe2, 0xda,                         /* pop ecx; loop 1b */
		0xe6, 0x81, 0xf4                          /* out; hlt */
	};
	make_cpu(step);
	start_protected(code, sizeof code);
	enum cpu_stop stop = CPU_STOP_TIME;
	for (uint64_t t = slice; stop == CPU_STOP_TIME; t += slice) stop = cpu_run(cpu, t);
	require_eq(int, stop, CPU_STOP_HALTED, "%s", cpu_stop_detail(cpu));
	uint64_t sum = clock_now(&clk);
	for (unsigned i = 0; i < n_written; i++)
		sum = sum * 31 + written[i].time + written[i].value;
	sum = sum * 31 + cpu_stats(cpu).instructions;
	free_cpu();
	return sum;
}

Test(cpu_time, is_the_same_stepped_sliced_or_straight)
{
	uint64_t straight = digest_of_run(false, SECOND);
	check_eq(u64, digest_of_run(false, SECOND), straight);
	check_eq(u64, digest_of_run(true, SECOND), straight, "stepped");
	check_eq(u64, digest_of_run(false, 777), straight, "in slices");
	check_eq(u64, digest_of_run(true, 777), straight, "stepped in slices");
}

Test(cpu_step, a_store_that_changes_its_own_block_goes_on)
{
	/* mov byte [CODE_AT+8],0x22; mov al,0x11; out 0x80,al; hlt: the store patches the MOV */
	static const uint8_t code[] = { 0xc6, 0x05, 0x08, 0x00, 0x10, 0x00,
					0x22, 0xb0, 0x11, 0xe6, 0x80, 0xf4 };
	for (int step = 0; step < 2; step++) {
		make_cpu(step);
		start_protected(code, sizeof code);
		require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED, "step %d", step);
		require_eq(uint, n_written, 1);
		check_eq(u64, written[0].value & 0xff, 0x22);
		check(cpu_stats(cpu).instructions < 20);
		free_cpu();
	}
}

/* Each failure has its own buffer, as engines run in several threads. */
Test(cpu_make, the_messages_of_two_failures_stand_side_by_side)
{
	struct cpu_config config = { .mem = &mem, .bus = &bus, .clock = &clk, .hub = &hub };
	char first[CPU_ERROR_SIZE] = "", second[CPU_ERROR_SIZE] = "", small[8] = "";
	make_cpu(false);
	config.features = "+first";
	check_eq(ptr, cpu_new(&config, first, sizeof(first)), NULL);
	config.features = "+second";
	check_eq(ptr, cpu_new(&config, second, sizeof(second)), NULL);
	check(strstr(first, "first") != NULL, "%s", first);
	check(strstr(second, "second") != NULL, "%s", second);
	check_eq(ptr, cpu_new(&config, small, sizeof(small)), NULL);
	check_eq(sz, strlen(small), sizeof(small) - 1);
	free_cpu();
}

/* A copy does not change when the CPU runs on. */
Test(cpu_make, statistics_are_a_copy)
{
	static const uint8_t code[] = { 0x90, 0x90, 0x90, 0xf4 };
	make_cpu(false);
	start_protected(code, sizeof code);
	const struct cpu_stats before = cpu_stats(cpu);
	cpu_run(cpu, SECOND);
	check_eq(u64, before.instructions, 0);
	check_eq(u64, cpu_stats(cpu).instructions, 4);
	free_cpu();
}
