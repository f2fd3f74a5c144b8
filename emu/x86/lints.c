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
	[CPU_LINT_STALE_TLB] =
	{ NULL, "stale-tlb", LINT_GUEST, "SDM Vol. 3A 4.10.4",
	  "A CPU may use a translation that it has cached until that is invalidated: for its "
	  "address by INVLPG, with all that are not global by a write of CR3 (or a task switch "
	  "that changes it), with all by a change of CR4.PGE, CR4.PAE or CR0.PG, by setting CR4.SMEP, "
	  "or by a page fault at its address. Nothing is needed after a change of the P flag from 0 "
	  "to 1, or after rights were added.",
	  "The access may go where the old entry says, or succeed where the new one forbids it; or "
	  "not, if the CPU had forgotten the old one. That differs from run to run.",
	  "Execute INVLPG for each page whose entry was changed, after the change and before any "
	  "use; or write CR3, which keeps global pages. The report names the write and the access. "
	  "--tlb stale shows what the old entry leads to." },
	[CPU_LINT_STALE_TABLE] =
	{ NULL, "stale-table", LINT_GUEST, "SDM Vol. 3A 4.10.4",
	  "A CPU caches the entries that refer to tables too, not only those of pages. It may go on "
	  "through an old table until INVLPG of any address, a write of CR3, or one of the events "
	  "that invalidate everything.",
	  "Addresses that were never accessed before may be translated by the old table: by whatever "
	  "its memory holds by now, if it was freed.",
	  "After changing or clearing an entry that refers to a table, execute INVLPG for an address "
	  "that uses it, or write CR3, before the table's memory is used for anything else." },
	[CPU_LINT_TABLE_RESERVED] =
	{ NULL, "table-reserved", LINT_GUEST, "SDM Vol. 3A 4.7",
	  "The reserved bits of a present paging-structure entry must be 0. Which they are depends on "
	  "the paging mode, the width of physical addresses and EFER.NXE.",
	  "#PF with RSVD (bit 3) in its error code. A CPU with wider physical addresses may use the "
	  "bits.",
	  "Clear them: bits above the physical address width that CPUID reports, bit 7 in a PML4E, "
	  "bits 20:13 of an entry for a page of 2 MiB, bit 63 without EFER.NXE." },
	[CPU_LINT_TABLE_PLACE] =
	{ NULL, "table-place", LINT_GUEST, "",
	  "Page tables must be in memory that the firmware's memory map calls usable.",
	  "The firmware or a device may change such memory at any time; where there is none, entries "
	  "read as all ones.",
	  "Take frames for page tables from usable ranges of the memory map only." },
	[CPU_LINT_TABLE_UNWRITTEN] =
	{ NULL, "table-unwritten", LINT_GUEST, "",
	  "A page table must be initialised before the CPU walks it. This page was never written "
	  "since power-on.",
	  "Memory holds anything at power-on: some entries may be present.",
	  "Clear a new table before an entry, or CR3, refers to it." },
	[CPU_LINT_WRITABLE_CODE] =
	{ NULL, "writable-code", LINT_GUEST, "",
	  "By the policy --wx, no page may be both writable and executable.",
	  "Nothing: it is allowed. But whoever can write there can execute what he wrote.",
	  "Set XD (bit 63) in entries of data, clear R/W (bit 1) in those of code." },
	{ 0 },
};
