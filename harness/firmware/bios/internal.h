/* SPDX-License-Identifier: MIT */
/* What the services share: the call in progress, access to guest memory by the caller's addresses,
 * and the data area. Only harness/firmware/bios/ and tests include this. */
#ifndef HARNESS_FIRMWARE_BIOS_INTERNAL_H
#define HARNESS_FIRMWARE_BIOS_INTERNAL_H

#include "emu/x86/registers.h"
#include "harness/firmware/bios/bios.h"
#include "harness/firmware/bios/rom.h"

/* What the stub does after the service. */
enum bios_outcome {
	BIOS_RETURN, /* return to the caller */
	BIOS_HALT,   /* halt until an interrupt comes, then call again */
	BIOS_POLL,   /* allow interrupts for a moment, then call again */
	BIOS_JUMP    /* nothing: the service has set all registers to go elsewhere */
};

/* Bits of FLAGS. */
enum { BIOS_CF = 0x01, BIOS_ZF = 0x40, BIOS_IF = 0x200 };

struct bios_call {
	struct cpu_regs *regs; /* with the caller's RAX */
	uint16_t flags;        /* the caller's, as IRET will restore them */
	enum bios_outcome outcome;
	bool again;                    /* called again after BIOS_HALT or BIOS_POLL */
	bool a20;                      /* the gate is open */
	uint64_t cost_ns;              /* the time that the service takes */
	uint16_t caller_cs, caller_ip; /* after its INT */
};

/* The numbers of services that the stubs write: an interrupt vector, or one of these. */
enum {
	BIOS_SERVICE_POST = 0x00,
	BIOS_SERVICE_KEY = 0x01,  /* AL: the byte that caused the keyboard's interrupt */
	BIOS_SERVICE_AGAIN = 0x80 /* or'ed in */
};
void bios_dispatch(struct bios *b, unsigned service, struct bios_call *c);

/* ---- registers ---- */

static inline uint16_t bios_word(const struct bios_call *c, enum cpu_gpr r)
{
	return (uint16_t)c->regs->gpr[r];
}
static inline uint8_t bios_low(const struct bios_call *c, enum cpu_gpr r)
{
	return (uint8_t)c->regs->gpr[r];
}
static inline uint8_t bios_high(const struct bios_call *c, enum cpu_gpr r)
{
	return (uint8_t)(c->regs->gpr[r] >> 8);
}
void bios_set_word(struct bios_call *c, enum cpu_gpr r, unsigned value);
void bios_set_low(struct bios_call *c, enum cpu_gpr r, unsigned value);
void bios_set_high(struct bios_call *c, enum cpu_gpr r, unsigned value);
void bios_set_dword(struct bios_call *c, enum cpu_gpr r, uint32_t value);
void bios_set_segment(struct bios_call *c, enum cpu_segment s, uint16_t selector);
void bios_set_flag(struct bios_call *c, unsigned flag, bool value);
/* Set carry, and AH to this value. */
void bios_fail(struct bios_call *c, unsigned ah);
/* Clear carry and AH. */
void bios_succeed(struct bios_call *c);

/* ---- memory ---- */

/* The linear address of segment:offset in real mode. */
uint64_t bios_linear(const struct bios_call *c, enum cpu_segment s, uint16_t offset);
/* Copy between guest memory and the host, at any address, at most BIOS_COPY_MAX bytes. RAM and ROM
 * are copied as a block, device memory byte by byte over the bus; writes to ROM are lost. While the
 * A20 gate is closed, bit 20 of the address is cleared. */
enum { BIOS_COPY_MAX = 0x20000 };
void bios_read(struct bios *b, const struct bios_call *c, uint64_t at, void *buf, size_t n);
void bios_write(struct bios *b, const struct bios_call *c, uint64_t at, const void *buf, size_t n);

/* The BIOS data area, by offset from 0x400. */
uint8_t bda_byte(const struct bios *b, unsigned offset);
uint16_t bda_word(const struct bios *b, unsigned offset);
uint32_t bda_dword(const struct bios *b, unsigned offset);
void bda_set_byte(struct bios *b, unsigned offset, unsigned value);
void bda_set_word(struct bios *b, unsigned offset, unsigned value);
void bda_set_dword(struct bios *b, unsigned offset, uint32_t value);

/* ---- ports ---- */

uint8_t bios_in(struct bios *b, unsigned port);
void bios_out(struct bios *b, unsigned port, unsigned value);
/* CMOS bytes by index. Changes the index register, as a BIOS does. */
uint8_t bios_cmos_in(struct bios *b, unsigned index);
void bios_cmos_out(struct bios *b, unsigned index, unsigned value);

/* ---- services ---- */

/* Wait in steps of step_ns. True: the stub allows interrupts and calls the service again after
 * step_ns. False: limit_ns have passed since the first call. */
bool bios_wait(struct bios *b, struct bios_call *c, uint64_t limit_ns, uint64_t step_ns);

/* A call of a program was done. If it was a poll with the same result as before, it takes longer,
 * so that a program that polls does not need as many instructions. */
void bios_note_call(struct bios *b, unsigned vector, unsigned function, struct bios_call *c);
/* Something happened that a program may be polling for: polls take the short time again. */
void bios_note_event(struct bios *b);

/* Report a call of an unknown function; `interrupt` is a name such as "INT15". */
void bios_unknown(struct bios *b, const struct bios_call *c, const char *interrupt);

void bios_video(struct bios *b, struct bios_call *c);        /* INT 10h */
void bios_equipment(struct bios *b, struct bios_call *c);    /* INT 11h */
void bios_memory_size(struct bios *b, struct bios_call *c);  /* INT 12h */
void bios_disk(struct bios *b, struct bios_call *c);         /* INT 13h */
void bios_cd(struct bios *b, struct bios_call *c);           /* INT 13h AH=4Ah to 4Dh */
void bios_serial(struct bios *b, struct bios_call *c);       /* INT 14h */
void bios_system(struct bios *b, struct bios_call *c);       /* INT 15h */
void bios_keyboard(struct bios *b, struct bios_call *c);     /* INT 16h */
void bios_printer(struct bios *b, struct bios_call *c);      /* INT 17h */
void bios_boot_failed(struct bios *b, struct bios_call *c);  /* INT 18h */
void bios_boot(struct bios *b, struct bios_call *c);         /* INT 19h */
void bios_time(struct bios *b, struct bios_call *c);         /* INT 1Ah */
void bios_pci(struct bios *b, struct bios_call *c);          /* INT 1Ah AH=B1h */
void bios_timer_irq(struct bios *b, struct bios_call *c);    /* INT 08h */
void bios_key_byte(struct bios *b, struct bios_call *c);     /* INT 09h, its beginning */
void bios_keyboard_irq(struct bios *b, struct bios_call *c); /* and the rest */

void bios_video_set_mode(struct bios *b, struct bios_call *c); /* INT 10h AH=00h */
void bios_video_get_mode(struct bios *b, struct bios_call *c); /* INT 10h AH=0Fh */
void bios_palette(struct bios *b, struct bios_call *c);        /* INT 10h AH=10h */
void bios_cga_palette(struct bios *b, struct bios_call *c);    /* INT 10h AH=0Bh */
void bios_vbe(struct bios *b, struct bios_call *c);            /* INT 10h AH=4Fh */

/* Lay the strings, tables and code of VBE. */
void bios_rom_vbe(uint8_t rom[BIOS_ROM_SIZE]);

/* Write characters to the screen as INT 10h AH=0Eh does. */
void bios_print(struct bios *b, const struct bios_call *c, const char *text);
/* ---- drives ---- */

/* The drive number of the CD (unread: a clause; T13/2132-D table 27 leaves 81h to FFh), and that of
 * the first hard disk. */
enum { BIOS_NUMBER_CD = 0xe0, BIOS_NUMBER_DISK = 0x80 };

enum bios_medium { BIOS_IS_DISKETTE, BIOS_IS_DISK, BIOS_IS_CD };

/* The drive behind a drive number of INT 13h, or the part of the CD that emulates one. */
struct bios_unit {
	struct disk_image *image;
	enum bios_medium medium;
	bool emulated;        /* by a CD: it is not on the diskette controller */
	unsigned blocks;      /* size of its sectors, in units of DISK_SECTOR_SIZE */
	uint64_t base;        /* its start in the image, in units of DISK_SECTOR_SIZE */
	uint64_t sectors;     /* how many it has */
	uint16_t cylinders;   /* this and the following have no meaning for a CD */
	uint8_t heads, track; /* track: sectors of one */
	uint8_t floppy;       /* its type, for AH=08h */
};

/* False: there is no such drive. */
bool bios_find_unit(struct bios *b, uint8_t number, struct bios_unit *unit);
/* The drive number of a slot in INT 13h; it depends on whether a CD emulates a drive. */
uint8_t bios_drive_number(const struct bios *b, enum bios_slot slot);
/* Load the boot image of the CD, start its emulation, and set the registers to run it. False: the
 * CD cannot be booted. */
bool bios_boot_cd(struct bios *b, struct bios_call *c);

/* Write the facts about the drives into BDA, CMOS, vectors and EBDA. */
void bios_lay_drives(struct bios *b);
/* Reset the machine. */
void bios_restart(struct bios *b);
/* Set the tick counter from the RTC. */
void bios_set_ticks_from_rtc(struct bios *b);

#endif
