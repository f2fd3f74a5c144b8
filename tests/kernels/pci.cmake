# SPDX-License-Identifier: MIT
# PCI: the machine pc, QEMU's q35.
add_kernel(pci_config BITS 64 SOURCES ${DEVICES}/pci/kernel_pci_config.c ARGS --machine pc QEMU_ARGS -M q35)
# Our own device, which QEMU does not have. It follows PCI 3.0 (INTx#: 2.2.6, 6.2.2; MSI and MSI-X: 6.8)
# and devices/pci_test/registers.h.
add_kernel(pci_test BITS 64 SOURCES ${DEVICES}/pci_test/kernel_pci_test.c ARGS --machine pc --device pci-test NOQEMU)
