/* SPDX-License-Identifier: MIT */
#include "harness/command/verify.h"

#include <inttypes.h>
#include <paths.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/command/verify_record.h"
#include "harness/command/verify_search.h"

enum { N_KINDS = VERIFY_STEPPED + 1 };

/* ---- the same inputs for every run ---- */

static void keep_disk(struct disk_option *disk, FILE *out)
{
	if (!disk->path || disk->access != DISK_WRITE) return;
	disk->access = DISK_SNAPSHOT;
	fprintf(out,
		"bimetal: --verify: %s is not changed: every run starts with it as it is, and the "
		"guest's writes are dropped\n",
		disk->path);
}

/* A pipe can be read only once. A file that does not exist gets its message when it is opened. */
static bool can_repeat(const char *path, FILE *out)
{
	struct stat file;

	if (!path || stat(path, &file) != 0) return true;
	if (S_ISREG(file.st_mode) || S_ISBLK(file.st_mode)) return true;
	fprintf(out,
		"bimetal: --verify: %s: not a regular file, so the next run could not read it "
		"again\n",
		path);
	return false;
}

static bool inputs_repeat(const struct run_options *o, FILE *out)
{
	bool ok = can_repeat(o->boot.path, out) && can_repeat(o->boot.initrd, out) &&
		  can_repeat(o->script, out) && can_repeat(o->floppy.path, out) &&
		  can_repeat(o->cdrom.path, out);

	for (size_t i = 0; ok && i < o->boot.n_modules; i++)
		ok = can_repeat(o->boot.module[i].path, out);
	for (size_t i = 0; ok && i < o->n_disks; i++) ok = can_repeat(o->disk[i].path, out);
	for (size_t i = 0; ok && i < o->n_acpi_tables; i++) ok = can_repeat(o->acpi_table[i], out);
	return ok;
}

bool verify_prepare(struct run_options *options, FILE *out)
{
	if (!inputs_repeat(options, out)) return false;
	for (size_t i = 0; i < options->n_disks; i++) keep_disk(&options->disk[i], out);
	keep_disk(&options->floppy, out);
	if (options->serial_stdio && !options->script && terminal_present())
		fputs("bimetal: --verify: the guest does not get what you type, as no other run "
		      "could "
		      "repeat it; use --script\n",
		      out);
	return true;
}

/* Options for the same run without output. */
static struct run_options silent(const struct run_options *options)
{
	struct run_options o = *options;

	o.serial = o.debugcon = o.screen_text = o.screenshot = o.stats = NULL;
	o.expect_picture = o.difference = NULL;
	o.serial_stdio = false;
	memset((void *)o.device_file, 0, sizeof(o.device_file));
	o.trace = options->trace ? _PATH_DEVNULL : NULL;
	o.quiet = true;
	return o;
}

static struct run_options of_kind(const struct run_options *options, enum verify_kind kind)
{
	struct run_options o = silent(options);

	o.trace = kind == VERIFY_TRACED ? _PATH_DEVNULL : NULL;
	o.step = kind == VERIFY_STEPPED;
	return o;
}

/* ---- one more run ---- */

static bool run_again(const struct run_options *options, struct verify_record *record, FILE *out)
{
	struct session *s = calloc(1, sizeof(*s));
	bool ok = false;

	if (!s) {
		fputs("bimetal: --verify: out of memory\n", out);
		return false;
	}
	s->again = true;
	if (session_open(s, options)) {
		terminal_wake(session_wake, s);
		session_run(s);
		terminal_wake(NULL, NULL);
		ok = verify_record_take(record, s);
		if (!ok) fputs("bimetal: --verify: out of memory\n", out);
	} else {
		fprintf(out, "bimetal: --verify: %s\n", s->error);
	}
	session_close(s);
	free(s);
	return ok;
}

static uint64_t later(uint64_t a, uint64_t b) { return a > b ? a : b; }

/* Do run number `n`, which is at least 2. */
static enum verify_result compare(const struct run_options *options,
				  const struct verify_record *first, size_t n, FILE *out)
{
	enum verify_kind kind = options->verify.kind[n - 2];
	struct run_options a = silent(options), b = of_kind(options, kind);
	struct verify_record record = { 0 };
	enum verify_result result = VERIFY_EQUAL;

	if (!run_again(&b, &record, out)) {
		result = VERIFY_FAILED;
	} else if (terminal_interrupted()) {
		result = VERIFY_INTERRUPTED;
	} else if (verify_record_difference(first, &record, NULL)) {
		result = VERIFY_DIFFERS;
		fprintf(out,
			"bimetal: --verify: run %zu (%s) differs from the first (first run | this "
			"run):\n",
			n, verify_kind_name(kind));
		(void)verify_record_difference(first, &record, out);
		(void)fflush(out);
		verify_search(&a, &b, later(first->virtual_ns, record.virtual_ns), out);
	}
	verify_record_free(&record);
	return result;
}

/* ---- all runs ---- */

static void tell_equal(const struct run_options *options, const struct verify_record *first,
		       FILE *out)
{
	size_t count[N_KINDS] = { 0 };
	const char *separator = " (";

	for (size_t i = 0; i < options->verify.n; i++) count[options->verify.kind[i]]++;
	fprintf(out, "bimetal: --verify: %zu more run%s", options->verify.n,
		options->verify.n == 1 ? "" : "s");
	for (unsigned k = 0; k < N_KINDS; k++) {
		if (!count[k]) continue;
		fprintf(out, "%s%zu %s", separator, count[k], verify_kind_name(k));
		separator = ", ";
	}
	fprintf(out, "), all equal to the first: digest %s\n", first->digest);
}

static enum verify_result compare_all(const struct run_options *options,
				      const struct verify_record *first, FILE *out)
{
	enum verify_result result = VERIFY_EQUAL;

	for (size_t n = 2; n < options->verify.n + 2 && result == VERIFY_EQUAL; n++)
		result = compare(options, first, n, out);
	if (result == VERIFY_EQUAL && !options->quiet) tell_equal(options, first, out);
	return result;
}

enum verify_result verify(const struct run_options *options, struct session *first, FILE *out)
{
	struct verify_record record = { 0 };
	bool ok = verify_record_take(&record, first);
	enum verify_result result = VERIFY_FAILED;

	terminal_wake(NULL, NULL);
	session_close(first);
	if (terminal_interrupted())
		result = VERIFY_INTERRUPTED;
	else if (ok && record.digest[0])
		result = compare_all(options, &record, out);
	else
		fputs("bimetal: --verify: out of memory: the first run has no digest\n", out);
	if (result == VERIFY_INTERRUPTED)
		fputs("bimetal: --verify: a signal ended it before all runs were compared\n", out);
	verify_record_free(&record);
	return result;
}
