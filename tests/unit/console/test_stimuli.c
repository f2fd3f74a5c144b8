/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "tests/unit/console/stimuli_fixture.h"

#include <unistd.h>

TestSuite(stimuli, .init = set_up, .fini = tear_down, .timeout = 60);

Test(stimuli, times_have_units)
{
	accept(MINE "at 0ns com1 receive 1\nat 7ns com1 receive 1\nat 3us com1 receive 1\n"
		    "at 5ms com1 receive 1\nat 2s com1 receive 1");
	require_eq(sz, s.n, 5);
	check_eq(u64, s.list[0].ns, 0);
	check_eq(u64, s.list[1].ns, 7);
	check_eq(u64, s.list[2].ns, 3000);
	check_eq(u64, s.list[3].ns, 5000000);
	check_eq(u64, s.list[4].ns, 2000000000);
}

Test(stimuli, malformed_times_are_refused)
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

	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		char line[128], why[128];
		size_t len = strcspn(times[i], " ");
		snprintf(line, sizeof(line), "at %s com1 receive 1", times[i]);
		snprintf(why, sizeof(why), "expected a time such as 200us, not '%.*s'", (int)len,
			 times[i]);
		refuse(line, why);
	}
}

Test(stimuli, lines_are_sorted_by_time_and_equal_times_stay_in_order)
{
	accept(MINE "at 2ms com1 receive 3\nat 1ms com1 receive 1\nat 2ms com1 receive 4\n"
		    "at 1ms com1 receive 2\nat 3ms com1 receive 6\nat 2ms com1 receive 5\n");
	require_eq(sz, s.n, 6);
	for (uint8_t i = 0; i < 6; i++) check_eq(u8, s.list[i].byte, i + 1);
}

Test(stimuli, a_string_arrives_at_one_byte_per_character_time)
{
	accept(MINE "at 1ms com2 receive \"a # b\"\n");
	require_eq(sz, s.n, 5);
	for (unsigned i = 0; i < 5; i++) {
		check_eq(u8, s.list[i].byte, "a # b"[i]);
		check_eq(u64, s.list[i].ns, MS + i * CHARACTER_NS);
		check_eq(uint, s.list[i].port, 1);
		check_eq(int, s.list[i].kind, STIMULUS_RECEIVE);
		check_eq(u8, s.list[i].flags, 0);
	}
}

Test(stimuli, strings_have_escapes)
{
	static const uint8_t want[] = { '\r', '\n', '\t', '\\', '"', 0x00, 0xfF, 0x1b, 'x' };

	accept(MINE "at 1ms com1 receive \"\\r\\n\\t\\\\\\\"\\x00\\xfF\\x1bx\"\n");
	require_eq(sz, s.n, sizeof(want));
	for (size_t i = 0; i < sizeof(want); i++) check_eq(u8, s.list[i].byte, want[i]);
}

Test(stimuli, bad_strings_are_refused)
{
	refuse("at 1ms com1 receive \"\\q\"", "unknown escape in '\"\\q\"'");
	refuse("at 1ms com1 receive \"\\x1\"", "unknown escape in '\"\\x1\"'");
	refuse("at 1ms com1 receive \"\\x1g\"", "unknown escape in '\"\\x1g\"'");
	refuse("at 1ms com1 receive \"\\x-1\"", "unknown escape in '\"\\x-1\"'");
	refuse("at 1ms com1 receive \"\\x 1\"", "unknown escape in '\"\\x 1\"'");
	refuse("at 1ms com1 receive \"ab", "a string must end with \": '\"ab'");
	refuse("at 1ms com1 receive \"", "a string must end with \": '\"'");
	refuse("at 1ms com1 receive \"ab\"c", "a string must end with \": '\"ab\"c'");
	refuse("at 1ms com1 receive \"a\" parity", "nothing may follow a string, here 'parity'");
	refuse("at 1ms com1 receive \"a\\\"", "a string must end with \": '\"a\\\"'");
}

Test(stimuli, a_number_may_come_with_errors_of_the_line)
{
	accept(MINE "at 1ms com4 receive 0x41 parity frame break\nat 2ms com3 receive 255\n"
		    "at 3ms com3 receive 0 break # as it is\n");
	require_eq(sz, s.n, 3);
	check_eq(u8, s.list[0].byte, 0x41);
	check_eq(u8, s.list[0].flags, 0x1c);
	check_eq(uint, s.list[0].port, 3);
	check_eq(u8, s.list[1].byte, 255);
	check_eq(uint, s.list[1].port, 2);
	check_eq(u8, s.list[2].flags, 0x10);
}

Test(stimuli, the_other_verbs_are_read)
{
	accept(MINE "at 1ms com1 lines cts dsr ri dcd\nat 2ms com1 lines none\n"
		    "at 3ms keyboard press ctrl+a\nat 4ms mouse move 255 -255\n"
		    "at 5ms unplug vga\nat 6ms plug vga\n");
	require_eq(sz, s.n, 6);
	check_eq(int, s.list[0].kind, STIMULUS_LINES);
	check_eq(u8, s.list[0].flags, 15);
	check_eq(u8, s.list[1].flags, 0);
	check_eq(int, s.list[2].kind, STIMULUS_PRESS);
	check_eq(sz, s.list[2].chord.n, 2);
	check_eq(int, s.list[3].x, 255);
	check_eq(int, s.list[3].y, -255);
	check_eq(int, s.list[4].kind, STIMULUS_UNPLUG);
	check_eq(ptr, s.list[4].dev, &pc_of(&machine)->vga.dev);
	check_eq(int, s.list[5].kind, STIMULUS_PLUG);
}

Test(stimuli, each_mistake_is_named_with_its_line)
{
	refuse("com1 receive 1", "expected: at TIME DEVICE ACTION");
	refuse("at 1ms com1", "expected: at TIME DEVICE ACTION");
	refuse("AT 1ms com1 receive 1", "expected: at TIME DEVICE ACTION");
	refuse("at 1ms com5 receive 1", "expected com1 to com4, keyboard, mouse, the name of a "
					"device with inputs, plug or unplug, not 'com5'");
	refuse("at 1ms com0 receive 1", "expected com1 to com4, keyboard, mouse, the name of a "
					"device with inputs, plug or unplug, not 'com0'");
	refuse("at 1ms com11 receive 1", "expected com1 to com4, keyboard, mouse, the name of a "
					 "device with inputs, plug or unplug, not 'com11'");
	refuse("at 1ms com1 send 1", "expected receive or lines, not 'send'");
	refuse("at 1ms com1 receive", "receive needs a string or a number");
	refuse("at 1ms com1 receive 256", "not a byte (0 to 255): '256'");
	refuse("at 1ms com1 receive -1", "not a byte (0 to 255): '-1'");
	refuse("at 1ms com1 receive 99999999999999999999",
	       "not a byte (0 to 255): '99999999999999999999'");
	refuse("at 1ms com1 receive -99999999999999999999",
	       "not a byte (0 to 255): '-99999999999999999999'");
	refuse("at 1ms com1 receive 1x", "not a byte (0 to 255): '1x'");
	refuse("at 1ms com1 receive x", "not a byte (0 to 255): 'x'");
	refuse("at 1ms com1 receive 1 overrun", "expected parity, frame or break, not 'overrun'");
	refuse("at 1ms com1 lines", "lines needs cts, dsr, ri, dcd or none");
	refuse("at 1ms com1 lines rts", "unknown modem input: 'rts'");
	refuse("at 1ms keyboard press", "expected keyboard press KEY");
	refuse("at 1ms keyboard press a b", "expected keyboard press KEY");
	refuse("at 1ms keyboard hit a", "expected keyboard press KEY");
	refuse("at 1ms keyboard press any", "unknown key 'any'");
	refuse("at 1ms mouse move 1", "expected mouse move X Y");
	refuse("at 1ms mouse move 1 2 3", "expected mouse move X Y");
	refuse("at 1ms mouse click 1 1", "expected move, buttons or wheel, not 'click'");
	refuse("at 1ms mouse buttons", "buttons needs left, right, middle or none");
	refuse("at 1ms mouse buttons left thumb", "unknown button: 'thumb'");
	refuse("at 1ms mouse wheel", "expected mouse wheel N");
	refuse("at 1ms mouse wheel 1 2", "expected mouse wheel N");
	refuse("at 1ms mouse wheel 8", "expected mouse wheel N, -8 to 7 counts");
	refuse("at 1ms mouse wheel -9", "expected mouse wheel N, -8 to 7 counts");
	refuse("at 1ms mouse wheel up", "expected mouse wheel N, -8 to 7 counts");
	refuse("at 1ms mouse move 256 0", "expected mouse move X Y, each -255 to 255 counts");
	refuse("at 1ms mouse move 0 -256", "expected mouse move X Y, each -255 to 255 counts");
	refuse("at 1ms mouse move 0 far", "expected mouse move X Y, each -255 to 255 counts");
	refuse("at 1ms unplug toaster", "unknown device: 'toaster'");
	refuse("at 1ms plug com1 com2", "expected plug DEVICE or unplug DEVICE");
	refuse("at 1ms com1 lines cts cts cts cts cts", "too many words");
}

Test(stimuli, headings_name_the_test_of_the_lines_below)
{
	accept("[suite.other]\nat 1ms com1 receive 1\n" MINE "# nothing\n\n"
	       "  at 2ms\tcom1 receive 2\r\n[suite.name2]\nat 1ms this is not read\n"
	       "[suite.nam]\nat 1ms nor this\n" MINE "at 3ms com1 receive 3");
	require_eq(sz, s.n, 2);
	check_eq(u8, s.list[0].byte, 2);
	check_eq(u8, s.list[1].byte, 3);
}

Test(stimuli, a_file_may_have_no_lines_for_a_test)
{
	accept("");
	check_eq(sz, s.n, 0);
	accept("# only words\n[suite.other]\nat 1ms com1 receive 1\n");
	check_eq(sz, s.n, 0);
}

Test(stimuli, reading_a_file_forgets_the_one_before)
{
	accept(MINE "at 1ms com1 receive 1\n");
	check(!parse(MINE "at nothing com1 receive 1\n"));
	accept("");
	check_eq(sz, s.n, 0);
	check_eq(str, s.error, "");
}

Test(stimuli, bad_headings_are_refused)
{
	refuse("[suite.other", "expected a heading [SUITE.NAME], not '[suite.other'");
	refuse("[suite.other] x", "expected a heading [SUITE.NAME], not '[suite.other]'");
	refuse("[]", "expected a heading [SUITE.NAME], not '[]'");
	refuse("[", "expected a heading [SUITE.NAME], not '['");
	check(!parse("# whose?\nat 1ms com1 receive 1\n"));
	check_eq(str, s.error, "f.txt:2: no heading [SUITE.NAME] stands above this line");
}

Test(stimuli, lines_have_a_limit_and_no_nul)
{
	char text[2048];

	memset(text, ' ', sizeof(text));
	memcpy(text, MINE, strlen(MINE));
	text[strlen(MINE) + 1023] = '\n';
	check(stimuli_parse(&s, "f.txt", text, strlen(MINE) + 1024, "suite.name"));
	text[strlen(MINE) + 1023] = ' ';
	text[strlen(MINE) + 1024] = '\n';
	check(!stimuli_parse(&s, "f.txt", text, strlen(MINE) + 1025, "suite.name"));
	check_eq(str, s.error, "f.txt:2: the line is too long");
	text[strlen(MINE) + 5] = '\0';
	text[strlen(MINE) + 10] = '\n';
	check(!stimuli_parse(&s, "f.txt", text, strlen(MINE) + 11, "suite.name"));
	check_eq(str, s.error, "f.txt:2: a NUL byte");
}

Test(stimuli, a_test_has_at_most_a_thousand_and_twenty_four)
{
	char text[2048] = MINE "at 1ms com1 receive \"", more[4096];
	size_t head = strlen(text);

	memset(text + head, 'a', 512);
	memcpy(text + head + 512, "\"\n", 3);
	snprintf(more, sizeof(more), "%s%s", text, text + strlen(MINE));
	accept(more);
	check_eq(sz, s.n, STIMULI_MAX);
	strcat(more, "at 1ms com1 receive 1\n");
	check(!parse(more));
	check_eq(str, s.error, "f.txt:4: too many stimuli for one test");
}

/* ---- files ---- */

Test(stimuli, files_are_read_and_missing_ones_named)
{
	char path[] = "/tmp/bimetal-stimuli-XXXXXX", want[96];
	FILE *f = fdopen(mkstemp(path), "w");

	fputs(MINE "at 1ms com1 receive 1\nat 1ms fly\n", f);
	fclose(f);
	check(stimuli_load(&s, path, "suite.other"));
	check_eq(sz, s.n, 0);
	check(!stimuli_load(&s, path, "suite.name"));
	snprintf(want, sizeof(want), "%s:3: expected: at TIME DEVICE ACTION", path);
	check_eq(str, s.error, want);
	check_eq(int, truncate(path, STIMULI_MAX_SIZE + 1), 0);
	check(!stimuli_load(&s, path, "suite.name"));
	snprintf(want, sizeof(want), "%s: larger than 1048576 bytes", path);
	check_eq(str, s.error, want);
	unlink(path);
	check(!stimuli_load(&s, path, "suite.name"));
	snprintf(want, sizeof(want), "%s: cannot open the file: No such file or directory", path);
	check_eq(str, s.error, want);
	check(!stimuli_load(&s, "/tmp", "suite.name"));
	check_eq(str, s.error, "/tmp: cannot read the file: Is a directory");
	check(stimuli_load(&s, NULL, "suite.name"));
}

Test(stimuli, a_mouse_has_three_buttons_and_a_wheel)
{
	accept(MINE "at 1ms mouse buttons left\nat 2ms mouse buttons right middle\n"
		    "at 3ms mouse buttons none\nat 4ms mouse wheel -8\nat 5ms mouse wheel 7\n");
	require_eq(sz, s.n, 5);
	check_eq(int, s.list[0].kind, STIMULUS_BUTTONS);
	check_eq(u8, s.list[0].flags, PS2_MOUSE_MODEL_LEFT);
	check_eq(u8, s.list[1].flags, PS2_MOUSE_MODEL_RIGHT | PS2_MOUSE_MODEL_MIDDLE);
	check_eq(u8, s.list[2].flags, 0);
	check_eq(int, s.list[3].kind, STIMULUS_WHEEL);
	check_eq(int, s.list[3].y, -8);
	check_eq(int, s.list[4].y, 7);
}
