/* SPDX-License-Identifier: MIT */
/* Text that a guest writes, and the search for regular expressions in it. A match spans one line,
 * plus one for each \n in the expression. So old lines need no second search when text is added. */
#ifndef HARNESS_CONSOLE_EXPECT_H
#define HARNESS_CONSOLE_EXPECT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Bytes kept; when full, the older half is dropped. That is far more than a guest can write
	 * between two searches: 10 ms, and a port access takes CPU_CHARGE_PORT. */
	TEXT_LOG_SIZE = 1 << 20,
	TEXT_LOG_MAX_MATCH = 4096 /* bytes searched at once; a longer line is cut into pieces */
};

/* How far into a terminal's control sequence the text is (ECMA-48 5.4). */
enum text_sequence { TEXT_PLAIN, TEXT_ESCAPE, TEXT_CONTROL, TEXT_STRING };

/* The text so far, as a person reads it: without carriage returns, and without the control
 * sequences that colour it or move the cursor. NUL bytes are kept. */
struct text_log {
	char text[TEXT_LOG_SIZE];
	size_t len;
	uint64_t dropped; /* bytes before text[0] */
	enum text_sequence sequence;
};

void text_log_init(struct text_log *log);
void text_log_add(struct text_log *log, uint8_t byte);
/* Position after the last byte, counted from the first byte of the run. */
uint64_t text_log_end(const struct text_log *log);

/* A compiled POSIX extended regular expression. */
struct expect {
	regex_t regex;
	unsigned lines; /* how many lines a match may span */
};

/* Compile an expression. \n and \t mean newline and tab; \r is ignored, as the text has none. '.'
 * does not match a newline. '^' and '$' match at the start and end of every line, and '$' also at
 * the end of the text so far, so that a prompt without a newline can match. Returns false if the
 * expression is invalid; err says why. */
bool expect_init(struct expect *e, const char *pattern, char *err, size_t err_size);
void expect_free(struct expect *e);
/* Search from *cursor on. If there is a match, *cursor moves to its end. If not, it moves to the
 * first line that may become part of a later match, and the next search starts there. */
bool expect_search(const struct expect *e, const struct text_log *log, uint64_t *cursor);
/* Search a text that is complete, such as a screen. */
bool expect_search_text(const struct expect *e, const char *text, size_t len);

#endif
