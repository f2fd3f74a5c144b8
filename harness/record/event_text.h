/* SPDX-License-Identifier: MIT */
/* Interrupts and exceptions as text. */
#ifndef HARNESS_RECORD_EVENT_TEXT_H
#define HARNESS_RECORD_EVENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/observe.h"

/* The SDM's mnemonic of an exception vector, "#PF"; NULL where it has none. */
const char *exception_name(uint8_t vector);
/* Does the CPU push an error code for it? */
bool event_has_error_code(const struct irq_event *e);
/* One event without time and pc: "exception #PF, error 0x2 (write, supervisor, not present),
 * address 0x1000", "interrupt 0x20". Writes at most size bytes; returns buf. */
const char *event_text(const struct irq_event *e, char *buf, size_t size);

#endif
