/* SPDX-License-Identifier: MIT */
/* The ACPI driver, on a firmware area that is the input: unchanged, and with all checksums
 * corrected, as random bytes rarely have right ones. */
#include <stdlib.h>
#include <string.h>

#include "bimetal/acpi_devices.h"
#include "bimetal/acpi_fadt.h"
#include "bimetal/acpi_madt.h"
#include "emu/bytes.h"
#include "fuzz_load.h"

enum { BASE = 0xe0000, MAX_INPUT = 128 * 1024, CHECKSUM = 9, RSDP_SUM = 8, RSDP_SUM_2 = 32 };

struct area {
	uint8_t bytes[MAX_INPUT];
	uint64_t size;
	bool mend;
};

static bool read_area(void *ctx, uint64_t address, uint8_t *to, uint32_t size)
{
	const struct area *area = ctx;

	if (size == 0 || size > 64) abort();
	if (address < BASE || address - BASE > area->size) return false;
	if (size > area->size - (address - BASE)) return false;
	memcpy(to, area->bytes + (address - BASE), size);
	return true;
}

static void mend_bytes(struct area *area, uint64_t at, uint64_t size, uint64_t sum_at)
{
	uint8_t sum = 0;

	if (!area->mend || at > area->size || size > area->size - at || sum_at >= size) return;
	area->bytes[at + sum_at] = 0;
	for (uint64_t i = 0; i < size; i++) sum = (uint8_t)(sum + area->bytes[at + i]);
	area->bytes[at + sum_at] = (uint8_t)-sum;
}

static void mend_table(struct area *area, uint64_t address)
{
	if (address < BASE || address - BASE > area->size) return;
	uint64_t at = address - BASE;
	if (area->size - at < ACPI_HEADER_SIZE) return;
	mend_bytes(area, at, get_le32(area->bytes + at + 4), CHECKSUM);
}

static void mend_rsdp(struct area *area)
{
	uint8_t *p = area->bytes;

	if (!area->mend || area->size < 36) return;
	memcpy(p, "RSD PTR ", 8);
	mend_bytes(area, 0, 20, RSDP_SUM);
	mend_bytes(area, 0, get_le32(p + 20), RSDP_SUM_2);
	mend_table(area, get_le32(p + 16));
	mend_table(area, get_le32(p + 24) | (uint64_t)get_le32(p + 28) << 32);
}

static void read_madt(const struct acpi_memory *memory, const struct acpi_sdt *sdt)
{
	struct acpi_madt madt;
	struct acpi_madt_entry entry;
	uint64_t end = sdt->address + sdt->length;
	uint32_t n = 0;

	if (acpi_madt_begin(memory, sdt, &madt)) return;
	while (acpi_madt_next(&madt, &entry) == ACPI_OK) {
		if (entry.length < 2 || entry.address + entry.length > end) abort();
		if (++n > sdt->length / 2) abort();
	}
	if (acpi_madt_next(&madt, &entry) != ACPI_END) abort();
}

static void read_table(const struct acpi_memory *memory, const struct acpi_sdt *sdt)
{
	struct acpi_fadt fadt;
	struct acpi_hpet hpet;
	struct acpi_ecam ecam;

	if (sdt->length < ACPI_HEADER_SIZE || sdt->length > ACPI_MAX_LENGTH) abort();
	read_madt(memory, sdt);
	if (acpi_read_fadt(memory, sdt, &fadt) == ACPI_OK && fadt.can_reset && !fadt.reset.address)
		abort();
	if (acpi_read_hpet(memory, sdt, &hpet) == ACPI_OK && !hpet.at.address) abort();
	for (uint32_t i = 0; acpi_read_ecam(memory, sdt, i, &ecam) == ACPI_OK; i++)
		if (ecam.first_bus > ecam.last_bus || i > sdt->length) abort();
}

static void walk(struct area *area)
{
	const struct acpi_memory memory = { .read = read_area, .ctx = area };
	struct acpi_root root;
	struct acpi_sdt sdt;
	uint64_t address;

	mend_rsdp(area);
	if (acpi_find_rsdp(&memory, &address)) return;
	if (acpi_read_root(&memory, address, &root)) return;
	if (root.n > ACPI_MAX_ENTRIES) abort();
	for (uint32_t i = 0; i < root.n; i++) {
		if (acpi_entry(&memory, &root, i, &address)) abort(); /* its checksum was right */
		mend_table(area, address);
		if (acpi_read_sdt(&memory, address, &sdt) == ACPI_OK) read_table(&memory, &sdt);
	}
	if (acpi_find(&memory, &root, "APIC", 0, &sdt) == ACPI_OK) read_table(&memory, &sdt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct area area;

	if (size > MAX_INPUT) return -1;
	for (unsigned mend = 0; mend < 2; mend++) {
		if (size) memcpy(area.bytes, data, size);
		area.size = size;
		area.mend = mend;
		walk(&area);
	}
	return 0;
}
