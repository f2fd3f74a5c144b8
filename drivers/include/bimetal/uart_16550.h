/* SPDX-License-Identifier: MIT */
/* Serial port: the 16550A and what is compatible (PC16550D, National Semiconductor, June 1995), at
 * ports, or in memory as bytes. Polled, or with interrupts and the caller's buffers.
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
 * A handle may be used by one CPU at a time. Calls outside of an interrupt handler guard themselves
 * against uart_interrupt() on their own CPU. */
#ifndef BIMETAL_UART_16550_H
#define BIMETAL_UART_16550_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define UART_MUST_USE __attribute__((warn_unused_result))

enum uart_status {
	UART_OK,
	UART_NULL,       /* a null pointer */
	UART_BAD_BASE,   /* eight registers from there on leave the address space */
	UART_BAD_STRIDE, /* at ports not 1, in memory no power of two up to UART_MAX_STRIDE */
	UART_BAD_CLOCK,  /* a crystal of 0 Hz */
	UART_BAD_BAUD,   /* 0, or the nearest divisor misses it by more than 3 % */
	UART_BAD_FORMAT, /* data bits, parity, stop bits or FIFO that do not exist */
	UART_BAD_BUFFER, /* sizes must be powers of two, at most UART_MAX_BUFFER */
	UART_ABSENT,     /* nobody answers */
	UART_BUSY,       /* not while interrupts are on */
	UART_LOOPBACK_MISMATCH, /* what came back is not what was sent */
	UART_DSR_LOW,           /* no data set ready at the other end */
	UART_CTS_LOW,           /* the other end does not want to be sent to */
	UART_TIMEOUT,           /* what takes so long does not come any more */
	UART_WOULD_BLOCK,       /* no room, or nothing there, right now */
	UART_LINE_ERROR,        /* the character arrived damaged: parity, framing, or a break */
	UART_SPURIOUS,          /* an interrupt, but not this one's */
	UART_STORM              /* it does not stop interrupting: it was silenced */
};

enum {
	UART_PC_CLOCK_HZ = 1843200, /* the crystal of a PC's serial port */
	UART_FIFO = 16,             /* characters each way */
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

/* Use of the FIFOs: not at all, or interrupt when so many characters were received. */
enum uart_fifo {
	UART_FIFO_OFF,
	UART_FIFO_TRIGGER_1,
	UART_FIFO_TRIGGER_4,
	UART_FIFO_TRIGGER_8,
	UART_FIFO_TRIGGER_14
};

struct uart_config {
	uint32_t clock_hz; /* of the crystal, 16 times the highest rate */
	uint32_t baud;
	uint8_t data_bits; /* 5 to 8 */
	uint8_t stop_bits; /* 1, or 2, which means one and a half with 5 data bits */
	enum uart_parity parity;
	enum uart_fifo fifo; /* off, if the chip turns out to have none */
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

/* What went wrong since uart_init(). They wrap. */
struct uart_counters {
	uint32_t overruns; /* the UART had no room: characters are lost, nobody knows how many */
	uint32_t parity, framing, breaks; /* characters that arrived damaged */
	uint32_t dropped;                 /* received, but the caller's buffer was full */
	uint32_t modem;                   /* changes of the modem lines that were seen */
	uint32_t spurious;                /* interrupts without a cause */
	uint32_t unknown;                 /* causes that PC16550D does not know */
	uint32_t storms;
};

/* A queue between an interrupt handler and the rest. */
struct uart_ring {
	uint8_t *data;
	uint32_t size; /* a power of two; 0: none */
	uint32_t in, out;
};

/* The caller's memory, the driver's contents; `counters`, `char_ns` and `depth` may be read. */
struct uart {
	struct io io;
	struct wait wait;
	uint64_t char_ns; /* one character on the wire */
	uint8_t depth;    /* characters that the transmitter takes at once: UART_FIFO or 1 */
	uint8_t room;     /* of them, how many it surely still takes */
	uint8_t lcr, ier; /* as written */
	uint8_t damage;   /* errors of the character that is next to be read */
	bool crlf;
	bool interrupts;
	struct uart_ring rx, tx;
	struct uart_counters counters;
};

/* Find the UART at `io` and set it up: interrupts off, FIFOs empty, DTR, RTS and OUT2 (on a PC the
 * gate of the interrupt line) active. What it is still sending for somebody else gets up to 100 ms
 * to leave; what was received is dropped. Presence is shown by the scratch register, which a plain
 * 8250 does not have. After an error the handle must not be used. */
UART_MUST_USE enum uart_status uart_init(struct uart *uart, struct io io, struct wait wait,
					 const struct uart_config *config);
/* Change the settings, once all is sent; what was received and not read is dropped. UART_BUSY with
 * interrupts on. After an error of the configuration nothing has changed. */
UART_MUST_USE enum uart_status uart_configure(struct uart *uart, const struct uart_config *config);

/* ---- checks ---- */

/* Send to itself in loopback mode: the modem lines, one character, then as many as its FIFO holds
 * and never more. What arrives meanwhile is lost; the other end sees DTR and RTS fall. Takes some
 * 20 characters' time. UART_LOOPBACK_MISMATCH, UART_TIMEOUT: it is broken; UART_BUSY with
 * interrupts on. */
UART_MUST_USE enum uart_status uart_self_test(struct uart *uart);
/* Is the other end there, and ready? UART_DSR_LOW, then UART_CTS_LOW. Cables of three wires lack
 * both lines, and still work. */
UART_MUST_USE enum uart_status uart_check_connected(struct uart *uart);

/* All that can be read without a loss, by the datasheet's names. */
struct uart_registers {
	uint8_t ier, iir, lcr, mcr, lsr, msr, scr, dll, dlm;
};
/* Fill `dump`. Errors in LSR and changes in MSR, which reading clears, are counted first; a
 * transmitter interrupt, which reading IIR would take away, comes again. RBR is not read. */
UART_MUST_USE enum uart_status uart_dump(struct uart *uart, struct uart_registers *dump);

/* ---- transfer: polled, or by the buffers while interrupts are on ---- */

/* Send, or receive, one character now or not at all: UART_WOULD_BLOCK. UART_LINE_ERROR (polled
 * only; else see the counters): *byte is there, but damaged; a break is 0. */
UART_MUST_USE enum uart_status uart_try_send(struct uart *uart, uint8_t byte);
UART_MUST_USE enum uart_status uart_try_receive(struct uart *uart, uint8_t *byte);
/* Send all `n` bytes, at least into the UART or the buffer. UART_TIMEOUT: it took no character for
 * longer than a full FIFO lasts. `*done` (may be NULL): how many. */
UART_MUST_USE enum uart_status uart_send(struct uart *uart, const uint8_t *data, size_t n,
					 size_t *done);
/* Receive `n` bytes. UART_TIMEOUT: none came for the time of `idle` characters, and 1 ms.
 * UART_LINE_ERROR: the last one is damaged, it can go on behind it. `*done` (may be NULL): how
 * many, with that one. */
UART_MUST_USE enum uart_status uart_receive(struct uart *uart, uint8_t *data, size_t n,
					    uint32_t idle, size_t *done);
/* Send the text up to its NUL, "\n" as the configuration says. */
UART_MUST_USE enum uart_status uart_print(struct uart *uart, const char *text);
/* Wait until the last stop bit has left. */
UART_MUST_USE enum uart_status uart_flush(struct uart *uart);

/* ---- interrupts ---- */

struct uart_buffers {
	uint8_t *rx, *tx; /* the driver's until uart_interrupts_off() */
	uint32_t rx_size, tx_size;
	bool modem; /* interrupt for changes of the modem lines, too */
};

/* From now on uart_interrupt() moves the characters. UART_BUSY: they are on already. */
UART_MUST_USE enum uart_status uart_interrupts_on(struct uart *uart,
						  const struct uart_buffers *buffers);
/* Send what is buffered, then poll again; what was received can still be read, as long as the
 * caller keeps the buffer. After UART_TIMEOUT, too, they are off, and what was not sent is lost. */
UART_MUST_USE enum uart_status uart_interrupts_off(struct uart *uart);
/* The handler of its interrupt line, with the CPU's interrupts off: deals with all causes, highest
 * priority first. UART_SPURIOUS: there was none, so whoever shares the line may be asked.
 * UART_STORM: it went on after many; its interrupts are off, what was not sent is lost.
 * UART_ABSENT: it was unplugged. The interrupt controller is the caller's. */
UART_MUST_USE enum uart_status uart_interrupt(struct uart *uart);

#endif
