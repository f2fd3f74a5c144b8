/* SPDX-License-Identifier: MIT */
#include "harness/machine/board.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "harness/machine/added.h"

enum { FIRST_DEVICES = 64 };

/* ---- devices ---- */

void board_add_device(struct machine *m, struct device *dev)
{
	if (m->n_devices == m->devices_room) {
		size_t room = m->devices_room ? 2 * m->devices_room : FIRST_DEVICES;
		struct device **more = realloc((void *)m->device, room * sizeof(struct device *));
		if (!more) {
			m->wiring_fault = "out of host memory";
			return;
		}
		m->device = more;
		m->devices_room = room;
	}
	m->device[m->n_devices++] = dev;
}

static struct device *device_of(const struct machine *m, const struct part *p)
{
	return (struct device *)((char *)m->board + p->device);
}

/* A window of a model may be a device that has its state from another. */
static bool has_state_of(const struct machine *m, const struct device *dev)
{
	if (!dev->state) return true;
	for (size_t i = 0; i < m->n_devices; i++)
		if (m->device[i]->state == dev->state) return true;
	return false;
}

/* ---- building ---- */

/* Did an init() of the table make it? Only state has no ops, and is on no bus. */
static bool is_made(const struct machine *m, const struct part *p)
{
	const struct device *dev = device_of(m, p);

	return dev->ops ? !p->ops || dev->ops == p->ops : !p->ops && !p->size;
}

/* Has a state the device of a part inside, whose pointers must not be copied? */
static bool has_device(const struct machine *m, const struct device *of)
{
	uintptr_t low = (uintptr_t)of->state;

	for (unsigned table = 0; table < MACHINE_PART_TABLES; table++)
		for (size_t i = 0; i < m->kind->parts[table].n; i++) {
			uintptr_t at = (uintptr_t)device_of(m, &m->kind->parts[table].part[i]);

			if (at < low + of->state_size && low < at + sizeof(struct device))
				return true;
		}
	return false;
}

/* Snapshots copy states in the board's struct, and nothing else of it. */
static bool is_copied(const struct machine *m, const struct device *dev)
{
	uintptr_t low = (uintptr_t)m->board, at = (uintptr_t)dev->state;

	if (!dev->state) return true;
	return at >= low && dev->state_size <= m->kind->board_size &&
	       at - low <= m->kind->board_size - dev->state_size && !has_device(m, dev);
}

static const char *not_copied(struct machine *m, size_t n)
{
	snprintf(m->error, sizeof(m->error),
		 "machine '%s': the state of the device of part %zu is not inside the board's "
		 "struct, or has a device inside, so that it cannot be copied",
		 m->kind->name, n);
	return m->error;
}

static const char *not_made(struct machine *m, size_t n)
{
	snprintf(m->error, sizeof(m->error),
		 "machine '%s': no init() made the device of part %zu, or it made another than "
		 "`ops` says",
		 m->kind->name, n);
	return m->error;
}

static const char *few_slots(struct machine *m, const struct device *dev, size_t n)
{
	snprintf(
		m->error, sizeof(m->error),
		"machine '%s': part %zu: the table of %s has %zu registers, but the array that its "
		"init() gives device_init() has %zu elements",
		m->kind->name, n, dev->ops->name, reg_table_slots(dev->ops->regs, dev->ops->n_regs),
		dev->few_bytes / sizeof(*dev->reg));
	return m->error;
}

const char *board_make_parts(struct machine *m, const struct part *part, size_t n)
{
	const char *fault = NULL;

	for (size_t i = 0; i < n && !fault; i++) {
		const struct part *p = &part[i];
		if (p->init) fault = p->init(m, p);
		if (!fault && !has_state_of(m, device_of(m, p)))
			board_add_device(m, device_of(m, p));
	}
	for (size_t i = 0; i < n && !fault; i++) {
		const struct part *p = &part[i];
		if (!is_made(m, p)) return not_made(m, i);
		if (p->ops && device_of(m, p)->few_bytes) return few_slots(m, device_of(m, p), i);
		if (!is_copied(m, device_of(m, p))) return not_copied(m, i);
		if (p->size && !p->self_placed)
			fault = bus_map(&m->bus, p->space, p->base, p->size, device_of(m, p),
					p->offset);
	}
	return fault;
}

/* ---- interrupt lines ---- */

/* Two devices on one line, each of which would undo what the other does? */
static bool quarrel(const struct part *a, const struct part *b)
{
	return a->line && a->line == b->line && a->device != b->device &&
	       !(a->shares_line && b->shares_line);
}

static const char *name_of(const struct machine *m, const struct part *p)
{
	const struct device *dev = device_of(m, p);

	if (dev->instance && *dev->instance) return dev->instance;
	return p->ops ? p->ops->name : "a device";
}

/* The part of an earlier row, or of an earlier table, that is on the same line. */
static const struct part *earlier_on_line(const struct machine *m, unsigned table, size_t n)
{
	const struct part *p = &m->kind->parts[table].part[n];

	for (unsigned t = 0; t <= table; t++)
		for (size_t i = 0; i < (t < table ? m->kind->parts[t].n : n); i++)
			if (quarrel(&m->kind->parts[t].part[i], p))
				return &m->kind->parts[t].part[i];
	return NULL;
}

static const char *lines_fault(struct machine *m)
{
	for (unsigned t = 0; t < MACHINE_PART_TABLES; t++)
		for (size_t i = 0; i < m->kind->parts[t].n; i++) {
			const struct part *p = &m->kind->parts[t].part[i];
			const struct part *other = earlier_on_line(m, t, i);

			if (!other) continue;
			snprintf(m->error, sizeof(m->error),
				 "machine '%s': '%s' and '%s' are both on line %u, so that each "
				 "undoes what the other does: give one another line, or join them "
				 "in a wired OR and say .shares_line in both parts",
				 m->kind->name, name_of(m, other), name_of(m, p), p->line);
			return m->error;
		}
	return NULL;
}

static const char *add_sockets(struct machine *m)
{
	const char *fault = NULL;

	for (size_t i = 0; !fault && i < m->kind->n_sockets; i++) {
		const struct part_socket *s = &m->kind->socket[i];
		fault = bus_map_absent(&m->bus, s->space, s->base, s->size, s->name);
	}
	return fault;
}

/* Added functions get device numbers from 4 up. */
enum { FIRST_SLOT = 4 };

static const char *plug_all(struct machine *m)
{
	const char *fault = NULL;

	for (unsigned i = 0; !fault && i < m->config.n_devices; i++)
		fault = machine_add(m, &m->config.device[i], FIRST_SLOT + i);
	return fault;
}

const char *board_build(struct machine *m)
{
	const struct machine_kind *kind = m->kind;
	const char *fault = NULL;

	for (unsigned i = 0; !fault && i < MACHINE_PART_TABLES; i++)
		fault = board_make_parts(m, kind->parts[i].part, kind->parts[i].n);
	if (!fault) fault = lines_fault(m);
	if (!fault) fault = plug_all(m);
	if (!fault && kind->firmware && kind->firmware->power_on)
		fault = kind->firmware->power_on(m);
	return fault ? fault : add_sockets(m);
}

void board_remap(struct machine *m, enum bus_space space, struct device *dev, uint64_t base,
		 uint64_t size, bool enabled, const struct lint_desc *lint)
{
	const char *fault = NULL;

	bus_unmap(&m->bus, space, dev);
	if (enabled) fault = bus_map(&m->bus, space, base, size, dev, 0);
	if (fault) device_lint(dev, lint, NULL, base, "%s", fault);
}

/* ---- reset and settle ---- */

void board_reset(struct machine *m)
{
	hub_firmware(&m->hub, true);
	for (size_t i = 0; i < m->n_devices; i++) {
		struct device *dev = m->device[i];
		if (dev->ops && dev->ops->reset) dev->ops->reset(dev);
	}
	if (m->kind->firmware) m->kind->firmware->reset(m);
	hub_firmware(&m->hub, false);
}

void board_settle_device(struct device *dev)
{
	if (dev->ops && dev->ops->settle) dev->ops->settle(dev);
}

void board_settle(struct machine *m)
{
	for (size_t i = 0; i < m->n_devices; i++) board_settle_device(m->device[i]);
}

/* ---- events and errors ---- */

/* Only the first event of a block of instructions counts. */
bool board_begin_event(struct machine *m, enum machine_event event)
{
	m->processor.ops->request_stop(m->processor.ctx);
	if (m->s.event != MACHINE_RUNNING) return false;
	m->s.event = event;
	return true;
}

void board_guest_reset(void *ctx, const char *source)
{
	struct machine *m = ctx;

	if (!board_begin_event(m, MACHINE_RESET)) return;
	snprintf(m->s.reset_source, sizeof(m->s.reset_source), "%s", source);
	m->s.resets++;
}

void board_guest_exit(void *ctx, uint32_t value)
{
	struct machine *m = ctx;

	if (board_begin_event(m, MACHINE_DEBUG_EXIT)) m->s.exit_value = value;
}

void board_debug_byte(void *ctx, uint8_t byte)
{
	const struct machine *m = ctx;

	if (m->config.debug_tx) m->config.debug_tx(m->config.ctx, byte);
}

void board_intr(void *ctx, unsigned n, bool level)
{
	const struct processor *p = &((struct machine *)ctx)->processor;

	(void)n;
	p->ops->set_intr(p->ctx, level);
}

void board_serial_byte(void *ctx, uint8_t byte)
{
	const struct machine_config *c = &((struct machine *)ctx)->config;

	if (c->serial_tx) c->serial_tx(c->ctx, 0, byte);
}

void board_error_add(struct machine *m, const char *name)
{
	size_t used = strlen(m->error);

	snprintf(m->error + used, sizeof(m->error) - used, " %s", name);
}
