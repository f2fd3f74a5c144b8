/* SPDX-License-Identifier: MIT */
#include "decided.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 8, LINE_BYTES = 1024, FILE_BYTES = 1 << 18 };

static char *trim(char *s)
{
	while (*s == ' ' || *s == '\t') s++;
	size_t n = strlen(s);
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t')) s[--n] = 0;
	return s;
}

/* Splits at '|'; false unless there are exactly COLUMNS columns, none of them empty. */
static bool split(char *line, char *columns[COLUMNS])
{
	unsigned n = 0;
	for (char *at = line; at && n < COLUMNS; n++) {
		char *bar = strchr(at, '|');
		if (bar && n < COLUMNS - 1) *bar++ = 0;
		columns[n] = trim(at);
		if (!*columns[n]) return false;
		at = n < COLUMNS - 1 ? bar : NULL;
	}
	return n == COLUMNS;
}

static bool set(char *to, size_t size, const char *from)
{
	return (size_t)snprintf(to, size, "%s", from) < size;
}

/* Returns the fields of a list; 0 if there is another name in it. */
static uint32_t fields_of(const char *names)
{
	char list[96], *save = NULL;
	uint32_t fields = 0;
	if (strcmp(names, "*") == 0) return UINT32_MAX;
	(void)snprintf(list, sizeof list, "%s", names);
	for (char *name = strtok_r(list, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		unsigned i = 0;
		while (i < N_FIELDS && strcmp(name, field_names[i]) != 0) i++;
		if (i == N_FIELDS) return 0;
		fields |= 1u << i;
	}
	return fields;
}

static bool parse_row(char *line, struct decided_row *row)
{
	char *c[COLUMNS];
	if (!split(line, c)) return false;
	if (strcmp(c[6], "here") != 0 && strcmp(c[6], "there") != 0 &&
	    strcmp(c[6], "undefined") != 0 && strcmp(c[6], "ours-wrong") != 0)
		return false;
	if (!fields_of(c[5])) return false;
	return set(row->side, sizeof row->side, c[0]) && set(row->mode, sizeof row->mode, c[1]) &&
	       set(row->insn, sizeof row->insn, c[2]) && set(row->here, sizeof row->here, c[3]) &&
	       set(row->there, sizeof row->there, c[4]) &&
	       set(row->fields, sizeof row->fields, c[5]) &&
	       set(row->right, sizeof row->right, c[6]);
}

bool decided_parse(const char *text, const char *name, struct decided *d)
{
	unsigned number = 0;
	d->count = 0;
	while (*text) {
		char line[LINE_BYTES];
		size_t n = strcspn(text, "\n");
		number++;
		(void)snprintf(line, sizeof line, "%.*s", (int)n, text);
		text += n + (text[n] == '\n');
		char *start = trim(line);
		if (!*start || *start == '#') continue;
		if (n >= sizeof line || d->count == MAX_ROWS ||
		    !parse_row(start, &d->rows[d->count])) {
			fprintf(stderr,
				"%s:%u: want side | mode | instruction | here | there | differs | "
				"right | clause, right being here, "
				"there, undefined or ours-wrong\n",
				name, number);
			return false;
		}
		d->rows[d->count].hits = 0;
		d->rows[d->count++].line = number;
	}
	return true;
}

bool decided_read(const char *path, struct decided *d)
{
	FILE *file = fopen(path, "r");
	if (!file) {
		fprintf(stderr, "differential: cannot read %s: %s\n", path, strerror(errno));
		return false;
	}
	char *text = malloc(FILE_BYTES);
	size_t n = text ? fread(text, 1, FILE_BYTES - 1, file) : 0;
	bool ok = text && n < FILE_BYTES - 1;
	if (ok) text[n] = 0;
	ok = ok && decided_parse(text, path, d);
	free(text);
	(void)fclose(file);
	return ok;
}

/* Whether one of the patterns matches; ';' separates them. */
static bool matches(const char *patterns, const char *text)
{
	char list[COLUMN_BYTES];
	(void)snprintf(list, sizeof list, "%s", patterns);
	for (char *at = list; at;) {
		char *next = strchr(at, ';');
		if (next) *next++ = 0;
		if (fnmatch(trim(at), text, 0) == 0) return true;
		at = next;
	}
	return false;
}

static bool has_insn(const char *patterns, const struct finding *f)
{
	for (unsigned k = 0; k < f->count; k++)
		if (matches(patterns, f->texts[k]) || matches(patterns, f->bytes[k])) return true;
	return false;
}

/* Whether the program has an instruction of each list, apart by '&'. */
static bool names_insn(const struct decided_row *row, const struct finding *f)
{
	char lists[COLUMN_BYTES];
	if (strcmp(row->insn, "*") == 0) return true;
	(void)snprintf(lists, sizeof lists, "%s", row->insn);
	for (char *at = lists; at;) {
		char *next = strchr(at, '&');
		if (next) *next++ = 0;
		if (!has_insn(at, f)) return false;
		at = next;
	}
	return true;
}

uint32_t decided_apply(struct decided *d, const struct finding *f, bool general)
{
	uint32_t left = f->fields;
	for (unsigned i = 0; i < d->count && left; i++) {
		struct decided_row *row = &d->rows[i];
		uint32_t taken = left & fields_of(row->fields);
		if (!taken || (general && strcmp(row->insn, "*") != 0) ||
		    !matches(row->side, f->side) || !matches(row->mode, f->mode) ||
		    !matches(row->here, f->here) || !matches(row->there, f->there) ||
		    !names_insn(row, f))
			continue;
		row->hits++;
		left &= ~taken;
	}
	return left;
}
