/* SPDX-License-Identifier: MIT */
/* Control registers and EFER: their bits, what the processor refuses, and CR3 (Intel SDM Vol. 3A
 * 2.5; AMD APM Vol. 2 3.1.7; unread: SDM Vol. 3A 2.2.1, 2.6, 4.5, 4.10.1). The checks say by name
 * what would be a general protection fault without one; of bits that a processor lacks only CPUID
 * knows. */
#ifndef BIMETAL_X86_CONTROL_H
#define BIMETAL_X86_CONTROL_H

/* For example:
 *
 *	static enum control_status switch_to(struct x86_cpu cpu, uint64_t table, uint16_t pcid)
 *	{
 *		struct cr3 cr3 = { .table = table, .pcid = pcid, .keep = true };
 *
 *		return cr3_write(cpu, &cr3);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86_cpu.h"

#define X86_CONTROL_MUST_USE __attribute__((warn_unused_result))

/* ---- bits ---- */

#define X86_CR0_PE (UINT64_C(1) << 0)  /* protected mode */
#define X86_CR0_MP (UINT64_C(1) << 1)  /* WAIT heeds TS */
#define X86_CR0_EM (UINT64_C(1) << 2)  /* no FPU */
#define X86_CR0_TS (UINT64_C(1) << 3)  /* the task was switched: the FPU's next use is #NM */
#define X86_CR0_ET (UINT64_C(1) << 4)  /* always 1 */
#define X86_CR0_NE (UINT64_C(1) << 5)  /* FPU errors are #MF */
#define X86_CR0_WP (UINT64_C(1) << 16) /* read-only pages are so for the kernel too */
#define X86_CR0_AM (UINT64_C(1) << 18) /* RFLAGS.AC checks alignment */
#define X86_CR0_NW (UINT64_C(1) << 29)
#define X86_CR0_CD (UINT64_C(1) << 30) /* no caches */
#define X86_CR0_PG (UINT64_C(1) << 31) /* paging */

#define X86_CR4_VME        (UINT64_C(1) << 0)
#define X86_CR4_PVI        (UINT64_C(1) << 1)
#define X86_CR4_TSD        (UINT64_C(1) << 2)
#define X86_CR4_DE         (UINT64_C(1) << 3)
#define X86_CR4_PSE        (UINT64_C(1) << 4)
#define X86_CR4_PAE        (UINT64_C(1) << 5)
#define X86_CR4_MCE        (UINT64_C(1) << 6)
#define X86_CR4_PGE        (UINT64_C(1) << 7)
#define X86_CR4_PCE        (UINT64_C(1) << 8)
#define X86_CR4_OSFXSR     (UINT64_C(1) << 9)
#define X86_CR4_OSXMMEXCPT (UINT64_C(1) << 10)
#define X86_CR4_UMIP       (UINT64_C(1) << 11)
#define X86_CR4_LA57       (UINT64_C(1) << 12)
#define X86_CR4_VMXE       (UINT64_C(1) << 13)
#define X86_CR4_SMXE       (UINT64_C(1) << 14)
#define X86_CR4_FSGSBASE   (UINT64_C(1) << 16)
#define X86_CR4_PCIDE      (UINT64_C(1) << 17)
#define X86_CR4_OSXSAVE    (UINT64_C(1) << 18)
#define X86_CR4_KL         (UINT64_C(1) << 19)
#define X86_CR4_SMEP       (UINT64_C(1) << 20)
#define X86_CR4_SMAP       (UINT64_C(1) << 21)
#define X86_CR4_PKE        (UINT64_C(1) << 22)
#define X86_CR4_CET        (UINT64_C(1) << 23)
#define X86_CR4_PKS        (UINT64_C(1) << 24)

#define X86_EFER_SCE   (UINT64_C(1) << 0)  /* SYSCALL */
#define X86_EFER_LME   (UINT64_C(1) << 8)  /* long mode, with the next CR0.PG */
#define X86_EFER_LMA   (UINT64_C(1) << 10) /* it is on; read-only */
#define X86_EFER_NXE   (UINT64_C(1) << 11)
#define X86_EFER_SVME  (UINT64_C(1) << 12)
#define X86_EFER_LMSLE (UINT64_C(1) << 13)
#define X86_EFER_FFXSR (UINT64_C(1) << 14)
#define X86_EFER_TCE   (UINT64_C(1) << 15)

#define X86_XCR0_X87       (UINT64_C(1) << 0) /* always 1 */
#define X86_XCR0_SSE       (UINT64_C(1) << 1)
#define X86_XCR0_AVX       (UINT64_C(1) << 2)
#define X86_XCR0_BNDREGS   (UINT64_C(1) << 3)
#define X86_XCR0_BNDCSR    (UINT64_C(1) << 4)
#define X86_XCR0_OPMASK    (UINT64_C(1) << 5)
#define X86_XCR0_ZMM_HI256 (UINT64_C(1) << 6)
#define X86_XCR0_HI16_ZMM  (UINT64_C(1) << 7)
#define X86_XCR0_PKRU      (UINT64_C(1) << 9)
#define X86_XCR0_XTILECFG  (UINT64_C(1) << 17)
#define X86_XCR0_XTILEDATA (UINT64_C(1) << 18)
#define X86_XCR0_LWP       (UINT64_C(1) << 62) /* AMD */

/* ---- what is refused ---- */

enum control_status {
	CONTROL_OK,
	CONTROL_NULL_POINTER,
	CONTROL_RESERVED,       /* a bit that must be 0 */
	CR0_PAGING_UNPROTECTED, /* PG without PE */
	CR0_NW_WITHOUT_CD,
	CR0_PAGING_NEEDS_PAE,    /* PG with EFER.LME, without CR4.PAE */
	CR0_PAGING_IN_LONG_MODE, /* PG may not be cleared in 64-bit code */
	CR4_PAE_IN_LONG_MODE,    /* PAE may not be cleared */
	CR4_PCID_OUTSIDE,        /* PCIDE may be set only in long mode */
	CR4_PCID_IN_USE,         /* PCIDE may be set only while CR3 has PCID 0 */
	CR4_LA57_IN_LONG_MODE,   /* LA57 may not change */
	CR4_CET_WITHOUT_WP,      /* CET needs CR0.WP, and WP must stay while CET is set */
	EFER_LME_WHILE_PAGING,   /* LME may not change while paging is on */
	XCR0_NO_X87,
	XCR0_AVX_WITHOUT_SSE,
	XCR0_HALF_OF_MPX,    /* BNDREGS and BNDCSR come together */
	XCR0_HALF_OF_AVX512, /* its three bits come together */
	XCR0_AVX512_WITHOUT_AVX,
	XCR0_HALF_OF_AMX,     /* XTILECFG and XTILEDATA come together */
	XCR0_NO_OSXSAVE,      /* XCR0 needs CR4.OSXSAVE */
	CR3_UNALIGNED,        /* a table begins at a multiple of 4096 */
	CR3_TOO_HIGH,         /* physical addresses have at most 52 bits */
	CR3_BAD_PCID,         /* above 4095 */
	CR3_PCID_AND_CACHING, /* with PCIDs, the bits of PWT and PCD are the PCID's */
	CR3_PCID_IS_OFF       /* a PCID, or keep, needs CR4.PCIDE */
};

/* What these values mean together decides: those of the other registers as they are now. */
struct control {
	uint64_t cr0, cr3, cr4, efer;
};
struct control control_read(struct x86_cpu cpu);

/* Would writing this value fault? Pure. In CR4 and EFER, a bit that is unknown here is RESERVED
 * unless it is set now: then this processor has it. */
X86_CONTROL_MUST_USE enum control_status cr0_check(const struct control *now, uint64_t value);
X86_CONTROL_MUST_USE enum control_status cr4_check(const struct control *now, uint64_t value);
X86_CONTROL_MUST_USE enum control_status efer_check(const struct control *now, uint64_t value);
X86_CONTROL_MUST_USE enum control_status xcr0_check(uint64_t value);

/* Check, then clear and set bits (set wins) and write; nothing is written with an error. */
X86_CONTROL_MUST_USE enum control_status cr0_update(struct x86_cpu cpu, uint64_t clear,
						    uint64_t set);
X86_CONTROL_MUST_USE enum control_status cr4_update(struct x86_cpu cpu, uint64_t clear,
						    uint64_t set);
X86_CONTROL_MUST_USE enum control_status efer_update(struct x86_cpu cpu, uint64_t clear,
						     uint64_t set);
X86_CONTROL_MUST_USE enum control_status xcr0_write(struct x86_cpu cpu, uint64_t value);

/* ---- CR3 ---- */

enum { X86_PCID_MAX = 4095 };
#define X86_CR3_PWT   (UINT64_C(1) << 3)
#define X86_CR3_PCD   (UINT64_C(1) << 4)
#define X86_CR3_PCID  UINT64_C(0xfff)
#define X86_CR3_TABLE UINT64_C(0x000ffffffffff000)
#define X86_CR3_KEEP  (UINT64_C(1) << 63) /* written only: keep this PCID's translations */

struct cr3 {
	uint64_t table;                    /* physical address of the highest page table */
	uint16_t pcid;                     /* 0 without CR4.PCIDE */
	bool write_through, cache_disable; /* of the table itself; false with CR4.PCIDE */
	bool keep; /* writing it forgets no translation; needs CR4.PCIDE; never read back */
};

/* The value of CR3 with CR4.PCIDE as `pcide` says, into *value; and back. Pure. */
X86_CONTROL_MUST_USE enum control_status cr3_pack(const struct cr3 *cr3, bool pcide,
						  uint64_t *value);
struct cr3 cr3_unpack(uint64_t value, bool pcide);
/* The same from and to the processor, as CR4 says. With an error nothing is written. */
struct cr3 cr3_read(struct x86_cpu cpu);
X86_CONTROL_MUST_USE enum control_status cr3_write(struct x86_cpu cpu, const struct cr3 *cr3);

#endif
