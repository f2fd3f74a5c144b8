/* SPDX-License-Identifier: MIT */
/* Typed model-specific registers over msr.h; including either header includes both. As in
 * registers.h, the type says whether a register may be read or written: a write of a read-only
 * register does not compile.
 *
 *	#define EFER ((struct msr_rw){ 0xc0000080 })
 *
 *	static void allow_no_execute(struct msrs msrs)
 *	{
 *		enum { EFER_NXE = 1 << 11 };
 *
 *		msr_write(msrs, EFER, msr_read(msrs, EFER) | EFER_NXE);
 *	}
 */
#ifndef BIMETAL_MSR_REGISTERS_H
#define BIMETAL_MSR_REGISTERS_H

#include <stdint.h>

#include "bimetal/msr.h"

struct msr_ro {
	uint32_t at;
};
struct msr_wo {
	uint32_t at;
};
struct msr_rw {
	uint32_t at;
};

IO_INLINE uint64_t msr_read_ro(struct msrs msrs, struct msr_ro reg)
{
	return msr_load(msrs, reg.at);
}
IO_INLINE uint64_t msr_read_rw(struct msrs msrs, struct msr_rw reg)
{
	return msr_load(msrs, reg.at);
}
IO_INLINE void msr_write_wo(struct msrs msrs, struct msr_wo reg, uint64_t value)
{
	msr_store(msrs, reg.at, value);
}
IO_INLINE void msr_write_rw(struct msrs msrs, struct msr_rw reg, uint64_t value)
{
	msr_store(msrs, reg.at, value);
}

/* Read a register. A write-only one does not compile. */
#define msr_read(msrs, reg) \
	_Generic((reg), struct msr_ro : msr_read_ro, struct msr_rw : msr_read_rw)(msrs, reg)

/* Write a register. A read-only one does not compile. */
#define msr_write(msrs, reg, value)            \
	_Generic((reg), struct msr_wo          \
		 : msr_write_wo, struct msr_rw \
		 : msr_write_rw)(msrs, reg, value)

#endif
