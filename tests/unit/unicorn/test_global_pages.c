/* SPDX-License-Identifier: MIT */
/* Writes of CR3: the engine keeps what it cached of global pages, and nothing else. */
#include "emu/units.h"
#include "emu/x86/bits.h"
#include "emu/x86/pte.h"
#include "tests/unit/unicorn/cpu_fixture.h"

enum { PT_AT = TABLES_AT + 0x3000, FIRST = 20, LAPS = 50, MANY = 300 };
enum { PAGE_20 = HOLE_AT + FIRST * MEM_PAGE, PAGE_21 = PAGE_20 + MEM_PAGE };

static void map(unsigned page, uint64_t to, bool global)
{
	put_entry(PT_AT, page, to | PAGE_P_W_U | (global ? PTE_G : 0));
}

static void start(const uint8_t *code, size_t size, uint64_t pge)
{
	struct cpu_regs r = { .rflags = 0 };
	make_cpu(false);
	r.gpr[CPU_RSI] = PAGE_20;
	r.gpr[CPU_RCX] = LAPS;
	start_long(code, size, &r);
	cpu_get_regs(cpu, &r);
	r.cr4 |= pge;
	cpu_set_regs(cpu, &r);
	require(mem_write32(&mem, PAGE_20, 1));
	require(mem_write32(&mem, PAGE_21, 2));
}

static uint64_t reg(unsigned n)
{
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	return r.gpr[n];
}

/* The misses of a page that is read after each write of CR3, beyond those of the code. */
static uint64_t fills(uint64_t pge, bool global)
{
	/* mov rax, cr3; mov cr3, rax; mov ebx, [rsi]; dec ecx; jnz; hlt */
	static const uint8_t code[] = { 0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8, 0x8b,
					0x1e, 0xff, 0xc9, 0x75, 0xf4, 0xf4 };
	start(code, sizeof code, pge);
	map(FIRST, PAGE_20, global);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	uint64_t n = cpu_stats(cpu).tlb_fills;
	check_eq(u64, reg(CPU_RBX), 1);
	free_cpu();
	return n;
}

Test(global_pages, stay_when_cr3_is_written)
{
	uint64_t local = fills(CR4_PGE, false);
	check_ge(u64, local, 2 * LAPS);
	check_eq(u64, local - fills(CR4_PGE, true), LAPS - 1);
}

Test(global_pages, need_cr4_pge)
{
	uint64_t local = fills(0, false);
	check_eq(u64, fills(0, true), local);
}

/* What the second of two reads gets if the entry was changed between them, and CR3 written. */
static uint64_t second_read(const uint8_t *code, size_t size, bool global)
{
	start(code, size, CR4_PGE);
	map(FIRST, PAGE_20, global);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_REQUESTED);
	check_eq(u64, reg(CPU_RAX), 1);
	map(FIRST, PAGE_21, global);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	uint64_t value = reg(CPU_RBX);
	free_cpu();
	return value;
}

Test(global_pages, are_used_as_they_were_cached)
{
	/* mov eax, [rsi]; out; jmp $+2; mov rdx, cr3; mov cr3, rdx; mov ebx, [rsi]; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00, 0x0f, 0x20,
					0xda, 0x0f, 0x22, 0xda,      0x8b, 0x1e, 0xf4 };
	check_eq(u64, second_read(code, sizeof code, false), 2);
	check_eq(u64, second_read(code, sizeof code, true), 1);
}

Test(global_pages, end_with_invlpg)
{
	/* mov eax, [rsi]; out; jmp $+2; invlpg [rsi]; mov ebx, [rsi]; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00,
					0x0f, 0x01, 0x3e, 0x8b,      0x1e, 0xf4 };
	check_eq(u64, second_read(code, sizeof code, true), 2);
}

Test(global_pages, end_when_cr4_pge_changes)
{
	/* mov eax, [rsi]; out; jmp $+2; mov rdx, cr4; xor dl, 0x80; mov cr4, rdx; mov ebx, [rsi];
	 * hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00, 0x0f, 0x20, 0xe2,
					0x80, 0xf2, 0x80, 0x0f,      0x22, 0xe2, 0x8b, 0x1e, 0xf4 };
	check_eq(u64, second_read(code, sizeof code, true), 2);
}

/* More local pages than are forgotten one by one: all of them are. */
Test(global_pages, many_local_pages)
{
	/* mov ecx, [rsi]; add rsi, 0x1000; dec edx; jnz; out; jmp $+2; mov rax, cr3; mov cr3, rax;
	 * mov eax, [rdi]; hlt */
	static const uint8_t code[] = { 0x8b, 0x0e, 0x48, 0x81, 0xc6, 0x00,      0x10, 0x00, 0x00,
					0xff, 0xca, 0x75, 0xf3, 0xe6, PORT_STOP, 0xeb, 0x00, 0x0f,
					0x20, 0xd8, 0x0f, 0x22, 0xd8, 0x8b,      0x07, 0xf4 };
	enum { LATE = FIRST + MANY - 10 };
	struct cpu_regs r;
	start(code, sizeof code, CR4_PGE);
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RDI] = HOLE_AT + LATE * MEM_PAGE;
	r.gpr[CPU_RDX] = MANY;
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_REQUESTED);
	map(LATE, PAGE_21, false);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RAX), 2);
	free_cpu();
}

/* A translation that is out of date is cached as the kind of page that it was when it was read. */
Test(global_pages, stale_ones_end_with_cr3)
{
	/* mov eax, [rsi]; out; jmp $+2; mov ebx, [rsi]; mov rdx, cr3; mov cr3, rdx; mov ebx, [rsi];
	 * hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00, 0x8b, 0x1e, 0x0f,
					0x20, 0xda, 0x0f, 0x22,      0xda, 0x8b, 0x1e, 0xf4 };
	tlb_policy = (struct tlb_policy){ .use = TLB_STALE, .writable_code = false };
	start(code, sizeof code, CR4_PGE);
	map(FIRST, PAGE_20, false);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_REQUESTED);
	map(FIRST, PAGE_21, true);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RBX), 2);
	free_cpu();
	tlb_policy = (struct tlb_policy){ .use = TLB_OFF };
}
