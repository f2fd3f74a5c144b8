/* SPDX-License-Identifier: MIT */
/* The customary names, natively and emulated: the accesses of each, and the interrupt flag. */
#define BIMETAL_OUTB_PORT_VALUE
#include "bimetal/portio.h"
#include "bimetal/twin.h"

enum {
	SCRATCH = 0x3ff, /* of COM1 */
	PCI_ADDRESS = 0xcf8,
	PCI_DATA = 0xcfc,
	HOST_BRIDGE = (int)0x80000000,
	VGA_TEXT = 0xb8000,
	PIC_COMMAND = 0x20,
	PIC_MASK = 0x21,
	EOI = 0x20,
	PIT_CHANNEL_0 = 0x40,
	PIT_CONTROL = 0x43,
	CHANNEL_0_ONCE = 0x30, /* both bytes of the count, mode 0 */
	TIMER_VECTOR = 8,      /* as the BIOS leaves it */
	FLAG_IF = 1 << 9
};

/* Of the HPET. */
#define COMPARATOR UINT32_C(0xfed00108)

TWIN(portio, ports_of_each_width)
{
	outb(SCRATCH, 0x5a);
	twin_expect_eq(inb(SCRATCH), 0x5a);
	outl(PCI_ADDRESS, (uint32_t)HOST_BRIDGE);
	twin_expect_eq(inl(PCI_ADDRESS), (uint32_t)HOST_BRIDGE);
	uint32_t id = inl(PCI_DATA);
	twin_expect_eq(inw(PCI_DATA), id & 0xffff);
	twin_expect_eq(inw(PCI_DATA + 2), id >> 16);
	twin_expect_eq(inb(PCI_DATA + 1), id >> 8 & 0xff);
	io_wait();
}

TWIN(portio, a_command_register_is_written_by_a_word)
{
	outl(PCI_ADDRESS, (uint32_t)HOST_BRIDGE | 4);
	uint16_t command = inw(PCI_DATA);
	outw(PCI_DATA, command);
	twin_expect_eq(inw(PCI_DATA), command);
}

TWIN(portio, strings_are_elements_at_one_port)
{
	uint8_t bytes[9] = { 0 };
	uint32_t id;

	outl(PCI_ADDRESS, (uint32_t)HOST_BRIDGE);
	id = inl(PCI_DATA);
	insb(PCI_DATA, bytes, 2);
	twin_expect_eq(bytes[1], id & 0xff);
	insw(PCI_DATA + 2, bytes + 1, 2); /* not aligned */
	twin_expect_eq(bytes[4], id >> 24);
	insl(PCI_DATA, bytes + 1, 2);
	for (unsigned i = 0; i < 8; i++) twin_expect_eq(bytes[1 + i], id >> 8 * (i % 4) & 0xff);
	insl(PCI_DATA, bytes, 0);

	outsb(SCRATCH, "abc", 3);
	twin_expect_eq(inb(SCRATCH), 'c');
	const uint32_t addresses[] = { (uint32_t)HOST_BRIDGE | 8, (uint32_t)HOST_BRIDGE | 4 };
	outsl(PCI_ADDRESS, addresses, 2);
	twin_expect_eq(inl(PCI_ADDRESS), addresses[1]);
	const uint16_t command = inw(PCI_DATA);
	outsw(PCI_DATA, &command, 1);
	twin_expect_eq(inw(PCI_DATA), command);
}

TWIN(portio, memory_of_each_width_by_numbers_and_pointers)
{
	volatile uint16_t *text = (volatile uint16_t *)VGA_TEXT;

	mmio_write16(VGA_TEXT, 0x1741);
	twin_expect_eq(mmio_read8(VGA_TEXT), 0x41);
	mmio_write8(VGA_TEXT + 1, 0x07);
	twin_expect_eq(mmio_read16(&text[0]), 0x0741);
	mmio_write32(text + 2, 0x17431742);
	twin_expect_eq(mmio_read32(&text[2]), 0x17431742);
	uint64_t after = mmio_read64(COMPARATOR);
	mmio_write64(COMPARATOR, after ^ 0xff00);
	twin_expect_eq(mmio_read64(COMPARATOR), after ^ 0xff00);
	mmio_write64(COMPARATOR, after);
}

/* ---- interrupts ---- */

static volatile unsigned ticks;

static void on_tick(void *ctx)
{
	(void)ctx;
	ticks++;
	twin_expect(!(readeflags() & FLAG_IF));
	outb(PIC_COMMAND, EOI);
}

static void start_timer(void)
{
	ticks = 0;
	twin_on_interrupt(TIMER_VECTOR, on_tick, NULL);
	outb(PIC_MASK, 0xfe);
}

TWIN(portio, a_halted_processor_is_woken)
{
	start_timer();
	twin_expect(!(readeflags() & FLAG_IF));
	sti();
	twin_expect(readeflags() & FLAG_IF);
	while (ticks < 3) hlt();
	cli();
	twin_expect(!(readeflags() & FLAG_IF));
	outb(PIC_MASK, 0xff);
	twin_expect_eq(ticks, 3);
}

/* Nothing comes between the two: an interrupt there would be slept through, as the timer makes only
 * one. */
TWIN(portio, an_interrupt_pending_at_sti_wakes_the_hlt)
{
	outb(PIT_CONTROL, CHANNEL_0_ONCE);
	outb(PIT_CHANNEL_0, 0);
	outb(PIT_CHANNEL_0, 1); /* 256 periods: 215 us */
	start_timer();
	wait_ns(twin_wait(), 1000000);
	twin_expect_eq(ticks, 0);
	sti();
	hlt();
	cli();
	twin_expect_eq(ticks, 1);
	outb(PIC_MASK, 0xff);
}

TWIN(portio, a_handler_runs_in_a_polling_loop)
{
	start_timer();
	sti();
	while (!ticks) cpu_relax();
	cli();
	outb(PIC_MASK, 0xff);
	twin_expect(ticks > 0);
}
