/* SPDX-License-Identifier: MIT */
/* The debug registers (SDM Vol. 3B 17.2, 17.3): breakpoints on instructions, data and ports, single
 * steps. The engine keeps DR0 to DR7 and does nothing with them. */
#ifndef EMU_UNICORN_X86_DEBUG_H
#define EMU_UNICORN_X86_DEBUG_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct insn;
struct site;

/* Is there such a register? DR4 and DR5 are DR6 and DR7, unless CR4.DE is set. */
bool debug_has_register(const struct cpu *cpu, unsigned reg);
/* MOV to and from one that is there, in ring 0. False: it raised an exception. */
bool debug_read(struct cpu *cpu, unsigned reg, uint64_t *value);
bool debug_write(struct cpu *cpu, unsigned reg, uint64_t value);

/* Is a breakpoint armed on the instruction at this linear address? */
bool debug_armed_at(const struct cpu *cpu, uint64_t linear);
/* It is about to run: #DB. */
void debug_instruction(struct cpu *cpu, uint64_t linear);
/* Does this instruction hide a breakpoint on the next one, and are there any? Then debug_hide() is
 * to be told where the next one lies. */
bool debug_hides_next(const struct cpu *cpu, const struct insn *insn);
void debug_hide(struct cpu *cpu, uint64_t linear);

/* Is one armed on data or ports? Then each instruction is a block, and asks debug_operands(). */
bool debug_watches(const struct cpu *cpu);
/* Before an instruction runs: note which of its operands meet a breakpoint. */
void debug_operands(struct cpu *cpu, uint64_t linear);
/* Behind it: #DB, if one did. Behind a load of SS: not before the next one ran. True: raised. */
bool debug_trap(struct cpu *cpu);

/* An exception or a software interrupt comes first: if it is #DB, it takes the breakpoints along;
 * else they are lost, but for those of a load of SS, which come behind its delivery. */
void debug_join(struct cpu *cpu, uint8_t vector, bool software);

/* An instruction that we carried out ends with TF set: #DB with DR6.BS. */
void debug_single_step(struct cpu *cpu);

#endif
