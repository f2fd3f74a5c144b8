/* SPDX-License-Identifier: MIT */
/* The order in which the kernel starts: each step needs those before it. */
#include "bimetal/debug_exit.h"
#include "console.h"
#include "input.h"
#include "interrupts.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"
#include "panic.h"
#include "screen.h"
#include "selftest.h"
#include "shell.h"
#include "text.h"

struct kernel kernel;

enum { EXIT_GOOD = 0x10, EXIT_BAD = 0x11, EXIT_BITS = 8, DOTS = 5 };

void kernel_halt(void)
{
	for (;;) __asm__ volatile("cli; hlt" : : : "memory");
}

void kernel_exit(bool good)
{
	struct debug_exit port;

	console_polled();
	if (console.has_uart) (void)!uart_flush(&console.uart);
	if (debug_exit_init(&port, io_port(DEBUG_EXIT_PORT), kernel.wait, EXIT_BITS) ==
	    DEBUG_EXIT_OK)
		(void)!debug_exit(&port, good ? EXIT_GOOD : EXIT_BAD);
	kernel_halt();
}

/* ---- the steps ---- */

static void must(bool good, const char *why)
{
	if (!good) panic(why);
}

/* The same of a step that sets *why: by its address, as an argument `why` could be read before the
 * step is called. */
static void must_start(bool good, const char *const *why) { must(good, *why); }

static void start_cpu(void)
{
	const char *why = "";
	const uint64_t before = interrupts.breakpoints;

	must_start(interrupts_init(&why), &why);
	screen_step(interrupts_tss_is_busy(), "descriptors", "GDT, TSS with IST, 256 gates");
	x86_int3(kernel.cpu);
	screen_step(interrupts.breakpoints == before + 1, "breakpoint", "taken, and returned from");
}

static void start_memory(void)
{
	const char *why = "";

	must_start(memory_find_frames(&why), &why);
	screen_step(!kernel.boot.cut, "memory map", "%u regions, %lu MiB usable",
		    kernel.boot.n_regions, memory.usable >> 20);
	must_start(memory_make_tables(&why), &why);
	screen_step(true, "page tables", "%s, guard page, window %lu MiB",
		    memory.no_execute ? "W^X" : "no NX", memory.window >> 20);
	must_start(memory_make_heap(&why), &why);
	screen_step(true, "heap", "%u KiB at %lx", HEAP_BYTES / 1024u, HEAP_START);
}

static void start_devices(void)
{
	const bool force_pic = text_has_word(kernel.boot.command_line, "pic");
	const char *why = "";

	irq.without_eoi = text_has_word(kernel.boot.command_line, "without-eoi");
	must_start(irq_init(force_pic, &why), &why);
	if (irq.apic)
		screen_step(true, "interrupts", "I/O APIC, %u pins; 8259A masked",
			    (unsigned)irq.pins);
	else
		screen_step(true, "interrupts", "8259A pair at 20h and 28h");
	must_start(irq_start_timer(&why), &why);
	screen_step(true, "timer", "%s, %u ticks a second", irq.apic ? "local APIC" : "8254",
		    (unsigned)TICKS_PER_SECOND);
	if (input_init(&why))
		screen_step(true, "keyboard", "8042, US layout, line editing");
	else
		screen_step(false, "keyboard", "%s", why);
	if (console.has_uart && !input.has_serial)
		screen_step(false, "serial", "COM1 does not interrupt: nothing can be typed there");
}

static void start_console(void)
{
	kernel.cpu = x86_of_cpu();
	kernel.tsc_hz = wait_calibrate();
	kernel.wait = wait_of_tsc(kernel.tsc_hz);
	console_init(kernel.wait);
	screen_paint();
	console.quiet_screen = true;
	print("bimetal reference kernel: hello from long mode\n");
	screen_step(kernel.boot.protocol != BOOT_UNKNOWN, "loader", "%s", kernel.boot.loader);
	if (!kernel.tsc_hz) screen_step(false, "clock", "no 8254 to measure the TSC by");
	screen_step(console.has_uart && console.has_vga, "console", "%s, %s",
		    console.has_uart ? "COM1 115200 8N1" : "no COM1",
		    console.has_vga ? "VGA text 80 x 25" : "no VGA text");
}

/* Ticks as dots, and out. */
static __attribute__((noreturn)) void show_dots(void)
{
	print("dots: ");
	commands_dots(0, DOTS);
	print("%lu ticks and %lu EOIs\n", irq.ticks, irq.eois);
	kernel_exit(true);
}

void kernel_main(uint32_t magic, uint64_t info);

void kernel_main(uint32_t magic, uint64_t info)
{
	boot_info_read(&kernel.boot, magic, info);
	start_console();
	start_cpu();
	start_memory();
	must(executor_init(&kernel.executor, kernel.wait) == TASK_OK, "no executor");
	start_devices();
	screen_machine();
	wait_irq_enable(&kernel.wait);
	if (text_has_word(kernel.boot.command_line, "selftest")) kernel_exit(selftest());
	if (text_has_word(kernel.boot.command_line, "dots")) show_dots();
	must(shell_start(), "no shell");
	screen_step(true, "tasks", "shell and status; idle is STI; HLT");
	print("Type 'help'. The serial line COM1 is a keyboard, too.\n");
	(void)!executor_run(&kernel.executor);
	panic("the executor has no task left");
}
