/* SPDX-License-Identifier: MIT */
/* SVM: exceptions and interrupts of a guest, injected events, and guests that VMRUN refuses. */
#include "apic.h"
#include "svm.h"

enum { VECTOR = 0x41, UNMAPPED_HIGH = 0x40 };
#define UNMAPPED ((uint64_t)UNMAPPED_HIGH << 32)

/* --- exceptions */

GUEST(g_ud, "", "ud2", "");
GUEST(g_de, "xor %ecx, %ecx; xor %edx, %edx", "div %ecx", "");
GUEST(g_bp, "", "int3", "");
GUEST(g_int_bp, "", ".byte 0xcd, 3", "");
GUEST(g_gp, "mov $1, %rax; shl $60, %rax", "mov (%rax), %al", "");
GUEST(g_pf, "mov $0x40, %eax; shl $32, %rax", "movb $0, (%rax)", "");
GUEST(g_db, "push $0x102; popf", "nop", "nop");
GUEST(g_nothing, "", "nop", "");

static void exception(const char *name, const char *code, unsigned vector, const void *at)
{
	guest(code);
	vmcb.exceptions = 1u << vector;
	exits(name, EXIT_EXCEPTION + vector, at);
}

static unsigned in_guest[32];
static void skip_two(struct trap_frame *f)
{
	in_guest[f->vector]++;
	f->ip += 2;
}
static void count_trap(struct trap_frame *f) { in_guest[f->vector]++; }

static void exceptions(void)
{
	uint64_t cr2 = read_cr2();

	trap_hook[UD] = skip_two;
	trap_hook[BP] = trap_hook[DB] = trap_hook[GP] = trap_hook[NMI] = count_trap;
	exception("#UD", g_ud, UD, g_ud_at);
	exception("#DE", g_de, DE, g_de_at);
	exception("#BP", g_bp, BP, g_bp_at);
	exception("#DB", g_db, DB, g_db_end);
	exception("#GP", g_gp, GP, g_gp_at);
	check("#GP: EXITINFO1", vmcb.info1, 0);
	exception("#PF", g_pf, PF, g_pf_at);
	check("#PF: EXITINFO1", vmcb.info1, 2);
	check("#PF: EXITINFO2", vmcb.info2, UNMAPPED);
	check("#PF: CR2 of the host", read_cr2(), cr2);

	in_guest[UD] = in_guest[BP] = 0;
	guest(g_ud);
	vmcb.exceptions = 0;
	exits("#UD is delivered in the guest", EXIT_VMMCALL, g_ud_end);
	check("to its handler", in_guest[UD], 1);
	guest(g_int_bp);
	vmcb.exceptions = 1u << BP;
	exits("INT 3 in two bytes is no exception", EXIT_VMMCALL, g_int_bp_end);
	check("to the handler of #BP", in_guest[BP], 1);
}

/* --- faults in a delivery */

static void in_deliveries(void)
{
	guest(g_ud);
	vmcb.idtr.limit = 0;
	vmcb.exceptions = 1u << GP;
	exits("#GP in a delivery", EXIT_EXCEPTION + GP, g_ud_at);
	check("EXITINTINFO: the #UD", vmcb.exit_int_info, EVENT_VALID | EVENT_TYPE(3) | UD);
	check("EXITINFO1: the gate", vmcb.info1 & ~1u, UD * 8 + 2);
	guest(g_gp);
	vmcb.idtr.limit = 0;
	vmcb.exceptions = 1u << DF;
	run();
	check("#DF", vmcb.exit_code, EXIT_EXCEPTION + DF);
	guest(g_ud);
	vmcb.idtr.limit = 0;
	vmcb.exceptions = 0;
	run();
	check("a triple fault", vmcb.exit_code, EXIT_SHUTDOWN);
}

/* --- injected events */

static void injections(void)
{
	in_guest[GP] = in_guest[NMI] = 0;
	trap_hook[VECTOR] = on_counted;
	guest(g_nothing);
	vmcb.event = (uint64_t)0x1230 << 32 | EVENT_VALID | EVENT_ERROR | EVENT_TYPE(3) | GP;
	vmcb.exceptions = 1u << GP;
	exits("inject #GP", EXIT_VMMCALL, g_nothing_end);
	check("its handler", in_guest[GP], 1);
	check("EVENTINJ.V", vmcb.event & EVENT_VALID, 0);
	guest(g_nothing);
	vmcb.event = EVENT_VALID | EVENT_TYPE(2) | NMI;
	intercept(EXIT_NMI);
	exits("inject an NMI", EXIT_VMMCALL, g_nothing_end);
	check("its handler", in_guest[NMI], 1);
	guest(g_nothing);
	vmcb.event = EVENT_VALID | EVENT_TYPE(0) | VECTOR;
	intercept(EXIT_INTR);
	exits("inject an interrupt, with IF clear", EXIT_VMMCALL, g_nothing_end);
	check("its handler", came[VECTOR], 1);
	guest(g_nothing);
	vmcb.idtr.limit = 0;
	vmcb.exceptions = 1u << GP;
	vmcb.event = EVENT_VALID | EVENT_TYPE(0) | VECTOR;
	run();
	check("a fault in it", vmcb.exit_code, EXIT_EXCEPTION + GP);
	check("EXITINTINFO: the interrupt", vmcb.exit_int_info, EVENT_VALID | VECTOR);
}

/* --- external and virtual interrupts */

static void send(void)
{
	enum { SELF = 1 << 18 };
	lapic_write(LAPIC_ICR_LOW, SELF | VECTOR);
}

GUEST(g_open, "", "sti; nop", "nop; cli");
GUEST(g_masked, "", "nop; nop", "");

static void external(void)
{
	clgi();
	send();
	sti();
	came[VECTOR] = 0;
	check("not while GIF is clear", came[VECTOR], 0);
	guest(g_masked);
	vmcb.interrupt = V_INTR_MASKING;
	intercept(EXIT_INTR);
	svm_vmrun((uintptr_t)&vmcb);
	check("INTR", vmcb.exit_code, EXIT_INTR);
	check("before the first instruction", vmcb.rip, (uintptr_t)g_masked);
	check("it still waits", came[VECTOR], 0);
	stgi();
	__asm__ volatile("nop" : : : "memory");
	cli();
	check("STGI lets it in", came[VECTOR], 1);

	send();
	guest_with(g_masked, EXIT_INTR);
	exits("the guest's IF masks it", EXIT_VMMCALL, g_masked_end);
	guest(g_open);
	exits("the guest takes it", EXIT_VMMCALL, g_open_end + 2);
	check("by its IDT", came[VECTOR], 2);
}

static void virtual(void)
{
	const uint64_t irq = V_VECTOR(VECTOR) | V_IRQ | 4 * V_PRIORITY;
	came[VECTOR] = 0;
	trap_hook[VECTOR] = on_spurious; /* no EOI */
	guest(g_open);
	vmcb.interrupt = irq;
	exits("V_IRQ", EXIT_VMMCALL, g_open_end + 2);
	check("by the guest's IDT", came[VECTOR], 1);
	check("V_IRQ is clear", vmcb.interrupt & V_IRQ, 0);
	guest(g_masked);
	vmcb.interrupt = irq;
	exits("V_IRQ with IF clear", EXIT_VMMCALL, g_masked_end);
	check("V_IRQ waits", vmcb.interrupt & V_IRQ, V_IRQ);
	guest(g_open);
	vmcb.interrupt = irq | 4;
	exits("V_TPR as high", EXIT_VMMCALL, g_open_end + 2);
	check("masks it", came[VECTOR], 1);
	guest(g_open);
	vmcb.interrupt = irq | 4 | V_IGN_TPR;
	exits("V_IGN_TPR", EXIT_VMMCALL, g_open_end + 2);
	check("lets it in", came[VECTOR], 2);
	guest(g_open);
	vmcb.interrupt = irq;
	intercept(EXIT_VINTR);
	run();
	check("VINTR", vmcb.exit_code, EXIT_VINTR);
	check("V_IRQ is still set", vmcb.interrupt & V_IRQ, V_IRQ);
}

GUEST(g_cr8, "mov $5, %eax; mov %rax, %cr8; mov $0, %eax", "mov %cr8, %rax", "");

static void virtual_tpr(void)
{
	uintptr_t cr8;
	guest(g_cr8);
	vmcb.interrupt = V_INTR_MASKING;
	exits("CR8 is V_TPR", EXIT_VMMCALL, g_cr8_end);
	check("it reads the same", vmcb.rax, 5);
	check("V_TPR", vmcb.interrupt & 0xff, 5);
	__asm__ volatile("mov %%cr8, %0" : "=r"(cr8));
	check("CR8 of the host", cr8, 0);
}

/* --- invalid guests */

static void invalid(const char *name)
{
	run();
	check(name, (uint32_t)vmcb.exit_code, (uint32_t)EXIT_INVALID);
}

static void invalid_guests(void)
{
	guest(g_nothing);
	vmcb.efer &= ~(uint64_t)EFER_SVME;
	invalid("EFER.SVME is clear");
	guest(g_nothing);
	vmcb.efer |= 1ull << 40;
	invalid("a reserved bit of EFER");
	guest(g_nothing);
	vmcb.cr0 = (vmcb.cr0 | 1u << 29) & ~(1ull << 30);
	invalid("CR0.NW without CD");
	guest(g_nothing);
	vmcb.cr0 |= 1ull << 32;
	invalid("CR0 above 32 bits");
	guest(g_nothing);
	vmcb.cr4 |= 1u << 31;
	invalid("a reserved bit of CR4");
	guest(g_nothing);
	vmcb.cr4 &= ~(uint64_t)CR4_PAE;
	invalid("long mode without PAE");
	guest(g_nothing);
	vmcb.cs.attributes |= 0x400;
	invalid("CS.L and CS.D");
	guest(g_nothing);
	vmcb.dr7 |= 1ull << 32;
	invalid("DR7 above 32 bits");
	guest(g_nothing);
	vmcb.dr6 |= 1ull << 32;
	invalid("DR6 above 32 bits");
	guest(g_nothing);
	vmcb.asid = 0;
	invalid("ASID 0");
	guest(g_nothing);
	vmcb.intercepts[1] &= ~1u;
	invalid("VMRUN is not intercepted");
	guest(g_nothing);
	vmcb.event = EVENT_VALID | EVENT_TYPE(3) | 32;
	invalid("inject exception 32");
	guest(g_nothing);
	vmcb.event = EVENT_VALID | EVENT_TYPE(3) | NMI;
	invalid("inject exception 2");
	guest(g_nothing);
	vmcb.event = EVENT_VALID | EVENT_TYPE(1);
	invalid("inject type 1");
	guest(g_nothing);
	exits("and then a valid one", EXIT_VMMCALL, g_nothing_end);
}

/* --- other modes: 32-bit code without paging */

extern const char g_real32[], g_real32_at[];
__asm__(".pushsection .text\n.globl g_real32\n"
	"g_real32: .code32\n"
	"mov $0x12345678, %eax\n"
	"push %eax\n"
	".globl g_real32_at\n"
	"g_real32_at: vmmcall\n"
	".code64\n.popsection");

extern const char g_task[], g_task_at[];
__asm__(".pushsection .text\n.globl g_task\n"
	"g_task: .code32\n"
	".globl g_task_at\n"
	"g_task_at: ljmp $0x50, $0\n"
	"vmmcall\n"
	".code64\n.popsection");

static void guest32(const void *code)
{
	enum { CODE32 = 0xc9b };
	guest(code);
	vmcb.cr0 = CR0_PE | 0x10;
	vmcb.efer = EFER_SVME;
	vmcb.cr4 = 0;
	vmcb.cs.attributes = CODE32;
}

static void task_switch(void)
{
	enum { TSS32 = 0x89, BY_JMP = 38 };
	static uint8_t tss[TSS_BYTES];
	gdt[SEL_FREE / 8] = segment((uint32_t)(uintptr_t)tss, TSS_BYTES - 1, TSS32, 0);
	guest32(g_task);
	intercept(EXIT_TASK_SWITCH);
	exits("a task switch by JMP", EXIT_TASK_SWITCH, g_task_at);
	check("a task switch: EXITINFO1", vmcb.info1, SEL_FREE);
	check("a task switch: EXITINFO2", vmcb.info2, 1ull << BY_JMP);
}

static void protected_mode(void)
{
	guest32(g_real32);
	exits("32-bit code without paging", EXIT_VMMCALL, g_real32_at);
	check("EAX", vmcb.rax, 0x12345678);
	check("ESP", vmcb.rsp, top_of(guest_stack) - 4);
	check("LMA of the host", rdmsr(MSR_EFER) & EFER_LMA, EFER_LMA);
}

void kernel_main(void)
{
	if (!svm_start()) return;
	lapic_start();
	exceptions();
	in_deliveries();
	injections();
	external();
	virtual();
	virtual_tpr();
	invalid_guests();
	protected_mode();
	task_switch();
}
