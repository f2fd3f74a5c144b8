/* SPDX-License-Identifier: MIT */
/* Exceptions of system instructions that depend on the operand: the descriptor of a selector, or
 * memory that may not be accessed, in modes with protection (SDM Vol. 2). */
#include "tests/unit/unicorn/privileged.h"

TestSuite(privileged_operands, .timeout = 60);

/* --- LLDT, LTR */

#define LOAD(what, code, modes, vector, selector, ...) \
	ROW(what, code, modes, vector, .rax = (selector), __VA_ARGS__)
#define LLDT "\x0f\x00\xd0"
#define LTR  "\x0f\x00\xd8"

static const struct row system_segments[] = {
	LOAD("LLDT", LLDT, WITH_RINGS, RAN_ON, SEL_LDT),
	LOAD("LLDT of null", LLDT, WITH_RINGS, RAN_ON, 0),
	LOAD("LLDT of null with RPL 3", LLDT, WITH_RINGS, RAN_ON, 3),
	LOAD("LLDT of the LDT", LLDT, WITH_RINGS, GP, SEL_LDT | 4, .error = SEL_LDT | 4),
	LOAD("LLDT beyond the GDT", LLDT, WITH_RINGS, GP, SEL_BEYOND | 3, .error = SEL_BEYOND),
	LOAD("LLDT half beyond the GDT", LLDT, LMA, GP, SEL_USER_LDT + 8,
	     .error = SEL_USER_LDT + 8),
	LOAD("LLDT of a code segment", LLDT, WITH_RINGS, GP, SEL_CODE, .error = SEL_CODE),
	LOAD("LLDT of a TSS", LLDT, WITH_RINGS, GP, SEL_TSS, .error = SEL_TSS),
	LOAD("LLDT, absent", LLDT, WITH_RINGS, NP, SEL_LDT_ABSENT, .error = SEL_LDT_ABSENT),
	LOAD("LLDT, the base is not canonical", LLDT, LMA, GP, SEL_LDT_FAR, .error = SEL_LDT_FAR),
	LOAD("LLDT, the upper half has a type", LLDT, LMA, GP, SEL_LDT_UPPER,
	     .error = SEL_LDT_UPPER),
	LOAD("LTR", LTR, WITH_RINGS, RAN_ON, SEL_TSS),
	LOAD("LTR of null", LTR, WITH_RINGS, GP, 0),
	LOAD("LTR of null with RPL 3", LTR, WITH_RINGS, GP, 3),
	LOAD("LTR of the LDT", LTR, WITH_RINGS, GP, SEL_TSS | 4, .error = SEL_TSS | 4),
	LOAD("LTR beyond the GDT", LTR, WITH_RINGS, GP, SEL_BEYOND, .error = SEL_BEYOND),
	LOAD("LTR of a data segment", LTR, WITH_RINGS, GP, SEL_DATA, .error = SEL_DATA),
	LOAD("LTR of a busy TSS", LTR, WITH_RINGS, GP, SEL_TSS_BUSY, .error = SEL_TSS_BUSY),
	LOAD("LTR of an LDT", LTR, WITH_RINGS, GP, SEL_LDT, .error = SEL_LDT),
	LOAD("LTR, absent", LTR, WITH_RINGS, NP, SEL_TSS_ABSENT, .error = SEL_TSS_ABSENT),
	LOAD("LTR of a TSS of 16 bits", LTR, PROTECTED, RAN_ON, SEL_TSS16),
	LOAD("LTR of a TSS of 16 bits", LTR, LMA, GP, SEL_TSS16, .error = SEL_TSS16),
	LOAD("LTR, the base is not canonical", LTR, LMA, GP, SEL_TSS_FAR, .error = SEL_TSS_FAR),
	LOAD("LTR, the upper half has a type", LTR, LMA, GP, SEL_TSS_UPPER, .error = SEL_TSS_UPPER),
	LOAD("LLDT from memory", "\x0f\x00\x17", WITH_RINGS, RAN_ON, 0, .quad = { SEL_LDT, 0 }),
	LOAD("LLDT from an absent page", "\x0f\x00\x17", LMA, PF, 0, .memory_at = HOLE_AT,
	     .cr2 = HOLE_AT),
	LOAD("LTR from an absent page", "\x0f\x00\x1f", LMA, PF, 0, .memory_at = HOLE_AT,
	     .cr2 = HOLE_AT),
};

Test(privileged_operands, system_segments) { CHECK(system_segments); }

/* --- operands in memory: limits, types, null segments, alignment (listed on each page) */

enum { NULL_SEGMENT = 0x000100, READ_ONLY = 0xc09100, EXECUTE_ONLY = 0xc09900 };
enum { CHECKED = P16 | P32 | COMPAT, AM = 1 << 18, FLAG_AC = 1 << 18 };
#define BEYOND(what, code) \
	ROW(what " beyond the limit", code, CHECKED, GP, .data_limit = DATA_AT - 1)
#define OF_NULL(what, code) \
	ROW(what " of a null segment", code, CHECKED, GP, .data_flags = NULL_SEGMENT)
#define TO_READ_ONLY(what, code) \
	ROW(what " to what is only read", code, CHECKED, GP, .data_flags = READ_ONLY)
#define MISALIGNED(what, code)                                                                 \
	ROW(what ", misaligned", code, WITH_RINGS, AC, .rings = RING3, .cr0 = AM,              \
	    .rflags = FLAG_AC, .memory_at = DATA_AT + 1),                                      \
		ROW(what ", misaligned, without AM", code, WITH_RINGS, RAN_ON, .rings = RING3, \
		    .rflags = FLAG_AC, .memory_at = DATA_AT + 1)

static const struct row operands[] = {
	BEYOND("SGDT", "\x0f\x01\x07"),
	BEYOND("SGDT, operand size 16,", "\x66\x0f\x01\x07"),
	BEYOND("SIDT", "\x0f\x01\x0f"),
	BEYOND("LGDT", "\x0f\x01\x17"),
	BEYOND("LIDT", "\x0f\x01\x1f"),
	BEYOND("SMSW", "\x0f\x01\x27"),
	BEYOND("LMSW", "\x0f\x01\x37"),
	BEYOND("SLDT", "\x0f\x00\x07"),
	BEYOND("STR", "\x0f\x00\x0f"),
	BEYOND("LLDT", "\x0f\x00\x17"),
	BEYOND("LTR", "\x0f\x00\x1f"),
	BEYOND("VERR", "\x0f\x00\x27"),
	BEYOND("VERW", "\x0f\x00\x2f"),
	BEYOND("LAR", "\x0f\x02\x07"),
	BEYOND("LSL", "\x0f\x03\x07"),
	BEYOND("ARPL", "\x63\x07"),
	BEYOND("CLFLUSH", "\x0f\xae\x3f"),
	BEYOND("INSB", "\x6c"),
	ROW("INVLPG beyond the limit", "\x0f\x01\x3f", CHECKED, RAN_ON, .data_limit = 1),
	OF_NULL("SGDT", "\x0f\x01\x07"),
	OF_NULL("LIDT", "\x0f\x01\x1f"),
	OF_NULL("SMSW", "\x0f\x01\x27"),
	OF_NULL("LMSW", "\x0f\x01\x37"),
	OF_NULL("STR", "\x0f\x00\x0f"),
	OF_NULL("LTR", "\x0f\x00\x1f"),
	OF_NULL("VERW", "\x0f\x00\x2f"),
	OF_NULL("LSL", "\x0f\x03\x07"),
	OF_NULL("ARPL", "\x63\x07"),
	OF_NULL("CLFLUSH", "\x0f\xae\x3f"),
	OF_NULL("INSB", "\x6c"),
	TO_READ_ONLY("SGDT", "\x0f\x01\x07"),
	TO_READ_ONLY("SIDT, operand size 16,", "\x66\x0f\x01\x0f"),
	TO_READ_ONLY("SMSW", "\x0f\x01\x27"),
	TO_READ_ONLY("SLDT", "\x0f\x00\x07"),
	TO_READ_ONLY("ARPL", "\x63\x07"),
	TO_READ_ONLY("INSB", "\x6c"),
	ROW("LGDT of what is only read", "\x0f\x01\x17", CHECKED, RAN_ON, .data_flags = READ_ONLY),
	/* "It is also permitted" (SDM Vol. 2A "CLFLUSH") where a load faults. */
	ROW("CLFLUSH of what is only executed", "\x2e\x0f\xae\x3f", P32, RAN_ON,
	    .code_flags = EXECUTE_ONLY),
	ROW("LMSW of what is only executed", "\x2e\x0f\x01\x37", P32, GP,
	    .code_flags = EXECUTE_ONLY),
	MISALIGNED("SGDT", "\x0f\x01\x07"),
	MISALIGNED("SIDT, operand size 16", "\x66\x0f\x01\x0f"),
	MISALIGNED("SMSW", "\x0f\x01\x27"),
	MISALIGNED("SLDT", "\x0f\x00\x07"),
	MISALIGNED("STR", "\x0f\x00\x0f"),
	MISALIGNED("VERR", "\x0f\x00\x27"),
	MISALIGNED("LAR", "\x0f\x02\x07"),
	MISALIGNED("LSL", "\x0f\x03\x07"),
	ROW("CLFLUSH, misaligned", "\x0f\xae\x3f", WITH_RINGS, RAN_ON, .rings = RING3, .cr0 = AM,
	    .rflags = FLAG_AC, .memory_at = DATA_AT + 1),
};

Test(privileged_operands, operands) { CHECK(operands); }

/* --- LAR, LSL, VERR, VERW: ZF into AL; ARPL */

#define ASK(what, opcode, modes, selector, zf, ...)                                        \
	ROW(what, opcode "\x0f\x94\xc0", modes, RAN_ON, .rax = (selector), .rings = RING0, \
	    .result = true, .want = ((selector) & ~0xffu) | (zf), __VA_ARGS__)
#define LAR  "\x0f\x02\xc8" /* CX of AX */
#define LSL  "\x0f\x03\xc8"
#define VERR "\x0f\x00\xe0"
#define VERW "\x0f\x00\xe8"

static const struct row asked[] = {
	ASK("LAR of code", LAR, WITH_RINGS, SEL_CODE, 1),
	ASK("LAR of null", LAR, WITH_RINGS, 0, 0),
	ASK("LAR beyond the GDT", LAR, WITH_RINGS, SEL_BEYOND, 0),
	ASK("LAR of the LDT that is none", LAR, WITH_RINGS, SEL_CODE | 4, 0),
	ASK("LAR of an LDT", LAR, WITH_RINGS, SEL_LDT, 1),
	ASK("LAR of an absent LDT", LAR, WITH_RINGS, SEL_LDT_ABSENT, 1),
	ASK("LAR of a TSS", LAR, WITH_RINGS, SEL_TSS, 1),
	ASK("LAR of a busy TSS", LAR, WITH_RINGS, SEL_TSS_BUSY, 1),
	ASK("LAR of a call gate", LAR, WITH_RINGS, SEL_CALL_GATE, 1),
	ASK("LAR of an interrupt gate", LAR, WITH_RINGS, SEL_INT_GATE, 0),
	ASK("LAR of a TSS of 16 bits", LAR, PROTECTED, SEL_TSS16, 1),
	ASK("LAR of a TSS of 16 bits", LAR, LMA, SEL_TSS16, 0),
	ASK("LAR of a task gate", LAR, PROTECTED, SEL_TASK_GATE, 1),
	ASK("LAR of a task gate", LAR, LMA, SEL_TASK_GATE, 0),
	ASK("LAR with an RPL above the DPL", LAR, WITH_RINGS, SEL_DATA | 3, 0),
	ASK("LAR of conforming code", LAR, WITH_RINGS, SEL_CONFORMING | 3, 1),
	ASK("LSL of data", LSL, WITH_RINGS, SEL_DATA, 1),
	ASK("LSL of null", LSL, WITH_RINGS, 3, 0),
	ASK("LSL beyond the GDT", LSL, WITH_RINGS, SEL_BEYOND, 0),
	ASK("LSL of an LDT", LSL, WITH_RINGS, SEL_LDT, 1),
	ASK("LSL of a TSS", LSL, WITH_RINGS, SEL_TSS, 1),
	ASK("LSL of a call gate", LSL, WITH_RINGS, SEL_CALL_GATE, 0),
	ASK("LSL of a task gate", LSL, WITH_RINGS, SEL_TASK_GATE, 0),
	ASK("LSL of a TSS of 16 bits", LSL, PROTECTED, SEL_TSS16, 1),
	ASK("LSL of a TSS of 16 bits", LSL, LMA, SEL_TSS16, 0),
	ASK("VERR of data", VERR, WITH_RINGS, SEL_DATA, 1),
	ASK("VERR of null", VERR, WITH_RINGS, 0, 0),
	ASK("VERR beyond the GDT", VERR, WITH_RINGS, SEL_BEYOND, 0),
	ASK("VERR of what is only executed", VERR, WITH_RINGS, SEL_EXECUTE_ONLY, 0),
	ASK("VERR of a TSS", VERR, WITH_RINGS, SEL_TSS, 0),
	ASK("VERR with an RPL above the DPL", VERR, WITH_RINGS, SEL_DATA | 3, 0),
	ASK("VERR of conforming code", VERR, WITH_RINGS, SEL_CONFORMING | 3, 1),
	ASK("VERW of data", VERW, WITH_RINGS, SEL_DATA, 1),
	ASK("VERW of what is only read", VERW, WITH_RINGS, SEL_READ_ONLY, 0),
	ASK("VERW of code", VERW, WITH_RINGS, SEL_CODE, 0),
	ASK("VERW of an LDT", VERW, WITH_RINGS, SEL_LDT, 0),
	ASK("ARPL", "\x63\xd0", PROTECTED | COMPAT, SEL_DATA, 1, .rdx = 3),
	/* mov dl,7fh; add dl,1; stc: the other flags stay. */
	ROW("OF behind LAR", "\xb2\x7f\x80\xc2\x01" LAR "\x0f\x90\xc0", WITH_RINGS, RAN_ON,
	    .rax = SEL_DATA, .result = true, .want = 1),
	ROW("CF behind LSL", "\xf9" LSL "\x0f\x92\xc0", WITH_RINGS, RAN_ON, .rax = SEL_DATA,
	    .result = true, .want = 1),
	/* Bits 19:16 are undefined. */
	ROW("LAR's answer", LAR "\x89\xc8", P32 | COMPAT | LONG, RAN_ON, .rax = SEL_CODE,
	    .result = true, .want = 0xc09b00),
	ROW("LSL's answer", LSL "\x89\xc8", P32 | COMPAT | LONG, RAN_ON, .rax = SEL_TSS,
	    .result = true, .want = 0x67),
	ROW("LSL's answer in pages", LSL "\x89\xc8", P32 | COMPAT | LONG, RAN_ON, .rax = SEL_DATA,
	    .result = true, .want = UINT32_MAX),
	ROW("LAR without an answer", LAR "\x89\xc8", P32 | COMPAT | LONG, RAN_ON, .rax = 0,
	    .rcx = 0x1234, .result = true, .want = 0x1234),
	ROW("LAR of DPL 0", LAR "\x0f\x94\xc0", WITH_RINGS, RAN_ON, .rings = OUTER_RINGS,
	    .rax = SEL_DATA, .result = true, .want = 0),
	ROW("VERR of DPL 0", VERR "\x0f\x94\xc0", WITH_RINGS, RAN_ON, .rings = OUTER_RINGS,
	    .rax = SEL_DATA, .result = true, .want = 0),
	ROW("LSL of DPL 3", LSL "\x0f\x94\xc0", WITH_RINGS, RAN_ON, .rings = ALL_RINGS,
	    .rax = SEL_USER_DATA | 3, .result = true, .want = 1),
	ROW("LAR of an absent page", "\x0f\x02\x07", LMA, PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT),
	ROW("VERW of an absent page", "\x0f\x00\x2f", LMA, PF, .memory_at = HOLE_AT,
	    .cr2 = HOLE_AT),
	ROW("ARPL of an absent page", "\x63\x07", COMPAT, PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT,
	    .error = 2),
};

Test(privileged_operands, lar_lsl_verr_and_verw) { CHECK(asked); }
