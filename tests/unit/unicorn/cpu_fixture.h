/* SPDX-License-Identifier: MIT */
/* A CPU with 16 MiB of RAM and one catch-all port device, for tests of a few instructions. */
#ifndef TESTS_UNIT_UNICORN_CPU_FIXTURE_H
#define TESTS_UNIT_UNICORN_CPU_FIXTURE_H

#include <string.h>

#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem.h"
#include "emu/unicorn/x86/cpu.h"
#include "tests/check.h"

/* For functions that not every test file uses. */
#define PERHAPS __attribute__((unused))

enum { CODE_AT = 0x100000, STACK_AT = 0x90000, PORT_STOP = 0xf4, MAX_WRITES = 256 };

static struct mem mem;
static struct clock clk;
static struct bus bus;
static struct hub hub;
static struct cpu *cpu;
static struct device ports;
static struct {
	uint64_t port, value, time;
} written[MAX_WRITES];
static unsigned n_written;
static uint64_t port_reads;

static uint64_t port_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)width;
	port_reads++;
	return offset & 0xff;
}

static void port_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	(void)width;
	if (n_written < MAX_WRITES) {
		written[n_written].port = offset;
		written[n_written].value = value;
		written[n_written++].time = clock_now(&clk);
	}
	if (offset == PORT_STOP) cpu_request_stop(cpu);
}

static const struct device_ops port_ops = { .name = "ports",
					    .mem_read = port_read,
					    .mem_write = port_write };

/* The vector that the interrupt controller answers, once; -1: none. */
static int next_vector;

static int acknowledge(void *ctx)
{
	int vector = next_vector;
	(void)ctx;
	next_vector = -1;
	if (vector >= 0) cpu_set_intr(cpu, false);
	return vector;
}

/* what make_cpu() makes, as --cpu spells it */
static const char *cpu_spec;
static bool unknown_msr_zero;
static struct tlb_policy tlb_policy;
static bool (*usable_memory)(void *ctx, uint64_t pa);

static void make_cpu(bool step)
{
	static const uint8_t fill = 0xcc;
	char error[CPU_ERROR_SIZE] = "";
	clock_init(&clk);
	hub = (struct hub){ .clock = &clk };
	bus_init(&bus, &hub, &clk);
	require(mem_init(&mem, 16 << 20, UINT64_C(3) << 30) == NULL);
	mem_set_pattern(&mem, &fill, 1);
	ports = (struct device){ .ops = &port_ops, .instance = "ports", .hub = &hub };
	require(bus_map(&bus, BUS_PORT, 0, 0x10000, &ports, 0) == NULL);
	struct cpu_config config = { .mem = &mem,
				     .bus = &bus,
				     .clock = &clk,
				     .hub = &hub,
				     .pins = { .intr_ack = acknowledge },
				     .features = cpu_spec,
				     .unknown_msr_zero = unknown_msr_zero,
				     .step = step,
				     .tlb = tlb_policy,
				     .usable_memory = usable_memory };
	cpu = cpu_new(&config, error, sizeof(error));
	require(cpu != NULL, "%s", error);
	n_written = 0;
	next_vector = -1;
}

/* Starts in flat 32-bit protected mode at CODE_AT, as a multiboot loader leaves it. */
PERHAPS static void start_protected(const uint8_t *code, size_t size)
{
	struct cpu_regs r = { .rip = CODE_AT, .rflags = 2, .cr0 = 0x11 };
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r.seg[i] = (struct cpu_segment_state){ .limit = UINT32_MAX,
						       .flags = 0xcf9300,
						       .selector = 0x10 };
	r.seg[CPU_CS].flags = 0xcf9b00;
	r.seg[CPU_CS].selector = 8;
	r.gpr[CPU_RSP] = STACK_AT;
	require(mem_write(&mem, CODE_AT, code, size));
	cpu_set_regs(cpu, &r);
}

/* Long mode, ring 0, at CODE_AT, without an IDT: an exception ends the run, and first_exception()
 * returns it. ABSENT_PAGES pages of 4 KiB from HOLE_AT on are not present; all else is
 * identity-mapped. */
enum {
	TABLES_AT = 0x10000,
	GDT_AT = 0x18000,
	HOLE_AT = 0x400000,
	ABSENT_PAGES = 16,
	PAGE_P_W_U = 7,
	PAGE_SIZE_2M = 0x80
};

static void put_entry(uint64_t table, unsigned i, uint64_t entry)
{
	require(mem_write64(&mem, table + 8u * i, entry));
}

static void make_tables(void)
{
	const uint64_t pml4 = TABLES_AT, pdpt = pml4 + 0x1000, pd = pdpt + 0x1000, pt = pd + 0x1000;
	require(mem_set(&mem, TABLES_AT, 0, 4 * MEM_PAGE));
	put_entry(pml4, 0, pdpt | PAGE_P_W_U);
	put_entry(pdpt, 0, pd | PAGE_P_W_U);
	for (unsigned i = 0; i < 8; i++)
		put_entry(pd, i, (uint64_t)i << 21 | PAGE_P_W_U | PAGE_SIZE_2M);
	put_entry(pd, HOLE_AT >> 21, pt | PAGE_P_W_U);
	for (unsigned i = ABSENT_PAGES; i < 512; i++)
		put_entry(pt, i, (HOLE_AT + i * (uint64_t)MEM_PAGE) | PAGE_P_W_U);
}

PERHAPS static void start_long(const uint8_t *code, size_t size, const struct cpu_regs *with)
{
	struct cpu_regs r = *with;
	make_tables();
	r.rip = CODE_AT;
	r.rflags |= 2;
	r.cr0 = 0x80010033;
	r.cr3 = TABLES_AT;
	r.cr4 = 0x620;
	r.efer = 0x500;
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r.seg[i] = (struct cpu_segment_state){ .limit = UINT32_MAX,
						       .flags = 0xcf9300,
						       .selector = 0x10 };
	put_entry(GDT_AT, 0, 0);
	put_entry(GDT_AT, 1, UINT64_C(0x00af9b000000ffff));
	put_entry(GDT_AT, 2, UINT64_C(0x00cf93000000ffff));
	r.gdt.base = GDT_AT;
	r.gdt.limit = 23;
	r.seg[CPU_CS].flags = 0xaf9b00;
	r.seg[CPU_CS].selector = 8;
	if (!r.gpr[CPU_RSP]) r.gpr[CPU_RSP] = STACK_AT;
	require(mem_write(&mem, CODE_AT, code, size));
	cpu_set_regs(cpu, &r);
}

/* Returns the first exception of a run that ended in a triple fault. */
PERHAPS static struct irq_event first_exception(void)
{
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	require_gt(sz, cpu_failed_deliveries(cpu, failed, CPU_MAX_NESTING), 0);
	return failed[0].event;
}

/* Starts in 16-bit real mode at 0000:7C00. */
__attribute__((unused)) PERHAPS static void start_real(const uint8_t *code, size_t size)
{
	struct cpu_regs r = { .rip = 0x7c00, .rflags = 2, .cr0 = 0x10 };
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r.seg[i] = (struct cpu_segment_state){ .limit = 0xffff, .flags = 0x9300 };
	r.seg[CPU_CS].flags = 0x9b00;
	r.idt.limit = 0x3ff;
	r.gpr[CPU_RSP] = 0x7000;
	require(mem_write(&mem, 0x7c00, code, size));
	cpu_set_regs(cpu, &r);
}

static void free_cpu(void)
{
	cpu_free(cpu);
	mem_free(&mem);
}

#endif
