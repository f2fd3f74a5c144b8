/* SPDX-License-Identifier: MIT */
/* The x87, MMX and SSE where Unicorn alone is wrong: stack faults, masked and unmasked exceptions,
 * and results of instructions. Each row ends with the bytes that must be at OUT by the manual. */
#include "cpu_fixture.h"
#include "emu/array.h"

#define SECOND UINT64_C(1000000000)
enum { OUT = 0x200000, IN = 0x200100, MAX_CODE = 80, HLT = 0xf4, UD = 6, MF = 16, XM = 19 };

static void power_on(void) { make_cpu(false); }
TestSuite(cpu_fpu, .init = power_on, .fini = free_cpu, .timeout = 60);

/* RBX is OUT, RSI is IN, where `in` lies. */
struct row {
	const char *what, *code;
	size_t size;
	uint64_t in, out[2];
	unsigned vector; /* 0: it ends in HLT */
};

#define ROW(what, code, in, out0, out1)                                       \
	{                                                                     \
		(what), (code), sizeof(code) - 1, (in), { (out0), (out1) }, 0 \
	}
#define FAULT(what, code, in, out0, vector)                                     \
	{                                                                       \
		(what), (code), sizeof(code) - 1, (in), { (out0), 0 }, (vector) \
	}

#define FNINIT     "\xdb\xe3"
#define FNSTSW_8   "\xdd\x7b\x08"     /* fnstsw [rbx+8] */
#define FSTP_64    "\xdd\x1b"         /* fstp qword [rbx] */
#define FLDCW      "\xd9\x2e"         /* fldcw [rsi] */
#define LDMXCSR    "\x0f\xae\x16"     /* ldmxcsr [rsi] */
#define STMXCSR    "\x0f\xae\x5b\x08" /* stmxcsr [rbx+8] */
#define FLD1       "\xd9\xe8"
#define FLDZ       "\xd9\xee"
#define ONE_XMM0   "\xb8\x00\x00\x80\x3f\x66\x0f\x6e\xc0" /* mov eax,1.0; movd xmm0,eax */
#define ZERO_1     "\x0f\x57\xc9"                         /* xorps xmm1,xmm1 */
#define MOVD_OUT   "\x66\x0f\x7e\x03"                     /* movd [rbx],xmm0 */
#define INDEFINITE UINT64_C(0xfff8000000000000)

static const struct row rows[] = {
	/* SDM Vol. 1 8.5.1; unread: table 8-10 */
	ROW("underflow", FNINIT "\xd8\xc1" FSTP_64 FNSTSW_8, 0, INDEFINITE, 0x841),
	ROW("overflow", FNINIT FLD1 FLD1 FLD1 FLD1 FLD1 FLD1 FLD1 FLD1 FLD1 FNSTSW_8 FSTP_64, 0,
	    INDEFINITE, 0x3a41),
	ROW("store of an empty register", FNINIT "\xdb\x13" FNSTSW_8, 0, 0x80000000, 0x41),
	ROW("fxch of empty registers", FNINIT "\xd9\xc9" FSTP_64 FNSTSW_8, 0, INDEFINITE, 0x841),
	ROW("fcomi of empty registers", FNINIT "\xdb\xf1\x9c\x58\x48\x89\x03" FNSTSW_8, 0, 0x47,
	    0x41),
	ROW("fst st(2) fills it", FNINIT FLD1 "\xdd\xd2\xd9\xca" FSTP_64 FNSTSW_8, 0,
	    UINT64_C(0x3ff0000000000000), 0),
	/* 8.5.2 ff. */
	ROW("1 / 0", FNINIT FLD1 FLDZ "\xde\xf9" FSTP_64 FNSTSW_8, 0, UINT64_C(0x7ff0000000000000),
	    4),
	ROW("0 / 0", FNINIT FLDZ FLDZ "\xde\xf9" FSTP_64 FNSTSW_8, 0, INDEFINITE, 1),
	ROW("a denormal", FNINIT "\xdd\x06\xd8\xc0" FSTP_64 FNSTSW_8, 1, 2, 2),
	ROW("fist of 40000", FNINIT "\xdb\x06\xdf\x13" FNSTSW_8, 40000, 0x8000, 0x3801),
	ROW("fbstp of what is too large", FNINIT "\xdf\x2e\xd8\xc0\xdf\x33\xdd\x7b\x0c", INT64_MAX,
	    UINT64_C(0xc000000000000000), UINT64_C(0x10000ffff)),
	FAULT("#MF at the next instruction", FNINIT FLDCW "\xd8\xc1\x9b\x0f\x0b", 0x37e, 0, MF),
	FAULT("1 / 0, not masked", FNINIT FLDCW FLD1 FLDZ "\xde\xf9" FLD1 "\x0f\x0b", 0x37b, 0, MF),
	ROW("fnstsw does not wait", FNINIT FLDCW FLD1 FLDZ "\xde\xf9" FNSTSW_8, 0x37b, 0, 0xb084),
	ROW("fnstenv masks", FNINIT FLDCW "\xd9\x73\x20\xd9\x7b\x08", 0x340, 0, 0x37f),
	ROW("fldcw's reserved bits", FNINIT FLDCW "\xd9\x7b\x08", 0xe03f, 0, 0x7f),
	/* unread: SDM Vol. 2A */
	ROW("fprem", FNINIT "\xdf\x06\xdd\x06\xd9\xf8" FSTP_64 FNSTSW_8,
	    UINT64_C(0x4014000000000003), UINT64_C(0x4000000000000006), 0x3a00),
	ROW("fldpi, chopped", FNINIT FLDCW "\xd9\xeb\xdb\x3b", 0xf7f, UINT64_C(0xc90fdaa22168c234),
	    0x4000),
	/* SDM Vol. 1 9.6.2 */
	ROW("movd mm0: exponent", FNINIT "\x0f\x6e\xc3\xdb\x3b", 0, OUT, 0xffff),
	ROW("mmx: top", FNINIT FLD1 "\x0f\x6e\xc3" FNSTSW_8, 0, 0, 0),
	ROW("emms: top", FNINIT FLD1 "\x0f\x77" FNSTSW_8, 0, 0, 0),
	/* unread: SDM Vol. 1 11.5 */
	ROW("divss by 0", LDMXCSR ONE_XMM0 ZERO_1 "\xf3\x0f\x5e\xc1" STMXCSR MOVD_OUT, 0x1f80,
	    0x7f800000, 0x1f84),
	ROW("cvtss2si of 0.3", LDMXCSR "\xf3\x0f\x2d\x46\x04" STMXCSR, UINT64_C(0x3e99999a00001f80),
	    0, 0x1fa0),
	ROW("ldmxcsr clears", LDMXCSR ONE_XMM0 ZERO_1 "\xf3\x0f\x5e\xc1" LDMXCSR STMXCSR, 0x1f80, 0,
	    0x1f80),
	ROW("flushed to zero", LDMXCSR "\xf3\x0f\x10\x46\x04\xf3\x0f\x59\xc0" STMXCSR MOVD_OUT,
	    UINT64_C(0x0080000000009f80), 0, 0x9fb0),
	FAULT("#XM", LDMXCSR ONE_XMM0 ZERO_1 "\xf3\x0f\x5e\xc1" MOVD_OUT, 0x1d80, 0, XM),
	FAULT("#XM in the middle", LDMXCSR ONE_XMM0 ZERO_1 "\x90\xf3\x0f\x5e\xc1\x90\x0f\x0b",
	      0x1d80, 0, XM),
	FAULT("#UD for #XM",
	      "\x0f\x20\xe0\x25\xff\xfb\xff\xff\x0f\x22\xe0" LDMXCSR ONE_XMM0 ZERO_1
	      "\xf3\x0f\x5e\xc1",
	      0x1d80, 0, UD),
	ROW("a denormal divided by 0 is none",
	    LDMXCSR "\xf3\x0f\x10\x46\x04" ZERO_1 "\xf3\x0f\x5e\xc1" STMXCSR,
	    UINT64_C(0x0000000100001e80), 0, 0x1e84),
	FAULT("a denormal, not masked", LDMXCSR "\xf3\x0f\x10\x46\x04\xf3\x0f\x58\xc0",
	      UINT64_C(0x0000000100001e80), 0, XM),
	/* SDM Vol. 1 11.5.2.5 */
	FAULT("underflow, exact and not masked", LDMXCSR "\xf3\x0f\x10\x46\x04\xf3\x0f\x58\xc0",
	      UINT64_C(0x0000000100001780), 0, XM),
	FAULT("the same, packed", LDMXCSR "\xf3\x0f\x10\x46\x04\x0f\x58\xc0",
	      UINT64_C(0x0000000100001780), 0, XM),
	FAULT("the same, of a conversion", LDMXCSR "\xf3\x0f\x5a\x46\x04\xf2\x0f\x5a\xc0",
	      UINT64_C(0x0000000100001780), 0, XM),
	ROW("minss does not underflow", LDMXCSR "\xf3\x0f\x10\x46\x04\xf3\x0f\x5d\xc0" STMXCSR,
	    UINT64_C(0x0000000100001780), 0, 0x1782),
	ROW("fxtract of a denormal", FNINIT "\xdb\x2e\xd9\xf4\xdd\xd8\xdf\x1b", 1, 0xbfc3, 0),
	ROW("fld m32 of a signalling NaN", FNINIT "\xd9\x06\xdb\x3b", 0x7f800001,
	    UINT64_C(0xc000010000000000), 0x7fff),
	ROW("fld m64 of a signalling NaN", FNINIT "\xdd\x06\xdb\x3b", UINT64_C(0x7ff0000000000001),
	    UINT64_C(0xc000000000000800), 0x7fff),
	/* SDM Vol. 1 4.9.2: DE comes after other exceptions of the operands. */
	ROW("a denormal / 0", FNINIT "\xdb\x2e" FLDZ "\xde\xf9" FSTP_64 FNSTSW_8, 1,
	    UINT64_C(0x7ff0000000000000), 4),
	ROW("a denormal / 0 of memory", FNINIT "\xdb\x2e\xd8\x76\x08" FSTP_64 FNSTSW_8, 1,
	    UINT64_C(0x7ff0000000000000), 4),
	ROW("0 by a denormal of memory", FNINIT FLDZ "\xd8\x3e" FSTP_64 FNSTSW_8, 1,
	    UINT64_C(0x7ff0000000000000), 4),
	ROW("fsqrt of a negative denormal", FNINIT "\xdb\x2e\xd9\xe0\xd9\xfa" FSTP_64 FNSTSW_8, 1,
	    INDEFINITE, 0x401), /* C2 is undefined */
	ROW("fprem of a denormal by 0", FNINIT FLDZ "\xdb\x2e\xd9\xf8" FSTP_64 FNSTSW_8, 1,
	    INDEFINITE, 0x3801),
	ROW("fucom of a denormal and a pseudo-infinity, which MMX made",
	    FNINIT "\xdb\x2e\x0f\xef\xc9\xd9\xcf\xdd\xe1" FNSTSW_8, 1, 0, 0x4501),
	ROW("inexact, masked where others are not", LDMXCSR ONE_XMM0 "\xf3\x0f\x58\x46\x04" STMXCSR,
	    UINT64_C(0x3300000000001d80), 0, 0x1da0),
};

static uint64_t word(uint64_t at)
{
	uint64_t v = 0;
	require(mem_read64(&mem, at, &v));
	return v;
}

Test(cpu_fpu, each_leaves_the_result_of_the_manual)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		struct cpu_regs regs = { .gpr = { [CPU_RBX] = OUT, [CPU_RSI] = IN } };
		uint8_t code[MAX_CODE] = { 0 };
		memcpy(code, r->code, r->size);
		code[r->size] = HLT;
		start_long(code, sizeof code, &regs);
		require(mem_write64(&mem, IN, r->in) && mem_write64(&mem, IN + 8, 0) &&
			mem_write64(&mem, OUT, 0) && mem_write64(&mem, OUT + 8, 0));
		enum cpu_stop stop = cpu_run(cpu, clock_now(&clk) + SECOND);
		if (r->vector) {
			check_eq(int, stop, CPU_STOP_TRIPLE_FAULT, "%s", r->what);
			if (stop == CPU_STOP_TRIPLE_FAULT)
				check_eq(u8, first_exception().vector, (uint8_t)r->vector, "%s",
					 r->what);
		} else {
			check_eq(int, stop, CPU_STOP_HALTED, "%s", r->what);
		}
		check_eq(u64, word(OUT), r->out[0], "%s", r->what);
		check_eq(u64, word(OUT + 8), r->out[1], "%s", r->what);
	}
}

/* The return address of #XM is the instruction, and its destination is unchanged. */
Test(cpu_fpu, an_sse_exception_is_a_fault)
{
	static const uint8_t code[] = { 0x0f, 0xae, 0x16, 0x0f, 0x57, 0xc0,
					0xf3, 0x0f, 0x5e, 0xc0, 0x90, HLT };
	struct cpu_regs regs = { .gpr = { [CPU_RSI] = IN } };
	start_long(code, sizeof code, &regs);
	require(mem_write64(&mem, IN, 0x1f00)); /* IE is not masked */
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_TRIPLE_FAULT);
	check_eq(u8, first_exception().vector, XM);
	check_eq(u64, first_exception().pc, CODE_AT + 6);
}
