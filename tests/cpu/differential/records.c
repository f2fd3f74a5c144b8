/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "side.h"

struct reader {
	const uint8_t *at, *end;
	bool failed;
};

static void take(struct reader *r, void *to, size_t bytes)
{
	if ((size_t)(r->end - r->at) < bytes) {
		r->failed = true;
		memset(to, 0, bytes);
		return;
	}
	memcpy(to, r->at, bytes);
	r->at += bytes;
}

static void take_changes(struct reader *r, struct outcome *o)
{
	uint16_t n = 0;
	take(r, &n, sizeof n);
	o->n_changes = n;
	o->n_listed = n < MAX_CHANGES ? n : MAX_CHANGES;
	o->sum = 0;
	if (n) take(r, &o->sum, sizeof o->sum);
	for (unsigned i = 0; i < o->n_listed; i++) {
		uint16_t offset = 0;
		take(r, &offset, sizeof offset);
		take(r, &o->changes[i].value, sizeof o->changes[i].value);
		o->changes[i].offset = offset;
	}
}

static bool take_record(struct reader *r, const struct program *p, struct outcome *o)
{
	uint8_t mark = 0, bitmap[BITMAP_BYTES];
	uint32_t index = 0;

	take(r, &mark, 1);
	take(r, &index, sizeof index);
	if (r->failed || mark != RECORD_START || index != p->index) return false;
	take(r, bitmap, sizeof bitmap);
	baseline_words(p, o->words);
	for (unsigned i = 0; i < N_WORDS; i++)
		if (bitmap[i / 8] >> i % 8 & 1) take(r, &o->words[i], sizeof o->words[i]);
	take_changes(r, o);
	take(r, &mark, 1);
	if (r->failed || mark != RECORD_END) return false;
	o->ending = ENDING_TRAP;
	return true;
}

unsigned records_read(const uint8_t *bytes, size_t size, const struct program *programs, unsigned n,
		      struct outcome *outcomes)
{
	struct reader r = { bytes, bytes + size, false };
	for (unsigned i = 0; i < n; i++) {
		if (!take_record(&r, &programs[i], &outcomes[i])) {
			outcomes[i].ending = ENDING_NONE;
			return i;
		}
	}
	return n;
}
