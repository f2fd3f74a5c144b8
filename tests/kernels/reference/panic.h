/* SPDX-License-Identifier: MIT */
/* The end of the kernel: a red screen that says why, with a stack trace. */
#ifndef REFERENCE_PANIC_H
#define REFERENCE_PANIC_H

#include "bimetal/x86/idt.h"
#include "bimetal/x86/panic.h"

void panic_by_exception(const struct idt_context *context) __attribute__((noreturn));
void panic(const char *why) __attribute__((noreturn));

/* The table of symbols that link.sh puts into the image. */
const struct panic_symbol *panic_symbols(size_t *n);

#endif
