/* SPDX-License-Identifier: MIT */
/* STAR, and the numbers of MSRs (SDM Vol. 4 table 2-2; APM Vol. 2 appendix A). */
#include "bimetal/x86/msrs.h"

#include "tests/unit/drivers/host_fixture.h"

static struct x86_cpu x86;
static const struct star usual = {
	.sysret_cs = 0x2b, .sysret_ss = 0x23, .syscall_cs = 0x08, .syscall_ss = 0x10
};

static void set_up(void)
{
	host_power_on();
	x86 = x86_of_host(&cpu);
}

TestSuite(x86_msrs, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(x86_msrs, registers_have_their_numbers)
{
	check_eq(u32, X86_EFER.at, 0xc0000080);
	check_eq(u32, X86_STAR.at, 0xc0000081);
	check_eq(u32, X86_LSTAR.at, 0xc0000082);
	check_eq(u32, X86_CSTAR.at, 0xc0000083);
	check_eq(u32, X86_SFMASK.at, 0xc0000084);
	check_eq(u32, X86_FS_BASE.at, 0xc0000100);
	check_eq(u32, X86_GS_BASE.at, 0xc0000101);
	check_eq(u32, X86_KERNEL_GS_BASE.at, 0xc0000102);
	check_eq(u32, X86_U_CET.at, 0x6a0);
	check_eq(u32, X86_S_CET.at, 0x6a2);
	check_eq(u32, X86_APIC_BASE.at, 0x1b);
	check_eq(u64, X86_APIC_BASE_BSP | X86_APIC_BASE_X2APIC | X86_APIC_BASE_ENABLE, 0xd00);
}

Test(x86_msrs, star_is_packed_and_unpacked)
{
	uint64_t value = 0;
	check_eq(int, star_pack(&usual, &value), STAR_OK);
	check_eq(u64, value, UINT64_C(0x001b000800000000));
	struct star back = star_unpack(value);
	check_eq(uint, back.sysret_cs, 0x2b);
	check_eq(uint, back.sysret_ss, 0x23);
	check_eq(uint, back.syscall_cs, 0x08);
	check_eq(uint, back.syscall_ss, 0x10);
}

/* The selectors are below what is subtracted: the differences must not wrap around and agree. */
Test(x86_msrs, star_with_low_selectors_does_not_underflow)
{
	uint64_t value = 7;
	struct star star = usual;
	star.sysret_cs = 3;
	star.sysret_ss = 0xfffb; /* 3 - 16 = FFFB - 8 in 16 bits */
	check_eq(int, star_pack(&star, &value), STAR_SYSRET_TOO_LOW);
	star.sysret_cs = 0x0f;
	star.sysret_ss = 0x07;
	check_eq(int, star_pack(&star, &value), STAR_SYSRET_TOO_LOW);
	star.sysret_cs = 0;
	star.sysret_ss = 0;
	check_eq(int, star_pack(&star, &value), STAR_SYSRET_TOO_LOW);
	star.sysret_cs = 0x13;
	star.sysret_ss = 0x0b; /* base 3: the lowest that is */
	check_eq(int, star_pack(&star, &value), STAR_OK);
	star = usual;
	star.syscall_cs = 0xfff8;
	star.syscall_ss = 0; /* 0 - 8 = FFF8 in 16 bits */
	check_eq(int, star_pack(&star, &value), STAR_SYSCALL_APART);
}

Test(x86_msrs, what_star_refuses_has_a_name)
{
	uint64_t value = 7;
	struct star star = usual;
	star.sysret_ss = 0x1b;
	check_eq(int, star_pack(&star, &value), STAR_SYSRET_APART);
	star = usual;
	star.syscall_ss = 0x18;
	check_eq(int, star_pack(&star, &value), STAR_SYSCALL_APART);
	star = usual;
	star.sysret_cs = 0x28;
	star.sysret_ss = 0x20;
	check_eq(int, star_pack(&star, &value), STAR_SYSRET_RING);
	star = usual;
	star.syscall_cs = 0x0b;
	star.syscall_ss = 0x13;
	check_eq(int, star_pack(&star, &value), STAR_SYSCALL_RING);
	check_eq(int, star_pack(NULL, &value), STAR_NULL_POINTER);
	check_eq(u64, value, 7);
}

Test(x86_msrs, writing_star_keeps_the_32_bit_target)
{
	msr_write(x86.msrs, X86_STAR, 0x12345678);
	check_eq(int, star_write(x86, &usual), STAR_OK);
	check_eq(u64, msr_read(x86.msrs, X86_STAR), UINT64_C(0x001b000812345678));
	check_eq(uint, star_read(x86).sysret_ss, 0x23);
	struct star bad = usual;
	bad.sysret_cs = 0;
	check_eq(int, star_write(x86, &bad), STAR_SYSRET_TOO_LOW);
	check_eq(u64, msr_read(x86.msrs, X86_STAR), UINT64_C(0x001b000812345678));
}

Test(x86_msrs, the_host_refuses_what_a_processor_refuses)
{
	msr_write(x86.msrs, X86_LSTAR, UINT64_C(0xffff800000000000));
	msr_write(x86.msrs, X86_SFMASK, 0x47700);
	msr_write(x86.msrs, X86_U_CET, 0x5);
	check_eq(u64, cpu.s.x86.faults, 0);
	msr_write(x86.msrs, X86_LSTAR, UINT64_C(0x800000000000));
	msr_write(x86.msrs, X86_FS_BASE, UINT64_C(0x7fff000000000000));
	msr_write(x86.msrs, X86_SFMASK, UINT64_C(1) << 32);
	msr_write(x86.msrs, X86_S_CET, 1 << 6);
	msr_write(x86.msrs, X86_EFER, X86_APIC_BASE_BSP | 1 << 9);
	msr_write(x86.msrs, ((struct msr_rw){ 0x12345 }), 0);
	check_eq(u64, cpu.s.x86.faults, 6);
	check_eq(uint, cpu.s.x86.fault, 13);
	check_eq(u64, msr_read(x86.msrs, X86_LSTAR), UINT64_C(0xffff800000000000));
	check_eq(u64, msr_read(x86.msrs, X86_SFMASK), 0x47700);
	check_eq(u64, cpu.s.x86.n_done, 3);
}
