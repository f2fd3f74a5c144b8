/* SPDX-License-Identifier: MIT */
/* Address line 20 off and on, by port 0x92 and by the keyboard controller. The kernel is linked at
 * 2 MiB, where bit 20 is clear, so that its own code is not affected. */
#include "k.h"

enum {
	PORT_92 = 0x92,
	PORT_92_A20 = 2,
	PORT_92_RESET = 1,
	KBC_DATA = 0x60,
	KBC_COMMAND = 0x64,
	KBC_IBF = 2,
	KBC_READ_OUTPUT = 0xd0,
	KBC_WRITE_OUTPUT = 0xd1,
	KBC_A20_ON = 0xdf,
	KBC_A20_OFF = 0xdd
};

static volatile uint32_t *const low = (volatile uint32_t *)0x00000600;
static volatile uint32_t *const high = (volatile uint32_t *)0x00100600;
static volatile uint32_t *const third = (volatile uint32_t *)0x00300600;

static void port_92(bool on)
{
	uint8_t v = (uint8_t)(inb(PORT_92) & ~(PORT_92_A20 | PORT_92_RESET));
	outb(PORT_92, on ? v | PORT_92_A20 : v);
}

static void kbc_write(uint16_t port, uint8_t value)
{
	for (unsigned i = 0; i < 100000 && inb(KBC_COMMAND) & KBC_IBF; i++) {
	}
	outb(port, value);
}

static void keyboard(bool on)
{
	kbc_write(KBC_COMMAND, KBC_WRITE_OUTPUT);
	kbc_write(KBC_DATA, on ? KBC_A20_ON : KBC_A20_OFF);
	for (unsigned i = 0; i < 100000 && inb(KBC_COMMAND) & KBC_IBF; i++) {
	}
	pit_wait(100);
}

static bool wraps(void)
{
	*low = 0x11111111;
	*high = 0x22222222;
	return *low == 0x22222222;
}

static void two_megabytes_up(void)
{
	volatile uint32_t *const second = (volatile uint32_t *)0x00200600;
	uint32_t saved = *second;

	*third = 0x33333333;
	check("off: 3 MiB is 2 MiB", *second, 0x33333333);
	*second = saved;
}

void kernel_main(void)
{
	uint32_t saved = *low;

	port_92(true);
	keyboard(true);
	report(!wraps(), "both on: 1 MiB is not 0");
	port_92(false);
	keyboard(false);
	report(wraps(), "both off: 1 MiB is 0");
	check("and reads what was written there", *high, 0x22222222);
	two_megabytes_up();
	port_92(true);
	report(!wraps(), "port 0x92 turns it on");
	check("port 0x92 reads back", inb(PORT_92) & PORT_92_A20, PORT_92_A20);
	port_92(false);
	report(wraps(), "port 0x92 turns it off");
	keyboard(true);
	report(!wraps(), "the keyboard controller turns it on");
	keyboard(false);
	report(wraps(), "the keyboard controller turns it off");
	keyboard(true);
	port_92(true);
	report(!wraps(), "both on again");
	*low = saved;
}
