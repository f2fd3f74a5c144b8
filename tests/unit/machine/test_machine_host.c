/* SPDX-License-Identifier: MIT */
#include "harness/machine/host.h"
#include "tests/check.h"

#include <string.h>

#include "dma.h"
#include "harness/machine/cpu.h"
#include "harness/machine/pc.h"
#include "io.h"
#include "wait.h"

enum { MEMORY = 8 << 20, MS = 1000000, VECTOR = 0x20, PIC = 0x20, PIT = 0x40, COM1 = 0x3f8 };
enum { SHARED = 0x400000 };

static const struct machine_device devices[] = { { .text = "pci-test" } };
static struct machine machine, other;
static struct bimetal_cpu cpu, other_cpu;
static struct wait wait;
static unsigned n_taken;
static uint8_t last_vector;
static bool interrupts_on_in_handler;
static char digest[33], other_digest[33];

static struct machine_config config(const char *name)
{
	bool slots = strcmp(name, "pc") == 0;

	return (struct machine_config){
		.machine = name, .memory = MEMORY, .device = devices, .n_devices = slots
	};
}

static void make(struct machine *m, struct bimetal_cpu *c, const char *name)
{
	struct machine_config of = config(name);
	const char *fault = machine_host_init(m, &of, c);

	require_eq(ptr, fault, NULL, "%s", fault);
}

static void dispatch(void *ctx, uint8_t vector)
{
	struct bimetal_cpu *c = ctx;

	n_taken++;
	last_vector = vector;
	interrupts_on_in_handler = c->s.interrupts_on;
	io_write8(io_port(c, PIC), 0, 0x20); /* EOI */
}

static void set_up(void)
{
	make(&machine, &cpu, "pc");
	wait = wait_of_host(&cpu);
}

static void tear_down(void) { machine_free(&machine); }

TestSuite(machine_host, .init = set_up, .fini = tear_down, .timeout = 60);

/* ---- help ---- */

/* Programs the 8254's counter 0 as a rate generator of about 1 kHz, and unmasks only line 0. */
static void start_timer(struct bimetal_cpu *c)
{
	struct io pic = io_port(c, PIC), pit = io_port(c, PIT);

	c->dispatch = dispatch;
	c->dispatch_ctx = c;
	io_write8(pic, 0, 0x11);
	io_write8(pic, 1, VECTOR);
	io_write8(pic, 1, 4);
	io_write8(pic, 1, 1);
	io_write8(pic, 1, 0xfe);
	io_write8(pit, 3, 0x34);
	io_write8(pit, 0, 1193 & 0xff);
	io_write8(pit, 0, 1193 >> 8);
}

/* Uses some of everything: ports, memory, a string on the serial line, interrupts. */
static void work(struct machine *m, struct bimetal_cpu *c)
{
	struct wait w = wait_of_host(c);
	struct io com1 = io_port(c, COM1), text = io_memory(c, 0xb8000, 1);
	struct dma shared = dma_memory(c, SHARED, 64);

	start_timer(c);
	wait_irq_enable(&w);
	for (unsigned i = 0; i < 10; i++) {
		io_write8(com1, 0, (uint8_t)('a' + i));
		io_write16(text, 2 * i, (uint16_t)(0x700 + i));
		dma_store32(&shared, 4 * i, io_read32(text, 0));
		wait_ns(&w, MS);
	}
	wait_irq_disable(&w);
	(void)m;
}

/* ---- interrupts ---- */

Test(machine_host, the_timer_reaches_the_handler_through_pic_and_local_apic)
{
	start_timer(&cpu);
	wait_ns(&wait, 5 * MS);
	check_eq(uint, n_taken, 0, "interrupts are off at first");
	check(cpu.s.intr);
	wait_irq_enable(&wait);
	check_eq(uint, n_taken, 1, "what was pending is taken at once");
	check_eq(u8, last_vector, VECTOR);
	check(!interrupts_on_in_handler);
	check(cpu.s.interrupts_on, "and on again behind the handler");
	wait_ns(&wait, 10 * MS);
	check_ge(uint, n_taken, 10);
	check_le(uint, n_taken, 12);
}

Test(machine_host, a_masked_local_apic_lets_nothing_through)
{
	struct io apic = io_memory(&cpu, 0xfee00000, 1);

	start_timer(&cpu);
	io_write32(apic, 0x350, io_read32(apic, 0x350) | 0x10000); /* LINT0 */
	wait_irq_enable(&wait);
	wait_ns(&wait, 5 * MS);
	check_eq(uint, n_taken, 0);
	io_write32(apic, 0x350, io_read32(apic, 0x350) & ~UINT32_C(0x10000));
	wait_ns(&wait, 5 * MS);
	check_gt(uint, n_taken, 3);
}

Test(machine_host, a_sleeping_driver_wakes_at_the_interrupt)
{
	start_timer(&cpu);
	check(host_cpu_sleep(&cpu));
	check_eq(uint, n_taken, 1);
	check_le(u64, clock_now(&machine.clock), 2 * MS);
	check(!cpu.s.interrupts_on);
}

/* ---- accesses ---- */

Test(machine_host, accesses_are_reported_with_their_place)
{
	io_write8(io_port(&cpu, COM1), 7, 0x5a);
	check_ne(u64, cpu.s.pc, 0);
	check_eq(u64, machine.hub.pc(machine.hub.pc_ctx), cpu.s.pc);
	check_eq(u8, io_read8(io_port(&cpu, COM1), 7), 0x5a);
}

Test(machine_host, shared_memory_is_the_ram_of_the_machine)
{
	struct dma dma = dma_memory(&cpu, SHARED, 16);
	uint32_t value;

	dma_store32(&dma, 4, 0x11223344);
	require(mem_read32(&machine.mem, SHARED + 4, &value));
	check_eq(u32, value, 0x11223344);
}

static bool asked_to_stop;
static void stop(void *ctx)
{
	(void)ctx;
	asked_to_stop = true;
}

Test(machine_host, a_reset_or_an_exit_asks_the_driver_to_stop)
{
	cpu.stop = stop;
	io_write8(io_port(&cpu, COM1), 7, 0);
	check(!asked_to_stop);
	io_write32(io_port(&cpu, 0xf4), 0, 0x12);
	check_eq(int, machine.s.event, MACHINE_DEBUG_EXIT);
	check_eq(u32, machine.s.exit_value, 0x12);
	check(!asked_to_stop);
	(void)io_read8(io_port(&cpu, COM1), 7);
	check(asked_to_stop, "before the next access");
}

Test(machine_host, machine_reset_forgets_the_exit_and_the_interrupt_flag)
{
	cpu.stop = stop;
	io_write32(io_port(&cpu, 0xf4), 0, 0x12);
	wait_irq_enable(&wait);
	asked_to_stop = false;
	machine_reset(&machine);
	check_eq(int, machine.s.event, MACHINE_RUNNING);
	check(!cpu.s.interrupts_on);
	(void)io_read8(io_port(&cpu, COM1), 7);
	check(!asked_to_stop);
}

/* ---- state ---- */

Test(machine_host, two_equal_runs_have_the_same_digest)
{
	make(&other, &other_cpu, "pc");
	work(&machine, &cpu);
	work(&other, &other_cpu);
	machine_digest(&machine, digest);
	machine_digest(&other, other_digest);
	check_eq(str, digest, other_digest);
	(void)io_read8(io_port(&other_cpu, COM1), 7);
	machine_digest(&other, other_digest);
	check_ne(str, digest, other_digest, "one access more is another run");
	machine_free(&other);
}

Test(machine_host, the_digest_knows_the_processor)
{
	machine_digest(&machine, digest);
	cpu.s.interrupts_on = true;
	machine_digest(&machine, other_digest);
	check_ne(str, digest, other_digest);
	cpu.s.interrupts_on = false;
	cpu.s.interrupts++;
	machine_digest(&machine, other_digest);
	check_ne(str, digest, other_digest);
	cpu.s.interrupts--;
	cpu.s.pc++; /* the value differs from build to build */
	machine_digest(&machine, other_digest);
	check_eq(str, digest, other_digest);
}

Test(machine_host, a_copy_goes_on_like_its_original)
{
	make(&other, &other_cpu, "pc");
	work(&machine, &cpu);
	machine_copy_state(&other, &machine);
	check_eq(u64, clock_now(&other.clock), clock_now(&machine.clock));
	check_eq(u64, other_cpu.s.interrupts, cpu.s.interrupts);
	machine_digest(&machine, digest);
	machine_digest(&other, other_digest);
	check_eq(str, digest, other_digest);
	work(&machine, &cpu);
	work(&other, &other_cpu);
	machine_digest(&machine, digest);
	machine_digest(&other, other_digest);
	check_eq(str, digest, other_digest);
	machine_free(&other);
}

/* An interrupt line is high, and the copy has wires of its own. */
Test(machine_host, a_copy_has_the_interrupt_that_was_pending)
{
	make(&other, &other_cpu, "pc");
	start_timer(&cpu);
	wait_ns(&wait, 5 * MS);
	require(cpu.s.intr);
	machine_copy_state(&other, &machine);
	check(other_cpu.s.intr);
	other_cpu.dispatch = dispatch;
	other_cpu.dispatch_ctx = &other_cpu;
	n_taken = 0;
	host_cpu_set_interrupts(&other_cpu, true);
	check_eq(uint, n_taken, 1);
	check_eq(u8, last_vector, VECTOR);
	check(cpu.s.intr, "the original's is still there");
	machine_free(&other);
}

/* ---- the state that firmware leaves ---- */

static void expect_same_page(void *ctx, uint64_t pa, const uint8_t *page)
{
	uint8_t mine[MEM_PAGE];

	(void)ctx;
	require(mem_read(&machine.mem, pa, mine, sizeof(mine)));
	check_eq(int, memcmp(mine, page, sizeof(mine)), 0, "memory at 0x%lx", pa);
}

static void expect_same_map(const struct bus_decoder *a, const struct bus_decoder *b)
{
	require_eq(sz, a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		check_eq(u64, a->range[i].base, b->range[i].base);
		check_eq(u64, a->range[i].size, b->range[i].size);
		check_eq(str, a->range[i].name, b->range[i].name);
	}
}

static void expect_same_start(const char *name)
{
	struct machine_config of = config(name);

	machine_free(&machine);
	make(&machine, &cpu, name);
	const char *fault = machine_init(&other, &of);
	require_eq(ptr, fault, NULL, "%s", fault);
	require_eq(sz, machine.n_devices, other.n_devices);
	for (size_t i = 0; i < machine.n_devices; i++) {
		const struct device *a = machine.device[i], *b = other.device[i];
		check_eq(str, a->instance, b->instance);
		require_eq(sz, a->state_size, b->state_size);
		check_eq(int, memcmp(a->state, b->state, a->state_size), 0, "%s of %s", a->instance,
			 name);
	}
	mem_for_touched(&other.mem, expect_same_page, NULL);
	expect_same_map(&machine.bus.port, &other.bus.port);
	expect_same_map(&machine.bus.memory, &other.bus.memory);
	check_eq(u64, clock_now(&machine.clock), clock_now(&other.clock));
	check_eq(u64, machine.clock.s.next_ns, other.clock.s.next_ns);
	check_eq(int, memcmp(&machine.s, &other.s, sizeof(machine.s)), 0);
	machine_free(&other);
}

Test(machine_host, firmware_leaves_pc_as_on_the_emulated_machine) { expect_same_start("pc"); }
Test(machine_host, firmware_leaves_isapc_as_on_the_emulated_machine) { expect_same_start("isapc"); }

/* ---- mistakes ---- */

Test(machine_host, an_impossible_machine_is_refused_with_a_reason)
{
	struct machine_config of = config("pc");
	const char *fault;

	of.machine = "z80";
	fault = machine_host_init(&other, &of, &other_cpu);
	require_ne(ptr, fault, NULL);
	check_ne(ptr, strstr(fault, "z80"), NULL, "%s", fault);
	machine_free(&other); /* harmless after a failure */
	of = config("isapc");
	of.device = devices;
	of.n_devices = 1;
	check_ne(ptr, machine_host_init(&other, &of, &other_cpu), NULL);
	of = config("pc");
	of.memory = 0;
	check_ne(ptr, machine_host_init(&other, &of, &other_cpu), NULL);
}

/* ---- the processor ---- */

Test(machine_host, cpuid_says_what_the_emulated_cpu_has)
{
	enum { X2APIC = 1 << 21, TSC_DEADLINE = 1 << 24, APIC = 1 << 9 };
	struct host_cpuid leaf = host_cpu_cpuid(&cpu, 1, 0);

	check_eq(u32, leaf.ecx & (X2APIC | TSC_DEADLINE), TSC_DEADLINE);
	check_eq(u32, leaf.edx & APIC, APIC);
	check(!pc_of(&machine)->lapic.wire.has_x2apic);
	check(pc_of(&machine)->lapic.wire.has_tsc_deadline);
	host_cpu_write_msr(&cpu, LAPIC_MODEL_MSR_BASE, LAPIC_MODEL_DEFAULT_BASE, 0);
	check_eq(u32, host_cpu_cpuid(&cpu, 1, 0).edx & APIC, 0, "it is switched off");
}

Test(machine_host, features_are_added_and_taken_away)
{
	struct machine_config of = config("pc");

	of.cpu_features = "+x2apic,-tsc-deadline";
	require_eq(ptr, machine_host_init(&other, &of, &other_cpu), NULL);
	check(pc_of(&other)->lapic.wire.has_x2apic);
	check(!pc_of(&other)->lapic.wire.has_tsc_deadline);
	machine_free(&other);
	of.cpu_features = "+warp";
	const char *fault = machine_host_init(&other, &of, &other_cpu);
	require_ne(ptr, fault, NULL);
	check_ne(ptr, strstr(fault, "+warp"), NULL, "%s", fault);
}
