/* SPDX-License-Identifier: MIT */
/* Shared by the kernels that test the APICs: registers of local and I/O APIC, interrupt counters.
 */
#ifndef TESTS_KERNELS_APIC_H
#define TESTS_KERNELS_APIC_H

#include "k.h"

enum { /* local APIC */
       LAPIC_MODEL_ID = 0x20,
       LAPIC_MODEL_VERSION = 0x30,
       LAPIC_MODEL_TPR = 0x80,
       LAPIC_MODEL_EOI = 0xb0,
       LAPIC_MODEL_LDR = 0xd0,
       LAPIC_MODEL_DFR = 0xe0,
       LAPIC_MODEL_SVR = 0xf0,
       LAPIC_MODEL_ISR = 0x100,
       LAPIC_MODEL_TMR = 0x180,
       LAPIC_MODEL_IRR = 0x200,
       LAPIC_MODEL_ESR = 0x280,
       LAPIC_ICR_LOW = 0x300,
       LAPIC_ICR_HIGH = 0x310,
       LAPIC_MODEL_LVT_TIMER = 0x320,
       LAPIC_MODEL_LVT_LINT0 = 0x350,
       LAPIC_MODEL_LVT_LINT1 = 0x360,
       LAPIC_MODEL_LVT_ERROR = 0x370,
       LAPIC_INITIAL = 0x380,
       LAPIC_CURRENT = 0x390,
       LAPIC_MODEL_DIVIDE = 0x3e0,
       LVT_MASKED = 1 << 16,
       LVT_PERIODIC = 1 << 17,
       LVT_DEADLINE = 1 << 18,
       MODE_LOWEST = 1 << 8, /* of ICR, LVT and redirection entries */
       MODE_NMI = 4 << 8,
       MODE_EXTINT = 7 << 8,
       LOGICAL = 1 << 11,
       SPURIOUS = 0xff,
       SVR_ENABLE = 1 << 8,
       DESTINATION = 24
};

enum { /* I/O APIC */
       IOAPIC_MODEL_ID = 0,
       IOAPIC_VERSION = 1,
       IOAPIC_TABLE = 0x10,
       RTE_LEVEL = 1 << 15,
       RTE_REMOTE_IRR = 1 << 14,
       RTE_MASKED = 1 << 16,
       PIN_EXTINT = 0,
       PIN_TIMER = 2,
       PIN_COM1 = 4
};

static volatile uint8_t *const lapic_page = (volatile uint8_t *)0xfee00000u;
static volatile uint32_t *const ioapic_page = (volatile uint32_t *)0xfec00000u;

static inline uint32_t lapic_read(unsigned reg) { return *(volatile uint32_t *)(lapic_page + reg); }
static inline void lapic_write(unsigned reg, uint32_t value)
{
	*(volatile uint32_t *)(lapic_page + reg) = value;
}
static inline bool lapic_vector(unsigned base, unsigned vector)
{
	return lapic_read(base + vector / 32 * 0x10) >> vector % 32 & 1;
}

static inline uint32_t ioapic_read(unsigned index)
{
	ioapic_page[0] = index;
	return ioapic_page[4];
}
static inline void ioapic_write(unsigned index, uint32_t value)
{
	ioapic_page[0] = index;
	ioapic_page[4] = value;
}
static inline void ioapic_model_eoi(uint32_t vector) { ioapic_page[0x40 / 4] = vector; }
static inline uint32_t rte(unsigned pin) { return ioapic_read(IOAPIC_TABLE + 2 * pin); }
static inline void rte_low(unsigned pin, uint32_t low)
{
	ioapic_write(IOAPIC_TABLE + 2 * pin, low);
}
/* Write the high half first, as the low half may unmask the entry. */
static inline void route(unsigned pin, uint32_t low, uint32_t destination)
{
	ioapic_write(IOAPIC_TABLE + 2 * pin + 1, destination << DESTINATION);
	rte_low(pin, low);
}

static inline bool apic_in_cpuid(void)
{
	if (cpuid(1, 0).edx >> 9 & 1) return true;
	skip("local APIC", "not in CPUID");
	report(true, "nothing to test");
	return false;
}

/* Count interrupts with these vectors, and send the EOI to the local APIC. */
static volatile unsigned came[256];
static inline void on_counted(struct trap_frame *f)
{
	came[f->vector]++;
	lapic_write(LAPIC_MODEL_EOI, 0);
}
static inline void on_spurious(struct trap_frame *f) { came[f->vector]++; }

static inline void lapic_start(void)
{
	trap_hook[SPURIOUS] = on_spurious;
	lapic_write(LAPIC_MODEL_SVR, SVR_ENABLE | SPURIOUS);
	lapic_write(LAPIC_MODEL_TPR, 0);
}

/* Let pending interrupts come. */
static inline void let_in(void)
{
	sti();
	for (volatile unsigned i = 0; i < 200; i++) {
	}
	cli();
}

/* pit_wait() polls a fixed number of times. If a poll takes no time, as under QEMU with -icount, it
 * ends after 5 ms. */
static inline void wait_ms(unsigned ms)
{
	while (ms--) pit_wait(1000);
}

/* Let interrupts in while this time passes. */
static inline void let_pass(unsigned ms)
{
	sti();
	wait_ms(ms);
	cli();
}

#endif
