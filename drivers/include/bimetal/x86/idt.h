/* SPDX-License-Identifier: MIT */
/* The interrupt descriptor table of 64-bit mode (Intel SDM Vol. 3A 6.12.1, 6.13, 6.14.2;
 * unread: 6.10), and handlers in C for its 256 vectors. bimetal/x86/idt_stubs.h makes what the
 * gates lead to, which calls a function of the kernel with a struct idt_context. */
#ifndef BIMETAL_X86_IDT_H
#define BIMETAL_X86_IDT_H

/* For example:
 *
 *	static struct idt idt;
 *
 *	static enum idt_status gates(struct x86_cpu cpu, const uint64_t stubs[IDT_VECTORS])
 *	{
 *		const struct idt_options usual = { .type = IDT_INTERRUPT };
 *		const struct idt_options own_stack = { .type = IDT_INTERRUPT, .ist = 1 };
 *
 *		idt_init(&idt);
 *		enum idt_status status = idt_set_range(&idt, 0, 255, stubs, 0x08, usual);
 *		if (status == IDT_OK) status = idt_set(&idt, 8, stubs[8], 0x08, own_stack);
 *		if (status == IDT_OK) idt_load(&idt, cpu);
 *		return status;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86_cpu.h"

#define IDT_MUST_USE __attribute__((warn_unused_result))

enum { IDT_VECTORS = 256, IDT_GATE_BYTES = 16, IDT_ISTS = 7 };

enum idt_status {
	IDT_OK,
	IDT_NULL_POINTER,
	IDT_BAD_VECTOR, /* above 255, or a range whose end comes before its start */
	IDT_RESERVED,   /* an exception that no processor raises: 15, 22 to 27, 31 */
	IDT_BAD_IST,    /* above 7 */
	IDT_BAD_DPL,    /* above 3 */
	IDT_BAD_TYPE,
	IDT_BAD_SELECTOR /* the null selector: #GP when the gate is used */
};

/* Vectors of exceptions (SDM Vol. 3A table 6-1; 28 to 30: unread: APM Vol. 2 table 8-1). */
enum idt_vector {
	IDT_DE = 0,
	IDT_DB = 1,
	IDT_NMI = 2,
	IDT_BP = 3,
	IDT_OF = 4,
	IDT_BR = 5,
	IDT_UD = 6,
	IDT_NM = 7,
	IDT_DF = 8, /* does not return */
	IDT_TS = 10,
	IDT_NP = 11,
	IDT_SS = 12,
	IDT_GP = 13,
	IDT_PF = 14,
	IDT_MF = 16,
	IDT_AC = 17,
	IDT_MC = 18, /* does not return */
	IDT_XM = 19,
	IDT_VE = 20,
	IDT_CP = 21,
	IDT_HV = 28,
	IDT_VC = 29,
	IDT_SX = 30,
	IDT_FIRST_FREE = 32 /* from here on the kernel's */
};

enum idt_type {
	IDT_INTERRUPT = 0xe, /* interrupts are off in the handler */
	IDT_TRAP = 0xf       /* they stay as they are */
};

struct idt_options {
	enum idt_type type;
	uint8_t ist; /* 0: the stack as it is; 1 to 7: this one of the TSS */
	uint8_t dpl; /* the outermost ring whose INT n may use the gate */
	bool absent; /* P is 0: using it is #NP */
};

/* A gate as the processor reads it. */
struct idt_gate {
	uint64_t low, high;
};

struct idt {
	struct idt_gate gate[IDT_VECTORS];
} __attribute__((aligned(16)));

/* All gates absent. */
void idt_init(struct idt *idt);
/* Let a vector lead to `handler`, a linear address in the code segment `selector`. Vectors that are
 * reserved are refused: whoever means one of them has probably miscounted. */
IDT_MUST_USE enum idt_status idt_set(struct idt *idt, unsigned vector, uint64_t handler,
				     uint16_t selector, struct idt_options options);
/* Vectors first to last, reserved ones too (an 8259A that was not set up uses vector 15), each to
 * its own entry of `handlers`, which has all 256. With an error nothing changes. */
IDT_MUST_USE enum idt_status idt_set_range(struct idt *idt, unsigned first, unsigned last,
					   const uint64_t handlers[IDT_VECTORS], uint16_t selector,
					   struct idt_options options);
/* What a gate holds. */
uint64_t idt_handler(const struct idt *idt, unsigned vector);
uint16_t idt_selector(const struct idt *idt, unsigned vector);
struct idt_options idt_options(const struct idt *idt, unsigned vector);
/* LIDT. */
void idt_load(const struct idt *idt, struct x86_cpu cpu);

/* Is this exception reserved? Does the processor push an error code for it? Must its handler not
 * return? */
bool idt_is_reserved(unsigned vector);
bool idt_has_error(unsigned vector);
bool idt_never_returns(unsigned vector);

/* ---- handlers in C ---- */

/* What the processor pushes (SDM Vol. 3A 6.14.2). */
struct idt_frame {
	uint64_t rip, cs, rflags, rsp, ss;
};

/* What a handler gets: all general registers, the vector, the error code (0 where there is none),
 * and the frame. What a handler writes here is what the interrupted code gets. */
struct idt_context {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector, error;
	struct idt_frame frame;
};

/* A table of handlers, for a kernel whose stubs call idt_dispatch(). All zeroes: no handler. */
struct idt_handler {
	void (*fn)(void *ctx, struct idt_context *context);
	void *ctx;
};
struct idt_handlers {
	struct idt_handler at[IDT_VECTORS];
	struct idt_handler otherwise; /* of vectors without one; its fn must be set */
};

/* Set the handler of vectors first to last; fn NULL: none. */
IDT_MUST_USE enum idt_status idt_handle(struct idt_handlers *handlers, unsigned first,
					unsigned last, struct idt_handler handler);
/* Call the handler of context->vector. False: there is none, not even `otherwise`. */
bool idt_dispatch(const struct idt_handlers *handlers, struct idt_context *context);

#endif
