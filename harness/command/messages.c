/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* fopencookie() */
#include "harness/command/messages.h"

#include <sys/stat.h>
#include <unistd.h>

enum { LINE_SIZE = 4096 };

static bool same_place(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static ssize_t write_message(void *messages, const char *text, size_t size)
{
	struct messages *m = messages;

	(void)fflush(stdout); /* the stream keeps an error for session_check_outputs() */
	if (m->open_line && m->shared) fputc('\n', stderr);
	if (m->shared) m->open_line = false;
	return (ssize_t)fwrite(text, 1, size, stderr);
}

void messages_init(struct messages *m)
{
	static const cookie_io_functions_t functions = { .write = write_message };

	m->open_line = false;
	m->shared = same_place(STDOUT_FILENO, STDERR_FILENO);
	m->out = fopencookie(m, "w", functions);
	if (m->out)
		(void)setvbuf(m->out, NULL, _IOLBF, LINE_SIZE);
	else
		m->out = stderr;
}

void messages_guest_wrote(struct messages *m, uint8_t byte)
{
	/* A carriage return leaves the line as it is: empty or not. */
	if (byte != '\r') m->open_line = byte != '\n';
}

void messages_end_line(struct messages *m)
{
	if (m->open_line) putchar('\n');
	m->open_line = false;
}

void messages_close(struct messages *m)
{
	if (m->out && m->out != stderr) (void)fclose(m->out);
	m->out = stderr;
}
