/* SPDX-License-Identifier: MIT */
/* Transferring characters: status, polled transfer, transfer through the buffers. */
#include "uart_registers.h"

enum {
	/* One character being shifted out; THRE delayed by up to another (8.11); a start bit late
	 * by one and a half (3.0, tIRS). */
	MORE_CHARS = 3
};

/* ---- status ---- */

/* Break, parity and framing errors belong to the next character to be read (8.4). */
static void note_errors(struct uart *uart, uint8_t lsr)
{
	if (lsr & UART_LSR_OE) uart->counters.overruns++;
	if (lsr & UART_LSR_BI)
		uart->counters.breaks++; /* a break also has no stop bit */
	else if (lsr & UART_LSR_FE)
		uart->counters.framing++;
	if ((lsr & (UART_LSR_PE | UART_LSR_BI)) == UART_LSR_PE) uart->counters.parity++;
	uart->damage |= lsr & UART_LSR_DAMAGE;
}

/* LSR can really be all ones, in a storm of breaks. So the scratch register decides whether the
 * UART is gone. */
enum uart_status uart_look(struct uart *uart, uint8_t *lsr)
{
	*lsr = io_read(uart->io, UART_LSR);
	if (*lsr == UART_FLOATING && !uart_present(uart->io)) return UART_ABSENT;
	if (*lsr & (UART_LSR_OE | UART_LSR_DAMAGE)) note_errors(uart, *lsr);
	return UART_OK;
}

enum uart_status uart_look_at_lines(struct uart *uart, uint8_t *msr)
{
	*msr = io_read(uart->io, UART_MSR);
	if (*msr == UART_FLOATING && !uart_present(uart->io)) return UART_ABSENT;
	if (*msr & UART_MSR_CHANGES) uart->counters.modem++;
	return UART_OK;
}

static enum uart_status guarded_look(struct uart *uart, uint8_t *lsr)
{
	bool on = wait_irq_save(&uart->wait);
	enum uart_status status = uart_look(uart, lsr);
	wait_irq_restore(&uart->wait, on);
	return status;
}

/* LSR is read once more after the deadline: the CPU may have been busy elsewhere. */
enum uart_status uart_await(struct uart *uart, uint8_t bits, uint64_t ns)
{
	uint64_t end = wait_deadline(&uart->wait, ns);
	for (;;) {
		bool late = wait_expired(&uart->wait, end);
		uint8_t lsr;
		enum uart_status status = guarded_look(uart, &lsr);
		if (status) return status;
		if ((lsr & bits) == bits) return UART_OK;
		if (late) return UART_TIMEOUT;
		wait_relax(&uart->wait);
	}
}

uint8_t uart_take(struct uart *uart)
{
	uart->damage = 0;
	return io_read(uart->io, UART_RBR);
}

enum uart_status uart_drain(struct uart *uart)
{
	for (unsigned i = 0; i < UART_FIFO; i++) {
		uint8_t lsr;
		enum uart_status status = uart_look(uart, &lsr);
		if (status || !(lsr & UART_LSR_DR)) return status;
		(void)uart_take(uart);
	}
	return UART_OK;
}

/* ---- one character ---- */

/* THRE means that the whole FIFO is empty. So LSR need not be read again until that many characters
 * were written. */
static enum uart_status polled_send(struct uart *uart, uint8_t byte)
{
	if (!uart->room) {
		uint8_t lsr;
		enum uart_status status = uart_look(uart, &lsr);
		if (status) return status;
		if (!(lsr & UART_LSR_THRE)) return UART_WOULD_BLOCK;
		uart->room = uart->depth;
	}
	uart->room--;
	io_write(uart->io, UART_THR, byte);
	return UART_OK;
}

static enum uart_status polled_receive(struct uart *uart, uint8_t *byte)
{
	uint8_t lsr;
	enum uart_status status = uart_look(uart, &lsr);
	if (status) return status;
	if (!(lsr & UART_LSR_DR)) return UART_WOULD_BLOCK;
	bool damaged = uart->damage;
	*byte = uart_take(uart);
	return damaged ? UART_LINE_ERROR : UART_OK;
}

static enum uart_status buffered_send(struct uart *uart, uint8_t byte)
{
	if (!uart_ring_put(&uart->tx, byte)) return UART_WOULD_BLOCK;
	if (uart->ier & UART_IER_THRE) return UART_OK;
	uart->ier |= UART_IER_THRE; /* raises an interrupt at once if THR is empty (8.4 bit 5) */
	io_write(uart->io, UART_IER, uart->ier);
	return UART_OK;
}

enum uart_status uart_try_send(struct uart *uart, uint8_t byte)
{
	if (!uart) return UART_NULL;
	bool on = wait_irq_save(&uart->wait);
	enum uart_status status =
		uart->interrupts ? buffered_send(uart, byte) : polled_send(uart, byte);
	wait_irq_restore(&uart->wait, on);
	return status;
}

enum uart_status uart_try_receive(struct uart *uart, uint8_t *byte)
{
	if (!uart || !byte) return UART_NULL;
	bool on = wait_irq_save(&uart->wait);
	enum uart_status status = UART_OK;
	if (!uart_ring_get(&uart->rx, byte))
		status = uart->interrupts ? UART_WOULD_BLOCK : polled_receive(uart, byte);
	wait_irq_restore(&uart->wait, on);
	return status;
}

/* ---- many ---- */

static uint64_t chars_ns(const struct uart *uart, uint32_t n)
{
	return uart->char_ns * n + UART_GRACE_NS;
}

static enum uart_status send_one(struct uart *uart, uint8_t byte)
{
	enum uart_status status = uart_try_send(uart, byte);
	if (status != UART_WOULD_BLOCK) return status;
	uint64_t end = wait_deadline(&uart->wait, chars_ns(uart, uart->depth + MORE_CHARS));
	for (;;) {
		bool late = wait_expired(&uart->wait, end);
		status = uart_try_send(uart, byte);
		if (status != UART_WOULD_BLOCK) return status;
		if (late) return UART_TIMEOUT;
		wait_relax(&uart->wait);
	}
}

static enum uart_status receive_one(struct uart *uart, uint8_t *byte, uint32_t idle)
{
	enum uart_status status = uart_try_receive(uart, byte);
	if (status != UART_WOULD_BLOCK) return status;
	uint64_t end = wait_deadline(&uart->wait, chars_ns(uart, idle));
	for (;;) {
		bool late = wait_expired(&uart->wait, end);
		status = uart_try_receive(uart, byte);
		if (status != UART_WOULD_BLOCK) return status;
		if (late) return UART_TIMEOUT;
		wait_relax(&uart->wait);
	}
}

enum uart_status uart_send(struct uart *uart, const uint8_t *data, size_t n, size_t *done)
{
	if (done) *done = 0;
	if (!uart || (!data && n)) return UART_NULL;
	for (size_t i = 0; i < n; i++) {
		enum uart_status status = send_one(uart, data[i]);
		if (status) return status;
		if (done) *done = i + 1;
	}
	return UART_OK;
}

enum uart_status uart_receive(struct uart *uart, uint8_t *data, size_t n, uint32_t idle,
			      size_t *done)
{
	if (done) *done = 0;
	if (!uart || (!data && n)) return UART_NULL;
	for (size_t i = 0; i < n; i++) {
		enum uart_status status = receive_one(uart, &data[i], idle);
		if (status && status != UART_LINE_ERROR) return status;
		if (done) *done = i + 1;
		if (status) return status;
	}
	return UART_OK;
}

enum uart_status uart_print(struct uart *uart, const char *text)
{
	if (!uart || !text) return UART_NULL;
	enum uart_status status = UART_OK;
	for (; *text && !status; text++) {
		if (*text == '\n' && uart->crlf) status = send_one(uart, '\r');
		if (!status) status = send_one(uart, (uint8_t)*text);
	}
	return status;
}

/* Wait for the buffer to empty; the interrupt handler empties it. */
static enum uart_status await_buffer(struct uart *uart)
{
	uint32_t used = uart_ring_used(&uart->tx);
	uint64_t end = wait_deadline(&uart->wait, uart->char_ns * used +
							  chars_ns(uart, uart->depth + MORE_CHARS));
	for (;;) {
		bool late = wait_expired(&uart->wait, end);
		bool on = wait_irq_save(&uart->wait);
		used = uart_ring_used(&uart->tx);
		wait_irq_restore(&uart->wait, on);
		if (!used) return UART_OK;
		if (late) return UART_TIMEOUT;
		wait_relax(&uart->wait);
	}
}

enum uart_status uart_flush(struct uart *uart)
{
	if (!uart) return UART_NULL;
	enum uart_status status = uart->interrupts ? await_buffer(uart) : UART_OK;
	if (status) return status;
	return uart_await(uart, UART_LSR_TEMT, chars_ns(uart, uart->depth + MORE_CHARS));
}
