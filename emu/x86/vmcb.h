/* SPDX-License-Identifier: MIT */
/* The virtual machine control block (unread: AMD APM Vol. 2, 24593, appendix B and C; the offsets
 * and codes are also in Linux's arch/x86/include/asm/svm.h and uapi/asm/svm.h). */
#ifndef EMU_X86_VMCB_H
#define EMU_X86_VMCB_H

#include <stdint.h>

enum { VMCB_BYTES = 4096, VMCB_SAVE = 0x400, VMCB_SAVE_BYTES = 0x298, VMCB_USED = 0x698 };

/* Offsets in the control area. */
enum vmcb_control {
	VMCB_CR_INTERCEPTS = 0x000, /* bits 0 to 15: reads; 16 to 31: writes */
	VMCB_DR_INTERCEPTS = 0x004,
	VMCB_EXCEPTION_INTERCEPTS = 0x008,
	VMCB_INTERCEPTS = 0x00c, /* 64 bits: bit n is exit code VMEXIT_INTR + n */
	VMCB_IOPM_BASE = 0x040,
	VMCB_MSRPM_BASE = 0x048,
	VMCB_TSC_OFFSET = 0x050,
	VMCB_ASID = 0x058,
	VMCB_TLB_CONTROL = 0x05c,
	VMCB_INTERRUPT_CONTROL = 0x060, /* 64 bits: enum vmcb_interrupt */
	VMCB_INTERRUPT_SHADOW = 0x068,
	VMCB_EXITCODE = 0x070,
	VMCB_EXITINFO1 = 0x078,
	VMCB_EXITINFO2 = 0x080,
	VMCB_EXITINTINFO = 0x088,
	VMCB_EVENTINJ = 0x0a8
};

/* Offsets in the state save area, from its start. */
enum vmcb_save {
	SAVE_ES = 0x000, /* segments: 16 bytes each */
	SAVE_CS = 0x010,
	SAVE_SS = 0x020,
	SAVE_DS = 0x030,
	SAVE_FS = 0x040,
	SAVE_GS = 0x050,
	SAVE_GDTR = 0x060,
	SAVE_LDTR = 0x070,
	SAVE_IDTR = 0x080,
	SAVE_TR = 0x090,
	SAVE_CPL = 0x0cb,
	SAVE_EFER = 0x0d0,
	SAVE_CR4 = 0x148,
	SAVE_CR3 = 0x150,
	SAVE_CR0 = 0x158,
	SAVE_DR7 = 0x160,
	SAVE_DR6 = 0x168,
	SAVE_RFLAGS = 0x170,
	SAVE_RIP = 0x178,
	SAVE_RSP = 0x1d8,
	SAVE_RAX = 0x1f8,
	SAVE_STAR = 0x200,
	SAVE_LSTAR = 0x208,
	SAVE_CSTAR = 0x210,
	SAVE_SFMASK = 0x218,
	SAVE_KERNEL_GS_BASE = 0x220,
	SAVE_SYSENTER_CS = 0x228,
	SAVE_SYSENTER_ESP = 0x230,
	SAVE_SYSENTER_EIP = 0x238,
	SAVE_CR2 = 0x240
};

/* A segment: selector, attributes, limit, base. */
enum vmcb_segment { VMCB_ATTRIBUTES = 2, VMCB_LIMIT = 4, VMCB_BASE = 8 };

/* VMCB_INTERRUPT_CONTROL. */
enum vmcb_interrupt {
	V_TPR_MASK = 0xff,
	V_IRQ = 1 << 8,
	V_INTR_PRIO_SHIFT = 16,
	V_INTR_PRIO_MASK = 15,
	V_IGN_TPR = 1 << 20,
	V_INTR_MASKING = 1 << 24,
	V_INTR_VECTOR_SHIFT = 32
};

/* EVENTINJ and EXITINTINFO: the vector in bits 0 to 7, the error code in bits 32 to 63. */
enum vmcb_event {
	EVENT_TYPE_SHIFT = 8,
	EVENT_TYPE_MASK = 7,
	EVENT_ERROR_VALID = 1 << 11,
	EVENT_ERROR_SHIFT = 32
};
#define EVENT_VALID (UINT64_C(1) << 31)
enum vmcb_event_type { EVENT_INTR = 0, EVENT_NMI = 2, EVENT_EXCEPTION = 3, EVENT_SOFTWARE = 4 };

/* The codes of #VMEXIT. */
enum vmexit {
	VMEXIT_CR_READ = 0x00,   /* plus the register's number */
	VMEXIT_CR_WRITE = 0x10,  /* likewise */
	VMEXIT_DR_READ = 0x20,   /* likewise */
	VMEXIT_DR_WRITE = 0x30,  /* likewise */
	VMEXIT_EXCEPTION = 0x40, /* plus the vector */
	VMEXIT_INTR = 0x60,
	VMEXIT_NMI,
	VMEXIT_SMI,
	VMEXIT_INIT,
	VMEXIT_VINTR,
	VMEXIT_CR0_SEL_WRITE,
	VMEXIT_IDTR_READ,
	VMEXIT_GDTR_READ,
	VMEXIT_LDTR_READ,
	VMEXIT_TR_READ,
	VMEXIT_IDTR_WRITE,
	VMEXIT_GDTR_WRITE,
	VMEXIT_LDTR_WRITE,
	VMEXIT_TR_WRITE,
	VMEXIT_RDTSC,
	VMEXIT_RDPMC,
	VMEXIT_PUSHF,
	VMEXIT_POPF,
	VMEXIT_CPUID,
	VMEXIT_RSM,
	VMEXIT_IRET,
	VMEXIT_SWINT,
	VMEXIT_INVD,
	VMEXIT_PAUSE,
	VMEXIT_HLT,
	VMEXIT_INVLPG,
	VMEXIT_INVLPGA,
	VMEXIT_IOIO,
	VMEXIT_MSR,
	VMEXIT_TASK_SWITCH,
	VMEXIT_FERR_FREEZE,
	VMEXIT_SHUTDOWN,
	VMEXIT_VMRUN,
	VMEXIT_VMMCALL,
	VMEXIT_VMLOAD,
	VMEXIT_VMSAVE,
	VMEXIT_STGI,
	VMEXIT_CLGI,
	VMEXIT_SKINIT,
	VMEXIT_RDTSCP,
	VMEXIT_ICEBP,
	VMEXIT_WBINVD,
	VMEXIT_MONITOR,
	VMEXIT_MWAIT,
	VMEXIT_MWAIT_ARMED,
	VMEXIT_XSETBV
};
#define VMEXIT_INVALID UINT64_MAX

/* EXITINFO1 of an intercepted port access; the port is in bits 16 to 31. */
enum vmexit_port {
	PORT_IN = 1 << 0,
	PORT_STRING = 1 << 2,
	PORT_REPEATED = 1 << 3,
	PORT_SIZE_SHIFT = 4,    /* one bit for 8, 16, 32 bits */
	PORT_ADDRESS_SHIFT = 7, /* one bit for 16, 32, 64 bits */
	PORT_NUMBER_SHIFT = 16
};
/* EXITINFO2 of an intercepted task switch; the error code is in bits 0 to 31. */
enum vmexit_task { TASK_IRET = 36, TASK_JMP = 38, TASK_HAS_ERROR = 44, TASK_RF = 48 };

/* The permission maps: 3 pages with a bit per port; 2 pages with two bits per MSR. */
enum {
	IOPM_BYTES = 3 * 4096,
	MSRPM_BYTES = 2 * 4096,
	MSRPM_RANGE_BYTES = 0x800,
	MSRPM_RANGE_MSRS = 0x2000
};

#endif
