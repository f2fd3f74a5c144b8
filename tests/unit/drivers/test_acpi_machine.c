/* SPDX-License-Identifier: MIT */
/* All tables, as the machine `pc` has them in its memory. */
#include "bimetal/acpi_devices.h"
#include "bimetal/acpi_fadt.h"
#include "bimetal/acpi_madt.h"
#include "tests/check.h"

#include <string.h>

#include "harness/firmware/acpi/tables.h"

#define MIB (UINT64_C(1) << 20)

static struct mem mem;

static bool read_machine(void *ctx, uint64_t address, uint8_t *to, uint32_t size)
{
	return mem_read(ctx, address, to, size);
}

static const struct acpi_memory machine = { .read = read_machine, .ctx = &mem };

static void power_off(void) { mem_free(&mem); }

TestSuite(acpi_machine, .fini = power_off, .timeout = 60);

static struct acpi_root boot(void)
{
	struct acpi_config config = acpi_config_pc;
	struct memory_firmware firmware;
	char err[ACPI_ERROR_SIZE];
	struct acpi_root root;
	uint64_t at = 0;
	config.rsdp = 0xf1230;
	require(mem_init(&mem, 64 * MIB, 0xb0000000) == NULL);
	require(mem_add_rom(&mem, 0xf0000, 0x10000, "", 0) == NULL);
	require(acpi_lay(&config, &mem, &firmware, err, sizeof(err)), "%s", err);
	require_eq(int, acpi_find_rsdp(&machine, &at), ACPI_OK);
	require_eq(u64, at, config.rsdp);
	require_eq(int, acpi_read_root(&machine, at, &root), ACPI_OK);
	return root;
}

static struct acpi_sdt find(const struct acpi_root *root, const char *signature)
{
	struct acpi_sdt sdt;
	require_eq(int, acpi_find(&machine, root, signature, 0, &sdt), ACPI_OK);
	return sdt;
}

Test(acpi_machine, the_machines_tables_say_what_the_machine_is)
{
	const struct acpi_config *pc = &acpi_config_pc;
	struct acpi_root root = boot();
	struct acpi_sdt sdt = find(&root, "FACP"), dsdt;
	struct acpi_fadt f;
	check(root.revision == 2 && root.entry_size == 8 && root.n == 4);
	require_eq(int, acpi_read_fadt(&machine, &sdt, &f), ACPI_OK);
	check(f.sci_irq == pc->sci_irq && f.smi_command == 0xb2 && f.century == 0x32);
	check(f.acpi_enable == pc->acpi_enable && f.acpi_disable == pc->acpi_disable);
	check(f.pm1a_event.at.address == pc->pm_base && f.pm1a_event.length == 4);
	check(f.pm1a_control.at.address == pc->pm_base + 4u);
	check(f.pm_timer.at.address == pc->pm_base + 8u && f.pm_timer.length == 4);
	check(f.gpe0.at.address == pc->pm_base + 0x20u && f.gpe0.length == 16);
	check_eq(u64, f.gpe1.at.address, 0);
	check(f.can_reset && f.reset.address == 0xcf9 && f.reset_value == 6);
	check_eq(u16, f.boot_flags, ACPI_BOOT_LEGACY_DEVICES | ACPI_BOOT_8042);
	check_ne(u64, f.facs, 0);
	require_eq(int, acpi_read_sdt(&machine, f.dsdt, &dsdt), ACPI_OK);
	check(memcmp(dsdt.signature, "DSDT", 4) == 0);

	struct acpi_hpet h;
	sdt = find(&root, "HPET");
	require_eq(int, acpi_read_hpet(&machine, &sdt, &h), ACPI_OK);
	check(h.at.address == pc->hpet_base && h.id == pc->hpet_id);
	check_eq(u16, h.min_tick, pc->hpet_min_tick);

	struct acpi_ecam e;
	sdt = find(&root, "MCFG");
	require_eq(int, acpi_read_ecam(&machine, &sdt, 0, &e), ACPI_OK);
	check(e.base == pc->ecam_base && e.first_bus == 0 && e.last_bus == 255);
	check_eq(int, acpi_read_ecam(&machine, &sdt, 1, &e), ACPI_END);
}

Test(acpi_machine, the_machines_interrupt_controllers_are_listed)
{
	const struct acpi_config *pc = &acpi_config_pc;
	struct acpi_root root = boot();
	struct acpi_sdt sdt = find(&root, "APIC");
	struct acpi_madt madt;
	struct acpi_madt_entry e;
	require_eq(int, acpi_madt_begin(&machine, &sdt, &madt), ACPI_OK);
	check(madt.lapic_address == pc->lapic_base && madt.flags == ACPI_MADT_PCAT_COMPAT);
	require_eq(int, acpi_madt_next(&madt, &e), ACPI_OK);
	check(e.type == ACPI_MADT_LAPIC && e.u.processor.id == pc->lapic_id);
	require_eq(int, acpi_madt_next(&madt, &e), ACPI_OK);
	check(e.type == ACPI_MADT_IOAPIC && e.u.ioapic.address == pc->ioapic_base);
	check(e.u.ioapic.id == pc->ioapic_id && e.u.ioapic.gsi_base == 0);
	require_eq(int, acpi_madt_next(&madt, &e), ACPI_OK);
	check(e.type == ACPI_MADT_OVERRIDE && e.u.override.irq == 0 && e.u.override.gsi == 2);
	require_eq(int, acpi_madt_next(&madt, &e), ACPI_OK);
	check(e.u.override.irq == pc->sci_irq && e.u.override.flags == 0xd);
	require_eq(int, acpi_madt_next(&madt, &e), ACPI_OK);
	check(e.type == ACPI_MADT_LAPIC_NMI && e.u.lapic_nmi.uid == ACPI_ALL_PROCESSORS);
	check_eq(int, acpi_madt_next(&madt, &e), ACPI_END);
}
