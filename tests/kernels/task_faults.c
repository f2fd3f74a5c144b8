/* SPDX-License-Identifier: MIT */
/* Faults without a usable stack: a task whose CS, SS or LDT is wrong, far transfers with a stack
 * that is too small. The handler is a task, entered by a task gate (SDM Vol. 3A table 7-1; 6.12.2).
 */
#include "task.h"

enum {
	SEL_OTHER = SEL_FREE,
	SEL_WATCH = SEL_FREE + 0x08, /* the handler's TSS */
	SEL_SMALL = SEL_FREE + 0x10, /* a stack of 256 bytes */
	SEL_DOWN = SEL_FREE + 0x18,  /* one that expands down */
	SEL_TEST = SEL_FREE + 0x20,
	SEL_GATE = SEL_FREE + 0x28,
	SEL_BEYOND = GDT_ENTRIES * 8 + 8,
	IN_LDT = 4,
	EXT = 1
};

static struct tss32 other ALIGNED(128);
struct tss32 watch ALIGNED(128);
static uint8_t stack_other[STACK_BYTES] ALIGNED(16);
static uint8_t stack_watch[STACK_BYTES] ALIGNED(16);
volatile uint32_t seen_error, seen_link, seen_eip, watched;
#define first (*(volatile struct tss32 *)(void *)task_state)

/* The handler's task. It records the error code, the back link and the EIP of the first task, sets
 * that task to go on behind its fragment with sound segments, and jumps back to it. */
extern const char watch_entry[], task_entry[];
__asm__(".pushsection .text\n"
	"watch_entry: popl seen_error; mov watch, %eax; mov %eax, seen_link;"
	"mov task_state + 0x20, %eax; mov %eax, seen_eip; movl $try_resume, task_state + 0x20;"
	"movl $2, task_state + 0x24; movl $0x10, task_state + 0x48; movl $0x08, task_state + 0x4c;"
	"movl $0x10, task_state + 0x50; movl $0x10, task_state + 0x54; incl watched;"
	"andb $0xfd, gdt + 0x30 + 5; ljmp $0x30, $0; jmp watch_entry\n"
	"task_entry: iretl; jmp task_entry\n"
	".popsection");

FRAG(call_task, "", "lcall $0x50, $0", "");
FRAG(lret_small, "mov $0x60, %eax; mov %eax, %ss; mov $0xfd, %esp", "lretl", "");
FRAG(iret_small, "mov $0x60, %eax; mov %eax, %ss; mov $0xf8, %esp", "iretl", "");
FRAG(call_small, "mov $0x60, %eax; mov %eax, %ss; mov $0x104, %esp", "lcall $0x08, $0x1000", "");
FRAG(gate_small, "mov $0x60, %eax; mov %eax, %ss; mov $0x104, %esp", "lcall $0x78, $0", "");
FRAG(lret_down, "mov $0x68, %eax; mov %eax, %ss; mov $0xfc, %esp", "lretl", "");
FRAG(ud_small, "mov $0x60, %eax; mov %eax, %ss; mov $0x104, %esp", "ud2", "");

static void set_watch(unsigned vector)
{
	watch = (struct tss32){ .cr3 = read_cr3(),
				.eip = (uintptr_t)watch_entry,
				.eflags = FLAG_FIXED,
				.esp = top_of(stack_watch),
				.es = SEL_KDATA,
				.cs = SEL_KCODE,
				.ss = SEL_KDATA,
				.ds = SEL_KDATA,
				.io_base = sizeof watch };
	gdt[SEL_WATCH / 8] = segment((uintptr_t)&watch, LIMIT_TSS32, TYPE_TSS32, 0);
	gate_set(vector, 0, SEL_WATCH, GATE_TASK, 0, 0);
	watched = 0;
	seen_error = 0xdead;
}

static void prepare(void)
{
	other = (struct tss32){ .cr3 = read_cr3(),
				.eip = (uintptr_t)task_entry,
				.eflags = FLAG_FIXED,
				.esp = top_of(stack_other),
				.es = SEL_KDATA,
				.cs = SEL_KCODE,
				.ss = SEL_KDATA,
				.ds = SEL_KDATA,
				.io_base = sizeof other };
	gdt[SEL_OTHER / 8] = segment((uintptr_t)&other, LIMIT_TSS32, TYPE_TSS32, 0);
	gdt[SEL_SMALL / 8] = segment(0x9000, 0xff, 0x92, SEG_D);
	gdt[SEL_DOWN / 8] = segment(0x9000, 0xff, 0x96, SEG_D);
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x12, SEG_G | SEG_D);
}

/* Expects that calling the other task faults in the other task's context. */
static void refused(const char *name, unsigned vector, uint32_t error)
{
	set_watch(vector);
	try_call(call_task, 0);
	gate_default(vector, 0, 0);
	if (watched == 1 && seen_error == error && (seen_link & 0xffff) == SEL_OTHER &&
	    other.eip == (uintptr_t)task_entry)
		report(true, name);
	else
		fail(name, "got error %x from %x, eip %x, want error %x from %x, eip %x",
		     seen_error, seen_link, other.eip, error, (uint32_t)SEL_OTHER,
		     (uint32_t)(uintptr_t)task_entry);
	prepare();
}

/* Expects a fault of the first task, whose stack is unusable. */
static void expect_ss(const char *name, const void *frag, const void *at, uint32_t error)
{
	set_watch(SS);
	try_call(frag, 0);
	gate_default(SS, 0, 0);
	if (watched == 1 && seen_error == error && (seen_link & 0xffff) == SEL_TSS &&
	    seen_eip == (uintptr_t)at)
		report(true, name);
	else
		fail(name, "got error %x from %x, eip %x, want error %x from %x, eip %x",
		     seen_error, seen_link, seen_eip, error, (uint32_t)SEL_TSS,
		     (uint32_t)(uintptr_t)at);
}

static void segments_of_task(void)
{
	prepare();
	other.cs = 0;
	refused("#TS CS null", TS, 0);
	other.cs = SEL_KDATA;
	refused("#TS CS of data", TS, SEL_KDATA);
	other.cs = SEL_BEYOND;
	refused("#TS CS beyond the GDT", TS, SEL_BEYOND);
	other.cs = SEL_KCODE | 1;
	refused("#TS CS's DPL is not its RPL", TS, SEL_KCODE);
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x1a, SEG_G | SEG_D);
	other.cs = SEL_TEST;
	refused("#NP CS", NP, SEL_TEST);
	other.ss = 0;
	refused("#TS SS null", TS, 0);
	other.ss = SEL_KCODE;
	refused("#TS SS of code", TS, SEL_KCODE);
	other.ss = SEL_BEYOND;
	refused("#TS SS beyond the GDT", TS, SEL_BEYOND);
	other.ss = SEL_UDATA;
	refused("#TS SS of ring 3", TS, SEL_UDATA);
	other.ss = SEL_KDATA | 1;
	refused("#TS SS's RPL is not CPL", TS, SEL_KDATA);
	other.ss = SEL_TEST;
	refused("#SS SS", SS, SEL_TEST);
	other.ldt = SEL_KDATA;
	refused("#TS LDT of data", TS, SEL_KDATA);
	other.ldt = SEL_TEST | IN_LDT;
	refused("#TS LDT in the LDT", TS, SEL_TEST | IN_LDT);
	other.ldt = SEL_BEYOND;
	refused("#TS LDT beyond the GDT", TS, SEL_BEYOND);
	gdt[SEL_TEST / 8] = segment(0x1000, 0xff, 0x02, 0);
	other.ldt = SEL_TEST;
	refused("#TS LDT not present", TS, SEL_TEST);
}

static void order(void)
{
	other.ldt = SEL_KDATA;
	other.cs = SEL_KDATA;
	refused("the LDT before CS", TS, SEL_KDATA);
	other.ss = SEL_UDATA;
	other.ds = SEL_BEYOND;
	refused("SS before DS", TS, SEL_UDATA);
	gdt[SEL_TEST / 8] = segment(0, 0xfffff, 0x1a, SEG_G | SEG_D);
	other.cs = SEL_TEST;
	other.ss = SEL_UDATA;
	refused("SS's DPL before CS's presence", TS, SEL_UDATA);
}

static void small_stacks(void)
{
	const uintptr_t target = 0x1000;
	prepare();
	expect_ss("#SS RETF beyond the limit", lret_small, lret_small_at, 0);
	expect_ss("#SS IRET beyond the limit", iret_small, iret_small_at, 0);
	expect_ss("#SS RETF below an expand-down limit", lret_down, lret_down_at, 0);
	expect_ss("#SS CALL beyond the limit", call_small, call_small_at, 0);
	gdt[SEL_GATE / 8] = 0x8c00ull << 32 | (uint64_t)SEL_KCODE << 16 | target;
	expect_ss("#SS call gate beyond the limit", gate_small, gate_small_at, 0);
	/* EXT: the exception's own frame does not fit. */
	expect_ss("#SS delivery beyond the limit", ud_small, ud_small_at, EXT);
}

void kernel_main(void)
{
	segments_of_task();
	order();
	small_stacks();
}
