/* SPDX-License-Identifier: MIT */
/* The sizes of a program's objects, from the symbols of the files that it is loaded from. */
#ifndef HARNESS_SUPPORT_OBJECT_ROOM_H
#define HARNESS_SUPPORT_OBJECT_ROOM_H

#include <stddef.h>

/* How many bytes there are from `at` to the end of the array or variable that it is in. SIZE_MAX:
 * it is in none that has a symbol, as on the heap or the stack, or in a file without symbols. The
 * files are read once and kept. Not for several threads. */
size_t object_room(const void *at);

#endif
