/* SPDX-License-Identifier: MIT */
/* The self-test in loopback mode: SOUT to SIN, and the four modem outputs to the four inputs
 * (PC16550D, June 1995, 8.8). */
#include "uart_registers.h"

enum {
	FIRST_BYTE = 0x42,
	OTHER_BYTES = 0xa5,
	OTHER_STEP = 0x3b,
	IDLE_CHARS = 4 /* wait between characters; the first can take two and a half */
};

/* The part of the byte that the configured data bits transmit. */
static uint8_t as_sent(const struct uart *uart, uint8_t byte)
{
	unsigned bits = 5u + (uart->lcr & UART_LCR_WORD);
	return byte & (uint8_t)(0xff >> (8 - bits));
}

static enum uart_status check_line_pattern(struct uart *uart, uint8_t outputs, uint8_t inputs)
{
	uint8_t msr;
	io_write(uart->io, UART_MCR, UART_MCR_LOOP | outputs);
	enum uart_status status = uart_look_at_lines(uart, &msr);
	if (status) return status;
	return (msr & UART_MSR_LINES) == inputs ? UART_OK : UART_LOOPBACK_MISMATCH;
}

static enum uart_status check_lines(struct uart *uart)
{
	enum uart_status status =
		check_line_pattern(uart, UART_MCR_RTS | UART_MCR_OUT2, UART_MSR_CTS | UART_MSR_DCD);
	if (status) return status;
	return check_line_pattern(uart, UART_MCR_DTR | UART_MCR_OUT1, UART_MSR_DSR | UART_MSR_RI);
}

static uint8_t pattern(uint8_t first, unsigned i) { return (uint8_t)(first + i * OTHER_STEP); }

/* Send `n` characters at once: no more than the receive FIFO holds. */
static enum uart_status check_characters(struct uart *uart, uint8_t first, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint8_t byte = pattern(first, i);
		enum uart_status status = uart_send(uart, &byte, 1, NULL);
		if (status) return status;
	}
	for (unsigned i = 0; i < n; i++) {
		uint8_t back;
		enum uart_status status = uart_receive(uart, &back, 1, IDLE_CHARS, NULL);
		if (status == UART_LINE_ERROR) return UART_LOOPBACK_MISMATCH;
		if (status) return status;
		if (back != as_sent(uart, pattern(first, i))) return UART_LOOPBACK_MISMATCH;
	}
	return uart_await(uart, UART_LSR_TEMT, uart->char_ns + UART_GRACE_NS);
}

/* The receiver may still be receiving a character from outside. That ends within the time of one
 * character. */
static enum uart_status check(struct uart *uart)
{
	enum uart_status status = check_lines(uart);
	if (status) return status;
	wait_ns(&uart->wait, uart->char_ns);
	status = uart_drain(uart);
	if (!status) status = check_characters(uart, FIRST_BYTE, 1);
	return status ? status : check_characters(uart, OTHER_BYTES, uart->depth);
}

enum uart_status uart_self_test(struct uart *uart)
{
	if (!uart) return UART_NULL;
	if (uart->interrupts) return UART_BUSY;
	enum uart_status status = uart_flush(uart);
	if (status) return status;
	struct uart_counters before = uart->counters;
	status = check(uart);
	io_write(uart->io, UART_MCR, UART_MCR_READY);
	uint8_t msr; /* the test itself changed the lines */
	enum uart_status after = uart_look_at_lines(uart, &msr);
	uart->counters = before;
	return status ? status : after;
}
