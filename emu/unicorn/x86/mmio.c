/* SPDX-License-Identifier: MIT */
/* Memory accesses that are not of RAM or ROM: to devices on the bus, and to memory of devices
 * through its windows (emu/mem_device.h). */
#include "emu/mem_device.h"
#include "emu/unicorn/x86/cpu_internal.h"

enum { HALF_BYTES = 4, HALF_BITS = 32, BYTE_BITS = 8 };
/* After so many writes without a read, a page that was read and written is mapped anew. */
enum { SLOW_WRITES = 64, NO_PAGE = 1 };

/* ---- the bus ---- */

static uint64_t mmio_read(void *ctx, uint64_t pa, unsigned width)
{
	struct cpu *cpu = ctx;
	cpu_charge(cpu, CPU_CHARGE_MMIO);
	return bus_read(cpu->bus, BUS_MEMORY, pa, width);
}

static void mmio_write(void *ctx, uint64_t pa, unsigned width, uint64_t value)
{
	struct cpu *cpu = ctx;
	cpu_charge(cpu, CPU_CHARGE_MMIO);
	bus_write(cpu->bus, BUS_MEMORY, pa, width, value);
}

/* ---- windows ---- */

/* An access to memory, which only observers notice: it costs no time, and lets no timer fire. */
static void tell(const struct cpu *cpu, uint64_t pa, unsigned width, uint64_t value, bool write)
{
	const struct bus_range *r;
	struct access a = { .addr = pa,
			    .value = value,
			    .width = (uint8_t)width,
			    .write = write,
			    .space = BUS_MEMORY,
			    .memory = true };

	if (!hub_hears_memory(cpu->hub)) return;
	r = bus_find(cpu->bus, BUS_MEMORY, pa);
	a.dev = r ? r->dev : NULL;
	hub_access(cpu->hub, &a);
}

static bool in_window(const struct cpu *cpu, uint64_t pa, unsigned access,
		      const struct mem_window **w, uint64_t *offset)
{
	*w = mem_window_at(cpu->mem, pa, access);
	if (*w) *offset = (*w)->offset + (pa - (*w)->base);
	return *w;
}

static uint64_t window_read(void *ctx, uint64_t pa, unsigned width)
{
	struct cpu *cpu = ctx;
	const struct mem_window *w;
	uint64_t offset, value;

	cpu->slow_writes = 0;
	cpu->slow_page = pa & ~(uint64_t)(MEM_PAGE - 1);
	if (!in_window(cpu, pa, MEM_WINDOW_READ, &w, &offset)) return mmio_read(cpu, pa, width);
	value = mem_device_load(w->device, offset, width);
	tell(cpu, pa, width, value, false);
	return value;
}

/* After many writes and no read, the next one maps the page itself. Nothing else is forgotten, so
 * that what the guest's tables are asked for does not depend on it. */
static void map_anew(struct cpu *cpu)
{
	uint64_t linear;

	if (++cpu->slow_writes < SLOW_WRITES || !engine_access_stores(&linear)) return;
	cpu->slow_writes = 0;
	cpu->slow_page = NO_PAGE;
	engine_tlb_drop_page(cpu->engine_cpu, linear);
}

static void window_write(void *ctx, uint64_t pa, unsigned width, uint64_t value)
{
	struct cpu *cpu = ctx;
	const struct mem_window *w;
	uint64_t offset;

	if (!in_window(cpu, pa, MEM_WINDOW_WRITE, &w, &offset)) {
		mmio_write(cpu, pa, width, value);
		return;
	}
	if (width < 2 * HALF_BITS) value &= (UINT64_C(1) << width) - 1;
	tell(cpu, pa, width, value, true);
	mem_device_store(w->device, offset, width, value);
	w->device->flags[offset / MEM_PAGE] |= MEM_DEVICE_STORED;
	if (!cpu->memory_heard) map_anew(cpu);
}

/* ---- the engine's calls: the first ones of each region ---- */

enum region { REGION_BUS, REGION_WINDOWS };

static const struct engine_region functions[ENGINE_REGIONS] = {
	[REGION_BUS] = { .read = mmio_read, .write = mmio_write },
	[REGION_WINDOWS] = { .read = window_read, .write = window_write },
};

/* An access of 8 bytes comes as two calls. The first one reads; the second returns the upper half.
 */
static uint64_t read_part(struct cpu *cpu, enum region n, uint64_t pa, unsigned size)
{
	enum engine_access part = engine_access_part(size);
	engine_region_found(n);
	if (part == ENGINE_ACCESS_UPPER) return engine_access_kept();
	if (part == ENGINE_ACCESS_WHOLE) return functions[n].read(cpu, pa, size * BYTE_BITS);
	uint64_t value = functions[n].read(cpu, pa, 2 * HALF_BITS);
	engine_access_keep((uint32_t)(value >> HALF_BITS));
	return (uint32_t)value;
}

/* A write of 8 bytes comes as two calls. The second one writes. */
static void write_part(struct cpu *cpu, enum region n, uint64_t pa, unsigned size, uint64_t value)
{
	enum engine_access part = engine_access_part(size);
	engine_region_found(n);
	if (part == ENGINE_ACCESS_LOWER)
		engine_access_keep((uint32_t)value);
	else if (part == ENGINE_ACCESS_WHOLE)
		functions[n].write(cpu, pa, size * BYTE_BITS, value);
	else
		functions[n].write(cpu, pa - HALF_BYTES, 2 * HALF_BITS,
				   value << HALF_BITS | engine_access_kept());
}

static uint64_t on_mmio_read(uc_engine *uc, uint64_t pa, unsigned size, void *data)
{
	(void)uc;
	return read_part(data, REGION_BUS, pa, size);
}

static void on_mmio_write(uc_engine *uc, uint64_t pa, unsigned size, uint64_t value, void *data)
{
	(void)uc;
	write_part(data, REGION_BUS, pa, size, value);
}

static uint64_t on_window_read(uc_engine *uc, uint64_t pa, unsigned size, void *data)
{
	(void)uc;
	return read_part(data, REGION_WINDOWS, pa, size);
}

static void on_window_write(uc_engine *uc, uint64_t pa, unsigned size, uint64_t value, void *data)
{
	(void)uc;
	write_part(data, REGION_WINDOWS, pa, size, value);
}

bool cpu_map_bus(struct cpu *cpu)
{
	cpu->engine_regions = (struct engine_regions){ .ctx = cpu };
	for (unsigned i = 0; i < ENGINE_REGIONS; i++) cpu->engine_regions.region[i] = functions[i];
	return !uc_mmio_map(cpu->uc, WINDOW_MMIO, WINDOW_SIZE, on_mmio_read, cpu, on_mmio_write,
			    cpu) &&
	       !uc_mmio_map(cpu->uc, WINDOW_SHOWN, WINDOW_SIZE, on_window_read, cpu,
			    on_window_write, cpu);
}

/* ---- mapping windows ---- */

static size_t number_of(const struct mem *mem, const struct mem_device *d)
{
	size_t n = 0;

	while (n < mem->n_devices && mem->device[n] != d) n++;
	return n;
}

static uint64_t engine_address(size_t number)
{
	return WINDOW_DEVICE + number * (uint64_t)MEM_DEVICE_MAX;
}

const char *cpu_map_devices(struct cpu *cpu)
{
	for (; cpu->devices_mapped < cpu->mem->n_devices; cpu->devices_mapped++) {
		const struct mem_device *d = cpu->mem->device[cpu->devices_mapped];
		if (uc_mem_map_ptr(cpu->uc, engine_address(cpu->devices_mapped), d->size,
				   UC_PROT_READ | UC_PROT_WRITE, d->host))
			return "the engine cannot map the memory of a device";
	}
	return NULL;
}

/* Must its accesses be seen one by one? Those that a window does not let through must, and with
 * them all others to a page that is read and written by turns: mapping it anew each time would be
 * slower. */
static bool must_see(const struct cpu *cpu, const struct mem_window *w, uint64_t pa)
{
	return !w || cpu->memory_heard || pa == cpu->slow_page ||
	       cpu->devices_mapped != cpu->mem->n_devices;
}

/* Writing is granted by a write, so that it is known which pages were written, and it is the same
 * ones whether observers see the writes or not. */
bool cpu_map_window(struct cpu *cpu, uint64_t pa, enum page_access access, struct engine_page *page)
{
	const bool write = access == PAGE_WRITE;
	const struct mem_window *w =
		mem_window_at(cpu->mem, pa, write ? MEM_WINDOW_WRITE : MEM_WINDOW_READ);
	uint64_t offset = w ? w->offset + (pa - w->base) : 0;

	if (!w && !mem_window_at(cpu->mem, pa, 0)) return false;
	if (w && write) {
		mem_device_mark(w->device, offset, 1);
		w->device->flags[offset / MEM_PAGE] |= MEM_DEVICE_STORED;
	}
	if (must_see(cpu, w, pa)) {
		page->physical = WINDOW_SHOWN | (pa & (WINDOW_SIZE - 1));
		page->rights = UC_PROT_READ | (write ? UC_PROT_WRITE : 0);
		return true;
	}
	(void)mem_device_page(w->device, offset);
	page->physical = engine_address(number_of(cpu->mem, w->device)) + offset;
	page->rights =
		(w->access & MEM_WINDOW_READ ? UC_PROT_READ : 0) | (write ? UC_PROT_WRITE : 0);
	return true;
}

void cpu_windows_changed(void *ctx) { cpu_flush_tlb(ctx); }

void cpu_hear_memory(struct cpu *cpu)
{
	bool heard = hub_hears_memory(cpu->hub);

	if (heard == cpu->memory_heard) return;
	cpu->memory_heard = heard;
	cpu_flush_tlb(cpu);
}
