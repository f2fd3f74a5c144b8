/* SPDX-License-Identifier: MIT */
/* Kernels that end without a verdict. ENDING: 1 jumps to an address without memory, 2 loops for
 * ever, 3 halts with interrupts off, 4 exits with another value, 5 halts with interrupts on, but
 * none will come. */
#include "k.h"

void kernel_main(void)
{
	print("the end is near\n");
	serial_drain();
#if ENDING == 1
	((void (*)(void))0xd0000000u)();
#elif ENDING == 2
	for (;;) __asm__ volatile("");
#elif ENDING == 3
	for (;;) hlt();
#elif ENDING == 4
	exit_with(0x2a);
#elif ENDING == 5
	pit_stop();
	sti();
	for (;;) hlt();
#endif
}
