/* SPDX-License-Identifier: MIT */
#include "harness/console/script.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "harness/support/files.h"
#include "harness/support/values.h"

/* The rest of the line that is being parsed. */
struct parser {
	struct script *script;
	const char *at;
	unsigned line;
};

__attribute__((format(printf, 3, 4))) static bool fail(struct script *s, unsigned line,
						       const char *format, ...)
{
	int n = snprintf(s->error, sizeof(s->error), "%s:%u: ", s->name, line);
	if (n < 0 || (size_t)n >= sizeof(s->error)) return false;
	va_list args;
	va_start(args, format);
	vsnprintf(s->error + n, sizeof(s->error) - (size_t)n, format, args);
	va_end(args);
	return false;
}

static void skip_blanks(struct parser *p)
{
	while (isblank((unsigned char)*p->at)) p->at++;
}

static bool at_end(struct parser *p)
{
	skip_blanks(p);
	return *p->at == '\0' || *p->at == '#';
}

/* If the next word is this one, skip it. */
static bool take_word(struct parser *p, const char *word)
{
	skip_blanks(p);
	size_t len = strlen(word);
	if (strncmp(p->at, word, len) != 0) return false;
	char next = p->at[len];
	if (next != '\0' && next != '#' && !isblank((unsigned char)next)) return false;
	p->at += len;
	return true;
}

/* Copy the next word into buf; false if there is none or it is too long. */
static bool next_word(struct parser *p, char *buf, size_t size)
{
	if (at_end(p)) return false;
	size_t len = strcspn(p->at, " \t");
	if (len >= size) return false;
	memcpy(buf, p->at, len);
	buf[len] = '\0';
	p->at += len;
	return true;
}

static bool hex_value(const char *digits, char *out)
{
	char text[3] = "";
	if (!isxdigit((unsigned char)digits[0]) || !isxdigit((unsigned char)digits[1]))
		return false;
	memcpy(text, digits, 2);
	*out = (char)strtoul(text, NULL, 16);
	return true;
}

/* Parse an escape sequence after its backslash. Returns its length; 0: it is not one. */
static size_t unescape(const char *at, char *out)
{
	static const char from[] = "nrtbeaf0\\\"/";
	static const char to[] = { '\n', '\r', '\t', '\b', 0x1b, '\a', '\f', 0, '\\', '"', '/' };
	if (*at == 'x') return hex_value(at + 1, out) ? 3 : 0;
	const char *p = *at ? strchr(from, *at) : NULL;
	if (!p) return 0;
	*out = to[p - from];
	return 1;
}

/* Parse "text" with C escapes into c->text. */
static bool parse_string(struct parser *p, struct script_command *c)
{
	skip_blanks(p);
	if (*p->at != '"') return fail(p->script, p->line, "expected \"text\" in double quotes");
	c->text = calloc(1, strlen(p->at) + 1);
	if (!c->text) return fail(p->script, p->line, "out of memory");
	for (p->at++; *p->at != '"'; p->at++) {
		if (*p->at == '\0') return fail(p->script, p->line, "the text has no closing \"");
		char byte = *p->at;
		if (byte == '\\') {
			size_t len = unescape(p->at + 1, &byte);
			if (len == 0)
				return fail(p->script, p->line, "unknown escape '\\%c'", p->at[1]);
			p->at += len;
		}
		c->text[c->len++] = byte;
	}
	p->at++;
	return true;
}

/* Parse /REGEX/ into c->text and c->expect; a slash inside is written \/. */
static bool parse_regex(struct parser *p, struct script_command *c)
{
	skip_blanks(p);
	if (*p->at != '/')
		return fail(p->script, p->line,
			    "expected /REGEX/ between slashes, such as /login:/");
	char *text = calloc(1, strlen(p->at) + 1);
	if (!text) return fail(p->script, p->line, "out of memory");
	c->text = text;
	for (p->at++; *p->at != '/'; p->at++) {
		if (*p->at == '\0')
			return fail(p->script, p->line, "the expression has no closing /");
		if (p->at[0] == '\\' && p->at[1] == '/')
			p->at++;
		else if (p->at[0] == '\\' && p->at[1] != '\0')
			text[c->len++] = *p->at++;
		text[c->len++] = *p->at;
	}
	p->at++;
	char why[128];
	c->compiled = expect_init(&c->expect, text, why, sizeof(why));
	return c->compiled || fail(p->script, p->line, "/%s/: %s", text, why);
}

static bool parse_time(struct parser *p, uint64_t *ns)
{
	char word[32];
	if (next_word(p, word, sizeof(word)) && value_time(word, ns)) return true;
	return fail(p->script, p->line, "expected a time such as 100ms or 10s");
}

static bool parse_source(struct parser *p, enum script_source *source)
{
	static const char *const names[] = { [SCRIPT_SERIAL] = "serial",
					     [SCRIPT_DEBUGCON] = "debugcon",
					     [SCRIPT_SCREEN] = "screen" };
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (!take_word(p, names[i])) continue;
		*source = (enum script_source)i;
		return true;
	}
	return fail(p->script, p->line,
		    "expected serial, debugcon or screen, such as: wait serial /login:/");
}

/* wait|check serial|debugcon|screen /REGEX/ [timeout TIME] */
static bool parse_look(struct parser *p, struct script_command *c)
{
	if (!parse_source(p, &c->source)) return false;
	if (!parse_regex(p, c)) return false;
	if (c->verb != SCRIPT_WAIT || !take_word(p, "timeout")) return true;
	if (!parse_time(p, &c->ns)) return false;
	return c->ns || fail(p->script, p->line,
			     "a timeout of 0 would give the guest no time: expected a time such as "
			     "100ms, or no timeout");
}

static bool parse_press(struct parser *p, struct script_command *c)
{
	char word[64];
	if (!next_word(p, word, sizeof(word)))
		return fail(p->script, p->line, "expected keys such as enter or ctrl+c");
	if (!keys_parse(word, &c->chord))
		return fail(p->script, p->line,
			    "unknown key '%s': expected a character or a name such as enter, esc, "
			    "up or f1, up to %d of them joined by + (docs/scripts.md lists them)",
			    word, KEYS_MAX_CHORD);
	return true;
}

static bool parse_type(struct parser *p, struct script_command *c)
{
	if (!parse_string(p, c)) return false;
	for (size_t i = 0; i < c->len; i++) {
		struct key_chord chord;
		if (!keys_for_char(c->text[i], &chord))
			return fail(p->script, p->line, "no key types the byte 0x%02x",
				    (unsigned char)c->text[i]);
	}
	return true;
}

static bool parse_operands(struct parser *p, struct script_command *c)
{
	switch (c->verb) {
	case SCRIPT_WAIT:
	case SCRIPT_CHECK: return parse_look(p, c);
	case SCRIPT_SEND: return parse_string(p, c);
	case SCRIPT_PRESS: return parse_press(p, c);
	case SCRIPT_TYPE: return parse_type(p, c);
	case SCRIPT_SLEEP: return parse_time(p, &c->ns);
	case SCRIPT_QUIT: return true;
	default: return false;
	}
}

static const char *const verbs[] = {
	[SCRIPT_WAIT] = "wait",   [SCRIPT_CHECK] = "check", [SCRIPT_SEND] = "send",
	[SCRIPT_PRESS] = "press", [SCRIPT_TYPE] = "type",   [SCRIPT_SLEEP] = "sleep",
	[SCRIPT_QUIT] = "quit",
};

static bool parse_verb(struct parser *p, enum script_verb *verb)
{
	for (unsigned i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!take_word(p, verbs[i])) continue;
		*verb = (enum script_verb)i;
		return true;
	}
	return fail(p->script, p->line,
		    "expected wait, check, send, press, type, sleep or quit, not '%.40s'", p->at);
}

static bool parse_line(struct parser *p)
{
	struct script *s = p->script;
	if (at_end(p)) return true;
	if (s->n == SCRIPT_MAX_COMMANDS)
		return fail(s, p->line, "more than %d commands", SCRIPT_MAX_COMMANDS);
	struct script_command *c = &s->command[s->n++];
	*c = (struct script_command){ .verb = SCRIPT_QUIT, .line = p->line };
	if (!parse_verb(p, &c->verb) || !parse_operands(p, c)) return false;
	if (!at_end(p))
		return fail(s, p->line, "unexpected text at the end of the line: '%.40s'", p->at);
	return true;
}

static bool parse_lines(struct script *s, const char *source, size_t size)
{
	char text[SCRIPT_MAX_LINE];
	unsigned line = 0;
	for (size_t at = 0; at < size;) {
		const char *newline = memchr(source + at, '\n', size - at);
		size_t len = newline ? (size_t)(newline - source) - at : size - at;
		line++;
		if (len >= sizeof(text))
			return fail(s, line, "the line is longer than %d bytes", SCRIPT_MAX_LINE);
		memcpy(text, source + at, len);
		text[len] = '\0';
		if (strlen(text) != len)
			return fail(s, line, "the line has a NUL byte: a script is a text file");
		if (len > 0 && text[len - 1] == '\r') text[len - 1] = '\0';
		struct parser p = { .script = s, .at = text, .line = line };
		if (!parse_line(&p)) return false;
		at += len + 1;
	}
	return true;
}

static size_t count_lines(const char *source, size_t size)
{
	size_t n = 1;
	for (size_t i = 0; i < size; i++)
		if (source[i] == '\n') n++;
	return n < SCRIPT_MAX_COMMANDS ? n : SCRIPT_MAX_COMMANDS;
}

bool script_parse(struct script *s, const char *name, const char *source, size_t size)
{
	memset(s, 0, sizeof(*s));
	s->name = strdup(name);
	s->command = calloc(count_lines(source, size), sizeof(struct script_command));
	if (!s->name || !s->command) {
		snprintf(s->error, sizeof(s->error), "%s: out of memory", name);
		script_free(s);
		return false;
	}
	if (parse_lines(s, source, size)) return true;
	script_free(s);
	return false;
}

bool script_load(struct script *s, const char *path)
{
	uint8_t *source;
	size_t size;

	memset(s, 0, sizeof(*s));
	if (file_read(path, SCRIPT_MAX_SIZE, &source, &size, s->error, sizeof(s->error)) !=
	    FILE_READ)
		return false;
	bool ok = script_parse(s, path, (const char *)source, size);
	free(source);
	return ok;
}

void script_free(struct script *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct script_command *c = &s->command[i];
		if (c->compiled) expect_free(&c->expect);
		free(c->text);
	}
	free(s->command);
	free(s->name);
	s->command = NULL;
	s->name = NULL;
	s->n = 0;
}

static bool found_on_screen(const struct script_command *c, const struct script_host *host)
{
	size_t len = 0;
	const char *text = host->screen(host->ctx, &len);
	return text && expect_search_text(&c->expect, text, len);
}

static const char *source_name(enum script_source source)
{
	static const char *const names[] = { [SCRIPT_SERIAL] = "serial line",
					     [SCRIPT_DEBUGCON] = "debug console",
					     [SCRIPT_SCREEN] = "screen" };
	return names[source];
}

/* Search a log from *cursor on. */
static bool found(const struct script_command *c, const struct script_host *host, uint64_t *cursor)
{
	const struct text_log *log = c->source == SCRIPT_SERIAL ? host->serial : host->debugcon;
	if (c->source == SCRIPT_SCREEN) return found_on_screen(c, host);
	return expect_search(&c->expect, log, cursor);
}

static enum script_result wait_step(struct script *s, const struct script_command *c,
				    const struct script_host *host, uint64_t now_ns)
{
	uint64_t none = 0;
	uint64_t *cursor = c->source == SCRIPT_SCREEN ? &none : &s->s.cursor[c->source];
	if (found(c, host, cursor)) return SCRIPT_FINISHED;
	if (c->ns == 0 || now_ns - s->s.started_ns < c->ns) return SCRIPT_RUNNING;
	fail(s, c->line, "timed out waiting for /%s/ on the %s", c->text, source_name(c->source));
	return SCRIPT_FAILED;
}

static enum script_result check_step(struct script *s, const struct script_command *c,
				     const struct script_host *host)
{
	uint64_t start = 0;
	if (found(c, host, &start)) return SCRIPT_FINISHED;
	fail(s, c->line, "/%s/ is not on the %s", c->text, source_name(c->source));
	return SCRIPT_FAILED;
}

static enum script_result send_step(struct script *s, const struct script_command *c,
				    const struct script_host *host)
{
	s->s.offset += host->send(host->ctx, c->text + s->s.offset, c->len - s->s.offset);
	return s->s.offset == c->len && host->idle(host->ctx) ? SCRIPT_FINISHED : SCRIPT_RUNNING;
}

static enum script_result type_step(struct script *s, const struct script_command *c,
				    const struct script_host *host)
{
	while (s->s.offset < c->len) {
		struct key_chord chord;
		if (!keys_for_char(c->text[s->s.offset], &chord)) break;
		if (!host->press(host->ctx, &chord)) return SCRIPT_RUNNING;
		s->s.offset++;
	}
	return host->idle(host->ctx) ? SCRIPT_FINISHED : SCRIPT_RUNNING;
}

static enum script_result press_step(struct script *s, const struct script_command *c,
				     const struct script_host *host)
{
	if (s->s.offset == 0 && host->press(host->ctx, &c->chord)) s->s.offset = 1;
	return s->s.offset == 1 && host->idle(host->ctx) ? SCRIPT_FINISHED : SCRIPT_RUNNING;
}

/* Here SCRIPT_FINISHED means that this command is done. */
static enum script_result step(struct script *s, const struct script_host *host, uint64_t now_ns)
{
	const struct script_command *c = &s->command[s->s.next];
	switch (c->verb) {
	case SCRIPT_WAIT: return wait_step(s, c, host, now_ns);
	case SCRIPT_CHECK: return check_step(s, c, host);
	case SCRIPT_SEND: return send_step(s, c, host);
	case SCRIPT_PRESS: return press_step(s, c, host);
	case SCRIPT_TYPE: return type_step(s, c, host);
	case SCRIPT_SLEEP:
		return now_ns - s->s.started_ns < c->ns ? SCRIPT_RUNNING : SCRIPT_FINISHED;
	case SCRIPT_QUIT:
	default: return SCRIPT_PASSED;
	}
}

bool script_presses_keys(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->command[i].verb == SCRIPT_PRESS || s->command[i].verb == SCRIPT_TYPE)
			return true;
	return false;
}

bool script_looks_at(const struct script *s, enum script_source source)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct script_command *c = &s->command[i];
		bool looks = c->verb == SCRIPT_WAIT || c->verb == SCRIPT_CHECK;

		if (looks && c->source == source) return true;
	}
	return false;
}

bool script_sends(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->command[i].verb == SCRIPT_SEND) return true;
	return false;
}

bool script_looks_again(const struct script *s)
{
	for (size_t i = s->s.next; i < s->n; i++)
		if (s->command[i].verb == SCRIPT_WAIT || s->command[i].verb == SCRIPT_CHECK)
			return true;
	return false;
}

enum script_result script_poll(struct script *s, const struct script_host *host, uint64_t now_ns)
{
	while (s->s.next < s->n) {
		if (!s->s.started) {
			s->s.started = true;
			s->s.started_ns = now_ns;
			s->s.offset = 0;
		}
		enum script_result r = step(s, host, now_ns);
		if (r != SCRIPT_FINISHED) return r;
		s->s.started = false;
		s->s.next++;
	}
	return SCRIPT_FINISHED;
}

enum script_result script_end(struct script *s, const struct script_host *host, uint64_t now_ns,
			      const char *why)
{
	enum script_result r = script_poll(s, host, now_ns);
	if (r != SCRIPT_RUNNING) return r;
	const struct script_command *c = &s->command[s->s.next];
	if (c->verb == SCRIPT_WAIT)
		fail(s, c->line, "the run ended (%s) before /%s/ came on the %s", why, c->text,
		     source_name(c->source));
	else
		fail(s, c->line, "the run ended (%s) before '%s' was done", why, verbs[c->verb]);
	return SCRIPT_FAILED;
}

uint64_t script_deadline(const struct script *s)
{
	if (!s->s.started || s->s.next >= s->n) return UINT64_MAX;
	const struct script_command *c = &s->command[s->s.next];
	if (c->verb != SCRIPT_WAIT || c->ns == 0) return UINT64_MAX;
	uint64_t deadline;
	return __builtin_add_overflow(s->s.started_ns, c->ns, &deadline) ? UINT64_MAX : deadline;
}
