/* SPDX-License-Identifier: MIT */
/* Registers of the function "pci-test", bimetal's own device for tests of PCI, DMA and interrupts.
 *
 * Configuration space: vendor 0xb1e7, device 0x0001, class 0xff (of no defined class), pin INTA#, a
 * root complex integrated endpoint with MSI (four vectors, 64-bit addresses, masking), MSI-X (four
 * entries) and, in extended space, a device serial number. devices/pci_test/model.h explains the
 * vendor ID.
 *
 * BAR0, memory, 32-bit, 4 KiB: the registers below. Accesses have 32 bits; 64-bit registers can
 * also be accessed whole. BAR1, 16 ports: the port registers below. BAR2 and BAR3, memory, 64-bit,
 * prefetchable, 4 KiB: a buffer that keeps what is written, with accesses of any width. At reset
 * every byte is 0xcc. BAR4, memory, 32-bit, 4 KiB: the MSI-X table at 0, the pending bits at 0x800.
 *
 * 0x00  ID           reads 0x31545042 ("BPT1")
 * 0x04  SCRATCH      keeps what is written
 * 0x08  IRQ_STATUS   bit n: condition n holds; write 1 to clear
 *                    0 DONE: a transfer succeeded, 1 ERROR: it failed, 2 SOFT0, 3 SOFT1
 * 0x0c  IRQ_ENABLE   bit n: condition n interrupts. INTA# is driven while any enabled condition
 *                    holds; message n is sent when condition n and its enable become true together
 * 0x10  SOURCE       64-bit physical address, any alignment
 * 0x18  DESTINATION  64-bit physical address, any alignment
 * 0x20  LENGTH       bytes, 1..65536
 * 0x24  CONTROL      bit 0 START: copy LENGTH bytes from SOURCE to DESTINATION, ascending, by bus
 *                    mastering; reads as 0. bit 1 ABORT: stop, nothing is moved; reads as 0
 * 0x28  STATUS       bit 0 BUSY; bits 3..1 RESULT of the last transfer: 0 success,
 *                    1 the source could not be read, 2 the destination could not be written,
 *                    3 LENGTH out of range, 4 aborted
 * 0x2c  RAISE        write bits 2 and 3: set SOFT0, SOFT1
 *
 * A transfer takes 1 us and 1 ns for each byte; memory is read and written at its end. While BUSY,
 * SOURCE, DESTINATION, LENGTH and START must not be written. Such a write is reported: START then
 * has no effect, the others take effect on the next transfer.
 *
 * Ports: 0x0  PORT_SCRATCH, 32 bits, keeps what is written
 *        0x4  PORT_STATUS, 8 bits, read-only: IRQ_STATUS
 *        0x5  PORT_RAISE, 8 bits, write-only: as RAISE */
#ifndef DEVICES_PCI_TEST_REGISTERS_H
#define DEVICES_PCI_TEST_REGISTERS_H

#include "devices/pci/registers.h"

/* Rows after the header. */
enum {
	PCI_TEST_MODEL_RSVD_40 = PCI_MODEL_TYPE0_N_ROWS,
	PCI_TEST_MODEL_EXPRESS,
	PCI_TEST_MODEL_RSVD_5C = PCI_TEST_MODEL_EXPRESS + PCI_MODEL_EXPRESS_N_ROWS,
	PCI_TEST_MODEL_MSI,
	PCI_TEST_MODEL_RSVD_78 = PCI_TEST_MODEL_MSI + PCI_MODEL_MSI_N_ROWS,
	PCI_TEST_MODEL_MSIX,
	PCI_TEST_MODEL_RSVD_8C = PCI_TEST_MODEL_MSIX + PCI_MODEL_MSIX_N_ROWS,
	PCI_TEST_MODEL_SERIAL_CAP,
	PCI_TEST_MODEL_SERIAL_LOW,
	PCI_TEST_MODEL_SERIAL_HIGH,
	PCI_TEST_MODEL_RSVD_10C,
	PCI_TEST_MODEL_CONFIG_N_REGS
};

enum pci_test_model_reg {
	PCI_TEST_MODEL_ID,
	PCI_TEST_MODEL_SCRATCH,
	PCI_TEST_MODEL_IRQ_STATUS,
	PCI_TEST_MODEL_IRQ_ENABLE,
	PCI_TEST_MODEL_SOURCE,
	PCI_TEST_MODEL_DESTINATION,
	PCI_TEST_MODEL_LENGTH,
	PCI_TEST_MODEL_CONTROL,
	PCI_TEST_MODEL_STATUS,
	PCI_TEST_MODEL_RAISE,
	PCI_TEST_MODEL_N_REGS
};

enum pci_test_model_port {
	PCI_TEST_MODEL_PORT_SCRATCH,
	PCI_TEST_MODEL_PORT_STATUS,
	PCI_TEST_MODEL_PORT_RAISE,
	PCI_TEST_MODEL_N_PORTS
};

enum {
	PCI_TEST_MODEL_VENDOR = 0xb1e7,
	PCI_TEST_MODEL_DEVICE = 0x0001,
	PCI_TEST_MODEL_N_VECTORS = 4,
	PCI_TEST_MODEL_MSIX_PBA = 0x800, /* in BAR4 */
	PCI_TEST_MODEL_BAR_SIZE = 0x1000,
	PCI_TEST_MODEL_MAX_LENGTH = 0x10000
};

extern const struct reg_desc pci_test_config_regs[PCI_TEST_MODEL_CONFIG_N_REGS];
extern const struct reg_desc pci_test_regs[PCI_TEST_MODEL_N_REGS];
extern const struct reg_desc pci_test_model_ports[PCI_TEST_MODEL_N_PORTS];
extern const struct reg_desc pci_test_msix_regs[PCI_MODEL_MSIX_TABLE_N_ROWS];

#endif
