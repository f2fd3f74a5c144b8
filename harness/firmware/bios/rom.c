/* SPDX-License-Identifier: MIT */
/* Addresses that software may rely on are from the IBM PC/AT Technical Reference. */
#include "harness/firmware/bios/rom.h"

#include <stddef.h>
#include <string.h>

#include "devices/vga/font.h"
#include "harness/firmware/bios/internal.h"

enum { /* offsets in segment F000 */
       ROM_POST = 0xe05b,
       ROM_SERVICES = 0xe100,
       ROM_HANDLERS = 0xe300,
       ROM_IRET = 0xff53,
       ROM_DATE = 0xfff5,
       ROM_MODEL = 0xfffe,
       SERVICE_SIZE = 24, /* room for a service's stub */
       HANDLER_SIZE = 48  /* room for a hardware interrupt's stub */
};

enum {
	PIC_EOI = 0x20,
	PIC_READ_ISR = 0x0b,
	PIC_LEVEL_7 = 0x80, /* of ISR: clear when a spurious interrupt is served */
	PORT_MASTER = 0x20,
	PORT_RTC_INDEX = 0x70,
	PORT_RTC_DATA = 0x71,
	PORT_SLAVE = 0xa0,
	RTC_REGC = 0x0c,
	RTC_ALARM = 0x20, /* AF of register C */
	VECTOR_TIMER = 0x08,
	VECTOR_KEYBOARD = 0x09,
	VECTOR_SYSTEM = 0x15,
	VECTOR_BREAK = 0x1b,
	VECTOR_TICK = 0x1c,
	VECTOR_ALARM = 0x4a,
	INTERCEPT_KEY = 0x4f /* AH of INT 15h */
};

/* x86, 16-bit. */
#define PUSH_AX                  0x50
#define PUSH_DX                  0x52
#define PUSH_DS                  0x1e
#define POP_AX                   0x58
#define POP_DX                   0x5a
#define POP_DS                   0x1f
#define MOV_AL(v)                0xb0, (v)
#define MOV_AH(v)                0xb4, (v)
#define OUT_AL(p)                0xe6, (p)
#define IN_AL(p)                 0xe4, (p)
#define TEST_AL(v)               0xa8, (v)
#define STC                      0xf9
#define CLI                      0xfa
#define STI                      0xfb
#define HLT                      0xf4
#define IRET                     0xcf
#define INT(v)                   0xcd, (v)
#define JMP(n)                   0xeb, (n)&0xff
#define JNC(n)                   0x73, (n)
#define JZ(n)                    0x74, (n)
#define JMP_FAR(segment, offset) 0xea, (offset)&0xff, (offset) >> 8, (segment)&0xff, (segment) >> 8
/* Trap to the host. The jump ends the block of instructions, and the CPU stops after it. */
#define KNOCK(service) MOV_AL(service), OUT_AL(BIOS_PORT), JMP(0)
#define KNOCK_SIZE     6

/* ---- services ---- */

static const uint8_t services[] = {
	0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a
};

enum { N_SERVICES = sizeof(services), SERVICE_AT = 2 /* of the number, in a stub */ };

/* The offsets of struct bios_stub, from the start of the stub. */
enum { SERVICE_TRAPPED = 7, SERVICE_HALT = 9, SERVICE_POLL = 13, SERVICE_SECOND = 17 };

static const uint8_t service_stub[SERVICE_SIZE] = {
	/* 00 */ PUSH_AX,
	/* 01 */ KNOCK(0),
	/* 07 */ POP_AX,
	/* 08 */ IRET,
	/* 09 sleep */ STI,
	/* 0a */ HLT,
	/* 0b */ JMP(3),
	/* 0d poll; STI holds interrupts back for one instruction */ STI,
	/* 0e */ JMP(0),
	/* 10 */ CLI,
	/* 11 */ MOV_AL(BIOS_SERVICE_AGAIN),
	/* 13 */ OUT_AL(BIOS_PORT),
	/* 15 */ JMP(SERVICE_TRAPPED - 0x17),
};

static unsigned service_offset(unsigned i) { return ROM_SERVICES + i * SERVICE_SIZE; }

static void lay_services(uint8_t *rom)
{
	for (unsigned i = 0; i < N_SERVICES; i++) {
		uint8_t *at = rom + service_offset(i);

		memcpy(at, service_stub, SERVICE_SIZE);
		at[SERVICE_AT] = services[i];
		at[SERVICE_SECOND + 1] |= services[i];
	}
}

/* ---- hardware interrupts and power-on ---- */

enum handler {
	HANDLER_TIMER,
	HANDLER_KEYBOARD,
	HANDLER_RTC,
	HANDLER_MASTER,
	HANDLER_SLAVE,
	HANDLER_MASTER_7,
	HANDLER_SLAVE_7,
	N_HANDLERS
};

enum {
	TIMER_TRAPPED = 3 + KNOCK_SIZE,
	KEY_TRAPPED = 1 + KNOCK_SIZE,
	KEYBOARD_TRAPPED = 15 + KNOCK_SIZE
};

#define EOI_MASTER    MOV_AL(PIC_EOI), OUT_AL(PORT_MASTER)
#define EOI_BOTH      MOV_AL(PIC_EOI), OUT_AL(PORT_SLAVE), OUT_AL(PORT_MASTER)
#define IS_REAL(chip) MOV_AL(PIC_READ_ISR), OUT_AL(chip), IN_AL(chip), TEST_AL(PIC_LEVEL_7)

static const uint8_t handlers[N_HANDLERS][HANDLER_SIZE] = {
	/* A user's INT 1Ch may use these registers. */
	[HANDLER_TIMER] = { PUSH_DS, PUSH_DX, PUSH_AX, KNOCK(VECTOR_TIMER), INT(VECTOR_TICK),
			    EOI_MASTER, POP_AX, POP_DX, POP_DS, IRET },
	/* The first service reads the byte from the controller. A program's handler may have read
	 * it before, which is allowed; then it is the last byte again. INT 15h AH=4Fh may change
	 * the scan code in AL, or drop it (carry clear). The service sets carry if Ctrl-Break was
	 * pressed. */
	[HANDLER_KEYBOARD] = { PUSH_AX, KNOCK(BIOS_SERVICE_KEY), MOV_AH(INTERCEPT_KEY), STC,
			       INT(VECTOR_SYSTEM), JNC(KNOCK_SIZE + 6), PUSH_AX,
			       KNOCK(VECTOR_KEYBOARD), POP_AX, JNC(2), INT(VECTOR_BREAK),
			       EOI_MASTER, POP_AX, IRET },
	/* The RTC can interrupt again only after register C was read. */
	[HANDLER_RTC] = { PUSH_AX, MOV_AL(RTC_REGC), OUT_AL(PORT_RTC_INDEX), IN_AL(PORT_RTC_DATA),
			  TEST_AL(RTC_ALARM), JZ(2), INT(VECTOR_ALARM), EOI_BOTH, POP_AX, IRET },
	[HANDLER_MASTER] = { PUSH_AX, EOI_MASTER, POP_AX, IRET },
	[HANDLER_SLAVE] = { PUSH_AX, EOI_BOTH, POP_AX, IRET },
	/* A spurious interrupt is not in service at its chip; one of the slave is in service at the
	   master. */
	[HANDLER_MASTER_7] = { PUSH_AX, IS_REAL(PORT_MASTER), JZ(4), EOI_MASTER, POP_AX, IRET },
	[HANDLER_SLAVE_7] = { PUSH_AX, IS_REAL(PORT_SLAVE), MOV_AL(PIC_EOI), JZ(2),
			      OUT_AL(PORT_SLAVE), OUT_AL(PORT_MASTER), POP_AX, IRET },
};

static const uint8_t post[] = { CLI, KNOCK(BIOS_SERVICE_POST), CLI, HLT, JMP(-4) };

enum { POST_TRAPPED = 1 + KNOCK_SIZE };

static uint16_t handler_offset(enum handler h)
{
	return (uint16_t)(ROM_HANDLERS + h * HANDLER_SIZE);
}

uint16_t bios_rom_halt(void) { return ROM_POST + POST_TRAPPED; }

static bool irq_stub(unsigned service, struct bios_stub *stub)
{
	switch (service) {
	case BIOS_SERVICE_POST:
		*stub = (struct bios_stub){ .trapped = bios_rom_halt() };
		return true;
	case VECTOR_TIMER:
		*stub = (struct bios_stub){ .trapped =
						    handler_offset(HANDLER_TIMER) + TIMER_TRAPPED };
		return true;
	case BIOS_SERVICE_KEY:
		*stub = (struct bios_stub){ .trapped = handler_offset(HANDLER_KEYBOARD) +
						       KEY_TRAPPED };
		return true;
	case VECTOR_KEYBOARD:
		*stub = (struct bios_stub){ .trapped = handler_offset(HANDLER_KEYBOARD) +
						       KEYBOARD_TRAPPED };
		return true;
	default: return false;
	}
}

bool bios_rom_stub(unsigned service, struct bios_stub *stub)
{
	for (unsigned i = 0; i < N_SERVICES; i++) {
		unsigned at = service_offset(i);

		if ((service & ~(unsigned)BIOS_SERVICE_AGAIN) != services[i]) continue;
		*stub = (struct bios_stub){ .trapped = (uint16_t)(at + SERVICE_TRAPPED),
					    .halt = (uint16_t)(at + SERVICE_HALT),
					    .poll = (uint16_t)(at + SERVICE_POLL),
					    .has_frame = true };
		return true;
	}
	return irq_stub(service, stub);
}

uint16_t bios_rom_handler(unsigned vector)
{
	for (unsigned i = 0; i < N_SERVICES; i++)
		if (vector == services[i]) return (uint16_t)service_offset(i);
	switch (vector) {
	case VECTOR_TIMER: return handler_offset(HANDLER_TIMER);
	case VECTOR_KEYBOARD: return handler_offset(HANDLER_KEYBOARD);
	case 0x0a ... 0x0e: return handler_offset(HANDLER_MASTER);
	case 0x0f: return handler_offset(HANDLER_MASTER_7);
	case 0x1e: return BIOS_ROM_DISKETTE;
	case 0x1f: return BIOS_ROM_FONT_8_UPPER;
	case 0x43: return BIOS_ROM_FONT_16;
	case 0x70: return handler_offset(HANDLER_RTC);
	case 0x71 ... 0x76: return handler_offset(HANDLER_SLAVE);
	case 0x77: return handler_offset(HANDLER_SLAVE_7);
	default: return ROM_IRET;
	}
}

/* ---- tables ---- */

/* RBIL table 00509 (INT 15h AH=C0h): an AT with a second 8259A, an RTC, a keyboard intercept, an
 * extended BIOS data area, and INT 16h AH=09h. */
static const uint8_t configuration[] = { 8, 0, 0xfc, 0x01, 0x00, 0x74, 0x40, 0, 0, 0 };

/* RBIL table 01264 (INT 1Eh), for 1.44 MB. */
static const uint8_t diskette[] = {
	0xaf, 0x02, 0x25, 0x02, 18, 0x1b, 0xff, 0x6c, 0xf6, 0x0f, 0x08
};

/* RBIL table 00045 (INT 10h AH=1Bh): all modes; 200, 350 and 400 lines; eight blocks of glyphs, two
 * at a time; all functions but the light pen. */
static const uint8_t video_facts[16] = { 0xff, 0xe0, 0x0f, 0, 0, 0, 0, 0x07, 8, 2, 0xff, 0x0e };

static void lay_fonts(uint8_t *rom)
{
	for (size_t i = 0; i < VGA_MODEL_FONT_GLYPHS; i++) {
		memcpy(rom + BIOS_ROM_FONT_16 + i * VGA_MODEL_FONT_ROWS, vga_model_font[i],
		       VGA_MODEL_FONT_ROWS);
		memcpy(rom + BIOS_ROM_FONT_14 + i * VGA_MODEL_FONT_14_ROWS,
		       vga_model_font[i] + VGA_MODEL_FONT_14_FIRST, VGA_MODEL_FONT_14_ROWS);
	}
	memcpy(rom + BIOS_ROM_FONT_8, vga_model_font_8, sizeof(vga_model_font_8));
	memcpy(rom + BIOS_ROM_FONT_8_OLD, vga_model_font_8, sizeof(vga_model_font_8) / 2);
	rom[BIOS_ROM_NO_GLYPHS] = 0;
}

static void lay_tables(uint8_t *rom)
{
	lay_fonts(rom);
	memcpy(rom + BIOS_ROM_VIDEO_FACTS, video_facts, sizeof(video_facts));
	bios_rom_vbe(rom);
	memcpy(rom + BIOS_ROM_CONFIGURATION, configuration, sizeof(configuration));
	memcpy(rom + BIOS_ROM_DISKETTE, diskette, sizeof(diskette));
}

void bios_rom(uint8_t rom[BIOS_ROM_SIZE])
{
	static const uint8_t reset[] = { JMP_FAR(BIOS_ROM_SEGMENT, ROM_POST) };
	static const char date[] = "11/21/26";
	static const uint8_t model[] = { 0xfc, 0x00 }; /* PC/AT */

	memset(rom, 0xff, BIOS_ROM_SIZE);
	memcpy(rom + ROM_POST, post, sizeof(post));
	lay_services(rom);
	memcpy(rom + ROM_HANDLERS, handlers, sizeof(handlers));
	rom[ROM_IRET] = IRET;
	memcpy(rom + BIOS_ROM_RESET, reset, sizeof(reset));
	memcpy(rom + ROM_DATE, date, strlen(date));
	memcpy(rom + ROM_MODEL, model, sizeof(model));
	lay_tables(rom);
}
