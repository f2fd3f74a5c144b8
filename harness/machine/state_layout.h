/* SPDX-License-Identifier: MIT */
/* A number that differs between builds which lay out the state of machines differently. */
#ifndef HARNESS_MACHINE_STATE_LAYOUT_H
#define HARNESS_MACHINE_STATE_LAYOUT_H

extern const char state_layout[];

#endif
