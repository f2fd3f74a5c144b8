/* SPDX-License-Identifier: MIT */
#include "harness/support/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_FIRST = 65536 };

struct reading {
	const char *path;
	size_t max;
	uint8_t *bytes;
	size_t size;
	char *err;
	size_t err_size;
};

static enum file_result failed(const struct reading *r, const char *doing)
{
	snprintf(r->err, r->err_size, "%s: cannot %s the file: %s", r->path, doing,
		 strerror(errno));
	return FILE_FAILED;
}

static enum file_result too_large(const struct reading *r)
{
	snprintf(r->err, r->err_size, "%s: larger than %zu bytes", r->path, r->max);
	return FILE_TOO_LARGE;
}

/* Read to the end. The size from fstat() is only a hint, as the file may be a pipe. */
static enum file_result read_all(struct reading *r, int fd, size_t hint)
{
	size_t capacity = 0; /* of which one byte is for the NUL */

	for (;;) {
		ssize_t n;

		if (r->size + 1 >= capacity) {
			uint8_t *grown;

			if (r->size > r->max) return too_large(r);
			capacity = capacity ? capacity * 2 : (hint ? hint + 2 : READ_FIRST);
			if (capacity > r->max + 2) capacity = r->max + 2;
			grown = realloc(r->bytes, capacity);
			if (!grown) return failed(r, "allocate memory for");
			r->bytes = grown;
		}
		n = read(fd, r->bytes + r->size, capacity - 1 - r->size);
		if (n == 0) break;
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return failed(r, "read");
		r->size += (size_t)n;
	}
	if (r->size > r->max) return too_large(r);
	r->bytes[r->size] = '\0';
	return FILE_READ;
}

static enum file_result read_open(struct reading *r, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0) return failed(r, "get the size of");
	if (st.st_size > 0 && (uint64_t)st.st_size > r->max) return too_large(r);
	return read_all(r, fd, st.st_size > 0 ? (size_t)st.st_size : 0);
}

enum file_result file_read(const char *path, size_t max, uint8_t **bytes, size_t *size, char *err,
			   size_t err_size)
{
	struct reading r = { .path = path, .max = max, .err_size = err_size };
	enum file_result result;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	r.err = err;
	*bytes = NULL;
	*size = 0;
	if (fd < 0) return failed(&r, "open");
	result = read_open(&r, fd);
	(void)close(fd); /* it was only read */
	if (result == FILE_READ) {
		*bytes = r.bytes;
		*size = r.size;
	} else {
		free(r.bytes);
	}
	return result;
}

/* Whether the folder of a file that does not exist may get it; else errno says why not. */
static bool folder_takes_files(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;

	if (n >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(folder, path, n);
	folder[n] = '\0';
	return access(n ? folder : ".", W_OK | X_OK) == 0;
}

bool file_can_be_written(const char *path)
{
	struct stat file;

	if (stat(path, &file) != 0) return errno == ENOENT && path[0] && folder_takes_files(path);
	errno = EISDIR;
	return !S_ISDIR(file.st_mode) && access(path, W_OK) == 0;
}
