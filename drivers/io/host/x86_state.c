/* SPDX-License-Identifier: MIT */
#include "x86_state.h"

#include "emu/x86/msr_numbers.h"

#define CR0_START  UINT64_C(0x80010011) /* PG, WP, ET, PE */
#define CR4_START  UINT64_C(0x20)       /* PAE */
#define EFER_START UINT64_C(0x500)      /* LMA, LME */
#define DR6_START  UINT64_C(0xffff0ff0)
#define SEED       UINT64_C(0x9e3779b97f4a7c15)
enum {
	DR6 = 6,
	DR7 = 7,
	DR7_START = 0x400,
	RFLAGS_START = 0x2,
	MXCSR_START = 0x1f80,
	XCR0_START = 1
};

void host_x86_reset(struct host_x86_state *s)
{
	*s = (struct host_x86_state){ .cr0 = CR0_START,
				      .cr4 = CR4_START,
				      .dr = { [DR6] = DR6_START, [DR7] = DR7_START },
				      .rflags = RFLAGS_START,
				      .mxcsr = MXCSR_START,
				      .xcr0 = XCR0_START,
				      .msrs = { .efer = EFER_START },
				      .random = SEED };
}

void host_x86_note(struct host_x86_state *s, struct host_x86_done done)
{
	s->done[s->n_done++ % HOST_X86_RECORD] = done;
}

struct host_x86_done host_x86_last(const struct host_x86_state *s, unsigned n)
{
	if (n >= s->n_done || n >= HOST_X86_RECORD) return (struct host_x86_done){ 0 };
	return s->done[(s->n_done - 1 - n) % HOST_X86_RECORD];
}

void host_x86_visit(const struct host_x86_state *s,
		    void (*fn)(void *ctx, const void *data, size_t len), void *ctx)
{
	uint64_t control[] = { s->cr0,   s->cr2,      s->cr3,       s->cr4,      s->cr8,
			       s->mxcsr, s->xcr0,     s->rflags,    s->gdt.base, s->gdt.limit,
			       s->tr,    s->idt.base, s->idt.limit, s->random };
	fn(ctx, control, sizeof(control));
	fn(ctx, s->dr, sizeof(s->dr));
	fn(ctx, s->segment, sizeof(s->segment));
	fn(ctx, &s->msrs, sizeof(s->msrs));
}

uint64_t *host_x86_msr(struct host_x86_state *s, uint32_t msr)
{
	switch (msr) {
	case MSR_U_CET: return &s->msrs.u_cet;
	case MSR_S_CET: return &s->msrs.s_cet;
	case MSR_EFER: return &s->msrs.efer;
	case MSR_STAR: return &s->msrs.star;
	case MSR_LSTAR: return &s->msrs.lstar;
	case MSR_CSTAR: return &s->msrs.cstar;
	case MSR_FMASK: return &s->msrs.sfmask;
	case MSR_FS_BASE: return &s->msrs.fs_base;
	case MSR_GS_BASE: return &s->msrs.gs_base;
	case MSR_KERNEL_GS_BASE: return &s->msrs.kernel_gs_base;
	default: return NULL;
	}
}
