/* SPDX-License-Identifier: MIT */
/* Shared by the files of this driver. */
#ifndef DRIVERS_HPET_INTERNAL_H
#define DRIVERS_HPET_INTERNAL_H

#include "bimetal/hpet.h"

/* hpet_counter() without argument checks. False: the counter cannot be read. */
bool hpet_read_counter(const struct hpet *hpet, uint64_t *ticks);

#endif
