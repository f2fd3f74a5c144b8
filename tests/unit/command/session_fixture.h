/* SPDX-License-Identifier: MIT */
/* A session with a guest of a few bytes: 32-bit code without a header, loaded at 1 MiB. */
#ifndef TESTS_UNIT_COMMAND_SESSION_FIXTURE_H
#define TESTS_UNIT_COMMAND_SESSION_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/command/session.h"
#include "tests/check.h"

/* inc eax; jmp back to it */
#define GUEST_LOOP "\x40\xeb\xfd"
/* mov al, 10h; out 0f4h, al: exits with success */
#define GUEST_PASS "\xb0\x10\xe6\xf4"
/* mov al, 'A'; out 0e9h, al: to the debug console */
#define GUEST_SAY_A "\xb0\x41\xe6\xe9"

static char image[] = "/tmp/session_fixture.XXXXXX";
static char written[] = "/tmp/session_written.XXXXXX"; /* for what a session writes */
static struct run_options options;
static struct session *session;

static inline void make_file(char *path)
{
	int fd = mkstemp(path);

	require(fd >= 0);
	close(fd);
}

static inline void start_files(void)
{
	make_file(image);
	make_file(written);
	options_init(&options);
	options.boot.path = image;
	options.boot.kind = BOOT_FLAT;
	options.serial_stdio = false;
	options.max_time_ns = 100000;
	options.n_success = 1;
	session = NULL;
}

static inline void remove_files(void)
{
	if (session) session_close(session);
	free(session);
	unlink(image);
	unlink(written);
}

/* Opens a session; ends the one before, if there is one. */
static inline bool open_guest(const char *code, size_t size)
{
	FILE *f = fopen(image, "wb");

	if (!f || fwrite(code, 1, size, f) != size) require_fail("%s", image);
	if (f) fclose(f);
	if (session) session_close(session);
	free(session);
	session = calloc(1, sizeof(*session));
	require(session);
	return session_open(session, &options);
}

/* Opens a session whose guest is a string literal. */
#define OPEN(code) require(open_guest(code, sizeof(code) - 1), "%s", session->error)
#define RUN(code)                     \
	do {                          \
		OPEN(code);           \
		session_run(session); \
	} while (0)

/* Returns the contents of a file; the next call overwrites them. */
static inline const char *text_of(const char *path)
{
	static char text[1 << 16];
	FILE *f = fopen(path, "rb");

	if (!f) require_fail("%s", path);
	text[f ? fread(text, 1, sizeof(text) - 1, f) : 0] = '\0';
	if (f) fclose(f);
	return text;
}

#endif
