/* SPDX-License-Identifier: MIT */
/* Work done once per block, when it is translated: find out how it ends and which of its
 * instructions are intercepted. */
#include <string.h>

#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/forged.h"
#include "emu/unicorn/x86/segments.h"
#include "emu/unicorn/x86/sites.h"

/* The engine cuts blocks that fill its buffers, earlier if each instruction is hooked (stepping),
 * but never one as short as this. */
enum { NEVER_CUT_BELOW = 40 };

/* The physical address from which code was fetched: as the engine cached it, or if that is no
 * longer known, from the page tables. */
static bool fetched_from(const struct cpu *cpu, uint64_t linear, uint64_t *pa)
{
	if (code_pages_physical(&cpu->code_pages, linear, pa)) return true;
	struct paging_mode mode = cpu_paging_mode(cpu);
	struct page_walk walk =
		paging_walk(&mode, cpu->mem, linear, PAGE_FETCH, cpu_user_mode(cpu), false);
	*pa = cpu->s.a20 ? walk.pa : walk.pa & ~(UINT64_C(1) << 20);
	return walk.present;
}

/* Copy the bytes of the block. */
static size_t block_bytes(const struct cpu *cpu, uint64_t linear, size_t size, uint8_t *to)
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

static unsigned block_bits(const struct engine_block *block)
{
	return block->flags & HF_CS64 ? 64 : block->flags & HF_CS32 ? 32 : 16;
}

/* --- the end of a block */

/* How the last instruction of a block affects the interrupt flag and time. */
static uint8_t flags_of_end(const struct insn *insn)
{
	enum { NOP = 0x90, POPF = 0x9d, IRET = 0xcf, STI = 0xfb, SYSRET = 0x07, SYSEXIT = 0x35 };
	uint8_t op = insn->opcode;
	if (insn->map == INSN_0F) return op == SYSRET || op == SYSEXIT ? BLOCK_MAY_SET_IF : 0;
	if (insn->map != INSN_ONE_BYTE) return 0;
	if (op == NOP && (insn->prefixes & INSN_REP)) return BLOCK_PAUSE;
	return op == STI || op == POPF || op == IRET ? BLOCK_MAY_SET_IF : 0;
}

static uint8_t how_it_ends(const struct cpu *cpu, const struct engine_block *block)
{
	uint8_t code[INSN_MAX_BYTES];
	struct insn insn;
	uint64_t at = block->linear + block->last;
	size_t got = block_bytes(cpu, at, sizeof code, code);
	if (!insn_decode(code, got, block_bits(block), &insn)) return 0;
	uint8_t flags = flags_of_end(&insn);
	bool may_be_cut = block->instructions >= NEVER_CUT_BELOW;
	return !flags && may_be_cut && !insn_transfers(&insn) ? BLOCK_CUT : flags;
}

bool cpu_decode(struct cpu *cpu, uint64_t linear, struct insn *insn)
{
	uint8_t code[INSN_MAX_BYTES];
	size_t got = cpu_peek(cpu, linear, code, sizeof code);
	return insn_decode(code, got, cpu_code_bits(cpu->live), insn);
}

uint32_t cpu_count(struct cpu *cpu, uint64_t from, uint32_t size, uint64_t to, uint32_t whole)
{
	struct insn insn;
	uint32_t n = 0;
	if (to <= from || to - from >= size) return to == from ? 0 : whole;
	while (from < to && n < whole) {
		if (!cpu_decode(cpu, from, &insn)) return whole;
		from += insn.length;
		n++;
	}
	return n;
}

/* --- which instructions are intercepted */

static bool has_operand_size(const struct insn *insn) { return insn->prefixes & INSN_OPERAND_SIZE; }

/* Do IN and OUT need permission from the TSS? */
static bool asks_permission(uint32_t flags)
{
	uint32_t iopl = (flags & HF_IOPL) >> 12;
	return (flags & HF_PE) && ((flags & HF_VM) || (flags & HF_CPL) > iopl);
}

/* RCL or RCR of memory? */
static bool rotates_through_carry(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	bool shift = op == 0xc0 || op == 0xc1 || (op >= 0xd0 && op <= 0xd3);
	return shift && insn->memory && (insn_digit(insn) == 2 || insn_digit(insn) == 3);
}

static enum site_kind one_byte_kind(const struct insn *insn, uint32_t flags)
{
	uint8_t op = insn->opcode;
	bool port = (op >= 0x6c && op <= 0x6f) || (op >= 0xe4 && op <= 0xe7) ||
		    (op >= 0xec && op <= 0xef);
	if (port) return asks_permission(flags) ? SITE_PORT : SITE_NONE;
	switch (op) {
	case 0x90: return (insn->prefixes & INSN_REP) && (flags & HF_TF) ? SITE_SKIP : SITE_NONE;
	case 0xc8: return SITE_ENTER;
	case 0xe0:
	case 0xe1: return SITE_FLAGS;
	case 0x9e: return insn->rex ? SITE_SAHF : SITE_NONE;
	case 0x9f: return insn->rex ? SITE_LAHF : SITE_NONE;
	case 0xf1: return SITE_ICEBP;
	case 0xf4: /* HLT: the trap after it wakes the CPU at once */
		return (flags & HF_TF) && !(flags & (HF_CPL | HF_VM)) ? SITE_SKIP : SITE_NONE;
	default: return rotates_through_carry(insn) ? SITE_PROBE : SITE_NONE;
	}
}

static enum site_kind group7_kind(const struct insn *insn)
{
	enum { RDTSCP = 0xf9, SVM = 3, SGDT = 0, SIDT = 1, LGDT = 2, LIDT = 3, SMSW = 4 };
	unsigned digit = insn_digit(insn);
	bool in_64 = insn->bits == 64;
	if (insn->modrm == RDTSCP) return SITE_RDTSCP;
	if (!insn->memory && digit == SVM) return SITE_SVM;
	if (!insn->memory)
		return digit == SMSW && !in_64 && insn->operand_bytes == 4 ? SITE_SMSW : SITE_NONE;
	if (digit == SGDT || digit == SIDT)
		return insn->operand_bytes == 2 ? SITE_STORE_TABLE : SITE_NONE;
	return in_64 && (digit == LGDT || digit == LIDT) ? SITE_LOAD_TABLE : SITE_NONE;
}

static enum site_kind two_byte_kind(const struct insn *insn)
{
	enum { CLFLUSH = 7, CMPXCHG8B = 1, RDRAND = 6, SETCC_FIRST = 0x90, SETCC_LAST = 0x9f };
	if (insn->opcode >= SETCC_FIRST && insn->opcode <= SETCC_LAST)
		return insn->memory ? SITE_PROBE : SITE_NONE;
	switch (insn->opcode) {
	case 0x01: return group7_kind(insn);
	case 0x20: return SITE_READ_CR;
	case 0x21: return SITE_READ_DR;
	case 0x22: return SITE_WRITE_CR;
	case 0x23: return SITE_WRITE_DR;
	case 0x30: return SITE_WRMSR;
	case 0x32: return SITE_RDMSR;
	case 0x33: return SITE_RDPMC;
	case 0xae:
		return insn->memory && insn_digit(insn) == CLFLUSH && !insn_mandatory(insn)
			       ? SITE_CLFLUSH
			       : SITE_NONE;
	case 0xb1:
		return !insn->memory && insn->operand_bytes == 4 && insn->bits == 64 ? SITE_CMPXCHG
										     : SITE_NONE;
	case 0xf7: return insn->memory ? SITE_NONE : SITE_PROBE; /* MASKMOVQ, MASKMOVDQU */
	case 0xc7:
		if (!insn->memory) return insn_digit(insn) == RDRAND ? SITE_RDRAND : SITE_NONE;
		return insn_digit(insn) == CMPXCHG8B ? SITE_PROBE : SITE_NONE;
	default: return SITE_NONE;
	}
}

static enum site_kind kind_of(const struct insn *insn, uint32_t flags)
{
	enum { INVPCID = 0x82 };
	if (insn->map == INSN_ONE_BYTE) return one_byte_kind(insn, flags);
	if (insn->map == INSN_0F38)
		return insn->opcode == INVPCID && insn->memory ? SITE_INVPCID : SITE_NONE;
	return insn->map == INSN_0F ? two_byte_kind(insn) : SITE_NONE;
}

struct site site_of(const struct insn *insn, uint32_t flags)
{
	return (struct site){
		.kind = (uint8_t)kind_of(insn, flags),
		.length = insn->length,
		.opcode = insn->opcode,
		.reg = (uint8_t)(insn->has_modrm ? insn_reg(insn) : 0),
		.rm = (uint8_t)(insn->has_modrm ? insn_rm(insn) : 0),
		.imm = (uint8_t)insn->immediate,
		.width = (uint8_t)(!(insn->opcode & 1)                            ? 1
				   : has_operand_size(insn) == (insn->bits != 16) ? 2
										  : 4),
	};
}

/* --- calls of the translator */

static struct site unpack(uint64_t told)
{
	struct site site;
	_Static_assert(sizeof site == sizeof told, "a site fits one register");
	memcpy(&site, &told, sizeof site);
	return site;
}

static uint64_t pack(const struct site *site)
{
	uint64_t told;
	memcpy(&told, site, sizeof told);
	return told;
}

unsigned cpu_code_bits(const struct env *env)
{
	return env->hflags & HF_CS64 ? 64 : env->hflags & HF_CS32 ? 32 : 16;
}

/* Describe the memory operand for the translator. */
static void describe_operand(const struct insn *insn, struct engine_instruction *how)
{
	how->sse = insn_is_sse(insn);
	how->bytes = (uint8_t)(how->sse ? insn_memory_bytes(insn) : 0);
	how->alignment = (uint8_t)insn_alignment(insn);
}

struct engine_instruction cpu_instruction_translated(void *ctx, const struct engine_block *block,
						     uint64_t linear)
{
	struct cpu *cpu = ctx;
	uint8_t code[INSN_MAX_BYTES];
	struct insn insn;
	struct site site = { .kind = SITE_NONE };
	struct engine_instruction how = { .alignment = 1 };
	enum segments_check check = SEGMENTS_NONE;
	uint64_t packed = 0;
	size_t got = block_bytes(cpu, linear, sizeof code, code);
	bool decoded = insn_decode(code, got, block_bits(block), &insn);
	/* A segment that the block loads is unknown from there on. */
	if (!block->instructions) cpu->segments_loaded = 0;
	uint32_t flags = block->flags | cpu->segments_loaded;
	bool operands = forge(cpu, &insn, block->flags, decoded, &how) && decoded;
	if (operands) {
		site = site_of(&insn, block->flags);
		if (far_load_is_wide(cpu, &insn)) site.kind = SITE_FAR_LOAD;
		if (debug_hides_next(cpu, &insn)) site.kind = SITE_LOAD_SS;
		describe_operand(&insn, &how);
		check = segments_check_of(&insn, flags, &packed);
		cpu->segments_loaded |= segments_loaded_by(&insn, block->flags);
	}
	fpu_translate(cpu, operands ? &insn : NULL, block->flags, !block->instructions, &how);
	if (operands && (block->flags & FL_AC) && (block->flags & HF_CPL) == HF_CPL)
		site.kind |= SITE_ALIGNED;
	if (!(block->flags & FL_RF) && debug_armed_at(cpu, linear)) site.kind = SITE_BREAKPOINT;
	if (cpu->engine_blocks.one_by_one) site.kind |= SITE_WATCHED;
	if (cpu->config.step) site.also |= SITE_STEPPED;
	if (operands && (block->flags & HF_GUEST) && svm_concerns(&insn)) site.also |= SITE_GUEST;
	if (check == SEGMENTS_PACKED && site.kind == SITE_NONE && !site.also)
		how.told = packed << SITE_KIND_BITS | SITE_OPERAND;
	else if (check != SEGMENTS_NONE)
		site.kind |= SITE_CHECKED;
	if (site.kind != SITE_NONE || site.also) how.told = pack(&site);
	return how;
}

void cpu_misaligned(void *ctx) { cpu_raise(ctx, VEC_GP, true, 0); }

static void run(struct cpu *cpu, const struct site *site)
{
	switch (site->kind) {
	case SITE_NONE:
	case SITE_FLAGS: break; /* flags are up to date in any intercept */
	case SITE_FAR_LOAD: far_load_run(cpu, site); break;
	case SITE_STORE_TABLE:
	case SITE_SMSW:
	case SITE_CLFLUSH:
	case SITE_LAHF:
	case SITE_SAHF:
	case SITE_CMPXCHG:
	case SITE_SKIP:
	case SITE_ENTER:
	case SITE_PROBE:
	case SITE_LOAD_SS:
	case SITE_BREAKPOINT: cpu_run_unprivileged(cpu, site); break;
	case SITE_RDRAND:
	case SITE_INVPCID: added_run(cpu, site); break;
	case SITE_SVM: svm_run(cpu, site); break;
	default: cpu_run_privileged(cpu, site); break;
	}
}

static void run_whole(struct cpu *cpu, struct site site)
{
	uint8_t more = site.kind & (SITE_WATCHED | SITE_CHECKED | SITE_ALIGNED);
	if (site.also & SITE_STEPPED) cpu_step(cpu, cpu->site_linear);
	if (cpu->stop != STOP_NONE) return;
	site.kind &= (uint8_t)~more;
	if ((site.also & SITE_GUEST) && site.kind != SITE_BREAKPOINT) svm_instruction(cpu, &site);
	if (cpu->stop != STOP_NONE) return;
	if (more & SITE_WATCHED) debug_operands(cpu, cpu->site_linear);
	if (more & SITE_CHECKED) segments_check_decoded(cpu);
	if (cpu->stop == STOP_NONE && (more & SITE_ALIGNED)) alignment_check(cpu);
	if (cpu->stop == STOP_NONE) run(cpu, &site);
}

void cpu_on_site(void *ctx, uint64_t told, uint64_t linear)
{
	struct cpu *cpu = ctx;
	cpu->site_linear = linear;
	cpu->site_leaves = false;
	if ((told & UINT8_MAX) == SITE_OPERAND)
		segments_check_packed(cpu, told >> SITE_KIND_BITS);
	else
		run_whole(cpu, unpack(told));
	if (cpu->site_leaves || cpu->stop != STOP_NONE) engine_leave(&cpu->engine_blocks);
}

/* A string instruction is repeated as a block of its own, with RF set, until it is done. */
static bool repeats(const struct cpu *cpu, const struct engine_block *block)
{
	uint8_t code[INSN_MAX_BYTES];
	struct insn insn;
	size_t got = block_bytes(cpu, block->linear, sizeof code, code);
	return insn_decode(code, got, block_bits(block), &insn) && insn_is_string(&insn) &&
	       (insn.prefixes & (INSN_REP | INSN_REPNE));
}

/* Is it a jump whose target is the jump? */
static bool jumps_to_itself(const struct insn *insn)
{
	enum { JMP_NEAR = 0xe9, JMP_SHORT = 0xeb };
	if (insn->map != INSN_ONE_BYTE || insn->prefixes || insn->rex) return false;
	if (insn->opcode != JMP_NEAR && insn->opcode != JMP_SHORT) return false;
	unsigned unused = 64 - 8u * insn->immediate_bytes;
	return (int64_t)(insn->immediate << unused) >> unused == -(int64_t)insn->length;
}

/* A block of one instruction that repeats itself, and that nothing intercepts: BLOCK_ITSELF,
 * BLOCK_STRING; else 0. */
static uint16_t what_it_repeats(const struct cpu *cpu, const struct engine_block *block)
{
	uint8_t code[INSN_MAX_BYTES];
	struct insn insn;
	/* One with too many prefixes is longer than an instruction can be, and raises #GP. */
	if (block->instructions != 1 || block->size > sizeof(code)) return 0;
	if (block->flags & FL_TF) return 0;
	if (debug_armed_at(cpu, block->linear)) return 0;
	size_t got = block_bytes(cpu, block->linear, block->size, code);
	if (!insn_decode(code, got, block_bits(block), &insn)) return 0;
	if (cpu_repeats_string(cpu, block, &insn)) return BLOCK_STRING;
	return jumps_to_itself(&insn) ? BLOCK_ITSELF : 0;
}

uint64_t cpu_block_translated(void *ctx, const struct engine_block *block)
{
	const struct cpu *cpu = ctx;
	uint32_t cost = block->instructions;
	uint16_t flags = how_it_ends(cpu, block);
	if (block->cut) flags |= BLOCK_CUT;
	if ((block->flags & FL_RF) && !repeats(cpu, block)) flags |= BLOCK_RESUME;
	if (block->flags & context_check_bit(CPU_CS)) flags |= BLOCK_LIMITED;
	if (cpu->engine_blocks.one_by_one) flags |= BLOCK_WATCHED;
	if (!(block->flags & HF_CS64) && (block->linear + block->size) >> 32) flags |= BLOCK_BEYOND;
	/* The limit of CS does not matter to one that was entered. */
	uint16_t repeats_what = flags & ~BLOCK_LIMITED ? 0 : what_it_repeats(cpu, block);
	if (!flags || repeats_what == BLOCK_STRING) flags |= repeats_what;
	if (flags & BLOCK_PAUSE) cost += CPU_CHARGE_PAUSE;
	return (uint64_t)flags << BLOCK_FLAGS_SHIFT | cost;
}

/* The flags of the page of memory that code is fetched from, as the engine's TLB has it now; NULL:
 * not known. */
static const uint8_t *flags_of_code(struct cpu *cpu, uint64_t linear)
{
	const uint8_t *host = cpu_host_address(cpu, linear, PAGE_FETCH);
	for (size_t i = 0; host && i < cpu->mem->n_regions; i++) {
		const struct mem_region *r = &cpu->mem->region[i];
		uint64_t offset = (uint64_t)((uintptr_t)host - (uintptr_t)r->host);
		if (offset < r->size) return cpu->mem->flags + r->page + offset / MEM_PAGE;
	}
	return NULL;
}

/* If unknown, the answer is yes, which only costs time. */
bool cpu_code_writable(void *ctx, uint64_t linear, uint64_t length)
{
	struct cpu *cpu = ctx;
	for (uint64_t at = linear & ~(uint64_t)(MEM_PAGE - 1); at < linear + length;
	     at += MEM_PAGE) {
		const uint8_t *flags = flags_of_code(cpu, at);
		if (!flags) return true;
		if ((*flags & MEM_WXGRANT) && cpu_stores_unnoticed(cpu, at)) return true;
	}
	return false;
}
