/* SPDX-License-Identifier: MIT */
/* The demonstration: writes to COM1, examines the machine, shows the results on the text screen,
 * takes a breakpoint and ten timer interrupts, and exits with success. */
#include <stdarg.h>

#include "k.h"

/* --- the screen ------------------------------------------------------------------------------ */

enum { COLUMNS = 80, ROWS = 25 };
enum {
	BACKGROUND = 0x17, /* light grey on blue */
	BORDER = 0x13,     /* cyan */
	TITLE = 0x1e,      /* yellow */
	LABEL = 0x17,
	VALUE = 0x1f, /* white */
	GOOD = 0x1a,  /* light green */
	BAD = 0x1c,   /* light red */
	BAR = 0x30,   /* black on cyan */
	BAR_BRIGHT = 0x3f
};
/* CP437 */
enum {
	BOX_TOP_LEFT = 0xda,
	BOX_TOP_RIGHT = 0xbf,
	BOX_BOTTOM_LEFT = 0xc0,
	BOX_BOTTOM_RIGHT = 0xd9,
	BOX_ACROSS = 0xc4,
	BOX_DOWN = 0xb3,
	SHADE_LIGHT = 0xb0,
	SHADE_FULL = 0xdb,
	CHECK_MARK = 0xfb,
	BULLET = 0xf9
};

static volatile uint16_t *const screen = (volatile uint16_t *)0xb8000;

static void put(unsigned x, unsigned y, uint8_t c, uint8_t attribute)
{
	if (x < COLUMNS && y < ROWS) screen[y * COLUMNS + x] = (uint16_t)(attribute << 8 | c);
}

static unsigned text(unsigned x, unsigned y, uint8_t attribute, const char *s)
{
	while (*s) put(x++, y, (uint8_t)*s++, attribute);
	return x;
}

static void fill(unsigned y, uint8_t attribute)
{
	for (unsigned x = 0; x < COLUMNS; x++) put(x, y, ' ', attribute);
}

static void box(unsigned x, unsigned y, unsigned width, unsigned height, const char *title)
{
	const unsigned right = x + width - 1, bottom = y + height - 1;

	for (unsigned i = x + 1; i < right; i++) {
		put(i, y, BOX_ACROSS, BORDER);
		put(i, bottom, BOX_ACROSS, BORDER);
	}
	for (unsigned i = y + 1; i < bottom; i++) {
		put(x, i, BOX_DOWN, BORDER);
		put(right, i, BOX_DOWN, BORDER);
	}
	put(x, y, BOX_TOP_LEFT, BORDER);
	put(right, y, BOX_TOP_RIGHT, BORDER);
	put(x, bottom, BOX_BOTTOM_LEFT, BORDER);
	put(right, bottom, BOX_BOTTOM_RIGHT, BORDER);
	put(x + 2, y, ' ', TITLE);
	put(text(x + 3, y, TITLE, title), y, ' ', TITLE);
}

/* --- lines of text, for the screen and for the serial port -------------------------------------
 */

enum { LINE = 64 };

struct line {
	char text[LINE];
	unsigned n;
};

static void add(struct line *l, const char *s)
{
	while (*s && l->n + 1 < LINE) l->text[l->n++] = *s++;
	l->text[l->n] = 0;
}

static void add_number(struct line *l, uint32_t value, unsigned width)
{
	char digits[11];
	unsigned n = sizeof digits - 1;

	digits[n] = 0;
	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	while (sizeof digits - 1 - n < width) digits[--n] = '0';
	add(l, digits + n);
}

static void add_hex(struct line *l, uint32_t value)
{
	char digits[9];
	unsigned n = 8;

	digits[n] = 0;
	do {
		digits[--n] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	add(l, "0x");
	add(l, digits + n);
}

struct panel {
	unsigned x, y; /* of the next line */
	unsigned value_x;
};

static void show(struct panel *p, const char *label, const char *value, uint8_t attribute)
{
	text(p->x, p->y, LABEL, label);
	text(p->value_x, p->y, attribute, value);
	p->y++;
	print("  %s: %s\n", label, value);
}

static void show_found(struct panel *p, const char *label, bool found, const char *value)
{
	put(p->x, p->y, found ? CHECK_MARK : BULLET, found ? GOOD : BAD);
	p->x += 2;
	show(p, label, found ? value : "not found", found ? VALUE : BAD);
	p->x -= 2;
}

/* --- the processor ---------------------------------------------------------------------------- */

static void brand(char out[49])
{
	unsigned start = 0;

	memset(out, 0, 49);
	for (uint32_t i = 0; i < 3; i++) {
		struct cpuid r = cpuid_or_zero(0x80000002u + i, 0);
		memcpy(out + 16 * i, &r, sizeof r);
	}
	while (out[start] == ' ') start++;
	for (unsigned i = 0; i + start < 48; i++) out[i] = out[i + start];
	if (!out[0]) memcpy(out, "no brand string", 16);
	out[30] = 0; /* the width of the panel */
}

static void show_processor(struct panel *p)
{
	static const struct {
		const char *name;
		bool extended, in_ecx;
		uint8_t bit;
	} features[] = { { "fpu ", false, false, 0 },   { "apic ", false, false, 9 },
			 { "sse2 ", false, false, 26 }, { "sse3 ", false, true, 0 },
			 { "cx16 ", false, true, 13 },  { "nx ", true, false, 20 },
			 { "lm ", true, false, 29 } };
	struct cpuid leaf0 = cpuid(0, 0), leaf1 = cpuid(1, 0), ext = cpuid_or_zero(0x80000001u, 0);
	struct cpuid sizes = cpuid_or_zero(0x80000008u, 0);
	char vendor[13] = { 0 }, name[49];
	struct line l = { .n = 0 };

	memcpy(vendor, &leaf0.ebx, 4);
	memcpy(vendor + 4, &leaf0.edx, 4);
	memcpy(vendor + 8, &leaf0.ecx, 4);
	show(p, "vendor", vendor, VALUE);
	brand(name);
	show(p, "brand", name, VALUE);
	add(&l, "family ");
	add_number(&l, (leaf1.eax >> 8 & 15) + (leaf1.eax >> 20 & 255), 1);
	add(&l, " model ");
	add_number(&l, (leaf1.eax >> 4 & 15) | (leaf1.eax >> 12 & 0xf0), 1);
	show(p, "version", l.text, VALUE);
	l.n = 0;
	add_number(&l, sizes.eax & 255, 1);
	add(&l, " physical, ");
	add_number(&l, sizes.eax >> 8 & 255, 1);
	add(&l, " linear");
	show(p, "address bits", l.text, VALUE);
	l.n = 0;
	for (unsigned i = 0; i < sizeof features / sizeof *features; i++) {
		uint32_t word = features[i].extended ? ext.edx : leaf1.edx;
		if (features[i].in_ecx) word = leaf1.ecx;
		if (word >> features[i].bit & 1) add(&l, features[i].name);
	}
	show(p, "features", l.text, VALUE);
}

/* --- memory ------------------------------------------------------------------------------------
 */

enum { MULTIBOOT_MAGIC = 0x2badb002, INFO_MEMORY = 1, INFO_LOADER = 1 << 9, INFO_MAP = 1 << 6 };
enum { MAP_AVAILABLE = 1 };

static void show_map(struct panel *p, const struct multiboot_info *info)
{
	uint32_t at = info->mmap_addr, end = at + info->mmap_length;
	unsigned regions = 0, available = 0;
	struct line l = { .n = 0 };

	while (at < end && regions < 64) {
		const uint32_t *entry =
			(const uint32_t *)(uintptr_t)at; /* size, base, length, type */
		regions++;
		if (entry[5] == MAP_AVAILABLE) available++;
		at += entry[0] + 4;
	}
	add_number(&l, available, 1);
	add(&l, " of ");
	add_number(&l, regions, 1);
	add(&l, " free");
	show(p, "regions", l.text, VALUE);
}

extern const char kernel_end[];

static void show_memory(struct panel *p)
{
	const struct multiboot_info *info =
		(const struct multiboot_info *)(uintptr_t)multiboot_info_addr;
	struct line l = { .n = 0 };

	show(p, "loader", multiboot_magic == MULTIBOOT_MAGIC ? "multiboot 1" : "unknown",
	     multiboot_magic == MULTIBOOT_MAGIC ? VALUE : BAD);
	if (info->flags & INFO_MEMORY) {
		add_number(&l, info->mem_lower, 1);
		add(&l, " KiB");
		show(p, "below 1 MiB", l.text, VALUE);
		l.n = 0;
		add_number(&l, info->mem_upper / 1024, 1);
		add(&l, " MiB");
		show(p, "above 1 MiB", l.text, VALUE);
		l.n = 0;
	}
	if (info->flags & INFO_MAP) show_map(p, info);
	add_number(&l, ((uint32_t)(uintptr_t)kernel_end - (1u << 20)) / 1024, 1);
	add(&l, " KiB");
	show(p, "this kernel", l.text, VALUE);
}

/* --- devices ------------------------------------------------------------------------------------
 */

enum {
	COM1 = 0x3f8,
	COM_IIR = 2,
	COM_SCRATCH = 7,
	IIR_FIFO = 0xc0,
	RTC_INDEX = 0x70,
	RTC_DATA = 0x71,
	RTC_A = 0x0a,
	RTC_B = 0x0b,
	RTC_UIP = 0x80,
	RTC_BINARY = 0x04,
	KBC_DATA = 0x60,
	KBC_COMMAND = 0x64,
	KBC_OBF = 0x01,
	KBC_IBF = 0x02,
	PIT_LATCH0 = 0x00,
	WAIT = 100000
};

static void probe_uart(struct panel *p)
{
	bool found;

	outb(COM1 + COM_SCRATCH, 0x5a);
	found = inb(COM1 + COM_SCRATCH) == 0x5a;
	show_found(p, "COM1", found,
		   (inb(COM1 + COM_IIR) & IIR_FIFO) == IIR_FIFO ? "16550A at 0x3f8, 115200 baud"
								: "8250 at 0x3f8, 115200 baud");
}

static void probe_pic(struct panel *p)
{
	bool found;

	pic_mask(0xa5f1);
	found = inb(PIC1 + 1) == 0xf1 && inb(PIC2 + 1) == 0xa5;
	pic_mask(0xffff);
	show_found(p, "interrupts", found, "two 8259A, vectors 0x20..0x2f");
}

static uint16_t pit_count(void)
{
	uint8_t low;

	outb(PIT_CMD, PIT_LATCH0);
	low = inb(PIT0);
	return (uint16_t)(low | inb(PIT0) << 8);
}

static void probe_pit(struct panel *p)
{
	uint16_t first;
	bool found = false;

	pit_rate(PIT_HZ / 100);
	first = pit_count();
	for (unsigned i = 0; i < 1000 && !found; i++) found = pit_count() != first;
	show_found(p, "timer", found, "8254 at 1.193182 MHz");
}

static uint8_t rtc_read(uint8_t reg)
{
	outb(RTC_INDEX, reg);
	return inb(RTC_DATA);
}

static void add_rtc(struct line *l, uint8_t reg, bool binary, const char *behind)
{
	uint8_t v = rtc_read(reg);

	if (!binary) v = (uint8_t)((v >> 4) * 10 + (v & 15));
	add_number(l, v, 2);
	add(l, behind);
}

static void probe_rtc(struct panel *p)
{
	struct line l = { .n = 0 };
	unsigned i;
	bool binary;

	for (i = 0; i < WAIT && rtc_read(RTC_A) & RTC_UIP; i++) {
	}
	binary = rtc_read(RTC_B) & RTC_BINARY;
	add_rtc(&l, 0x32, binary, "");
	add_rtc(&l, 9, binary, "-");
	add_rtc(&l, 8, binary, "-");
	add_rtc(&l, 7, binary, " ");
	add_rtc(&l, 4, binary, ":");
	add_rtc(&l, 2, binary, ":");
	add_rtc(&l, 0, binary, "");
	show_found(p, "clock", i < WAIT, l.text);
}

static bool kbc_write(uint16_t port, uint8_t value)
{
	for (unsigned i = 0; i < WAIT; i++) {
		if (inb(KBC_COMMAND) & KBC_IBF) continue;
		outb(port, value);
		return true;
	}
	return false;
}

static int kbc_read(void)
{
	for (unsigned i = 0; i < WAIT; i++)
		if (inb(KBC_COMMAND) & KBC_OBF) return inb(KBC_DATA);
	return -1;
}

static void probe_keyboard(struct panel *p)
{
	struct line l = { .n = 0 };
	bool found;

	for (unsigned i = 0; i < 16 && inb(KBC_COMMAND) & KBC_OBF; i++) (void)inb(KBC_DATA);
	found = kbc_write(KBC_COMMAND, 0xad) && kbc_write(KBC_COMMAND, 0xaa) && kbc_read() == 0x55;
	add(&l, "8042, self-test");
	if (found && kbc_write(KBC_COMMAND, 0xab) && kbc_read() == 0) add(&l, " and port pass");
	if (found) kbc_write(KBC_COMMAND, 0xae);
	show_found(p, "keyboard", found, l.text);
}

static void probe_vga(struct panel *p)
{
	volatile uint16_t *cell = screen + COLUMNS * ROWS;
	bool found;

	*cell = 0x1234;
	found = *cell == 0x1234;
	outb(0x3d4, 0x0a); /* cursor off */
	outb(0x3d5, 0x20);
	show_found(p, "screen", found, "VGA text, 80 x 25");
}

/* --- events --------------------------------------------------------------------------------------
 */

enum { TICKS = 10 };
static volatile unsigned breakpoints, ticks;
extern const char breakpoint_end[];

static void on_breakpoint(struct trap_frame *f)
{
	if (f->ip == (uintptr_t)breakpoint_end) breakpoints++;
}

static void on_tick(struct trap_frame *f)
{
	(void)f;
	ticks++;
	pic_eoi(0);
}

static void show_breakpoint(struct panel *p)
{
	struct line l = { .n = 0 };

	trap_hook[BP] = on_breakpoint;
	__asm__ volatile("int3; breakpoint_end:" : : : "memory");
	add(&l, "taken and returned from, RIP ");
	add_hex(&l, (uint32_t)(uintptr_t)breakpoint_end);
	show_found(p, "breakpoint", breakpoints == 1, l.text);
}

static void show_ticks(struct panel *p)
{
	const unsigned bar_x = p->value_x, cells = 60;
	struct line l = { .n = 0 };

	for (unsigned i = 0; i < cells; i++) put(bar_x + i, p->y + 1, SHADE_LIGHT, BORDER);
	trap_hook[IRQ_BASE] = on_tick;
	pic_mask(0xfffe);
	pit_rate(PIT_HZ / 100);
	while (ticks < TICKS) {
		__asm__ volatile("sti; hlt; cli" : : : "memory");
		for (unsigned i = 0; i < ticks * cells / TICKS && i < cells; i++)
			put(bar_x + i, p->y + 1, SHADE_FULL, GOOD);
	}
	pit_stop();
	pic_mask(0xffff);
	add_number(&l, ticks, 1);
	add(&l, " timer interrupts at 100 Hz");
	show_found(p, "timer", ticks == TICKS, l.text);
	p->y++;
}

/* --- the picture
 * ----------------------------------------------------------------------------------- */

enum {
	LEFT = 1,
	LEFT_WIDTH = 47,
	RIGHT = 49,
	RIGHT_WIDTH = 30,
	UPPER = 2,
	MIDDLE = 10,
	LOWER = 19,
	PANEL_HEIGHT = 7
};

/* All sixteen colours, each in four shades. */
static void colours(void)
{
	static const uint8_t shades[] = { 0xb0, 0xb1, 0xb2, 0xdb };
	const unsigned x = RIGHT + 3;

	for (unsigned colour = 0; colour < 16; colour++)
		for (unsigned i = 0; i < 6; i++)
			put(x + colour % 4 * 6 + i, MIDDLE + 1 + colour / 4, shades[i < 4 ? i : 3],
			    (uint8_t)colour);
	text(x, MIDDLE + 6, LABEL,
	     "\x03 \x04 \x05 \x06 \xe0\xe1\xe3\xe4\xe5 \xfd\xfc \xf1 \xf7 \xf6");
}

static void paint_frame(void)
{
	for (unsigned y = 0; y < ROWS; y++) fill(y, BACKGROUND);
	fill(0, BAR);
	text(2, 0, BAR_BRIGHT, "bimetal demo kernel");
	text(COLUMNS - 29, 0, BAR, "x86-64, booted by multiboot");
	box(LEFT, UPPER, LEFT_WIDTH, PANEL_HEIGHT, "Processor");
	box(RIGHT, UPPER, RIGHT_WIDTH, PANEL_HEIGHT, "Memory");
	box(LEFT, MIDDLE, LEFT_WIDTH, PANEL_HEIGHT + 1, "Devices");
	box(RIGHT, MIDDLE, RIGHT_WIDTH, PANEL_HEIGHT + 1, "Colours");
	box(LEFT, LOWER, RIGHT + RIGHT_WIDTH - LEFT, 5, "Interrupts");
	fill(ROWS - 1, BAR);
}

static void paint_verdict(bool good)
{
	if (good)
		text(2, ROWS - 1, BAR_BRIGHT, "All is well.");
	else
		text(2, ROWS - 1, 0x4f, " Something is wrong. ");
	text(COLUMNS - 27, ROWS - 1, BAR, "leaving through port 0xf4");
}

void kernel_main(void)
{
	struct panel processor = { .x = LEFT + 2, .y = UPPER + 1, .value_x = LEFT + 16 };
	struct panel memory = { .x = RIGHT + 3, .y = UPPER + 1, .value_x = RIGHT + 16 };
	struct panel devices = { .x = LEFT + 2, .y = MIDDLE + 1, .value_x = LEFT + 16 };
	struct panel events = { .x = LEFT + 2, .y = LOWER + 1, .value_x = LEFT + 16 };
	bool good;

	print("bimetal demo kernel: hello from long mode\n");
	paint_frame();
	print("processor\n");
	show_processor(&processor);
	print("memory\n");
	show_memory(&memory);
	print("devices\n");
	probe_uart(&devices);
	probe_pic(&devices);
	probe_pit(&devices);
	probe_rtc(&devices);
	probe_keyboard(&devices);
	probe_vga(&devices);
	colours();
	print("interrupts\n");
	show_breakpoint(&events);
	show_ticks(&events);
	good = breakpoints == 1 && ticks == TICKS;
	paint_verdict(good);
	print("%s\n", good ? "all is well: leaving through port 0xf4" : "FAIL demo: got trouble");
	exit_with(good ? 0x10 : 0x11);
}
