/* SPDX-License-Identifier: MIT */
/* Self-modifying code: patched in place, through an alias, by string moves, on a page that also
 * holds data, across a page boundary, and on a page that gets new contents. A jump follows each
 * change, as the manual requires. */
#include "k.h"

enum { PAGE = 4096, ALIAS = 0x40000000, P = 1, W = 2, ROUNDS = 500 };
extern uint64_t page_pdpt[512];
static uint64_t directory[512] ALIGNED(4096), table[512] ALIGNED(4096);
static uint8_t code[4 * PAGE] ALIGNED(4096);
static const uint8_t return_imm[6] = { 0xb8, 0, 0, 0, 0, 0xc3 }; /* MOV EAX, imm32; RET */

static uint32_t call(const volatile void *at)
{
	uint32_t result;
	__asm__ volatile("call *%1"
			 : "=a"(result)
			 : "r"(at)
			 : "memory", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11");
	return result;
}

static void put_function(volatile uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < sizeof return_imm; i++) at[i] = return_imm[i];
	for (unsigned i = 0; i < 4; i++) at[1 + i] = (uint8_t)(value >> 8 * i);
}

static void in_place(void)
{
	unsigned wrong = 0;

	put_function(code, 1);
	check("new code", call(code), 1);
	*(volatile uint32_t *)(code + 1) = 2;
	check("its immediate changed", call(code), 2);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		*(volatile uint32_t *)(code + 1) = i;
		wrong += call(code) != i;
	}
	check("wrong results of 500 changes", wrong, 0);
	code[0] = 0x90; /* NOPs and RET: EAX keeps the caller's value */
	code[1] = 0x90;
	code[2] = 0x31; /* XOR EAX, EAX */
	code[3] = 0xc0;
	code[4] = 0x90;
	check("its opcodes changed", call(code), 0);
}

static void by_alias(void)
{
	volatile uint8_t *alias = (volatile uint8_t *)ALIAS;
	unsigned wrong = 0;

	put_function(code, 7);
	check("before the alias", call(code), 7);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		*(volatile uint32_t *)(alias + 1) = i + 1000;
		wrong += call(code) != i + 1000;
	}
	check("wrong results of 500 changes through an alias", wrong, 0);
	check("the alias executes, too", call(alias), 1000 + ROUNDS - 1);
	wrong = 0;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		volatile uint8_t *at = i & 1 ? alias : code;
		*(volatile uint32_t *)(at + 1) = i;
		wrong += call(i & 2 ? alias : code) != i;
	}
	check("wrong results of 500 changes through either", wrong, 0);
}

static void by_strings(void)
{
	uint8_t image[6];
	unsigned wrong = 0;

	put_function(code + 64, 1);
	check("before the string moves", call(code + 64), 1);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		put_function(image, i * 3);
		memcpy(code + 64, image, sizeof image); /* REP MOVSB */
		wrong += call(code + 64) != i * 3;
	}
	check("wrong results of 500 REP MOVSB", wrong, 0);
	memset(code + 64, 0x90, 5); /* REP STOSB: NOPs before the RET */
	report(!try_call(code + 64, 0), "REP STOSB of NOPs");
}

/* A function that stores into its own code, then jumps there. */
FRAG(own_next, "mov %edi, own_next_target + 1; jmp own_next_target; own_next_target:",
     "mov $0x11111111, %eax", "");
FRAG(own_loop,
     "xor %eax, %eax; mov $200, %ecx; 1: incl own_loop_imm + 1; jmp own_loop_imm; own_loop_imm:",
     "mov $0, %edx", "add %edx, %eax; dec %ecx; jnz 1b");

static void itself(void)
{
	for (uint32_t i = 0; i < 3; i++) {
		try_call(own_next, 0x22220000 + i);
		check("an instruction patched by the one before", frag_ax, 0x22220000 + i);
	}
	try_call(own_loop, 0);
	check("a loop that counts in its own immediate", frag_ax, 200 * 201 / 2);
}

static void code_and_data(void)
{
	volatile uint32_t *counter = (volatile uint32_t *)(code + PAGE + 0x800);
	uint32_t sum = 0;

	put_function(code + PAGE, 5);
	*counter = 0;
	for (unsigned i = 0; i < ROUNDS; i++) {
		*counter += 1;
		sum += call(code + PAGE);
	}
	check("data beside code", *counter, ROUNDS);
	check("code beside data", sum, 5 * ROUNDS);
	/* INCL counter; RET on the same page */
	code[PAGE + 0x100] = 0xff;
	code[PAGE + 0x101] = 0x04;
	code[PAGE + 0x102] = 0x25;
	*(volatile uint32_t *)(code + PAGE + 0x103) = (uint32_t)(uintptr_t)counter;
	code[PAGE + 0x107] = 0xc3;
	*counter = 0;
	for (unsigned i = 0; i < ROUNDS; i++) call(code + PAGE + 0x100);
	check("code that writes to its page", *counter, ROUNDS);
}

static void over_the_edge(void)
{
	volatile uint8_t *at = code + 2 * PAGE - 3;
	unsigned wrong = 0;

	put_function(at, 0);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t value = i * 0x01010101u;
		at[i & 1 ? 1 : 4] = (uint8_t)i; /* on the first and the second page in turn */
		value = (uint32_t)at[1] | (uint32_t)at[2] << 8 | (uint32_t)at[3] << 16 |
			(uint32_t)at[4] << 24;
		wrong += call(at) != value;
	}
	check("wrong results of 500 changes over a page's edge", wrong, 0);
}

static void other_frame(void)
{
	put_function(code + 2 * PAGE, 0xaaaa);
	put_function(code + 3 * PAGE, 0xbbbb);
	table[1] = (uintptr_t)(code + 2 * PAGE) | P | W;
	invlpg(ALIAS + PAGE);
	check("a page's code", call((void *)(ALIAS + PAGE)), 0xaaaa);
	table[1] = (uintptr_t)(code + 3 * PAGE) | P | W;
	invlpg(ALIAS + PAGE);
	check("another frame's code at the same address", call((void *)(ALIAS + PAGE)), 0xbbbb);
	*(volatile uint32_t *)(code + 2 * PAGE + 1) = 0xcccc;
	table[1] = (uintptr_t)(code + 2 * PAGE) | P | W;
	invlpg(ALIAS + PAGE);
	check("the first again, changed meanwhile", call((void *)(ALIAS + PAGE)), 0xcccc);
}

void kernel_main(void)
{
	page_pdpt[1] = (uintptr_t)directory | P | W;
	directory[0] = (uintptr_t)table | P | W;
	table[0] = (uintptr_t)code | P | W;
	flush_tlb();
	in_place();
	by_alias();
	by_strings();
	itself();
	code_and_data();
	over_the_edge();
	other_frame();
}
