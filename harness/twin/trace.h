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
	TWIN_NAME = 48,
	TWIN_RECENT = 64
};

struct twin_access {
	uint64_t pc;    /* in the driver */
	uint64_t addr;  /* port, physical address, number of the MSR */
	uint64_t value; /* in the low `width` bits */
	uint32_t name;  /* for twin_trace_name() */
	uint8_t width;  /* bits */
	bool write;
	uint8_t space;   /* enum bus_space */
	uint8_t compare; /* enum reg_compare */
};

/* A register's name, written once for all its accesses; whose it is, in a trace that records. */
struct twin_name {
	const struct device *dev;
	const struct reg_desc *reg;
	uint32_t n;
	char text[TWIN_NAME];
};

/* Zero-initialised is empty and off. */
struct twin_trace {
	struct observer observer;
	struct twin_access *access; /* owned */
	size_t n, capacity;
	struct twin_name *name; /* owned */
	size_t n_names, name_capacity;
	uint32_t recent[TWIN_RECENT]; /* names found lately */
	size_t lost;                  /* accesses for which there was no room */
	bool on;                      /* accesses are recorded */
	uint16_t ignored_port;        /* where the kernel reports; 0: none */
	char *program;                /* ELF file whose code the pcs lie in; owned */
};

/* Listen to `hub`, recording nothing yet; the trace must not move. */
void twin_trace_attach(struct twin_trace *trace, struct hub *hub, const char *program);
/* Give up the accesses, and be empty and off; attached, it must not hear anything any more. */
void twin_trace_free(struct twin_trace *trace);

/* "com1.LSR", "hpet.TIM_CONF[2]"; "" where there is no register. Until the trace hears more, or is
 * freed. */
const char *twin_trace_name(const struct twin_trace *trace, const struct twin_access *access);
/* "port", "address" or "MSR": of which its address is. */
const char *twin_trace_space(const struct twin_access *access);

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
