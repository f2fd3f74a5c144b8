/* SPDX-License-Identifier: MIT */
/* Accesses to devices: their number, width, place and time. */
#include "cpu_fixture.h"

#define SECOND UINT64_C(1000000000)

static void power_on(void) { make_cpu(false); }
TestSuite(cpu, .init = power_on, .fini = free_cpu, .timeout = 60);

/* A device in memory that records accesses to it. */
static struct {
	uint64_t offset, value;
	unsigned width;
} reached[8];
static unsigned n_reached;

static uint64_t memory_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	reached[n_reached].offset = offset;
	reached[n_reached++].width = width;
	return UINT64_C(0x1122334455667788) + offset;
}

static void memory_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	reached[n_reached].offset = offset;
	reached[n_reached].value = value;
	reached[n_reached++].width = width;
}

static void expect_access(unsigned i, uint64_t offset, unsigned width, uint64_t value)
{
	check_eq(u64, reached[i].offset, offset, "access %u", i);
	check_eq(u32, reached[i].width, width, "access %u", i);
	check_eq(u64, reached[i].value, value, "access %u", i);
}

Test(cpu, a_device_access_of_eight_bytes_is_one)
{
	/* fild qword [0xd0000010]; fistp qword [0xd0000018]; mov eax,[0xd0000020];
	 * mov [0xd0000024],eax; hlt */
	static const uint8_t code[] = { 0xdf, 0x2d, 0x10, 0,    0,    0xd0, 0xdf, 0x3d,
					0x18, 0,    0,    0xd0, 0xa1, 0x20, 0,    0,
					0xd0, 0xa3, 0x24, 0,    0,    0xd0, 0xf4 };
	static const struct device_ops ops = { .name = "memory",
					       .mem_read = memory_read,
					       .mem_write = memory_write };
	struct device dev = { .ops = &ops, .instance = "memory", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, 0xd0000000, 0x1000, &dev, 0) == NULL);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require_eq(u32, n_reached, 4);
	expect_access(0, 0x10, 64, 0);
	expect_access(1, 0x18, 64, UINT64_C(0x1122334455667788) + 0x10);
	expect_access(2, 0x20, 32, 0);
	expect_access(3, 0x24, 32, 0x55667788 + 0x20);
	check_eq(u64, clock_now(&clk), 5 + 4 * CPU_CHARGE_MMIO);
}

/* --- where an access is made */

static uint64_t place[8];
static unsigned n_places;

static uint64_t note_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)offset;
	(void)width;
	if (n_places < 8) place[n_places++] = dev->hub->pc(dev->hub->pc_ctx);
	return 0;
}

static void note_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)value;
	note_read(dev, offset, width);
}

Test(cpu, the_place_of_a_device_access_is_its_instruction_and_asking_changes_nothing)
{
	/* mov ecx,2; 5: cmp ecx,2; 8: mov eax,[0xd0000000]; 13: mov [0xd0000004],eax; setz al;
	 * out 0x80,al; dec ecx; jnz 5; hlt */
	static const uint8_t code[] = { 0xb9, 2,    0,    0,    0,    0x83, 0xf9, 2,    0xa1,
					0,    0,    0,    0xd0, 0xa3, 4,    0,    0,    0xd0,
					0x0f, 0x94, 0xc0, 0xe6, 0x80, 0x49, 0x75, 0xeb, 0xf4 };
	static const struct device_ops ops = { .name = "memory",
					       .mem_read = note_read,
					       .mem_write = note_write };
	struct device dev = { .ops = &ops, .instance = "memory", .hub = &hub };
	require(bus_map(&bus, BUS_MEMORY, 0xd0000000, 0x1000, &dev, 0) == NULL);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require_eq(u32, n_places, 4);
	for (unsigned i = 0; i < 4; i++) check_eq(u64, place[i], CODE_AT + (i % 2 ? 13u : 8u));
	require_eq(u32, n_written, 2);
	check_eq(u64, written[0].value & 0xff, 1, "the flags of CMP outlive the access");
	check_eq(u64, written[1].value & 0xff, 0);
}

/* --- ports */

static struct {
	struct cpu_regs regs;
	uint64_t port, value;
	unsigned width;
} at_port[8];
static unsigned n_at_port;

static uint64_t port_value(uint64_t port) { return 0x11223344 + port; }

static void port_written(struct device *dev, uint64_t port, unsigned width, uint64_t value)
{
	(void)dev;
	require_lt(u32, n_at_port, 8);
	cpu_get_regs(cpu, &at_port[n_at_port].regs);
	at_port[n_at_port].port = port;
	at_port[n_at_port].value = value;
	at_port[n_at_port++].width = width;
}

static uint64_t port_was_read(struct device *dev, uint64_t port, unsigned width)
{
	port_written(dev, port, width, 0);
	return port_value(port);
}

Test(cpu, a_port_access_has_its_width_and_the_registers_of_its_instruction)
{
	/* mov ecx,5; cmp ecx,5; 8: in al,80h; 10: in ax,82h; 13: in eax,84h; 15: out 90h,eax;
	 * 17: out 92h,ax; 20: out 94h,al; setz cl; hlt */
	static const uint8_t code[] = { 0xb9, 5,    0,    0,    0,    0x83, 0xf9, 5,    0xe4,
					0x80, 0x66, 0xe5, 0x82, 0xe5, 0x84, 0xe7, 0x90, 0x66,
					0xe7, 0x92, 0xe6, 0x94, 0x0f, 0x94, 0xc1, 0xf4 };
	static const struct {
		unsigned rip, port, width;
		uint64_t value;
	} want[] = { { 8, 0x80, 8, 0 },        { 10, 0x82, 16, 0 },
		     { 13, 0x84, 32, 0 },      { 15, 0x90, 32, 0x112233c8 },
		     { 17, 0x92, 16, 0x33c8 }, { 20, 0x94, 8, 0xc8 } };
	static const struct device_ops ops = { .name = "ports",
					       .mem_read = port_was_read,
					       .mem_write = port_written };
	enum { ZF = 0x40 };
	struct device dev = { .ops = &ops, .instance = "ports", .hub = &hub };
	struct cpu_regs end;
	bus_unmap(&bus, BUS_PORT, &ports);
	require(bus_map(&bus, BUS_PORT, 0x80, 0x20, &dev, 0x80) == NULL);
	start_protected(code, sizeof code);
	require_eq(int, cpu_run(cpu, SECOND), CPU_STOP_HALTED);
	require_eq(u32, n_at_port, 6);
	for (unsigned i = 0; i < 6; i++) {
		check_eq(u64, at_port[i].regs.rip, CODE_AT + want[i].rip, "%u", i);
		check_eq(u64, at_port[i].regs.rflags & ZF, ZF, "%u", i);
		check_eq(u64, at_port[i].port, want[i].port, "%u", i);
		check_eq(u32, at_port[i].width, want[i].width, "%u", i);
		check_eq(u64, at_port[i].value, want[i].value, "%u", i);
	}
	cpu_get_regs(cpu, &end);
	check_eq(u64, end.gpr[CPU_RCX], 1, "the flags outlive the accesses");
	check_eq(u64, clock_now(&clk), 10 + 6 * CPU_CHARGE_PORT);
}
