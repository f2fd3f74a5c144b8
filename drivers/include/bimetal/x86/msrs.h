/* SPDX-License-Identifier: MIT */
/* Model-specific registers that every kernel of 64 bits uses, and the rule for STAR (SDM Vol. 2B
 * "SYSRET"; unread: SDM Vol. 4 table 2-2, AMD APM Vol. 2 6.1). */
#ifndef BIMETAL_X86_MSRS_H
#define BIMETAL_X86_MSRS_H

/* For example:
 *
 *	static enum star_status system_calls(struct x86_cpu cpu, uint64_t entry)
 *	{
 *		const struct star star = { .sysret_cs = 0x2b, .sysret_ss = 0x23,
 *					   .syscall_cs = 0x08, .syscall_ss = 0x10 };
 *
 *		msr_write(cpu.msrs, X86_LSTAR, entry);
 *		msr_write(cpu.msrs, X86_SFMASK, UINT64_C(1) << 9);
 *		return star_write(cpu, &star);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/x86_cpu.h"

#define X86_APIC_BASE      ((struct msr_rw){ 0x01b })
#define X86_U_CET          ((struct msr_rw){ 0x6a0 })
#define X86_S_CET          ((struct msr_rw){ 0x6a2 })
#define X86_EFER           ((struct msr_rw){ 0xc0000080 })
#define X86_STAR           ((struct msr_rw){ 0xc0000081 })
#define X86_LSTAR          ((struct msr_rw){ 0xc0000082 })
#define X86_CSTAR          ((struct msr_rw){ 0xc0000083 })
#define X86_SFMASK         ((struct msr_rw){ 0xc0000084 })
#define X86_FS_BASE        ((struct msr_rw){ 0xc0000100 })
#define X86_GS_BASE        ((struct msr_rw){ 0xc0000101 })
#define X86_KERNEL_GS_BASE ((struct msr_rw){ 0xc0000102 })

#define X86_APIC_BASE_BSP     (UINT64_C(1) << 8)
#define X86_APIC_BASE_X2APIC  (UINT64_C(1) << 10)
#define X86_APIC_BASE_ENABLE  (UINT64_C(1) << 11)
#define X86_APIC_BASE_ADDRESS UINT64_C(0x000ffffffffff000)

/* U_CET and S_CET (unread: SDM Vol. 1, the chapter on control-flow enforcement). */
#define X86_CET_SHADOW_STACK (UINT64_C(1) << 0)
#define X86_CET_WRITABLE     (UINT64_C(1) << 1)
#define X86_CET_BRANCH       (UINT64_C(1) << 2)
#define X86_CET_LEGACY       (UINT64_C(1) << 3)
#define X86_CET_NO_TRACK     (UINT64_C(1) << 4)
#define X86_CET_SUPPRESS_OFF (UINT64_C(1) << 5)
#define X86_CET_SUPPRESSED   (UINT64_C(1) << 10)
#define X86_CET_WAIT_BRANCH  (UINT64_C(1) << 11)
#define X86_CET_BITMAP       UINT64_C(0xfffffffffffff000)

/* ---- STAR ---- */

/* The selectors that SYSCALL and SYSRET load, as they are loaded: SYSRET to 64-bit code takes
 * CS = STAR[63:48] + 16 and SS = STAR[63:48] + 8, SYSCALL takes CS = STAR[47:32] and SS = that + 8.
 */
struct star {
	uint16_t sysret_cs, sysret_ss;   /* RPL 3 */
	uint16_t syscall_cs, syscall_ss; /* RPL 0 */
};

enum star_status {
	STAR_OK,
	STAR_NULL_POINTER,
	STAR_SYSRET_TOO_LOW, /* CS below 16 or SS below 8: no base can give them */
	STAR_SYSRET_APART,   /* CS - 16 is not SS - 8 */
	STAR_SYSCALL_APART,  /* SS - 8 is not CS */
	STAR_SYSRET_RING,    /* RPL is not 3 */
	STAR_SYSCALL_RING    /* RPL is not 0 */
};

__attribute__((warn_unused_result)) enum star_status star_pack(const struct star *star,
							       uint64_t *value);
struct star star_unpack(uint64_t value);
/* From and to the processor; EFER.SCE is another matter. Bits 0 to 31, the 32-bit target of AMD's
 * processors, stay. With an error nothing is written. */
struct star star_read(struct x86_cpu cpu);
__attribute__((warn_unused_result)) enum star_status star_write(struct x86_cpu cpu,
								const struct star *star);

#endif
