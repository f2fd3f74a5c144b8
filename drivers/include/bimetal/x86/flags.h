/* SPDX-License-Identifier: MIT */
/* RFLAGS and MXCSR (Intel SDM Vol. 1 3.4.3.1; unread: 3.4.3, 10.2.3), and work with interrupts off.
 */
#ifndef BIMETAL_X86_FLAGS_H
#define BIMETAL_X86_FLAGS_H

/* For example:
 *
 *	static void count(void *ctx) { ++*(unsigned *)ctx; }
 *
 *	static void count_undisturbed(struct x86_cpu cpu, unsigned *counter)
 *	{
 *		x86_without_interrupts(cpu, count, counter);
 *	}
 */

#include <stdint.h>

#include "bimetal/x86_cpu.h"

#define X86_FLAG_CF   (UINT64_C(1) << 0)
#define X86_FLAG_ONE  (UINT64_C(1) << 1) /* always 1 */
#define X86_FLAG_PF   (UINT64_C(1) << 2)
#define X86_FLAG_AF   (UINT64_C(1) << 4)
#define X86_FLAG_ZF   (UINT64_C(1) << 6)
#define X86_FLAG_SF   (UINT64_C(1) << 7)
#define X86_FLAG_TF   (UINT64_C(1) << 8)
#define X86_FLAG_IF   (UINT64_C(1) << 9)
#define X86_FLAG_DF   (UINT64_C(1) << 10)
#define X86_FLAG_OF   (UINT64_C(1) << 11)
#define X86_FLAG_IOPL (UINT64_C(3) << 12)
#define X86_FLAG_NT   (UINT64_C(1) << 14)
#define X86_FLAG_RF   (UINT64_C(1) << 16)
#define X86_FLAG_VM   (UINT64_C(1) << 17)
#define X86_FLAG_AC   (UINT64_C(1) << 18)
#define X86_FLAG_VIF  (UINT64_C(1) << 19)
#define X86_FLAG_VIP  (UINT64_C(1) << 20)
#define X86_FLAG_ID   (UINT64_C(1) << 21)

enum { /* MXCSR */
       X86_MXCSR_INVALID = 1 << 0,
       X86_MXCSR_DENORMAL = 1 << 1,
       X86_MXCSR_DIVIDE = 1 << 2,
       X86_MXCSR_OVERFLOW = 1 << 3,
       X86_MXCSR_UNDERFLOW = 1 << 4,
       X86_MXCSR_PRECISION = 1 << 5,
       X86_MXCSR_DAZ = 1 << 6,
       X86_MXCSR_MASKS_LSB = 7, /* the masks of the six above, in their order */
       X86_MXCSR_MASKS = 0x3f << 7,
       X86_MXCSR_ROUND = 3 << 13, /* 0 nearest, 1 down, 2 up, 3 to zero */
       X86_MXCSR_FTZ = 1 << 15,
       X86_MXCSR_RESET = 0x1f80
};

/* Call fn(ctx) with interrupts off, and leave them as they were. */
void x86_without_interrupts(struct x86_cpu cpu, void (*fn)(void *ctx), void *ctx);

#endif
