/* SPDX-License-Identifier: MIT */
/* The monitor: a 64-bit kernel that runs the programs of its module one after the other, and
 * reports the state that each of them left. */
#ifndef TESTS_CPU_DIFFERENTIAL_MONITOR_MONITOR_H
#define TESTS_CPU_DIFFERENTIAL_MONITOR_MONITOR_H

#include "../program.h"

#define STACK_BYTES 4096

/* Where tables_make() maps the first 64 MiB of memory. */
#define MEMORY_AT 0xffff960000000000

/* start.S */
extern const uint64_t stubs[256];
extern uint64_t live_gprs[N_GPRS], live_vector, live_flags;
extern uint32_t multiboot_info;
void enter_program(const uint64_t frame[5], const uint64_t gprs[N_GPRS]);
void syscall_entry(void);
void sysenter_entry(void);
void gate_entry(void);
void monitor_main(void);

/* tables.c: page tables, descriptors and MSRs. tables_restore() undoes changes of a program. */
extern uint8_t trap_stack[STACK_BYTES], gate_stack[STACK_BYTES];
void tables_make(void);
void tables_restore(void);

/* window.c: fills the window for `p`; lists the words that `p` changed, and restores them. */
void window_make(void);
void window_prepare(const struct program *p);
void window_collect(const struct program *p, struct outcome *o);
uint64_t window_frame(unsigned page); /* physical address, 0 = absent */

/* One instruction each. */
static inline void outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}
static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t lo, hi;
	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return lo | (uint64_t)hi << 32;
}
static inline void wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr"
			 :
			 : "a"((uint32_t)v), "d"((uint32_t)(v >> 32)), "c"(msr)
			 : "memory");
}
#define REGISTER(name)                                                           \
	static inline uint64_t read_##name(void)                                 \
	{                                                                        \
		uint64_t v;                                                      \
		__asm__ volatile("movq %%" #name ", %0" : "=r"(v) : : "memory"); \
		return v;                                                        \
	}                                                                        \
	static inline void write_##name(uint64_t v)                              \
	{                                                                        \
		__asm__ volatile("movq %0, %%" #name : : "r"(v) : "memory");     \
	}
REGISTER(cr0)
REGISTER(cr2)
REGISTER(cr3)
REGISTER(cr4)
REGISTER(cr8)
REGISTER(dr0)
REGISTER(dr1)
REGISTER(dr2)
REGISTER(dr3)
REGISTER(dr6)
REGISTER(dr7)

enum {
	MSR_STAR = (int)0xc0000081,
	MSR_LSTAR,
	MSR_CSTAR,
	MSR_FMASK,
	MSR_EFER = (int)0xc0000080,
	MSR_FS_BASE = (int)0xc0000100,
	MSR_GS_BASE,
	MSR_KERNEL_GS_BASE,
	MSR_PAT = 0x277,
	MSR_SYSENTER_CS = 0x174,
	MSR_SYSENTER_ESP,
	MSR_SYSENTER_EIP
};
enum {
	MONITOR_CR4 = 0x620, /* PAE, OSFXSR, OSXMMEXCPT */
	EFER_USED = 0xd01    /* SCE, LME, LMA, NXE */
};
#define MONITOR_CR0 UINT64_C(0x80010033)

#endif
