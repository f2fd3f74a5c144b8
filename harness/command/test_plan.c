/* SPDX-License-Identifier: MIT */
#include "harness/command/test_plan.h"

#include <errno.h>
#include <fts.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/array.h"
#include "harness/command/option_table.h"
#include "harness/support/near_text.h"

enum { MAX_DEPTH = 16, MAX_CASES = 100000 };
static const char ending[] = ".test";

struct test_source {
	struct test_source *next;
	json_t *json;
	char *folder, *name;
};

/* A case that is being read. */
struct reading {
	struct test_plan *plan;
	const char *path;
	struct test_source *source;
	json_t *all, *one;     /* keys of all cases; those of this one, which win */
	const char *case_name; /* "" if there is only one */
};

__attribute__((format(printf, 2, 3))) static bool fail(struct test_plan *plan, const char *format,
						       ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(plan->error, sizeof(plan->error), format, args);
	va_end(args);
	return false;
}

static bool no_memory(struct test_plan *plan) { return fail(plan, "out of memory"); }

/* ---- keys ---- */

/* Those that are not options of `bimetal run`. */
static const char *const own_keys[] = {
	"image", "name", "cases", "exit", "serial", "screen", "skip"
};
/* Options that say where output goes: of a test it goes to the report. */
static const char *const outputs[] = { "debugcon", "screen-text", "screenshot", "trace",
				       "coverage", "stats",       "verify",     "quiet" };

static bool is_among(const char *key, const char *const *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(key, keys[i]) == 0) return true;
	return false;
}

static const struct argp_option *option_of(const char *key)
{
	for (const struct argp_option *x = options_table; x->name || x->key || x->doc; x++)
		if (x->name && !(x->flags & OPTION_ALIAS) && strcmp(x->name, key) == 0) return x;
	return NULL;
}

static const char *nearest_key(const char *key)
{
	const char *near = NULL;
	unsigned least = NEAR_TEXT_NOT;

	for (size_t i = 0; i < ARRAY_SIZE(own_keys); i++) {
		unsigned d = near_text(key, own_keys[i]);
		if (d < least) near = own_keys[i];
		if (d < least) least = d;
	}
	for (const struct argp_option *x = options_table; x->name || x->key || x->doc; x++) {
		unsigned d = x->name ? near_text(key, x->name) : NEAR_TEXT_NOT;
		if (d < least) near = x->name;
		if (d < least) least = d;
	}
	return near;
}

static bool check_key(struct test_plan *plan, const char *path, const char *key)
{
	const char *near;

	if (is_among(key, own_keys, ARRAY_SIZE(own_keys))) return true;
	if (is_among(key, outputs, ARRAY_SIZE(outputs)))
		return fail(plan,
			    "%s: '%s' is for bimetal run: the output of a test is in its report",
			    path, key);
	if (option_of(key)) return true;
	near = nearest_key(key);
	return fail(
		plan,
		"%s: unknown key '%s'%s%s%s; keys are the options of bimetal run, and image, name, "
		"cases, exit, serial, screen, skip",
		path, key, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool check_keys(struct test_plan *plan, const char *path, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) if (!check_key(plan, path, key)) return false;
	return true;
}

static json_t *get(const struct reading *r, const char *key)
{
	json_t *value = r->one ? json_object_get(r->one, key) : NULL;

	return value ? value : json_object_get(r->all, key);
}

/* ---- a case ---- */

static bool add_word(struct test_case *c, char *word)
{
	char **more = word ? realloc(c->argv, ((size_t)c->argc + 2) * sizeof(*more)) : NULL;

	if (!more) {
		free(word);
		return false;
	}
	c->argv = more;
	c->argv[c->argc++] = word;
	c->argv[c->argc] = NULL;
	return true;
}

static char *joined(const char *a, const char *b, const char *c)
{
	size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
	char *text = malloc(size);

	if (text) snprintf(text, size, "%s%s%s", a, b, c);
	return text;
}

static bool add_option(struct reading *r, struct test_case *c, const struct argp_option *x,
		       json_t *value)
{
	char number[32];
	const char *text = json_string_value(value);

	if (!x->arg) {
		if (!json_is_boolean(value))
			return fail(r->plan, "%s: '%s' is true or false", r->path, x->name);
		return json_is_false(value) || add_word(c, joined("--", x->name, "")) ||
		       no_memory(r->plan);
	}
	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		text = number;
	}
	if (!text)
		return fail(r->plan, "%s: '%s' is a text, a number, or a list of them", r->path,
			    x->name);
	return (add_word(c, joined("--", x->name, "=")) &&
		(c->argv[c->argc - 1] =
			 realloc(c->argv[c->argc - 1], strlen(x->name) + strlen(text) + 4)) &&
		strcat(c->argv[c->argc - 1], text)) ||
	       no_memory(r->plan);
}

static bool add_values(struct reading *r, struct test_case *c, const struct argp_option *x)
{
	json_t *value = get(r, x->name), *element;
	size_t i;

	if (!value) return true;
	if (!json_is_array(value)) return add_option(r, c, x, value);
	json_array_foreach(value, i, element) if (!add_option(r, c, x, element)) return false;
	return true;
}

/* What fails a test unless the file says otherwise. */
static bool add_defaults(const struct reading *r, struct test_case *c)
{
	bool ok = add_word(c, strdup("bimetal run")) && add_word(c, strdup("--serial=none"));

	if (ok && !get(r, "lint")) ok = add_word(c, strdup("--lint=error"));
	if (ok && !get(r, "tlb")) ok = add_word(c, strdup("--tlb=lint"));
	return ok;
}

static bool add_argv(struct reading *r, struct test_case *c)
{
	json_t *image = get(r, "image");

	if (!add_defaults(r, c)) return no_memory(r->plan);
	for (const struct argp_option *x = options_table; x->name || x->key || x->doc; x++) {
		if (!x->name || x->flags & OPTION_ALIAS || strcmp(x->name, "serial") == 0) continue;
		if (!add_values(r, c, x)) return false;
	}
	if (!image) return true;
	if (!json_is_string(image)) return fail(r->plan, "%s: 'image' is a path", r->path);
	return (add_word(c, strdup("--")) && add_word(c, strdup(json_string_value(image)))) ||
	       no_memory(r->plan);
}

static bool read_texts(struct reading *r, const char *key, struct test_texts *texts)
{
	json_t *value = get(r, key);
	size_t n = json_is_array(value) ? json_array_size(value) : 1;

	if (!value) return true;
	texts->text = calloc(n + 1, sizeof(*texts->text));
	if (!texts->text) return no_memory(r->plan);
	for (size_t i = 0; i < n; i++) {
		json_t *one = json_is_array(value) ? json_array_get(value, i) : value;
		texts->text[i] = json_string_value(one);
		if (!texts->text[i] || !texts->text[i][0])
			return fail(r->plan, "%s: '%s' is a text that must come, or a list of them",
				    r->path, key);
		texts->n++;
	}
	return true;
}

static bool read_exit(struct reading *r, struct test_case *c)
{
	json_t *value = get(r, "exit"), *skip = get(r, "skip");

	if (value && !json_is_integer(value))
		return fail(r->plan, "%s: 'exit' is the exit code that bimetal run must have",
			    r->path);
	if (skip && !json_is_string(skip))
		return fail(r->plan, "%s: 'skip' is the reason, a text", r->path);
	c->exit = (int)json_integer_value(value);
	c->skip = json_string_value(skip);
	return true;
}

static bool add_case(struct reading *r)
{
	struct test_plan *plan = r->plan;
	struct test_case *more, *c;

	if (plan->n == MAX_CASES) return fail(plan, "more than %d tests", MAX_CASES);
	more = realloc(plan->cases, (plan->n + 1) * sizeof(*more));
	if (!more) return no_memory(plan);
	plan->cases = more;
	c = &plan->cases[plan->n++];
	*c = (struct test_case){ .folder = r->source->folder };
	c->name = joined(r->source->name, r->case_name[0] ? ":" : "", r->case_name);
	if (!c->name) return no_memory(plan);
	return check_keys(plan, r->path, r->one ? r->one : r->all) && read_exit(r, c) &&
	       read_texts(r, "serial", &c->serial) && read_texts(r, "screen", &c->screen) &&
	       add_argv(r, c);
}

/* ---- a file ---- */

static bool read_cases(struct reading *r)
{
	json_t *cases = json_object_get(r->all, "cases"), *one;
	char number[24];
	size_t i;

	if (!json_is_object(r->all))
		return fail(r->plan, "%s: a test is a JSON object, in braces", r->path);
	if (!check_keys(r->plan, r->path, r->all)) return false;
	if (!cases) return add_case(r);
	if (!json_is_array(cases) || !json_array_size(cases))
		return fail(r->plan, "%s: 'cases' is a list of objects", r->path);
	json_array_foreach(cases, i, one)
	{
		const char *name = json_string_value(json_object_get(one, "name"));
		if (!json_is_object(one))
			return fail(r->plan, "%s: case %zu is no object", r->path, i + 1);
		snprintf(number, sizeof(number), "%zu", i + 1);
		r->one = one;
		r->case_name = name ? name : number;
		if (!add_case(r)) return false;
	}
	return true;
}

/* Its folder, and its name without the ending. */
static bool name_source(struct test_source *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = strlen(path);
	char *absolute;

	s->folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	if (!s->folder) return false;
	absolute = realpath(s->folder, NULL);
	if (absolute) free(s->folder);
	if (absolute) s->folder = absolute;
	if (strncmp(path, "./", 2) == 0) path += 2, length -= 2;
	s->name = strndup(path, length - strlen(ending));
	return s->name;
}

static bool add_file(struct test_plan *plan, const char *path)
{
	struct test_source *s = calloc(1, sizeof(*s));
	struct reading r = { .plan = plan, .path = path, .source = s, .case_name = "" };
	json_error_t error;

	if (!s) return no_memory(plan);
	s->next = plan->sources;
	plan->sources = s;
	if (!name_source(s, path)) return no_memory(plan);
	s->json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!s->json && error.line < 0) return fail(plan, "%s: %s", path, error.text);
	if (!s->json) return fail(plan, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	r.all = s->json;
	return read_cases(&r);
}

/* ---- folders ---- */

static bool has_ending(const char *path)
{
	size_t length = strlen(path), n = strlen(ending);

	return length > n && strcmp(path + length - n, ending) == 0;
}

static char *beside(const char *path) { return joined(path, ending, ""); }

static bool is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* An ELF file without a .test: perhaps it was forgotten. */
static void count_kernel(struct test_plan *plan, const char *path)
{
	char magic[4] = "", *test = beside(path);
	FILE *file = test && !is_there(test) ? fopen(path, "rb") : NULL;

	if (file && fread(magic, 1, sizeof(magic), file) == sizeof(magic))
		plan->without += memcmp(magic, "\177ELF", sizeof(magic)) == 0;
	if (file) fclose(file);
	free(test);
}

/* Files before folders, each by name. */
static int by_name(const FTSENT **a, const FTSENT **b)
{
	bool x = (*a)->fts_info == FTS_D, y = (*b)->fts_info == FTS_D;

	return x != y ? x - y : strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool add_entry(struct test_plan *plan, FTS *tree, FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level && entry->fts_name[0] == '.') fts_set(tree, entry, FTS_SKIP);
		if (entry->fts_level <= MAX_DEPTH) return true;
		return fail(plan, "%s: more than %d folders deep", entry->fts_path, MAX_DEPTH);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS: return fail(plan, "%s: %s", entry->fts_path, strerror(entry->fts_errno));
	case FTS_F:
		if (has_ending(entry->fts_path)) return add_file(plan, entry->fts_path);
		count_kernel(plan, entry->fts_path);
		return true;
	default: return true;
	}
}

static bool add_folder(struct test_plan *plan, const char *path)
{
	char *copy = strdup(path), *roots[] = { copy, NULL };
	FTS *tree = copy ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
	bool ok = tree || fail(plan, "%s: %s", path, strerror(errno));
	FTSENT *entry;

	for (size_t n = copy ? strlen(copy) : 0; n > 1 && copy[n - 1] == '/'; n--)
		copy[n - 1] = '\0';
	while (ok && (entry = fts_read(tree))) ok = add_entry(plan, tree, entry);
	if (tree) fts_close(tree);
	free(copy);
	return ok;
}

bool test_plan_add(struct test_plan *plan, const char *path)
{
	struct stat st;
	char *test;
	bool ok;

	if (stat(path, &st) != 0) return fail(plan, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode)) return add_folder(plan, path);
	if (has_ending(path)) return add_file(plan, path);
	test = beside(path);
	if (!test) return no_memory(plan);
	ok = is_there(test) ? add_file(plan, test)
			    : fail(plan, "%s: there is no %s%s beside it that says what to expect",
				   path, path, ending);
	free(test);
	return ok;
}

void test_plan_free(struct test_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct test_case *c = &plan->cases[i];
		for (int k = 0; k < c->argc; k++) free(c->argv[k]);
		free(c->argv);
		free((void *)c->serial.text);
		free((void *)c->screen.text);
		free(c->name);
	}
	free(plan->cases);
	while (plan->sources) {
		struct test_source *next = plan->sources->next;
		json_decref(plan->sources->json);
		free(plan->sources->folder);
		free(plan->sources->name);
		free(plan->sources);
		plan->sources = next;
	}
	*plan = (struct test_plan){ 0 };
}

/* ---- the command ---- */

static void put_quoted(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_=./,:+@%";

	if (*word && strspn(word, plain) == strlen(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

char *test_case_command(const struct test_case *c)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out) return NULL;
	fputs("cd ", out);
	put_quoted(out, c->folder);
	fputs(" && bimetal run", out);
	for (int i = 1; i < c->argc; i++) {
		if (strcmp(c->argv[i], "--serial=none") == 0)
			continue; /* by hand it is looked at */
		fputc(' ', out);
		put_quoted(out, c->argv[i]);
	}
	if (fclose(out) == 0) return text;
	free(text);
	return NULL;
}
