/* SPDX-License-Identifier: MIT */
/* The ACPI tables: the RSDP is in the ROM, checksums are right, the memory map does not offer their
 * memory, and they describe the hardware correctly. */
#include "firmware_tables.h"

enum {
	ROM_FROM = 0xe0000,
	ROM_TO = 0x100000,
	HEADER = 36,
	MAX_TABLES = 32,
	TYPE_AVAILABLE = 1,
	TYPE_RESERVED = 2,
	IOAPIC_MODEL_BASE = (int)0xfec00000,
	CONFIG_ADDRESS = 0xcf8,
	CONFIG_DATA = 0xcfc
};

static const uint8_t *rsdp;
static uint64_t table[MAX_TABLES];
static unsigned n_tables;

static uint64_t length_of(const uint8_t *t) { return get(t + 4, 4); }

/* What the memory map says of these bytes: a set of types, bit n for type n. */
static uint32_t types_of(uint64_t base, uint64_t size)
{
	const struct multiboot_info *info =
		(const struct multiboot_info *)(uintptr_t)multiboot_info_addr;
	uint32_t from = info->mmap_addr, end = from + info->mmap_length, types = 0;

	if (!(info->flags & 1 << 6)) return 0;
	while (from < end) {
		const uint8_t *entry = at(from);
		uint64_t start = get(entry + 4, 8), bytes = get(entry + 12, 8);

		if (base < start + bytes && start < base + size)
			types |= 1u << (get(entry + 20, 4) & 31);
		from += (uint32_t)get(entry, 4) + 4;
	}
	return types;
}

static bool kept(uint64_t base, uint64_t size)
{
	uint32_t types = types_of(base, size);

	return types && !(types & 1u << TYPE_AVAILABLE);
}

static const uint8_t *find(const char *signature)
{
	for (unsigned i = 0; i < n_tables; i++)
		if (memcmp(at(table[i]), signature, 4) == 0) return at(table[i]);
	return NULL;
}

/* ---- pointers ---- */

static bool find_rsdp(void)
{
	for (uint32_t a = ROM_FROM; a < ROM_TO; a += 16)
		if (memcmp(at(a), "RSD PTR ", 8) == 0) {
			rsdp = at(a);
			return true;
		}
	return false;
}

static void list(uint64_t root, const char *signature, unsigned width)
{
	const uint8_t *t = at(root);
	unsigned n = (unsigned)((length_of(t) - HEADER) / width);

	report(memcmp(t, signature, 4) == 0, signature);
	check("its checksum", sum(t, length_of(t)), 0);
	check("bytes left over", (length_of(t) - HEADER) % width, 0);
	if (n > MAX_TABLES) {
		fail("number of tables", "got %u", n);
		return;
	}
	if (n_tables) check("as many tables as the other list", n, n_tables);
	for (unsigned i = 0; i < n; i++) {
		uint64_t address = get(t + HEADER + i * width, width);

		if (n_tables) check("the same table", address, table[i]);
		table[i] = address;
	}
	n_tables = n;
}

static void pointers(void)
{
	check("checksum of the RSDP", sum(rsdp, 20), 0);
	list(get(rsdp + 16, 4), "RSDT", 4);
	if (rsdp[15] < 2) {
		skip("XSDT", "the RSDP is of revision 0");
		return;
	}
	check("length of the RSDP", get(rsdp + 20, 4), 36);
	check("its second checksum", sum(rsdp, 36), 0);
	list(get(rsdp + 24, 8), "XSDT", 8);
}

static void one_table(uint64_t address)
{
	const uint8_t *t = at(address);
	char name[5] = { (char)t[0], (char)t[1], (char)t[2], (char)t[3], 0 };

	print("%s at %q, %q bytes\n", name, address, length_of(t));
	check_range("length", length_of(t), HEADER, 1 << 20);
	check("checksum", sum(t, length_of(t)), 0);
	report(kept(address, length_of(t)), "not offered as memory");
}

/* ---- what they say ---- */

static void fadt(const uint8_t *t)
{
	uint64_t facs = get(t + 36, 4), dsdt = get(t + 40, 4);

	one_table(dsdt);
	report(memcmp(at(dsdt), "DSDT", 4) == 0, "the FADT points to a DSDT");
	if (length_of(t) >= 148) check("X_DSDT is the same", get(t + 140, 8), dsdt);
	report(memcmp(at(facs), "FACS", 4) == 0, "and to a FACS");
	check("FACS is aligned", facs % 64, 0);
	check("length of the FACS", get(at(facs) + 4, 4), 64);
	report(kept(facs, 64), "the FACS is not offered as memory");
	check("SCI", get(t + 46, 2), 9);
	check("SMI command port", get(t + 48, 4), 0xb2);
	check("PM1a events", get(t + 56, 4), 0x600);
	check("PM1a control", get(t + 64, 4), 0x604);
	check("PM timer", get(t + 76, 4), 0x608);
	check("GPE0", get(t + 80, 4), 0x620);
	check("century in the RTC", t[108], 0x32);
	check("reset register is supported", get(t + 112, 4) >> 10 & 1, 1);
	check("reset register", get(t + 120, 8), 0xcf9);
}

static bool has_s5(const uint8_t *dsdt)
{
	for (uint64_t i = HEADER; i + 5 < length_of(dsdt); i++)
		if (memcmp(dsdt + i, "_S5_\x12", 5) == 0) return true;
	return false;
}

static void madt(const uint8_t *t)
{
	unsigned processors = 0, io_apics = 0;
	bool timer = false;

	check("local APIC", get(t + 36, 4), rdmsr(MSR_APIC_BASE) & ~(uint64_t)0xfff);
	check("the 8259s are there too", get(t + 40, 4) & 1, 1);
	for (const uint8_t *e = t + 44; e < t + length_of(t) && e[1] >= 2; e += e[1]) {
		if (e[0] == 0 && get(e + 4, 4) & 1) {
			processors++;
			check("APIC ID", e[3], cpuid(1, 0).ebx >> 24);
		}
		if (e[0] == 1) {
			io_apics++;
			check("I/O APIC", get(e + 4, 4), (uint32_t)IOAPIC_MODEL_BASE);
			check("its first interrupt", get(e + 8, 4), 0);
		}
		if (e[0] == 2 && e[3] == 0) timer = get(e + 4, 4) == 2;
		if (e[0] == 2 && e[3] == 9) check("SCI is level, active high", e[8], 0xd);
	}
	check("processors", processors, 1);
	check("I/O APICs", io_apics, 1);
	report(timer, "IRQ 0 is pin 2");
}

static void hpet(const uint8_t *t)
{
	const volatile uint32_t *gcap;

	check("HPET", get(t + 44, 8), 0xfed00000);
	gcap = (const volatile uint32_t *)(uintptr_t)get(t + 44, 8);
	check("its ID is the hardware's", get(t + 36, 4), *gcap);
}

static uint32_t config_read(uint32_t address)
{
	uint32_t value;

	__asm__ volatile("outl %0, %1" : : "a"(address), "d"((uint16_t)CONFIG_ADDRESS));
	__asm__ volatile("inl %1, %0" : "=a"(value) : "d"((uint16_t)CONFIG_DATA));
	return value;
}

static void mcfg(const uint8_t *t)
{
	uint64_t base = get(t + 44, 8);
	const volatile uint32_t *ecam = (const volatile uint32_t *)(uintptr_t)base;

	check("ECAM", base, 0xb0000000);
	check("segment, first and last bus", get(t + 52, 4), 0xff000000);
	check("reserved in the memory map", types_of(base, 0x10000000), 1 << TYPE_RESERVED);
	report(ecam[0] != UINT32_MAX, "there is a 00:00.0");
	check("00:00.0 by ECAM and by ports", ecam[0], config_read(0x80000000));
	check("00:1f.0 by ECAM and by ports", ecam[0xf8000 / 4], config_read(0x8000f800));
}

void kernel_main(void)
{
	static const struct {
		const char *signature;
		void (*examine)(const uint8_t *table);
	} wanted[] = { { "FACP", fadt }, { "APIC", madt }, { "HPET", hpet }, { "MCFG", mcfg } };

	report(find_rsdp(), "an RSDP in the ROM");
	if (!rsdp) return;
	pointers();
	for (unsigned i = 0; i < n_tables; i++) one_table(table[i]);
	for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const uint8_t *t = find(wanted[i].signature);

		report(t != NULL, wanted[i].signature);
		if (t) wanted[i].examine(t);
	}
	if (find("FACP")) report(has_s5(at(get(find("FACP") + 40, 4))), "_S5 in the DSDT");
}
