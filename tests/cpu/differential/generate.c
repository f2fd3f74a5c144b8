/* SPDX-License-Identifier: MIT */
#include "generate.h"

#include <string.h>

enum { MAX_TRIES = 200, CODE_AT = 0x400, CODE_SPAN = 0x900 };

static const struct template *choose_template(struct random *r)
{
	uint32_t total = 0, n = 0;
	for (unsigned g = 0; g < N_GROUPS; g++) total += template_lists[g]->weight;
	n = random_below(r, total);
	unsigned g = 0;
	while (n >= template_lists[g]->weight) n -= template_lists[g++]->weight;
	const struct template_list *list = template_lists[g];
	total = 0;
	for (unsigned i = 0; i < list->count; i++)
		total += list->list[i].weight ? list->list[i].weight : 1u;
	n = random_below(r, total);
	unsigned i = 0;
	while (n >= (list->list[i].weight ? list->list[i].weight : 1u)) {
		n -= list->list[i].weight ? list->list[i].weight : 1u;
		i++;
	}
	return &list->list[i];
}

static bool suits(struct random *r, const struct template *t, const struct program *p)
{
	if ((t->flags & T_FIRST) && p->count) return false;
	if ((t->flags & T_ONLY64) && p->bits != 64) return false;
	if ((t->flags & T_RING3) && p->ring != 3) return false;
	if ((t->flags & T_NO64) && p->bits == 64 && (p->native || random_percent(r, 90)))
		return false;
	if (p->native && (t->flags & T_GUEST)) return false;
	return !(t->reads & p->undefined_flags);
}

void program_assemble(struct program *p)
{
	uint16_t at[MAX_INSNS + 1] = { 0 };

	for (unsigned i = 0; i < p->count; i++) at[i + 1] = (uint16_t)(at[i] + p->insns[i].length);
	p->code_length = at[p->count];
	memset(p->code, 0, sizeof p->code);
	for (unsigned i = 0; i < p->count; i++) {
		struct insn *insn = &p->insns[i];
		uint32_t offset =
			(uint32_t)(at[insn->target <= p->count ? insn->target : p->count] -
				   at[i + 1]);
		if (insn->relative)
			memcpy(insn->bytes + insn->length - insn->relative, &offset,
			       insn->relative);
		memcpy(p->code + at[i], insn->bytes, insn->length);
	}
}

void program_without(const struct program *from, unsigned drop, struct program *to)
{
	*to = *from;
	to->count--;
	if (drop == 0) to->expect = 0;
	for (unsigned i = drop; i < to->count; i++) to->insns[i] = from->insns[i + 1];
	memset(&to->insns[to->count], 0, sizeof to->insns[0]);
	for (unsigned i = 0; i < to->count; i++)
		if (to->insns[i].target > drop) to->insns[i].target--;
	uint16_t end = (uint16_t)(from->code_at + from->code_length);
	program_assemble(to);
	if (end == PAGE_BYTES) to->code_at = (uint16_t)(end - to->code_length);
}

void generate(uint64_t seed, uint32_t index, const struct generate_options *options,
	      struct program *p)
{
	struct random r = { seed * UINT64_C(0xd1342543de82ef95) + index };
	(void)random_next(&r);
	r.state ^= random_next(&r);
	memset(p, 0, sizeof *p);
	p->magic = PROGRAM_MAGIC;
	p->index = p->origin = index;
	p->code_at = (uint16_t)(CODE_AT + random_below(&r, CODE_SPAN));
	uint32_t pointers = make_state(&r, options, p);
	unsigned want = 1 + random_below(&r, random_percent(&r, 50) ? 3 : MAX_INSNS);

	for (unsigned tries = 0; p->count < want && tries < MAX_TRIES; tries++) {
		const struct template *t = choose_template(&r);
		if (!suits(&r, t, p) || !encode(&r, t, pointers, p)) continue;
		p->undefined_flags |= t->undefined;
		if (!(t->flags & T_C_FLAGS)) continue;
		p->undefined_fsw |= 0x4700;
		p->undefined_flags |= F_FSW;
	}
	for (unsigned i = 0; i < p->count; i++)
		p->insns[i].target = (uint8_t)(i + 1 + random_below(&r, p->count - i));
	program_assemble(p);
	if (random_percent(&r, 4)) p->code_at = (uint16_t)(PAGE_BYTES - p->code_length);
}
