/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "fuzz_load.h"
#include "harness/firmware/acpi/tables.h"

enum { MEMORY = 4 << 20, RSDP = 0xe0000, MAX_INPUT = 64 * 1024 };

/* A table that was accepted must be in memory where the pointers say, with its length. */
static void find(struct mem *mem, const struct memory_firmware *firmware)
{
	uint64_t xsdt, entry;
	uint32_t size, length;

	if (!mem_read64(mem, firmware->rsdp + 24, &xsdt)) abort();
	if (!mem_read32(mem, xsdt + 4, &size)) abort();
	for (uint32_t at = 36; at < size; at += 8) {
		if (!mem_read64(mem, xsdt + at, &entry)) abort();
		if (!mem_read32(mem, entry + 4, &length)) abort();
		if (entry < firmware->area[0].base) abort();
		if (entry + length > firmware->area[0].base + firmware->area[0].size) abort();
	}
}

static void lay(const uint8_t *data, size_t size)
{
	const struct acpi_table table = { data, size };
	struct acpi_config config = acpi_config_pc;
	struct memory_firmware firmware;
	struct mem mem;
	char err[ACPI_ERROR_SIZE];

	config.rsdp = RSDP;
	config.user = &table;
	config.n_user = 1;
	if (mem_init(&mem, MEMORY, MEMORY) || mem_add_rom(&mem, RSDP, MEM_PAGE, "", 0)) abort();
	if (!acpi_lay(&config, &mem, &firmware, err, sizeof(err))) abort();
	find(&mem, &firmware);
	mem_free(&mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t fixed[MAX_INPUT];
	char err[ACPI_ERROR_SIZE];

	if (size > MAX_INPUT) return -1;
	err[0] = '\0';
	if (acpi_table_check(data, size, err, sizeof(err)))
		lay(data, size);
	else if (!err[0] || memchr(err, '\0', sizeof(err)) == NULL)
		abort();

	/* The same with the right length and checksum, which random bytes rarely have. */
	if (size < 36) return 0;
	memcpy(fixed, data, size);
	memset(fixed + 4, 0, 4);
	fixed[4] = (uint8_t)size;
	fixed[5] = (uint8_t)(size >> 8);
	fixed[6] = (uint8_t)(size >> 16);
	for (size_t i = 0, sum = 0; i < size; i++) {
		sum += i == 9 ? 0 : fixed[i];
		if (i + 1 == size) fixed[9] = (uint8_t)-sum;
	}
	if (acpi_table_check(fixed, size, err, sizeof(err))) lay(fixed, size);
	return 0;
}
