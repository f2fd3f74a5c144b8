/* SPDX-License-Identifier: MIT */
/* Descriptors and stacks, for all transfers between segments. */
#include "emu/unicorn/x86/transfer.h"

#include "emu/bytes.h"

enum { TSS32_ESP0 = 4, TSS16_SP0 = 2, TSS64_RSP0 = 4, MAX_POPPED = 9, WORD_BYTES = 8 };
enum { UPPER_HALF = 4 }; /* offset of a descriptor's upper half */

void transfer_read_paging(struct transfer *t)
{
	const struct env *env = t->env;
	t->paging = (struct paging_mode){
		.cr0 = env->cr[0],
		.cr3 = env->cr[3],
		.cr4 = env->cr[4],
		.efer = t->cpu->s.msrs.efer | (t->lma ? EFER_LMA : 0),
		.pdpte = t->cpu->s.pdpte,
		.no_1g = !cpuid_has(&t->cpu->features, FEATURE_PDPE1GB),
	};
}

void transfer_begin(struct transfer *t, struct cpu *cpu, struct env *env)
{
	t->cpu = cpu;
	t->env = env;
	t->lma = env->hflags & HF_LMA;
	t->changed = t->exits = t->debug_trap = false;
	t->ext = 0;
	t->fault.valid = false;
	t->report = NULL;
	transfer_read_paging(t);
}

bool transfer_fail(struct transfer *t, enum cpu_refusal why, uint8_t vector, uint32_t error)
{
	t->why = why;
	t->fault = (struct pending_event){
		.valid = true, .vector = vector, .has_error = true, .error = error | t->ext
	};
	return false;
}

/* A memory access of the transfer failed; `vector` is the exception for a non-canonical address. */
static bool fail_access(struct transfer *t, enum cpu_refusal why, uint8_t vector)
{
	if (t->access.noncanonical) return transfer_fail(t, why, vector, 0);
	transfer_fail(t, why, VEC_PF, 0);
	t->fault.error = t->access.error;
	t->fault.cr2 = t->access.address;
	return false;
}

bool transfer_read(struct transfer *t, enum cpu_refusal why, uint64_t linear, void *buf, size_t len)
{
	struct linear_user as = { &t->paging, false };
	return linear_read_as(t->cpu, as, linear, buf, len, &t->access) ||
	       fail_access(t, why, VEC_GP);
}

bool transfer_write(struct transfer *t, enum cpu_refusal why, uint64_t linear, const void *buf,
		    size_t len)
{
	struct linear_user as = { &t->paging, false };
	return linear_write_as(t->cpu, as, linear, buf, len, &t->access) ||
	       fail_access(t, why, VEC_GP);
}

bool transfer_probe_write(struct transfer *t, uint64_t linear, size_t len)
{
	struct linear_user as = { &t->paging, false };
	return linear_writable(t->cpu, as, linear, len, &t->access) ||
	       fail_access(t, CPU_REFUSED_TSS_UNREADABLE, VEC_GP);
}

/* --- descriptors */

static struct env_segment segment_of(uint32_t selector, uint64_t desc)
{
	uint32_t high = (uint32_t)(desc >> 32);
	uint32_t limit = (uint32_t)(desc & 0xffff) | (high & 0xf0000);
	uint32_t base = (uint32_t)(desc >> 16 & 0xffffff) | (high & 0xff000000);
	if (high & DESC_G) limit = limit << 12 | 0xfff;
	return (struct env_segment){ selector, base, limit, high };
}

bool selector_find(const struct env *env, uint32_t selector, unsigned bytes, uint64_t *linear)
{
	bool local = selector & SELECTOR_TI;
	const struct env_segment *table = local ? &env->ldt : &env->gdt;
	uint32_t at = selector & SELECTOR_INDEX;
	*linear = table->base + at;
	if (local && !(table->flags & DESC_P)) return false;
	return (uint64_t)at + bytes - 1 <= table->limit;
}

bool descriptor_read(struct transfer *t, uint32_t selector, uint8_t vector, struct descriptor *d)
{
	uint8_t bytes[DESCRIPTOR_BYTES];
	if (!selector_find(t->env, selector, sizeof bytes, &d->at))
		return transfer_fail(t, CPU_REFUSED_CODE_LIMIT, vector, selector & SELECTOR_ERROR);
	if (!transfer_read(t, CPU_REFUSED_CODE_UNREADABLE, d->at, bytes, sizeof bytes))
		return false;
	d->raw = get_le(bytes, sizeof bytes);
	d->segment = segment_of(selector, d->raw);
	if (t->report) {
		t->report->descriptor = d->raw;
		t->report->descriptor_read = true;
	}
	return true;
}

bool descriptor_set(struct transfer *t, struct descriptor *d, uint32_t bits)
{
	uint8_t upper[sizeof bits];
	d->segment.flags |= bits;
	for (unsigned i = 0; i < sizeof upper; i++)
		upper[i] = (uint8_t)(d->segment.flags >> (8 * i));
	return transfer_write(t, CPU_REFUSED_CODE_UNREADABLE, d->at + UPPER_HALF, upper,
			      sizeof upper);
}

bool descriptor_mark(struct transfer *t, struct descriptor *d)
{
	if (d->segment.flags & DESC_A) return true;
	return descriptor_set(t, d, DESC_A);
}

struct env_segment segment_v86(uint32_t selector)
{
	enum { LIMIT = 0xffff, FLAGS = DESC_P | DESC_S | DESC_W | DESC_A | 3 << DESC_DPL_SHIFT };
	selector &= 0xffff;
	return (struct env_segment){ selector, (uint64_t)selector << 4, LIMIT, FLAGS };
}

bool segment_holds(const struct env_segment *s, uint64_t offset, uint64_t bytes)
{
	uint64_t last = offset + bytes - 1;
	bool expand_down = (s->flags & (DESC_S | DESC_CODE | DESC_C)) == (DESC_S | DESC_C);
	if (!expand_down) return last <= s->limit;
	return offset > s->limit && last <= (s->flags & DESC_B ? UINT32_MAX : 0xffff);
}

bool transfer_check_rip(struct transfer *t, enum cpu_refusal why, const struct env_segment *cs,
			uint64_t rip)
{
	bool long_code = t->lma && (cs->flags & DESC_L);
	if (long_code ? paging_canonical(&t->paging, rip) : rip <= cs->limit) return true;
	return transfer_fail(t, why, VEC_GP, 0);
}

/* --- stacks */

uint64_t stack_mask(const struct env_segment *ss)
{
	return ss->flags & DESC_B ? UINT32_MAX : 0xffff;
}

struct far_stack stack_now(const struct transfer *t)
{
	const struct env *env = t->env;
	struct far_stack s = { .ss = env->segs[CPU_SS], .sp = env->regs[CPU_RSP] };
	s.mask = env->hflags & HF_CS64 ? UINT64_MAX : stack_mask(&s.ss);
	s.user = (env->hflags & HF_CPL) == HF_CPL && (env->cr[0] & CR0_PE);
	return s;
}

/* The linear address of `bytes` at `at` on the stack. */
static bool stack_linear(struct transfer *t, const struct far_stack *s, uint64_t at, uint64_t bytes,
			 uint64_t *linear)
{
	*linear = at;
	if (s->mask == UINT64_MAX) return true;
	*linear = (uint32_t)(s->ss.base + at);
	return segment_holds(&s->ss, at, bytes) ||
	       transfer_fail(t, CPU_REFUSED_STACK_LIMIT, VEC_SS, s->error);
}

bool stack_peek(struct transfer *t, const struct far_stack *s, uint64_t offset, unsigned width,
		uint64_t values[], unsigned n)
{
	uint8_t bytes[MAX_POPPED * WORD_BYTES];
	struct linear_user as = { &t->paging, s->user };
	uint64_t linear, at = (s->sp + offset) & s->mask;
	uint64_t size = (uint64_t)n * width;
	bool wraps = s->mask != UINT64_MAX && at + size - 1 > s->mask;
	if (wraps && n > 1) {
		for (unsigned i = 0; i < n; i++, offset += width)
			if (!stack_peek(t, s, offset, width, &values[i], 1)) return false;
		return true;
	}
	if (!stack_linear(t, s, at, size, &linear)) return false;
	if (!linear_read_as(t->cpu, as, linear, bytes, size, &t->access))
		return fail_access(t, CPU_REFUSED_STACK_UNREADABLE, VEC_SS);
	for (unsigned i = 0; i < n; i++) values[i] = get_le(bytes + (size_t)i * width, width);
	return true;
}

bool stack_push(struct transfer *t, struct far_stack *s, uint64_t value, unsigned width)
{
	uint8_t bytes[WORD_BYTES];
	struct linear_user as = { &t->paging, s->user };
	uint64_t linear, at = (s->sp - width) & s->mask;
	if (!stack_linear(t, s, at, width, &linear)) return false;
	for (unsigned i = 0; i < width; i++) bytes[i] = (uint8_t)(value >> (8 * i));
	if (!linear_write_as(t->cpu, as, linear, bytes, width, &t->access))
		return fail_access(t, CPU_REFUSED_STACK_UNWRITABLE, VEC_SS);
	s->sp = (s->sp & ~s->mask) | at;
	return true;
}

void stack_use(struct env *env, uint64_t sp, uint64_t mask)
{
	uint64_t kept = mask == 0xffff ? env->regs[CPU_RSP] & ~mask : 0;
	env->regs[CPU_RSP] = kept | (sp & mask);
}

bool stack_from_tss64(struct transfer *t, unsigned at, struct far_stack *s)
{
	const struct env_segment *tr = &t->env->tr;
	uint8_t b[WORD_BYTES];
	if (t->report) t->report->stack_slot = tr->base + at;
	if ((uint64_t)at + sizeof b - 1 > tr->limit)
		return transfer_fail(t, CPU_REFUSED_TSS_LIMIT, VEC_TS,
				     tr->selector & SELECTOR_ERROR);
	if (!transfer_read(t, CPU_REFUSED_TSS_UNREADABLE, tr->base + at, b, sizeof b)) return false;
	s->sp = get_le(b, sizeof b);
	if (t->report) t->report->stack_pointer = s->sp;
	return true;
}

/* The stack segment in the TSS for a ring. */
static bool inner_segment(struct transfer *t, uint32_t selector, unsigned ring, struct far_stack *s)
{
	struct descriptor d;
	uint32_t code = selector & SELECTOR_ERROR;
	if (t->report) {
		t->report->selector = (uint16_t)selector;
		t->report->descriptor_read = false;
	}
	if (selector_is_null(selector)) return transfer_fail(t, CPU_REFUSED_STACK_NULL, VEC_TS, 0);
	if (!descriptor_read(t, selector, VEC_TS, &d)) {
		bool beyond = t->why == CPU_REFUSED_CODE_LIMIT;
		t->why = beyond ? CPU_REFUSED_STACK_SEGMENT : CPU_REFUSED_STACK_UNREADABLE;
		return false;
	}
	if ((selector & SELECTOR_RPL) != ring || segment_dpl(&d.segment) != ring ||
	    !segment_is_writable_data(&d.segment))
		return transfer_fail(t, CPU_REFUSED_STACK_SEGMENT, VEC_TS, code);
	if (!(d.segment.flags & DESC_P))
		return transfer_fail(t, CPU_REFUSED_STACK_ABSENT, VEC_SS, code);
	if (!descriptor_mark(t, &d)) return false;
	s->ss = d.segment;
	s->error = code;
	s->mask = stack_mask(&d.segment);
	return true;
}

bool stack_of_ring(struct transfer *t, unsigned ring, struct far_stack *s)
{
	const struct env_segment *tr = &t->env->tr;
	bool tss32 = segment_type(tr) & TYPE_32;
	uint32_t at = tss32 ? TSS32_ESP0 + ring * 8 : TSS16_SP0 + ring * 4;
	unsigned width = tss32 ? 4 : 2;
	uint8_t b[6];
	s->user = ring == 3;
	if (t->report) {
		t->report->stack = CPU_STACK_RING;
		t->report->stack_n = ring;
		t->report->stack_slot = tr->base + at;
	}
	if (t->lma) {
		s->mask = UINT64_MAX;
		s->error = 0;
		s->ss = (struct env_segment){ .selector = ring, .flags = ring << DESC_DPL_SHIFT };
		return stack_from_tss64(t, TSS64_RSP0 + ring * 8, s);
	}
	if ((uint64_t)at + width + 1 > tr->limit)
		return transfer_fail(t, CPU_REFUSED_TSS_LIMIT, VEC_TS,
				     tr->selector & SELECTOR_ERROR);
	if (!transfer_read(t, CPU_REFUSED_TSS_UNREADABLE, tr->base + at, b, width + 2))
		return false;
	s->sp = get_le(b, width);
	if (t->report) t->report->stack_pointer = s->sp;
	return inner_segment(t, (uint32_t)get_le(b + width, 2), ring, s);
}
