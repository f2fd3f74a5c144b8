/* SPDX-License-Identifier: MIT */
#include "tests/devices/uart_16550/driver_fixture.h"

#include <string.h>

TestSuite(uart_transfer, .init = start_uart, .fini = host_power_off, .timeout = 60);

static void expect_sent(const char *text)
{
	check_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, text);
	check_eq(sz, rec.n_lints, 0);
}

Test(uart_transfer, one_read_of_the_status_fills_the_fifo)
{
	for (unsigned i = 0; i < 16; i++)
		require_eq(int, uart_try_send(&uart, (uint8_t)('a' + i)), UART_OK);
	check_eq(u64, rec.n_reads, 1);
	check_eq(int, uart_try_send(&uart, 'z'), UART_WOULD_BLOCK);
	expect_sent("abcdefghijklmnop");
	check_eq(int, uart_try_send(&uart, 'z'), UART_OK);
	expect_sent("abcdefghijklmnopz");
}

Test(uart_transfer, without_fifo_the_status_is_read_for_every_character)
{
	config.fifo = UART_FIFO_OFF;
	restart_uart();
	require_eq(int, uart_try_send(&uart, 'a'), UART_OK);
	check_eq(int, uart_try_send(&uart, 'b'), UART_WOULD_BLOCK);
	check_eq(str, rec.trace, "LSR?60 THR=61 LSR?00 ");
	expect_sent("a");
}

Test(uart_transfer, send_sends_any_length_exactly)
{
	static uint8_t data[1000];
	for (unsigned fifo = 0; fifo < 2; fifo++) {
		size_t done = 77;
		config.fifo = fifo ? UART_FIFO_TRIGGER_8 : UART_FIFO_OFF;
		restart_uart();
		for (unsigned i = 0; i < sizeof data; i++) data[i] = (uint8_t)('A' + i % 53);
		require_eq(int, uart_send(&uart, data, sizeof data, &done), UART_OK);
		check_eq(sz, done, sizeof data);
		require_eq(int, uart_flush(&uart), UART_OK);
		require_eq(sz, rec.n_wire, sizeof data);
		check(memcmp(rec.wire, data, sizeof data) == 0);
		check_eq(sz, rec.n_lints, 0);
	}
	check_eq(int, uart_send(&uart, NULL, 0, NULL), UART_OK);
}

Test(uart_transfer, works_at_the_slowest_rate_as_well)
{
	config.baud = 50;
	restart_uart();
	require_eq(int, uart_print(&uart, "as slow as can be, yet sure"), UART_OK);
	expect_sent("as slow as can be, yet sure");
}

Test(uart_transfer, lines_end_as_configured)
{
	require_eq(int, uart_print(&uart, "one\ntwo\r\n"), UART_OK);
	expect_sent("one\r\ntwo\r\r\n");
	config.crlf = false;
	restart_uart();
	require_eq(int, uart_print(&uart, "one\n\n"), UART_OK);
	expect_sent("one\n\n");
	require_eq(int, uart_print(&uart, ""), UART_OK);
}

Test(uart_transfer, bytes_are_never_translated)
{
	require_eq(int, uart_send(&uart, (const uint8_t *)"\n\n", 2, NULL), UART_OK);
	expect_sent("\n\n");
}

Test(uart_transfer, flush_waits_for_the_stop_bit_and_not_for_the_fifo_alone)
{
	require_eq(int, uart_try_send(&uart, 'x'), UART_OK);
	uint64_t before = clock_now(&vclock);
	require_eq(int, uart_flush(&uart), UART_OK);
	check(clock_now(&vclock) - before > uart_16550_model_char_time_ns(&model) / 2);
	check(uart_16550_model_tx_idle(&model));
	check_eq(str, rec.wire, "x");
}

Test(uart_transfer, receives_what_came)
{
	uint8_t byte = 0;
	check_eq(int, uart_try_receive(&uart, &byte), UART_WOULD_BLOCK);
	check_eq(str, rec.trace, "LSR?60 ");
	arrive("ab");
	require_eq(int, uart_try_receive(&uart, &byte), UART_OK);
	check_eq(u8, byte, 'a');
	require_eq(int, uart_try_receive(&uart, &byte), UART_OK);
	check_eq(u8, byte, 'b');
	check_eq(int, uart_try_receive(&uart, &byte), UART_WOULD_BLOCK);
	check_eq(sz, rec.n_lints, 0);
}

static const char *coming; /* these arrive, one per character time */
static unsigned coming_timer;

static void next_comes(void *ctx, uint64_t due_ns)
{
	(void)ctx;
	if (!*coming) return;
	(void)uart_16550_model_receive(&model, (uint8_t)*coming++);
	clock_arm(&vclock, coming_timer, due_ns + uart_16550_model_char_time_ns(&model));
}

static void let_come(const char *text)
{
	coming = text;
	coming_timer = clock_add_timer(&vclock, "test", next_comes, NULL);
	clock_arm(&vclock, coming_timer, clock_now(&vclock) + 50000);
}

Test(uart_transfer, receive_waits_for_all_of_it)
{
	uint8_t data[33] = { 0 };
	size_t done;
	let_come("thirty-two characters and no more");
	require_eq(int, uart_receive(&uart, data, 32, 2, &done), UART_OK);
	check_eq(sz, done, 32);
	check_eq(str, (char *)data, "thirty-two characters and no mor");
}

Test(uart_transfer, receive_gives_up_when_nothing_comes)
{
	uint8_t data[8] = { 0 };
	size_t done;
	let_come("abc");
	uint64_t before = clock_now(&vclock);
	check_eq(int, uart_receive(&uart, data, 8, 10, &done), UART_TIMEOUT);
	check_eq(sz, done, 3);
	uint64_t passed = clock_now(&vclock) - before,
		 chars = uart_16550_model_char_time_ns(&model);
	check(passed >= 13 * chars && passed < 15 * chars + 1100000, "%llu",
	      (unsigned long long)passed);
	check_eq(int, uart_receive(&uart, data, 1, 0, NULL), UART_TIMEOUT);
}

Test(uart_transfer, errors_belong_to_their_character)
{
	uint8_t data[4];
	size_t done;
	(void)uart_16550_model_receive(&model, 'a');
	(void)uart_16550_model_receive_error(&model, 'b', LSR_PE);
	(void)uart_16550_model_receive_error(&model, 'c', LSR_FE);
	(void)uart_16550_model_receive_error(&model, 'd', LSR_BI | LSR_FE);
	(void)uart_16550_model_receive(&model, 'e');
	check_eq(int, uart_receive(&uart, data, 4, 1, &done), UART_LINE_ERROR);
	check_eq(sz, done, 2);
	check(data[0] == 'a' && data[1] == 'b');
	check_eq(int, uart_try_receive(&uart, data), UART_LINE_ERROR);
	check_eq(u8, data[0], 'c');
	check_eq(int, uart_try_receive(&uart, data), UART_LINE_ERROR);
	check_eq(u8, data[0], 0, "a break");
	check_eq(int, uart_try_receive(&uart, data), UART_OK);
	check_eq(u8, data[0], 'e');
	check(uart.counters.parity == 1 && uart.counters.framing == 1 && uart.counters.breaks == 1);
}

Test(uart_transfer, errors_seen_while_sending_are_remembered)
{
	uint8_t byte;
	(void)uart_16550_model_receive_error(&model, 'x', LSR_PE);
	require_eq(int, uart_try_send(&uart, 'y'), UART_OK); /* reads LSR */
	check_eq(int, uart_try_receive(&uart, &byte), UART_LINE_ERROR);
	arrive("z");
	check_eq(int, uart_try_receive(&uart, &byte), UART_OK);
}

Test(uart_transfer, an_overrun_is_counted_and_damages_no_character)
{
	uint8_t byte;
	arrive("abcdefghijklmnopq"); /* seventeen */
	for (unsigned i = 0; i < 16; i++) {
		require_eq(int, uart_try_receive(&uart, &byte), UART_OK);
		check_eq(u8, byte, 'a' + i);
	}
	check_eq(int, uart_try_receive(&uart, &byte), UART_WOULD_BLOCK);
	check_eq(u32, uart.counters.overruns, 1);
}

/* ---- errors ---- */

Test(uart_transfer, an_unplugged_uart_is_noticed)
{
	uint8_t byte;
	size_t done;
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, uart_try_send(&uart, 'x'), UART_ABSENT);
	check_eq(int, uart_try_receive(&uart, &byte), UART_ABSENT);
	check_eq(int, uart_print(&uart, "x"), UART_ABSENT);
	check_eq(int, uart_send(&uart, (const uint8_t *)"x", 1, &done), UART_ABSENT);
	check_eq(sz, done, 0);
	check_eq(int, uart_receive(&uart, &byte, 1, 1, NULL), UART_ABSENT);
	check_eq(int, uart_flush(&uart), UART_ABSENT);
}

Test(uart_transfer, a_status_of_all_ones_can_be_real)
{
	uint8_t byte;
	start_fake(0x60, 0xc1);
	fake.value[5] = 0xff;
	fake.value[0] = 'k';
	check_eq(int, uart_try_receive(&uart, &byte), UART_LINE_ERROR);
	check_eq(u8, byte, 'k');
	check(uart.counters.overruns == 1 && uart.counters.breaks == 1);
}

Test(uart_transfer, a_transmitter_that_never_empties_ends_in_a_timeout)
{
	size_t done;
	start_fake(0x60, 0xc1);
	fake.value[5] = 0x00;
	uint64_t before = clock_now(&vclock);
	check_eq(int, uart_send(&uart, (const uint8_t *)"xy", 2, &done), UART_TIMEOUT);
	check_eq(sz, done, 0);
	check(clock_now(&vclock) - before < 10000000);
	check_eq(int, uart_print(&uart, "x"), UART_TIMEOUT);
	check_eq(int, uart_flush(&uart), UART_TIMEOUT);
	check_eq(u32, fake.writes[0], 1, "the divisor's, and no character");
}

Test(uart_transfer, null_is_an_error_and_touches_nothing)
{
	uint8_t byte;
	size_t done = 5;
	check_eq(int, uart_try_send(NULL, 0), UART_NULL);
	check_eq(int, uart_try_receive(NULL, &byte), UART_NULL);
	check_eq(int, uart_try_receive(&uart, NULL), UART_NULL);
	check_eq(int, uart_send(NULL, &byte, 1, &done), UART_NULL);
	check_eq(sz, done, 0);
	check_eq(int, uart_send(&uart, NULL, 1, NULL), UART_NULL);
	check_eq(int, uart_receive(NULL, &byte, 1, 1, NULL), UART_NULL);
	check_eq(int, uart_receive(&uart, NULL, 1, 1, NULL), UART_NULL);
	check_eq(int, uart_print(NULL, "x"), UART_NULL);
	check_eq(int, uart_print(&uart, NULL), UART_NULL);
	check_eq(int, uart_flush(NULL), UART_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}
