/* SPDX-License-Identifier: MIT */
/* REP MOVS and REP STOS. The engine runs each repetition as a block of its own. Where both operands
 * are memory that its TLB maps, as many repetitions as fit on their pages, and before the next
 * event, are done here at once: registers, memory, time and counts are the same as if each were
 * run. The last one is always the engine's. */
#include <string.h>

#include "emu/bytes.h"
#include "emu/unicorn/x86/cpu_internal.h"
#include "emu/unicorn/x86/debug.h"
#include "emu/unicorn/x86/sites.h"

enum { MOVS = 0xa4, STOS = 0xaa, WIDE = 1, PAGE_OFFSET = 0xfff, REAL_LIMIT = 0xffff };
enum { MOST_FAILURES = 32 }; /* so many entries at most pass before the next attempt */

static bool repeated(const struct insn *insn)
{
	unsigned what = insn->opcode & ~(unsigned)WIDE;
	return insn->map == INSN_ONE_BYTE && (what == MOVS || what == STOS) &&
	       (insn->prefixes & (INSN_REP | INSN_REPNE | INSN_LOCK)) == INSN_REP;
}

bool cpu_repeats_string(const struct cpu *cpu, const struct engine_block *block,
			const struct insn *insn)
{
	if (cpu->config.step || block->instructions != 1) return false;
	if (block->flags & (FL_TF | FL_RF | HF_GUEST)) return false;
	return !debug_armed_at(cpu, block->linear) && repeated(insn);
}

/* ---- one operand ---- */

struct place {
	uint64_t offset, linear;
	uint8_t *host;
	uint64_t room; /* repetitions that stay on the page and in the segment */
};

static uint64_t mask_of(unsigned address_bytes)
{
	return address_bytes == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * address_bytes) - 1;
}

/* Are all offsets up to FFFFh, or all there are, allowed? */
static bool unlimited(const struct env *env, unsigned segment, unsigned address_bytes)
{
	bool real = !(env->hflags & HF_PE) || env->hflags & HF_VM;
	if (env->hflags & HF_CS64) return true;
	if (real) return address_bytes == 2 && env->segs[segment].limit >= REAL_LIMIT;
	return !(env->hflags & context_check_bit(segment));
}

/* False: the next repetitions are not plain. */
static bool find(struct cpu *cpu, const struct insn *insn, unsigned segment, unsigned reg,
		 enum page_access access, unsigned bytes, struct place *p)
{
	enum { FS = 4 };
	struct env *env = cpu->live;
	bool wide = env->hflags & HF_CS64;
	uint64_t base = env->segs[segment].base, in_segment;
	if (wide && segment < FS) base = 0;
	if (!unlimited(env, segment, insn->address_bytes)) return false;
	p->offset = env->regs[reg] & mask_of(insn->address_bytes);
	p->linear = base + p->offset;
	if (!wide) p->linear = (uint32_t)p->linear;
	p->room = (PAGE_OFFSET + 1 - (p->linear & PAGE_OFFSET)) / bytes;
	in_segment = (mask_of(insn->address_bytes) - p->offset) / bytes;
	if (in_segment < p->room) p->room = in_segment;
	if (!p->room) return false;
	p->host = cpu_host_address(cpu, p->linear, access);
	return p->host;
}

/* ---- the repetitions ---- */

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static void copy(uint8_t *to, const uint8_t *from, unsigned bytes, uint64_t n)
{
	uint64_t distance = to > from ? (uint64_t)(to - from) : (uint64_t)(from - to);
	if (distance >= n * bytes) {
		memcpy(to, from, n * bytes);
		return;
	}
	/* They overlap: each repetition sees what those before it wrote. */
	for (; n; n--, to += bytes, from += bytes) {
		uint8_t one[sizeof(uint64_t)];
		memcpy(one, from, bytes);
		memcpy(to, one, bytes);
	}
}

/* The stored part doubles until it is all. */
static void store(uint8_t *to, uint64_t value, unsigned bytes, uint64_t n)
{
	uint8_t one[sizeof(value)];
	uint64_t done = bytes, all = bytes * n;
	put_le(one, value, sizeof(one));
	if (!n) return;
	memcpy(to, one, bytes);
	while (done < all) {
		uint64_t more = least(done, all - done);
		memcpy(to + done, to, more);
		done += more;
	}
}

static void step_register(struct env *env, unsigned reg, unsigned address_bytes, uint64_t by)
{
	uint64_t mask = mask_of(address_bytes);
	uint64_t kept = address_bytes == 2 ? ~mask : 0; /* 32 bits are zero-extended */
	env->regs[reg] = (env->regs[reg] & kept) | ((env->regs[reg] + by) & mask);
}

/* The repetitions before the next event; the block's own time is not counted yet. */
static uint64_t before_event(const struct cpu *cpu, uint64_t cost)
{
	uint64_t event = least(cpu->clock->s.next_ns, cpu->until_ns);
	uint64_t now = clock_now(cpu->clock);
	return event > now ? (event - now - 1) / cost : 0;
}

/* The number of repetitions done; 0: none can be. */
static uint64_t repeat(struct cpu *cpu, const struct insn *insn, uint64_t cost)
{
	enum { ES = 0, DS = 3 };
	struct env *env = cpu->live;
	bool moves = (insn->opcode & ~(unsigned)WIDE) == MOVS;
	unsigned bytes = insn->opcode & WIDE ? insn->operand_bytes : 1;
	unsigned segment = insn->segment == INSN_NO_SEGMENT ? DS : insn->segment;
	uint64_t count = env->regs[CPU_RCX] & mask_of(insn->address_bytes);
	struct place to, from;
	if (count < 2 || env->df != 1 || alignment_counts(cpu)) return 0;
	if (!find(cpu, insn, ES, CPU_RDI, PAGE_WRITE, bytes, &to)) return 0;
	uint64_t n = least(least(count - 1, to.room), before_event(cpu, cost));
	if (moves) {
		if (!find(cpu, insn, segment, CPU_RSI, PAGE_READ, bytes, &from)) return 0;
		n = least(n, from.room);
		copy(to.host, from.host, bytes, n);
		step_register(env, CPU_RSI, insn->address_bytes, n * bytes);
	} else {
		store(to.host, env->regs[CPU_RAX], bytes, n);
	}
	step_register(env, CPU_RDI, insn->address_bytes, n * bytes);
	step_register(env, CPU_RCX, insn->address_bytes, 0 - n);
	return n;
}

/* The engine has just fetched the instruction: without a page walk, unless it ends on another page.
 */
static bool decode(struct cpu *cpu, uint64_t linear, struct insn *insn)
{
	const uint8_t *code = cpu_host_address(cpu, linear, PAGE_FETCH);
	if (!code || (linear & PAGE_OFFSET) > PAGE_OFFSET + 1 - INSN_MAX_BYTES)
		return cpu_decode(cpu, linear, insn);
	return insn_decode(code, INSN_MAX_BYTES, cpu_code_bits(cpu->live), insn);
}

void cpu_repeat_string(struct cpu *cpu, uint64_t linear, uint32_t cost)
{
	struct insn insn;
	uint64_t n = 0;
	bool watched = cpu->attention || cpu->observer.block || cpu->s.fpu.armed || cpu->storing;
	if (watched || cpu->stop != STOP_NONE) return;
	if (decode(cpu, linear, &insn) && repeated(&insn)) n = repeat(cpu, &insn, cost);
	clock_advance(cpu->clock, n * cost);
	cpu->s.stats.blocks += n;
	cpu->string_failures = n ? 0 : (uint8_t)least(2u * cpu->string_failures + 1, MOST_FAILURES);
	cpu->string_wait = cpu->string_failures;
}
