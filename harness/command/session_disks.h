/* SPDX-License-Identifier: MIT */
/* The drives of a session: what its options name, and IMAGE, if it is a disk. */
#ifndef HARNESS_COMMAND_SESSION_DISKS_H
#define HARNESS_COMMAND_SESSION_DISKS_H

#include <stdbool.h>

#include "harness/command/session.h"
#include "harness/firmware/bios/bios.h"

/* Put the disks into their drives, once: they stay in when the guest resets the machine. What was
 * guessed of IMAGE is said on standard error. False: s->error says what is wrong with which file.
 */
bool session_attach_disks(struct session *s);
/* Boot from this drive, not from the first one. */
void session_boot_from(struct session *s, enum bios_slot slot);
/* Whether the BIOS will find something to boot. False: s->error says why not. */
bool session_check_boot(struct session *s);
/* The file that is booted: IMAGE, or that of a drive; NULL: there is none. */
const char *session_boot_file(const struct session *s);

#endif
