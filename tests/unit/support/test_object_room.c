/* SPDX-License-Identifier: MIT */
/* What the symbols of this program say of its objects. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/support/object_room.h"
#include "tests/check.h"

enum { N = 10 };

static const uint32_t constants[N] = { 1 };
static uint32_t variables[N] = { 2 };
static uint32_t zeroed[N];
static const uint32_t *const literal = (const uint32_t[]){ 1, 2, 3, 0 };

/* AddressSanitizer puts room behind each array. GCC defines a macro then, older Clangs a feature.
 */
#if defined(__SANITIZE_ADDRESS__)
#define PADDED true
#elif defined(__has_feature)
#define PADDED __has_feature(address_sanitizer)
#else
#define PADDED false
#endif

static void expect(const void *at, size_t room)
{
	if (PADDED)
		check_ge(sz, object_room(at), room);
	else
		check_eq(sz, object_room(at), room);
}

Test(object_room, an_object_of_this_program_has_its_size)
{
	expect(constants, sizeof(constants));
	expect(variables, sizeof(variables));
	expect(zeroed, sizeof(zeroed));
	expect(&constants[N - 1], sizeof(constants[0]));
	expect((const char *)&variables[N] - 1, 1);
	expect(literal, 4 * sizeof(*literal));
}

Test(object_room, what_is_no_object_is_not_known)
{
	uint32_t local[N] = { 0 };
	void *heap = malloc(sizeof(local));

	check_eq(sz, object_room(local), SIZE_MAX);
	check_eq(sz, object_room(heap), SIZE_MAX);
	check_eq(sz, object_room(NULL), SIZE_MAX);
	check_eq(sz, object_room((const void *)(uintptr_t)object_room), SIZE_MAX, "a function");
	check_eq(sz, object_room((const void *)(uintptr_t)printf), SIZE_MAX, "no symbols there");
	free(heap);
}
