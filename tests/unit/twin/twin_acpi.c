/* SPDX-License-Identifier: MIT */
/* The ACPI tables of the machine's firmware, natively and emulated, compared with the devices that
 * they describe. */
#include "bimetal/acpi.h"

#include "bimetal/acpi_devices.h"
#include "bimetal/acpi_fadt.h"
#include "bimetal/acpi_madt.h"
#include "bimetal/hpet.h"
#include "bimetal/ioapic.h"
#include "bimetal/lapic.h"
#include "bimetal/pci.h"
#include "bimetal/twin.h"

enum {
	MIB = 1 << 20,
	MAX_TABLES = 64,
	PM_EVENT_BYTES = 4,
	PORTS = 0x10000,
	WORD = 8,
	NOTHING = 0xe0000,
	BIOS = 0xf0000
};
#define BELOW_4G UINT64_C(0xffffffff)

/* The memory that the test reads. This machine has no memory at 0xe0000, where a read would go to
 * the bus. */
static bool read_machine(void *ctx, uint64_t address, uint8_t *to, uint32_t size)
{
	(void)ctx;
	if (address > BELOW_4G - size || (address >= NOTHING && address < BIOS)) return false;
	struct dma ram = twin_ram((uint32_t)address, size);
	uint32_t i = 0;
	for (; address % WORD == 0 && i + WORD <= size; i += WORD) {
		uint64_t word = dma_load64(&ram, i);
		for (uint32_t n = 0; n < WORD; n++) to[i + n] = (uint8_t)(word >> 8 * n);
	}
	for (; i < size; i++) to[i] = dma_load8(&ram, i);
	return true;
}

static const struct acpi_memory memory = { .read = read_machine };

static struct acpi_root find_root(void)
{
	struct acpi_root root = { 0 };
	uint64_t rsdp = 0;
	twin_assert_eq(acpi_find_rsdp(&memory, &rsdp), ACPI_OK);
	twin_assert_eq(acpi_read_root(&memory, rsdp, &root), ACPI_OK);
	return root;
}

static struct acpi_sdt find(const char *signature)
{
	struct acpi_root root = find_root();
	struct acpi_sdt sdt = { 0 };
	twin_assert_eq(acpi_find(&memory, &root, signature, 0, &sdt), ACPI_OK);
	return sdt;
}

TWIN(acpi, the_rsdp_lies_where_a_bios_leaves_it)
{
	uint64_t rsdp = 0;
	twin_assert_eq(acpi_find_rsdp(&memory, &rsdp), ACPI_OK);
	twin_expect_eq(rsdp % 16, 0);
	twin_expect(rsdp < MIB);
	struct acpi_root root = find_root();
	twin_expect(root.n >= 4);
	twin_expect(root.entry_size == (root.revision ? 8 : 4));
	twin_expect_eq(acpi_read_root(&memory, rsdp + 16, &root), ACPI_BAD_SIGNATURE);
}

TWIN(acpi, every_tables_checksum_is_right)
{
	struct acpi_root root = find_root();
	struct acpi_sdt sdt;
	uint64_t address = 0;
	uint32_t n = 0;
	while (n < MAX_TABLES && acpi_entry(&memory, &root, n, &address) == ACPI_OK) {
		twin_expect_eq(acpi_read_sdt(&memory, address, &sdt), ACPI_OK);
		n++;
	}
	twin_expect_eq(n, root.n);
	twin_expect_eq(acpi_find(&memory, &root, "NONE", 0, &sdt), ACPI_NOT_FOUND);
	twin_expect_eq(acpi_find(&memory, &root, "APIC", 1, &sdt), ACPI_NOT_FOUND);
}

TWIN(acpi, a_changed_byte_is_found)
{
	struct acpi_sdt madt = find("APIC");
	struct dma copy = twin_dma(madt.length);
	struct dma from = twin_ram((uint32_t)madt.address, madt.length);
	for (uint32_t i = 0; i < madt.length; i++) dma_store8(&copy, i, dma_load8(&from, i));
	uint64_t at = dma_address(&copy, 0);
	twin_expect_eq(acpi_read_sdt(&memory, at, &madt), ACPI_OK);
	dma_store8(&copy, madt.length - 1, dma_load8(&copy, madt.length - 1) ^ 0x10);
	twin_expect_eq(acpi_read_sdt(&memory, at, &madt), ACPI_BAD_CHECKSUM);
}

/* ---- the tables compared with the devices ---- */

TWIN(acpi, the_fadt_describes_power_management)
{
	struct acpi_sdt sdt = find("FACP"), dsdt;
	struct acpi_fadt fadt;
	twin_assert_eq(acpi_read_fadt(&memory, &sdt, &fadt), ACPI_OK);
	twin_expect_eq(fadt.sci_irq, 9);
	twin_expect_eq(fadt.smi_command, 0xb2);
	twin_expect_eq(fadt.acpi_enable, 0x02);
	twin_expect_eq(fadt.acpi_disable, 0x03);
	twin_expect_eq(fadt.pm1a_event.at.space, ACPI_SPACE_PORT);
	twin_expect_eq(fadt.pm1a_event.at.address, 0x600);
	twin_expect_eq(fadt.pm1a_event.length, PM_EVENT_BYTES);
	twin_expect_eq(fadt.pm1a_control.at.address, 0x604);
	twin_expect_eq(fadt.pm_timer.at.address, 0x608);
	twin_expect_eq(fadt.pm1b_event.at.address, 0);
	twin_expect(fadt.can_reset);
	twin_expect_eq(fadt.reset.address, 0xcf9);
	twin_assert_eq(acpi_read_sdt(&memory, fadt.dsdt, &dsdt), ACPI_OK);
	twin_expect(dsdt.signature[0] == 'D' && dsdt.signature[3] == 'T');
}

/* The timer has 24 bits and runs at 3.579545 MHz: 10 ms are 35795 ticks. */
TWIN(acpi, the_fadts_timer_counts)
{
	enum { BITS_24 = 0xffffff, WAIT_NS = 10000000, TICKS = 35795 };
	struct acpi_sdt sdt = find("FACP");
	struct acpi_fadt fadt;
	twin_assert_eq(acpi_read_fadt(&memory, &sdt, &fadt), ACPI_OK);
	twin_assert(fadt.pm_timer.at.space == ACPI_SPACE_PORT && fadt.pm_timer.at.address < PORTS);
	struct io timer = twin_port((uint16_t)fadt.pm_timer.at.address);
	uint32_t before = io_read32(timer, 0);
	wait_ns(twin_wait(), WAIT_NS);
	twin_expect(((io_read32(timer, 0) - before) & BITS_24) >= TICKS / 2);
}

TWIN(acpi, the_madts_controllers_are_there)
{
	struct acpi_sdt sdt = find("APIC");
	struct acpi_madt madt;
	struct acpi_madt_entry entry;
	struct lapic lapic;
	struct ioapic ioapic;
	unsigned processors = 0, ioapics = 0, timer_pin = 0;
	uint32_t id = UINT32_MAX;
	enum acpi_status status = acpi_madt_begin(&memory, &sdt, &madt);
	twin_assert_eq(status, ACPI_OK);
	twin_expect_eq(madt.flags, ACPI_MADT_PCAT_COMPAT);
	twin_assert_eq(lapic_init(&lapic, twin_memory(madt.lapic_address, 1), *twin_wait()),
		       LAPIC_OK);
	twin_assert_eq(lapic_id(&lapic, &id), LAPIC_OK);
	while ((status = acpi_madt_next(&madt, &entry)) == ACPI_OK) {
		if (entry.type == ACPI_MADT_LAPIC) {
			processors++;
			twin_expect_eq(entry.u.processor.id, id);
			twin_expect(entry.u.processor.flags & ACPI_PROCESSOR_ENABLED);
		} else if (entry.type == ACPI_MADT_IOAPIC) {
			ioapics++;
			twin_expect_eq(entry.u.ioapic.gsi_base, 0);
			struct io io = twin_memory(entry.u.ioapic.address, 1);
			twin_expect_eq(ioapic_init(&ioapic, io, *twin_wait()), IOAPIC_OK);
		} else if (entry.type == ACPI_MADT_OVERRIDE && entry.u.override.irq == 0) {
			timer_pin = entry.u.override.gsi;
		}
	}
	twin_expect_eq(status, ACPI_END);
	twin_expect_eq(processors, 1);
	twin_expect_eq(ioapics, 1);
	twin_expect_eq(timer_pin, 2);
}

TWIN(acpi, the_hpet_is_where_its_table_says)
{
	struct acpi_sdt sdt = find("HPET");
	struct acpi_hpet table;
	struct hpet hpet;
	twin_assert_eq(acpi_read_hpet(&memory, &sdt, &table), ACPI_OK);
	twin_expect_eq(table.at.space, ACPI_SPACE_MEMORY);
	twin_expect_eq(table.at.address, 0xfed00000);
	struct io io = twin_memory(table.at.address, 1);
	twin_assert_eq(hpet_init(&hpet, io, *twin_wait()), HPET_OK);
	twin_expect_eq(hpet.vendor, table.id >> 16);
}

TWIN_HERE(acpi, the_hpets_table_has_its_capabilities)
{
	struct acpi_sdt sdt = find("HPET");
	struct acpi_hpet table;
	twin_assert_eq(acpi_read_hpet(&memory, &sdt, &table), ACPI_OK);
	twin_expect_eq(table.id, io_read(twin_memory(table.at.address, 1), HPET_CAPABILITIES));
}

TWIN(acpi, configuration_space_is_where_its_table_says)
{
	struct acpi_sdt sdt = find("MCFG");
	struct acpi_ecam table;
	struct pci ecam, ports;
	struct pci_function mapped, indexed;
	const struct pci_place host_bridge = { 0 };
	twin_assert_eq(acpi_read_ecam(&memory, &sdt, 0, &table), ACPI_OK);
	twin_expect_eq(table.base, 0xb0000000);
	twin_expect_eq(table.first_bus, 0);
	twin_expect_eq(table.last_bus, 255);
	twin_expect_eq(acpi_read_ecam(&memory, &sdt, 1, &table), ACPI_END);
	twin_assert_eq(pci_init_ecam(&ecam, twin_memory(table.base, 1), *twin_wait(), 0, 255),
		       PCI_OK);
	twin_assert_eq(pci_init_ports(&ports, twin_port(PCI_PORTS), *twin_wait()), PCI_OK);
	twin_assert_eq(pci_look(&ecam, host_bridge, &mapped), PCI_OK);
	twin_assert_eq(pci_look(&ports, host_bridge, &indexed), PCI_OK);
	twin_expect_eq(mapped.vendor, 0x8086);
	twin_expect_eq(mapped.device, indexed.device);
}
