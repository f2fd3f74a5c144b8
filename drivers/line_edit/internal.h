/* SPDX-License-Identifier: MIT */
#ifndef DRIVERS_LINE_EDIT_INTERNAL_H
#define DRIVERS_LINE_EDIT_INTERNAL_H

#include "bimetal/line_edit.h"

void line_show(const struct line_edit *line, const char *bytes, size_t n);
void line_move_to(struct line_edit *line, size_t cursor);
void line_remove(struct line_edit *line, size_t from, size_t to);
enum line_status line_insert(struct line_edit *line, char c);
/* Recall the line entered before the one that is shown, or the one after it. */
enum line_status line_recall(struct line_edit *line, bool older);
/* Keep the line that was entered. */
void line_keep(struct line_edit *line);

#endif
