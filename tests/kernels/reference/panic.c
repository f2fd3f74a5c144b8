/* SPDX-License-Identifier: MIT */
#include "panic.h"

#include "console.h"
#include "interrupts.h"
#include "machine.h"
#include "symbols.h"

enum { TITLE_ROW = 0, FIRST_ROW = 2, ROWS = VGA_TEXT_ROWS - FIRST_ROW };

static struct panic_symbol symbols[SYMBOLS_MAX];
static bool in_panic;

const struct panic_symbol *panic_symbols(size_t *n)
{
	*n = symbols_read(symbols, SYMBOLS_MAX);
	return symbols;
}

static void put(void *ctx, const char *text)
{
	size_t n = 0;

	(void)ctx;
	while (text[n]) n++;
	console_write(text, n);
}

/* The whole screen is the report's. */
static void paint(void)
{
	const uint8_t title = vga_text_attribute(VGA_RED, VGA_LIGHT_GREY);

	if (!console.has_vga) return;
	console.quiet_screen = false;
	(void)!vga_text_colour(&console.vga, VGA_WHITE, VGA_RED);
	(void)!vga_text_window(&console.vga, 0, VGA_TEXT_ROWS);
	(void)!vga_text_clear(&console.vga);
	(void)!vga_text_fill(&console.vga, 0, TITLE_ROW, VGA_TEXT_COLUMNS, ' ', title);
	(void)!vga_text_label(&console.vga, 2, TITLE_ROW, title,
			      "KERNEL PANIC: the reference kernel cannot go on");
	(void)!vga_text_window(&console.vga, FIRST_ROW, ROWS);
	(void)!vga_text_show_cursor(&console.vga, false);
}

/* The stack that holds this address: the boot stack, or that of double faults. */
static struct panic_stack stack_of(uint64_t rsp)
{
	if (interrupts_on_double_fault_stack(rsp))
		return (struct panic_stack){ .low = rsp & ~UINT64_C(0xfff),
					     .high = address_of(kernel_end) };
	return (struct panic_stack){ .low = address_of(boot_stack_guard) + 4096,
				     .high = address_of(boot_stack_top) };
}

static struct panic begin(uint64_t rsp)
{
	struct panic report = { .put = put, .stack = stack_of(rsp) };

	x86_cli(kernel.cpu);
	if (console.has_uart) (void)!uart_interrupts_off(&console.uart);
	if (in_panic) kernel_exit(false); /* a panic in a panic: do not repeat it for ever */
	in_panic = true;
	report.symbols = panic_symbols(&report.n_symbols);
	paint();
	return report;
}

void panic_by_exception(const struct idt_context *context)
{
	const struct panic report = begin(context->frame.rsp);

	panic_exception(&report, context, x86_cr2(kernel.cpu));
	if (context->vector == IDT_DF)
		print("The double fault is handled on its own stack: %s\n",
		      interrupts_on_double_fault_stack(address_of(&report)) ? "yes" : "NO");
	kernel_exit(false);
}

void panic(const char *why)
{
	const struct panic report = begin(address_of(__builtin_frame_address(0)));

	panic_here(&report, why);
	kernel_exit(false);
}
