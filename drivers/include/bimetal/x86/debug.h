/* SPDX-License-Identifier: MIT */
/* Hardware breakpoints: the bits of DR6 and DR7 (Intel SDM Vol. 3B 17.2). */
#ifndef BIMETAL_X86_DEBUG_H
#define BIMETAL_X86_DEBUG_H

/* For example:
 *
 *	static enum dr7_status watch(struct x86_cpu cpu, uint64_t variable)
 *	{
 *		struct dr7_breakpoint writes = { .when = DR7_WRITE, .bytes = 8 };
 *		uint64_t dr7 = x86_dr7(cpu);
 *
 *		writes.global = true;
 *		enum dr7_status status = dr7_set(&dr7, 0, &writes, variable);
 *		if (status != DR7_OK) return status;
 *		x86_set_dr0(cpu, variable);
 *		x86_set_dr7(cpu, dr7);
 *		return DR7_OK;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86_cpu.h"

enum { DR_BREAKPOINTS = 4 };

enum {                      /* DR6: what a debug exception came from; software clears them */
       X86_DR6_B0 = 1 << 0, /* and B1 to B3 */
       X86_DR6_BD = 1 << 13,
       X86_DR6_BS = 1 << 14,
       X86_DR6_BT = 1 << 15,
       X86_DR6_RTM = 1 << 16
};
enum {                        /* DR7 */
       X86_DR7_ONE = 1 << 10, /* always 1 */
       X86_DR7_LE = 1 << 8,
       X86_DR7_GE = 1 << 9,
       X86_DR7_GD = 1 << 13
};

enum dr7_when { DR7_EXECUTE = 0, DR7_WRITE = 1, DR7_PORT = 2, DR7_ACCESS = 3 };

/* What a breakpoint waits for. With neither local nor global it is off. */
struct dr7_breakpoint {
	enum dr7_when when; /* DR7_PORT needs CR4.DE */
	uint8_t bytes;      /* 1, 2, 4 or 8; 1 for DR7_EXECUTE */
	bool local, global;
};

enum dr7_status {
	DR7_OK,
	DR7_NULL_POINTER,
	DR7_BAD_NUMBER, /* above 3 */
	DR7_BAD_SIZE,
	DR7_UNALIGNED, /* the address is no multiple of the size */
	DR7_BAD_WHEN   /* no value of enum dr7_when */
};

/* Put breakpoint n, 0 to 3, into the value *dr7; `address` is only checked. Pure. */
__attribute__((warn_unused_result)) enum dr7_status
dr7_set(uint64_t *dr7, unsigned n, const struct dr7_breakpoint *breakpoint, uint64_t address);
/* Breakpoint n of the value; all zeroes if n is above 3. */
struct dr7_breakpoint dr7_get(uint64_t dr7, unsigned n);

#endif
