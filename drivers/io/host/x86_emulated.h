/* SPDX-License-Identifier: MIT */
/* The registers of an emulated CPU for which native code acts, between two of its runs. */
#ifndef BIMETAL_X86_EMULATED_H
#define BIMETAL_X86_EMULATED_H

#include <stdbool.h>
#include <stdint.h>

#include "x86_cpu.h"
#include "x86_rules.h"

struct host_x86_control x86_emulated_control(const struct bimetal_cpu *cpu);
uint64_t x86_emulated_read(struct bimetal_cpu *cpu, enum bimetal_x86_register reg);
void x86_emulated_write(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint64_t value);
struct x86_table x86_emulated_table(struct bimetal_cpu *cpu, bool interrupts);
void x86_emulated_set_table(struct bimetal_cpu *cpu, bool interrupts, struct x86_table table);
/* Eight bytes of guest memory at a linear address, as the processor reads its tables. False: it is
 * not mapped, or no memory. */
bool x86_emulated_load(struct bimetal_cpu *cpu, uint64_t linear, uint64_t *value);
bool x86_emulated_store(struct bimetal_cpu *cpu, uint64_t linear, uint64_t value);
/* Put a descriptor into a segment register or the task register. */
void x86_emulated_keep(struct bimetal_cpu *cpu, enum bimetal_x86_register reg, uint16_t selector,
		       uint64_t low, uint64_t high);

#endif
