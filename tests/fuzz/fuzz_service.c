/* SPDX-License-Identifier: MIT */
#include "fuzz_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/i8259a_model.h"
#include "devices/isa_misc_model.h"
#include "devices/uart_16550_model.h"
#include "harness/bios_state.h"

enum { RAM_MIB = 4, MAX_CALLS = 64, MAX_REPEATS = 4 };

static struct hub hub;
static struct clock vclock;
static struct mem mem;
static struct bus bus;
static struct vga vga;
static struct mc146818 rtc;
static struct i8259a pic;
static struct isa_misc misc;
static struct uart_16550 com1;
static struct bios bios;

static void require(bool holds, const char *what)
{
	if (holds) return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

static void map(uint64_t base, uint64_t size, struct device *dev, uint64_t offset)
{
	require(!bus_map(&bus, BUS_PORT, base, size, dev, offset), "ports are free");
}

static void set_up_memory(void)
{
	static uint8_t rom[BIOS_ROM_SIZE];

	if (mem.ram) {
		memset(mem.flags, 0, mem.n_pages); /* every page holds its pattern when touched */
		return;
	}
	bios_rom(rom);
	require(!mem_init(&mem, (uint64_t)RAM_MIB << 20, UINT64_C(3) << 30), "memory");
	require(!mem_add_rom(&mem, BIOS_ROM_BASE, BIOS_ROM_SIZE, rom, sizeof(rom)), "ROM");
}

static void set_up_chips(void)
{
	struct isa_misc_wiring wire = { 0 };

	vga_init(&vga, "vga", &hub, &vclock);
	vga_set_text_mode(&vga);
	require(!vga_map(&vga, &bus), "the VGA");
	mc146818_init(&rtc, "rtc", &hub, &vclock, (struct irq){ 0 }, 0);
	map(0x70, 2, &rtc.dev, 0);
	i8259a_init(&pic, "pic", &hub, &vclock, (struct irq){ 0 });
	map(0x20, 2, &pic.master, 0);
	map(0xa0, 2, &pic.slave, 0);
	isa_misc_init(&misc, &hub, &vclock, &wire);
	map(0x92, 1, &misc.dev, 0x92);
	map(ISA_MISC_RST_BASE, ISA_MISC_RST_SIZE, &misc.rst, 0);
	uart_16550_init(&com1, "com1", &hub, &vclock, (struct irq){ 0 }, NULL, NULL);
	map(0x3f8, 8, &com1.dev, 0);
}

struct bios *fuzz_bios(void)
{
	struct bios_wiring wire = {
		.mem = &mem, .bus = &bus, .clock = &vclock, .vga = &vga, .rtc = &rtc
	};

	bios_free(&bios);
	set_up_memory();
	clock_init(&vclock);
	hub = (struct hub){ .clock = &vclock };
	bus_init(&bus, &hub, &vclock);
	set_up_chips();
	bios_init(&bios, &hub, &wire, NULL, NULL);
	require(bios_lay_memory(&mem), "memory for the data area");
	bios_lay_cmos(&rtc, &mem);
	bios_reset(&bios);
	return &bios;
}

static uint16_t word(const uint8_t *data, unsigned n) { return bios_get16(data + 2 + n * 2); }

static void set_registers(struct cpu_regs *r, const uint8_t *data)
{
	static const enum cpu_gpr order[] = { CPU_RAX, CPU_RBX, CPU_RCX, CPU_RDX,
					      CPU_RSI, CPU_RDI, CPU_RBP };
	enum { N = sizeof(order) / sizeof(order[0]) };

	memset(r, 0, sizeof(*r));
	for (unsigned i = 0; i < N; i++)
		r->gpr[order[i]] = (uint32_t)word(data, i) | (uint32_t)word(data, i) << 16;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) {
		r->seg[i].selector = word(data, N + i % 2);
		r->seg[i].base = (uint64_t)r->seg[i].selector << 4;
	}
}

static void call_once(struct bios *b, const uint8_t *data, unsigned service)
{
	struct cpu_regs regs;
	struct bios_call c = { .regs = &regs, .a20 = data[1] & 1 };

	set_registers(&regs, data);
	c.flags = data[1];
	bios_dispatch(b, service, &c);
	for (unsigned i = 0; i < MAX_REPEATS && c.outcome == BIOS_POLL; i++) {
		require(c.cost_ns > 0, "time passes while a service polls");
		clock_run_until(&vclock, clock_now(&vclock) + c.cost_ns);
		c.cost_ns = 0;
		c.outcome = BIOS_RETURN;
		bios_dispatch(b, service | BIOS_SERVICE_AGAIN, &c);
	}
	require(c.outcome == BIOS_JUMP || regs.rip == 0, "the way back is the stub's business");
	clock_run_until(&vclock, clock_now(&vclock) + c.cost_ns);
}

void fuzz_calls(struct bios *b, const uint8_t *data, size_t size, unsigned (*choose)(uint8_t byte))
{
	for (unsigned i = 0; i < MAX_CALLS && size >= FUZZ_CALL_SIZE; i++) {
		call_once(b, data, choose(data[0]));
		data += FUZZ_CALL_SIZE;
		size -= FUZZ_CALL_SIZE;
	}
}
