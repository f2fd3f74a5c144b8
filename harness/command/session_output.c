/* SPDX-License-Identifier: MIT */
#include "harness/command/session_output.h"

#include <errno.h>
#include <string.h>

enum { OUT_BUFFER = 1 << 16 };

void session_on_serial(void *ctx, unsigned n, uint8_t byte)
{
	struct session *s = ctx;
	if (n != 0) return; /* only COM1 is connected */
	text_log_add(&s->serial, byte);
	output_sum_add(&s->said, byte);
	if (!s->serial_out) return;
	putc(byte, s->serial_out);
	s->unflushed = true;
}

void session_on_debug(void *ctx, uint8_t byte)
{
	struct session *s = ctx;
	text_log_add(&s->debug, byte);
	output_sum_add(&s->debugged, byte);
	if (!s->debug_out) return;
	putc(byte, s->debug_out);
	s->unflushed = true;
}

bool session_open_output(struct session *s, const char *path, FILE **out)
{
	*out = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
	if (!*out)
		return session_fail(s, "%s: cannot open the file for writing: %s", path,
				    strerror(errno));
	if (*out != stdout) setvbuf(*out, NULL, _IOFBF, OUT_BUFFER);
	return true;
}

bool session_open_outputs(struct session *s)
{
	const struct run_options *o = s->options;
	if (!s->again) setvbuf(stdout, NULL, _IOFBF, OUT_BUFFER);
	if (o->serial_stdio) s->serial_out = stdout;
	if (o->serial && !session_open_output(s, o->serial, &s->serial_out)) return false;
	const char *debug = o->debugcon && strcmp(o->debugcon, "stdio") == 0 ? "-" : o->debugcon;
	if (debug && !session_open_output(s, debug, &s->debug_out)) return false;
	return !o->trace || session_open_output(s, o->trace, &s->trace_out);
}

void session_flush(struct session *s)
{
	if (!s->unflushed) return;
	s->unflushed = false;
	if (s->serial_out) fflush(s->serial_out);
	if (s->debug_out) fflush(s->debug_out);
}

/* A full disk under what the guest said must not pass for success. */
bool session_check_outputs(struct session *s)
{
	FILE *const outs[] = { s->serial_out, s->debug_out, s->trace_out };
	for (size_t i = 0; i < sizeof(outs) / sizeof(outs[0]); i++)
		if (outs[i] && (fflush(outs[i]) != 0 || ferror(outs[i])))
			return session_fail(
				s, "the guest's output or the trace could not be written: %s",
				strerror(errno));
	return true;
}

static void close_output(FILE **out)
{
	if (*out && *out != stdout)
		fclose(*out);
	else if (*out)
		fflush(*out);
	*out = NULL;
}

void session_close_files(struct session *s)
{
	close_output(&s->serial_out);
	close_output(&s->debug_out);
	close_output(&s->trace_out);
}
