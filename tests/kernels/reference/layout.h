/* SPDX-License-Identifier: MIT */
/* Numbers that C, assembly and linker scripts share. */
#ifndef REFERENCE_LAYOUT_H
#define REFERENCE_LAYOUT_H

#define KERNEL_BASE          0x100000 /* where Linux's protocol puts an image that cannot be moved */
#define LINUX_ENTRY64_OFFSET 0x200    /* boot.rst, "64-bit boot protocol" */
#define MULTIBOOT_OFFSET     0x400
#define BOOT_STACK_BYTES     0x8000
#define SYMBOL_BYTES         0x8000 /* room for the table of symbols */

/* What EAX has at the entry. */
#define BOOT_MULTIBOOT1_MAGIC 0x2badb002
#define BOOT_MULTIBOOT2_MAGIC 0x36d76289
#define BOOT_LINUX_MAGIC      0x53726448 /* ours: "HdrS"; the protocol gives none */

/* The descriptors of boot.S. */
#define BOOT_CODE 0x08
#define BOOT_DATA 0x10

#endif
