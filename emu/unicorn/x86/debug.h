/* SPDX-License-Identifier: MIT */
/* The debug registers (SDM Vol. 3B 17.2, 17.3): breakpoints on instructions, data and ports, and
 * single steps. The engine only stores DR0 to DR7. */
#ifndef EMU_UNICORN_X86_DEBUG_H
#define EMU_UNICORN_X86_DEBUG_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct insn;
struct site;

/* Does this register exist? DR4 and DR5 are DR6 and DR7, unless CR4.DE is set. */
bool debug_has_register(const struct cpu *cpu, unsigned reg);
/* Does DR7.GD forbid access to them? */
bool debug_guarded(const struct cpu *cpu);
/* MOV from and to an existing debug register, in ring 0. False: an exception was raised. */
bool debug_read(struct cpu *cpu, unsigned reg, uint64_t *value);
bool debug_write(struct cpu *cpu, unsigned reg, uint64_t value);
/* Set DR0 to DR3, DR6 or DR7 without exceptions; reserved bits keep their values. */
void debug_set(struct cpu *cpu, unsigned reg, uint64_t value);

/* Is a breakpoint armed on the instruction at this linear address? */
bool debug_armed_at(const struct cpu *cpu, uint64_t linear);
/* Call before such an instruction runs: raises #DB. */
void debug_instruction(struct cpu *cpu, uint64_t linear);
/* Does this instruction suppress a breakpoint on the next one, and is any armed? Then debug_hide()
 * must be called with the address of the next one. */
bool debug_hides_next(const struct cpu *cpu, const struct insn *insn);
void debug_hide(struct cpu *cpu, uint64_t linear);

/* Is a data or port breakpoint armed? Then each instruction is a block of its own, and calls
 * debug_operands(). */
bool debug_watches(const struct cpu *cpu);
/* Call before an instruction runs: records which breakpoints its operands hit. */
void debug_operands(struct cpu *cpu, uint64_t linear);
/* Call after the instruction: raises #DB if it hit one. After a load of SS the #DB waits for the
 * next instruction. True: raised. */
bool debug_trap(struct cpu *cpu);

/* Call when an exception or software interrupt comes first. A #DB includes the recorded
 * breakpoints. With any other they are lost, except those of a load of SS, which follow its
 * delivery. */
void debug_join(struct cpu *cpu, uint8_t vector, bool software);

/* Call after we executed an instruction with TF set: #DB with DR6.BS. */
void debug_single_step(struct cpu *cpu);

#endif
