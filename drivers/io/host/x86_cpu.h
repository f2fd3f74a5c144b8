/* SPDX-License-Identifier: MIT */
/* Registers and instructions of an x86 processor in the harness: the names of
 * drivers/io/metal/x86_cpu.h. They act on the state of the processor that native drivers run on,
 * which is plain data, or, if that stands for an emulated CPU, on the state of that one
 * (host_cpu.h). Each instruction is kept in a record that tests read. What the processor would
 * refuse is handled as the exception: interrupt 13 (#GP), 6 (#UD); when its handler is done, the
 * instruction has had no effect, and a read gives 0. */
#ifndef BIMETAL_X86_CPU_H
#define BIMETAL_X86_CPU_H

/* For example:
 *
 *	static bool paging_is_on(struct bimetal_cpu *cpu)
 *	{
 *		return x86_cr0(x86_of_host(cpu)) >> 31 & 1;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "msr.h"

struct x86_cpu {
	struct msrs msrs;
};

IO_INLINE struct x86_cpu x86_of_host(struct bimetal_cpu *cpu)
{
	return (struct x86_cpu){ .msrs = msrs_of_host(cpu) };
}

/* Registers, as the functions below name them. */
enum bimetal_x86_register {
	BIMETAL_X86_CR0,
	BIMETAL_X86_CR2,
	BIMETAL_X86_CR3,
	BIMETAL_X86_CR4,
	BIMETAL_X86_CR8,
	BIMETAL_X86_DR0,
	BIMETAL_X86_DR1,
	BIMETAL_X86_DR2,
	BIMETAL_X86_DR3,
	BIMETAL_X86_DR6,
	BIMETAL_X86_DR7,
	BIMETAL_X86_RFLAGS,
	BIMETAL_X86_MXCSR,
	BIMETAL_X86_ES,
	BIMETAL_X86_CS,
	BIMETAL_X86_SS,
	BIMETAL_X86_DS,
	BIMETAL_X86_FS,
	BIMETAL_X86_GS,
	BIMETAL_X86_TR,
	BIMETAL_X86_N_REGISTERS
};

/* Instructions that are no access of a register. */
enum bimetal_x86_instruction {
	BIMETAL_X86_STI_HLT,
	BIMETAL_X86_HLT,
	BIMETAL_X86_INT,     /* the vector; INT3 is that of 3 */
	BIMETAL_X86_INVLPG,  /* the address */
	BIMETAL_X86_INVPCID, /* the kind, the PCID, the address */
	BIMETAL_X86_INVLPGB, /* RAX, EDX, ECX */
	BIMETAL_X86_TLBSYNC,
	BIMETAL_X86_SWAPGS,
	BIMETAL_X86_STAC,
	BIMETAL_X86_CLAC,
	BIMETAL_X86_BOCHS
};

/* What GDTR and IDTR hold. */
struct x86_table {
	uint64_t base;
	uint16_t limit;
};

enum x86_invpcid { X86_INVPCID_ADDRESS, X86_INVPCID_ONE, X86_INVPCID_ALL, X86_INVPCID_LOCAL };

/* Out of line, as in io.h. */
uint64_t bimetal_x86_read(struct bimetal_cpu *cpu, enum bimetal_x86_register reg);
void bimetal_x86_write(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint64_t value);
void bimetal_x86_do(struct bimetal_cpu *cpu, enum bimetal_x86_instruction what, uint64_t a,
		    uint64_t b, uint64_t c);
struct x86_table bimetal_x86_table(struct bimetal_cpu *cpu, bool interrupts);
void bimetal_x86_set_table(struct bimetal_cpu *cpu, bool interrupts, struct x86_table table);
uint64_t bimetal_x86_xcr(struct bimetal_cpu *cpu, uint32_t n);
void bimetal_x86_set_xcr(struct bimetal_cpu *cpu, uint32_t n, uint64_t value);
bool bimetal_x86_random(struct bimetal_cpu *cpu, unsigned bits, uint64_t *value);

#define X86_DEFINE_READ(type, name, reg)                                        \
	IO_INLINE type x86_##name(struct x86_cpu cpu)                           \
	{                                                                       \
		return (type)bimetal_x86_read(cpu.msrs.cpu, BIMETAL_X86_##reg); \
	}
#define X86_DEFINE_REGISTER(type, name, reg)                               \
	X86_DEFINE_READ(type, name, reg)                                   \
	IO_INLINE void x86_set_##name(struct x86_cpu cpu, type value)      \
	{                                                                  \
		bimetal_x86_write(cpu.msrs.cpu, BIMETAL_X86_##reg, value); \
	}

X86_DEFINE_REGISTER(uint64_t, cr0, CR0)
X86_DEFINE_REGISTER(uint64_t, cr2, CR2)
X86_DEFINE_REGISTER(uint64_t, cr3, CR3)
X86_DEFINE_REGISTER(uint64_t, cr4, CR4)
X86_DEFINE_REGISTER(uint64_t, cr8, CR8)
X86_DEFINE_REGISTER(uint64_t, dr0, DR0)
X86_DEFINE_REGISTER(uint64_t, dr1, DR1)
X86_DEFINE_REGISTER(uint64_t, dr2, DR2)
X86_DEFINE_REGISTER(uint64_t, dr3, DR3)
X86_DEFINE_REGISTER(uint64_t, dr6, DR6)
X86_DEFINE_REGISTER(uint64_t, dr7, DR7)
X86_DEFINE_REGISTER(uint64_t, rflags, RFLAGS)
X86_DEFINE_REGISTER(uint32_t, mxcsr, MXCSR)
X86_DEFINE_REGISTER(uint16_t, cs, CS)
X86_DEFINE_REGISTER(uint16_t, ds, DS)
X86_DEFINE_REGISTER(uint16_t, es, ES)
X86_DEFINE_REGISTER(uint16_t, fs, FS)
X86_DEFINE_REGISTER(uint16_t, gs, GS)
X86_DEFINE_REGISTER(uint16_t, ss, SS)
X86_DEFINE_READ(uint16_t, str, TR)

IO_INLINE void x86_ltr(struct x86_cpu cpu, uint16_t selector)
{
	bimetal_x86_write(cpu.msrs.cpu, BIMETAL_X86_TR, selector);
}

IO_INLINE uint64_t x86_xcr(struct x86_cpu cpu, uint32_t n)
{
	return bimetal_x86_xcr(cpu.msrs.cpu, n);
}

IO_INLINE void x86_set_xcr(struct x86_cpu cpu, uint32_t n, uint64_t value)
{
	bimetal_x86_set_xcr(cpu.msrs.cpu, n, value);
}

/* ---- interrupts ---- */

enum { BIMETAL_X86_IF = 1 << 9 };

IO_INLINE bool x86_irq_on(struct x86_cpu cpu) { return x86_rflags(cpu) & BIMETAL_X86_IF; }

IO_INLINE void x86_cli(struct x86_cpu cpu)
{
	x86_set_rflags(cpu, x86_rflags(cpu) & ~(uint64_t)BIMETAL_X86_IF);
}

IO_INLINE void x86_sti(struct x86_cpu cpu)
{
	x86_set_rflags(cpu, x86_rflags(cpu) | BIMETAL_X86_IF);
}

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

#define X86_DEFINE_PLAIN(name, instruction)                                       \
	IO_INLINE void x86_##name(struct x86_cpu cpu)                             \
	{                                                                         \
		bimetal_x86_do(cpu.msrs.cpu, BIMETAL_X86_##instruction, 0, 0, 0); \
	}

X86_DEFINE_PLAIN(hlt, HLT)
X86_DEFINE_PLAIN(sti_hlt, STI_HLT)
X86_DEFINE_PLAIN(swapgs, SWAPGS)
X86_DEFINE_PLAIN(stac, STAC)
X86_DEFINE_PLAIN(clac, CLAC)
X86_DEFINE_PLAIN(tlbsync, TLBSYNC)
X86_DEFINE_PLAIN(bochs_break, BOCHS)

IO_INLINE void x86_int3(struct x86_cpu cpu)
{
	enum { VECTOR_BP = 3 };
	bimetal_x86_do(cpu.msrs.cpu, BIMETAL_X86_INT, VECTOR_BP, 0, 0);
}

#define x86_int(x86, vector)                                                        \
	__extension__({                                                             \
		_Static_assert((vector) >= 0 && (vector) <= 255, "no such vector"); \
		bimetal_x86_do((x86).msrs.cpu, BIMETAL_X86_INT, (vector), 0, 0);    \
	})

/* ---- descriptor tables ---- */

IO_INLINE void x86_lgdt(struct x86_cpu cpu, struct x86_table table)
{
	bimetal_x86_set_table(cpu.msrs.cpu, false, table);
}

IO_INLINE void x86_lidt(struct x86_cpu cpu, struct x86_table table)
{
	bimetal_x86_set_table(cpu.msrs.cpu, true, table);
}

IO_INLINE struct x86_table x86_sgdt(struct x86_cpu cpu)
{
	return bimetal_x86_table(cpu.msrs.cpu, false);
}

IO_INLINE struct x86_table x86_sidt(struct x86_cpu cpu)
{
	return bimetal_x86_table(cpu.msrs.cpu, true);
}

/* ---- translations ---- */

IO_INLINE void x86_invlpg(struct x86_cpu cpu, uint64_t address)
{
	bimetal_x86_do(cpu.msrs.cpu, BIMETAL_X86_INVLPG, address, 0, 0);
}

IO_INLINE void x86_reload_cr3(struct x86_cpu cpu) { x86_set_cr3(cpu, x86_cr3(cpu)); }

IO_INLINE void x86_invpcid(struct x86_cpu cpu, enum x86_invpcid kind, uint16_t pcid,
			   uint64_t address)
{
	bimetal_x86_do(cpu.msrs.cpu, BIMETAL_X86_INVPCID, kind, pcid, address);
}

IO_INLINE void x86_invlpgb(struct x86_cpu cpu, uint64_t rax, uint32_t edx, uint32_t ecx)
{
	bimetal_x86_do(cpu.msrs.cpu, BIMETAL_X86_INVLPGB, rax, edx, ecx);
}

/* ---- the rest ---- */

#define X86_DEFINE_RDRAND(bits, type)                                       \
	IO_INLINE bool x86_rdrand##bits(struct x86_cpu cpu, type *value)    \
	{                                                                   \
		uint64_t random;                                            \
		bool got = bimetal_x86_random(cpu.msrs.cpu, bits, &random); \
		*value = (type)random;                                      \
		return got;                                                 \
	}

X86_DEFINE_RDRAND(16, uint16_t)
X86_DEFINE_RDRAND(32, uint32_t)
X86_DEFINE_RDRAND(64, uint64_t)

#endif
