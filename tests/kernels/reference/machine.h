/* SPDX-License-Identifier: MIT */
/* The kernel's state, and the addresses of its parts. */
#ifndef REFERENCE_MACHINE_H
#define REFERENCE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/task.h"
#include "boot_info.h"
#include "wait.h"
#include "x86_cpu.h"

struct kernel {
	struct boot_info boot;
	struct x86_cpu cpu;
	struct wait wait;
	uint64_t tsc_hz;
	struct executor executor;
};

extern struct kernel kernel;

/* The linker's. */
extern char text_start[], text_end[], rodata_end[], data_end[], kernel_end[];
extern char boot_stack_guard[], boot_stack_top[];

static inline uint64_t address_of(const void *p) { return (uint64_t)(uintptr_t)p; }

/* Leave the machine by the debug exit port; where there is none, stop. */
void kernel_exit(bool good) __attribute__((noreturn));
/* Stop for good, interrupts off. */
void kernel_halt(void) __attribute__((noreturn));

#endif
