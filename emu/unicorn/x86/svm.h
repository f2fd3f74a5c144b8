/* SPDX-License-Identifier: MIT */
/* AMD's Secure Virtual Machine (unread: AMD APM Vol. 2, 24593, chapter 15): VMRUN, intercepts and
 * #VMEXIT, virtual interrupts, the global interrupt flag. All of it is ours; the engine only keeps
 * HF_GUEST apart when it translates. Without nested paging and the other additions of later
 * processors, as CPUID Fn8000_000A reports. */
#ifndef EMU_UNICORN_X86_SVM_H
#define EMU_UNICORN_X86_SVM_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/x86/vmcb.h"

struct cpu;
struct insn;
struct pending_event;
struct site;
struct task_switch;

/* What happens in the host before its first instruction after #VMEXIT. */
enum svm_after_exit {
	SVM_GOES_ON,
	SVM_SHUTDOWN,   /* its page-directory-pointer-table entries are invalid */
	SVM_SINGLE_STEP /* VMRUN was executed with TF set */
};

/* Plain data. All zero: no guest, and GIF is set. */
struct svm_state {
	bool guest;     /* between VMRUN and #VMEXIT */
	bool gif_clear; /* the global interrupt flag is clear */
	bool host_if;   /* RFLAGS.IF of the host at VMRUN */
	bool injected;  /* the event being delivered was injected by VMRUN */
	enum svm_after_exit after_exit;
	/* The guest's VMCB and what VMRUN read from it. */
	uint64_t vmcb;
	uint32_t cr_intercepts, dr_intercepts, exception_intercepts;
	uint64_t intercepts, iopm, msrpm, tsc_offset;
	uint64_t interrupt; /* enum vmcb_interrupt */
};

/* What to do once the engine has stopped. */
enum svm_action { SVM_NOTHING, SVM_VMRUN, SVM_VMEXIT };
struct svm_pending {
	enum svm_action action;
	uint64_t vmcb; /* VMRUN: its operand */
	uint8_t length;
	uint64_t code, info1, info2, int_info; /* #VMEXIT */
};

struct env_segment;

/* --- svm.c: the instructions */

/* VMRUN, VMMCALL, VMLOAD, VMSAVE, STGI, CLGI, INVLPGA; called as an intercept. */
void svm_run(struct cpu *cpu, const struct site *site);
/* VM_CR after a write of `value`. False: #GP. */
bool svm_vm_cr(const struct cpu *cpu, uint64_t old, uint64_t *value);
void svm_reset(struct cpu *cpu);
/* May EFER.SVME be set? */
bool svm_allowed(const struct cpu *cpu);

/* --- svm_switch.c: to the guest and back */

/* Carry out cpu->svm, after the engine stopped. False: triple fault in an injected event. */
bool svm_switch(struct cpu *cpu);
/* In an intercept: stop the engine and leave the guest. */
void svm_leave(struct cpu *cpu, uint64_t code, uint64_t info1, uint64_t info2);
/* A segment as a VMCB holds it; the base read is made canonical. */
uint64_t svm_canonical(uint64_t address);
void svm_put_segment(uint8_t *to, const struct env_segment *s);
struct env_segment svm_get_segment(const uint8_t *from);
/* The engine is stopped: leave the guest at once. */
void svm_leave_now(struct cpu *cpu, struct svm_pending exit);
/* The same if that code is intercepted; true: the guest was left. */
bool svm_exit_if(struct cpu *cpu, enum vmexit code);

/* --- svm_checks.c: what VMRUN refuses */

enum svm_illegal {
	SVM_LEGAL,
	SVM_NO_VMRUN_INTERCEPT,
	SVM_NO_ASID,
	SVM_IOPM_TOO_HIGH,
	SVM_MSRPM_TOO_HIGH,
	SVM_NO_SVME,
	SVM_EFER_RESERVED,
	SVM_CR0_NW_WITHOUT_CD,
	SVM_CR0_TOO_WIDE,
	SVM_CR3_RESERVED,
	SVM_CR4_RESERVED,
	SVM_DR6_TOO_WIDE,
	SVM_DR7_TOO_WIDE,
	SVM_LONG_WITHOUT_PAE,
	SVM_PAGING_WITHOUT_PE,
	SVM_CS_L_AND_D,
	SVM_EVENT_NO_EXCEPTION,
	SVM_EVENT_RESERVED,
	SVM_PDPTE_RESERVED
};
/* The first check that the VMCB fails. */
enum svm_illegal svm_judge(const struct cpu *cpu, const uint8_t *vmcb);
/* The reason in words. */
const char *svm_why(enum svm_illegal why);

/* --- svm_intercept.c: what is intercepted */

/* Might an intercept concern this instruction? Used when it is translated. */
bool svm_concerns(const struct insn *insn);
/* Call in a guest before such an instruction: stops the engine if it is intercepted. */
void svm_instruction(struct cpu *cpu, const struct site *site);
/* Is exit code `code` (from VMEXIT_INTR on) intercepted now? */
bool svm_intercepts(const struct cpu *cpu, enum vmexit code);
/* Call before an exception is delivered. `during`: the event whose delivery raised it, or NULL.
 * True: the guest was left. */
bool svm_exception(struct cpu *cpu, const struct pending_event *event,
		   const struct pending_event *during);
/* Call before a task switch. True: it is intercepted, and cpu->svm says so. */
bool svm_task_switch(struct cpu *cpu, const struct task_switch *s);
/* The same code as EXITINTINFO and EVENTINJ have for an event. */
uint64_t svm_event_info(struct cpu *cpu, const struct pending_event *event);

/* --- svm_interrupt.c: interrupts of the guest and the host */

/* Does a virtual interrupt wait in the guest? */
bool svm_virtual_pending(const struct cpu *cpu);
/* The vector of the waiting virtual interrupt, which is taken now. */
uint8_t svm_virtual_take(struct cpu *cpu);
/* Is an external interrupt, or a virtual one, accepted with these flags? */
bool svm_external_accepted(const struct cpu *cpu, uint64_t rflags);
bool svm_virtual_accepted(const struct cpu *cpu, uint64_t rflags);
/* CR8 of a guest whose interrupts are masked virtually. False: CR8 is the local APIC's. */
bool svm_cr8_read(const struct cpu *cpu, uint8_t *value);
bool svm_cr8_write(struct cpu *cpu, uint8_t value);
/* What a guest's time stamp counter is ahead of the host's. */
uint64_t svm_tsc_offset(const struct cpu *cpu);

#endif
