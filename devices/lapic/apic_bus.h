/* SPDX-License-Identifier: MIT */
/* What travels between I/O APIC, message signalled interrupts and local APIC: one interrupt
 * message. Field values are those of the ICR, the redirection table and the MSI data register,
 * which agree. */
#ifndef DEVICES_LAPIC_APIC_BUS_H
#define DEVICES_LAPIC_APIC_BUS_H

#include <stdbool.h>
#include <stdint.h>

enum apic_delivery {
	APIC_FIXED = 0,
	APIC_LOWEST = 1,
	APIC_SMI = 2,
	APIC_RESERVED_3 = 3,
	APIC_NMI = 4,
	APIC_INIT = 5,
	APIC_STARTUP = 6,
	APIC_EXTINT = 7
};

struct apic_message {
	uint32_t destination; /* APIC ID, or a set of logical IDs */
	bool logical;         /* destination mode */
	enum apic_delivery mode;
	uint8_t vector;
	bool level_triggered; /* the EOI is to be told to the I/O APICs */
	bool assert;          /* level-triggered: asserted; edge: true */
};

/* Takes one message; false: no local APIC accepted it (nowhere to deliver). */
typedef bool apic_send_fn(void *ctx, const struct apic_message *message);

/* An MSI is a 32-bit write by a device to this window. */
enum { APIC_MSI_WINDOW_SIZE = 0x100000 };
#define APIC_MSI_WINDOW UINT64_C(0xfee00000)

/* The message that a write of `data` at `addr` means (unread: SDM Vol. 3A 10.11); false: it is not
 * in the window. */
static inline bool apic_message_of_msi(uint64_t addr, uint32_t data, struct apic_message *message)
{
	if (addr - APIC_MSI_WINDOW >= APIC_MSI_WINDOW_SIZE) return false;
	*message = (struct apic_message){
		.destination = (uint32_t)(addr >> 12) & 0xff,
		/* With or without the redirection hint (bit 3), as processors do: operating systems
		 * send to logical IDs without it. */
		.logical = addr >> 2 & 1,
		.mode = (enum apic_delivery)(data >> 8 & 7),
		.vector = (uint8_t)data,
		.level_triggered = data >> 15 & 1,
		.assert = !(data >> 15 & 1) || (data >> 14 & 1),
	};
	return true;
}

#endif
