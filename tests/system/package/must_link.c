/* SPDX-License-Identifier: MIT */
/* A user's drivers and the twin test of one, with functions that are called as some of bimetal's
 * own. WITH_OURS: linked with bimetal's drivers, of which one is used. */
#include "bimetal/twin.h"
#ifdef WITH_OURS
#include "bimetal/rtc_mc146818.h"
#endif

enum { OWN = 42 };

#define OWN_FUNCTION(name) \
	int name(void);    \
	int name(void) { return OWN; }

/* emu/, devices/ and harness/ have these. */
OWN_FUNCTION(mem_read)
OWN_FUNCTION(mem_write)
OWN_FUNCTION(clock_init)
OWN_FUNCTION(clock_advance)
OWN_FUNCTION(bus_read)
OWN_FUNCTION(bus_write)
OWN_FUNCTION(digest_init)
OWN_FUNCTION(machine_init)
OWN_FUNCTION(host_cpu_read)
OWN_FUNCTION(hub_lint)
OWN_FUNCTION(twin_machine_begin)
/* Models and boards call these by another name. */
OWN_FUNCTION(device_init)
OWN_FUNCTION(reg_table_reset)
OWN_FUNCTION(clock_arm)
OWN_FUNCTION(board_intr)
OWN_FUNCTION(pci_model_host_add)
OWN_FUNCTION(uart_16550_model_init)
/* drivers/ has these: between them, and what harness/boot uses of multiboot2. */
OWN_FUNCTION(mb2_check_rsdp)
OWN_FUNCTION(mb2_builder_init)
OWN_FUNCTION(uart_present)
OWN_FUNCTION(pci_present)
OWN_FUNCTION(rtc_mc146818_get)
/* Our drivers' public names: a user's driver may have them where ours is not used. */
OWN_FUNCTION(lapic_init)
OWN_FUNCTION(hpet_init)
OWN_FUNCTION(ioapic_init)
OWN_FUNCTION(pci_read8)
OWN_FUNCTION(uart_init)

static int (*const own[])(void) = {
	mem_read,      mem_write,          clock_init,
	clock_advance, bus_read,           bus_write,
	digest_init,   machine_init,       host_cpu_read,
	hub_lint,      mb2_check_rsdp,     uart_present,
	pci_present,   rtc_mc146818_get,   lapic_init,
	hpet_init,     ioapic_init,        pci_read8,
	uart_init,     twin_machine_begin, mb2_builder_init,
	device_init,   reg_table_reset,    clock_arm,
	board_intr,    pci_model_host_add, uart_16550_model_init,
};

TWIN(own_names, are_called)
{
	for (unsigned i = 0; i < sizeof(own) / sizeof(own[0]); i++) twin_expect_eq(own[i](), OWN);
}

TWIN(own_names, leave_the_machine_alone)
{
	enum { COM1 = 0x3f8, SCRATCH = 7 };
	struct dma page = twin_dma(4096);

	io_write8(twin_port(COM1), SCRATCH, OWN);
	twin_expect_eq(io_read8(twin_port(COM1), SCRATCH), OWN);
	dma_store32(&page, 0, OWN);
	twin_expect_eq(dma_load32(&page, 0), OWN);
}

#ifdef WITH_OURS
TWIN(own_names, leave_our_drivers_alone)
{
	struct rtc_mc146818 rtc;
	struct rtc_mc146818_time time;

	twin_assert_eq(
		rtc_mc146818_init(&rtc, twin_port(RTC_MC146818_PORT), *twin_wait(), 0x32, false),
		RTC_MC146818_OK);
	twin_assert_eq(rtc_mc146818_read_time(&rtc, &time), RTC_MC146818_OK);
	twin_expect(rtc_mc146818_time_valid(&time));
}
#endif
