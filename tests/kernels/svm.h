/* SPDX-License-Identifier: MIT */
/* Shared by the kernels that test SVM: the VMCB, guests that are a few instructions, VMRUN. */
#ifndef TESTS_KERNELS_SVM_H
#define TESTS_KERNELS_SVM_H

#include "k.h"

#define MSR_VM_CR       0xc0010114u
#define MSR_VM_HSAVE_PA 0xc0010117u
enum { EFER_SVME = 1 << 12 };

struct vmcb_segment {
	uint16_t selector, attributes;
	uint32_t limit;
	uint64_t base;
};

struct vmcb {
	uint32_t cr, dr, exceptions; /* intercepts */
	uint32_t intercepts[2];      /* bit n: exit code 0x60 + n */
	uint8_t unused_14[0x40 - 0x14];
	uint64_t iopm, msrpm, tsc_offset;
	uint32_t asid, tlb_control;
	uint64_t interrupt, shadow;
	uint64_t exit_code, info1, info2, exit_int_info;
	uint64_t unused_90[3];
	uint64_t event;
	uint8_t unused_b0[0x400 - 0xb0];
	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	uint8_t unused_4a0[0x4cb - 0x4a0];
	uint8_t cpl, unused_4cc[4];
	uint64_t efer;
	uint8_t unused_4d8[0x548 - 0x4d8];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t unused_580[0x5d8 - 0x580];
	uint64_t rsp, unused_5e0[3], rax;
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip, cr2;
	uint8_t unused_648[0x1000 - 0x648];
};
_Static_assert(offsetof(struct vmcb, event) == 0xa8, "EVENTINJ");
_Static_assert(offsetof(struct vmcb, efer) == 0x4d0, "EFER");
_Static_assert(offsetof(struct vmcb, rsp) == 0x5d8, "RSP");
_Static_assert(offsetof(struct vmcb, cr2) == 0x640, "CR2");

enum { /* exit codes */
       EXIT_CR_READ = 0x00,
       EXIT_CR_WRITE = 0x10,
       EXIT_DR_READ = 0x20,
       EXIT_DR_WRITE = 0x30,
       EXIT_EXCEPTION = 0x40,
       EXIT_INTR = 0x60,
       EXIT_NMI,
       EXIT_VINTR = 0x64,
       EXIT_CR0_SEL_WRITE,
       EXIT_IDTR_READ,
       EXIT_GDTR_READ,
       EXIT_LDTR_READ,
       EXIT_TR_READ,
       EXIT_IDTR_WRITE,
       EXIT_GDTR_WRITE,
       EXIT_LDTR_WRITE,
       EXIT_TR_WRITE,
       EXIT_RDTSC,
       EXIT_RDPMC,
       EXIT_PUSHF,
       EXIT_POPF,
       EXIT_CPUID,
       EXIT_RSM,
       EXIT_IRET,
       EXIT_SWINT,
       EXIT_INVD,
       EXIT_PAUSE,
       EXIT_HLT,
       EXIT_INVLPG,
       EXIT_INVLPGA,
       EXIT_IOIO,
       EXIT_MSR,
       EXIT_TASK_SWITCH,
       EXIT_SHUTDOWN = 0x7f,
       EXIT_VMRUN,
       EXIT_VMMCALL,
       EXIT_VMLOAD,
       EXIT_VMSAVE,
       EXIT_STGI,
       EXIT_CLGI,
       EXIT_SKINIT,
       EXIT_RDTSCP,
       EXIT_ICEBP,
       EXIT_WBINVD,
       EXIT_MONITOR
};
#define EXIT_INVALID ((uint64_t)-1)

enum { V_IRQ = 1 << 8, V_PRIORITY = 1 << 16, V_IGN_TPR = 1 << 20, V_INTR_MASKING = 1 << 24 };
#define V_VECTOR(n)   ((uint64_t)(n) << 32)
#define EVENT_VALID   0x80000000u
#define EVENT_TYPE(n) ((uint32_t)(n) << 8)
#define EVENT_ERROR   0x800u

/* A guest: the instructions, then VMMCALL. */
#define GUEST(name, before, instruction, after) FRAG(name, before, instruction, after "\nvmmcall\n")

static struct vmcb vmcb ALIGNED(4096), host_save ALIGNED(4096);
static uint8_t iopm[3 * 4096] ALIGNED(4096), msrpm[2 * 4096] ALIGNED(4096);
static uint8_t guest_stack[STACK_BYTES] ALIGNED(16);

/* VMRUN, with the registers that it does not save kept on the stack. Returns with GIF clear. */
void svm_vmrun(uint64_t vmcb);
__asm__(".pushsection .text\n"
	"svm_vmrun:\n"
	"push %rbx\npush %rbp\npush %r12\npush %r13\npush %r14\npush %r15\n"
	"mov %rdi, %rax\n"
	"svm_vmrun_at: vmrun\n"
	"pop %r15\npop %r14\npop %r13\npop %r12\npop %rbp\npop %rbx\n"
	"ret\n"
	".popsection");

static inline void clgi(void) { __asm__ volatile("clgi" : : : "memory"); }
static inline void stgi(void) { __asm__ volatile("stgi" : : : "memory"); }

static inline void intercept(unsigned code)
{
	vmcb.intercepts[(code - EXIT_INTR) / 32] |= 1u << (code - EXIT_INTR) % 32;
}

static inline void store_table(struct vmcb_segment *table, bool interrupts)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) t;
	if (interrupts)
		__asm__ volatile("sidt %0" : "=m"(t));
	else
		__asm__ volatile("sgdt %0" : "=m"(t));
	table->limit = t.limit;
	table->base = t.base;
}

/* A guest in the host's own address space, on its own stack, with interrupts off. */
static inline void guest(const void *code)
{
	enum { CODE = 0xa9b, DATA = 0xc93 };
	memset(&vmcb, 0, sizeof vmcb);
	memset(iopm, 0, sizeof iopm);
	memset(msrpm, 0, sizeof msrpm);
	vmcb.cs = (struct vmcb_segment){ SEL_KCODE, CODE, 0xffffffff, 0 };
	vmcb.ss = (struct vmcb_segment){ SEL_KDATA, DATA, 0xffffffff, 0 };
	vmcb.ds = vmcb.es = vmcb.ss;
	store_table(&vmcb.gdtr, false);
	store_table(&vmcb.idtr, true);
	vmcb.efer = rdmsr(MSR_EFER);
	vmcb.cr0 = read_cr0();
	vmcb.cr3 = read_cr3();
	vmcb.cr4 = read_cr4();
	vmcb.dr6 = 0xffff0ff0;
	vmcb.dr7 = 0x400;
	vmcb.rflags = FLAG_FIXED;
	vmcb.rip = (uintptr_t)code;
	vmcb.rsp = top_of(guest_stack);
	vmcb.asid = 1;
	vmcb.iopm = (uintptr_t)iopm;
	vmcb.msrpm = (uintptr_t)msrpm;
	vmcb.exceptions = ~0u; /* none should come; one that does is a FAIL */
	intercept(EXIT_VMRUN);
	intercept(EXIT_VMMCALL);
	intercept(EXIT_SHUTDOWN);
}

/* Such a guest, of which one thing more is intercepted. */
static inline void guest_with(const void *code, unsigned intercepted)
{
	guest(code);
	intercept(intercepted);
}

static inline void run(void)
{
	svm_vmrun((uintptr_t)&vmcb);
	stgi();
}

/* Run it; it must end with this code, at this instruction. */
static inline void exits(const char *name, uint64_t code, const void *at)
{
	run();
	if (vmcb.exit_code == code && vmcb.rip == (uintptr_t)at)
		report(true, name);
	else
		fail(name, "got exit %q at %q want %q at %q", vmcb.exit_code, vmcb.rip, code,
		     (uint64_t)(uintptr_t)at);
}

static inline bool svm_start(void)
{
	if (!(cpuid_or_zero(0x80000001u, 0).ecx >> 2 & 1)) {
		skip("SVM", "not in CPUID");
		report(true, "nothing to test");
		return false;
	}
	wrmsr(MSR_VM_HSAVE_PA, (uintptr_t)&host_save);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	return true;
}

#endif
