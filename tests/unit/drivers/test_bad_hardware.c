/* SPDX-License-Identifier: MIT */
/* Every driver on broken hardware: a bus without a device, registers that always read the same
 * value or noise, and an interrupt line that never falls. Each call must end within a bounded time;
 * its result is checked by the driver's own tests. If the init function of a driver refuses such
 * hardware, the test makes the handle by hand, as if the hardware broke later. */
#include <stdio.h>

#include "emu/array.h"
#include "tests/unit/drivers/host_fixture.h"

#include "bimetal/bochs_display.h"
#include "bimetal/debug_console.h"
#include "bimetal/debug_exit.h"
#include "bimetal/hpet.h"
#include "bimetal/ioapic.h"
#include "bimetal/lapic.h"
#include "bimetal/lpt.h"
#include "bimetal/pci_bar.h"
#include "bimetal/pci_capability.h"
#include "bimetal/pci_msi.h"
#include "bimetal/pic_8259.h"
#include "bimetal/pit_8254.h"
#include "bimetal/ps2_kbd.h"
#include "bimetal/ps2_pointer.h"
#include "bimetal/rtc_mc146818.h"
#include "bimetal/uart_16550.h"
#include "bimetal/vga_draw.h"
#include "bimetal/vga_text.h"
#include "tests/unit/emu/random.h"

enum { MEMORY_SIZE = 0x10000000, VECTOR = 0x40, INTERRUPT_NS = 1000, NOISES = 4 };
#define MEMORY_BASE UINT64_C(0xd0000000)
/* For one call. The longest is a reset of a mouse that does not answer. */
#define LIMIT_NS UINT64_C(20000000000)

static struct device bad;
static bool noise;
static uint64_t constant, seed;
static uint32_t unlucky_calls;
static char where[64];

static uint64_t bad_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev, (void)offset, (void)width;
	return noise ? random_next(&seed) : constant;
}

static void bad_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev, (void)offset, (void)width, (void)value;
}

static const struct device_ops bad_ops = { .name = "bad",
					   .mem_read = bad_read,
					   .mem_write = bad_write };

/* The line stays high: the handler takes time, but does not clear the request. */
static int acknowledge(void *ctx) { return (void)ctx, VECTOR; }

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx, (void)vector;
	clock_advance(&vclock, INTERRUPT_NS);
}

static void set_up(void)
{
	host_power_on();
	recorder_detach(&rec);
	bad = (struct device){ .ops = &bad_ops, .instance = "bad", .hub = &hub };
	require(bus_map(&bus, BUS_PORT, 0, 0x10000, &bad, 0) == NULL);
	require(bus_map(&bus, BUS_MEMORY, MEMORY_BASE, MEMORY_SIZE, &bad, 0) == NULL);
	cpu.dispatch = dispatch;
	cpu.pins.intr_ack = acknowledge;
}

TestSuite(bad_hardware, .init = set_up, .fini = host_power_off, .timeout = 120);

static struct io port(uint16_t base) { return io_port(&cpu, base); }
static struct io memory(void) { return io_memory(&cpu, MEMORY_BASE, 1); }

/* Makes a call and checks the time it takes; its result does not matter. */
#define CALL(call)                                                             \
	do {                                                                   \
		uint64_t began = clock_now(&vclock);                           \
		unlucky_calls += (unsigned)(call) != 0;                        \
		uint64_t took = clock_now(&vclock) - began;                    \
		check_le(u64, took, LIMIT_NS, "%s, %s: %llu ns", where, #call, \
			 (unsigned long long)took);                            \
	} while (0)

/* Runs `exercise` with each kind of bad hardware, without and with an interrupt storm. */
static void with_each(void (*exercise)(void))
{
	static const uint64_t constants[] = { UINT64_MAX,         0,
					      0x5555555555555555, 0x8080808080808080,
					      0x0101010101010101, 0x2020202020202020 };
	const unsigned n = ARRAY_SIZE(constants);

	for (unsigned storm = 0; storm < 2; storm++)
		for (unsigned i = 0; i < n + NOISES; i++) {
			noise = i >= n;
			constant = noise ? 0 : constants[i];
			seed = i + 1;
			(void)snprintf(where, sizeof(where), "%s %llx%s", noise ? "noise" : "reads",
				       (unsigned long long)constant, storm ? ", storm" : "");
			host_cpu_processor(&cpu).ops->set_intr(&cpu, storm);
			(void)host_cpu_set_interrupts(&cpu, storm);
			exercise();
			check_eq(int, cpu.s.interrupts_on, (int)storm, "%s", where);
			(void)host_cpu_set_interrupts(&cpu, false);
		}
	check_gt(u32, unlucky_calls, 0);
}

/* ---- serial and parallel port, debug ports ---- */

static void try_uart(void)
{
	static uint8_t rx[16], tx[16], data[8];
	const struct uart_buffers buffers = { .rx = rx, .tx = tx, .rx_size = 16, .tx_size = 16 };
	struct uart_config config = uart_8n1(115200);
	struct uart_registers dump;
	struct uart uart = { 0 };
	size_t done;

	CALL(uart_init(&uart, port(0x3f8), wait, &config));
	uart = (struct uart){ .io = port(0x3f8), .wait = wait, .char_ns = 86806, .depth = 16 };
	CALL(uart_self_test(&uart));
	CALL(uart_check_connected(&uart));
	CALL(uart_dump(&uart, &dump));
	CALL(uart_send(&uart, data, sizeof(data), &done));
	CALL(uart_receive(&uart, data, sizeof(data), 2, &done));
	CALL(uart_flush(&uart));
	CALL(uart_interrupts_on(&uart, &buffers));
	bool on = wait_irq_save(&wait); /* as when a handler calls */
	for (unsigned i = 0; i < 8; i++) CALL(uart_interrupt(&uart));
	wait_irq_restore(&wait, on);
	CALL(uart_interrupts_off(&uart));
}

Test(bad_hardware, no_uart) { with_each(try_uart); }

static void try_lpt(void)
{
	static uint8_t ring[16], data[8];
	struct lpt lpt;
	size_t done;

	CALL(lpt_init(&lpt, port(0x378), wait));
	lpt = (struct lpt){ .io = port(0x378), .wait = wait, .control = 0x0c };
	CALL(lpt_check(&lpt));
	CALL(lpt_try_send(&lpt, 'x'));
	CALL(lpt_send(&lpt, data, sizeof(data), LPT_PATIENCE_NS, &done));
	CALL(lpt_flush(&lpt, LPT_PATIENCE_NS));
	CALL(lpt_reset(&lpt));
	CALL(lpt_interrupts_on(&lpt, ring, sizeof(ring)));
	CALL(lpt_send(&lpt, data, sizeof(data), LPT_PATIENCE_NS, &done));
	bool on = wait_irq_save(&wait);
	for (unsigned i = 0; i < 8; i++) CALL(lpt_interrupt(&lpt));
	wait_irq_restore(&wait, on);
	CALL(lpt_interrupts_off(&lpt, LPT_PATIENCE_NS));
}

Test(bad_hardware, no_parallel_port) { with_each(try_lpt); }

static void try_debug_ports(void)
{
	struct debug_console console = { 0 };
	struct debug_exit out = { 0 };

	CALL(debug_console_init(&console, port(0xe9)));
	console = (struct debug_console){ .io = port(0xe9) };
	CALL(debug_console_print(&console, "text"));
	CALL(debug_exit_init(&out, port(0xf4), wait, 32));
	CALL(debug_exit(&out, 5));
}

Test(bad_hardware, no_debug_ports) { with_each(try_debug_ports); }

/* ---- devices of an AT ---- */

static void try_pic(void)
{
	const struct pic_config config = { .master_vector = 0x20, .slave_vector = 0x28 };
	struct pic pic = { 0 };
	uint16_t lines;

	CALL(pic_init(&pic, port(0), wait, &config));
	pic = (struct pic){ port(0), wait, 0x20, 0x28, false };
	CALL(pic_get_requests(&pic, &lines));
	CALL(pic_unmask(&pic, 9));
	CALL(pic_begin(&pic, 7));
	CALL(pic_begin(&pic, 15));
	CALL(pic_end_highest(&pic, 15));
	CALL(pic_set_level(&pic, 9, true));
}

Test(bad_hardware, no_interrupt_controller) { with_each(try_pic); }

static void try_pit(void)
{
	struct pit_state state;
	struct pit pit = { 0 };
	uint16_t count;

	CALL(pit_init(&pit, port(0), wait));
	pit = (struct pit){ .io = port(0), .wait = wait, .programmed = 7 };
	CALL(pit_set_rate(&pit, 0, 1000));
	CALL(pit_read(&pit, 0, &count));
	CALL(pit_read_back(&pit, 1, &state));
	CALL(pit_tone(&pit, 440));
	CALL(pit_wait(&pit, 10000000));
	CALL(pit_silence(&pit));
}

Test(bad_hardware, no_timer) { with_each(try_pit); }

static void try_rtc(void)
{
	const struct rtc_mc146818_time set = { 2024, 2, 29, 23, 59, 59, 0 };
	const struct rtc_mc146818_alarm noon = { 12, 0, 0 };
	struct rtc_mc146818_alarm alarm;
	struct rtc_mc146818_time time;
	struct rtc_mc146818 rtc = { 0 };
	unsigned sources;

	CALL(rtc_mc146818_init(&rtc, port(0x70), wait, 0x32, false));
	CALL(rtc_mc146818_read_time(&rtc, &time));
	CALL(rtc_mc146818_set_time(&rtc, &set));
	CALL(rtc_mc146818_set_alarm(&rtc, &noon));
	CALL(rtc_mc146818_get_alarm(&rtc, &alarm));
	CALL(rtc_mc146818_set_rate(&rtc, 1024));
	CALL(rtc_mc146818_enable(&rtc, RTC_MC146818_UPDATE));
	CALL(rtc_mc146818_acknowledge(&rtc, &sources));
	CALL(rtc_mc146818_disable(&rtc, RTC_MC146818_UPDATE));
}

Test(bad_hardware, no_clock) { with_each(try_rtc); }

static void try_ps2(void)
{
	static uint8_t bytes[16];
	struct ps2_ring ring;
	struct ps2 ps2 = { 0 };
	uint16_t id;
	uint8_t plain;
	bool wheel;

	CALL(ps2_init(&ps2, port(0x60), wait));
	CALL(ps2_ring_init(&ring, bytes, sizeof(bytes)));
	CALL(ps2_attach(&ps2, PS2_KEYBOARD, &ring));
	ps2.usable[PS2_KEYBOARD] = ps2.usable[PS2_AUX] = true; /* as if they broke later */
	CALL(ps2_receive(&ps2));
	CALL(ps2_kbd_reset(&ps2));
	CALL(ps2_kbd_identify(&ps2, &id));
	CALL(ps2_kbd_set_leds(&ps2, 1));
	CALL(ps2_pointer_reset(&ps2, &plain));
	CALL(ps2_pointer_enable_wheel(&ps2, &wheel));
	CALL(ps2_set_translation(&ps2, true));
}

Test(bad_hardware, no_keyboard_controller) { with_each(try_ps2); }

/* ---- APICs, HPET ---- */

static void try_lapic(void)
{
	const struct lapic_source source = { .vector = 0x50 };
	const struct lapic_ipi ipi = { .vector = 0x50, .destination = 1 };
	struct lapic lapic = { 0 };
	uint32_t word;

	CALL(lapic_init(&lapic, memory(), wait));
	lapic = (struct lapic){ .io = memory(), .wait = wait, .version = 0x14, .max_lvt = 5 };
	CALL(lapic_enable(&lapic, 0xff));
	CALL(lapic_id(&lapic, &word));
	CALL(lapic_errors(&lapic, &word));
	CALL(lapic_set_source(&lapic, LAPIC_LVT_ERROR, &source));
	CALL(lapic_send(&lapic, &ipi));
	CALL(lapic_timer_calibrate(&lapic, 10000000));
	CALL(lapic_timer_start(&lapic, 0x51, 1000000, true));
	CALL(lapic_timer_stop(&lapic));
}

Test(bad_hardware, no_local_apic) { with_each(try_lapic); }

static void try_ioapic(void)
{
	const struct ioapic_route route = { .vector = 0x50 };
	struct ioapic ioapic = { 0 };
	bool yes;

	CALL(ioapic_init(&ioapic, memory(), wait));
	ioapic = (struct ioapic){ memory(), wait, 0x20, 24 };
	CALL(ioapic_mask_all(&ioapic));
	CALL(ioapic_route(&ioapic, 0, &route));
	CALL(ioapic_remote_irr(&ioapic, 0, &yes));
	CALL(ioapic_eoi(&ioapic, 0x50));
}

Test(bad_hardware, no_io_apic) { with_each(try_ioapic); }

static void try_hpet(void)
{
	const struct hpet_output output = { .to = HPET_TO_INPUT, .input = 2 };
	struct hpet_abilities abilities;
	struct hpet hpet = { 0 };
	uint64_t ticks;
	uint32_t timers;

	CALL(hpet_init(&hpet, memory(), wait));
	hpet = (struct hpet){ .io = memory(), .wait = wait, .period_fs = 10000000, .n_timers = 3 };
	hpet.counter_64 = hpet.legacy_capable = true;
	CALL(hpet_enable(&hpet));
	CALL(hpet_counter(&hpet, &ticks));
	CALL(hpet_abilities(&hpet, 0, &abilities));
	CALL(hpet_connect(&hpet, 0, &output));
	CALL(hpet_one_shot(&hpet, 0, 100000));
	CALL(hpet_periodic(&hpet, 0, 100000));
	CALL(hpet_pending(&hpet, &timers));
	CALL(hpet_stop(&hpet, 0));
}

Test(bad_hardware, no_hpet) { with_each(try_hpet); }

/* ---- displays ---- */

static void try_vga(void)
{
	static uint8_t dots[16 * 16];
	struct vga_text text = { 0 };
	struct vga_registers registers;
	struct vga vga = { 0 };
	uint8_t colour;

	CALL(vga_init(&vga, port(VGA_PORTS), memory()));
	vga = (struct vga){ .ports = port(VGA_PORTS), .memory = memory() };
	CALL(vga_read_registers(&vga, &registers));
	CALL(vga_set_mode(&vga, VGA_MODE_40X50));
	CALL(vga_text_init(&text, memory(), port(VGA_TEXT_CRTC)));
	for (unsigned mode = VGA_MODE_640X480X16; mode < VGA_MODES; mode++) {
		CALL(vga_set_registers(&vga, (enum vga_mode)mode));
		CALL(vga_compare(&vga, (enum vga_mode)mode, NULL));
		CALL(vga_draw_line(&vga, 0, 0, 319, 199, 3));
		CALL(vga_blit(&vga, 3, 3, 16, 16, dots, 16));
		CALL(vga_grab(&vga, 3, 3, 16, 16, dots, 16));
		CALL(vga_read_pixel(&vga, 1, 1, &colour));
		CALL(vga_scroll(&vga, 190, 1));
	}
}

Test(bad_hardware, no_vga) { with_each(try_vga); }

static void try_display(void)
{
	struct bochs_display display = { 0 };
	struct framebuffer fb = { 0 };
	uint16_t width, height;

	CALL(bochs_display_init_ports(&display, port(BOCHS_DISPLAY_PORTS), memory()));
	CALL(bochs_display_init_memory(&display, memory(), memory()));
	display = (struct bochs_display){
		.registers = memory(), .framebuffer = memory(), .mapped = true, .memory = 1 << 24
	};
	CALL(bochs_display_set_mode(&display, 320, 200, 32, &fb));
	CALL(bochs_display_preferred(&display, &width, &height));
	CALL(bochs_display_set_line(&display, 640, &fb));
	CALL(bochs_display_flip(&display, 1));
	CALL(bochs_display_off(&display));
}

Test(bad_hardware, no_display) { with_each(try_display); }

/* ---- PCI ---- */

static void try_function(const struct pci *pci, struct pci_place place)
{
	const struct pci_message message = { .address = 0xfee00000, .data = 0x40 };
	struct pci_capability capability;
	struct pci_list list;
	struct pci_msix msix = { 0 };
	struct pci_msi msi = { 0 };
	struct pci_bar bar;
	unsigned steps = 0;

	for (unsigned n = 0; n < 7; n++) CALL(pci_bar(pci, place, n, &bar));
	CALL(pci_rom(pci, place, &bar));
	for (unsigned extended = 0; extended < 2; extended++) {
		if (pci_list(pci, place, extended, &list)) continue;
		while (pci_list_next(&list, &capability) == PCI_OK) steps++;
		check_le(u32, steps, 2048, "%s", where);
	}
	CALL(pci_msi_init(pci, place, &msi));
	CALL(pci_msi_enable(&msi, &message, 1));
	CALL(pci_msix_init(pci, place, &msix));
	CALL(pci_msix_enable(&msix));
}

static void try_pci(void)
{
	struct pci_function function;
	struct pci_walk walk;
	struct pci ports = { 0 }, ecam = { 0 };
	unsigned found = 0;

	CALL(pci_init_ports(&ports, port(0xcf8), wait));
	CALL(pci_init_ecam(&ecam, memory(), wait, 0, 255));
	CALL(pci_walk(&ecam, &walk));
	CALL(pci_look(&ecam, (struct pci_place){ 0 }, &function));
	while (pci_walk_next(&walk, &function) == PCI_OK)
		if (found++ % 1000 == 0) try_function(&ecam, function.place);
	check_le(u32, found, 256 * 32 * 8, "%s", where);
}

Test(bad_hardware, no_pci) { with_each(try_pci); }
