/* SPDX-License-Identifier: MIT */
#include "emu/x86/lints.h"

/* clang-format off */
const struct lint_desc cpu_lints[] = {
	[CPU_LINT_UNKNOWN_MSR] =
	{ NULL, "unknown-msr", LINT_NOT_MODELLED, "unread: SDM Vol. 4, AMD BKDG 32559 14",
	  "RDMSR and WRMSR must use a register that this CPU has. That depends on the model "
	  "that CPUID reports.",
	  "#GP(0). Another processor model may have it, or bimetal's description of this one "
	  "may be incomplete.",
	  "Check the vendor, the family and the feature bits first. --cpu intel selects "
	  "another CPU; --unknown-msr zero makes such registers read 0 and accept every "
	  "write." },
	[CPU_LINT_VMRUN_INVALID] =
	{ NULL, "vmrun-invalid", LINT_NOTE, "unread: AMD APM Vol. 2 15.5.1",
	  "VMRUN checks the VMCB: reserved bits of the control registers, modes that exclude each "
	  "other, the intercept of VMRUN, the ASID, the injected event.",
	  "#VMEXIT at once with exit code VMEXIT_INVALID (-1), which has no details. The lint "
	  "names "
	  "the first check that failed.",
	  "Correct that field of the VMCB." },
	{ 0 },
};
