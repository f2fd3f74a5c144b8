/* SPDX-License-Identifier: MIT */
/* Native code changes the page tables of an emulated CPU, which then runs with them. What the CPU
 * reads is what the mapper says, whatever it had cached. */
#include "bimetal/x86/control.h"
#include "bimetal/x86/gdt.h"
#include "bimetal/x86/mapper.h"
#include "bimetal/x86/tlb.h"
#include "harness/machine/cpu.h"
#include "harness/machine/host.h"
#include "linear.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

enum {
	MEMORY = 8 << 20,
	ROOT = 0x10000, /* with a table of each lower level behind it */
	FRAMES = 0x14000,
	END_OF_FRAMES = 0x80000,
	CODE_AT = 0x90000,
	DATA_AT = 0x200000, /* a number in each frame from here on */
	N_DATA = 64,
	LARGE = 0x200000,
	CODE = 0x08,
	DATA = 0x10,
	R = 511
};
#define RW   (PTE_PRESENT | PTE_WRITABLE)
#define HIGH UINT64_C(0xffff900000000000)

static struct machine machine;
static struct bimetal_cpu cpu;
static struct x86_cpu x86;
static struct tlb tlb;
static struct mapper mapper;
static struct memory_region map_of_frames[1];
static struct frame_walk walk;
static struct frame_source frames;

static void put64(uint64_t pa, uint64_t value) { require(mem_write64(&machine.mem, pa, value)); }

/* What a loader leaves: all memory as it is, by large pages. */
static void make_tables(void)
{
	require(mem_set(&machine.mem, ROOT, 0, 3 * 0x1000));
	put64(ROOT, (ROOT + 0x1000) | RW);
	put64(ROOT + 0x1000, (ROOT + 0x2000) | RW);
	for (uint64_t i = 0; i < MEMORY / LARGE; i++)
		put64(ROOT + 0x2000 + i * 8, i * LARGE | RW | PTE_LARGE);
	put64(ROOT + R * UINT64_C(8), ROOT | RW);
	for (uint64_t i = 0; i < N_DATA; i++) put64(DATA_AT + i * 0x1000, i);
}

static void start_in_64_bit_mode(void)
{
	/* mov (%rdi), %rax; hlt */
	static const uint8_t code[] = { 0x48, 0x8b, 0x07, 0xf4 };
	struct cpu_regs regs;

	make_tables();
	require(mem_write(&machine.mem, CODE_AT, code, sizeof(code)));
	processor_get_regs(&machine.processor, &regs);
	regs.cr3 = ROOT;
	regs.cr4 = X86_CR4_PAE;
	regs.efer = X86_EFER_LME | X86_EFER_LMA | X86_EFER_NXE;
	regs.cr0 = X86_CR0_PG | X86_CR0_WP | X86_CR0_ET | X86_CR0_PE;
	regs.seg[CPU_CS] = (struct cpu_segment_state){ 0, UINT32_MAX, 0xaf9b00, CODE };
	regs.seg[CPU_SS] = (struct cpu_segment_state){ 0, UINT32_MAX, 0xcf9300, DATA };
	regs.seg[CPU_DS] = regs.seg[CPU_SS];
	processor_set_regs(&machine.processor, &regs);
}

static void make_mapper(bool recursive)
{
	struct pte_rules rules = pte_rules_of_cpu(x86);
	struct phys root = { x86_cr3(x86) };
	enum mapper_status status;

	require(rules.no_execute);
	if (recursive)
		status = mapper_recursive(&mapper, linear_all(&cpu), virt_of_indices(R, R, R, R, 0),
					  root, &rules, &tlb);
	else
		status = mapper_at_offset(&mapper, linear_memory(&cpu, 0, MEMORY), root, &rules,
					  &tlb);
	require_eq(int, status, MAPPER_OK);
}

static void set_up(void)
{
	struct machine_config config = { .machine = "none", .memory = MEMORY };
	const char *fault = machine_init(&machine, &config);

	require_eq(ptr, fault, NULL, "%s", fault);
	require(machine_host_attach(&machine, &cpu));
	x86 = x86_of_host(&cpu);
	tlb = tlb_of_cpu(&x86);
	start_in_64_bit_mode();
	map_of_frames[0] = (struct memory_region){ FRAMES, END_OF_FRAMES - FRAMES, true };
	require_eq(int, frame_walk_init(&walk, map_of_frames, 1), FRAMES_OK);
	frames = frame_walk_source(&walk);
}

static void tear_down(void) { machine_free(&machine); }

TestSuite(machine_paging, .init = set_up, .fini = tear_down, .timeout = 60);

/* What the CPU reads at an address. */
static uint64_t cpu_reads(uint64_t address)
{
	struct cpu_regs regs;

	processor_get_regs(&machine.processor, &regs);
	regs.rip = CODE_AT;
	regs.gpr[CPU_RDI] = address;
	processor_set_regs(&machine.processor, &regs);
	require_eq(int,
		   machine.processor.ops->run(machine.processor.ctx,
					      clock_now(&machine.clock) + 1000000),
		   CPU_STOP_HALTED, "reading %lx", address);
	processor_get_regs(&machine.processor, &regs);
	return regs.gpr[CPU_RAX];
}

static struct page page_at(uint64_t start)
{
	return page_containing(virt_unchecked(start), PAGE_4K);
}

static struct frame data_frame(uint64_t i)
{
	return (struct frame){ { DATA_AT + i * 0x1000 }, PAGE_4K };
}

Test(machine_paging, the_cpu_reads_a_page_where_native_code_moved_it)
{
	struct frame was;

	for (unsigned recursive = 0; recursive < 2; recursive++) {
		make_mapper(recursive);
		for (uint64_t i = 1; i < 4; i++) {
			require_eq(int,
				   flush_page(mapper_map(&mapper, page_at(HIGH), data_frame(i), RW,
							 &frames)),
				   MAPPER_OK);
			check_eq(u64, cpu_reads(HIGH), i);
			require_eq(int, flush_page(mapper_unmap(&mapper, page_at(HIGH), &was)),
				   MAPPER_OK);
			check_eq(u64, was.start.value, data_frame(i).start.value);
		}
	}
}

Test(machine_paging, a_flush_of_all_reaches_global_pages)
{
	struct frame was;

	make_mapper(false);
	require_eq(int, cr4_update(x86, 0, X86_CR4_PGE), CONTROL_OK);
	require_eq(int,
		   flush_page(mapper_map(&mapper, page_at(HIGH), data_frame(5), RW | PTE_GLOBAL,
					 &frames)),
		   MAPPER_OK);
	check_eq(u64, cpu_reads(HIGH), 5);
	require_eq(int, flush_page_ignored(mapper_unmap(&mapper, page_at(HIGH), &was)), MAPPER_OK);
	require_eq(
		int,
		flush_page_ignored(mapper_map(&mapper, page_at(HIGH), data_frame(6), RW, &frames)),
		MAPPER_OK);
	require_eq(int, flush_tables(mapper_set_table_flags(&mapper, page_at(HIGH), 4, RW)),
		   MAPPER_OK);
	check_eq(u64, cpu_reads(HIGH), 6);
}

/* Against a dictionary; only what is mapped is read, as nobody handles a page fault here. */
static void play(bool recursive)
{
	enum { PAGES = 24, OPERATIONS = 600, UNMAPPED = -1 };
	static const uint64_t base[] = { 0x7fffffff8000, 0xffff800000000000, 0xffffff7fffff0000 };
	uint64_t seed = 0xc0ffee;
	int at[PAGES];

	make_mapper(recursive);
	for (unsigned i = 0; i < PAGES; i++) at[i] = UNMAPPED;
	for (unsigned n = 0; n < OPERATIONS; n++) {
		unsigned i = (unsigned)(random_next(&seed) % PAGES);
		struct page page = page_containing(
			virt_truncate(base[i % 3] + i / 3 * UINT64_C(0x1000)), PAGE_4K);
		int data = (int)(random_next(&seed) % N_DATA);
		struct frame was;

		if (at[i] == UNMAPPED) {
			require_eq(int,
				   flush_page_ignored(mapper_map(
					   &mapper, page, data_frame((uint64_t)data), RW, &frames)),
				   MAPPER_OK);
			at[i] = data;
		} else if (random_next(&seed) % 2) {
			require_eq(u64, cpu_reads(page.start.value), (uint64_t)at[i], "page %u", i);
		} else {
			require_eq(int, flush_page(mapper_unmap(&mapper, page, &was)), MAPPER_OK);
			require_eq(u64, was.start.value, data_frame((uint64_t)at[i]).start.value);
			at[i] = UNMAPPED;
		}
		if (n % 64) continue;
		struct page_range all = { page_at(0), UINT64_C(1) << 36 };
		require_eq(int, mapper_clean_up(&mapper, all, &frames, NULL), MAPPER_OK);
	}
	check_eq(u64, cpu.s.x86.faults, 0);
}

Test(machine_paging, random_operations_agree_with_what_the_cpu_reads) { play(false); }

Test(machine_paging, and_by_recursive_tables) { play(true); }
