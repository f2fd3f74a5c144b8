/* SPDX-License-Identifier: MIT */
/* The addresses of a fuzzed program's memory and its segments: the same in the monitor (assembly
 * too), in the generator, and in the process that runs programs on the host. */
#ifndef TESTS_CPU_DIFFERENTIAL_LAYOUT_H
#define TESTS_CPU_DIFFERENTIAL_LAYOUT_H

/* The window: sixteen pages of linear addresses, the only memory of a program. 16-bit segments have
 * their base here. */
#define WINDOW       0x10000000
#define WINDOW_HIGH  0xffffffff90000000 /* the same pages again, in 64 bits only */
#define WINDOW_PAGES 16
#define PAGE_BYTES   4096

/* The kinds of pages. An absent page follows every writable page. */
#define PAGE_DATA     0 /* and page 1: all rings can read and write */
#define PAGE_READONLY 2
#define PAGE_SYSTEM   3 /* only ring 0 */
#define PAGE_ABSENT   4
#define PAGE_LONELY   5  /* data between two absent pages */
#define PAGE_STACK    8  /* and 9 */
#define PAGE_CODE     12 /* executable, not writable; INT3 outside the program */

/* The monitor's address, far from values that programs' pointers have after shifts or truncation.
 */
#define MONITOR_AT 0x2a00000

#define SEL_KCODE64   0x08
#define SEL_KDATA     0x10
#define SEL_UCODE32   0x18
#define SEL_UDATA     0x20
#define SEL_UCODE64   0x28
#define SEL_UDATA2    0x30 /* SYSEXIT's */
#define SEL_TSS       0x38
#define SEL_KCODE32   0x48
#define SEL_KCODE16   0x50
#define SEL_UCODE16   0x58
#define SEL_KDATA16   0x60
#define SEL_UDATA16   0x68
#define SEL_SMALL     0x70 /* limit 17ffh, base WINDOW */
#define SEL_DOWN      0x78 /* expand-down above fffh, base WINDOW */
#define SEL_READONLY  0x80
#define SEL_ABSENT    0x88
#define SEL_CONFORM64 0x90
#define SEL_EXECONLY  0x98
#define SEL_LDT       0xa0
#define SEL_GATE      0xb0 /* a call gate to ring 0 */
#define SEL_TSS2      0xc0 /* an available TSS */
#define SEL_END       0xd0

/* Vector numbers that the monitor uses for entries that are not exceptions. */
#define VECTOR_SYSCALL  0x100
#define VECTOR_SYSENTER 0x101
#define VECTOR_GATE     0x102

/* Gates of the IDT that are not plain interrupt gates of ring 0. */
#define INT_USER     0x80 /* and 81h: DPL 3 */
#define INT_ABSENT   0x90
#define INT_BADTYPE  0x91
#define INT_NULLCODE 0x92
#define IDT_GATES    0xf0 /* higher vectors are beyond the limit */

#endif
