/* SPDX-License-Identifier: MIT */
/* The accessors themselves, natively and emulated. */
#include "bimetal/span.h"
#include "bimetal/twin.h"

#define COM1 0x3f8
#define LSR  ((struct io_ro8){ 5 })
#define RBR  ((struct io_ro8){ 0 })
#define SCR  ((struct io_rw8){ 7 })

enum { LSR_DR = 1, VGA_TEXT = 0xb8000, WAIT_NS = 5000000 };

TWIN(accessors, ports_and_memory_read_back_what_was_written)
{
	struct io com1 = twin_port(COM1);
	io_write(com1, SCR, 0x5a);
	twin_expect_eq(io_read(com1, SCR), 0x5a);
	twin_expect_eq(io_update(com1, SCR, 0xf0, 0x01), 0x5a);
	twin_expect_eq(io_read(com1, SCR), 0x0b);

	struct io text = twin_memory(VGA_TEXT, 1);
	io_write16(text, 0, 0x1741);
	twin_expect_eq(io_read8(text, 0), 0x41);
	twin_expect_eq(io_read16(text, 0), 0x1741);
	io_write32(text, 4, 0x17431742);
	twin_expect_eq(io_read32(text, 4), 0x17431742);
}

TWIN(accessors, device_memory_is_copied_by_whole_elements)
{
	struct span row, part;
	uint16_t seen[8];
	twin_assert_eq(span_init(&row, twin_memory(VGA_TEXT, 1), 0, 8, 16), SPAN_OK);
	twin_assert_eq(span_fill(&row, 0x0720), SPAN_OK);
	for (uint32_t i = 0; i < 8; i++) twin_assert_eq(span_put(&row, i, 0x0730 + i), SPAN_OK);
	twin_assert_eq(span_move(&row, 1, 0, 7), SPAN_OK);
	twin_assert_eq(span_part(&row, 2, 4, &part), SPAN_OK);
	twin_assert_eq(span_fill(&part, 0x4040), SPAN_OK);
	twin_assert_eq(span_copy_in(&row, seen, 8), SPAN_OK);
	twin_expect_eq(seen[0], 0x0730);
	twin_expect_eq(seen[1], 0x0730);
	twin_expect_eq(seen[2], 0x4040);
	twin_expect_eq(seen[4], 0x0733);
	twin_expect_eq(seen[7], 0x0736);
}

TWIN(accessors, time_passes_in_waits)
{
	const struct wait *wait = twin_wait();
	uint64_t before = wait_now(wait);
	wait_ns(wait, WAIT_NS);
	uint64_t passed = wait_now(wait) - before;
	twin_expect(passed >= WAIT_NS);
	twin_expect(!wait_expired(wait, wait_deadline(wait, UINT64_MAX)));
	twin_expect(!wait_irq_save(wait));
}

TWIN_HERE(accessors, a_byte_on_the_wire_arrives_at_its_time)
{
	const struct wait *wait = twin_wait();
	struct io com1 = twin_port(COM1);
	uint64_t end = wait_deadline(wait, WAIT_NS);
	while (!(io_read(com1, LSR) & LSR_DR)) {
		twin_assert(!wait_expired(wait, end));
		wait_relax(wait);
	}
	twin_expect_eq(io_read(com1, RBR), 'x');
}

TWIN_HERE(accessors, an_unplugged_device_floats)
{
	struct io com1 = twin_port(COM1);
	io_write(com1, SCR, 0x5a);
	wait_ns(twin_wait(), WAIT_NS);
	twin_allow("bus.unclaimed-read");
	twin_expect_eq(io_read(com1, SCR), 0xff);
	wait_ns(twin_wait(), WAIT_NS);
	twin_expect_eq(io_read(com1, SCR), 0x5a);
}

TWIN(accessors, shared_memory_keeps_what_was_stored)
{
	struct dma dma = twin_dma(64), other = twin_dma(64);
	dma_store32(&dma, 4, 0x11223344);
	dma_store64(&other, 0, 0);
	dma_wmb();
	twin_expect_eq(dma_load32(&dma, 4), 0x11223344);
	twin_expect_eq(dma_load16(&dma, 6), 0x1122);
	twin_expect_eq(dma_load8(&dma, 64), 0xff);
	twin_expect(dma_address(&other, 0) != dma_address(&dma, 0));
}
