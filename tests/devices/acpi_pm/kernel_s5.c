/* SPDX-License-Identifier: MIT */
/* Power off by ACPI: the value of SLP_TYP from the _S5 object of the DSDT, else the ICH9's. */
#include "pm.h"

enum { NAME_OP = 0x08, PACKAGE_OP = 0x12, BYTE_PREFIX = 0x0a, ONE_OP = 0x01, HEADER = 36 };

/* Reads an AML integer that fits in a byte. */
static unsigned small_integer(const volatile uint8_t *at)
{
	if (*at == BYTE_PREFIX) return at[1];
	return *at == ONE_OP ? 1 : 0;
}

/* Finds SLP_TYPa in Name (_S5, Package () { SLP_TYPa, ... }). */
static unsigned sleep_type(const volatile uint8_t *dsdt)
{
	uint32_t length = dsdt ? (uint32_t)pm_get(dsdt + 4, 4) : 0;
	for (uint32_t i = HEADER + 1; i + 8 < length; i++) {
		const volatile uint8_t *at = dsdt + i;
		if (!pm_signature(at, "_S5_") || at[4] != PACKAGE_OP) continue;
		unsigned length_bytes = 1 + (at[5] >> 6);
		return small_integer(at + 5 + length_bytes + 1);
	}
	print("no _S5 object: the ICH9's value\n");
	return PM_ICH9_S5;
}

void kernel_main(void)
{
	struct pm pm = pm_find();
	unsigned type = sleep_type(pm.dsdt);

	if (!pm_acpi_mode(&pm)) fail("ACPI mode", "got SCI_EN clear want it set");
	print("powering off: port %x by %s, SLP_TYP %u\n", pm.control, pm.told_by, type);
	serial_drain();
	uint16_t control = (uint16_t)(PM1_SCI_EN | type << PM1_SLP_TYP_LSB);
	pm_out16(pm.control, control);
	pm_out16(pm.control, control | PM1_SLP_EN);
	for (unsigned i = 0; i < 4; i++) pit_wait(25000);
	fail("power off", "got a machine that goes on want silence");
}
