/* SPDX-License-Identifier: MIT */
/* The registers that native x86 instructions act on: those of struct host_x86_state, or those of an
 * emulated CPU. Values are checked before. */
#ifndef BIMETAL_X86_TARGET_H
#define BIMETAL_X86_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "x86_cpu.h"
#include "x86_rules.h"
#include "x86_target_msr.h"

bool x86_target_is_emulated(const struct bimetal_cpu *cpu);
struct host_x86_control x86_target_control(const struct bimetal_cpu *cpu);

/* Not debug registers. Writes: not segment registers either. */
uint64_t x86_target_read(struct bimetal_cpu *cpu, enum bimetal_x86_register reg);
void x86_target_write(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint64_t value);
uint64_t x86_target_dr(struct bimetal_cpu *cpu, unsigned n);
void x86_target_set_dr(struct bimetal_cpu *cpu, unsigned n, uint64_t value);
struct x86_table x86_target_table(struct bimetal_cpu *cpu, bool interrupts);
void x86_target_set_table(struct bimetal_cpu *cpu, bool interrupts, struct x86_table table);

/* Load a segment register or the task register from the GDT in memory. Returns the vector of the
 * exception instead, or 0. LTR sets the busy bit. */
int x86_target_load(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint16_t selector);
void x86_target_swapgs(struct bimetal_cpu *cpu);

void x86_target_invalidate(struct bimetal_cpu *cpu, uint64_t linear);
void x86_target_invalidate_all(struct bimetal_cpu *cpu);

#endif
