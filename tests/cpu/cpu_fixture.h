/* SPDX-License-Identifier: MIT */
/* A CPU with 16 MiB of RAM and one catch-all port device, for tests of a few instructions. */
#ifndef TESTS_CPU_FIXTURE_H
#define TESTS_CPU_FIXTURE_H

#include <string.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/cpu/cpu.h"
#include "emu/mem.h"

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

/* What the interrupt controller answers, once; -1: nothing. */
static int next_vector;

static int acknowledge(void *ctx)
{
	int vector = next_vector;
	(void)ctx;
	next_vector = -1;
	if (vector >= 0) cpu_set_intr(cpu, false);
	return vector;
}

/* Which CPU the next one is. */
static const char *cpu_spec;
static bool unknown_msr_zero;

static void make_cpu(bool step)
{
	static const uint8_t fill = 0xcc;
	const char *error = NULL;
	clock_init(&clk);
	hub = (struct hub){ .clock = &clk };
	bus_init(&bus, &hub, &clk);
	cr_assert(mem_init(&mem, 16 << 20, UINT64_C(3) << 30) == NULL);
	mem_set_pattern(&mem, &fill, 1);
	ports = (struct device){ .ops = &port_ops, .instance = "ports", .hub = &hub };
	cr_assert(bus_map(&bus, BUS_PORT, 0, 0x10000, &ports, 0) == NULL);
	struct cpu_config config = { .mem = &mem,
				     .bus = &bus,
				     .clock = &clk,
				     .hub = &hub,
				     .pins = { .intr_ack = acknowledge },
				     .features = cpu_spec,
				     .unknown_msr_zero = unknown_msr_zero,
				     .step = step };
	cpu = cpu_new(&config, &error);
	cr_assert(cpu != NULL, "%s", error);
	n_written = 0;
	next_vector = -1;
}

/* Flat 32-bit protected mode at CODE_AT, as a multiboot loader leaves it. */
static void start_protected(const uint8_t *code, size_t size)
{
	struct cpu_regs r = { .rip = CODE_AT, .rflags = 2, .cr0 = 0x11 };
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r.seg[i] = (struct cpu_segment_state){ .limit = UINT32_MAX,
						       .flags = 0xcf9300,
						       .selector = 0x10 };
	r.seg[CPU_CS].flags = 0xcf9b00;
	r.seg[CPU_CS].selector = 8;
	r.gpr[CPU_RSP] = STACK_AT;
	cr_assert(mem_write(&mem, CODE_AT, code, size));
	cpu_set_regs(cpu, &r);
}

/* 16-bit real mode at 0000:7C00. */
__attribute__((unused)) static void start_real(const uint8_t *code, size_t size)
{
	struct cpu_regs r = { .rip = 0x7c00, .rflags = 2, .cr0 = 0x10 };
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r.seg[i] = (struct cpu_segment_state){ .limit = 0xffff, .flags = 0x9300 };
	r.seg[CPU_CS].flags = 0x9b00;
	r.idt.limit = 0x3ff;
	r.gpr[CPU_RSP] = 0x7000;
	cr_assert(mem_write(&mem, 0x7c00, code, size));
	cpu_set_regs(cpu, &r);
}

static void free_cpu(void)
{
	cpu_free(cpu);
	mem_free(&mem);
}

#endif
