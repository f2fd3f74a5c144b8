/* SPDX-License-Identifier: MIT */
/* Looks up a register in a model's table, to compare it with a driver's header. */
#ifndef TESTS_UNIT_DRIVERS_TRANSCRIPTION_H
#define TESTS_UNIT_DRIVERS_TRANSCRIPTION_H

#include <string.h>

#include "bimetal/registers.h"
#include "emu/regs.h"
#include "io.h"
#include "tests/check.h"

struct transcript {
	const struct reg_desc *regs;
	unsigned n;
};

static inline const struct reg_desc *transcript_row(struct transcript t, uint32_t offset)
{
	const struct reg_desc *row = NULL;
	for (unsigned i = 0; i < t.n && !row; i++)
		if (t.regs[i].name && t.regs[i].offset == offset) row = &t.regs[i];
	require(row != NULL, "no register at 0x%x", offset);
	return row;
}

/* Returns the mask of a field, by the register's offset and the datasheet's name. */
static inline uint64_t transcript_field(struct transcript t, uint32_t offset, const char *name)
{
	const struct reg_field *f = transcript_row(t, offset)->fields;
	while (f->name && strcmp(f->name, name) != 0) f++;
	require(f->name != NULL, "no field %s at 0x%x", name, offset);
	return IO_FIELD(f->msb, f->lsb);
}

/* Width of a typed register in bits. */
#define transcript_width(reg)                                                               \
	((unsigned)_Generic((reg), struct io_ro8 : 8, struct io_rw8 : 8, struct io_wo8 : 8, \
			    struct io_ro16 : 16, struct io_rw16 : 16, struct io_wo16 : 16,  \
			    struct io_ro32 : 32, struct io_rw32 : 32, struct io_wo32 : 32,  \
			    default : 64))

static inline void transcript_name(struct transcript t, uint32_t offset, const char *name)
{
	check_eq(str, transcript_row(t, offset)->name, name);
}

#endif
