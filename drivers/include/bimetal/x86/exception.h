/* SPDX-License-Identifier: MIT */
/* Exceptions in words: names, and what an error code says (Intel SDM Vol. 3A 6.13, 6.15, 4.7). */
#ifndef BIMETAL_X86_EXCEPTION_H
#define BIMETAL_X86_EXCEPTION_H

/* For example:
 *
 *	static void tell(uint64_t vector, uint64_t error, void (*print)(const char *text))
 *	{
 *		char text[EXCEPTION_TEXT];
 *
 *		print(exception_name((unsigned)vector));
 *		exception_explain((unsigned)vector, error, text, sizeof(text));
 *		print(text);
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXCEPTION_PF_PRESENT      (UINT64_C(1) << 0) /* 0: no translation */
#define EXCEPTION_PF_WRITE        (UINT64_C(1) << 1)
#define EXCEPTION_PF_USER         (UINT64_C(1) << 2)
#define EXCEPTION_PF_RESERVED     (UINT64_C(1) << 3)
#define EXCEPTION_PF_FETCH        (UINT64_C(1) << 4)
#define EXCEPTION_PF_KEY          (UINT64_C(1) << 5)
#define EXCEPTION_PF_SHADOW_STACK (UINT64_C(1) << 6)
#define EXCEPTION_PF_HLAT         (UINT64_C(1) << 7)
#define EXCEPTION_PF_SGX          (UINT64_C(1) << 15)
#define EXCEPTION_PF_RMP          (UINT64_C(1) << 31) /* AMD */

enum exception_table { EXCEPTION_GDT, EXCEPTION_IDT, EXCEPTION_LDT };

/* The error code of #TS, #NP, #SS and #GP, if it names a selector. */
struct exception_selector {
	bool external; /* an event from outside, not the instruction, was to be delivered */
	enum exception_table table;
	uint16_t index; /* of the entry in that table */
};

enum { EXCEPTION_TEXT = 256 }; /* holds every text below */

/* "#PF, page fault"; "interrupt" from 32 on and for reserved vectors. Never NULL. */
const char *exception_name(unsigned vector);
struct exception_selector exception_selector(uint64_t error);
/* What the error code says, as a text of at most size - 1 bytes: "write to a page that is not
 * present, from ring 3"; "GDT entry 5 (selector 0x28)"; "" for vectors without an error code.
 * Returns the length of the whole text. With size 0, text may be NULL. */
size_t exception_explain(unsigned vector, uint64_t error, char *text, size_t size);

#endif
