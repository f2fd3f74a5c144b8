# SPDX-License-Identifier: MIT
# The APICs: the machine pc, QEMU's q35. QEMU's TCG has neither TSC-deadline timer nor x2APIC mode.
set(_pc ARGS --machine pc QEMU_ARGS -M q35)
add_kernel(lapic_timer BITS 64 SOURCES ${DEVICES}/lapic/kernel_lapic_timer.c ${_pc})
add_kernel(lapic_ipi BITS 64 SOURCES ${DEVICES}/lapic/kernel_lapic_ipi.c ${_pc})
add_kernel(ioapic BITS 64 SOURCES ${DEVICES}/ioapic/kernel_ioapic.c ${_pc})
add_kernel(x2apic BITS 64 SOURCES ${DEVICES}/lapic/kernel_x2apic.c ARGS --machine pc --cpu +x2apic NOQEMU)
kernel_test(x2apic_absent IMAGE x2apic ${_pc})
