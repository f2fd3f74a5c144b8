/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue.h"

#include <string.h>

#include "devices/acpi_pm/model.h"
#include "devices/dma_8237/model.h"
#include "devices/fw_cfg/model.h"
#include "devices/hpet/model.h"
#include "devices/ioapic/model.h"
#include "devices/isa_ports/model.h"
#include "devices/lapic/model.h"
#include "devices/lints.h"
#include "devices/pc_testdev/model.h"
#include "devices/pci/host.h"
#include "devices/pci_test/model.h"
#include "devices/pic_8259/model.h"
#include "devices/pit_8254/model.h"
#include "devices/ps2_controller/model.h"
#include "devices/ps2_keyboard/model.h"
#include "devices/ps2_mouse/model.h"
#include "devices/q35/host_model.h"
#include "devices/q35/ich9_lpc_model.h"
#include "devices/rtc_mc146818/model.h"
#include "devices/uart_16550/model.h"
#include "devices/vga/model.h"
#include "emu/array.h"
#include "harness/firmware/bios/bios.h"
#include "harness/firmware/bios/lints.h"

#define BOTH "isapc pc"
#define PORTS(base, size)            \
	{                            \
		base, size, BUS_PORT \
	}
#define MEMORY(base, size)             \
	{                              \
		base, size, BUS_MEMORY \
	}
#define TABLE(regs, n, title)                             \
	{                                                 \
		regs, n, CATALOGUE_BY_OFFSET, title, NULL \
	}
#define BANKED(regs, n, t, banks)                      \
	{                                              \
		regs, n, CATALOGUE_BY_OFFSET, t, banks \
	}
#define INNER(regs, n, title)                         \
	{                                             \
		regs, n, CATALOGUE_INNER, title, NULL \
	}

static const char *const uart_banks[] = {
	[UART_16550_MODEL_DLAB_0] = "DLAB=0", [UART_16550_MODEL_DLAB_1] = "DLAB=1"
};
static const char *const vga_banks[] = {
	[VGA_MODEL_BANK_MONO] = "MISC.IOS=0", [VGA_MODEL_BANK_COLOUR] = "MISC.IOS=1"
};
static const char *const pic_banks[] = { [PIC_8259_MODEL_EXPECT_OCW1] = "initialised",
					 [PIC_8259_MODEL_EXPECT_ICW2] = "after ICW1",
					 [PIC_8259_MODEL_EXPECT_ICW3] = "after ICW2",
					 [PIC_8259_MODEL_EXPECT_ICW4] = "after ICW3" };
static const char *const pic_words[] = {
	[1] = "bit 4 set", [2] = "bits 4:3 = 00", [3] = "bits 4:3 = 01"
};
static const char *const hpet_banks[] = {
	[HPET_MODEL_WITH_FSB] = "FSB messages wired", [HPET_MODEL_WITHOUT_FSB] = "no FSB messages"
};

/* clang-format off: keep the columns of the table */
const struct catalogue_model catalogue[] = {
	{ "acpi_pm",
	  "ACPI power management of the ICH9",
	  "pc",
	  { PORTS(0x600, 0x80), PORTS(ACPI_APM_BASE, ACPI_APM_SIZE) },
	  "The block moves with PMBASE of the LPC bridge.",
	  "ACPI 6.0; Intel 82801IB (ICH9), read as far as 82801JB, 82801G and 82801DB agree",
	  { TABLE(acpi_pm_regs, ACPI_PM_MODEL_N_REGS, "Block at PMBASE"),
	    TABLE(acpi_apm_regs, ACPI_APM_N_REGS, "Ports to firmware, 0xb2 and 0xb3") },
	  { acpi_pm_lints, base_lints } },
	{ "bios",
	  "BIOS services, done by the host",
	  BOTH,
	  { PORTS(BIOS_PORT, 1) },
	  NULL,
	  "bimetal firmware",
	  { TABLE(bios_regs, BIOS_N_REGS, NULL) },
	  { bios_lints } },
	{ .name = "bus", .title = "Ports and physical addresses", .lints = { bus_lints } },
	{ .name = "cpu", .title = "The processor", .lints = { cpu_lints } },
	{ "fw_cfg",
	  "QEMU's firmware configuration device",
	  "pc",
	  { PORTS(FW_CFG_MODEL_BASE, FW_CFG_MODEL_PORTS) },
	  NULL,
	  "QEMU docs/specs/fw_cfg.rst, version 8",
	  { TABLE(fw_cfg_regs, FW_CFG_MODEL_N_REGS, NULL) },
	  { fw_cfg_lints, dma_lints } },
	{ "hpet",
	  "High precision event timers of the ICH9",
	  "pc",
	  { MEMORY(0xfed00000, HPET_SIZE) },
	  "HPTC of the chipset registers moves it.",
	  "IA-PC HPET 1.0a; Intel 82801G (ICH7) and Xeon D-1500 PCH datasheets",
	  { BANKED(hpet_regs, HPET_MODEL_N_REGS, NULL, hpet_banks) },
	  { hpet_lints, base_lints } },
	{ "i8042",
	  "8042 keyboard and auxiliary device controller",
	  BOTH,
	  { PORTS(0x60, 1), PORTS(0x64, 1) },
	  NULL,
	  "IBM PS/2 Hardware Interface TR",
	  { TABLE(ps2_controller_regs, PS2_CONTROLLER_MODEL_N_REGS, "Ports"),
	    INNER(ps2_controller_inner_regs, PS2_CONTROLLER_MODEL_N_INNER,
		  "Behind commands 0x20, 0x60, 0xd0, 0xd1") },
	  { i8042_lints } },
	{ "i8237",
	  "Two 8237A DMA controllers and their page registers",
	  BOTH,
	  { PORTS(0x00, DMA_8237_MODEL_PORTS1),
	    PORTS(DMA_8237_MODEL_PAGE_BASE, DMA_8237_MODEL_PAGE_PORTS),
	    PORTS(0xc0, DMA_8237_MODEL_PORTS2) },
	  NULL,
	  "Intel 231466, read in chipset datasheets that repeat it",
	  { TABLE(dma_8237_model_regs1, DMA_8237_MODEL_N_REGS, "Channels 0 to 3, from port 0x00"),
	    TABLE(dma_8237_model_regs2, DMA_8237_MODEL_N_REGS, "Channels 4 to 7, from port 0xc0"),
	    TABLE(dma_8237_page_regs, DMA_8237_MODEL_N_PAGES, "Page registers, from port 0x80") },
	  { i8237_lints } },
	{ "i8254",
	  "8254 interval timer",
	  BOTH,
	  { PORTS(0x40, 4) },
	  NULL,
	  "Intel 231164; 82371AB (PIIX4) datasheet",
	  { TABLE(pit_8254_regs, PIT_8254_MODEL_N_REGS, NULL) },
	  { i8254_lints } },
	{ "i8259a",
	  "Two cascaded 8259A interrupt controllers, and ELCR",
	  BOTH,
	  { PORTS(0x20, 2), PORTS(0xa0, 2), PORTS(0x4d0, 2) },
	  NULL,
	  "Intel 231468; 82371AB (PIIX4) and Atom E6xx datasheets",
	  { BANKED(pic_8259_master_regs, PIC_8259_MODEL_N_REGS, "Master, from port 0x20",
		   pic_banks),
	    BANKED(pic_8259_slave_regs, PIC_8259_MODEL_N_REGS, "Slave, from port 0xa0", pic_banks),
	    { pic_8259_command_regs, PIC_8259_MODEL_N_COMMANDS, CATALOGUE_INNER,
	      "Words written to CMD", pic_words },
	    TABLE(pic_8259_elcr_regs, PIC_8259_MODEL_N_ELCR,
		  "Edge/level control, from port 0x4d0") },
	  { i8259a_lints } },
	{ "ich9_lpc",
	  "LPC bridge of the ICH9",
	  "pc",
	  { { 0, 0, BUS_PORT } },
	  "PCI configuration space, 00:1f.0.",
	  "Intel 316972 (ICH9), read as far as 324645 (6 Series) agrees; PCI 3.0",
	  { TABLE(ich9_lpc_regs, ICH9_N_REGS, NULL) },
	  { ich9_lpc_lints } },
	{ "ich9_rcrb",
	  "Chipset registers of the ICH9",
	  "pc",
	  { MEMORY(0xfed1c000, ICH9_RCRB_SIZE) },
	  "RCBA of the LPC bridge moves them.",
	  "Intel 316972 (ICH9)",
	  { TABLE(ich9_rcrb_regs, ICH9_RCRB_N_REGS, NULL) },
	  { ich9_rcrb_lints } },
	{ "ioapic",
	  "I/O APIC of the ICH9, 24 pins",
	  "pc",
	  { MEMORY(IOAPIC_MODEL_BASE, IOAPIC_MODEL_SIZE) },
	  "OIC of the chipset registers switches it off or moves it.",
	  "Intel 290566 (82093AA); 319973 (ICH10)",
	  { TABLE(ioapic_regs, IOAPIC_MODEL_N_REGS, "Window"),
	    INNER(ioapic_inner_regs, IOAPIC_MODEL_N_INNER, "Behind IOREGSEL, offset = 4 * index") },
	  { ioapic_lints, base_lints } },
	{ "isa_misc",
	  "Ports of the board, and debug ports",
	  BOTH,
	  { PORTS(0x61, 1), PORTS(0x80, 1), PORTS(0x92, 1), PORTS(0xe9, 1), PORTS(0xf0, 1),
	    PORTS(0xf4, 4), PORTS(0x402, 1), PORTS(0xcf9, 1) },
	  NULL,
	  "Intel 82371AB (PIIX4) and 82801IB (ICH9); SMSC FDC37B78x",
	  { TABLE(isa_ports_regs, ISA_PORTS_MODEL_N_REGS, "Ports"),
	    INNER(&isa_ports_model_rst_cnt, 1, "Reset control") },
	  { NULL } },
	{ "lapic",
	  "Local APIC",
	  BOTH,
	  { MEMORY(0xfee00000, LAPIC_MODEL_PAGE_SIZE) },
	  "IA32_APIC_BASE moves it; in x2APIC mode the registers are MSRs from 0x800.",
	  "Intel SDM Vol. 3A, chapter 10",
	  { TABLE(lapic_regs, LAPIC_MODEL_N_REGS, NULL) },
	  { lapic_lints, lapic_base_lints } },
	{ "mc146818",
	  "MC146818 real-time clock with 128 bytes of CMOS RAM",
	  BOTH,
	  { PORTS(0x70, 2) },
	  NULL,
	  "Motorola MC146818A",
	  { TABLE(rtc_mc146818_model_ports, RTC_MC146818_MODEL_N_PORTS, "Ports"),
	    INNER(rtc_mc146818_regs, RTC_MC146818_MODEL_N_ROWS, "Behind INDEX") },
	  { mc146818_lints } },
	{ "pc_testdev",
	  "pc-testdev: ports for tests of a virtual CPU",
	  "pc",
	  { PORTS(PC_TESTDEV_MODEL_BASE, PC_TESTDEV_MODEL_PORTS) },
	  "With --device pc-testdev.",
	  "QEMU hw/misc/pc-testdev.c",
	  { TABLE(pc_testdev_regs, PC_TESTDEV_MODEL_N_REGS, NULL) },
	  { NULL } },
	{ "pc_testdev_lines",
	  "Interrupt lines of pc-testdev",
	  "pc",
	  { PORTS(PC_TESTDEV_MODEL_LINES_BASE, PC_TESTDEV_MODEL_N_LINES) },
	  "With --device pc-testdev.",
	  "QEMU hw/misc/pc-testdev.c",
	  { TABLE(pc_testdev_line_regs, PC_TESTDEV_MODEL_N_LINE_REGS, NULL) },
	  { NULL } },
	{ "pc_testdev_memory",
	  "pc-testdev's memory",
	  "pc",
	  { MEMORY(PC_TESTDEV_MODEL_MEMORY_BASE, PC_TESTDEV_MODEL_MEMORY_SIZE) },
	  "With --device pc-testdev: 64 KiB, no registers.",
	  "QEMU hw/misc/pc-testdev.c",
	  { { NULL, 0, CATALOGUE_BY_OFFSET, NULL, NULL } },
	  { NULL } },
	{ "pci_ecam",
	  "PCI Express configuration space in memory (ECAM)",
	  "pc",
	  { MEMORY(0xb0000000, 0x10000000) },
	  "PCIEXBAR of the host bridge moves it. Registers: those of each function.",
	  "PCI Express 1.1",
	  { { NULL, 0, CATALOGUE_BY_OFFSET, NULL, NULL } },
	  { pci_ecam_lints } },
	{ "pci_host",
	  "PCI configuration mechanism 1",
	  "pc",
	  { PORTS(0xcf8, 8) },
	  "0xcf9, 8 bits wide, is the board's RST_CNT. CONFIG_DATA, at 0xcfc, shows the register "
	  "that CONFIG_ADDRESS selects.",
	  "PCI 3.0",
	  { TABLE(pci_host_regs, PCI_MODEL_HOST_N_REGS, NULL) },
	  { pci_host_lints } },
	{ "pci_test",
	  "pci-test: a PCI function for tests",
	  "pc",
	  { { 0, 0, BUS_PORT } },
	  "BAR0 and BAR1 of each --device pci-test.",
	  "devices/pci_test/registers.h",
	  { TABLE(pci_test_regs, PCI_TEST_MODEL_N_REGS, "BAR0, memory"),
	    TABLE(pci_test_model_ports, PCI_TEST_MODEL_N_PORTS, "BAR1, ports") },
	  { pci_test_lints, dma_lints } },
	{ "pci_test_buffer",
	  "pci-test's memory",
	  "pc",
	  { { 0, 0, BUS_PORT } },
	  "BAR2 of each --device pci-test: 4 KiB, no registers.",
	  "devices/pci_test/registers.h",
	  { { NULL, 0, CATALOGUE_BY_OFFSET, NULL, NULL } },
	  { NULL } },
	{ "pci_test_config",
	  "Configuration space of pci-test",
	  "pc",
	  { { 0, 0, BUS_PORT } },
	  "PCI configuration space of each --device pci-test.",
	  "PCI 3.0; PCI Express 1.1",
	  { TABLE(pci_test_config_regs, PCI_TEST_MODEL_CONFIG_N_REGS, NULL) },
	  { pci_function_lints } },
	{ "pci_test_msix",
	  "MSI-X table of pci-test",
	  "pc",
	  { { 0, 0, BUS_PORT } },
	  "BAR4 of each --device pci-test.",
	  "PCI 3.0",
	  { TABLE(pci_test_msix_regs, PCI_MODEL_MSIX_TABLE_N_ROWS, NULL) },
	  { pci_msix_lints } },
	{ "ps2_keyboard",
	  "PS/2 keyboard",
	  BOTH,
	  { { 0, 0, BUS_PORT } },
	  "At the 8042's first cable: bytes, no addresses.",
	  "IBM PS/2 Hardware Interface TR",
	  { INNER(ps2_keyboard_regs, PS2_KEYBOARD_MODEL_N_REGS, "What commands set") },
	  { ps2_keyboard_lints } },
	{ "ps2_mouse",
	  "PS/2 mouse with a wheel",
	  BOTH,
	  { { 0, 0, BUS_PORT } },
	  "At the 8042's second cable: bytes, no addresses.",
	  "IBM PS/2 Hardware Interface TR",
	  { INNER(ps2_mouse_regs, PS2_MOUSE_MODEL_N_REGS, "What commands set") },
	  { ps2_mouse_lints } },
	{ "q35_host",
	  "Host bridge of the Q35",
	  "pc",
	  { { 0, 0, BUS_PORT } },
	  "PCI configuration space, 00:00.0.",
	  "Intel 316966 (3 Series); PCI 3.0",
	  { TABLE(q35_host_regs, Q35_N_REGS, NULL) },
	  { q35_host_lints } },
	{ .name = "twin", .title = "The port where twin tests' kernels report" },
	{ "uart16550",
	  "16550A UART",
	  BOTH,
	  { PORTS(0x3f8, 8), PORTS(0x2f8, 8), PORTS(0x3e8, 8), PORTS(0x2e8, 8) },
	  NULL,
	  "National PC16550D, June 1995",
	  { BANKED(uart_16550_regs, UART_16550_MODEL_N_REGS, NULL, uart_banks) },
	  { uart_16550_lints } },
	{ "vga",
	  "VGA with 256 KiB",
	  BOTH,
	  { PORTS(0x3b4, 2), PORTS(0x3ba, 1), PORTS(0x3c0, 11), PORTS(0x3cc, 1), PORTS(0x3ce, 2),
	    PORTS(0x3d4, 2), PORTS(0x3da, 1),
	    MEMORY(VGA_MODEL_MEMORY_BASE, VGA_MODEL_MEMORY_SIZE) },
	  NULL,
	  "FreeVGA; vgadoc; IBM PS/2 Hardware Interface TR",
	  { BANKED(vga_model_ports, VGA_MODEL_N_PORTS, "Ports, from 0x3b0", vga_banks),
	    INNER(vga_model_sr, VGA_MODEL_N_SR, "Sequencer, behind SEQ_INDEX"),
	    INNER(vga_model_gr, VGA_MODEL_N_GR, "Graphics controller, behind GC_INDEX"),
	    INNER(vga_model_ar, VGA_MODEL_N_AR_ROWS, "Attribute controller, behind ATTR_INDEX"),
	    INNER(vga_model_cr, VGA_MODEL_N_CR, "CRT controller, behind CRTC_INDEX") },
	  { vga_lints } },
};
/* clang-format on */

const size_t catalogue_size = ARRAY_SIZE(catalogue);

const struct catalogue_model *catalogue_model(const char *name)
{
	for (size_t i = 0; i < catalogue_size; i++)
		if (strcmp(catalogue[i].name, name) == 0) return &catalogue[i];
	return NULL;
}

bool catalogue_model_in(const struct catalogue_model *model, const char *machine)
{
	size_t len = strlen(machine);

	if (!model->machines) return false;
	for (const char *m = model->machines; *m; m += strcspn(m, " "), m += strspn(m, " "))
		if (strcspn(m, " ") == len && memcmp(m, machine, len) == 0) return true;
	return false;
}
