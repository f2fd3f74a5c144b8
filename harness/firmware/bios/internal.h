/* SPDX-License-Identifier: MIT */
/* What the services share: the call under way, guest memory as the caller addresses it, the data
 * area. Only harness/bios*.c and tests include this. */
#ifndef HARNESS_FIRMWARE_BIOS_INTERNAL_H
#define HARNESS_FIRMWARE_BIOS_INTERNAL_H

#include "emu/x86/registers.h"
#include "harness/firmware/bios/bios.h"

/* How the stub goes on. */
enum bios_outcome {
	BIOS_RETURN, /* to the caller */
	BIOS_HALT,   /* sleep until an interrupt came, then call again */
	BIOS_POLL,   /* let interrupts in, then call again */
	BIOS_JUMP    /* somewhere else: all registers were set */
};

/* Bits of FLAGS. */
enum { BIOS_CF = 0x01, BIOS_ZF = 0x40, BIOS_IF = 0x200 };

struct bios_call {
	struct cpu_regs *regs; /* RAX is the caller's */
	uint16_t flags;        /* the caller's, as IRET will restore them */
	enum bios_outcome outcome;
	bool again;                    /* called again after BIOS_HALT or BIOS_POLL */
	bool a20;                      /* the gate is open */
	uint64_t cost_ns;              /* time it takes */
	uint16_t caller_cs, caller_ip; /* behind its INT */
};

/* One service; numbers as the stubs write them: a vector, or one of these. */
enum {
	BIOS_SERVICE_POST = 0x00,
	BIOS_SERVICE_KEY = 0x01,  /* AL: the byte that the keyboard's interrupt is for */
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
/* Carry set, and this in AH. */
void bios_fail(struct bios_call *c, unsigned ah);
/* Carry clear, AH = 0. */
void bios_succeed(struct bios_call *c);

/* ---- memory ---- */

/* The address that a real-mode program means by segment:offset. */
uint64_t bios_linear(const struct bios_call *c, enum cpu_segment s, uint16_t offset);
/* Copy between guest and host, any address: RAM and ROM at once, device memory byte by byte over
 * the bus, writes to ROM lost; with the A20 gate closed bit 20 is dropped. At most BIOS_COPY_MAX
 * bytes. */
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
/* CMOS by index; disturbs the index port, as a BIOS does. */
uint8_t bios_cmos_in(struct bios *b, unsigned index);
void bios_cmos_out(struct bios *b, unsigned index, unsigned value);

/* ---- services ---- */

/* Wait for what only time brings: true: the call is made again after step_ns, with interrupts let
 * in between; false: limit_ns have passed since the first time. */
bool bios_wait(struct bios *b, struct bios_call *c, uint64_t limit_ns, uint64_t step_ns);

/* A program's call was served: a poll that was told what it was told before takes longer. */
void bios_note_call(struct bios *b, unsigned vector, unsigned function, struct bios_call *c);
/* Something has happened that a poll may be for: they are short again. */
void bios_note_event(struct bios *b);

/* Report a call that there is not; `interrupt` is "INT15". */
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

/* Write characters to the screen as INT 10h AH=0Eh does. */
void bios_print(struct bios *b, const char *text);
/* ---- drives ---- */

/* The CD's number (unread: a clause; T13/2132-D table 27 leaves 81h to FFh), and the first of hard
 * disks. */
enum { BIOS_NUMBER_CD = 0xe0, BIOS_NUMBER_DISK = 0x80 };

enum bios_medium { BIOS_IS_DISKETTE, BIOS_IS_DISK, BIOS_IS_CD };

/* What one number of INT 13h stands for: a drive, or the part of the CD that emulates one. */
struct bios_unit {
	struct disk_image *image;
	enum bios_medium medium;
	bool emulated;        /* by a CD: of no diskette controller */
	unsigned blocks;      /* DISK_SECTOR_SIZE of one of its sectors */
	uint64_t base;        /* its beginning in the image, in DISK_SECTOR_SIZE */
	uint64_t sectors;     /* that it has */
	uint16_t cylinders;   /* this and below: of no meaning for a CD */
	uint8_t heads, track; /* track: sectors of one */
	uint8_t floppy;       /* its type, for AH=08h */
};

/* False: there is no such drive. */
bool bios_find_unit(struct bios *b, uint8_t number, struct bios_unit *unit);
/* The number that INT 13h knows a slot by, while a CD may emulate one. */
uint8_t bios_drive_number(const struct bios *b, enum bios_slot slot);
/* Load what the CD boots, begin its emulation, and set the registers to start it. False: it cannot
 * be booted. */
bool bios_boot_cd(struct bios *b, struct bios_call *c);

/* Tell BDA, CMOS, vectors and EBDA of the drives. */
void bios_lay_drives(struct bios *b);
/* Reset the machine. */
void bios_restart(struct bios *b);
/* Set the tick counter from the RTC. */
void bios_set_ticks_from_rtc(struct bios *b);

#endif
