/* SPDX-License-Identifier: MIT */
/* CR0, CR4, EFER, XCR0: what the processor refuses (SDM Vol. 3A 2.5; Vol. 2A "MOV to control
 * registers"; APM Vol. 2 3.1.7; unread: SDM Vol. 3A 2.6 for XCR0). */
#include "bimetal/x86/control.h"

#include <stddef.h>

#include "bimetal/x86/msrs.h"

#define CR0_KNOWN                                                                      \
	(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS | X86_CR0_ET | X86_CR0_NE | \
	 X86_CR0_WP | X86_CR0_AM | X86_CR0_NW | X86_CR0_CD | X86_CR0_PG)
#define CR4_RESERVED (~UINT64_C(0x1ff7fff)) /* bit 15, and those from 25 on */
#define EFER_KNOWN                                                                   \
	(X86_EFER_SCE | X86_EFER_LME | X86_EFER_LMA | X86_EFER_NXE | X86_EFER_SVME | \
	 X86_EFER_LMSLE | X86_EFER_FFXSR | X86_EFER_TCE)
#define MPX    (X86_XCR0_BNDREGS | X86_XCR0_BNDCSR)
#define AVX512 (X86_XCR0_OPMASK | X86_XCR0_ZMM_HI256 | X86_XCR0_HI16_ZMM)
#define AMX    (X86_XCR0_XTILECFG | X86_XCR0_XTILEDATA)
#define XCR0_KNOWN                                                                         \
	(X86_XCR0_X87 | X86_XCR0_SSE | X86_XCR0_AVX | MPX | AVX512 | X86_XCR0_PKRU | AMX | \
	 X86_XCR0_LWP)

struct control control_read(struct x86_cpu cpu)
{
	return (struct control){ .cr0 = x86_cr0(cpu),
				 .cr3 = x86_cr3(cpu),
				 .cr4 = x86_cr4(cpu),
				 .efer = msr_read(cpu.msrs, X86_EFER) };
}

/* ---- checks ---- */

/* A bit that is not known here but set is one that this processor has: it may stay. */
static bool sets_reserved(uint64_t value, uint64_t now, uint64_t reserved)
{
	return value & ~now & reserved;
}

/* Bits 63 to 32 must be 0; the reserved ones below are ignored. */
enum control_status cr0_check(const struct control *now, uint64_t value)
{
	if (!now) return CONTROL_NULL_POINTER;
	bool paging = value & X86_CR0_PG, was_paging = now->cr0 & X86_CR0_PG;

	if (value > UINT32_MAX) return CONTROL_RESERVED;
	if (paging && !(value & X86_CR0_PE)) return CR0_PAGING_UNPROTECTED;
	if ((value & X86_CR0_NW) && !(value & X86_CR0_CD)) return CR0_NW_WITHOUT_CD;
	if (paging && !was_paging && (now->efer & X86_EFER_LME) && !(now->cr4 & X86_CR4_PAE))
		return CR0_PAGING_NEEDS_PAE;
	if (!paging && (now->efer & X86_EFER_LMA)) return CR0_PAGING_IN_LONG_MODE;
	if (!(value & X86_CR0_WP) && (now->cr4 & X86_CR4_CET)) return CR4_CET_WITHOUT_WP;
	return CONTROL_OK;
}

enum control_status cr4_check(const struct control *now, uint64_t value)
{
	if (!now) return CONTROL_NULL_POINTER;
	bool long_mode = now->efer & X86_EFER_LMA;
	bool sets_pcide = (value & X86_CR4_PCIDE) && !(now->cr4 & X86_CR4_PCIDE);

	if (sets_reserved(value, now->cr4, CR4_RESERVED)) return CONTROL_RESERVED;
	if (long_mode && !(value & X86_CR4_PAE)) return CR4_PAE_IN_LONG_MODE;
	if (long_mode && ((value ^ now->cr4) & X86_CR4_LA57)) return CR4_LA57_IN_LONG_MODE;
	if (sets_pcide && !long_mode) return CR4_PCID_OUTSIDE;
	if (sets_pcide && (now->cr3 & X86_CR3_PCID)) return CR4_PCID_IN_USE;
	if ((value & X86_CR4_CET) && !(now->cr0 & X86_CR0_WP)) return CR4_CET_WITHOUT_WP;
	return CONTROL_OK;
}

enum control_status efer_check(const struct control *now, uint64_t value)
{
	if (!now) return CONTROL_NULL_POINTER;
	if (sets_reserved(value, now->efer, ~EFER_KNOWN)) return CONTROL_RESERVED;
	if ((now->cr0 & X86_CR0_PG) && ((value ^ now->efer) & X86_EFER_LME))
		return EFER_LME_WHILE_PAGING;
	return CONTROL_OK;
}

/* None or all of the group's bits. */
static bool is_whole(uint64_t value, uint64_t group)
{
	return (value & group) == 0 || (value & group) == group;
}

enum control_status xcr0_check(uint64_t value)
{
	if (value & ~XCR0_KNOWN) return CONTROL_RESERVED;
	if (!(value & X86_XCR0_X87)) return XCR0_NO_X87;
	if ((value & X86_XCR0_AVX) && !(value & X86_XCR0_SSE)) return XCR0_AVX_WITHOUT_SSE;
	if (!is_whole(value, MPX)) return XCR0_HALF_OF_MPX;
	if (!is_whole(value, AVX512)) return XCR0_HALF_OF_AVX512;
	if ((value & AVX512) && !(value & X86_XCR0_AVX)) return XCR0_AVX512_WITHOUT_AVX;
	if (!is_whole(value, AMX)) return XCR0_HALF_OF_AMX;
	return CONTROL_OK;
}

/* ---- writes ---- */

/* Bits that are reserved but set stay so: who changes others does not know them. */
enum control_status cr0_update(struct x86_cpu cpu, uint64_t clear, uint64_t set)
{
	struct control now = control_read(cpu);
	uint64_t value = (now.cr0 & ~clear) | set;

	if (set & ~CR0_KNOWN) return CONTROL_RESERVED;
	enum control_status status = cr0_check(&now, value);
	if (status == CONTROL_OK) x86_set_cr0(cpu, value);
	return status;
}

enum control_status cr4_update(struct x86_cpu cpu, uint64_t clear, uint64_t set)
{
	struct control now = control_read(cpu);
	uint64_t value = (now.cr4 & ~clear) | set;
	enum control_status status = cr4_check(&now, value);

	if (status == CONTROL_OK) x86_set_cr4(cpu, value);
	return status;
}

enum control_status efer_update(struct x86_cpu cpu, uint64_t clear, uint64_t set)
{
	struct control now = control_read(cpu);
	uint64_t value = (now.efer & ~clear) | set;
	enum control_status status = efer_check(&now, value);

	if (status == CONTROL_OK) msr_write(cpu.msrs, X86_EFER, value);
	return status;
}

enum control_status xcr0_write(struct x86_cpu cpu, uint64_t value)
{
	enum control_status status = xcr0_check(value);

	if (status) return status;
	if (!(x86_cr4(cpu) & X86_CR4_OSXSAVE)) return XCR0_NO_OSXSAVE;
	x86_set_xcr(cpu, 0, value);
	return CONTROL_OK;
}
