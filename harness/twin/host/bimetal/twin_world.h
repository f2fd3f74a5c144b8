/* SPDX-License-Identifier: MIT */
/* A twin test natively: the program that it is linked into lists it before main(). */
#ifndef BIMETAL_TWIN_WORLD_H
#define BIMETAL_TWIN_WORLD_H

/* Where a test stands, and its body. */
struct twin_case {
	const char *suite, *name, *file;
	unsigned line;
	void (*body)(void);
	struct twin_case *next;
};

void twin_host_add(struct twin_case *test);

#define TWIN_DEFINE(suite, name)                                                            \
	static void twin_##suite##_##name(void);                                            \
	__attribute__((constructor)) static void twin_add_##suite##_##name(void)            \
	{                                                                                   \
		static struct twin_case test = {                                            \
			#suite, #name, __FILE__, __LINE__, twin_##suite##_##name, (void *)0 \
		};                                                                          \
		twin_host_add(&test);                                                       \
	}                                                                                   \
	static void twin_##suite##_##name(void)

#endif
