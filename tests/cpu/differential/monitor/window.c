/* SPDX-License-Identifier: MIT */
#include "monitor.h"

enum { WORDS = PAGE_BYTES / 8, N_FRAMES = 8 };

/* The pages that exist. The last one is that of the code, which programs cannot write unless CR0.WP
 * is clear. */
static const uint8_t pages[N_FRAMES] = { PAGE_DATA,   PAGE_DATA + 1, PAGE_READONLY,  PAGE_SYSTEM,
					 PAGE_LONELY, PAGE_STACK,    PAGE_STACK + 1, PAGE_CODE };
static uint64_t frames[N_FRAMES][WORDS] __attribute__((aligned(4096)));
static uint64_t firsts[N_FRAMES][WORDS]; /* initial contents of the pages */

static unsigned frame_of(unsigned page)
{
	for (unsigned i = 0; i < N_FRAMES; i++)
		if (pages[i] == page) return i;
	return N_FRAMES;
}

uint64_t window_frame(unsigned page)
{
	unsigned i = frame_of(page);
	return i < N_FRAMES ? (uint64_t)(uintptr_t)frames[i] : 0;
}

static void write_code(const struct program *p, bool clear)
{
	uint8_t *at = (uint8_t *)frames[N_FRAMES - 1] + p->code_at;
	for (unsigned i = 0; i < p->code_length; i++) at[i] = clear ? 0xcc : p->code[i];
}

void window_make(void)
{
	for (unsigned f = 0; f < N_FRAMES; f++)
		for (unsigned i = 0; i < WORDS; i++)
			frames[f][i] = firsts[f][i] = window_word(pages[f] * PAGE_BYTES + 8 * i);
}

void window_prepare(const struct program *p)
{
	for (unsigned i = 0; i < MAX_PATCHES; i++) {
		const struct patch *patch = &p->patches[i];
		unsigned f = frame_of(patch->offset / PAGE_BYTES);
		if (!patch->used || f >= N_FRAMES) continue;
		frames[f][patch->offset % PAGE_BYTES / 8] = patch->value;
		firsts[f][patch->offset % PAGE_BYTES / 8] = patch->value;
	}
	write_code(p, false);
}

static void collect_frame(unsigned f, struct outcome *o)
{
	for (unsigned i = 0; i < WORDS; i++) {
		uint64_t now = frames[f][i];
		if (now == firsts[f][i]) continue;
		uint32_t offset = pages[f] * PAGE_BYTES + 8 * i;
		o->sum = sum_change(o->sum, offset, now);
		if (o->n_listed < MAX_CHANGES) {
			o->changes[o->n_listed].offset = offset;
			o->changes[o->n_listed++].value = now;
		}
		o->n_changes++;
		frames[f][i] = firsts[f][i];
	}
}

void window_collect(const struct program *p, struct outcome *o)
{
	o->n_changes = o->n_listed = 0;
	o->sum = 0;
	write_code(p, true);
	for (unsigned f = 0; f < N_FRAMES - 1; f++) collect_frame(f, o);
	if (!(p->cr0 & 1 << 16)) collect_frame(N_FRAMES - 1, o);
	for (unsigned i = 0; i < MAX_PATCHES; i++) {
		const struct patch *patch = &p->patches[i];
		unsigned f = frame_of(patch->offset / PAGE_BYTES);
		if (!patch->used || f >= N_FRAMES) continue;
		uint64_t word = window_word(patch->offset);
		frames[f][patch->offset % PAGE_BYTES / 8] = word;
		firsts[f][patch->offset % PAGE_BYTES / 8] = word;
	}
}
