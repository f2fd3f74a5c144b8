/* SPDX-License-Identifier: MIT */
/* SMBIOS by the entry point of version 2: it is in the ROM, checksums are right, its structures are
 * complete, and describe the same memory as the memory map. DMTF DSP0134. */
#include "firmware_tables.h"

enum { ROM_FROM = 0xf0000, ROM_TO = 0x100000, ENTRY = 31, TYPE_END = 127, MAX_TYPE = 128 };

static const uint8_t *entry;
static unsigned count[MAX_TYPE];
static uint64_t mapped_kib, device_mib;

static bool find_entry(void)
{
	for (uint64_t a = ROM_FROM; !entry && a < ROM_TO; a += 16)
		if (memcmp(at(a), "_SM_", 4) == 0) entry = at(a);
	return entry;
}

static void pointers(void)
{
	check("length of the entry point", entry[5], ENTRY);
	check("checksum", sum(entry, entry[5]), 0);
	check("version", entry[6], 2);
	report(memcmp(entry + 16, "_DMI_", 5) == 0, "_DMI_");
	check("its checksum", sum(entry + 16, 15), 0);
}

static void look_at(const uint8_t *s)
{
	if (s[0] < MAX_TYPE) count[s[0]]++;
	if (s[0] == 19) mapped_kib += get(s + 8, 4) - get(s + 4, 4) + 1;
	if (s[0] == 17) device_mib += get(s + 12, 2);
}

static const uint8_t *behind_strings(const uint8_t *s, const uint8_t *end)
{
	for (; s + 1 < end; s++)
		if (s[0] == 0 && s[1] == 0) return s + 2;
	return end + 1;
}

static void structures(void)
{
	const uint8_t *s = at(get(entry + 24, 4)), *end = s + get(entry + 22, 2);
	uint64_t n = 0, longest = 0;

	while (s < end) {
		const uint8_t *next = behind_strings(s + s[1], end);

		check_range("length of a structure", s[1], 4, 255);
		if (s[1] < 4) return;
		if ((uint64_t)(next - s) > longest) longest = (uint64_t)(next - s);
		look_at(s);
		n++;
		s = next;
	}
	report(s == end, "the structures fill the table");
	check("number of structures", n, get(entry + 28, 2));
	check_range("largest structure", longest, 4, get(entry + 8, 2));
}

static uint64_t upper_memory_kib(void)
{
	const struct multiboot_info *info =
		(const struct multiboot_info *)(uintptr_t)multiboot_info_addr;
	return info->mem_upper;
}

void kernel_main(void)
{
	static const uint8_t required[] = { 0, 1, 3, 4, 16, 17, 19, 32, TYPE_END };

	report(find_entry(), "an entry point in the ROM");
	if (!entry) return;
	pointers();
	structures();
	for (unsigned i = 0; i < sizeof(required); i++) {
		print("type %u\n", required[i]);
		check_range("structures of it", count[required[i]], 1, 16);
	}
	check("the end is one", count[TYPE_END], 1);
	check("the devices are what is mapped", device_mib * 1024, mapped_kib);
	check_range("upper memory is nearly that", upper_memory_kib(), mapped_kib - 2048,
		    mapped_kib);
}
