/* SPDX-License-Identifier: MIT */
/* Accesses of the CPU itself to linear memory: reading gates and descriptors, pushing frames. They
 * walk the page tables, set A and D bits and fault like any access. */
#include "emu/unicorn/x86/cpu_internal.h"

enum { PAGE_OFFSET = 0xfff };

void physical_read(struct cpu *cpu, uint64_t pa, void *buf, size_t len)
{
	uint8_t *to = buf;
	if (mem_read(cpu->mem, pa, to, len)) return;
	for (size_t i = 0; i < len; i++) to[i] = (uint8_t)bus_read(cpu->bus, BUS_MEMORY, pa + i, 8);
}

void physical_write(struct cpu *cpu, uint64_t pa, const void *buf, size_t len)
{
	const uint8_t *from = buf;
	if (mem_write(cpu->mem, pa, from, len)) return;
	for (size_t i = 0; i < len; i++) bus_write(cpu->bus, BUS_MEMORY, pa + i, 8, from[i]);
}

static bool translate(struct cpu *cpu, struct linear_user as, uint64_t linear,
		      enum page_access access, bool mark, uint64_t *pa, struct linear_fault *fault)
{
	*fault = (struct linear_fault){ .address = linear };
	if (!paging_canonical(as.mode, linear)) {
		fault->noncanonical = true;
		return false;
	}
	if (!(as.mode->efer & EFER_LMA)) linear = (uint32_t)linear;
	struct page_walk walk = cpu_walk(cpu, as.mode, linear, access, as.user, mark);
	fault->error = walk.error;
	*pa = cpu->s.a20 ? walk.pa : walk.pa & ~(UINT64_C(1) << 20);
	return walk.present;
}

/* The bytes of [linear, linear + len) on its first page. */
static size_t on_page(uint64_t linear, size_t len)
{
	size_t room = MEM_PAGE - (size_t)(linear & PAGE_OFFSET);
	return len < room ? len : room;
}

bool linear_read_as(struct cpu *cpu, struct linear_user as, uint64_t linear, void *buf, size_t len,
		    struct linear_fault *fault)
{
	uint8_t *to = buf;
	while (len) {
		uint64_t pa;
		size_t n = on_page(linear, len);
		if (!translate(cpu, as, linear, PAGE_READ, true, &pa, fault)) return false;
		physical_read(cpu, pa, to, n);
		to += n;
		linear += n;
		len -= n;
	}
	return true;
}

bool linear_writable(struct cpu *cpu, struct linear_user as, uint64_t linear, size_t len,
		     struct linear_fault *fault)
{
	while (len) {
		uint64_t pa;
		size_t n = on_page(linear, len);
		if (!translate(cpu, as, linear, PAGE_WRITE, false, &pa, fault)) return false;
		linear += n;
		len -= n;
	}
	return true;
}

bool linear_write_as(struct cpu *cpu, struct linear_user as, uint64_t linear, const void *buf,
		     size_t len, struct linear_fault *fault)
{
	const uint8_t *from = buf;
	/* A value on two pages is written whole or not at all. */
	if (on_page(linear, len) < len && !linear_writable(cpu, as, linear, len, fault))
		return false;
	while (len) {
		uint64_t pa;
		size_t n = on_page(linear, len);
		if (!translate(cpu, as, linear, PAGE_WRITE, true, &pa, fault)) return false;
		physical_write(cpu, pa, from, n);
		from += n;
		linear += n;
		len -= n;
	}
	return true;
}

bool linear_read(struct cpu *cpu, uint64_t linear, void *buf, size_t len,
		 struct linear_fault *fault)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	return linear_read_as(cpu, (struct linear_user){ &mode, false }, linear, buf, len, fault);
}

void linear_raise(struct cpu *cpu, const struct linear_fault *fault, uint8_t noncanonical)
{
	cpu_raise(cpu, fault->noncanonical ? noncanonical : VEC_PF, true,
		  fault->noncanonical ? 0 : fault->error);
	cpu->event.cr2 = fault->address;
}

size_t cpu_peek(struct cpu *cpu, uint64_t linear, void *buf, size_t len)
{
	struct paging_mode mode = cpu_paging_mode(cpu);
	uint8_t *to = buf;
	size_t done = 0;
	while (done < len && paging_canonical(&mode, linear)) {
		if (!(mode.efer & EFER_LMA)) linear = (uint32_t)linear;
		size_t n = on_page(linear, len - done);
		struct page_walk walk = cpu_walk(cpu, &mode, linear, PAGE_READ, false, false);
		uint64_t pa = cpu->s.a20 ? walk.pa : walk.pa & ~(UINT64_C(1) << 20);
		if (!walk.present || !mem_read(cpu->mem, pa, to + done, n)) break;
		done += n;
		linear += n;
	}
	return done;
}
