/* SPDX-License-Identifier: MIT */
/* One way of resetting the machine per image. RESET: 1 keyboard controller, 2 port 0x92,
 * 3 port 0xcf9, 4 triple fault. Still running after 100 ms is a failure. */
#include "k.h"

#if RESET == 4
FRAG(no_gates, "", "int3", "");
#endif

void kernel_main(void)
{
	print("resetting\n");
	serial_drain();
#if RESET == 1
	for (unsigned i = 0; i < 100000 && inb(0x64) & 2; i++) {
	}
	outb(0x64, 0xfe);
#elif RESET == 2
	outb(0x92, (uint8_t)(inb(0x92) & ~1u));
	outb(0x92, (uint8_t)(inb(0x92) | 1));
#elif RESET == 3
	outb(0xcf9, 0x02);
	outb(0xcf9, 0x06);
#else
	load_idt(idt, 0);
	try_call(no_gates, 0);
#endif
	for (unsigned i = 0; i < 4; i++) pit_wait(25000);
	fail("reset", "got a machine that goes on want a reset");
}
