/* SPDX-License-Identifier: MIT */
#include "bimetal/pci_msi.h"

#include "bimetal/pci_bar.h"
#include "bimetal/pci_capability.h"
#include "emu/array.h"
#include "tests/devices/pci/driver_fixture.h"
#include "tests/unit/drivers/transcription.h"
#include "tests/unit/emu/random.h"

enum { VECTOR = 0x44, MSI = 0x60, FROM = 0x2000, TO = 0x4000, LENGTH = 256 };
enum {
	IRQ_STATUS = 0x08,
	IRQ_ENABLE = 0x0c,
	SOURCE = 0x10,
	DESTINATION = 0x18,
	TRANSFER = 0x20,
	CONTROL = 0x24,
	STATUS = 0x28,
	RAISE = 0x2c,
	SOFT0 = 1 << 2,
	SOFT1 = 1 << 3
};

static struct pci_test_model test;
static struct pci_place at;
static struct pci_msi msi;
static struct io mmio; /* BAR0 */
static struct liar liar;
static struct pci lying;
static struct pci_place lie;

static void set_up(void)
{
	struct pci_bar bar;
	pci_power_on();
	at = add_test(&test, TEST_DEVICE, 0);
	lie = add_liar(&liar, &lying, LIAR_BASE, LIAR_PAGE);
	liar_set(&liar, PCI_STATUS, 16, PCI_STATUS_CAPABILITIES);
	liar_set(&liar, PCI_CAPABILITIES, 8, MSI);
	liar_set(&liar, MSI, 16, PCI_CAPABILITY_MSI);
	/* Also the last BAR, so that none overlaps memory when decoding is on. */
	require_eq(int, pci_bar(&ports, at, 4, &bar), PCI_OK);
	require_eq(int, pci_bar_move(&ports, at, 4, &bar, WINDOW_BASE + 0x1000), PCI_OK);
	require_eq(int, pci_bar(&ports, at, 2, &bar), PCI_OK);
	require_eq(int, pci_bar_move(&ports, at, 2, &bar, WIDE_BASE), PCI_OK);
	require_eq(int, pci_bar(&ports, at, 0, &bar), PCI_OK);
	require_eq(int, pci_bar_move(&ports, at, 0, &bar, WINDOW_BASE), PCI_OK);
	require_eq(int, pci_command(&ports, at, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER),
		   PCI_OK);
	mmio = io_elsewhere(ports.io, IO_MEMORY, WINDOW_BASE, 1);
	require_eq(int, pci_msi_init(&ports, at, &msi), PCI_OK);
	recorder_clear(&rec);
}

TestSuite(pci_msi, .init = set_up, .fini = host_power_off, .timeout = 60);

static void enable(unsigned vectors)
{
	struct pci_message message = pci_message_to(3, VECTOR);
	require_eq(int, pci_msi_enable(&msi, &message, vectors), PCI_OK);
}

Test(pci_msi, is_found)
{
	check_eq(u16, msi.at, MSI);
	check(msi.wide && msi.masks);
	check_eq(u8, msi.capable, 4);
	check_eq(u8, msi.granted, 0);
}

Test(pci_msi, is_set_while_it_is_off)
{
	struct pci_message message = { .address = 0xfee03000, .data = VECTOR };
	require_eq(int, pci_msi_init(&ecam, at, &msi), PCI_OK);
	recorder_clear(&rec);
	require_eq(int, pci_msi_enable(&msi, &message, 4), PCI_OK);
	check_eq(str, rec.trace,
		 "MSI_CONTROL?0184 MSI_CONTROL=0184 MSI_ADDRESS=fee03000 "
		 "MSI_UPPER_ADDRESS=00000000 MSI_DATA=0044 MSI_MASK?00000000 "
		 "MSI_MASK=00000000 MSI_CONTROL?0184 MSI_CONTROL=01a5 ");
}

Test(pci_msi, each_vector_is_a_message)
{
	enable(4);
	io_write32(mmio, IRQ_ENABLE, SOFT0 | SOFT1);
	io_write32(mmio, RAISE, SOFT1);
	require_eq(u32, n_seen, 1);
	check_eq(u64, seen[0].address, 0xfee03000);
	check_eq(u32, seen[0].data, VECTOR + 3);
	io_write32(mmio, RAISE, SOFT0);
	require_eq(u32, n_seen, 2);
	check_eq(u32, seen[1].data, VECTOR + 2);
	check(!pin_level[TEST_DEVICE][0], "and no pin");
}

Test(pci_msi, one_vector_stands_for_all)
{
	enable(1);
	io_write32(mmio, IRQ_ENABLE, SOFT0 | SOFT1);
	io_write32(mmio, RAISE, SOFT1);
	require_eq(u32, n_seen, 1);
	check_eq(u32, seen[0].data, VECTOR);
}

Test(pci_msi, a_masked_vector_waits)
{
	uint32_t waiting = 0;
	enable(4);
	require_eq(int, pci_msi_mask(&msi, 2, true), PCI_OK);
	io_write32(mmio, IRQ_ENABLE, SOFT0);
	io_write32(mmio, RAISE, SOFT0);
	check_eq(u32, n_seen, 0);
	require_eq(int, pci_msi_pending(&msi, &waiting), PCI_OK);
	check_eq(u32, waiting, 1 << 2);
	require_eq(int, pci_msi_mask(&msi, 2, false), PCI_OK);
	check_eq(u32, n_seen, 1);
	require_eq(int, pci_msi_pending(&msi, &waiting), PCI_OK);
	check_eq(u32, waiting, 0);
}

Test(pci_msi, disabling_msi_restores_the_pin)
{
	enable(4);
	io_write32(mmio, IRQ_ENABLE, SOFT0);
	io_write32(mmio, RAISE, SOFT0);
	check(!pin_level[TEST_DEVICE][0]);
	require_eq(int, pci_msi_disable(&msi), PCI_OK);
	check(pin_level[TEST_DEVICE][0]);
	require_eq(int, pci_command(&ports, at, 0, PCI_COMMAND_INTX_OFF), PCI_OK);
	check(!pin_level[TEST_DEVICE][0]);
	check_eq(int, pci_msi_mask(&msi, 0, true), PCI_BAD_ARG, "none is granted");
}

Test(pci_msi, a_transfer_ends_with_its_message)
{
	struct dma from = dma_memory(&cpu, FROM, LENGTH), to = dma_memory(&cpu, TO, LENGTH);
	for (uint32_t i = 0; i < LENGTH; i += 4) dma_store32(&from, i, 0x01010101 * i / 4);
	enable(4);
	io_write32(mmio, IRQ_ENABLE, 1);
	io_write64(mmio, SOURCE, dma_address(&from, 0));
	io_write64(mmio, DESTINATION, dma_address(&to, 0));
	io_write32(mmio, TRANSFER, LENGTH);
	dma_wmb();
	io_write32(mmio, CONTROL, 1);
	uint64_t end = wait_deadline(&wait, 1000000);
	while (n_seen == 0 && !wait_expired(&wait, end)) wait_relax(&wait);
	require_eq(u32, n_seen, 1);
	check_eq(u32, seen[0].data, VECTOR);
	check_eq(u32, io_read32(mmio, STATUS), 0);
	dma_rmb();
	for (uint32_t i = 0; i < LENGTH; i += 4)
		require_eq(u32, dma_load32(&to, i), 0x01010101 * i / 4);
	io_write32(mmio, IRQ_STATUS, 1);
}

/* ---- the layouts of the capability ---- */

enum { LOG2_5 = 5 << 1, WIDE = 0x80, MASKS = 0x100 };

static struct pci_msi of_liar(uint16_t control)
{
	struct pci_msi found;
	liar_set(&liar, MSI + 2, 16, control);
	for (unsigned i = MSI + 4; i < MSI + 0x18; i++) liar.keep[i] = 0xff;
	liar_keep(&liar, MSI + 2, 16, 0xfe71);
	require_eq(int, pci_msi_init(&lying, lie, &found), PCI_OK);
	return found;
}

static uint32_t told(unsigned offset) { return (uint32_t)liar_read(&liar.dev, MSI + offset, 32); }

Test(pci_msi, of_32_bits_has_its_data_in_the_other_place)
{
	struct pci_message message = { .address = 0xfee00000, .data = 0x4060 };
	struct pci_msi narrow = of_liar(LOG2_5 | MASKS);
	liar_set(&liar, MSI + 0x0c, 32, UINT32_MAX);
	check_eq(u8, narrow.capable, 32);
	require_eq(int, pci_msi_enable(&narrow, &message, 32), PCI_OK);
	check_eq(u32, told(4), 0xfee00000);
	check_eq(u32, told(8), 0x4060);
	check_eq(u32, told(0xc), 0, "all 32 are unmasked");
	check_eq(u32, told(0) >> 16, LOG2_5 | MASKS | 5 << 4 | 1);
	require_eq(int, pci_msi_mask(&narrow, 31, true), PCI_OK);
	check_eq(u32, told(0xc), 0x80000000);
	message.address = UINT64_C(1) << 32;
	check_eq(int, pci_msi_enable(&narrow, &message, 1), PCI_LACKS);
}

Test(pci_msi, of_64_bits_takes_any_address)
{
	struct pci_message message = { .address = UINT64_C(0x123456789abcdef0), .data = 0x60 };
	struct pci_msi wide = of_liar(WIDE);
	uint32_t waiting;
	require_eq(int, pci_msi_enable(&wide, &message, 1), PCI_OK);
	check_eq(u32, told(4), 0x9abcdef0);
	check_eq(u32, told(8), 0x12345678);
	check_eq(u32, told(0xc), 0x60);
	check_eq(u32, told(0x10), 0, "there are no masks");
	check_eq(int, pci_msi_mask(&wide, 0, true), PCI_LACKS);
	check_eq(int, pci_msi_pending(&wide, &waiting), PCI_LACKS);
}

Test(pci_msi, reserved_bits_stay)
{
	uint64_t seed = 12;
	struct pci_message message = pci_message_to(0, 0x40);
	for (unsigned i = 0; i < 200; i++) {
		uint32_t masks = (uint32_t)random_next(&seed);
		uint16_t high = (uint16_t)(random_next(&seed) & 0xfe00);
		struct pci_msi some = of_liar((uint16_t)(high | LOG2_5 | WIDE | MASKS | 0x71));
		liar_set(&liar, MSI + 0x10, 32, masks);
		require_eq(int, pci_msi_enable(&some, &message, 4), PCI_OK);
		require_eq(u32, told(0x10), masks & ~0xfu);
		require_eq(u32, told(0) >> 16, high | LOG2_5 | WIDE | MASKS | 2 << 4 | 1);
	}
}

Test(pci_msi, impossible_arguments_are_refused)
{
	struct pci_msi other;
	uint32_t waiting;
	struct pci_message good = pci_message_to(0, VECTOR), bad = good;
	static const unsigned odd[] = { 0, 3, 5, 6, 12, 0x80000001 };

	check_eq(int, pci_msi_init(NULL, at, &other), PCI_NULL);
	check_eq(int, pci_msi_init(&ports, at, NULL), PCI_NULL);
	check_eq(int, pci_msi_enable(NULL, &good, 1), PCI_NULL);
	check_eq(int, pci_msi_enable(&msi, NULL, 1), PCI_NULL);
	check_eq(int, pci_msi_disable(NULL), PCI_NULL);
	check_eq(int, pci_msi_mask(NULL, 0, true), PCI_NULL);
	check_eq(int, pci_msi_pending(&msi, NULL), PCI_NULL);
	check_eq(int, pci_msi_pending(NULL, &waiting), PCI_NULL);
	for (unsigned i = 0; i < ARRAY_SIZE(odd); i++)
		check_eq(int, pci_msi_enable(&msi, &good, odd[i]), PCI_BAD_ARG);
	check_eq(int, pci_msi_enable(&msi, &good, 8), PCI_BAD_ARG, "data of 0x44");
	good.data = 0x40;
	check_eq(int, pci_msi_enable(&msi, &good, 8), PCI_LACKS);
	bad.address |= 2;
	check_eq(int, pci_msi_enable(&msi, &bad, 1), PCI_BAD_ARG);
	bad = good;
	bad.data = 0x10000;
	check_eq(int, pci_msi_enable(&msi, &bad, 1), PCI_BAD_ARG);
	check_eq(u64, rec.n_writes, 0);
	check_eq(int, pci_msi_mask(&msi, 0, true), PCI_BAD_ARG);
}

Test(pci_msi, an_impossible_capability_is_broken)
{
	struct pci_msi other;
	liar_set(&liar, MSI + 2, 16, 6 << 1); /* a reserved number of vectors */
	check_eq(int, pci_msi_init(&lying, lie, &other), PCI_BROKEN);
	liar_set(&liar, PCI_CAPABILITIES, 8, 0xf0); /* beyond the end */
	liar_set(&liar, 0xf0, 32, (WIDE | MASKS) << 16 | PCI_CAPABILITY_MSI);
	check_eq(int, pci_msi_init(&lying, lie, &other), PCI_BROKEN);
	liar_set(&liar, PCI_CAPABILITIES, 8, 0xf4);
	liar_set(&liar, 0xf4, 32, WIDE << 16 | PCI_CAPABILITY_MSI);
	check_eq(int, pci_msi_init(&lying, lie, &other), PCI_BROKEN, "14 bytes");
	liar_set(&liar, 0xf4, 32, PCI_CAPABILITY_MSI);
	check_eq(int, pci_msi_init(&lying, lie, &other), PCI_OK, "10 bytes fit");
	liar_set(&liar, 0xf4, 32, MASKS << 16 | PCI_CAPABILITY_MSI);
	check_eq(int, pci_msi_init(&lying, lie, &other), PCI_BROKEN, "20 do not");
	liar_set(&liar, PCI_CAPABILITIES, 8, 0xf0);
	liar_set(&liar, 0xf0, 32, WIDE << 16 | PCI_CAPABILITY_MSI);
	check_eq(int, pci_msi_init(&lying, lie, &other), PCI_OK);
	liar_set(&liar, PCI_STATUS, 16, 0);
	check_eq(int, pci_msi_init(&lying, lie, &other), PCI_NOT_FOUND);
}

Test(pci_msi, constants_agree_with_the_table_of_the_model)
{
	struct transcript table = { pci_test_config_regs, PCI_TEST_MODEL_CONFIG_N_REGS };
	const uint32_t control = MSI + PCI_MSI_CONTROL;
	const uint32_t masks = MSI + PCI_MSI_DATA_64 + PCI_MSI_MASK_AFTER_DATA;
	transcript_name(table, MSI + PCI_MSI_ADDRESS, "MSI_ADDRESS");
	transcript_name(table, MSI + PCI_MSI_UPPER, "MSI_UPPER_ADDRESS");
	transcript_name(table, MSI + PCI_MSI_DATA_64, "MSI_DATA");
	transcript_name(table, masks, "MSI_MASK");
	transcript_name(table, masks + 4, "MSI_PENDING");
	check_eq(u32, PCI_MSI_PENDING_AFTER_DATA, PCI_MSI_MASK_AFTER_DATA + 4);
	check_eq(u64, transcript_field(table, control, "ENABLE"), PCI_MSI_ENABLE);
	check_eq(u64, transcript_field(table, control, "MULTIPLE_CAPABLE"),
		 PCI_MSI_LOG2 << PCI_MSI_CAPABLE_LSB);
	check_eq(u64, transcript_field(table, control, "MULTIPLE_ENABLE"),
		 PCI_MSI_LOG2 << PCI_MSI_GRANTED_LSB);
	check_eq(u64, transcript_field(table, control, "ADDRESS_64"), PCI_MSI_64);
	check_eq(u64, transcript_field(table, control, "PER_VECTOR_MASKING"), PCI_MSI_MASKS);
}
