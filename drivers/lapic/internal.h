/* SPDX-License-Identifier: MIT */
/* What the files of this driver share. */
#ifndef DRIVERS_LAPIC_INTERNAL_H
#define DRIVERS_LAPIC_INTERNAL_H

#include "bimetal/lapic.h"

/* May an interrupt have this vector? The handler of the spurious one sends no EOI. */
static inline bool xapic_vector_fits(const struct xapic *lapic, uint8_t vector)
{
	return vector >= XAPIC_FIRST_VECTOR && vector != lapic->spurious;
}

#endif
