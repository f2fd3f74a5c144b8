/* SPDX-License-Identifier: MIT */
#include "emu/bus.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/bits.h"
#include "emu/bus_route.h"
#include "emu/clock.h"

#define PORT_MAX UINT64_C(0xffff)
enum { BITS_PER_BYTE = 8, MAX_BITS = 64 };
/* These functions run for every access. Inlined for each direction, a cycle stays in registers. */
#define INLINE static inline __attribute__((always_inline))

/* One access on its way through the decoder. */
struct cycle {
	enum bus_space space;
	uint64_t addr, value;
	unsigned width;
	bool write;
};

static uint64_t space_max(enum bus_space space)
{
	return space == BUS_PORT ? PORT_MAX : UINT64_MAX;
}

static struct bus_decoder *decoder(struct bus *bus, enum bus_space space)
{
	return space == BUS_PORT ? &bus->port : &bus->memory;
}

void bus_init(struct bus *bus, const struct hub *hub, struct clock *clock)
{
	memset(bus, 0, sizeof *bus);
	bus->hub = hub;
	bus->clock = clock;
}

/* ---- the map ---- */

static bool contains(const struct bus_range *r, uint64_t addr) { return addr - r->base < r->size; }

/* Index of the first range that ends after addr; n: none. */
static size_t lower_bound(const struct bus_decoder *d, uint64_t addr)
{
	size_t lo = 0, hi = d->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct bus_range *r = &d->range[mid];
		if (r->base + (r->size - 1) < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void forget_routes(struct bus *bus)
{
	if (bus->routed) memset(bus->route, 0, sizeof bus->route);
	bus->routed = false;
}

static const char *map(struct bus *bus, enum bus_space space, const struct bus_range *range)
{
	struct bus_decoder *d = decoder(bus, space);
	uint64_t last = range->base + (range->size - 1);
	size_t at;

	if (range->size == 0) {
		snprintf(bus->error, sizeof bus->error, "%s: empty range at 0x%" PRIx64,
			 range->name, range->base);
		return bus->error;
	}
	if (last < range->base || last > space_max(space)) {
		snprintf(bus->error, sizeof bus->error,
			 "%s: 0x%" PRIx64 " bytes at 0x%" PRIx64 " end beyond 0x%" PRIx64,
			 range->name, range->size, range->base, space_max(space));
		return bus->error;
	}
	at = lower_bound(d, range->base);
	if (at < d->n && d->range[at].base <= last) {
		const struct bus_range *o = &d->range[at];
		snprintf(bus->error, sizeof bus->error,
			 "%s at 0x%" PRIx64 "..0x%" PRIx64 " overlaps %s at 0x%" PRIx64
			 "..0x%" PRIx64,
			 range->name, range->base, last, o->name, o->base, o->base + (o->size - 1));
		return bus->error;
	}
	if (d->n == BUS_MAX_RANGES) {
		snprintf(bus->error, sizeof bus->error, "%s: more than %d ranges", range->name,
			 BUS_MAX_RANGES);
		return bus->error;
	}
	memmove(&d->range[at + 1], &d->range[at], (d->n - at) * sizeof d->range[0]);
	d->range[at] = *range;
	d->n++;
	d->last = at;
	forget_routes(bus);
	return NULL;
}

const char *bus_map(struct bus *bus, enum bus_space space, uint64_t base, uint64_t size,
		    struct device *dev, uint64_t offset)
{
	const char *name = dev->instance ? dev->instance : dev->ops->name;
	struct bus_range range = {
		.base = base, .size = size, .offset = offset, .dev = dev, .name = name
	};

	return map(bus, space, &range);
}

const char *bus_map_absent(struct bus *bus, enum bus_space space, uint64_t base, uint64_t size,
			   const char *name)
{
	const struct bus_decoder *d = decoder(bus, space);
	struct bus_range whole = { .base = base, .size = size, .name = name };
	uint64_t end = base + size;
	const char *fault = NULL;

	if (end <= base) return map(bus, space, &whole); /* it says what is wrong */
	/* Each turn maps the hole before the next device, and goes on behind the device. */
	for (bool more = true; !fault && more;) {
		size_t at = lower_bound(d, base);
		const struct bus_range *next =
			at < d->n && d->range[at].base < end ? &d->range[at] : NULL;
		uint64_t hole_end = next ? next->base : end, last = hole_end;
		struct bus_range hole = { .base = base, .size = hole_end - base, .name = name };

		if (next) last = next->base + (next->size - 1);
		if (hole_end > base) fault = map(bus, space, &hole);
		more = next && last < end - 1;
		base = last + 1;
	}
	return fault;
}

void bus_unmap(struct bus *bus, enum bus_space space, const struct device *dev)
{
	struct bus_decoder *d = decoder(bus, space);
	size_t kept = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->range[i].dev != dev) d->range[kept++] = d->range[i];
	d->n = kept;
	d->last = 0;
	forget_routes(bus);
	if (kept == 0) d->range[0].size = 0; /* the hit cache must not find a removed range */
}

const struct bus_range *bus_find(const struct bus *bus, enum bus_space space, uint64_t addr)
{
	const struct bus_decoder *d = space == BUS_PORT ? &bus->port : &bus->memory;
	size_t at = lower_bound(d, addr);

	return at < d->n && contains(&d->range[at], addr) ? &d->range[at] : NULL;
}

/* ---- accesses ---- */

/* Does this range contain all `size` bytes? */
static bool holds(const struct bus_range *r, uint64_t addr, uint64_t size)
{
	return contains(r, addr) && r->size - (addr - r->base) >= size;
}

/* The range at addr. If there is none, *gap is the number of free bytes from addr on. */
static struct bus_range *claim(struct bus_decoder *d, uint64_t addr, uint64_t *gap)
{
	size_t at = lower_bound(d, addr);

	*gap = at < d->n ? d->range[at].base - addr : UINT64_MAX;
	if (at == d->n || !contains(&d->range[at], addr)) return NULL;
	d->last = at;
	return &d->range[at];
}

static void tell(const struct bus *bus, const struct cycle *c, const struct device *dev,
		 const struct reg_desc *reg, uint32_t n)
{
	struct access a = { .addr = c->addr,
			    .value = c->value,
			    .dev = dev,
			    .reg = reg,
			    .n = n,
			    .width = (uint8_t)c->width,
			    .write = c->write,
			    .space = c->space };

	hub_access(bus->hub, &a);
}

static void unclaimed(struct bus *bus, const struct cycle *c)
{
	char detail[128];
	struct lint l = {
		.addr = c->addr,
		.bits = c->write ? c->value : c->width,
		.dev = "bus",
		.instance = "",
		.desc = &bus_lints[c->write ? BUS_LINT_UNCLAIMED_WRITE : BUS_LINT_UNCLAIMED_READ],
		.spec = "",
		.detail = detail
	};

	bus->unclaimed++;
	if (!hub_hears(bus->hub)) return;
	tell(bus, c, NULL, NULL, 0);
	char value[32] = "";
	if (c->write) snprintf(value, sizeof value, " of 0x%" PRIx64, c->value);
	snprintf(detail, sizeof detail, "%u-bit %s%s %s %s 0x%" PRIx64 ", where nothing answers",
		 c->width, c->write ? "write" : "read", value, c->write ? "to" : "from",
		 c->space == BUS_PORT ? "port" : "physical address", c->addr);
	hub_lint(bus->hub, &l);
}

/* Ask a window which device answers. Lints of that device need the address too. */
static struct device *decode(struct device *dev, const struct cycle *c, uint64_t *offset)
{
	dev->bus_addr = c->addr;
	struct device *to = dev->ops->decode(dev, offset, c->width, c->write);
	dev->bus_addr = 0;
	return to;
}

/* The device for the cycle in this range, and the offset in it; NULL: none. */
INLINE struct device *target(const struct bus_range *r, const struct cycle *c, uint64_t *offset)
{
	struct device *dev = r->dev;

	*offset = r->offset + (c->addr - r->base);
	return dev && dev->ops->decode ? decode(dev, c, offset) : dev;
}

INLINE void write_range(const struct bus *bus, const struct bus_range *r, const struct cycle *c)
{
	uint64_t offset;
	const struct reg_desc *reg = NULL;
	struct device *dev =
		target(r, c, &offset); /* fetched first: the write may remap, and move *r */
	uint32_t n = 0;

	/* The access is reported before its effects, so in a trace cause comes before effect. */
	if (hub_hears_access(bus->hub)) {
		if (dev && hub_wants_reg(bus->hub)) reg = device_find(dev, offset, true, &n);
		tell(bus, c, dev, reg, n);
	}
	if (!dev) return;
	dev->bus_addr = c->addr;
	device_write(dev, offset, c->width, c->value, NULL, NULL);
	dev->bus_addr = 0;
}

INLINE uint64_t read_range(const struct bus *bus, const struct bus_range *r, struct cycle *c)
{
	uint64_t offset;
	const struct reg_desc *reg = NULL;
	struct device *dev = target(r, c, &offset);
	bool named = hub_wants_reg(bus->hub);
	uint32_t n = 0;

	c->value = low_bits(c->width);
	if (dev) {
		dev->bus_addr = c->addr;
		c->value =
			device_read(dev, offset, c->width, named ? &reg : NULL, named ? &n : NULL);
		dev->bus_addr = 0;
	}
	if (hub_hears_access(bus->hub)) tell(bus, c, dev, reg, n);
	return c->value;
}

INLINE uint64_t run_range(struct bus *bus, struct bus_range *r, struct cycle *c)
{
	r->accesses++;
	if (!c->write) return read_range(bus, r, c);
	write_range(bus, r, c);
	return 0;
}

/* Carry out the cycle if one range contains all of it, or none any of it; otherwise set *split. */
static uint64_t run_cycle(struct bus *bus, struct cycle *c, bool *split)
{
	struct bus_decoder *d = decoder(bus, c->space);
	uint64_t size = c->width / BITS_PER_BYTE, gap = 0;
	struct bus_range *r = claim(d, c->addr, &gap);

	if (r && holds(r, c->addr, size)) return run_range(bus, r, c);
	if (r || size > gap || size - 1 > space_max(c->space) - c->addr) {
		*split = true;
		return 0;
	}
	if (!c->write) c->value = low_bits(c->width);
	unclaimed(bus, c);
	return c->value;
}

static uint64_t run_bytes(struct bus *bus, const struct cycle *c)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < c->width; shift += BITS_PER_BYTE) {
		struct cycle byte = { .space = c->space,
				      .addr = (c->addr + shift / BITS_PER_BYTE) &
					      space_max(c->space),
				      .value = (c->value >> shift) & low_bits(BITS_PER_BYTE),
				      .width = BITS_PER_BYTE,
				      .write = c->write };
		bool split = false;
		value |= run_cycle(bus, &byte, &split) << shift;
	}
	return value;
}

/* The access is not in the range of the last hit. */
static uint64_t run_elsewhere(struct bus *bus, struct cycle c)
{
	bool split = false;
	uint64_t value = run_cycle(bus, &c, &split);

	return split ? run_bytes(bus, &c) : value;
}

INLINE uint64_t run(struct bus *bus, struct cycle c)
{
	c.addr &= space_max(c.space);
	if (c.width > MAX_BITS) c.width = MAX_BITS;
	struct bus_decoder *d = decoder(bus, c.space);
	struct bus_range *r = &d->range[d->last]; /* without ranges this is an empty one */
	return holds(r, c.addr, c.width / BITS_PER_BYTE) ? run_range(bus, r, &c)
							 : run_elsewhere(bus, c);
}

/* ---- routes ---- */

/* Remember how an access is made that reaches the whole of a register. */
static void learn(struct bus *bus, const struct cycle *c)
{
	struct bus_decoder *d = decoder(bus, c->space);
	struct bus_range *range = &d->range[d->last];
	struct device *dev = range->dev;
	const struct reg_hit *h = NULL;

	if (!bus->hub || !bus->clock || !dev || dev->ops->decode) return;
	if (!holds(range, c->addr, c->width / BITS_PER_BYTE)) return;
	h = device_exact(dev, range->offset + (c->addr - range->base), c->width, c->write);
	if (!h) return;
	*bus_route_at(bus, c->write, c->addr) =
		(struct bus_route){ .addr = c->addr,
				    .kind = bus_route_kind(c->space, c->width),
				    .dev = dev,
				    .range = range,
				    .reg = h->reg,
				    .bank = h->reg->bank,
				    .read = dev->ops->read,
				    .write = dev->ops->write,
				    .slot = &dev->reg[h->slot + h->n],
				    .masks = h->masks,
				    .lane = low_bits(c->width),
				    .row = h->row,
				    .n = h->n,
				    .head = access_record_head(c->space == BUS_MEMORY, c->width,
							       c->write) };
	bus->routed = true;
}

static enum bus_space space_of(const struct bus_route *r)
{
	return r->kind == bus_route_kind(BUS_MEMORY, r->reg->width) ? BUS_MEMORY : BUS_PORT;
}

/* Tell the observers that are called for each access. */
static void tell_called(const struct bus *bus, const struct bus_route *r, bool write,
			uint64_t value)
{
	struct access a = { .addr = r->addr,
			    .value = value,
			    .dev = r->dev,
			    .reg = r->reg,
			    .n = r->n,
			    .width = r->reg->width,
			    .write = write,
			    .space = space_of(r) };

	hub_access_called(bus->hub, &a);
}

static inline void record(const struct bus *bus, const struct bus_route *r, bool write,
			  uint64_t value)
{
	const struct hub *hub = bus->hub;

	if (hub->ring) access_ring_add(hub->ring, r->head, bus->clock->s.now_ns, r->addr, value);
	if (__builtin_expect(hub->access_called, 0)) tell_called(bus, r, write, value);
}

/* Whether the register of another bank is there now. */
static inline bool is_left(const struct bus_route *r)
{
	return r->bank && r->dev->ops->bank(r->dev) != r->bank;
}

uint64_t bus_route_read(struct bus *bus, const struct bus_route *r)
{
	uint64_t value = *r->slot;

	if (__builtin_expect(is_left(r), 0))
		return bus_read_long(bus, space_of(r), r->addr, r->reg->width);
	r->range->accesses++;
	if (r->masks.rc) *r->slot = value & ~r->masks.rc;
	if (r->read) {
		struct device *dev = r->dev;
		dev->bus_addr = r->addr;
		value = r->read(dev, r->row, r->n, value);
		dev->bus_addr = 0;
	}
	value &= r->lane;
	record(bus, r, false, value);
	return value;
}

void bus_route_write(struct bus *bus, const struct bus_route *r, uint64_t value)
{
	struct device *dev = r->dev; /* the write may remap, and forget the route */
	struct reg_write w = { .raw = value & r->lane, .old = *r->slot, .lane = r->lane };

	/* Reserved bits are told. */
	if (__builtin_expect((w.raw & r->masks.reserved) | ((w.raw ^ w.old) & r->masks.preserve) ||
				     is_left(r),
			     0)) {
		bus_write_long(bus, space_of(r), r->addr, r->reg->width, value);
		return;
	}
	r->range->accesses++;
	record(bus, r, true, w.raw); /* before its effects */
	w.now = reg_stored_after(&r->masks, w.old, w.raw, r->lane);
	*r->slot = w.now;
	if (!r->write) return;
	dev->bus_addr = r->addr;
	r->write(dev, r->row, r->n, &w);
	dev->bus_addr = 0;
}

uint64_t bus_read_long(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width)
{
	struct cycle c = { .space = space, .addr = addr, .width = width };
	uint64_t value = run(bus, c);

	learn(bus, &c);
	return value;
}

void bus_write_long(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width,
		    uint64_t value)
{
	struct cycle c = { .space = space,
			   .addr = addr,
			   .value = value & low_bits(width),
			   .width = width,
			   .write = true };

	(void)run(bus, c);
	learn(bus, &c);
}

static inline void fire_due(const struct bus *bus)
{
	if (bus->clock && clock_due(bus->clock)) clock_run(bus->clock);
}

uint64_t bus_read(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width)
{
	fire_due(bus);
	return bus_read_due(bus, space, addr, width);
}

void bus_write(struct bus *bus, enum bus_space space, uint64_t addr, unsigned width, uint64_t value)
{
	fire_due(bus);
	bus_write_due(bus, space, addr, width, value);
}
