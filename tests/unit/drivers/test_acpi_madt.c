/* SPDX-License-Identifier: MIT */
/* The MADT's entries. */
#include "bimetal/acpi_madt.h"

#include "emu/array.h"
#include "tests/unit/drivers/acpi_fixture.h"
#include "tests/unit/emu/random.h"

static uint32_t end; /* of the entries put so far */

static void clear(void)
{
	memset(image, 0, sizeof(image));
	hole = 0;
	end = 44;
}

TestSuite(acpi_madt, .init = clear, .timeout = 60);

static void entry(const uint8_t *bytes, unsigned n)
{
	memcpy(image + TABLE + end, bytes, n);
	end += n;
}

#define ENTRY(...) entry((const uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))

static struct acpi_madt walk(void)
{
	struct acpi_madt madt;
	struct acpi_sdt sdt = only_table("APIC", end);
	require_eq(int, acpi_madt_begin(&memory, &sdt, &madt), ACPI_OK);
	return madt;
}

static struct acpi_madt_entry next(struct acpi_madt *madt)
{
	struct acpi_madt_entry e;
	require_eq(int, acpi_madt_next(madt, &e), ACPI_OK);
	return e;
}

static void expect_end(struct acpi_madt *madt)
{
	struct acpi_madt_entry e;
	check_eq(int, acpi_madt_next(madt, &e), ACPI_END);
	check_eq(int, acpi_madt_next(madt, &e), ACPI_END);
}

Test(acpi_madt, begins_with_the_local_apics_address)
{
	put(TABLE + 36, 4, 0xfee00000);
	put(TABLE + 40, 4, 1);
	struct acpi_madt madt = walk();
	check_eq(u32, madt.lapic_address, 0xfee00000);
	check_eq(u32, madt.flags, ACPI_MADT_PCAT_COMPAT);
	expect_end(&madt);
}

Test(acpi_madt, what_an_x86_has_is_decoded)
{
	ENTRY(0, 8, 3, 7, 1, 0, 0, 0);
	ENTRY(1, 12, 2, 0, 0x00, 0x10, 0xc0, 0xfe, 0x18, 0, 0, 0);
	ENTRY(2, 10, 1, 9, 0x14, 0, 0, 0, 0x0d, 0);
	ENTRY(3, 8, 5, 0, 0x11, 0, 0, 0);
	ENTRY(4, 6, 0xff, 5, 0, 1);
	ENTRY(4, 6, 0x02, 0, 0, 0);
	ENTRY(5, 12, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11);
	ENTRY(9, 16, 0, 0, 0x00, 0x01, 0, 0, 3, 0, 0, 0, 0x21, 0x43, 0, 0);
	ENTRY(10, 12, 5, 0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0);
	ENTRY(16, 16, 1, 0, 0, 0, 0, 0, 0x00, 0xf0, 0xfd, 0x7f, 0, 0, 0, 0);
	struct acpi_madt madt = walk();

	struct acpi_madt_entry e = next(&madt);
	check(e.type == ACPI_MADT_LAPIC && e.address == TABLE + 44 && e.length == 8);
	check(e.u.processor.uid == 3 && e.u.processor.id == 7);
	check_eq(u32, e.u.processor.flags, ACPI_PROCESSOR_ENABLED);
	e = next(&madt);
	check(e.type == ACPI_MADT_IOAPIC && e.u.ioapic.id == 2);
	check(e.u.ioapic.address == 0xfec01000 && e.u.ioapic.gsi_base == 24);
	e = next(&madt);
	check(e.type == ACPI_MADT_OVERRIDE && e.u.override.bus == 1);
	check(e.u.override.irq == 9 && e.u.override.gsi == 20);
	check_eq(u16, e.u.override.flags & ACPI_INTI_TRIGGER, 0xc);
	check_eq(u16, e.u.override.flags & ACPI_INTI_POLARITY, 1);
	e = next(&madt);
	check(e.type == ACPI_MADT_NMI_SOURCE && e.u.nmi_source.flags == 5);
	check_eq(u32, e.u.nmi_source.gsi, 17);
	e = next(&madt);
	check(e.u.lapic_nmi.uid == ACPI_ALL_PROCESSORS && e.u.lapic_nmi.lint == 1);
	check_eq(u16, e.u.lapic_nmi.flags, 5);
	e = next(&madt);
	check(e.u.lapic_nmi.uid == 2 && e.u.lapic_nmi.lint == 0 && e.u.lapic_nmi.flags == 0);
	e = next(&madt);
	check_eq(u64, e.u.lapic_address, UINT64_C(0x1122334455667788));
	e = next(&madt);
	check(e.type == ACPI_MADT_X2APIC && e.u.processor.id == 256);
	check(e.u.processor.uid == 0x4321 && e.u.processor.flags == 3);
	e = next(&madt);
	check(e.u.lapic_nmi.uid == ACPI_ALL_PROCESSORS && e.u.lapic_nmi.lint == 1);
	check_eq(u16, e.u.lapic_nmi.flags, 5);
	e = next(&madt);
	check(e.u.wakeup.version == 1 && e.u.wakeup.mailbox == 0x7ffdf000);
	expect_end(&madt);
}

Test(acpi_madt, what_an_itanium_has_is_decoded)
{
	ENTRY(6, 16, 4, 0, 0x10, 0, 0, 0, 0, 0, 0xc0, 0xfe, 1, 0, 0, 0);
	ENTRY(7, 18, 1, 0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0x99, 0, 0, 0, 'a', 0);
	ENTRY(8, 16, 5, 0, 2, 0x12, 0x34, 0x30, 0x16, 0, 0, 0, 1, 0, 0, 0);
	struct acpi_madt madt = walk();
	struct acpi_madt_entry e = next(&madt);
	check(e.u.ioapic.id == 4 && e.u.ioapic.gsi_base == 16);
	check_eq(u64, e.u.ioapic.address, UINT64_C(0x1fec00000));
	e = next(&madt);
	check(e.u.processor.id == 0x1234 && e.u.processor.uid == 0x99);
	check_eq(u32, e.u.processor.flags, 1);
	e = next(&madt);
	check(e.u.platform_source.type == 2 && e.u.platform_source.gsi == 22);
	check(e.u.platform_source.processor_id == 0x12 && e.u.platform_source.vector == 0x30);
	check(e.u.platform_source.processor_eid == 0x34);
	check(e.u.platform_source.flags == 5 && e.u.platform_source.source_flags == 1);
	expect_end(&madt);
}

Test(acpi_madt, kinds_that_are_not_known_are_stepped_over)
{
	static const uint8_t longest[255] = { 0x80, 255 };
	static const uint8_t gicc[80] = { ACPI_MADT_GICC, 80 };
	ENTRY(0x7f, 2);
	entry(longest, sizeof(longest));
	entry(gicc, sizeof(gicc));
	ENTRY(0, 9, 3, 7, 1, 0, 0, 0, 0xee); /* longer than the known entry */
	struct acpi_madt madt = walk();
	check_eq(u8, next(&madt).type, 0x7f);
	check_eq(u8, next(&madt).length, 255);
	struct acpi_madt_entry e = next(&madt);
	check(e.type == ACPI_MADT_GICC && e.address == TABLE + 44 + 2 + 255);
	check_eq(u32, next(&madt).u.processor.id, 7);
	expect_end(&madt);
}

Test(acpi_madt, a_bad_length_ends_the_walk)
{
	static const uint8_t bad[][2] = { { 0, 0 },  { 0, 1 },  { 0, 7 },   { 1, 11 },  { 2, 9 },
					  { 3, 7 },  { 4, 5 },  { 5, 11 },  { 6, 15 },  { 7, 15 },
					  { 8, 15 }, { 9, 15 }, { 10, 11 }, { 16, 15 }, { 0x50, 1 },
					  { 0, 200 } /* beyond the end */ };
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct acpi_madt_entry e;
		clear();
		ENTRY(bad[i][0], bad[i][1]);
		end += 30;
		struct acpi_madt madt = walk();
		check_eq(int, acpi_madt_next(&madt, &e), ACPI_BAD_LENGTH, "%u", i);
		check_eq(int, acpi_madt_next(&madt, &e), ACPI_END);
	}
	clear();
	ENTRY(0x7f, 2, 0); /* only half a header is left */
	struct acpi_madt madt = walk();
	struct acpi_madt_entry e = next(&madt);
	check_eq(int, acpi_madt_next(&madt, &e), ACPI_BAD_LENGTH);
}

Test(acpi_madt, what_cannot_be_read_ends_the_walk)
{
	struct acpi_madt_entry e;
	ENTRY(0, 8, 3, 7, 1, 0, 0, 0);
	ENTRY(0, 8, 3, 7, 1, 0, 0, 0);
	struct acpi_madt madt = walk();
	(void)next(&madt);
	hole = TABLE + 44 + 12;
	check_eq(int, acpi_madt_next(&madt, &e), ACPI_UNREADABLE);
	check_eq(int, acpi_madt_next(&madt, &e), ACPI_END);
}

Test(acpi_madt, is_only_read_from_a_table_of_its_kind)
{
	struct acpi_madt madt;
	struct acpi_sdt sdt = only_table("FACP", 100);
	check_eq(int, acpi_madt_begin(&memory, &sdt, &madt), ACPI_BAD_SIGNATURE);
	sdt = only_table("APIC", 43);
	check_eq(int, acpi_madt_begin(&memory, &sdt, &madt), ACPI_BAD_LENGTH);
	sdt = only_table("APIC", 44);
	check_eq(int, acpi_madt_begin(&memory, &sdt, NULL), ACPI_NULL);
	check_eq(int, acpi_madt_begin(&memory, NULL, &madt), ACPI_NULL);
	check_eq(int, acpi_madt_begin(NULL, &sdt, &madt), ACPI_NULL);
	check_eq(int, acpi_madt_next(NULL, NULL), ACPI_NULL);
	hole = TABLE + 40;
	check_eq(int, acpi_madt_begin(&memory, &sdt, &madt), ACPI_UNREADABLE);
}

Test(acpi_madt, the_walk_of_any_bytes_ends)
{
	uint64_t seed = 8;
	for (unsigned i = 0; i < 3000; i++) {
		clear();
		for (unsigned at = 44; at < 300; at++)
			image[TABLE + at] = (uint8_t)(random_next(&seed) % (i % 3 ? 20 : 256));
		end = 44 + (uint32_t)(random_next(&seed) % 256);
		struct acpi_madt madt = walk();
		struct acpi_madt_entry e;
		unsigned n = 0;
		enum acpi_status status;
		while ((status = acpi_madt_next(&madt, &e)) == ACPI_OK) {
			require(e.address + e.length <= TABLE + end);
			n++;
			require_lt(u32, n, 256);
		}
		require(status == ACPI_END || status == ACPI_BAD_LENGTH);
	}
}
