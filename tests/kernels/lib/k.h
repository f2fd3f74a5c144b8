/* SPDX-License-Identifier: MIT */
/* The library of the test kernels: verdicts on COM1, catching and comparing traps, descriptor
 * tables, ring 3, the interrupt controller and the timer. Freestanding; the same API in 32 and 64
 * bits. */
#ifndef TESTS_KERNELS_LIB_K_H
#define TESTS_KERNELS_LIB_K_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/* --- ports, control registers, MSRs --------------------------------------------------------- */

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#define CONTROL_REGISTER(name)                                                  \
	static inline uintptr_t read_##name(void)                               \
	{                                                                       \
		uintptr_t value;                                                \
		__asm__ volatile("mov %%" #name ", %0" : "=r"(value));          \
		return value;                                                   \
	}                                                                       \
	static inline void write_##name(uintptr_t value)                        \
	{                                                                       \
		__asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory"); \
	}
CONTROL_REGISTER(cr0)
CONTROL_REGISTER(cr2)
CONTROL_REGISTER(cr3)
CONTROL_REGISTER(cr4)
CONTROL_REGISTER(dr6)
CONTROL_REGISTER(dr7)

enum {
	CR0_PE = 1 << 0,
	CR0_MP = 1 << 1,
	CR0_EM = 1 << 2,
	CR0_TS = 1 << 3,
	CR0_NE = 1 << 5,
	CR0_WP = 1 << 16,
	CR0_AM = 1 << 18,
	CR4_PSE = 1 << 4,
	CR4_PAE = 1 << 5,
	CR4_PGE = 1 << 7,
	CR4_OSFXSR = 1 << 9,
	CR4_OSXMMEXCPT = 1 << 10,
	CR4_SMEP = 1 << 20,
	CR4_SMAP = 1 << 21
};
#define CR0_PG ((uintptr_t)0x80000000u)

enum {
	FLAG_CF = 1 << 0,
	FLAG_FIXED = 1 << 1,
	FLAG_PF = 1 << 2,
	FLAG_AF = 1 << 4,
	FLAG_ZF = 1 << 6,
	FLAG_SF = 1 << 7,
	FLAG_TF = 1 << 8,
	FLAG_IF = 1 << 9,
	FLAG_DF = 1 << 10,
	FLAG_OF = 1 << 11,
	FLAG_IOPL = 3 << 12,
	FLAG_NT = 1 << 14,
	FLAG_RF = 1 << 16,
	FLAG_VM = 1 << 17,
	FLAG_AC = 1 << 18,
	FLAG_ID = 1 << 21
};

enum {
	MSR_TSC = 0x10,
	MSR_APIC_BASE = 0x1b,
	MSR_MTRRCAP = 0xfe,
	MSR_SYSENTER_CS = 0x174,
	MSR_SYSENTER_ESP = 0x175,
	MSR_SYSENTER_EIP = 0x176,
	MSR_MISC_ENABLE = 0x1a0,
	MSR_MTRR_PHYSBASE0 = 0x200,
	MSR_MTRR_PHYSMASK0 = 0x201,
	MSR_PAT = 0x277,
	MSR_MTRR_DEF_TYPE = 0x2ff
};
#define MSR_EFER           0xc0000080u
#define MSR_STAR           0xc0000081u
#define MSR_LSTAR          0xc0000082u
#define MSR_CSTAR          0xc0000083u
#define MSR_FMASK          0xc0000084u
#define MSR_FS_BASE        0xc0000100u
#define MSR_GS_BASE        0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u
#define MSR_TSC_AUX        0xc0000103u
enum { EFER_SCE = 1 << 0, EFER_LME = 1 << 8, EFER_LMA = 1 << 10, EFER_NXE = 1 << 11 };

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid r;
	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(subleaf));
	return r;
}

/* CPUID of a leaf that may not exist: then all zero. */
struct cpuid cpuid_or_zero(uint32_t leaf, uint32_t subleaf);
bool cpu_has_nx(void);
bool cpu_has_smep(void);
bool cpu_has_smap(void);
bool cpu_has_1g_pages(void);
bool cpu_is_amd(void);

static inline void invlpg(uintptr_t linear)
{
	__asm__ volatile("invlpg (%0)" : : "r"(linear) : "memory");
}

static inline void flush_tlb(void) { write_cr3(read_cr3()); }
static inline void cli(void) { __asm__ volatile("cli" : : : "memory"); }
static inline void sti(void) { __asm__ volatile("sti" : : : "memory"); }
static inline void hlt(void) { __asm__ volatile("hlt" : : : "memory"); }

static inline uintptr_t read_flags(void)
{
	uintptr_t flags;
	__asm__ volatile("pushf; pop %0" : "=r"(flags));
	return flags;
}

void *memset(void *to, int byte, size_t n);
void *memcpy(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);

/* --- serial output and verdicts -------------------------------------------------------------- */

void serial_init(void);
void serial_put(char c);
void serial_drain(void);
/* %s %c %u (uint32_t, decimal), %d (int), %x (uint32_t), %p (uintptr_t), %q (uint64_t): the last
 * three in hexadecimal with 0x. */
void print(const char *format, ...);

/* One line per case: "PASS name", "SKIP name: why", "FAIL name: got ... want ...". */
void report(bool pass, const char *name);
void skip(const char *name, const char *why);
/* FAIL, with a reason that print() formats. */
void fail(const char *name, const char *format, ...);
/* PASS when equal, else FAIL with both values. */
void check(const char *name, uint64_t got, uint64_t want);
void check_range(const char *name, uint64_t got, uint64_t low, uint64_t high);
/* Prints the last line, and ends through port 0xf4: 0x10 if all passed, 0x11 if not. */
void finish(void) __attribute__((noreturn));
/* Ends with a value, without a verdict. */
void exit_with(uint8_t value) __attribute__((noreturn));

/* --- descriptor tables ----------------------------------------------------------------------- */

extern uint64_t gdt[GDT_ENTRIES];
struct gate {
	uint32_t word[GATE_BYTES / 4];
};
extern struct gate idt[256];
extern uint8_t task_state[TSS_BYTES + TSS_IO_BITMAP_BYTES + 1];
/* Stacks: of ring 0 when entered from ring 3, the seven IST stacks, and the user's. */
extern uint8_t stack_ring0[STACK_BYTES];
extern uint8_t stack_ist[7][STACK_BYTES];
extern uint8_t stack_user[STACK_BYTES];
static inline uintptr_t top_of(const uint8_t *stack) { return (uintptr_t)stack + STACK_BYTES; }

/* access: the descriptor's access byte; flags: AVL, L, D/B and G in bits 0 to 3. */
uint64_t segment(uint32_t base, uint32_t limit, uint8_t access, uint8_t flags);
enum { SEG_AVL = 1, SEG_L = 2, SEG_D = 4, SEG_G = 8 };
enum { GATE_TASK = 5, GATE_INTERRUPT = 14, GATE_TRAP = 15 };
void gate_set(unsigned vector, uintptr_t handler, uint16_t selector, uint8_t type, unsigned dpl,
	      unsigned ist);
/* Sets the gate that tables_init() gives the vector: an interrupt gate to its stub. */
void gate_default(unsigned vector, unsigned dpl, unsigned ist);
void tables_init(void);
void load_idt(const void *base, uint16_t limit);
void load_gdt(const void *base, uint16_t limit);
void load_task(uint16_t selector);
/* The stack of ring 0 in the TSS; a slot of the IST (64 bits only, 1..7). */
void task_set_stack0(uintptr_t sp);
void task_set_ist(unsigned ist, uintptr_t sp);
/* Allows or denies a port in the I/O permission bitmap, where tables_init() denies all. */
void task_allow_port(uint16_t port, bool allow);

/* --- traps ----------------------------------------------------------------------------------- */

enum vector {
	DE = 0,
	DB = 1,
	NMI = 2,
	BP = 3,
	OF = 4,
	BR = 5,
	UD = 6,
	NM = 7,
	DF = 8,
	TS = 10,
	NP = 11,
	SS = 12,
	GP = 13,
	PF = 14,
	MF = 16,
	AC = 17,
	MC = 18,
	XM = 19,
	IRQ_BASE = 0x20,
	USER_EXIT = 0x80 /* ring 3 comes back through this gate */
};

/* As the stubs push it. */
struct trap_frame {
#ifdef __x86_64__
	uintptr_t r15, r14, r13, r12, r11, r10, r9, r8, di, si, bp, bx, dx, cx, ax;
#else
	uintptr_t gs, fs, es, ds, di, si, bp, unused_sp, bx, dx, cx, ax;
#endif
	uintptr_t vector, error, ip, cs, flags;
	uintptr_t sp, ss; /* 32 bits: only when the trap changed the privilege */
};

struct trap {
	struct trap_frame frame;
	uintptr_t cr2;
	uintptr_t at;    /* where on the stack the frame lies: address of frame.ip */
	uintptr_t flags; /* in the handler */
	uintptr_t ss;    /* in the handler */
};

extern volatile struct trap trap_last;
/* A hook takes a vector's traps and returns to the interrupted code. */
extern void (*volatile trap_hook[256])(struct trap_frame *frame);

/* Call fn with arg in (R/E)DI. True when it trapped (see trap_last), else fn returned and AX is
 * in frag_ax. Callee-saved registers, stack and segments are as before in both cases. */
bool try_call(const void *fn, uintptr_t arg);
extern volatile uintptr_t frag_ax;
/* The same in ring 3 (code and data must lie in USER sections where paging is on). It always
 * traps: vector USER_EXIT when fn returned. */
void user_call(const void *fn, uintptr_t arg);
extern volatile uintptr_t user_flags; /* RFLAGS on entry; FLAG_FIXED by default */
extern volatile uintptr_t user_cs;    /* selector; SEL_UCODE | 3 by default */

/* What a fragment must cause. */
struct want {
	int vector; /* NO_TRAP */
	uintptr_t error;
	uintptr_t ip;  /* ANY_IP: not compared */
	bool with_cr2; /* else cr2 must not change */
	uintptr_t cr2;
};
#define NO_TRAP  (-1)
#define ANY_IP   ((uintptr_t)-1)
#define NO_ERROR ((uintptr_t)0)
void expect(const char *name, const void *fn, uintptr_t arg, struct want want);
void expect_user(const char *name, const void *fn, uintptr_t arg, struct want want);
/* Traps of the usual kind: at the instruction (faults) or behind it (traps). */
#define FAULT(frag, v, err) \
	((struct want){ .vector = (v), .error = (err), .ip = (uintptr_t)frag##_at })
#define TRAPS(frag, v) ((struct want){ .vector = (v), .error = 0, .ip = (uintptr_t)frag##_end })
#define FAULT_CR2(frag, err, address)               \
	((struct want){ .vector = PF,               \
			.error = (err),             \
			.ip = (uintptr_t)frag##_at, \
			.with_cr2 = true,           \
			.cr2 = (uintptr_t)(address) })
#define RETURNS ((struct want){ .vector = NO_TRAP })

/* A fragment: a function of a few instructions with the interesting one between the labels
 * name_at and name_end. The argument comes in DI; it may use every register. */
#define FRAG_IN(section, name, before, instruction, after)                                         \
	extern const char name[], name##_at[], name##_end[];                                       \
	__asm__(".pushsection " section ",\"ax\",@progbits\n"                                      \
		".globl " #name "\n" #name ":\n" before "\n" #name "_at:\n" instruction "\n" #name \
		"_end:\n" after "\nret\n.popsection")
#define FRAG(name, before, instruction, after)  FRAG_IN(".text", name, before, instruction, after)
#define UFRAG(name, before, instruction, after) FRAG_IN(".utext", name, before, instruction, after)
#define USER_DATA                               __attribute__((section(".udata")))
#define ALIGNED(n)                              __attribute__((aligned(n)))

/* Register names in fragments that serve both widths. */
#ifdef __x86_64__
#define RAX "%rax"
#define RBX "%rbx"
#define RCX "%rcx"
#define RDX "%rdx"
#define RSI "%rsi"
#define RDI "%rdi"
#define RBP "%rbp"
#define RSP "%rsp"
#else
#define RAX "%eax"
#define RBX "%ebx"
#define RCX "%ecx"
#define RDX "%edx"
#define RSI "%esi"
#define RDI "%edi"
#define RBP "%ebp"
#define RSP "%esp"
#endif

/* --- interrupt controller and timer ----------------------------------------------------------- */

enum { PIC1 = 0x20, PIC2 = 0xa0, PIT0 = 0x40, PIT2 = 0x42, PIT_CMD = 0x43, PIT_HZ = 1193182 };

/* Both chips at IRQ_BASE, edge triggered, normal EOI, everything masked. */
void pic_init(void);
void pic_mask(uint16_t mask);
uint16_t pic_irr(void);
uint16_t pic_isr(void);
void pic_eoi(unsigned irq);
/* Channel 0: mode 2 with this count (rate), mode 0 (one interrupt after count), or stopped. */
void pit_rate(uint16_t count);
void pit_once(uint16_t count);
void pit_stop(void);
/* Busy-wait by channel 2's gate and output, at most about 54 ms. */
void pit_wait(uint32_t microseconds);
/* Wait with interrupts off until this line is pending in the IRR; false after about 100 ms. */
bool wait_irr(unsigned irq);

/* --- multiboot -------------------------------------------------------------------------------- */

struct multiboot_info {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr;
	uint32_t syms[4], mmap_length, mmap_addr, drives_length, drives_addr, config_table;
	uint32_t boot_loader_name;
};
extern uint32_t multiboot_magic;
extern uint32_t multiboot_info_addr;

/* Called by the entry code: tables, serial port, interrupt controller (all masked), the kernel,
 * the verdict. */
void kernel_start(void) __attribute__((noreturn));
/* Every kernel's own: called with interrupts off. */
void kernel_main(void);

#endif
