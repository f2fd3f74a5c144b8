/* SPDX-License-Identifier: MIT */
/* Task switches with paging on: CR3 and the PDPTEs, tasks as handlers of #PF and #DF, faults of the
 * switch itself (SDM Vol. 3A chapter 7; 4.4.1). PAGING: 2 (32-bit), 3 (PAE). */
#include "task.h"

#if PAGING == 2
typedef uint32_t pte_t;
#define DIRECTORY_SPAN (4u << 20)
#else
typedef uint64_t pte_t;
#define DIRECTORY_SPAN (2u << 20)
#endif

enum {
	P = 1,
	W = 2,
	PS = 0x80,
	PAGE = 4096,
	ENTRIES = PAGE / sizeof(pte_t),
	SEL_OTHER = SEL_FREE,
	SEL_AWAY = SEL_FREE + 8, /* a TSS on a page that is mapped and unmapped */
	ERR_W = 2,
	ERR_P = 1,
	LOW_IDENTITY = 64 << 20
};
#define WINDOW ((uintptr_t)0x40000000) /* one page, another one in each task */
#define frame  (trap_last.frame)

static pte_t directory[2][PAGING == 2 ? 1 : 4][ENTRIES] ALIGNED(PAGE);
static pte_t table[2][ENTRIES] ALIGNED(PAGE);
static uint64_t pointers[2][4] ALIGNED(32);
static uint8_t page[2][PAGE] ALIGNED(PAGE);
static struct tss32 other ALIGNED(128);
static uint8_t stack_other[STACK_BYTES] ALIGNED(16);
#define first (*(volatile struct tss32 *)(void *)task_state)
volatile uint32_t seen_word, seen_error, seen_cr2, entries;

extern const char task_entry[], pf_entry[];
__asm__(".pushsection .text\n"
	"task_entry: mov 0x40000000, %eax; mov %eax, seen_word; incl entries; iretl; jmp "
	"task_entry\n"
	/* Ends the fragment: the old task continues after it. */
	"pf_entry: popl seen_error; mov %cr2, %eax; mov %eax, seen_cr2; mov task_state + 0x28, "
	"%eax;"
	"mov %eax, task_state + 0x20; incl entries; iretl; jmp pf_entry\n"
	".popsection");

FRAG(call_task, "", "lcall $0x50, $0", "");
FRAG(call_away, "", "lcall $0x58, $0", "");
FRAG(touch_absent, "mov $1f, %eax; mov $0x50000000, %ecx", "mov (%ecx), %edx", "1:");
FRAG(lose_stack, "mov %esp, %ebp; mov $1f, %eax; mov $0x50000010, %esp", "int3",
     "1: mov %ebp, %esp");

static uintptr_t build(unsigned i)
{
	pte_t(*d)[ENTRIES] = directory[i];
	for (uint32_t at = 0; at < LOW_IDENTITY; at += DIRECTORY_SPAN)
		d[0][at / DIRECTORY_SPAN] = at | P | W | PS;
	pte_t *window = PAGING == 2 ? &d[0][WINDOW / DIRECTORY_SPAN] : &d[PAGING == 2 ? 0 : 1][0];
	*window = (uintptr_t)table[i] | P | W;
	table[i][0] = (uintptr_t)page[i] | P | W;
	if (PAGING == 2) return (uintptr_t)d[0];
	pointers[i][0] = (uintptr_t)d[0] | P;
	pointers[i][1] = (uintptr_t)d[PAGING == 2 ? 0 : 1] | P;
	return (uintptr_t)pointers[i];
}

static uintptr_t root[2];

static void start_paging(void)
{
	root[0] = build(0);
	root[1] = build(1);
	*(uint32_t *)(void *)page[0] = 0x11111111;
	*(uint32_t *)(void *)page[1] = 0x22222222;
	write_cr4(read_cr4() | (PAGING == 2 ? CR4_PSE : CR4_PAE));
	write_cr3(root[0]);
	write_cr0(read_cr0() | CR0_PG | CR0_WP);
	first.cr3 = root[0];
}

static void prepare(const char *entry)
{
	other = (struct tss32){ .cr3 = root[1],
				.eip = (uintptr_t)entry,
				.eflags = FLAG_FIXED,
				.esp = top_of(stack_other),
				.es = SEL_KDATA,
				.cs = SEL_KCODE,
				.ss = SEL_KDATA,
				.ds = SEL_KDATA,
				.io_base = sizeof other };
	gdt[SEL_OTHER / 8] = segment((uintptr_t)&other, LIMIT_TSS32, TYPE_TSS32, 0);
	entries = 0;
}

static void cr3(void)
{
	volatile uint32_t *window = (volatile uint32_t *)WINDOW;
	prepare(task_entry);
	check("the window of the first task", *window, 0x11111111);
	expect("CALL to a task of other tables", call_task, 0, RETURNS);
	check("its window", seen_word, 0x22222222);
	check("CR3 is the first task's again", read_cr3(), root[0]);
	check("and so is the window", *window, 0x11111111);
#if PAGING == 3
	pointers[1][2] = 0x1e6 | P; /* reserved bits */
	expect("#GP reserved bits in the new task's PDPTEs", call_task, 0, FAULT(call_task, GP, 0));
	check("it is the old task's", task_register(), SEL_TSS);
	check("CR3 has not changed", read_cr3(), root[0]);
	pointers[1][2] = 0;
#endif
}

static void page_fault_task(void)
{
	prepare(pf_entry);
	gate_set(PF, 0, SEL_OTHER, GATE_TASK, 0, 0);
	seen_error = 0x100;
	try_call(touch_absent, 0);
	gate_default(PF, 0, 0);
	check("a page fault by a task gate", entries, 1);
	check("its error code", seen_error, 0);
	check("CR2", seen_cr2, 0x50000000);
	check("EAX of the fault was saved", first.eax, first.eip);
}

/* The usual case: no usable stack, and a handler with its own. */
static void double_fault_task(void)
{
	prepare(pf_entry);
	gate_set(DF, 0, SEL_OTHER, GATE_TASK, 0, 0);
	seen_error = 0x100;
	try_call(lose_stack, 0);
	gate_default(PF, 0, 0);
	gate_default(DF, 0, 0);
	check("a double fault by a task gate", entries, 1);
	check("its error code is 0", seen_error, 0);
	check("CR2 of the lost stack", seen_cr2, 0x5000000c);
}

/* Faults of the accesses that the switch makes. */
static void faults_of_switch(void)
{
	struct tss32 *away = (struct tss32 *)WINDOW;
	prepare(task_entry);
	gdt[SEL_AWAY / 8] = segment(WINDOW, LIMIT_TSS32, TYPE_TSS32, 0);
	*away = other;
	table[0][0] = 0;
	invlpg(WINDOW);
	/* The manual does not say which field is read first. */
	report(try_call(call_away, 0) && frame.vector == PF && !frame.error,
	       "#PF a TSS that is not there");
	check("at the CALL", frame.ip, (uintptr_t)call_away_at);
	check_range("CR2", trap_last.cr2, WINDOW, WINDOW + LIMIT_TSS32);
	check("TR has not changed", task_register(), SEL_TSS);
	table[0][0] = (uintptr_t)page[0] | P;
	invlpg(WINDOW);
	expect("#PF a read-only TSS, whose link is written", call_away, 0,
	       FAULT_CR2(call_away, ERR_P | ERR_W, WINDOW));
	check("nothing has changed", access_byte(SEL_AWAY), TYPE_TSS32);
	table[0][0] = (uintptr_t)page[0] | P | W;
	invlpg(WINDOW);
	*(uint32_t *)(void *)page[0] = 0x11111111;
}

FRAG(load_fs, "mov %edi, %eax", "mov %eax, %fs", "");
FRAG(load_task_register, "mov %edi, %eax", "ltr %ax", "");

/* Descriptors are marked by writes, which may fault. */
static void read_only_gdt(void)
{
	enum { SEL_FRESH = SEL_FREE + 0x10, SEL_IDLE = SEL_FREE + 0x18, UPPER_HALF = 4 };
	gdt[SEL_FRESH / 8] = segment(0, 0xfffff, 0x92, SEG_G | SEG_D);
	gdt[SEL_IDLE / 8] = segment((uintptr_t)&other, LIMIT_TSS32, TYPE_TSS32, 0);
	memcpy(page[0], gdt, sizeof gdt);
	table[0][0] = (uintptr_t)page[0] | P;
	invlpg(WINDOW);
	load_gdt((const void *)WINDOW, sizeof gdt - 1);
	expect("a descriptor that was accessed", load_fs, SEL_KDATA, RETURNS);
	expect("#PF marking a descriptor of a read-only GDT", load_fs, SEL_FRESH,
	       FAULT_CR2(load_fs, ERR_P | ERR_W, WINDOW + SEL_FRESH + UPPER_HALF));
	expect("#PF marking a TSS busy there", load_task_register, SEL_IDLE,
	       FAULT_CR2(load_task_register, ERR_P | ERR_W, WINDOW + SEL_IDLE + UPPER_HALF));
	load_gdt(gdt, sizeof gdt - 1);
	back_in_first_task();
	table[0][0] = (uintptr_t)page[0] | P | W;
	invlpg(WINDOW);
	memset(page[0], 0, sizeof gdt);
}

void kernel_main(void)
{
	start_paging();
	read_only_gdt();
	*(uint32_t *)(void *)page[0] = 0x11111111;
	cr3();
	page_fault_task();
	double_fault_task();
	faults_of_switch();
}
