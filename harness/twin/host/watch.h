/* SPDX-License-Identifier: MIT */
/* Says where a native test crashed, and ends one that computes for too long without an access to a
 * device: which line of the driver it was.
 *
 * A signal handler may not read debugging information. So a helper process, forked before the test,
 * waits at the end of a pipe: the handler only writes what it knows into it. */
#ifndef HARNESS_TWIN_HOST_WATCH_H
#define HARNESS_TWIN_HOST_WATCH_H

/* Called in a signal handler. */
typedef void watch_late(void *ctx);

/* Watch this process from now on, for at most so many seconds of processor time. After these, `fn`
 * is called, so that the next access to a device or wait can end the test; one that makes none
 * within a second more is ended here. `test` is for messages, `program` its ELF file; all must live
 * until watch_end(). If there can be no helper, nothing is watched but the time. Signals that have
 * a handler already (a sanitizer's) are left to it. */
void watch_begin(const char *test, const char *program, unsigned seconds, watch_late *fn,
		 void *ctx);
/* Watch no longer. May be called without watch_begin(), and twice. */
void watch_end(void);

#endif
