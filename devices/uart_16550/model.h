/* SPDX-License-Identifier: MIT */
/* 16550A UART in a PC (PC16550D, National Semiconductor, June 1995): 1.8432 MHz crystal, BAUDOUT
 * connected to RCLK, OUT2 enables the interrupt line.
 *
 * Lints beyond the register table:
 *   uart16550.RBR.overrun   a character arrives while RBR or the RCVR FIFO is full: one is lost
 *                           (8.4)
 *   uart16550.THR.overrun   THR written while THR or the XMIT FIFO is full: a byte is lost (8.4)
 *   uart16550.DLL.busy      and DLM.busy: the divisor is changed while a character is being sent
 *                           (8.3), which goes on at the old speed here
 *   uart16550.DLL.zero      a character starts with divisor zero, "not recommended" (8.3); it is
 *                           timed as 65536
 *
 * Not modelled: the DMA pins (TXRDY, RXRDY), writing LSR (factory test), the receiver's delays of a
 * few RCLKs (table 3.0, note 2), passing a break that is being sent to the other end. */
#ifndef DEVICES_UART_16550_MODEL_H
#define DEVICES_UART_16550_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/uart_16550/registers.h"
#include "emu/clock.h"
#include "emu/ends.h"
#include "emu/irq.h"

enum { UART_16550_MODEL_DEPTH = 16, UART_16550_MODEL_CLOCK_HZ = 1843200 };

struct uart_16550_model_fifo {
	uint8_t data[UART_16550_MODEL_DEPTH];
	uint8_t error[UART_16550_MODEL_DEPTH]; /* LSR bits PE, FE, BI of each character */
	uint8_t head, len;
};

enum uart_16550_model_tx_phase {
	UART_16550_MODEL_TX_IDLE,
	UART_16550_MODEL_TX_START, /* written, but not yet in the shift register */
	UART_16550_MODEL_TX_SHIFT
};

struct uart_16550_model_state { /* plain data: a snapshot */
	uint64_t reg[UART_16550_MODEL_N_REGS];
	struct uart_16550_model_fifo rx, tx; /* in 16450 mode one byte deep: RBR and THR */
	uint64_t tx_tick;                    /* crystal tick at which the current phase ends */
	uint8_t tx_phase;                    /* enum uart_16550_model_tx_phase */
	uint8_t tsr;                         /* character in the transmitter shift register */
	uint8_t rbr;          /* last character read; an empty receiver returns it again */
	uint8_t line_errors;  /* LSR bits OE, PE, FE, BI until LSR is read */
	uint8_t deltas;       /* MSR bits 3:0 */
	uint8_t inputs;       /* MSR bits 7:4, from the input pins */
	uint8_t lines;        /* MSR bits 7:4 as last seen, pins or loopback */
	bool intr;            /* INTR as the board sees it, behind OUT2 */
	bool thre;            /* LSR.THRE */
	bool thre_pending;    /* THRE interrupt: cause not yet taken */
	bool thre_at_once;    /* first THRE after a change of FCR0 is not delayed */
	bool two_in_fifo;     /* XMIT FIFO held two since the last THRE */
	bool timeout_pending; /* character timeout */
};

struct uart_16550_model {
	struct device dev;
	struct clock *clock;
	struct irq irq;
	void (*tx)(void *ctx, uint8_t byte);
	void *ctx;
	unsigned tx_timer, thre_timer, timeout_timer;
	struct uart_16550_model_state s;
};

/* Connect and power on. `tx` (may be NULL) receives each byte when its last stop bit has left the
 * shift register. Takes three timers. The modem inputs start inactive. */
void uart_16550_model_init(struct uart_16550_model *u, const char *instance, const struct hub *hub,
			   struct clock *clock, struct irq irq, void (*tx)(void *ctx, uint8_t byte),
			   void *ctx);
/* Reset by the MR pin: clears everything except RBR and the divisor (table I, 6.0 MR); modem inputs
 * stay. */
void uart_16550_model_reset(struct uart_16550_model *u);

/* A character has been received on SIN. False: overrun, a character was lost. In loopback mode SIN
 * is disconnected and the character is dropped (true). The line format is not checked. */
bool uart_16550_model_receive(struct uart_16550_model *u, uint8_t byte);
/* The same with errors: `flags` of LSR_PE, LSR_FE, LSR_BI; a break is received as zero. */
bool uart_16550_model_receive_error(struct uart_16550_model *u, uint8_t byte, uint8_t flags);
/* Duration of one character, start to last stop bit, with the present settings; rounded up. */
uint64_t uart_16550_model_char_time_ns(const struct uart_16550_model *u);
/* Modem inputs; true: active (the pin is low, the MSR bit is 1). */
void uart_16550_model_modem_inputs(struct uart_16550_model *u, bool cts, bool dsr, bool ri,
				   bool dcd);
/* LSR.TEMT: nothing left to send. */
bool uart_16550_model_tx_idle(const struct uart_16550_model *u);
/* The UART as a serial port of its machine. */
struct serial_end uart_16550_model_end(struct uart_16550_model *u);

extern const struct device_ops uart_16550_model_ops;
/* What it is, and how it answers. */
extern const struct device_about uart16550_about;

#endif
