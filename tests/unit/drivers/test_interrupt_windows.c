/* SPDX-License-Identifier: MIT */
/* Where interrupts can interrupt drivers. An interrupt is always pending; it is taken at the first
 * access or wait with the interrupt flag set, and the trace then has a bar. No bar may separate
 * accesses that belong together: an index and its data, the halves of a count, registers behind a
 * latch. */
#include <string.h>

#include "bimetal/hpet.h"
#include "bimetal/ioapic.h"
#include "bimetal/lapic.h"
#include "bimetal/lpt.h"
#include "bimetal/pci.h"
#include "bimetal/pci_bar.h"
#include "bimetal/pic_8259.h"
#include "bimetal/pit_8254.h"
#include "bimetal/ps2.h"
#include "bimetal/rtc_mc146818.h"
#include "bimetal/uart_16550.h"
#include "devices/lpt/model.h"
#include "harness/machine/host.h"
#include "io.h"
#include "tests/check.h"
#include "wait.h"

enum { MEMORY = 8 << 20, VECTOR = 0x40, NONE = -1, TRACE = 4096, COM1 = 0x3f8, LPT1 = 0x3e0 };
enum { HPET = 0xfed00000, IOAPIC = 0xfec00000, LAPIC = 0xfee00000 };

static struct machine machine;
static struct bimetal_cpu cpu;
static struct wait wait;
static char trace[TRACE];
static size_t n_trace;
static bool taken; /* an interrupt was taken since the last access */

static void note(const char *text)
{
	size_t n = strlen(text);
	require(n_trace + n < TRACE, "%s", trace);
	memcpy(trace + n_trace, text, n + 1);
	n_trace += n;
}

static void on_access(void *ctx, const struct access *a)
{
	(void)ctx;
	if (a->reg == NULL) require_fail("an access to no register: %#lx", (unsigned long)a->addr);
	taken = false;
	cpu.s.intr = true;
	note(a->reg->name);
	note(a->write ? "= " : "? ");
}

static int answer(void *ctx)
{
	(void)ctx;
	if (taken) return NONE;
	taken = true;
	return VECTOR;
}

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	(void)vector;
	note("| ");
}

static struct observer listener = { .access = on_access, .access_without_pc = true };

static void set_up(void)
{
	const struct machine_config config = { .machine = "pc", .memory = MEMORY };
	const char *fault = machine_host_init(&machine, &config, &cpu);
	require(fault == NULL, "%s", fault);
	wait = wait_of_host(&cpu);
}

static void tear_down(void) { machine_free(&machine); }

TestSuite(interrupt_windows, .init = set_up, .fini = tear_down, .timeout = 60);

/* From here on an interrupt is pending. */
static void let_in(void)
{
	cpu.pins.intr_ack = answer;
	cpu.dispatch = dispatch;
	hub_attach(&machine.hub, &listener);
	cpu.s.intr = true;
	taken = true; /* the first window comes after an access */
	(void)host_cpu_set_interrupts(&cpu, true);
	n_trace = 0;
	trace[0] = 0;
}

/* Returns the accesses since the last call. */
static const char *since(void)
{
	static char text[TRACE];
	memcpy(text, trace, TRACE);
	n_trace = 0;
	trace[0] = 0;
	return text;
}

#define expect_windows(text) check_eq(str, since(), (text))

Test(interrupt_windows, a_uart_hides_its_characters_behind_the_divisor_alone)
{
	struct uart_config config = uart_8n1(115200);
	struct uart_registers dump;
	struct uart uart;
	uint8_t byte;
	require_eq(int, uart_init(&uart, io_port(&cpu, COM1), wait, &config), UART_OK);
	let_in();
	check_eq(int, uart_configure(&uart, &config), UART_OK);
	expect_windows("LSR? | LCR= IER= LCR= DLL= DLM= LCR= FCR= | IIR? | MCR= | LSR? | MSR? ");
	check_eq(int, uart_dump(&uart, &dump), UART_OK);
	expect_windows("LSR? MSR? IER? IIR? LCR? MCR? SCR? LCR= DLL? DLM? LCR= | ");
	check_eq(int, uart_try_send(&uart, 'a'), UART_OK);
	expect_windows("LSR? THR= | ");
	check_eq(int, uart_try_receive(&uart, &byte), UART_WOULD_BLOCK);
	expect_windows("LSR? | ");
	check_ne(int, uart_check_connected(&uart), UART_NULL);
	expect_windows("MSR? | ");
}

Test(interrupt_windows, a_parallel_ports_strobe_is_short)
{
	static struct lpt_model port;
	static uint8_t buffer[4];
	struct lpt lpt;
	lpt_model_init(&port, "lpt1", &machine.hub, &machine.clock, (struct irq){ 0 }, NULL, NULL);
	require(bus_map(&machine.bus, BUS_PORT, LPT1, LPT_MODEL_PORTS, &port.dev, 0) == NULL);
	require_eq(int, lpt_init(&lpt, io_port(&cpu, LPT1), wait), LPT_OK);
	wait_ns(&wait, LPT_PATIENCE_NS);
	let_in();
	check_eq(int, lpt_try_send(&lpt, 'a'), LPT_OK);
	expect_windows("STATUS? DATA= CONTROL= CONTROL= | ");
	wait_ns(&wait, LPT_PATIENCE_NS);
	check_eq(int, lpt_interrupts_on(&lpt, buffer, sizeof(buffer)), LPT_OK);
	expect_windows("CONTROL= | ");
	check_eq(int, lpt_try_send(&lpt, 'b'), LPT_OK);
	expect_windows("STATUS? DATA= CONTROL= CONTROL= | ");
}

Test(interrupt_windows, a_pic_is_set_up_and_read_without_one)
{
	const struct pic_config config = { .master_vector = 0x20, .slave_vector = 0x28 };
	struct pic pic;
	uint16_t lines;
	bool level;
	require_eq(int, pic_init(&pic, io_port(&cpu, 0), wait, &config), PIC_OK);
	let_in();
	check_eq(int, pic_remap(&pic, 0x20, 0x28), PIC_OK);
	expect_windows("IMR? IMR? CMD= CMD= ICW2= ICW2= ICW3= ICW3= ICW4= ICW4= OCW1= OCW1= IMR? "
		       "OCW1= OCW1= | ");
	check_eq(int, pic_unmask(&pic, 9), PIC_OK);
	expect_windows("IMR? OCW1= IMR? OCW1= | ");
	check_eq(int, pic_mask(&pic, 1), PIC_OK);
	expect_windows("IMR? OCW1= | ");
	check_eq(int, pic_get_masks(&pic, &lines), PIC_OK);
	expect_windows("IMR? IMR? | ");
	check_eq(int, pic_set_masks(&pic, lines), PIC_OK);
	expect_windows("OCW1= OCW1= | ");
	check_eq(int, pic_get_requests(&pic, &lines), PIC_OK);
	expect_windows("CMD= STATUS? CMD= STATUS? | ");
	check_eq(int, pic_get_in_service(&pic, &lines), PIC_OK);
	expect_windows("CMD= STATUS? CMD= STATUS? | ");
	check_eq(int, pic_set_level(&pic, 9, true), PIC_OK);
	expect_windows("ELCR2? ELCR2= | ");
	check_eq(int, pic_get_level(&pic, 9, &level), PIC_OK);
	expect_windows("ELCR2? ");
	check_eq(int, pic_begin(&pic, 15), PIC_SPURIOUS);
	expect_windows("CMD= STATUS? CMD= | ");
	check_eq(int, pic_end(&pic, 9), PIC_OK);
	expect_windows("CMD= CMD= | ");
	check_eq(int, pic_end_highest(&pic, 9), PIC_OK);
	expect_windows("CMD= CMD= | ");
}

Test(interrupt_windows, a_pits_count_is_whole)
{
	struct pit pit;
	struct pit_state state;
	uint16_t count;
	require_eq(int, pit_init(&pit, io_port(&cpu, 0), wait), PIT_OK);
	let_in();
	check_eq(int, pit_program(&pit, 0, PIT_RATE_GENERATOR, 1000), PIT_OK);
	expect_windows("CONTROL= COUNTER0= COUNTER0= | ");
	check_eq(int, pit_read(&pit, 0, &count), PIT_OK);
	expect_windows("CONTROL= COUNTER0? COUNTER0? | ");
	check_eq(int, pit_read_back(&pit, 0, &state), PIT_OK);
	expect_windows("CONTROL= COUNTER0? COUNTER0? COUNTER0? | ");
	check_eq(int, pit_set_gate2(&pit, true), PIT_OK);
	expect_windows("NMI_SC? NMI_SC= | ");
	check_eq(int, pit_tone(&pit, 1000), PIT_OK);
	expect_windows("NMI_SC? NMI_SC= | CONTROL= COUNTER2= COUNTER2= | NMI_SC? NMI_SC= | ");
	check_eq(int, pit_silence(&pit), PIT_OK);
	expect_windows("NMI_SC? NMI_SC= | ");
}

Test(interrupt_windows, a_clocks_index_stays_with_its_data)
{
	struct rtc_mc146818 rtc;
	struct rtc_mc146818_time time;
	struct rtc_mc146818_alarm alarm = { 1, 2, 3 };
	unsigned sources;
	uint8_t byte;
	require_eq(int,
		   rtc_mc146818_init(&rtc, io_port(&cpu, RTC_MC146818_PORT), wait, 0x32, false),
		   RTC_MC146818_OK);
	let_in();
	check_eq(int, rtc_mc146818_read_byte(&rtc, 0x40, &byte), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? | ");
	check_eq(int, rtc_mc146818_write_byte(&rtc, 0x40, byte), RTC_MC146818_OK);
	expect_windows("INDEX= DATA= | ");
	check_eq(int, rtc_mc146818_set_rate(&rtc, 1024), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? INDEX= DATA= | ");
	check_eq(int, rtc_mc146818_enable(&rtc, RTC_MC146818_UPDATE), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? INDEX= DATA? INDEX= DATA= | ");
	check_eq(int, rtc_mc146818_disable(&rtc, RTC_MC146818_UPDATE), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? INDEX= DATA= | ");
	check_eq(int, rtc_mc146818_acknowledge(&rtc, &sources), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? | ");
	check_eq(int, rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | "
		       "INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | "
		       "INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | INDEX= DATA? | "
		       "INDEX= DATA? | INDEX= DATA? | ");
	check_eq(int, rtc_mc146818_set_time(&rtc, &time), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? INDEX= DATA= INDEX= DATA= INDEX= DATA= INDEX= DATA= INDEX= "
		       "DATA= INDEX= DATA= INDEX= DATA= INDEX= DATA= INDEX= DATA? INDEX= DATA= "
		       "INDEX= DATA? INDEX= DATA= | ");
	check_eq(int, rtc_mc146818_set_alarm(&rtc, &alarm), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? INDEX= DATA= | INDEX= DATA? INDEX= DATA? INDEX= DATA= INDEX= "
		       "DATA= INDEX= DATA= | ");
	check_eq(int, rtc_mc146818_get_alarm(&rtc, &alarm), RTC_MC146818_OK);
	expect_windows("INDEX= DATA? INDEX= DATA? INDEX= DATA? INDEX= DATA? INDEX= DATA? | ");
}

Test(interrupt_windows, a_ps2_bytes_status_is_its_own)
{
	struct ps2 ps2;
	require_eq(int, ps2_init(&ps2, io_port(&cpu, PS2_PORT), wait), PS2_OK);
	let_in();
	check_eq(int, ps2_receive(&ps2), PS2_EMPTY);
	expect_windows("STATUS? | ");
	check_eq(int, ps2_set_translation(&ps2, true), PS2_OK);
	expect_windows("STATUS? STATUS? | STATUS? STATUS? | STATUS? STATUS? | STATUS? | COMMAND= | "
		       "STATUS? STATUS? | STATUS? STATUS? | STATUS? STATUS? | STATUS? | INPUT= ");
}

Test(interrupt_windows, a_local_apics_command_is_whole)
{
	const struct lapic_ipi ipi = { .mode = LAPIC_FIXED, .vector = 0x50, .to = LAPIC_TO_ONE };
	struct lapic lapic;
	require_eq(int, lapic_init(&lapic, io_memory(&cpu, LAPIC, 1), wait), LAPIC_OK);
	require_eq(int, lapic_enable(&lapic, 0xff), LAPIC_OK);
	let_in();
	check_eq(int, lapic_send(&lapic, &ipi), LAPIC_OK);
	expect_windows("ICR_LO? ICR_HI= ICR_LO= | ICR_LO? ");
	check_eq(int, lapic_timer_calibrate(&lapic, LAPIC_CALIBRATE_MIN_NS), LAPIC_OK);
	expect_windows("LVT_TIMER= INITIAL_COUNT= DIVIDE= INITIAL_COUNT= CURRENT_COUNT? LVT_TIMER= "
		       "INITIAL_COUNT= | ");
}

Test(interrupt_windows, an_io_apics_index_stays_with_its_window)
{
	const struct ioapic_route route = { .vector = 0x50 };
	struct ioapic ioapic;
	uint8_t id;
	bool yes;
	require_eq(int, ioapic_init(&ioapic, io_memory(&cpu, IOAPIC, 1), wait), IOAPIC_OK);
	let_in();
	check_eq(int, ioapic_id(&ioapic, &id), IOAPIC_OK);
	expect_windows("IOREGSEL= IOWIN? | ");
	check_eq(int, ioapic_set_id(&ioapic, id), IOAPIC_OK);
	expect_windows("IOREGSEL= IOWIN? IOWIN= | ");
	check_eq(int, ioapic_route(&ioapic, 5, &route), IOAPIC_OK);
	expect_windows("IOREGSEL= IOWIN= IOREGSEL= IOWIN= IOREGSEL= IOWIN= | ");
	check_eq(int, ioapic_mask(&ioapic, 5), IOAPIC_OK);
	expect_windows("IOREGSEL= IOWIN? IOWIN= IOWIN? | ");
	check_eq(int, ioapic_unmask(&ioapic, 5), IOAPIC_OK);
	expect_windows("IOREGSEL= IOWIN? IOWIN= | ");
	check_eq(int, ioapic_waiting(&ioapic, 5, &yes), IOAPIC_OK);
	expect_windows("IOREGSEL= IOWIN? | ");
	ioapic.n_entries = 2;
	check_eq(int, ioapic_mask_all(&ioapic), IOAPIC_OK);
	expect_windows("IOREGSEL= IOWIN? | IOREGSEL= IOWIN? | ");
}

Test(interrupt_windows, an_hpets_timer_is_set_without_one)
{
	const struct hpet_output output = { .to = HPET_TO_INPUT, .input = 20 };
	struct hpet hpet;
	require_eq(int, hpet_init(&hpet, io_memory(&cpu, HPET, 1), wait), HPET_OK);
	require_eq(int, hpet_connect(&hpet, 0, &output), HPET_OK);
	require_eq(int, hpet_enable(&hpet), HPET_OK);
	let_in();
	check_eq(int, hpet_one_shot(&hpet, 0, 10000), HPET_OK);
	expect_windows("TIM0_CONF? TIM0_CONF= MAIN_CNT? MAIN_CNT? MAIN_CNT? TIM0_COMP= TIM0_COMP= "
		       "TIM0_CONF= MAIN_CNT? MAIN_CNT? MAIN_CNT? | ");
	check_eq(int, hpet_periodic(&hpet, 0, 10000), HPET_OK);
	expect_windows("TIM0_CONF? GEN_CONF? GEN_CONF= MAIN_CNT? TIM0_CONF= TIM0_COMP= TIM0_COMP= "
		       "TIM0_CONF= GEN_CONF= | ");
}

Test(interrupt_windows, a_pci_address_stays_with_its_data)
{
	const struct pci_place lpc = { .device = 31 };
	struct pci pci;
	uint32_t value;
	require_eq(int, pci_init_ports(&pci, io_port(&cpu, PCI_PORTS), wait), PCI_OK);
	let_in();
	check_eq(int, pci_read32(&pci, lpc, 0, &value), PCI_OK);
	expect_windows("CONFIG_ADDRESS= VENDOR_ID? | ");
	check_eq(int, pci_write32(&pci, lpc, 0x2c, 0), PCI_OK);
	expect_windows("CONFIG_ADDRESS= SUBSYSTEM_VENDOR_ID= | ");
}
