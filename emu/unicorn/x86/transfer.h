/* SPDX-License-Identifier: MIT */
/* Shared by far transfers, task switches and deliveries: descriptors, stacks, and the fault that
 * ends one of them. Not included outside emu/unicorn. */
#ifndef EMU_UNICORN_X86_TRANSFER_H
#define EMU_UNICORN_X86_TRANSFER_H

#include "emu/unicorn/x86/cpu_internal.h"

enum {
	SELECTOR_RPL = 3,
	SELECTOR_TI = 4,
	SELECTOR_INDEX = 0xfff8,
	SELECTOR_ERROR = 0xfffc, /* the selector in an error code: index and TI */
	ERROR_EXT = 1,
	ERROR_IDT = 2
};

/* Types of system descriptors (SDM Vol. 3A table 3-2). */
enum system_type {
	TYPE_TSS16 = 1,
	TYPE_LDT = 2,
	TYPE_CALL_GATE16 = 4,
	TYPE_TASK_GATE = 5,
	TYPE_INT_GATE16 = 6,
	TYPE_TRAP_GATE16 = 7,
	TYPE_TSS = 9,
	TYPE_CALL_GATE = 12,
	TYPE_INT_GATE = 14,
	TYPE_TRAP_GATE = 15,
	TYPE_TSS_BUSY = 2, /* bit in the type of a busy TSS */
	TYPE_32 = 8        /* bit that is clear for 80286 types */
};

enum { DESC_TYPE_SHIFT = 8, DESC_TYPE = 15, DESCRIPTOR_BYTES = 8, DESCRIPTOR64_BYTES = 16 };

/* One transfer. A function that returns false has set `fault`: vector, error code and CR2. */
struct transfer {
	struct cpu *cpu;
	struct env *env; /* the engine's live state; while it is stopped, its saved state */
	struct paging_mode paging; /* of `env` */
	bool lma;
	bool changed;    /* the new task is active: a fault belongs to it */
	bool exits;      /* a task switch that is intercepted: cpu->svm */
	bool debug_trap; /* T flag of the new task: #DB before its first instruction */
	uint32_t ext;    /* EXT bit of its error codes */
	uint64_t rflags;
	struct pending_event fault;
	enum cpu_refusal why;               /* what failed; and, if memory was the cause, .. */
	struct linear_fault access;         /* .. the access that faulted */
	struct cpu_failed_delivery *report; /* receives what was read; NULL: not wanted */
};

/* A descriptor as it is in its table. */
struct descriptor {
	struct env_segment segment; /* for a gate only `selector` and `flags` are valid */
	uint64_t at;                /* linear */
	uint64_t raw;
};

/* A stack: its top and the rights to use it. */
struct far_stack {
	struct env_segment ss;
	uint64_t sp, mask; /* mask: from the stack pointer size, UINT64_MAX in 64-bit mode */
	uint32_t error;    /* error code of #SS beyond its limit, without EXT */
	bool user;         /* accessed with the rights of ring 3 */
};

/* --- selector.c */
void transfer_begin(struct transfer *t, struct cpu *cpu, struct env *env);
/* Read the paging registers again, after CR3 changed. */
void transfer_read_paging(struct transfer *t);
/* Set the fault and return false. `error` is without EXT. */
bool transfer_fail(struct transfer *t, enum cpu_refusal why, uint8_t vector, uint32_t error);
/* Read or write memory that the CPU accesses by itself, with supervisor rights: tables and the TSS.
 */
bool transfer_read(struct transfer *t, enum cpu_refusal why, uint64_t linear, void *buf,
		   size_t len);
bool transfer_write(struct transfer *t, enum cpu_refusal why, uint64_t linear, const void *buf,
		    size_t len);
/* Would a write succeed? Nothing is changed. */
bool transfer_probe_write(struct transfer *t, uint64_t linear, size_t len);
static inline unsigned segment_dpl(const struct env_segment *s)
{
	return s->flags >> DESC_DPL_SHIFT & 3;
}
static inline unsigned segment_type(const struct env_segment *s)
{
	return s->flags >> DESC_TYPE_SHIFT & DESC_TYPE;
}
static inline bool segment_is_code(const struct env_segment *s)
{
	return (s->flags & (DESC_S | DESC_CODE)) == (DESC_S | DESC_CODE);
}
static inline bool segment_is_writable_data(const struct env_segment *s)
{
	return (s->flags & (DESC_S | DESC_CODE | DESC_W)) == (DESC_S | DESC_W);
}
static inline bool selector_is_null(uint32_t selector) { return !(selector & SELECTOR_ERROR); }

/* Find the linear address of a descriptor. False: `bytes` of it are not inside its table. */
bool selector_find(const struct env *env, uint32_t selector, unsigned bytes, uint64_t *linear);
/* Read the descriptor of a selector that is not null. Beyond its table: fault `vector`(selector).
 */
bool descriptor_read(struct transfer *t, uint32_t selector, uint8_t vector, struct descriptor *d);
/* Set bits of the descriptor's upper half, in memory too. */
bool descriptor_set(struct transfer *t, struct descriptor *d, uint32_t bits);
/* Set the descriptor's A bit, in memory too. */
bool descriptor_mark(struct transfer *t, struct descriptor *d);
/* The segment of a selector in virtual-8086 mode. */
struct env_segment segment_v86(uint32_t selector);

/* Are `bytes` at `offset` inside the segment's limits? (SDM Vol. 3A 5.3) */
bool segment_holds(const struct env_segment *s, uint64_t offset, uint64_t bytes);
/* Check that `rip` is inside that code segment; #GP(0) if not. */
bool transfer_check_rip(struct transfer *t, enum cpu_refusal why, const struct env_segment *cs,
			uint64_t rip);

/* The current stack. */
struct far_stack stack_now(const struct transfer *t);
uint64_t stack_mask(const struct env_segment *ss);
/* Read `n` values of `width` bytes, starting `offset` above the top. */
bool stack_peek(struct transfer *t, const struct far_stack *s, uint64_t offset, unsigned width,
		uint64_t values[], unsigned n);
bool stack_push(struct transfer *t, struct far_stack *s, uint64_t value, unsigned width);
/* The stack of an inner ring: SS:ESP from the 16- or 32-bit TSS; in long mode RSP from the 64-bit
 * TSS. */
bool stack_of_ring(struct transfer *t, unsigned ring, struct far_stack *s);
bool stack_from_tss64(struct transfer *t, unsigned at, struct far_stack *s);
/* Set RSP, as many bits as the stack size has. */
void stack_use(struct env *env, uint64_t sp, uint64_t mask);

/* --- far.c: each returns false with t->fault; then nothing has changed, unless t->changed. */
/* `width`: operand size, 2, 4 or 8 bytes. `next`: the address after the instruction. */
bool far_jump(struct transfer *t, uint32_t selector, uint64_t offset, uint64_t next);
bool far_call(struct transfer *t, uint32_t selector, uint64_t offset, unsigned width,
	      uint64_t next);
bool far_call_real(struct transfer *t, uint32_t selector, uint64_t offset, unsigned width,
		   uint64_t next);
/* --- far_return.c */
bool far_return(struct transfer *t, unsigned width, uint32_t parameters);
bool far_iret(struct transfer *t, unsigned width, uint64_t next);
bool far_iret_real(struct transfer *t, unsigned width);

/* --- task.c */
enum task_reason { TASK_JUMP, TASK_CALL, TASK_EVENT, TASK_RETURN };
struct task_switch {
	enum task_reason reason;
	uint32_t selector; /* selector of the new task's TSS */
	uint64_t rip;      /* where the old task continues */
	uint64_t rflags;   /* RFLAGS of the old task */
	bool has_error;    /* push `error` on the new task's stack */
	uint32_t error;
};
bool task_switch(struct transfer *t, const struct task_switch *s);

/* --- segload.c: MOV to a segment register, LLDT, LTR, LAR, LSL */
bool segment_load(struct transfer *t, enum cpu_segment reg, uint32_t selector);
bool segment_load_ldt(struct transfer *t, uint32_t selector);
bool segment_load_task(struct transfer *t, uint32_t selector);
/* For LAR and LSL. `answered` is the new ZF; only if it is set there is an `answer`. False:
 * t->fault. */
enum segment_question { SEGMENT_RIGHTS, SEGMENT_LIMIT };
bool segment_ask(struct transfer *t, enum segment_question question, uint32_t selector,
		 bool *answered, uint32_t *answer);

#endif
