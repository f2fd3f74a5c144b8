/* SPDX-License-Identifier: MIT */
#include "harness/console/stimuli.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/units.h"
#include "harness/support/files.h"
#include "harness/support/values.h"

enum { CHARACTER_NS = 86806 /* 10 bits at 115200 baud */, MAX_WORDS = 8, MAX_LINE = 1024 };

/* ---- playing ---- */

static bool is_named(const struct device *dev, const char *name)
{
	return dev && dev->instance && strcmp(dev->instance, name) == 0;
}

/* A model may have several devices of one name on the bus: a VGA has its registers and its memory
 * window. */
static bool is_part(const struct device *dev, const struct device *of)
{
	return is_named(dev, of->instance);
}

static void unplug(struct stimuli *s, const struct device *dev)
{
	struct bus *bus = &s->machine->bus;
	struct bus_decoder *decoder[] = { [BUS_PORT] = &bus->port, [BUS_MEMORY] = &bus->memory };
	size_t first = s->n_unplugged;

	for (unsigned space = BUS_PORT; space <= BUS_MEMORY; space++)
		for (size_t i = 0; i < decoder[space]->n; i++) {
			const struct bus_range *r = &decoder[space]->range[i];
			if (!is_part(r->dev, dev)) continue;
			/* Only if the guest moved it again and again while it was out. */
			if (s->n_unplugged == STIMULI_MAX_RANGES) {
				snprintf(s->error, sizeof(s->error),
					 "unplug: more than %d address ranges are unplugged",
					 STIMULI_MAX_RANGES);
				continue;
			}
			s->unplugged[s->n_unplugged].space = (enum bus_space)space;
			s->unplugged[s->n_unplugged++].range = *r;
		}
	for (size_t i = first; i < s->n_unplugged; i++)
		bus_unmap(bus, s->unplugged[i].space, s->unplugged[i].range.dev);
}

static void plug(struct stimuli *s, const struct device *dev)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_unplugged; i++) {
		const struct bus_range *r = &s->unplugged[i].range;
		if (!is_part(r->dev, dev))
			s->unplugged[kept++] = s->unplugged[i];
		else if (bus_map(&s->machine->bus, s->unplugged[i].space, r->base, r->size, r->dev,
				 r->offset))
			snprintf(s->error, sizeof(s->error), "plug: %s", s->machine->bus.error);
	}
	s->n_unplugged = kept;
}

static void play(struct stimuli *s, const struct stimulus *what)
{
	const struct machine_ends *ends = &s->machine->ends;
	const struct serial_end *port = &ends->serial[what->port];
	const struct pointer_end *mouse = &ends->pointer;

	switch (what->kind) {
	case STIMULUS_RECEIVE: (void)port->ops->receive(port->ctx, what->byte, what->flags); break;
	case STIMULUS_LINES: port->ops->lines(port->ctx, what->flags); break;
	case STIMULUS_PRESS:
		if (!key_feed_press(&s->keys, &what->chord))
			snprintf(s->error, sizeof(s->error), "press: too many keys at once");
		break;
	case STIMULUS_MOVE: mouse->ops->move(mouse->ctx, what->x, what->y); break;
	case STIMULUS_BUTTONS: mouse->ops->buttons(mouse->ctx, what->flags); break;
	case STIMULUS_WHEEL: mouse->ops->wheel(mouse->ctx, what->y); break;
	case STIMULUS_UNPLUG: unplug(s, what->dev); break;
	case STIMULUS_PLUG: plug(s, what->dev); break;
	case STIMULUS_INPUT:
		what->inputs.model->set_input(what->inputs.memory, what->input, what->value);
		break;
	}
}

static void arm(struct stimuli *s)
{
	if (s->next < s->n)
		clock_arm(&s->machine->clock, s->timer, s->start_ns + s->list[s->next].ns);
}

static void on_due(void *ctx, uint64_t due_ns)
{
	struct stimuli *s = ctx;

	while (s->next < s->n && s->start_ns + s->list[s->next].ns <= due_ns)
		play(s, &s->list[s->next++]);
	arm(s);
}

static void move_key(void *ctx, uint16_t code, bool down)
{
	struct stimuli *s = ctx;
	const struct keyboard_end *keyboard = &s->machine->ends.keyboard;

	(void)keyboard->key(keyboard->ctx, code, down);
}

void stimuli_init(struct stimuli *s, struct machine *machine)
{
	*s = (struct stimuli){ .machine = machine };
	s->timer = clock_add_timer(&machine->clock, "stimuli", on_due, s);
	key_feed_init(&s->keys, &machine->clock, move_key, s);
}

void stimuli_start(struct stimuli *s)
{
	s->start_ns = clock_now(&s->machine->clock);
	s->next = 0;
	arm(s);
}

bool stimuli_clear(struct stimuli *s)
{
	bool plugged = true;

	for (size_t i = 0; i < s->n_unplugged; i++) {
		const struct bus_range *r = &s->unplugged[i].range;
		if (bus_map(&s->machine->bus, s->unplugged[i].space, r->base, r->size, r->dev,
			    r->offset))
			plugged = false;
	}
	s->n_unplugged = s->n = s->next = 0;
	s->keys.s = (struct key_feed_state){ 0 };
	s->error[0] = '\0';
	return plugged;
}

/* ---- reading ---- */

struct line {
	const char *file;
	unsigned number;
	char *word[MAX_WORDS];
	size_t n;
};

static bool refuse(struct stimuli *s, const struct line *line, const char *what, const char *word)
{
	snprintf(s->error, sizeof(s->error), "%s:%u: %s%s%s%s", line->file, line->number, what,
		 word ? " '" : "", word ? word : "", word ? "'" : "");
	return false;
}

static bool add(struct stimuli *s, const struct line *line, struct stimulus what)
{
	size_t at = s->n;

	if (s->n == STIMULI_MAX) return refuse(s, line, "too many stimuli for one test", NULL);
	for (; at > 0 && s->list[at - 1].ns > what.ns; at--) s->list[at] = s->list[at - 1];
	s->list[at] = what;
	s->n++;
	return true;
}

static bool parse_time(const char *text, uint64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "ns", 1 }, { "us", NS_PER_US }, { "ms", NS_PER_MS }, { "s", NS_PER_S } };
	char *end;

	if (*text < '0' || *text > '9') return false;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strcmp(end, units[i].name) == 0 && !errno &&
		    value <= UINT64_MAX / 4 / units[i].ns) {
			*ns = value * units[i].ns;
			return true;
		}
	return false;
}

static bool parse_number(const char *text, long low, long high, long *value)
{
	char *end;

	*value = strtol(
		text, &end,
		0); /* strtol() limits a number that is too large, which is out of range too */
	return end != text && !*end && *value >= low && *value <= high;
}

/* Parse one character of a string at `*at`, which may be an escape; false: an unknown escape. */
static bool parse_char(const char **at, uint8_t *byte)
{
	static const char from[] = "rnt\\\"", to[] = "\r\n\t\\\"";
	const char *found;

	if (**at != '\\') {
		*byte = (uint8_t) * (*at)++;
		return true;
	}
	++*at;
	if (**at && (found = strchr(from, **at)) != NULL) {
		*byte = (uint8_t)to[found - from];
		++*at;
		return true;
	}
	char digits[3] = { 0 };
	if (**at != 'x' || !isxdigit((uint8_t)(*at)[1]) || !isxdigit((uint8_t)(*at)[2]))
		return false;
	memcpy(digits, *at + 1, 2);
	*byte = (uint8_t)strtoul(digits, NULL, 16);
	*at += 3;
	return true;
}

static bool receive_string(struct stimuli *s, const struct line *line, struct stimulus what)
{
	const char *at = line->word[4] + 1;

	if (line->n > 5) return refuse(s, line, "nothing may follow a string, here", line->word[5]);
	for (; *at && *at != '"'; what.ns += CHARACTER_NS) {
		if (!parse_char(&at, &what.byte))
			return refuse(s, line, "unknown escape in", line->word[4]);
		if (!add(s, line, what)) return false;
	}
	if (*at != '"' || at[1])
		return refuse(s, line, "a string must end with \":", line->word[4]);
	return true;
}

static bool receive(struct stimuli *s, const struct line *line, struct stimulus what)
{
	static const struct {
		const char *name;
		uint8_t flag;
	} errors[] = { { "parity", SERIAL_PARITY },
		       { "frame", SERIAL_FRAME },
		       { "break", SERIAL_BREAK } };
	long value;

	if (line->n < 5) return refuse(s, line, "receive needs a string or a number", NULL);
	if (line->word[4][0] == '"') return receive_string(s, line, what);
	if (!parse_number(line->word[4], 0, UINT8_MAX, &value))
		return refuse(s, line, "not a byte (0 to 255):", line->word[4]);
	what.byte = (uint8_t)value;
	for (size_t w = 5; w < line->n; w++) {
		size_t i = 0;
		while (i < 3 && strcmp(line->word[w], errors[i].name) != 0) i++;
		if (i == 3)
			return refuse(s, line, "expected parity, frame or break, not",
				      line->word[w]);
		what.flags |= errors[i].flag;
	}
	return add(s, line, what);
}

/* Parse words from the fifth on into bits, by their places in `names`; or the word none. */
static bool parse_set(struct stimuli *s, const struct line *line, const char *const *names,
		      size_t n, const char *unknown, uint8_t *set)
{
	for (size_t w = 4; w < line->n; w++) {
		size_t i = 0;
		while (i < n && strcmp(line->word[w], names[i]) != 0) i++;
		if (i < n)
			*set |= (uint8_t)(1u << i);
		else if (strcmp(line->word[w], "none") != 0)
			return refuse(s, line, unknown, line->word[w]);
	}
	return true;
}

static bool lines(struct stimuli *s, const struct line *line, struct stimulus what)
{
	/* In the order of the SERIAL_ bits. */
	static const char *const names[] = { "cts", "dsr", "ri", "dcd" };

	if (line->n < 5) return refuse(s, line, "lines needs cts, dsr, ri, dcd or none", NULL);
	return parse_set(s, line, names, 4, "unknown modem input:", &what.flags) &&
	       add(s, line, what);
}

static bool serial(struct stimuli *s, const struct line *line, struct stimulus what)
{
	what.port = (unsigned)(line->word[2][3] - '1');
	if (!s->machine->ends.serial[what.port].ops)
		return refuse(s, line, "the machine has no", line->word[2]);
	if (strcmp(line->word[3], "receive") == 0) {
		what.kind = STIMULUS_RECEIVE;
		return receive(s, line, what);
	}
	if (strcmp(line->word[3], "lines") != 0)
		return refuse(s, line, "expected receive or lines, not", line->word[3]);
	what.kind = STIMULUS_LINES;
	return lines(s, line, what);
}

static bool press(struct stimuli *s, const struct line *line, struct stimulus what)
{
	if (!s->machine->ends.keyboard.key)
		return refuse(s, line, "the machine has no", line->word[2]);
	if (line->n != 5 || strcmp(line->word[3], "press") != 0)
		return refuse(s, line, "expected keyboard press KEY", NULL);
	what.kind = STIMULUS_PRESS;
	if (!keys_parse(line->word[4], &what.chord))
		return refuse(s, line, "unknown key", line->word[4]);
	return add(s, line, what);
}

static bool move(struct stimuli *s, const struct line *line, struct stimulus what)
{
	long x, y;

	if (line->n != 6) return refuse(s, line, "expected mouse move X Y", NULL);
	if (!parse_number(line->word[4], -255, 255, &x) ||
	    !parse_number(line->word[5], -255, 255, &y))
		return refuse(s, line, "expected mouse move X Y, each -255 to 255 counts", NULL);
	what.kind = STIMULUS_MOVE;
	what.x = (int16_t)x;
	what.y = (int16_t)y;
	return add(s, line, what);
}

/* In the order of the POINTER_ bits. */
static bool buttons(struct stimuli *s, const struct line *line, struct stimulus what)
{
	static const char *const names[] = { "left", "right", "middle" };

	if (line->n < 5) return refuse(s, line, "buttons needs left, right, middle or none", NULL);
	what.kind = STIMULUS_BUTTONS;
	return parse_set(s, line, names, 3, "unknown button:", &what.flags) && add(s, line, what);
}

static bool wheel(struct stimuli *s, const struct line *line, struct stimulus what)
{
	long turn;

	if (line->n != 5) return refuse(s, line, "expected mouse wheel N", NULL);
	if (!parse_number(line->word[4], -8, 7, &turn))
		return refuse(s, line, "expected mouse wheel N, -8 to 7 counts", NULL);
	what.kind = STIMULUS_WHEEL;
	what.y = (int16_t)turn;
	return add(s, line, what);
}

static bool mouse(struct stimuli *s, const struct line *line, struct stimulus what)
{
	if (!s->machine->ends.pointer.ops)
		return refuse(s, line, "the machine has no", line->word[2]);
	if (strcmp(line->word[3], "move") == 0) return move(s, line, what);
	if (strcmp(line->word[3], "buttons") == 0) return buttons(s, line, what);
	if (strcmp(line->word[3], "wheel") == 0) return wheel(s, line, what);
	return refuse(s, line, "expected move, buttons or wheel, not", line->word[3]);
}

static bool connect(struct stimuli *s, const struct line *line, struct stimulus what)
{
	const struct machine *m = s->machine;

	if (line->n != 4) return refuse(s, line, "expected plug DEVICE or unplug DEVICE", NULL);
	what.kind = strcmp(line->word[2], "plug") == 0 ? STIMULUS_PLUG : STIMULUS_UNPLUG;
	for (size_t i = 0; i < m->n_devices && !what.dev; i++)
		if (is_named(m->device[i], line->word[3])) what.dev = m->device[i];
	if (!what.dev) return refuse(s, line, "unknown device:", line->word[3]);
	return add(s, line, what);
}

/* A number, or on or off where there are only two. */
static bool parse_input(const char *text, uint64_t max, uint64_t *value)
{
	bool on = strcmp(text, "on") == 0;

	if (max != 1 || (!on && strcmp(text, "off") != 0)) return value_number(text, max, value);
	*value = on;
	return true;
}

static unsigned find_input(const struct model *model, const char *name)
{
	unsigned n = 0;

	while (n < model->n_inputs && strcmp(model->input[n].name, name) != 0) n++;
	return n;
}

/* NAME INPUT VALUE of a device that has inputs. */
static bool input(struct stimuli *s, const struct line *line, struct stimulus what)
{
	const struct model *model = what.inputs.model;
	const struct model_input *of = model->input;

	what.kind = STIMULUS_INPUT;
	what.input = find_input(model, line->word[3]);
	if (what.input == model->n_inputs) {
		bool any = refuse(s, line, "the device has no input", line->word[3]);
		for (size_t i = 0; i < model->n_inputs; i++) {
			size_t used = strlen(s->error);
			snprintf(s->error + used, sizeof(s->error) - used, "%s%s",
				 i ? ", " : "; it has ", of[i].name);
		}
		return any;
	}
	if (line->n != 5 || !parse_input(line->word[4], of[what.input].max, &what.value)) {
		snprintf(s->error, sizeof(s->error),
			 "%s:%u: expected %s %s VALUE, 0 to %" PRIu64 ": %s", line->file,
			 line->number, line->word[2], line->word[3], of[what.input].max,
			 of[what.input].help);
		return false;
	}
	return add(s, line, what);
}

static bool is_serial(const char *word)
{
	return strlen(word) == 4 && memcmp(word, "com", 3) == 0 && word[3] >= '1' && word[3] <= '4';
}

/* A device of the board whose inputs, if it has any, nobody told us. */
static bool is_without_model(const struct stimuli *s, const char *name)
{
	for (size_t i = 0; i < s->machine->n_devices; i++)
		if (is_named(s->machine->device[i], name)) return true;
	return false;
}

static bool unknown(struct stimuli *s, const struct line *line)
{
	if (is_without_model(s, line->word[2])) {
		snprintf(s->error, sizeof(s->error),
			 "%s:%u: '%s' is on this board, but its part has no .model, so that it has "
			 "no input for stimuli; bimetal/board.h tells how",
			 line->file, line->number, line->word[2]);
		return false;
	}
	const char *name = machine_inputs_name(s->machine, 0);
	bool known = refuse(
		s, line,
		"expected com1 to com4, keyboard, mouse, the name of a device with inputs, plug or "
		"unplug, not",
		line->word[2]);

	for (size_t i = 1, used = strlen(s->error); name; i++, used = strlen(s->error)) {
		snprintf(s->error + used, sizeof(s->error) - used, "%s%s",
			 i > 1 ? ", " : "; inputs have ", name);
		name = machine_inputs_name(s->machine, i);
	}
	return known;
}

/* Has the machine a serial port, a keyboard or a mouse of its own, of this name? */
static bool has_end(const struct machine *m, const char *name)
{
	if (is_serial(name)) return m->ends.serial[name[3] - '1'].ops;
	if (strcmp(name, "keyboard") == 0) return m->ends.keyboard.key;
	return strcmp(name, "mouse") == 0 && m->ends.pointer.ops;
}

/* A device may have the name of such an end: "mouse". It is meant if it has an input of this name,
 * or if the machine has no such end. */
static bool sets_input(const struct stimuli *s, const struct line *line,
		       struct machine_inputs *inputs)
{
	if (!machine_inputs_find(s->machine, line->word[2], inputs)) return false;
	return find_input(inputs->model, line->word[3]) < inputs->model->n_inputs ||
	       !has_end(s->machine, line->word[2]);
}

static bool parse_line(struct stimuli *s, const struct line *line)
{
	struct stimulus what = { 0 };

	if (line->n < 4 || strcmp(line->word[0], "at") != 0)
		return refuse(s, line, "expected: at TIME DEVICE ACTION", NULL);
	if (!parse_time(line->word[1], &what.ns))
		return refuse(s, line, "expected a time such as 200us, not", line->word[1]);
	if (strcmp(line->word[2], "plug") == 0 || strcmp(line->word[2], "unplug") == 0)
		return connect(s, line, what);
	if (sets_input(s, line, &what.inputs)) return input(s, line, what);
	if (!has_end(s->machine, line->word[2]) && is_without_model(s, line->word[2]))
		return unknown(s, line);
	if (is_serial(line->word[2])) return serial(s, line, what);
	if (strcmp(line->word[2], "keyboard") == 0) return press(s, line, what);
	if (strcmp(line->word[2], "mouse") == 0) return mouse(s, line, what);
	return unknown(s, line);
}

/* Split the line at blanks, except inside a string. */
static bool split(struct stimuli *s, char *text, struct line *line)
{
	for (line->n = 0; *text;) {
		text += strspn(text, " \t\r");
		if (!*text || *text == '#') break;
		if (line->n == MAX_WORDS) return refuse(s, line, "too many words", NULL);
		line->word[line->n++] = text;
		bool string = *text == '"';
		for (text++; *text && (string || !strchr(" \t\r", *text)); text++) {
			if (string && *text == '\\' && text[1])
				text++;
			else if (string && *text == '"')
				string = false;
		}
		if (*text) *text++ = '\0';
	}
	return true;
}

/* The test whose lines follow. */
enum section { SECTION_NONE, SECTION_MINE, SECTION_OTHER };

/* A heading: "[suite.name]". */
static bool parse_heading(struct stimuli *s, const struct line *line, const char *name,
			  enum section *section)
{
	const char *word = line->word[0] + 1;
	size_t len = strlen(word), name_len = strlen(name);

	if (line->n != 1 || len < 2 || word[len - 1] != ']')
		return refuse(s, line, "expected a heading [SUITE.NAME], not", line->word[0]);
	*section = len - 1 == name_len && memcmp(word, name, name_len) == 0 ? SECTION_MINE
									    : SECTION_OTHER;
	return true;
}

/* Changes `text`. */
static bool parse_text(struct stimuli *s, struct line *line, char *text, const char *name,
		       enum section *section)
{
	if (!split(s, text, line)) return false;
	if (line->n == 0) return true;
	if (line->word[0][0] == '[') return parse_heading(s, line, name, section);
	if (*section == SECTION_NONE)
		return refuse(s, line, "no heading [SUITE.NAME] stands above this line", NULL);
	return *section == SECTION_OTHER || parse_line(s, line);
}

bool stimuli_parse(struct stimuli *s, const char *file, const char *text, size_t size,
		   const char *name)
{
	struct line line = { .file = file };
	enum section section = SECTION_NONE;

	s->n = 0;
	s->error[0] = '\0';
	for (size_t at = 0; at < size;) {
		const char *newline = memchr(text + at, '\n', size - at);
		size_t len = newline ? (size_t)(newline - (text + at)) : size - at;
		char copy[MAX_LINE];
		line.number++;
		if (len >= sizeof(copy)) return refuse(s, &line, "the line is too long", NULL);
		memcpy(copy, text + at, len);
		copy[len] = '\0';
		if (strlen(copy) != len) return refuse(s, &line, "a NUL byte", NULL);
		if (!parse_text(s, &line, copy, name, &section)) return false;
		at += len + 1;
	}
	return true;
}

bool stimuli_load(struct stimuli *s, const char *path, const char *name)
{
	uint8_t *text;
	size_t size;

	s->n = 0;
	if (!path) return true;
	if (file_read(path, STIMULI_MAX_SIZE, &text, &size, s->error, sizeof(s->error)) !=
	    FILE_READ)
		return false;
	bool sound = stimuli_parse(s, path, (const char *)text, size, name);
	free(text);
	return sound;
}
