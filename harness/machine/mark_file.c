/* SPDX-License-Identifier: MIT */
#include "harness/machine/mark_file.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/mem_device.h"
#include "emu/mem_mark.h"
#include "emu/pieces.h"
#include "harness/machine/board.h"
#include "harness/machine/mark_inside.h"
#include "harness/machine/state_layout.h"
#include "harness/support/piece_file.h"

__attribute__((format(printf, 2, 3))) static bool cannot(struct machine *m, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(m->error, sizeof(m->error), format, args);
	va_end(args);
	return false;
}

/* ---- what a file is for ---- */

/* A line for each property that must agree: "name: value". NULL: no memory. */
static char *describe(const struct machine *m)
{
	const struct machine_config *c = &m->config;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out) return NULL;
	fprintf(out, "build: %s\nmachine: %s\nmemory: %" PRIu64 "\nprocessor: %s%s%s\n",
		state_layout, m->kind->name, c->memory,
		c->cpu_features ? c->cpu_features : "default",
		c->unknown_msr_zero ? ", unknown MSRs read 0" : "", c->step ? ", stepped" : "");
	fprintf(out, "translations: %d %d\n", (int)c->tlb.use, (int)c->tlb.writable_code);
	fprintf(out, "memory's first contents: ");
	if (c->random_fill)
		fprintf(out, "random %" PRIu64, c->fill_seed);
	else
		for (size_t i = 0; i < c->fill_pattern_len; i++)
			fprintf(out, "%02x", c->fill_pattern[i]);
	fprintf(out, "\ndevices:");
	for (size_t i = 0; i < m->n_devices; i++)
		fprintf(out, " %s(%zu)", m->device[i]->instance, m->device[i]->state_size);
	fprintf(out, "\nmemory of devices:");
	for (size_t i = 0; i < m->mem.n_devices; i++)
		fprintf(out, " %" PRIu64, m->mem.device[i]->size);
	fputc('\n', out);
	if (fclose(out) == 0) return text;
	free(text);
	return NULL;
}

/* The first line in which the file and the machine differ. */
static bool check_text(struct machine *m, const char *path, const char *theirs, const char *ours)
{
	while (*theirs || *ours) {
		size_t a = strcspn(theirs, "\n"), b = strcspn(ours, "\n");
		if (a != b || strncmp(theirs, ours, a) != 0)
			return cannot(m,
				      "%s: the mark is of another machine: it has \"%.*s\", this "
				      "one \"%.*s\"",
				      path, (int)(a > 300 ? 300 : a), theirs,
				      (int)(b > 300 ? 300 : b), ours);
		theirs += a + (theirs[a] != '\0');
		ours += b + (ours[b] != '\0');
	}
	return true;
}

/* ---- saving ---- */

static bool put(void *ctx, const char *name, const void *data, size_t size)
{
	return piece_file_put(ctx, name, data, size);
}

enum { PAGE_HEAD = 5 };

/* A page: its number, its flags, and its bytes if it was touched. */
static bool put_page(void *ctx, const struct mem_mark_page *page)
{
	uint8_t piece[PAGE_HEAD + MEM_PAGE];
	bool touched = page->flags & MEM_TOUCHED;

	memcpy(piece, &page->number, sizeof(page->number));
	piece[sizeof(page->number)] = page->flags;
	if (touched) memcpy(piece + PAGE_HEAD, page->bytes, MEM_PAGE);
	return piece_file_put(ctx, "page", piece, touched ? sizeof(piece) : PAGE_HEAD);
}

static bool put_windows(struct piece_file *f, const struct mem *mem)
{
	uint64_t window[MEM_MAX_WINDOWS][4] = { { 0 } };

	for (size_t i = 0; i < mem->n_windows; i++) {
		const struct mem_window *w = &mem->window[i];
		window[i][0] = w->base;
		window[i][1] = w->offset;
		window[i][2] = w->size;
		window[i][3] = w->access;
	}
	return piece_file_put(f, "windows", window, sizeof(window));
}

static bool put_devices(struct piece_file *f, const struct machine *m)
{
	bool ok = true;

	for (size_t i = 0; ok && i < m->n_devices; i++) {
		char name[PIECE_NAME_SIZE];
		snprintf(name, sizeof(name), "device%zu", i);
		ok = piece_file_put(f, name, m->device[i]->state, m->device[i]->state_size);
	}
	return ok;
}

/* The machine is in the state of the mark. Memory comes first, the processor last. */
static bool put_all(struct piece_file *f, struct machine *m, const struct machine_mark *mark)
{
	const struct firmware *firmware = m->kind->firmware;
	struct piece_sink to = { .piece = put, .ctx = f };

	return mem_mark_visit(machine_mark_memories(m), machine_mark_memory(mark), put_page, f) &&
	       put_windows(f, &m->mem) &&
	       piece_file_put(f, "clock", &m->clock.s, sizeof(m->clock.s)) &&
	       piece_file_put(f, "machine", &m->s, sizeof(m->s)) && put_devices(f, m) &&
	       (!firmware || !firmware->save || firmware->save(m, &to)) &&
	       digest_save(&m->digest, &to) && m->processor.ops->save(m->processor.ctx, &to);
}

static bool write_file(struct machine *m, const struct machine_mark *mark, const char *path,
		       const char *text)
{
	struct piece_file *f = piece_file_create(path, text);
	bool ok;

	if (!f) return cannot(m, "%s: out of memory", path);
	ok = put_all(f, m, mark) && piece_file_finish(f);
	if (!ok) {
		const char *why = piece_file_error(f);
		cannot(m, "%s: the mark %s", path, *why ? why : "cannot be kept: out of memory");
	}
	piece_file_close(f);
	return ok;
}

static bool can_be_in_files(struct machine *m)
{
	if (m->processor.ops->save) return true;
	return cannot(m, "marks of a machine without an emulated CPU cannot be in files");
}

/* The state of the processor is saved from the processor: go there, and come back. */
bool machine_mark_save(struct machine *m, const struct machine_mark *mark, const char *path)
{
	struct machine_mark *now;
	char *text;
	bool ok;

	if (!can_be_in_files(m)) return false;
	text = describe(m);
	if (!text) return cannot(m, "out of memory");
	now = machine_mark(m);
	ok = now && machine_restore(m, mark) && write_file(m, mark, path, text);
	if (now && !machine_restore(m, now)) ok = false;
	machine_mark_free(m, now);
	free(text);
	return ok;
}

/* ---- loading ---- */

struct loading {
	struct machine *m;
	const char *path;
	struct mem_mark *memory;
	bool memory_is_in;
};

static bool load_page(struct loading *l, const struct piece *piece)
{
	struct mem_mark_page page = { .bytes = piece->data + PAGE_HEAD };

	if (piece->size != PAGE_HEAD && piece->size != PAGE_HEAD + MEM_PAGE) return false;
	memcpy(&page.number, piece->data, sizeof(page.number));
	page.flags = piece->data[sizeof(page.number)];
	if ((page.flags & MEM_TOUCHED) != 0 && piece->size == PAGE_HEAD) return false;
	return mem_mark_set(machine_mark_memories(l->m), l->memory, &page);
}

/* The piece after the pages. */
static bool load_windows(struct loading *l, const struct piece *piece)
{
	struct mem *mem = &l->m->mem;
	uint64_t window[MEM_MAX_WINDOWS][4];

	if (piece->size != sizeof(window)) return false;
	memcpy(window, piece->data, sizeof(window));
	if (!mem_mark_restore(machine_mark_memories(l->m), l->memory)) return false;
	l->memory_is_in = true;
	for (size_t i = 0; i < mem->n_windows; i++)
		if (!mem_window_show(&mem->window[i], window[i][0], window[i][1], window[i][2],
				     (unsigned)window[i][3]))
			return false;
	return true;
}

static bool load_bytes(void *to, size_t size, const struct piece *piece)
{
	if (piece->size != size) return false;
	memcpy(to, piece->data, size);
	return true;
}

static bool load_device(struct machine *m, const struct piece *piece)
{
	char *rest;
	unsigned long n = strtoul(piece->name + strlen("device"), &rest, 10);

	if (*rest || n >= m->n_devices) return false;
	return load_bytes(m->device[n]->state, m->device[n]->state_size, piece);
}

static bool load_piece(struct loading *l, const struct piece *piece)
{
	struct machine *m = l->m;
	const struct firmware *f = m->kind->firmware;
	const char *name = piece->name;

	if (strcmp(name, "page") == 0) return !l->memory_is_in && load_page(l, piece);
	if (strcmp(name, "windows") == 0) return load_windows(l, piece);
	if (!l->memory_is_in) return false;
	if (strcmp(name, "clock") == 0) return load_bytes(&m->clock.s, sizeof(m->clock.s), piece);
	if (strcmp(name, "machine") == 0) return load_bytes(&m->s, sizeof(m->s), piece);
	if (strncmp(name, "device", strlen("device")) == 0) return load_device(m, piece);
	if (strncmp(name, "disk", strlen("disk")) == 0)
		return f && f->load && f->load(m, name, piece->data, piece->size);
	if (strcmp(name, "digest") == 0) { /* all devices are in, and the processor is not yet */
		board_settle(m);
		return digest_load(&m->digest, piece->data, piece->size);
	}
	return m->processor.ops->load(m->processor.ctx, name, piece->data, piece->size);
}

static bool refuse(struct loading *l, const struct piece_file *f)
{
	const char *why = f ? piece_file_error(f) : "cannot be read: out of memory";

	return cannot(l->m, "%s: the mark %s", l->path, why);
}

/* Read all pieces; without `load`, only to see that none is damaged. */
static bool read_pieces(struct loading *l, struct piece_file *f, bool load)
{
	struct piece piece;
	enum piece_result result;

	while ((result = piece_file_next(f, &piece)) == PIECE_READ)
		if (load && !load_piece(l, &piece))
			return cannot(
				l->m,
				"%s: the mark cannot be loaded: its piece \"%s\" does not fit this "
				"machine, or the host has no memory",
				l->path, piece.name);
	return result == PIECE_END || refuse(l, f);
}

static bool read_file(struct loading *l, const char *ours, bool load)
{
	const char *text;
	struct piece_file *f = piece_file_open(l->path, &text);
	bool ok;

	if (!text)
		ok = refuse(l, f);
	else
		ok = check_text(l->m, l->path, text, ours) && read_pieces(l, f, load);
	piece_file_close(f);
	return ok;
}

static struct machine_mark *load(struct loading *l, const char *ours)
{
	struct machine_mark *mark = NULL;

	l->memory = mem_mark_empty(machine_mark_memories(l->m));
	if (!l->memory)
		cannot(l->m, "%s: out of memory", l->path);
	else if (read_file(l, ours, true))
		mark = machine_mark(l->m);
	mem_mark_free(machine_mark_memories(l->m), l->memory);
	return mark;
}

/* What a file holds is taken by the machine itself, and marked there. */
struct machine_mark *machine_mark_load(struct machine *m, const char *path)
{
	struct loading l = { .m = m, .path = path };
	struct machine_mark *mark = NULL, *now;
	char error[MACHINE_ERROR_SIZE];
	char *ours;

	if (!can_be_in_files(m)) return NULL;
	ours = describe(m);
	now = ours ? machine_mark(m) : NULL;
	if (now && read_file(&l, ours, false)) mark = load(&l, ours);
	snprintf(error, sizeof(error), "%s", m->error);
	if (now && !machine_restore(m, now)) {
		machine_mark_free(m, mark);
		mark = NULL;
	} else if (!mark) {
		snprintf(m->error, sizeof(m->error), "%s", ours ? error : "out of memory");
	}
	machine_mark_free(m, now);
	free(ours);
	return mark;
}
