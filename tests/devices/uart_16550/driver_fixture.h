/* SPDX-License-Identifier: MIT */
/* The driver of the 16550A on its model, at ports; and a fake chip that gives the answers that a
 * test sets. */
#ifndef TESTS_DEVICES_UART_16550_DRIVER_FIXTURE_H
#define TESTS_DEVICES_UART_16550_DRIVER_FIXTURE_H

#include "bimetal/uart_16550.h"
#include "devices/uart_16550/model.h"
#include "tests/unit/drivers/host_fixture.h"

enum { COM1 = 0x3f8, FAKE = 0x2f8, NOWHERE = 0x3e8, UART_VECTOR = 0x24 };

static struct uart_16550_model model;
static struct uart uart;
static struct uart_config config;

static void on_uart_irq(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	(void)n;
	if (level) next_vector = UART_VECTOR;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, level);
}

static inline void plug_uart(void)
{
	host_power_on();
	uart_16550_model_init(&model, "com1", &hub, &vclock, (struct irq){ .set = on_uart_irq },
			      recorder_tx, &rec);
	uart_16550_model_modem_inputs(&model, true, true, false, true);
	require(bus_map(&bus, BUS_PORT, COM1, 8, &model.dev, 0) == NULL);
	config = uart_8n1(115200);
}

static inline void start_uart(void)
{
	plug_uart();
	require_eq(int, uart_init(&uart, io_port(&cpu, COM1), wait, &config), UART_OK);
	recorder_clear(&rec);
}

static inline void restart_uart(void)
{
	require_eq(int, uart_init(&uart, io_port(&cpu, COM1), wait, &config), UART_OK);
	recorder_clear(&rec);
}

static inline void arrive(const char *text)
{
	while (*text) (void)uart_16550_model_receive(&model, (uint8_t)*text++);
}

/* ---- a chip whose registers the test holds ---- */

static struct {
	struct device dev;
	uint8_t value[8]; /* the values of reads; SCR stores writes */
	unsigned reads[8], writes[8];
	bool no_scratch;
} fake;

static uint64_t fake_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)width;
	fake.reads[offset]++;
	return fake.value[offset];
}

static void fake_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	(void)width;
	fake.writes[offset]++;
	if (offset == 7 && !fake.no_scratch) fake.value[7] = (uint8_t)value;
}

static const struct device_ops fake_ops = { .name = "fake",
					    .mem_read = fake_read,
					    .mem_write = fake_write };

/* Plugs in the fake chip, with these values in LSR and IIR and 0 in the others. */
static inline struct io plug_fake(uint8_t lsr, uint8_t iir)
{
	fake.dev = (struct device){ .ops = &fake_ops, .instance = "fake", .hub = &hub };
	fake.value[2] = iir;
	fake.value[5] = lsr;
	require(bus_map(&bus, BUS_PORT, FAKE, 8, &fake.dev, 0) == NULL);
	return io_port(&cpu, FAKE);
}

static inline void start_fake(uint8_t lsr, uint8_t iir)
{
	require_eq(int, uart_init(&uart, plug_fake(lsr, iir), wait, &config), UART_OK);
}

#endif
