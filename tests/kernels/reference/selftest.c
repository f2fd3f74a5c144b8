/* SPDX-License-Identifier: MIT */
#include "selftest.h"

#include "console.h"

static unsigned passed, failed;

void selftest_case(const char *name, uint64_t got, uint64_t want)
{
	if (got == want) {
		passed++;
		print("PASS %s\n", name);
		return;
	}
	failed++;
	print("FAIL %s: got %lx want %lx\n", name, got, want);
}

/* The cases go to the serial line; the verdict is seen on the screen too. */
bool selftest(void)
{
	passed = failed = 0;
	console.quiet_screen = true;
	selftest_screen();
	selftest_interrupts();
	selftest_memory();
	selftest_tasks();
	selftest_backtrace();
	console.quiet_screen = false;
	console_colour(failed ? VGA_LIGHT_RED : VGA_LIGHT_GREEN, VGA_BLACK);
	print("DONE passed %u failed %u skipped 0\n", passed, failed);
	return failed == 0;
}
