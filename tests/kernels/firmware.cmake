# SPDX-License-Identifier: MIT
# The tables of the machine pc's firmware.
set(_pc ARGS --machine pc QEMU_ARGS -M q35)
add_kernel(acpi_tables BITS 64 SOURCES acpi_tables.c ${_pc})
add_kernel(fw_cfg BITS 64 SOURCES ${DEVICES}/fw_cfg/kernel_fw_cfg.c ${_pc})
add_kernel(mp_table BITS 64 SOURCES mp_table.c ${_pc})
add_kernel(smbios BITS 64 SOURCES smbios.c ${_pc})
