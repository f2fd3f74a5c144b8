/* SPDX-License-Identifier: MIT */
#include "harness/command/session_output.h"

#include <errno.h>
#include <string.h>

#include "harness/catalogue/coverage_recorder.h"
#include "harness/command/session_paths.h"

enum { OUT_BUFFER = 1 << 16, WHAT_SIZE = 256 };

static void write_stdout(struct session *s, uint8_t byte)
{
	putc(byte, stdout);
	messages_guest_wrote(&s->messages, byte);
}

void session_write_held(struct session *s)
{
	for (size_t i = 0; i < s->n_held; i++) write_stdout(s, s->held[i]);
	s->n_held = 0;
}

/* Many lines of a trace come between two characters of the guest. If both go to standard output,
 * the guest's text is written by whole lines. */
static void hold(struct session *s, uint8_t byte)
{
	s->held[s->n_held++] = byte;
	if (byte == '\n' || s->n_held == sizeof(s->held)) session_write_held(s);
}

static void write_byte(struct session *s, FILE *out, uint8_t byte)
{
	if (!out) return;
	if (out != stdout)
		putc(byte, out);
	else if (s->trace_out == stdout)
		hold(s, byte);
	else
		write_stdout(s, byte);
	s->unflushed = true;
}

void session_on_serial(void *ctx, unsigned n, uint8_t byte)
{
	struct session *s = ctx;
	if (n != 0) return; /* only COM1 is connected */
	text_log_add(&s->serial, byte);
	output_sum_add(&s->said, byte);
	write_byte(s, s->serial_out, byte);
}

void session_on_debug(void *ctx, uint8_t byte)
{
	struct session *s = ctx;
	text_log_add(&s->debug, byte);
	output_sum_add(&s->debugged, byte);
	write_byte(s, s->debug_out, byte);
}

void session_on_device(void *ctx, unsigned n, uint8_t byte)
{
	struct session *s = ctx;
	s->device_sent = true;
	write_byte(s, s->device_out[n], byte);
}

bool session_open_output(struct session *s, const char *path, FILE **out)
{
	*out = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
	if (*out == stdout) messages_end_line(&s->messages);
	if (!*out) return session_fail_to_open(s, path);
	if (*out != stdout) setvbuf(*out, NULL, _IOFBF, OUT_BUFFER);
	return true;
}

/* The recorder is the process's, so that the other runs of --verify add to the same file. */
static bool record_coverage(struct session *s, const char *path)
{
	char error[COVERAGE_ERROR_SIZE];

	if (!path || (coverage_record(path, error) && coverage_record_models(error))) return true;
	return session_fail(s, "%s", error);
}

bool session_open_outputs(struct session *s)
{
	const struct run_options *o = s->options;
	if (!session_check_paths(s)) return false;
	if (!s->again) setvbuf(stdout, NULL, _IOFBF, OUT_BUFFER);
	if (o->serial_stdio) s->serial_out = stdout;
	if (o->serial && !session_open_output(s, o->serial, &s->serial_out)) return false;
	const char *debug = o->debugcon && strcmp(o->debugcon, "stdio") == 0 ? "-" : o->debugcon;
	if (debug && !session_open_output(s, debug, &s->debug_out)) return false;
	for (unsigned i = 0; i < o->n_devices; i++)
		if (o->device_file[i] &&
		    !session_open_output(s, o->device_file[i], &s->device_out[i]))
			return false;
	if (!record_coverage(s, o->coverage)) return false;
	return !o->trace || session_open_output(s, o->trace, &s->trace_out);
}

void session_flush(struct session *s)
{
	if (!s->unflushed) return;
	s->unflushed = false;
	if (s->serial_out) fflush(s->serial_out);
	if (s->debug_out) fflush(s->debug_out);
	for (unsigned i = 0; i < OPTIONS_MAX_DEVICES; i++)
		if (s->device_out[i]) fflush(s->device_out[i]);
}

/* A full disk under what the guest said must not pass for success. False: after an error, for which
 * errno stands no more if an earlier write had it. */
static bool check_output(struct session *s, FILE *out, const char *what)
{
	if (!out) return true;
	errno = 0;
	bool flushed = fflush(out) == 0;
	if (flushed && !ferror(out)) return true;
	return session_fail(s, "%s could not be written%s%s: is the disk full?", what,
			    errno ? ": " : "", errno ? strerror(errno) : "");
}

bool session_check_outputs(struct session *s)
{
	for (unsigned i = 0; i < s->options->n_devices; i++) {
		const char *path = s->options->device_file[i];
		char what[WHAT_SIZE];

		snprintf(what, sizeof(what), "%s: what --device %s sent", path ? path : "",
			 s->options->device[i].text);
		if (!check_output(s, s->device_out[i], what)) return false;
	}
	return check_output(s, s->serial_out, "what the guest sent on COM1") &&
	       check_output(s, s->debug_out, "what the guest sent to the debug console") &&
	       check_output(s, s->trace_out, "the trace");
}

/* False: some of it is not written. A file may say so only now (NFS, a quota). */
static bool close_output(FILE **out)
{
	FILE *f = *out;
	*out = NULL;
	if (!f) return true;
	return (f == stdout ? fflush(f) : fclose(f)) == 0;
}

bool session_close_files(struct session *s)
{
	bool serial = close_output(&s->serial_out), debug = close_output(&s->debug_out);
	bool devices = true;
	for (unsigned i = 0; i < OPTIONS_MAX_DEVICES; i++)
		devices &= close_output(&s->device_out[i]);
	messages_close(&s->messages);
	return close_output(&s->trace_out) && serial && debug && devices;
}
