/* SPDX-License-Identifier: MIT */
/* INT n of all 256 numbers: in rings 0 and 3, in 16-bit, 32-bit, compatibility and virtual-8086
 * code; the gate's privilege and presence; the one-byte forms and prefixes (SDM Vol. 2A, INT). */
#include "k.h"

enum {
	NUMBERS = 256,
	STUB_BYTES = 32,
	IN_IDT = 2,
	OPCODE_INT = 0xcd,
	OPCODE_RET = 0xc3,
	SEL_CODE16 = SEL_FREE,
	LOW_CODE = 0x8000, /* physical; 0800:0000 in virtual-8086 mode */
	NO_HIT = 0x1000
};
#define frame (trap_last.frame)

/* A handler for each number, which reports its number and returns. */
volatile uint32_t hit;
extern const char int_stubs[];
__asm__(".pushsection .text\n.altmacro\n"
	".macro int_stub n\n.balign 32\n"
#ifdef __x86_64__
	"movl $\\n, hit\niretq\n"
#else
	"pushl %ds; pushl $0x10; popl %ds; movl $\\n, hit; popl %ds; iretl\n"
#endif
	".endm\n.balign 32\nint_stubs:\n.set i, 0\n"
	".rept 256\nint_stub %i\n.set i, i + 1\n.endr\n.popsection");

/* The code under test is written here. */
static uint8_t code[16];
USER_DATA static uint8_t user_code[16];

static void write_int(uint8_t *at, unsigned n)
{
	at[0] = OPCODE_INT;
	at[1] = (uint8_t)n;
	at[2] = OPCODE_RET;
}

static void handler(unsigned n, unsigned dpl)
{
	gate_set(n, (uintptr_t)int_stubs + n * STUB_BYTES, SEL_KCODE, GATE_INTERRUPT, dpl, 0);
	hit = NO_HIT;
}

static void restore(unsigned n)
{
	gate_default(n, n == BP || n == OF || n == USER_EXIT ? 3 : 0, 0);
}

static void inner_ring(void)
{
	unsigned good = 0;
	for (unsigned n = 0; n < NUMBERS; n++) {
		write_int(code, n);
		handler(n, 0);
		good += !try_call(code, 0) && hit == n;
		restore(n);
	}
	check("INT n in ring 0 returns behind itself", good, NUMBERS);
	good = 0;
	for (unsigned n = 0; n < NUMBERS; n++) {
		write_int(code, n);
		if (n == NP) continue; /* its own gate cannot be absent */
		idt[n].word[1] &= ~0x8000u;
		good += try_call(code, 0) && frame.vector == NP && frame.error == n * 8 + IN_IDT &&
			frame.ip == (uintptr_t)code;
		restore(n);
	}
	check("#NP INT n, gate not present", good, NUMBERS - 1);
	good = 0;
	load_idt(idt, GATE_BYTES * 0x40 - 1);
	for (unsigned n = 0x40; n < NUMBERS; n++) {
		write_int(code, n);
		good += try_call(code, 0) && frame.vector == GP && frame.error == n * 8 + IN_IDT &&
			frame.ip == (uintptr_t)code;
	}
	load_idt(idt, sizeof idt - 1);
	check("#GP INT n beyond the IDT", good, NUMBERS - 0x40);
}

/* Ring 3 comes back by its own INT 0x80. */
static unsigned user_ints(void)
{
	unsigned good = 0;
	for (unsigned n = 0; n < NUMBERS; n++) {
		write_int(user_code, n);
		if (n == USER_EXIT) continue;
		handler(n, 3);
		user_call(user_code, 0);
		good += frame.vector == USER_EXIT && hit == n;
		restore(n);
	}
	return good;
}

static unsigned user_ints_refused(void)
{
	unsigned good = 0;
	for (unsigned n = 0; n < NUMBERS; n++) {
		write_int(user_code, n);
		gate_default(n, 0, 0);
		user_call(user_code, 0);
		good += frame.vector == GP && frame.error == n * 8 + IN_IDT &&
			frame.ip == (uintptr_t)user_code;
		restore(n);
	}
	return good;
}

static void outer_ring(void)
{
	check("INT n in ring 3, gates of DPL 3", user_ints(), NUMBERS - 1);
	check("#GP INT n in ring 3, gates of DPL 0", user_ints_refused(), NUMBERS);
#ifdef __x86_64__
	user_cs = SEL_UCODE32 | 3;
	check("INT n in compatibility mode", user_ints(), NUMBERS - 1);
	check("#GP INT n in compatibility mode", user_ints_refused(), NUMBERS);
	user_cs = SEL_UCODE | 3;
#endif
}

/* A fault is at the first prefix, as prefixes belong to the instruction. INT3 has the handler of
 * INT 3, but it is not INT 3 in a shorter form. */
static void lengths(void)
{
	static const uint8_t prefixed[] = { 0x66, 0xf2, OPCODE_INT, 0x90, OPCODE_RET };
	static const uint8_t int3[] = { 0x3e, 0xcc, OPCODE_RET };
	static const uint8_t like_int[] = { 0xb0, OPCODE_INT, 0x3e, 0xcc, OPCODE_RET };

	memcpy(code, prefixed, sizeof prefixed);
	handler(0x90, 0);
	expect("INT n with prefixes", code, 0, RETURNS);
	check("it came", hit, 0x90);
	idt[0x90].word[1] &= ~0x8000u;
	expect("#NP at its first prefix", code, 0,
	       (struct want){ .vector = NP, .error = 0x90 * 8 + IN_IDT, .ip = (uintptr_t)code });
	restore(0x90);
	memcpy(code, int3, sizeof int3);
	expect("INT3 with a prefix", code, 0,
	       (struct want){ .vector = BP, .ip = (uintptr_t)code + 2 });
	idt[BP].word[1] &= ~0x8000u;
	expect("#NP INT3", code, 0,
	       (struct want){ .vector = NP, .error = BP * 8 + IN_IDT, .ip = (uintptr_t)code });
	memcpy(code, like_int, sizeof like_int);
	expect("#NP INT3 behind a byte like INT's", code, 0,
	       (struct want){ .vector = NP, .error = BP * 8 + IN_IDT, .ip = (uintptr_t)code + 2 });
	restore(BP);
}

#ifndef __x86_64__
FRAG(call16, "", "lcall $0x50, $0x8000", "");
/* The argument: EFLAGS. */
FRAG(enter_v86,
     "pushl $0; pushl $0; pushl $0; pushl $0; pushl $0x0900; pushl $0x100; pushl %edi; pushl "
     "$0x0800;"
     "pushl $0",
     "iretl", "");

static void code16(void)
{
	uint8_t *const at = (uint8_t *)LOW_CODE;
	unsigned good = 0;

	gdt[SEL_CODE16 / 8] = segment(0, 0xffff, 0x9a, 0);
	for (unsigned n = 0; n < NUMBERS; n++) {
		write_int(at, n);
		at[2] = 0x66; /* RETF of 32 bits */
		at[3] = 0xcb;
		handler(n, 0);
		good += !try_call(call16, 0) && hit == n;
		restore(n);
	}
	check("INT n in 16-bit code", good, NUMBERS);
}

static unsigned v86_ints(unsigned dpl, uintptr_t iopl, bool comes, uintptr_t error_of_n,
			 uintptr_t error)
{
	uint8_t *const at = (uint8_t *)LOW_CODE;
	unsigned good = 0;

	for (unsigned n = 0; n < NUMBERS; n++) {
		write_int(at, n);
		at[2] = 0xf4;                   /* HLT: #GP */
		if (n == GP && comes) continue; /* tells the end */
		if (comes)
			handler(n, dpl);
		else
			gate_default(n, dpl, 0);
		try_call(enter_v86, FLAG_FIXED | FLAG_VM | iopl);
		bool ended = frame.vector == GP && frame.ip == 2 && !frame.error && hit == n;
		bool refused =
			frame.vector == GP && !frame.ip && frame.error == n * error_of_n + error;
		good += comes ? ended : refused;
		restore(n);
	}
	return good;
}

static void only_here(void)
{
	code16();
	check("INT n in virtual-8086 mode, IOPL 3", v86_ints(3, FLAG_IOPL, true, 0, 0),
	      NUMBERS - 1);
	check("#GP INT n there, gates of DPL 0", v86_ints(0, FLAG_IOPL, false, 8, IN_IDT), NUMBERS);
	check("#GP(0) INT n there, IOPL 0", v86_ints(3, 0, false, 0, 0), NUMBERS);
}
#else
static void only_here(void) {}
#endif

void kernel_main(void)
{
	inner_ring();
	outer_ring();
	lengths();
	only_here();
}
