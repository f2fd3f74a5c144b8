/* SPDX-License-Identifier: MIT */
/* The MP table: it is at a place that MultiProcessor Specification 1.4, 4 allows, and describes the
 * hardware and the memory map correctly. */
#include "firmware_tables.h"

enum {
	EBDA_POINTER = 0x40e,
	BASE_MEMORY_KIB = 0x413,
	ROM_FROM = 0xf0000,
	ROM_TO = 0x100000,
	HEADER = 44,
	PROCESSOR = 20,
	OTHER = 8, /* bytes of an entry */
	IOAPIC_MODEL_BASE = (int)0xfec00000,
	TYPE_AVAILABLE = 1,
	MAX_BUS = 256
};

static const uint8_t *pointer;
static bool is_isa[MAX_BUS], is_pci[MAX_BUS];
static unsigned processors, io_apics, timers, extints, nmis;

static bool search(uint64_t from, uint64_t bytes)
{
	for (uint64_t a = from; !pointer && a < from + bytes; a += 16)
		if (memcmp(at(a), "_MP_", 4) == 0 && sum(at(a), 16) == 0) pointer = at(a);
	return pointer;
}

static bool offered(uint64_t base, uint64_t size)
{
	const struct multiboot_info *info =
		(const struct multiboot_info *)(uintptr_t)multiboot_info_addr;
	uint32_t from = info->mmap_addr, end = from + info->mmap_length;

	for (; from < end; from += (uint32_t)get(at(from), 4) + 4) {
		uint64_t start = get(at(from) + 4, 8), bytes = get(at(from) + 12, 8);

		if (base < start + bytes && start < base + size &&
		    get(at(from) + 20, 4) == TYPE_AVAILABLE)
			return true;
	}
	return false;
}

static void processor(const uint8_t *e)
{
	processors++;
	check("local APIC's ID", e[1], cpuid(1, 0).ebx >> 24);
	check("enabled, and the bootstrap processor", e[3] & 3, 3);
}

static void bus(const uint8_t *e)
{
	is_isa[e[1]] = memcmp(e + 2, "ISA   ", 6) == 0;
	is_pci[e[1]] = memcmp(e + 2, "PCI   ", 6) == 0;
}

/* The ID as a kernel reads it: select register 0, look at the window. */
static void io_apic(const uint8_t *e)
{
	volatile uint32_t *regs = (volatile uint32_t *)(uintptr_t)(uint32_t)get(e + 4, 4);

	io_apics++;
	check("I/O APIC", get(e + 4, 4), (uint32_t)IOAPIC_MODEL_BASE);
	check("enabled", e[3] & 1, 1);
	regs[0] = 1;
	check("its version is the hardware's", e[2], regs[4] & 0xff);
}

static void interrupt(const uint8_t *e)
{
	report(is_isa[e[4]] || is_pci[e[4]], "an interrupt comes from a bus that was told of");
	check_range("input of the I/O APIC", e[7], 0, 23);
	if (is_isa[e[4]] && e[1] == 0 && e[5] == 0) {
		timers++;
		check("IRQ 0 is input 2", e[7], 2);
	}
}

static void local_interrupt(const uint8_t *e)
{
	extints += e[1] == 3 && e[7] == 0;
	nmis += e[1] == 1 && e[7] == 1;
}

static void entries(const uint8_t *table)
{
	static void (*const examine[])(const uint8_t *) = { processor, bus, io_apic, interrupt,
							    local_interrupt };
	const uint8_t *e = table + HEADER, *end = table + get(table + 4, 2);
	unsigned n = 0;

	for (; e < end && e[0] < 5; e += e[0] ? OTHER : PROCESSOR, n++) examine[e[0]](e);
	report(e == end, "the entries fill the table");
	check("number of entries", n, get(table + 34, 2));
}

void kernel_main(void)
{
	const uint8_t *table;

	if (!search(get(at(EBDA_POINTER), 2) << 4, 1024) &&
	    !search(get(at(BASE_MEMORY_KIB), 2) * 1024 - 1024, 1024))
		search(ROM_FROM, ROM_TO - ROM_FROM);
	report(pointer, "a floating pointer structure");
	if (!pointer) return;
	check("its length in paragraphs", pointer[8], 1);
	check("version 1.4", pointer[9], 4);
	check("there is a configuration table", pointer[11], 0);
	table = at(get(pointer + 4, 4));
	report(memcmp(table, "PCMP", 4) == 0, "PCMP");
	check("checksum", sum(table, get(table + 4, 2)), 0);
	check("version 1.4", table[6], 4);
	check("local APIC", get(table + 36, 4), rdmsr(MSR_APIC_BASE) & ~(uint64_t)0xfff);
	report(!offered((uintptr_t)pointer, 16), "the pointer is not offered as memory");
	report(!offered((uintptr_t)table, get(table + 4, 2)), "nor is the table");
	entries(table);
	check("processors", processors, 1);
	check("I/O APICs", io_apics, 1);
	check("timers", timers, 1);
	check("ExtINT at LINT0", extints, 1);
	check("NMI at LINT1", nmis, 1);
}
