/* SPDX-License-Identifier: MIT */
/* What a user needs to find out why a guest crashed: registers, the last interrupts and
 * exceptions, the instructions around the program counter, and the call chain. */
#ifndef HARNESS_CRASH_REPORT_H
#define HARNESS_CRASH_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/cpu/cpu.h"
#include "emu/observe.h"

enum { CRASH_MAX_EVENTS = 16, CRASH_MAX_FRAMES = 32, CRASH_SYMBOL_SIZE = 256 };

struct crash {
	const char *what;   /* "triple fault" */
	const char *detail; /* a sentence, or "" */
	uint64_t time_ns;
	const struct cpu_regs *regs;
	const struct irq_event *event; /* oldest first */
	size_t n_events;
	/* Read guest memory at a linear address; returns the bytes copied. */
	size_t (*peek)(void *ctx, uint64_t linear, void *buf, size_t len);
	void *peek_ctx;
	/* Describe a code address as "function+0x12 (file.c:33)"; buf "" if it is not known.
	 * May be NULL. */
	void (*symbol)(void *ctx, uint64_t addr, char *buf, size_t size);
	void *symbol_ctx;
};

/* Operand size of the code segment: 16, 32 or 64. */
unsigned crash_code_mode(const struct cpu_regs *regs);
void crash_report(const struct crash *c, FILE *out);

#endif
