/* SPDX-License-Identifier: MIT */
/* The services of a PC's BIOS, done by the host. An interrupt vector leads to a stub in the ROM
 * (bios_rom.h); the stub writes the service's number to a private port and jumps, so that the trap
 * is taken at the next block boundary, as a firmware's software SMI would be; the machine calls
 * bios_serve(), which does the service on the caller's registers, and the stub returns to the
 * caller. A service that must wait goes on in ROM code with interrupts on and is called again.
 *
 * What there is: INT 10h (modes, and text in text modes), 11h, 12h, 13h, 14h, 15h, 16h, 17h, 18h,
 * 19h, 1Ah, and the handlers of IRQ 0, 1 and 8. The rest fails as a BIOS fails it (carry, AH = 86h
 * in INT 15h), with the lint bios.INTxx.function.
 *
 * Facts: IBM PC/AT Technical Reference; Ralf Brown's Interrupt List (RBIL), release 61; Phoenix
 * Enhanced Disk Drive Specification 1.1 and 3.0; T13/2132-D (EDD-4) and "El Torito" 1.0 for CDs;
 * PCI BIOS Specification 2.1; VBE 2.0.
 *
 * Not modelled: callers in virtual-8086 mode (reported); drawing in graphics modes; fonts other
 * than 8x16; formatting; the pointing device (INT 15h C2h); the keyboard's LEDs, Pause and Print
 * Screen; interrupts of INT 15h 83h; returning from protected mode by CMOS byte 0Fh. */
#ifndef HARNESS_FIRMWARE_BIOS_BIOS_H
#define HARNESS_FIRMWARE_BIOS_BIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/pic_8259/model.h"
#include "devices/ps2_controller/model.h"
#include "devices/rtc_mc146818/model.h"
#include "devices/vga/model.h"
#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/mem.h"
#include "emu/regs.h"
#include "harness/support/disk_image.h"

struct cpu;
struct memory_firmware;

enum { BIOS_PORT = 0xea }; /* where the stubs knock */

/* The drives there can be, in the order in which they are tried for booting. */
enum bios_slot { BIOS_FLOPPY, BIOS_CD, BIOS_DISK0, BIOS_DISK1, BIOS_N_SLOTS };

struct bios_drive {
	bool present;
	struct disk_image image; /* owned; if present */
	uint16_t cylinders;      /* at most 1024; 0: a CD has none */
	uint8_t heads, sectors;  /* sectors of a track */
	uint8_t type;            /* diskette: what INT 13h AH=08h returns in BL */
};

/* The BIOS's hands. All but the last two must be there. */
struct bios_wiring {
	struct mem *mem;
	struct bus *bus;
	const struct clock *clock;
	struct vga_model *vga;
	struct rtc_mc146818_model *rtc;
	struct ps2_controller_model *kbc;
	struct pic_8259_model *pic;
	const struct memory_firmware *firmware; /* for the memory map; NULL: nothing */
	bool pci;                               /* there is a configuration space at 0xcf8 */
};

enum bios_reg { BIOS_TRAP, BIOS_N_REGS };

extern const struct reg_desc bios_regs[BIOS_N_REGS];

/* Calls that only ask whether something has come. */
enum bios_poll {
	BIOS_POLL_KEY,
	BIOS_POLL_SHIFT,
	BIOS_POLL_TICKS,
	BIOS_POLL_CLOCK,
	BIOS_POLL_DATE,
	BIOS_POLL_SERIAL,
	BIOS_POLL_PRINTER,
	BIOS_N_POLLS,
	BIOS_POLL_NONE = BIOS_N_POLLS
};

struct bios_waiting {
	uint64_t answer[BIOS_N_POLLS]; /* what each was told last; 0: nothing yet */
	uint64_t asked_ns;             /* when a key was asked for, and where */
	uint32_t fruitless;            /* polls in a row that were told the same */
	uint16_t cs, ip;
	uint8_t function;
	bool asleep; /* the program sleeps until a key comes */
};

/* What was booted from the CD, or asked for by INT 13h AH=4Ah: T13/2132-D table 27. */
struct bios_cd_state {
	bool active;      /* there is such an image */
	bool emulates;    /* and `drive` stands for it */
	uint8_t drive;    /* as INT 13h knows it */
	uint8_t media;    /* enum eltorito_media */
	uint32_t image;   /* its first sector, of 2,048 bytes */
	uint16_t segment; /* where its beginning was loaded */
	uint16_t count;   /* sectors of 512 bytes that were */
	uint16_t cylinders;
	uint8_t heads, sectors, floppy; /* the emulated drive's; as in struct bios_drive */
};

struct bios_state { /* plain data; what software may see lies in the BIOS data area, not here */
	uint64_t reg[BIOS_N_REGS];
	struct bios_waiting wait;
	uint64_t wait_until_ns; /* INT 15h AH=86h, INT 14h: when it is over */
	struct bios_cd_state cd;
	uint8_t service; /* a stub has asked for it */
	bool pending;
	bool started; /* something was booted: the next jump to the reset vector is a reset */
};

struct bios {
	struct device dev; /* BIOS_PORT */
	struct bios_wiring wire;
	void (*stop)(void *ctx); /* a service is pending: stop at the next block boundary */
	void *ctx;
	struct bios_drive drive[BIOS_N_SLOTS];
	int boot_slot; /* the enum bios_slot to boot from; -1: the first that there is */
	struct bios_state s;
};

/* Wire up; no drives. The caller maps `dev` at BIOS_PORT, adds it to its snapshots, and calls
 * bios_serve() whenever the CPU has stopped and bios_pending(). */
void bios_init(struct bios *b, const struct hub *hub, const struct bios_wiring *wire,
	       void (*stop)(void *ctx), void *ctx);
/* Close the drives' images. */
void bios_free(struct bios *b);
/* After a reset, when vectors, data area and CMOS were laid (bios_state.h): add the drives to them,
 * and forget what was pending. */
void bios_reset(struct bios *b);

/* Put a drive in, at any time before the guest runs, and lay down what tells of it. The image moves
 * into `b`. A diskette of an odd size is the start of one of 1.44M or 2.88M. NULL, or what is
 * wrong, and the image is still the caller's. */
__attribute__((warn_unused_result)) const char *bios_attach(struct bios *b, enum bios_slot slot,
							    struct disk_image *image);
/* A diskette of this many bytes has a format of its own: 160K, 180K, 320K, 360K, 720K, 1.2M, 1.44M,
 * 2.88M. */
bool bios_is_floppy_size(uint64_t bytes);
/* The diskette that so many bytes are taken for, "1.44M (80 cylinders, 2 heads, 18 sectors)".
 * False: there is none as large. */
bool bios_floppy_text(uint64_t bytes, char *text, size_t size);
/* The enum bios_slot that a boot takes, or -1: there is no drive. A CD of data is passed over when
 * there is a hard disk. */
int bios_boot_slot(const struct bios *b);
/* Whether a boot from the present drives will find something; false: `err` says what is wrong with
 * which drive. */
bool bios_check_boot(const struct bios *b, char *err, size_t err_size);
/* Set the machine up for a guest that calls the BIOS: interrupts of timer and keyboard and the
 * cascade unmasked, clock ticks set from the RTC. A boot from disk does it itself. */
void bios_prepare(struct bios *b);
/* A guest was started without the BIOS's own boot: a jump to the reset vector is a reset now. */
void bios_mark_started(struct bios *b);

static inline bool bios_pending(const struct bios *b) { return b->s.pending; }
/* Do what is pending with the registers of the CPU, and let its time pass. */
void bios_serve(struct bios *b, struct cpu *cpu);

/* Whether the program waits for a key in INT 16h, or by asking it again and again; then a sentence
 * without its full stop in buf. */
bool bios_waits(const struct bios *b, char *buf, size_t size);

/* Snapshots: what was written to the drives (struct bios_state is copied by the machine). False: no
 * memory. */
__attribute__((warn_unused_result)) bool bios_copy_disks(struct bios *to, const struct bios *from);

#endif
