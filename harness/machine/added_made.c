/* SPDX-License-Identifier: MIT */
#include "harness/machine/added_made.h"

#include <stdarg.h>
#include <stdio.h>

/* Where the message goes. */
struct judge {
	char *buf;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static const char *refuse(const struct judge *j,
								const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(j->buf, j->size, format, args);
	va_end(args);
	return j->buf;
}

struct device *added_device(const struct machine_added *a, size_t part)
{
	return (struct device *)((char *)a->memory + a->model->part[part].device);
}

static bool lies_in(const void *what, size_t size, const void *in, size_t room)
{
	uintptr_t start = (uintptr_t)what, low = (uintptr_t)in;

	return start >= low && size <= room && start - low <= room - size;
}

/* Are these bytes in the state of the device? */
static bool in_state(const struct device *dev, const void *at, size_t size)
{
	return lies_in(at, size, dev->state, dev->state_size);
}

/* Is the part's state that of an earlier one, or a piece of it? Otherwise the part is reset and
 * copied on its own. */
bool added_shares_state(const struct machine_added *a, size_t part)
{
	const struct device *dev = added_device(a, part);

	for (size_t i = 0; i < part; i++)
		if (in_state(added_device(a, i), dev->state, dev->state_size)) return true;
	return !dev->state;
}

/* Is the second device itself, with its pointers, in the state of the first? */
static bool overlaps_state(const struct device *of, const struct device *dev)
{
	const char *low = of->state, *start = (const char *)dev;

	return start < low + of->state_size && low < start + sizeof(*dev);
}

static bool registers_lie_in_state(const struct device *of, const struct device *dev, size_t slots)
{
	return !slots || (in_state(of, dev->reg, slots * sizeof(*dev->reg)) &&
			  (uintptr_t)dev->reg % _Alignof(uint64_t) == 0);
}

/* Of a part whose state is its own. */
static const char *check_own_state(const struct judge *j, const struct machine_added *a, size_t n)
{
	const struct device *dev = added_device(a, n);
	const struct device_ops *ops = dev->ops;
	size_t slots = reg_table_slots(ops->regs, ops->n_regs);

	if (!lies_in(dev->state, dev->state_size, a->memory, a->model->size))
		return refuse(j,
			      "part %zu (%s) has a state that is not inside the model's struct, so "
			      "that it cannot be copied",
			      n, ops->name);
	for (size_t i = 0; i < a->model->n_parts; i++)
		if (overlaps_state(dev, added_device(a, i)))
			return refuse(
				j,
				"the state of part %zu (%s) has part %zu itself inside, whose "
				"pointers must not be copied",
				n, ops->name, i);
	if (!registers_lie_in_state(dev, dev, slots))
		return refuse(j,
			      "part %zu (%s) has a state outside that of the first device, but its "
			      "%zu registers are elsewhere: each row of the table needs a uint64_t "
			      "there",
			      n, ops->name, slots);
	return NULL;
}

static const char *check_part(const struct judge *j, const struct machine_added *a, size_t n)
{
	const struct device *dev = added_device(a, n);
	const struct device_ops *ops = a->model->part[n].ops;
	size_t slots = reg_table_slots(ops->regs, ops->n_regs);

	if (dev->ops != ops)
		return refuse(j,
			      "its init() did not make part %zu (%s): call device_init() with the "
			      "part's ops",
			      n, ops->name);
	if (!dev->instance || (n == 0 && dev->instance != a->name))
		return refuse(j, "its init() gave part %zu (%s) another name than wiring->instance",
			      n, ops->name);
	if (overlaps_state(added_device(a, 0), dev))
		return refuse(j,
			      "the state of its first device and part %zu (%s) itself overlap: its "
			      "pointers must not be copied",
			      n, ops->name);
	if (n > 0 && !added_shares_state(a, n)) return check_own_state(j, a, n);
	if (!registers_lie_in_state(added_device(a, 0), dev, slots))
		return refuse(j,
			      "the %zu registers of part %zu (%s) are not all inside the state of "
			      "its first device: each row of the table needs a uint64_t there",
			      slots, n, ops->name);
	return NULL;
}

/* What init() must have done. */
static const char *check_made(const struct judge *j, const struct machine_added *a)
{
	const struct device *first = added_device(a, 0);
	const char *low = a->memory, *state = first->state;
	const char *fault = NULL;

	if (first->ops == a->model->part[0].ops &&
	    (!state || state < low || first->state_size > a->model->size ||
	     state > low + a->model->size - first->state_size))
		return refuse(j, "the state of its first device is not inside the "
				 "model's struct, so that it cannot be copied");
	for (size_t i = 0; !fault && i < a->model->n_parts; i++) fault = check_part(j, a, i);
	return fault;
}

const char *added_made_fault(const struct machine_added *a, char *buf, size_t size)
{
	const struct judge j = { buf, size };

	buf[0] = '\0';
	return check_made(&j, a);
}
