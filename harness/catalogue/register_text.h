/* SPDX-License-Identifier: MIT */
/* Parts of a register's description as text, for the terminal and for pages. */
#ifndef HARNESS_CATALOGUE_REGISTER_TEXT_H
#define HARNESS_CATALOGUE_REGISTER_TEXT_H

#include <stdio.h>

#include "harness/catalogue/catalogue.h"

enum { REGISTER_TEXT_SIZE = 192, REGISTER_TEXT_COLUMNS = 80 };

/* All return buf, which has REGISTER_TEXT_SIZE bytes. */
/* "0x0e", or "0x100+0x10n" of an array. */
const char *register_offset(const struct reg_desc *r, char *buf);
/* "IER", or "ISR[8]" of an array. */
const char *register_name(const struct reg_desc *r, char *buf);
/* As many digits as the register has: "0x00". */
const char *register_reset(const struct reg_desc *r, char *buf);
/* Widths in bits that an access may have: "8,16,32"; "-" where no access has any. */
const char *register_widths(const struct about_table *t, const struct reg_desc *r, char *buf);
/* "7:4, 0". */
const char *register_bits(uint64_t mask, char *buf);
/* "ports 0x60, 0x64; memory 0xa0000-0xbffff"; "" if the model has no place of its own. `machine`:
 * only those there; NULL: those on any. */
const char *register_places(const struct catalogue_model *m, const char *machine, char *buf);

/* Bits that no field names. */
uint64_t register_unnamed(const struct reg_desc *r);
/* "r", "w", "rw". */
const char *register_dir(const struct reg_desc *r);
/* The window in which it shows; NULL: in every one. */
const char *register_window(const struct about_table *t, const struct reg_desc *r);
/* "ro", "w1c", ... and what it means. */
const char *register_access(enum reg_access access);
const char *register_access_meaning(enum reg_access access);
/* What the model lacks of the field: "", ", kept" or ", not modelled". */
const char *register_effect(const struct reg_desc *r, const struct reg_field *f);

/* Print "label" at column 2 and the text from `indent` on, in as many lines as it needs. Text of
 * more words than fit is broken at spaces; the last line ends with a newline. */
void print_wrapped(FILE *out, const char *label, unsigned indent, const char *text);

#endif
