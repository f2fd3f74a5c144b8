/* SPDX-License-Identifier: MIT */
/* The function pci-test (devices/pci_test/registers.h): BARs, DMA, INTx# by 8259A and I/O APIC, MSI
 * and MSI-X. Firmware must have assigned the BARs. */
#include "pci.h"

enum { TEST_ID = 0x0001b1e7 };
enum { /* of BAR0 */
       ID = 0x00,
       SCRATCH = 0x04,
       IRQ_STATUS = 0x08,
       IRQ_ENABLE = 0x0c,
       SOURCE = 0x10,
       DESTINATION = 0x18,
       LENGTH = 0x20,
       CONTROL = 0x24,
       TEST_STATUS = 0x28,
       RAISE = 0x2c
};
enum { DONE = 1, ERROR = 2, SOFT0 = 4, SOFT1 = 8, ALL = 15, START = 1, BUSY = 1 };
enum { CAP_MSI = 0x05, CAP_MSIX = 0x11 };
enum { VECTOR = 0x60, VECTOR_MSI = 0x70, VECTOR_MSIX = 0x80, N_VECTORS = 4 };
enum { /* I/O APIC */
       REDIRECTION = 0x10,
       ACTIVE_LOW = 1 << 13,
       LEVEL = 1 << 15,
       MASKED = 1 << 16,
       PIN_PIRQA = 16
};
#define MSI_ADDRESS 0xfee00000u

static volatile uint32_t *const lapic = (volatile uint32_t *)0xfee00000u;
static volatile uint32_t *const ioapic = (volatile uint32_t *)0xfec00000u;

static struct pci dev;
static volatile uint8_t *mmio, *msix_table;
static uint16_t ports;
static volatile unsigned intx_count, pic_count, vector_count[256];
static volatile bool clear_condition;
static unsigned line;

static uint8_t buffer[0x3000] ALIGNED(4096);

static uint32_t rd(unsigned reg) { return *(volatile uint32_t *)(mmio + reg); }
static void wr(unsigned reg, uint32_t v) { *(volatile uint32_t *)(mmio + reg) = v; }
static void set_command(unsigned bits) { pci_write16(dev, COMMAND, (uint16_t)bits); }
enum { RUNNING = COMMAND_IO | COMMAND_MEMORY | COMMAND_MASTER };

static void ioapic_write(unsigned reg, uint32_t v)
{
	ioapic[0] = reg;
	ioapic[4] = v;
}

static void lapic_eoi(void) { lapic[0xb0 / 4] = 0; }

static void on_intx(struct trap_frame *f)
{
	(void)f;
	intx_count++;
	if (clear_condition)
		wr(IRQ_STATUS, ALL);
	else if (intx_count >= 3)
		wr(IRQ_ENABLE, 0);
	lapic_eoi();
}

static void on_pic(struct trap_frame *f)
{
	(void)f;
	pic_count++;
	wr(IRQ_STATUS, ALL);
	pic_eoi(line);
}

static void on_message(struct trap_frame *f)
{
	vector_count[f->vector & 0xff]++;
	lapic_eoi();
}

static void let_in(void)
{
	sti();
	for (volatile unsigned i = 0; i < 500; i++) {
	}
	cli();
}

static bool find(void)
{
	for (dev.device = 0; dev.device < 32; dev.device++)
		if (pci_read32(dev, VENDOR_ID) == TEST_ID) return true;
	return false;
}

/* ---- BARs ---- */

static void bars(void)
{
	uint32_t bar = pci_read32(dev, BAR0);

	mmio = (volatile uint8_t *)(uintptr_t)(bar & ~15u);
	ports = (uint16_t)(pci_read32(dev, BAR0 + 4) & ~3u);
	msix_table = (volatile uint8_t *)(uintptr_t)(pci_read32(dev, BAR0 + 16) & ~15u);
	set_command(RUNNING);
	check("BAR0 answers", rd(ID), 0x31545042);
	wr(SCRATCH, 0xdeadbeef);
	check("BAR0 keeps", rd(SCRATCH), 0xdeadbeef);
	out32(ports, 0x12345678);
	check("BAR1 keeps", in32(ports), 0x12345678);
	set_command(0);
	check("without memory space nobody answers", rd(ID), 0xffffffff);
	check("without I/O space nobody answers", in32(ports), 0xffffffff);
	pci_write32(dev, BAR0, bar + 0x1000000);
	set_command(RUNNING);
	check("a BAR that moved: nobody at the old place", rd(ID), 0xffffffff);
	mmio += 0x1000000;
	check("a BAR that moved: the new place", rd(ID), 0x31545042);
}

/* ---- DMA ---- */

static void copy(uint64_t from, uint64_t to, uint32_t n)
{
	*(volatile uint64_t *)(mmio + SOURCE) = from;
	*(volatile uint64_t *)(mmio + DESTINATION) = to;
	wr(LENGTH, n);
	wr(CONTROL, START);
	for (unsigned i = 0; i < 1000000 && rd(TEST_STATUS) & BUSY; i++) {
	}
}

static unsigned result(void) { return rd(TEST_STATUS) >> 1; }

static void dma(void)
{
	for (unsigned i = 0; i < 0x1000; i++) buffer[i] = (uint8_t)(i * 13 + 1);
	*(volatile uint64_t *)(mmio + SOURCE) = (uintptr_t)buffer;
	*(volatile uint64_t *)(mmio + DESTINATION) = (uintptr_t)buffer + 0x1234;
	wr(LENGTH, 0x1000);
	wr(CONTROL, START);
	check("DMA takes time", rd(TEST_STATUS), BUSY);
	for (unsigned i = 0; i < 1000000 && rd(TEST_STATUS) & BUSY; i++) {
	}
	check("DMA ends well", result(), 0);
	check("DMA: condition", rd(IRQ_STATUS), DONE);
	check("DMA moves the bytes", (uint64_t)memcmp(buffer, buffer + 0x1234, 0x1000), 0);
	wr(IRQ_STATUS, ALL);

	copy(0x8000000000, (uintptr_t)buffer, 64);
	check("DMA from nowhere fails", result(), 1);
	check("DMA from nowhere: master abort", pci_read16(dev, STATUS) & STATUS_MASTER_ABORT,
	      STATUS_MASTER_ABORT);
	pci_write16(dev, STATUS, STATUS_MASTER_ABORT);
	check("master abort: write 1 to clear", pci_read16(dev, STATUS) & STATUS_MASTER_ABORT, 0);
	copy((uintptr_t)buffer, 0xf0000, 64);
	check("DMA into ROM fails", result(), 2);

	set_command(COMMAND_MEMORY);
	buffer[0x2000] = 0x77;
	copy((uintptr_t)buffer, (uintptr_t)buffer + 0x2000, 64);
	check("no bus mastering: it fails", result(), 1);
	check("no bus mastering: nothing moves", buffer[0x2000], 0x77);
	set_command(RUNNING);
	wr(IRQ_STATUS, ALL);
}

/* Translated code must be translated again after a device overwrites it. */
static void dma_over_code(void)
{
	static uint8_t code[64] ALIGNED(64);
	uint32_t (*volatile fn)(void) = (uint32_t(*)(void))(uintptr_t)code;
	static const uint8_t one[] = { 0xb8, 1, 0, 0, 0, 0xc3 }, two[] = { 0xb8, 2, 0, 0, 0, 0xc3 };

	memcpy(code, one, sizeof(one));
	memcpy(buffer, two, sizeof(two));
	for (unsigned i = 0; i < 100; i++) (void)fn();
	check("code before", fn(), 1);
	copy((uintptr_t)buffer, (uintptr_t)code, sizeof(two));
	check("code after a device wrote over it", fn(), 2);
	wr(IRQ_STATUS, ALL);
}

/* ---- INTx# ---- */

static void intx_by_ioapic(void)
{
	/* The board's wiring: pin p of device d on PIRQE + (d + p) % 4. */
	unsigned pin = pci_read8(dev, INTERRUPT_PIN) - 1u;
	unsigned gsi = PIN_PIRQA + 4 + (dev.device + pin) % 4;

	lapic[0xf0 / 4] = 0x1ff;
	trap_hook[VECTOR] = on_intx;
	ioapic_write(REDIRECTION + 2 * gsi + 1, 0);
	ioapic_write(REDIRECTION + 2 * gsi, VECTOR | ACTIVE_LOW | LEVEL);
	let_in();
	check("INTx#: silent while nothing is wanted", intx_count, 0);

	clear_condition = true;
	wr(IRQ_ENABLE, ALL);
	wr(RAISE, SOFT0);
	check("INTx#: Interrupt Status", pci_read16(dev, STATUS) & STATUS_INTERRUPT,
	      STATUS_INTERRUPT);
	let_in();
	check("INTx# by the I/O APIC", intx_count, 1);
	check("INTx#: Interrupt Status falls", pci_read16(dev, STATUS) & STATUS_INTERRUPT, 0);

	intx_count = 0;
	clear_condition = false;
	wr(RAISE, SOFT1);
	let_in();
	check("INTx#: again until its condition is gone", intx_count, 3);
	wr(IRQ_STATUS, ALL);
	wr(IRQ_ENABLE, ALL);

	intx_count = 0;
	clear_condition = true;
	set_command(RUNNING | COMMAND_INTX_DISABLE);
	wr(RAISE, SOFT0);
	let_in();
	check("INTx#: Interrupt Disable holds it", intx_count, 0);
	set_command(RUNNING);
	let_in();
	check("INTx#: and lets it go", intx_count, 1);

	intx_count = 0;
	copy((uintptr_t)buffer, (uintptr_t)buffer + 0x1000, 256);
	let_in();
	check("INTx#: DMA done", intx_count, 1);
	ioapic_write(REDIRECTION + 2 * gsi, MASKED);
}

static void intx_by_pic(void)
{
	line = pci_read8(dev, INTERRUPT_LINE);
	if (line < 3 || line > 15) {
		skip("INTx# by the 8259A", "firmware routed it nowhere");
		return;
	}
	trap_hook[IRQ_BASE + line] = on_pic;
	pic_mask((uint16_t) ~(1u << line | 1u << 2));
	wr(RAISE, SOFT0);
	let_in();
	check("INTx# by the 8259A", pic_count, 1);
	pic_mask(0xffff);
}

/* ---- MSI ---- */

static void hook_messages(unsigned first)
{
	for (unsigned i = 0; i < N_VECTORS; i++) {
		trap_hook[first + i] = on_message;
		vector_count[first + i] = 0;
	}
}

static void again(uint32_t conditions)
{
	wr(IRQ_STATUS, ALL);
	wr(RAISE, conditions);
	let_in();
}

static void msi(void)
{
	unsigned cap = pci_capability(dev, CAP_MSI);

	hook_messages(VECTOR_MSI);
	pci_write32(dev, cap + 4, MSI_ADDRESS);
	pci_write32(dev, cap + 8, 0);
	pci_write16(dev, cap + 12, VECTOR_MSI);
	pci_write16(dev, cap + 2, 0x1a5); /* four vectors, enabled */
	intx_count = 0;
	again(SOFT0);
	again(SOFT1);
	check("MSI: vector of SOFT0", vector_count[VECTOR_MSI + 2], 1);
	check("MSI: vector of SOFT1", vector_count[VECTOR_MSI + 3], 1);

	pci_write32(dev, cap + 16, 1 << 2);
	again(SOFT0);
	check("MSI: masked", vector_count[VECTOR_MSI + 2], 1);
	check("MSI: pending", pci_read32(dev, cap + 20), 1 << 2);
	pci_write32(dev, cap + 16, 0);
	let_in();
	check("MSI: unmasked", vector_count[VECTOR_MSI + 2], 2);
	check("MSI: pending no more", pci_read32(dev, cap + 20), 0);

	set_command(COMMAND_IO | COMMAND_MEMORY);
	again(SOFT0);
	check("MSI: not without bus mastering", vector_count[VECTOR_MSI + 2], 2);
	set_command(RUNNING);
	pci_write32(dev, cap + 4, 0xc8000000);
	again(SOFT0);
	check("MSI: to nowhere", vector_count[VECTOR_MSI + 2], 2);
	pci_write16(dev, cap + 2, 0x184);
	check("MSI: INTx# was silent", intx_count, 0);
	wr(IRQ_STATUS, ALL);
}

/* ---- MSI-X ---- */

static void entry(unsigned n, unsigned field, uint32_t v)
{
	*(volatile uint32_t *)(msix_table + 16 * n + field) = v;
}

static void msix(void)
{
	unsigned cap = pci_capability(dev, CAP_MSIX);
	const volatile uint32_t *pba =
		(volatile uint32_t *)(msix_table + (pci_read32(dev, cap + 8) & ~7u));

	hook_messages(VECTOR_MSIX);
	check("MSI-X: entries", pci_read16(dev, cap + 2) & 0x7ffu, N_VECTORS - 1);
	for (unsigned i = 0; i < N_VECTORS; i++) {
		entry(i, 0, MSI_ADDRESS);
		entry(i, 4, 0);
		entry(i, 8, VECTOR_MSIX + i);
		entry(i, 12, 0);
	}
	pci_write16(dev, cap + 2, 0x8003);
	again(SOFT0);
	again(SOFT1);
	check("MSI-X: entry of SOFT0", vector_count[VECTOR_MSIX + 2], 1);
	check("MSI-X: entry of SOFT1", vector_count[VECTOR_MSIX + 3], 1);

	entry(2, 12, 1);
	again(SOFT0);
	check("MSI-X: masked", vector_count[VECTOR_MSIX + 2], 1);
	check("MSI-X: pending", *pba, 1 << 2);
	entry(2, 12, 0);
	let_in();
	check("MSI-X: unmasked", vector_count[VECTOR_MSIX + 2], 2);

	pci_write16(dev, cap + 2, 0xc003);
	again(SOFT1);
	check("MSI-X: all masked", vector_count[VECTOR_MSIX + 3], 1);
	pci_write16(dev, cap + 2, 0x8003);
	let_in();
	check("MSI-X: all unmasked", vector_count[VECTOR_MSIX + 3], 2);

	wr(IRQ_STATUS, ALL);
	copy((uintptr_t)buffer, (uintptr_t)buffer + 0x1000, 256);
	let_in();
	check("MSI-X: DMA done", vector_count[VECTOR_MSIX], 1);
	check("MSI-X: INTx# was silent", intx_count, 0);
	pci_write16(dev, cap + 2, 0x0003);
}

/* ---- extended space ---- */

static void extended(void)
{
	uintptr_t base = pci_ecam_base();

	if (!base) {
		skip("extended configuration space", "PCIEXBAR is off");
		return;
	}
	check("extended capability: device serial number",
	      *(volatile uint32_t *)pci_ecam(base, dev, 0x100) & 0xffff, 0x0003);
	check("extended space ends in zeroes", *(volatile uint32_t *)pci_ecam(base, dev, 0xffc), 0);
}

void kernel_main(void)
{
	if (!find()) {
		fail("pci-test", "there is none");
		return;
	}
	bars();
	dma();
	dma_over_code();
	intx_by_ioapic();
	intx_by_pic();
	msi();
	msix();
	extended();
}
