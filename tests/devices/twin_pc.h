/* SPDX-License-Identifier: MIT */
/* What the twin tests of the PC's interrupt drivers share. */
#ifndef TESTS_DEVICES_TWIN_PC_H
#define TESTS_DEVICES_TWIN_PC_H

#include "bimetal/lapic.h"
#include "bimetal/pic_8259.h"
#include "bimetal/twin.h"

#define PC_LAPIC  0xfee00000
#define PC_IOAPIC 0xfec00000
#define PC_HPET   0xfed00000
#define PC_ECAM   0xb0000000

enum {
	PC_PIC_MASTER = 0x20,
	PC_PIC_SLAVE = 0x28,
	PC_SPURIOUS = 0xff,
	PC_US = 1000,
	PC_MS = 1000 * PC_US,
	PC_LONG = 1000 * PC_MS, /* for what must come: under QEMU a busy host may pause long */
	PC_SHORT = 2 * PC_MS    /* for what must not come */
};

/* Counts interrupts: the context of pc_on_interrupt(). */
struct pc_count {
	const struct lapic *lapic;
	volatile unsigned n;
};

static inline void pc_take(void *ctx)
{
	struct pc_count *count = ctx;
	count->n++;
	twin_expect_eq(lapic_eoi(count->lapic), LAPIC_OK);
}

static inline void pc_on_interrupt(struct pc_count *count, const struct lapic *lapic,
				   uint8_t vector)
{
	*count = (struct pc_count){ .lapic = lapic };
	twin_on_interrupt(vector, pc_take, count);
}

/* Masks all lines of the 8259As. */
static inline void pc_silence_pic(void)
{
	struct pic pic;
	const struct pic_config config = { .master_vector = PC_PIC_MASTER,
					   .slave_vector = PC_PIC_SLAVE };
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
}

/* Does that, and enables the local APIC. */
static inline void pc_enable_apic(struct lapic *lapic)
{
	pc_silence_pic();
	twin_assert_eq(lapic_init(lapic, twin_memory(PC_LAPIC, 1), *twin_wait()), LAPIC_OK);
	twin_assert_eq(lapic_enable(lapic, PC_SPURIOUS), LAPIC_OK);
	twin_assert_eq(lapic_set_priority(lapic, 0), LAPIC_OK);
}

/* Waits with interrupts enabled until `n` came, for at most `ns`. No device is accessed here. */
static inline bool pc_await(const struct pc_count *count, unsigned n, uint64_t ns)
{
	const struct wait *wait = twin_wait();
	uint64_t end = wait_deadline(wait, ns);
	wait_irq_enable(wait);
	while (count->n < n && !wait_expired(wait, end)) wait_relax(wait);
	wait_irq_disable(wait);
	return count->n >= n;
}

#endif
