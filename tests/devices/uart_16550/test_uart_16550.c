/* SPDX-License-Identifier: MIT */
#include "tests/devices/uart_16550/driver_fixture.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/emu/random.h"

TestSuite(uart, .init = plug_uart, .fini = host_power_off, .timeout = 60);

static enum uart_status init_at(struct io io) { return uart_init(&uart, io, wait, &config); }
static enum uart_status init(void) { return init_at(io_port(&cpu, COM1)); }

#define FOUND "SCR=42 SCR?42 SCR=bd SCR?bd "

Test(uart, init_programs_all_that_matters_in_order)
{
	require_eq(int, init(), UART_OK);
	check_eq(str, rec.trace,
		 FOUND "LSR?60 LCR=03 IER=00 LCR=83 DLL=01 DLM=00 LCR=03 FCR=c7 IIR?c1 MCR=0b "
		       "LSR?60 MSR?bb ");
	check_eq(sz, rec.n_lints, 0);
	check_eq(u8, uart.depth, UART_FIFO);
}

Test(uart, init_sends_every_byte_of_the_divisor)
{
	config.baud = 300;
	config.clock_hz = 16u * 300 * 0xa5c3;
	require_eq(int, init(), UART_OK);
	check(strstr(rec.trace, "LCR=83 DLL=c3 DLM=a5 LCR=03 ") != NULL, "%s", rec.trace);
}

Test(uart, init_works_from_any_state)
{
	uint64_t seed = 5;
	for (unsigned round = 0; round < 200; round++) {
		static const unsigned rw[] = { 0, 1, 3, 4, 7 };
		struct io io = io_port(&cpu, COM1);
		for (unsigned i = 0; i < 12; i++) /* another program has changed the registers */
			io_write8(io, rw[random_next(&seed) % 5], (uint8_t)random_next(&seed));
		io_write8(io, 2, (uint8_t)(random_next(&seed) & 0xcf));
		arrive("junk");
		require_eq(int, init(), UART_OK);
		struct uart_registers is;
		require_eq(int, uart_dump(&uart, &is), UART_OK);
		char now[64]; /* TEMT: at the slowest rates a character takes longer than the driver
				 waits */
		(void)snprintf(now, sizeof now, "%02x %02x %02x %02x %02x %02x %02x", is.ier,
			       is.iir, is.lcr, is.mcr, is.lsr | LSR_TEMT, is.dll, is.dlm);
		require_eq(str, now, "00 c1 03 0b 60 01 00", "round %u", round);
		struct uart_counters none = { 0 };
		require(memcmp(&uart.counters, &none, sizeof none) == 0);
	}
}

Test(uart, init_waits_for_the_character_before)
{
	require_eq(int, init(), UART_OK);
	require_eq(int, uart_print(&uart, "firmware"), UART_OK);
	require_eq(int, init(), UART_OK);
	check_eq(str, rec.wire, "firmware");
}

Test(uart, init_drops_what_was_received_before)
{
	uint8_t byte;
	config.fifo = UART_FIFO_OFF;
	io_write8(io_port(&cpu, COM1), 3, 3);
	arrive("x");
	require_eq(int, init(), UART_OK);
	check_eq(int, uart_try_receive(&uart, &byte), UART_WOULD_BLOCK);
}

Test(uart, an_absent_device_is_noticed)
{
	check_eq(int, init_at(io_port(&cpu, NOWHERE)), UART_ABSENT);
	check_eq(int, init_at(io_memory(&cpu, 0xd0000000, 4)), UART_ABSENT);
}

Test(uart, a_bus_that_always_reads_one_value_has_no_uart)
{
	struct io io = plug_fake(0x60, 1);
	fake.no_scratch = true;
	fake.value[7] = 0x42;
	check_eq(int, init_at(io), UART_ABSENT);
	fake.value[7] = 0xbd;
	check_eq(int, init_at(io), UART_ABSENT);
}

Test(uart, init_does_not_wait_for_ever_for_the_transmitter)
{
	uint64_t before = clock_now(&vclock);
	check_eq(int, init_at(plug_fake(0x00, 1)), UART_OK);
	check(clock_now(&vclock) - before < 200000000);
}

Test(uart, a_chip_whose_receiver_never_empties_is_given_up)
{
	check_eq(int, init_at(plug_fake(0x61, 1)), UART_OK);
	check(fake.reads[0] <= UART_FIFO);
}

Test(uart, without_working_fifos_one_character_is_the_most)
{
	start_fake(0x60, 0x01);
	check_eq(u8, uart.depth, 1, "16450");
	bus_unmap(&bus, BUS_PORT, &fake.dev);
	start_fake(0x60, 0x81);
	check_eq(u8, uart.depth, 1, "the first 16550");
	bus_unmap(&bus, BUS_PORT, &fake.dev);
	start_fake(0x60, 0xc1);
	check_eq(u8, uart.depth, 16);
	config.fifo = UART_FIFO_OFF;
	restart_uart();
	check_eq(u8, uart.depth, 1);
}

/* ---- arguments ---- */

Test(uart, null_is_an_error_and_touches_nothing)
{
	struct io io = io_port(&cpu, COM1);
	struct uart_registers dump;
	check_eq(int, uart_init(NULL, io, wait, &config), UART_NULL);
	check_eq(int, uart_init(&uart, io, wait, NULL), UART_NULL);
	check_eq(int, uart_configure(NULL, &config), UART_NULL);
	check_eq(int, uart_configure(&uart, NULL), UART_NULL);
	check_eq(int, uart_check_connected(NULL), UART_NULL);
	check_eq(int, uart_dump(NULL, &dump), UART_NULL);
	check_eq(int, uart_dump(&uart, NULL), UART_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(uart, impossible_clocks_and_rates_are_refused_before_any_access)
{
	static const struct {
		uint32_t clock, baud;
		int status;
	} rows[] = {
		{ 0, 115200, UART_BAD_CLOCK },
		{ 1843200, 0, UART_BAD_BAUD },
		{ 1843200, 230400, UART_BAD_BAUD },
		{ 1843200, 100000, UART_BAD_BAUD },
		{ 1843200, UINT32_MAX, UART_BAD_BAUD },
		{ 1843200, 1, UART_BAD_BAUD },
		{ 1, 115200, UART_BAD_BAUD },
		{ UINT32_MAX, 1, UART_BAD_BAUD },
		{ UINT32_MAX, UINT32_MAX, UART_BAD_BAUD },
	};
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		config.clock_hz = rows[i].clock;
		config.baud = rows[i].baud;
		check_eq(int, init(), rows[i].status, "row %u", i);
	}
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(uart, rates_within_three_percent_are_taken)
{
	static const struct {
		uint32_t clock, baud;
		unsigned divisor;
	} rows[] = {
		{ 1843200, 115200, 1 }, { 1843200, 56000, 2 },    { 1843200, 9600, 12 },
		{ 1843200, 110, 1047 }, { 1843200, 118000, 1 },   { 1843200, 2, 57600 },
		{ 1843200, 50, 2304 },  { 24000000, 115200, 13 }, { UINT32_MAX, 115200, 2330 },
	};
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct uart_registers is;
		config.clock_hz = rows[i].clock;
		config.baud = rows[i].baud;
		require_eq(int, init(), UART_OK, "row %u", i);
		require_eq(int, uart_dump(&uart, &is), UART_OK);
		check_eq(uint, is.dlm << 8 | is.dll, rows[i].divisor, "row %u", i);
	}
}

Test(uart, formats_that_do_not_exist_are_refused_before_any_access)
{
	struct uart_config good = config;
	config.data_bits = 4;
	check_eq(int, init(), UART_BAD_FORMAT);
	config.data_bits = 9;
	check_eq(int, init(), UART_BAD_FORMAT);
	config = good;
	config.stop_bits = 0;
	check_eq(int, init(), UART_BAD_FORMAT);
	config.stop_bits = 3;
	check_eq(int, init(), UART_BAD_FORMAT);
	config = good;
	config.parity = (enum uart_parity)5;
	check_eq(int, init(), UART_BAD_FORMAT);
	config = good;
	config.fifo = (enum uart_fifo)5;
	check_eq(int, init(), UART_BAD_FORMAT);
	config.fifo = (enum uart_fifo) - 1;
	check_eq(int, init(), UART_BAD_FORMAT);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(uart, places_that_no_uart_can_have_are_refused_before_any_access)
{
	struct io io = io_port(&cpu, 0xfff9);
	check_eq(int, init_at(io), UART_BAD_BASE);
	io = io_port(&cpu, COM1);
	io.stride = 2;
	check_eq(int, init_at(io), UART_BAD_STRIDE);
	static const uint32_t strides[] = { 0, 3, 6, 512, 0x80000000 };
	for (unsigned i = 0; i < 5; i++)
		check_eq(int, init_at(io_memory(&cpu, 0xd0000000, strides[i])), UART_BAD_STRIDE);
	check_eq(int, init_at(io_memory(&cpu, UINT64_MAX - 27, 4)), UART_BAD_BASE);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
	check_eq(int, init_at(io_port(&cpu, 0xfff8)), UART_ABSENT, "the last that fits");
	check_eq(int, init_at(io_memory(&cpu, UINT64_MAX - 28, 4)), UART_ABSENT);
}

Test(uart, every_format_is_programmed_as_table_ii_says)
{
	static const struct {
		uint8_t bits, stop;
		enum uart_parity parity;
		uint8_t lcr;
	} rows[] = {
		{ 5, 1, UART_PARITY_NONE, 0x00 }, { 6, 1, UART_PARITY_NONE, 0x01 },
		{ 7, 1, UART_PARITY_NONE, 0x02 }, { 8, 2, UART_PARITY_NONE, 0x07 },
		{ 8, 1, UART_PARITY_ODD, 0x0b },  { 7, 1, UART_PARITY_EVEN, 0x1a },
		{ 8, 1, UART_PARITY_MARK, 0x2b }, { 8, 1, UART_PARITY_SPACE, 0x3b },
	};
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct uart_registers is;
		config.data_bits = rows[i].bits;
		config.stop_bits = rows[i].stop;
		config.parity = rows[i].parity;
		require_eq(int, init(), UART_OK);
		require_eq(int, uart_dump(&uart, &is), UART_OK);
		check_eq(u8, is.lcr, rows[i].lcr, "row %u", i);
		check(uart.char_ns >= uart_16550_model_char_time_ns(&model) &&
			      uart.char_ns < uart_16550_model_char_time_ns(&model) * 11 / 10,
		      "row %u: as long as the model's characters", i);
	}
}

Test(uart, every_trigger_is_programmed_as_table_ii_says)
{
	static const char *const fcr[] = { "FCR=00 ", "FCR=07 ", "FCR=47 ", "FCR=87 ", "FCR=c7 " };
	for (unsigned i = 0; i < 5; i++) {
		config.fifo = (enum uart_fifo)i;
		recorder_clear(&rec);
		require_eq(int, init(), UART_OK);
		check(strstr(rec.trace, fcr[i]) != NULL, "%s", rec.trace);
	}
	check_eq(sz, rec.n_lints, 0);
}

/* ---- in memory ---- */

Test(uart, works_in_memory_at_a_stride)
{
	struct io io = io_memory(&cpu, 0xd0000000, 4);
	/* The registers are four bytes apart, as a bridge may map them. */
	for (unsigned reg = 0; reg < 8; reg++)
		require(bus_map(&bus, BUS_MEMORY, 0xd0000000 + 4 * reg, 1, &model.dev, reg) ==
			NULL);
	require_eq(int, init_at(io), UART_OK);
	require_eq(int, uart_print(&uart, "far"), UART_OK);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, "far");
	check_eq(sz, rec.n_lints, 0);
}

/* ---- the state after init ---- */

Test(uart, configure_changes_the_settings_when_all_is_sent)
{
	struct uart_registers is;
	require_eq(int, init(), UART_OK);
	require_eq(int, uart_print(&uart, "old"), UART_OK);
	config.baud = 9600;
	config.data_bits = 7;
	require_eq(int, uart_configure(&uart, &config), UART_OK);
	check_eq(str, rec.wire, "old");
	require_eq(int, uart_dump(&uart, &is), UART_OK);
	check(is.dll == 12 && is.lcr == 2);
	require_eq(int, uart_print(&uart, "new"), UART_OK);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, "oldnew");
	check_eq(sz, rec.n_lints, 0);
}

Test(uart, configure_with_bad_settings_changes_nothing)
{
	require_eq(int, init(), UART_OK);
	recorder_clear(&rec);
	config.baud = 0;
	check_eq(int, uart_configure(&uart, &config), UART_BAD_BAUD);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

Test(uart, check_connected_reports_a_low_dsr_or_cts)
{
	require_eq(int, init(), UART_OK);
	check_eq(int, uart_check_connected(&uart), UART_OK);
	uart_16550_model_modem_inputs(&model, false, true, false, false);
	check_eq(int, uart_check_connected(&uart), UART_CTS_LOW);
	uart_16550_model_modem_inputs(&model, false, false, false, false);
	check_eq(int, uart_check_connected(&uart), UART_DSR_LOW);
	check_eq(u32, uart.counters.modem, 2);
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, uart_check_connected(&uart), UART_ABSENT);
}

Test(uart, the_dump_shows_the_registers_and_restores_the_window)
{
	struct uart_registers is;
	config.baud = 50;
	require_eq(int, init(), UART_OK);
	recorder_clear(&rec);
	require_eq(int, uart_dump(&uart, &is), UART_OK);
	check_eq(str, rec.trace,
		 "LSR?60 MSR?b0 IER?00 IIR?c1 LCR?03 MCR?0b SCR?bd LCR=83 DLL?00 DLM?09 "
		 "LCR=03 ");
	check(is.lsr == 0x60 && is.msr == 0xb0 && is.scr == 0xbd && is.dlm == 9);
	check_eq(sz, rec.n_lints, 0);
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, uart_dump(&uart, &is), UART_ABSENT);
}

Test(uart, errors_that_the_dump_clears_are_counted)
{
	struct uart_registers is;
	require_eq(int, init(), UART_OK);
	(void)uart_16550_model_receive_error(&model, 'x', LSR_PE);
	require_eq(int, uart_dump(&uart, &is), UART_OK);
	check_eq(u32, uart.counters.parity, 1);
	uint8_t byte;
	check_eq(int, uart_try_receive(&uart, &byte), UART_LINE_ERROR, "and not forgotten");
}
