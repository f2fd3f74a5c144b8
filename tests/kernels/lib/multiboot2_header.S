/* SPDX-License-Identifier: MIT */
/* A multiboot2 header (Multiboot2 Specification 2.0, 3.1) in place of the multiboot1 header. MULTIBOOT2
 * selects the tags: 1: those that an ELF kernel needs; 2: an address and an entry tag too, for flat
 * images. */
#define TAG_END 0
#define TAG_REQUEST 1
#define TAG_ADDRESS 2
#define TAG_ENTRY 3
#define TAG_CONSOLE 4
#define TAG_FRAMEBUFFER 5
#define TAG_MODULE_ALIGN 6
#define REQUIRED 0
#define OPTIONAL 1

	.section .multiboot, "a"
	.balign 8
	.globl header
header:
	.long 0xe85250d6, 0, header_end - header
	.long -(0xe85250d6 + (header_end - header))
	.balign 8
	.short TAG_REQUEST, REQUIRED
	.long 20
	.long 1, 6, 8 /* command line, memory map, framebuffer */
	.balign 8
#if MULTIBOOT2 == 2
	.short TAG_ADDRESS, REQUIRED
	.long 24
	.long header, header, data_end, kernel_end
	.balign 8
	.short TAG_ENTRY, REQUIRED
	.long 12
	.long start
	.balign 8
#endif
	.short TAG_CONSOLE, REQUIRED
	.long 12
	.long 3 /* a console is required, EGA text is supported */
	.balign 8
	.short TAG_FRAMEBUFFER, OPTIONAL
	.long 20
	.long 1024, 768, 32
	.balign 8
	.short TAG_MODULE_ALIGN, REQUIRED
	.long 8
	.short 99, OPTIONAL /* not in the specification */
	.long 8
	.short TAG_END, REQUIRED
	.long 8
header_end:
