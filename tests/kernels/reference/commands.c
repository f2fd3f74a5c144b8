/* SPDX-License-Identifier: MIT */
#include "console.h"
#include "input.h"
#include "interrupts.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"
#include "panic.h"
#include "picture.h"
#include "selftest.h"
#include "shell.h"
#include "text.h"

/* ---- about the machine ---- */

static void run_help(const char *arguments)
{
	(void)arguments;
	for (const struct command *command = commands; command->name; command += 2) {
		print("%-9s %-29s", command->name, command->help);
		if (!command[1].name) break;
		print("%-9s %s\n", command[1].name, command[1].help);
	}
	if (console.vga.column) print("\n");
}

static void run_mem(const char *arguments)
{
	(void)arguments;
	print("usable %lu KiB in %u of %u regions, %lu KiB free\n", memory.usable >> 10,
	      memory.n_usable, kernel.boot.n_regions, memory.frames.n_free * 4);
	print("kernel %08lx-%08lx, window %lx, %lu MiB\n", address_of(text_start),
	      address_of(kernel_end), PHYS_WINDOW, memory.window >> 20);
	print("heap   %lx, %u KiB, %lu bytes in use\n", HEAP_START, HEAP_BYTES / 1024u,
	      (uint64_t)memory.heap_used);
}

static void run_map(const char *arguments)
{
	(void)arguments;
	for (unsigned i = 0; i < kernel.boot.n_regions; i++) {
		const struct boot_region *region = &kernel.boot.region[i];
		print("%012lx %10lu KiB %s\n", region->start, region->length >> 10,
		      region->usable ? "usable" : "reserved");
	}
}

static void run_ticks(const char *arguments)
{
	(void)arguments;
	print("%lu ticks of the %s at %u kHz\n", irq.ticks, irq.apic ? "local APIC" : "8254",
	      irq.timer_hz / 1000);
	print("%lu EOIs, %lu spurious; keyboard %lu, serial %lu\n", irq.eois, irq.spurious,
	      input.keyboard_interrupts, input.serial_interrupts);
}

static void run_tasks(const char *arguments)
{
	static const char *const state[] = { "new", "waiting", "ready", "running", "finished" };

	(void)arguments;
	for (const struct task *task = kernel.executor.tasks; task; task = task->next_task)
		print("%-9s %-9s called %lu times\n", task->name, state[task->state], task->polls);
	print("The CPU slept %lu times.\n", kernel.executor.sleeps);
}

static void run_boot(const char *arguments)
{
	(void)arguments;
	print("%s, loader %s\ncommand line '%s'\n", boot_protocol_name(kernel.boot.protocol),
	      kernel.boot.loader, kernel.boot.command_line);
}

static void run_echo(const char *arguments) { print("%s\n", arguments); }

static void run_clear(const char *arguments)
{
	(void)arguments;
	if (console.has_vga) (void)!vga_text_clear(&console.vga);
}

static void run_picture(const char *arguments) { picture_command(arguments); }

/* ---- interrupts ---- */

enum { DOTS = 5, DOTS_MAX = 60, TEN = 10 };

void commands_dots(uint64_t first, unsigned n)
{
	const uint64_t tick_ns = UINT64_C(1000000000) / TICKS_PER_SECOND;
	const uint64_t end = wait_deadline(&kernel.wait, 2 * (n + 1) * tick_ns);

	for (uint64_t shown = 0; shown < n && !wait_expired(&kernel.wait, end);) {
		if (shown < irq.ticks - first) {
			print(".");
			shown++;
		}
		wait_relax(&kernel.wait);
	}
	print("\n");
}

static void run_dots(const char *arguments)
{
	unsigned n = 0;

	for (; *arguments >= '0' && *arguments <= '9' && n < DOTS_MAX; arguments++)
		n = n * TEN + (unsigned)(*arguments - '0');
	if (n == 0 || n > DOTS_MAX) n = DOTS;
	commands_dots(irq.ticks, n);
}

static void run_int3(const char *arguments)
{
	(void)arguments;
	x86_int3(kernel.cpu);
	print("Breakpoint %lu was taken, and returned behind its INT3.\n", interrupts.breakpoints);
}

/* ---- ends ---- */

static void run_fault(const char *arguments)
{
	(void)arguments;
	*(volatile char *)(uintptr_t)UINT64_C(0xdeadbeef000) = 1;
}

/* Each call uses more stack, until the guard page is reached: no stack is left for the page fault.
 */
static __attribute__((noinline)) unsigned overflow(unsigned depth)
{
	volatile char room[512];

	room[0] = (char)depth;
	if (depth == UINT32_MAX) return 0; /* never: the stack ends before */
	return overflow(depth + 1) + (unsigned)room[0];
}

static void run_overflow(const char *arguments)
{
	(void)arguments;
	print("%u\n", overflow(0));
}

static void run_panic(const char *arguments)
{
	panic(*arguments ? arguments : "the user asked for it");
}

static void run_selftest(const char *arguments)
{
	(void)arguments;
	(void)selftest();
}

static void run_exit(const char *arguments) { kernel_exit(!text_equal(arguments, "bad")); }

const struct command commands[] = {
	{ "help", "this list", run_help },
	{ "mem", "memory: frames, heap", run_mem },
	{ "map", "the loader's memory map", run_map },
	{ "boot", "who loaded the kernel, and how", run_boot },
	{ "ticks", "interrupts so far", run_ticks },
	{ "dots", "one dot for each timer tick", run_dots },
	{ "tasks", "what runs", run_tasks },
	{ "int3", "a breakpoint that returns", run_int3 },
	{ "fault", "a page fault that does not", run_fault },
	{ "overflow", "the stack, into its guard page", run_overflow },
	{ "panic", "stop with a red screen", run_panic },
	{ "selftest", "test all of this", run_selftest },
	{ "echo", "print the words behind it", run_echo },
	{ "clear", "empty this window", run_clear },
	{ "picture", "MODE: paint in it; text: back", run_picture },
	{ "exit", "leave by the debug exit port", run_exit },
	{ NULL, NULL, NULL },
};
