/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/disasm.h"

#include <capstone/capstone.h>
#include <stdio.h>

#include "emu/x86/registers.h"

static cs_mode capstone_mode(unsigned mode)
{
	if (mode == 16) return CS_MODE_16;
	return mode == 32 ? CS_MODE_32 : CS_MODE_64;
}

size_t disasm(unsigned mode, uint64_t addr, const uint8_t *bytes, size_t size,
	      struct disasm_line *line, size_t max)
{
	csh handle = 0;
	if (cs_open(CS_ARCH_X86, capstone_mode(mode), &handle) != CS_ERR_OK) return 0;
	cs_insn *insn = NULL;
	size_t n = max ? cs_disasm(handle, bytes, size, addr, max, &insn) : 0;
	for (size_t i = 0; i < n; i++) {
		line[i].addr = insn[i].address;
		line[i].len = insn[i].size;
		snprintf(line[i].text, sizeof(line[i].text), "%s%s%s", insn[i].mnemonic,
			 insn[i].op_str[0] ? " " : "", insn[i].op_str);
	}
	if (n > 0) cs_free(insn, n);
	cs_close(&handle);
	return n;
}

/* ---- operands */

enum { N_WIDTHS = 4 }; /* 64, 32, 16, 8 bits */

static uint64_t register_value(const struct cpu_regs *regs, x86_reg reg, uint64_t next)
{
	static const x86_reg names[CPU_N_GPR][N_WIDTHS] = {
		{ X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL },
		{ X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL },
		{ X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL },
		{ X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL },
		{ X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL },
		{ X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL },
		{ X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL },
		{ X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL },
		{ X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B },
		{ X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B },
		{ X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B },
		{ X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B },
		{ X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B },
		{ X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B },
		{ X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B },
		{ X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B },
	};
	static const uint64_t masks[N_WIDTHS] = { UINT64_MAX, UINT32_MAX, UINT16_MAX, UINT8_MAX };
	if (reg == X86_REG_RIP || reg == X86_REG_EIP) return next;
	for (unsigned i = 0; i < CPU_N_GPR && reg != X86_REG_INVALID; i++)
		for (unsigned w = 0; w < N_WIDTHS; w++)
			if (names[i][w] == reg) return regs->gpr[i] & masks[w];
	return 0;
}

static uint64_t segment_base(const struct cpu_regs *regs, const x86_op_mem *m, unsigned mode)
{
	switch (m->segment) {
	case X86_REG_FS: return regs->seg[CPU_FS].base;
	case X86_REG_GS: return regs->seg[CPU_GS].base;
	case X86_REG_ES: return mode == 64 ? 0 : regs->seg[CPU_ES].base;
	case X86_REG_CS: return mode == 64 ? 0 : regs->seg[CPU_CS].base;
	default: break;
	}
	bool stack = m->segment == X86_REG_SS || m->base == X86_REG_EBP || m->base == X86_REG_BP ||
		     m->base == X86_REG_ESP;
	return mode == 64 ? 0 : regs->seg[stack ? CPU_SS : CPU_DS].base;
}

static void resolve(unsigned mode, const cs_insn *insn, const cs_x86_op *op,
		    const struct cpu_regs *regs, struct disasm_operand *operand)
{
	const x86_op_mem *m = &op->mem;
	uint64_t next = insn->address + insn->size;
	uint64_t at = register_value(regs, m->base, next) +
		      register_value(regs, m->index, next) * (uint64_t)m->scale + (uint64_t)m->disp;
	if (insn->detail->x86.addr_size < sizeof(at))
		at &= (UINT64_C(1) << (8 * insn->detail->x86.addr_size)) - 1;
	at += segment_base(regs, m, mode);
	operand->linear = mode == 64 ? at : (uint32_t)at;
	operand->width = op->size;
	operand->read = op->access & CS_AC_READ;
	operand->written = op->access & CS_AC_WRITE;
}

bool disasm_operand(unsigned mode, uint64_t addr, const uint8_t *bytes, size_t size,
		    const struct cpu_regs *regs, struct disasm_operand *operand)
{
	csh handle = 0;
	cs_insn *insn = NULL;
	bool found = false;
	if (cs_open(CS_ARCH_X86, capstone_mode(mode), &handle) != CS_ERR_OK) return false;
	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	size_t n = cs_disasm(handle, bytes, size, addr, 1, &insn);
	bool address_only = n && (insn->id == X86_INS_LEA || insn->id == X86_INS_NOP);
	for (unsigned i = 0; n && !address_only && i < insn->detail->x86.op_count; i++) {
		const cs_x86_op *op = &insn->detail->x86.operands[i];
		if (found || op->type != X86_OP_MEM) continue;
		resolve(mode, insn, op, regs, operand);
		found = true;
	}
	if (n > 0) cs_free(insn, n);
	cs_close(&handle);
	return found;
}

static bool is_accumulator(x86_reg reg)
{
	return reg == X86_REG_AL || reg == X86_REG_AX || reg == X86_REG_EAX || reg == X86_REG_RAX;
}

/* In TEST a, b the mask is b, unless b is the accumulator, which holds the value that was read. */
static bool tested_bits(const cs_insn *insn, const struct cpu_regs *regs, uint64_t *mask)
{
	const cs_x86 *x = &insn->detail->x86;
	bool test = insn->id == X86_INS_TEST || insn->id == X86_INS_AND;
	if ((!test && insn->id != X86_INS_BT) || x->op_count != 2) return false;
	const cs_x86_op *value = &x->operands[0];
	const cs_x86_op *with = &x->operands[1];
	if (with->type == X86_OP_REG && is_accumulator(with->reg)) {
		const cs_x86_op *swap = value;
		value = with;
		with = swap;
	}
	if (with->type == X86_OP_IMM)
		*mask = (uint64_t)with->imm;
	else if (with->type == X86_OP_REG &&
		 !(value->type == X86_OP_REG && value->reg == with->reg))
		*mask = register_value(regs, with->reg, 0);
	else
		return false;
	if (insn->id == X86_INS_BT) *mask = UINT64_C(1) << (*mask & 63);
	if (with->size && with->size < sizeof(*mask))
		*mask &= (UINT64_C(1) << (8 * with->size)) - 1;
	return true;
}

bool disasm_tested_bits(unsigned mode, uint64_t addr, const uint8_t *bytes, size_t size,
			const struct cpu_regs *regs, uint64_t *mask)
{
	csh handle = 0;
	cs_insn *insn = NULL;
	if (cs_open(CS_ARCH_X86, capstone_mode(mode), &handle) != CS_ERR_OK) return false;
	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	size_t n = cs_disasm(handle, bytes, size, addr, 1, &insn);
	bool found = n > 0 && tested_bits(insn, regs, mask);
	if (n > 0) cs_free(insn, n);
	cs_close(&handle);
	return found;
}
