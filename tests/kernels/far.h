/* SPDX-License-Identifier: MIT */
/* Far returns, jumps and calls to any target; the code there is an INT. */
#ifndef TESTS_KERNELS_FAR_H
#define TESTS_KERNELS_FAR_H

#include "k.h"

/* What a return finds on the stack. */
volatile uintptr_t ret_ip, ret_cs, ret_flags, ret_sp, ret_ss;
/* The operand of a far jump or call. */
volatile struct {
	uint32_t offset;
	uint16_t selector;
} __attribute__((packed)) far_operand USER_DATA;

enum { ARRIVED = 0x82 };

#ifdef __x86_64__
#define PUSH_ "pushq "
#define IRET_ "iretq"
#define LRET_ "lretq"
#else
#define PUSH_ "pushl "
#define IRET_ "iretl"
#define LRET_ "lretl"
#endif

FRAG(iret_to, PUSH_ "ret_ss;" PUSH_ "ret_sp;" PUSH_ "ret_flags;" PUSH_ "ret_cs;" PUSH_ "ret_ip",
     IRET_, "");
FRAG(lret_to, PUSH_ "ret_ss;" PUSH_ "ret_sp;" PUSH_ "ret_cs;" PUSH_ "ret_ip", LRET_, "");
FRAG(jump_to, "", "ljmp *far_operand", "");
FRAG(call_to, "", "lcall *far_operand", "");
FRAG(arrive, "", "int $0x82", "");
UFRAG(u_arrive, "", "int $0x80", "");
UFRAG(u_jump_to, "", "ljmp *far_operand", "");
UFRAG(u_call_to, "", "lcall *far_operand", "");

static inline void return_frame(uintptr_t ip, uintptr_t cs, uintptr_t sp, uintptr_t ss)
{
	ret_ip = ip;
	ret_cs = cs;
	ret_flags = FLAG_FIXED;
	ret_sp = sp;
	ret_ss = ss;
}

static inline void go_to(uint32_t offset, uint16_t selector)
{
	far_operand.offset = offset;
	far_operand.selector = selector;
}

#define ARRIVES   TRAPS(arrive, ARRIVED)
#define U_ARRIVES RETURNS

#endif
