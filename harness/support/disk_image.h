/* SPDX-License-Identifier: MIT */
/* The contents of a disk or diskette: a file of 512-byte sectors, or bytes in memory. A guest's
 * writes stay in memory and are lost at the end, except with DISK_WRITE. The contents of the
 * sectors are not interpreted here. */
#ifndef HARNESS_SUPPORT_DISK_IMAGE_H
#define HARNESS_SUPPORT_DISK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISK_SECTOR_SIZE = 512, DISK_NOTE_SIZE = 256 };

/* 2 TiB: the limit of 32-bit sector numbers. */
#define DISK_MAX_SECTORS (UINT64_C(1) << 32)
/* How many sectors may differ from the file: 1 GiB of host memory. */
#define DISK_MAX_WRITTEN (UINT64_C(1) << 21)

enum disk_access {
	DISK_SNAPSHOT, /* "snapshot": writes stay in memory */
	DISK_READONLY, /* "readonly": writes are refused */
	DISK_WRITE     /* "write": writes go to the file at once */
};

/* A written sector: an entry of a hash table with open addressing. */
struct disk_written {
	uint64_t lba;
	uint8_t *bytes; /* owned; NULL: a free place */
};

struct disk_image {
	int fd;         /* -1: none */
	uint8_t *bytes; /* instead of a file; owned */
	uint64_t size;  /* of the file, or of `bytes`, in bytes */
	uint64_t sectors;
	enum disk_access access;
	struct disk_written *written;
	size_t n_written, capacity; /* capacity: 0 or a power of two */
	uint64_t stamp;             /* images with equal stamps have the same written sectors */
	char note[DISK_NOTE_SIZE];  /* a message for the user about the image, or "" */
};

/* "snapshot" and so on; false: unknown. */
bool disk_access_parse(const char *text, enum disk_access *access);

/* Open a file or a block device. A last sector that is not whole is filled up with zeroes (and
 * `note` says so), but not with DISK_WRITE. False: `err` has a sentence that names the file, and
 * nothing is to be closed. */
bool disk_image_open(struct disk_image *d, const char *path, enum disk_access access, char *err,
		     size_t err_size);
/* A disk of these bytes, a block of malloc() that it frees when it is closed; writes stay apart.
 * `name` is for messages. False: as above, and the block is still the caller's. */
bool disk_image_take_bytes(struct disk_image *d, const char *name, uint8_t *bytes, size_t size,
			   char *err, size_t err_size);
void disk_image_close(struct disk_image *d);

/* Make it larger: what lies behind the file's end reads as zeroes. Never makes it smaller. */
void disk_image_extend(struct disk_image *d, uint64_t sectors);

enum disk_result { DISK_OK, DISK_BEYOND_END, DISK_PROTECTED, DISK_HOST_ERROR };

/* `n` sectors from `lba` on. Of a failed write, the sectors before the failure are written. */
enum disk_result disk_image_read(const struct disk_image *d, uint64_t lba, uint64_t n, void *buf);
enum disk_result disk_image_write(struct disk_image *d, uint64_t lba, uint64_t n, const void *buf);

/* Snapshots: make `to`, opened from the same file, hold what was written to `from`. With DISK_WRITE
 * there is nothing to copy: both show the file. False: no memory. */
__attribute__((warn_unused_result)) bool disk_image_copy_written(struct disk_image *to,
								 const struct disk_image *from);

/* The written sectors as bytes, for a file: allocated, *size of them. NULL: no memory. Unpacking
 * replaces those that there are; false: no memory, or no such bytes for this image. */
uint8_t *disk_image_pack_written(const struct disk_image *d, size_t *size);
__attribute__((warn_unused_result)) bool
disk_image_unpack_written(struct disk_image *d, const uint8_t *bytes, size_t size);

#endif
