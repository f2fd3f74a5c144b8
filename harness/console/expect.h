/* SPDX-License-Identifier: MIT */
/* Text that a guest writes, and regular expressions found in it. A match lies within one line, or
 * within as many as the expression names by \n, so searching growing text costs no more than
 * reading it once. */
#ifndef HARNESS_CONSOLE_EXPECT_H
#define HARNESS_CONSOLE_EXPECT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Bytes kept; older ones are dropped, half of them at a time. That is far more than a guest
	 * can write from one look to the next: 10 ms, and a port access takes CPU_CHARGE_PORT. */
	TEXT_LOG_SIZE = 1 << 20,
	TEXT_LOG_MAX_MATCH = 4096 /* bytes looked at together; a longer line is cut in pieces */
};

/* Where a terminal's control sequence stands (ECMA-48 5.4). */
enum text_sequence { TEXT_PLAIN, TEXT_ESCAPE, TEXT_CONTROL, TEXT_STRING };

/* The text so far, as a reader sees it: without carriage returns and the control sequences that
 * colour it or move a cursor. NUL bytes are kept. */
struct text_log {
	char text[TEXT_LOG_SIZE];
	size_t len;
	uint64_t dropped; /* bytes before text[0] */
	enum text_sequence sequence;
};

void text_log_init(struct text_log *log);
void text_log_add(struct text_log *log, uint8_t byte);
/* Position behind the last byte, counted from the beginning of time. */
uint64_t text_log_end(const struct text_log *log);

/* A compiled POSIX extended regular expression. */
struct expect {
	regex_t regex;
	unsigned lines; /* that a match may span */
};

/* \n and \t stand for newline and tab; \r for nothing, as the text has none. '.' does
 * not match a newline; '^' and '$' match at the start and end of every line, '$' also at the end
 * of the text so far, where a prompt waits. False: not a valid expression; says why in err. */
bool expect_init(struct expect *e, const char *pattern, char *err, size_t err_size);
void expect_free(struct expect *e);
/* Search from *cursor. If found, *cursor moves behind the match. If not, it moves to the first
 * line that may still become part of one, so that the next search goes on from there. */
bool expect_search(const struct expect *e, const struct text_log *log, uint64_t *cursor);
/* Search a whole text, all of whose lines are complete (a screen). */
bool expect_search_text(const struct expect *e, const char *text, size_t len);

#endif
