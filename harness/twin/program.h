/* SPDX-License-Identifier: MIT */
/* Source lines for the addresses of a program on disk, for messages. */
#ifndef HARNESS_TWIN_PROGRAM_H
#define HARNESS_TWIN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/diagnosis/variables.h"

enum { PROGRAM_PLACE = 512, PROGRAM_FILE = 512 };

struct program;

/* Open the ELF file. NULL: it cannot be read; the other functions accept NULL, as a program without
 * names. */
struct program *program_open(const char *path);
void program_close(struct program *program);
/* "uart.c:12, inlined at main.c:5", "uart_init+0x10", or "" if nothing is known. For code of the
 * accessors (io.h), this is the place that calls them. */
void program_place(struct program *program, uint64_t address, char *to, size_t size);
/* Is this the code of an accessor that was not inlined? Then program_place() gives no place of the
 * driver. */
bool program_in_accessor(struct program *program, uint64_t address);
/* The first address of the function that holds `address`; 0: unknown. */
uint64_t program_function(struct program *program, uint64_t address);
/* Sets `file` to the source file of `address`, as the compiler was given it; for inlined code,
 * where that code stands. False: unknown. */
bool program_file(struct program *program, uint64_t address, char file[PROGRAM_FILE]);
/* As variables_visit(). */
bool program_variables(struct program *program, const struct variables_visitor *v);

#endif
