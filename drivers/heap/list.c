/* SPDX-License-Identifier: MIT */
/* The holes are in the free memory itself, in order of address, and never touch each other. A hole
 * is checked before it is used, as it lies where a kernel's stray writes can reach it. */
#include "bimetal/heap_list.h"

#include "internal.h"

/* The caller's memory may have any type. */
struct __attribute__((may_alias)) heap_hole {
	size_t size;
	struct heap_hole *next;
};

_Static_assert(sizeof(struct heap_hole) == HEAP_GRAIN, "a hole of the smallest size has its entry");

static uintptr_t address(const struct heap_hole *hole) { return (uintptr_t)hole; }

static size_t whole_grains(size_t size) { return size & ~(size_t)(HEAP_GRAIN - 1); }

/* The entry of the hole `offset` bytes from the start. */
static struct heap_hole *hole_at(const struct heap_list *heap, size_t offset)
{
	return (void *)(heap->bytes + offset);
}

/* Whether this can be a hole, with the next one behind it. */
static bool is_sound(const struct heap_list *heap, const struct heap_hole *hole)
{
	if (!heap_contains(heap->bytes, heap->size, hole, HEAP_GRAIN, HEAP_GRAIN)) return false;
	if (hole->size == 0 || hole->size % HEAP_GRAIN) return false;
	if (!heap_contains(heap->bytes, heap->size, hole, hole->size, HEAP_GRAIN)) return false;
	return !hole->next || (address(hole->next) > address(hole) &&
			       address(hole->next) - address(hole) > hole->size);
}

/* ---- the list ---- */

/* The bytes of a block of this size: 0 if that is more than there can be. */
static size_t block_size(size_t size)
{
	return size > SIZE_MAX - HEAP_GRAIN ? 0 : whole_grains(size + HEAP_GRAIN - 1);
}

static size_t block_alignment(size_t alignment)
{
	return alignment < HEAP_GRAIN ? HEAP_GRAIN : alignment;
}

/* The bytes before the block in a hole; SIZE_MAX: it does not fit. */
static size_t place_in(const struct heap_hole *hole, size_t size, size_t alignment)
{
	size_t front = heap_gap(address(hole), alignment);

	return front <= hole->size && size <= hole->size - front ? front : SIZE_MAX;
}

/* Take `size` bytes out of the hole that *link points to, `front` bytes from its start. What is
 * left before and behind them stays free. */
static void *cut(struct heap_list *heap, struct heap_hole **link, size_t front, size_t size)
{
	struct heap_hole *hole = *link;
	struct heap_hole *next = hole->next;
	size_t at = (size_t)(address(hole) - (uintptr_t)heap->bytes) + front;
	size_t back = hole->size - front - size;

	if (back) {
		struct heap_hole *rest = hole_at(heap, at + size);

		*rest = (struct heap_hole){ back, next };
		next = rest;
	}
	if (front)
		*hole = (struct heap_hole){ front, next };
	else
		*link = next;
	heap->free -= size;
	return heap->bytes + at;
}

/* Make a hole of the `size` bytes that are `at` bytes from the start. */
static enum heap_status insert(struct heap_list *heap, size_t at, size_t size)
{
	struct heap_hole *hole = hole_at(heap, at);
	struct heap_hole *before = NULL;
	struct heap_hole *next = heap->first;

	while (next && address(next) < address(hole)) {
		if (!is_sound(heap, next)) return HEAP_CORRUPT;
		before = next;
		next = before->next;
	}
	if (next && !is_sound(heap, next)) return HEAP_CORRUPT;
	if (before && before->size > address(hole) - address(before)) return HEAP_NOT_ALLOCATED;
	if (next && size > address(next) - address(hole)) return HEAP_NOT_ALLOCATED;

	heap->free += size;
	if (next && address(next) - address(hole) == size) {
		size += next->size;
		next = next->next;
	}
	if (before && address(hole) - address(before) == before->size)
		*before = (struct heap_hole){ before->size + size, next };
	else {
		*hole = (struct heap_hole){ size, next };
		*(before ? &before->next : &heap->first) = hole;
	}
	return HEAP_OK;
}

/* ---- what callers see ---- */

enum heap_status heap_list_init(struct heap_list *heap, void *memory, size_t size)
{
	size_t lost = heap_gap((uintptr_t)memory, HEAP_GRAIN);

	if (!heap || !memory) return HEAP_NULL;
	if (size > UINTPTR_MAX - (uintptr_t)memory) return HEAP_BAD_PLACE;
	if (size < lost || size - lost < HEAP_GRAIN) return HEAP_TOO_SMALL;
	size -= lost;
	*heap = (struct heap_list){ .bytes = (uint8_t *)memory + lost,
				    .size = whole_grains(size),
				    .pending = size % HEAP_GRAIN };
	return insert(heap, 0, heap->size);
}

enum heap_status heap_list_extend(struct heap_list *heap, size_t by)
{
	size_t more, end;
	enum heap_status status;

	if (!heap || !heap->bytes) return HEAP_NULL;
	end = heap->size + heap->pending;
	if (by > UINTPTR_MAX - (uintptr_t)heap->bytes - end) return HEAP_BAD_PLACE;
	more = whole_grains(heap->pending + by);
	status = more ? insert(heap, heap->size, more) : HEAP_OK;
	if (status != HEAP_OK) return status;
	heap->size += more;
	heap->pending = heap->pending + by - more;
	return HEAP_OK;
}

enum heap_status heap_list_allocate(struct heap_list *heap, size_t size, size_t alignment,
				    void **block)
{
	enum heap_status status = heap_check_request(size, alignment);

	if (!heap || !block || !heap->bytes) return HEAP_NULL;
	if (status != HEAP_OK) return status;
	size = block_size(size);
	alignment = block_alignment(alignment);
	if (size == 0) return HEAP_NO_ROOM;
	for (struct heap_hole **link = &heap->first; *link; link = &(*link)->next) {
		size_t front;

		if (!is_sound(heap, *link)) return HEAP_CORRUPT;
		front = place_in(*link, size, alignment);
		if (front == SIZE_MAX) continue;
		*block = cut(heap, link, front, size);
		return HEAP_OK;
	}
	return HEAP_NO_ROOM;
}

enum heap_status heap_list_free(struct heap_list *heap, void *block, size_t size, size_t alignment)
{
	enum heap_status status = heap_check_request(size, alignment);

	if (!heap || !block || !heap->bytes) return HEAP_NULL;
	if (status != HEAP_OK) return status;
	size = block_size(size);
	alignment = block_alignment(alignment);
	if (size == 0 || !heap_contains(heap->bytes, heap->size, block, size, alignment))
		return HEAP_FOREIGN;
	return insert(heap, (size_t)((uint8_t *)block - heap->bytes), size);
}

size_t heap_list_free_bytes(const struct heap_list *heap) { return heap->free; }

size_t heap_list_largest(const struct heap_list *heap)
{
	size_t most = 0;

	for (const struct heap_hole *h = heap->first; h && is_sound(heap, h); h = h->next)
		if (h->size > most) most = h->size;
	return most;
}

enum heap_status heap_list_check(const struct heap_list *heap)
{
	size_t sum = 0;

	if (!heap || !heap->bytes) return HEAP_NULL;
	for (const struct heap_hole *h = heap->first; h; h = h->next) {
		if (!is_sound(heap, h)) return HEAP_CORRUPT;
		sum += h->size;
	}
	return sum == heap->free ? HEAP_OK : HEAP_CORRUPT;
}
