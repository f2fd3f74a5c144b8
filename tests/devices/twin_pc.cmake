# SPDX-License-Identifier: MIT
# Twin tests of the drivers of what a PC has beyond an ISA machine.
bimetal_add_twin_test(twin_lapic SOURCES twin_lapic.c DRIVERS lapic pic_8259)
bimetal_add_twin_test(twin_lapic_msr SOURCES twin_lapic_msr.c DRIVERS lapic pic_8259)
bimetal_add_twin_test(twin_x2apic SOURCES twin_x2apic.c DRIVERS lapic pic_8259 CPU +x2apic)
bimetal_add_twin_test(twin_ioapic SOURCES twin_ioapic.c DRIVERS ioapic lapic pic_8259 pit_8254
  STIMULI twin_ioapic.stimuli)
bimetal_add_twin_test(twin_hpet SOURCES twin_hpet.c DRIVERS hpet ioapic lapic pic_8259)
bimetal_add_twin_test(twin_acpi SOURCES twin_acpi.c DRIVERS acpi hpet ioapic lapic pci)
bimetal_add_twin_test(twin_pci SOURCES twin_pci.c DRIVERS ioapic lapic pci pic_8259)
