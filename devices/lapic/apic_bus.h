/* SPDX-License-Identifier: MIT */
/* Interrupt messages between I/O APIC, MSI and local APIC. Field values are those of the ICR, the
 * redirection table and the MSI data register, which are the same. */
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
	uint32_t destination; /* APIC ID, or logical destination */
	bool logical;         /* destination mode */
	enum apic_delivery mode;
	uint8_t vector;
	bool level_triggered; /* the EOI must be sent to the I/O APICs */
	bool assert;          /* level-triggered: asserted; edge: true */
};

/* Send one message. False: no local APIC accepted it. */
typedef bool apic_send_fn(void *ctx, const struct apic_message *message);

/* An MSI is a 32-bit write by a device to this window. */
enum { APIC_MSI_WINDOW_SIZE = 0x100000 };
#define APIC_MSI_WINDOW UINT64_C(0xfee00000)

/* The message for a write of `data` to `addr` (unread: SDM Vol. 3A 10.11). False: the address is
 * outside the window. */
static inline bool apic_message_of_msi(uint64_t addr, uint32_t data, struct apic_message *message)
{
	if (addr - APIC_MSI_WINDOW >= APIC_MSI_WINDOW_SIZE) return false;
	*message = (struct apic_message){
		.destination = (uint32_t)(addr >> 12) & 0xff,
		/* Logical with or without the redirection hint (bit 3), as in processors: operating
		 * systems send to logical IDs without it. */
		.logical = addr >> 2 & 1,
		.mode = (enum apic_delivery)(data >> 8 & 7),
		.vector = (uint8_t)data,
		.level_triggered = data >> 15 & 1,
		.assert = !(data >> 15 & 1) || (data >> 14 & 1),
	};
	return true;
}

#endif
