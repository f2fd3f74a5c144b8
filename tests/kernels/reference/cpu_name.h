/* SPDX-License-Identifier: MIT */
/* What CPUID says about the processor, for people. */
#ifndef REFERENCE_CPU_NAME_H
#define REFERENCE_CPU_NAME_H

#include "msr.h"

enum { CPU_BRAND = 49, CPU_FEATURES = 48 };

struct cpu_name {
	char vendor[13], brand[CPU_BRAND], features[CPU_FEATURES];
	unsigned family, model, physical_bits, linear_bits;
};

void cpu_name_read(struct cpu_name *name, struct msrs msrs);

#endif
