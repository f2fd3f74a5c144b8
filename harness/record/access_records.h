/* SPDX-License-Identifier: MIT */
/* Reads the section .bimetal.access of a driver, in an object or a linked image. The accessors
 * (drivers/io/metal/io.h) put a record of each access to a device there. */
#ifndef HARNESS_RECORD_ACCESS_RECORDS_H
#define HARNESS_RECORD_ACCESS_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum access_record_kind {
	ACCESS_RECORD_PORT,
	ACCESS_RECORD_MEMORY,
	ACCESS_RECORD_SHARED,
	ACCESS_RECORD_MSR
};

struct access_record {
	uint64_t address; /* of the instruction: linked, or in an object from its section's start */
	uint32_t section; /* index of the section, in an object; 0 in a linked image */
	uint8_t width;    /* bits */
	bool write;
	enum access_record_kind kind;
};

struct access_records {
	struct access_record *record; /* owned; by section, then by address */
	size_t n;
};

/* Read them from an ELF file in memory, of 32 or 64 bits, relocatable or linked; `wide`: the code
 * is 64-bit code, whatever file it is wrapped in. A file without the section has none. False:
 * `error` says what is wrong. */
bool access_records_read(struct access_records *records, uint8_t *image, size_t size, bool wide,
			 char *error, size_t error_size);
void access_records_free(struct access_records *records);
/* The record of the instruction at `address`; NULL: none. */
const struct access_record *access_records_find(const struct access_records *records,
						uint32_t section, uint64_t address);

#endif
