/* SPDX-License-Identifier: MIT */
/* Recordings of coverage. The first byte says what is taken, and whether the stamps and sizes of
 * models that the catalogue has are put right first: no fuzzer would find them. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_load.h"
#include "harness/catalogue/coverage_recording.h"
#include "harness/catalogue/coverage_report.h"

enum { MAX_INPUT = 64 * 1024, WHAT = 3, PUT_RIGHT = 4 };

static void require(bool holds)
{
	if (!holds) abort();
}

static void put_right(uint8_t *bytes, size_t size)
{
	size_t at = sizeof(struct coverage_header);

	for (; at + sizeof(struct coverage_section) <= size;
	     at += sizeof(struct coverage_section)) {
		struct coverage_section section;

		memcpy(&section, bytes + at, sizeof(section));
		section.name[COVERAGE_NAME_SIZE - 1] = '\0';
		for (size_t i = 0; coverage_model_at(i); i++) {
			if (strcmp(coverage_model_at(i)->name, section.name) != 0) continue;
			section.stamp = coverage_model_at(i)->stamp;
			section.words = coverage_model_at(i)->words;
		}
		memcpy(bytes + at, &section, sizeof(section));
	}
}

/* What was added can be printed. */
static void print(const struct coverage_sum *sum)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	require(out != NULL);
	for (size_t i = 0; coverage_model_at(i); i++)
		if (sum->has[i])
			coverage_report(out, &sum->reached,
					catalogue_model(coverage_model_at(i)->name));
	fclose(out);
	free(text);
}

/* The same recording twice is the same as once. */
static void add_again(struct coverage_sum *sum, const uint8_t *bytes, size_t size,
		      enum coverage_recording what)
{
	size_t n = coverage_words() * sizeof(uint64_t);
	uint64_t *before = malloc(n);
	char error[COVERAGE_ERROR_SIZE];

	require(before != NULL);
	memcpy(before, sum->reached.word, n);
	require(coverage_add(sum, bytes, size, what, error));
	require(memcmp(before, sum->reached.word, n) == 0);
	free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct coverage_sum sum = { 0 };
	char error[COVERAGE_ERROR_SIZE] = "";
	uint8_t *bytes;

	if (size == 0 || size > MAX_INPUT || (data[0] & WHAT) > COVERAGE_LINTS_ONLY) return -1;
	enum coverage_recording what = (enum coverage_recording)(data[0] & WHAT);
	bytes = malloc(size);
	sum.reached.word = calloc(coverage_words(), sizeof(uint64_t));
	sum.has = calloc(catalogue_size(), sizeof(bool));
	require(bytes && sum.reached.word && sum.has);
	size--;
	memcpy(bytes, data + 1, size);
	if (data[0] & PUT_RIGHT) put_right(bytes, size);
	if (coverage_add(&sum, bytes, size, what, error)) {
		add_again(&sum, bytes, size, what);
		print(&sum);
	} else {
		require(error[0] != '\0');
		for (size_t i = 0; i < coverage_words(); i++) require(!sum.reached.word[i]);
	}
	free(bytes);
	free(sum.reached.word);
	free(sum.has);
	return 0;
}
