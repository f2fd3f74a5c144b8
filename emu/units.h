/* SPDX-License-Identifier: MIT */
/* Units of virtual time. */
#ifndef EMU_UNITS_H
#define EMU_UNITS_H

#include <stdint.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

#endif
