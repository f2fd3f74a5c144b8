/* SPDX-License-Identifier: MIT */
/* INT 1Ah AH=B1h on a configuration space with three functions: 00.0, 1f.0 and 1f.3. */
#include "bios_fixture.h"

#include "emu/bytes.h"

static uint32_t address;
static uint8_t space[256][256];

static uint64_t config_read(struct device *dev, uint64_t offset, unsigned width)
{
	uint64_t v = 0;

	(void)dev;
	if (offset < 4) return address;
	for (unsigned i = 0; i < width / 8; i++)
		v |= (uint64_t)space[address >> 8 & 0xff][(address & 0xfc) + offset - 4 + i]
		     << 8 * i;
	return address >> 16 == 0x8000 ? v : UINT64_MAX;
}

static void config_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	if (offset < 4) {
		address = (uint32_t)value;
		return;
	}
	for (unsigned i = 0; i < width / 8; i++)
		space[address >> 8 & 0xff][(address & 0xfc) + offset - 4 + i] =
			(uint8_t)(value >> 8 * i);
}

static const struct device_ops config_ops = { .name = "config",
					      .mem_read = config_read,
					      .mem_write = config_write };
static struct device config = { .ops = &config_ops, .instance = "config" };

static void function(unsigned devfn, uint32_t id, uint32_t class, uint8_t header)
{
	memset(space[devfn], 0, sizeof(space[devfn]));
	put_le32(space[devfn], id);
	put_le32(space[devfn] + 8, class << 8 | 0x02);
	space[devfn][0x0e] = header;
}

static void with_pci(void)
{
	memset(space, 0xff, sizeof(space));
	fixture_init();
	bios.wire.pci = true;
	bus_unmap(&bus, BUS_PORT, &misc.rst);
	require_eq(ptr, bus_map(&bus, BUS_PORT, 0xcf8, 8, &config, 0), NULL);
	function(0x00, 0x29c08086, 0x060000, 0x00);
	function(0xf8, 0x29188086, 0x060100, 0x80);
	function(0xfb, 0x29308086, 0x0c0500, 0x00);
	/* The search skips functions 1 to 7 if function 0 is not a multifunction device. */
	function(0x01, 0x29308086, 0x0c0500, 0x00);
}

TestSuite(bios_pci, .init = with_pci, .fini = fixture_fini, .timeout = 60);

static void find(uint8_t al, uint32_t cx, uint16_t dx, uint16_t index)
{
	begin((uint16_t)(0xb100 | al));
	set(CPU_RCX, cx);
	set(CPU_RDX, dx);
	set(CPU_RSI, index);
	service(0x1a);
}

static void reach(uint8_t al, uint16_t bx, uint16_t reg, uint32_t value)
{
	begin((uint16_t)(0xb100 | al));
	set(CPU_RBX, bx);
	set(CPU_RDI, reg);
	set(CPU_RCX, value);
	service(0x1a);
}

#define STATUS(status)                                 \
	do {                                           \
		check_eq(u8, high(CPU_RAX), status);   \
		check_eq(int, carry(), (status) != 0); \
	} while (0)

Test(bios_pci, it_says_that_it_is_there)
{
	begin(0xb101);
	service(0x1a);
	STATUS(0);
	check_eq(u64, regs.gpr[CPU_RDX], 0x20494350);
	check_eq(u8, low(CPU_RAX), 1);
	check_eq(u16, get(CPU_RBX), 0x0210);
	check_eq(u8, low(CPU_RCX), 0);
}

Test(bios_pci, devices_are_found_by_id)
{
	find(0x02, 0x2918, 0x8086, 0);
	STATUS(0x00);
	check_eq(u16, get(CPU_RBX), 0x00f8);
	find(0x02, 0x2930, 0x8086, 0);
	STATUS(0x00);
	check_eq(u16, get(CPU_RBX), 0x00fb);
	find(0x02, 0x2930, 0x8086, 1);
	STATUS(0x86);
	find(0x02, 0x1234, 0x8086, 0);
	STATUS(0x86);
	find(0x02, 0xffff, 0xffff, 0);
	STATUS(0x83);
}

Test(bios_pci, devices_are_found_by_class)
{
	find(0x03, 0xaa060100, 0, 0);
	STATUS(0x00);
	check_eq(u16, get(CPU_RBX), 0x00f8);
	find(0x03, 0x060100, 0, 1);
	STATUS(0x86);
	find(0x03, 0x030000, 0, 0);
	STATUS(0x86);
}

Test(bios_pci, registers_are_read_in_three_widths)
{
	reach(0x08, 0x00f8, 0x0e, 0x11111111);
	STATUS(0x00);
	check_eq(u64, regs.gpr[CPU_RCX], 0x11111180);
	reach(0x09, 0x00f8, 0x02, 0x11111111);
	check_eq(u64, regs.gpr[CPU_RCX], 0x11112918);
	reach(0x0a, 0x00f8, 0x00, 0x11111111);
	check_eq(u64, regs.gpr[CPU_RCX], 0x29188086);
	reach(0x0a, 0x01f8, 0x00, 0);
	check_eq(u64, regs.gpr[CPU_RCX], 0xffffffff, "bus 1 is empty");
}

Test(bios_pci, registers_are_written_in_three_widths)
{
	reach(0x0b, 0x0000, 0x41, 0xaabbccdd);
	STATUS(0x00);
	reach(0x0c, 0x0000, 0x46, 0xaabbccdd);
	reach(0x0d, 0x0000, 0x48, 0xaabbccdd);
	check_eq(int, memcmp(space[0] + 0x40, "\0\xdd\0\0\0\0\xdd\xcc\xdd\xcc\xbb\xaa", 12), 0);
}

Test(bios_pci, registers_that_are_not_there_are_refused)
{
	reach(0x09, 0, 0x41, 0);
	STATUS(0x87);
	reach(0x0a, 0, 0x42, 0);
	STATUS(0x87);
	reach(0x08, 0, 0x100, 0);
	STATUS(0x87);
	reach(0x0d, 0, 0xffff, 0);
	STATUS(0x87);
}

Test(bios_pci, other_functions_are_refused)
{
	begin(0xb10e);
	service(0x1a);
	STATUS(0x81);
	check_eq(str, last_lint, "bios.INT1A.function");
}
