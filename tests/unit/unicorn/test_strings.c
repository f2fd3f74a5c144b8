/* SPDX-License-Identifier: MIT */
/* REP MOVS and REP STOS, whose repetitions are done at once, against the same instruction stepped.
 */
#include "cpu_fixture.h"
#include "tests/unit/emu/random.h"

enum { AREA = 0x200000, AREA_SIZE = 0x8000, RUNS = 60, MOST = 3000 };
enum { SEGMENT = 0x20010 }; /* in real mode: offset FFFFh is not the end of a page */
#define SECOND UINT64_C(1000000000)

/* What a run ends with. */
struct outcome {
	struct cpu_regs regs;
	uint64_t ns, blocks, instructions;
	enum cpu_stop stop;
	uint8_t memory[AREA_SIZE];
};

enum mode { REAL, PROTECTED, LONG };

struct setup {
	enum mode mode;
	uint8_t code[8];
	size_t size;
	uint64_t rcx, rsi, rdi, rax;
	bool backwards;
	uint64_t until; /* the first run ends here, and a second one goes on */
};

static void fill_area(void)
{
	uint8_t bytes[AREA_SIZE];
	uint32_t x = 1;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(x >> 24);
	}
	require(mem_write(&mem, AREA, bytes, sizeof(bytes)));
	require(mem_write(&mem, SEGMENT, bytes, sizeof(bytes)));
}

static void start(const struct setup *s)
{
	struct cpu_regs none = { .rip = 0 }, r;
	if (s->mode == REAL)
		start_real(s->code, s->size);
	else if (s->mode == PROTECTED)
		start_protected(s->code, s->size);
	else
		start_long(s->code, s->size, &none);
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RCX] = s->rcx;
	r.gpr[CPU_RSI] = s->rsi;
	r.gpr[CPU_RDI] = s->rdi;
	r.gpr[CPU_RAX] = s->rax;
	if (s->backwards) r.rflags |= 0x400;
	if (s->mode == REAL) {
		r.seg[CPU_DS].base = r.seg[CPU_ES].base = SEGMENT;
		r.seg[CPU_DS].selector = r.seg[CPU_ES].selector = SEGMENT >> 4;
	}
	cpu_set_regs(cpu, &r);
}

static void run_once(const struct setup *s, bool step, struct outcome first_and_last[2])
{
	make_cpu(step);
	fill_area();
	start(s);
	for (unsigned i = 0; i < 2; i++) {
		struct outcome *o = &first_and_last[i];
		o->stop = cpu_run(cpu, i ? SECOND : s->until);
		cpu_get_regs(cpu, &o->regs);
		o->ns = clock_now(&clk);
		o->blocks = cpu_stats(cpu).blocks;
		require(mem_read(&mem, s->mode == REAL ? SEGMENT : AREA, o->memory, AREA_SIZE));
	}
	free_cpu();
}

static void expect_same(const struct outcome *a, const struct outcome *b, const char *what)
{
	check_eq(int, a->stop, b->stop, "%s", what);
	check_eq(u64, a->ns, b->ns, "%s", what);
	check_eq(u64, a->regs.rip, b->regs.rip, "%s", what);
	check_eq(u64, a->regs.rflags, b->regs.rflags, "%s", what);
	for (unsigned i = 0; i < 16; i++)
		check_eq(u64, a->regs.gpr[i], b->regs.gpr[i], "%s: register %u", what, i);
	check_eq(int, memcmp(a->memory, b->memory, AREA_SIZE), 0, "%s: memory", what);
}

static struct outcome at_once[2], stepped[2];

static void compare(const struct setup *s)
{
	run_once(s, false, at_once);
	run_once(s, true, stepped);
	expect_same(&at_once[0], &stepped[0], "at the first stop");
	expect_same(&at_once[1], &stepped[1], "at the end");
}

/* What the instruction leaves, computed here. */
static void expect_copied(const struct setup *s, unsigned bytes)
{
	uint8_t want[AREA_SIZE];
	make_cpu(false);
	fill_area();
	require(mem_read(&mem, AREA, want, AREA_SIZE));
	free_cpu();
	for (uint64_t i = 0; i < s->rcx; i++)
		memmove(want + (s->rdi - AREA) + i * bytes, want + (s->rsi - AREA) + i * bytes,
			bytes);
	check_eq(int, memcmp(want, at_once[1].memory, AREA_SIZE), 0);
	check_eq(u64, at_once[1].regs.gpr[CPU_RCX], 0);
	check_eq(u64, at_once[1].regs.gpr[CPU_RSI], s->rsi + s->rcx * bytes);
	check_eq(u64, at_once[1].regs.gpr[CPU_RDI], s->rdi + s->rcx * bytes);
}

TestSuite(strings, .timeout = 60);

Test(strings, a_copy_over_pages)
{
	/* rep movsd; hlt */
	struct setup s = { .mode = PROTECTED,
			   .code = { 0xf3, 0xa5, 0xf4 },
			   .size = 3,
			   .rcx = 2500,
			   .rsi = AREA + 0x10,
			   .rdi = AREA + 0x4321,
			   .until = 700 };
	compare(&s);
	expect_copied(&s, 4);
	/* The last look at the count is a block too, and HLT. */
	check_eq(u64, at_once[1].ns, 2502, "each repetition takes its time");
	check_gt(u64, at_once[0].regs.gpr[CPU_RCX], 0, "it was stopped in the middle");
}

Test(strings, a_copy_onto_itself_repeats_its_beginning)
{
	struct setup s = { .mode = PROTECTED,
			   .code = { 0xf3, 0xa4, 0xf4 },
			   .size = 3,
			   .rcx = 3000,
			   .rsi = AREA + 0x100,
			   .rdi = AREA + 0x103,
			   .until = 100 };
	compare(&s);
	expect_copied(&s, 1);
}

Test(strings, nothing_is_done_for_a_count_of_zero)
{
	struct setup s = { .mode = PROTECTED,
			   .code = { 0xf3, 0xa5, 0xf4 },
			   .size = 3,
			   .rsi = AREA,
			   .rdi = AREA + 0x1000,
			   .until = 100 };
	compare(&s);
	expect_copied(&s, 4);
}

Test(strings, memory_that_is_not_there)
{
	/* The hole of the long-mode fixture: a page fault in the middle, without a handler. */
	struct setup s = { .mode = LONG,
			   .code = { 0xf3, 0x48, 0xab, 0xf4 },
			   .size = 4,
			   .rcx = 1000,
			   .rdi = HOLE_AT - 0x800,
			   .rax = 0x1122334455667788,
			   .until = 50 };
	compare(&s);
	check_eq(int, at_once[1].stop, CPU_STOP_TRIPLE_FAULT);
	check_eq(u64, at_once[1].regs.gpr[CPU_RDI], HOLE_AT);
	check_eq(u64, at_once[1].regs.gpr[CPU_RCX], 1000 - 0x100);
}

Test(strings, a_source_that_is_not_there)
{
	struct setup s = { .mode = LONG,
			   .code = { 0xf3, 0x48, 0xa5, 0xf4 },
			   .size = 4,
			   .rcx = 1000,
			   .rsi = HOLE_AT - 0x800,
			   .rdi = AREA,
			   .until = 50 };
	compare(&s);
	check_eq(int, at_once[1].stop, CPU_STOP_TRIPLE_FAULT);
	check_eq(u64, at_once[1].regs.gpr[CPU_RSI], HOLE_AT);
	check_eq(u64, at_once[1].regs.gpr[CPU_RCX], 1000 - 0x100);
}

Test(strings, offsets_wrap_at_64_kib)
{
	/* rep stosw; hlt */
	struct setup s = { .mode = REAL,
			   .code = { 0xf3, 0xab, 0xf4 },
			   .size = 3,
			   .rcx = UINT64_C(0xabcd0000) + 400,
			   .rdi = UINT64_C(0x12340000) + 0xff00,
			   .rax = 0x5566,
			   .until = 20 };
	compare(&s);
	check_eq(u64, at_once[1].regs.gpr[CPU_RDI], 0x12340000 + 0x220);
	check_eq(u64, at_once[1].regs.gpr[CPU_RCX], 0xabcd0000);
	check_eq(u8, at_once[1].memory[0x21e], 0x66);
}

Test(strings, code_that_is_overwritten_is_translated_anew)
{
	/* call [ebx] through a register; mov ecx,200; mov esi,AREA+0x6000; mov edi,AREA+0x5000;
	 * rep movsb; call ebx; hlt */
	static const uint8_t code[] = { 0xff, 0xd3, 0xb9, 200,  0,    0,   0,    0xbe,
					0,    0x60, 0x20, 0,    0xbf, 0,   0x50, 0x20,
					0,    0xf3, 0xa4, 0xff, 0xd3, 0xf4 };
	static const uint8_t one[] = { 0xb0, 1, 0xc3 }, two[] = { 0xb0, 2, 0xc3 };
	struct cpu_regs r;
	make_cpu(false);
	start_protected(code, sizeof code);
	require(mem_write(&mem, AREA + 0x5000, one, sizeof one));
	require(mem_write(&mem, AREA + 0x6000, two, sizeof two));
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RBX] = AREA + 0x5000;
	cpu_set_regs(cpu, &r);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RAX] & 0xff, 2);
	check_eq(u64, r.gpr[CPU_RCX], 0);
	free_cpu();
}

/* Any size, direction, address width and place. */
static struct setup any_setup(uint64_t *seed)
{
	static const struct {
		enum mode mode;
		uint8_t code[8];
		size_t size;
		unsigned bytes;
	} all[] = {
		{ REAL, { 0xf3, 0xa4, 0xf4 }, 3, 1 },
		{ REAL, { 0xf3, 0xa5, 0xf4 }, 3, 2 },
		{ REAL, { 0xf3, 0x66, 0xab, 0xf4 }, 4, 4 },
		{ REAL, { 0x67, 0xf3, 0xa5, 0xf4 }, 4, 2 },
		{ PROTECTED, { 0xf3, 0xa4, 0xf4 }, 3, 1 },
		{ PROTECTED, { 0xf3, 0xa5, 0xf4 }, 3, 4 },
		{ PROTECTED, { 0xf3, 0xaa, 0xf4 }, 3, 1 },
		{ PROTECTED, { 0xf3, 0x66, 0xab, 0xf4 }, 4, 2 },
		{ LONG, { 0xf3, 0x48, 0xa5, 0xf4 }, 4, 8 },
		{ LONG, { 0xf3, 0x48, 0xab, 0xf4 }, 4, 8 },
		{ LONG, { 0x67, 0xf3, 0xa5, 0xf4 }, 4, 4 },
		{ LONG, { 0x26, 0xf3, 0xa4, 0xf4 }, 4, 1 },
	};
	size_t n = random_next(seed) % (sizeof(all) / sizeof(all[0]));
	uint64_t base = all[n].mode == REAL ? 0 : AREA;
	uint64_t count = random_next(seed) % MOST;
	uint64_t span = count * all[n].bytes;
	struct setup s = { .mode = all[n].mode, .size = all[n].size };
	memcpy(s.code, all[n].code, sizeof(s.code));
	if (span > AREA_SIZE / 2) count = AREA_SIZE / 2 / all[n].bytes, span = AREA_SIZE / 2;
	s.backwards = random_next(seed) % 8 == 0;
	s.rcx = count;
	s.rsi = base + random_next(seed) % (AREA_SIZE - span) + (s.backwards ? span : 0);
	s.rdi = base + random_next(seed) % (AREA_SIZE - span) + (s.backwards ? span : 0);
	if (s.backwards) s.rsi -= 8, s.rdi -= 8;
	if (random_next(seed) % 3 == 0) s.rdi = s.rsi + random_next(seed) % 9;
	s.rax = random_next(seed);
	s.until = random_next(seed) % (2 * MOST);
	return s;
}

Test(strings, at_random)
{
	uint64_t seed = 16;
	for (unsigned i = 0; i < RUNS; i++) {
		struct setup s = any_setup(&seed);
		compare(&s);
	}
}
