/* SPDX-License-Identifier: MIT */
/* What VMRUN refuses (unread: AMD APM Vol. 2, 15.5.1 "Canonicalization and Consistency Checks"). */
#include "emu/bytes.h"
#include "emu/unicorn/x86/cpu_internal.h"

static const char *const why_illegal[] = {
	[SVM_NO_VMRUN_INTERCEPT] = "VMRUN is not intercepted",
	[SVM_NO_ASID] = "the ASID is 0",
	[SVM_IOPM_TOO_HIGH] = "IOPM_BASE_PA is beyond physical memory",
	[SVM_MSRPM_TOO_HIGH] = "MSRPM_BASE_PA is beyond physical memory",
	[SVM_NO_SVME] = "EFER.SVME is clear",
	[SVM_EFER_RESERVED] = "reserved bits of EFER are set",
	[SVM_CR0_NW_WITHOUT_CD] = "CR0.NW is set, CR0.CD is clear",
	[SVM_CR0_TOO_WIDE] = "bits 32 to 63 of CR0 are set",
	[SVM_CR3_RESERVED] = "CR3 is beyond physical memory",
	[SVM_CR4_RESERVED] = "reserved bits of CR4 are set",
	[SVM_DR6_TOO_WIDE] = "bits 32 to 63 of DR6 are set",
	[SVM_DR7_TOO_WIDE] = "bits 32 to 63 of DR7 are set",
	[SVM_LONG_WITHOUT_PAE] = "EFER.LME and CR0.PG are set, CR4.PAE is clear",
	[SVM_PAGING_WITHOUT_PE] = "CR0.PG is set, CR0.PE is clear",
	[SVM_CS_L_AND_D] = "CS.L and CS.D are both set in long mode",
	[SVM_EVENT_NO_EXCEPTION] = "EVENTINJ is an exception that does not exist",
	[SVM_EVENT_RESERVED] = "EVENTINJ has a reserved type",
	[SVM_PDPTE_RESERVED] = "page-directory-pointer-table entries have reserved bits set"
};

static enum svm_illegal judge_control(const struct svm_state *svm, const uint8_t *vmcb)
{
	const uint64_t end = UINT64_C(1) << PAGING_PHYS_BITS;
	if (!(svm->intercepts >> (VMEXIT_VMRUN - VMEXIT_INTR) & 1)) return SVM_NO_VMRUN_INTERCEPT;
	if (!get_le32(vmcb + VMCB_ASID)) return SVM_NO_ASID;
	if (svm->iopm > end - IOPM_BYTES) return SVM_IOPM_TOO_HIGH;
	if (svm->msrpm > end - MSRPM_BYTES) return SVM_MSRPM_TOO_HIGH;
	return SVM_LEGAL;
}

static enum svm_illegal judge_event(uint64_t event)
{
	unsigned type = event >> EVENT_TYPE_SHIFT & EVENT_TYPE_MASK, vector = event & 0xff;
	if (!(event & EVENT_VALID)) return SVM_LEGAL;
	if (type == EVENT_EXCEPTION && (vector == VEC_NMI || vector >= VEC_EXCEPTIONS))
		return SVM_EVENT_NO_EXCEPTION;
	bool known = type == EVENT_INTR || (type >= EVENT_NMI && type <= EVENT_SOFTWARE);
	return known ? SVM_LEGAL : SVM_EVENT_RESERVED;
}

static enum svm_illegal judge_modes(uint64_t cr0, uint64_t cr4, uint64_t efer, uint32_t cs)
{
	enum { LONG_AND_32 = DESC_L | DESC_B };
	bool lme = (efer & EFER_LME) && (cr0 & CR0_PG);
	if ((cr0 & CR0_PG) && !(cr0 & CR0_PE)) return SVM_PAGING_WITHOUT_PE;
	if (lme && !(cr4 & CR4_PAE)) return SVM_LONG_WITHOUT_PAE;
	return lme && (cs & LONG_AND_32) == LONG_AND_32 ? SVM_CS_L_AND_D : SVM_LEGAL;
}

static enum svm_illegal judge_state(const struct cpu *cpu, const uint8_t *save)
{
	enum { CR0_NW = 1 << 29, CR0_CD = 1 << 30 };
	uint64_t cr0 = get_le64(save + SAVE_CR0), cr4 = get_le64(save + SAVE_CR4);
	uint64_t efer = get_le64(save + SAVE_EFER);
	if (!(efer & EFER_SVME)) return SVM_NO_SVME;
	if (efer & ~(cpu_efer_allowed(cpu) | EFER_LMA | EFER_SVME)) return SVM_EFER_RESERVED;
	if ((cr0 & CR0_NW) && !(cr0 & CR0_CD)) return SVM_CR0_NW_WITHOUT_CD;
	if (cr0 >> 32) return SVM_CR0_TOO_WIDE;
	if (get_le64(save + SAVE_CR3) >> PAGING_PHYS_BITS) return SVM_CR3_RESERVED;
	if (cr4 & ~cpu_cr4_allowed(&cpu->features)) return SVM_CR4_RESERVED;
	if (get_le64(save + SAVE_DR6) >> 32) return SVM_DR6_TOO_WIDE;
	if (get_le64(save + SAVE_DR7) >> 32) return SVM_DR7_TOO_WIDE;
	return judge_modes(cr0, cr4, efer, svm_get_segment(save + SAVE_CS).flags);
}

enum svm_illegal svm_judge(const struct cpu *cpu, const uint8_t *vmcb)
{
	enum svm_illegal found = judge_control(&cpu->s.svm, vmcb);
	if (!found) found = judge_state(cpu, vmcb + VMCB_SAVE);
	return found ? found : judge_event(get_le64(vmcb + VMCB_EVENTINJ));
}

const char *svm_why(enum svm_illegal why) { return why_illegal[why]; }
