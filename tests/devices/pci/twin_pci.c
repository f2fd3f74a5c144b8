/* SPDX-License-Identifier: MIT */
/* PCI, natively and emulated: both mechanisms, and the function pci-test
 * (devices/pci_test/registers.h). */
#include "bimetal/pci.h"

#include "../twin_pc.h"
#include "bimetal/ioapic.h"
#include "bimetal/pci_bar.h"
#include "bimetal/pci_capability.h"
#include "bimetal/pci_msi.h"

enum {
	INTEL = 0x8086,
	CARD_VENDOR = 0xb1e7,
	LPC_DEVICE = 31,
	CLASS_BRIDGE = 0x06,
	MAX_FUNCTIONS = 64,
	HEADER_WORDS = 16,
	VECTOR = 0x71,
	PAGE = 0x1000,
	LENGTH = 256,
	EXTENDED_SERIAL = 0x0003
};

/* The registers of pci-test in its BAR 0. */
#define CARD_ID          ((struct io_ro32){ 0x00 })
#define CARD_SCRATCH     ((struct io_rw32){ 0x04 })
#define CARD_IRQ_STATUS  ((struct io_rw32){ 0x08 })
#define CARD_IRQ_ENABLE  ((struct io_rw32){ 0x0c })
#define CARD_SOURCE      ((struct io_rw64){ 0x10 })
#define CARD_DESTINATION ((struct io_rw64){ 0x18 })
#define CARD_LENGTH      ((struct io_rw32){ 0x20 })
#define CARD_CONTROL     ((struct io_rw32){ 0x24 })
#define CARD_STATUS      ((struct io_ro32){ 0x28 })
#define CARD_RAISE       ((struct io_wo32){ 0x2c })
enum { DONE = 1 << 0, ERROR = 1 << 1, SOFT0 = 1 << 2, SOFT1 = 1 << 3, START = 1, BUSY = 1 };
enum { RESULT_LSB = 1, SOURCE_FAULT = 1, CARD_BPT1 = 0x31545042 };

static struct pci by_ports(void)
{
	struct pci pci = { 0 };
	twin_assert_eq(pci_init_ports(&pci, twin_port(PCI_PORTS), *twin_wait()), PCI_OK);
	return pci;
}

static struct pci by_ecam(void)
{
	struct pci pci = { 0 };
	twin_assert_eq(pci_init_ecam(&pci, twin_memory(PC_ECAM, 1), *twin_wait(), 0, 255), PCI_OK);
	return pci;
}

/* ---- functions of every PC ---- */

TWIN(pci, both_mechanisms_read_the_same)
{
	struct pci ports = by_ports(), ecam = by_ecam();
	const struct pci_place places[] = { { 0, 0, 0 }, { 0, LPC_DEVICE, 0 }, { 0, 30, 7 } };
	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		for (unsigned word = 0; word < HEADER_WORDS; word++) {
			uint32_t a = 0, b = 1;
			unsigned at = word * sizeof(uint32_t);
			twin_expect_eq(pci_read32(&ports, places[i], at, &a), PCI_OK);
			twin_expect_eq(pci_read32(&ecam, places[i], at, &b), PCI_OK);
			twin_expect_eq(a, b);
		}
	}
}

TWIN(pci, parts_of_a_word_are_its_parts)
{
	struct pci pci[] = { by_ports(), by_ecam() };
	const struct pci_place bridge = { 0, 0, 0 };
	for (unsigned i = 0; i < 2; i++) {
		uint32_t word = 0;
		uint16_t half = 0;
		uint8_t byte = 0;
		twin_expect_eq(pci_read32(&pci[i], bridge, PCI_REVISION, &word), PCI_OK);
		twin_expect_eq(pci_read16(&pci[i], bridge, PCI_REVISION + 2, &half), PCI_OK);
		twin_expect_eq(half, word >> 16);
		twin_expect_eq(pci_read8(&pci[i], bridge, PCI_REVISION + 3, &byte), PCI_OK);
		twin_expect_eq(byte, CLASS_BRIDGE);
		twin_expect_eq(pci_read16(&pci[i], bridge, PCI_REVISION + 1, &half), PCI_BAD_ARG);
	}
}

static unsigned walk(const struct pci *pci, bool *lpc)
{
	struct pci_walk walk;
	struct pci_function function;
	unsigned n = 0;
	*lpc = false;
	enum pci_status status = pci_walk(pci, &walk);
	while (!status && n < MAX_FUNCTIONS &&
	       (status = pci_walk_next(&walk, &function)) == PCI_OK) {
		n++;
		if (function.place.device != LPC_DEVICE || function.place.function) continue;
		*lpc = function.vendor == INTEL && function.class == CLASS_BRIDGE;
	}
	twin_expect_eq(status, PCI_END);
	return n;
}

TWIN(pci, a_walk_finds_the_chipset)
{
	struct pci ports = by_ports(), ecam = by_ecam();
	bool lpc = false;
	unsigned n = walk(&ports, &lpc);
	twin_expect(lpc);
	twin_expect(n >= 2);
	twin_expect_eq(walk(&ecam, &lpc), n);
	twin_expect(lpc);
}

TWIN(pci, where_nothing_is_nothing_is_found)
{
	struct pci ports = by_ports(), ecam = by_ecam();
	const struct pci_place empty = { 0, 30, 7 }, impossible = { 0, 32, 0 };
	struct pci_function function;
	struct pci_list list;
	struct pci_bar bar;
	twin_expect_eq(pci_look(&ports, empty, &function), PCI_ABSENT);
	twin_expect_eq(pci_look(&ecam, empty, &function), PCI_ABSENT);
	twin_expect_eq(pci_list(&ecam, empty, false, &list), PCI_ABSENT);
	twin_expect_eq(pci_bar(&ecam, empty, 0, &bar), PCI_ABSENT);
	twin_expect_eq(pci_look(&ports, impossible, &function), PCI_BAD_ARG);
	twin_expect_eq(pci_list(&ports, (struct pci_place){ 0 }, true, &list), PCI_LACKS);
}

/* ---- pci-test ---- */

static struct pci_place find_card(const struct pci *pci)
{
	struct pci_walk walk;
	struct pci_function function = { 0 };
	twin_assert_eq(pci_walk(pci, &walk), PCI_OK);
	while (pci_walk_next(&walk, &function) == PCI_OK)
		if (function.vendor == CARD_VENDOR) return function.place;
	twin_assert(false && "pci-test is plugged in");
	return function.place;
}

struct card {
	struct pci pci;
	struct pci_place place;
	struct io io;
};

static struct io map_bar(const struct card *card, unsigned n, uint64_t *size)
{
	struct pci_bar bar = { 0 };
	twin_assert_eq(pci_bar(&card->pci, card->place, n, &bar), PCI_OK);
	twin_assert(bar.base != 0);
	*size = bar.size;
	return twin_memory(bar.base, 1);
}

static struct card open_card(void)
{
	struct card card = { .pci = by_ecam() };
	uint64_t size = 0;
	card.place = find_card(&card.pci);
	card.io = map_bar(&card, 0, &size);
	twin_assert_eq(
		pci_command(&card.pci, card.place, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER),
		PCI_OK);
	twin_assert_eq(io_read(card.io, CARD_ID), CARD_BPT1);
	return card;
}

TWIN_HERE(pci, bars_are_sized_alike_by_both_mechanisms)
{
	static const struct {
		enum pci_bar_kind kind;
		uint32_t size;
		bool prefetchable;
	} want[] = { { PCI_BAR_MEMORY_32, PAGE, false }, { PCI_BAR_PORTS, 16, false },
		     { PCI_BAR_MEMORY_64, PAGE, true },  { PCI_NO_BAR, 0, false },
		     { PCI_BAR_MEMORY_32, PAGE, false }, { PCI_NO_BAR, 0, false } };
	struct pci pci[] = { by_ports(), by_ecam() };
	for (unsigned i = 0; i < 2; i++) {
		struct pci_place card = find_card(&pci[i]);
		struct pci_bar bar = { 0 };
		for (unsigned n = 0; n < PCI_MAX_BARS; n++) {
			if (n == 3) continue; /* the upper half of BAR 2 */
			twin_expect_eq(pci_bar(&pci[i], card, n, &bar), PCI_OK);
			twin_expect_eq(bar.kind, want[n].kind);
			twin_expect_eq(bar.size, want[n].size);
			twin_expect_eq(bar.prefetchable, want[n].prefetchable);
			twin_expect(bar.size == 0 || (bar.base && bar.base % bar.size == 0));
		}
	}
}

TWIN_HERE(pci, a_moved_bar_answers_where_it_is)
{
	struct card card = open_card();
	struct pci_bar bar = { 0 };
	io_write(card.io, CARD_SCRATCH, 0x12345678);
	twin_assert_eq(pci_bar(&card.pci, card.place, 0, &bar), PCI_OK);
	uint64_t elsewhere = bar.base + 0x100000;
	twin_expect_eq(pci_bar_move(&card.pci, card.place, 0, &bar, elsewhere + 16), PCI_BAD_ARG);
	twin_assert_eq(pci_bar_move(&card.pci, card.place, 0, &bar, elsewhere), PCI_OK);
	twin_expect_eq(bar.base, elsewhere);
	twin_expect_eq(io_read(twin_memory(elsewhere, 1), CARD_SCRATCH), 0x12345678);
}

TWIN_HERE(pci, its_capabilities_are_walked)
{
	struct pci ports = by_ports(), ecam = by_ecam();
	struct pci_place card = find_card(&ports);
	struct pci_list list;
	struct pci_capability a = { 0 }, b = { 0 };
	unsigned n = 0;
	twin_assert_eq(pci_list(&ports, card, false, &list), PCI_OK);
	while (n < MAX_FUNCTIONS && pci_list_next(&list, &a) == PCI_OK) {
		n++;
		twin_expect_eq(pci_find(&ecam, card, false, a.id, &b), PCI_OK);
		twin_expect_eq(b.at, a.at);
	}
	twin_expect_eq(n, 3);
	twin_expect_eq(pci_find(&ports, card, false, PCI_CAPABILITY_EXPRESS, &a), PCI_OK);
	twin_expect_eq(pci_find(&ports, card, false, PCI_CAPABILITY_MSI, &a), PCI_OK);
	twin_expect_eq(pci_find(&ports, card, false, PCI_CAPABILITY_MSIX, &a), PCI_OK);
	twin_expect_eq(pci_find(&ports, card, false, PCI_CAPABILITY_POWER, &a), PCI_NOT_FOUND);
	twin_expect_eq(pci_find(&ecam, card, true, EXTENDED_SERIAL, &a), PCI_OK);
	twin_expect_eq(a.at, PCI_SPACE);
	twin_expect_eq(a.version, 1);
}

/* ---- its interrupts ---- */

/* The card's interrupts. The handler ends the condition at the card before it ends the interrupt at
 * the APIC. */
struct taken {
	struct pc_count count;
	struct io io;
	uint32_t conditions;
};

static void take(void *ctx)
{
	struct taken *taken = ctx;
	uint32_t now = io_read(taken->io, CARD_IRQ_STATUS);
	taken->conditions |= now;
	io_write(taken->io, CARD_IRQ_STATUS, now);
	pc_take(&taken->count);
}

static void on_interrupt(struct taken *taken, const struct card *card, const struct lapic *lapic,
			 uint8_t vector)
{
	*taken = (struct taken){ .count.lapic = lapic, .io = card->io };
	twin_on_interrupt(vector, take, taken);
}

TWIN_HERE(pci, each_msi_has_its_vector)
{
	struct lapic lapic;
	struct pci_msi msi;
	pc_enable_apic(&lapic);
	struct card card = open_card();
	struct taken soft0, soft1;
	struct pci_message message = pci_message_to(0, VECTOR & ~3u);
	on_interrupt(&soft0, &card, &lapic, (VECTOR & ~3u) + 2);
	on_interrupt(&soft1, &card, &lapic, (VECTOR & ~3u) + 3);
	twin_assert_eq(pci_msi_init(&card.pci, card.place, &msi), PCI_OK);
	twin_expect_eq(msi.capable, 4);
	twin_assert_eq(pci_msi_enable(&msi, &message, 4), PCI_OK);
	io_write(card.io, CARD_IRQ_ENABLE, SOFT0 | SOFT1);
	io_write(card.io, CARD_RAISE, SOFT0);
	twin_expect(pc_await(&soft0.count, 1, PC_LONG));
	twin_expect_eq(soft0.conditions, SOFT0);
	io_write(card.io, CARD_RAISE, SOFT1);
	twin_expect(pc_await(&soft1.count, 1, PC_LONG));
	twin_expect_eq(soft1.conditions, SOFT1);
	twin_expect_eq(soft0.count.n, 1);
	twin_expect_eq(pci_msi_disable(&msi), PCI_OK);
}

TWIN_HERE(pci, a_masked_msi_waits)
{
	struct lapic lapic;
	struct pci_msi msi;
	uint32_t pending = 0;
	pc_enable_apic(&lapic);
	struct card card = open_card();
	struct taken soft0;
	struct pci_message message = pci_message_to(0, VECTOR & ~3u);
	on_interrupt(&soft0, &card, &lapic, (VECTOR & ~3u) + 2);
	twin_assert_eq(pci_msi_init(&card.pci, card.place, &msi), PCI_OK);
	twin_assert_eq(pci_msi_enable(&msi, &message, 4), PCI_OK);
	twin_expect_eq(pci_msi_mask(&msi, 2, true), PCI_OK);
	io_write(card.io, CARD_IRQ_ENABLE, SOFT0);
	io_write(card.io, CARD_RAISE, SOFT0);
	twin_expect(!pc_await(&soft0.count, 1, PC_SHORT));
	twin_expect_eq(pci_msi_pending(&msi, &pending), PCI_OK);
	twin_expect_eq(pending, 1 << 2);
	twin_expect_eq(pci_msi_mask(&msi, 2, false), PCI_OK);
	twin_expect(pc_await(&soft0.count, 1, PC_LONG));
}

TWIN_HERE(pci, msix_entries_have_messages_and_masks)
{
	struct lapic lapic;
	struct pci_msix msix;
	bool pending = false;
	uint64_t size = 0;
	pc_enable_apic(&lapic);
	struct card card = open_card();
	struct taken soft0;
	struct pci_message message = pci_message_to(0, VECTOR);
	on_interrupt(&soft0, &card, &lapic, VECTOR);
	twin_assert_eq(pci_msix_init(&card.pci, card.place, &msix), PCI_OK);
	twin_expect_eq(msix.entries, 4);
	twin_expect_eq(pci_msix_enable(&msix), PCI_NOT_READY);
	twin_expect_eq(msix.table_bar, 4);
	twin_expect_eq(msix.pending_bar, 4);
	struct io bar4 = map_bar(&card, msix.table_bar, &size);
	twin_assert_eq(pci_msix_map(&msix, bar4, size, bar4, size), PCI_OK);
	twin_assert_eq(pci_msix_enable(&msix), PCI_OK);
	twin_assert_eq(pci_msix_set(&msix, 2, &message), PCI_OK);
	io_write(card.io, CARD_IRQ_ENABLE, SOFT0);
	io_write(card.io, CARD_RAISE, SOFT0);
	twin_expect(!pc_await(&soft0.count, 1, PC_SHORT));
	twin_expect_eq(pci_msix_pending(&msix, 2, &pending), PCI_OK);
	twin_expect(pending);
	twin_expect_eq(pci_msix_mask(&msix, 2, false), PCI_OK);
	twin_expect(pc_await(&soft0.count, 1, PC_LONG));
	twin_expect_eq(pci_msix_pending(&msix, 2, &pending), PCI_OK);
	twin_expect(!pending);
	twin_expect_eq(pci_msix_disable(&msix), PCI_OK);
}

TWIN_HERE(pci, its_pin_reaches_the_io_apic)
{
	enum { FIRST_PIRQ = 16, PIRQS = 8 };
	struct lapic lapic;
	struct ioapic ioapic;
	uint16_t status = 0;
	pc_enable_apic(&lapic);
	struct card card = open_card();
	struct taken soft1;
	const struct ioapic_route route = { .vector = VECTOR, .active_low = true, .level = true };
	on_interrupt(&soft1, &card, &lapic, VECTOR);
	twin_assert_eq(ioapic_init(&ioapic, twin_memory(PC_IOAPIC, 1), *twin_wait()), IOAPIC_OK);
	twin_assert_eq(ioapic_mask_all(&ioapic), IOAPIC_OK);
	for (unsigned n = 0; n < PIRQS; n++)
		twin_assert_eq(ioapic_route(&ioapic, FIRST_PIRQ + n, &route), IOAPIC_OK);
	io_write(card.io, CARD_IRQ_ENABLE, SOFT1);
	io_write(card.io, CARD_RAISE, SOFT1);
	twin_expect_eq(pci_status(&card.pci, card.place, &status), PCI_OK);
	twin_expect(status & PCI_STATUS_INTERRUPT);
	twin_expect(pc_await(&soft1.count, 1, PC_LONG));
	twin_expect_eq(soft1.conditions, SOFT1);
	twin_expect(!pc_await(&soft1.count, 2, PC_SHORT));
}

/* ---- its transfers ---- */

static void start_transfer(const struct card *card, uint64_t from, uint64_t to)
{
	io_write(card->io, CARD_SOURCE, from);
	io_write(card->io, CARD_DESTINATION, to);
	io_write(card->io, CARD_LENGTH, LENGTH);
	dma_wmb();
	io_write(card->io, CARD_CONTROL, START);
}

TWIN_HERE(pci, a_transfer_moves_memory_and_interrupts)
{
	struct lapic lapic;
	struct pci_msi msi;
	struct dma from = twin_dma(LENGTH), to = twin_dma(LENGTH + 4);
	pc_enable_apic(&lapic);
	struct card card = open_card();
	struct taken done;
	struct pci_message message = pci_message_to(0, VECTOR);
	on_interrupt(&done, &card, &lapic, VECTOR);
	twin_assert_eq(pci_msi_init(&card.pci, card.place, &msi), PCI_OK);
	twin_assert_eq(pci_msi_enable(&msi, &message, 1), PCI_OK);
	for (uint32_t i = 0; i < LENGTH; i += 4) dma_store32(&from, i, 0xc0de0000 + i);
	dma_store32(&to, LENGTH, 0x55aa55aa);
	io_write(card.io, CARD_IRQ_ENABLE, DONE | ERROR);
	start_transfer(&card, dma_address(&from, 0), dma_address(&to, 0));
	twin_expect(pc_await(&done.count, 1, PC_LONG));
	dma_rmb();
	twin_expect_eq(done.conditions, DONE);
	twin_expect_eq(io_read(card.io, CARD_STATUS), 0);
	for (uint32_t i = 0; i < LENGTH; i += 4) twin_expect_eq(dma_load32(&to, i), 0xc0de0000 + i);
	twin_expect_eq(dma_load32(&to, LENGTH), 0x55aa55aa);
}

TWIN_HERE(pci, a_transfer_that_is_polled_ends)
{
	struct dma from = twin_dma(LENGTH), to = twin_dma(LENGTH);
	struct card card = open_card();
	dma_store64(&from, 8, UINT64_C(0x0123456789abcdef));
	start_transfer(&card, dma_address(&from, 0), dma_address(&to, 0));
	uint64_t end = wait_deadline(twin_wait(), PC_MS);
	while (io_read(card.io, CARD_STATUS) & BUSY) {
		twin_assert(!wait_expired(twin_wait(), end));
		wait_relax(twin_wait());
	}
	twin_expect_eq(dma_load64(&to, 8), UINT64_C(0x0123456789abcdef));
	twin_expect_eq(io_read(card.io, CARD_IRQ_STATUS), DONE);
}

TWIN_HERE(pci, a_transfer_from_nowhere_fails)
{
	struct dma to = twin_dma(LENGTH);
	struct card card = open_card();
	dma_store32(&to, 0, 0x11223344);
	twin_allow("pci_test.nowhere");
	start_transfer(&card, UINT64_C(0x8000000000), dma_address(&to, 0));
	wait_ns(twin_wait(), PC_MS);
	twin_expect_eq(io_read(card.io, CARD_STATUS), SOURCE_FAULT << RESULT_LSB);
	twin_expect_eq(io_read(card.io, CARD_IRQ_STATUS), ERROR);
	twin_expect_eq(dma_load32(&to, 0), 0x11223344);
}
