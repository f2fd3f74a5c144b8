/* SPDX-License-Identifier: MIT */
/* wanted: unused.result|warn_unused_result */
#include "bimetal/span.h"

void driver(const struct span *span);
void driver(const struct span *span)
{
	if (span_fill(span, 0)) return;
	span_fill(span, 0); /* refused */
}
