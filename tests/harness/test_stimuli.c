/* SPDX-License-Identifier: MIT */
#include "harness/stimuli.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine_host.h"

enum { MEMORY = 8 << 20, CHARACTER_NS = 86806, MS = 1000000 };
enum {
	COM1 = 0x3f8,
	COM2 = 0x2f8,
	AT_LSR = 5,
	AT_MSR = 6,
	RX_READY = 1,
	KBC_OBF = 1,
	KBC_AUX = 0x20
};

static struct machine machine;
static struct host_cpu cpu;
static struct stimuli s;

static void set_up(void)
{
	static const char *const cards[] = { "pci-test" };
	struct machine_config config = { .memory = MEMORY, .card = cards, .n_cards = 1 };
	const char *fault = machine_host_init(&machine, &config, &cpu);

	cr_assert(eq(ptr, (void *)fault, NULL), "%s", fault);
	stimuli_init(&s, &machine);
}

static void tear_down(void) { machine_free(&machine); }

TestSuite(stimuli, .init = set_up, .fini = tear_down, .timeout = 20);

/* ---- help ---- */

#define MINE "[suite.name]\n"

static bool parse(const char *text)
{
	return stimuli_parse(&s, "f.txt", text, strlen(text), "suite.name");
}

static void accept(const char *text) { cr_assert(parse(text), "%s", s.error); }

/* What the line says is wrong, if it is the second of the file. */
static void refuse(const char *line, const char *why)
{
	char text[2048], want[2048];

	snprintf(text, sizeof(text), MINE "%s\nat 1ms com1 receive 1\n", line);
	snprintf(want, sizeof(want), "f.txt:2: %s", why);
	cr_expect(not(parse(text)), "accepted: %s", line);
	cr_expect(eq(str, (char *)s.error, want));
}

static void play_until(uint64_t ns) { clock_run_until(&machine.clock, s.start_ns + ns); }
static uint8_t in(unsigned port) { return (uint8_t)bus_read(&machine.bus, BUS_PORT, port, 8); }

static void out(unsigned port, uint8_t v) { bus_write(&machine.bus, BUS_PORT, port, 8, v); }

/* ---- reading ---- */

Test(stimuli, times_have_units)
{
	accept(MINE "at 0ns com1 receive 1\nat 7ns com1 receive 1\nat 3us com1 receive 1\n"
		    "at 5ms com1 receive 1\nat 2s com1 receive 1");
	cr_assert(eq(sz, s.n, 5));
	cr_expect(eq(u64, s.list[0].ns, 0));
	cr_expect(eq(u64, s.list[1].ns, 7));
	cr_expect(eq(u64, s.list[2].ns, 3000));
	cr_expect(eq(u64, s.list[3].ns, 5000000));
	cr_expect(eq(u64, s.list[4].ns, 2000000000));
}

Test(stimuli, times_without_sense_are_refused)
{
	static const char *const times[] = { "5",
					     "ms",
					     "-1ms",
					     "+1ms",
					     "1.5ms",
					     "1h",
					     "1msx",
					     "0x10us",
					     "5 ms",
					     "999999999999999999999999ns",
					     "9999999999999s" };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char line[128], why[128];
		size_t len = strcspn(times[i], " ");
		snprintf(line, sizeof(line), "at %s com1 receive 1", times[i]);
		snprintf(why, sizeof(why), "no time (as in 200us): '%.*s'", (int)len, times[i]);
		refuse(line, why);
	}
}

Test(stimuli, they_are_sorted_by_time_and_equal_ones_stay_in_order)
{
	accept(MINE "at 2ms com1 receive 3\nat 1ms com1 receive 1\nat 2ms com1 receive 4\n"
		    "at 1ms com1 receive 2\nat 3ms com1 receive 6\nat 2ms com1 receive 5\n");
	cr_assert(eq(sz, s.n, 6));
	for (uint8_t i = 0; i < 6; i++) cr_expect(eq(u8, s.list[i].byte, i + 1));
}

Test(stimuli, a_string_is_one_byte_a_character_time)
{
	accept(MINE "at 1ms com2 receive \"a # b\"\n");
	cr_assert(eq(sz, s.n, 5));
	for (unsigned i = 0; i < 5; i++) {
		cr_expect(eq(u8, s.list[i].byte, "a # b"[i]));
		cr_expect(eq(u64, s.list[i].ns, MS + i * CHARACTER_NS));
		cr_expect(eq(uint, s.list[i].port, 1));
		cr_expect(eq(int, s.list[i].kind, STIMULUS_RECEIVE));
		cr_expect(zero(u8, s.list[i].flags));
	}
}

Test(stimuli, strings_have_escapes)
{
	static const uint8_t want[] = { '\r', '\n', '\t', '\\', '"', 0x00, 0xfF, 0x1b, 'x' };

	accept(MINE "at 1ms com1 receive \"\\r\\n\\t\\\\\\\"\\x00\\xfF\\x1bx\"\n");
	cr_assert(eq(sz, s.n, sizeof(want)));
	for (size_t i = 0; i < sizeof(want); i++) cr_expect(eq(u8, s.list[i].byte, want[i]));
}

Test(stimuli, bad_strings_are_refused)
{
	refuse("at 1ms com1 receive \"\\q\"", "bad escape in '\"\\q\"'");
	refuse("at 1ms com1 receive \"\\x1\"", "bad escape in '\"\\x1\"'");
	refuse("at 1ms com1 receive \"\\x1g\"", "bad escape in '\"\\x1g\"'");
	refuse("at 1ms com1 receive \"\\x-1\"", "bad escape in '\"\\x-1\"'");
	refuse("at 1ms com1 receive \"\\x 1\"", "bad escape in '\"\\x 1\"'");
	refuse("at 1ms com1 receive \"ab", "a string ends with \", here '\"ab'");
	refuse("at 1ms com1 receive \"", "a string ends with \", here '\"'");
	refuse("at 1ms com1 receive \"ab\"c", "a string ends with \", here '\"ab\"c'");
	refuse("at 1ms com1 receive \"a\" parity", "nothing goes behind a string, not 'parity'");
	refuse("at 1ms com1 receive \"a\\\"", "a string ends with \", here '\"a\\\"'");
}

Test(stimuli, a_number_may_come_with_errors_of_the_line)
{
	accept(MINE "at 1ms com4 receive 0x41 parity frame break\nat 2ms com3 receive 255\n"
		    "at 3ms com3 receive 0 break # as it is\n");
	cr_assert(eq(sz, s.n, 3));
	cr_expect(eq(u8, s.list[0].byte, 0x41));
	cr_expect(eq(u8, s.list[0].flags, 0x1c));
	cr_expect(eq(uint, s.list[0].port, 3));
	cr_expect(eq(u8, s.list[1].byte, 255));
	cr_expect(eq(uint, s.list[1].port, 2));
	cr_expect(eq(u8, s.list[2].flags, 0x10));
}

Test(stimuli, the_other_verbs_are_read)
{
	accept(MINE "at 1ms com1 lines cts dsr ri dcd\nat 2ms com1 lines none\n"
		    "at 3ms keyboard press ctrl+a\nat 4ms mouse move 255 -255\n"
		    "at 5ms unplug vga\nat 6ms plug vga\n");
	cr_assert(eq(sz, s.n, 6));
	cr_expect(eq(int, s.list[0].kind, STIMULUS_LINES));
	cr_expect(eq(u8, s.list[0].flags, 15));
	cr_expect(zero(u8, s.list[1].flags));
	cr_expect(eq(int, s.list[2].kind, STIMULUS_PRESS));
	cr_expect(eq(sz, s.list[2].chord.n, 2));
	cr_expect(eq(int, s.list[3].x, 255));
	cr_expect(eq(int, s.list[3].y, -255));
	cr_expect(eq(int, s.list[4].kind, STIMULUS_UNPLUG));
	cr_expect(eq(ptr, s.list[4].dev, &machine.vga.dev));
	cr_expect(eq(int, s.list[5].kind, STIMULUS_PLUG));
}

Test(stimuli, each_mistake_is_named_with_its_line)
{
	refuse("com1 receive 1", "a line is: at TIME DEVICE ACTION");
	refuse("at 1ms com1", "a line is: at TIME DEVICE ACTION");
	refuse("AT 1ms com1 receive 1", "a line is: at TIME DEVICE ACTION");
	refuse("at 1ms com5 receive 1",
	       "com1 to com4, keyboard, mouse, plug or unplug, not 'com5'");
	refuse("at 1ms com0 receive 1",
	       "com1 to com4, keyboard, mouse, plug or unplug, not 'com0'");
	refuse("at 1ms com11 receive 1",
	       "com1 to com4, keyboard, mouse, plug or unplug, not 'com11'");
	refuse("at 1ms com1 send 1", "a serial port can receive or have lines, not 'send'");
	refuse("at 1ms com1 receive", "receive what? A string or a number");
	refuse("at 1ms com1 receive 256", "no byte: '256'");
	refuse("at 1ms com1 receive -1", "no byte: '-1'");
	refuse("at 1ms com1 receive 99999999999999999999", "no byte: '99999999999999999999'");
	refuse("at 1ms com1 receive -99999999999999999999", "no byte: '-99999999999999999999'");
	refuse("at 1ms com1 receive 1x", "no byte: '1x'");
	refuse("at 1ms com1 receive x", "no byte: 'x'");
	refuse("at 1ms com1 receive 1 overrun", "parity, frame or break, not 'overrun'");
	refuse("at 1ms com1 lines", "which lines? cts, dsr, ri, dcd or none");
	refuse("at 1ms com1 lines rts", "no modem input: 'rts'");
	refuse("at 1ms keyboard press", "keyboard press KEY is all that it can");
	refuse("at 1ms keyboard press a b", "keyboard press KEY is all that it can");
	refuse("at 1ms keyboard hit a", "keyboard press KEY is all that it can");
	refuse("at 1ms keyboard press any", "unknown key 'any'");
	refuse("at 1ms mouse move 1", "mouse move X Y is all that it can");
	refuse("at 1ms mouse click 1 1", "mouse move X Y is all that it can");
	refuse("at 1ms mouse move 256 0", "a mouse moves by -255 to 255 counts");
	refuse("at 1ms mouse move 0 -256", "a mouse moves by -255 to 255 counts");
	refuse("at 1ms mouse move 0 far", "a mouse moves by -255 to 255 counts");
	refuse("at 1ms unplug toaster", "no such device: 'toaster'");
	refuse("at 1ms plug com1 com2", "plug DEVICE and unplug DEVICE are all");
	refuse("at 1ms com1 lines cts cts cts cts cts", "too many words");
}

Test(stimuli, headings_say_whose_lines_these_are)
{
	accept("[suite.other]\nat 1ms com1 receive 1\n" MINE "# nothing\n\n"
	       "  at 2ms\tcom1 receive 2\r\n[suite.name2]\nat 1ms this is not read\n"
	       "[suite.nam]\nat 1ms nor this\n" MINE "at 3ms com1 receive 3");
	cr_assert(eq(sz, s.n, 2));
	cr_expect(eq(u8, s.list[0].byte, 2));
	cr_expect(eq(u8, s.list[1].byte, 3));
}

Test(stimuli, a_file_may_say_nothing_of_a_test)
{
	accept("");
	cr_expect(zero(sz, s.n));
	accept("# only words\n[suite.other]\nat 1ms com1 receive 1\n");
	cr_expect(zero(sz, s.n));
}

Test(stimuli, what_was_read_before_is_forgotten)
{
	accept(MINE "at 1ms com1 receive 1\n");
	cr_expect(not(parse(MINE "at nothing com1 receive 1\n")));
	accept("");
	cr_expect(zero(sz, s.n));
	cr_expect(eq(str, (char *)s.error, ""));
}

Test(stimuli, bad_headings_are_refused)
{
	refuse("[suite.other", "a heading is [SUITE.NAME], not '[suite.other'");
	refuse("[suite.other] x", "a heading is [SUITE.NAME], not '[suite.other]'");
	refuse("[]", "a heading is [SUITE.NAME], not '[]'");
	refuse("[", "a heading is [SUITE.NAME], not '['");
	cr_expect(not(parse("# whose?\nat 1ms com1 receive 1\n")));
	cr_expect(eq(str, (char *)s.error, "f.txt:2: no [SUITE.NAME] above says whose this is"));
}

Test(stimuli, lines_have_a_limit_and_no_nul)
{
	char text[2048];

	memset(text, ' ', sizeof(text));
	memcpy(text, MINE, strlen(MINE));
	text[strlen(MINE) + 1023] = '\n';
	cr_expect(stimuli_parse(&s, "f.txt", text, strlen(MINE) + 1024, "suite.name"));
	text[strlen(MINE) + 1023] = ' ';
	text[strlen(MINE) + 1024] = '\n';
	cr_expect(not(stimuli_parse(&s, "f.txt", text, strlen(MINE) + 1025, "suite.name")));
	cr_expect(eq(str, (char *)s.error, "f.txt:2: the line is too long"));
	text[strlen(MINE) + 5] = '\0';
	text[strlen(MINE) + 10] = '\n';
	cr_expect(not(stimuli_parse(&s, "f.txt", text, strlen(MINE) + 11, "suite.name")));
	cr_expect(eq(str, (char *)s.error, "f.txt:2: a NUL byte"));
}

Test(stimuli, a_test_has_at_most_a_thousand_and_twenty_four)
{
	char text[2048] = MINE "at 1ms com1 receive \"", more[4096];
	size_t head = strlen(text);

	memset(text + head, 'a', 512);
	memcpy(text + head + 512, "\"\n", 3);
	snprintf(more, sizeof(more), "%s%s", text, text + strlen(MINE));
	accept(more);
	cr_expect(eq(sz, s.n, STIMULI_MAX));
	strcat(more, "at 1ms com1 receive 1\n");
	cr_expect(not(parse(more)));
	cr_expect(eq(str, (char *)s.error, "f.txt:4: more stimuli than one test may have"));
}

/* ---- files ---- */

Test(stimuli, files_are_read_and_missing_ones_named)
{
	char path[] = "/tmp/bimetal-stimuli-XXXXXX", want[64];
	FILE *f = fdopen(mkstemp(path), "w");

	fputs(MINE "at 1ms com1 receive 1\nat 1ms fly\n", f);
	fclose(f);
	cr_expect(stimuli_load(&s, path, "suite.other"));
	cr_expect(zero(sz, s.n));
	cr_expect(not(stimuli_load(&s, path, "suite.name")));
	snprintf(want, sizeof(want), "%s:3: a line is: at TIME DEVICE ACTION", path);
	cr_expect(eq(str, (char *)s.error, want));
	cr_expect(zero(int, truncate(path, STIMULI_MAX_SIZE + 1)));
	cr_expect(not(stimuli_load(&s, path, "suite.name")));
	snprintf(want, sizeof(want), "%s: larger than 1048576 bytes", path);
	cr_expect(eq(str, (char *)s.error, want));
	unlink(path);
	cr_expect(not(stimuli_load(&s, path, "suite.name")));
	snprintf(want, sizeof(want), "%s: No such file or directory", path);
	cr_expect(eq(str, (char *)s.error, want));
	cr_expect(not(stimuli_load(&s, "/tmp", "suite.name")));
	cr_expect(eq(str, (char *)s.error, "/tmp: cannot be read"));
	cr_expect(stimuli_load(&s, NULL, "suite.name"));
}

/* ---- playing ---- */

Test(stimuli, times_count_from_the_start)
{
	accept(MINE "at 1ms com1 receive 0x41\nat 1ms com2 receive 0x42 frame\n");
	clock_run_until(&machine.clock, 50 * MS);
	stimuli_start(&s);
	play_until(MS - 1);
	cr_expect(zero(u8, in(COM1 + AT_LSR) & RX_READY));
	play_until(MS);
	cr_expect(eq(u8, in(COM1 + AT_LSR) & RX_READY, RX_READY));
	cr_expect(eq(u8, in(COM1), 0x41));
	cr_expect(eq(u8, in(COM2 + AT_LSR) & 0x1d, 0x09), "with its framing error");
	cr_expect(eq(u8, in(COM2), 0x42));
}

Test(stimuli, nothing_plays_before_the_start)
{
	accept(MINE "at 1ms com1 receive 0x41\n");
	clock_run_until(&machine.clock, 50 * MS);
	cr_expect(zero(u8, in(COM1 + AT_LSR) & RX_READY));
	stimuli_start(&s);
	play_until(10 * MS);
	cr_expect(eq(u8, in(COM1 + AT_LSR) & RX_READY, RX_READY));
}

Test(stimuli, they_can_be_played_again)
{
	accept(MINE "at 1ms com1 receive 0x41\nat 2ms com1 receive 0x42\n");
	for (unsigned i = 0; i < 2; i++) {
		stimuli_start(&s);
		play_until(MS);
		cr_expect(eq(u8, in(COM1), 0x41));
		play_until(2 * MS);
		cr_expect(eq(u8, in(COM1), 0x42));
	}
}

Test(stimuli, a_string_arrives_byte_by_byte)
{
	accept(MINE "at 1ms com1 receive \"xy\"\n");
	stimuli_start(&s);
	play_until(MS);
	cr_expect(eq(u8, in(COM1), 'x'));
	play_until(MS + CHARACTER_NS - 1);
	cr_expect(zero(u8, in(COM1 + AT_LSR) & RX_READY));
	play_until(MS + CHARACTER_NS);
	cr_expect(eq(u8, in(COM1), 'y'));
}

Test(stimuli, what_is_long_due_plays_in_order)
{
	out(COM1 + 2, 1); /* FIFO on */
	accept(MINE "at 3ms com1 receive 3\nat 1ms com1 receive 1\nat 2ms com1 receive 2\n");
	stimuli_start(&s);
	clock_advance(&machine.clock, 100 * MS);
	clock_run(&machine.clock);
	for (uint8_t i = 1; i <= 3; i++) cr_expect(eq(u8, in(COM1), i));
}

Test(stimuli, modem_lines_reach_the_uart)
{
	accept(MINE "at 1ms com1 lines cts\nat 2ms com1 lines dsr\nat 3ms com1 lines ri\n"
		    "at 4ms com1 lines dcd\nat 5ms com1 lines none\n");
	stimuli_start(&s);
	for (unsigned i = 0; i < 4; i++) {
		play_until((i + 1) * MS);
		cr_expect(eq(u8, in(COM1 + AT_MSR) & 0xf0, 0x10 << i));
	}
	play_until(5 * MS);
	cr_expect(zero(u8, in(COM1 + AT_MSR) & 0xf0));
}

Test(stimuli, keys_reach_the_controller)
{
	accept(MINE "at 1ms keyboard press a\n");
	stimuli_start(&s);
	play_until(MS + KEY_FEED_NS - 1);
	cr_expect(zero(u8, in(0x64) & KBC_OBF), "a typist's pace");
	play_until(MS + KEY_FEED_NS + 2 * MS);
	cr_expect(eq(u8, in(0x64) & (KBC_OBF | KBC_AUX), KBC_OBF));
	cr_expect(eq(u8, in(0x60), 0x1e));
	play_until(MS + 2 * KEY_FEED_NS + 2 * MS);
	cr_expect(eq(u8, in(0x60), 0x9e));
	cr_expect(eq(str, (char *)s.error, ""));
}

Test(stimuli, keys_that_nobody_could_type_are_told)
{
	char text[16384] = MINE;

	for (unsigned i = 0; i < 300; i++) strcat(text, "at 1ms keyboard press ctrl+alt+a\n");
	accept(text);
	stimuli_start(&s);
	play_until(2 * MS);
	cr_expect(eq(str, (char *)s.error, "press: too many keys at once"));
}

Test(stimuli, the_mouse_moves)
{
	accept(MINE "at 1ms mouse move 3 -2\n");
	out(0x64, 0xa8); /* its port on */
	machine.mouse.s.reporting = true;
	stimuli_start(&s);
	play_until(100 * MS);
	cr_expect(eq(u8, in(0x64) & (KBC_OBF | KBC_AUX), KBC_OBF | KBC_AUX));
	cr_expect(eq(u8, in(0x60), 0x28), "y is negative");
	play_until(101 * MS);
	cr_expect(eq(u8, in(0x60), 3));
	play_until(102 * MS);
	cr_expect(eq(u8, in(0x60), 0xfe));
}

/* ---- unplugging ---- */

static struct bus_decoder ports, memory;

static void expect_same_ranges(const struct bus_decoder *a, const struct bus_decoder *b)
{
	cr_assert(eq(sz, a->n, b->n));
	for (size_t i = 0; i < a->n; i++) {
		cr_expect(eq(u64, a->range[i].base, b->range[i].base));
		cr_expect(eq(u64, a->range[i].size, b->range[i].size));
		cr_expect(eq(u64, a->range[i].offset, b->range[i].offset));
		cr_expect(eq(ptr, a->range[i].dev, b->range[i].dev));
		cr_expect(eq(str, (char *)a->range[i].name, (char *)b->range[i].name));
	}
}

/* All of them, at once: also those with the most ranges. */
Test(stimuli, every_device_comes_back_at_all_its_places)
{
	char text[16384] = MINE, *at = text + strlen(text);
	size_t left = 0;

	for (unsigned ms = 1; ms <= 2; ms++)
		for (size_t i = 0; i < machine.n_devices; i++)
			at += sprintf(at, "at %ums %s %s\n", ms, ms == 1 ? "unplug" : "plug",
				      machine.device[i]->instance);
	accept(text);
	ports = machine.bus.port;
	memory = machine.bus.memory;
	stimuli_start(&s);
	play_until(MS);
	for (size_t i = 0; i < machine.bus.port.n; i++)
		left += machine.bus.port.range[i].dev != NULL;
	for (size_t i = 0; i < machine.bus.memory.n; i++)
		left += machine.bus.memory.range[i].dev != NULL;
	cr_expect(lt(sz, left, 10), "few ranges stay: %zu", left);
	cr_expect(eq(ptr, (void *)bus_find(&machine.bus, BUS_MEMORY, 0xb8000), NULL));
	cr_expect(eq(u8, in(COM1 + AT_LSR), 0xff));
	cr_expect(gt(sz, s.n_unplugged, 16));
	play_until(2 * MS);
	expect_same_ranges(&machine.bus.port, &ports);
	expect_same_ranges(&machine.bus.memory, &memory);
	cr_expect(zero(sz, s.n_unplugged));
	cr_expect(eq(str, (char *)s.error, ""));
}

Test(stimuli, only_the_named_device_goes_and_comes)
{
	accept(MINE "at 1ms unplug com1\nat 2ms unplug com2\nat 3ms plug com1\nat 4ms plug com2\n");
	stimuli_start(&s);
	out(COM1 + 7, 0x5a);
	play_until(MS);
	cr_expect(eq(u8, in(COM1 + 7), 0xff));
	cr_expect(eq(u8, in(COM2 + AT_LSR), 0x60));
	play_until(2 * MS);
	cr_expect(eq(u8, in(COM2 + AT_LSR), 0xff));
	play_until(3 * MS);
	cr_expect(eq(u8, in(COM1 + 7), 0x5a), "it kept its state");
	cr_expect(eq(u8, in(COM2 + AT_LSR), 0xff));
	play_until(4 * MS);
	cr_expect(eq(u8, in(COM2 + AT_LSR), 0x60));
}

Test(stimuli, to_unplug_twice_or_plug_what_is_there_does_nothing)
{
	ports = machine.bus.port;
	accept(MINE "at 1ms plug com1\nat 2ms unplug com1\nat 3ms unplug com1\nat 4ms plug com1\n"
		    "at 5ms plug com1\n");
	stimuli_start(&s);
	play_until(5 * MS);
	expect_same_ranges(&machine.bus.port, &ports);
	cr_expect(eq(str, (char *)s.error, ""));
}

Test(stimuli, a_place_that_was_taken_meanwhile_is_told)
{
	accept(MINE "at 1ms unplug com1\nat 2ms plug com1\n");
	stimuli_start(&s);
	play_until(MS);
	cr_assert(
		eq(ptr, (void *)bus_map_absent(&machine.bus, BUS_PORT, COM1, 1, "squatter"), NULL));
	play_until(2 * MS);
	cr_expect(ne(ptr, strstr(s.error, "plug: com1 at 0x3f8"), NULL), "%s", s.error);
	cr_expect(ne(ptr, strstr(s.error, "overlaps squatter"), NULL), "%s", s.error);
}
