/* SPDX-License-Identifier: MIT */
/* What the files of this driver share. */
#ifndef DRIVERS_HPET_INTERNAL_H
#define DRIVERS_HPET_INTERNAL_H

#include "bimetal/hpet.h"

/* hptimer_counter() without guards; false: it cannot be read. */
bool hptimer_read_counter(const struct hptimer *hpet, uint64_t *ticks);

#endif
