/* SPDX-License-Identifier: MIT */
/* The engine's private clock. The engine sizes its TLB by gettimeofday(). The build renames that
 * import of the static archive to this function. So TLB fills are the same in every run, and
 * nothing else in the user's process is affected. */
#include <sys/time.h>

int bimetal_unicorn_gettimeofday(struct timeval *tv, void *tz);

int bimetal_unicorn_gettimeofday(struct timeval *tv, void *tz)
{
	(void)tz;
	tv->tv_sec = 1;
	tv->tv_usec = 0;
	return 0;
}
