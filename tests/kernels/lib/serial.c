/* SPDX-License-Identifier: MIT */
/* Polled output on COM1, 115200 8N1, sixteen bytes at a time through the FIFO. */
#include <stdarg.h>

#include "k.h"

enum {
	COM1 = 0x3f8,
	THR = COM1 + 0,
	DLL = COM1 + 0,
	DLM = COM1 + 1,
	IER = COM1 + 1,
	FCR = COM1 + 2,
	LCR = COM1 + 3,
	MCR = COM1 + 4,
	LSR = COM1 + 5,
	LCR_8N1 = 0x03,
	LCR_DLAB = 0x80,
	FCR_ENABLE_AND_CLEAR = 0x07,
	MCR_DTR_RTS_OUT2 = 0x0b,
	LSR_THRE = 0x20,
	LSR_TEMT = 0x40,
	FIFO_DEPTH = 16,
	MAX_POLLS = 1000000
};

static unsigned room; /* bytes the FIFO takes before the next poll */

void serial_init(void)
{
	outb(LCR, LCR_DLAB);
	outb(DLL, 1);
	outb(DLM, 0);
	outb(LCR, LCR_8N1);
	outb(IER, 0);
	outb(FCR, FCR_ENABLE_AND_CLEAR);
	outb(MCR, MCR_DTR_RTS_OUT2);
	room = 0;
}

static void wait_for(uint8_t bit)
{
	for (unsigned i = 0; i < MAX_POLLS && !(inb(LSR) & bit); i++) {
	}
}

void serial_put(char c)
{
	if (c == '\n') serial_put('\r');
	if (room == 0) {
		wait_for(LSR_THRE);
		room = FIFO_DEPTH;
	}
	outb(THR, (uint8_t)c);
	room--;
}

void serial_drain(void) { wait_for(LSR_TEMT); }

static void print_hex(uint64_t value)
{
	int shift = 60;

	serial_put('0');
	serial_put('x');
	while (shift > 0 && (value >> shift & 15) == 0) shift -= 4;
	for (; shift >= 0; shift -= 4) serial_put("0123456789abcdef"[value >> shift & 15]);
}

static void print_decimal(uint32_t value)
{
	char digit[10];
	unsigned n = 0;

	do {
		digit[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	while (n) serial_put(digit[--n]);
}

static void print_string(const char *s)
{
	while (*s) serial_put(*s++);
}

static void print_list(const char *format, va_list args)
{
	for (; *format; format++) {
		if (*format != '%') {
			serial_put(*format);
			continue;
		}
		switch (*++format) {
		case 's': print_string(va_arg(args, const char *)); break;
		case 'c': serial_put((char)va_arg(args, int)); break;
		case 'u': print_decimal(va_arg(args, uint32_t)); break;
		case 'x': print_hex(va_arg(args, uint32_t)); break;
		case 'p': print_hex(va_arg(args, uintptr_t)); break;
		case 'q': print_hex(va_arg(args, uint64_t)); break;
		default: serial_put(*format); break;
		}
	}
}

void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_list(format, args);
	va_end(args);
}

static uint32_t passed, failed, skipped;

void report(bool pass, const char *name)
{
	if (!pass) {
		fail(name, "got false, want true");
		return;
	}
	passed++;
	print("PASS %s\n", name);
}

void skip(const char *name, const char *why)
{
	skipped++;
	print("SKIP %s: %s\n", name, why);
}

void fail(const char *name, const char *format, ...)
{
	va_list args;

	failed++;
	print("FAIL %s: ", name);
	va_start(args, format);
	print_list(format, args);
	va_end(args);
	serial_put('\n');
}

void check(const char *name, uint64_t got, uint64_t want)
{
	if (got == want)
		report(true, name);
	else
		fail(name, "got %q want %q", got, want);
}

void check_range(const char *name, uint64_t got, uint64_t low, uint64_t high)
{
	if (got >= low && got <= high)
		report(true, name);
	else
		fail(name, "got %q want %q..%q", got, low, high);
}

void exit_with(uint8_t value)
{
	serial_drain();
	outb(0xf4, value);
	for (;;) __asm__ volatile("cli; hlt");
}

void finish(void)
{
	print("DONE passed %u failed %u skipped %u\n", passed, failed, skipped);
	exit_with(failed || !passed ? 0x11 : 0x10);
}
