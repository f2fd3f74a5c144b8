/* SPDX-License-Identifier: MIT */
/* Descriptors are written down from SDM Vol. 3A figures 3-8, 7-4 and table 3-2; the flat ones are
 * those that Linux has. */
#include "bimetal/x86/gdt.h"

#include "tests/unit/drivers/host_fixture.h"

static uint64_t slots[GDT_MAX_SLOTS];
static struct gdt gdt;
static struct tss tss;
static struct x86_cpu x86;

static void set_up(void)
{
	host_power_on();
	x86 = x86_of_host(&cpu);
	tss_init(&tss);
	require_eq(int, gdt_init(&gdt, slots, GDT_DEFAULT_SLOTS), GDT_OK);
}

TestSuite(x86_gdt, .init = set_up, .fini = host_power_off, .timeout = 60);

Test(x86_gdt, flat_segments_are_those_of_linux)
{
	check_eq(u64, GDT_KERNEL_CODE64, UINT64_C(0x00af9b000000ffff));
	check_eq(u64, GDT_KERNEL_CODE32, UINT64_C(0x00cf9b000000ffff));
	check_eq(u64, GDT_KERNEL_DATA, UINT64_C(0x00cf93000000ffff));
	check_eq(u64, GDT_USER_CODE64, UINT64_C(0x00affb000000ffff));
	check_eq(u64, GDT_USER_CODE32, UINT64_C(0x00cffb000000ffff));
	check_eq(u64, GDT_USER_DATA, UINT64_C(0x00cff3000000ffff));
	/* Their bits by name. */
	const uint64_t flat = GDT_GRANULARITY | GDT_PRESENT | GDT_IS_SEGMENT | GDT_WRITABLE |
			      GDT_ACCESSED | UINT64_C(0x000f00000000ffff);
	check_eq(u64, GDT_KERNEL_DATA, flat | GDT_DEFAULT_SIZE);
	check_eq(u64, GDT_KERNEL_CODE64, flat | GDT_EXECUTABLE | GDT_LONG);
	check_eq(uint, gdt_dpl(GDT_USER_DATA), 3);
	check_eq(uint, gdt_dpl(GDT_KERNEL_CODE64), 0);
}

Test(x86_gdt, a_new_table_has_the_null_descriptor_alone)
{
	struct gdt other;
	slots[0] = slots[7] = 1;
	check_eq(int, gdt_init(&other, slots, GDT_DEFAULT_SLOTS), GDT_OK);
	check_eq(u64, slots[0], 0);
	check_eq(u64, slots[7], 0);
	check_eq(uint, gdt_table(&other).limit, 7);
}

Test(x86_gdt, a_size_is_1_to_8192_slots)
{
	struct gdt other = { 0 };
	check_eq(int, gdt_init(&other, slots, 0), GDT_BAD_SIZE);
	check_eq(int, gdt_init(&other, slots, GDT_MAX_SLOTS + 1), GDT_BAD_SIZE);
	check_eq(int, gdt_init(&other, NULL, 1), GDT_NULL_POINTER);
	check_eq(int, gdt_init(NULL, slots, 1), GDT_NULL_POINTER);
	check_eq(ptr, other.slot, NULL);
	require_eq(int, gdt_init(&other, slots, GDT_MAX_SLOTS), GDT_OK);
	uint16_t selector = 0;
	for (unsigned i = 1; i < GDT_MAX_SLOTS; i++)
		require_eq(int, gdt_add(&other, GDT_KERNEL_DATA, &selector), GDT_OK);
	check_eq(uint, selector, 0xfff8);
	check_eq(uint, gdt_table(&other).limit, 0xffff);
	check_eq(int, gdt_add(&other, GDT_KERNEL_DATA, &selector), GDT_FULL);
}

Test(x86_gdt, selectors_have_the_index_and_the_descriptors_dpl)
{
	uint16_t code, data, user;
	check_eq(int, gdt_add(&gdt, GDT_KERNEL_CODE64, &code), GDT_OK);
	check_eq(int, gdt_add(&gdt, GDT_KERNEL_DATA, &data), GDT_OK);
	check_eq(int, gdt_add(&gdt, GDT_USER_DATA, &user), GDT_OK);
	check_eq(uint, code, 0x08);
	check_eq(uint, data, 0x10);
	check_eq(uint, user, 0x1b);
	check_eq(uint, gdt_selector_index(user), 3);
	check_eq(uint, gdt_selector_rpl(user), 3);
	check_eq(uint, gdt_selector(8191, 3), 0xfffb);
	check_eq(u64, slots[3], GDT_USER_DATA);
}

Test(x86_gdt, a_system_descriptor_takes_two_slots)
{
	uint16_t task, data;
	check_eq(int, gdt_add_tss(&gdt, &tss, TSS_SIZE - 1, &task), GDT_OK);
	check_eq(int, gdt_add(&gdt, GDT_KERNEL_DATA, &data), GDT_OK);
	check_eq(uint, task, 0x08);
	check_eq(uint, data, 0x18);
	check_eq(u64, gdt_system_base((struct gdt_system){ slots[1], slots[2] }), (uintptr_t)&tss);
	check_eq(u32, gdt_system_limit((struct gdt_system){ slots[1], slots[2] }), 0x67);
}

Test(x86_gdt, a_full_table_is_told_and_left_as_it_was)
{
	uint16_t selector = 0x1234;
	for (unsigned i = 0; i < 6; i++)
		require_eq(int, gdt_add(&gdt, GDT_KERNEL_DATA, &selector), GDT_OK);
	selector = 0x1234;
	check_eq(int, gdt_add_tss(&gdt, &tss, TSS_SIZE - 1, &selector), GDT_FULL);
	check_eq(u64, slots[7], 0);
	check_eq(int, gdt_add(&gdt, GDT_KERNEL_DATA, &selector), GDT_OK);
	check_eq(uint, selector, 0x38);
	selector = 0x1234;
	check_eq(int, gdt_add(&gdt, GDT_KERNEL_DATA, &selector), GDT_FULL);
	check_eq(uint, selector, 0x1234);
	check_eq(uint, gdt_table(&gdt).limit, 63);
}

Test(x86_gdt, kinds_of_descriptors_are_not_confused)
{
	uint16_t selector;
	struct gdt_system segment = { .low = GDT_KERNEL_DATA };
	check_eq(int, gdt_add(&gdt, gdt_tss_descriptor(0, 0x67).low, &selector), GDT_NOT_A_SEGMENT);
	check_eq(int, gdt_add_system(&gdt, segment, &selector), GDT_NOT_A_SYSTEM);
	check_eq(int, gdt_add_tss(&gdt, &tss, TSS_SIZE - 2, &selector), GDT_BAD_LIMIT);
	check_eq(int, gdt_add_tss(&gdt, &tss, 0x100000, &selector), GDT_BAD_LIMIT);
	check_eq(int, gdt_add_tss(&gdt, NULL, 0x67, &selector), GDT_NULL_POINTER);
	check_eq(int, gdt_add(&gdt, GDT_KERNEL_DATA, NULL), GDT_NULL_POINTER);
	check_eq(uint, gdt.used, 1);
}

Test(x86_gdt, a_tss_descriptor_holds_all_64_bits_of_the_base)
{
	struct gdt_system d = gdt_tss_descriptor(UINT64_C(0xfedcba9876543210), 0xabcde);
	check_eq(u64, d.low, UINT64_C(0x760a89543210bcde));
	check_eq(u64, d.high, UINT64_C(0xfedcba98));
	check_eq(u64, gdt_system_base(d), UINT64_C(0xfedcba9876543210));
	check_eq(u32, gdt_system_limit(d), 0xabcde);
	d.low |= GDT_GRANULARITY;
	check_eq(u32, gdt_system_limit(d), 0xabcdefff);
}

/* ---- loading ---- */

static uint16_t code, data, task;

static void fill(void)
{
	require_eq(int, gdt_add(&gdt, GDT_KERNEL_CODE64, &code), GDT_OK);
	require_eq(int, gdt_add(&gdt, GDT_KERNEL_DATA, &data), GDT_OK);
	require_eq(int, gdt_add_tss(&gdt, &tss, TSS_SIZE - 1, &task), GDT_OK);
}

Test(x86_gdt, loading_is_one_lgdt)
{
	fill();
	check_eq(int, gdt_load(&gdt, x86), GDT_OK);
	check_eq(u64, cpu.s.x86.n_done, 1);
	struct host_x86_done done = host_x86_last(&cpu.s.x86, 0);
	check_eq(int, done.what, HOST_X86_LGDT);
	check_eq(u64, done.a, (uintptr_t)slots);
	check_eq(u64, done.b, 5 * 8 - 1);
	check_eq(u64, x86_sgdt(x86).base, (uintptr_t)slots);
	check_eq(uint, x86_sgdt(x86).limit, 39);
}

Test(x86_gdt, the_task_register_makes_its_descriptor_busy)
{
	fill();
	check_eq(int, gdt_load(&gdt, x86), GDT_OK);
	uint64_t before = slots[3];
	check_eq(u64, before >> 40 & 0xf, GDT_TYPE_TSS);
	check_eq(int, gdt_load_tss(&gdt, x86, task), GDT_OK);
	check_eq(u64, slots[3] >> 40 & 0xf, GDT_TYPE_BUSY_TSS);
	check_eq(u64, slots[3], before | UINT64_C(1) << 41);
	check_eq(uint, x86_str(x86), task);
	check_eq(int, gdt_load_tss(&gdt, x86, task), GDT_TSS_IS_BUSY);
	check_eq(u64, cpu.s.x86.faults, 0);
	x86_ltr(x86, task); /* the processor refuses it too */
	check_eq(u64, cpu.s.x86.faults, 1);
	check_eq(uint, cpu.s.x86.fault, 13);
}

Test(x86_gdt, ltr_of_something_else_is_told_before_it_faults)
{
	fill();
	check_eq(int, gdt_load(&gdt, x86), GDT_OK);
	check_eq(int, gdt_load_tss(&gdt, x86, 0), GDT_BAD_SELECTOR);
	check_eq(int, gdt_load_tss(&gdt, x86, task | GDT_SELECTOR_TABLE), GDT_BAD_SELECTOR);
	check_eq(int, gdt_load_tss(&gdt, x86, 5 * 8), GDT_BAD_SELECTOR);
	check_eq(int, gdt_load_tss(&gdt, x86, 4 * 8), GDT_BAD_SELECTOR); /* its upper half */
	check_eq(int, gdt_load_tss(&gdt, x86, data), GDT_NOT_A_TSS);
	slots[3] &= ~GDT_PRESENT;
	check_eq(int, gdt_load_tss(&gdt, x86, task), GDT_NOT_A_TSS);
	check_eq(u64, cpu.s.x86.faults, 0);
	check_eq(uint, x86_str(x86), 0);
}

Test(x86_gdt, segments_are_loaded_and_fs_and_gs_are_not)
{
	fill();
	check_eq(int, gdt_load(&gdt, x86), GDT_OK);
	cpu.s.x86.msrs.gs_base = 0x1000;
	gdt_load_segments(x86, code, data);
	check_eq(uint, x86_cs(x86), code);
	check_eq(uint, x86_ss(x86), data);
	check_eq(uint, x86_ds(x86), data);
	check_eq(uint, x86_es(x86), data);
	check_eq(u64, cpu.s.x86.msrs.gs_base, 0x1000);
	check_eq(u64, cpu.s.x86.n_done, 5);
	check_eq(u64, cpu.s.x86.faults, 0);
}
