/* SPDX-License-Identifier: MIT */
#include "bimetal/pci.h"

#include "emu/array.h"
#include "tests/devices/pci/driver_fixture.h"
#include "tests/unit/drivers/transcription.h"

static struct pci_test_model test;
static struct pci_place at;

static void set_up(void)
{
	pci_power_on();
	at = add_test(&test, TEST_DEVICE, 0);
	recorder_clear(&rec);
}

TestSuite(pci_access, .init = set_up, .fini = host_power_off, .timeout = 60);

static void expect_trace(const char *trace) { check_eq(str, rec.trace, trace); }

Test(pci_access, both_mechanisms_reach_the_same_registers_by_the_same_widths)
{
	const struct pci *both[] = { &ports, &ecam };
	for (unsigned i = 0; i < 2; i++) {
		uint8_t v8 = 0;
		uint16_t v16 = 0;
		uint32_t v32 = 0;
		require_eq(int, pci_read32(both[i], at, 0, &v32), PCI_OK);
		check_eq(u32, v32, 0x0001b1e7);
		require_eq(int, pci_read16(both[i], at, 2, &v16), PCI_OK);
		check_eq(u16, v16, 0x0001);
		require_eq(int, pci_read8(both[i], at, 0x0b, &v8), PCI_OK);
		check_eq(u8, v8, 0xff);
		require_eq(int, pci_write8(both[i], at, 0x3c, 11), PCI_OK);
		check_eq(u64, test.fn.dev.reg[PCI_MODEL_INTERRUPT_LINE], 11);
		require_eq(int, pci_write16(both[i], at, 0x04, 0x0404), PCI_OK);
		check_eq(u64, test.fn.dev.reg[PCI_MODEL_COMMAND], 0x0404);
		require_eq(int, pci_write32(both[i], at, 0x0c, 0x10), PCI_OK);
		check_eq(u64, test.fn.dev.reg[PCI_MODEL_CACHE_LINE_SIZE], 0x10);
		test.fn.dev.reg[PCI_MODEL_INTERRUPT_LINE] = test.fn.dev.reg[PCI_MODEL_COMMAND] =
			test.fn.dev.reg[PCI_MODEL_CACHE_LINE_SIZE] = 0;
	}
}

Test(pci_access, the_index_is_written_whole_and_the_data_at_its_byte)
{
	uint8_t v8 = 0;
	require_eq(int, pci_read8(&ports, at, 0x3d, &v8), PCI_OK);
	expect_trace("CONFIG_ADDRESS=8000283c INTERRUPT_PIN?01 ");
	recorder_clear(&rec);
	require_eq(int, pci_read8(&ecam, at, 0x3d, &v8), PCI_OK);
	expect_trace("INTERRUPT_PIN?01 ");
}

Test(pci_access, extended_space_is_ecams_alone)
{
	uint32_t value = 0;
	require_eq(int, pci_read32(&ecam, at, 0x100, &value), PCI_OK);
	check_eq(u32, value, 0x00010003);
	check_eq(int, pci_read32(&ecam, at, 0x1000, &value), PCI_BAD_ARG);
	check_eq(int, pci_read32(&ports, at, 0x100, &value), PCI_BAD_ARG);
}

Test(pci_access, a_place_without_a_function_reads_as_all_ones)
{
	struct pci_place empty = { .device = 31, .function = 7 };
	uint32_t value = 0;
	require_eq(int, pci_read32(&ports, empty, 0, &value), PCI_OK);
	check_eq(u32, value, UINT32_MAX);
	require_eq(int, pci_read32(&ecam, empty, 0, &value), PCI_OK);
	check_eq(u32, value, UINT32_MAX);
}

Test(pci_access, impossible_arguments_are_refused_without_an_access)
{
	static const struct pci_place bad[] = {
		{ .device = 32 }, { .function = 8 }, { .bus = ECAM_BUSES }, { 255, 255, 255 }
	};
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	for (unsigned i = 0; i < 4; i++)
		check_eq(int, pci_read32(&ecam, bad[i], 0, &v32), PCI_BAD_ARG);
	check_eq(int, pci_read16(&ports, at, 1, &v16), PCI_BAD_ARG);
	check_eq(int, pci_read32(&ports, at, 2, &v32), PCI_BAD_ARG);
	check_eq(int, pci_write32(&ports, at, 0xff, 0), PCI_BAD_ARG);
	check_eq(int, pci_write8(&ports, at, UINT32_MAX, 0), PCI_BAD_ARG);
	check_eq(int, pci_read8(NULL, at, 0, &v8), PCI_NULL);
	check_eq(int, pci_read16(&ports, at, 0, NULL), PCI_NULL);
	check_eq(int, pci_write16(NULL, at, 0, 0), PCI_NULL);
	expect_trace("");
}

Test(pci_access, mechanism_1_is_found_by_its_index_which_stays_as_it_was)
{
	struct pci other;
	io_write32(io_port(&cpu, PCI_PORTS), 0, 0x80001234);
	(void)host_cpu_set_interrupts(&cpu, true);
	recorder_clear(&rec);
	require_eq(int, pci_init_ports(&other, io_port(&cpu, PCI_PORTS), wait), PCI_OK);
	expect_trace("CONFIG_ADDRESS?80001234 CONFIG_ADDRESS=80000000 CONFIG_ADDRESS?80000000 "
		     "CONFIG_ADDRESS=80001234 ");
	check(other.first == 0 && other.last == 255);
	check(cpu.s.interrupts_on);
}

Test(pci_access, what_is_no_mechanism_is_refused)
{
	struct pci other;
	struct io port = io_port(&cpu, PCI_PORTS), memory = io_memory(&cpu, ECAM_BASE, 1);
	check_eq(int, pci_init_ports(NULL, port, wait), PCI_NULL);
	check_eq(int, pci_init_ports(&other, memory, wait), PCI_BAD_ARG);
	check_eq(int, pci_init_ecam(NULL, memory, wait, 0, 0), PCI_NULL);
	check_eq(int, pci_init_ecam(&other, port, wait, 0, 0), PCI_BAD_ARG);
	check_eq(int, pci_init_ecam(&other, memory, wait, 2, 1), PCI_BAD_ARG);
	memory.base += 0x1000;
	check_eq(int, pci_init_ecam(&other, memory, wait, 0, 0), PCI_BAD_ARG);
	recorder_expect_no_lint(&rec, NULL, NULL);
	bus_unmap(&bus, BUS_PORT, &host.dev);
	check_eq(int, pci_init_ports(&other, port, wait), PCI_ABSENT);
}

/* An interrupt handler that reads another function, between the driver's index and data. */
static void look_elsewhere(void *ctx, uint8_t vector)
{
	uint32_t value = 0;
	struct pci_place none = { .device = 9 };
	(void)ctx, (void)vector;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, false);
	require_eq(int, pci_read32(&ports, none, 0, &value), PCI_OK);
	check_eq(u32, value, UINT32_MAX);
}

static void request(void *ctx, uint64_t due_ns)
{
	(void)ctx, (void)due_ns;
	next_vector = 0x40;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
}

Test(pci_access, a_handler_may_use_it_at_any_moment)
{
	unsigned timer = clock_add_timer(&vclock, "test", request, NULL);
	cpu.dispatch = look_elsewhere;
	(void)host_cpu_set_interrupts(&cpu, true);
	for (unsigned i = 1; i < 8; i++) {
		uint32_t value = 0;
		uint64_t before = cpu.s.interrupts;
		clock_arm(&vclock, timer, clock_now(&vclock) + i * CPU_CHARGE_PORT / 2);
		require_eq(int, pci_read32(&ports, at, 0, &value), PCI_OK);
		check_eq(u32, value, 0x0001b1e7);
		wait_ns(&wait, 10 * CPU_CHARGE_PORT);
		check_eq(u64, cpu.s.interrupts, before + 1);
	}
}

Test(pci_access, constants_agree_with_the_tables_of_the_models)
{
	struct transcript index = { pci_host_regs, PCI_MODEL_HOST_N_REGS };
	struct transcript config = { pci_test_config_regs, PCI_TEST_MODEL_CONFIG_N_REGS };
	const struct {
		uint32_t offset;
		const char *reg, *field;
		uint64_t mask;
	} all[] = {
		{ PCI_VENDOR, "VENDOR_ID", "VALUE", 0xffff },
		{ PCI_REVISION, "REVISION_ID", "VALUE", 0xff },
		{ PCI_HEADER, "HEADER_TYPE", "VALUE", 0xff },
		{ PCI_BAR0, "BAR0", "IO", 1 },
		{ PCI_ROM, "EXPANSION_ROM", "VALUE", UINT32_MAX },
		{ PCI_CAPABILITIES, "CAPABILITIES_POINTER", "VALUE", 0xff },
		{ PCI_INTERRUPT_LINE, "INTERRUPT_LINE", "VALUE", 0xff },
		{ PCI_INTERRUPT_PIN, "INTERRUPT_PIN", "VALUE", 0xff },
		{ PCI_COMMAND, "COMMAND", "IO_SPACE", PCI_COMMAND_IO },
		{ PCI_COMMAND, "COMMAND", "MEMORY_SPACE", PCI_COMMAND_MEMORY },
		{ PCI_COMMAND, "COMMAND", "BUS_MASTER", PCI_COMMAND_MASTER },
		{ PCI_COMMAND, "COMMAND", "PARITY_ERROR_RESPONSE", PCI_COMMAND_PARITY },
		{ PCI_COMMAND, "COMMAND", "SERR_ENABLE", PCI_COMMAND_SERR },
		{ PCI_COMMAND, "COMMAND", "INTERRUPT_DISABLE", PCI_COMMAND_INTX_OFF },
		{ PCI_STATUS, "STATUS", "INTERRUPT_STATUS", PCI_STATUS_INTERRUPT },
		{ PCI_STATUS, "STATUS", "CAPABILITIES_LIST", PCI_STATUS_CAPABILITIES },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(all); i++) {
		transcript_name(config, all[i].offset, all[i].reg);
		check_eq(u64, transcript_field(config, all[i].offset, all[i].field), all[i].mask,
			 "%s.%s", all[i].reg, all[i].field);
	}
	check_eq(u64, reg_mask(transcript_row(config, PCI_STATUS), 1u << REG_W1C),
		 PCI_STATUS_ERRORS);
	check_eq(u64, transcript_field(index, 0, "ENABLE"), PCI_CONFIG_ENABLE);
	check_eq(u64, transcript_field(index, 0, "BUS"), 0xff << PCI_BUS_LSB);
	check_eq(u64, transcript_field(index, 0, "DEVICE"), 31 << PCI_DEVICE_LSB);
	check_eq(u64, transcript_field(index, 0, "FUNCTION"), 7 << PCI_FUNCTION_LSB);
}
