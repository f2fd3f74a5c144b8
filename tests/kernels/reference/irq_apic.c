/* SPDX-License-Identifier: MIT */
#include "irq_apic.h"

#include "bimetal/acpi_madt.h"
#include "bimetal/ioapic.h"
#include "bimetal/lapic.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"

enum { CALIBRATE_NS = 10000000, NS_PER_SECOND = 1000000000 };
/* What the board does with the ISA lines (ACPI 5.2.12.5). */
enum { ACTIVE_LOW = 3, LEVEL = 12 };

struct line {
	uint32_t gsi;
	uint16_t flags;
};

static struct lapic lapic;
static struct ioapic ioapic;
static struct line lines[IRQ_LINES];
static uint32_t gsi_base;

/* ---- ACPI's tables ---- */

static bool read_physical(void *ctx, uint64_t address, uint8_t *to, uint32_t size)
{
	const uint8_t *from = memory_at(address, size);

	(void)ctx;
	if (!from) return false;
	for (uint32_t i = 0; i < size; i++) to[i] = from[i];
	return true;
}

static bool find_madt(const struct acpi_memory *physical, struct acpi_madt *madt)
{
	struct acpi_root root;
	struct acpi_sdt sdt;
	uint64_t rsdp;

	return acpi_find_rsdp(physical, &rsdp) == ACPI_OK &&
	       acpi_read_root(physical, rsdp, &root) == ACPI_OK &&
	       acpi_find(physical, &root, "APIC", 0, &sdt) == ACPI_OK &&
	       acpi_madt_begin(physical, &sdt, madt) == ACPI_OK;
}

/* The first I/O APIC, and where the ISA lines lead. */
static bool read_madt(uint64_t *ioapic_at, uint64_t *lapic_at)
{
	const struct acpi_memory physical = { .read = read_physical };
	struct acpi_madt madt;
	struct acpi_madt_entry entry;
	bool found = false;

	if (!find_madt(&physical, &madt)) return false;
	*lapic_at = madt.lapic_address;
	for (unsigned line = 0; line < IRQ_LINES; line++)
		lines[line] = (struct line){ .gsi = line };
	while (acpi_madt_next(&madt, &entry) == ACPI_OK) {
		if (entry.type == ACPI_MADT_LAPIC_ADDRESS) *lapic_at = entry.u.lapic_address;
		if (entry.type == ACPI_MADT_IOAPIC && !found) {
			*ioapic_at = entry.u.ioapic.address;
			gsi_base = entry.u.ioapic.gsi_base;
			found = true;
		}
		if (entry.type == ACPI_MADT_OVERRIDE && entry.u.override.irq < IRQ_LINES)
			lines[entry.u.override.irq] =
				(struct line){ .gsi = entry.u.override.gsi,
					       .flags = entry.u.override.flags };
	}
	return found;
}

/* ---- the devices ---- */

bool irq_apic_init(uint8_t *pins)
{
	uint64_t ioapic_at = 0, lapic_at = 0;

	if (!read_madt(&ioapic_at, &lapic_at)) return false;
	void *ioapic_page = memory_map_device(ioapic_at);
	void *lapic_page = memory_map_device(lapic_at);
	if (!ioapic_page || !lapic_page) return false;
	if (lapic_init_msrs(&lapic, kernel.cpu.msrs, io_memory(address_of(lapic_page), 1),
			    kernel.wait) != LAPIC_OK ||
	    lapic_enable(&lapic, IRQ_APIC_SPURIOUS) != LAPIC_OK)
		return false;
	if (ioapic_init(&ioapic, io_memory(address_of(ioapic_page), 1), kernel.wait) != IOAPIC_OK ||
	    ioapic_mask_all(&ioapic) != IOAPIC_OK)
		return false;
	*pins = ioapic.n_entries;
	return true;
}

bool irq_apic_route(unsigned line, uint8_t vector)
{
	const struct line *to = &lines[line];
	uint32_t id = 0;

	if (lapic_id(&lapic, &id) != LAPIC_OK || to->gsi < gsi_base) return false;
	const struct ioapic_route route = {
		.mode = IOAPIC_FIXED,
		.vector = vector,
		.destination = (uint8_t)id,
		.active_low = (to->flags & ACPI_INTI_POLARITY) == ACTIVE_LOW,
		.level = (to->flags & ACPI_INTI_TRIGGER) == LEVEL,
	};
	return ioapic_route(&ioapic, to->gsi - gsi_base, &route) == IOAPIC_OK;
}

bool irq_apic_start_timer(uint8_t vector, unsigned per_second, uint32_t *hz)
{
	if (lapic_timer_calibrate(&lapic, CALIBRATE_NS) != LAPIC_OK) return false;
	*hz = lapic.hz;
	return lapic_timer_start(&lapic, vector, NS_PER_SECOND / per_second, true) == LAPIC_OK;
}

void irq_apic_end(void) { (void)!lapic_eoi(&lapic); }
