/* SPDX-License-Identifier: MIT */
/* A twin test as an entry of the kernel's table. */
#ifndef BIMETAL_TWIN_WORLD_H
#define BIMETAL_TWIN_WORLD_H

struct twin_test {
	const char *suite, *name;
	void (*body)(void);
};

/* The table holds pointers: a compiler may align structs, and so part them, as it likes. */
#define TWIN_DEFINE(suite, name)                                                              \
	static void twin_##suite##_##name(void);                                              \
	static const struct twin_test twin_test_##suite##_##name = { #suite, #name,           \
								     twin_##suite##_##name }; \
	static const struct twin_test *const twin_entry_##suite##_##name                      \
		__attribute__((used, section(".twin_tests"))) = &twin_test_##suite##_##name;  \
	static void twin_##suite##_##name(void)

#endif
