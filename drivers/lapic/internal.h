/* SPDX-License-Identifier: MIT */
/* Shared by the files of this driver.
 *
 * lapic.c   finding, enabling, priorities, local vector table
 * mode.c    modes and the address of the page, through MSRs
 * ipi.c     interprocessor interrupts
 * timer.c   the timer */
#ifndef DRIVERS_LAPIC_INTERNAL_H
#define DRIVERS_LAPIC_INTERNAL_H

#include "bimetal/lapic.h"

/* Is this vector allowed for an interrupt? The spurious vector is not: its handler sends no EOI. */
static inline bool lapic_vector_fits(const struct lapic *lapic, uint8_t vector)
{
	return vector >= LAPIC_FIRST_VECTOR && vector != lapic->spurious;
}

/* Checked by every call that accesses a register. */
static inline enum lapic_status lapic_check(const struct lapic *lapic)
{
	if (!lapic) return LAPIC_NULL;
	return lapic->state == LAPIC_OFF ? LAPIC_IS_OFF : LAPIC_OK;
}

/* Can this be a page of registers? */
static inline bool lapic_is_page(struct io io)
{
	return io.space == IO_MEMORY && io.stride == 1 && io.base % LAPIC_PAGE == 0;
}

/* Read the version register, and fill in the members that follow from it. */
enum lapic_status lapic_identify(struct lapic *lapic);

/* Read or write a register in either mode, with the rights of its type. */
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
