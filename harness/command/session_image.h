/* SPDX-License-Identifier: MIT */
/* What a session boots: an image, or what its drives hold. */
#ifndef HARNESS_COMMAND_SESSION_IMAGE_H
#define HARNESS_COMMAND_SESSION_IMAGE_H

#include <stdbool.h>

#include "harness/command/session.h"

/* Put it into memory and the CPU at its start, as firmware would; again after each reset of the
 * machine. The first call puts the disks into their drives. False: s->error says why not. */
bool session_load_image(struct session *s);

#endif
