/* SPDX-License-Identifier: MIT */
#include "tests/devices/uart_16550/driver_fixture.h"

#include <string.h>

#include "tests/unit/emu/random.h"

static uint8_t rx_memory[64], tx_memory[32];
static unsigned calls;
static enum uart_status last;

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	require_eq(u8, vector, UART_VECTOR);
	calls++;
	last = uart_interrupt(&uart);
}

static struct uart_buffers buffers(void)
{
	return (struct uart_buffers){ .rx = rx_memory,
				      .tx = tx_memory,
				      .rx_size = sizeof rx_memory,
				      .tx_size = sizeof tx_memory };
}

static void set_up(void)
{
	start_uart();
	cpu.dispatch = dispatch;
	wait_irq_enable(&wait);
	calls = 0;
}

static void interrupts_on(void)
{
	struct uart_buffers b = buffers();
	require_eq(int, uart_interrupts_on(&uart, &b), UART_OK);
}

TestSuite(uart_interrupt, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(uart_interrupt, received_characters_go_to_the_buffer)
{
	uint8_t data[14];
	interrupts_on();
	arrive("fourteen chars");
	require_eq(int, uart_receive(&uart, data, 14, 1, NULL), UART_OK);
	check(memcmp(data, "fourteen chars", 14) == 0);
	check_eq(u32, calls, 1);
	check_eq(sz, rec.n_lints, 0);
}

Test(uart_interrupt, fewer_than_the_trigger_come_by_the_timeout)
{
	uint8_t data[3];
	interrupts_on();
	arrive("abc");
	check_eq(int, uart_try_receive(&uart, data), UART_WOULD_BLOCK, "not yet");
	require_eq(int, uart_receive(&uart, data, 3, 6, NULL), UART_OK);
	check(memcmp(data, "abc", 3) == 0);
	check(strstr(rec.trace, "IIR?cc ") != NULL, "%s", rec.trace);
}

Test(uart_interrupt, characters_leave_in_order_by_interrupts)
{
	static const char text[] =
		"a text that is a good deal longer than buffer and FIFO, so that "
		"the sender has to wait for room";
	interrupts_on();
	require_eq(int, uart_print(&uart, text), UART_OK);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, text);
	check_eq(sz, rec.n_lints, 0);
	check_eq(u8, uart.ier & 2, 0, "nothing to send, nothing to interrupt for");
	recorder_clear(&rec);
	require_eq(int, uart_print(&uart, "again"), UART_OK);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, "again");
}

Test(uart_interrupt, a_full_buffer_would_block)
{
	interrupts_on();
	bool on = wait_irq_save(&wait);
	for (unsigned i = 0; i < sizeof tx_memory; i++)
		require_eq(int, uart_try_send(&uart, 'x'), UART_OK);
	check_eq(int, uart_try_send(&uart, 'y'), UART_WOULD_BLOCK);
	check_eq(int, uart_send(&uart, (const uint8_t *)"y", 1, NULL), UART_TIMEOUT,
		 "nobody empties it with the CPU's interrupts off");
	wait_irq_restore(&wait, on);
	check_eq(int, uart_try_send(&uart, 'y'), UART_OK);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(sz, rec.n_wire, sizeof tx_memory + 1);
}

Test(uart_interrupt, characters_without_room_are_counted)
{
	interrupts_on();
	for (unsigned i = 0; i < 6; i++) {
		arrive("0123456789abcd");
		wait_relax(&wait);
	}
	check_eq(u32, uart.counters.dropped, 6 * 14 - 64);
	uint8_t data[64];
	check_eq(int, uart_receive(&uart, data, 64, 1, NULL), UART_OK);
	check(memcmp(data, "0123456789abcd0123456789abcd", 28) == 0, "the oldest are kept");
}

Test(uart_interrupt, sending_and_receiving_at_once_loses_nothing)
{
	static uint8_t sent[1500], received[1500];
	uint64_t seed = 11;
	size_t n_sent = 0, n_arrived = 0, n_received = 0;
	interrupts_on();
	for (unsigned i = 0; i < sizeof sent; i++)
		sent[i] = (uint8_t)(1 + random_next(&seed) % 255);
	for (unsigned round = 0; n_received < sizeof sent && round < 100000; round++) {
		if (n_sent < sizeof sent && uart_try_send(&uart, sent[n_sent]) == UART_OK) n_sent++;
		if (round % 8 == 0 && n_arrived < n_sent) /* slower than one character time */
			(void)uart_16550_model_receive(&model, sent[n_arrived++]);
		if (uart_try_receive(&uart, &received[n_received]) == UART_OK) n_received++;
		wait_ns(&wait, random_next(&seed) % 20000);
	}
	require_eq(sz, n_received, sizeof sent);
	check(memcmp(sent, received, sizeof sent) == 0);
	require_eq(int, uart_flush(&uart), UART_OK);
	require_eq(sz, rec.n_wire, sizeof sent);
	check(memcmp(rec.wire, sent, sizeof sent) == 0);
	check_eq(sz, rec.n_lints, 0);
	check(uart.counters.dropped == 0 && uart.counters.overruns == 0);
}

Test(uart_interrupt, works_without_fifo)
{
	uint8_t data[3] = { 0 };
	config.fifo = UART_FIFO_OFF;
	restart_uart();
	interrupts_on();
	require_eq(int, uart_print(&uart, "no fifo"), UART_OK);
	for (unsigned i = 0; i < 3; i++) {
		(void)uart_16550_model_receive(&model, (uint8_t)('a' + i));
		wait_relax(&wait);
	}
	require_eq(int, uart_receive(&uart, data, 3, 1, NULL), UART_OK);
	check(memcmp(data, "abc", 3) == 0);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, "no fifo");
	check_eq(sz, rec.n_lints, 0);
}

Test(uart_interrupt, causes_are_dealt_with_highest_first)
{
	struct uart_buffers b = buffers();
	b.modem = true;
	bool on = wait_irq_save(&wait);
	require_eq(int, uart_interrupts_on(&uart, &b), UART_OK);
	require_eq(int, uart_try_send(&uart, 'T'), UART_OK);
	arrive("0123456789abcd");
	(void)uart_16550_model_receive_error(&model, '!', 0);
	uart_16550_model_modem_inputs(&model, false, true, false, true);
	for (unsigned i = 0; i < 2; i++) arrive("x"); /* seventeen: an overrun */
	recorder_clear(&rec);
	check_eq(int, uart_interrupt(&uart), UART_OK);
	wait_irq_restore(&wait, on);
	/* Only the order of the causes. */
	char causes[64] = "";
	for (const char *at = rec.trace; (at = strstr(at, "IIR?")) != NULL; at += 4)
		strncat(causes, at + 4, 3);
	check_eq(str, causes, "c6 c4 c2 c0 c1 ");
	check_eq(u32, uart.counters.overruns, 1);
	check_eq(u32, uart.counters.modem, 1);
	check_eq(sz, rec.n_lints, 0);
}

Test(uart_interrupt, damaged_characters_are_counted_and_kept)
{
	uint8_t data[3];
	interrupts_on();
	(void)uart_16550_model_receive_error(&model, 'a', LSR_PE);
	(void)uart_16550_model_receive_error(&model, 'b', LSR_FE);
	(void)uart_16550_model_receive_error(&model, 'c', LSR_BI | LSR_FE);
	require_eq(int, uart_receive(&uart, data, 3, 6, NULL), UART_OK);
	check(data[0] == 'a' && data[1] == 'b' && data[2] == 0);
	check(uart.counters.parity == 1 && uart.counters.framing == 1 && uart.counters.breaks == 1);
}

Test(uart_interrupt, modem_changes_interrupt_only_when_requested)
{
	interrupts_on();
	uart_16550_model_modem_inputs(&model, false, false, false, false);
	wait_ns(&wait, 1000);
	check_eq(u32, calls, 0);
}

Test(uart_interrupt, an_interrupt_without_a_cause_is_spurious)
{
	interrupts_on();
	check_eq(int, uart_interrupt(&uart), UART_SPURIOUS);
	check_eq(u32, uart.counters.spurious, 1);
	bus_unmap(&bus, BUS_PORT, &model.dev);
	check_eq(int, uart_interrupt(&uart), UART_SPURIOUS, "all ones: nothing pending");
	check_eq(int, uart_interrupt(NULL), UART_NULL);
}

static void storm(uint8_t iir, uint8_t lsr)
{
	struct uart_buffers b = buffers();
	start_fake(0x60, 0xc1);
	require_eq(int, uart_interrupts_on(&uart, &b), UART_OK);
	fake.value[2] = iir;
	fake.value[5] = lsr;
	unsigned ier_writes = fake.writes[1];
	check_eq(int, uart_interrupt(&uart), UART_STORM, "IIR %02x", iir);
	check(fake.writes[1] > ier_writes, "it was silenced");
	check(fake.reads[0] < 5000);
	check_eq(u32, uart.counters.storms, 1);
	check(!uart.interrupts);
	bus_unmap(&bus, BUS_PORT, &fake.dev);
}

Test(uart_interrupt, a_storm_is_ended)
{
	for (unsigned id = 0; id < 8; id++) {
		storm((uint8_t)(0xc0 | id << 1), 0x60);
		storm((uint8_t)(0xc0 | id << 1), 0x61);
	}
}

Test(uart_interrupt, unknown_causes_are_counted)
{
	storm(0xc8, 0x60);
	check_eq(u32, uart.counters.unknown, 64);
}

Test(uart_interrupt, a_timeout_without_a_character_is_cleared_by_a_read)
{
	struct uart_buffers b = buffers();
	uint8_t byte;
	start_fake(0x60, 0xc1);
	require_eq(int, uart_interrupts_on(&uart, &b), UART_OK);
	fake.value[2] = 0xcc;
	unsigned before = fake.reads[0];
	check_eq(int, uart_interrupt(&uart), UART_STORM);
	check(fake.reads[0] > before);
	check_eq(int, uart_try_receive(&uart, &byte), UART_WOULD_BLOCK, "but is no character");
}

Test(uart_interrupt, unplugged_in_the_middle_is_absent)
{
	struct uart_buffers b = buffers();
	start_fake(0x60, 0xc1);
	require_eq(int, uart_interrupts_on(&uart, &b), UART_OK);
	fake.value[2] = 0xc4;
	fake.value[5] = 0xff;
	fake.no_scratch = true;
	check_eq(int, uart_interrupt(&uart), UART_ABSENT);
}

Test(uart_interrupt, turning_on_checks_its_arguments)
{
	struct uart_buffers b = buffers();
	static const uint32_t bad[] = { 0, 3, 63, 0x80000000, UINT32_MAX };
	recorder_clear(&rec);
	check_eq(int, uart_interrupts_on(NULL, &b), UART_NULL);
	check_eq(int, uart_interrupts_on(&uart, NULL), UART_NULL);
	for (unsigned i = 0; i < 5; i++) {
		b = buffers();
		b.rx_size = bad[i];
		check_eq(int, uart_interrupts_on(&uart, &b), UART_BAD_BUFFER);
		b = buffers();
		b.tx_size = bad[i];
		check_eq(int, uart_interrupts_on(&uart, &b), UART_BAD_BUFFER);
	}
	b = buffers();
	b.rx = NULL;
	check_eq(int, uart_interrupts_on(&uart, &b), UART_NULL);
	b = buffers();
	b.tx = NULL;
	check_eq(int, uart_interrupts_on(&uart, &b), UART_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
	interrupts_on();
	b = buffers();
	check_eq(int, uart_interrupts_on(&uart, &b), UART_BUSY);
	check_eq(int, uart_configure(&uart, &config), UART_BUSY);
	check_eq(int, uart_self_test(&uart), UART_BUSY);
}

Test(uart_interrupt, turning_off_sends_the_rest_and_keeps_received_characters)
{
	uint8_t byte;
	interrupts_on();
	require_eq(int, uart_print(&uart, "the rest"), UART_OK);
	arrive("0123456789abcd");
	require_eq(int, uart_interrupts_off(&uart), UART_OK);
	check_eq(str, rec.wire, "the rest");
	for (unsigned i = 0; i < 14; i++) {
		require_eq(int, uart_try_receive(&uart, &byte), UART_OK);
		check_eq(u8, byte, "0123456789abcd"[i]);
	}
	calls = 0;
	arrive("p");
	require_eq(int, uart_try_receive(&uart, &byte), UART_OK);
	check_eq(u8, byte, 'p');
	require_eq(int, uart_print(&uart, "!"), UART_OK);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, "the rest!");
	check_eq(u32, calls, 0);
	check_eq(int, uart_interrupts_off(&uart), UART_OK, "twice is no error");
	check_eq(int, uart_interrupts_off(NULL), UART_NULL);
}

Test(uart_interrupt, turning_off_is_bounded)
{
	interrupts_on();
	wait_irq_disable(&wait); /* so nothing is ever sent */
	require_eq(int, uart_try_send(&uart, 'x'), UART_OK);
	check_eq(int, uart_interrupts_off(&uart), UART_TIMEOUT);
	check_eq(u8, io_read8(io_port(&cpu, COM1), 1), 0);
	check_eq(u8, uart.ier, 0);
	check(!uart.interrupts);
}

Test(uart_interrupt, after_a_storm_the_transmitter_is_looked_at_again)
{
	struct uart_buffers b = buffers();
	start_fake(0x60, 0xc1);
	require_eq(int, uart_try_send(&uart, 'x'), UART_OK); /* room for fifteen */
	require_eq(int, uart_interrupts_on(&uart, &b), UART_OK);
	require_eq(int, uart_try_send(&uart, 'y'), UART_OK);
	fake.value[2] = 0xc2;
	check_eq(int, uart_interrupt(&uart), UART_STORM);
	fake.value[5] = 0x00;
	check_eq(int, uart_try_send(&uart, 'z'), UART_WOULD_BLOCK);
}

Test(uart_interrupt, no_access_is_superfluous)
{
	interrupts_on();
	bool on = wait_irq_save(&wait);
	require_eq(int, uart_try_send(&uart, 'a'), UART_OK);
	require_eq(int, uart_try_send(&uart, 'b'), UART_OK);
	check_eq(int, uart_interrupt(&uart), UART_OK);
	check_eq(str, rec.trace, "IER=05 IER=07 IIR?c2 THR=61 THR=62 IER=05 IIR?c1 ");
	recorder_clear(&rec);
	arrive("0123456789abcd");
	check_eq(int, uart_interrupt(&uart), UART_OK);
	check(strncmp(rec.trace, "IIR?c4 LSR?01 RBR?30 LSR?01 RBR?31 ", 35) == 0, "%s", rec.trace);
	check_eq(u64, rec.n_reads, 2 + 2 * 14 + 1);
	wait_irq_restore(&wait, on);
	require_eq(int, uart_flush(&uart), UART_OK);
	recorder_clear(&rec);
	require_eq(int, uart_interrupts_off(&uart), UART_OK);
	check_eq(str, rec.trace, "LSR?60 IER=00 ");
}

Test(uart_interrupt, the_dump_takes_no_interrupt_away)
{
	struct uart_registers is;
	interrupts_on();
	bool on = wait_irq_save(&wait);
	require_eq(int, uart_try_send(&uart, 'x'), UART_OK);
	require_eq(int, uart_dump(&uart, &is), UART_OK);
	check_eq(u8, is.iir, 0xc2);
	wait_irq_restore(&wait, on);
	require_eq(int, uart_flush(&uart), UART_OK);
	check_eq(str, rec.wire, "x");
}
