/* SPDX-License-Identifier: MIT */
#include "bimetal/pci_bar.h"
#include "bimetal/pci_capability.h"
#include "bimetal/pci_msi.h"
#include "emu/array.h"
#include "tests/devices/pci/driver_fixture.h"
#include "tests/unit/drivers/transcription.h"
#include "tests/unit/emu/random.h"

enum { VECTOR = 0x51, MSIX = 0x80, ENTRIES = 4, TABLE_BAR = 4, BAR_BYTES = 0x1000 };
enum { IRQ_ENABLE = 0x0c, RAISE = 0x2c, SOFT0 = 1 << 2, SOFT1 = 1 << 3 };
#define TABLE (WINDOW_BASE + 0x1000)

static struct pci_test_model test;
static struct pci_place at;
static struct pci_msix msix;
static struct io mmio, table; /* BAR0, BAR4 */
static struct liar liar;
static struct pci lying;
static struct pci_place lie;

static void move(unsigned n, uint64_t base)
{
	struct pci_bar bar;
	require_eq(int, pci_bar(&ecam, at, n, &bar), PCI_OK);
	require_eq(int, pci_bar_move(&ecam, at, n, &bar, base), PCI_OK);
}

static void set_up(void)
{
	pci_power_on();
	at = add_test(&test, TEST_DEVICE, 0);
	lie = add_liar(&liar, &lying, LIAR_BASE, LIAR_PAGE);
	liar_set(&liar, PCI_STATUS, 16, PCI_STATUS_CAPABILITIES);
	liar_set(&liar, PCI_CAPABILITIES, 8, MSIX);
	liar_set(&liar, MSIX, 16, PCI_CAPABILITY_MSIX);
	move(0, WINDOW_BASE);
	move(2, WIDE_BASE);
	move(TABLE_BAR, TABLE);
	require_eq(int, pci_command(&ecam, at, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER), PCI_OK);
	mmio = io_elsewhere(ecam.io, IO_MEMORY, WINDOW_BASE, 1);
	table = io_elsewhere(ecam.io, IO_MEMORY, TABLE, 1);
	require_eq(int, pci_msix_init(&ecam, at, &msix), PCI_OK);
	recorder_clear(&rec);
}

TestSuite(pci_msix, .init = set_up, .fini = host_power_off, .timeout = 60);

static void map(void)
{
	require_eq(int, pci_msix_map(&msix, table, BAR_BYTES, table, BAR_BYTES), PCI_OK);
}

static void enable(void)
{
	map();
	require_eq(int, pci_msix_enable(&msix), PCI_OK);
	for (unsigned i = 0; i < ENTRIES; i++) {
		struct pci_message message = pci_message_to(2, (uint8_t)(VECTOR + i));
		require_eq(int, pci_msix_set(&msix, i, &message), PCI_OK);
	}
	io_write32(mmio, IRQ_ENABLE, SOFT0 | SOFT1);
}

Test(pci_msix, is_found)
{
	check_eq(u16, msix.at, MSIX);
	check_eq(u16, msix.entries, ENTRIES);
	check(msix.table_bar == TABLE_BAR && msix.table_at == 0);
	check(msix.pending_bar == TABLE_BAR && msix.pending_at == PCI_TEST_MODEL_MSIX_PBA);
}

Test(pci_msix, is_enabled_with_all_entries_masked)
{
	map();
	check_eq(str, rec.trace, "");
	require_eq(int, pci_msix_enable(&msix), PCI_OK);
	check_eq(str, rec.trace,
		 "VENDOR_ID?b1e7 COMMAND?0006 MSIX_CONTROL?0003 MSIX_CONTROL=c003 "
		 "VECTOR_CONTROL[0]?00000001 VECTOR_CONTROL[0]=00000001 "
		 "VECTOR_CONTROL[1]?00000001 VECTOR_CONTROL[1]=00000001 "
		 "VECTOR_CONTROL[2]?00000001 VECTOR_CONTROL[2]=00000001 "
		 "VECTOR_CONTROL[3]?00000001 VECTOR_CONTROL[3]=00000001 "
		 "MSIX_CONTROL?c003 MSIX_CONTROL=8003 ");
}

Test(pci_msix, an_entry_is_set_while_it_is_masked)
{
	struct pci_message message = { .address = UINT64_C(0x1fee02000), .data = 0x89abcdef };
	map();
	require_eq(int, pci_msix_enable(&msix), PCI_OK);
	recorder_clear(&rec);
	require_eq(int, pci_msix_set(&msix, 2, &message), PCI_OK);
	check_eq(str, rec.trace,
		 "VECTOR_CONTROL[2]?00000001 VECTOR_CONTROL[2]=00000001 "
		 "MSG_ADDR[2]=fee02000 MSG_UPPER_ADDR[2]=00000001 MSG_DATA[2]=89abcdef ");
}

Test(pci_msix, each_entry_sends_its_message)
{
	enable();
	require_eq(int, pci_msix_mask(&msix, 2, false), PCI_OK);
	require_eq(int, pci_msix_mask(&msix, 3, false), PCI_OK);
	io_write32(mmio, RAISE, SOFT1);
	io_write32(mmio, RAISE, SOFT0);
	require_eq(u32, n_seen, 2);
	check_eq(u64, seen[0].address, 0xfee02000);
	check_eq(u32, seen[0].data, VECTOR + 3);
	check_eq(u32, seen[1].data, VECTOR + 2);
	check(!pin_level[TEST_DEVICE][0]);
	require_eq(int, pci_msix_disable(&msix), PCI_OK);
	check(pin_level[TEST_DEVICE][0]);
}

Test(pci_msix, a_masked_entry_waits)
{
	bool yes = true;
	enable();
	require_eq(int, pci_msix_pending(&msix, 3, &yes), PCI_OK);
	check(!yes);
	io_write32(mmio, RAISE, SOFT1);
	check_eq(u32, n_seen, 0);
	require_eq(int, pci_msix_pending(&msix, 3, &yes), PCI_OK);
	check(yes);
	require_eq(int, pci_msix_pending(&msix, 2, &yes), PCI_OK);
	check(!yes);
	require_eq(int, pci_msix_mask(&msix, 3, false), PCI_OK);
	check_eq(u32, n_seen, 1);
}

Test(pci_msix, entries_set_anew_are_masked_first)
{
	struct pci_message message = pci_message_to(7, 0x77);
	enable();
	require_eq(int, pci_msix_mask(&msix, 2, false), PCI_OK);
	require_eq(int, pci_msix_set(&msix, 2, &message), PCI_OK);
	io_write32(mmio, RAISE, SOFT0);
	check_eq(u32, n_seen, 0);
	require_eq(int, pci_msix_mask(&msix, 2, false), PCI_OK);
	require_eq(u32, n_seen, 1);
	check_eq(u64, seen[0].address, 0xfee07000);
}

/* ---- a table of the fake function, at 0x400; pending bits at 0xc00 ---- */

static void lie_capability(uint16_t control, uint32_t table_at, uint32_t pending_at)
{
	liar_set(&liar, MSIX + 2, 16, control);
	liar_keep(&liar, MSIX + 2, 16, 0xf800);
	liar_set(&liar, MSIX + 4, 32, table_at);
	liar_set(&liar, MSIX + 8, 32, pending_at);
}

Test(pci_msix, reserved_bits_stay)
{
	uint64_t seed = 31;
	struct io io = io_memory(&cpu, LIAR_BASE, 1);
	lie_capability(99, 0x400, 0xc00);
	require_eq(int, pci_msix_init(&lying, lie, &msix), PCI_OK);
	require_eq(int, pci_msix_map(&msix, io, LIAR_PAGE, io, LIAR_PAGE), PCI_OK);
	for (unsigned i = 0; i < 200; i++) {
		unsigned n = (unsigned)(random_next(&seed) % 100);
		uint32_t garbage = (uint32_t)random_next(&seed);
		bool masked = random_next(&seed) & 1;
		liar_set(&liar, 0x400 + 16 * n + 12, 32, garbage);
		liar_keep(&liar, 0x400 + 16 * n + 12, 32, UINT32_MAX);
		require_eq(int, pci_msix_mask(&msix, n, masked), PCI_OK);
		require_eq(u32, (uint32_t)liar_read(&liar.dev, 0x400 + 16 * n + 12, 32),
			   (garbage & ~1u) | masked);
	}
}

Test(pci_msix, pending_bits_of_many_entries_are_told_apart)
{
	struct io io = io_memory(&cpu, LIAR_BASE, 1);
	lie_capability(99, 0x400, 0xc00);
	require_eq(int, pci_msix_init(&lying, lie, &msix), PCI_OK);
	require_eq(int, pci_msix_map(&msix, io, LIAR_PAGE, io, LIAR_PAGE), PCI_OK);
	for (unsigned n = 0; n < 100; n++) {
		for (unsigned b = 0; b < 16; b++) liar.bytes[0xc00 + b] = 0;
		liar.bytes[0xc00 + n / 8] = (uint8_t)(1u << n % 8);
		for (unsigned m = 0; m < 100; m++) {
			bool yes;
			require_eq(int, pci_msix_pending(&msix, m, &yes), PCI_OK);
			require(yes == (m == n));
		}
	}
}

Test(pci_msix, a_table_beyond_its_bar_is_broken)
{
	struct io io = io_memory(&cpu, LIAR_BASE, 1);
	static const struct {
		uint16_t control;
		uint32_t table, pending;
		uint64_t size;
		enum pci_status status;
	} some[] = {
		{ 0x7ff, 0x000, 0x8000, 0x8100, PCI_OK }, /* 2048 entries */
		{ 0x7ff, 0x000, 0x8000, 0x80ff, PCI_BROKEN },
		{ 0x7ff, 0x008, 0, 0x8007, PCI_BROKEN },
		{ 0, 0xff0, 0, 0x1000, PCI_OK },
		{ 0, 0xff8, 0, 0x1000, PCI_BROKEN },
		{ 0, 0x1000, 0, 0x1000, PCI_BROKEN },
		{ 0, 0xfffffff8, 0, 0x1000, PCI_BROKEN },
		{ 0, 0xfffffff8, 0, UINT64_MAX, PCI_BROKEN },
		{ 0, 0, 0xfffffff8, 0x1000, PCI_BROKEN },
		{ 0, 0, 0, 0, PCI_BROKEN },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(some); i++) {
		lie_capability(some[i].control, some[i].table, some[i].pending);
		require_eq(int, pci_msix_init(&lying, lie, &msix), PCI_OK);
		check_eq(int, pci_msix_map(&msix, io, some[i].size, io, some[i].size),
			 some[i].status, "%u", i);
	}
}

Test(pci_msix, an_impossible_capability_is_broken)
{
	struct pci_msix other;
	lie_capability(3, 6, 0); /* BAR6 */
	check_eq(int, pci_msix_init(&lying, lie, &other), PCI_BROKEN);
	lie_capability(3, 0, 7);
	check_eq(int, pci_msix_init(&lying, lie, &other), PCI_BROKEN);
	liar_set(&liar, PCI_CAPABILITIES, 8, 0xf8);
	liar_set(&liar, 0xf8, 16, PCI_CAPABILITY_MSIX);
	check_eq(int, pci_msix_init(&lying, lie, &other), PCI_BROKEN);
	liar_set(&liar, PCI_CAPABILITIES, 8, 0xf4);
	liar_set(&liar, 0xf4, 32, PCI_CAPABILITY_MSIX);
	liar_set(&liar, 0xf8, 32, 0);
	check_eq(int, pci_msix_init(&lying, lie, &other), PCI_OK, "12 bytes fit");
	liar_set(&liar, PCI_STATUS, 16, 0);
	check_eq(int, pci_msix_init(&lying, lie, &other), PCI_NOT_FOUND);
}

Test(pci_msix, a_function_that_does_not_answer_is_not_ready)
{
	struct pci_message message = pci_message_to(0, VECTOR);
	bool yes;
	check_eq(int, pci_msix_enable(&msix), PCI_NOT_READY, "not mapped");
	check_eq(int, pci_msix_set(&msix, 0, &message), PCI_NOT_READY);
	check_eq(int, pci_msix_mask(&msix, 0, true), PCI_NOT_READY);
	check_eq(int, pci_msix_pending(&msix, 0, &yes), PCI_NOT_READY);
	map();
	require_eq(int, pci_command(&ecam, at, PCI_COMMAND_MEMORY, 0), PCI_OK);
	check_eq(int, pci_msix_enable(&msix), PCI_NOT_READY);
	require_eq(int, pci_command(&ecam, at, 0, PCI_COMMAND_MEMORY), PCI_OK);
	recorder_expect_no_lint(&rec, NULL, NULL);
	struct io nowhere = io_elsewhere(ecam.io, IO_MEMORY, WINDOW_BASE + 0x100000, 1);
	require_eq(int, pci_msix_map(&msix, nowhere, BAR_BYTES, nowhere, BAR_BYTES), PCI_OK);
	check_eq(int, pci_msix_enable(&msix), PCI_NOT_READY, "mapped elsewhere");
	check_eq(u64, test.fn.dev.reg[test.fn.msix_slot + PCI_MODEL_MSIX_CONTROL] & 0x8000, 0);
}

Test(pci_msix, impossible_arguments_are_refused)
{
	struct pci_msix other;
	struct pci_message message = pci_message_to(0, VECTOR);
	struct io elsewhere = io_port(&cpu, 0xe000), odd = table, sound = table;
	bool yes;
	odd.base += 4;
	check_eq(int, pci_msix_init(NULL, at, &other), PCI_NULL);
	check_eq(int, pci_msix_init(&ecam, at, NULL), PCI_NULL);
	check_eq(int, pci_msix_map(NULL, table, 1, table, 1), PCI_NULL);
	check_eq(int, pci_msix_map(&msix, elsewhere, BAR_BYTES, sound, BAR_BYTES), PCI_BAD_ARG);
	check_eq(int, pci_msix_map(&msix, table, BAR_BYTES, odd, BAR_BYTES), PCI_BAD_ARG);
	map();
	check_eq(int, pci_msix_enable(NULL), PCI_NULL);
	check_eq(int, pci_msix_disable(NULL), PCI_NULL);
	check_eq(int, pci_msix_set(NULL, 0, &message), PCI_NULL);
	check_eq(int, pci_msix_set(&msix, 0, NULL), PCI_NULL);
	check_eq(int, pci_msix_set(&msix, ENTRIES, &message), PCI_BAD_ARG);
	check_eq(int, pci_msix_mask(&msix, ENTRIES, true), PCI_BAD_ARG);
	check_eq(int, pci_msix_mask(&msix, UINT32_MAX, true), PCI_BAD_ARG);
	check_eq(int, pci_msix_pending(&msix, ENTRIES, &yes), PCI_BAD_ARG);
	check_eq(int, pci_msix_pending(&msix, 0, NULL), PCI_NULL);
	message.address |= 1;
	check_eq(int, pci_msix_set(&msix, 0, &message), PCI_BAD_ARG);
	check_eq(str, rec.trace, "");
}

Test(pci_msix, constants_agree_with_the_tables_of_the_models)
{
	struct transcript config = { pci_test_config_regs, PCI_TEST_MODEL_CONFIG_N_REGS };
	struct transcript entries = { pci_test_msix_regs, PCI_MODEL_MSIX_TABLE_N_ROWS };
	const uint32_t control = MSIX + PCI_MSIX_CONTROL;
	transcript_name(config, MSIX + PCI_MSIX_TABLE, "MSIX_TABLE");
	transcript_name(config, MSIX + PCI_MSIX_PENDING, "MSIX_PBA");
	check_eq(u64, transcript_field(config, control, "TABLE_SIZE"), PCI_MSIX_LAST);
	check_eq(u64, transcript_field(config, control, "FUNCTION_MASK"), PCI_MSIX_MASK_ALL);
	check_eq(u64, transcript_field(config, control, "ENABLE"), PCI_MSIX_ENABLE);
	transcript_name(entries, PCI_MSIX_ENTRY_ADDRESS.at, "MSG_ADDR");
	transcript_name(entries, PCI_MSIX_ENTRY_UPPER.at, "MSG_UPPER_ADDR");
	transcript_name(entries, PCI_MSIX_ENTRY_DATA.at, "MSG_DATA");
	transcript_name(entries, PCI_MSIX_ENTRY_CONTROL.at, "VECTOR_CONTROL");
	check_eq(u64, transcript_field(entries, PCI_MSIX_ENTRY_CONTROL.at, "MASK"),
		 PCI_MSIX_ENTRY_MASK);
	check_eq(u32, transcript_row(entries, 0)->stride, PCI_MSIX_ENTRY);
}
