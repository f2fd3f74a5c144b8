/* SPDX-License-Identifier: MIT */
#include "devices/lapic/lints.h"

#define ICR  "SDM Vol. 3A 10.6.1"
#define NONE "There is no system management mode here; the message is dropped."

/* clang-format off */
const struct lint_desc lapic_lints[] = {
	[LAPIC_LINT_VECTOR] =
	{ "LVT_* ICR_LO", "vector", LINT_GUEST, "SDM Vol. 3A 10.5.3",
	  "Vectors 0 to 15 are illegal for a fixed interrupt.",
	  "The local APIC sets an error in ESR and, if its LVT error entry is not masked, "
	  "raises that interrupt instead.",
	  "Use vectors of 32 and above; 16 to 31 collide with exceptions. An unused entry has MASK "
	  "set." },
	[LAPIC_LINT_NOT_IN_SERVICE] =
	{ "EOI", "not-in-service", LINT_GUEST, "SDM Vol. 3A 10.8.5",
	  "The handler of each fixed interrupt writes EOI once, before it returns. Handlers "
	  "of NMI, SMI, INIT and ExtINT do not.",
	  "If nothing is in service, nothing happens. If this handler interrupted another "
	  "one, that one's interrupt is ended too early.",
	  "Write EOI once in each handler of a vector of this local APIC. An interrupt from "
	  "the 8259A is ended at the 8259A." },
	[LAPIC_LINT_SPURIOUS] =
	{ "EOI", "spurious", LINT_GUEST, "SDM Vol. 3A 10.9",
	  "The spurious vector sets no bit in ISR, so its handler returns without EOI.",
	  "If nothing is in service, nothing happens. If this handler interrupted another "
	  "one, that one's interrupt is ended too early.",
	  "Give the vector in SVR its own handler, which only returns." },
	[LAPIC_LINT_EARLY] =
	{ "EOI", "early", LINT_NOTE, "SDM Vol. 3A 10.8.5",
	  "EOI ends the interrupt that is in service. No interrupt has come since SVR was written.",
	  "Nothing happens: ISR is empty.",
	  "Harmless. Kernels write it while they set up the local APIC, to end what a boot "
	  "loader may have left in service." },
	[LAPIC_LINT_SELF_IPI_VECTOR] =
	{ "SELF_IPI", "vector", LINT_GUEST, "SDM Vol. 3A 10.12.11",
	  "Vectors 0 to 15 are illegal for a self IPI.",
	  "Nothing is sent; ESR reports an illegal vector.", "Write a vector of 32 or more." },
	[LAPIC_LINT_SPURIOUS_VECTOR] =
	{ "LVT_*", "spurious-vector", LINT_GUEST, "SDM Vol. 3A 10.9",
	  "The vector in SVR is for spurious interrupts, and its handler sends no EOI. No "
	  "device may use this vector.",
	  "The handler returns without EOI. The vector stays in service, and interrupts of "
	  "the same or lower priority never arrive again.",
	  "Use a separate vector for spurious interrupts, such as 0xff." },
	[LAPIC_LINT_TRIGGER] =
	{ "LVT_LINT1", "trigger", LINT_GUEST, "SDM Vol. 3A 10.5.1",
	  "LINT1 does not support level-triggered interrupts.",
	  "The bit has no effect, or the processor treats the pin as edge-triggered all the same.",
	  "Clear the trigger mode bit of LVT_LINT1." },
	[LAPIC_LINT_TIMER_MODE] =
	{ "LVT_TIMER", "mode", LINT_GUEST, "SDM Vol. 3A 10.5.4.1",
	  "Timer mode 3 (bits 18:17 both set) is reserved.", "Undefined.",
	  "Use 0 one-shot, 1 periodic or, where CPUID has it, 2 TSC-deadline." },
	[LAPIC_LINT_ICR_MODE] =
	{ "ICR_LO", "mode", LINT_GUEST, ICR,
	  "The delivery mode is reserved (3), or is lowest priority in x2APIC mode, which has "
	  "none.",
	  "Undefined for reserved modes. In x2APIC mode a lowest-priority IPI is not sent, "
	  "and ESR reports it.",
	  "Use fixed, NMI, INIT or start-up." },
	[LAPIC_LINT_COMBINATION] =
	{ "ICR_LO", "combination", LINT_GUEST, ICR,
	  "The shorthands \"self\" and \"all including self\" are only for fixed interrupts; "
	  "INIT level de-assert needs \"all including self\".",
	  "The IPI is not delivered, or the result is undefined.",
	  "Use \"all excluding self\" for NMI, INIT and start-up." },
	[LAPIC_LINT_ICR_SMI] =
	{ "ICR_LO", "smi", LINT_NOT_MODELLED, ICR, "An IPI with delivery mode SMI requests an SMI.",
	  "The processor enters system management mode.", NONE },
	[LAPIC_LINT_PIN_SMI] =
	{ "LVT_LINT[01]", "smi", LINT_NOT_MODELLED, NULL,
	  "A LINT pin of delivery mode SMI raises an SMI.",
	  "The processor enters system management mode.", NONE },
	[LAPIC_LINT_MESSAGE_SMI] =
	{ NULL, "smi", LINT_NOT_MODELLED, "SDM Vol. 3A 10.11.2",
	  "An interrupt message with delivery mode SMI requests an SMI.",
	  "The processor enters system management mode.", NONE },
	[LAPIC_LINT_LOWEST_BROADCAST] =
	{ NULL, "lowest-broadcast", LINT_GUEST, "SDM Vol. 3A 10.6.2.1",
	  "A lowest-priority message must not go to the physical broadcast destination 0xff.",
	  "Undefined: no processor, or several, take the interrupt.",
	  "Use a logical destination for lowest priority." },
	[LAPIC_LINT_ILLEGAL_ADDRESS] =
	{ "RSVD_000 RSVD_040 RSVD_290 RSVD_3A0 RSVD_3F0", "illegal-address", LINT_GUEST, NULL,
	  "This local APIC has no register at that offset.",
	  "It reads as zero, a write is dropped, and ESR reports an illegal register address.",
	  "Compare the offset with the manual; VERSION gives the number of LVT entries." },
	[LAPIC_LINT_RESERVED] =
	{ "SVR LVT_TIMER", "reserved", LINT_GUEST, NULL,
	  "Bits of a feature (suppressing EOI broadcasts, the TSC deadline) are reserved on a"
	  " processor without that feature.",
	  "They stay 0, or the write faults in x2APIC mode.",
	  "Check VERSION bit 24, or CPUID.1:ECX bit 24, before setting them." },
	[LAPIC_LINT_MODEL] =
	{ "DFR", "model", LINT_GUEST, NULL, "DFR's model is 0xf (flat) or 0 (cluster).",
	  "Undefined: it is not known which processor takes an interrupt with a logical "
	  "destination.",
	  "Write 0xffffffff or 0x0fffffff." },
	{ 0 },
};

const struct lint_desc lapic_base_lints[] = {
	[LAPIC_BASE_LINT_OVERLAP] =
	{ NULL, "base", LINT_NOT_MODELLED, "SDM Vol. 3A 10.4.5",
	  "IA32_APIC_BASE was set to an address that another device uses.",
	  "The local APIC answers first and hides the device behind it.",
	  "Leave the registers at 0xfee00000. Here they cannot be accessed at the new address." },
	{ 0 },
};
