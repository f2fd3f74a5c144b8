/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "generate.h"

#define CR0_USUAL UINT64_C(0x80010033)
enum {
	CR4_USUAL = 0x620,
	CR0_MP = 2,
	CR0_EM = 4,
	CR0_TS = 8,
	CR0_NE = 0x20,
	CR0_WP = 1 << 16,
	CR0_AM = 1 << 18
};
enum {
	MXCSR_USUAL = 0x1f80,
	FCW_USUAL = 0x37f,
	CR4_TSD = 4,
	CR4_OSFXSR = 0x200,
	CR4_OSXMM = 0x400
};
enum { CODE_POINTERS_END = 0x3f0 };

static uint32_t page_offset(struct random *r)
{
	uint32_t n = random_below(r, 100);
	if (n < 55) return random_below(r, PAGE_BYTES / 16) * 16;
	if (n < 70) return random_below(r, PAGE_BYTES);
	if (n < 88) return PAGE_BYTES - 1 - random_below(r, 32);
	return random_below(r, 24);
}

static uint64_t odd_pointer(struct random *r, uint64_t offset)
{
	static const uint64_t odd[] = {
		UINT64_C(0x7000000000000000), UINT64_C(0x7fff000000000000),
		UINT64_C(0x8000000000000000), UINT64_C(0x0000800000000000),
		UINT64_C(0xffff000000000000), UINT64_C(0x00007ffffffff000),
		UINT64_C(0xffff800000000000), UINT64_C(0x0001000000000000),
	};
	uint64_t base = RANDOM_OF(r, odd);
	return base + (random_percent(r, 50) ? WINDOW + offset : offset % PAGE_BYTES);
}

uint64_t make_pointer(struct random *r, const struct program *p)
{
	static const uint8_t pages[] = {
		PAGE_DATA,     PAGE_DATA,     PAGE_DATA + 1, PAGE_DATA + 1,
		PAGE_DATA + 1, PAGE_READONLY, PAGE_SYSTEM,   PAGE_ABSENT,
		PAGE_LONELY,   PAGE_LONELY,   PAGE_STACK,    PAGE_STACK + 1
	};
	uint64_t offset = RANDOM_OF(r, pages) * PAGE_BYTES + page_offset(r);

	if (p->bits == 16) return offset;
	if (p->bits == 64 && random_percent(r, 5)) return odd_pointer(r, offset);
	if (p->bits == 64 && !p->native && random_percent(r, 8)) return WINDOW_HIGH + offset;
	return WINDOW + offset;
}

uint64_t make_code_pointer(struct random *r, const struct program *p)
{
	uint64_t offset = PAGE_CODE * PAGE_BYTES + random_below(r, CODE_POINTERS_END);
	return p->bits == 16 ? offset : WINDOW + offset;
}

uint16_t make_selector(struct random *r)
{
	static const uint16_t usual[] = { 0,          SEL_UDATA | 3,   SEL_UDATA | 3,
					  SEL_KDATA,  SEL_UCODE64 | 3, SEL_UCODE32 | 3,
					  SEL_KCODE64 };
	if (random_percent(r, 40)) return RANDOM_OF(r, usual);
	if (random_percent(r, 10)) return (uint16_t)random_next(r);
	if (random_percent(r, 12))
		return (uint16_t)(random_below(r, 5) << 3 | 4 | random_below(r, 4));
	return (uint16_t)(random_below(r, SEL_END / 8 + 1) << 3 | random_below(r, 4));
}

static uint64_t boundary(struct random *r)
{
	unsigned width = 7u + 8u * random_below(r, 8);
	uint64_t v = UINT64_C(1) << width;
	switch (random_below(r, 4)) {
	case 0: return v;
	case 1: return v - 1;
	case 2: return ~(v - 1);
	default: return v << 1;
	}
}

static uint64_t make_value(struct random *r, const struct program *p)
{
	uint32_t n = random_below(r, 100);
	if (n < 40) return random_below(r, 64);
	if (n < 55) return make_selector(r);
	if (n < 65) return (uint64_t) - (int64_t)random_below(r, 4096);
	if (n < 80) return boundary(r);
	if (n < 88) return make_code_pointer(r, p);
	return random_next(r);
}

bool patch_bytes(struct program *p, uint32_t offset, const uint8_t *bytes, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint32_t at = (offset + i) & ~7u;
		unsigned n = 0;
		while (n < MAX_PATCHES && p->patches[n].used && p->patches[n].offset != at) n++;
		if (n == MAX_PATCHES) return false;
		struct patch *patch = &p->patches[n];
		if (!patch->used) *patch = (struct patch){ window_word(at), at, 1 };
		unsigned shift = 8 * ((offset + i) & 7);
		patch->value = (patch->value & ~(UINT64_C(0xff) << shift)) | (uint64_t)bytes[i]
										     << shift;
	}
	return true;
}

static uint64_t make_flags(struct random *r, const struct program *p)
{
	uint64_t flags = 2 | (random_next(r) & F_STATUS);
	if (random_percent(r, 25)) flags |= F_DF;
	if (random_percent(r, 4)) flags |= F_TF;
	if (random_percent(r, 6)) flags |= F_AC;
	if (random_percent(r, 2)) flags |= F_RF;
	if (!p->native && p->ring == 3 && random_percent(r, 10)) flags |= random_next(r) & F_IOPL;
	if (!p->native && p->ring == 0 && random_percent(r, 5)) flags |= F_NT;
	return flags;
}

static void make_control(struct random *r, struct program *p)
{
	p->cr0 = CR0_USUAL | (random_percent(r, 25) || (p->rflags & F_AC) ? CR0_AM : 0);
	p->cr4 = CR4_USUAL;
	if (p->native) return;
	if (random_percent(r, 3)) p->cr0 ^= CR0_TS;
	if (random_percent(r, 2)) p->cr0 ^= CR0_EM;
	if (random_percent(r, 2)) p->cr0 ^= CR0_MP;
	if (random_percent(r, 2)) p->cr0 ^= CR0_WP;
	if (random_percent(r, 2)) p->cr4 ^= CR4_OSFXSR;
	if (random_percent(r, 2)) p->cr4 ^= CR4_OSXMM;
	if (random_percent(r, 2)) p->cr4 ^= CR4_TSD;
}

static uint16_t data_selector(struct random *r, const struct program *p)
{
	static const uint16_t odd[] = { SEL_SMALL | 3, SEL_DOWN | 3, SEL_READONLY | 3, 0,
					SEL_UDATA | 3 };
	if (random_percent(r, 25)) return RANDOM_OF(r, odd);
	if (p->bits == 16) return p->ring ? SEL_UDATA16 | 3 : SEL_KDATA16;
	return p->ring ? SEL_UDATA | 3 : SEL_KDATA;
}

static void make_segments(struct random *r, struct program *p)
{
	static const uint16_t code[2][3] = { { SEL_KCODE16, SEL_KCODE32, SEL_KCODE64 },
					     { SEL_UCODE16 | 3, SEL_UCODE32 | 3,
					       SEL_UCODE64 | 3 } };
	unsigned size = p->bits / 32;

	p->segments[CS] = code[p->ring == 3][size];
	p->segments[SS] = p->ring ? SEL_UDATA | 3 : SEL_KDATA;
	if (p->bits == 16) p->segments[SS] = p->ring ? SEL_UDATA16 | 3 : SEL_KDATA16;
	if (p->bits == 64) return; /* null, as Linux has them */
	for (unsigned i = 0; i < N_SEGMENTS; i++)
		if (i != CS && i != SS) p->segments[i] = data_selector(r, p);
}

static uint64_t make_stack_pointer(struct random *r, const struct program *p)
{
	uint64_t sp = PAGE_STACK * PAGE_BYTES + 0x400 + random_below(r, 0xb0) * 16;
	if (random_percent(r, 6))
		sp = (PAGE_STACK + random_below(r, 3)) * PAGE_BYTES + random_below(r, 16) - 8;
	if (random_percent(r, 4)) sp += random_below(r, 16);
	if (p->bits == 16) return sp;
	if (random_percent(r, 3)) return make_pointer(r, p);
	return WINDOW + sp;
}

/* A random x87 number, mostly a normal one. */
static void make_x87_register(struct random *r, uint8_t to[10])
{
	uint64_t mantissa = random_next(r) | UINT64_C(1) << 63;
	uint16_t exponent = (uint16_t)(0x3fff - 40 + random_below(r, 80));
	switch (random_below(r, 12)) {
	case 0: mantissa = exponent = 0; break;
	case 1: exponent = 0x7fff; break;                               /* NaN */
	case 2: exponent = 0x7fff, mantissa = UINT64_C(1) << 63; break; /* infinity */
	case 3: exponent = 0, mantissa >>= 1; break;                    /* denormal */
	case 4: exponent = (uint16_t)random_below(r, 0x8000); break;
	case 5: mantissa = UINT64_C(1) << 63; break;
	default: break;
	}
	exponent |= (uint16_t)(random_below(r, 2) << 15);
	memcpy(to, &mantissa, 8);
	memcpy(to + 8, &exponent, 2);
}

static void make_xmm_register(struct random *r, uint8_t to[16])
{
	static const uint32_t singles[] = { 0,          0x80000000, 0x3f800000, 0xbf800000,
					    0x7f800000, 0x7fc00001, 0x7f800001, 0x00000001,
					    0x4f000000, 0x7f7fffff, 0x3f000000, 0x40490fdb };
	static const uint64_t doubles[] = { 0,
					    UINT64_C(0x3ff0000000000000),
					    UINT64_C(0xbff8000000000000),
					    UINT64_C(0x7ff0000000000000),
					    UINT64_C(0x7ff0000000000001),
					    UINT64_C(0x7fefffffffffffff),
					    1,
					    UINT64_C(0x41e0000000000000) };
	uint64_t words[2];
	uint32_t kind = random_below(r, 3);
	for (unsigned i = 0; i < 2; i++) {
		words[i] = random_next(r);
		if (kind == 1)
			words[i] = RANDOM_OF(r, singles) | (uint64_t)RANDOM_OF(r, singles) << 32;
		if (kind == 2) words[i] = RANDOM_OF(r, doubles);
	}
	memcpy(to, words, 16);
}

/* FXSAVE's area (SDM Vol. 1 table 10-2). */
static void make_fx(struct random *r, struct program *p)
{
	enum { FCW = 0, FSW = 2, FTW = 4, MXCSR = 24, ST = 32, XMM = 160 };
	uint16_t fcw = FCW_USUAL, fsw = 0;
	uint32_t mxcsr = MXCSR_USUAL;

	if (random_percent(r, 30)) fcw = (uint16_t)(0x40 | (random_next(r) & 0x0f3f));
	if (random_percent(r, 60)) fsw = (uint16_t)(random_below(r, 8) << 11);
	if (random_percent(r, 20)) fsw |= (uint16_t)(random_next(r) & 0x4700);
	if (random_percent(r, 20)) mxcsr = (uint32_t)random_next(r) & 0xffbf;
	uint8_t tags = (uint8_t)(random_percent(r, 50)   ? random_next(r)
				 : random_percent(r, 50) ? 0
							 : 0xff);
	memcpy(p->fx + FCW, &fcw, 2);
	memcpy(p->fx + FSW, &fsw, 2);
	p->fx[FTW] = tags;
	memcpy(p->fx + MXCSR, &mxcsr, 4);
	for (unsigned i = 0; i < 8; i++) make_x87_register(r, p->fx + ST + 16 * i);
	for (unsigned i = 0; i < 16; i++) make_xmm_register(r, p->fx + XMM + 16 * i);
}

uint32_t make_state(struct random *r, const struct generate_options *options, struct program *p)
{
	uint32_t pointers = 0, n = random_below(r, 100);

	p->bits = n < 60 ? 64 : n < 82 ? 32 : 16;
	if (options->bits) p->bits = options->bits;
	p->ring = random_percent(r, 60) ? 3 : 0;
	if (options->native) p->bits = 64, p->ring = 3;
	p->native = options->native || (p->bits == 64 && p->ring == 3 && random_percent(r, 85));
	for (unsigned i = 0; i < N_GPRS; i++) {
		bool pointer = random_percent(r, 45);
		p->gprs[i] = pointer ? make_pointer(r, p) : make_value(r, p);
		if (pointer) pointers |= 1u << i;
		if (p->bits == 16) p->gprs[i] &= random_percent(r, 80) ? 0xffff : 0xffffffff;
		if (p->bits == 32) p->gprs[i] &= 0xffffffff;
	}
	p->gprs[RSP] = make_stack_pointer(r, p);
	if (random_percent(r, 40)) p->gprs[RBP] = make_stack_pointer(r, p);
	p->rflags = make_flags(r, p);
	make_control(r, p);
	make_segments(r, p);
	if (p->bits == 64) {
		p->fs_base = random_percent(r, 50) ? 0 : WINDOW + PAGE_LONELY * PAGE_BYTES;
		p->gs_base = random_percent(r, 50) ? 0 : 8 * random_below(r, 64);
		if (!p->native)
			p->gs_base =
				(uint64_t) - (int64_t)p->gs_base; /* Linux takes none up there */
	}
	make_fx(r, p);
	return pointers & ~(1u << RSP);
}
