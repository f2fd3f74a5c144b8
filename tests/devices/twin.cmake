# SPDX-License-Identifier: MIT
# Twin tests of the drivers: the same tests natively and inside the emulated CPU.

# device_twin(DEVICE NAME DRIVERS driver... [CPU spec]): NAME.c in the device's folder, with NAME.stimuli if
# it exists.
function(device_twin device name)
  set(stimuli)
  file(GLOB found CONFIGURE_DEPENDS ${device}/${name}.stimuli)
  if(found)
    set(stimuli STIMULI ${found})
  endif()
  bimetal_add_twin_test(${name} SOURCES ${device}/${name}.c ${stimuli} ${ARGN})
  bimetal_watch_twin(${name})
endfunction()

device_twin(uart_16550 twin_uart DRIVERS uart_16550 pic_8259)
device_twin(isa_ports twin_debug DRIVERS debug_exit debug_console)
device_twin(pic_8259 twin_pic DRIVERS pic_8259 pit_8254 rtc_mc146818)
device_twin(pit_8254 twin_pit DRIVERS pit_8254 pic_8259)
device_twin(rtc_mc146818 twin_rtc DRIVERS rtc_mc146818 pic_8259)
device_twin(ps2_controller twin_ps2 DRIVERS ps2 pic_8259)
# Devices of a PC that an ISA machine does not have.
device_twin(lapic twin_lapic DRIVERS lapic pic_8259)
device_twin(lapic twin_lapic_msr DRIVERS lapic pic_8259)
device_twin(lapic twin_x2apic DRIVERS lapic pic_8259 CPU +x2apic)
device_twin(ioapic twin_ioapic DRIVERS ioapic lapic pic_8259 pit_8254)
device_twin(hpet twin_hpet DRIVERS hpet ioapic lapic pic_8259)
device_twin(pci twin_pci DRIVERS ioapic lapic pci pic_8259)
# A device that is on no board.
device_twin(lpt twin_lpt DRIVERS lpt pic_8259 MODEL lpt AT port=0x378 IRQ 7)
device_twin(vga twin_vga_text DRIVERS vga_text)
device_twin(vga twin_vga DRIVERS vga raster font)
device_twin(vga twin_framebuffer DRIVERS framebuffer vga raster font)
# The display is a card of the machine "pc", by its option.
device_twin(bochs_display twin_bochs_display DRIVERS bochs_display framebuffer vga raster font pci MODEL vga)
