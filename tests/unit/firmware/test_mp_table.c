/* SPDX-License-Identifier: MIT */
/* Offsets are a second transcription from MultiProcessor Specification 1.4.
 * tests/kernels/mp_table.c compares the table with the hardware. */
#include "harness/firmware/mp_table.h"
#include "tests/check.h"

enum { ROM = 0xf0000, POINTER = 0xf5040, TABLE = 0xf5100, HEADER = 44 };

static struct mem mem;
static struct mp_pci_wire wire[MP_MAX_PCI + 200];
static struct mp_config config;
static uint8_t table[MP_TABLE_MAX];

static void power_on(void)
{
	require_eq(ptr, mem_init(&mem, UINT64_C(2) << 20, 0xb0000000), NULL);
	require_eq(ptr, mem_add_rom(&mem, ROM, 0x10000, "", 0), NULL);
	config = (struct mp_config){ .lapic_base = 0xfee00000,
				     .lapic_version = 0x14,
				     .ioapic_base = 0xfec00000,
				     .ioapic_id = 1,
				     .ioapic_version = 0x20,
				     .cpu_signature = 0x60fb2,
				     .cpu_features = 0x78bfbff,
				     .sci_irq = 9,
				     .pci = wire,
				     .pointer = POINTER,
				     .table = TABLE };
}

static void power_off(void) { mem_free(&mem); }

TestSuite(mp_table, .init = power_on, .fini = power_off, .timeout = 60);

static unsigned word(unsigned at) { return table[at] | table[at + 1] << 8; }

static void lay(void)
{
	require(mp_table_lay(&config, &mem));
	require(mem_read(&mem, TABLE, table, sizeof(table)));
}

static uint8_t sum(const uint8_t *p, unsigned n)
{
	uint8_t s = 0;

	while (n-- > 0) s = (uint8_t)(s + *p++);
	return s;
}

/* Finds the interrupt entry of this bus and source; NULL: none. */
static const uint8_t *source(uint8_t type, uint8_t bus, uint8_t irq)
{
	for (unsigned at = HEADER; at < word(4); at += table[at] ? 8 : 20)
		if (table[at] == 3 && table[at + 1] == type && table[at + 4] == bus &&
		    table[at + 5] == irq)
			return table + at;
	return NULL;
}

Test(mp_table, the_pointer_leads_to_the_table, .description = "4.1, 4.2")
{
	uint8_t pointer[16];

	lay();
	require(mem_read(&mem, POINTER, pointer, sizeof(pointer)));
	check_eq(int, memcmp(pointer, "_MP_\x00\x51\x0f\x00\x01\x04", 10), 0);
	check_eq(u8, sum(pointer, 16), 0);
	check_eq(u8, pointer[11], 0);
	check_eq(u8, pointer[12], 0, "no IMCR");
	check_eq(int, memcmp(table, "PCMP", 4), 0);
	check_eq(u8, sum(table, word(4)), 0);
}

Test(mp_table, the_processor_is_what_cpuid_says, .description = "4.3.1")
{
	static const uint8_t entry[] = { 0,    0,    0x14, 3,    0xb2, 0x0f, 0x06, 0,
					 0xff, 0xfb, 0x8b, 0x07, 0,    0,    0,    0 };

	lay();
	check_eq(int, memcmp(table + HEADER, entry, sizeof(entry)), 0);
}

Test(mp_table, isa_interrupts_are_wired_as_on_a_pc, .description = "4.3.4")
{
	lay();
	require_ne(ptr, source(3, 1, 0), NULL);
	check_eq(u8, source(3, 1, 0)[7], 0, "the 8259A");
	for (unsigned irq = 0; irq < 16; irq++) {
		const uint8_t *e = source(0, 1, (uint8_t)irq);

		if (irq == 2) {
			check_eq(ptr, e, NULL, "the cascade");
			continue;
		}
		require_ne(ptr, e, NULL);
		check_eq(u8, e[6], 1);
		check_eq(u8, e[7], irq ? (uint8_t)irq : 2);
		check_eq(u8, e[2], irq == 9 ? 0x0d : 0);
	}
}

Test(mp_table, pci_wires_have_device_and_pin, .description = "table 4-10, D.3")
{
	wire[0] = (struct mp_pci_wire){ .device = 4, .pin = 1, .input = 21 };
	config.n_pci = 1;
	lay();
	const uint8_t *e = source(0, 0, 4 << 2 | 1);
	require_ne(ptr, e, NULL);
	check_eq(u8, e[7], 21);
	check_eq(u8, e[2], 0x0f, "level, active low");
}

Test(mp_table, what_has_no_place_is_refused)
{
	config.n_pci = MP_MAX_PCI;
	check(mp_table_lay(&config, &mem));
	config.n_pci = MP_MAX_PCI + 200;
	check(!mp_table_lay(&config, &mem));
	config.n_pci = 0;
	config.pointer = POINTER + 4;
	check(!mp_table_lay(&config, &mem));
	config.pointer = POINTER;
	config.table = 0xc0000000;
	check(!mp_table_lay(&config, &mem));
}
