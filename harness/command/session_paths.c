/* SPDX-License-Identifier: MIT */
#include "harness/command/session_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/support/files.h"

enum { N_OUTPUTS = 8, ELF_MAGIC_SIZE = 4 };

/* An output of the options. */
struct output {
	const char *option, *path;
	bool exists;
	struct stat file; /* if it exists */
};

bool session_fail_to_open(struct session *s, const char *path)
{
	return session_fail(s, "%s: cannot open the file for writing: %s", path, strerror(errno));
}

static bool check_writable(struct session *s, struct output *o)
{
	if (!file_can_be_written(o->path)) return session_fail_to_open(s, o->path);
	o->exists = stat(o->path, &o->file) == 0;
	return true;
}

/* ---- what would be lost ---- */

static bool is_regular(const struct output *o) { return o->exists && S_ISREG(o->file.st_mode); }

static bool same_file(const struct output *o, const char *path)
{
	struct stat file;

	return path && stat(path, &file) == 0 && file.st_dev == o->file.st_dev &&
	       file.st_ino == o->file.st_ino;
}

static bool is_input(const struct output *out, const struct run_options *o)
{
	bool is = same_file(out, o->boot.path) || same_file(out, o->boot.initrd) ||
		  same_file(out, o->script) || same_file(out, o->floppy.path) ||
		  same_file(out, o->cdrom.path);

	for (size_t i = 0; i < o->boot.n_modules; i++) is |= same_file(out, o->boot.module[i].path);
	for (size_t i = 0; i < o->n_disks; i++) is |= same_file(out, o->disk[i].path);
	for (size_t i = 0; i < o->n_acpi_tables; i++) is |= same_file(out, o->acpi_table[i]);
	return is;
}

static bool is_elf(const char *path)
{
	char magic[ELF_MAGIC_SIZE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is = fd >= 0 && read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
		  memcmp(magic,
			 "\x7f"
			 "ELF",
			 sizeof(magic)) == 0;

	if (fd >= 0) (void)close(fd); /* it was only read */
	return is;
}

static bool check_loss(struct session *s, const struct output *o)
{
	if (!is_regular(o)) return true;
	if (is_input(o, s->options))
		return session_fail(s, "--%s %s would overwrite a file that this run reads",
				    o->option, o->path);
	if (is_elf(o->path))
		return session_fail(s,
				    "--%s %s would overwrite an ELF file: is the value of --%s "
				    "missing? If not, delete the file first",
				    o->option, o->path, o->option);
	return true;
}

/* Two outputs in one file overwrite each other. */
static bool check_pair(struct session *s, const struct output *a, const struct output *b)
{
	bool same =
		a->exists ? is_regular(a) && same_file(a, b->path) : strcmp(a->path, b->path) == 0;

	if (!same) return true;
	return session_fail(s, "--%s and --%s would write to the same file, %s", a->option,
			    b->option, b->path);
}

bool session_check_paths(struct session *s)
{
	const struct run_options *o = s->options;
	bool debug_is_file = o->debugcon && strcmp(o->debugcon, "stdio") != 0;
	size_t n = N_OUTPUTS;
	struct output out[N_OUTPUTS + OPTIONS_MAX_DEVICES] = {
		{ .option = "serial", .path = o->serial },
		{ .option = "debugcon", .path = debug_is_file ? o->debugcon : NULL },
		{ .option = "trace", .path = o->trace },
		{ .option = "coverage", .path = o->coverage },
		{ .option = "screen-text", .path = o->screen_text },
		{ .option = "screenshot", .path = o->screenshot },
		{ .option = "difference", .path = o->difference },
		{ .option = "stats", .path = o->stats },
	};

	for (unsigned i = 0; i < o->n_devices; i++)
		out[n++] = (struct output){ .option = "device file=", .path = o->device_file[i] };
	for (size_t i = 0; i < n; i++) {
		if (!out[i].path || strcmp(out[i].path, "-") == 0) {
			out[i].path = NULL;
			continue;
		}
		if (!check_writable(s, &out[i]) || !check_loss(s, &out[i])) return false;
		for (size_t j = 0; j < i; j++)
			if (out[j].path && !check_pair(s, &out[j], &out[i])) return false;
	}
	return true;
}
