/* SPDX-License-Identifier: MIT */
#include "tests/devices/uart_16550/driver_fixture.h"

#include <string.h>

TestSuite(uart_loopback, .init = start_uart, .fini = host_power_off, .timeout = 60);

Test(uart_loopback, a_good_uart_passes_in_every_format)
{
	for (unsigned fifo = 0; fifo < 5; fifo++)
		for (unsigned bits = 5; bits <= 8; bits++) {
			config.fifo = (enum uart_fifo)fifo;
			config.data_bits = (uint8_t)bits;
			restart_uart();
			require_eq(int, uart_self_test(&uart), UART_OK, "FIFO %u, %u bits", fifo,
				   bits);
			require_eq(sz, rec.n_lints, 0);
			require_eq(u32, uart.counters.overruns, 0);
		}
	check_eq(sz, rec.n_wire, 0, "nothing leaves");
}

Test(uart_loopback, checks_the_lines_first_and_leaves_as_it_came)
{
	require_eq(int, uart_self_test(&uart), UART_OK);
	check(strncmp(rec.trace, "LSR?60 MCR=1a MSR?", 18) == 0, "%.40s", rec.trace);
	check(strstr(rec.trace, "MCR=15 MSR?") != NULL);
	struct uart_registers is;
	require_eq(int, uart_dump(&uart, &is), UART_OK);
	check(is.mcr == 0x0b && is.lsr == 0x60);
	check_eq(u8, is.msr, 0xb0, "its own changes are not left to be seen");
	check_eq(u32, uart.counters.modem, 0);
	require_eq(int, uart_print(&uart, "works"), UART_OK);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, "works");
}

Test(uart_loopback, characters_being_sent_are_not_caught)
{
	require_eq(int, uart_print(&uart, "on its way"), UART_OK);
	require_eq(int, uart_self_test(&uart), UART_OK);
	check_eq(str, rec.wire, "on its way");
}

Test(uart_loopback, characters_received_before_do_not_disturb)
{
	arrive("0123456789abcdef");
	check_eq(int, uart_self_test(&uart), UART_OK);
}

/* A chip between driver and model that changes data in one way. */
static struct {
	struct device dev;
	uint8_t flip; /* bits that are inverted in data read */
	uint8_t flip_msr;
	bool swallow;   /* bytes that are sent are dropped */
	unsigned after; /* number of good characters first */
} spoiler;

static uint64_t spoiler_read(struct device *dev, uint64_t offset, unsigned width)
{
	uint64_t v = device_read(&model.dev, offset, width, NULL, NULL);
	(void)dev;
	if (offset == 0 && !spoiler.after) v ^= spoiler.flip;
	if (offset == 0 && spoiler.after) spoiler.after--;
	return offset == 6 ? v ^ spoiler.flip_msr : v;
}

static void spoiler_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	if (offset == 0 && spoiler.swallow && !(model.s.reg[UART_16550_MODEL_LCR] & LCR_DLAB))
		return;
	device_write(&model.dev, offset, width, value, NULL, NULL);
}

static const struct device_ops spoiler_ops = { .name = "spoiler",
					       .mem_read = spoiler_read,
					       .mem_write = spoiler_write };

static void start_spoiled(void)
{
	spoiler.dev = (struct device){ .ops = &spoiler_ops, .instance = "spoiler", .hub = &hub };
	require(bus_map(&bus, BUS_PORT, FAKE, 8, &spoiler.dev, 0) == NULL);
	require_eq(int, uart_init(&uart, io_port(&cpu, FAKE), wait, &config), UART_OK);
}

Test(uart_loopback, a_flipped_bit_is_a_mismatch)
{
	start_spoiled();
	require_eq(int, uart_self_test(&uart), UART_OK);
	for (unsigned bit = 0; bit < 8; bit++) {
		spoiler.flip = (uint8_t)(1 << bit);
		spoiler.after = 0;
		check_eq(int, uart_self_test(&uart), UART_LOOPBACK_MISMATCH);
		spoiler.after = 16; /* the last character of all */
		check_eq(int, uart_self_test(&uart), UART_LOOPBACK_MISMATCH);
	}
	check_eq(u8, io_read8(io_port(&cpu, COM1), 4), 0x0b, "and MCR is back");
}

Test(uart_loopback, every_modem_line_matters)
{
	start_spoiled();
	for (unsigned bit = 4; bit < 8; bit++) {
		spoiler.flip_msr = (uint8_t)(1 << bit);
		check_eq(int, uart_self_test(&uart), UART_LOOPBACK_MISMATCH);
	}
}

Test(uart_loopback, a_uart_that_sends_nothing_ends_in_a_timeout)
{
	start_spoiled();
	spoiler.swallow = true;
	uint64_t before = clock_now(&vclock);
	check_eq(int, uart_self_test(&uart), UART_TIMEOUT);
	check(clock_now(&vclock) - before < 10000000);
}

Test(uart_loopback, an_absent_uart_is_noticed)
{
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, uart_self_test(&uart), UART_ABSENT);
	check_eq(int, uart_self_test(NULL), UART_NULL);
}
