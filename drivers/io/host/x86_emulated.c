/* SPDX-License-Identifier: MIT */
#include "x86_emulated.h"

#include <stddef.h>

#include "emu/x86/registers.h"
#include "emu/x86/walk.h"
#include "host_cpu.h"

static struct cpu_regs regs_of(const struct bimetal_cpu *cpu)
{
	struct cpu_regs regs;

	processor_get_regs(&cpu->emulated, &regs);
	return regs;
}

struct host_x86_control x86_emulated_control(const struct bimetal_cpu *cpu)
{
	struct cpu_regs regs = regs_of(cpu);

	return (struct host_x86_control){ regs.cr0, regs.cr3, regs.cr4, regs.efer };
}

/* NULL: it is none of these. */
static uint64_t *wide(struct cpu_regs *regs, enum bimetal_x86_register reg)
{
	switch (reg) {
	case BIMETAL_X86_CR0: return &regs->cr0;
	case BIMETAL_X86_CR2: return &regs->cr2;
	case BIMETAL_X86_CR3: return &regs->cr3;
	case BIMETAL_X86_CR4: return &regs->cr4;
	case BIMETAL_X86_RFLAGS: return &regs->rflags;
	default: return NULL;
	}
}

/* Both orders are the processor's: ES, CS, SS, DS, FS, GS. */
static struct cpu_segment_state *segment(struct cpu_regs *regs, enum bimetal_x86_register reg)
{
	return reg == BIMETAL_X86_TR ? &regs->tr : &regs->seg[reg - BIMETAL_X86_ES];
}

uint64_t x86_emulated_read(struct bimetal_cpu *cpu, enum bimetal_x86_register reg)
{
	struct cpu_regs regs = regs_of(cpu);
	const uint64_t *at = wide(&regs, reg);

	if (reg == BIMETAL_X86_MXCSR) return cpu->emulated.ops->mxcsr(cpu->emulated.ctx);
	return at ? *at : segment(&regs, reg)->selector;
}

void x86_emulated_write(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint64_t value)
{
	struct cpu_regs regs = regs_of(cpu);
	uint64_t *at = wide(&regs, reg);

	if (reg == BIMETAL_X86_MXCSR) {
		cpu->emulated.ops->set_mxcsr(cpu->emulated.ctx, (uint32_t)value);
		return;
	}
	if (!at) return;
	*at = value;
	processor_set_regs(&cpu->emulated, &regs);
}

struct x86_table x86_emulated_table(struct bimetal_cpu *cpu, bool interrupts)
{
	struct cpu_regs regs = regs_of(cpu);

	if (interrupts) return (struct x86_table){ regs.idt.base, (uint16_t)regs.idt.limit };
	return (struct x86_table){ regs.gdt.base, (uint16_t)regs.gdt.limit };
}

void x86_emulated_set_table(struct bimetal_cpu *cpu, bool interrupts, struct x86_table table)
{
	struct cpu_regs regs = regs_of(cpu);

	if (interrupts) {
		regs.idt.base = table.base;
		regs.idt.limit = table.limit;
	} else {
		regs.gdt.base = table.base;
		regs.gdt.limit = table.limit;
	}
	processor_set_regs(&cpu->emulated, &regs);
}

bool x86_emulated_load(struct bimetal_cpu *cpu, uint64_t linear, uint64_t *value)
{
	uint8_t bytes[sizeof(*value)];

	*value = 0;
	if (cpu->emulated.ops->peek(cpu->emulated.ctx, linear, bytes, sizeof(bytes)) <
	    sizeof(bytes))
		return false;
	for (unsigned i = sizeof(bytes); i-- > 0;) *value = *value << 8 | bytes[i];
	return true;
}

/* A table of slots lies at multiples of eight or crosses pages, byte by byte. */
bool x86_emulated_store(struct bimetal_cpu *cpu, uint64_t linear, uint64_t value)
{
	const struct processor *p = &cpu->emulated;
	uint64_t at[sizeof(value)];

	for (unsigned i = 0; i < sizeof(value); i++) {
		struct page_explanation page;
		p->ops->explain(p->ctx, linear + i, PAGE_WRITE, false, &page);
		if (page.refusal != PAGE_ALLOWED) return false;
		at[i] = page.walk.pa;
		if (mem_kind_at(cpu->mem, at[i]) != MEM_RAM) return false;
	}
	for (unsigned i = 0; i < sizeof(value); i++) {
		uint8_t byte = (uint8_t)(value >> 8 * i);
		if (!mem_write(cpu->mem, at[i], &byte, 1)) return false;
	}
	return true;
}

void x86_emulated_keep(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint16_t selector,
		       uint64_t low, uint64_t high)
{
	enum { LIMIT_LOW = 0xffff, LIMIT_HIGH = 0xf0000, PAGE_SHIFT = 12, PAGE_OFFSETS = 0xfff };
	enum { BASE_LSB = 16, BASE_LOW_BITS = 24, UPPER = 32, BASE_HIGH_LSB = 56 };
	const uint64_t granular = UINT64_C(1) << 55, base_low = 0xffffff;
	const uint32_t attributes = 0xf0ff00;
	struct cpu_regs regs = regs_of(cpu);
	uint32_t limit = (uint32_t)(low & LIMIT_LOW) | (uint32_t)(low >> UPPER & LIMIT_HIGH);

	if (low & granular) limit = limit << PAGE_SHIFT | PAGE_OFFSETS;
	*segment(&regs, reg) =
		(struct cpu_segment_state){ .selector = selector,
					    .base = (low >> BASE_LSB & base_low) |
						    low >> BASE_HIGH_LSB << BASE_LOW_BITS |
						    high << UPPER,
					    .limit = limit,
					    .flags = (uint32_t)(low >> UPPER) & attributes };
	processor_set_regs(&cpu->emulated, &regs);
}
