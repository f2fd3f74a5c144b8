/* SPDX-License-Identifier: MIT */
/* Serial port: the 16550A and compatible UARTs (PC16550D, National Semiconductor, June 1995), at
 * I/O ports or as bytes in memory. Polled, or with interrupts and buffers that the caller provides.
 *
 *	static enum uart_status greet(struct wait wait)
 *	{
 *		struct uart uart;
 *		struct uart_config config = uart_8n1(115200);
 *		enum uart_status status = uart_init(&uart, io_port(0x3f8), wait, &config);
 *
 *		return status == UART_OK ? uart_print(&uart, "hello\n") : status;
 *	}
 *
 * Only one CPU at a time may use a handle. Calls outside an interrupt handler protect themselves
 * against uart_interrupt() on the same CPU. */
#ifndef BIMETAL_UART_16550_H
#define BIMETAL_UART_16550_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define UART_MUST_USE __attribute__((warn_unused_result))

enum uart_status {
	UART_OK,
	UART_NULL,       /* a null pointer */
	UART_BAD_BASE,   /* the eight registers do not fit into the address space */
	UART_BAD_STRIDE, /* at ports: not 1; in memory: not a power of two up to UART_MAX_STRIDE */
	UART_BAD_CLOCK,  /* a clock of 0 Hz */
	UART_BAD_BAUD,   /* 0, or the nearest possible rate differs by more than 3 % */
	UART_BAD_FORMAT, /* invalid data bits, parity, stop bits or FIFO setting */
	UART_BAD_BUFFER, /* sizes must be powers of two, at most UART_MAX_BUFFER */
	UART_ABSENT,     /* nothing answers at this address */
	UART_BUSY,       /* not possible while interrupts are on */
	UART_LOOPBACK_MISMATCH, /* the received character differs from the one sent */
	UART_DSR_LOW,           /* DSR is low: nothing is connected */
	UART_CTS_LOW,           /* CTS is low: the other end cannot receive */
	UART_TIMEOUT,           /* the operation took too long */
	UART_WOULD_BLOCK,       /* no room to send, or nothing received */
	UART_LINE_ERROR,        /* a character with a parity or framing error, or a break */
	UART_SPURIOUS,          /* not an interrupt of this UART */
	UART_STORM              /* interrupts without end: the driver turned them off */
};

enum {
	UART_PC_CLOCK_HZ = 1843200, /* the crystal of a PC's serial port */
	UART_FIFO = 16,             /* characters, in each direction */
	UART_MAX_STRIDE = 256,
	UART_MAX_BUFFER = 1 << 30
};

enum uart_parity {
	UART_PARITY_NONE,
	UART_PARITY_ODD,
	UART_PARITY_EVEN,
	UART_PARITY_MARK, /* always 1 */
	UART_PARITY_SPACE /* always 0 */
};

/* The FIFOs: off, or the number of received characters that raises an interrupt. */
enum uart_fifo {
	UART_FIFO_OFF,
	UART_FIFO_TRIGGER_1,
	UART_FIFO_TRIGGER_4,
	UART_FIFO_TRIGGER_8,
	UART_FIFO_TRIGGER_14
};

struct uart_config {
	uint32_t clock_hz; /* input clock: 16 times the highest rate */
	uint32_t baud;
	uint8_t data_bits; /* 5 to 8 */
	uint8_t stop_bits; /* 1 or 2; with 5 data bits, 2 means one and a half */
	enum uart_parity parity;
	enum uart_fifo fifo; /* switched off if the chip has none */
	bool crlf;           /* uart_print() sends "\r\n" for "\n" */
};

/* 8 data bits, no parity, one stop bit, FIFOs, at a PC's clock. */
static inline struct uart_config uart_8n1(uint32_t baud)
{
	return (struct uart_config){ .clock_hz = UART_PC_CLOCK_HZ,
				     .baud = baud,
				     .data_bits = 8,
				     .stop_bits = 1,
				     .parity = UART_PARITY_NONE,
				     .fifo = UART_FIFO_TRIGGER_14,
				     .crlf = true };
}

/* Errors and events since uart_init(). The counters wrap. */
struct uart_counters {
	uint32_t overruns; /* overrun errors; how many characters each lost is unknown */
	uint32_t parity, framing, breaks; /* characters received with an error */
	uint32_t dropped;                 /* received characters lost because the buffer was full */
	uint32_t modem;                   /* changes of the modem lines */
	uint32_t spurious;                /* interrupts without a cause */
	uint32_t unknown;                 /* interrupt causes that the PC16550D does not define */
	uint32_t storms;
};

/* A queue between the interrupt handler and other code. */
struct uart_ring {
	uint8_t *data;
	uint32_t size; /* a power of two; 0: none */
	uint32_t in, out;
};

/* The handle: allocated by the caller, used by the driver. Callers may read `counters`, `char_ns`
 * and `depth`. */
struct uart {
	struct io io;
	struct wait wait;
	uint64_t char_ns; /* the time of one character on the line */
	uint8_t depth;    /* characters that the empty transmitter takes: UART_FIFO or 1 */
	uint8_t room;     /* characters that it certainly still takes */
	uint8_t lcr, ier; /* values last written */
	uint8_t damage;   /* error bits of the next character to be read */
	bool crlf;
	bool interrupts;
	struct uart_ring rx, tx;
	struct uart_counters counters;
};

/* Find the UART at `io` and initialise it: interrupts off, FIFOs empty; DTR, RTS and OUT2 active
 * (on a PC, OUT2 enables the interrupt line). Characters that it is still sending get up to 100 ms
 * to leave; received ones are dropped. The scratch register shows that the UART is present, so an
 * 8250 without one is not found. After an error the handle must not be used. */
UART_MUST_USE enum uart_status uart_init(struct uart *uart, struct io io, struct wait wait,
					 const struct uart_config *config);
/* Change the settings when everything is sent. Received characters that were not read are dropped.
 * UART_BUSY: interrupts are on. If the configuration is invalid, nothing has changed. */
UART_MUST_USE enum uart_status uart_configure(struct uart *uart, const struct uart_config *config);

/* ---- checks ---- */

/* Test the UART in loopback mode: the modem lines, one character, then as many characters as the
 * FIFO holds. Characters that arrive meanwhile are lost; the other end sees DTR and RTS fall. Takes
 * about the time of 20 characters. UART_LOOPBACK_MISMATCH, UART_TIMEOUT: it is broken. UART_BUSY:
 * interrupts are on. */
UART_MUST_USE enum uart_status uart_self_test(struct uart *uart);
/* Is the other end connected and ready? UART_DSR_LOW: not connected; UART_CTS_LOW: not ready.
 * Three-wire cables lack both lines and still work. */
UART_MUST_USE enum uart_status uart_check_connected(struct uart *uart);

/* All registers that can be read without losing data. */
struct uart_registers {
	uint8_t ier, iir, lcr, mcr, lsr, msr, scr, dll, dlm;
};
/* Fill `dump`. Reading LSR and MSR clears errors and changes, so they are counted first. Reading
 * IIR clears a transmitter interrupt, so it is raised again. RBR is not read. */
UART_MUST_USE enum uart_status uart_dump(struct uart *uart, struct uart_registers *dump);

/* ---- transfer: polled; through the buffers while interrupts are on ---- */

/* Send or receive one character without waiting. UART_WOULD_BLOCK: not possible now.
 * UART_LINE_ERROR (only polled; with interrupts, see the counters): *byte was received with an
 * error; 0 for a break. */
UART_MUST_USE enum uart_status uart_try_send(struct uart *uart, uint8_t byte);
UART_MUST_USE enum uart_status uart_try_receive(struct uart *uart, uint8_t *byte);
/* Send all `n` bytes: returns when the last is in the UART or the buffer. UART_TIMEOUT: for longer
 * than a full FIFO takes, the UART accepted no character. `*done` (may be NULL): the number sent.
 */
UART_MUST_USE enum uart_status uart_send(struct uart *uart, const uint8_t *data, size_t n,
					 size_t *done);
/* Receive `n` bytes. UART_TIMEOUT: none came for the time of `idle` characters plus 1 ms.
 * UART_LINE_ERROR: the last byte was received with an error; the caller can go on after it. `*done`
 * (may be NULL): the number received, that one included. */
UART_MUST_USE enum uart_status uart_receive(struct uart *uart, uint8_t *data, size_t n,
					    uint32_t idle, size_t *done);
/* Send the text up to its NUL; "\n" as the configuration says. */
UART_MUST_USE enum uart_status uart_print(struct uart *uart, const char *text);
/* Wait until the last stop bit has left. */
UART_MUST_USE enum uart_status uart_flush(struct uart *uart);

/* ---- interrupts ---- */

struct uart_buffers {
	uint8_t *rx, *tx; /* used by the driver until uart_interrupts_off() */
	uint32_t rx_size, tx_size;
	bool modem; /* also interrupt when the modem lines change */
};

/* From now on uart_interrupt() transfers the characters. UART_BUSY: interrupts are already on. */
UART_MUST_USE enum uart_status uart_interrupts_on(struct uart *uart,
						  const struct uart_buffers *buffers);
/* Send the buffered characters, then go back to polling. Received characters can still be read as
 * long as the caller keeps the buffer. After UART_TIMEOUT interrupts are off, too, and unsent
 * characters are lost. */
UART_MUST_USE enum uart_status uart_interrupts_off(struct uart *uart);
/* Call this in the handler of the interrupt line, with the CPU's interrupts off. It handles all
 * causes, highest priority first. UART_SPURIOUS: there was none; another device may share the line.
 * UART_STORM: causes did not end; interrupts are now off and unsent characters are lost.
 * UART_ABSENT: the UART is gone. The caller acknowledges the interrupt at the interrupt controller.
 */
UART_MUST_USE enum uart_status uart_interrupt(struct uart *uart);

#endif
