/* SPDX-License-Identifier: MIT */
#include "devices/lints.h"

#define ICR  "SDM Vol. 3A 10.6.1"
#define NONE "There is no system management mode here; the message is dropped."

const struct lint_desc lapic_lints[] = {
	{ "LVT_* ICR_LO", "vector", LINT_GUEST, "SDM Vol. 3A 10.5.3",
	  "Vectors 0 to 15 are illegal for a fixed interrupt.",
	  "The local APIC sets an error in ESR and, where its LVT error entry is open, raises that "
	  "interrupt instead.",
	  "Use vectors of 32 and above; 16 to 31 collide with exceptions. An unused entry has MASK "
	  "set." },
	{ "EOI", "not-in-service", LINT_GUEST, "SDM Vol. 3A 10.8.5",
	  "The handler of each fixed interrupt writes EOI once, before it returns. Those of NMI, "
	  "SMI, "
	  "INIT and ExtINT do not.",
	  "Nothing happens when nothing is in service. When an interrupted handler's vector is, "
	  "that "
	  "one is ended too early.",
	  "Write EOI once in the handlers of this local APIC's vectors; an interrupt from the "
	  "8259A is "
	  "ended there." },
	{ "EOI", "spurious", LINT_GUEST, "SDM Vol. 3A 10.9",
	  "The spurious vector does not touch ISR: its handler returns without EOI.",
	  "Nothing happens when nothing is in service. When an interrupted handler's vector is, "
	  "that "
	  "one is ended too early.",
	  "Give the vector in SVR a handler of its own that only returns." },
	{ "EOI", "early", LINT_NOTE, "SDM Vol. 3A 10.8.5",
	  "EOI ends the interrupt that is in service. No interrupt has come since SVR was written.",
	  "Nothing happens: ISR is empty.",
	  "It does no harm. Kernels write it while they set the local APIC up, to end what a boot "
	  "loader may have left in service." },
	{ "SELF_IPI", "vector", LINT_GUEST, "SDM Vol. 3A 10.12.11",
	  "Vectors 0 to 15 are illegal for a self IPI.",
	  "Nothing is sent; ESR tells of an illegal vector.", "Write a vector of 32 or more." },
	{ "LVT_*", "spurious-vector", LINT_GUEST, "SDM Vol. 3A 10.9",
	  "The vector in SVR is that of spurious interrupts, whose handler sends no EOI. No "
	  "interrupt of a device may share it.",
	  "The handler returns without EOI, the vector stays in service, and nothing of its "
	  "priority or below comes any more.",
	  "Give spurious interrupts a vector of their own, such as 0xff." },
	{ "LVT_LINT1", "trigger", LINT_GUEST, "SDM Vol. 3A 10.5.1",
	  "LINT1 does not support level-triggered interrupts.",
	  "The bit has no effect, or the processor treats the pin as edge-triggered all the same.",
	  "Clear the trigger mode bit of LVT_LINT1." },
	{ "LVT_TIMER", "mode", LINT_GUEST, "SDM Vol. 3A 10.5.4.1",
	  "Timer mode 3 (bits 18:17 both set) is reserved.", "Undefined.",
	  "Use 0 one-shot, 1 periodic or, where CPUID has it, 2 TSC-deadline." },
	{ "ICR_LO", "mode", LINT_GUEST, ICR,
	  "The delivery mode is reserved (3), or is lowest priority in x2APIC mode, which has "
	  "none.",
	  "Undefined for reserved modes; a lowest-priority IPI in x2APIC mode is not sent and ESR "
	  "tells of it.",
	  "Use fixed, NMI, INIT or start-up." },
	{ "ICR_LO", "combination", LINT_GUEST, ICR,
	  "The shorthands \"self\" and \"all including self\" go with fixed interrupts alone; INIT "
	  "level de-assert goes with \"all including self\".",
	  "The IPI is not delivered, or the result is undefined.",
	  "Use \"all excluding self\" for NMI, INIT and start-up." },
	{ "ICR_LO", "smi", LINT_NOT_MODELLED, ICR, "An IPI of delivery mode SMI asks for an SMI.",
	  "The processor enters system management mode.", NONE },
	{ "LVT_LINT[01]", "smi", LINT_NOT_MODELLED, NULL,
	  "A LINT pin of delivery mode SMI raises an SMI.",
	  "The processor enters system management mode.", NONE },
	{ NULL, "smi", LINT_NOT_MODELLED, "SDM Vol. 3A 10.11.2",
	  "An interrupt message of delivery mode SMI asks for an SMI.",
	  "The processor enters system management mode.", NONE },
	{ NULL, "lowest-broadcast", LINT_GUEST, "SDM Vol. 3A 10.6.2.1",
	  "A lowest-priority message must not go to the physical broadcast destination 0xff.",
	  "Undefined: no processor, or several, take the interrupt.",
	  "Use a logical destination for lowest priority." },
	{ "RSVD_000 RSVD_040 RSVD_290 RSVD_3A0 RSVD_3F0", "illegal-address", LINT_GUEST, NULL,
	  "No register of this local APIC lies at that offset.",
	  "It reads as zero, a write is dropped, and ESR reports an illegal register address.",
	  "Compare the offset with the manual; the LVT's length is in VERSION." },
	{ "SVR LVT_TIMER", "reserved", LINT_GUEST, NULL,
	  "Bits that belong to a feature (suppressing EOI broadcasts, the TSC deadline) are "
	  "reserved "
	  "on a processor without it.",
	  "They stay 0, or the write faults in x2APIC mode.",
	  "Look at VERSION bit 24, or CPUID.1:ECX bit 24, before they are set." },
	{ "DFR", "model", LINT_GUEST, NULL, "DFR's model is 0xf (flat) or 0 (cluster).",
	  "Undefined: who takes an interrupt with a logical destination cannot be told.",
	  "Write 0xffffffff or 0x0fffffff." },
	{ 0 },
};

const struct lint_desc lapic_base_lints[] = {
	{ NULL, "base", LINT_NOT_MODELLED, "SDM Vol. 3A 10.4.5",
	  "IA32_APIC_BASE moved the registers to where another device lies.",
	  "The local APIC answers first, and hides what is behind it.",
	  "Leave them at 0xfee00000. Here they are then not reached at all." },
	{ 0 },
};
