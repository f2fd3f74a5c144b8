/* SPDX-License-Identifier: MIT */
/* Stale translations of a CPU: what an instruction can do is in tests/kernels/tlb_*.c; here are
 * other writers of page tables, copies, and faulty tables. */
#include "emu/units.h"
#include "tests/unit/unicorn/cpu_fixture.h"

enum { PD_AT = TABLES_AT + 0x2000, PT_AT = TABLES_AT + 0x3000, MAX_LINTS = 8 };
enum { PAGE_20 = HOLE_AT + 20 * MEM_PAGE, PAGE_21 = HOLE_AT + 21 * MEM_PAGE };

static struct {
	char id[LINT_ID_SIZE], detail[256];
	uint64_t pc, cause_pc;
	const char *cause;
} lint[MAX_LINTS];
static unsigned n_lints;

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (n_lints == MAX_LINTS) return;
	lint_id(l, lint[n_lints].id, sizeof lint[n_lints].id);
	(void)snprintf(lint[n_lints].detail, sizeof lint[n_lints].detail, "%s", l->detail);
	lint[n_lints].pc = l->pc;
	lint[n_lints].cause_pc = l->cause.pc;
	lint[n_lints++].cause = l->cause.what;
}

static struct observer watcher = { .lint = on_lint };

static void make(enum tlb_use use)
{
	tlb_policy = (struct tlb_policy){ .use = use, .writable_code = false };
	make_cpu(false);
	n_lints = 0;
	hub_attach(&hub, &watcher);
}

static void start(const uint8_t *code, size_t size, uint64_t rsi)
{
	struct cpu_regs r = { .rflags = 0 };
	r.gpr[CPU_RSI] = rsi;
	start_long(code, size, &r);
}

static uint64_t reg(unsigned n)
{
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	return r.gpr[n];
}

/* mov eax, [rsi]; out 0xf4, al (stop); jmp $+2; mov ebx, [rsi]; hlt */
static const uint8_t reads_twice[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00, 0x8b, 0x1e, 0xf4 };

static void run_to_the_stop(void)
{
	put_entry(PT_AT, 20, PAGE_20 | PAGE_P_W_U);
	require(mem_write32(&mem, PAGE_20, 1));
	require(mem_write32(&mem, PAGE_21, 2));
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_REQUESTED);
	require_eq(u64, reg(CPU_RAX), 1);
}

/* A device or the firmware changes the entry between the two reads. */
static void changed_by_a_device(enum tlb_use use, uint64_t want)
{
	make(use);
	start(reads_twice, sizeof reads_twice, PAGE_20);
	run_to_the_stop();
	put_entry(PT_AT, 20, PAGE_21 | PAGE_P_W_U);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RBX), want);
}

Test(tlb_watch, a_device_changes_an_entry)
{
	changed_by_a_device(TLB_LINT, 2);
	require_eq(uint, n_lints, 1);
	check_eq(str, lint[0].id, "cpu.stale-tlb");
	check_eq(str, lint[0].cause, "a device or the firmware wrote");
	check_eq(u64, lint[0].pc, CODE_AT + 6);
	check(strstr(lint[0].detail,
		     "read of 0x414000: cached is 0x414000, the tables say 0x415000"),
	      "%s", lint[0].detail);
	free_cpu();
}

Test(tlb_watch, the_old_entry_is_used)
{
	changed_by_a_device(TLB_STALE, 1);
	check_eq(uint, n_lints, 1);
	free_cpu();
}

/* A20 is masked and unmasked between the second and the third read. */
static void a20_changes(const char *vendor, uint64_t want)
{
	/* mov eax, [rsi]; out; jmp $+2; mov ebx, [rsi]; out; jmp $+2; mov ecx, [rsi]; hlt */
	static const uint8_t code[] = { 0x8b, 0x06,      0xe6, PORT_STOP, 0xeb, 0x00, 0x8b, 0x1e,
					0xe6, PORT_STOP, 0xeb, 0x00,      0x8b, 0x0e, 0xf4 };
	cpu_spec = vendor;
	make(TLB_STALE);
	start(code, sizeof code, PAGE_20);
	run_to_the_stop();
	put_entry(PT_AT, 20, PAGE_21 | PAGE_P_W_U);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_REQUESTED);
	check_eq(uint, n_lints, 1);
	cpu_set_a20(cpu, false);
	cpu_set_a20(cpu, true);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RCX), want);
	check_eq(uint, n_lints, 1);
	free_cpu();
	cpu_spec = NULL;
}

/* However often the engine asks: it forgets its own entries when A20 changes, the CPU does not. */
Test(tlb_watch, only_the_first_use_is_told) { a20_changes("intel", 1); }

/* AMD APM Vol. 2 5.5.3. */
Test(tlb_watch, amd_forgets_when_a20_is_masked) { a20_changes("amd", 2); }

static bool forgets(const char *vendor, uint32_t msr, uint64_t value)
{
	cpu_spec = vendor;
	make(TLB_STALE);
	start(reads_twice, sizeof reads_twice, PAGE_20);
	run_to_the_stop();
	put_entry(PT_AT, 20, PAGE_21 | PAGE_P_W_U);
	require(cpu_msr_write(cpu, msr, value));
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	bool forgotten = reg(CPU_RBX) == 2;
	free_cpu();
	cpu_spec = NULL;
	return forgotten;
}

/* AMD APM Vol. 2 5.5.3 and 15.16. */
Test(tlb_watch, amd_forgets_when_a_memory_type_or_nxe_changes)
{
	enum { EFER_LME_NXE = 0x900, WRITE_BACK = 6 };
	enum { MTRR_PHYSBASE0 = 0x200, MTRR_DEF_TYPE = 0x2ff, PAT = 0x277 };

	check(forgets("amd", MTRR_PHYSBASE0, WRITE_BACK));
	check(forgets("amd", MTRR_DEF_TYPE, WRITE_BACK));
	check(forgets("amd", UINT32_C(0xc0000080), EFER_LME_NXE));
	check(!forgets("amd", PAT, WRITE_BACK));
	check(!forgets("intel", MTRR_PHYSBASE0, WRITE_BACK));
	check(!forgets("intel", UINT32_C(0xc0000080), EFER_LME_NXE));
}

/* Neither is remembered; what the CPU uses is not defined here. */
Test(tlb_watch, off_reports_nothing)
{
	make(TLB_OFF);
	start(reads_twice, sizeof reads_twice, PAGE_20);
	run_to_the_stop();
	put_entry(PT_AT, 20, PAGE_21 | PAGE_P_W_U);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(uint, n_lints, 0);
	free_cpu();
}

/* The table is replaced between an access to one page and the first one to its neighbour; the old
 * table is used for something else. */
static void table_is_replaced(enum tlb_use use, uint64_t want)
{
	/* mov eax, [rsi]; out 0xf4, al (stop); jmp $+2; mov ebx, [rsi + 0x1000]; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00, 0x8b,
					0x9e, 0x00, 0x10, 0x00,      0x00, 0xf4 };
	enum { NEW_TABLE_AT = TABLES_AT + 0x5000, PAGE_22 = HOLE_AT + 22 * MEM_PAGE };
	make(use);
	start(code, sizeof code, PAGE_20);
	run_to_the_stop();
	require(mem_write32(&mem, PAGE_22, 3));
	require(mem_set(&mem, NEW_TABLE_AT, 0, MEM_PAGE));
	put_entry(NEW_TABLE_AT, 21, PAGE_21 | PAGE_P_W_U);
	put_entry(PD_AT, HOLE_AT >> 21, NEW_TABLE_AT | PAGE_P_W_U);
	put_entry(PT_AT, 21, PAGE_22 | PAGE_P_W_U);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RBX), want);
	require_eq(uint, n_lints, 1);
	check_eq(str, lint[0].id, "cpu.stale-table");
	check(strstr(lint[0].detail, "cached is a table at 0x13000, the tables say 0x415000"), "%s",
	      lint[0].detail);
	free_cpu();
}

Test(tlb_watch, a_table_is_replaced) { table_is_replaced(TLB_LINT, 2); }
Test(tlb_watch, the_old_table_is_used) { table_is_replaced(TLB_STALE, 3); }

/* New registers from outside are a new start. */
Test(tlb_watch, set_registers_invalidate)
{
	make(TLB_STALE);
	start(reads_twice, sizeof reads_twice, PAGE_20);
	run_to_the_stop();
	put_entry(PT_AT, 20, PAGE_21 | PAGE_P_W_U);
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RBX), 2);
	check_eq(uint, n_lints, 0);
	free_cpu();
}

/* Not the CPU itself, which sets A and D in the same table. */
Test(tlb_watch, an_instruction_is_named)
{
	/* mov eax, [rsi]; mov [rsi], eax; mov [rdi], rdx; nop; mov ebx, [rsi]; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0x89, 0x06, 0x48, 0x89,
					0x17, 0x90, 0x8b, 0x1e, 0xf4 };
	make(TLB_LINT);
	start(code, sizeof code, PAGE_20);
	require(mem_write32(&mem, PAGE_21, 2));
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RDI] = PT_AT + 20 * 8;
	r.gpr[CPU_RDX] = PAGE_21 | PAGE_P_W_U;
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RBX), 2);
	require_eq(uint, n_lints, 1);
	check_eq(u64, lint[0].cause_pc, CODE_AT + 4);
	check_eq(u64, lint[0].pc, CODE_AT + 8);
	check_eq(str, lint[0].cause, "the entry was written");
	free_cpu();
}

/* A translation that was cached without D is walked again for a write, to set it. */
Test(tlb_watch, a_first_write_walks_again)
{
	/* mov eax, [rsi]; out 0xf4, al (stop); jmp $+2; mov [rsi], ebp; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00, 0x89, 0x2e, 0xf4 };
	uint32_t value;
	make(TLB_STALE);
	start(code, sizeof code, PAGE_20);
	run_to_the_stop();
	put_entry(PT_AT, 20, PAGE_21 | PAGE_P_W_U);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	require(mem_read32(&mem, PAGE_21, &value));
	check_eq(u32, value, 0, "the new page was written");
	check_eq(uint, n_lints, 0);
	free_cpu();
}

/* A table through itself: its page is mapped by its own entry, which the store takes away. */
Test(tlb_watch, an_entry_takes_itself_away)
{
	/* mov [rdi], rdx; mov ebx, [rdi]; hlt */
	static const uint8_t code[] = { 0x48, 0x89, 0x17, 0x8b, 0x1f, 0xf4 };
	make(TLB_LINT);
	start(code, sizeof code, 0);
	put_entry(PT_AT, 30, PT_AT | PAGE_P_W_U);
	require(mem_write32(&mem, PAGE_21 + 30 * 8, 77));
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RDI] = HOLE_AT + 30 * MEM_PAGE + 30 * 8;
	r.gpr[CPU_RDX] = PAGE_21 | PAGE_P_W_U;
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RBX), 77);
	require_eq(uint, n_lints, 1);
	check_eq(u64, lint[0].pc, CODE_AT + 3);
	free_cpu();
}

/* A page that held tables holds data again: its stores cost what others cost. */
Test(tlb_watch, a_freed_table_is_not_watched_any_more)
{
	/* mov eax, [rsi]; mov rax, cr3; mov cr3, rax; mov [rdi], rdx; hlt */
	static const uint8_t code[] = { 0x8b, 0x06, 0x0f, 0x20, 0xd8, 0x0f,
					0x22, 0xd8, 0x48, 0x89, 0x17, 0xf4 };
	make(TLB_LINT);
	start(code, sizeof code, PAGE_20);
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RDI] = PT_AT + 20 * 8;
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check(!(*mem_flags(&mem, PT_AT) & MEM_TABLE));
	check(*mem_flags(&mem, PD_AT) & MEM_TABLE);
	check_eq(uint, n_lints, 0);
	free_cpu();
}

/* A copy goes on as the original does. */
Test(tlb_watch, is_copied)
{
	make(TLB_STALE);
	start(reads_twice, sizeof reads_twice, PAGE_20);
	run_to_the_stop();
	struct cpu *first = cpu;
	struct cpu_config config = { .mem = &mem,
				     .bus = &bus,
				     .clock = &clk,
				     .hub = &hub,
				     .pins = { .intr_ack = acknowledge },
				     .tlb = tlb_policy };
	char error[CPU_ERROR_SIZE];
	struct cpu *second = cpu_new(&config, error, sizeof error);
	require(second != NULL, "%s", error);
	cpu_copy_state(second, first);
	put_entry(PT_AT, 20, PAGE_21 | PAGE_P_W_U);
	cpu = second;
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(u64, reg(CPU_RBX), 1);
	check_eq(uint, n_lints, 1);
	cpu_free(first);
	free_cpu();
}

/* Of a store that a copy undoes nothing is left: the next one is told with its own place. */
Test(tlb_watch, a_copy_forgets_the_store_under_way)
{
	/* mov eax, [rsi]; cmpxchg8b [rdi]; out 0xf4, al; hlt */
	static const uint8_t undone[] = { 0x8b, 0x06, 0x0f, 0xc7, 0x0f, 0xe6, PORT_STOP, 0xf4 };
	/* mov eax, [rsi]; out 0xf4, al; jmp $+2; mov dword [rdi], 0; mov ebx, [rsi]; hlt */
	static const uint8_t unmaps[] = { 0x8b, 0x06, 0xe6, PORT_STOP, 0xeb, 0x00, 0xc7, 0x07,
					  0x00, 0x00, 0x00, 0x00,      0x8b, 0x1e, 0xf4 };
	struct cpu_regs r = { .rflags = 0 };

	make(TLB_LINT);
	r.gpr[CPU_RSI] = PAGE_20;
	r.gpr[CPU_RDI] = PT_AT + 8 * 30;
	start_long(undone, sizeof undone, &r);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_REQUESTED);
	struct cpu *first = cpu;
	struct cpu_config config = { .mem = &mem,
				     .bus = &bus,
				     .clock = &clk,
				     .hub = &hub,
				     .pins = { .intr_ack = acknowledge },
				     .tlb = tlb_policy };
	char error[CPU_ERROR_SIZE];
	cpu = cpu_new(&config, error, sizeof error);
	require(cpu != NULL, "%s", error);
	r.gpr[CPU_RDI] = PT_AT + 8 * 20;
	start_long(unmaps, sizeof unmaps, &r);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_REQUESTED);
	cpu_copy_state(first, cpu);
	cpu_free(cpu);
	cpu = first;
	(void)cpu_run(cpu, NS_PER_S);
	require_eq(uint, n_lints, 1);
	check_eq(str, lint[0].id, "cpu.stale-tlb");
	check_eq(u64, lint[0].cause_pc, CODE_AT + 6);
	free_cpu();
}

/* --- faulty tables */

/* mov eax, [rsi]; hlt */
static const uint8_t reads[] = { 0x8b, 0x06, 0xf4 };

static bool reported(const char *id, const char *words)
{
	for (unsigned i = 0; i < n_lints; i++)
		if (!strcmp(lint[i].id, id) && strstr(lint[i].detail, words)) return true;
	return false;
}

Test(tlb_watch, reserved_bits)
{
	make(TLB_LINT);
	start(reads, sizeof reads, PAGE_20);
	put_entry(PT_AT, 20, PAGE_20 | PAGE_P_W_U | UINT64_C(1) << 51);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_TRIPLE_FAULT);
	check_eq(u64, first_exception().error_code, 9);
	check(reported("cpu.table-reserved", "PTE at 0x130a0, 0x8000000414007"));
	free_cpu();
}

Test(tlb_watch, a_table_without_memory)
{
	make(TLB_LINT);
	start(reads, sizeof reads, 2 << 20);
	put_entry(PD_AT, 1, (32 << 20) | PAGE_P_W_U);
	cpu_run(cpu, NS_PER_S);
	check(reported("cpu.table-place",
		       "the table of a PTE is at 0x2000000, where there is no memory"));
	free_cpu();
}

static bool usable(void *ctx, uint64_t pa)
{
	(void)ctx;
	return pa != PT_AT;
}

Test(tlb_watch, a_table_in_reserved_memory)
{
	usable_memory = usable;
	make(TLB_LINT);
	start(reads, sizeof reads, PAGE_20);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	check_eq(uint, n_lints, 1);
	check(reported("cpu.table-place", "0x13000, where the memory map has no usable memory"));
	free_cpu();
}

Test(tlb_watch, a_table_that_was_never_written)
{
	enum { UNTOUCHED = 0x600000 };
	make(TLB_LINT);
	start(reads, sizeof reads, 2 << 20);
	put_entry(PD_AT, 1, UNTOUCHED | PAGE_P_W_U);
	cpu_run(cpu, NS_PER_S);
	check(reported("cpu.table-unwritten", "the table of a PTE at 0x600000 was never written"));
	free_cpu();
}

static void writable_code(bool policy)
{
	tlb_policy = (struct tlb_policy){ .use = TLB_LINT, .writable_code = policy };
	make_cpu(false);
	n_lints = 0;
	hub_attach(&hub, &watcher);
	start(reads, sizeof reads, PAGE_20);
	require_eq(int, cpu_run(cpu, NS_PER_S), CPU_STOP_HALTED);
	free_cpu();
}

Test(tlb_watch, writable_code_is_a_policy)
{
	writable_code(false);
	check_eq(uint, n_lints, 0);
	writable_code(true);
	check(reported("cpu.writable-code", "the page of 0x414000 is writable and executable"));
}
