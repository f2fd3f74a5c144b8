/* SPDX-License-Identifier: MIT */
/* ENTER (unread: SDM Vol. 2A "ENTER"; 80386 Programmer's Reference Manual, ENTER). The engine uses
 * the stack size as the operand size when it writes (E)BP, and lacks the last check of the stack.
 */
#include "emu/bits.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/operands.h"
#include "emu/unicorn/x86/sites.h"

enum { LEVELS = 32, WIDEST = 8 };

struct frame {
	struct cpu *cpu;
	uint64_t sp, bp, stack_mask;
	unsigned bytes;
};

static uint64_t linear_of(const struct frame *f, uint64_t offset)
{
	return operand_linear(f->cpu->live, CPU_SS, offset & f->stack_mask);
}

/* Check alignment. False: #AC was raised. */
static bool aligned(struct frame *f, uint64_t offset)
{
	struct paging_mode mode = cpu_paging_mode(f->cpu);
	if (!paging_canonical(&mode, linear_of(f, offset))) return true; /* the access raises #SS */
	if (!alignment_counts(f->cpu) || !(linear_of(f, offset) & (f->bytes - 1))) return true;
	cpu_raise(f->cpu, VEC_AC, true, 0);
	return false;
}

static bool push(struct frame *f, uint64_t value)
{
	f->sp -= f->bytes;
	return aligned(f, f->sp) &&
	       site_write(f->cpu, CPU_SS, linear_of(f, f->sp), &value, f->bytes);
}

static bool copy_pointers(struct frame *f, unsigned level)
{
	for (unsigned i = 1; i < level; i++) {
		uint64_t value = 0;
		f->bp -= f->bytes;
		if (!aligned(f, f->bp)) return false;
		if (!site_read(f->cpu, CPU_SS, linear_of(f, f->bp), &value, f->bytes)) return false;
		if (!push(f, value)) return false;
	}
	return true;
}

static uint64_t joined(uint64_t old, uint64_t value, uint64_t mask)
{
	return mask == UINT32_MAX ? value & mask : (old & ~mask) | (value & mask);
}

static uint64_t mask_of(unsigned bytes) { return low_bits(8 * bytes); }

void enter_run(struct cpu *cpu, const struct site *site)
{
	struct env *env = cpu->live;
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	unsigned stack = env->hflags & HF_CS64 ? WIDEST : env->hflags & HF_SS32 ? 4 : 2;
	struct frame f = { .cpu = cpu,
			   .sp = env->regs[CPU_RSP],
			   .bp = env->regs[CPU_RBP],
			   .stack_mask = mask_of(stack),
			   .bytes = insn.stack_bytes };
	unsigned level = (unsigned)(insn.immediate >> 16) % LEVELS;
	if (!push(&f, f.bp)) return;
	uint64_t pointer = f.sp;
	if (level && (!copy_pointers(&f, level) || !push(&f, pointer))) return;
	f.sp -= insn.immediate & UINT16_MAX;
	/* Nothing is written there, but the page must be writable. */
	if (!aligned(&f, f.sp)) return;
	if (!site_writable(cpu, CPU_SS, linear_of(&f, f.sp), f.bytes)) return;
	env->regs[CPU_RBP] = joined(env->regs[CPU_RBP], pointer, mask_of(f.bytes));
	env->regs[CPU_RSP] = joined(env->regs[CPU_RSP], f.sp, f.stack_mask);
	cpu_skip(cpu, site);
}
