/* SPDX-License-Identifier: MIT */
#include "harness/machine/added_check.h"

#include <stdint.h>

#include "emu/judge.h"

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
	return dev->state && lies_in(at, size, dev->state, dev->state_size);
}

bool added_shares_state(const struct machine_added *a, size_t part)
{
	const struct device *dev = added_device(a, part);

	for (size_t i = 0; i < part; i++)
		if (in_state(added_device(a, i), dev->state, dev->state_size)) return true;
	return !dev->state;
}

/* The part whose device this state overlaps; n_parts: none. */
static size_t overlapped(const struct machine_added *a, const struct device *dev)
{
	const char *low = dev->state;
	size_t i = 0;

	for (; i < a->model->n_parts; i++) {
		const char *other = (const char *)added_device(a, i);

		if (other < low + dev->state_size && low < other + sizeof(*dev)) break;
	}
	return i;
}

/* Of a part whose state is its own. */
static const char *own_state_fault(const struct judge *j, const struct machine_added *a, size_t n)
{
	const struct device *dev = added_device(a, n);
	const char *of = dev->ops->name;

	if (!dev->state || !lies_in(dev->state, dev->state_size, a->memory, a->model->size))
		return refuse(j,
			      "part %zu (%s) has a state that is not inside the model's struct, so "
			      "that it cannot be copied",
			      n, of);
	if (overlapped(a, dev) < a->model->n_parts)
		return refuse(
			j,
			"the state of part %zu (%s) and the device of part %zu itself overlap: "
			"its pointers must not be copied",
			n, of, overlapped(a, dev));
	return NULL;
}

static bool has_registers(const struct machine_added *a, size_t n, bool shared)
{
	const struct device *dev = added_device(a, n);
	size_t size = reg_table_slots(dev->ops->regs, dev->ops->n_regs) * sizeof(*dev->reg);

	if (size && (uintptr_t)dev->reg % _Alignof(uint64_t) != 0) return false;
	if (!size || in_state(dev, dev->reg, size)) return true;
	for (size_t i = 0; shared && i < n; i++)
		if (in_state(added_device(a, i), dev->reg, size)) return true;
	return false;
}

static const char *part_fault(const struct judge *j, const struct machine_added *a, size_t n)
{
	const struct device *dev = added_device(a, n);
	const struct device_ops *ops = a->model->part[n].ops;
	const char *fault = NULL;

	if (dev->ops != ops)
		return refuse(j,
			      "its init() did not make part %zu (%s): call device_init() with the "
			      "part's ops",
			      n, ops->name);
	if (dev->few_bytes)
		return refuse(
			j,
			"the table of %s has %zu registers, but the array that its init() gives "
			"device_init() has %zu elements",
			ops->name, reg_table_slots(ops->regs, ops->n_regs),
			dev->few_bytes / sizeof(*dev->reg));
	bool shared = n > 0 && added_shares_state(a, n);
	if (!shared) fault = own_state_fault(j, a, n);
	if (fault) return fault;
	if (!has_registers(a, n, shared))
		return refuse(j,
			      "the %zu registers of part %zu (%s) are not all inside its state%s: "
			      "each row of the table needs a uint64_t there",
			      reg_table_slots(ops->regs, ops->n_regs), n, ops->name,
			      shared ? ", or that which it shares" : "");
	if (!dev->instance || (n == 0 && dev->instance != a->name))
		return refuse(j, "its init() gave part %zu (%s) another name than wiring->instance",
			      n, ops->name);
	return NULL;
}

const char *added_fault(const struct machine_added *a, char *buf, size_t size)
{
	const struct judge j = { .buf = buf, .size = size };
	const char *fault = NULL;

	if (size) buf[0] = '\0';
	for (size_t i = 0; !fault && i < a->model->n_parts; i++) fault = part_fault(&j, a, i);
	return fault;
}
