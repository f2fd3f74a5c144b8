/* SPDX-License-Identifier: MIT */
/* STAR: the selectors of SYSCALL and SYSRET (SDM Vol. 2B SYSCALL, SYSRET; APM Vol. 2 6.1.1). */
#include "bimetal/x86/msrs.h"

#include <stddef.h>

enum {
	RPL = 3,
	USER = 3,
	SYSRET_CS = 16, /* of 64-bit code, above the base */
	SYSRET_SS = 8,
	SYSCALL_SS = 8,
	SYSCALL_LSB = 32,
	SYSRET_LSB = 48
};
#define TARGET32 UINT64_C(0xffffffff)

/* The differences are taken upwards: a selector of a few is below what is subtracted. */
enum star_status star_pack(const struct star *star, uint64_t *value)
{
	if (!star || !value) return STAR_NULL_POINTER;
	if (star->sysret_cs < SYSRET_CS || star->sysret_ss < SYSRET_SS) return STAR_SYSRET_TOO_LOW;
	unsigned base = star->sysret_ss - (unsigned)SYSRET_SS;
	if (base + SYSRET_CS != star->sysret_cs) return STAR_SYSRET_APART;
	if ((unsigned)star->syscall_cs + SYSCALL_SS != star->syscall_ss) return STAR_SYSCALL_APART;
	if ((star->sysret_ss & RPL) != USER) return STAR_SYSRET_RING;
	if (star->syscall_cs & RPL) return STAR_SYSCALL_RING;
	*value = (uint64_t)base << SYSRET_LSB | (uint64_t)star->syscall_cs << SYSCALL_LSB;
	return STAR_OK;
}

struct star star_unpack(uint64_t value)
{
	uint16_t base = (uint16_t)(value >> SYSRET_LSB), code = (uint16_t)(value >> SYSCALL_LSB);

	return (struct star){ .sysret_cs = (uint16_t)(base + SYSRET_CS),
			      .sysret_ss = (uint16_t)(base + SYSRET_SS),
			      .syscall_cs = code,
			      .syscall_ss = (uint16_t)(code + SYSCALL_SS) };
}

struct star star_read(struct x86_cpu cpu) { return star_unpack(msr_read(cpu.msrs, X86_STAR)); }

enum star_status star_write(struct x86_cpu cpu, const struct star *star)
{
	uint64_t value;
	enum star_status status = star_pack(star, &value);

	if (status) return status;
	msr_write(cpu.msrs, X86_STAR, value | (msr_read(cpu.msrs, X86_STAR) & TARGET32));
	return STAR_OK;
}
