/* SPDX-License-Identifier: MIT */
/* The parts of VBE in the ROM: strings, lists of modes, and the code that programs call without an
 * interrupt. That code uses ports, as the services do not run for it.
 *
 * The protected-mode interface (VBE 2.0 section 4.13; unread: the unit of its display start, taken
 * as 4 bytes, as programs use it) is assembled for 32-bit segments. Here it
 * works in 16-bit segments too: each function is there twice, and begins with bytes that are two
 * instructions in a 16-bit segment, of which the second is a jump, and one in a 32-bit segment. */
#include <string.h>

#include "emu/bytes.h"
#include "harness/firmware/bios/state.h"
#include "harness/firmware/bios/video.h"

/* ---- a far call in place of AX=4F05h ---- */

/* BH: 0 sets the window, 1 gets it; DX: the bank. */
static const uint8_t window_code[] = {
	0x80, 0xff, 0x01, /* cmp bh, 1 */
	0x74, 15,         /* je get */
	0x52,             /* push dx */
	0xba, 0xce, 0x01, /* mov dx, 0x1ce */
	0xb8, 0x05, 0x00, /* mov ax, BANK */
	0xef,             /* out dx, ax */
	0x42,             /* inc dx */
	0x58,             /* pop ax */
	0xef,             /* out dx, ax */
	0xb8, 0x4f, 0x00, /* mov ax, VBE_OK */
	0xcb,             /* retf */
	0xba, 0xce, 0x01, /* get: mov dx, 0x1ce */
	0xb8, 0x05, 0x00, /* mov ax, BANK */
	0xef,             /* out dx, ax */
	0x42,             /* inc dx */
	0xed,             /* in ax, dx */
	0x89, 0xc2,       /* mov dx, ax */
	0xb8, 0x4f, 0x00, /* mov ax, VBE_OK */
	0xcb,             /* retf */
};

/* ---- the protected-mode interface ---- */

enum kind {
	END,
	ANY,    /* the same bytes in both kinds of segments */
	OP16,   /* operands of 16 bits */
	OP32,   /* of 32 */
	ADDR32, /* an address in 32 bits */
	ONLY16, /* in 16-bit segments only */
	JUMP,   /* a short jump: opcode, label */
	LABEL
};

struct instruction {
	enum kind kind;
	uint8_t n, byte[5];
};

#define I1(k, a)            \
	{                   \
		k, 1, { a } \
	}
#define I2(k, a, b)            \
	{                      \
		k, 2, { a, b } \
	}
#define I3(k, a, b, c)            \
	{                         \
		k, 3, { a, b, c } \
	}
#define I4(k, a, b, c, d)            \
	{                            \
		k, 4, { a, b, c, d } \
	}
#define TO(opcode, label)                  \
	{                                  \
		JUMP, 2, { opcode, label } \
	}
#define AT(label)                   \
	{                           \
		LABEL, 1, { label } \
	}
#define OUT_DX_AX      I1(OP16, 0xef)
#define IN_AX_DX       I1(OP16, 0xed)
#define INC_DX         I1(OP16, 0x42)
#define DEC_DX         I1(OP16, 0x4a)
#define MOV_DX(v)      I3(OP16, 0xba, (v)&0xff, (v) >> 8)
#define MOV_AX(v)      I3(OP16, 0xb8, (v)&0xff, (v) >> 8)
#define SELECT(index)  MOV_DX(BOCHS_DISPLAY_MODEL_PORT_BASE), MOV_AX(index), OUT_DX_AX, INC_DX
#define RETURN(status) MOV_AX(status), I1(ANY, 0xc3)

enum { JE = 0x74, JNE = 0x75, JBE = 0x76, JMP = 0xeb, INPUT_STATUS = 0x3da, RETRACE = 0x08 };
enum { PALETTE_INDEX = 0x3c8, N_LABELS = 8 };

/* BH: 0 sets the window, 1 gets it; DX: the bank. */
static const struct instruction set_window[] = {
	I3(ANY, 0x80, 0xff, 0x01), /* cmp bh, 1 */
	TO(JE, 1),
	I2(OP16, 0x89, 0xd1), /* mov cx, dx */
	SELECT(BOCHS_DISPLAY_MODEL_BANK),
	I2(OP16, 0x89, 0xc8), /* mov ax, cx */
	OUT_DX_AX,
	RETURN(VBE_OK),
	AT(1),
	SELECT(BOCHS_DISPLAY_MODEL_BANK),
	IN_AX_DX,
	I2(OP16, 0x89, 0xc2), /* mov dx, ax */
	RETURN(VBE_OK),
	{ END, 0, { 0 } },
};

/* DX:CX: the address of the first byte shown, divided by 4. BL: bit 7 waits for a retrace. */
static const struct instruction set_start[] = {
	I3(OP32, 0xc1, 0xe2, 16),  /* shl edx, 16 */
	I2(OP16, 0x89, 0xca),      /* mov dx, cx */
	I3(OP32, 0xc1, 0xe2, 2),   /* shl edx, 2 */
	I1(OP32, 0x52),            /* push edx */
	I3(ANY, 0xf6, 0xc3, 0x80), /* test bl, 80h */
	TO(JE, 2),
	MOV_DX(INPUT_STATUS),
	AT(1),
	I1(ANY, 0xec),          /* in al, dx */
	I2(ANY, 0xa8, RETRACE), /* test al, 8 */
	TO(JE, 1),
	AT(2),
	SELECT(BOCHS_DISPLAY_MODEL_BPP),
	IN_AX_DX,
	I3(OP16, 0x83, 0xf8, 4), /* cmp ax, 4 */
	TO(JBE, 3),
	I3(OP32, 0x0f, 0xb7, 0xc8), /* movzx ecx, ax */
	I3(OP32, 0x83, 0xc1, 7),    /* add ecx, 7 */
	I3(OP32, 0xc1, 0xe9, 3),    /* shr ecx, 3: bytes of a pixel */
	DEC_DX,
	MOV_AX(BOCHS_DISPLAY_MODEL_VIRT_WIDTH),
	OUT_DX_AX,
	INC_DX,
	IN_AX_DX,
	I3(OP32, 0x0f, 0xb7, 0xc0), /* movzx eax, ax */
	I3(OP32, 0x0f, 0xaf, 0xc1), /* imul eax, ecx */
	I2(OP32, 0x89, 0xc3),       /* mov ebx, eax: bytes of a line */
	I2(OP32, 0x85, 0xdb),       /* test ebx, ebx */
	TO(JE, 3),
	I1(OP32, 0x58),       /* pop eax: the address */
	I2(OP32, 0x31, 0xd2), /* xor edx, edx */
	I2(OP32, 0xf7, 0xf3), /* div ebx: eax is the line */
	I1(OP32, 0x50),       /* push eax */
	I2(OP32, 0x89, 0xd0), /* mov eax, edx */
	I2(OP32, 0x31, 0xd2), /* xor edx, edx */
	I2(OP32, 0xf7, 0xf1), /* div ecx: eax is the pixel */
	I2(OP32, 0x89, 0xc1), /* mov ecx, eax */
	SELECT(BOCHS_DISPLAY_MODEL_X_OFFSET),
	I2(OP16, 0x89, 0xc8), /* mov ax, cx */
	OUT_DX_AX,
	DEC_DX,
	MOV_AX(BOCHS_DISPLAY_MODEL_Y_OFFSET),
	OUT_DX_AX,
	INC_DX,
	I1(OP32, 0x58), /* pop eax */
	OUT_DX_AX,
	RETURN(VBE_OK),
	AT(3),
	I1(OP32, 0x5a), /* pop edx */
	RETURN(VBE_FAILED),
	{ END, 0, { 0 } },
};

/* CX colours from DX on at ES:EDI (ES:DI). BL: bit 7 waits for a retrace. */
static const struct instruction set_palette[] = {
	I3(ONLY16, 0x0f, 0xb7, 0xff), /* movzx edi, di */
	I3(ANY, 0xf6, 0xc3, 0x7f),    /* test bl, 7fh */
	TO(JNE, 5),
	I3(ANY, 0xf6, 0xc3, 0x80), /* test bl, 80h */
	TO(JE, 2),
	I1(OP16, 0x52), /* push dx */
	MOV_DX(INPUT_STATUS),
	AT(1),
	I1(ANY, 0xec),          /* in al, dx */
	I2(ANY, 0xa8, RETRACE), /* test al, 8 */
	TO(JE, 1),
	I1(OP16, 0x5a), /* pop dx */
	AT(2),
	I2(ANY, 0x88, 0xd0), /* mov al, dl */
	MOV_DX(PALETTE_INDEX),
	I1(ANY, 0xee), /* out dx, al */
	INC_DX,
	AT(3),
	I2(OP16, 0x85, 0xc9), /* test cx, cx */
	TO(JE, 4),
	I4(ADDR32, 0x26, 0x8a, 0x47, 2), /* mov al, es:[edi + 2]: red */
	I1(ANY, 0xee),
	I4(ADDR32, 0x26, 0x8a, 0x47, 1), /* green */
	I1(ANY, 0xee),
	I3(ADDR32, 0x26, 0x8a, 0x07), /* blue */
	I1(ANY, 0xee),
	I3(OP32, 0x83, 0xc7, 4), /* add edi, 4 */
	I1(OP16, 0x49),          /* dec cx */
	TO(JMP, 3),
	AT(4),
	RETURN(VBE_OK),
	AT(5),
	RETURN(VBE_FAILED),
	{ END, 0, { 0 } },
};

/* The prefix that an instruction needs in a segment; 0: none. */
static unsigned prefix(enum kind kind, bool wide)
{
	enum { OPERAND_SIZE = 0x66, ADDRESS_SIZE = 0x67 };

	switch (kind) {
	case OP16: return wide ? OPERAND_SIZE : 0;
	case OP32:
	case ONLY16: return wide ? 0 : OPERAND_SIZE;
	case ADDR32: return wide ? 0 : ADDRESS_SIZE;
	case END:
	case ANY:
	case JUMP:
	case LABEL:
	default: return 0;
	}
}

/* Assemble for a segment of 32 or 16 bits; returns the end. The first pass finds the labels. */
static uint8_t *assemble(uint8_t *at, const struct instruction *code, bool wide)
{
	uint8_t *label[N_LABELS] = { 0 }, *p = at;

	for (unsigned pass = 0; pass < 2; pass++) {
		p = at;
		for (const struct instruction *i = code; i->kind != END; i++) {
			if (i->kind == ONLY16 && wide) continue;
			if (i->kind == LABEL) {
				label[i->byte[0]] = p;
				continue;
			}
			if (prefix(i->kind, wide)) *p++ = (uint8_t)prefix(i->kind, wide);
			memcpy(p, i->byte, i->n);
			p += i->n;
			if (i->kind == JUMP && pass) p[-1] = (uint8_t)(label[i->byte[1]] - p);
		}
	}
	return p;
}

/* In a 16-bit segment: test ax, 0; jmp to the jump to the second copy. In a 32-bit segment: test
 * eax, 2eb0000h; jmp over that jump to the first. */
static uint8_t *function(uint8_t *at, const struct instruction *code)
{
	static const uint8_t entry[] = { 0xa9, 0, 0, JMP, 2, JMP, 3, 0xe9, 0, 0 };
	uint8_t *first = at + sizeof(entry), *second = assemble(first, code, true);

	memcpy(at, entry, sizeof(entry));
	put_le16(first - 2, (unsigned)(second - first));
	return assemble(second, code, false);
}

/* Returns its size. */
static unsigned protected_interface(uint8_t *table)
{
	/* Ports that the functions use beside the VGA's, and no memory. */
	static const uint16_t ports[] = { BOCHS_DISPLAY_MODEL_PORT_BASE,
					  BOCHS_DISPLAY_MODEL_PORT_BASE + 1, 0xffff, 0xffff };
	static const struct instruction *const functions[] = { set_window, set_start, set_palette };
	enum { N = sizeof(functions) / sizeof(functions[0]), N_PORTS = 4 };
	uint8_t *at = table + (size_t)(N + 1) * 2;

	put_le16(table + (size_t)N * 2, (unsigned)(at - table));
	for (unsigned i = 0; i < N_PORTS; i++, at += 2) put_le16(at, ports[i]);
	for (unsigned i = 0; i < N; i++) {
		put_le16(table + (size_t)i * 2, (unsigned)(at - table));
		at = function(at, functions[i]);
	}
	return (unsigned)(at - table);
}

unsigned bios_rom_protected_size(void)
{
	uint8_t room[BIOS_ROM_VBE_ALL_MODES - BIOS_ROM_VBE_PROTECTED];

	return protected_interface(room);
}

/* ---- all ---- */

static void string(uint8_t *at, const char *text) { memcpy(at, text, strlen(text) + 1); }

void bios_rom_vbe(uint8_t rom[BIOS_ROM_SIZE])
{
	put_le16(rom + BIOS_ROM_VBE_MODES, 0xffff);
	string(rom + BIOS_ROM_VBE_OEM, "bimetal");
	string(rom + BIOS_ROM_VBE_VENDOR, "bimetal");
	string(rom + BIOS_ROM_VBE_PRODUCT, "Bochs display");
	string(rom + BIOS_ROM_VBE_REVISION, "1.0");
	memcpy(rom + BIOS_ROM_VBE_WINDOW, window_code, sizeof(window_code));
	(void)protected_interface(rom + BIOS_ROM_VBE_PROTECTED);
	(void)bios_vbe_list(rom + BIOS_ROM_VBE_ALL_MODES);
}
