/* SPDX-License-Identifier: MIT */
/* A twin test as a Criterion test. */
#ifndef BIMETAL_TWIN_WORLD_H
#define BIMETAL_TWIN_WORLD_H

#include <criterion/criterion.h>

void twin_host_run(const char *suite, const char *name, void (*body)(void));

#define TWIN_DEFINE(suite, name)                                                                  \
	static void twin_##suite##_##name(void);                                                  \
	Test(suite, name, .timeout = 60) { twin_host_run(#suite, #name, twin_##suite##_##name); } \
	static void twin_##suite##_##name(void)

#endif
