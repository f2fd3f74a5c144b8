/* SPDX-License-Identifier: MIT */
#include "harness/machine/mark.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/mem_mark.h"
#include "harness/machine/board.h"
#include "harness/machine/mark_inside.h"

struct machine_mark {
	struct mem_mark *mem;
	void *processor;
	void *firmware; /* NULL: it keeps nothing */
	struct clock_state clock;
	struct machine_state s;
	struct digest digest;
	struct machine_mark *next, **link; /* among all marks */
	uint8_t states[];                  /* of all devices, one after another */
};

struct machine_marks {
	struct mem_marks *mem;
	size_t n_devices, states_size;
	bool *changed; /* one for each device: it differs from the mark that is restored */
	struct machine_mark *first;
};

static bool cannot(struct machine *m, const char *why)
{
	snprintf(m->error, sizeof(m->error), "%s", why);
	return false;
}

/* ---- beginning ---- */

static uint64_t memory_of(const struct machine *m)
{
	return m->config.mark_memory ? m->config.mark_memory : MACHINE_MARK_MEMORY;
}

static void release(struct machine_marks *marks)
{
	mem_marks_free(marks->mem);
	free(marks->changed);
	free(marks);
}

static bool begin(struct machine *m)
{
	struct machine_marks *marks;

	if (m->marks) return true;
	marks = calloc(1, sizeof(*marks));
	if (marks) {
		marks->changed = calloc(m->n_devices + 1, sizeof(*marks->changed));
		marks->mem = mem_marks_new(&m->mem, memory_of(m));
	}
	if (!marks || !marks->mem || !marks->changed) {
		if (marks) release(marks);
		return cannot(m, "the host has no memory for marks");
	}
	marks->n_devices = m->n_devices;
	for (size_t i = 0; i < m->n_devices; i++) marks->states_size += m->device[i]->state_size;
	m->marks = marks;
	return true;
}

void machine_marks_free(struct machine *m)
{
	if (!m->marks) return;
	while (m->marks->first) machine_mark_free(m, m->marks->first);
	release(m->marks);
	m->marks = NULL;
}

uint64_t machine_marks_bytes(const struct machine *m)
{
	return m->marks ? mem_marks_bytes(m->marks->mem) : 0;
}

/* ---- making ---- */

static void keep_states(const struct machine *m, uint8_t *to)
{
	for (size_t i = 0; i < m->n_devices; i++) {
		memcpy(to, m->device[i]->state, m->device[i]->state_size);
		to += m->device[i]->state_size;
	}
}

static bool keep_firmware(struct machine *m, struct machine_mark *mark)
{
	const struct firmware *f = m->kind->firmware;

	if (!f || !f->mark) return true;
	mark->firmware = f->mark(m);
	return mark->firmware;
}

static bool keep(struct machine *m, struct machine_mark *mark)
{
	if (!digest_init(&mark->digest) || !keep_firmware(m, mark))
		return cannot(m, "the host has no memory for a mark");
	mark->processor = m->processor.ops->mark(m->processor.ctx);
	if (!mark->processor) return cannot(m, "the host has no memory for a mark");
	mark->mem = mem_mark(m->marks->mem);
	if (mark->mem) {
		m->processor.ops->marked(m->processor.ctx, mark->processor);
		return true;
	}
	snprintf(m->error, sizeof(m->error),
		 "marks take %" PRIu64 " MiB, and one more does not fit into the %" PRIu64
		 " MiB that they may take: free some, or allow more",
		 machine_marks_bytes(m) >> 20, memory_of(m) >> 20);
	return false;
}

static struct machine_mark *new_mark(struct machine_marks *marks)
{
	struct machine_mark *mark = calloc(1, sizeof(*mark) + marks->states_size);

	if (!mark) return NULL;
	mark->next = marks->first;
	mark->link = &marks->first;
	if (mark->next) mark->next->link = &mark->next;
	marks->first = mark;
	return mark;
}

static const char *why_not(const struct machine *m)
{
	const struct firmware *f = m->kind->firmware;

	if (m->marks && m->marks->n_devices != m->n_devices)
		return "a device was added after the first mark";
	return f && f->mark_fault ? f->mark_fault(m) : NULL;
}

struct machine_mark *machine_mark(struct machine *m)
{
	const char *fault = why_not(m);
	struct machine_mark *mark;

	if (fault) {
		(void)cannot(m, fault);
		return NULL;
	}
	if (!begin(m)) return NULL;
	mark = new_mark(m->marks);
	if (!mark) {
		(void)cannot(m, "the host has no memory for a mark");
		return NULL;
	}
	if (!keep(m, mark)) {
		machine_mark_free(m, mark);
		return NULL;
	}
	digest_copy(&mark->digest, &m->digest);
	mark->clock = m->clock.s;
	mark->s = m->s;
	keep_states(m, mark->states);
	return mark;
}

void machine_mark_free(struct machine *m, struct machine_mark *mark)
{
	if (!mark) return;
	*mark->link = mark->next;
	if (mark->next) mark->next->link = mark->link;
	if (mark->processor) m->processor.ops->mark_free(mark->processor);
	if (mark->firmware) m->kind->firmware->mark_free(mark->firmware);
	mem_mark_free(m->marks->mem, mark->mem);
	digest_free(&mark->digest);
	free(mark);
}

/* ---- going back ---- */

/* Outputs, windows and timers follow from the state of a device: where that is as it was, they are
 * too. */
static void restore_states(struct machine *m, const uint8_t *from)
{
	bool *changed = m->marks->changed;

	for (size_t i = 0; i < m->n_devices; i++) {
		struct device *dev = m->device[i];
		changed[i] = memcmp(dev->state, from, dev->state_size) != 0;
		if (changed[i]) memcpy(dev->state, from, dev->state_size);
		from += dev->state_size;
	}
	for (size_t i = 0; i < m->n_devices; i++)
		if (changed[i]) board_settle_device(m->device[i]);
}

bool machine_restore(struct machine *m, const struct machine_mark *mark)
{
	const struct firmware *f = m->kind->firmware;

	if (!mem_mark_restore(m->marks->mem, mark->mem))
		return cannot(m, "the host had no memory to keep what was overwritten");
	if (mark->firmware && !f->restore(m, mark->firmware))
		return cannot(m, "the host has no memory for what was written to the disks");
	m->clock.s = mark->clock;
	m->s = mark->s;
	restore_states(m, mark->states);
	digest_copy(&m->digest, &mark->digest);
	/* Last: what the others did to it meanwhile is gone. */
	return m->processor.ops->restore(m->processor.ctx, mark->processor) ||
	       cannot(m, "the processor cannot go on");
}

/* ---- for files ---- */

struct mem_marks *machine_mark_memories(const struct machine *m) { return m->marks->mem; }
const struct mem_mark *machine_mark_memory(const struct machine_mark *mark) { return mark->mem; }
