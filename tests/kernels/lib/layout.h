/* SPDX-License-Identifier: MIT */
/* Numbers shared with the assembly files. */
#ifndef TESTS_KERNELS_LIB_LAYOUT_H
#define TESTS_KERNELS_LIB_LAYOUT_H

#define SEL_KCODE   0x08
#define SEL_KDATA   0x10
#define SEL_UCODE32 0x18
#define SEL_UDATA   0x20
#define SEL_UCODE64 0x28
#define SEL_TSS     0x30 /* two slots in 64 bits */
#define SEL_KCODE32 0x40
#define SEL_TSS_DF  0x48 /* 32 bits: the task of #DF's task gate */
#define SEL_FREE    0x50 /* from here on: the tests' own */
#define GDT_ENTRIES 32

#ifdef __x86_64__
#define SEL_UCODE  SEL_UCODE64
#define GATE_BYTES 16
#else
#define SEL_UCODE  SEL_UCODE32
#define GATE_BYTES 8
#endif

#define TSS_BYTES           104
#define TSS_IO_BITMAP_BYTES 8192
#define STACK_BYTES         8192

#endif
