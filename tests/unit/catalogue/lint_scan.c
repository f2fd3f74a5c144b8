/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "tests/unit/catalogue/lint_scan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "emu/array.h"
#include "harness/catalogue/catalogue_lints.h"

enum { MAX_ARGS = 12, ARG_REG = 1, ARG_RULE = 2, ARG_SPEC = 3 };

/* A part of the text. */
struct span {
	const char *at;
	size_t len;
};

/* ---- a simple parser for C ---- */

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* Returns the end of the string or character constant that begins here. */
static const char *skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at && *at != quote) at += *at == '\\' && at[1] ? 2 : 1;
	return *at ? at + 1 : at;
}

/* Returns the end of the parenthesis that opens here, and splits the text inside at its commas. */
static const char *split(const char *at, struct span *arg, unsigned *n)
{
	unsigned depth = 0;

	*n = 0;
	for (const char *from = at + 1; *at;) {
		if (*at == '"' || *at == '\'') {
			at = skip_quoted(at);
			continue;
		}
		if (strchr("([{", *at)) depth++;
		if (strchr(")]}", *at)) depth--;
		if ((depth == 1 && *at == ',') || depth == 0) {
			if (*n < MAX_ARGS) arg[(*n)++] = (struct span){ from, (size_t)(at - from) };
			from = at + 1;
		}
		at++;
		if (depth == 0) break;
	}
	return at;
}

/* Copies the n-th string of the span, adjacent strings joined; false if there are fewer. */
static bool literal(struct span s, unsigned n, char out[LINT_SCAN_TEXT])
{
	const char *at = s.at, *end = s.at + s.len;

	for (;; n--) {
		size_t len = 0;
		while (at < end && *at != '"') at++;
		if (at >= end) return false;
		while (at < end && *at == '"') {
			const char *next = skip_quoted(at);
			for (at++; at < next - 1 && len < LINT_SCAN_TEXT - 1;) out[len++] = *at++;
			for (at = next; at < end && isspace((unsigned char)*at);) at++;
		}
		out[len] = '\0';
		if (n == 0) return true;
	}
}

static struct span trimmed(struct span s)
{
	while (s.len && isspace((unsigned char)*s.at)) s.at++, s.len--;
	while (s.len && isspace((unsigned char)s.at[s.len - 1])) s.len--;
	return s;
}

static bool same(struct span s, const char *text)
{
	s = trimmed(s);
	return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

/* Where a search begins: find_word() looks at the character before a word, so it never finds one at
 * the very beginning of the text. */
static const char *beginning(const char *text) { return *text ? text + 1 : text; }

/* Finds the next place that has the word, followed by `follows`. */
static const char *find_word(const char *from, const char *word, char follows)
{
	size_t len = strlen(word);

	for (const char *at = from; (at = strstr(at, word)); at++) {
		if (is_word(at[-1]) || at[len] != follows) continue;
		return at;
	}
	return NULL;
}

static unsigned line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++) line += *text == '\n';
	return line;
}

/* ---- values that come from elsewhere in the file ---- */

/* Finds the name of the function around this place: the last line that begins with a word and goes
 * on with a parameter list. */
static bool enclosing(const char *text, const char *at, char name[LINT_SCAN_TEXT],
		      const char **params)
{
	for (const char *line = at; line >= text; line--) {
		const char *open, *end;
		if ((line > text && line[-1] != '\n') || !isalpha((unsigned char)*line)) continue;
		end = strchr(line, '\n');
		open = strchr(line, '(');
		if (!open || open > end || *(end - 1) == ';') continue;
		end = open;
		while (is_word(open[-1])) open--;
		snprintf(name, LINT_SCAN_TEXT, "%.*s", (int)(end - open), open);
		*params = end;
		return true;
	}
	return false;
}

static bool ends_with_word(struct span s, struct span word)
{
	s = trimmed(s);
	return s.len > word.len && !is_word(s.at[s.len - word.len - 1]) &&
	       memcmp(s.at + s.len - word.len, word.at, word.len) == 0;
}

/* Returns the index of the parameter with this name; -1: none. */
static int parameter(const char *params, struct span name)
{
	struct span arg[MAX_ARGS];
	unsigned n;

	split(params, arg, &n);
	for (unsigned i = 0; i < n; i++)
		if (ends_with_word(arg[i], name)) return (int)i;
	return -1;
}

struct scan {
	const char *text;
	void (*found)(void *ctx, const struct lint_site *site);
	void *ctx;
	struct lint_site site;
	unsigned n;
};

static bool tell(struct scan *s, struct span rules)
{
	unsigned n = 0;

	while (literal(rules, n, s->site.rule)) {
		s->found(s->ctx, &s->site);
		s->n++;
		n++;
	}
	return n > 0;
}

static void tell_nothing(struct scan *s)
{
	s->site.rule[0] = '\0';
	s->found(s->ctx, &s->site);
	s->n++;
}

/* Reports the values that callers of the enclosing function pass for this parameter. */
static bool tell_passed(struct scan *s, const char *at, struct span rule)
{
	char name[LINT_SCAN_TEXT];
	const char *params;
	bool told = false;
	int which;

	if (!enclosing(s->text, at, name, &params)) return false;
	which = parameter(params, trimmed(rule));
	for (const char *call = beginning(s->text);
	     which >= 0 && (call = find_word(call, name, '(')); call++) {
		struct span arg[MAX_ARGS];
		unsigned n;
		split(call + strlen(name), arg, &n);
		if ((unsigned)which < n && tell(s, arg[which])) told = true;
	}
	return told;
}

/* The rule is a member of a struct: reports the first member of each constant such as static const
 * struct refusal overlap = { "overlap", ... }. */
static bool tell_constants(struct scan *s)
{
	bool told = false;

	for (const char *at = s->text; (at = strstr(at, "static const struct ")); at++) {
		const char *open = at + strcspn(at, "{;(");
		struct span arg[MAX_ARGS];
		unsigned n;
		if (*open != '{' || memchr(at, '[', (size_t)(open - at))) continue;
		split(open, arg, &n);
		if (n == 2 && *trimmed(arg[0]).at == '"' && tell(s, arg[0])) told = true;
	}
	return told;
}

/* A string, or the name of one: static const char spec[] = "..."; */
static bool constant(const char *text, struct span expression, char out[LINT_SCAN_TEXT])
{
	char name[LINT_SCAN_TEXT + 8];
	const char *at;

	if (literal(expression, 0, out)) return true;
	expression = trimmed(expression);
	snprintf(name, sizeof(name), " %.*s[] =", (int)(expression.len % LINT_SCAN_TEXT),
		 expression.at);
	at = strstr(text, name);
	return at && literal((struct span){ at, strcspn(at, ";") }, 0, out);
}

/* ---- places ---- */

static void scan_call(struct scan *s, const char *at, const char *open, enum lint_severity severity)
{
	unsigned n, n_models = s->site.n_models;
	struct span arg[MAX_ARGS];

	split(open, arg, &n);
	if (n <= ARG_SPEC || (at - s->text >= 5 && strncmp(at - 5, "void ", 5) == 0)) return;
	s->site.line = line_of(s->text, at);
	s->site.severity = severity;
	s->site.reg[0] = s->site.spec[0] = s->site.rule[0] = '\0';
	s->site.any_reg = !same(arg[ARG_REG], "NULL") && !literal(arg[ARG_REG], 0, s->site.reg);
	s->site.any_spec = !constant(s->text, arg[ARG_SPEC], s->site.spec);
	/* The PCI host reports lints for any function on its bus. */
	if (memmem(arg[0].at, arg[0].len, "fn->dev", 7)) s->site.n_models = 0;
	bool told = tell(s, arg[ARG_RULE]) || tell_passed(s, at, arg[ARG_RULE]);
	if (!told && memchr(arg[ARG_RULE].at, '>', arg[ARG_RULE].len)) told = tell_constants(s);
	if (!told) tell_nothing(s);
	s->site.n_models = n_models;
}

static bool member(const struct span *arg, unsigned n, const char *name, struct span *value)
{
	size_t len = strlen(name);

	for (unsigned i = 0; i < n; i++) {
		struct span a = trimmed(arg[i]);
		if (a.len <= len || memcmp(a.at, name, len) != 0 || is_word(a.at[len])) continue;
		*value = (struct span){ a.at + len, a.len - len };
		return true;
	}
	return false;
}

static enum lint_severity severity_named(struct span value)
{
	if (memmem(value.at, value.len, "NOT_MODELLED", 12)) return LINT_NOT_MODELLED;
	return memmem(value.at, value.len, "NOTE", 4) ? LINT_NOTE : LINT_GUEST;
}

/* struct lint l = { .dev = "bus", .rule = ..., }, for hub_lint(). */
static void scan_struct(struct scan *s, const char *at)
{
	struct lint_site kept = s->site;
	const char *open = strchr(at, '{');
	struct span arg[MAX_ARGS], dev, rule, value;
	unsigned n;

	split(open, arg, &n);
	if (!member(arg, n, ".dev", &dev) || !member(arg, n, ".rule", &rule)) return;
	s->site = (struct lint_site){ .line = line_of(s->text, at), .n_models = 1 };
	if (!literal(dev, 0,
		     s->site.model[0])) { /* not a report: the lint is only used to make an id */
		s->site = kept;
		return;
	}
	if (member(arg, n, ".reg", &value)) s->site.any_reg = !literal(value, 0, s->site.reg);
	if (member(arg, n, ".spec", &value))
		s->site.any_spec = !constant(s->text, value, s->site.spec);
	if (member(arg, n, ".severity", &value)) s->site.severity = severity_named(value);
	if (!tell(s, rule)) tell_nothing(s);
	s->site = kept;
}

static void note_model(void *ctx, const char *name)
{
	struct lint_site *site = ctx;

	if (site->n_models < LINT_SCAN_MODELS)
		snprintf(site->model[site->n_models++], LINT_SCAN_TEXT, "%s", name);
}

void lint_scan_models(const char *text, void (*found)(void *ctx, const char *name), void *ctx)
{
	for (const char *at = text; (at = strstr(at, "struct device_ops ")); at++) {
		const char *open = at + strcspn(at, "{;(),*");
		struct span arg[MAX_ARGS], value;
		char name[LINT_SCAN_TEXT];
		unsigned n;
		if (*open != '{') continue;
		split(open, arg, &n);
		if (member(arg, n, ".name", &value) && literal(value, 0, name)) found(ctx, name);
	}
}

unsigned lint_scan(const char *text, void (*found)(void *ctx, const struct lint_site *site),
		   void *ctx)
{
	static const struct {
		const char *name;
		enum lint_severity severity;
	} calls[] = { { "device_lint", LINT_GUEST },
		      { "device_not_modelled", LINT_NOT_MODELLED },
		      { "device_note", LINT_NOTE } };
	struct scan s = { .text = text, .found = found, .ctx = ctx };

	lint_scan_models(text, note_model, &s.site);
	for (unsigned i = 0; i < ARRAY_SIZE(calls); i++)
		for (const char *at = beginning(text); (at = find_word(at, calls[i].name, '('));
		     at++)
			scan_call(&s, at, at + strlen(calls[i].name), calls[i].severity);
	for (const char *at = beginning(text); (at = find_word(at, "struct lint", ' ')); at++) {
		const char *end = at + strcspn(at, "{;(),*)");
		if (*end == '{') scan_struct(&s, at);
	}
	return s.n;
}

/* ---- the catalogue ---- */

struct search {
	const struct lint_site *site;
	bool rule, severity, spec;
};

static bool of_model(const struct lint_site *site, const char *name)
{
	for (unsigned i = 0; i < site->n_models; i++)
		if (strcmp(site->model[i], name) == 0) return true;
	return site->n_models == 0;
}

static bool compare(void *ctx, const struct catalogue_lint *lint)
{
	struct search *s = ctx;
	char id[LINT_ID_SIZE + 2 * LINT_SCAN_TEXT];

	if (strcmp(lint->rule, s->site->rule) != 0 || !of_model(s->site, lint->model->name))
		return true;
	snprintf(id, sizeof(id), "%s.%s%s%s", lint->model->name, s->site->reg,
		 s->site->reg[0] ? "." : "", s->site->rule);
	if (!s->site->any_reg && strcmp(id, lint->id) != 0) return true;
	s->rule = true;
	s->severity |= lint->severity == s->site->severity;
	s->spec |= s->site->any_spec || strcmp(lint->spec, s->site->spec) == 0;
	return true;
}

const char *lint_site_fault(const struct lint_site *site)
{
	struct search s = { .site = site };

	if (!site->rule[0]) return "its rule could not be found";
	catalogue_visit(NULL, compare, &s);
	if (!s.rule) return "is not in the catalogue";
	if (!s.severity) return "has another severity in the catalogue";
	return s.spec ? NULL : "has another citation in the catalogue";
}
