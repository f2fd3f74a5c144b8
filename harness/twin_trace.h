/* SPDX-License-Identifier: MIT */
/* The device accesses of a twin test (twin/include/bimetal/twin.h), recorded on one side, kept in a
 * file, and compared with those of the other side.
 *
 * Compared are order, register, direction, width and value. A register's table row may say
 * otherwise (enum reg_compare): repeated polls count as one, and what a clock shows has no value.
 */
#ifndef HARNESS_TWIN_TRACE_H
#define HARNESS_TWIN_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/observe.h"

enum {
	TWIN_TRACE_MAX = 1 << 20, /* accesses; more are counted, and fail the test */
	TWIN_NAME = 48
};

struct twin_access {
	uint64_t pc;          /* in the driver */
	uint64_t addr;        /* port or physical address */
	uint64_t value;       /* in the low `width` bits */
	char name[TWIN_NAME]; /* "com1.LSR", "hpet.TIM_CONF[2]"; "" where there is no register */
	uint8_t width;        /* bits */
	bool write;
	enum bus_space space;
	uint8_t compare; /* enum reg_compare */
};

/* Zero-initialised is empty and off. */
struct twin_trace {
	struct observer observer;
	struct twin_access *access; /* owned */
	size_t n, capacity;
	size_t lost;           /* accesses for which there was no room */
	bool on;               /* accesses are recorded */
	uint16_t ignored_port; /* where the kernel reports; 0: none */
	char *program;         /* ELF file whose code the pcs lie in; owned */
};

/* Listen to `hub`, recording nothing yet; the trace must not move. */
void twin_trace_attach(struct twin_trace *trace, struct hub *hub, const char *program);
/* Give up the accesses, and be empty and off; attached, it must not hear anything any more. */
void twin_trace_free(struct twin_trace *trace);

/* Write to a file; read one back into a zero-initialised trace. False: `error` says what and where.
 * A file that was cut off is refused: it must not pass for a side that did less. */
bool twin_trace_write(const struct twin_trace *trace, const char *path, char *error,
		      size_t error_size);
bool twin_trace_read(struct twin_trace *trace, const char *path, char *error, size_t error_size);

/* True: the same accesses. Otherwise the first difference is told to `out`, with what came before
 * it and with both sides' places in their sources. */
bool twin_trace_compare(const struct twin_trace *native, const struct twin_trace *emulated,
			FILE *out);

#endif
