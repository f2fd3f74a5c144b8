/* SPDX-License-Identifier: MIT */
/* The services of a PC's BIOS, done by the host. An interrupt vector points to a stub in the ROM
 * (rom.h). The stub writes the number of the service to a private port and jumps; the CPU stops at
 * that block boundary, as it would for a software SMI of a real firmware. The machine then calls
 * bios_serve(), which does the service with the caller's registers, and the stub returns to the
 * caller. If a service must wait, the stub waits in ROM code with interrupts on and calls again.
 *
 * Provided are INT 10h (VBE too, if there is a display that has it), 11h, 12h, 13h, 14h, 15h, 16h,
 * 17h, 18h, 19h, 1Ah, and the handlers of IRQ 0, 1 and 8. Other calls fail as on a BIOS without the
 * function (carry set, AH = 86h in INT 15h), with the lint bios.INTxx.function.
 *
 * Facts: IBM PC/AT Technical Reference; Ralf Brown's Interrupt List (RBIL), release 61; Phoenix
 * Enhanced Disk Drive Specification 1.1 and 3.0; T13/2132-D (EDD-4) and "El Torito" 1.0 for CDs;
 * PCI BIOS Specification 2.1; VBE 2.0.
 *
 * Not modelled: callers in virtual-8086 mode (reported); formatting; the pointing device (INT 15h
 * C2h); the keyboard's LEDs, Pause and Print Screen; interrupts of INT 15h 83h; returning from
 * protected mode by CMOS byte 0Fh. */
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
#include "harness/firmware/storage.h"
#include "harness/support/disk_image.h"

struct bochs_display_model;
struct memory_firmware;
struct processor;

enum { BIOS_PORT = 0xea }; /* the private port that the stubs write to */

/* The possible drives, in the order in which the BIOS tries to boot from them. */
enum bios_slot { BIOS_FLOPPY, BIOS_CD, BIOS_DISK0, BIOS_DISK1, BIOS_N_SLOTS };

struct bios_drive {
	bool present;
	struct disk_image image; /* owned; if present */
	uint16_t cylinders;      /* at most 1024; 0: a CD has none */
	uint8_t heads, sectors;  /* sectors of a track */
	uint8_t type;            /* diskette: what INT 13h AH=08h returns in BL */
};

/* The parts of the machine that the BIOS uses. All but the last three must be set. */
struct bios_wiring {
	struct mem *mem;
	struct bus *bus;
	const struct clock *clock;
	struct vga_model *vga;
	struct rtc_mc146818_model *rtc;
	struct ps2_controller_model *kbc;
	struct pic_8259_model *pic;
	const struct memory_firmware *firmware; /* for the memory map; may be NULL */
	bool pci;                               /* the machine has PCI, by mechanism 1 (0xcf8) */
	struct bochs_display_model *display;    /* of --device vga; NULL: there is none */
};

enum bios_reg { BIOS_TRAP, BIOS_N_REGS };

extern const struct reg_desc bios_regs[BIOS_N_REGS];

/* Calls with which programs poll. */
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
	uint64_t answer[BIOS_N_POLLS]; /* the last result of each poll; 0: none yet */
	uint64_t asked_ns;             /* time of the last call for a key; cs, ip: its place */
	uint32_t fruitless;            /* polls in a row with the same result */
	uint16_t cs, ip;
	uint8_t function;
	bool asleep; /* the program sleeps until a key comes */
};

/* The image that was booted from the CD, or chosen by INT 13h AH=4Ah: T13/2132-D table 27. */
struct bios_cd_state {
	bool active;      /* there is such an image */
	bool emulates;    /* drive number `drive` accesses the image */
	uint8_t drive;    /* a drive number of INT 13h */
	uint8_t media;    /* enum eltorito_media */
	uint32_t image;   /* its first sector, of 2,048 bytes */
	uint16_t segment; /* where its start was loaded */
	uint16_t count;   /* how many sectors of 512 bytes were loaded */
	uint16_t cylinders;
	uint8_t heads, sectors, floppy; /* the emulated drive's; as in struct bios_drive */
};

struct bios_state { /* plain data; what software can see is in the BIOS data area, not here */
	uint64_t reg[BIOS_N_REGS];
	struct bios_waiting wait;
	uint64_t wait_until_ns; /* INT 15h AH=86h, INT 14h: when the wait ends */
	struct bios_cd_state cd;
	uint8_t service; /* the service that a stub called */
	bool pending;    /* it was not done yet */
	bool started;    /* something was booted: a jump to the reset vector is now a reset */
};

struct bios {
	struct device dev; /* BIOS_PORT */
	struct bios_wiring wire;
	void (*stop)(void *ctx); /* a service is pending: stop at the next block boundary */
	void *ctx;
	struct bios_drive drive[BIOS_N_SLOTS];
	int boot_slot; /* the enum bios_slot to boot from; -1: the first drive that is present */
	struct bios_state s;
};

/* Start without drives. The caller maps `dev` at BIOS_PORT, adds it to its snapshots, and calls
 * bios_serve() whenever the CPU has stopped and bios_pending() is true. */
void bios_init(struct bios *b, const struct hub *hub, const struct bios_wiring *wire,
	       void (*stop)(void *ctx), void *ctx);
/* Close the drives' images. */
void bios_free(struct bios *b);
/* After a reset, when vectors, data area and CMOS were written (state.h): add the drives to them,
 * and drop a pending service. */
void bios_reset(struct bios *b);

/* Add a drive, before the guest runs, and update the data area and CMOS. `b` takes the image over.
 * A diskette image of another size than a format's counts as the start of one of 1.44M or 2.88M.
 * Returns NULL, or a message that says what is wrong; then the caller still owns the image. */
__attribute__((warn_unused_result)) const char *bios_attach(struct bios *b, enum bios_slot slot,
							    struct disk_image *image);
/* Whether a diskette format has exactly this size: 160K, 180K, 320K, 360K,
 * 720K, 1.2M, 1.44M, 2.88M.
 */
bool bios_is_floppy_size(uint64_t bytes);
/* The diskette format for an image of this size, as "1.44M (80 cylinders, 2 heads, 18 sectors)".
 * False: the image is larger than any diskette. */
bool bios_floppy_text(uint64_t bytes, char *text, size_t size);
/* The enum bios_slot to boot from; -1: there is no drive. A CD that is not bootable is skipped if
 * there is a hard disk. */
int bios_boot_slot(const struct bios *b);
/* Whether a boot from the present drives can work. False: `err` says which drive fails, and why. */
bool bios_check_boot(const struct bios *b, char *err, size_t err_size);
/* Prepare the machine for a guest that calls the BIOS but was not booted by it: unmask the
 * interrupts of timer and keyboard and the cascade, and set the tick count from the RTC. */
void bios_prepare(struct bios *b);
/* A guest was started, but not by the BIOS: a jump to the reset vector is now a reset. */
void bios_mark_started(struct bios *b);

static inline bool bios_pending(const struct bios *b) { return b->s.pending; }
/* Do the pending service with the registers of the CPU, and let the time pass that it takes. */
void bios_serve(struct bios *b, const struct processor *cpu);

/* Whether the program waits for a key, in INT 16h or by polling it. If so, buf gets a sentence
 * about it, without a full stop. */
bool bios_waits(const struct bios *b, char *buf, size_t size);

/* For snapshots: copy the sectors that were written (the machine copies struct bios_state). False:
 * out of memory. */
__attribute__((warn_unused_result)) bool bios_copy_disks(struct bios *to, const struct bios *from);
/* Does a drive write to its file at once? */
bool bios_writes_through(const struct bios *b);
/* For marks: keep the sectors that were written, and go back to them. NULL, false: out of memory.
 */
struct bios_disks;
struct piece_sink;
struct bios_disks *bios_mark_disks(const struct bios *b);
__attribute__((warn_unused_result)) bool bios_restore_disks(struct bios *b,
							    const struct bios_disks *kept);
void bios_free_disks(struct bios_disks *kept);
/* The same as named pieces (emu/pieces.h), one for each drive that was written to. */
bool bios_save_disks(const struct bios *b, const struct piece_sink *to);
bool bios_load_disk(struct bios *b, const char *name, const void *data, size_t size);
/* The drives as the storage of a machine. */
struct storage_end bios_end(struct bios *b);
/* What it is, and how it answers. */
extern const struct device_about bios_about;
extern const struct device_ops bios_ops;

#endif
