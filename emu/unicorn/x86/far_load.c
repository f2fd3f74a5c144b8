/* SPDX-License-Identifier: MIT */
/* LSS, LFS and LGS with REX.W: on Intel a 64-bit offset followed by a selector (SDM Vol. 2A
 * "LDS/LES/LFS/LGS/LSS"). The engine has only the 32-bit form, which is AMD's. */
#include "emu/bytes.h"
#include "emu/unicorn/x86/operands.h"
#include "emu/unicorn/x86/sites.h"
#include "emu/unicorn/x86/transfer.h"

enum { OFFSET_BYTES = 8, POINTER_BYTES = 10 };

bool far_load_is_wide(const struct cpu *cpu, const struct insn *insn)
{
	uint8_t op = insn->opcode;
	bool loads = insn->map == INSN_0F && (op == 0xb2 || op == 0xb4 || op == 0xb5);
	return loads && insn->memory && (insn->rex & INSN_REX_W) && cpuid_is_intel(&cpu->features);
}

/* Read with the rights of the running code. False: an exception was raised. */
static bool read_pointer(struct cpu *cpu, unsigned segment, uint64_t linear,
			 uint8_t pointer[POINTER_BYTES])
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	bool user = (cpu->live->hflags & HF_CPL) == HF_CPL;
	for (unsigned i = 0; i < POINTER_BYTES; i++) {
		uint64_t at = linear + i;
		if (!paging_canonical(&mode, at)) {
			cpu_raise(cpu, segment == CPU_SS ? VEC_SS : VEC_GP, true, 0);
			return false;
		}
		struct page_walk walk = cpu_walk(cpu, &mode, at, PAGE_READ, user, true);
		if (!walk.present) {
			cpu_raise(cpu, VEC_PF, true, walk.error);
			cpu->event.cr2 = at;
			return false;
		}
		if (!mem_read(cpu->mem, walk.pa, &pointer[i], 1))
			pointer[i] = (uint8_t)bus_read(cpu->bus, BUS_MEMORY, walk.pa, 8);
	}
	return true;
}

void far_load_run(struct cpu *cpu, const struct site *site)
{
	uint8_t pointer[POINTER_BYTES];
	struct transfer t;
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	unsigned segment = operand_segment(&insn);
	uint64_t at = operand_offset(cpu->live, &insn, cpu->live->eip);
	if (!read_pointer(cpu, segment, operand_linear(cpu->live, segment, at), pointer)) return;
	uint32_t selector = get_le16(pointer + OFFSET_BYTES);
	enum cpu_segment to = insn.opcode == 0xb2 ? CPU_SS : insn.opcode == 0xb4 ? CPU_FS : CPU_GS;
	transfer_begin(&t, cpu, cpu->live);
	if (!segment_load(&t, to, selector)) {
		cpu_raise(cpu, t.fault.vector, t.fault.has_error, t.fault.error);
		cpu->event.cr2 = t.fault.cr2;
		return;
	}
	cpu->live->regs[insn_reg(&insn)] = get_le(pointer, OFFSET_BYTES);
	cpu_skip(cpu, site);
}
