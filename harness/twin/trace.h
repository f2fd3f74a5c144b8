/* SPDX-License-Identifier: MIT */
/* The device accesses of a twin test (twin/include/bimetal/twin.h): recorded in one build, written
 * to a file, and compared with those of the other build.
 *
 * Order, register, direction, width and value must be equal, unless the register's table row has
 * another rule (enum reg_compare): repeated reads of a status register count as one, and the values
 * of a running counter are not compared. */
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

/* The name of a register, stored once for all its accesses. dev, reg and n are set while recording.
 */
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
	uint32_t recent[TWIN_RECENT]; /* a cache of recently used names */
	size_t lost;                  /* accesses for which there was no room */
	bool on;                      /* accesses are recorded */
	uint16_t ignored_port;        /* the port of the kernel's reports; 0: none */
	char *program;                /* ELF file whose code the pcs lie in; owned */
};

/* Attach the trace to `hub`; it records nothing yet. It must not move in memory. */
void twin_trace_attach(struct twin_trace *trace, struct hub *hub, const char *program);
/* Forget the accesses, and keep their room for others. */
void twin_trace_clear(struct twin_trace *trace);
/* Free the accesses; the trace is then empty and off. The hub must not send it events afterwards.
 */
void twin_trace_free(struct twin_trace *trace);

/* "com1.LSR", "hpet.TIM_CONF[2]", or "" if there is no register. Valid until the next access is
 * recorded or the trace is freed. */
const char *twin_trace_name(const struct twin_trace *trace, const struct twin_access *access);
/* "port", "address" or "MSR": the space of the access's address. */
const char *twin_trace_space(const struct twin_access *access);

/* Write to a file; read one back into a zero-initialised trace. False: `error` says what and where.
 * A truncated file is refused, as it would look like a side that made fewer accesses. */
bool twin_trace_write(const struct twin_trace *trace, const char *path, char *error,
		      size_t error_size);
bool twin_trace_read(struct twin_trace *trace, const char *path, char *error, size_t error_size);

/* True: both have the same accesses. False: the first difference was written to `out`, with the
 * accesses before it and the source lines on both sides. */
bool twin_trace_compare(const struct twin_trace *native, const struct twin_trace *emulated,
			FILE *out);

#endif
