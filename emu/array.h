/* SPDX-License-Identifier: MIT */
/* The number of elements of an array. */
#ifndef EMU_ARRAY_H
#define EMU_ARRAY_H

/* For an array, not for a pointer. */
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
