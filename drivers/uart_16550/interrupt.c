/* SPDX-License-Identifier: MIT */
/* Interrupts (PC16550D, June 1995, 8.6, 8.7 and 8.11). */
#include "uart_registers.h"

/* Real causes are at least a character apart. More than this many in one interrupt is a storm. */
enum { MAX_CAUSES = 64 };

/* ---- the causes, highest priority first ---- */

static enum uart_status on_line(struct uart *uart)
{
	uint8_t lsr;
	return uart_look(uart, &lsr); /* reading LSR clears it */
}

/* Take everything that was received. LSR is read before each character, because it shows the errors
 * of the next one. */
static enum uart_status on_receive(struct uart *uart, bool timeout)
{
	for (unsigned i = 0; i < 2 * UART_FIFO; i++) {
		uint8_t lsr;
		enum uart_status status = uart_look(uart, &lsr);
		if (status) return status;
		if (!(lsr & UART_LSR_DR)) {
			/* Only reading RBR clears a timeout with an empty FIFO. */
			if (timeout && i == 0) (void)uart_take(uart);
			return UART_OK;
		}
		if (!uart_ring_put(&uart->rx, uart_take(uart))) uart->counters.dropped++;
	}
	return UART_OK;
}

/* The transmit FIFO is empty. If there is nothing to send, the interrupt is disabled until there
 * is. */
static enum uart_status on_transmit(struct uart *uart)
{
	uint8_t byte;
	for (unsigned i = 0; i < uart->depth && uart_ring_get(&uart->tx, &byte); i++)
		io_write(uart->io, UART_THR, byte);
	if (uart_ring_used(&uart->tx)) return UART_OK;
	uart->ier &= (uint8_t)~UART_IER_THRE;
	io_write(uart->io, UART_IER, uart->ier);
	return UART_OK;
}

static enum uart_status on_modem(struct uart *uart)
{
	uint8_t msr;
	return uart_look_at_lines(uart, &msr);
}

static enum uart_status attend(struct uart *uart, uint8_t cause)
{
	switch (cause) {
	case UART_IIR_LINE: return on_line(uart);
	case UART_IIR_RX: return on_receive(uart, false);
	case UART_IIR_RX_TIMEOUT: return on_receive(uart, true);
	case UART_IIR_THRE: return on_transmit(uart);
	case UART_IIR_MODEM: return on_modem(uart);
	default: uart->counters.unknown++; return UART_OK;
	}
}

/* ---- public functions ---- */

static void silence(struct uart *uart)
{
	uart->ier = 0;
	io_write(uart->io, UART_IER, 0);
	uart->interrupts = false;
	uart->tx = (struct uart_ring){ 0 };
	uart->room = 0;
}

enum uart_status uart_interrupt(struct uart *uart)
{
	if (!uart) return UART_NULL;
	for (unsigned i = 0; i < MAX_CAUSES; i++) {
		uint8_t iir = io_read(uart->io, UART_IIR);
		if (iir & UART_IIR_NONE && i) return UART_OK;
		if (iir & UART_IIR_NONE) {
			uart->counters.spurious++;
			return UART_SPURIOUS;
		}
		enum uart_status status = attend(uart, iir & UART_IIR_CAUSE);
		if (status) return status;
	}
	uart->counters.storms++;
	silence(uart);
	return UART_STORM;
}

static bool good_size(uint32_t size)
{
	return size && size <= UART_MAX_BUFFER && !(size & (size - 1));
}

enum uart_status uart_interrupts_on(struct uart *uart, const struct uart_buffers *buffers)
{
	if (!uart || !buffers || !buffers->rx || !buffers->tx) return UART_NULL;
	if (!good_size(buffers->rx_size) || !good_size(buffers->tx_size)) return UART_BAD_BUFFER;
	if (uart->interrupts) return UART_BUSY;
	bool on = wait_irq_save(&uart->wait);
	uart->rx = (struct uart_ring){ .data = buffers->rx, .size = buffers->rx_size };
	uart->tx = (struct uart_ring){ .data = buffers->tx, .size = buffers->tx_size };
	uart->interrupts = true;
	uart->ier = UART_IER_RX | UART_IER_LINE;
	if (buffers->modem) uart->ier |= UART_IER_MODEM;
	io_write(uart->io, UART_IER, uart->ier);
	wait_irq_restore(&uart->wait, on);
	return UART_OK;
}

enum uart_status uart_interrupts_off(struct uart *uart)
{
	if (!uart) return UART_NULL;
	if (!uart->interrupts) return UART_OK;
	enum uart_status status = uart_flush(uart);
	bool on = wait_irq_save(&uart->wait);
	silence(uart);
	wait_irq_restore(&uart->wait, on);
	return status;
}
