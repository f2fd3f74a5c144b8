/* SPDX-License-Identifier: MIT */
/* Shared by the kernels that test power management and timers: wide ports, ACPI's tables, the PM
 * block, the I/O APIC. */
#ifndef TESTS_KERNELS_PM_H
#define TESTS_KERNELS_PM_H

#include "k.h"

static inline uint16_t pm_in16(uint16_t port)
{
	uint16_t value;
	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void pm_out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t pm_in32(uint16_t port)
{
	uint32_t value;
	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void pm_out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

/* --- ACPI's tables: little-endian, at any address ----------------------------------------------
 */

static inline uint64_t pm_get(const volatile uint8_t *at, unsigned bytes)
{
	uint64_t value = 0;
	for (unsigned i = bytes; i > 0; i--) value = value << 8 | at[i - 1];
	return value;
}

static inline bool pm_signature(const volatile uint8_t *at, const char *text)
{
	for (; *text; text++, at++)
		if (*at != (uint8_t)*text) return false;
	return true;
}

static inline bool pm_sums_to_zero(const volatile uint8_t *at, unsigned bytes)
{
	uint8_t sum = 0;
	for (unsigned i = 0; i < bytes; i++) sum = (uint8_t)(sum + at[i]);
	return sum == 0;
}

static inline const volatile uint8_t *pm_scan_rsdp(uintptr_t from, uintptr_t to)
{
	for (; from < to; from += 16) {
		const volatile uint8_t *at = (const volatile uint8_t *)from;
		if (pm_signature(at, "RSD PTR ") && pm_sums_to_zero(at, 20)) return at;
	}
	return NULL;
}

static inline const volatile uint8_t *pm_rsdp(void)
{
	uintptr_t ebda_segment = 0x40e;
	__asm__("" : "+r"(ebda_segment)); /* else the compiler warns of a low address */
	uintptr_t ebda = (uintptr_t)pm_get((const volatile uint8_t *)ebda_segment, 2) << 4;
	const volatile uint8_t *rsdp = ebda ? pm_scan_rsdp(ebda, ebda + 1024) : NULL;
	return rsdp ? rsdp : pm_scan_rsdp(0xe0000, 0x100000);
}

/* Finds the table of this signature by the RSDT; NULL: none. */
static inline const volatile uint8_t *pm_table(const char *signature)
{
	const volatile uint8_t *rsdp = pm_rsdp();
	if (!rsdp) return NULL;
	const volatile uint8_t *rsdt = (const volatile uint8_t *)(uintptr_t)pm_get(rsdp + 16, 4);
	uint32_t length = (uint32_t)pm_get(rsdt + 4, 4);
	for (uint32_t i = 36; i + 4 <= length; i += 4) {
		const volatile uint8_t *at =
			(const volatile uint8_t *)(uintptr_t)pm_get(rsdt + i, 4);
		if (pm_signature(at, signature)) return at;
	}
	return NULL;
}

/* --- the PM block ------------------------------------------------------------------------------
 */

enum {
	PM1_TMROF = 1 << 0,
	PM1_GBL = 1 << 5,
	PM1_PWRBTN = 1 << 8,
	PM1_SCI_EN = 1 << 0,
	PM1_SLP_TYP_LSB = 10,
	PM1_SLP_EN = 1 << 13,
	PM_ICH9_S5 = 7,
	PM_ICH9_BASE = 0x600, /* where QEMU's firmware and ours put the block */
	PCI_ADDRESS = 0xcf8,
	PCI_DATA = 0xcfc
};

struct pm {
	uint16_t event, control, timer; /* ports */
	uint16_t smi_cmd;               /* 0: none */
	uint8_t acpi_enable, sci;
	bool timer_is_32_bits;
	const volatile uint8_t *dsdt;
	const char *told_by;
};

static inline uint32_t pm_pci_read(uint32_t device, uint32_t reg)
{
	pm_out32(PCI_ADDRESS, 0x80000000u | device << 11 | reg);
	return pm_in32(PCI_DATA);
}

/* Finds it by the FADT, else by the LPC bridge 00:1f.0, else where it usually is. */
static inline struct pm pm_find(void)
{
	const volatile uint8_t *fadt = pm_table("FACP");
	uint32_t base = PM_ICH9_BASE;

	if (fadt)
		return (struct pm){ .event = (uint16_t)pm_get(fadt + 56, 2),
				    .control = (uint16_t)pm_get(fadt + 64, 2),
				    .timer = (uint16_t)pm_get(fadt + 76, 2),
				    .smi_cmd = (uint16_t)pm_get(fadt + 48, 2),
				    .acpi_enable = fadt[52],
				    .sci = fadt[46],
				    .timer_is_32_bits = fadt[113] & 1, /* TMR_VAL_EXT */
				    .dsdt = (const volatile uint8_t *)(uintptr_t)pm_get(fadt + 40,
											4),
				    .told_by = "FADT" };
	bool bridge = (uint16_t)pm_pci_read(0x1f, 0) == 0x8086;
	if (bridge) base = pm_pci_read(0x1f, 0x40) & 0xff80;
	return (struct pm){ .event = (uint16_t)base,
			    .control = (uint16_t)(base + 4),
			    .timer = (uint16_t)(base + 8),
			    .sci = 9,
			    .told_by = bridge ? "PCI 00:1f.0" : "nobody" };
}

/* Ask firmware for ACPI mode; true when SCI_EN is set. */
static inline bool pm_acpi_mode(const struct pm *pm)
{
	if (pm_in16(pm->control) & PM1_SCI_EN) return true;
	if (!pm->smi_cmd)
		pm_out16(pm->control, pm_in16(pm->control) | PM1_SCI_EN);
	else
		outb(pm->smi_cmd, pm->acpi_enable);
	for (unsigned i = 0; i < 300; i++) {
		if (pm_in16(pm->control) & PM1_SCI_EN) return true;
		pit_wait(1000);
	}
	return false;
}

/* --- local and I/O APIC ------------------------------------------------------------------------
 */

enum {
	IOAPIC_VERSION = 1,
	IOAPIC_REDIRECTION = 0x10,
	IOAPIC_ACTIVE_LOW = 1 << 13,
	IOAPIC_LEVEL = 1 << 15,
	IOAPIC_MASKED = 1 << 16,
	IOAPIC_REMOTE_IRR = 1 << 14
};

static volatile uint32_t *const pm_lapic = (volatile uint32_t *)0xfee00000u;
static volatile uint32_t *const pm_ioapic = (volatile uint32_t *)0xfec00000u;

static inline uint32_t ioapic_read(unsigned reg)
{
	pm_ioapic[0] = reg;
	return pm_ioapic[4];
}

static inline void ioapic_write(unsigned reg, uint32_t value)
{
	pm_ioapic[0] = reg;
	pm_ioapic[4] = value;
}

/* Whether there is an I/O APIC, by its version register. */
static inline bool ioapic_present(void)
{
	uint32_t version = ioapic_read(IOAPIC_VERSION);
	return version != UINT32_MAX && (version >> 16 & 0xff) >= 15;
}

/* Fixed delivery to local APIC 0; inputs from 16 up are active low, as PCI's lines are. */
static inline void ioapic_route(unsigned pin, uint32_t low)
{
	if (pin >= 16) low |= IOAPIC_ACTIVE_LOW;
	ioapic_write(IOAPIC_REDIRECTION + 2 * pin + 1, 0);
	ioapic_write(IOAPIC_REDIRECTION + 2 * pin, low);
}

static inline void lapic_enable(void) { pm_lapic[0xf0 / 4] = 0x1ff; }
static inline void lapic_eoi(void) { pm_lapic[0xb0 / 4] = 0; }

#endif
