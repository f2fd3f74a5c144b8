/* SPDX-License-Identifier: MIT */
/* Marks in files, for another process and another day.
 *
 *	if (!machine_mark_save(&m, mark, "booted.mark")) return m.error;
 *
 *	struct machine_mark *mark = machine_mark_load(&other, "booted.mark");
 *
 * A file is for a machine of the same configuration (board, memory, processor, devices, pattern of
 * memory), whose disks hold the same, made by the same build of bimetal: any other is refused, and
 * the message names the difference. A run from it is the same to the digest.
 *
 * It is compressed and has a checksum, so a file that was damaged or cut is refused, with the
 *offset. A file is trusted like a program: who can write it can make models misbehave. */
#ifndef HARNESS_MACHINE_MARK_FILE_H
#define HARNESS_MACHINE_MARK_FILE_H

#include "harness/machine/mark.h"

/* The file appears when it is whole. The machine stays as it is. Machines without an emulated CPU
 * cannot. False: m->error says why. */
__attribute__((warn_unused_result)) bool
machine_mark_save(struct machine *m, const struct machine_mark *mark, const char *path);
/* The machine stays as it is, until the mark is restored. NULL: m->error says why. */
__attribute__((warn_unused_result)) struct machine_mark *machine_mark_load(struct machine *m,
									   const char *path);

#endif
