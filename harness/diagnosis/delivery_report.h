/* SPDX-License-Identifier: MIT */
/* Why the CPU could not deliver an exception or interrupt: its gate, decoded, and what is wrong
 * with the gate or with the handler's stack. */
#ifndef HARNESS_DIAGNOSIS_DELIVERY_REPORT_H
#define HARNESS_DIAGNOSIS_DELIVERY_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/x86/delivery.h"
#include "emu/x86/registers.h"
#include "harness/diagnosis/guest_view.h"

enum { DELIVERY_REASON_SIZE = 512 };

/* One sentence without a full stop: "the gate of vector 14 is not present: ...". Returns buf. */
const char *delivery_reason(const struct cpu_failed_delivery *f, const struct guest_view *g,
			    char *buf, size_t size);
/* The whole chain, numbered: each event, where it happened, why it could not be delivered, the
 * bytes of the gate, and which exception that raised in turn. */
void delivery_report(const struct cpu_failed_delivery *failed, size_t n, const struct guest_view *g,
		     FILE *out);
/* "64-bit interrupt gate, present, DPL 0, IST 1, handler 0008:0x100abc". gate_size is 16, 8, or 4
 * for a real-mode vector. Returns buf. */
const char *gate_text(const uint8_t *gate, unsigned gate_size, char *buf, size_t size);
/* "64-bit code, readable, DPL 0". `flags` are the attributes as in cpu_segment_state.flags, the
 * high doubleword of a descriptor. `is64`: system types have their meaning in long mode. Returns
 * buf. */
const char *segment_text(uint32_t flags, bool is64, char *buf, size_t size);

#endif
