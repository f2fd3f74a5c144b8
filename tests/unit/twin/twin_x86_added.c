/* SPDX-License-Identifier: MIT */
/* Instructions that a processor has only if they are added (+rdrand,+invpcid). */
#include "bimetal/twin.h"

TWIN_HERE(x86_added, random_numbers)
{
	struct x86_cpu cpu = twin_x86();
	uint64_t first = 0, second = 0;
	uint32_t medium = 0;
	uint16_t small = 0;
	twin_expect(x86_rdrand64(cpu, &first));
	twin_expect(x86_rdrand64(cpu, &second));
	twin_expect(first != second);
	twin_expect(first >> 32 && second >> 32);
	twin_expect(x86_rdrand32(cpu, &medium));
	twin_expect(medium != (uint32_t)first);
	twin_expect(x86_rdrand16(cpu, &small));
	twin_expect(small != (uint16_t)first);
}

/* With the fields of its operand swapped, the address would be a PCID: a general protection fault,
 * which fails the test. So would a PCID while CR4.PCIDE is clear. */
TWIN_HERE(x86_added, invpcid_takes_the_pcid_before_the_address)
{
	struct x86_cpu cpu = twin_x86();
	x86_invpcid(cpu, X86_INVPCID_ADDRESS, 0, (uintptr_t)&cpu);
	x86_invpcid(cpu, X86_INVPCID_ADDRESS, 0, UINT64_C(0xffff800000001000));
	x86_invpcid(cpu, X86_INVPCID_ONE, 0, 0);
	x86_invpcid(cpu, X86_INVPCID_ALL, 0, 0);
	x86_invpcid(cpu, X86_INVPCID_LOCAL, 0, 0);
	twin_expect_eq(x86_cr4(cpu) >> 17 & 1, 0);
}
