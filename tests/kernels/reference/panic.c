/* SPDX-License-Identifier: MIT */
#include "panic.h"

#include "console.h"
#include "interrupts.h"
#include "machine.h"
#include "symbols.h"
#include "text.h"

enum { TITLE_ROW = 0, FIRST_ROW = 2, ROWS = VGA_TEXT_ROWS - FIRST_ROW - 1, LINE_ROWS = 2 };

static struct panic_symbol symbols[SYMBOLS_MAX];
static bool in_panic;

const struct panic_symbol *panic_symbols(size_t *n)
{
	*n = symbols_read(symbols, SYMBOLS_MAX);
	return symbols;
}

/* The serial line gets all; the screen what fits, as the first lines say most. The last row stays
 * free. */
static void put(void *ctx, const char *text)
{
	(void)ctx;
	console.quiet_screen = console.vga.row + LINE_ROWS >= ROWS;
	console_write(text, text_length(text));
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

static bool on_double_fault_stack(uint64_t rsp)
{
	const struct panic_stack stack = interrupts_double_fault_stack();

	return rsp >= stack.low && rsp <= stack.high;
}

/* The stack that holds this address: the boot stack, or that of double faults. */
static struct panic_stack stack_of(uint64_t rsp)
{
	if (on_double_fault_stack(rsp)) return interrupts_double_fault_stack();
	return (struct panic_stack){ .low = address_of(boot_stack_guard) + 4096,
				     .high = address_of(boot_stack_top) };
}

static struct panic begin(uint64_t rsp)
{
	struct panic report = { .put = put, .stack = stack_of(rsp) };

	x86_cli(kernel.cpu);
	console_polled();
	if (in_panic) kernel_exit(false); /* a panic in a panic: do not repeat it for ever */
	in_panic = true;
	report.symbols = panic_symbols(&report.n_symbols);
	paint();
	return report;
}

static __attribute__((noreturn)) void end(const char *text)
{
	console.quiet_screen = true;
	print("%s\n", text);
	if (console.has_vga)
		(void)!vga_text_label(&console.vga, 2, VGA_TEXT_ROWS - 1,
				      vga_text_attribute(VGA_YELLOW, VGA_RED), text);
	kernel_exit(false);
}

void panic_by_exception(const struct idt_context *context)
{
	const struct panic report = begin(context->frame.rsp);

	panic_exception(&report, context, x86_cr2(kernel.cpu));
	end(context->vector == IDT_DF && on_double_fault_stack(address_of(&report))
		    ? "Stopped. This double fault was handled on a stack of its own."
		    : "Stopped.");
}

void panic(const char *why)
{
	const struct panic report = begin(address_of(__builtin_frame_address(0)));

	panic_here(&report, why);
	end("Stopped.");
}
