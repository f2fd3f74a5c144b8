/* SPDX-License-Identifier: MIT */
/* The accesses that access.sh measures: the same source natively and in a kernel. */
#ifndef TESTS_BENCH_ACCESS_LOOP_H
#define TESTS_BENCH_ACCESS_LOOP_H

#include <stdint.h>

#include "drivers/uart_16550/uart_registers.h"
#include "io.h"

enum { ACCESS_COM1 = 0x3f8, ACCESS_IDLE = 0x60 /* LSR: nothing came, all is sent */ };

/* The scratch register, written and read, so many accesses in all (even). How many of the values
 * that were read are wrong. */
static inline uint32_t access_scratch(struct io uart, uint32_t accesses)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < accesses; i += 2) {
		uint8_t value = (uint8_t)(i / 2);
		io_write(uart, UART_SCR, value);
		wrong += io_read(uart, UART_SCR) != value;
	}
	return wrong;
}

/* The line status of an idle UART, read so often: a register that the model computes. */
static inline uint32_t access_line_status(struct io uart, uint32_t accesses)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < accesses; i++) wrong += io_read(uart, UART_LSR) != ACCESS_IDLE;
	return wrong;
}

#endif
