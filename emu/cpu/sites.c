/* SPDX-License-Identifier: MIT */
/* What is done once per translated block, before it first runs: see how it ends, and put code hooks
 * on the instructions that the engine cannot hook by name. */
#include <string.h>

#include "emu/cpu/cpu_internal.h"
#include "emu/cpu/decode.h"
#include "emu/cpu/privileged.h"

enum opcode {
	REX_FIRST = 0x40, /* outside 64-bit code an instruction of its own */
	REX_LAST = 0x4f,
	OP_TWO_BYTE = 0x0f,
	OP2_SYSRET = 0x07,
	OP2_SYSEXIT = 0x35,
	OP_NOP = 0x90,
	OP_REP = 0xf3,
	OP_POPF = 0x9d,
	OP_IRET = 0xcf,
	OP_STI = 0xfb
};

enum { MAX_BLOCK_BYTES = 2 * MEM_PAGE };
/* The engine cuts blocks that fill its buffers, sooner when each instruction is hooked (stepping),
 * but never one as short as this. */
enum { NEVER_CUT_BELOW = 40 };

/* Where code was fetched from: as the engine cached it or, where we forgot, as the tables say. */
static bool fetched_from(const struct cpu *cpu, uint64_t linear, uint64_t *pa)
{
	if (code_pages_physical(&cpu->code_pages, linear, pa)) return true;
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct page_walk walk =
		paging_walk(&mode, cpu->mem, linear, PAGE_FETCH, cpu_user_mode(cpu), false);
	*pa = cpu->s.a20 ? walk.pa : walk.pa & ~(UINT64_C(1) << 20);
	return walk.present;
}

/* The block's bytes. */
static size_t block_bytes(struct cpu *cpu, uint64_t linear, size_t size, uint8_t *to)
{
	size_t done = 0;
	while (done < size) {
		uint64_t pa;
		size_t n = MEM_PAGE - (size_t)((linear + done) & (MEM_PAGE - 1));
		if (n > size - done) n = size - done;
		if (!fetched_from(cpu, linear + done, &pa)) break;
		if (!mem_read(cpu->mem, pa, to + done, n)) break;
		done += n;
	}
	return done;
}

/* Could these be the last bytes of an instruction that matters to the block's end? Only a hint:
 * an operand may have the same value (31 CF is XOR EDI, ECX; CF alone is IRET). */
static bool may_end_specially(const uint8_t *code, size_t size)
{
	switch (code[size - 1]) {
	case OP_STI:
	case OP_POPF:
	case OP_IRET: return true;
	case OP_NOP:
	case OP2_SYSRET:
	case OP2_SYSEXIT: return size > 1;
	default: return false;
	}
}

/* What the instruction that ends a block does to the interrupt flag and to time. */
static uint8_t flags_of_end(const uint8_t *insn, size_t size)
{
	bool rep = false;
	size_t at = 0;
	for (; at < size && privileged_is_prefix(insn[at]); at++) rep |= insn[at] == OP_REP;
	if (at < size && insn[at] >= REX_FIRST && insn[at] <= REX_LAST) at++;
	if (size - at == 2 && insn[at] == OP_TWO_BYTE)
		return insn[at + 1] == OP2_SYSRET || insn[at + 1] == OP2_SYSEXIT ? BLOCK_MAY_SET_IF
										 : 0;
	if (size - at != 1) return 0;
	if (rep && insn[at] == OP_NOP) return BLOCK_PAUSE;
	return insn[at] == OP_STI || insn[at] == OP_POPF || insn[at] == OP_IRET ? BLOCK_MAY_SET_IF
										: 0;
}

static uint8_t how_it_ends(struct cpu *cpu, const uint8_t *code, size_t size, unsigned instructions)
{
	bool may_be_cut = instructions >= NEVER_CUT_BELOW;
	if (!may_be_cut && !may_end_specially(code, size)) return 0;
	cpu_pull(cpu); /* the mode decides how to decode */
	struct decoded_end end = decode_end(cpu, code, size);
	if (end.at == size) return may_end_specially(code, size) ? BLOCK_MAY_SET_IF : 0;
	uint8_t flags = flags_of_end(code + end.at, size - end.at);
	return !flags && may_be_cut && !end.transfer ? BLOCK_CUT : flags;
}

static bool known_site(const struct cpu *cpu, uint64_t linear)
{
	for (size_t i = 0; i < cpu->n_sites; i++)
		if (cpu->site[i] == linear) return true;
	return false;
}

/* A hooked address is reached. Other code may lie there by now: look at the bytes. */
static void on_site(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct cpu *cpu = data;
	uint8_t code[PRIVILEGED_MAX_BYTES];
	(void)uc;
	(void)size;
	if (cpu->stop != STOP_NONE) return; /* this instruction will not run now */
	size_t got = block_bytes(cpu, address, sizeof code, code);
	struct privileged insn = privileged_decode(cpu, code, got);
	insn.linear = address;
	cpu_run_privileged(cpu, insn);
}

static bool hook_site(struct cpu *cpu, uint64_t linear)
{
	uc_hook hook = 0;
	if (known_site(cpu, linear) || cpu->n_sites == CPU_MAX_SITES) return false;
	if (uc_hook_add(cpu->uc, &hook, UC_HOOK_CODE, (void *)on_site, cpu, linear, linear))
		return false;
	cpu->site[cpu->n_sites++] = linear;
	return true;
}

static bool hook_sites(struct cpu *cpu, uint64_t linear, const uint8_t *code, size_t size)
{
	bool added = false;
	cpu_pull(cpu); /* the mode decides how to decode */
	for (size_t at = 0; at < size;) {
		unsigned len = decode_length(cpu, code + at, size - at);
		if (!len) break;
		if (privileged_decode(cpu, code + at, len).kind != PRIV_NONE)
			added |= hook_site(cpu, linear + at);
		at += len;
	}
	return added;
}

uint64_t cpu_block_translated(void *ctx, uint64_t linear, uint16_t size, uint16_t instructions)
{
	struct cpu *cpu = ctx;
	uint8_t code[MAX_BLOCK_BYTES];
	uint32_t cost = instructions;
	uint8_t flags = 0;
	size_t got = size <= sizeof code ? block_bytes(cpu, linear, size, code) : 0;
	if (got && got == size) {
		flags = how_it_ends(cpu, code, got, instructions);
		if (privileged_candidate(code, got, cpu_user_mode(cpu)) &&
		    hook_sites(cpu, linear, code, got))
			flags |= BLOCK_STALE;
	}
	if (flags & BLOCK_PAUSE) cost += CPU_CHARGE_PAUSE;
	return (uint64_t)flags << BLOCK_FLAGS_SHIFT | cost;
}

/* Where it is not known, yes: the answer only costs time. */
bool cpu_code_writable(void *ctx, uint64_t linear, uint64_t length)
{
	const struct cpu *cpu = ctx;
	for (uint64_t at = linear & ~(uint64_t)(MEM_PAGE - 1); at < linear + length;
	     at += MEM_PAGE) {
		uint64_t pa;
		if (!code_pages_physical(&cpu->code_pages, at, &pa)) return true;
		const uint8_t *flags = mem_flags(cpu->mem, pa);
		if (flags && (*flags & MEM_WXGRANT)) return true;
	}
	return false;
}
