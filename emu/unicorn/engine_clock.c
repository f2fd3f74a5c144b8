/* SPDX-License-Identifier: MIT */
/* The engine's private clock. The engine sizes its TLB by gettimeofday(); the build renames that
 * import of the static archive to this function, so that TLB fills are the same in every run and
 * nothing of the user's process is touched. */
#include <sys/time.h>

int bimetal_unicorn_gettimeofday(struct timeval *tv, void *tz);

int bimetal_unicorn_gettimeofday(struct timeval *tv, void *tz)
{
	(void)tz;
	tv->tv_sec = 1;
	tv->tv_usec = 0;
	return 0;
}
