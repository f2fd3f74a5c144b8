/* SPDX-License-Identifier: MIT */
#include "harness/console/expect.h"

#include <stdlib.h>
#include <string.h>

void text_log_init(struct text_log *log)
{
	log->len = 0;
	log->dropped = 0;
	log->sequence = TEXT_PLAIN;
}

enum { BEL = 0x07, ESC = 0x1b };

/* Whether the byte is part of a control sequence, or a carriage return. */
static bool is_control(struct text_log *log, uint8_t byte)
{
	bool final = byte >= '@' && byte <= '~';
	switch (log->sequence) {
	case TEXT_ESCAPE:
		if (byte >= ' ' && byte <= '/') return true; /* more to come: ESC ( B */
		log->sequence = TEXT_PLAIN;
		if (byte == '[') log->sequence = TEXT_CONTROL;
		if (byte == ']') log->sequence = TEXT_STRING; /* a window title */
		return true;
	case TEXT_CONTROL:
		/* Any other byte ends the sequence, so that a newline is never lost. */
		if (final || byte < ' ') log->sequence = TEXT_PLAIN;
		return byte != '\n';
	case TEXT_STRING:
		if (byte == BEL || byte == '\n') log->sequence = TEXT_PLAIN;
		if (byte == ESC) log->sequence = TEXT_ESCAPE; /* ESC \\ ends it too */
		return byte != '\n';
	case TEXT_PLAIN:
	default:
		if (byte == ESC) log->sequence = TEXT_ESCAPE;
		return byte == ESC || byte == '\r';
	}
}

void text_log_add(struct text_log *log, uint8_t byte)
{
	if (is_control(log, byte)) return;
	if (log->len == TEXT_LOG_SIZE) {
		size_t half = TEXT_LOG_SIZE / 2;
		memmove(log->text, log->text + half, TEXT_LOG_SIZE - half);
		log->len -= half;
		log->dropped += half;
	}
	log->text[log->len++] = (char)byte;
}

uint64_t text_log_end(const struct text_log *log) { return log->dropped + log->len; }

/* Copy the pattern, and replace the escapes that POSIX does not have. */
static char *translate(const char *pattern, unsigned *lines)
{
	char *text = calloc(1, strlen(pattern) + 1);
	char *to = text;
	*lines = 1;
	for (const char *p = pattern; text && *p; p++) {
		if (*p != '\\' || p[1] == '\0') {
			*to++ = *p;
			continue;
		}
		p++;
		switch (*p) {
		case 'n':
			*to++ = '\n';
			++*lines;
			break;
		case 't': *to++ = '\t'; break;
		case 'r': break;
		default:
			*to++ = '\\';
			*to++ = *p;
			break;
		}
	}
	return text;
}

bool expect_init(struct expect *e, const char *pattern, char *err, size_t err_size)
{
	char *text = translate(pattern, &e->lines);
	int r = text ? regcomp(&e->regex, text, REG_EXTENDED | REG_NEWLINE) : REG_ESPACE;
	free(text);
	if (r == 0) return true;
	regerror(r, &e->regex, err, err_size);
	return false;
}

void expect_free(struct expect *e) { regfree(&e->regex); }

/* Match within [from, to). On success *end is the offset after the match. The text is copied, as
 * regexec() may need a NUL at the end even if it gets the length. */
static bool match(const struct expect *e, const char *text, size_t from, size_t to, int flags,
		  size_t *end)
{
	char part[TEXT_LOG_MAX_MATCH + 1];
	regmatch_t found = { .rm_so = 0, .rm_eo = (regoff_t)(to - from) };
	memcpy(part, text + from, to - from);
	part[to - from] = '\0';
	if (regexec(&e->regex, part, 1, &found, flags | REG_STARTEND) != 0) return false;
	*end = from + (size_t)found.rm_eo;
	return true;
}

/* The lines that a match from `at` on may span. */
struct window {
	size_t end;   /* offset after them */
	size_t next;  /* where the second line begins */
	bool growing; /* more text may be added to them */
	bool cut;     /* longer than TEXT_LOG_MAX_MATCH */
};

static struct window window_at(const char *text, size_t len, size_t at, unsigned lines)
{
	struct window w = { .end = at, .next = len };
	for (unsigned i = 0; i < lines && !w.growing; i++) {
		const char *newline = memchr(text + w.end, '\n', len - w.end);
		w.end = newline ? (size_t)(newline - text) + 1 : len;
		w.growing = !newline;
		if (i == 0) w.next = w.end;
	}
	w.cut = w.end - at > TEXT_LOG_MAX_MATCH;
	if (w.cut) w.end = at + TEXT_LOG_MAX_MATCH;
	if (w.next > w.end) {
		w.next = w.end;
		w.growing = false;
	}
	return w;
}

/* Search `len` bytes of text from *pos on; the last line is complete only if `closed`. */
static bool search(const struct expect *e, const char *text, size_t len, size_t *pos, bool closed)
{
	size_t at = *pos;
	while (at < len) {
		struct window w = window_at(text, len, at, e->lines);
		int flags = at == 0 || text[at - 1] == '\n' ? 0 : REG_NOTBOL;
		if (w.cut) flags |= REG_NOTEOL;
		if (match(e, text, at, w.end, flags, pos)) return true;
		if (w.growing && !closed) break;
		at = w.next;
	}
	*pos = at;
	return false;
}

bool expect_search(const struct expect *e, const struct text_log *log, uint64_t *cursor)
{
	size_t pos = 0;
	if (*cursor > log->dropped) pos = (size_t)(*cursor - log->dropped);
	if (pos > log->len) pos = log->len;
	bool found = search(e, log->text, log->len, &pos, false);
	*cursor = log->dropped + pos;
	return found;
}

bool expect_search_text(const struct expect *e, const char *text, size_t len)
{
	size_t pos = 0;
	return search(e, text, len, &pos, true);
}
