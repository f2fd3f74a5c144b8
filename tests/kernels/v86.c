/* SPDX-License-Identifier: MIT */
/* Virtual-8086 mode: entered by IRET, left by a trap, and what IOPL allows there. */
#include "k.h"

enum {
	CODE = 0x8000, /* physical, and 0800:0000 */
	WORDS = 4,
	SEG_CODE = 0x0800,
	SEG_STACK = 0x0900,
	SP = 0x100
};
#define frame (trap_last.frame)

static uint8_t *const code = (uint8_t *)CODE;
/* The argument: EFLAGS. Frame: EIP CS EFLAGS ESP SS ES DS FS GS. */
FRAG(enter,
     "pushl $0x4000; pushl $0x3000; pushl $0x2000; pushl $0x1000; pushl $0x0900; pushl $0x100;"
     "pushl %edi; pushl $0x0800; pushl $0",
     "iretl", "");

static void run(const uint8_t *bytes, size_t n, uintptr_t iopl)
{
	memset(code, 0xcc, 64);
	memcpy(code, bytes, n);
	report(try_call(enter, FLAG_FIXED | FLAG_VM | iopl), "virtual-8086 code traps");
}
#define RUN(iopl, ...)                                          \
	do {                                                    \
		static const uint8_t bytes[] = { __VA_ARGS__ }; \
		run(bytes, sizeof bytes, iopl);                 \
	} while (0)

static void expect_trap(const char *name, unsigned vector, uintptr_t error, uintptr_t ip)
{
	if (frame.vector == vector && frame.error == error && frame.ip == ip)
		report(true, name);
	else
		fail(name, "got vector %u error %p ip %p want vector %u error %p ip %p",
		     (uint32_t)frame.vector, frame.error, frame.ip, vector, error, ip);
}

void kernel_main(void)
{
	const uintptr_t *above;

	RUN(FLAG_IOPL, 0xcd, 0x80); /* INT 0x80, a gate of DPL 3 */
	expect_trap("INT n with IOPL 3 goes through the IDT", USER_EXIT, 0, 2);
	above = (const uintptr_t *)trap_last.at;
	check("EFLAGS.VM is pushed", frame.flags & FLAG_VM, FLAG_VM);
	check("CS", frame.cs & 0xffff, SEG_CODE);
	check("SP", frame.sp, SP);
	check("SS", frame.ss & 0xffff, SEG_STACK);
	check("ES", above[5] & 0xffff, 0x1000);
	check("DS", above[6] & 0xffff, 0x2000);
	check("FS", above[7] & 0xffff, 0x3000);
	check("GS", above[8] & 0xffff, 0x4000);
	check("DS is null in the handler's frame", frame.ds & 0xffff, 0);
	check("on the ring-0 stack", trap_last.at, top_of(stack_ring0) - 9 * sizeof(uintptr_t));

	RUN(0, 0xcd, 0x80);
	expect_trap("#GP INT n with IOPL 0", GP, 0, 0);
	RUN(0, 0xfa);
	expect_trap("#GP CLI with IOPL 0", GP, 0, 0);
	RUN(0, 0x9c);
	expect_trap("#GP PUSHF with IOPL 0", GP, 0, 0);
	RUN(0, 0xcf);
	expect_trap("#GP IRET with IOPL 0", GP, 0, 0);
	RUN(FLAG_IOPL, 0xfa, 0xf4);
	expect_trap("CLI with IOPL 3, then #GP HLT", GP, 0, 1);
	RUN(FLAG_IOPL, 0x0f, 0x20, 0xc0);
	expect_trap("#GP MOV from CR0", GP, 0, 0);
	RUN(FLAG_IOPL, 0xe4, 0x80);
	expect_trap("#GP IN by the bitmap, whatever IOPL", GP, 0, 0);
	RUN(0, 0x0f, 0x0b);
	expect_trap("#UD", UD, 0, 0);
	RUN(0, 0xcc);
	expect_trap("INT3 whatever IOPL", BP, 0, 1);
	RUN(0, 0xb8, 0x34, 0x12, 0x8e, 0xd8, 0x8c, 0xdb, 0x0f,
	    0x0b); /* MOV DS, 0x1234; MOV BX, DS */
	expect_trap("segments load as in real mode", UD, 0, 7);
	check("BX", frame.bx & 0xffff, 0x1234);
	RUN(0, 0xb8, 0x78, 0x56, 0x50, 0x5b, 0x0f, 0x0b); /* MOV AX, 0x5678; PUSH AX; POP BX */
	check("a 16-bit stack", frame.bx & 0xffff, 0x5678);
	check("its memory", *(uint16_t *)(SEG_STACK * 16 + SP - 2), 0x5678);
}
