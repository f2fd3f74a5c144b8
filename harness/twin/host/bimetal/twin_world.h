/* SPDX-License-Identifier: MIT */
/* A twin test as a Criterion test. */
#ifndef BIMETAL_TWIN_WORLD_H
#define BIMETAL_TWIN_WORLD_H

#include <criterion/criterion.h>

/* Where a test stands. */
struct twin_case {
	const char *suite, *name, *file;
	unsigned line;
};

void twin_host_run(const struct twin_case *test, void (*body)(void));

#define TWIN_DEFINE(suite, name)                                                            \
	static void twin_##suite##_##name(void);                                            \
	Test(suite, name, .timeout = 60)                                                    \
	{                                                                                   \
		static const struct twin_case test = { #suite, #name, __FILE__, __LINE__ }; \
		twin_host_run(&test, twin_##suite##_##name);                                \
	}                                                                                   \
	static void twin_##suite##_##name(void)

#endif
