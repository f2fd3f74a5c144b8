/* SPDX-License-Identifier: MIT */
#include "cpu_name.h"

#include <stdbool.h>

#include "text.h"

#define EXTENDED UINT32_C(0x80000000)

static void put32(char *to, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++) to[i] = (char)(value >> 8 * i);
}

static void read_brand(struct cpu_name *name, struct msrs msrs)
{
	char brand[CPU_BRAND] = { 0 };
	const char *from = brand;

	for (uint32_t i = 0; i < 3; i++) {
		const struct msr_cpuid part = msr_cpuid(msrs, EXTENDED + 2 + i, 0);
		put32(brand + 16 * i, part.eax);
		put32(brand + 16 * i + 4, part.ebx);
		put32(brand + 16 * i + 8, part.ecx);
		put32(brand + 16 * i + 12, part.edx);
	}
	while (*from == ' ') from++;
	text_copy(name->brand, CPU_BRAND, *from ? from : "no brand string", CPU_BRAND);
}

static void read_features(struct cpu_name *name, uint32_t ecx, uint32_t edx, uint32_t extended)
{
	const struct {
		const char *name;
		bool has;
	} features[] = { { "apic", edx >> 9 & 1 },
			 { "sse2", edx >> 26 & 1 },
			 { "x2apic", ecx >> 21 & 1 },
			 { "nx", extended >> 20 & 1 },
			 { "lm", extended >> 29 & 1 } };
	size_t n = 0;

	for (unsigned i = 0; i < sizeof features / sizeof *features; i++)
		if (features[i].has)
			n += text_format(name->features + n, CPU_FEATURES - n, "%s ",
					 features[i].name);
}

void cpu_name_read(struct cpu_name *name, struct msrs msrs)
{
	const struct msr_cpuid vendor = msr_cpuid(msrs, 0, 0), basic = msr_cpuid(msrs, 1, 0);
	const struct msr_cpuid extended = msr_cpuid(msrs, EXTENDED + 1, 0);
	const struct msr_cpuid sizes = msr_cpuid(msrs, EXTENDED + 8, 0);

	*name = (struct cpu_name){ 0 };
	put32(name->vendor, vendor.ebx);
	put32(name->vendor + 4, vendor.edx);
	put32(name->vendor + 8, vendor.ecx);
	read_brand(name, msrs);
	read_features(name, basic.ecx, basic.edx, extended.edx);
	name->family = (basic.eax >> 8 & 0xf) + (basic.eax >> 20 & 0xff);
	name->model = (basic.eax >> 4 & 0xf) | (basic.eax >> 12 & 0xf0);
	name->physical_bits = sizes.eax & 0xff;
	name->linear_bits = sizes.eax >> 8 & 0xff;
}
