/* SPDX-License-Identifier: MIT */
/* The registers and instructions of the x86 processor that runs this code, which only a kernel may
 * use. drivers/io/host/x86_cpu.h has the same names for the harness's processor.
 *
 * Each function is one instruction (x86_sti_hlt() two, with nothing between them), with the faults
 * that the SDM (Vol. 2) lists for it. Functions that change how memory is seen, who runs, or which
 * interrupts come, are ordered by the compiler with all accesses to memory: loads and stores stay
 * on their side. Bits, and functions that check before they write, are in bimetal/x86/.
 *
 * MSRs are those of msr.h: msr_read(cpu.msrs, X86_EFER). Ports are in io.h. */
#ifndef BIMETAL_X86_CPU_H
#define BIMETAL_X86_CPU_H

/* For example:
 *
 *	static void forget_page(struct x86_cpu cpu, uint64_t address)
 *	{
 *		bool on = x86_irq_save(cpu);
 *
 *		x86_invlpg(cpu, address);
 *		x86_irq_restore(cpu, on);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "msr.h"

/* The processor that runs this code: pass it on by value. */
struct x86_cpu {
	struct msrs msrs;
};

IO_INLINE struct x86_cpu x86_of_cpu(void) { return (struct x86_cpu){ .msrs = msrs_of_cpu() }; }

#define X86_ASM(...) __asm__ volatile(__VA_ARGS__)

/* ---- control and debug registers ---- */

/* x86_cr0(cpu) and x86_set_cr0(cpu, value), and so on. In 32-bit code they have 32 bits. */
#define X86_DEFINE_REGISTER(name)                                                 \
	IO_INLINE uint64_t x86_##name(struct x86_cpu cpu)                         \
	{                                                                         \
		uintptr_t value;                                                  \
		(void)cpu;                                                        \
		X86_ASM("mov %%" #name ", %0" : "=r"(value) : : "memory");        \
		return value;                                                     \
	}                                                                         \
	IO_INLINE void x86_set_##name(struct x86_cpu cpu, uint64_t value)         \
	{                                                                         \
		(void)cpu;                                                        \
		X86_ASM("mov %0, %%" #name : : "r"((uintptr_t)value) : "memory"); \
	}

X86_DEFINE_REGISTER(cr0)
X86_DEFINE_REGISTER(cr2)
X86_DEFINE_REGISTER(cr3)
X86_DEFINE_REGISTER(cr4)
X86_DEFINE_REGISTER(dr0)
X86_DEFINE_REGISTER(dr1)
X86_DEFINE_REGISTER(dr2)
X86_DEFINE_REGISTER(dr3)
X86_DEFINE_REGISTER(dr6)
X86_DEFINE_REGISTER(dr7)

/* CR8 is the task priority, 0 to 15; in 64-bit code only. */
#if UINTPTR_MAX > UINT32_MAX
X86_DEFINE_REGISTER(cr8)
#else
uint64_t x86_cr8(struct x86_cpu cpu) IO_NOT_IN_32_BITS;
void x86_set_cr8(struct x86_cpu cpu, uint64_t value) IO_NOT_IN_32_BITS;
#endif

/* Extended control register n (XCR0: 0). Needs CR4.OSXSAVE. */
IO_INLINE uint64_t x86_xcr(struct x86_cpu cpu, uint32_t n)
{
	uint32_t low, high;
	(void)cpu;
	X86_ASM("xgetbv" : "=a"(low), "=d"(high) : "c"(n) : "memory");
	return (uint64_t)high << 32 | low;
}

IO_INLINE void x86_set_xcr(struct x86_cpu cpu, uint32_t n, uint64_t value)
{
	(void)cpu;
	X86_ASM("xsetbv" : : "c"(n), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

/* ---- flags ---- */

IO_INLINE uint64_t x86_rflags(struct x86_cpu cpu)
{
	uintptr_t value;
	(void)cpu;
	X86_ASM("pushf\n\tpop %0" : "=r"(value) : : "memory");
	return value;
}

IO_INLINE void x86_set_rflags(struct x86_cpu cpu, uint64_t value)
{
	(void)cpu;
	X86_ASM("push %0\n\tpopf" : : "r"((uintptr_t)value) : "memory", "cc");
}

/* The control and status register of SSE. Needs CR4.OSFXSR. */
IO_INLINE uint32_t x86_mxcsr(struct x86_cpu cpu)
{
	uint32_t value;
	(void)cpu;
	X86_ASM("stmxcsr %0" : "=m"(value));
	return value;
}

IO_INLINE void x86_set_mxcsr(struct x86_cpu cpu, uint32_t value)
{
	(void)cpu;
	X86_ASM("ldmxcsr %0" : : "m"(value));
}

/* ---- interrupts ---- */

IO_INLINE void x86_cli(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("cli" : : : "memory");
}

IO_INLINE void x86_sti(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("sti" : : : "memory");
}

/* Sleep until an interrupt; for ever if they are off. */
IO_INLINE void x86_hlt(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("hlt" : : : "memory");
}

/* Turn interrupts on and sleep until one comes. STI takes effect behind the next instruction, so
 * none comes between the two: a caller that checks with interrupts off whether there is work and
 * then calls this does not sleep through it. They stay on. */
IO_INLINE void x86_sti_hlt(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("sti\n\thlt" : : : "memory");
}

/* Are interrupts on? */
IO_INLINE bool x86_irq_on(struct x86_cpu cpu)
{
	enum { FLAG_IF = 1 << 9 };
	return x86_rflags(cpu) & FLAG_IF;
}

/* Turn interrupts off. Returns whether they were on, for x86_irq_restore(). */
IO_INLINE bool x86_irq_save(struct x86_cpu cpu)
{
	bool on = x86_irq_on(cpu);
	x86_cli(cpu);
	return on;
}

IO_INLINE void x86_irq_restore(struct x86_cpu cpu, bool on)
{
	if (on) x86_sti(cpu);
}

/* The breakpoint instruction INT3. */
IO_INLINE void x86_int3(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("int3" : : : "memory");
}

/* void x86_int(struct x86_cpu cpu, vector): the instruction INT n; the vector is a constant, 0 to
 * 255. */
#define x86_int(x86, vector)                                                        \
	__extension__({                                                             \
		_Static_assert((vector) >= 0 && (vector) <= 255, "no such vector"); \
		(void)(x86);                                                        \
		X86_ASM("int %0" : : "i"(vector) : "memory");                       \
	})

/* ---- descriptor tables ---- */

/* What GDTR and IDTR hold: the linear address of the table, and its last byte's offset. */
struct x86_table {
	uint64_t base;
	uint16_t limit;
};

/* The operand of LGDT, LIDT, SGDT, SIDT. */
struct x86_table_operand {
	uint16_t limit;
	uintptr_t base;
} __attribute__((packed));

#define X86_DEFINE_TABLE(load, store)                                                 \
	IO_INLINE void x86_##load(struct x86_cpu cpu, struct x86_table table)         \
	{                                                                             \
		struct x86_table_operand to = { table.limit, (uintptr_t)table.base }; \
		(void)cpu;                                                            \
		X86_ASM(#load " %0" : : "m"(to) : "memory");                          \
	}                                                                             \
	IO_INLINE struct x86_table x86_##store(struct x86_cpu cpu)                    \
	{                                                                             \
		struct x86_table_operand at;                                          \
		(void)cpu;                                                            \
		X86_ASM(#store " %0" : "=m"(at) : : "memory");                        \
		return (struct x86_table){ .base = at.base, .limit = at.limit };      \
	}

X86_DEFINE_TABLE(lgdt, sgdt)
X86_DEFINE_TABLE(lidt, sidt)

/* Load the task register. The processor sets the busy bit of the descriptor in the GDT, so that the
 * GDT must be writable, and the compiler must not keep a copy of it across this. */
IO_INLINE void x86_ltr(struct x86_cpu cpu, uint16_t selector)
{
	(void)cpu;
	X86_ASM("ltr %w0" : : "r"(selector) : "memory");
}

IO_INLINE uint16_t x86_str(struct x86_cpu cpu)
{
	uint16_t selector;
	(void)cpu;
	X86_ASM("str %w0" : "=r"(selector) : : "memory");
	return selector;
}

/* ---- segment registers ---- */

#define X86_DEFINE_SEGMENT_READ(name)                                           \
	IO_INLINE uint16_t x86_##name(struct x86_cpu cpu)                       \
	{                                                                       \
		uint16_t selector;                                              \
		(void)cpu;                                                      \
		X86_ASM("movw %%" #name ", %w0" : "=r"(selector) : : "memory"); \
		return selector;                                                \
	}
#define X86_DEFINE_SEGMENT(name)                                             \
	X86_DEFINE_SEGMENT_READ(name)                                        \
	IO_INLINE void x86_set_##name(struct x86_cpu cpu, uint16_t selector) \
	{                                                                    \
		(void)cpu;                                                   \
		X86_ASM("movw %w0, %%" #name : : "r"(selector) : "memory");  \
	}

X86_DEFINE_SEGMENT_READ(cs)
X86_DEFINE_SEGMENT(ds)
X86_DEFINE_SEGMENT(es)
X86_DEFINE_SEGMENT(fs)
X86_DEFINE_SEGMENT(gs)
X86_DEFINE_SEGMENT(ss)

/* CS is loaded by a far return to the next instruction. The red zone below the stack pointer is
 * stepped over, for kernels that are compiled with one. */
#if UINTPTR_MAX > UINT32_MAX
IO_INLINE void x86_set_cs(struct x86_cpu cpu, uint16_t selector)
{
	uint64_t scratch;
	(void)cpu;
	X86_ASM("lea -128(%%rsp), %%rsp\n\t"
		"pushq %1\n\t"
		"leaq 1f(%%rip), %0\n\t"
		"pushq %0\n\t"
		"lretq\n"
		"1:\tlea 128(%%rsp), %%rsp"
		: "=&r"(scratch)
		: "r"((uint64_t)selector)
		: "memory");
}

/* Exchange GSBASE and KERNEL_GS_BASE. */
IO_INLINE void x86_swapgs(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("swapgs" : : : "memory");
}
#else
IO_INLINE void x86_set_cs(struct x86_cpu cpu, uint16_t selector)
{
	(void)cpu;
	X86_ASM("pushl %0\n\tpushl $1f\n\tlret\n1:" : : "r"((uint32_t)selector) : "memory");
}

void x86_swapgs(struct x86_cpu cpu) IO_NOT_IN_32_BITS;
#endif

/* ---- translations ---- */

/* Forget what is cached about the page that holds this linear address. */
IO_INLINE void x86_invlpg(struct x86_cpu cpu, uint64_t address)
{
	(void)cpu;
	X86_ASM("invlpg (%0)" : : "r"((uintptr_t)address) : "memory");
}

/* Write CR3 with its own value: forget all translations but those of global pages. */
IO_INLINE void x86_reload_cr3(struct x86_cpu cpu) { x86_set_cr3(cpu, x86_cr3(cpu)); }

/* What INVPCID forgets (SDM Vol. 2A, INVPCID). */
enum x86_invpcid {
	X86_INVPCID_ADDRESS, /* one address in one PCID, but for global pages */
	X86_INVPCID_ONE,     /* all of one PCID, but for global pages */
	X86_INVPCID_ALL,     /* all, global pages too */
	X86_INVPCID_LOCAL    /* all but global pages */
};

/* The operand of INVPCID in memory. */
struct x86_invpcid_operand {
	uint64_t pcid; /* bits 0 to 11; the others are 0 */
	uint64_t address;
};

/* Needs CPUID.7.0:EBX bit 10. The PCID has 12 bits; what the kind does not use is 0. */
IO_INLINE void x86_invpcid(struct x86_cpu cpu, enum x86_invpcid kind, uint16_t pcid,
			   uint64_t address)
{
	struct x86_invpcid_operand operand = { .pcid = pcid, .address = address };
	(void)cpu;
	X86_ASM("invpcid %0, %1" : : "m"(operand), "r"((uintptr_t)kind) : "memory");
}

/* INVLPGB and TLBSYNC (APM Vol. 3): tell all processors to forget, and wait until they did. The
 * operands as the instruction takes them: flags and address, PCID and ASID, count. Needs CPUID
 * 80000008:EBX bit 3. */
IO_INLINE void x86_invlpgb(struct x86_cpu cpu, uint64_t rax, uint32_t edx, uint32_t ecx)
{
	(void)cpu;
	X86_ASM(".byte 0x0f, 0x01, 0xfe" : : "a"((uintptr_t)rax), "d"(edx), "c"(ecx) : "memory");
}

IO_INLINE void x86_tlbsync(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM(".byte 0x0f, 0x01, 0xff" : : : "memory");
}

/* ---- the rest ---- */

/* A random number into *value. False: there is none now, try again. Needs CPUID.1:ECX bit 30. */
#define X86_DEFINE_RDRAND(bits, type)                                                \
	IO_INLINE bool x86_rdrand##bits(struct x86_cpu cpu, type *value)             \
	{                                                                            \
		bool got;                                                            \
		(void)cpu;                                                           \
		X86_ASM("rdrand %0\n\tsetc %1" : "=r"(*value), "=qm"(got) : : "cc"); \
		return got;                                                          \
	}

X86_DEFINE_RDRAND(16, uint16_t)
X86_DEFINE_RDRAND(32, uint32_t)
#if UINTPTR_MAX > UINT32_MAX
X86_DEFINE_RDRAND(64, uint64_t)
#else
bool x86_rdrand64(struct x86_cpu cpu, uint64_t *value) IO_NOT_IN_32_BITS;
#endif

/* Let supervisor code reach user pages, and no more (RFLAGS.AC). Need CPUID.7.0:EBX bit 20, SMAP.
 */
IO_INLINE void x86_stac(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("stac" : : : "memory", "cc");
}

IO_INLINE void x86_clac(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("clac" : : : "memory", "cc");
}

/* XCHG BX, BX: Bochs stops here if its debugger is told to. Elsewhere it does nothing. */
IO_INLINE void x86_bochs_break(struct x86_cpu cpu)
{
	(void)cpu;
	X86_ASM("xchgw %%bx, %%bx" : : : "memory");
}

#endif
