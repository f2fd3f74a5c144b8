/* SPDX-License-Identifier: MIT */
/* What the files of this driver share.
 *
 * lapic.c   finding, enabling, priorities, local vector table
 * mode.c    the MSRs: modes, and where the page is
 * ipi.c     interprocessor interrupts
 * timer.c   the timer */
#ifndef DRIVERS_LAPIC_INTERNAL_H
#define DRIVERS_LAPIC_INTERNAL_H

#include "bimetal/lapic.h"

/* May an interrupt have this vector? The handler of the spurious one sends no EOI. */
static inline bool lapic_vector_fits(const struct lapic *lapic, uint8_t vector)
{
	return vector >= LAPIC_FIRST_VECTOR && vector != lapic->spurious;
}

/* The guard of every call that accesses a register. */
static inline enum lapic_status lapic_check(const struct lapic *lapic)
{
	if (!lapic) return LAPIC_NULL;
	return lapic->state == LAPIC_OFF ? LAPIC_IS_OFF : LAPIC_OK;
}

/* Can this be where the kernel mapped a page of registers? */
static inline bool lapic_is_page(struct io io)
{
	return io.space == IO_MEMORY && io.stride == 1 && io.base % LAPIC_PAGE == 0;
}

/* Look at the version, and fill in what it tells. */
enum lapic_status lapic_identify(struct lapic *lapic);

/* A register in either mode, with the rights of its type. */
#define lapic_get(lapic, reg)        lapic_get_at(lapic, io_as_ro(reg).at)
#define lapic_put(lapic, reg, value) lapic_put_at(lapic, io_as_wo(reg).at, value)

IO_INLINE uint32_t lapic_get_at(const struct lapic *lapic, uint32_t at)
{
	if (lapic->state == LAPIC_BY_MEMORY) return io_read(lapic->io, ((struct io_ro32){ at }));
	struct msr_ro reg = { LAPIC_X2_FIRST + at / LAPIC_STEP };
	return (uint32_t)msr_read(lapic->msrs, reg);
}

IO_INLINE void lapic_put_at(const struct lapic *lapic, uint32_t at, uint32_t value)
{
	struct msr_wo reg = { LAPIC_X2_FIRST + at / LAPIC_STEP };
	if (lapic->state == LAPIC_BY_MEMORY)
		io_write(lapic->io, ((struct io_wo32){ at }), value);
	else
		msr_write(lapic->msrs, reg, value);
}

/* Read, clear, set, write. */
IO_INLINE void lapic_change(const struct lapic *lapic, struct io_rw32 reg, uint32_t clear,
			    uint32_t set)
{
	lapic_put(lapic, reg, (lapic_get(lapic, reg) & ~clear) | set);
}

#endif
