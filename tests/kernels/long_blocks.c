/* SPDX-License-Identifier: MIT */
/* Straight-line code that is longer than an engine translates at once, with a periodic timer.
 * Operands contain the opcodes of instructions that enable interrupts (FB, 9D, CF, 0F 07, 0F 35) or
 * pause (F3 90). An engine divides such code into blocks; a boundary between them must not look
 * like one of these instructions, and must not cost time. This kernel checks that every instruction
 * is executed once; the rest shows when runs with other boundaries are compared. */
#include "k.h"

enum { ROUNDS = 300, REPEATED = 400, TICKS_WANTED = 20, MAX_CALLS = 100000 };

static volatile unsigned ticks;
static volatile uint32_t places;

extern const uint8_t long_block[];

/* XOR EDI, ECX; XOR EBX, EDI; XOR AL, imm8; ADD EDX, imm32 of five kinds. */
__asm__(".pushsection .text\n"
	".globl long_block\n"
	"long_block:\n"
	"push %rbx\n"
	"xor %edi, %edi\n"
	"xor %edx, %edx\n"
	"mov $1, %ecx\n"
	".rept 400\n"
	".byte 0x31, 0xcf\n"
	"inc %edx\n"
	".byte 0x31, 0xfb, 0x34, 0x9d, 0x81, 0xc2, 0, 0, 0x0f, 0x07\n"
	".byte 0x31, 0xcf, 0x81, 0xc2, 0, 0, 0x0f, 0x35, 0x81, 0xc2, 0, 0, 0xf3, 0x90\n"
	".byte 0x31, 0xcf, 0x31, 0xcf, 0x31, 0xcf, 0x31, 0xcf, 0x31, 0xcf, 0x31, 0xcf\n"
	".endr\n"
	"pop %rbx\n"
	"lea (%rdx, %rdi), %rax\n"
	"ret\n"
	".popsection\n");

static void tick(struct trap_frame *f)
{
	ticks++;
	places = places * 31 + (uint32_t)(f->ip - (uintptr_t)long_block);
	pic_eoi(0);
}

void kernel_main(void)
{
	uint64_t (*block)(void) = (uint64_t(*)(void))(uintptr_t)long_block;
	uint32_t each = 1u + 0x070f0000u + 0x350f0000u + 0x90f30000u;
	unsigned wrong = 0;

	trap_hook[IRQ_BASE] = tick;
	pic_mask(0xfffe);
	pit_rate(PIT_HZ / 20000);
	sti();
	for (unsigned i = 0; i < MAX_CALLS && (i < ROUNDS || ticks < TICKS_WANTED); i++)
		wrong += block() != (uint32_t)(each * REPEATED);
	cli();
	pit_stop();
	check("calls with another result", wrong, 0);
	report(ticks >= TICKS_WANTED, "the timer interrupts all the while");
	print("%u ticks, at places %x\n", ticks, places);
}
