/* SPDX-License-Identifier: MIT */
/* Hardware task switches between TSSs of 32 bits: CALL, JMP, IRET, task gates, interrupts; which
 * state is saved and loaded, which switches are refused, and in which task the exception is raised
 * (SDM Vol. 3A chapter 7). */
#include "task.h"

enum {
	SEL_OTHER = SEL_FREE,       /* the other task's TSS */
	SEL_GATE = SEL_FREE + 0x08, /* a task gate to it */
	SEL_LDT = SEL_FREE + 0x10,  /* the other task's LDT */
	SEL_DATA = SEL_FREE + 0x18, /* a data segment that tests spoil */
	SEL_CODE = SEL_FREE + 0x20, /* and a code segment */
	SEL_BEYOND = GDT_ENTRIES * 8 + 8,
	IN_LDT = 4,
	VECTOR = 0x90,
	DR6_BT = 1 << 15,
	DR7_LOCAL = 0x155,
	DR7_GLOBAL = 0x2aa
};
#define frame (trap_last.frame)

static struct tss32 other ALIGNED(128);
static uint64_t ldt[4] ALIGNED(8);
static uint8_t stack_other[STACK_BYTES] ALIGNED(16);
#define first (*(volatile struct tss32 *)(void *)task_state)

/* What the other task found. */
struct seen {
	uint32_t eax, ebx, flags, cr0, tr, ldtr, esp, es, fs, gs, word;
};
volatile struct seen seen;
volatile uint32_t entries;

/* The other task. */
extern const char task_entry[], task_jump_entry[], mending_entry[];
#define LOOK                                                                                  \
	"mov %eax, seen; mov %ebx, seen + 4; pushf; popl seen + 8; mov %cr0, %eax;"           \
	"mov %eax, seen + 12; str %eax; mov %eax, seen + 16; sldt %eax; mov %eax, seen + 20;" \
	"mov %esp, seen + 24; mov %es, %eax; mov %eax, seen + 28; mov %fs, %eax;"             \
	"mov %eax, seen + 32; mov %gs, %eax; mov %eax, seen + 36; incl entries;"
__asm__(".pushsection .text\n"
	"task_entry:" LOOK
	"mov $0x0badcafe, %eax; mov $0x12345678, %edi; stc; iretl; jmp task_entry\n"
	"task_jump_entry:" LOOK "ljmp $0x30, $0; jmp task_jump_entry\n"
	".popsection");

FRAG(call_task, "", "lcall $0x50, $0x12345678", "");
FRAG(call_gate_task, "", "lcall $0x58, $0", "");
FRAG(jump_task, "", "ljmp $0x50, $0", "");
FRAG(call_self, "", "lcall $0x30, $0", "");
FRAG(int_task, "", "int $0x90", "");
FRAG(iret_nested, "pushf; orl $0x4000, (%esp); popf", "iretl", "");
FRAG(gp_fault, "mov $0x1ff8, %eax", "mov %eax, %fs", "");
FRAG(call_with_registers,
     "push %ebp; push %ebx; push %esi; mov $1, %eax; mov $2, %ecx; mov $3, %edx; mov $4, %ebx;"
     "mov $5, %ebp; mov $6, %esi; mov $7, %edi; stc",
     "lcall $0x50, $0",
     "jnc 1f; cmp $1, %eax; jne 1f; cmp $2, %ecx; jne 1f; cmp $3, %edx; jne 1f; cmp $4, %ebx; jne "
     "1f;"
     "cmp $5, %ebp; jne 1f; cmp $6, %esi; jne 1f; cmp $7, %edi; jne 1f; mov $0x600d, %eax;"
     "1: pop %esi; pop %ebx; pop %ebp");
FRAG(watched, "", "nop", "");
UFRAG(u_call_task, "", "lcall $0x53, $0", "");
UFRAG(u_call_gate, "", "lcall $0x5b, $0", "");
UFRAG(u_int, "", "int $0x90", "");
UFRAG(u_iret_nested, "pushf; orl $0x4000, (%esp); popf", "iretl", "");

static void set_task_gate(uint16_t selector, unsigned dpl)
{
	gdt[SEL_GATE / 8] = (uint64_t)(0x8500 | dpl << 13) << 32 | (uint64_t)selector << 16;
}

static void prepare(void)
{
	const uintptr_t at = (uintptr_t)&other;
	other = (struct tss32){ .cr3 = read_cr3(),
				.eip = (uintptr_t)task_entry,
				.eflags = FLAG_FIXED,
				.eax = 0x11111111,
				.ebx = 0x22222222,
				.esp = top_of(stack_other),
				.es = SEL_KDATA,
				.cs = SEL_KCODE,
				.ss = SEL_KDATA,
				.ds = SEL_KDATA,
				.fs = SEL_KDATA,
				.io_base = sizeof other };
	gdt[SEL_OTHER / 8] = segment(at, LIMIT_TSS32, TYPE_TSS32, 0);
	gdt[SEL_LDT / 8] = segment((uintptr_t)ldt, sizeof ldt - 1, TYPE_LDT, 0);
	ldt[1] = segment(0, 0xfffff, 0x92, SEG_G | SEG_D);
	gdt[SEL_DATA / 8] = segment(0, 0xfffff, 0x92, SEG_G | SEG_D);
	gdt[SEL_CODE / 8] = segment(0, 0xfffff, 0x9a, SEG_G | SEG_D);
	set_task_gate(SEL_OTHER, 0);
	gate_set(VECTOR, 0, SEL_OTHER, GATE_TASK, 0, 0);
	first.link = 0;
	entries = 0;
	write_cr0(read_cr0() & ~(uintptr_t)CR0_TS);
}

static void call_and_return(void)
{
	prepare();
	expect("CALL to a TSS and IRET back", call_task, 0, RETURNS);
	check("the task ran", entries, 1);
	check("EAX from its TSS", seen.eax, 0x11111111);
	check("EBX from its TSS", seen.ebx, 0x22222222);
	check("ESP from its TSS", seen.esp, top_of(stack_other));
	check("NT is set in it", seen.flags & FLAG_NT, FLAG_NT);
	check("CR0.TS is set in it", seen.cr0 & CR0_TS, CR0_TS);
	check("TR in it", seen.tr & 0xffff, SEL_OTHER);
	check("ES in it", seen.es & 0xffff, SEL_KDATA);
	check("FS in it", seen.fs & 0xffff, SEL_KDATA);
	check("GS in it", seen.gs & 0xffff, 0);
	check("its link", other.link & 0xffff, SEL_TSS);
	check("TR is the first task's again", task_register(), SEL_TSS);
	check("the first task's TSS is busy", access_byte(SEL_TSS), TYPE_TSS32 | TSS_BUSY);
	check("the other's is not", access_byte(SEL_OTHER), TYPE_TSS32);
	check("EIP saved by CALL", first.eip, (uintptr_t)call_task_end);
	check("NT is clear again", read_flags() & FLAG_NT, 0);
	check("EAX saved by IRET", other.eax, 0x0badcafe);
	check("EDI saved by IRET", other.edi, 0x12345678);
	check("CF saved by IRET", other.eflags & FLAG_CF, FLAG_CF);
	check("NT is not saved by IRET", other.eflags & FLAG_NT, 0);
	check("CS saved by IRET", other.cs, SEL_KCODE);
	check("SS saved by IRET", other.ss, SEL_KDATA);

	expect("CALL again: the task goes on behind its IRET", call_task, 0, RETURNS);
	check("with the registers it had", seen.eax, 0x0badcafe);
	check("and ran twice", entries, 2);

	prepare();
	try_call(call_with_registers, 0);
	check("registers and flags are as before the CALL", frag_ax, 0x600d);
	check("ECX saved by CALL", first.ecx, 2);
	check("EBP saved by CALL", first.ebp, 5);
	check("CF saved by CALL", first.eflags & FLAG_CF, FLAG_CF);
}

static void jump_and_gates(void)
{
	prepare();
	other.eip = (uintptr_t)task_jump_entry;
	other.link = 0x1234;
	expect("JMP to a TSS and JMP back", jump_task, 0, RETURNS);
	check("NT is clear in it", seen.flags & FLAG_NT, 0);
	check("no link", other.link, 0x1234);
	check("and it ran", entries, 1);
	check("TR after it", task_register(), SEL_TSS);
	check("not busy after it", access_byte(SEL_OTHER), TYPE_TSS32);
	check("busy after it", access_byte(SEL_TSS), TYPE_TSS32 | TSS_BUSY);

	prepare();
	expect("CALL by a task gate", call_gate_task, 0, RETURNS);
	check("it ran", entries, 1);
	set_task_gate(SEL_OTHER, 0);
	gdt[SEL_GATE / 8] &= ~(1ull << 47);
	expect("#NP task gate", call_gate_task, 0, FAULT(call_gate_task, NP, SEL_GATE));
	set_task_gate(SEL_OTHER | IN_LDT, 0);
	expect("task gate to a TSS of the LDT", call_gate_task, 0,
	       FAULT(call_gate_task, GP, SEL_OTHER | IN_LDT));
	set_task_gate(SEL_KDATA, 0);
	expect("#GP task gate to data", call_gate_task, 0, FAULT(call_gate_task, GP, SEL_KDATA));
	set_task_gate(SEL_BEYOND, 0);
	expect("#GP task gate beyond the GDT", call_gate_task, 0,
	       FAULT(call_gate_task, GP, SEL_BEYOND));
}

static void from_ring3(void)
{
	prepare();
	expect_user("#GP CALL to a TSS of DPL 0", u_call_task, 0,
		    FAULT(u_call_task, GP, SEL_OTHER));
	expect_user("#GP CALL by a task gate of DPL 0", u_call_gate, 0,
		    FAULT(u_call_gate, GP, SEL_GATE));
	set_task_gate(SEL_OTHER, 3);
	expect_user("CALL from ring 3 by a gate of DPL 3", u_call_gate, 0, RETURNS);
	check("the task ran in ring 0", entries, 1);
	check("CS of ring 3 saved", first.cs, SEL_UCODE | 3);
	check("SS of ring 3 saved", first.ss, SEL_UDATA | 3);
	expect_user("#GP INT n, task gate of DPL 0", u_int, 0, FAULT(u_int, GP, VECTOR * 8 + 2));
	gate_set(VECTOR, 0, SEL_OTHER, GATE_TASK, 3, 0);
	expect_user("INT n from ring 3 by a task gate", u_int, 0, RETURNS);
	check("it ran too", entries, 2);
	first.link = SEL_KDATA;
	expect_user("#TS IRET with NT, link to data", u_iret_nested, 0,
		    FAULT(u_iret_nested, TS, SEL_KDATA));
}

static void interrupts(void)
{
	prepare();
	expect("INT n by a task gate", int_task, 0, RETURNS);
	check("the handler's task ran", entries, 1);
	check("NT is set in the handler", seen.flags & FLAG_NT, FLAG_NT);
	check("INT n saves the next EIP", first.eip, (uintptr_t)int_task_end);
	check("INT n pushes nothing", seen.esp, top_of(stack_other));
}

/* A handler that mends the cause: the task's IRET executes the instruction once more. */
static void error_code(void)
{
	prepare();
	gate_set(GP, 0, SEL_OTHER, GATE_TASK, 0, 0);
	seen.word = 0;
	other.eip = (uintptr_t)mending_entry;
	expect("#GP by a task gate", gp_fault, 0, RETURNS);
	gate_default(GP, 0, 0);
	check("its error code is on the new stack", seen.word, 0x1ff8);
	check("EIP of the fault was saved", seen.eax, (uintptr_t)gp_fault_at);
	check("RF is set in the image", seen.ebx & FLAG_RF, FLAG_RF);
}
/* The selector that was refused becomes a good one in the old task's EAX. */
__asm__(".pushsection .text\n"
	"mending_entry: popl seen + 40; mov task_state + 0x20, %eax; mov %eax, seen;"
	"mov task_state + 0x24, %eax; mov %eax, seen + 4; movl $0x10, task_state + 0x28;"
	"iretl\n"
	".popsection");

static void refused_before(void)
{
	prepare();
	gdt[SEL_OTHER / 8] = segment((uintptr_t)&other, LIMIT_TSS32, 0x09, 0);
	expect("#NP TSS", call_task, 0, FAULT(call_task, NP, SEL_OTHER));
	gdt[SEL_OTHER / 8] = segment((uintptr_t)&other, LIMIT_TSS32 - 1, TYPE_TSS32, 0);
	expect("#TS TSS too small", call_task, 0, FAULT(call_task, TS, SEL_OTHER));
	gdt[SEL_OTHER / 8] = segment((uintptr_t)&other, LIMIT_TSS32, TYPE_TSS32 | TSS_BUSY, 0);
	expect("#GP CALL to a busy TSS", call_task, 0, FAULT(call_task, GP, SEL_OTHER));
	expect("#GP JMP to a busy TSS", jump_task, 0, FAULT(jump_task, GP, SEL_OTHER));
	expect("#GP CALL to the own TSS", call_self, 0, FAULT(call_self, GP, SEL_TSS));
	gate_set(VECTOR, 0, SEL_OTHER, GATE_TASK, 0, 0);
	expect("#GP INT n to a busy TSS", int_task, 0, FAULT(int_task, GP, SEL_OTHER));
	prepare();
	first.link = SEL_OTHER;
	expect("#TS IRET to a TSS that is not busy", iret_nested, 0,
	       FAULT(iret_nested, TS, SEL_OTHER));
	first.link = SEL_OTHER | IN_LDT;
	expect("#TS IRET, link into the LDT", iret_nested, 0,
	       FAULT(iret_nested, TS, SEL_OTHER | IN_LDT));
	first.link = SEL_BEYOND;
	expect("#TS IRET, link beyond the GDT", iret_nested, 0, FAULT(iret_nested, TS, SEL_BEYOND));
	check("nothing was entered", entries, 0);
	check("TR has not changed", task_register(), SEL_TSS);
}

/* A fault behind the switch: in the new task, before its first instruction. */
static void refused_after(const char *name, unsigned vector, uintptr_t error)
{
	struct want want = { .vector = (int)vector, .error = error, .ip = (uintptr_t)task_entry };
	expect(name, call_task, 0, want);
	check("it is the other task's", task_register(), SEL_OTHER);
	check("the first stays busy", access_byte(SEL_TSS), TYPE_TSS32 | TSS_BUSY);
	check("no instruction ran", entries, 0);
	back_in_first_task();
	prepare();
}

static void data_segments(void)
{
	prepare();
	other.fs = SEL_BEYOND;
	refused_after("#TS FS beyond the GDT", TS, SEL_BEYOND);
	other.gs = SEL_TSS;
	refused_after("#TS GS of a system descriptor", TS, SEL_TSS);
	gdt[SEL_DATA / 8] = segment(0, 0xfffff, 0x12, SEG_G | SEG_D);
	other.es = SEL_DATA;
	refused_after("#NP ES", NP, SEL_DATA);
	gdt[SEL_DATA / 8] = segment(0, 0xfffff, 0x98, SEG_G | SEG_D);
	other.fs = SEL_DATA;
	refused_after("#TS FS of unreadable code", TS, SEL_DATA);
	other.gs = SEL_DATA | 3;
	refused_after("#TS GS with RPL 3 and DPL 0", TS, SEL_DATA);
	other.ldt = SEL_LDT;
	other.fs = SEL_LDT;
	refused_after("#TS FS of an LDT", TS, SEL_LDT);
	other.fs = 3 * 8 | IN_LDT;
	refused_after("#TS FS in the LDT without one", TS, 3 * 8 | IN_LDT);
}

static void ldt_of_task(void)
{
	prepare();
	other.ldt = SEL_LDT;
	other.gs = 8 | IN_LDT;
	expect("a task with an LDT", call_task, 0, RETURNS);
	check("LDTR in it", seen.ldtr & 0xffff, SEL_LDT);
	check("GS of its LDT", seen.gs & 0xffff, 8 | IN_LDT);
	check("its descriptor was marked accessed", ldt[1] >> 40 & 1, 1);
	uint32_t mine;
	__asm__ volatile("sldt %0" : "=r"(mine));
	check("LDTR is the first task's again", mine & 0xffff, 0);
}

static void trap_flag(void)
{
	prepare();
	other.trap = 1;
	write_dr6(0);
	expect("#DB by the T flag", call_task, 0,
	       (struct want){ .vector = DB, .ip = (uintptr_t)task_entry });
	check("DR6.BT", read_dr6() & DR6_BT, DR6_BT);
	back_in_first_task();
	prepare();
	write_dr7(0x400 | DR7_LOCAL | DR7_GLOBAL);
	expect("a switch with breakpoints", call_task, 0, RETURNS);
	check("L0 to L3 and LE are cleared", read_dr7() & DR7_LOCAL, 0);
	check("G0 to G3 and GE are not", read_dr7() & DR7_GLOBAL, DR7_GLOBAL);
	__asm__ volatile("mov %0, %%dr0" : : "r"(watched_at));
	write_dr7(0x401);
	expect("a local breakpoint", watched, 0,
	       (struct want){ .vector = DB, .ip = (uintptr_t)watched_at });
	expect("a switch of tasks", call_task, 0, RETURNS);
	expect("ends it", watched, 0, RETURNS);
	write_dr7(0x402);
	expect("a switch with a global one", call_task, 0, RETURNS);
	expect("does not", watched, 0, (struct want){ .vector = DB, .ip = (uintptr_t)watched_at });
	write_dr7(0x400);
}

static void eip_limit(void)
{
	prepare();
	gdt[SEL_CODE / 8] = segment(0, 0xff, 0x9a, SEG_D);
	other.cs = SEL_CODE;
	refused_after("#GP EIP beyond CS's limit", GP, 0);
}

/* In virtual-8086 mode the task counts and traps: its IRET would need ring 0. */
static void v86_task(void)
{
	static const uint8_t code[] = { 0x8c, 0xd8, 0xcd, 0x80 }; /* MOV AX, DS; INT 0x80 */
	prepare();
	memcpy((void *)0x8000, code, sizeof code);
	other.eflags = FLAG_FIXED | FLAG_VM | FLAG_IOPL;
	other.cs = 0x800;
	other.eip = 0;
	other.ss = 0x900;
	other.esp = 0x100;
	other.ds = 0x1234;
	other.ss0 = SEL_KDATA;
	other.esp0 = top_of(stack_other);
	expect("a task in virtual-8086 mode", call_task, 0,
	       (struct want){ .vector = USER_EXIT, .ip = sizeof code });
	check("its DS", frame.ax & 0xffff, 0x1234);
	check("VM", frame.flags & FLAG_VM, FLAG_VM);
	check("NT in it", frame.flags & FLAG_NT, FLAG_NT);
	check("on its own ring-0 stack", trap_last.at, top_of(stack_other) - 9 * sizeof(uint32_t));
	back_in_first_task();
}

FRAG(nmi_to_self, "", "movl $0x4400, 0xfee00300", "mov $1000, %ecx; 1: dec %ecx; jnz 1b");

static volatile uint32_t nmis;
static void on_nmi(struct trap_frame *f)
{
	(void)f;
	nmis++;
}

/* The handler of NMI is a task in virtual-8086 mode that may not IRET. */
static void nmi_task(void)
{
	static const uint8_t code[] = { 0x66, 0xcf };
	prepare();
	memcpy((void *)0x8000, code, sizeof code);
	other.eflags = FLAG_FIXED | FLAG_VM;
	other.cs = 0x800;
	other.eip = 0;
	other.ss = 0x900;
	other.esp = 0x100;
	other.ss0 = SEL_KDATA;
	other.esp0 = top_of(stack_other);
	gate_set(NMI, 0, SEL_OTHER, GATE_TASK, 0, 0);
	report(try_call(nmi_to_self, 0) && frame.vector == GP && !frame.error,
	       "#GP IRET of an NMI's task in virtual-8086 mode");
	gate_default(NMI, 0, 0);
	trap_hook[NMI] = on_nmi;
	expect("another NMI", nmi_to_self, 0, RETURNS);
	check("a refused IRET lets NMIs in again", nmis, 1);
	trap_hook[NMI] = NULL;
	back_in_first_task();
}

void kernel_main(void)
{
	call_and_return();
	jump_and_gates();
	from_ring3();
	error_code();
	refused_before();
	data_segments();
	ldt_of_task();
	eip_limit();
	v86_task();
	interrupts();
	trap_flag();
	nmi_task();
}
