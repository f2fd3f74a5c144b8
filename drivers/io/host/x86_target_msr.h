/* SPDX-License-Identifier: MIT */
/* The MSRs of x86_target.h; a header of its own, as msr.h has macros of names that pins have. */
#ifndef BIMETAL_X86_TARGET_MSR_H
#define BIMETAL_X86_TARGET_MSR_H

#include <stdbool.h>
#include <stdint.h>

struct bimetal_cpu;

/* MSRs of the processor itself. False: none, or a value that it refuses. */
bool x86_target_read_msr(struct bimetal_cpu *cpu, uint32_t msr, uint64_t *value);
bool x86_target_write_msr(struct bimetal_cpu *cpu, uint32_t msr, uint64_t value);

#endif
