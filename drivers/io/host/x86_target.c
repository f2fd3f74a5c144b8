/* SPDX-License-Identifier: MIT */
#include "x86_target.h"

#include <stddef.h>

#include "emu/x86/registers.h"
#include "host_cpu.h"
#include "x86_emulated.h"

#define FLAG_IF UINT64_C(0x200)

bool x86_target_is_emulated(const struct bimetal_cpu *cpu) { return cpu->emulated.ops != NULL; }

struct host_x86_control x86_target_control(const struct bimetal_cpu *cpu)
{
	const struct host_x86_state *s = &cpu->s.x86;

	if (x86_target_is_emulated(cpu)) return x86_emulated_control(cpu);
	return (struct host_x86_control){ s->cr0, s->cr3, s->cr4, s->msrs.efer };
}

/* ---- plain registers ---- */

/* NULL: it is none of 64 bits. */
static uint64_t *wide(struct host_x86_state *s, enum bimetal_x86_register reg)
{
	switch (reg) {
	case BIMETAL_X86_CR0: return &s->cr0;
	case BIMETAL_X86_CR2: return &s->cr2;
	case BIMETAL_X86_CR3: return &s->cr3;
	case BIMETAL_X86_CR4: return &s->cr4;
	default: return NULL;
	}
}

static uint16_t *selector_of(struct host_x86_state *s, enum bimetal_x86_register reg)
{
	return reg == BIMETAL_X86_TR ? &s->tr : &s->segment[reg - BIMETAL_X86_ES];
}

static uint64_t read_cr8(struct bimetal_cpu *cpu)
{
	return cpu->pins.cr8_read ? cpu->pins.cr8_read(cpu->pins.ctx) : cpu->s.x86.cr8;
}

static void write_cr8(struct bimetal_cpu *cpu, uint64_t value)
{
	cpu->s.x86.cr8 = value;
	if (cpu->pins.cr8_write) cpu->pins.cr8_write(cpu->pins.ctx, (uint8_t)value);
}

uint64_t x86_target_read(struct bimetal_cpu *cpu, enum bimetal_x86_register reg)
{
	struct host_x86_state *s = &cpu->s.x86;
	const uint64_t *at = wide(s, reg);

	if (reg == BIMETAL_X86_CR8) return read_cr8(cpu);
	if (x86_target_is_emulated(cpu)) return x86_emulated_read(cpu, reg);
	if (at) return *at;
	if (reg == BIMETAL_X86_MXCSR) return s->mxcsr;
	if (reg == BIMETAL_X86_RFLAGS) return s->rflags | (cpu->s.interrupts_on ? FLAG_IF : 0);
	return *selector_of(s, reg);
}

void x86_target_write(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint64_t value)
{
	enum { KEEP = 63 };
	struct host_x86_state *s = &cpu->s.x86;
	uint64_t *at = wide(s, reg);

	if (reg == BIMETAL_X86_CR3) value &= ~(UINT64_C(1) << KEEP); /* never kept */
	if (reg == BIMETAL_X86_CR8) {
		write_cr8(cpu, value);
	} else if (x86_target_is_emulated(cpu)) {
		x86_emulated_write(cpu, reg, value);
	} else if (reg == BIMETAL_X86_RFLAGS) {
		s->rflags = value & ~FLAG_IF;
		(void)host_cpu_set_interrupts(cpu, value & FLAG_IF);
	} else if (reg == BIMETAL_X86_MXCSR) {
		s->mxcsr = (uint32_t)value;
	} else if (at) {
		*at = value;
	}
}

uint64_t x86_target_dr(struct bimetal_cpu *cpu, unsigned n)
{
	uint64_t dr[CPU_N_DEBUG_REGS];

	if (!x86_target_is_emulated(cpu)) return cpu->s.x86.dr[n];
	cpu->emulated.ops->debug_regs(cpu->emulated.ctx, dr);
	return dr[n];
}

/* Reserved bits read as fixed values (SDM Vol. 3B 17.2.3, 17.2.4). */
void x86_target_set_dr(struct bimetal_cpu *cpu, unsigned n, uint64_t value)
{
	enum { DR6 = 6, DR7 = 7, DR6_WRITABLE = 0xe00f, DR7_ONES = 0x400 };
	const uint64_t dr6_ones = 0xffff0ff0, dr7_writable = 0xffff23ff;

	if (x86_target_is_emulated(cpu)) {
		cpu->emulated.ops->set_debug_reg(cpu->emulated.ctx, n, value);
		return;
	}
	if (n == DR6) value = (value & DR6_WRITABLE) | dr6_ones;
	if (n == DR7) value = (value & dr7_writable) | DR7_ONES;
	cpu->s.x86.dr[n] = value;
}

/* ---- tables ---- */

struct x86_table x86_target_table(struct bimetal_cpu *cpu, bool interrupts)
{
	const struct host_x86_state *s = &cpu->s.x86;
	const struct host_x86_table *own = interrupts ? &s->idt : &s->gdt;

	if (x86_target_is_emulated(cpu)) return x86_emulated_table(cpu, interrupts);
	return (struct x86_table){ .base = own->base, .limit = own->limit };
}

void x86_target_set_table(struct bimetal_cpu *cpu, bool interrupts, struct x86_table table)
{
	struct host_x86_state *s = &cpu->s.x86;
	struct host_x86_table *own = interrupts ? &s->idt : &s->gdt;

	if (x86_target_is_emulated(cpu))
		x86_emulated_set_table(cpu, interrupts, table);
	else
		*own = (struct host_x86_table){ .base = table.base, .limit = table.limit };
}

/* ---- MSRs ---- */

bool x86_target_read_msr(struct bimetal_cpu *cpu, uint32_t msr, uint64_t *value)
{
	if (x86_target_is_emulated(cpu))
		return cpu->emulated.ops->read_msr(cpu->emulated.ctx, msr, value);
	const uint64_t *at = host_x86_msr(&cpu->s.x86, msr);
	struct host_x86_control now = x86_target_control(cpu);
	if (!at || !host_x86_msr_valid(cpu, &now, msr, *at)) return false;
	*value = *at;
	return true;
}

bool x86_target_write_msr(struct bimetal_cpu *cpu, uint32_t msr, uint64_t value)
{
	const uint64_t lma = UINT64_C(1) << 10;

	if (x86_target_is_emulated(cpu))
		return cpu->emulated.ops->write_msr(cpu->emulated.ctx, msr, value);
	uint64_t *at = host_x86_msr(&cpu->s.x86, msr);
	struct host_x86_control now = x86_target_control(cpu);
	if (!at || !host_x86_msr_valid(cpu, &now, msr, value)) return false;
	if (at == &cpu->s.x86.msrs.efer) value = (value & ~lma) | (*at & lma);
	*at = value;
	return true;
}

void x86_target_swapgs(struct bimetal_cpu *cpu)
{
	const uint32_t gs_base = UINT32_C(0xc0000101), kernel_gs_base = UINT32_C(0xc0000102);
	uint64_t gs = 0, kernel = 0;

	if (!x86_target_read_msr(cpu, gs_base, &gs)) return;
	if (!x86_target_read_msr(cpu, kernel_gs_base, &kernel)) return;
	(void)x86_target_write_msr(cpu, gs_base, kernel);
	(void)x86_target_write_msr(cpu, kernel_gs_base, gs);
}

/* ---- segment registers (SDM Vol. 2A MOV, LTR; Vol. 3A 3.5, 7.2.3) ---- */

enum { VECTOR_NP = 11, VECTOR_SS = 12, VECTOR_GP = 13 };
enum { IN_LDT = 1 << 2, RPL = 3, SLOT = 8, SYSTEM_SLOTS = 16, TYPE_LSB = 40 };
enum { TYPE = 0xf, TSS_AVAILABLE = 0x9, DATA_READABLE = 0xa };
#define IS_SEGMENT  (UINT64_C(1) << 44)
#define PRESENT     (UINT64_C(1) << 47)
#define EXECUTABLE  (UINT64_C(1) << 43)
#define WRITABLE    (UINT64_C(1) << 41) /* of code: readable */
#define LONG        (UINT64_C(1) << 53)
#define DEFAULT_BIG (UINT64_C(1) << 54)
#define BUSY        (UINT64_C(2) << TYPE_LSB)

/* The table is in the process's own memory: its base is a pointer. */
static uint64_t *own_slot(struct bimetal_cpu *cpu, uint64_t address)
{
	(void)cpu;
	return (uint64_t *)(uintptr_t)address;
}

static bool read_slot(struct bimetal_cpu *cpu, uint64_t address, uint64_t *value)
{
	if (x86_target_is_emulated(cpu)) return x86_emulated_load(cpu, address, value);
	*value = *own_slot(cpu, address);
	return true;
}

static bool write_slot(struct bimetal_cpu *cpu, uint64_t address, uint64_t value)
{
	if (x86_target_is_emulated(cpu)) return x86_emulated_store(cpu, address, value);
	*own_slot(cpu, address) = value;
	return true;
}

/* A data segment register: data, or code that may be read; CS: 64-bit code; SS: writable data. */
static int segment_fault(enum bimetal_x86_register reg, uint64_t low)
{
	bool code = low & EXECUTABLE;

	if (!(low & IS_SEGMENT)) return VECTOR_GP;
	if (reg == BIMETAL_X86_CS && (!code || (low & LONG && low & DEFAULT_BIG))) return VECTOR_GP;
	if (reg == BIMETAL_X86_SS && (code || !(low & WRITABLE))) return VECTOR_GP;
	if (reg != BIMETAL_X86_CS && code && !(low & WRITABLE)) return VECTOR_GP;
	if (low & PRESENT) return 0;
	return reg == BIMETAL_X86_SS ? VECTOR_SS : VECTOR_NP;
}

static int task_fault(uint64_t low)
{
	if (low & IS_SEGMENT || (low >> TYPE_LSB & TYPE) != TSS_AVAILABLE) return VECTOR_GP;
	return low & PRESENT ? 0 : VECTOR_NP;
}

static void keep(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint16_t selector,
		 uint64_t low, uint64_t high)
{
	enum { LOW_BITS = 24, HIGH_LSB = 56, BASE_LSB = 16 };
	const uint64_t low_base = 0xffffff;
	uint64_t base = (low >> BASE_LSB & low_base) | low >> HIGH_LSB << LOW_BITS;

	if (x86_target_is_emulated(cpu)) {
		x86_emulated_keep(cpu, reg, selector, low, high);
		return;
	}
	*selector_of(&cpu->s.x86, reg) = selector;
	if (reg == BIMETAL_X86_FS) cpu->s.x86.msrs.fs_base = base;
	if (reg == BIMETAL_X86_GS) cpu->s.x86.msrs.gs_base = base;
}

int x86_target_load(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint16_t selector)
{
	struct x86_table gdt = x86_target_table(cpu, false);
	bool task = reg == BIMETAL_X86_TR;
	unsigned at = selector & ~(unsigned)(RPL | IN_LDT), bytes = task ? SYSTEM_SLOTS : SLOT;
	uint64_t low = 0, high = 0;

	if ((selector & ~RPL) == 0) {
		if (task || reg == BIMETAL_X86_CS) return VECTOR_GP;
		keep(cpu, reg, selector, 0, 0);
		return 0;
	}
	if (selector & IN_LDT || gdt.limit < at + bytes - 1) return VECTOR_GP;
	if (!read_slot(cpu, gdt.base + at, &low)) return VECTOR_GP;
	if (task && !read_slot(cpu, gdt.base + at + SLOT, &high)) return VECTOR_GP;
	int fault = task ? task_fault(low) : segment_fault(reg, low);
	if (fault) return fault;
	if (task && !write_slot(cpu, gdt.base + at, low | BUSY)) return VECTOR_GP;
	keep(cpu, reg, selector, task ? low | BUSY : low, high);
	return 0;
}

/* ---- translations: only an emulated CPU has any ---- */

void x86_target_invalidate(struct bimetal_cpu *cpu, uint64_t linear)
{
	if (!x86_target_is_emulated(cpu)) return;
	cpu->emulated.ops->invalidate(cpu->emulated.ctx, linear);
}

void x86_target_invalidate_all(struct bimetal_cpu *cpu)
{
	if (!x86_target_is_emulated(cpu)) return;
	cpu->emulated.ops->invalidate_all(cpu->emulated.ctx);
}
