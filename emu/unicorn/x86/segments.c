/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/segments.h"

#include "emu/unicorn/x86/cpu_internal.h"

enum { REAL_LIMIT = 0xffff };

/* --- the rules */

/* Is [offset, offset + bytes) inside the segment? */
static bool holds(const struct env_segment *s, uint64_t offset, uint64_t bytes)
{
	uint64_t last = offset + bytes - 1;
	bool expand_down = !(s->flags & DESC_CODE) && (s->flags & DESC_C);
	if (!expand_down) return last <= s->limit;
	uint64_t top = s->flags & DESC_B ? UINT32_MAX : REAL_LIMIT;
	return offset > s->limit && last <= top;
}

/* In real and virtual-8086 mode segments have no type. */
static bool allows(const struct env_segment *s, enum insn_access access)
{
	bool code = s->flags & DESC_CODE, w = s->flags & DESC_W;
	if (!(s->flags & DESC_P) || !(s->flags & DESC_S)) return false; /* null */
	if ((access & INSN_WRITE) && (code || !w)) return false;
	return !(access & INSN_READ) || !code || w;
}

static bool has_types(const struct env *env)
{
	return (env->hflags & HF_PE) && !(env->eflags & FL_VM);
}

/* Check an access. False: an exception was raised. */
static bool check(struct cpu *cpu, unsigned segment, enum insn_access access, uint64_t offset,
		  uint64_t bytes)
{
	const struct env *env = cpu->live;
	const struct env_segment *s = &env->segs[segment];
	bool fits = holds(s, offset, bytes ? bytes : 1);
	if (fits && (!has_types(env) || allows(s, access))) return true;
	cpu_raise(cpu, segment == CPU_SS ? VEC_SS : VEC_GP, true, 0);
	return false;
}

/* --- one operand in 56 bits */

/* Operand sizes that can be packed; instructions with others are decoded each time. */
static const uint16_t sizes[16] = { 1, 2, 4, 8, 6, 10, 16, 14, 28, 94, 108, 512, 5, 12, 3, 7 };

enum field {
	AT_SEGMENT = 0,
	AT_ACCESS = 3,
	AT_SIZE = 5,
	AT_WIDE = 9, /* addresses of 4 bytes */
	AT_BASE = 10,
	AT_INDEX = 14,
	AT_SCALE = 18, /* as a power of 2 */
	AT_DISPLACEMENT = 20
};
enum { NO_REGISTER = 15 };

static int size_code(unsigned bytes)
{
	for (int i = 0; i < 16; i++)
		if (sizes[i] == bytes) return i;
	return -1;
}

static uint64_t pack(unsigned segment, enum insn_access access, int size, bool wide, unsigned base,
		     unsigned index, unsigned scale, uint32_t displacement)
{
	return (uint64_t)segment << AT_SEGMENT | (uint64_t)access << AT_ACCESS |
	       (uint64_t)size << AT_SIZE | (uint64_t)wide << AT_WIDE |
	       (uint64_t)(base & 15) << AT_BASE | (uint64_t)(index & 15) << AT_INDEX |
	       (uint64_t)scale << AT_SCALE | (uint64_t)displacement << AT_DISPLACEMENT;
}

static unsigned field(uint64_t packed, enum field at, unsigned mask)
{
	return (unsigned)(packed >> at) & mask;
}

void segments_check_packed(struct cpu *cpu, uint64_t packed)
{
	const uint64_t *regs = cpu->live->regs;
	unsigned base = field(packed, AT_BASE, 15), index = field(packed, AT_INDEX, 15);
	uint32_t offset = (uint32_t)(packed >> AT_DISPLACEMENT);
	if (base != NO_REGISTER) offset += (uint32_t)regs[base];
	if (index != NO_REGISTER) offset += (uint32_t)regs[index] << field(packed, AT_SCALE, 3);
	if (!field(packed, AT_WIDE, 1)) offset &= REAL_LIMIT;
	check(cpu, field(packed, AT_SEGMENT, 7), (enum insn_access)field(packed, AT_ACCESS, 3),
	      offset, sizes[field(packed, AT_SIZE, 15)]);
}

/* BT, BTS, BTR and BTC with a register offset can access memory beyond their operand. */
static bool reaches_beyond(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	return insn->map == INSN_0F && (op == 0xa3 || op == 0xab || op == 0xb3 || op == 0xbb);
}

static bool pack_operand(const struct insn *insn, uint64_t *packed)
{
	int size = size_code(insn_memory_bytes(insn));
	unsigned scale = insn->index == INSN_NO_REGISTER ? 0 : (unsigned)__builtin_ctz(insn->scale);
	if (size < 0 || reaches_beyond(insn)) return false;
	*packed = pack(operand_segment(insn), insn_access(insn), size, insn->address_bytes == 4,
		       insn->base, insn->index, scale, (uint32_t)insn->displacement);
	return true;
}

/* PUSH, POP, CALL and RET of one slot. */
static bool pack_stack(const struct insn *insn, bool wide, uint64_t *packed)
{
	enum { SP = 4, ENTER = 0xc8, LEAVE = 0xc9 };
	uint8_t op = insn->opcode;
	bool simple = insn->map != INSN_ONE_BYTE || (op >= 0x50 && op <= 0x5f) || op == 0xe8 ||
		      op == 0xc3 || op == 0x68 || op == 0x6a || op == 0x9c || op == 0x9d ||
		      op == 0x06 || op == 0x0e || op == 0x16 || op == 0x1e;
	bool push = insn_stack(insn) == INSN_PUSH;
	if (!simple) return false;
	*packed = pack(CPU_SS, push ? INSN_WRITE : INSN_READ, size_code(insn->stack_bytes), wide,
		       SP, NO_REGISTER, 0, push ? 0u - insn->stack_bytes : 0);
	return true;
}

/* --- which instructions */

static bool is_string_or_implied(const struct insn *insn)
{
	enum { XLAT = 0xd7, MASKMOV = 0xf7 };
	uint8_t op = insn->opcode;
	if (insn->map == INSN_0F) return op == MASKMOV;
	if (insn->map != INSN_ONE_BYTE) return false;
	return op == XLAT || insn_is_string(insn);
}

/* CS is never writable, even if flat. */
static bool writes_code(const struct insn *insn, uint32_t flags)
{
	bool typed = (flags & HF_PE) && !(flags & FL_VM);
	return typed && operand_segment(insn) == CPU_CS && (insn_access(insn) & INSN_WRITE);
}

/* In real mode with 16-bit addresses, a one-byte operand cannot cross the limit. */
static bool cannot_cross(const struct insn *insn, uint32_t flags)
{
	bool real = !(flags & HF_PE) || (flags & FL_VM);
	return real && insn->address_bytes == 2 && insn_memory_bytes(insn) == 1;
}

/* Far transfers in protected mode select their stack and check it themselves. */
static bool checks_itself(const struct insn *insn, uint32_t flags)
{
	return insn_is_far(insn) && (flags & HF_PE) && !(flags & FL_VM);
}

enum segments_check segments_check_of(const struct insn *insn, uint32_t flags, uint64_t *packed)
{
	bool stack = insn_stack(insn) != INSN_STACK_NONE && !checks_itself(insn, flags);
	bool operand = insn_access(insn) != INSN_NONE;
	if (flags & HF_CS64) return SEGMENTS_NONE;
	if (is_string_or_implied(insn))
		return flags >> HF_CHECK_SHIFT ? SEGMENTS_DECODED : SEGMENTS_NONE;
	bool checks_stack = stack && (flags & context_check_bit(CPU_SS));
	bool checks_operand = operand && ((flags & context_check_bit(operand_segment(insn))) ||
					  writes_code(insn, flags));
	if (checks_operand && !stack && cannot_cross(insn, flags)) return SEGMENTS_NONE;
	if (!checks_stack && !checks_operand) return SEGMENTS_NONE;
	if (operand && stack) return SEGMENTS_DECODED;
	bool one = operand ? pack_operand(insn, packed) : pack_stack(insn, flags & HF_SS32, packed);
	return one ? SEGMENTS_PACKED : SEGMENTS_DECODED;
}

static int loaded_segment(const struct insn *insn)
{
	uint8_t op = insn->opcode;
	if (insn->map == INSN_ONE_BYTE) switch (op) {
		case 0x07:
		case 0xc4: return CPU_ES;
		case 0x17: return CPU_SS;
		case 0x1f:
		case 0xc5: return CPU_DS;
		case 0x8e: return (int)insn_digit(insn);
		default: return -1;
		}
	if (insn->map != INSN_0F) return -1;
	if (op == 0xb2) return CPU_SS;
	if (op == 0xa1 || op == 0xb4) return CPU_FS;
	return op == 0xa9 || op == 0xb5 ? CPU_GS : -1;
}

uint32_t segments_loaded_by(const struct insn *insn, uint32_t flags)
{
	int segment = loaded_segment(insn);
	bool typed = (flags & HF_PE) && !(flags & FL_VM);
	return segment < 0 || !typed ? 0 : context_check_bit((unsigned)segment);
}

/* CLFLUSH loads nothing, so execute-only segments are allowed (SDM Vol. 2A "CLFLUSH"). */
static bool flushes(const struct insn *insn)
{
	enum { GROUP15 = 0xae, CLFLUSH = 7 };
	return insn->map == INSN_0F && insn->opcode == GROUP15 && insn_digit(insn) == CLFLUSH;
}

void segments_check_decoded(struct cpu *cpu)
{
	struct operand operand[OPERANDS_MAX];
	struct insn insn;
	if (!cpu_decode(cpu, cpu->site_linear, &insn)) return;
	unsigned n = operands_of(cpu->live, &insn, cpu->live->eip, operand);
	bool far = insn_is_far(&insn) && has_types(cpu->live);
	for (unsigned i = 0; i < n && !(far && operand[i].access == INSN_WRITE); i++) {
		unsigned access = flushes(&insn) ? INSN_NONE : operand[i].access;
		if (!check(cpu, operand[i].segment, (enum insn_access)access, operand[i].offset,
			   operand[i].bytes))
			return;
	}
}

/* --- CS */

uint32_t segments_fitting(struct cpu *cpu, uint64_t linear, uint32_t size, uint32_t instructions)
{
	const struct env_segment *cs = &cpu->live->segs[CPU_CS];
	uint64_t offset = (uint32_t)(linear - cs->base);
	uint32_t n = 0;
	struct insn insn;
	if (offset + size - 1 <= cs->limit) return instructions;
	while (n < instructions && cpu_decode(cpu, linear, &insn)) {
		if (offset + insn.length - 1 > cs->limit) return n;
		offset += insn.length;
		linear += insn.length;
		n++;
	}
	return n;
}

/* The near branch at the end of the current block; false: there is none. */
static bool last_branch(struct cpu *cpu, uint64_t *at, struct insn *insn)
{
	const struct cpu_state *s = &cpu->s;
	uint64_t end = s->block_pc + s->block_size;
	if (!s->block_size) return false;
	for (uint64_t pc = s->block_pc; pc < end; pc += insn->length) {
		if (!cpu_decode(cpu, pc, insn)) return false;
		*at = pc;
	}
	uint8_t op = insn->opcode;
	if (!insn_transfers(insn)) return false;
	if (insn->map != INSN_ONE_BYTE) return (op & 0xf0) == 0x80;
	bool indirect = op == 0xff && (insn_digit(insn) == 2 || insn_digit(insn) == 4);
	return indirect || op == 0xc2 || op == 0xc3 || op < 0x80 || (op >= 0xe0 && op <= 0xeb);
}

static void move_stack_pointer(struct env *env, int64_t by)
{
	uint64_t mask = env->hflags & HF_CS64   ? UINT64_MAX
			: env->hflags & HF_SS32 ? UINT32_MAX
						: REAL_LIMIT;
	uint64_t *rsp = &env->regs[CPU_RSP];
	*rsp = (*rsp & ~mask) | ((*rsp + (uint64_t)by) & mask);
}

/* The branch target is valid; only the end of the instruction there is beyond the limit. */
static bool target_is_fine(const struct cpu *cpu, const struct env *env)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	if (env->hflags & HF_CS64) return paging_canonical(&mode, env->eip);
	return (uint32_t)env->eip <= env->segs[CPU_CS].limit;
}

static void count_back(uint64_t *rcx, unsigned bytes)
{
	uint64_t mask = bytes == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * bytes)) - 1;
	*rcx = (*rcx & ~mask) | ((*rcx + 1) & mask);
}

/* Find the branch at the end of the current block if its target is not valid. */
static bool find_refused_branch(struct cpu *cpu, const struct env *env, uint64_t *at,
				struct insn *insn)
{
	uint64_t target = env->eip;
	if (target_is_fine(cpu, env)) return false;
	if (!(env->hflags & HF_CS64)) target = (uint32_t)(target + env->segs[CPU_CS].base);
	if (target == cpu->s.block_pc + cpu->s.block_size) return false;
	return last_branch(cpu, at, insn);
}

bool segments_refuse_branch(struct cpu *cpu)
{
	struct insn insn;
	uint64_t at;
	return find_refused_branch(cpu, cpu->live, &at, &insn);
}

bool segments_blame_branch(struct cpu *cpu)
{
	enum { LOOPNE = 0xe0, LOOP = 0xe2 };
	struct env *env = cpu->env;
	struct insn insn;
	uint64_t at = 0;
	if (!find_refused_branch(cpu, env, &at, &insn)) return false;
	cpu->event.rip = at - (env->hflags & HF_CS64 ? 0 : env->segs[CPU_CS].base);
	int64_t slot = insn.stack_bytes;
	if (insn_stack(&insn) == INSN_PUSH) move_stack_pointer(env, slot);
	if (insn_stack(&insn) == INSN_POP)
		move_stack_pointer(env, -slot - (int64_t)(uint16_t)insn.immediate);
	if (insn.map == INSN_ONE_BYTE && insn.opcode >= LOOPNE && insn.opcode <= LOOP)
		count_back(&env->regs[CPU_RCX], insn.address_bytes);
	return true;
}
