/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memfd_create */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_load.h"
#include "harness/twin/trace.h"

enum { MAX_INPUT = 64 * 1024, MAX_PATH = 32 };

static void require(bool holds)
{
	if (!holds) abort();
}

/* Make a file in memory with these contents; returns its descriptor. */
static int make_file(const uint8_t *data, size_t size, char path[MAX_PATH])
{
	int fd = memfd_create("input", 0);

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, MAX_PATH, "/proc/self/fd/%d", fd);
	return fd;
}

/* So that the test does not open a file that the input names. */
static void forget_program(struct twin_trace *t)
{
	free(t->program);
	t->program = strdup("");
}

static bool compare(const struct twin_trace *a, const struct twin_trace *b)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	require(out != NULL);
	bool equal = twin_trace_compare(a, b, out);
	fclose(out);
	require(equal == (size == 0)); /* there is output if and only if they differ */
	free(text);
	return equal;
}

/* A trace that was read can be written, and read again with the same contents. */
static void round_trip(struct twin_trace *t)
{
	char path[MAX_PATH], error[256];
	struct twin_trace again = { 0 };
	int fd = make_file(NULL, 0, path);

	forget_program(t);
	require(twin_trace_write(t, path, error, sizeof(error)));
	require(twin_trace_read(&again, path, error, sizeof(error)));
	require(again.n == t->n && again.lost == t->lost);
	require(compare(t, &again) == (t->lost == 0));
	again.n /= 2;
	(void)compare(t, &again);
	(void)compare(&again, t);
	twin_trace_free(&again);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[MAX_PATH], error[256];
	struct twin_trace trace = { 0 };

	if (size > MAX_INPUT) return -1;
	int fd = make_file(data, size, path);
	if (twin_trace_read(&trace, path, error, sizeof(error))) {
		round_trip(&trace);
	} else {
		require(strncmp(error, path, strlen(path)) == 0);
		require(trace.n == 0 && !trace.access && !trace.program);
	}
	twin_trace_free(&trace);
	close(fd);
	return 0;
}
