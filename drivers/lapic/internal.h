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
static inline bool xapic_vector_fits(const struct xapic *lapic, uint8_t vector)
{
	return vector >= XAPIC_FIRST_VECTOR && vector != lapic->spurious;
}

/* The guard of every call that accesses a register. */
static inline enum xapic_status xapic_check(const struct xapic *lapic)
{
	if (!lapic) return XAPIC_NULL;
	return lapic->state == XAPIC_OFF ? XAPIC_IS_OFF : XAPIC_OK;
}

/* Can this be where the kernel mapped a page of registers? */
static inline bool xapic_is_page(struct io io)
{
	return io.space == IO_MEMORY && io.stride == 1 && io.base % XAPIC_PAGE == 0;
}

/* Look at the version, and fill in what it tells. */
enum xapic_status xapic_identify(struct xapic *lapic);

/* A register in either mode, with the rights of its type. */
#define xapic_get(lapic, reg)        xapic_get_at(lapic, io_as_ro(reg).at)
#define xapic_put(lapic, reg, value) xapic_put_at(lapic, io_as_wo(reg).at, value)

IO_INLINE uint32_t xapic_get_at(const struct xapic *lapic, uint32_t at)
{
	if (lapic->state == XAPIC_BY_MEMORY) return io_read(lapic->io, ((struct io_ro32){ at }));
	struct msr_ro reg = { XAPIC_X2_FIRST + at / XAPIC_STEP };
	return (uint32_t)msr_read(lapic->msrs, reg);
}

IO_INLINE void xapic_put_at(const struct xapic *lapic, uint32_t at, uint32_t value)
{
	struct msr_wo reg = { XAPIC_X2_FIRST + at / XAPIC_STEP };
	if (lapic->state == XAPIC_BY_MEMORY)
		io_write(lapic->io, ((struct io_wo32){ at }), value);
	else
		msr_write(lapic->msrs, reg, value);
}

/* Read, clear, set, write. */
IO_INLINE void xapic_change(const struct xapic *lapic, struct io_rw32 reg, uint32_t clear,
			    uint32_t set)
{
	xapic_put(lapic, reg, (xapic_get(lapic, reg) & ~clear) | set);
}

#endif
