/* SPDX-License-Identifier: MIT */
/* The kernel's own symbols: a text that link.sh makes, one function a line, in the order of their
 * addresses: "start end name" in hexadecimal. */
#ifndef REFERENCE_SYMBOLS_H
#define REFERENCE_SYMBOLS_H

#include <stddef.h>

#include "bimetal/x86/panic.h"

enum { SYMBOLS_MAX = 768 };

/* Read at most `max` symbols. Their names have a NUL afterwards. */
size_t symbols_read(struct panic_symbol *symbol, size_t max);

#endif
