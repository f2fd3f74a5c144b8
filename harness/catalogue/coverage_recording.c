/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/coverage_recording.h"

#include <stdlib.h>
#include <string.h>

#include "harness/support/files.h"

enum { MAX_SIZE = 256 << 20, MAX_MODELS = 4096 };

/* ---- the sections ---- */

static size_t n_models(void)
{
	size_t n = 0;

	while (coverage_model_at(n)) n++;
	return n;
}

struct coverage_section *coverage_sections(size_t *n)
{
	struct coverage_section *section;

	*n = n_models();
	section = calloc(*n ? *n : 1, sizeof(*section));
	for (size_t i = 0; section && i < *n; i++) {
		const struct coverage_model *m = coverage_model_at(i);

		snprintf(section[i].name, COVERAGE_NAME_SIZE, "%s", m->name);
		section[i].stamp = m->stamp;
		section[i].words = m->words;
	}
	return section;
}

/* The model of this name, by its number; false: the catalogue has none. */
static bool find_model(const char *name, size_t *at)
{
	for (*at = 0; coverage_model_at(*at); ++*at)
		if (strncmp(coverage_model_at(*at)->name, name, COVERAGE_NAME_SIZE - 1) == 0)
			return true;
	return false;
}

/* ---- reading ---- */

/* A recording, while it is read: nothing of it is trusted. */
struct reading {
	const uint8_t *bytes;
	size_t size, at;
};

static bool take(struct reading *r, void *into, size_t size)
{
	if (size > r->size - r->at) return false;
	memcpy(into, r->bytes + r->at, size);
	r->at += size;
	return true;
}

/* NULL, or what is wrong with the sections and the file's size. */
static const char *read_sections(struct reading *r, struct coverage_section *section, size_t n)
{
	uint64_t words = 0;

	for (size_t i = 0; i < n; i++) {
		if (!take(r, &section[i], sizeof(*section))) return "the file is truncated";
		section[i].name[COVERAGE_NAME_SIZE - 1] = '\0';
		if (section[i].words > MAX_SIZE) return "not a recording: a model is too large";
		words += section[i].words;
	}
	return words * sizeof(uint64_t) > r->size - r->at ? "the file is truncated" : NULL;
}

static bool layouts_agree(const struct coverage_section *section, size_t n,
			  char error[COVERAGE_ERROR_SIZE])
{
	size_t at;

	for (size_t i = 0; i < n; i++) {
		if (!find_model(section[i].name, &at)) continue;
		const struct coverage_model *m = coverage_model_at(at);
		if (section[i].stamp == m->stamp && section[i].words == m->words) continue;
		snprintf(error, COVERAGE_ERROR_SIZE,
			 "recorded when the model %s had other registers or lints: build and run "
			 "its test again, or delete the file if the test is gone",
			 m->name);
		return false;
	}
	return true;
}

/* ---- adding ---- */

static void add_kind(const struct coverage_sum *sum, const struct coverage_model *m,
		     const uint8_t *from, enum coverage_kind to, enum coverage_recording what)
{
	size_t n = m->words / COVERAGE_KINDS, n_lints;

	(void)coverage_lints_of(m->name, &n_lints);
	for (size_t i = what == COVERAGE_LINTS_ONLY ? n - n_lints : 0; i < n; i++) {
		uint64_t word;

		memcpy(&word, from + i * sizeof(word), sizeof(word));
		sum->reached.word[m->first + to * n + i] |= word;
	}
}

static void add_model(const struct coverage_sum *sum, const struct coverage_model *m,
		      const uint8_t *words, enum coverage_recording what)
{
	size_t size = m->words / COVERAGE_KINDS * sizeof(uint64_t);

	for (unsigned kind = 0; kind < COVERAGE_KINDS; kind++)
		add_kind(sum, m, words + kind * size, (enum coverage_kind)kind, what);
	if (what == COVERAGE_WITH_QEMU)
		add_kind(sum, m, words + COVERAGE_DIRECTED * size, COVERAGE_QEMU, what);
}

static void add_all(struct coverage_sum *sum, const struct reading *r,
		    const struct coverage_section *section, size_t n, enum coverage_recording what)
{
	const uint8_t *words = r->bytes + r->at;
	size_t at;

	for (size_t i = 0; i < n; i++) {
		if (find_model(section[i].name, &at)) {
			add_model(sum, coverage_model_at(at), words, what);
			if (sum->has) sum->has[at] = true;
		} else if (!sum->stranger[0]) {
			memcpy(sum->stranger, section[i].name, COVERAGE_NAME_SIZE);
		}
		words += section[i].words * sizeof(uint64_t);
	}
}

bool coverage_add(struct coverage_sum *sum, const uint8_t *bytes, size_t size,
		  enum coverage_recording what, char error[COVERAGE_ERROR_SIZE])
{
	struct reading r = { .bytes = bytes, .size = size };
	struct coverage_header header;
	struct coverage_section *section = NULL;
	const char *why = NULL;
	bool ok = false;

	if (!take(&r, &header, sizeof(header)) || header.magic != COVERAGE_MAGIC ||
	    header.n_models > MAX_MODELS)
		why = "not a recording of coverage";
	else if (!(section = calloc(header.n_models + 1, sizeof(*section))))
		why = "out of memory";
	else
		why = read_sections(&r, section, header.n_models);
	if (why)
		snprintf(error, COVERAGE_ERROR_SIZE, "%s", why);
	else
		ok = layouts_agree(section, header.n_models, error);
	if (ok) add_all(sum, &r, section, header.n_models, what);
	free(section);
	return ok;
}

bool coverage_add_recording(struct coverage_sum *sum, const char *path,
			    enum coverage_recording what, char error[COVERAGE_ERROR_SIZE])
{
	char why[COVERAGE_ERROR_SIZE];
	uint8_t *bytes;
	size_t size;
	bool ok;

	if (file_read(path, MAX_SIZE, &bytes, &size, error, COVERAGE_ERROR_SIZE) != FILE_READ)
		return false;
	ok = coverage_add(sum, bytes, size, what, why);
	if (!ok)
		snprintf(error, COVERAGE_ERROR_SIZE, "%s: %.*s", path, COVERAGE_ERROR_SIZE / 2,
			 why);
	free(bytes);
	return ok;
}
