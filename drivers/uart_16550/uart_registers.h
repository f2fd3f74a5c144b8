/* SPDX-License-Identifier: MIT */
/* Registers of the 16550A, from PC16550D (June 1995), table II; and declarations shared by the
 * driver's files. */
#ifndef DRIVERS_UART_16550_UART_REGISTERS_H
#define DRIVERS_UART_16550_UART_REGISTERS_H

#include "bimetal/uart_16550.h"

#define UART_RBR ((struct io_ro8){ 0 }) /* DLAB 0; reading removes the character */
#define UART_THR ((struct io_wo8){ 0 }) /* DLAB 0 */
#define UART_DLL ((struct io_rw8){ 0 }) /* DLAB 1 */
#define UART_IER ((struct io_rw8){ 1 }) /* DLAB 0 */
#define UART_DLM ((struct io_rw8){ 1 }) /* DLAB 1 */
#define UART_IIR ((struct io_ro8){ 2 }) /* reading clears the THRE interrupt */
#define UART_FCR ((struct io_wo8){ 2 })
#define UART_LCR ((struct io_rw8){ 3 })
#define UART_MCR ((struct io_rw8){ 4 })
#define UART_LSR ((struct io_ro8){ 5 }) /* reading clears the errors */
#define UART_MSR ((struct io_ro8){ 6 }) /* reading clears the changes */
#define UART_SCR ((struct io_rw8){ 7 })

enum { UART_LAST_REGISTER = 7, UART_FLOATING = 0xff };

enum uart_ier {
	UART_IER_RX = 0x01,
	UART_IER_THRE = 0x02,
	UART_IER_LINE = 0x04,
	UART_IER_MODEM = 0x08
};

/* Table IV: bit 0 is 0 while an interrupt is pending, bits 3:1 give its cause. */
enum uart_iir {
	UART_IIR_NONE = 0x01,
	UART_IIR_CAUSE = 0x0f,
	UART_IIR_MODEM = 0x00,
	UART_IIR_THRE = 0x02,
	UART_IIR_RX = 0x04,
	UART_IIR_LINE = 0x06,
	UART_IIR_RX_TIMEOUT = 0x0c,
	UART_IIR_FIFOS = 0xc0
};

enum uart_fcr {
	UART_FCR_ENABLE = 0x01,
	UART_FCR_CLEAR_RX = 0x02,
	UART_FCR_CLEAR_TX = 0x04,
	UART_FCR_TRIGGER_SHIFT = 6
};

enum uart_lcr {
	UART_LCR_WORD = 0x03, /* number of data bits - 5 */
	UART_LCR_STOP = 0x04,
	UART_LCR_PARITY = 0x08,
	UART_LCR_EVEN = 0x10,
	UART_LCR_STICK = 0x20,
	UART_LCR_DLAB = 0x80
};

enum uart_mcr {
	UART_MCR_DTR = 0x01,
	UART_MCR_RTS = 0x02,
	UART_MCR_OUT1 = 0x04,
	UART_MCR_OUT2 = 0x08,
	UART_MCR_LOOP = 0x10,
	UART_MCR_READY = UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2
};

enum uart_lsr {
	UART_LSR_DR = 0x01,
	UART_LSR_OE = 0x02,
	UART_LSR_PE = 0x04,
	UART_LSR_FE = 0x08,
	UART_LSR_BI = 0x10,
	UART_LSR_THRE = 0x20,
	UART_LSR_TEMT = 0x40,
	UART_LSR_DAMAGE = UART_LSR_PE | UART_LSR_FE | UART_LSR_BI
};

enum uart_msr {
	UART_MSR_CHANGES = 0x0f,
	UART_MSR_CTS = 0x10,
	UART_MSR_DSR = 0x20,
	UART_MSR_RI = 0x40,
	UART_MSR_DCD = 0x80,
	UART_MSR_LINES = 0xf0
};

/* Added to every wait, for interrupts and a slow bus. */
enum { UART_GRACE_NS = 1000000 };

/* Does the scratch register keep what is written? */
bool uart_present(struct io io);
/* Read LSR once and count its errors. UART_ABSENT: nothing answers any more. */
UART_MUST_USE enum uart_status uart_look(struct uart *uart, uint8_t *lsr);
/* The same for MSR. */
UART_MUST_USE enum uart_status uart_look_at_lines(struct uart *uart, uint8_t *msr);
/* Read LSR until all `bits` are set. */
UART_MUST_USE enum uart_status uart_await(struct uart *uart, uint8_t bits, uint64_t ns);
/* Take the character from RBR; LSR has shown that there is one. */
uint8_t uart_take(struct uart *uart);
/* Drop received characters, at most a FIFO full. */
UART_MUST_USE enum uart_status uart_drain(struct uart *uart);

/* The number of bytes in the ring. */
static inline uint32_t uart_ring_used(const struct uart_ring *ring) { return ring->in - ring->out; }

/* Add a byte. False: the ring is full. */
static inline bool uart_ring_put(struct uart_ring *ring, uint8_t byte)
{
	if (uart_ring_used(ring) >= ring->size) return false;
	ring->data[ring->in++ & (ring->size - 1)] = byte;
	return true;
}

/* Take a byte. False: the ring is empty. */
static inline bool uart_ring_get(struct uart_ring *ring, uint8_t *byte)
{
	if (!uart_ring_used(ring)) return false;
	*byte = ring->data[ring->out++ & (ring->size - 1)];
	return true;
}

#endif
