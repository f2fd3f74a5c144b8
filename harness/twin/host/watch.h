/* SPDX-License-Identifier: MIT */
/* Says where native tests crash, and ends one that computes for too long without an access to a
 * device: which line of the driver it was.
 *
 * A signal handler may not read debugging information. So a helper process, forked before the
 * tests, waits at the end of a pipe: the handler only writes what it knows into it. */
#ifndef HARNESS_TWIN_HOST_WATCH_H
#define HARNESS_TWIN_HOST_WATCH_H

/* Called in a signal handler. */
typedef void watch_late(void *ctx);

/* Watch this process from now on. `program` is its ELF file; it must stay valid, as `fn` and `ctx`.
 * If there can be no helper, nothing is watched but the time. Signals that have a handler already
 * (a sanitizer's) are left to it. */
void watch_begin(const char *program, watch_late *fn, void *ctx);
/* A test begins; it may take so many seconds of processor time. After these, `fn` is called, so
 * that the next access to a device or wait can end the test; one that makes none within a second
 * more is ended here. `test` is for messages, and must stay valid. */
void watch_test(const char *test, unsigned seconds);
/* It has ended. */
void watch_rest(void);

#endif
