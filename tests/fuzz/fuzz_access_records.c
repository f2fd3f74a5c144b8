/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "fuzz_load.h"
#include "harness/record/access_records.h"

enum { MAX_INPUT = 64 * 1024 };

static void require(bool holds)
{
	if (!holds) abort();
}

static void check(const struct access_records *records)
{
	for (size_t i = 0; i < records->n; i++) {
		const struct access_record *r = &records->record[i];
		const struct access_record *found =
			access_records_find(records, r->section, r->address);
		require(found && found->section == r->section && found->address == r->address);
		require(r->width && r->width % 8 == 0 && r->width <= 64);
		require(r->kind <= ACCESS_RECORD_MSR);
		if (i) require(r[-1].section <= r->section);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct access_records records;
	uint8_t *copy;

	if (size > MAX_INPUT) return -1;
	copy = malloc(size ? size : 1);
	if (!copy) return -1;
	memcpy(copy, data, size);
	for (unsigned wide = 0; wide < 2; wide++) {
		char error[256] = "";
		if (access_records_read(&records, copy, size, wide, error, sizeof(error)))
			check(&records);
		else
			require(error[0] && !records.record && records.n == 0);
		access_records_free(&records);
	}
	require(memcmp(copy, data, size) == 0); /* the image is not changed */
	free(copy);
	return 0;
}
