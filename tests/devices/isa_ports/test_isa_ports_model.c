/* SPDX-License-Identifier: MIT */
#include "devices/isa_ports/model.h"
#include "emu/bus.h"
#include "tests/check.h"

enum {
	NMI_SC = 0x61,
	POST = 0x80,
	PORT92 = 0x92,
	E9 = 0xe9,
	FERR = 0xf0,
	EXIT = 0xf4,
	DEBUGCON = 0x402,
	RST_CNT = 0xcf9
};

static struct isa_ports_model misc;
static struct hub hub;
static struct clock vclock;
static struct bus bus;
static struct observer watcher;
static bool gate, out2, a20, irq13;
static unsigned resets, inits, cycles, exits, lints, acknowledged;
static uint32_t exit_value;
static const char *source;
static char console[8], last_lint[64];
static unsigned console_len;

static void set_gate(void *ctx, bool level) { (void)ctx, gate = level; }
static bool get_out2(void *ctx)
{
	(void)ctx;
	return out2;
}
static void set_a20(void *ctx, bool level) { (void)ctx, a20 = level; }
static void on_reset(void *ctx, const char *from) { (void)ctx, resets++, source = from; }
static void on_init(void *ctx, const char *from) { (void)ctx, inits++, source = from; }
static void on_cycle(void *ctx, const char *from) { (void)ctx, cycles++, source = from; }
static void on_exit_port(void *ctx, uint32_t value) { (void)ctx, exits++, exit_value = value; }
static void on_ignne(void *ctx) { (void)ctx, acknowledged++; }
static void set_irq13(void *ctx, unsigned n, bool level) { (void)ctx, (void)n, irq13 = level; }
static void on_debug(void *ctx, uint8_t byte)
{
	(void)ctx;
	if (console_len + 1 < sizeof(console)) console[console_len++] = (char)byte;
}

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	lints++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static void map(uint64_t base, uint64_t size, struct device *dev, uint64_t offset)
{
	require_eq(ptr, bus_map(&bus, BUS_PORT, base, size, dev, offset), NULL);
}

static void power_on(void)
{
	struct isa_ports_model_wiring wire = { .set_gate = set_gate,
					       .out2 = get_out2,
					       .set_a20 = set_a20,
					       .reset = on_reset,
					       .exit = on_exit_port,
					       .debug = on_debug,
					       .ignne = on_ignne,
					       .ferr_irq = { .set = set_irq13 } };
	clock_init(&vclock);
	hub.clock = &vclock;
	watcher.lint = on_lint;
	hub_attach(&hub, &watcher);
	bus_init(&bus, &hub, &vclock);
	isa_ports_model_init(&misc, &hub, &vclock, &wire);
	for (unsigned i = 0; i < ISA_PORTS_MODEL_N_REGS; i++)
		map(isa_ports_regs[i].offset, isa_ports_regs[i].width / 8, &misc.dev,
		    isa_ports_regs[i].offset);
	map(ISA_PORTS_MODEL_RST_BASE, ISA_PORTS_MODEL_RST_SIZE, &misc.rst, 0);
}

static uint8_t in(unsigned port) { return (uint8_t)bus_read(&bus, BUS_PORT, port, 8); }
static void out(unsigned port, uint8_t v) { bus_write(&bus, BUS_PORT, port, 8, v); }

TestSuite(isa_misc, .init = power_on, .timeout = 60);

Test(isa_misc, the_register_tables_are_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(isa_ports_regs, ISA_PORTS_MODEL_N_REGS, &where);
	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
	fault = reg_table_fault(&isa_ports_model_rst_cnt, 1, &where);
	check_eq(ptr, fault, NULL, "%s", fault);
}

Test(isa_misc, port_61_gates_the_counter_and_reads_its_output)
{
	out(NMI_SC, 0x01);
	check(gate);
	check_eq(u8, in(NMI_SC)&0x2f, 0x01);
	out2 = true;
	check_eq(u8, in(NMI_SC)&0x2f, 0x21);
	out(NMI_SC, 0x02);
	check(!gate);
	check_eq(u8, in(NMI_SC)&0x2f, 0x22);
}

Test(isa_misc, the_status_bits_of_port_61_cannot_be_written)
{
	out(NMI_SC, 0xf0);
	check_eq(u8, in(NMI_SC)&0xe0, 0);
	check_eq(u32, lints, 0);
}

Test(isa_misc, the_refresh_bit_toggles_every_fifteen_microseconds)
{
	unsigned toggles = 0;
	uint8_t last = in(NMI_SC)&0x10;
	for (unsigned us = 0; us < 1000; us++) {
		clock_run_until(&vclock, vclock.s.now_ns + 1000);
		uint8_t now = in(NMI_SC)&0x10;
		if (now != last) toggles++;
		last = now;
	}
	check_eq(u32, toggles, 66); /* 1000 / 15.085 */
}

/* The bit toggles at exactly every 18th pulse of the timers' clock, even after an hour. */
Test(isa_misc, the_refresh_bit_keeps_the_timers_clock)
{
	const uint64_t pulses = UINT64_C(18) * (1193182 / 18) * 3600;
	uint64_t at = clock_tick_time(pulses, 1193182);
	clock_run_until(&vclock, at - 1);
	uint8_t before = in(NMI_SC)&0x10;
	clock_run_until(&vclock, at);
	check_ne(u8, in(NMI_SC)&0x10, before);
}

Test(isa_misc, diagnostic_codes_are_kept_in_order)
{
	uint8_t codes[ISA_PORTS_MODEL_POST_KEPT] = { 0 };
	check_eq(u32, isa_ports_model_posts(&misc, codes), 0);
	out(POST, 0x11);
	out(POST, 0x22);
	check_eq(u32, isa_ports_model_posts(&misc, codes), 2);
	check_eq(u8, codes[0], 0x11);
	check_eq(u8, codes[1], 0x22);
	check_eq(u8, in(POST), 0x22);
	for (unsigned i = 0; i < 20; i++) out(POST, (uint8_t)i);
	check_eq(u32, isa_ports_model_posts(&misc, codes), ISA_PORTS_MODEL_POST_KEPT);
	check_eq(u8, codes[0], 4);
	check_eq(u8, codes[15], 19);
}

Test(isa_misc, port_92_switches_a20)
{
	check(a20, "as a BIOS leaves it");
	check_eq(u8, in(PORT92), 0x02);
	out(PORT92, 0x00);
	check(!a20);
	check(!isa_ports_model_a20(&misc));
	out(PORT92, 0x02);
	check(a20);
	check_eq(u32, resets, 0);
	check_eq(u32, lints, 0);
}

Test(isa_misc, port_92_resets_on_a_rising_bit_only)
{
	out(PORT92, 0x03);
	check_eq(u32, resets, 1);
	check_eq(str, source, "port 0x92");
	out(PORT92, 0x03);
	check_eq(u32, resets, 1);
	out(PORT92, 0x02);
	out(PORT92, 0x03);
	check_eq(u32, resets, 2);
}

Test(isa_misc, the_debug_consoles_pass_bytes_and_are_detectable)
{
	check_eq(u8, in(E9), 0xe9);
	check_eq(u8, in(DEBUGCON), 0xe9);
	out(E9, 'h');
	out(DEBUGCON, 'i');
	check_eq(str, console, "hi");
	check_eq(u8, in(E9), 0xe9);
}

Test(isa_misc, debug_exit_takes_any_width)
{
	out(EXIT, 0x10);
	check_eq(u32, exit_value, 0x10);
	bus_write(&bus, BUS_PORT, EXIT, 16, 0x1234);
	check_eq(u32, exit_value, 0x1234);
	bus_write(&bus, BUS_PORT, EXIT, 32, 0xdeadbeef);
	check_eq(u32, exit_value, 0xdeadbeef);
	out(EXIT, 0);
	check_eq(u32, exit_value, 0, "nothing is left of the write before");
	check_eq(u32, exits, 4);
	check_eq(u32, lints, 0);
}

Test(isa_misc, port_cf9_resets_when_its_bit_2_rises)
{
	out(RST_CNT, 0x02);
	check_eq(u32, resets, 0);
	check_eq(u8, in(RST_CNT), 0x02);
	out(RST_CNT, 0x06);
	check_eq(u32, resets, 1);
	check_eq(str, source, "port 0xcf9");
	out(RST_CNT, 0x0e);
	check_eq(u32, resets, 1);
	out(RST_CNT, 0x00);
	out(RST_CNT, 0x0e);
	check_eq(u32, resets, 2);
	out(RST_CNT, 0x10);
	check_eq(str, last_lint, "isa_misc.RST_CNT.reserved");
}

Test(isa_misc, port_cf9_has_three_kinds_of_reset)
{
	misc.wire.init = on_init;
	misc.wire.power_cycle = on_cycle;
	out(RST_CNT, 0x04);
	check_eq(u32, inits, 1);
	check_eq(str, source, "port 0xcf9 (INIT)");
	out(RST_CNT, 0x00);
	out(RST_CNT, 0x0c);
	check_eq(u32, inits, 2, "FULL_RST means nothing without SYS_RST");
	out(RST_CNT, 0x02);
	out(RST_CNT, 0x06);
	check_eq(u32, resets, 1);
	check_eq(str, source, "port 0xcf9");
	out(RST_CNT, 0x0a);
	out(RST_CNT, 0x0e);
	check_eq(u32, cycles, 1);
	check_eq(str, source, "port 0xcf9 (full reset)");
	out(PORT92, 0x03);
	check_eq(u32, inits, 3);
	check_eq(u32, resets, 1);
	check_eq(u32, lints, 0);
}

Test(isa_misc, without_separate_wires_all_three_kinds_call_reset)
{
	out(RST_CNT, 0x04);
	out(RST_CNT, 0x00);
	out(RST_CNT, 0x0e);
	check_eq(u32, resets, 2);
}

Test(isa_misc, a_pci_configuration_cycle_does_not_reset)
{
	bus_write(&bus, BUS_PORT, ISA_PORTS_MODEL_RST_BASE, 32, 0x80000600);
	bus_write(&bus, BUS_PORT, ISA_PORTS_MODEL_RST_BASE, 16, 0x0600);
	bus_write(&bus, BUS_PORT, RST_CNT, 16, 0x0606);
	check_eq(u32, resets, 0);
	check_eq(u32, (uint32_t)bus_read(&bus, BUS_PORT, ISA_PORTS_MODEL_RST_BASE, 32), 0xffffffff);
	check_eq(u8, in(0xcfc), 0xff);
	check_eq(u32, lints, 0);
}

Test(isa_misc, a_coprocessor_error_raises_irq_13_until_acknowledged)
{
	isa_ports_model_set_ferr(&misc, true);
	check(irq13);
	out(FERR, 0);
	check(!irq13);
	check_eq(u32, acknowledged, 1);
	isa_ports_model_set_ferr(&misc, true);
	check(!irq13, "no new edge");
	isa_ports_model_set_ferr(&misc, false);
	isa_ports_model_set_ferr(&misc, true);
	check(irq13);
}

Test(isa_misc, wrong_width_and_direction_are_lints)
{
	bus_read(&bus, BUS_PORT, FERR, 8);
	check_eq(str, last_lint, "isa_misc.COPROC_ERR.writeonly");
	out(PORT92, 0x42);
	check_eq(str, last_lint, "isa_misc.PORT92.reserved");
	check_eq(u32, lints, 2);
}

Test(isa_misc, reset_gives_a20_back_and_clears_the_rest)
{
	out(PORT92, 0x00);
	out(NMI_SC, 0x03);
	out(RST_CNT, 0x02);
	isa_ports_model_reset(&misc);
	check(a20);
	check(!gate);
	check_eq(u8, in(RST_CNT), 0);
	check_eq(u8, in(NMI_SC)&0x0f, 0);
	check_eq(u32, resets, 0);
}
