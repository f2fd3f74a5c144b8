/* SPDX-License-Identifier: MIT */
/* The UART as a serial port of a machine. */
#include "devices/uart_16550/model.h"

static bool receive(void *ctx, uint8_t byte, unsigned errors)
{
	if (errors) return uart_16550_model_receive_error(ctx, byte, (uint8_t)errors);
	return uart_16550_model_receive(ctx, byte);
}

static void lines(void *ctx, unsigned active)
{
	uart_16550_model_modem_inputs(ctx, active & SERIAL_CTS, active & SERIAL_DSR,
				      active & SERIAL_RI, active & SERIAL_DCD);
}

static uint64_t char_ns(const void *ctx) { return uart_16550_model_char_time_ns(ctx); }
static bool idle(const void *ctx) { return uart_16550_model_tx_idle(ctx); }

struct serial_end uart_16550_model_end(struct uart_16550_model *u)
{
	static const struct serial_end_ops ops = {
		.receive = receive, .lines = lines, .char_ns = char_ns, .idle = idle
	};

	return (struct serial_end){ .ops = &ops, .ctx = u };
}
