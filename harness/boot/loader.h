/* SPDX-License-Identifier: MIT */
/* Boot protocols: load an image into guest memory and compute the registers that the CPU starts
 * with. Nothing is run, and no CPU is needed. The image may be hostile: every parser is bounded. */
#ifndef HARNESS_BOOT_LOADER_H
#define HARNESS_BOOT_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/ends.h"
#include "emu/mem.h"
#include "emu/x86/registers.h"

enum boot_kind {
	BOOT_AUTO,
	BOOT_MULTIBOOT1, /* "multiboot1": ELF32 or address fields, EAX = 0x2BADB002 */
	BOOT_MULTIBOOT2, /* "multiboot2": ELF or address tag, EAX = 0x36D76289 */
	BOOT_LINUX,      /* "linux": bzImage or zImage, boot protocol 2.00 and later */
	BOOT_ELF,        /* "elf": ELF32 in protected mode, ELF64 in long mode, identity-mapped */
	BOOT_DISK,       /* "disk": the BIOS reads and starts the first sector
			    (harness/firmware/bios/bios.h) */
	BOOT_CD,     /* "cd": the BIOS starts it by El Torito (harness/firmware/bios/eltorito.h) */
	BOOT_SECTOR, /* "sector": 512 bytes at 0x7c00, real mode, DL = 0x80 */
	BOOT_FLAT    /* "flat": bytes at load_addr, never chosen by content */
};

enum { BOOT_MAX_MODULES = 32 };

struct memory_firmware;

struct boot_module {
	const char *path;
	const char *cmdline; /* never NULL */
};

/* A graphics mode, as users and images ask for one; 0: no preference. */
struct boot_video {
	unsigned width, height, bits;
};

struct boot_request {
	enum boot_kind kind;
	const char *path;   /* the image file, for messages too */
	const char *append; /* kernel command line; NULL: none */
	const char *initrd; /* path or NULL */
	struct boot_module module[BOOT_MAX_MODULES];
	size_t n_modules;
	uint64_t load_addr; /* flat: default 0x100000 (0x7c00 for 16-bit mode) */
	uint64_t entry;     /* flat: default load_addr */
	bool has_load_addr, has_entry;
	/* Memory that the firmware keeps: it is in the memory map, and nothing is loaded there.
	 * NULL: none. */
	const struct memory_firmware *firmware;
	unsigned mode; /* flat: 16, 32, 64; 0: 32. linux: the same; 0: as the header says */
	/* The display whose mode the loader sets; NULL, or without ops: the VGA's text mode is all
	 * that there is. */
	const struct framebuffer_end *framebuffer;
	bool has_video; /* the user asks for this mode, whatever the image does */
	struct boot_video video;
};

/* What was loaded, for reports and symbols. */
struct boot_result {
	enum boot_kind kind;
	uint64_t entry;
	uint64_t image_base, image_end; /* physical range the kernel occupies */
	bool is_elf64;                  /* it was read as an ELF64 file */
	char warning[256]; /* what is wrong with the image, though it was loaded; or "" */
	/* The image may call the BIOS, although the BIOS did not boot it, so the 8259A and the
	 * clock must be as a BIOS leaves them. True for images that start in real mode, and for
	 * both multiboot protocols: "the boot loader must leave the PIC programmed with the normal
	 * BIOS/DOS values" (Multiboot 0.6.96, 3.2). */
	bool calls_bios;
	/* The image as read and unzipped, owned; symbols come from it if it is an ELF. */
	uint8_t *image;
	size_t image_size;
};

/* "multiboot1" and so on; boot_kind_parse() returns false for an unknown name. */
const char *boot_kind_name(enum boot_kind kind);
bool boot_kind_parse(const char *name, enum boot_kind *kind);

/* Load the image into mem and set all of *regs; the GDT that they name is in mem. On failure
 * returns false, with one sentence in err: what is wrong, where (file and offset), and what to do.
 * Then mem may have been written, and *result is empty.
 *
 * A gzip file is unpacked first. BOOT_AUTO then tries cd, linux, multiboot2, multiboot1, elf, disk
 * (more than one sector), sector, in this order. For a disk or CD the registers are those after a
 * reset, and the caller gives the image to the BIOS as a drive.
 *
 * Registers that the boot protocol leaves undefined, such as the stack pointer, hold
 * START_UNDEFINED (start_state.h). Interrupts are off, except for `sector`, and there is no IDT
 * except in real mode. The caller opens the A20 gate.
 *
 * The guest gets the names of files without their directories. The command line and the module
 * strings of multiboot1 begin with the name, as multiboot loaders do it; those of multiboot2 are
 * the arguments alone, as GRUB 2 does it, and the loader's name says so. For both protocols the
 * initrd is the first module. */
bool boot_load(const struct boot_request *request, struct mem *mem, struct cpu_regs *regs,
	       struct boot_result *result, char *err, size_t err_size);
void boot_result_free(struct boot_result *result);

/* The same for an image in memory, for fuzzers. `name` takes the place of the path in messages. */
bool boot_load_bytes(const struct boot_request *request, const char *name, const uint8_t *bytes,
		     size_t size, struct mem *mem, struct cpu_regs *regs,
		     struct boot_result *result, char *err, size_t err_size);

#endif
