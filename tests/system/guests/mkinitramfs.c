/* SPDX-License-Identifier: MIT */
/*
 * Writes an initramfs (cpio, format "newc": Linux Documentation/driver-api/early-userspace/
 * buffer-format) from a list, so that no root is needed for its device nodes and the same list
 * gives the same bytes: owner 0, times 0, inodes counted from 1.
 *
 * A line is one of (# begins a comment):
 *	dir PATH MODE
 *	file PATH SOURCE MODE		SOURCE is looked for in the folders of the command line
 *	slink PATH TARGET
 *	nod PATH MODE c MAJOR MINOR
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/support/files.h"

enum {
	TYPE_CHAR = 0020000,
	TYPE_DIR = 0040000,
	TYPE_FILE = 0100000,
	TYPE_LINK = 0120000,
	LINK_MODE = 0777,
	MODE_MASK = 07777,
	ALIGNMENT = 4,
	MAX_WORDS = 6,
	MAX_LINE = 1024,
	BLOCK = 512,
	OCTAL = 8,
	DECIMAL = 10,
	MAX_DEVICE = 255,
};

struct entry {
	const char *path; /* without its leading slash */
	uint32_t mode;    /* type and permissions */
	uint32_t major, minor;
	const void *data;
	uint32_t size;
};

struct archive {
	FILE *out;
	uint32_t inode;
	uint64_t written;
	char **dirs; /* where sources are looked for, NULL at the end */
};

static void put(struct archive *a, const void *data, size_t size)
{
	a->written += fwrite(data, 1, size, a->out);
}

static void pad(struct archive *a, unsigned alignment)
{
	while (a->written % alignment != 0 && !ferror(a->out)) put(a, "", 1);
}

static void put_entry(struct archive *a, const struct entry *e)
{
	char header[128];
	uint32_t name_size = (uint32_t)strlen(e->path) + 1;
	bool is_trailer = e->mode == 0;
	uint32_t inode = is_trailer ? 0 : ++a->inode;
	/* ino mode uid gid nlink mtime size devmajor devminor rdevmajor rdevminor namesize check */
	int length = snprintf(header, sizeof(header),
			      "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", inode,
			      e->mode, 0, 0, 1, 0, e->size, 0, 0, e->major, e->minor, name_size, 0);

	put(a, header, (size_t)length);
	put(a, e->path, name_size);
	pad(a, ALIGNMENT);
	put(a, e->data, e->size);
	pad(a, ALIGNMENT);
}

static bool put_file(struct archive *a, struct entry *e, const char *source)
{
	for (char **dir = a->dirs; *dir; dir++) {
		char path[MAX_LINE];
		if (snprintf(path, sizeof(path), "%s/%s", *dir, source) >= (int)sizeof(path))
			continue;
		uint8_t *data;
		size_t size;
		if (file_read(path, INT32_MAX, &data, &size, NULL, 0) != FILE_READ)
			continue; /* it may be in the next folder */
		e->data = data;
		e->size = (uint32_t)size;
		put_entry(a, e);
		free(data);
		return true;
	}
	return false;
}

static bool number(const char *text, int base, uint32_t max, uint32_t *value)
{
	char *end = NULL;
	errno = 0;
	unsigned long v = strtoul(text, &end, base);
	if (end == text || *end != '\0' || errno != 0 || v > max) return false;
	*value = (uint32_t)v;
	return true;
}

static unsigned split(char *line, char *words[MAX_WORDS])
{
	unsigned n = 0;
	char *rest = NULL;
	line[strcspn(line, "#")] = '\0';
	for (char *w = strtok_r(line, " \t\n", &rest); w; w = strtok_r(NULL, " \t\n", &rest)) {
		if (n < MAX_WORDS) words[n] = w;
		n++;
	}
	return n;
}

/* Adds what one line of the list names; the reason when it cannot. */
static const char *add(struct archive *a, unsigned n, char *words[MAX_WORDS])
{
	struct entry e = { .data = "" };
	uint32_t mode = 0;

	if (n < 3) return "expected: dir, file, slink or nod, a path and more";
	const char *kind = words[0];
	e.path = words[1] + (words[1][0] == '/');

	if (strcmp(kind, "slink") == 0 && n == 3) {
		e.mode = TYPE_LINK | LINK_MODE;
		e.data = words[2];
		e.size = (uint32_t)strlen(words[2]);
		put_entry(a, &e);
		return NULL;
	}
	if (!number(words[strcmp(kind, "file") == 0 ? n - 1 : 2], OCTAL, MODE_MASK, &mode))
		return "the mode is no octal number";
	if (strcmp(kind, "dir") == 0 && n == 3) {
		e.mode = TYPE_DIR | mode;
		put_entry(a, &e);
		return NULL;
	}
	if (strcmp(kind, "file") == 0 && n == 4) {
		e.mode = TYPE_FILE | mode;
		return put_file(a, &e, words[2]) ? NULL : "the source file cannot be read";
	}
	if (strcmp(kind, "nod") == 0 && n == MAX_WORDS && strcmp(words[3], "c") == 0) {
		e.mode = TYPE_CHAR | mode;
		if (!number(words[4], DECIMAL, MAX_DEVICE, &e.major) ||
		    !number(words[5], DECIMAL, MAX_DEVICE, &e.minor))
			return "the device numbers are out of range";
		put_entry(a, &e);
		return NULL;
	}
	return "unknown kind of entry, or a wrong number of words";
}

static bool add_list(struct archive *a, FILE *list, const char *name)
{
	char line[MAX_LINE];
	for (unsigned number_of_line = 1; fgets(line, sizeof(line), list); number_of_line++) {
		char *words[MAX_WORDS] = { NULL };
		unsigned n = split(line, words);
		const char *fault = n == 0 ? NULL : add(a, n, words);
		if (fault) {
			(void)fprintf(stderr, "%s:%u: %s\n", name, number_of_line, fault);
			return false;
		}
	}
	return ferror(list) == 0;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		(void)fprintf(stderr, "usage: mkinitramfs LIST FOLDER... >initramfs.cpio\n");
		return 2;
	}
	FILE *list = fopen(argv[1], "r");
	if (!list) {
		(void)fprintf(stderr, "mkinitramfs: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}

	struct archive a = { .out = stdout, .dirs = argv + 2 };
	bool ok = add_list(&a, list, argv[1]);
	(void)fclose(list);
	put_entry(&a, &(struct entry){ .path = "TRAILER!!!", .data = "" });
	pad(&a, BLOCK);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "mkinitramfs: cannot write: %s\n", strerror(errno));
		return 1;
	}
	return ok ? 0 : 1;
}
