/* SPDX-License-Identifier: MIT */
/* Marks: the whole state of a machine at a moment, to come back to any number of times. Memory and
 * that of devices, the processor, the models' states, the clock, the digest, and what was written
 * to disks belong to it. What is outside does not: observers keep what they received, and bytes
 * that were sent stay sent.
 *
 *	struct machine_mark *start = machine_mark(&m);
 *
 *	for (unsigned i = 0; i < 1000; i++) {
 *		feed(&m, i);
 *		machine_run(&m, until_ns);
 *		if (!machine_restore(&m, start)) return m.error;
 *	}
 *
 * A run from a mark is the same, to the digest, as that which went on when it was made. Marks are
 * independent of each other: any of them can be restored, in any order, and be freed. They share
 * the pages that they have in common. To restore one costs what was written since, about
 * two microseconds and 60 ns a page; translated code stays valid where it was not overwritten.
 *
 * Not inside a callback of the machine. Models keep all their state in device.state, as
 * machine_copy_state() needs it too. */
#ifndef HARNESS_MACHINE_MARK_H
#define HARNESS_MACHINE_MARK_H

#include "harness/machine/machine.h"

struct machine_mark;

/* NULL: m->error says why, and nothing was done. The machine has its disks and devices; none may be
 * added afterwards. A disk that is open for writing refuses marks, because its file would keep what
 * was written. */
__attribute__((warn_unused_result)) struct machine_mark *machine_mark(struct machine *m);
/* Go back to a mark of this machine, and clear the event that ended the run. False: m->error says
 * why; the machine must then only be freed. */
__attribute__((warn_unused_result)) bool machine_restore(struct machine *m,
							 const struct machine_mark *mark);
/* Marks that still exist are freed with their machine. NULL does nothing. */
void machine_mark_free(struct machine *m, struct machine_mark *mark);
/* Host memory that the marks of the machine take now, in bytes; machine_config.mark_memory bounds
 * it. */
uint64_t machine_marks_bytes(const struct machine *m);

/* ---- for machine.c ---- */

void machine_marks_free(struct machine *m);

#endif
