/* SPDX-License-Identifier: MIT */
/* What a mistyped name may have meant. */
#ifndef HARNESS_SUPPORT_NEAR_TEXT_H
#define HARNESS_SUPPORT_NEAR_TEXT_H

enum { NEAR_TEXT_MAX = 96 /* characters of a text that are looked at */ };
#define NEAR_TEXT_NOT (~0u)

/* How many characters to insert, delete or replace make `typed` of `known`, upper and lower case
 * being equal. NEAR_TEXT_NOT: too many for a slip of the finger, which is more than a third of the
 * shorter text, or more than four. */
unsigned near_text(const char *typed, const char *known);

#endif
