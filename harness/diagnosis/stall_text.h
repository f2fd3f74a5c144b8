/* SPDX-License-Identifier: MIT */
/* Words of a stall's report, for the verdict and for the evidence. */
#ifndef HARNESS_DIAGNOSIS_STALL_TEXT_H
#define HARNESS_DIAGNOSIS_STALL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "harness/diagnosis/disasm.h"
#include "harness/diagnosis/guest_view.h"
#include "harness/diagnosis/profile.h"

enum {
	STALL_PERCENT = 100,
	STALL_BLOCK_INSNS = 10,
	STALL_BLOCK_BYTES = 256,
	STALL_EVENT_SIZE = 192,
	STALL_REGISTER_SIZE = 96,
	STALL_FIELDS_SIZE = 256
};

/* Text that grows at its end, and is truncated to `size`. */
struct sentence {
	char *text;
	size_t size, len;
};

__attribute__((format(printf, 2, 3))) void sentence_add(struct sentence *s, const char *format,
							...);
/* Adds a duration in milliseconds. */
void sentence_add_ms(struct sentence *s, uint64_t ns);

/* Rounded; 0 if `whole` is 0. */
unsigned stall_percent(uint64_t part, uint64_t whole);

/* 4812: "4,812". Returns buf, as the following functions do. */
const char *stall_grouped(uint64_t n, char buf[32]);

/* "uart16550.LSR (com1)", "port 0x3f6, where nothing answers". */
const char *stall_register_text(const struct profile_access *x, char *buf, size_t size);

/* The fields of `mask` with their values, "THRE=0 TEMT=0"; "" if none has a name. */
const char *stall_fields_text(const struct profile_access *x, uint64_t mask, char *buf,
			      size_t size);

/* The function at an address, "function (file.c:3)", or the address itself. */
const char *stall_function(const struct guest_view *g, uint64_t addr, char *buf, size_t size);

/* Disassembles at most `max` instructions from linear address `at` on, of at most `bytes` bytes;
 * returns their number. */
size_t stall_disassemble(const struct guest_view *g, uint64_t at, size_t bytes,
			 struct disasm_line *line, size_t max);

#endif
