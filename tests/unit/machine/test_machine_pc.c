/* SPDX-License-Identifier: MIT */
/* The machine "pc" as a whole, through its bus: the state that firmware leaves, the wires, and that
 * no write of a guest breaks it. */
#include "devices/pci_test/model.h"
#include "emu/array.h"
#include "emu/clock.h"
#include "harness/firmware/bios/bios.h"
#include "harness/machine/added.h"
#include "harness/machine/board.h"
#include "harness/machine/cpu.h"
#include "harness/machine/pc_addresses.h"
#include "harness/machine/pc_board.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

enum { MEMORY = 8 << 20, MS = 1000000 };

static struct machine machine, twin;
static struct machine_config config;
static const struct machine_device devices[] = { { .text = "pci-test" } };
static struct observer watcher;
static unsigned lints;
static char last_lint[64];

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	lints++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static void make(struct machine *m)
{
	const char *fault = machine_init(m, &config);
	require_eq(ptr, fault, NULL, "%s", fault);
}

static void power_on(void)
{
	config = (struct machine_config){
		.machine = "pc", .memory = MEMORY, .device = devices, .n_devices = 1
	};
	make(&machine);
	watcher.lint = on_lint;
	hub_attach(&machine.hub, &watcher);
}

static void power_off(void) { machine_free(&machine); }

static uint64_t in(unsigned port, unsigned width)
{
	return bus_read(&machine.bus, BUS_PORT, port, width);
}

static void out(unsigned port, unsigned width, uint64_t v)
{
	bus_write(&machine.bus, BUS_PORT, port, width, v);
}

static uint64_t load(uint64_t pa) { return bus_read(&machine.bus, BUS_MEMORY, pa, 32); }
static void store(uint64_t pa, uint64_t v) { bus_write(&machine.bus, BUS_MEMORY, pa, 32, v); }

static uint64_t config_read(unsigned device, unsigned function, unsigned offset)
{
	out(0xcf8, 32, 0x80000000u | device << 11 | function << 8 | offset);
	return in(0xcfc, 32);
}

static void config_write(unsigned device, unsigned function, unsigned offset, uint32_t value)
{
	out(0xcf8, 32, 0x80000000u | device << 11 | function << 8 | offset);
	out(0xcfc, 32, value);
}

static void move_local_apic(uint32_t base)
{
	check(lapic_model_msr_write(&pc_of(&machine)->lapic, 0x1b, base | 0x900));
}

static void pass(uint64_t ns) { clock_run_until(&machine.clock, clock_now(&machine.clock) + ns); }

/* Writes the redirection entry of pin n. */
static void redirect(unsigned n, uint64_t entry)
{
	store(0xfec00000, 0x10 + 2 * n + 1);
	store(0xfec00010, entry >> 32);
	store(0xfec00000, 0x10 + 2 * n);
	store(0xfec00010, entry & UINT32_MAX);
}

static bool requested(unsigned vector)
{
	return load(0xfee00200 + vector / 32 * 16) >> vector % 32 & 1;
}

TestSuite(machine_pc, .init = power_on, .fini = power_off, .timeout = 120);

Test(machine_pc, is_the_machine_that_is_built_when_none_is_named)
{
	config.machine = NULL;
	make(&twin);
	check_eq(str, twin.kind->name, "pc");
	machine_free(&twin);
}

Test(machine_pc, firmware_left_the_chipset_where_its_tables_say)
{
	check_eq(u64, config_read(0, 0, 0), 0x29c08086);
	check_eq(u64, config_read(0x1f, 0, 0), 0x29188086);
	check_eq(u64, load(PC_ECAM_BASE + (0x1f << 15)), 0x29188086);
	check_eq(u64, config_read(0x1f, 0, 0x40), PC_PMBASE | 1);
	check_eq(u64, load(0xfed00004), 69841279, "the HPET's period");
	store(0xfec00000, 1);
	check_eq(u64, load(0xfec00010), 0x170020, "the I/O APIC's version");
	check_eq(u64, in(PC_PMBASE + 4, 16) & 1, 0, "SCI_EN: ACPI is off");
	check_eq(u64, in(0x4d1, 8), 0x0e, "lines 9, 10 and 11 are level-triggered");
	check_gt(u64, machine.firmware.rsdp, 0);
	check_eq(u32, lints, 0);
}

Test(machine_pc, firmware_gave_every_function_its_addresses_and_line)
{
	uint64_t bar0 = config_read(4, 0, 0x10);
	check_eq(u64, config_read(4, 0, 4) & 7, 3, "decoding on, mastering off");
	check_ge(u64, bar0 & ~UINT64_C(0xf), PC_PCI_MEMORY_BASE);
	check_eq(u64, load(bar0 & ~UINT64_C(0xf)), 0x31545042);
	check_eq(u64, config_read(4, 0, 0x3c) & 0xff, 10, "INTA# of device 4: PIRQE");
}

Test(machine_pc, a_block_moved_over_another_device_is_reported_and_lost)
{
	config_write(0x1f, 0, 0x40, 0x380 | 1); /* PMBASE, where COM1 and VGA are */
	check_eq(str, last_lint, "acpi_pm.base");
	config_write(0x1f, 0, 0x40, PC_PMBASE | 1);
	check_eq(u64, in(PC_PMBASE + 4, 16) & 1, 0, "and found again");

	move_local_apic(0xfed01000);
	store(PC_RCBA + 0x3404, 0x81);
	check_eq(str, last_lint, "hpet.base");
	bus_write(&machine.bus, BUS_MEMORY, PC_RCBA + 0x31fe, 16, 0);
	move_local_apic(0xfec00000);
	bus_write(&machine.bus, BUS_MEMORY, PC_RCBA + 0x31fe, 16, 0x100);
	check_eq(str, last_lint, "ioapic.base");
	check_eq(u32, lints, 3);
}

Test(machine_pc, a_device_that_is_not_known_or_has_no_slot_is_refused_by_name)
{
	static const struct machine_device wrong[] = { { .text = "tokenring" } };
	config.device = wrong;
	check_ne(ptr, machine_init(&twin, &config), NULL);
	check_ne(ptr, strstr(twin.error, "tokenring"), NULL, "%s", twin.error);
	config.device = devices;
	config.machine = "isapc";
	check_ne(ptr, machine_init(&twin, &config), NULL);
	check_ne(ptr, strstr(twin.error, "no PCI"), NULL, "%s", twin.error);
}

Test(machine_pc, the_timer_comes_in_at_pin_2_and_at_line_0)
{
	redirect(2, 0x40);
	check(!requested(0x40));
	pass(60 * MS);
	check(requested(0x40));
	out(0x20, 8, 0x0a);
	check_eq(u64, in(0x20, 8) & 1, 1, "the 8259A's request register");
}

Test(machine_pc, legacy_replacement_takes_the_timers_line_away)
{
	store(0xfed00010, 3);
	redirect(2, 0x40);
	pass(200 * MS);
	check(!requested(0x40));
	store(0xfed00010, 0);
	pass(200 * MS);
	check(requested(0x40));
}

Test(machine_pc, the_hpet_drives_the_pin_that_it_is_routed_to)
{
	redirect(20, 0x2050);
	store(0xfed00148, 1000);
	store(0xfed00140, 20u << 9 | 4);
	store(0xfed00010, 1);
	pass(MS);
	check(requested(0x50));
}

Test(machine_pc, a_message_reaches_the_local_apic)
{
	uint64_t bar0 = config_read(4, 0, 0x10) & ~UINT64_C(0xf);
	struct pci_test_model *test = machine_added_find(&machine, "pci-test")->memory;
	struct dma_port *port = &test->fn.dma;
	check_ne(u64, bar0, 0);
	out(0xcf8, 32, 0x80002004);
	out(0xcfc, 16, 7);
	check(dma_message(port, 0xfee00000, 0x61));
	check(requested(0x61));
	check(!dma_message(port, 0xfee05000, 0x62), "nobody has ID 5");
	check_eq(u32, lints, 1);
}

Test(machine_pc, sci_follows_the_power_button_once_acpi_is_on)
{
	redirect(9, 0x8070);
	out(0xb2, 8, 2);
	check_eq(u64, in(PC_PMBASE + 4, 16) & 1, 1);
	out(PC_PMBASE + 2, 16, 1 << 8);
	check(!requested(0x70));
	acpi_pm_model_power_button(&pc_of(&machine)->pm);
	check(requested(0x70));
}

Test(machine_pc, soft_off_ends_the_run)
{
	out(PC_PMBASE + 4, 16, 7 << 10 | 1 << 13);
	check_eq(int, (int)machine.s.event, MACHINE_POWEROFF);
	check_eq(int, (int)machine_run(&machine, MS), CPU_STOP_REQUESTED);
}

Test(machine_pc, a_reset_puts_everything_back)
{
	store(0xfed00010, 1);
	redirect(2, 0x40);
	out(0xcf8, 32, 0x80002010);
	out(0xcfc, 32, 0xd0000000);
	machine_reset(&machine);
	check_eq(u64, load(0xfed00010), 0);
	store(0xfec00000, 0x14);
	check_eq(u64, load(0xfec00010), 0x10000);
	check_ne(u64, config_read(4, 0, 0x10), 0xd0000000);
}

/* ---- random writes ---- */

static void poke(struct machine *m, uint64_t *random)
{
	struct bus_decoder *d = random_next(random) & 1 ? &m->bus.port : &m->bus.memory;
	const struct bus_range *r = &d->range[random_next(random) % d->n];
	enum bus_space space = d == &m->bus.port ? BUS_PORT : BUS_MEMORY;
	unsigned width = 8u << random_next(random) % (space == BUS_PORT ? 3 : 4);
	uint64_t addr = r->base + random_any_size(random) % r->size;

	if (random_next(random) & 1)
		bus_write(&m->bus, space, addr, width, random_any_size(random));
	else
		(void)bus_read(&m->bus, space, addr, width);
	clock_advance(&m->clock, random_any_size(random) % MS);
	clock_run(&m->clock);
}

static void poke_both(uint64_t seed, unsigned n)
{
	uint64_t a = seed, b = seed;
	for (unsigned i = 0; i < n; i++) poke(&machine, &a);
	for (unsigned i = 0; i < n; i++) poke(&twin, &b);
}

static void expect_equal(const char *when)
{
	char a[33], b[33];
	machine_digest(&machine, a);
	machine_digest(&twin, b);
	check_eq(str, a, b, "%s", when);
	for (size_t i = 0; i < machine.n_devices; i++)
		check_eq(int,
			 memcmp(machine.device[i]->state, twin.device[i]->state,
				machine.device[i]->state_size),
			 0, "%s: %s", when, machine.device[i]->instance);
}

Test(machine_pc, cards_of_one_kind_have_names_of_their_own)
{
	static const struct machine_device four[] = { { .text = "pci-test" },
						      { .text = "pci-test" },
						      { .text = "pci-test" },
						      { .text = "pci-test" } };
	static const char *const name[] = { "pci-test", "pci-test2", "pci-test3", "pci-test4" };
	unsigned seen[4] = { 0 };

	config.device = four;
	config.n_devices = 4;
	make(&twin);
	for (size_t i = 0; i < twin.n_devices; i++)
		for (unsigned n = 0; n < 4; n++)
			seen[n] += strcmp(twin.device[i]->instance, name[n]) == 0;
	for (unsigned n = 0; n < 4; n++) check_eq(uint, seen[n], 1, "%s", name[n]);
	machine_free(&twin);
}

Test(machine_pc, a_card_too_many_is_refused)
{
	/* Device numbers 4 to 30 are free on bus 0. */
	static struct machine_device many[28];

	for (size_t i = 0; i < ARRAY_SIZE(many); i++) many[i].text = "pci-test";
	config.device = many;
	config.n_devices = ARRAY_SIZE(many);
	check(machine_init(&twin, &config) != NULL);
	check(strncmp(twin.error, "--device pci-test: ", 19) == 0, "%s", twin.error);
}

Test(machine_pc, garbage_in_every_register_does_the_same_twice)
{
	make(&twin);
	for (uint64_t seed = 1; seed <= 20; seed++) poke_both(seed, 10000);
	expect_equal("after garbage");
	check_gt(u32, lints, 1000);
	machine_free(&twin);
}

Test(machine_pc, a_copy_after_garbage_runs_on_alike)
{
	make(&twin);
	for (uint64_t seed = 1; seed <= 20; seed++) {
		uint64_t random = seed * 77;
		for (unsigned i = 0; i < 3000; i++) poke(&machine, &random);
		machine_copy_state(&twin, &machine);
		expect_equal("copied");
		poke_both(seed, 3000);
		expect_equal("gone on");
	}
	machine_free(&twin);
}

Test(machine_pc, a_copy_has_its_windows_where_registers_say)
{
	enum { LPC = 31, PMBASE = 0x40, BAR0 = 0x10 };
	const struct bus_range *r;

	make(&twin);
	move_local_apic(0xfea00000);
	config_write(LPC, 0, PMBASE, 0x801);
	config_write(4, 0, BAR0, 0xd0000000);
	machine_copy_state(&twin, &machine);
	r = bus_find(&twin.bus, BUS_MEMORY, 0xfea00000);
	check(r && r->dev == &pc_of(&twin)->lapic.dev);
	r = bus_find(&twin.bus, BUS_PORT, 0x800);
	check(r && r->dev == &pc_of(&twin)->pm.dev);
	r = bus_find(&twin.bus, BUS_MEMORY, 0xd0000000);
	check(r && r->dev && strcmp(r->dev->ops->name, "pci_test") == 0);
	machine_free(&twin);
}
