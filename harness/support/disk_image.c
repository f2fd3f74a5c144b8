/* SPDX-License-Identifier: MIT */
#include "harness/support/disk_image.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/array.h"
#include "emu/bytes.h"

enum { FIRST_CAPACITY = 64 };

bool disk_access_parse(const char *text, enum disk_access *access)
{
	static const char *const names[] = {
		[DISK_SNAPSHOT] = "snapshot", [DISK_READONLY] = "readonly", [DISK_WRITE] = "write"
	};

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(text, names[i]) != 0) continue;
		*access = (enum disk_access)i;
		return true;
	}
	return false;
}

/* ---- opening ---- */

/* The destination of a message about one image. */
struct complaint {
	const char *name;
	char *err;
	size_t err_size;
};

__attribute__((format(printf, 2, 3))) static bool fail(const struct complaint *to,
						       const char *format, ...)
{
	va_list args;
	int n = snprintf(to->err, to->err_size, "%s: ", to->name);

	if (n < 0 || (size_t)n >= to->err_size) return false;
	va_start(args, format);
	vsnprintf(to->err + n, to->err_size - (size_t)n, format, args);
	va_end(args);
	return false;
}

static bool check_size(struct disk_image *d, const struct complaint *to)
{
	uint64_t odd = d->size % DISK_SECTOR_SIZE;

	if (d->size == 0) return fail(to, "the disk image is empty");
	if (d->size < DISK_SECTOR_SIZE)
		return fail(to,
			    "the disk image has %" PRIu64 " bytes, less than one sector of %d: "
			    "pad it (truncate -s %%%d)",
			    d->size, DISK_SECTOR_SIZE, DISK_SECTOR_SIZE);
	if (d->size > DISK_MAX_SECTORS * DISK_SECTOR_SIZE)
		return fail(to, "the disk image is larger than 2 TiB");
	d->sectors = (d->size + DISK_SECTOR_SIZE - 1) / DISK_SECTOR_SIZE;
	if (!odd) return true;
	if (d->access == DISK_WRITE)
		return fail(to,
			    "the disk image has %" PRIu64 " bytes, not a whole number of sectors: "
			    "to write to it, pad it (truncate -s %%%d)",
			    d->size, DISK_SECTOR_SIZE);
	snprintf(d->note, sizeof(d->note),
		 "%s: %" PRIu64 " bytes are not a whole number of sectors: the last one is padded "
		 "with zeroes",
		 to->name, d->size);
	return true;
}

static bool check_file(struct disk_image *d, const struct complaint *to)
{
	struct stat st;
	off_t end;

	if (fstat(d->fd, &st) != 0)
		return fail(to, "cannot get the size of the disk image: %s", strerror(errno));
	if (S_ISDIR(st.st_mode)) return fail(to, "is a directory, not a disk image");
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return fail(to, "is not a file: a disk image must be a regular file or a block "
				"device");
	end = lseek(d->fd, 0, SEEK_END);
	if (end < 0) return fail(to, "cannot find the end of the disk image: %s", strerror(errno));
	d->size = (uint64_t)end;
	return check_size(d, to);
}

bool disk_image_open(struct disk_image *d, const char *path, enum disk_access access, char *err,
		     size_t err_size)
{
	struct complaint to = { .name = path, .err_size = err_size };
	int mode = access == DISK_WRITE ? O_RDWR : O_RDONLY;

	to.err = err;
	*d = (struct disk_image){ .access = access };
	/* O_NONBLOCK: so that open() does not hang on a pipe without a writer. */
	d->fd = open(path, mode | O_CLOEXEC | O_NONBLOCK);
	if (d->fd < 0 && errno == EISDIR) return fail(&to, "is a directory, not a disk image");
	if (d->fd < 0)
		return fail(&to, "cannot open the disk image%s: %s",
			    access == DISK_WRITE ? " for writing" : "", strerror(errno));
	if (check_file(d, &to)) return true;
	disk_image_close(d);
	return false;
}

bool disk_image_take_bytes(struct disk_image *d, const char *name, uint8_t *bytes, size_t size,
			   char *err, size_t err_size)
{
	struct complaint to = { .name = name, .err_size = err_size };

	to.err = err;
	*d = (struct disk_image){ .fd = -1, .size = size };
	if (!check_size(d, &to)) return false;
	d->bytes = bytes;
	return true;
}

static void forget_written(struct disk_image *d)
{
	for (size_t i = 0; i < d->capacity; i++) free(d->written[i].bytes);
	free(d->written);
	d->written = NULL;
	d->n_written = d->capacity = 0;
	d->stamp = 0;
}

void disk_image_close(struct disk_image *d)
{
	forget_written(d);
	free(d->bytes);
	if (d->fd >= 0) (void)close(d->fd); /* what was written was told by pwrite() */
	*d = (struct disk_image){ .fd = -1 };
}

void disk_image_extend(struct disk_image *d, uint64_t sectors)
{
	if (sectors > d->sectors && sectors <= DISK_MAX_SECTORS) d->sectors = sectors;
}

/* ---- written sectors ---- */

/* The entry of a sector in the table, or a free one for it. The table is never full. */
static struct disk_written *place_of(struct disk_written *table, size_t capacity, uint64_t lba)
{
	uint64_t hash = lba * UINT64_C(0x9e3779b97f4a7c15); /* Fibonacci hashing */
	size_t at = (size_t)(hash >> 32) & (capacity - 1);

	while (table[at].bytes && table[at].lba != lba) at = (at + 1) & (capacity - 1);
	return &table[at];
}

static const uint8_t *find_written(const struct disk_image *d, uint64_t lba)
{
	return d->n_written ? place_of(d->written, d->capacity, lba)->bytes : NULL;
}

/* Grow the table so that at least half of it is free. */
static bool make_room(struct disk_image *d)
{
	size_t capacity = d->capacity ? d->capacity * 2 : FIRST_CAPACITY;
	struct disk_written *table;

	if (d->n_written * 2 < d->capacity) return true;
	table = calloc(capacity, sizeof(*table));
	if (!table) return false;
	for (size_t i = 0; i < d->capacity; i++)
		if (d->written[i].bytes)
			*place_of(table, capacity, d->written[i].lba) = d->written[i];
	free(d->written);
	d->written = table;
	d->capacity = capacity;
	return true;
}

/* Of what no other image of this process has. */
static uint64_t next_stamp(void)
{
	static atomic_uint_fast64_t last;

	return atomic_fetch_add(&last, 1) + 1;
}

static bool keep_written(struct disk_image *d, uint64_t lba, const uint8_t *bytes)
{
	struct disk_written *place;

	if (!make_room(d)) return false;
	place = place_of(d->written, d->capacity, lba);
	if (!place->bytes) {
		if (d->n_written == DISK_MAX_WRITTEN) return false;
		place->bytes = malloc(DISK_SECTOR_SIZE);
		if (!place->bytes) return false;
		place->lba = lba;
		d->n_written++;
	}
	memcpy(place->bytes, bytes, DISK_SECTOR_SIZE);
	d->stamp = next_stamp();
	return true;
}

bool disk_image_copy_written(struct disk_image *to, const struct disk_image *from)
{
	if (to == from || to->stamp == from->stamp) return true;
	forget_written(to);
	for (size_t i = 0; i < from->capacity; i++) {
		const struct disk_written *w = &from->written[i];

		if (w->bytes && !keep_written(to, w->lba, w->bytes)) return false;
	}
	to->stamp = from->stamp;
	return true;
}

enum { PACKED_SIZE = sizeof(uint64_t) + DISK_SECTOR_SIZE }; /* number, contents */

uint8_t *disk_image_pack_written(const struct disk_image *d, size_t *size)
{
	uint8_t *bytes = malloc(d->n_written * PACKED_SIZE + 1), *at = bytes;

	*size = d->n_written * PACKED_SIZE;
	for (size_t i = 0; bytes && i < d->capacity; i++) {
		if (!d->written[i].bytes) continue;
		put_le64(at, d->written[i].lba);
		memcpy(at + sizeof(uint64_t), d->written[i].bytes, DISK_SECTOR_SIZE);
		at += PACKED_SIZE;
	}
	return bytes;
}

bool disk_image_unpack_written(struct disk_image *d, const uint8_t *bytes, size_t size)
{
	if (size % PACKED_SIZE) return false;
	forget_written(d);
	for (const uint8_t *at = bytes; at < bytes + size; at += PACKED_SIZE) {
		uint64_t lba = get_le64(at);
		if (lba >= d->sectors || !keep_written(d, lba, at + sizeof(lba))) return false;
	}
	return true;
}

/* ---- sectors ---- */

static bool within(const struct disk_image *d, uint64_t lba, uint64_t n)
{
	return lba <= d->sectors && n <= d->sectors - lba;
}

/* Bytes after the file's end are zero, even if the file became shorter meanwhile. */
static bool read_file(int fd, uint64_t offset, uint8_t *to, size_t size)
{
	while (size) {
		ssize_t n = pread(fd, to, size, (off_t)offset);

		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return false;
		if (n == 0) break;
		to += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	memset(to, 0, size);
	return true;
}

static bool write_file(int fd, uint64_t offset, const uint8_t *from, size_t size)
{
	while (size) {
		ssize_t n = pwrite(fd, from, size, (off_t)offset);

		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return false;
		from += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return true;
}

static void read_bytes(const struct disk_image *d, uint64_t offset, uint8_t *to, size_t size)
{
	size_t have = offset < d->size ? (size_t)(d->size - offset) : 0;

	if (have > size) have = size;
	if (have) memcpy(to, d->bytes + offset, have);
	memset(to + have, 0, size - have);
}

enum disk_result disk_image_read(const struct disk_image *d, uint64_t lba, uint64_t n, void *buf)
{
	uint64_t offset = lba * DISK_SECTOR_SIZE;
	uint8_t *to = buf;

	if (!within(d, lba, n)) return DISK_BEYOND_END;
	if (d->bytes)
		read_bytes(d, offset, to, (size_t)n * DISK_SECTOR_SIZE);
	else if (!read_file(d->fd, offset, to, (size_t)n * DISK_SECTOR_SIZE))
		return DISK_HOST_ERROR;
	for (uint64_t i = 0; i < n && d->n_written; i++) {
		const uint8_t *newer = find_written(d, lba + i);

		if (newer) memcpy(to + i * DISK_SECTOR_SIZE, newer, DISK_SECTOR_SIZE);
	}
	return DISK_OK;
}

enum disk_result disk_image_write(struct disk_image *d, uint64_t lba, uint64_t n, const void *buf)
{
	const uint8_t *from = buf;

	if (!within(d, lba, n)) return DISK_BEYOND_END;
	if (d->access == DISK_READONLY) return DISK_PROTECTED;
	if (d->access == DISK_WRITE)
		return write_file(d->fd, lba * DISK_SECTOR_SIZE, from, (size_t)n * DISK_SECTOR_SIZE)
			       ? DISK_OK
			       : DISK_HOST_ERROR;
	for (uint64_t i = 0; i < n; i++)
		if (!keep_written(d, lba + i, from + i * DISK_SECTOR_SIZE)) return DISK_HOST_ERROR;
	return DISK_OK;
}
