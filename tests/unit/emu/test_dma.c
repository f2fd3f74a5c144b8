/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "emu/clock.h"
#include "emu/dma.h"
#include "emu/mem.h"
#include "emu/regs.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

#define MIB UINT64_C(0x100000)

static const struct device_ops ops = { .name = "nic" };

static struct hub hub;
static struct clock clock_of_dma;
static struct mem mem;
static struct device dev;
static struct dma_port port;
static struct observer watcher;
static struct dma_event last;
static unsigned events, lints, messages, stale;
static char last_lint[64];
static bool may_master, taken;
static uint64_t message_addr;
static uint32_t message_data;

static void on_dma(void *ctx, const struct dma_event *e)
{
	(void)ctx;
	events++;
	last = *e;
}

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	lints++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static bool gate(void *ctx)
{
	(void)ctx;
	return may_master;
}

static bool message(void *ctx, uint64_t addr, uint32_t data)
{
	(void)ctx;
	messages++;
	message_addr = addr;
	message_data = data;
	return taken;
}

static void on_written(void *ctx, uint64_t pa, uint64_t len)
{
	(void)ctx, (void)pa, (void)len;
	stale++;
}

static void power_on(void)
{
	static const uint8_t rom[4] = { 1, 2, 3, 4 };

	clock_init(&clock_of_dma);
	clock_advance(&clock_of_dma, 77);
	hub.clock = &clock_of_dma;
	watcher = (struct observer){ .dma = on_dma, .lint = on_lint };
	hub_attach(&hub, &watcher);
	require_eq(ptr, mem_init(&mem, 2 * MIB, 4096 * MIB), NULL);
	require_eq(ptr, mem_add_rom(&mem, 0xf0000, 0x10000, rom, sizeof(rom)), NULL);
	mem.written = on_written;
	dev = (struct device){ .ops = &ops, .instance = "nic0", .hub = &hub };
	port = (struct dma_port){
		.dev = &dev, .mem = &mem, .gate = gate, .message = message, .address_bits = 32
	};
	may_master = taken = true;
}

static void power_off(void) { mem_free(&mem); }

TestSuite(dma, .init = power_on, .fini = power_off, .timeout = 60);

static void expect_event(enum dma_outcome outcome, uint64_t addr, uint64_t len, bool write)
{
	check_eq(u32, events, 1);
	check_eq(u32, last.outcome, outcome);
	check_eq(u64, last.addr, addr);
	check_eq(u64, last.len, len);
	check_eq(int, last.write, write);
	check_eq(u64, last.time_ns, 77);
	check_eq(ptr, last.dev, &dev);
}

Test(dma, moves_bytes_both_ways_and_reports_it)
{
	uint8_t buf[4] = { 0 };

	require(dma_write(&port, 0x1ffe, "abcd", 4));
	expect_event(DMA_DONE, 0x1ffe, 4, true);
	events = 0;
	require(dma_read(&port, 0x1ffe, buf, 4));
	expect_event(DMA_DONE, 0x1ffe, 4, false);
	check_eq(int, memcmp(buf, "abcd", 4), 0);
	check_eq(u32, lints, 0);
}

Test(dma, a_write_says_that_translated_code_may_be_stale)
{
	dma_write(&port, 0x1000, "x", 1);
	check_eq(u32, stale, 1);
	may_master = false;
	dma_write(&port, 0x1000, "x", 1);
	check_eq(u32, stale, 1);
}

Test(dma, nothing_moves_without_bus_mastering)
{
	uint8_t buf[2] = { 7, 7 };

	may_master = false;
	check(!dma_read(&port, 0x1000, buf, 2));
	expect_event(DMA_BUS_MASTER, 0x1000, 2, false);
	check_eq(str, last_lint, "nic.bus-master");
	check_eq(u8, buf[0], 7);
	check(!dma_message(&port, 0xfee00000, 1));
	check_eq(u32, messages, 0);
	check_eq(u32, last.outcome, DMA_BUS_MASTER);
}

Test(dma, an_address_that_the_device_cannot_drive_is_refused_to_its_last_byte)
{
	uint8_t buf[2];

	port.address_bits = 20;
	check(dma_read(&port, 0xffffe, buf, 2));
	check(!dma_read(&port, 0xfffff, buf, 2));
	check_eq(u32, last.outcome, DMA_ADDRESS_WIDTH);
	check_eq(str, last_lint, "nic.address-width");
	check(!dma_write(&port, MIB, buf, 1));
	port.address_bits = 64;
	check(!dma_read(&port, UINT64_MAX, buf, 2));
	check_eq(u32, last.outcome, DMA_ADDRESS_WIDTH);
}

Test(dma, one_byte_outside_of_memory_fails_the_whole_transfer)
{
	uint8_t buf[16] = { 9 };

	check(!dma_write(&port, 2 * MIB - 8, buf, 16));
	expect_event(DMA_NOWHERE, 2 * MIB - 8, 16, true);
	check_eq(str, last_lint, "nic.nowhere");
	check_eq(u32, stale, 0);
	check(!dma_read(&port, 0xa0000, buf, 16));
	check_eq(u8, buf[0], 9);
}

Test(dma, rom_can_be_read_but_not_written)
{
	uint8_t buf[4] = { 0 };

	check(dma_read(&port, 0xf0000, buf, 4));
	check_eq(u8, buf[3], 4);
	check(!dma_write(&port, 0xf0000, buf, 4));
	check_eq(str, last_lint, "nic.nowhere");
}

Test(dma, a_transfer_of_0_bytes_does_nothing)
{
	may_master = false;
	check(dma_read(&port, UINT64_MAX, NULL, 0));
	check(dma_write(&port, UINT64_MAX, NULL, 0));
	check_eq(u32, events, 0);
}

Test(dma, a_message_goes_to_the_device_that_takes_it)
{
	check(dma_message(&port, 0xfee01000, 0x4041));
	check_eq(u64, message_addr, 0xfee01000);
	check_eq(u32, message_data, 0x4041);
	expect_event(DMA_MESSAGE, 0xfee01000, 4, true);
	check(last.message);
	check_eq(u32, last.data, 0x4041);
}

Test(dma, a_message_that_no_device_takes_is_a_write_to_memory)
{
	uint32_t v = 0;

	taken = false;
	check(dma_message(&port, 0x3000, 0x12345678));
	expect_event(DMA_DONE, 0x3000, 4, true);
	check(mem_read32(&mem, 0x3000, &v));
	check_eq(u32, v, 0x12345678);
	check_eq(u32, lints, 0);
	check(!dma_message(&port, 0xfee00000, 1));
	check_eq(u32, last.outcome, DMA_NOWHERE);
	check_eq(str, last_lint, "nic.message-nowhere");
	port.message = NULL;
	check(!dma_message(&port, 0xfee00000, 1));
}

Test(dma, a_device_without_a_gate_may_always_transfer)
{
	port.gate = NULL;
	may_master = false;
	check(dma_write(&port, 0x1000, "x", 1));
}

Test(dma, moves_only_what_lies_wholly_in_memory_whatever_is_asked)
{
	uint64_t rng = 1;
	static uint8_t buf[0x3000];

	port.address_bits = 64;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t pa = random_any_size(&rng);
		size_t len = random_next(&rng) % sizeof(buf);
		uint64_t end = pa + len;
		bool low = pa <= end && end <= 0xa0000;
		bool high = pa >= 0xf0000 && end >= pa && end <= 2 * MIB;
		bool want = len == 0 || low || high;
		check_eq(int, dma_read(&port, pa, buf, len), want, "0x%llx+0x%zx",
			 (unsigned long long)pa, len);
	}
}
