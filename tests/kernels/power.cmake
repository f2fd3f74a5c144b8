# SPDX-License-Identifier: MIT
# Timers and power of the chipset: the machine pc, QEMU's q35.
set(_pc ARGS --machine pc QEMU_ARGS -M q35)
add_kernel(pm_timer BITS 64 SOURCES ${DEVICES}/acpi_pm/kernel_pm_timer.c ${_pc})
add_kernel(hpet BITS 64 SOURCES ${DEVICES}/hpet/kernel_hpet.c ${_pc})
add_kernel(hpet_msi BITS 64 SOURCES ${DEVICES}/hpet/kernel_hpet.c DEFINES MESSAGES=1 ${_pc} -global hpet.msi=on)
add_kernel(s5 BITS 64 SOURCES ${DEVICES}/acpi_pm/kernel_s5.c EXIT 0 QEMU_EXIT 0 OUTPUT "powering off" ${_pc})
