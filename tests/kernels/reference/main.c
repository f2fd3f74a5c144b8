/* SPDX-License-Identifier: MIT */
/* The order in which the kernel starts. */
#include "bimetal/debug_exit.h"
#include "console.h"
#include "machine.h"

struct kernel kernel;

enum { EXIT_GOOD = 0x10, EXIT_BAD = 0x11, EXIT_BITS = 8 };

void kernel_halt(void)
{
	for (;;) __asm__ volatile("cli; hlt" : : : "memory");
}

void kernel_exit(bool good)
{
	struct debug_exit port;

	if (console.has_uart) (void)!uart_flush(&console.uart);
	if (debug_exit_init(&port, io_port(DEBUG_EXIT_PORT), kernel.wait, EXIT_BITS) ==
	    DEBUG_EXIT_OK)
		(void)!debug_exit(&port, good ? EXIT_GOOD : EXIT_BAD);
	kernel_halt();
}

void kernel_main(uint32_t magic, uint64_t info);

void kernel_main(uint32_t magic, uint64_t info)
{
	boot_info_read(&kernel.boot, magic, info);
	kernel.tsc_hz = wait_calibrate();
	kernel.wait = wait_of_tsc(kernel.tsc_hz);
	console_init(kernel.wait);
	print("bimetal reference kernel: %s, loader %s, '%s'\n",
	      boot_protocol_name(kernel.boot.protocol), kernel.boot.loader,
	      kernel.boot.command_line);
	for (unsigned i = 0; i < kernel.boot.n_regions; i++)
		print("  %012lx %012lx %s\n", kernel.boot.region[i].start,
		      kernel.boot.region[i].length,
		      kernel.boot.region[i].usable ? "usable" : "reserved");
	kernel_exit(true);
}
