/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "generate.h"

enum { REX = 0x40, REX_W = 8, REX_R = 4, REX_X = 2, REX_B = 1, NO_REGISTER = 0xff };
/* The master 8259A's mask, FFh, and the port of POST codes. */
enum { PORT_IN = 0x21, PORT_OUT = 0x80 };
/* Operands that the setup of a template puts into the second data page. */
enum { OPERANDS_AT = PAGE_BYTES + 0x400 };

/* The instruction that is being made. */
struct encoding {
	struct random *r;
	const struct template *t;
	struct program *p;
	struct insn *insn;
	uint32_t pointers;
	uint8_t rex;
	uint8_t operand_bytes, address_bits;
	bool memory; /* ModRM names memory */
	bool lock;   /* there is a LOCK */
	bool in;     /* makes IN or INS of a template for OUT or OUTS */
	bool failed;
};

static void put(struct encoding *e, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		if (e->insn->length >= 15) {
			e->failed = true;
			return;
		}
		e->insn->bytes[e->insn->length++] = (uint8_t)(value >> 8 * i);
	}
}

static void choose_sizes(struct encoding *e, bool size66, bool size67)
{
	unsigned bits = e->p->bits;
	e->operand_bytes = (bits == 16) != size66 ? 2 : 4;
	if (e->rex & REX_W) e->operand_bytes = 8;
	e->address_bits = (uint8_t)(bits == 64               ? (size67 ? 32 : 64)
				    : (bits == 32) != size67 ? 32
							     : 16);
}

static bool wants_size_prefix(struct encoding *e)
{
	const struct template *t = e->t;
	if (t->flags & T_PLAIN) return false;
	if (t->flags & T_NO16) return e->p->bits == 16;
	return random_percent(e->r, e->p->bits == 64 ? 14 : 25);
}

/* Legacy prefixes in any order, then REX; SDM Vol. 2A 2.1.1, 2.2.1. */
static void put_prefixes(struct encoding *e)
{
	static const uint8_t segments[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x64, 0x65, 0x65 };
	static const uint8_t repeats[] = { 0xf2, 0xf3 };
	const struct template *t = e->t;
	struct random *r = e->r;
	uint8_t list[6];
	unsigned n = 0;
	bool size66 = wants_size_prefix(e), size67 = random_percent(r, 6);
	bool may_lock = !(t->flags & T_LOCK) ? random_percent(r, 2) : random_percent(r, 18);
	bool may_repeat = random_percent(r, t->flags & T_REP ? 60 : 3);

	if (size66) list[n++] = 0x66;
	if (size67) list[n++] = 0x67;
	if (random_percent(r, 8)) list[n++] = RANDOM_OF(r, segments);
	if (may_repeat && !(t->flags & (T_PLAIN | T_NO_F3)) && !t->map)
		list[n++] = RANDOM_OF(r, repeats);
	if (may_lock) list[n++] = 0xf0;
	e->lock = may_lock;
	if (e->p->bits == 64 && random_percent(r, 1))
		list[n++] = 0x48; /* an early REX is ignored */
	for (unsigned i = 0; i < n; i++) {
		unsigned other = random_below(r, n);
		uint8_t swap = list[i];
		list[i] = list[other];
		list[other] = swap;
	}
	for (unsigned i = 0; i < n; i++) put(e, list[i], 1);
	if (t->prefix) put(e, t->prefix, 1);
	e->rex = 0;
	if (e->p->bits == 64 && random_percent(r, 60))
		e->rex = (uint8_t)(REX | random_below(r, 16));
	if ((t->flags & T_NO16) && size66 && e->p->bits == 64) e->failed = true;
	/* A REX that should be ignored applies if it is the last prefix. */
	if (n && list[n - 1] == 0x48 && !t->prefix && !e->rex)
		e->rex = REX | REX_W, e->insn->length--;
	if (e->rex) put(e, e->rex, 1);
	choose_sizes(e, size66, size67);
}

/* Returns a register for an address, mostly one that holds an address: the low three bits of its
 * number. The fourth bit is that of REX. */
static unsigned base_register(struct encoding *e, unsigned rex_bit)
{
	unsigned high = e->rex & rex_bit ? 8 : 0, choice = random_below(e->r, 8);
	for (unsigned i = 0; i < 8; i++) {
		unsigned reg = (choice + i) % 8;
		if (e->pointers >> (reg + high) & 1) return reg;
	}
	return choice;
}

static void put_modrm_16(struct encoding *e, unsigned reg)
{
	static const uint8_t bases[8] = { RBX, RBX, RBP, RBP, RSI, RDI, RBP, RBX };
	unsigned mode = random_below(e->r, 3), rm = random_below(e->r, 8);
	for (unsigned i = 0; i < 3 && !(e->pointers >> bases[rm] & 1); i++)
		rm = random_below(e->r, 8);
	put(e, mode << 6 | reg << 3 | rm, 1);
	if (mode == 0 && rm == 6)
		put(e, make_pointer(e->r, e->p), 2);
	else if (mode == 1)
		put(e, random_below(e->r, 256), 1);
	else if (mode == 2)
		put(e, random_percent(e->r, 70) ? random_below(e->r, 64) : random_next(e->r), 2);
}

static void put_displacement(struct encoding *e, unsigned mode)
{
	struct random *r = e->r;
	if (mode == 1)
		put(e, random_percent(r, 60) ? random_below(r, 32) * 8 : random_below(r, 256), 1);
	if (mode == 2)
		put(e,
		    random_percent(r, 80)
			    ? (uint64_t)(int64_t)((int32_t)random_below(r, 8192) - 4096)
			    : random_next(r),
		    4);
}

static void put_modrm_32(struct encoding *e, unsigned reg)
{
	struct random *r = e->r;
	unsigned mode = random_below(r, 3);
	if (random_percent(r, 10)) { /* no register: an address, or relative to RIP */
		put(e, reg << 3 | 5, 1);
		uint64_t to = make_pointer(r, e->p);
		if (e->p->bits == 64)
			to = WINDOW + random_below(r, 0xa000) -
			     (WINDOW + PAGE_CODE * PAGE_BYTES + e->p->code_at);
		put(e, to, 4);
		return;
	}
	unsigned rm = base_register(e, REX_B);
	if (mode == 0 && rm == RBP) mode = 1;
	if (rm != RSP && random_percent(r, 70)) {
		put(e, mode << 6 | reg << 3 | rm, 1);
	} else {
		unsigned index = random_percent(r, 50) ? 4 : random_below(r, 8);
		put(e, mode << 6 | reg << 3 | 4, 1);
		put(e, random_below(r, 4) << 6 | index << 3 | rm, 1);
	}
	put_displacement(e, mode);
}

/* Adds the operand that SETUP_FAR and SETUP_TABLE prepared, as an address without registers. */
static void put_modrm_prepared(struct encoding *e, unsigned reg)
{
	e->memory = true;
	if (e->address_bits == 16) {
		put(e, reg << 3 | 6, 1);
		put(e, OPERANDS_AT, 2);
		return;
	}
	if (e->rex & REX_X) e->failed = true; /* REX.X would make it an index */
	/* With the base of FS or GS it would be elsewhere. */
	for (unsigned i = 0; i < e->insn->length; i++)
		if (e->insn->bytes[i] == 0x64 || e->insn->bytes[i] == 0x65)
			e->failed |= e->t->setup == SETUP_TABLE;
	uint32_t at = e->p->bits == 16 ? OPERANDS_AT : WINDOW + OPERANDS_AT;
	if (e->p->bits == 64) {
		put(e, reg << 3 | 4, 1);
		put(e, 0x25, 1);
	} else {
		put(e, reg << 3 | 5, 1);
	}
	put(e, at, 4);
}

static void put_modrm(struct encoding *e)
{
	const struct template *t = e->t;
	struct random *r = e->r;
	unsigned reg = t->modrm >= 0 ? (unsigned)t->modrm : random_below(r, 8);
	bool memory = random_percent(r, 65);

	if (t->modrm == MODRM_NONE) return;
	if (t->modrm == MODRM_FIXED) {
		put(e, t->fixed, 1);
		return;
	}
	if (t->flags & T_MEM) memory = random_percent(r, 97);
	if (t->flags & T_REGS) memory = random_percent(r, 2);
	if (memory &&
	    (t->setup == SETUP_TABLE || (t->setup == SETUP_FAR && random_percent(r, 70)))) {
		put_modrm_prepared(e, reg);
		return;
	}
	if (t->setup == SETUP_TABLE) e->failed = true;
	e->memory = memory;
	if (!memory)
		put(e, 0xc0 | reg << 3 | random_below(r, 8), 1);
	else if (e->address_bits == 16)
		put_modrm_16(e, reg);
	else
		put_modrm_32(e, reg);
}

static void put_far(struct encoding *e)
{
	put(e, make_code_pointer(e->r, e->p), e->operand_bytes == 2 ? 2 : 4);
	put(e, make_selector(e->r), 2);
}

static void put_vector(struct encoding *e)
{
	static const uint8_t vectors[] = { 0,
					   1,
					   3,
					   4,
					   6,
					   8,
					   13,
					   14,
					   INT_USER,
					   INT_USER + 1,
					   INT_ABSENT,
					   INT_BADTYPE,
					   INT_NULLCODE,
					   IDT_GATES,
					   0xff };
	put(e, random_percent(e->r, 70) ? RANDOM_OF(e->r, vectors) : random_below(e->r, 256), 1);
}

static void put_immediate(struct encoding *e)
{
	struct random *r = e->r;
	uint64_t value = random_percent(r, 50) ? random_below(r, 64) : random_next(r);
	unsigned z = e->operand_bytes == 2 ? 2 : 4;

	switch ((enum immediate)e->t->imm) {
	case IMM_NONE: break;
	case IMM_8: put(e, value, 1); break;
	case IMM_SMALL: put(e, 1 + random_below(r, 7), 1); break;
	case IMM_16: put(e, random_below(r, 64), 2); break;
	case IMM_Z: put(e, value, z); break;
	case IMM_V:
		put(e, random_percent(r, 30) ? make_pointer(r, e->p) : value, e->operand_bytes);
		break;
	case IMM_OFFSET: put(e, make_pointer(r, e->p), e->address_bits / 8); break;
	case IMM_REL8: put(e, 0, e->insn->relative = 1); break;
	/* In 64-bit mode 66 changes the size on AMD's CPUs alone (SDM Vol. 2A JMP). */
	case IMM_REL_Z:
		if (e->p->bits == 64 && z == 2) e->failed = true;
		put(e, 0, e->insn->relative = (uint8_t)z);
		break;
	case IMM_FAR: put_far(e); break;
	case IMM_ENTER:
		put(e, random_below(r, 256), 2);
		put(e, random_percent(r, 60) ? random_below(r, 3) : random_below(r, 256), 1);
		break;
	case IMM_PORT: put(e, e->in ? PORT_IN : PORT_OUT, 1); break;
	case IMM_VECTOR: put_vector(e); break;
	}
}

/* Of LGDT and LIDT it stays the only one: with a canonical base the monitor would be without its
 * tables. */
static void put_operand(struct encoding *e, const uint8_t *bytes, unsigned count)
{
	e->p->has_operand = e->t->setup;
	if (!patch_bytes(e->p, OPERANDS_AT, bytes, count)) e->failed = true;
}

static void set_up_far(struct encoding *e)
{
	uint8_t bytes[10] = { 0 };
	uint64_t offset =
		random_percent(e->r, 75) ? make_code_pointer(e->r, e->p) : make_pointer(e->r, e->p);
	uint16_t selector = make_selector(e->r);
	memcpy(bytes, &offset, e->operand_bytes);
	memcpy(bytes + e->operand_bytes, &selector, 2);
	if (e->p->has_operand != SETUP_TABLE) put_operand(e, bytes, e->operand_bytes + 2u);
	e->failed |= e->p->has_operand == SETUP_TABLE;
}

static void set_up_table(struct encoding *e)
{
	uint8_t bytes[10] = { 0xff, 0 };
	uint64_t base = UINT64_C(0x7fff) << 48 ^ random_next(e->r) >> 20;
	if (random_percent(e->r, 50)) base = UINT64_C(1) << (47 + random_below(e->r, 17));
	memcpy(bytes + 2, &base, 8);
	e->failed |= e->p->has_operand != SETUP_NONE;
	if (!e->failed) put_operand(e, bytes, sizeof bytes);
}

/* Puts RIP and CS where RSP points, and for IRET also flags, RSP and SS. */
static void set_up_frame(struct encoding *e, bool iret)
{
	struct random *r = e->r;
	uint64_t frame[5] = { make_code_pointer(r, e->p), make_selector(r), 2,
			      e->p->gprs[RSP] & ~UINT64_C(15), make_selector(r) };
	unsigned n = 0;
	if (random_percent(r, 50)) {
		static const uint16_t codes[] = { SEL_UCODE64 | 3, SEL_UCODE32 | 3, SEL_KCODE64,
						  SEL_KCODE32, SEL_UCODE16 | 3 };
		frame[1] = RANDOM_OF(r, codes);
		frame[4] = frame[1] & 3 ? SEL_UDATA | 3 : SEL_KDATA;
	}
	if (random_percent(r, 20)) frame[0] = make_pointer(r, e->p);
	frame[2] |= random_next(r) & (F_STATUS | F_DF | F_AC |
				      (random_percent(r, 20) ? F_TF | F_RF | F_IOPL | F_NT : 0));
	uint32_t at = (uint32_t)e->p->gprs[RSP] & 0xffff;
	for (unsigned i = 0; i < 5 && !e->failed; i++) {
		if (!iret && i == 2) continue;
		if (!patch_bytes(e->p, at + e->operand_bytes * n++, (const uint8_t *)&frame[i],
				 e->operand_bytes))
			e->failed = true;
	}
}

static uint64_t cr_value(struct random *r, unsigned cr)
{
	static const uint64_t cr0[] = { 1,
					2,
					4,
					8,
					0x20,
					1 << 16,
					1 << 18,
					1 << 29,
					UINT64_C(1) << 32,
					UINT64_C(1) << 63,
					1 << 6,
					1 << 28 };
	static const uint64_t cr4[] = {
		4, 0x80, 0x100, 0x200, 0x400, 0x20, 1 << 15, UINT64_C(1) << 32, UINT64_C(1) << 40
	};
	if (cr == 0)
		return (UINT64_C(0x80010033) ^ RANDOM_OF(r, cr0)) ^
		       (random_percent(r, 30) ? RANDOM_OF(r, cr0) : 0);
	if (cr == 4) return 0x620 ^ RANDOM_OF(r, cr4);
	if (cr == 8) return random_below(r, 20);
	return random_next(r);
}

static uint64_t dr_value(struct random *r, unsigned dr)
{
	static const uint64_t dr7[] = { 0x400,      0x401,  0x10401,           0x30402,
					0xd0401,    0x2400, UINT64_C(1) << 32, 0xf02,
					0xffff0400, 0x20401 };
	if (dr == 7 || dr == 5) return RANDOM_OF(r, dr7);
	if (dr == 6 || dr == 4)
		return random_percent(r, 80) ? random_below(r, 0x10000) : random_next(r);
	return random_percent(r, 80) ? WINDOW + random_below(r, 0x2000) : random_next(r);
}

enum { VECTOR_UD = 6, VECTOR_GP = 13 };

/* Values that QEMU 7.2 accepts, and then crashes (tests/kernels/DIFFERENCES.md). SDM Vol. 2B MOV
 * CR, 64-bit mode exceptions: #GP(0) for a reserved bit, for clearing CR0.PG in 64-bit mode or
 * CR4.PAE in IA-32e mode, for CPL above 0. */
static void expect_control(struct encoding *e, unsigned number, uint64_t value)
{
	const uint64_t cr4_known = 0x7a4; /* TSD, PAE, PGE, PCE, OSFXSR, OSXMMEXCPT */
	bool bad0 = number == 0 &&
		    ((value & UINT64_C(0x80000001)) != UINT64_C(0x80000001) || value >> 32);
	bool bad4 = number == 4 && (!(value & 0x20) || (value & ~cr4_known));
	if (!bad0 && !bad4) return;
	e->p->no_qemu = 1;
	if (e->p->bits == 64) e->p->expect = (e->lock ? VECTOR_UD : VECTOR_GP) + 1;
}

/* MOV CR and DR are built here, as the value depends on the number of the register. */
static void put_mov_control(struct encoding *e)
{
	static const uint8_t crs[] = { 0, 0, 0, 2, 4, 4, 8, 1, 5, 6, 7, 9 };
	struct random *r = e->r;
	bool debug = e->t->setup == SETUP_DR, write = e->t->opcode >= 0x22;
	unsigned number = debug ? random_below(r, 8) : RANDOM_OF(r, crs);
	unsigned reg = random_below(r, 8);

	if (!debug && !write && random_percent(r, 20)) number = 3;
	if (reg == RSP) reg = RAX;
	if ((number >= 8) != ((e->rex & REX_R) != 0)) {
		e->failed = true;
		return;
	}
	put(e, 0xc0 | (number & 7) << 3 | reg, 1);
	unsigned full = reg + (e->rex & REX_B ? 8 : 0);
	e->p->gprs[full] = debug ? dr_value(r, number) : cr_value(r, number);
	if (e->p->bits != 64) e->p->gprs[full] &= 0xffffffff;
	if (write && !debug) expect_control(e, number, e->p->gprs[full]);
	/* Without PG a program of compatibility mode would leave the window; without PE any program
	 * would. */
	if (write && !debug && number == 0 && e->p->bits != 64)
		e->p->gprs[full] |= UINT64_C(0x80000001);
}

enum { OPCODE_RDMSR = 0x32, CR0_WP = 1 << 16 };

static void set_up_msr(struct encoding *e)
{
	static const uint32_t msrs[] = { 0xc0000080, 0xc0000081, 0xc0000082, 0xc0000084,
					 0xc0000100, 0xc0000101, 0xc0000102, 0x277,
					 0x174,      0x175,      0x176 };
	static const uint64_t efer[] = { 0xd01, 0xd00,  0x501,   0xd03,
					 0xc01, 0x1d01, 0x10d01, UINT64_C(1) << 40 | 0xd01 };
	struct random *r = e->r;
	uint32_t msr = RANDOM_OF(r, msrs);
	uint64_t value = make_pointer(r, e->p);
	if (msr == 0xc0000080) value = RANDOM_OF(r, efer);
	if (msr == 0x277)
		value = random_percent(r, 50) ? UINT64_C(0x0007040600070406) : random_next(r);
	if (msr == 0x174) value = random_next(r) & 0xffff;
	if (msr == 0xc0000081 || msr == 0xc0000084) value = random_next(r);
	/* The monitor's code, whose address RDMSR yields, is read-only for what has CR0.WP. */
	if (e->t->opcode == OPCODE_RDMSR) e->p->cr0 |= CR0_WP;
	e->p->gprs[RCX] = msr;
	e->p->gprs[RAX] = (uint32_t)value;
	e->p->gprs[RDX] = value >> 32;
}

static void set_up(struct encoding *e)
{
	unsigned reg = random_below(e->r, 8);
	switch ((enum setup)e->t->setup) {
	case SETUP_NONE:
	case SETUP_CR:
	case SETUP_DR: break;
	case SETUP_FAR: set_up_far(e); break;
	case SETUP_TABLE: set_up_table(e); break;
	case SETUP_IRET: set_up_frame(e, true); break;
	case SETUP_RETF: set_up_frame(e, false); break;
	case SETUP_MSR: set_up_msr(e); break;
	case SETUP_PORT: e->p->gprs[RDX] = e->in ? PORT_IN : PORT_OUT; break;
	case SETUP_SELECTOR:
		if (reg != RSP && e->p->count == 0) e->p->gprs[reg] = make_selector(e->r);
		break;
	}
}

/* LGDT and LIDT: QEMU 7.2 accepts a base that is not canonical, and then crashes. SDM Vol. 2A
 * LGDT/LIDT, 64-bit mode exceptions: #GP(0) if the base is not canonical, or if CPL is not 0. */
static void expect_protection(struct encoding *e)
{
	e->p->no_qemu = e->p->ring == 0;
	e->p->expect = (e->lock ? VECTOR_UD : VECTOR_GP) + 1;
}

bool encode(struct random *r, const struct template *t, uint32_t pointers, struct program *p)
{
	struct encoding e = { .r = r, .t = t, .p = p, .pointers = pointers };
	struct insn *insn = &p->insns[p->count];
	unsigned span = t->span ? t->span : 1;

	memset(insn, 0, sizeof *insn);
	e.insn = insn;
	put_prefixes(&e);
	if (t->map) put(&e, 0x0f, 1);
	unsigned opcode = t->opcode + random_below(r, span);
	e.in = (t->imm == IMM_PORT || t->setup == SETUP_PORT) && !(opcode & 2);
	put(&e, opcode, 1);
	if (t->setup == SETUP_CR || t->setup == SETUP_DR)
		put_mov_control(&e);
	else
		put_modrm(&e);
	put_immediate(&e);
	set_up(&e);
	if (e.failed) return false;
	/* The engines of both emulators abort, as they do not raise #UD for these. */
	bool bit = t->map == 1 && (opcode == 0xa3 || opcode == 0xab || opcode == 0xb3 ||
				   opcode == 0xbb || opcode == 0xba);
	if (e.lock && bit && !e.memory) {
		p->no_qemu = 1;
		if (p->count == 0) p->expect = VECTOR_UD + 1; /* SDM Vol. 2A LOCK */
	}
	if (t->setup == SETUP_TABLE) expect_protection(&e);
	/* LTR: QEMU 7.2 accepts a null selector, and then has no stack for the next exception. */
	if (t->map == 1 && opcode == 0 && t->modrm == 3 && p->ring == 0) p->no_qemu = 1;
	p->count++;
	return true;
}
