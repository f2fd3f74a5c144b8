/* SPDX-License-Identifier: MIT */
/* INT 09h, which turns scan codes of set 1 into keystrokes, and INT 16h, which returns them.
 * US layout. Facts: IBM PC/AT Technical Reference; RBIL tables 00003, 00006, 00007 (INT 16h) and
 * MEMORY.LST. */
#include "emu/array.h"
#include "harness/firmware/bios/internal.h"
#include "harness/firmware/bios/state.h"

enum {
	/* 40:17h */
	RIGHT_SHIFT = 0x01,
	LEFT_SHIFT = 0x02,
	CTRL = 0x04,
	ALT = 0x08,
	SCROLL_LOCK = 0x10,
	NUM_LOCK = 0x20,
	CAPS_LOCK = 0x40,
	INSERT = 0x80,
	/* 40:18h */
	LEFT_CTRL = 0x01,
	LEFT_ALT = 0x02,
	SYSREQ_DOWN = 0x04,
	SCROLL_DOWN = 0x10,
	NUM_DOWN = 0x20,
	CAPS_DOWN = 0x40,
	INSERT_DOWN = 0x80,
	/* 40:96h */
	LAST_WAS_E1 = 0x01,
	LAST_WAS_E0 = 0x02,
	RIGHT_CTRL = 0x04,
	RIGHT_ALT = 0x08
};

enum { /* scan codes, set 1 */
       KEY_CTRL = 0x1d,
       KEY_LEFT_SHIFT = 0x2a,
       KEY_SLASH = 0x35,
       KEY_RIGHT_SHIFT = 0x36,
       KEY_ALT = 0x38,
       KEY_CAPS = 0x3a,
       KEY_F1 = 0x3b,
       KEY_F10 = 0x44,
       KEY_NUM = 0x45,
       KEY_SCROLL = 0x46,
       KEY_HOME = 0x47, /* the first of the keypad */
       KEY_INSERT = 0x52,
       KEY_DELETE = 0x53, /* the last of it */
       KEY_SYSREQ = 0x54,
       KEY_F11 = 0x57,
       KEY_F12 = 0x58,
       KEY_ENTER = 0x1c,
       PREFIX_E0 = 0xe0,
       PREFIX_E1 = 0xe1,
       RELEASED = 0x80,
       FIRST_ANSWER = 0xee /* echo, acknowledge, resend, ...: not keys */
};

/* ---- the ring ---- */

struct ring {
	uint16_t start, end, head, tail;
};

/* If a program has overwritten the pointers with bad values, use the original ring. */
static struct ring ring_of(const struct bios *b)
{
	struct ring r = { .start = bda_word(b, BDA_KEYBOARD_START),
			  .end = bda_word(b, BDA_KEYBOARD_END),
			  .head = bda_word(b, BDA_KEYBOARD_HEAD),
			  .tail = bda_word(b, BDA_KEYBOARD_TAIL) };

	if (r.start >= r.end || r.end - r.start < 4) {
		r.start = BDA_KEYBOARD_RING;
		r.end = BDA_KEYBOARD_RING_END;
	}
	if (r.head < r.start || r.head + 2 > r.end) r.head = r.start;
	if (r.tail < r.start || r.tail + 2 > r.end) r.tail = r.head;
	return r;
}

static uint16_t next(const struct ring *r, uint16_t at)
{
	return (uint16_t)(at + 4 > r->end ? r->start : at + 2);
}

static bool put_key(struct bios *b, uint16_t key)
{
	struct ring r = ring_of(b);
	uint16_t tail = next(&r, r.tail);

	if (tail == r.head) return false;
	bda_set_word(b, r.tail, key);
	bda_set_word(b, BDA_KEYBOARD_TAIL, tail);
	return true;
}

static bool peek_key(const struct bios *b, uint16_t *key)
{
	struct ring r = ring_of(b);

	if (r.head == r.tail) return false;
	*key = bda_word(b, r.head);
	return true;
}

static void drop_key(struct bios *b)
{
	struct ring r = ring_of(b);

	if (r.head != r.tail) bda_set_word(b, BDA_KEYBOARD_HEAD, next(&r, r.head));
}

/* ---- INT 09h: what a key means ---- */

/* ASCII codes without a shift key, with Shift, with Ctrl; the high byte is the scan code. 0: none.
 */
static const char plain_keys[] = "\0\x1b"
				 "1234567890-=\b\t"
				 "qwertyuiop[]\r\0"
				 "asdfghjkl;'`\0\\"
				 "zxcvbnm,./\0*\0 ";
static const char shifted_keys[] = "\0\x1b"
				   "!@#$%^&*()_+\b\0"
				   "QWERTYUIOP{}\r\0"
				   "ASDFGHJKL:\"~\0|"
				   "ZXCVBNM<>?\0*\0 ";

enum { N_PLAIN = sizeof(plain_keys) - 1, NO_KEY = 0xffff };

static bool is_letter(char ch) { return ch >= 'a' && ch <= 'z'; }

static uint16_t stroke(unsigned scan, unsigned ascii) { return (uint16_t)(scan << 8 | ascii); }

static uint16_t with_ctrl(unsigned scan)
{
	char ch = plain_keys[scan];

	if (is_letter(ch)) return stroke(scan, (unsigned)ch & 0x1f);
	switch (ch) {
	case '2': return 0x0300;
	case '6': return 0x071e;
	case '-': return 0x0c1f;
	case '[': return 0x1a1b;
	case '\\': return 0x2b1c;
	case ']': return 0x1b1d;
	case '\b': return 0x0e7f;
	case '\t': return 0x9400;
	case '\r': return 0x1c0a;
	case '*': return 0x9600;
	case ' ': return 0x3920;
	case '\x1b': return 0x011b;
	default: return NO_KEY;
	}
}

static uint16_t with_alt(unsigned scan)
{
	char ch = plain_keys[scan];

	if (ch >= '0' && ch <= '9') return stroke(scan + 0x76, 0);
	switch (ch) {
	case '-': return 0x8200;
	case '=': return 0x8300;
	case '\t': return 0xa500;
	case ' ': return 0x3920;
	default: return ch ? stroke(scan, 0) : NO_KEY;
	}
}

static uint16_t typewriter(unsigned scan, unsigned shift)
{
	bool shifted = shift & (LEFT_SHIFT | RIGHT_SHIFT);
	char ch;

	if (shift & ALT) return with_alt(scan);
	if (shift & CTRL) return with_ctrl(scan);
	if (shifted && plain_keys[scan] == '\t') return 0x0f00;
	if (is_letter(plain_keys[scan]) && shift & CAPS_LOCK) shifted = !shifted;
	ch = (shifted ? shifted_keys : plain_keys)[scan];
	return ch ? stroke(scan, (uint8_t)ch) : NO_KEY;
}

/* The codes of F1..F10 differ by a constant for each shift key; those of F11 and F12 by another. */
static uint16_t function_key(unsigned scan, unsigned shift)
{
	enum { PLAIN, SHIFTED, CTRLED, ALTED };
	static const uint8_t up_to_10[] = { 0, 0x54 - KEY_F1, 0x5e - KEY_F1, 0x68 - KEY_F1 };
	static const uint8_t from_11[] = { 0x85 - KEY_F11, 0x87 - KEY_F11, 0x89 - KEY_F11,
					   0x8b - KEY_F11 };
	unsigned how = PLAIN;

	if (shift & ALT)
		how = ALTED;
	else if (shift & CTRL)
		how = CTRLED;
	else if (shift & (LEFT_SHIFT | RIGHT_SHIFT))
		how = SHIFTED;
	return stroke(scan + (scan >= KEY_F11 ? from_11[how] : up_to_10[how]), 0);
}

/* Keypad and, with E0 ahead, the keys between: 7 8 9 - 4 5 6 + 1 2 3 0 . */
static uint16_t keypad(unsigned scan, unsigned shift, bool e0)
{
	static const char digits[] = "789-456+1230.";
	static const uint8_t ctrl[] = { 0x77, 0x8d, 0x84, 0x8e, 0x73, 0x8f, 0x74,
					0x90, 0x75, 0x91, 0x76, 0x92, 0x93 };
	unsigned i = scan - KEY_HOME, ascii = e0 ? PREFIX_E0 : 0;
	bool is_sign = digits[i] == '-' || digits[i] == '+';
	bool numbers = !(shift & NUM_LOCK) != !(shift & (LEFT_SHIFT | RIGHT_SHIFT));

	if (shift & ALT) {
		if (e0) return stroke(scan + 0x50, 0);
		return is_sign ? stroke(scan, 0) : NO_KEY;
	}
	if (shift & CTRL) return stroke(ctrl[i], ascii);
	if (!e0 && (is_sign || numbers)) return stroke(scan, (uint8_t)digits[i]);
	if (!e0 && digits[i] == '5') return stroke(scan, 0xf0); /* extended keyboards only */
	return stroke(scan, ascii);
}

/* Enter and slash of the keypad, which come with E0. */
static uint16_t keypad_outside(unsigned scan, unsigned shift)
{
	bool enter = scan == KEY_ENTER;

	if (shift & ALT) return enter ? 0xa600 : 0xa400;
	if (shift & CTRL) return enter ? 0xe00a : 0x9500;
	return enter ? 0xe00d : 0xe02f;
}

static uint16_t meaning(unsigned scan, unsigned shift, bool e0)
{
	if (e0 && (scan == KEY_ENTER || scan == KEY_SLASH)) return keypad_outside(scan, shift);
	if (scan >= KEY_HOME && scan <= KEY_DELETE) return keypad(scan, shift, e0);
	if (e0) return NO_KEY;
	if ((scan >= KEY_F1 && scan <= KEY_F10) || scan == KEY_F11 || scan == KEY_F12)
		return function_key(scan, shift);
	if (scan == 0x56) /* the key beside the left shift of other layouts */
		return stroke(scan, shift & (LEFT_SHIFT | RIGHT_SHIFT) ? '|' : '\\');
	return scan < N_PLAIN ? typewriter(scan, shift) : NO_KEY;
}

/* ---- INT 09h: shift keys ---- */

struct shift_key {
	uint8_t scan;
	uint8_t bit;       /* of 40:17h */
	uint8_t left;      /* of 40:18h: the left one of two */
	uint8_t right;     /* of 40:96h: the right one, which comes with E0 */
	uint8_t lock_down; /* of 40:18h: a lock key; `bit` is toggled */
};

static const struct shift_key shift_keys[] = {
	{ KEY_LEFT_SHIFT, LEFT_SHIFT, 0, 0, 0 },        { KEY_RIGHT_SHIFT, RIGHT_SHIFT, 0, 0, 0 },
	{ KEY_CTRL, CTRL, LEFT_CTRL, RIGHT_CTRL, 0 },   { KEY_ALT, ALT, LEFT_ALT, RIGHT_ALT, 0 },
	{ KEY_CAPS, CAPS_LOCK, 0, 0, CAPS_DOWN },       { KEY_NUM, NUM_LOCK, 0, 0, NUM_DOWN },
	{ KEY_SCROLL, SCROLL_LOCK, 0, 0, SCROLL_DOWN }, { KEY_INSERT, INSERT, 0, 0, INSERT_DOWN },
};

static const struct shift_key *find_shift(unsigned scan)
{
	for (unsigned i = 0; i < ARRAY_SIZE(shift_keys); i++)
		if (shift_keys[i].scan == scan) return &shift_keys[i];
	return NULL;
}

static void change(struct bios *b, unsigned offset, unsigned bits, bool set)
{
	unsigned v = bda_byte(b, offset);

	bda_set_byte(b, offset, set ? v | bits : v & ~bits);
}

static void move_lock(struct bios *b, const struct shift_key *k, bool down)
{
	bool repeats = down && bda_byte(b, BDA_SHIFT_2) & k->lock_down;

	if (down && !repeats) bda_set_byte(b, BDA_SHIFT_1, bda_byte(b, BDA_SHIFT_1) ^ k->bit);
	change(b, BDA_SHIFT_2, k->lock_down, down);
}

static void move_shift(struct bios *b, const struct shift_key *k, bool down, bool e0)
{
	bool held;

	if (k->lock_down) {
		move_lock(b, k, down);
		return;
	}
	if (e0 && !k->right)
		return; /* E0 2A and E0 36 are sent around grey keys, and are not shift keys */
	change(b, e0 ? BDA_KEYBOARD_MODE : BDA_SHIFT_2, e0 ? k->right : k->left, down);
	held = (bda_byte(b, BDA_SHIFT_2) & k->left) || (bda_byte(b, BDA_KEYBOARD_MODE) & k->right);
	change(b, BDA_SHIFT_1, k->bit, down || held);
}

/* ---- INT 09h ---- */

static void press(struct bios *b, struct bios_call *c, unsigned scan, bool e0)
{
	unsigned shift = bda_byte(b, BDA_SHIFT_1);
	bool ctrl = shift & CTRL, alt = shift & ALT;
	uint16_t key;

	if (ctrl && alt && scan == KEY_DELETE) {
		bios_restart(b);
		return;
	}
	if (ctrl && e0 && scan == KEY_SCROLL) { /* Ctrl-Break: the stub calls INT 1Bh */
		change(b, BDA_BREAK, 0x80, true);
		bda_set_word(b, BDA_KEYBOARD_HEAD, bda_word(b, BDA_KEYBOARD_START));
		bda_set_word(b, BDA_KEYBOARD_TAIL, bda_word(b, BDA_KEYBOARD_START));
		put_key(b, 0);
		c->regs->rflags |= BIOS_CF;
		return;
	}
	key = meaning(scan, shift, e0);
	if (key != NO_KEY) put_key(b, key); /* when the ring is full, an AT beeps */
}

static bool takes_shift(const struct bios *b, unsigned scan)
{
	/* Insert also types a key; with Ctrl, NumLock and ScrollLock are other keys. */
	unsigned shift = bda_byte(b, BDA_SHIFT_1);

	if (scan == KEY_INSERT) return false;
	return !((scan == KEY_SCROLL || scan == KEY_NUM) && shift & CTRL);
}

static void handle(struct bios *b, struct bios_call *c, unsigned code, bool e0)
{
	unsigned scan = code & ~(unsigned)RELEASED;
	bool down = !(code & RELEASED);
	const struct shift_key *k = find_shift(scan);

	if (k && (takes_shift(b, scan) || !down)) {
		move_shift(b, k, down, e0);
		return;
	}
	if (k && scan == KEY_INSERT) move_shift(b, k, down, e0);
	if (down) press(b, c, scan, e0);
}

/* The byte that is waiting, or the last one if a program's handler has read it already. */
void bios_key_byte(struct bios *b, struct bios_call *c)
{
	enum { PORT_DATA = 0x60, PORT_STATUS = 0x64 };

	if (bios_in(b, PORT_STATUS) & PS2_CONTROLLER_MODEL_STATUS_OBF) (void)bios_in(b, PORT_DATA);
	bios_set_low(c, CPU_RAX, ps2_controller_model_firmware_byte(b->wire.kbc));
}

/* The scan code is in AL; carry on return: call INT 1Bh. */
void bios_keyboard_irq(struct bios *b, struct bios_call *c)
{
	unsigned code = bios_low(c, CPU_RAX), mode = bda_byte(b, BDA_KEYBOARD_MODE);
	unsigned prefix = mode & (LAST_WAS_E0 | LAST_WAS_E1);

	c->regs->rflags &= ~(uint64_t)BIOS_CF;
	if (code == PREFIX_E0 || code == PREFIX_E1) {
		change(b, BDA_KEYBOARD_MODE, code == PREFIX_E0 ? LAST_WAS_E0 : LAST_WAS_E1, true);
		return;
	}
	/* E1 1D 45, E1 9D C5: Pause, which is not modelled. */
	if (prefix & LAST_WAS_E1 && (code & ~(unsigned)RELEASED) == KEY_CTRL) return;
	change(b, BDA_KEYBOARD_MODE, LAST_WAS_E0 | LAST_WAS_E1, false);
	if (prefix & LAST_WAS_E1 || code == 0 || code >= FIRST_ANSWER) return;
	handle(b, c, code, prefix & LAST_WAS_E0);
}

/* ---- INT 16h ---- */

/* Convert to the code of a keyboard with 83 keys. False: it has no such key. */
static bool translate_old(uint16_t *key)
{
	unsigned scan = *key >> 8, ascii = *key & 0xff;

	if (ascii == 0xf0 && scan) return false;
	if (scan == PREFIX_E0) { /* keypad Enter and slash */
		*key = stroke(ascii == '/' ? KEY_SLASH : KEY_ENTER, ascii);
		return true;
	}
	if (scan > 0x84) return false; /* F11, F12, Ctrl-Up, ... */
	if (ascii == PREFIX_E0 && scan) *key = stroke(scan, 0);
	return true;
}

/* AH=10h and 11h return all keys. An F0 typed with Alt has scan code 0. */
static void translate_new(uint16_t *key)
{
	if ((*key & 0xff) == 0xf0 && *key >> 8) *key &= 0xff00;
}

/* The next key that the caller can see; others are dropped. */
static bool next_key(struct bios *b, bool extended, uint16_t *key)
{
	enum { RING_MAX = 0x8000 };

	for (unsigned i = 0; i < RING_MAX && peek_key(b, key); i++) {
		if (extended) {
			translate_new(key);
			return true;
		}
		if (translate_old(key)) return true;
		drop_key(b);
	}
	return false;
}

static void read_key(struct bios *b, struct bios_call *c, bool extended)
{
	uint16_t key;

	if (!next_key(b, extended, &key)) {
		c->outcome = BIOS_HALT;
		return;
	}
	drop_key(b);
	bios_set_word(c, CPU_RAX, key);
}

static void check_key(struct bios *b, struct bios_call *c, bool extended)
{
	uint16_t key;
	bool there = next_key(b, extended, &key);

	bios_set_flag(c, BIOS_ZF, !there);
	if (there) bios_set_word(c, CPU_RAX, key);
}

/* AH=12h: 40:17h, and from 40:18h and 40:96h which of the left and right keys are down. */
static void extended_shift(const struct bios *b, struct bios_call *c)
{
	enum { SYSREQ_SHOWN = 0x80 };
	unsigned two = bda_byte(b, BDA_SHIFT_2);
	unsigned high = two & (CAPS_DOWN | NUM_DOWN | SCROLL_DOWN | LEFT_ALT | LEFT_CTRL);

	high |= bda_byte(b, BDA_KEYBOARD_MODE) & (RIGHT_CTRL | RIGHT_ALT);
	if (two & SYSREQ_DOWN) high |= SYSREQ_SHOWN;
	bios_set_low(c, CPU_RAX, bda_byte(b, BDA_SHIFT_1));
	bios_set_high(c, CPU_RAX, high);
}

void bios_keyboard(struct bios *b, struct bios_call *c)
{
	enum { FUNCTIONS = 0x30 }; /* AH=09h: AH=10h..12h and 0Ah are supported */

	switch (bios_high(c, CPU_RAX)) {
	case 0x00: read_key(b, c, false); return;
	case 0x01: check_key(b, c, false); return;
	case 0x02: bios_set_low(c, CPU_RAX, bda_byte(b, BDA_SHIFT_1)); return;
	case 0x03: return; /* typematic rate: not changed */
	case 0x05: bios_set_low(c, CPU_RAX, !put_key(b, bios_word(c, CPU_RCX))); return;
	case 0x09: bios_set_low(c, CPU_RAX, FUNCTIONS); return;
	case 0x0a: bios_set_word(c, CPU_RBX, 0x41ab); return; /* MF2, translated */
	case 0x10: read_key(b, c, true); return;
	case 0x11: check_key(b, c, true); return;
	case 0x12: extended_shift(b, c); return;
	default: bios_unknown(b, c, "INT16"); return;
	}
}
